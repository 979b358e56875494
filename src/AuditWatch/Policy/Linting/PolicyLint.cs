namespace AuditWatch.Policy.Linting;

/// <summary>What is wrong with a policy that the API server starts with. Each lint has a file beside this one.</summary>
public static class PolicyLint
{
    /// <summary>Looks over a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="diagnostics">Gets what there is to say.</param>
    public static void Check(AuditPolicy policy, Diagnostics diagnostics)
    {
        UnknownNames.Check(policy, diagnostics);
        MissingSubresources.Check(policy, diagnostics);
        UnreachableRules.Check(policy, diagnostics);
        LeakyLevels.Check(policy, diagnostics);
    }
}
