namespace AuditWatch.State;

/// <summary>The state cannot be used as it is; the message tells a person where the fault is and what to do.</summary>
public sealed class StateException : IOException
{
    /// <summary>A fault without a description.</summary>
    public StateException()
    {
    }

    /// <summary>A fault.</summary>
    public StateException(string message)
        : base(message)
    {
    }

    /// <summary>A fault and what it comes from.</summary>
    public StateException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
