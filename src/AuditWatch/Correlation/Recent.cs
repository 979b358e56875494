using System.Diagnostics.CodeAnalysis;

namespace AuditWatch.Correlation;

/// <summary>Values by key, which knows the order they were last asked for or set in, so that its owner can bound it. Not thread-safe.</summary>
internal sealed class Recent<TValue>
{
    private readonly Dictionary<UInt128, LinkedListNode<(UInt128 Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(UInt128 Key, TValue Value)> _order = [];

    public int Count => _nodes.Count;

    /// <summary>Keys and values, the one last asked for or set longest ago first.</summary>
    public IEnumerable<(UInt128 Key, TValue Value)> OldestFirst => _order;

    public bool TryGet(UInt128 key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_nodes.TryGetValue(key, out var node))
        {
            value = default;
            return false;
        }

        MoveToEnd(node);
        value = node.Value.Value;
        return true;
    }

    public void Set(UInt128 key, TValue value)
    {
        if (_nodes.TryGetValue(key, out var node))
        {
            node.Value = (key, value);
            MoveToEnd(node);
        }
        else
        {
            _nodes[key] = _order.AddLast((key, value));
        }
    }

    /// <summary>Takes out the value that was last asked for or set longest ago. There must be one.</summary>
    public TValue RemoveOldest()
    {
        var (key, value) = _order.First!.Value;
        _order.RemoveFirst();
        _nodes.Remove(key);
        return value;
    }

    private void MoveToEnd(LinkedListNode<(UInt128 Key, TValue Value)> node)
    {
        if (node.Next is not null)
        {
            _order.Remove(node);
            _order.AddLast(node);
        }
    }
}
