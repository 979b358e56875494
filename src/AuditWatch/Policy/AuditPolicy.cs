namespace AuditWatch.Policy;

/// <summary>An audit policy (audit.k8s.io/v1 Policy) as the API server reads it. Immutable; safe for any number of threads.</summary>
/// <param name="Rules">The rules, in the order in which they are tried.</param>
/// <param name="OmitStages">Stages at which no event is written, whatever the rule says.</param>
/// <param name="OmitStagesLocation">Where <c>omitStages</c> stands; where the policy begins if it has none.</param>
/// <param name="OmitManagedFields">Whether managed fields are left out of bodies (Kubernetes 1.23 and later). Default of the API server: false.</param>
internal sealed record AuditPolicy(IReadOnlyList<PolicyRule> Rules, AuditStages OmitStages, SourceLocation OmitStagesLocation, bool OmitManagedFields)
{
    /// <summary>
    /// Decides about one request: the first rule that matches it, and if none does, nothing is recorded.
    /// Source: k8s.io/apiserver, pkg/audit/policy/checker.go, EvaluatePolicyRule (LevelAndStages before 1.22) and unionStages.
    /// </summary>
    public PolicyDecision Decide(PolicyRequest request)
    {
        var rule = Rules.FirstOrDefault(rule => rule.Matches(request));
        return new PolicyDecision(rule?.Level ?? AuditLevel.None, OmitStages | (rule?.OmitStages ?? AuditStages.None), rule);
    }
}

/// <summary>What a policy decides about one request. Immutable.</summary>
/// <param name="Level">How much is recorded.</param>
/// <param name="OmitStages">The stages at which no event is written: those of the policy and those of the rule.</param>
/// <param name="Rule">The rule that decides; null if none matches, and <paramref name="Level"/> is <see cref="AuditLevel.None"/> then.</param>
internal sealed record PolicyDecision(AuditLevel Level, AuditStages OmitStages, PolicyRule? Rule)
{
    /// <summary>The stages at which an event is written for the request; none if it is not recorded.</summary>
    public AuditStages Written(PolicyRequest request) => Level == AuditLevel.None ? AuditStages.None : request.Stages & ~OmitStages;
}

/// <summary>How much of a request the API server records: the levels of audit.k8s.io/v1, in ascending order. Each includes those before it.</summary>
internal enum AuditLevel
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Who asked for what and how it ended; no bodies.</summary>
    Metadata,

    /// <summary>Also the body of the request.</summary>
    Request,

    /// <summary>Also the body of the response.</summary>
    RequestResponse,
}

/// <summary>The moments of a request at which the API server can write an event: the stages of audit.k8s.io/v1, as a set.</summary>
[Flags]
internal enum AuditStages
{
    /// <summary>The empty set.</summary>
    None = 0,

    /// <summary>The request has arrived and nothing has been done about it.</summary>
    RequestReceived = 1,

    /// <summary>The response's status is sent and its body is still to come. Only long-running requests have it, and requests with invalid credentials.</summary>
    ResponseStarted = 2,

    /// <summary>The response is complete.</summary>
    ResponseComplete = 4,

    /// <summary>The API server panicked over the request.</summary>
    Panic = 8,

    /// <summary>All of them.</summary>
    All = RequestReceived | ResponseStarted | ResponseComplete | Panic,
}
