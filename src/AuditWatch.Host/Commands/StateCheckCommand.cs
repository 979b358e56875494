using System.CommandLine;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch state check</c>: whether the database can be read from end to end.</summary>
internal static class StateCheckCommand
{
    private const string Examples = """
        auditwatch state check --state /var/lib/auditwatch     everything that is wrong inside; the service may run meanwhile
        auditwatch state check --config auditwatch.yaml        of the directory or database that the configuration names
        """;

    public static Command Create()
    {
        var command = new DocumentedCommand("check", "Read the whole database and check that it fits together.", Examples);
        var state = StateOptions.AddTo(command);
        command.SetAction(arguments =>
        {
            var inspection = state.Inspect(arguments);
            var problems = inspection.Check();
            foreach (var problem in problems)
            {
                Console.Out.WriteLine(problem);
            }

            Console.Error.WriteLine(problems.Count == 0
                ? $"{inspection.Name} is fine"
                : $"{inspection.Name} is damaged. Export what can be read, stop the service, and put a backup in its place");
            return problems.Count == 0 ? ExitCode.Fine : ExitCode.FoundProblems;
        });
        return command;
    }
}
