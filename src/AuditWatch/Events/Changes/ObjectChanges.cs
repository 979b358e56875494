using System.Text.Json;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Changes;

/// <summary>
/// What a request asked to change of an object that was there, in lines for people, as far as the log has it: of a patch its body, of any patch type; of an update only what the server made of
/// the object, as admission does: what it was before stands in no event, and would take the bodies of all objects of all clusters to be kept, for the few that alerts are about. What is created is no change.
/// Safe for any number of threads.
/// </summary>
internal static class ObjectChanges
{
    // Longer than what people change, and looked through within milliseconds.
    private const int LongestBody = 256 << 10;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 200 };

    /// <summary>The lines, at most <see cref="ChangeLines.MaxBytes"/> with their ends: <c>set spec.hostPID: true</c>. It is not what a detection asked for, so what cannot be read costs no alert: a line says so.</summary>
    public static IReadOnlyList<string> Of(in AuditEvent auditEvent)
    {
        try
        {
            return Read(auditEvent);
        }
        catch (Exception)
        {
            return ["(what it changes cannot be read)"];
        }
    }

    private static IReadOnlyList<string> Read(in AuditEvent auditEvent)
    {
        var verb = auditEvent[EventField.Verb];
        var isPatch = verb.Is("patch"u8);
        if ((!isPatch && !verb.Is("update"u8)) || auditEvent[EventField.ResponseStatusCode].Bytes.SequenceEqual("201"u8))
        {
            return [];
        }

        var asked = auditEvent.JsonOf(EventField.RequestObject);
        var answer = isPatch ? asked : auditEvent.JsonOf(EventField.ResponseObject);
        if (!IsBody(asked) || !IsBody(answer) || RelativePath.Member(JsonValue.FromJson(answer), "kind"u8).Is("Status"u8))
        {
            return [];
        }

        if (asked.Length > LongestBody || answer.Length > LongestBody)
        {
            return ["(what it changes is too long to be looked through)"];
        }

        var lines = new ChangeLines();
        var isSecret = Redaction.IsSecret(auditEvent);
        if (isPatch)
        {
            ReadPatch(JsonElement.Parse(asked, Options), isSecret, lines);
        }
        else if (!isSecret)
        {
            AdmittedChanges.Read(JsonElement.Parse(asked, Options), JsonElement.Parse(answer, Options), ChangePath.Root, lines);
        }

        return lines.ToList();
    }

    private static bool IsBody(ReadOnlySpan<byte> json) => json is [(byte)'{' or (byte)'[', ..];

    private static void ReadPatch(JsonElement patch, bool isSecret, ChangeLines lines)
    {
        if (patch.ValueKind == JsonValueKind.Array)
        {
            JsonPatchChanges.Read(patch, isSecret, lines);
        }
        else if (isSecret)
        {
            foreach (var member in patch.EnumerateObject())
            {
                lines.AddHidden(ChangePath.Root.Below(JsonText.NameOf(member)));
            }
        }
        else
        {
            MergePatchChanges.Read(patch, "set", ChangePath.Root, lines);
        }
    }
}
