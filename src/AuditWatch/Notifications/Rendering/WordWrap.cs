namespace AuditWatch.Notifications.Rendering;

/// <summary>Breaks a line at its spaces. Thread-safe.</summary>
internal static class WordWrap
{
    /// <summary>The lines, none longer than <paramref name="width"/>; a word that is longer than that is broken. One line at least.</summary>
    /// <param name="text">One line.</param>
    /// <param name="width">The most UTF-16 units of a line, at least 2.</param>
    public static IEnumerable<string> Lines(string text, int width)
    {
        while (text.Length > width)
        {
            var space = text.LastIndexOf(' ', width, width);
            var end = space > 0 ? space : char.IsHighSurrogate(text[width - 1]) ? width - 1 : width;
            yield return text[..end];
            text = space > 0 ? text[end..].TrimStart(' ') : text[end..];
        }

        yield return text;
    }
}
