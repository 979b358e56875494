using System.Text;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// A text value of a rule: <c>*</c> stands for any text, <c>?</c> for any one character, a backslash makes either literal.
/// See the Sigma Rules Specification 2.1, "String Wildcard" and "Escaping".
/// </summary>
/// <param name="Parts">Literals, and between them what the wildcards stand for.</param>
internal sealed record SigmaString(IReadOnlyList<SigmaString.Part> Parts)
{
    /// <summary>A piece of the value.</summary>
    /// <param name="Kind">What it is.</param>
    /// <param name="Text">The text of a literal.</param>
    public readonly record struct Part(PartKind Kind, string Text = "");

    /// <summary>What a piece of a value is.</summary>
    public enum PartKind
    {
        /// <summary>Text that has to be there.</summary>
        Literal,

        /// <summary>Any one character: <c>?</c>.</summary>
        AnyCharacter,

        /// <summary>Any text, the empty one included: <c>*</c>.</summary>
        AnyText,
    }

    /// <summary>Reads a value as it stands in a rule.</summary>
    public static SigmaString Parse(string text)
    {
        var parts = new List<Part>();
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is ('*' or '?' or '\\'))
            {
                literal.Append(text[++i]);
            }
            else if (text[i] is '*' or '?')
            {
                Flush(parts, literal);
                var kind = text[i] == '*' ? PartKind.AnyText : PartKind.AnyCharacter;
                if (kind == PartKind.AnyCharacter || parts is not [.., { Kind: PartKind.AnyText }])
                {
                    parts.Add(new Part(kind));
                }
            }
            else
            {
                literal.Append(text[i]);
            }
        }

        Flush(parts, literal);
        return new SigmaString(parts);
    }

    /// <summary>The value with any text allowed before it, after it, or both.</summary>
    public SigmaString Open(bool before, bool after)
    {
        var parts = new List<Part>(Parts);
        if (before && parts is not [{ Kind: PartKind.AnyText }, ..])
        {
            parts.Insert(0, new Part(PartKind.AnyText));
        }

        if (after && parts is not [.., { Kind: PartKind.AnyText }])
        {
            parts.Add(new Part(PartKind.AnyText));
        }

        return this with { Parts = parts };
    }

    /// <summary>The value as it would be written without escapes.</summary>
    public override string ToString() => string.Concat(Parts.Select(part => part.Kind switch
    {
        PartKind.AnyText => "*",
        PartKind.AnyCharacter => "?",
        _ => part.Text,
    }));

    private static void Flush(List<Part> parts, StringBuilder literal)
    {
        if (literal.Length > 0)
        {
            parts.Add(new Part(PartKind.Literal, literal.ToString()));
            literal.Clear();
        }
    }
}
