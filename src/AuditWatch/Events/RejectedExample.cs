using System.Buffers;
using System.Text;

namespace AuditWatch.Events;

/// <summary>
/// How rejected input begins, for a person who has it and wants to know what it is, without what may be secret in it: of JSON the members' names and the values of those that tell what it is, of other text its first words
/// without credentials (<see cref="SecretMask"/>) and what looks encoded. It may hold any characters.
/// </summary>
internal static class RejectedExample
{
    private const int MaxBytes = 240;
    private const int MaxLength = 120;
    private const int LongestValue = 60;
    private const int EncodedLength = 16;
    private const char Left = '…';

    private static readonly SearchValues<char> AfterJunk = SearchValues.Create("{}[]:,\"");

    private static readonly HashSet<string> Telling = new(StringComparer.Ordinal)
    {
        "kind", "apiVersion", "level", "stage", "verb", "method", "category", "Category", "type", "@type", "stream", "messageType", "eventType", "specversion", "time", "timestamp", "ts",
    };

    /// <summary>As much of a piece of input as is needed.</summary>
    public static byte[] Beginning(ReadOnlySpan<byte> piece)
    {
        piece = piece.TrimStart(" \t\r\n"u8);
        return piece[..Math.Min(piece.Length, MaxBytes)].ToArray();
    }

    /// <summary>What may be shown of a <see cref="Beginning"/>, on one line; empty if nothing may.</summary>
    public static string Of(ReadOnlySpan<byte> beginning)
    {
        var text = Encoding.UTF8.GetString(beginning);
        text = text is ['{' or '[', ..] ? Skeleton(text) : Words(text);
        return text.Length <= MaxLength ? text : text[..MaxLength] + Left;
    }

    // What is no name stands for itself only if its name says that it tells what it is: broken JSON shows no more than whole JSON.
    private static string Skeleton(string json)
    {
        var shown = new StringBuilder();
        var name = "";
        for (var at = 0; at < json.Length;)
        {
            if (json[at] != '"')
            {
                name = json[at] is '{' or '[' ? "" : name;
                if (char.IsWhiteSpace(json[at]) || "{}[]:,0123456789".Contains(json[at], StringComparison.Ordinal))
                {
                    shown.Append(char.IsWhiteSpace(json[at]) ? "" : json[at].ToString());
                    at++;
                    continue;
                }

                AddLeft(shown);
                at += json.AsSpan(at).IndexOfAny(AfterJunk) is >= 0 and var junk ? junk : json.Length - at;
                continue;
            }

            var end = at + 1;
            while (end < json.Length && json[end] != '"')
            {
                end += json[end] == '\\' ? 2 : 1;
            }

            var isWhole = end < json.Length;
            var text = isWhole ? json[(at + 1)..end] : "";
            at = Math.Min(json.Length, end + 1);
            var isName = json.AsSpan(at).TrimStart() is [':', ..];
            if (isWhole && text.Length <= LongestValue && (isName || Telling.Contains(name)))
            {
                shown.Append('"').Append(isName ? text : SecretMask.Mask(text)).Append('"');
            }
            else
            {
                AddLeft(shown);
            }

            name = isName ? text : "";
        }

        return shown.ToString();

        static void AddLeft(StringBuilder shown)
        {
            if (shown.Length == 0 || shown[^1] != Left)
            {
                shown.Append(Left);
            }
        }
    }

    // Where a quote or a brace comes, somebody's data may begin; text without a space may be nothing but that.
    private static string Words(string text)
    {
        var end = text.AsSpan().IndexOfAny("\"{\r\n");
        var words = SecretMask.Mask(end < 0 ? text : text[..end]).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length < 2 ? "" : string.Join(' ', words.Select(word => IsEncoded(word) ? Left.ToString() : word)) + (end < 0 || end == text.Length || text[end] is '\r' or '\n' ? "" : " " + Left);
    }

    private static bool IsEncoded(string word) =>
        word.EndsWith('=') || (word.Length >= EncodedLength && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/' or '=' or '_' or '-') && word.Any(char.IsAsciiDigit));
}
