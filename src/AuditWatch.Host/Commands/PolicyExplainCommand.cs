using System.CommandLine;
using AuditWatch.Policy;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch policy explain</c>: what a policy says about one request.</summary>
internal static class PolicyExplainCommand
{
    private const string Examples = """
        auditwatch policy explain --policy audit-policy.yaml --verb get --resource secrets --namespace shop --user jane
        auditwatch policy explain --policy audit-policy.yaml --verb create --resource pods/exec --namespace shop --name cart
        auditwatch policy explain --policy audit-policy.yaml --verb patch --resource deployments.apps/scale --group developers
        auditwatch policy explain --policy audit-policy.yaml --verb get --path /healthz --user system:anonymous
        """;

    public static Command Create()
    {
        var policy = PolicyCommand.File();
        var verb = new Option<string>("--verb") { Description = "The verb, such as get, list, create; of a path the HTTP method in lower case.", Required = true };
        var resource = new Option<string?>("--resource") { Description = "The resource, such as secrets, pods/exec, deployments.apps/scale.", HelpName = "RESOURCE[.GROUP][/SUBRESOURCE]" };
        var path = new Option<string?>("--path") { Description = "The path of a request that is for no resource, such as /healthz." };
        var space = new Option<string?>("--namespace") { Description = "The namespace. Default: none." };
        var name = new Option<string?>("--name") { Description = "The name in the URL; a create has none. Default: none." };
        var user = new Option<string>("--user") { Description = "The authenticated user. Default: somebody whom no rule names.", DefaultValueFactory = _ => "somebody" };
        var groups = new Option<string[]>("--group") { Description = "A group of the user, besides those that come with the name; may be given several times." };
        var command = new DocumentedCommand("explain", "Tell what an audit policy records of a request, and which rule decides.", Examples) { policy, verb, resource, path, space, name, user, groups };
        command.Validators.Add(result =>
        {
            if (result.GetValue(resource) is null == result.GetValue(path) is null)
            {
                result.AddError("A request is for a --resource or for a --path.");
            }
        });
        command.SetAction(arguments => Explain(
            arguments.GetValue(policy)!,
            RequestedResource.Parse(arguments.GetValue(resource) ?? "").In(new PolicyRequest
            {
                Verb = arguments.GetValue(verb)!,
                User = arguments.GetValue(user)!,
                Groups = UserGroups.Of(arguments.GetValue(user)!, arguments.GetValue(groups) ?? []),
                Namespace = arguments.GetValue(space) ?? "",
                Name = arguments.GetValue(name) ?? "",
                Path = arguments.GetValue(path) ?? "",
            })));
        return command;
    }

    private static int Explain(string path, PolicyRequest request)
    {
        if (ImpossibleRequest.Reason(request) is { } reason)
        {
            throw new UsageException(reason);
        }

        var diagnostics = new Diagnostics();
        var policy = PolicyCommand.Load(path, diagnostics) ?? throw new UsageException(string.Join('\n', diagnostics));
        var decision = policy.Decide(request);
        var written = decision.Written(request);
        Console.Out.WriteLine($"{decision.Level}{(written == AuditStages.None ? ", nothing is written" : $", written at {written}")}");
        Console.Out.WriteLine(decision.Rule is { } rule ? $"{rule.Location}: {PolicyYaml.Line(rule)}" : "no rule matches");
        return ExitCode.Fine;
    }
}
