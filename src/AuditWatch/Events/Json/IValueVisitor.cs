namespace AuditWatch.Events.Json;

/// <summary>Receives the values that a path leads to, one after the other.</summary>
internal interface IValueVisitor
{
    /// <summary>Receives one value, which is valid during the call.</summary>
    /// <returns>Whether to end the walk.</returns>
    bool Visit(JsonValue value);

    /// <summary>Whether a value below <paramref name="root"/> may end the walk; false, which must be certain, saves it. Default: true.</summary>
    internal bool MayFindBelow(JsonValue root) => true;
}
