namespace AuditWatch.Tests;

/// <summary>Tests that measure what work takes, or judge by it: they run after the others, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Undisturbed
{
    public const string Name = "undisturbed";
}
