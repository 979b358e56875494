using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace AuditWatch.Events.Scanning;

/// <summary>
/// The keys that name fields of an event within one object, found by length and two of their letters, and compared as a whole: 32 bytes at once, the
/// closing quote among them. No two of them share a place.
/// </summary>
internal sealed class FieldNames
{
    /// <summary>What <see cref="Find"/> says of a key that names no field.</summary>
    public const int Other = -1;

    /// <summary>What <see cref="Find"/> says of a key that others must read: an escaped one may be the name of a field, and <c>items</c> that of a list of events.</summary>
    public const int Declined = -2;

    private const int Places = 64;

    private static readonly FieldNames User = new(EventField.User, "uid", "extra");
    private static readonly FieldNames ImpersonatedUser = new(EventField.ImpersonatedUser, "uid", "extra");
    private static readonly FieldNames ObjectRef = new(EventField.ObjectRef, "uid", "apiVersion", "resourceVersion");
    private static readonly FieldNames ResponseStatus = new(EventField.ResponseStatus, "metadata", "status", "message", "reason");

    private readonly Vector256<byte>[] _names = new Vector256<byte>[Places];
    private readonly Vector256<byte>[] _lengths = new Vector256<byte>[Places];
    private readonly int[] _found = new int[Places];

    // Common keys of no interest are named too: what is found need not be searched for a backslash.
    private FieldNames(EventField? parent, params ReadOnlySpan<string> others)
    {
        // Where there is no name, none is found: 32 zeros stand nowhere on a line.
        Array.Fill(_lengths, Vector256<byte>.AllBitsSet);
        Array.Fill(_found, Declined);
        foreach (var (path, field) in EventFields.Paths)
        {
            var dot = path.IndexOf('.', StringComparison.Ordinal);
            if (parent is null ? dot < 0 : dot >= 0 && EventFields.TryGet(path[..dot], out var above) && above == parent)
            {
                Add(path[(dot + 1)..], (int)field);
            }
        }

        foreach (var name in others)
        {
            Add(name, Other);
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

    /// <summary>The field that a key names, or <see cref="Other"/>, or <see cref="Declined"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where in it the key begins.</param>
    /// <param name="length">Its length; a quote follows.</param>
    public int Find(ReadOnlySpan<byte> text, int start, int length)
    {
        var key = text.Slice(start, length);
        if (key.IsEmpty)
        {
            return Other;
        }

        var place = Place(key);
        if (text.Length - start >= Vector256<byte>.Count
            && ((Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(key)) ^ _names[place]) & _lengths[place]) == Vector256<byte>.Zero)
        {
            return _found[place];
        }

        return FindSlowly(key, place);
    }

    private int FindSlowly(ReadOnlySpan<byte> key, int place)
    {
        Span<byte> name = stackalloc byte[Vector256<byte>.Count];
        _names[place].CopyTo(name);
        var length = name.IndexOf((byte)'"');
        return length >= 0 && key.SequenceEqual(name[..length]) ? _found[place]
            : key.Contains((byte)'\\') || (this == Top && key.SequenceEqual("items"u8)) ? Declined
            : Other;
    }

    private static int Place(ReadOnlySpan<byte> key) => (key.Length + (key[0] * 2) + (key[^1] * 10)) & (Places - 1);

    private void Add(string name, int found)
    {
        var place = Place(Encoding.UTF8.GetBytes(name));
        if (_found[place] != Declined)
        {
            throw new InvalidOperationException($"'{name}' needs a place of its own");
        }

        Span<byte> letters = stackalloc byte[Vector256<byte>.Count];
        var length = Encoding.UTF8.GetBytes($"{name}\"", letters);
        _names[place] = Vector256.Create<byte>(letters);
        letters[..length].Fill(0xFF);
        letters[length..].Clear();
        _lengths[place] = Vector256.Create<byte>(letters);
        _found[place] = found;
    }
}
