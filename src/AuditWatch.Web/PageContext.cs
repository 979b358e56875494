namespace AuditWatch.Web;

/// <summary>What every page needs to know of the request that asks for it. Immutable.</summary>
/// <param name="Root">What leads from the page's address to the first page: <c>./</c> or, below it, <c>../</c>. Links are relative, so that a proxy may put the page anywhere.</param>
/// <param name="Here">The page's own address below <paramref name="Root"/>, with its query.</param>
/// <param name="Person">Who looks at it, as they called themselves; empty if they have not.</param>
/// <param name="FormToken">What shows that a form comes from a page of ours.</param>
/// <param name="Now">The time.</param>
public sealed record PageContext(string Root, string Here, string Person, string FormToken, DateTimeOffset Now)
{
    /// <summary>Whether the person has signed in: then they do what they do in that name.</summary>
    public bool IsSignedIn { get; init; }

    /// <summary>Whether they have signed in here, and so can sign out here.</summary>
    public bool MaySignOut { get; init; }

    /// <summary>Whether the person may deal with anything; else they may only look.</summary>
    public bool MayAct { get; init; } = true;

    /// <summary>The lists that the person comes back to.</summary>
    public IReadOnlyList<SavedView> Views { get; init; } = [];

    /// <summary>Whether the person sees all clusters; else they see nothing that is about all of them.</summary>
    public bool SeesAll { get; init; } = true;

    /// <summary>Whether the person is an admin.</summary>
    public bool IsAdmin { get; init; }

    /// <summary>Whether it is no page but a report, which leads nowhere but into itself.</summary>
    public bool IsReport { get; init; }

    /// <summary>What leads to an alert.</summary>
    public string AddressOfAlert(string id) => IsReport ? $"#alert-{id}" : $"{Root}alerts/{id}";

    /// <summary>What leads to an actor.</summary>
    public string AddressOfActor(string name) => $"{Root}actors?name={Uri.EscapeDataString(name)}";

    /// <summary>What leads to an object.</summary>
    /// <param name="path">The object, as <see cref="Detection.ObjectReference.Path"/> writes it.</param>
    /// <param name="cluster">Its cluster.</param>
    public string AddressOfObject(string path, string cluster) => $"{Root}objects?name={Uri.EscapeDataString(path)}&cluster={Uri.EscapeDataString(cluster)}";

    /// <summary>When the person looked at the first page the time before; null if never.</summary>
    public DateTimeOffset? LastLook { get; init; }
}
