using AuditWatch.Detection;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>How a level looks.</summary>
internal static class LevelStyles
{
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
