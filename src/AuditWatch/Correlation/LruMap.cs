using System.Diagnostics.CodeAnalysis;

namespace AuditWatch.Correlation;

/// <summary>A map in the order of last use, least recently used first. It does not evict by itself: its owner bounds it. Not thread-safe.</summary>
internal sealed class LruMap<TValue>
{
    private readonly Dictionary<UInt128, LinkedListNode<(UInt128 Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(UInt128 Key, TValue Value)> _order = [];

    public int Count => _nodes.Count;

    /// <summary>Keys and values, the least recently used first.</summary>
    public IEnumerable<(UInt128 Key, TValue Value)> LeastRecentFirst => _order;

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

    /// <summary>Removes the least recently used value. The map must not be empty.</summary>
    public TValue RemoveLeastRecent()
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
