namespace AuditWatch.Composites;

/// <summary>
/// Keys by which facts find each other: index, cluster and values, one after the other. Two lists of values can make the same key if a value has the
/// separator in it; facts under one key are compared before they are joined.
/// </summary>
internal static class StepKeys
{
    /// <summary>The keys for the values at some places of a fact: one, unless a field has several values.</summary>
    public static IEnumerable<string> Of(StepFact fact, int[] places, StepIndex index)
    {
        var start = $"{index.Name}\0{fact.Source.Cluster}";
        return places switch
        {
            [] => [start],
            [var only] when fact.Values[only] is [var value] => [$"{start}\0{value}"],
            _ => places.Aggregate((IEnumerable<string>)[start], (keys, place) => keys.SelectMany(_ => fact.Values[place], (key, value) => $"{key}\0{value}")).Take(Events.EventValues.MaxValues),
        };
    }
}
