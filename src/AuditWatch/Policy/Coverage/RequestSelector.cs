namespace AuditWatch.Policy.Coverage;

/// <summary>Requests that a condition can match, with what must be recorded of them for it to match. Immutable. A condition comes to a union of selectors.</summary>
/// <param name="Shape">The requests.</param>
/// <param name="Level">The lowest level at which the condition can match them; <see cref="AuditLevel.Metadata"/> if it reads no body.</param>
/// <param name="Body">The field that requires a level above Metadata; null if none does.</param>
/// <param name="Stages">The stages whose events it can match.</param>
/// <param name="IsCertain">Whether it matches every one of the requests; false if something that a policy does not know decides, such as the outcome.</param>
internal sealed record RequestSelector(RequestShape Shape, AuditLevel Level, string? Body, AuditStages Stages, bool IsCertain)
{
    // No rule that a person writes comes to so many.
    private const int MaxCount = 2000;

    /// <summary>The selectors without those that are empty or implied by others, in as few shapes as merging in pairs gives.</summary>
    public static List<RequestSelector> Union(IEnumerable<RequestSelector> all)
    {
        var list = all.Where(one => !one.Shape.IsEmpty && one.Stages != AuditStages.None).ToList();

        // Where the condition matches for certain at a lower level, an alternative that needs a higher one adds nothing.
        foreach (var sure in list.Where(one => one.IsCertain).ToList())
        {
            list = [.. list.SelectMany(one => one.Level > sure.Level && (one.Stages | sure.Stages) == sure.Stages
                ? one.Shape.Except(sure.Shape).Select(rest => one with { Shape = rest })
                : [one])];
        }

        return Merge(list);
    }

    /// <summary>
    /// The requests that both sides select. If that came to more than 2,000 selectors, <paramref name="a"/> is returned: too many requests then, never too few.
    /// </summary>
    public static List<RequestSelector> Intersect(List<RequestSelector> a, List<RequestSelector> b)
    {
        if ((long)a.Count * b.Count > MaxCount)
        {
            return a;
        }

        var both = new List<RequestSelector>();
        foreach (var one in a)
        {
            foreach (var other in b)
            {
                if (one.Shape.Overlaps(other.Shape) && (one.Stages & other.Stages) != 0)
                {
                    var higher = other.Level > one.Level ? other : one;
                    both.Add(new RequestSelector(one.Shape.Intersect(other.Shape), higher.Level, higher.Body, one.Stages & other.Stages, one.IsCertain && other.IsCertain));
                }
            }
        }

        return Merge(both);
    }

    private static List<RequestSelector> Merge(List<RequestSelector> list)
    {
        for (var i = 0; i < list.Count; i++)
        {
            for (var j = i + 1; j < list.Count; j++)
            {
                if (TryMerge(list[i], list[j]) is { } merged)
                {
                    list[i] = merged;
                    list.RemoveAt(j);
                    j = i;
                }
            }
        }

        return list;
    }

    private static RequestSelector? TryMerge(RequestSelector a, RequestSelector b) =>
        (a.Level, a.Stages, a.IsCertain) != (b.Level, b.Stages, b.IsCertain) ? null
        : a.Shape.Contains(b.Shape) ? a
        : b.Shape.Contains(a.Shape) ? b
        : a.Shape.TryMerge(b.Shape) is { } both ? a with { Shape = both }
        : null;
}
