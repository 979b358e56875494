using System.Text;
using AuditWatch.Detection.Sigma;
using static AuditWatch.Detection.Sigma.SigmaString;

namespace AuditWatch.Detection.Matching;

/// <summary>
/// Matches texts that a pattern with wildcards covers, whatever their case, unless the rule says <c>cased</c>. An ASCII pattern, which nearly all are, is
/// compared byte by byte: in UTF-8 no byte of another character equals an ASCII one.
/// </summary>
internal sealed class TextMatcher : ValueMatcher
{
    private readonly (PartKind Kind, byte[] Text, string Characters)[] _parts;
    private readonly bool _isCased;
    private readonly bool _isAscii;

    public TextMatcher(SigmaString pattern, bool isCased)
    {
        _parts = [.. pattern.Parts.Select(part => (part.Kind, Encoding.UTF8.GetBytes(part.Text), part.Text))];
        _isCased = isCased;
        _isAscii = pattern.Parts.All(part => Ascii.IsValid(part.Text));
    }

    protected override bool MatchesText(ReadOnlySpan<byte> text) => Glob(text, _parts);

    // The remaining parts against the remaining text. Between two runs of any text the first fit is as good as any other, so there is
    // one place to come back to, never two: the time is bounded by the product of the lengths.
    private bool Glob(ReadOnlySpan<byte> text, ReadOnlySpan<(PartKind Kind, byte[] Text, string Characters)> parts)
    {
        ReadOnlySpan<(PartKind, byte[], string)> retryParts = default;
        ReadOnlySpan<byte> retryText = default;
        var canRetry = false;
        while (true)
        {
            if (parts.IsEmpty)
            {
                if (text.IsEmpty)
                {
                    return true;
                }
            }
            else if (parts[0].Kind == PartKind.AnyText)
            {
                if (parts.Length == 1)
                {
                    return true;
                }

                parts = retryParts = parts[1..];
                var begin = Skip(text, parts[0]);
                if (begin < 0)
                {
                    return false;
                }

                text = retryText = text[begin..];
                canRetry = true;
                continue;
            }
            else if (Step(text, parts[0], out var used))
            {
                text = text[used..];
                parts = parts[1..];
                continue;
            }

            if (!canRetry || retryText.IsEmpty)
            {
                return false;
            }

            retryText = retryText[CharacterLength(retryText)..];
            var next = Skip(retryText, retryParts[0]);
            if (next < 0)
            {
                return false;
            }

            text = retryText = retryText[next..];
            parts = retryParts;
        }
    }

    // How far it is to where a part could begin, by its first byte; -1 if it can nowhere.
    private int Skip(ReadOnlySpan<byte> text, (PartKind Kind, byte[] Text, string Characters) part)
    {
        if (part.Kind != PartKind.Literal || part.Text.Length == 0 || !(_isCased || _isAscii))
        {
            return 0;
        }

        var first = part.Text[0];
        return _isCased || !char.IsAsciiLetter((char)first) ? text.IndexOf(first) : text.IndexOfAny(first, (byte)(first ^ 0x20));
    }

    private bool Step(ReadOnlySpan<byte> text, (PartKind Kind, byte[] Text, string Characters) part, out int used)
    {
        if (part.Kind == PartKind.AnyCharacter)
        {
            used = text.IsEmpty ? 0 : CharacterLength(text);
            return used > 0;
        }

        used = part.Text.Length;
        if (_isCased)
        {
            return text.StartsWith(part.Text);
        }

        return _isAscii ? text.Length >= used && Ascii.EqualsIgnoreCase(text[..used], part.Text) : StartsWithIgnoringCase(text, part.Characters, out used);
    }

    // Letters of one character can differ in length between their cases: decoded and compared character by character.
    private static bool StartsWithIgnoringCase(ReadOnlySpan<byte> text, string characters, out int used)
    {
        used = 0;
        foreach (var expected in characters.EnumerateRunes())
        {
            if (Rune.DecodeFromUtf8(text[used..], out var actual, out var length) != System.Buffers.OperationStatus.Done
                || Rune.ToUpperInvariant(actual) != Rune.ToUpperInvariant(expected))
            {
                return false;
            }

            used += length;
        }

        return true;
    }

    private static int CharacterLength(ReadOnlySpan<byte> text)
    {
        _ = Rune.DecodeFromUtf8(text, out _, out var length);
        return length;
    }
}
