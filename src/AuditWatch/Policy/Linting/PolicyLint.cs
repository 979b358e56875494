namespace AuditWatch.Policy.Linting;

/// <summary>Checks a valid policy for mistakes that the API server does not report. Each lint has a file in this folder.</summary>
internal static class PolicyLint
{
    /// <summary>Runs every lint.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="diagnostics">Where warnings are reported.</param>
    public static void Check(AuditPolicy policy, Diagnostics diagnostics)
    {
        UnknownNames.Check(policy, diagnostics);
        MissingSubresources.Check(policy, diagnostics);
        UnreachableRules.Check(policy, diagnostics);
        CredentialsInLog.Check(policy, diagnostics);
    }
}
