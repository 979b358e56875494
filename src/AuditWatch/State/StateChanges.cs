namespace AuditWatch.State;

/// <summary>Changes to be made together. Not thread-safe.</summary>
public sealed class StateChanges
{
    private readonly List<StateChange> _changes = [];

    /// <summary>The changes, in their order.</summary>
    public IReadOnlyList<StateChange> All => _changes;

    /// <summary>Sets the record of a key.</summary>
    /// <param name="table">The table, 1 to 255 bytes of UTF-8.</param>
    /// <param name="key">The key, 1 to 1,024 bytes of UTF-8.</param>
    /// <param name="value">The record, at most 64 MiB; it must not change until the commit has returned.</param>
    public void Put(string table, string key, ReadOnlyMemory<byte> value) => _changes.Add(new StateChange(table, key, value));

    /// <summary>Removes the record of a key, if there is one.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">The key.</param>
    public void Delete(string table, string key) => _changes.Add(new StateChange(table, key, null));
}

/// <summary>One change.</summary>
/// <param name="Table">The table.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The record from now on; null to remove it.</param>
public readonly record struct StateChange(string Table, string Key, ReadOnlyMemory<byte>? Value);

/// <summary>A record.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its content.</param>
public readonly record struct StateRecord(string Key, ReadOnlyMemory<byte> Value);
