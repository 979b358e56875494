using AuditWatch.Policy;

namespace AuditWatch.Tests.Policy;

public class AuditPolicyTests
{
    private static readonly PolicyRequest ReadSecret =
        new() { Verb = "get", User = "jane", Groups = ["developers", "system:authenticated"], Resource = "secrets", Namespace = "shop", Name = "db" };

    private static readonly PolicyRequest Exec = ReadSecret with { Verb = "create", Resource = "pods", Subresource = "exec", Name = "cart" };

    private static readonly PolicyRequest Scale = ReadSecret with { Verb = "patch", ApiGroup = "apps", Resource = "deployments", Subresource = "scale" };

    private static readonly PolicyRequest Create = ReadSecret with { Verb = "create", Resource = "configmaps", Name = "" };

    private static readonly PolicyRequest ReadNode = ReadSecret with { Resource = "nodes", Namespace = "" };

    private static readonly PolicyRequest Health = ReadSecret with { Resource = "", Namespace = "", Name = "", Path = "/healthz/ping" };

    private static readonly PolicyRequest Nobody = ReadSecret with { User = null, Groups = [] };

    public static TheoryData<string, object, bool> Cases => new()
    {
        { "", ReadSecret, true },
        { "users: [jane]", ReadSecret, true },
        { "users: [Jane]", ReadSecret, false },
        { "users: [jane], userGroups: [admins]", ReadSecret, false },
        { "users: [joe, jane], userGroups: [admins, developers]", ReadSecret, true },
        { "users: ['']", Nobody, false },
        { "userGroups: ['system:unauthenticated']", Nobody, false },
        { "verbs: [get]", Nobody, true },
        { "verbs: ['*']", ReadSecret, false },
        { "verbs: [GET]", ReadSecret, false },
        { "namespaces: [shop]", ReadSecret, true },
        { "namespaces: ['']", ReadSecret, false },
        { "namespaces: ['']", ReadNode, true },
        { "namespaces: ['']", Health, false },
        { "resources: [{group: ''}]", ReadSecret, true },
        { "resources: [{group: ''}]", Exec, true },
        { "resources: [{group: ''}]", Health, false },
        { "resources: [{group: apps}]", ReadSecret, false },
        { "resources: [{group: '', resources: [pods]}]", Exec, false },
        { "resources: [{group: '', resources: [pods/exec]}]", Exec, true },
        { "resources: [{group: '', resources: ['pods/*']}]", Exec, true },
        { "resources: [{group: '', resources: ['secrets/*']}]", ReadSecret, true },
        { "resources: [{group: '', resources: ['*/exec']}]", Exec, true },
        { "resources: [{group: '', resources: ['*/*']}]", Exec, false },
        { "resources: [{group: '', resources: ['*']}]", Exec, true },
        { "resources: [{group: '', resources: ['*/scale']}, {group: apps, resources: ['*/scale']}]", Scale, true },
        { "resources: [{group: '', resources: [deployments/scale]}]", Scale, false },
        { "resources: [{group: '', resources: [secrets], resourceNames: [db]}]", ReadSecret, true },
        { "resources: [{group: '', resources: [secrets], resourceNames: [other]}]", ReadSecret, false },
        { "resources: [{group: '', resources: [configmaps], resourceNames: [db]}]", Create, false },
        { "resources: [{group: '', resources: [pods]}], namespaces: [shop]", ReadSecret, false },
        { "nonResourceURLs: ['/healthz*']", Health, true },
        { "nonResourceURLs: ['/healthz']", Health, false },
        { "nonResourceURLs: ['*']", Health, true },
        { "nonResourceURLs: ['*']", ReadSecret, false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decide_OneRule_MatchesAsTheApiServerDoes(string fields, object request, bool matches)
    {
        var decision = Policies.Of($"rules: [{{level: Request{(fields.Length > 0 ? ", " : "")}{fields}}}]").Decide((PolicyRequest)request);

        Assert.Equal(matches ? AuditLevel.Request : AuditLevel.None, decision.Level);
        Assert.Equal(matches, decision.Rule is not null);
    }

    [Fact]
    public void Decide_SeveralRules_TheFirstThatMatchesDecides()
    {
        var policy = Policies.Of("omitStages: [RequestReceived]\nrules:\n- {level: None, verbs: [list]}\n- {level: Metadata, omitStages: [Panic]}\n- {level: Request}");

        var decision = policy.Decide(ReadSecret);

        Assert.Equal((AuditLevel.Metadata, AuditStages.RequestReceived | AuditStages.Panic, 6), (decision.Level, decision.OmitStages, decision.Rule!.Location.Line));
    }

    [Fact]
    public void Written_ByKindOfRequest_HasTheStagesThatThereAre()
    {
        var decision = new PolicyDecision(AuditLevel.Metadata, AuditStages.RequestReceived, null);

        Assert.Equal(AuditStages.ResponseComplete, decision.Written(ReadSecret));
        Assert.Equal(AuditStages.ResponseStarted | AuditStages.ResponseComplete, decision.Written(Exec));
        Assert.Equal(AuditStages.ResponseStarted | AuditStages.ResponseComplete, decision.Written(ReadSecret with { Verb = "watch" }));
        Assert.Equal(AuditStages.ResponseStarted, decision.Written(Nobody));
        Assert.Equal(AuditStages.None, (decision with { Level = AuditLevel.None }).Written(Exec));
    }
}
