using System.Security.Cryptography;
using System.Text;

namespace AuditWatch.Sources.Webhook.Access;

/// <summary>The digests of bearer tokens. The tokens themselves are not kept.</summary>
internal sealed class BearerTokens
{
    /// <summary>A shorter token could be guessed.</summary>
    private const int ShortestToken = 16;

    private readonly byte[][] _digests;

    private BearerTokens(byte[][] digests) => _digests = digests;

    /// <summary>Reads tokens, one a line.</summary>
    /// <exception cref="FormatException">One of them cannot be a token, or there is none.</exception>
    public static BearerTokens Parse(byte[] file)
    {
        var tokens = Encoding.Latin1.GetString(file).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return tokens.Length == 0 ? throw new FormatException("there is no token in it")
            : tokens.Any(token => token.Length < ShortestToken) ? throw new FormatException($"a token in it is shorter than {ShortestToken} characters and could be guessed")
            : tokens.Any(token => token.Any(letter => letter is <= ' ' or > '~')) ? throw new FormatException("a token in it has other characters than ASCII letters, digits and signs; it takes one token a line")
            : new BearerTokens([.. tokens.Select(token => Digest(token))]);
    }

    /// <summary>What <see cref="Contain"/> takes for a token.</summary>
    public static byte[] Digest(string token) => SHA256.HashData(Encoding.Latin1.GetBytes(token));

    /// <summary>Whether it is one of them. Takes the same time whichever it is, or none.</summary>
    public bool Contain(ReadOnlySpan<byte> digest)
    {
        var found = false;
        foreach (var known in _digests)
        {
            found |= CryptographicOperations.FixedTimeEquals(known, digest);
        }

        return found;
    }
}
