namespace AuditWatch.Detection.Matching;

/// <summary>Tells whether an event is what an expression asks for. Makes no garbage. Immutable; safe for any number of threads.</summary>
internal abstract class Matcher
{
    public abstract bool Matches(in Subject subject);

    /// <summary>Of an event that matches, adds the clauses that made it match, as <c>field: value</c>. For findings only.</summary>
    public virtual void Explain(in Subject subject, List<string> why)
    {
    }

    /// <summary>Of an event that does not match, adds the clauses that stood in the way, with what was seen instead. For authors only.</summary>
    public abstract void ExplainMiss(in Subject subject, List<string> misses);
}
