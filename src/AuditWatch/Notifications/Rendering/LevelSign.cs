using AuditWatch.Detection;

namespace AuditWatch.Notifications.Rendering;

/// <summary>What people see before they read.</summary>
internal static class LevelSign
{
    /// <summary>The sign of what a message is about: a check mark where that is over.</summary>
    public static string Of(Message message) => message.IsOver ? "✅" : Of(message.Level);

    /// <summary>The sign of a level: a coloured circle.</summary>
    public static string Of(Level level) => level switch
    {
        Level.Critical => "🔴",
        Level.High => "🟠",
        Level.Medium => "🟡",
        Level.Low => "🔵",
        _ => "⚪",
    };

    /// <summary>The colour of what a message is about, as 0xRRGGBB: that of the sign.</summary>
    public static int Colour(Message message) => message.IsOver ? 0x2E7D32 : message.Level switch
    {
        Level.Critical => 0xC62828,
        Level.High => 0xEF6C00,
        Level.Medium => 0xF9A825,
        Level.Low => 0x1565C0,
        _ => 0x9E9E9E,
    };
}
