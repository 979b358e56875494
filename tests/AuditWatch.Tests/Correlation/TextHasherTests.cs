using System.Security.Cryptography;
using System.Text;
using AuditWatch.Correlation;

namespace AuditWatch.Tests.Correlation;

/// <summary>What groups of correlations, combinations of <c>firstSeen</c> and steps of composites are known by: nobody who chooses names can have two taken for one.</summary>
public class TextHasherTests
{
    private readonly TextHasher _hasher = new();

    [Fact]
    public void GetHashAndReset_Texts_IsTheirSha256()
    {
        byte[] texts = [2, 0, 0, 0, .. Encoding.Unicode.GetBytes("ab"), 1, 0, 0, 0, .. Encoding.Unicode.GetBytes("c")];

        Assert.Equal(BitConverter.ToUInt128(SHA256.HashData(texts)), _hasher.Add("ab").Add("c").GetHashAndReset());
    }

    [Fact]
    public void GetHashAndReset_SameLettersCutElsewhere_IsAnother()
    {
        string[][] lists = [["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["", "abc"], ["ab", "c", ""], ["ab\0\0c"]];

        Assert.Equal(lists.Length, lists.Select(HashOf).Distinct().Count());
        Assert.Equal(HashOf(lists[0]), HashOf(lists[0]));
    }

    private UInt128 HashOf(string[] texts) => texts.Aggregate(_hasher, (hasher, text) => hasher.Add(text)).GetHashAndReset();
}
