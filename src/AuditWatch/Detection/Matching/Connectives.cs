namespace AuditWatch.Detection.Matching;

/// <summary>All parts match.</summary>
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
}

/// <summary>At least one part matches.</summary>
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
}

/// <summary>The part does not match. What did not match explains nothing.</summary>
internal sealed class NotMatcher(Matcher part) : Matcher
{
    public override bool Matches(in Subject subject) => !part.Matches(subject);
}
