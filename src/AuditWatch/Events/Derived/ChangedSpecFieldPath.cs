using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>changedPodSpec</c> and <c>changedContainers</c>: what the request sets in the pod specification of a workload, and in its containers, init and
/// ephemeral ones included: the same parts of <see cref="Change"/> as <c>podSpec</c> and <c>containers</c> are of the object. A restart, a label or a
/// number of replicas sets nothing there.
/// </summary>
internal sealed class ChangedSpecFieldPath : FieldPath
{
    private static readonly string[] Templates = ["spec.template.spec", "spec.jobTemplate.spec.template.spec", "template.spec"];

    // Where the pod specification stands in a pod, and in everything else.
    private readonly RelativePath[] _inPod;
    private readonly RelativePath[] _inWorkload;

    private ChangedSpecFieldPath(string name, string[] parts, string below)
        : base(name)
    {
        _inPod = [.. Paths(["spec"], parts, below), .. parts.Contains("ephemeralContainers") ? Paths([""], ["ephemeralContainers"], below) : []];
        _inWorkload = [.. Paths(Templates, parts, below)];
    }

    public static ChangedSpecFieldPath PodSpec(string name, string below) => new(name, [""], below);

    public static ChangedSpecFieldPath Containers(string name, string below) => new(name, ["containers", "initContainers", "ephemeralContainers"], below);

    public override bool Any(in AuditEvent auditEvent, IValueVisitor visitor)
    {
        var change = Change.Of(auditEvent);
        foreach (var path in PathsIn(auditEvent))
        {
            if (path.Exists(change) && !Change.LeavesSpec(auditEvent) && path.Any(change, visitor))
            {
                return true;
            }
        }

        return false;
    }

    public override bool Exists(in AuditEvent auditEvent)
    {
        var change = Change.Of(auditEvent);
        foreach (var path in PathsIn(auditEvent))
        {
            if (path.Exists(change))
            {
                return !Change.LeavesSpec(auditEvent);
            }
        }

        return false;
    }

    private RelativePath[] PathsIn(in AuditEvent auditEvent) => auditEvent[EventField.ObjectRefResource].Is("pods"u8) ? _inPod : _inWorkload;

    private static IEnumerable<RelativePath> Paths(string[] roots, string[] parts, string below) =>
        from root in roots from part in parts select RelativePath.Parse(string.Join('.', new[] { root, part, below }.Where(step => step.Length > 0)));
}
