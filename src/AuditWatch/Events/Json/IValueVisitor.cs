namespace AuditWatch.Events.Json;

/// <summary>Looks at the values that a path leads to, one after the other.</summary>
public interface IValueVisitor
{
    /// <summary>Looks at one value.</summary>
    /// <returns>Whether this was enough: <see langword="true"/> ends the walk.</returns>
    bool Visit(JsonValue value);

    /// <summary>Whether any value below <paramref name="root"/> could be enough, as far as can be told without looking at each. True by default.</summary>
    internal bool MayFindBelow(JsonValue root) => true;
}
