namespace AuditWatch.Policy.Coverage;

/// <summary>
/// A set of requests that is the Cartesian product of one set of values for each dimension: "get and list, of secrets, by anybody, in kube-system".
/// Intersections of shapes are shapes, differences are unions of shapes. Both sides of an operation must be of the same universe. Immutable.
/// </summary>
internal sealed class RequestShape
{
    private readonly BitSet[] _sides;

    public RequestShape(params BitSet[] sides) => _sides = sides;

    public bool IsEmpty => Array.Exists(_sides, side => side.IsEmpty);

    public BitSet this[Dimension dimension] => _sides[(int)dimension];

    /// <summary>The same shape with another set of values in one dimension.</summary>
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

    /// <summary>The requests of this shape that are not in the other, as shapes that do not overlap.</summary>
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

    /// <summary>The union of both as one shape, which it is if they differ in one dimension at most; otherwise null.</summary>
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

/// <summary>The attributes of a request that a policy or a detection can look at.</summary>
internal enum Dimension
{
    /// <summary>The verb.</summary>
    Verb,

    /// <summary>The resource and subresource, or the path.</summary>
    Target,

    /// <summary>The authenticated user and its groups.</summary>
    Principal,

    /// <summary>The namespace.</summary>
    Namespace,

    /// <summary>The name in the URL.</summary>
    Name,

    /// <summary>Whether the user impersonates another.</summary>
    Impersonation,
}
