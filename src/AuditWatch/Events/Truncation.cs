using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>How events say that their bodies were too long to be recorded.</summary>
internal static class Truncation
{
    // k8s.io/apiserver, plugin/pkg/audit/truncate.
    private static ReadOnlySpan<byte> Annotation => "audit.k8s.io/truncated"u8;

    // What Azure writes in the place of a body.
    private static ReadOnlySpan<byte> Placeholder => "\"skipped-too-big-size-object\""u8;

    /// <summary>Whether the API server says so in the annotations, as JSON.</summary>
    public static bool IsAnnotated(ReadOnlySpan<byte> annotations) =>
        annotations.IndexOf(Annotation) >= 0 && RelativePath.Member(JsonValue.FromJson(annotations), Annotation).Is("true"u8);

    /// <summary>Whether a body is none, but says so.</summary>
    public static bool IsPlaceholder(ReadOnlySpan<byte> body) => body is [(byte)'"', ..] && body.SequenceEqual(Placeholder);
}
