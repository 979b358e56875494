using System.Text;
using AuditWatch.Events.Envelopes;
using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>What stands in logs that are no audit log, or beside events in one, and how to tell it.</summary>
internal static class ForeignLog
{
    /// <summary>Why a record of Rancher's own API server is none of an audit log.</summary>
    public const string Rancher = "a record of Rancher's API audit log, which is not the audit log of a cluster's API server";

    /// <summary>What klog writes.</summary>
    public const string Component = "a line that a component of Kubernetes has logged of itself";

    private const string Container = "a line of a container's log that is no JSON";
    private const string Yaml = "YAML: let gcloud print JSON with --format=json, and kubectl with -o json";
    private const string Compressed = "compressed data: with HTTP, say so by the header Content-Encoding; in messages of Kafka, let the producer compress them";
    private const string Json = "a JSON object that is no audit event, after something else on its line";
    private const string Other = "not a JSON object";

    /// <summary>Whether the user of a record is one as Rancher writes it: by <c>name</c> and <c>group</c>, where Kubernetes has <c>username</c> and <c>groups</c>.</summary>
    public static bool IsRancherUser(JsonValue user) => RelativePath.Member(user, "name"u8).IsPresent || RelativePath.Member(user, "group"u8).IsPresent;

    /// <summary>Whether a record is one of Rancher's, of any version.</summary>
    public static bool IsRancherRecord(JsonValue record) =>
        RelativePath.Member(record, "auditID"u8).IsPresent
        && (IsRancherUser(RelativePath.Member(record, "user"u8))
            || (RelativePath.Member(record, "verb"u8) is { Kind: JsonKind.String, Bytes: [>= (byte)'A' and <= (byte)'Z', ..] } && !RelativePath.Member(RelativePath.Member(record, "user"u8), "username"u8).IsPresent)
            || (RelativePath.Member(record, "method"u8).IsPresent && RelativePath.Member(record, "remoteAddr"u8).IsPresent));

    /// <summary>Whether a category of Azure's resource logs is one that AKS has beside its audit log (Azure Monitor, supported logs for Microsoft.ContainerService/managedClusters).</summary>
    public static bool IsAzureCategory(string category) =>
        category.StartsWith("kube-", StringComparison.Ordinal) || category.StartsWith("csi-", StringComparison.Ordinal) || category.StartsWith("fleet-", StringComparison.Ordinal)
        || category is "guard" or "cluster-autoscaler" or "cloud-controller-manager";

    /// <summary>Whether log events of CloudWatch come from the control plane of an EKS cluster (Amazon EKS User Guide, Send control plane logs to CloudWatch Logs).</summary>
    /// <param name="group">The name of the log group, as JSON; empty if it is not known.</param>
    /// <param name="stream">The name of the log stream, as JSON; empty if it is not known.</param>
    public static bool IsAmazonControlPlane(ReadOnlySpan<byte> group, ReadOnlySpan<byte> stream) =>
        group.IsEmpty
            ? stream.StartsWith("\"kube-"u8) || stream.StartsWith("\"authenticator-"u8) || stream.StartsWith("\"cloud-controller-manager-"u8)
            : group.StartsWith("\"/aws/eks/"u8) && group.EndsWith("/cluster\""u8);

    /// <summary>What a line of text is that holds no JSON, in words that hold nothing of it.</summary>
    public static string NameOf(ReadOnlySpan<byte> line)
    {
        var prefix = LinePrefix.Of(line);
        var text = prefix.IsOfContainer ? line[prefix.Length..] : line;
        return IsOfComponent(text) ? Component
            : prefix.Length > 0 && line[prefix.Length..] is [(byte)'{', (byte)'"', ..] ? Json
            : prefix.IsOfContainer ? Container
            : text.StartsWith("\u001f"u8) || IsZstd(text) ? Compressed
            : text.StartsWith("---"u8) || text.StartsWith("insertId:"u8) || text.StartsWith("apiVersion:"u8) ? Yaml
            : Other;
    }

    /// <summary>What kind of rejection such a line is.</summary>
    public static RejectionKind KindOf(ReadOnlySpan<byte> line) => NameOf(line) switch
    {
        Component or Container => RejectionKind.OtherLog,
        Json => RejectionKind.NotAnEvent,
        _ => RejectionKind.Malformed,
    };

    private static bool IsZstd(ReadOnlySpan<byte> text) => text is [0x28, 0xB5, 0x2F, 0xFD, ..];

    /// <summary>Whether a text begins as klog writes it: <c>I1120 10:00:01.000000       1 trace.go:236] text</c>.</summary>
    public static bool IsOfComponent(ReadOnlySpan<byte> text) =>
        text.Length > 14 && text[0] is (byte)'I' or (byte)'W' or (byte)'E' or (byte)'F' && Ascii.IsValid(text[..14])
        && !text[1..5].ContainsAnyExceptInRange((byte)'0', (byte)'9') && text[5] == ' ' && text[8] == ':' && text[11] == ':';
}
