using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>podSpec</c>: the pod specification in the object, wherever its kind keeps it: of a Pod <c>spec</c>, of a CronJob
/// <c>spec.jobTemplate.spec.template.spec</c>, of a PodTemplate <c>template.spec</c>, of every other workload <c>spec.template.spec</c>.
/// Told by structure, so that patches, which name no kind, and custom workloads are seen as well.
/// </summary>
internal static class PodSpec
{
    private static readonly RelativePath[] Templates =
    [
        RelativePath.Parse("spec.template.spec"),
        RelativePath.Parse("spec.jobTemplate.spec.template.spec"),
        RelativePath.Parse("template.spec"),
    ];

    private static readonly Func<AuditEvent, Range> Found = static auditEvent => auditEvent.RangeOf(Find(auditEvent));

    public static JsonValue Of(in AuditEvent auditEvent) => auditEvent.Body(EventBody.PodSpec, Found);

    private static JsonValue Find(in AuditEvent auditEvent)
    {
        var workload = ObjectAfter.Of(auditEvent);
        foreach (var template in Templates)
        {
            var spec = template.First(workload);
            if (spec.Kind == JsonKind.Object)
            {
                return spec;
            }
        }

        return auditEvent[EventField.ObjectRefResource].Is("pods"u8) ? RelativePath.Member(workload, "spec"u8) : default;
    }
}
