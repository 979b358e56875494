using System.Text.RegularExpressions;

namespace AuditWatch.EndToEnd.Docs;

/// <summary>The page on installing, and the commands that it tells the reader to type.</summary>
internal static partial class InstallPage
{
    /// <summary>The page.</summary>
    public static string Text { get; } = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "install.md"));

    /// <summary>The commands that need no more than the machine, in their order.</summary>
    public static IReadOnlyList<string> Commands => [.. Blocks().Where(block => block.Kind == "").Select(block => block.Commands)];

    /// <summary>The commands up to those of a kind, and these.</summary>
    public static IReadOnlyList<string> CommandsUntil(string kind)
    {
        var blocks = Blocks().TakeWhile(block => block.Kind != kind).Where(block => block.Kind == "");
        return [.. blocks.Select(block => block.Commands), Of(kind)];
    }

    /// <summary>The commands of a kind: <c>build</c>, <c>cluster</c> or <c>chart</c>.</summary>
    public static string Of(string kind) => Blocks().Single(block => block.Kind == kind).Commands;

    private static IEnumerable<(string Kind, string Commands)> Blocks() => BlockPattern().Matches(Text).Select(match => (match.Groups[1].Value, match.Groups[2].Value));

    [GeneratedRegex(@"^```sh(?: (\w+))?\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex BlockPattern();
}
