using AuditWatch.Notifications;
using AuditWatch.State;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads <c>auditwatch.yaml</c> and reports all its errors in one pass, each with file, line, column and what to do. Thread-safe.</summary>
public static class ConfigurationFile
{
    /// <summary>Reads and validates a configuration file. Files that it refers to (secrets, certificates, detections) must exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kinds">The kinds of notifiers that its receivers may use.</param>
    /// <param name="diagnostics">Receives errors and warnings.</param>
    /// <param name="waitsForSecrets">Whether a receiver whose secret is not there is a warning, and its messages wait for it. Default: it is an error.</param>
    /// <returns>The configuration; null if there are errors.</returns>
    public static ServiceConfiguration? Load(string path, NotifierKinds kinds, Diagnostics diagnostics, bool waitsForSecrets = false) =>
        Read(YamlFile.Load(path, diagnostics), kinds, waitsForSecrets, diagnostics);

    /// <summary>Reads only the section <c>state</c> of a file, for commands that talk to a service and may have no permission to read the secrets.</summary>
    /// <param name="path">The file.</param>
    /// <param name="diagnostics">Receives errors of that section; the rest of the file is not validated.</param>
    /// <returns>The settings; null if there are errors.</returns>
    public static StateSettings? LoadState(string path, Diagnostics diagnostics)
    {
        var documents = YamlFile.Load(path, diagnostics);
        var state = documents.Count == 0 ? new StateSettings() : StateSection.Read(new YamlMap(documents[0], diagnostics), diagnostics, readsSecrets: false);
        return diagnostics.HasErrors ? null : state;
    }

    /// <summary>Reads <paramref name="text"/> as if it were the content of the file <paramref name="path"/>.</summary>
    internal static ServiceConfiguration? Parse(string path, string text, NotifierKinds kinds, Diagnostics diagnostics) =>
        Read(YamlFile.Parse(path, text, diagnostics), kinds, waitsForSecrets: false, diagnostics);

    private static ServiceConfiguration? Read(IReadOnlyList<YamlValue> documents, NotifierKinds kinds, bool waitsForSecrets, Diagnostics diagnostics)
    {
        if (documents.Count > 1)
        {
            diagnostics.Error(documents[1].Location, "a second document: there can be only one");
        }

        var configuration = documents.Count == 0 ? new ServiceConfiguration() : Read(new YamlMap(documents[0], diagnostics), kinds, waitsForSecrets, diagnostics);
        return diagnostics.HasErrors ? null : configuration;
    }

    internal static ServiceConfiguration Read(YamlMap root, NotifierKinds kinds, bool waitsForSecrets, Diagnostics diagnostics)
    {
        var sources = root.Map("sources");
        var webhook = WebhookSection.Read(sources, diagnostics);
        var correlation = root.Map("correlation");
        var lateness = correlation?.Duration("lateness") ?? Correlation.Correlator.DefaultLateness;
        var alerts = root.Map("alerts");
        var receivers = ReceiversSection.Read(root, kinds, waitsForSecrets, diagnostics);
        var intervals = TimeIntervalsSection.Read(root, diagnostics);
        var route = RouteSection.Read(root, receivers, intervals, diagnostics);
        if (route is not null)
        {
            ReceiversSection.WarnOfUnused(root, receivers, route, diagnostics);
        }

        var externalUrl = ExternalUrl(root, diagnostics);
        var page = PageSection.Read(root, webhook.Listen, externalUrl, diagnostics);
        var configuration = new ServiceConfiguration
        {
            Detections = Detections(root, diagnostics),
            Lateness = lateness,
            Watch = WatchSection.Read(root, lateness, diagnostics),
            Webhook = webhook.Listen,
            Insecure = webhook.Insecure,
            Page = page,
            Probes = ProbesSection.Read(root, [webhook.Listen, page?.Listen], diagnostics),
            WebhookOptions = webhook.Options,
            Files = sources is null ? [] : SourcesSection.Files(sources, diagnostics),
            Kafka = sources is null ? [] : KafkaSection.Read(sources, diagnostics),
            Receivers = receivers,
            Route = route,
            TimeIntervals = intervals,
            Inhibit = InhibitSection.Read(root, diagnostics),
            Silences = SilencesSection.Read(root, diagnostics),
            State = StateSection.Read(root, diagnostics, readsSecrets: true) with { Retention = alerts?.Duration("retention") ?? StateSettings.DefaultRetention },
            ResolveAfter = alerts?.Duration("resolveAfter"),
            ExternalUrl = externalUrl,
            TimeZone = ZoneName.Read(root, "timeZone", diagnostics),
            Otlp = TelemetrySection.Read(root, diagnostics),
        };
        correlation?.RejectUnknown();
        alerts?.RejectUnknown();
        sources?.RejectUnknown();
        root.RejectUnknown(AlertmanagerKeys.Hints);
        return configuration;
    }

    private static Uri? ExternalUrl(YamlMap root, Diagnostics diagnostics)
    {
        const string key = "externalUrl";
        if (root.String(key) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            && url is { UserInfo: "", Query: "", Fragment: "" })
        {
            return url.AbsoluteUri.EndsWith('/') ? url : new Uri($"{url.AbsoluteUri}/");
        }

        diagnostics.Error(root.LocationOf(key), $"'{key}' must be an address such as https://auditwatch.example.com/");
        return null;
    }

    private static List<string> Detections(YamlMap root, Diagnostics diagnostics)
    {
        var paths = new List<string>();
        foreach (var element in root.TryGet("detections", out var value) ? value.Elements : [])
        {
            var isShipped = element.Text == ServiceConfiguration.Builtin || ShippedFilters.IsNamedBy(element.Text);
            var path = isShipped ? element.Text : element.Location.Resolve(element.Text);
            if (ShippedFilters.IsNamedBy(element.Text) && ShippedFilters.Objection(element.Text) is { } objection)
            {
                diagnostics.Error(element.Location, objection);
            }
            else if (!element.IsScalar || (!isShipped && !Path.Exists(path)))
            {
                diagnostics.Error(element.Location, $"there is no file or folder of detections '{element.Text}'; '{ServiceConfiguration.Builtin}' names the shipped ones");
            }

            paths.Add(path);
        }

        return paths;
    }
}
