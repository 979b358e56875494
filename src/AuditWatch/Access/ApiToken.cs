using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditWatch.State;

namespace AuditWatch.Access;

/// <summary>A token of the API as the service keeps it: all but the token itself, of which only a hash is kept. Immutable.</summary>
/// <param name="Id">Its id: 16 hexadecimal digits.</param>
/// <param name="Name">Who has it: what is done with it is done in this name.</param>
/// <param name="Role">What its bearer may do.</param>
/// <param name="Hash">The SHA-256 of the token. That has 256 random bits, so nobody finds it by trying.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">From when on it is good no more.</param>
internal sealed record ApiToken(string Id, string Name, Role Role, ReadOnlyMemory<byte> Hash, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    private const string In = " in ";

    /// <summary>The clusters in which its bearer has the role; null for everywhere.</summary>
    public IReadOnlyList<string>? Clusters { get; init; }

    /// <summary>What its bearer may do where.</summary>
    public Rights Rights => new([new Right(Role, Clusters)]);

    /// <summary>The longest name, in characters.</summary>
    public const int MaxNameLength = 100;

    /// <summary>The longest that a token is good.</summary>
    public static readonly TimeSpan MaxLife = TimeSpan.FromDays(3_660);

    /// <summary>What each token begins with, so that scanners for secrets, people and proxies know one when they see it.</summary>
    public const string Prefix = "auditwatch_";

    private const int RandomBytes = 32;

    /// <summary>A new token: what is kept of it, and the token itself, which is nowhere else.</summary>
    public static (ApiToken Kept, string Secret) Create(string name, Right right, string createdBy, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        var secret = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));
        return (new ApiToken(RandomNumberGenerator.GetHexString(16, lowercase: true), name, right.Role, HashOf(secret), createdBy, now, expiresAt) { Clusters = right.Clusters }, secret);
    }

    /// <summary>The hash of a token.</summary>
    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>As a row of the state has it: the role, and the clusters that it is good in as a JSON array, <c>responder in ["payments-eu"]</c>.</summary>
    public static ApiToken Of(StateRow row)
    {
        var role = row.Text("role").Split(In, 2);
        return new ApiToken(row.Text("id"), row.Text("name"), RoleWords.Parse(role[0]) ?? Role.Viewer, row.Bytes("sha256"), row.Text("created_by"), row.Time("created_at"), row.Time("expires_at"))
        {
            Clusters = role.Length > 1 ? JsonSerializer.Deserialize<string[]>(role[1]) : null,
        };
    }

    /// <summary>A row of the state.</summary>
    public object?[] ToRow() => [Id, Name, Clusters is null ? Role.Word() : Role.Word() + In + JsonSerializer.Serialize(Clusters), Hash.ToArray(), CreatedBy, CreatedAt, ExpiresAt];

    // Nothing prints what could be tried against.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(Id).Append(' ').Append(Role.Word());
        return true;
    }
}
