using System.Buffers.Binary;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditWatch.Web;

/// <summary>Ids of alerts in one field of a form: what somebody has been shown is what they deal with, whatever has arrived meanwhile, and nobody has to remember it for them.</summary>
internal static class PackedIds
{
    private const int Digits = 16;
    private const int Bytes = Digits / 2;

    /// <summary>The field of ids of 16 hexadecimal digits: 11 characters or less for each.</summary>
    public static string Write(IReadOnlyCollection<string> ids)
    {
        var packed = new byte[ids.Count * Bytes];
        foreach (var (place, id) in ids.Index())
        {
            BinaryPrimitives.WriteUInt64BigEndian(packed.AsSpan(place * Bytes), Convert.ToUInt64(id, 16));
        }

        return WebEncoders.Base64UrlEncode(packed);
    }

    /// <summary>The ids of a field; none if it is not one.</summary>
    public static IReadOnlyList<string> Read(string field)
    {
        try
        {
            var packed = WebEncoders.Base64UrlDecode(field);
            return packed.Length % Bytes != 0 ? [] : [.. packed.Chunk(Bytes).Select(Convert.ToHexStringLower)];
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
