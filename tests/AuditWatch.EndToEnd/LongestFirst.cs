using Xunit.Abstractions;

[assembly: TestCollectionOrderer("AuditWatch.EndToEnd.LongestFirst", "AuditWatch.EndToEnd")]

namespace AuditWatch.EndToEnd;

/// <summary>Of a class of tests that takes a minute or so.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TakesLongAttribute : Attribute;

/// <summary>Starts the classes that take long first: none of them is what is waited for in the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private const string Class = "Test collection for ";

    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => TakesLong(collection.DisplayName) ? 0 : 1);

    private static bool TakesLong(string collection) =>
        collection.StartsWith(Class, StringComparison.Ordinal) && typeof(LongestFirst).Assembly.GetType(collection[Class.Length..]) is { } type && type.IsDefined(typeof(TakesLongAttribute), inherit: false);
}
