namespace AuditWatch.Events.Json;

/// <summary>The type of a JSON value, or that there is no value.</summary>
public enum JsonKind : byte
{
    /// <summary>There is no value.</summary>
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
