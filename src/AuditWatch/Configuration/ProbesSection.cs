using System.Net;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads <c>probes</c>: <c>listen</c>, an address that serves <c>/healthz</c> and <c>/readyz</c> alone, without TLS: who crowds the webhook or the page is not in their way.</summary>
internal static class ProbesSection
{
    /// <summary>The address; null if there is no such section: they are asked where the webhook is.</summary>
    /// <param name="root">The file.</param>
    /// <param name="others">Where else something listens.</param>
    /// <param name="diagnostics">Receives errors.</param>
    public static IPEndPoint? Read(YamlMap root, IEnumerable<IPEndPoint?> others, Diagnostics diagnostics)
    {
        if (root.Map("probes") is not { } probes)
        {
            return null;
        }

        var listen = ListenAddress.Read(probes, 9882, diagnostics);
        probes.RejectUnknown();
        if (listen is { Address: var address, Text: var text } && address.Port != 0 && others.Contains(address))
        {
            diagnostics.Error(probes.LocationOf("listen"), $"the webhook or the page listens on '{text}' already: choose another port, or leave 'probes' out to ask there");
        }

        return listen?.Address;
    }
}
