using System.Text;

namespace AuditWatch.Events.Scanning;

/// <summary>
/// The keys that name fields of an event within one object, found by length and two of their letters. No two of them share a place; what else
/// comes to the place of one is told apart by comparing.
/// </summary>
internal sealed class FieldNames
{
    private const int Places = 64;

    private static readonly FieldNames User = new(EventField.User);
    private static readonly FieldNames ImpersonatedUser = new(EventField.ImpersonatedUser);
    private static readonly FieldNames ObjectRef = new(EventField.ObjectRef);
    private static readonly FieldNames ResponseStatus = new(EventField.ResponseStatus);

    private readonly (byte[] Name, EventField Field)[] _names = new (byte[], EventField)[Places];

    private FieldNames(EventField? parent)
    {
        Array.Fill(_names, ([], default));
        foreach (var (path, field) in EventFields.Paths)
        {
            var dot = path.IndexOf('.', StringComparison.Ordinal);
            if (parent is null ? dot < 0 : dot >= 0 && EventFields.TryGet(path[..dot], out var above) && above == parent)
            {
                var name = Encoding.UTF8.GetBytes(path[(dot + 1)..]);
                ref var place = ref _names[Place(name)];
                place = place.Name.Length == 0 ? (name, field) : throw new InvalidOperationException($"'{path}' needs a place of its own");
            }
        }
    }

    /// <summary>The keys at the top of an event.</summary>
    public static FieldNames Top { get; } = new(null);

    /// <summary>The keys within a field whose members have slots of their own.</summary>
    public static FieldNames Within(EventField parent) => parent switch
    {
        EventField.User => User,
        EventField.ImpersonatedUser => ImpersonatedUser,
        EventField.ObjectRef => ObjectRef,
        _ => ResponseStatus,
    };

    /// <summary>The field that a key without escapes names.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, out EventField field)
    {
        if (key.IsEmpty)
        {
            field = default;
            return false;
        }

        ref readonly var place = ref _names[Place(key)];
        field = place.Field;
        return key.SequenceEqual(place.Name);
    }

    private static int Place(ReadOnlySpan<byte> key) => (key.Length + (key[0] * 4) + (key[^1] * 7)) % Places;
}
