using System.Reflection;
using System.Text;
using AuditWatch.Detection.Indexing;
using AuditWatch.Events;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Detection.Indexing;

/// <summary>Somebody names accounts so that what is remembered of one has the hash of another: neither passes for the other.</summary>
public class FacetCacheTests
{
    private delegate ulong Hash(ReadOnlySpan<byte> key, int length);

    // As the cache does it: two words a step, of which the second does not count where the first equals what came of the steps before.
    private static readonly Hash HashOf = typeof(FacetCache).GetMethod("Hash", BindingFlags.NonPublic | BindingFlags.Static)!.CreateDelegate<Hash>();

    [Fact]
    public void MaskFor_NamesWhoseHashesCollide_IsOfEachTheirOwn()
    {
        var start = ColludingStart();
        using var batch = new EventBatch(new EventOrigin("names"), DateTimeOffset.UnixEpoch);
        batch.Append(Encoding.ASCII.GetBytes(string.Concat(new[] { "mallory1", "innocent", "mallory1" }.Select(end => $$"""{"kind":"Event","auditID":"1","stage":"ResponseComplete","verb":"get","requestURI":"/","user":{"username":"{{start}}{{end}}"} }""" + "\n"))));
        new AuditEventReader("names").Read(batch, isFinal: true);
        var cache = new FacetCache(new Facet([EventField.UserName], [Rule.Load("s: {user.username|endswith: mallory1}\ncondition: s").Search!.Condition]), words: 1);
        Assert.Equal(HashOf(KeyOf(batch[0]), 33), HashOf(KeyOf(batch[1]), 33));

        Assert.Equal([1UL, 0UL, 1UL], Enumerable.Range(0, 3).Select(index => cache.MaskFor(batch[index])[0]));
    }

    private static byte[] KeyOf(AuditEvent auditEvent)
    {
        var key = new byte[96];
        Assert.Equal(33, auditEvent.WriteKey([EventField.UserName], key));
        return key;
    }

    // The beginning of a name of 29 letters after which the next eight do not change the hash of the key, which has the length and a quote before it.
    private static string ColludingStart()
    {
        const ulong multiplier = 0x9E3779B97F4A7C15;
        for (var attempt = 0; ; attempt++)
        {
            var begin = $"admin{attempt:d8}";
            byte[] key = [31, 0, (byte)'"', .. Encoding.ASCII.GetBytes(begin)];
            var high = Math.BigMul(BitConverter.ToUInt64(key, 0) ^ multiplier ^ 33, BitConverter.ToUInt64(key, 8) ^ multiplier, out var low);
            var next = BitConverter.GetBytes(high ^ low ^ multiplier);
            if (next.All(letter => letter is >= 0x20 and < 0x7f and not (byte)'"' and not (byte)'\\'))
            {
                return begin + Encoding.ASCII.GetString(next);
            }
        }
    }
}
