using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AuditWatch.Sources.Webhook.Access;

/// <summary>
/// An ID token (OpenID Connect Core 1.0, section 2) in compact form (RFC 7515), taken apart. Nothing of it is proved until <see cref="IsSignedBy"/> has said so. Only RS256 is understood: what a token says
/// of its algorithm decides nothing else. Immutable.
/// </summary>
internal sealed class IdToken
{
    // Clocks differ.
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(1);

    private readonly byte[] _signed;
    private readonly byte[] _signature;
    private readonly JsonElement _claims;

    private IdToken(string keyId, byte[] signed, byte[] signature, JsonElement claims) => (KeyId, _signed, _signature, _claims) = (keyId, signed, signature, claims);

    /// <summary>Which key is said to have signed it.</summary>
    public string KeyId { get; }

    /// <summary>The e-mail address of the account.</summary>
    public string Email => Text("email");

    /// <summary>Takes a text apart; returns null if it is no such token.</summary>
    public static IdToken? TryParse(string text)
    {
        try
        {
            if (text.Split('.') is not [var head, var claims, var signature] || Json(head) is not { ValueKind: JsonValueKind.Object } header || Json(claims) is not { ValueKind: JsonValueKind.Object } body)
            {
                return null;
            }

            return Text(header, "alg") == "RS256" && Text(header, "kid") is { Length: > 0 } key && !header.TryGetProperty("crit", out _)
                ? new IdToken(key, Encoding.ASCII.GetBytes($"{head}.{claims}"), Base64Url.DecodeFromChars(signature), body)
                : null;
        }
        catch (Exception problem) when (problem is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether it is for what has been configured, and valid at a time. Proves nothing by itself.</summary>
    public bool Is(OidcOptions expected, DateTimeOffset now) =>
        (Text("iss") == expected.Issuer || (expected.Issuer == OidcOptions.Google && Text("iss") == "accounts.google.com"))
        && IsFor(expected.Audience)
        && expected.Accounts.Contains(Email, StringComparer.Ordinal) && IsEmailVerified
        && Time("exp") is { } end && now < end + Leeway
        && !(Time("nbf") > now + Leeway) && !(Time("iat") > now + Leeway);

    /// <summary>Whether the key has signed it.</summary>
    public bool IsSignedBy(RSAParameters key)
    {
        using var rsa = RSA.Create(key);
        return rsa.VerifyData(_signed, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private bool IsEmailVerified => _claims.TryGetProperty("email_verified", out var value) && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.String && value.ValueEquals("true")));

    private bool IsFor(string audience) =>
        _claims.TryGetProperty("aud", out var value)
        && (value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(audience)) : Text("aud") == audience);

    private DateTimeOffset? Time(string claim) =>
        _claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is > 0 and < 100_000_000_000
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    private string Text(string claim) => Text(_claims, claim);

    private static string Text(JsonElement parent, string member) => parent.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static JsonElement Json(string part)
    {
        using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part));
        return document.RootElement.Clone();
    }
}
