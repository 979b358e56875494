using System.Net.Mail;

namespace AuditWatch.Notifications.Email;

/// <summary>Header fields of a mail (RFC 5322). Whatever the text, a field stays one field: what is not plain ASCII travels encoded (RFC 2047).</summary>
internal static class MailHeader
{
    /// <summary>A text such as the subject.</summary>
    public static string Text(string text)
    {
        // "=?" would begin an encoded word of the attacker's own.
        var plain = text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal);
        return plain ? text : Encode(text);
    }

    /// <summary>An address with its name, if it has one.</summary>
    public static string Address(MailAddress address)
    {
        var name = address.DisplayName;
        return name.Length == 0 ? address.Address
            : $"{(name.All(c => char.IsAsciiLetterOrDigit(c) || c == ' ') ? name : Encode(name))} <{address.Address}>";
    }

    /// <summary>An identifier of a message or a thread, unique if <paramref name="id"/> is.</summary>
    public static string MessageId(string id, MailAddress sender) => $"<{Token(id)}@{sender.Host}>";

    /// <summary>An id with everything but letters and digits of ASCII as a dash.</summary>
    public static string Token(string id) => string.Concat(id.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));

    // An encoded word holds whole characters, and a line with one is at most 76 long, the header's name included: 39 bytes of UTF-8.
    private static string Encode(string text)
    {
        var words = new List<string>();
        var word = new List<byte>(48);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(utf8);
            if (word.Count + length > 39)
            {
                Flush();
            }

            word.AddRange(utf8[..length]);
        }

        Flush();
        return string.Join("\r\n ", words);

        void Flush()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. word])}?=");
            word.Clear();
        }
    }
}
