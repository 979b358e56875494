using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace AuditWatch.Sources.Webhook.Access;

/// <summary>The RSA keys of a JWK set (RFC 7517) by their ids. Immutable; safe for any number of threads.</summary>
internal sealed class KeySet
{
    // What is shorter is no protection any more (NIST SP 800-131A).
    private const int LeastModulusBytes = 2048 / 8;

    private readonly Dictionary<string, RSAParameters> _keys;

    private KeySet(Dictionary<string, RSAParameters> keys) => _keys = keys;

    /// <summary>The key of an id; null if there is none.</summary>
    public RSAParameters? Find(string id) => _keys.TryGetValue(id, out var key) ? key : null;

    /// <summary>Reads a set. Keys of other kinds and for other uses are passed over.</summary>
    /// <exception cref="FormatException">It is no set, or has no key that signs with RS256.</exception>
    public static KeySet Parse(byte[] json)
    {
        var keys = new Dictionary<string, RSAParameters>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var key in document.RootElement.GetProperty("keys").EnumerateArray())
            {
                if (Text(key, "kty") == "RSA" && Text(key, "use") is "sig" or "" && Text(key, "alg") is "RS256" or "" && Text(key, "kid") is { Length: > 0 } id
                    && Base64Url.DecodeFromChars(Text(key, "n")) is { Length: >= LeastModulusBytes } modulus)
                {
                    keys[id] = new RSAParameters { Modulus = modulus, Exponent = Base64Url.DecodeFromChars(Text(key, "e")) };
                }
            }
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("it is no set of keys: {\"keys\":[…]} is wanted (RFC 7517)", problem);
        }

        return keys.Count > 0 ? new KeySet(keys) : throw new FormatException("there is no RSA key of 2048 bits or more in it that signs with RS256");
    }

    private static string Text(JsonElement parent, string member) => parent.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
