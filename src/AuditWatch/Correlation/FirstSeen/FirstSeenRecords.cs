using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuditWatch.Correlation.FirstSeen;

/// <summary>How what has been learnt stands in the state.</summary>
[JsonSerializable(typeof(FirstSeenState.LearningStart))]
[JsonSerializable(typeof(FirstSeenState.Combination))]
internal sealed partial class FirstSeenRecords : JsonSerializerContext
{
    public static string KeyOf(FirstSeenState.LearningStart start) => Hash(start.Scope, start.Cluster);

    public static string KeyOf(string scope, UInt128 combination) => Hash(scope, combination.ToString("x32", CultureInfo.InvariantCulture));

    public static byte[] Write(FirstSeenState.LearningStart start) => JsonSerializer.SerializeToUtf8Bytes(start, Default.LearningStart);

    public static byte[] Write(FirstSeenState.Combination combination) => JsonSerializer.SerializeToUtf8Bytes(combination, Default.Combination);

    public static FirstSeenState.LearningStart ReadStart(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, Default.LearningStart)!;

    public static FirstSeenState.Combination ReadCombination(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, Default.Combination)!;

    // Scopes can be longer than a key may be.
    private static string Hash(string scope, string rest) => new TextHasher().Add(scope).Add(rest).GetHashAndReset().ToString("x32", CultureInfo.InvariantCulture);
}
