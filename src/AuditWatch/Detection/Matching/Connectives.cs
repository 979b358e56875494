namespace AuditWatch.Detection.Matching;

/// <summary>Matches if all parts do.</summary>
internal sealed class AndMatcher(Matcher[] parts) : Matcher
{
    public override bool Matches(in Subject subject)
    {
        foreach (var part in parts)
        {
            if (!part.Matches(subject))
            {
                return false;
            }
        }

        return true;
    }

    public override void Explain(in Subject subject, List<string> why)
    {
        foreach (var part in parts)
        {
            part.Explain(subject, why);
        }
    }

    public override void ExplainMiss(in Subject subject, List<string> misses)
    {
        foreach (var part in parts)
        {
            if (!part.Matches(subject))
            {
                part.ExplainMiss(subject, misses);
            }
        }
    }
}

/// <summary>Matches if at least one part does.</summary>
internal sealed class OrMatcher(Matcher[] parts) : Matcher
{
    public override bool Matches(in Subject subject)
    {
        foreach (var part in parts)
        {
            if (part.Matches(subject))
            {
                return true;
            }
        }

        return false;
    }

    public override void Explain(in Subject subject, List<string> why)
    {
        foreach (var part in parts)
        {
            if (part.Matches(subject))
            {
                part.Explain(subject, why);
            }
        }
    }

    public override void ExplainMiss(in Subject subject, List<string> misses)
    {
        foreach (var part in parts)
        {
            part.ExplainMiss(subject, misses);
        }
    }
}

/// <summary>Matches if the part does not. It adds no clauses to an explanation.</summary>
internal sealed class NotMatcher(Matcher part) : Matcher
{
    public override bool Matches(in Subject subject) => !part.Matches(subject);

    public override void ExplainMiss(in Subject subject, List<string> misses)
    {
        var excluded = new List<string>();
        part.Explain(subject, excluded);
        misses.Add($"excluded by {(excluded.Count == 0 ? "a 'not'" : string.Join(" and ", excluded))}");
    }
}
