using System.CommandLine;

namespace AuditWatch.Host.Commands;

/// <summary>Whether a command prints for people or for programs.</summary>
internal static class OutputFormat
{
    /// <summary>The option.</summary>
    public static Option<string> Option()
    {
        var option = new Option<string>("--format")
        {
            Description = "'text' for people, 'json' for programs: one object a line.",
            HelpName = "text|json",
            DefaultValueFactory = _ => "text",
        };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }
}
