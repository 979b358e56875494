using System.CommandLine;
using System.Text.Json;

namespace AuditWatch.Host.Output;

/// <summary>How diagnostics are printed: for people, for programs, or as annotations of a pull request on GitHub.</summary>
internal static class DiagnosticFormat
{
    /// <summary>The option of commands that print diagnostics.</summary>
    public static Option<string> Option()
    {
        var option = new Option<string>("--format")
        {
            Description = "'text' as compilers print, 'json' one object a line, 'github' annotations of a workflow.",
            HelpName = "text|json|github",
            DefaultValueFactory = _ => "text",
        };
        option.AcceptOnlyFromAmong("text", "json", "github");
        return option;
    }

    /// <summary>The format of that name.</summary>
    public static Func<Diagnostic, string> Parse(string? name) => name switch
    {
        "json" => Json,
        "github" => GitHub,
        _ => diagnostic => TerminalText.Neutralise(diagnostic.ToString()),
    };

    private static string Json(Diagnostic diagnostic) => JsonSerializer.Serialize(new
    {
        file = diagnostic.Location.File,
        line = diagnostic.Location.Line,
        column = diagnostic.Location.Column,
        severity = diagnostic.Severity.ToString().ToLowerInvariant(),
        message = diagnostic.Message,
    });

    // https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    private static string GitHub(Diagnostic diagnostic) =>
        $"::{diagnostic.Severity.ToString().ToLowerInvariant()} file={Property(diagnostic.Location.File)},line={diagnostic.Location.Line},col={diagnostic.Location.Column}::{Data(diagnostic.Message)}";

    private static string Data(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
