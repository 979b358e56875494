using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace AuditWatch.Events;

/// <summary>
/// Masks credentials in any text of an event that people or programs are to see: commands, request URIs (after decoding), user agents, reasons. Two ways lead to a
/// mask: what a credential looks like (tokens with a known prefix, JSON Web Tokens, keys, addresses with a password, <c>name=value</c> with a telling name), and where it
/// stands in a command line (<see cref="CommandLineSecrets"/>). Rather too much is masked than too little. Time is linear in the text's length. Thread-safe.
/// </summary>
internal static partial class SecretMask
{
    /// <summary>Stands in the place of what is not shown.</summary>
    public const string Hidden = "<redacted>";

    // One of them is in all that KnownPattern finds.
    private static readonly string[] KnownMarks =
    [
        "bearer", "eyj", "hvs.", "hvb.", "hvr.", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "sk-", "sk_", "rk-", "rk_", "aiza", "ya29.", "npm_", "dop_v1_", "sg.",
        "-----begin", "hooks.slack", "discord", "webhook.office", "pass:",
    ];

    // One of them is in all that TellingPattern finds.
    private static readonly string[] TellingWords = ["pass", "pwd", "secret", "token", "key", "cred", "auth"];

    private static readonly SearchValues<string> TellingMarks = SearchValues.Create(TellingWords, StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> Known = SearchValues.Create(KnownMarks, StringComparison.OrdinalIgnoreCase);

    // One of them is in all that the patterns and the command lines find; hardly any text has one, and looking for them is many times as fast.
    private static readonly SearchValues<string> Marks = SearchValues.Create(
        [.. KnownMarks, .. TellingWords, "basic", "://", " -", "=-", "login", "sqlplus", "command", "cmd"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> ValueEnds = SearchValues.Create(" \t\n\"'&;,}");

    // Where one of these ends a name, the name tells of a credential without being one: --token-ttl, --secret-name, PASSWORD_FILE.
    private static readonly string[] HarmlessEndings = ["file", "files", "path", "dir", "name", "names", "namespace", "id", "ids", "ttl", "type", "types", "url", "uri", "mode", "method", "size", "count", "audience", "expiration", "age", "controller"];

    /// <summary>The text with <see cref="Hidden"/> in the place of each credential in it.</summary>
    public static string Mask(string text)
    {
        if (!MayHave(Marks, text))
        {
            return text;
        }

        var query = text.StartsWith('/') ? text.IndexOf('?', StringComparison.Ordinal) : -1;
        return query < 0 ? MaskPlain(text) : MaskPlain(text[..query]) + "?" + MaskQuery(text[(query + 1)..]);
    }

    /// <summary>Whether a name, of a flag, a variable, a header or a JSON member, says that its value is a credential.</summary>
    public static bool IsTelling(ReadOnlySpan<char> name)
    {
        if (!TellingPattern().IsMatch(name))
        {
            return false;
        }

        var last = name[(name.LastIndexOfAny("-_.") + 1)..];
        foreach (var ending in HarmlessEndings)
        {
            if (last.Equals(ending, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }

    // Letters beyond ASCII can equal one of it when case does not count.
    private static bool MayHave(SearchValues<string> marks, string text) => text.AsSpan().ContainsAny(marks) || !Ascii.IsValid(text);

    // The automata take tens of milliseconds to build: not before a text comes that they may find something in. The other patterns never go back over what they have read.
    private static string MaskPlain(string text)
    {
        text = CommandLineSecrets.Mask(text);
        text = MayHave(Known, text) ? KnownPattern().Replace(text, match => match.Groups["kept"].Value + Hidden) : text;
        text = text.Contains("://", StringComparison.Ordinal) && text.Contains('@', StringComparison.Ordinal) ? AddressPattern().Replace(text, "$1" + Hidden + "@") : text;
        text = BasicPattern().Replace(text, match => HoldsPassword(match.Groups[2].ValueSpan) ? match.Groups[1].Value + Hidden : match.Value);
        return MaskAssignments(text);
    }

    // name=value, "name": "value", Name: value. What looks like a value may begin with a name of its own: a=password=x.
    private static string MaskAssignments(string text)
    {
        if (!MayHave(TellingMarks, text))
        {
            return text;
        }

        StringBuilder? masked = null;
        var copied = 0;
        for (var match = AssignmentPattern().Match(text); match.Success; match = AssignmentPattern().Match(text, Math.Max(copied, match.Index + match.Length)))
        {
            var name = match.Groups[1];
            if (!IsTelling(name.ValueSpan) || (match.Groups[2].ValueSpan.Trim() is ":" && !BeginsAWord(text, name.Index)))
            {
                continue;
            }

            var value = match.Index + match.Length;
            var end = EndOfValue(text, value);
            if (end > value && !text.AsSpan(value, end - value).Contains(Hidden, StringComparison.Ordinal))
            {
                (masked ??= new StringBuilder(text.Length)).Append(text, copied, value - copied).Append(Hidden);
                copied = end;
            }
        }

        return masked?.Append(text, copied, text.Length - copied).ToString() ?? text;
    }

    // A colon parts names of service accounts and images as well.
    private static bool BeginsAWord(string text, int place) => place == 0 || " \t\"'{,;(=&?".Contains(text[place - 1], StringComparison.Ordinal);

    private static int EndOfValue(string text, int start)
    {
        if (start < text.Length && text[start] is '"' or '\'')
        {
            return text.IndexOf(text[start], start + 1) is > 0 and var closing ? closing + 1 : text.Length;
        }

        foreach (var scheme in (ReadOnlySpan<string>)["Bearer ", "Basic ", "Token ", "ApiKey "])
        {
            start += text.AsSpan(start).StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? scheme.Length : 0;
        }

        return text.AsSpan(start).IndexOfAny(ValueEnds) is >= 0 and var length ? start + length : text.Length;
    }

    // A query says what a command runs, an argument a parameter, encoded: what is looked at is what the API server makes of it.
    private static string MaskQuery(string query)
    {
        var parameters = query.Split('&');
        var arguments = new List<(int Place, string Name, string Value)>();
        for (var i = 0; i < parameters.Length; i++)
        {
            var equals = parameters[i].IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? parameters[i] : parameters[i][..equals]);
            var value = equals < 0 ? "" : Decode(parameters[i][(equals + 1)..]);
            if (name is "command" or "cmd")
            {
                arguments.Add((i, name, value));
                continue;
            }

            var masked = MaskPlain($"{name}={value}");
            parameters[i] = masked == $"{name}={value}" ? parameters[i] : Encode(masked[..masked.IndexOf('=', StringComparison.Ordinal)]) + "=" + Encode(masked[(masked.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        }

        var words = CommandLineSecrets.Mask([.. arguments.Select(argument => argument.Value)]);
        for (var i = 0; i < words.Length; i++)
        {
            var (place, name, value) = arguments[i];
            var masked = MaskPlain(words[i]);
            parameters[place] = masked == value ? parameters[place] : $"{name}={Encode(masked)}";
        }

        return string.Join('&', parameters);
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static string Encode(string text) => Uri.EscapeDataString(text).Replace("%3Credacted%3E", Hidden, StringComparison.Ordinal);

    private static bool HoldsPassword(ReadOnlySpan<char> base64)
    {
        var bytes = new byte[base64.Length];
        Span<char> padded = [.. base64.TrimEnd('='), .. "===".AsSpan(0, (4 - (base64.TrimEnd('=').Length % 4)) % 4)];
        return Convert.TryFromBase64Chars(padded, bytes, out var length) && bytes.AsSpan(0, length).Contains((byte)':');
    }

    [GeneratedRegex("pass|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|encryption[_-]?key|master[_-]?key|account[_-]?key|signing[_-]?key|cred|auth(?:$|orization|[_-]?(?:key|pass|data)|[^a-z])",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TellingPattern();

    // JSON Web Tokens, bearer credentials, what services prefix their tokens with, private keys, webhook addresses, passwords of openssl.
    [GeneratedRegex("""
        (?<kept>\bBearer(?:\s+|%20))[^\s&"']+
        |(?<kept>)\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?
        |(?<kept>)\bhv[sbr]\.[\w-]{8,}
        |(?<kept>)\b(?:gh[pousr]_|github_pat_)\w{16,}
        |(?<kept>)\bglpat-[\w.-]{12,}
        |(?<kept>)\bxox[a-z]-[\w-]{8,}
        |(?<kept>)\b(?:sk|rk)[-_](?:live_|test_|ant-|proj-)?[\w-]{16,}
        |(?<kept>)\bAIza[\w-]{30,}
        |(?<kept>)\bya29\.[\w.-]{8,}
        |(?<kept>)\b(?:npm_|dop_v1_)\w{20,}
        |(?<kept>)\bSG\.[\w-]{16,}\.[\w-]{16,}
        |(?<kept>-----BEGIN\s(?:\w+\s)*PRIVATE\sKEY-----)[^"']*
        |(?<kept>\bhooks\.slack\.com/(?:services|workflows|triggers)/)[^\s"']+
        |(?<kept>\bdiscord(?:app)?\.com/api/webhooks/)[^\s"']+
        |(?<kept>\bwebhook\.office\.com/)[^\s"']+
        |(?<kept>\bpass:)[^\s"']+
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex KnownPattern();

    [GeneratedRegex("""(\b[a-z][\w+.-]*://[^\s/:@"']*:)[^\s"'<]+@""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex AddressPattern();

    [GeneratedRegex("""(\bBasic(?:\s+|%20))([A-Za-z0-9+/=_-]{8,})""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BasicPattern();

    // It begins where a word does, or where the search does: so that of a long word not every letter is a beginning.
    [GeneratedRegex("""(?:\G|(?<![\w.-]))(?>[\w.\--[A-Za-z]]*)([A-Za-z](?>[\w.-]*))(["']?\s*(?:=|:|(?:%25)*%3d|(?:%25)*%3a)\s*)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AssignmentPattern();
}
