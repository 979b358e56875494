using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AuditWatch.Sharing;

/// <summary>
/// The account of a cluster that something in a bounded memory is counted to, as two hashes: the first 64 bits of the SHA-256 of each name, the same on every machine and in every version. The account is who is authenticated, not
/// whom they impersonate: it is they who can flood. The default value stands for nobody known. Immutable.
/// </summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Account">The account.</param>
internal readonly record struct Sharer(ulong Cluster, ulong Account)
{
    /// <summary>The sharer for an account of a cluster.</summary>
    public static Sharer Of(string cluster, string account) => new(Hash(cluster), Hash(account));

    /// <summary>Reads what <see cref="ToString"/> wrote; nobody if it is nothing of the kind.</summary>
    public static Sharer Parse(string? text) =>
        UInt128.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var both) ? new((ulong)(both >> 64), (ulong)both) : default;

    /// <summary>Thirty-two hexadecimal digits.</summary>
    public override string ToString() => new UInt128(Cluster, Account).ToString("x32", CultureInfo.InvariantCulture);

    private static ulong Hash(string name) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
