using AuditWatch.Detection;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>How a level is written, as in the rules themselves.</summary>
internal static class LevelWords
{
    /// <summary>The level's word: <c>critical</c>.</summary>
    public static string Word(this Level level) => level.ToString().ToLowerInvariant();

    /// <summary>The level's colour on a terminal.</summary>
    public static Style Style(this Level level) => level switch
    {
        Level.Critical => new Style(Color.White, Color.Red, Decoration.Bold),
        Level.High => new Style(Color.Red, decoration: Decoration.Bold),
        Level.Medium => new Style(Color.Yellow),
        Level.Low => new Style(Color.Blue),
        _ => Spectre.Console.Style.Plain,
    };
}
