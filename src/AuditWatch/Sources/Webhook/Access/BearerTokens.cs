using System.Security.Cryptography;
using System.Text;

namespace AuditWatch.Sources.Webhook.Access;

/// <summary>A set of bearer tokens, held as SHA-256 hashes: the tokens themselves are not kept. Immutable; safe for any number of threads.</summary>
internal sealed class BearerTokens
{
    // A shorter token could be guessed.
    private const int MinTokenLength = 16;

    private readonly byte[][] _hashes;

    private BearerTokens(byte[][] hashes) => _hashes = hashes;

    /// <summary>Reads tokens, one a line; none if the file has been emptied, by which somebody says that nobody is to be let in any more.</summary>
    /// <exception cref="FormatException">One of them cannot be a token.</exception>
    public static BearerTokens Parse(byte[] file)
    {
        var tokens = Encoding.Latin1.GetString(file).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return tokens.Any(token => token.Length < MinTokenLength) ? throw new FormatException($"a token in it is shorter than {MinTokenLength} characters and could be guessed")
            : tokens.Any(token => token.Any(letter => letter is <= ' ' or > '~')) ? throw new FormatException("a token in it has other characters than ASCII letters, digits and signs; it takes one token a line")
            : new BearerTokens([.. tokens.Select(token => Hash(token))]);
    }

    /// <summary>Reads tokens that have to be there: nobody configures a file to let nobody in.</summary>
    /// <exception cref="FormatException">One of them cannot be a token, or there is none.</exception>
    public static BearerTokens ParseSome(byte[] file) => Parse(file) is { _hashes.Length: > 0 } tokens ? tokens : throw new FormatException("there is no token in it");

    /// <summary>The hash of a token, for <see cref="Contains"/>.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.Latin1.GetBytes(token));

    /// <summary>Whether the set has the token with that hash. Takes the same time whether it does or not.</summary>
    public bool Contains(ReadOnlySpan<byte> hash)
    {
        var found = false;
        foreach (var known in _hashes)
        {
            found |= CryptographicOperations.FixedTimeEquals(known, hash);
        }

        return found;
    }
}
