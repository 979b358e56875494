using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Processing;

/// <summary>What correlations counted of one batch, as it stands in the state.</summary>
/// <param name="ReceivedAt">When the batch arrived.</param>
/// <param name="PassedTo">The time of its last event, up to which waiting windows were judged; null if it had none.</param>
/// <param name="Correlated">The findings that were counted, in order.</param>
internal sealed record BatchRecord(DateTimeOffset ReceivedAt, DateTimeOffset? PassedTo, IReadOnlyList<FindingRecord> Correlated)
{
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, BatchRecordJson.Plain.BatchRecord);

    public static BatchRecord Read(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, BatchRecordJson.Default.BatchRecord)!;
}

/// <summary>A finding without its rule, which is found again by its name.</summary>
internal sealed record FindingRecord(
    string Id, string Detection, RequestSnapshot Request, DateTimeOffset Time, string Actor, string ActorKind, string Cluster, Level Level, string Summary,
    IReadOnlyList<KeyValuePair<string, string>> Dedup, IReadOnlyList<KeyValuePair<string, string>> Carried, IReadOnlyList<string> Why)
{
    // Of what is only shown, in bytes: a hundred thousand of these may be kept.
    private const int MaxText = 256;
    private const int MaxClauses = 10;

    public static FindingRecord From(Finding finding) => new(
        finding.Id.ToString("x32", CultureInfo.InvariantCulture), finding.Detection.Name, finding.Request.Cut(Cut), finding.Time, finding.Actor, finding.ActorKind, finding.Cluster, finding.Level,
        Cut(finding.Summary)!, finding.Dedup, finding.Carried, [.. finding.Why.Take(MaxClauses).Select(clause => Cut(clause)!)]);

    private static string? Cut(string? text) => AlertSize.Cut(text, MaxText);

    /// <summary>The finding; null if there is no such rule any more.</summary>
    public Finding? Of(DetectionSet detections) => detections.Find(Detection) is not { } rule ? null : new Finding
    {
        Id = UInt128.Parse(Id, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        Detection = rule,
        Request = Request,
        Time = Time,
        Actor = Actor,
        ActorKind = ActorKind,
        Cluster = Cluster,
        Level = Level,
        Summary = Summary,
        Dedup = Dedup,
        Carried = Carried,
        Why = Why,
    };
}

/// <summary>The JSON of these records.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchRecord))]
internal sealed partial class BatchRecordJson : JsonSerializerContext
{
    /// <summary>For writing: read by nobody but us, so that no letter takes six bytes.</summary>
    public static BatchRecordJson Plain => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
