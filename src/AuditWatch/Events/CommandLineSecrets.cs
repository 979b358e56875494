using System.Buffers;

namespace AuditWatch.Events;

/// <summary>
/// Finds credentials by where they stand in a command line: behind a flag with a telling name (<c>--password X</c>), behind the flag that a known client takes its
/// password with (<c>mysql -pX</c>, <c>curl -u name:X</c>, <c>redis-cli -a X</c>), or as the argument that a known client takes it as (<c>vault login X</c>).
/// Quotes of a shell around or within words are seen through; a shell's own language is not interpreted. Thread-safe.
/// </summary>
internal static class CommandLineSecrets
{
    private const StringComparison Exactly = StringComparison.Ordinal;

    private static readonly SearchValues<char> NotInPasswords = SearchValues.Create("/:=");
    private static readonly SearchValues<char> Numbers = SearchValues.Create("0123456789.-");

    // By client ("login" is that of docker, helm, az and their kin): the flag whose value, attached to it or the next word, is a password. Of a value that names the user first, what follows the colon, percent sign or comma.
    private static readonly (string Flag, char? After, string[] Clients)[] Flags =
    [
        ("-p", null, ["sshpass", "mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport", "login", "cqlsh", "rabbitmqadmin", "useradd", "usermod", "ncftp", "mosquitto_pub", "mosquitto_sub", "7z"]),
        ("-P", null, ["sqlcmd", "bcp", "tsql", "isql", "zip", "unzip", "ipmitool", "mosquitto_pub", "mosquitto_sub"]),
        ("-a", null, ["redis-cli", "valkey-cli", "keydb-cli"]),
        ("-w", null, ["ldapsearch", "ldapmodify", "ldapadd", "ldapdelete", "ldapwhoami", "ldappasswd"]),
        ("-u", ':', ["curl", "wget", "http", "https", "xh"]),
        ("--user", ':', ["curl"]),
        ("-U", ':', ["curl"]),
        ("--proxy-user", ':', ["curl"]),
        ("-U", '%', ["smbclient", "rpcclient", "net", "winexe"]),
        ("-u", ',', ["lftp", "ftp"]),
        ("-A", null, ["snmpwalk", "snmpget"]),
        ("-X", null, ["snmpwalk", "snmpget"]),
    ];

    // A lone -p asks for the password, and the next word is a database: only what is attached to the flag is one.
    private static readonly string[] AttachedOnly = ["mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlshow", "mysqlcheck", "mysqlsh", "mariadb", "mariadb-dump", "mariadb-admin"];

    /// <summary>The command line with its credentials masked; as it was if it has none.</summary>
    public static string Mask(string text)
    {
        if (!text.Contains(' ', Exactly))
        {
            return text;
        }

        var words = text.Split(' ');
        var masked = Masked(words);
        return ReferenceEquals(masked, words) ? text : string.Join(' ', masked);
    }

    /// <summary>The arguments of a command, one a word, with their credentials masked. A word that is a command line itself, as a shell's <c>-c</c> takes, is looked into.</summary>
    public static string[] Mask(string[] arguments)
    {
        var masked = Masked(arguments);
        return [.. masked.Select(Mask)];
    }

    private static string[] Masked(string[] words)
    {
        string[]? masked = null;
        var client = "";
        for (var i = 0; i < words.Length; i++)
        {
            var word = Bare(words[i]);
            if (word.Length == 0)
            {
                continue;
            }

            if (word[0] != '-')
            {
                client = word == "login" && client is ("vault" or "bao") ? client : ClientOf(word) ?? client;
            }

            var (place, from) = SecretAt(words, i, word, client);
            if (place >= 0 && place < words.Length && words[place].Length > from && !words[place].Contains(SecretMask.Hidden, Exactly))
            {
                masked ??= [.. words];
                masked[place] = words[place][..from] + SecretMask.Hidden + Closing(words[place]);
            }
        }

        return masked ?? words;
    }

    // Which word holds the credential that the word at a place speaks of, and where in it the credential begins; -1 for none.
    private static (int Place, int From) SecretAt(string[] words, int at, string word, string client)
    {
        if (word[0] != '-')
        {
            return client switch
            {
                "vault" or "bao" when word == "login" => (NextValue(words, at), 0),
                "sqlplus" when ClientOf(word) is null && word.IndexOf('/', Exactly) is > 0 and var slash => (at, words[at].IndexOf(word, Exactly) + slash + 1),
                "htpasswd" when at == words.Length - 1 && at > 2 => (at, 0),
                "aws" when !word.Contains('=', Exactly) && SecretMask.IsTelling(word) => (NextValue(words, at), 0),
                _ => (-1, 0),
            };
        }

        var start = words[at].IndexOf('-', Exactly);
        foreach (var (flag, after, clients) in Flags)
        {
            if (!clients.Contains(client, StringComparer.Ordinal) || !word.StartsWith(flag, Exactly))
            {
                continue;
            }

            if (word.Length == flag.Length)
            {
                return at + 1 < words.Length ? (at + 1, From(words[at + 1], 0, after)) : (-1, 0);
            }

            if (flag.Length == 2 || word[flag.Length] == '=')
            {
                return (at, From(words[at], start + flag.Length + (word[flag.Length] == '=' ? 1 : 0), after));
            }
        }

        if (word.StartsWith("-p", Exactly) && word.Length > 2 && (AttachedOnly.Contains(client, StringComparer.Ordinal) || LooksLikePassword(word.AsSpan(2))))
        {
            return (at, start + 2);
        }

        // --name=value is an assignment, which is found wherever it stands.
        return !word.Contains('=', Exactly) && word.Length > 3 && SecretMask.IsTelling(word.AsSpan().TrimStart('-')) ? (NextValue(words, at), 0) : (-1, 0);
    }

    private static int NextValue(string[] words, int at)
    {
        var next = at + 1;
        while (next < words.Length && words[next].StartsWith('-'))
        {
            next++;
        }

        // Further flags between a flag and its value are none of it: only where a client takes an argument they are passed over.
        return next < words.Length && (next == at + 1 || Bare(words[at])[0] != '-') ? next : -1;
    }

    private static int From(string word, int start, char? after) =>
        after is not { } sign ? start : word.IndexOf(sign, start) is >= 0 and var place ? place + 1 : word.Length;

    // Of a client nobody knows: -p and what is no port, no path, no word of lower-case letters such as -print.
    private static bool LooksLikePassword(ReadOnlySpan<char> value) =>
        value.Length >= 6 && !value.ContainsAny(NotInPasswords) && value.ContainsAnyExceptInRange('a', 'z') && value.ContainsAnyExcept(Numbers);

    private static string? ClientOf(string word)
    {
        var name = word[(word.LastIndexOf('/') + 1)..];
        return name is "aws" or "vault" or "bao" or "sqlplus" or "htpasswd" || AttachedOnly.Contains(name, StringComparer.Ordinal) || Flags.Any(flag => flag.Clients.Contains(name, StringComparer.Ordinal)) ? name : null;
    }

    private static string Bare(string word) => word.Trim('"', '\'', ',', ';', '(', ')', '`');

    // What closes a quote or a list behind the word stays.
    private static string Closing(string word)
    {
        var end = word.Length;
        while (end > 0 && word[end - 1] is '"' or '\'' or ',' or ';' or ')')
        {
            end--;
        }

        return word[end..];
    }
}
