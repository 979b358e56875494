using System.Buffers;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>actor.subjects</c>: everything that a binding can name to give the actor rights: the actor itself and each of its groups, written as
/// <see cref="Principal"/>s. Of an impersonated user they are those of the impersonation.
/// </summary>
internal sealed class ActorSubjectsFieldPath() : FieldPath("actor.subjects")
{
    private static readonly RelativePath Groups = RelativePath.Parse("groups");

    public override bool Any(in AuditEvent auditEvent, IValueVisitor visitor)
    {
        var who = auditEvent[EventField.ImpersonatedUser] is { IsPresent: true } impersonated ? impersonated : auditEvent[EventField.User];
        var name = auditEvent.Actor;
        return (name.IsScalar && Show(name, isGroup: false, visitor)) || Groups.Any(who, new GroupVisitor(visitor));
    }

    public override bool Exists(in AuditEvent auditEvent) => auditEvent.Actor.IsPresent;

    private static bool Show(JsonValue name, bool isGroup, IValueVisitor visitor)
    {
        var length = name.Bytes.Length;
        var scratch = ArrayPool<byte>.Shared.Rent((2 * length) + Principal.Slack);
        try
        {
            var text = name.Unescape(scratch);
            var room = scratch.AsSpan(length);
            return visitor.Visit(JsonValue.Text(isGroup ? Principal.OfGroup(text, room) : Principal.OfUser(text, room)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private sealed class GroupVisitor(IValueVisitor visitor) : IValueVisitor
    {
        public bool Visit(JsonValue value) => value.IsScalar && Show(value, isGroup: true, visitor);
    }
}
