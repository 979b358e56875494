using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Host;

/// <summary>Text of any origin made harmless for a terminal, and cut to a length that people read.</summary>
internal static class TerminalText
{
    private const int Limit = 500;

    /// <summary>The text on one line; whatever a terminal would act on instead of showing it is written out.</summary>
    public static string Neutralise(string text) => DisplayText.Of(text, Limit);
}
