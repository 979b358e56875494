namespace AuditWatch.Policy;

/// <summary>What a policy lets a detection see, from the best to the worst.</summary>
public enum Verdict
{
    /// <summary>All that it looks for.</summary>
    Sees,

    /// <summary>All of it, some only when it is over.</summary>
    SeesLate,

    /// <summary>That it happens; but not all the bodies that it has to look into.</summary>
    SeesWithoutBody,

    /// <summary>Some of it.</summary>
    SeesPart,

    /// <summary>Nothing that it could fire for: it does not even see that it happens, or for a part of it that and for the rest no bodies.</summary>
    Blind,
}
