using System.Text;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// The modifiers that rewrite a text value before it is compared: <c>windash</c>, the UTF-16 encodings and the Base64 ones.
/// See the Sigma Rules Specification 2.1, appendix "Modifiers", "Encoding".
/// </summary>
internal static class ValueEncoding
{
    private static readonly char[] Dashes = ['-', '/', '–', '—', '―'];

    /// <summary>Every form of the text with its flags' dashes and slashes exchanged, those at the start of a word.</summary>
    public static IEnumerable<string> Windash(string text)
    {
        var places = Enumerable.Range(0, text.Length)
            .Where(i => Dashes.Contains(text[i]) && (i == 0 || char.IsWhiteSpace(text[i - 1])) && i + 1 < text.Length && char.IsLetterOrDigit(text[i + 1])).ToList();

        // Five forms for each place: of a text with more than four, the forms of the first four will do.
        IEnumerable<string> forms = [text];
        foreach (var place in places.Take(4))
        {
            forms = forms.SelectMany(form => Dashes.Select(dash => string.Concat(form.AsSpan(0, place), [dash], form.AsSpan(place + 1)))).ToList();
        }

        return forms;
    }

    /// <summary>The bytes of the text in an encoding that a modifier names; UTF-8 without one.</summary>
    public static byte[] Bytes(string text, string? encoding) => encoding switch
    {
        "wide" or "utf16le" => Encoding.Unicode.GetBytes(text),
        "utf16be" => Encoding.BigEndianUnicode.GetBytes(text),
        "utf16" => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)],
        _ => Encoding.UTF8.GetBytes(text),
    };

    /// <summary>
    /// How the bytes look in the middle of some Base64 text, for each of the three places they can have in a group of three bytes: without the
    /// first and last characters, which depend on what stands around them.
    /// </summary>
    public static IEnumerable<string> Base64Offsets(byte[] bytes)
    {
        for (var offset = 0; offset < 3; offset++)
        {
            var encoded = Convert.ToBase64String([.. new byte[offset], .. bytes]);
            var from = offset switch { 0 => 0, 1 => 2, _ => 3 };
            var surplus = (offset + bytes.Length) % 3;
            var to = encoded.Length - (surplus switch { 0 => 0, 1 => 3, _ => 2 });
            yield return to > from ? encoded[from..to] : "";
        }
    }
}
