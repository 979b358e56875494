namespace AuditWatch.Events.Json;

/// <summary>What a JSON value is, or that there is none.</summary>
public enum JsonKind : byte
{
    /// <summary>The event has no value there.</summary>
    Missing,

    /// <summary>The literal <c>null</c>.</summary>
    Null,

    /// <summary>The literal <c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A number, as it is written.</summary>
    Number,

    /// <summary>A string.</summary>
    String,

    /// <summary>An array.</summary>
    Array,

    /// <summary>An object.</summary>
    Object,
}
