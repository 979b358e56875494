using System.Net;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads <c>sources</c>.</summary>
internal static class SourcesSection
{
    /// <summary>Where <c>webhook</c> says to listen: on loopback, unless it says <c>insecure: true</c>.</summary>
    public static (IPEndPoint? Listen, bool Insecure) Webhook(YamlMap sources, Diagnostics diagnostics)
    {
        if (sources.Map("webhook") is not { } webhook)
        {
            return (null, false);
        }

        var listen = webhook.RequiredString("listen");
        var insecure = webhook.Boolean("insecure", otherwise: false);
        webhook.RejectUnknown();
        if (listen.Length == 0)
        {
            return (null, insecure);
        }

        if (!ListenAddress.TryParse(listen, out var address))
        {
            diagnostics.Error(webhook.LocationOf("listen"), $"'{listen}' is not an address to listen on: write IP:PORT, such as 127.0.0.1:9880 or [::1]:9880");
            return (null, insecure);
        }

        if (!IPAddress.IsLoopback(address.Address) && !insecure)
        {
            diagnostics.Error(
                webhook.LocationOf("listen"), $"'{listen}' can be reached from other machines, without TLS and by anybody: listen on 127.0.0.1, or write 'insecure: true' if something else protects it");
        }

        return (address, insecure);
    }

    /// <summary>The log files under <c>files</c>.</summary>
    public static IReadOnlyList<ConfiguredFile> Files(YamlMap sources, Diagnostics diagnostics)
    {
        var files = new List<ConfiguredFile>();
        foreach (var element in sources.TryGet("files", out var value) ? value.Elements : [])
        {
            var file = new YamlMap(element, diagnostics);
            var given = file.RequiredString("path");
            var path = element.Location.Resolve(given);
            if (given.Length > 0 && Directory.Exists(path))
            {
                diagnostics.Error(file.LocationOf("path"), $"'{given}' is a folder: name the log in it, such as {Path.Combine(given, "audit.log")}; what that is rotated to is read as well");
            }

            files.Add(new ConfiguredFile(path, file.String("cluster") ?? "", file.Boolean("fromStart", otherwise: false)));
            file.RejectUnknown();
        }

        return files;
    }
}
