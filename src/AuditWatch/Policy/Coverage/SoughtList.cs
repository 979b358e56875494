namespace AuditWatch.Policy.Coverage;

/// <summary>Unions and intersections of <see cref="SoughtRequests"/>, kept short.</summary>
internal static class SoughtList
{
    // More alternatives than any rule that a person writes comes to.
    private const int Most = 2000;

    /// <summary>What either side seeks.</summary>
    public static List<SoughtRequests> Either(IEnumerable<SoughtRequests> all)
    {
        var list = all.Where(one => !one.Shape.IsEmpty && one.Stages != AuditStages.None).ToList();

        // Where the detection matches for certain with less of a body, an alternative that needs more adds nothing.
        foreach (var sure in list.Where(one => one.IsCertain).ToList())
        {
            list = [.. list.SelectMany(one => one.Level > sure.Level && (one.Stages | sure.Stages) == sure.Stages
                ? one.Shape.Except(sure.Shape).Select(rest => one with { Shape = rest })
                : [one])];
        }

        return Shorten(list);
    }

    /// <summary>
    /// What both sides seek. Should it ever come to too much, what <paramref name="b"/> asks for is not looked at, and more is taken for possible than is.
    /// </summary>
    public static List<SoughtRequests> Both(List<SoughtRequests> a, List<SoughtRequests> b)
    {
        if ((long)a.Count * b.Count > Most)
        {
            return a;
        }

        var both = new List<SoughtRequests>();
        foreach (var one in a)
        {
            foreach (var other in b)
            {
                if (one.Shape.Overlaps(other.Shape) && (one.Stages & other.Stages) != 0)
                {
                    var higher = other.Level > one.Level ? other : one;
                    both.Add(new SoughtRequests(one.Shape.Intersect(other.Shape), higher.Level, higher.Body, one.Stages & other.Stages, one.IsCertain && other.IsCertain));
                }
            }
        }

        return Shorten(both);
    }

    private static List<SoughtRequests> Shorten(List<SoughtRequests> list)
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

    private static SoughtRequests? TryMerge(SoughtRequests a, SoughtRequests b) =>
        !a.IsLike(b) ? null
        : a.Shape.Contains(b.Shape) ? a
        : b.Shape.Contains(a.Shape) ? b
        : a.Shape.TryMerge(b.Shape) is { } both ? a with { Shape = both }
        : null;
}
