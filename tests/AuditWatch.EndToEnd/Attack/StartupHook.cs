using System.Reflection;
using AuditWatch.Events;
using AuditWatch.Events.Derived;
using AuditWatch.Events.Json;

/// <summary>
/// A defect put into the executable itself, by what .NET offers for such things: <c>DOTNET_STARTUP_HOOKS</c> names this assembly, and then the derived field <c>request.kind</c> cannot be worked out
/// of an event whose request is by mallory. The class has no namespace because .NET looks for it there.
/// </summary>
internal static class StartupHook
{
    /// <summary>The variable that puts the defect in.</summary>
    public static (string Name, string Value) Variable => ("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location);

    public static void Initialize()
    {
        var fields = (Dictionary<string, Func<FieldPath>>)typeof(DerivedFields).GetField("Made", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;
        var whole = fields["request.kind"];
        fields["request.kind"] = () => new DefectiveFieldPath(whole());
    }

    private sealed class DefectiveFieldPath(FieldPath whole) : FieldPath(whole.Name)
    {
        public override bool Any(in AuditEvent auditEvent, IValueVisitor visitor) => whole.Any(Whole(auditEvent), visitor);

        public override bool Exists(in AuditEvent auditEvent) => whole.Exists(Whole(auditEvent));

        private static AuditEvent Whole(in AuditEvent auditEvent) =>
            auditEvent.Json.IndexOf("\"mallory\""u8) < 0 ? auditEvent : throw new InvalidOperationException("a defect");
    }
}
