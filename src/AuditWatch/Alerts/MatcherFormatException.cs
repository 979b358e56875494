namespace AuditWatch.Alerts;

/// <summary>A text that should be matchers is none. The message tells the person who wrote it what is wrong and what to write.</summary>
/// <param name="message">What is wrong and what to do about it, for the person who wrote them.</param>
/// <param name="index">The character at which it is, from 0; the length of the text if something is missing at its end.</param>
public sealed class MatcherFormatException(string message, int index) : FormatException(message)
{
    /// <summary>The character at which it is, from 0.</summary>
    public int Index => index;
}
