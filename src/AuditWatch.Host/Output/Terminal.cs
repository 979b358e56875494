using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>Where people read: colours and the terminal's width if it is one, plain lines of any length if it is not.</summary>
internal static class Terminal
{
    // Longer than any line of a table: one that somebody copies has up to 10,000 characters.
    private const int NoWidth = 1_000_000;

    /// <summary>Standard output.</summary>
    public static IAnsiConsole Out() => Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>Standard error.</summary>
    public static IAnsiConsole Error() => Create(Console.Error, Console.IsErrorRedirected);

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
        {
            console.Profile.Width = NoWidth;
        }

        return console;
    }
}
