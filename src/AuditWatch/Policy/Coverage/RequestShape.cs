namespace AuditWatch.Policy.Coverage;

/// <summary>
/// A set of requests that is the product of one set a dimension: "get and list, of secrets, by anybody, in kube-system". All a policy's rule matches, and
/// all a detection looks for, is a union of such shapes; what a rule leaves over of a shape is again shapes. Immutable.
/// </summary>
internal sealed class RequestShape
{
    private readonly BitSet[] _sides;

    public RequestShape(params BitSet[] sides) => _sides = sides;

    public bool IsEmpty => Array.Exists(_sides, side => side.IsEmpty);

    public BitSet this[Dimension dimension] => _sides[(int)dimension];

    /// <summary>The same with another side.</summary>
    public RequestShape With(Dimension dimension, BitSet side)
    {
        var sides = (BitSet[])_sides.Clone();
        sides[(int)dimension] = side;
        return new RequestShape(sides);
    }

    public bool Overlaps(RequestShape other)
    {
        for (var i = 0; i < _sides.Length; i++)
        {
            if (!_sides[i].Overlaps(other._sides[i]))
            {
                return false;
            }
        }

        return true;
    }

    public bool Contains(RequestShape other)
    {
        for (var i = 0; i < _sides.Length; i++)
        {
            if (!_sides[i].Contains(other._sides[i]))
            {
                return false;
            }
        }

        return true;
    }

    public RequestShape Intersect(RequestShape other)
    {
        var sides = new BitSet[_sides.Length];
        for (var i = 0; i < sides.Length; i++)
        {
            sides[i] = BitSet.Both(_sides[i], other._sides[i]);
        }

        return new RequestShape(sides);
    }

    /// <summary>What is in this and not in the other, in shapes that do not overlap.</summary>
    public IEnumerable<RequestShape> Except(RequestShape other)
    {
        if (!Overlaps(other))
        {
            yield return this;
            yield break;
        }

        var rest = this;
        for (var i = 0; i < _sides.Length; i++)
        {
            var outside = BitSet.Except(_sides[i], other._sides[i]);
            if (!outside.IsEmpty)
            {
                yield return rest.With((Dimension)i, outside);
                rest = rest.With((Dimension)i, BitSet.Both(_sides[i], other._sides[i]));
            }
        }
    }

    /// <summary>Both in one shape, if they differ in one side at most; else null.</summary>
    public RequestShape? TryMerge(RequestShape other)
    {
        Dimension? differs = null;
        for (var i = 0; i < _sides.Length; i++)
        {
            if (!_sides[i].Is(other._sides[i]))
            {
                if (differs is not null)
                {
                    return null;
                }

                differs = (Dimension)i;
            }
        }

        return differs is { } one ? With(one, BitSet.Either(this[one], other[one])) : this;
    }
}
