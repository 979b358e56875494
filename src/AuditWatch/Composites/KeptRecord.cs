using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuditWatch.Detection;

namespace AuditWatch.Composites;

/// <summary>A finding that waits, as it stands in the state: without its rule, which is found again by its name.</summary>
internal sealed record KeptRecord(
    string Id, string Detection, long Ticks, RequestSnapshot Request, DateTimeOffset Time, string Actor, string ActorKind, string Cluster, string Summary,
    IReadOnlyList<KeyValuePair<string, string>> Carried, IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Values)
{
    public static KeptRecord From(KeptFinding kept) => new(
        kept.Id.ToString("x32", CultureInfo.InvariantCulture), kept.Finding.Detection.Name, kept.Time, kept.Finding.KeptRequest, kept.Finding.Time, kept.Finding.Actor, kept.Finding.ActorKind,
        kept.Finding.Cluster, kept.Finding.Summary, kept.Finding.Carried, kept.Finding.Values);

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, KeptRecordJson.Plain.KeptRecord);

    public static KeptRecord Read(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, KeptRecordJson.Default.KeptRecord)!;

    /// <summary>The finding; null if there is no such rule any more.</summary>
    public Finding? Of(DetectionSet detections) => detections.Find(Detection) is not { } rule ? null : new Finding
    {
        Detection = rule,
        Request = Request,
        Time = Time,
        Actor = Actor,
        ActorKind = ActorKind,
        Cluster = Cluster,
        Summary = Summary,
        Dedup = [],
        Carried = Carried,
        Values = Values,
        Why = [],
    };
}

/// <summary>The JSON of these records.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeptRecord))]
internal sealed partial class KeptRecordJson : JsonSerializerContext
{
    /// <summary>For writing: read by nobody but us, so that no letter takes six bytes.</summary>
    public static KeptRecordJson Plain => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
