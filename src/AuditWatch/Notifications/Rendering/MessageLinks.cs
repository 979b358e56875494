namespace AuditWatch.Notifications.Rendering;

/// <summary>Where a message leads to.</summary>
internal static class MessageLinks
{
    /// <summary>The alert, its incident, the runbook and up to five techniques of ATT&amp;CK; of a digest the list of all alerts. Addresses of the service are left out where nobody knows where people find it.</summary>
    public static IEnumerable<(Uri Address, string Text)> Of(Message message)
    {
        if (message.Main is not { } alert)
        {
            return message.List is { } list ? [(list, "All alerts")] : [];
        }

        return new (Uri? Address, string Text)[] { (alert.Link, "Alert"), (message.Incident?.Link, "Incident") }.Where(link => link.Address is not null).Select(link => (link.Address!, link.Text))
            .Concat(alert.RunbookLinks.Select(address => (address, "Runbook")))
            .Concat(alert.Techniques.Take(5).Select(technique => (technique.Address, technique.Id)));
    }
}
