using System.Net;
using AuditWatch.Sources;
using AuditWatch.Sources.Webhook;
using AuditWatch.Sources.Webhook.Access;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads <c>sources.webhook</c>. The files of certificates and tokens must exist and be usable; their content is neither kept nor quoted in errors.</summary>
internal static class WebhookSection
{
    private const long LeastSize = 1 << 10;

    /// <summary>The settings of the section. Immutable.</summary>
    /// <param name="Listen">The address to listen on; null if the section does not say.</param>
    /// <param name="Insecure">Whether <c>insecure</c> is set.</param>
    /// <param name="Options">TLS, authentication and limits.</param>
    public readonly record struct Settings(IPEndPoint? Listen, bool Insecure, WebhookOptions Options);

    // Dead letters are notifications that could not be delivered; input that could not be read is another thing.
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal) { ["deadLetters"] = "it is called 'rejectedInput' now" };

    /// <summary>The settings; the defaults if there is no such section.</summary>
    public static Settings Read(YamlMap? sources, Diagnostics diagnostics)
    {
        if (sources?.Map("webhook") is not { } webhook)
        {
            return new Settings(null, false, new WebhookOptions());
        }

        var listen = ListenAddress.Read(webhook, 9880, diagnostics);
        var insecure = webhook.Boolean("insecure", otherwise: false);
        var options = Limits(webhook, diagnostics) with { Tls = TlsSection.Read(webhook, withClients: true, diagnostics), Authentication = Authentication(webhook, diagnostics), RejectedInput = RejectedInput(webhook) };
        webhook.RejectUnknown(Renamed);
        RequireBothOfAuthoritiesAndNames(webhook, options, diagnostics);
        if (listen is not { } given)
        {
            return new Settings(null, insecure, options);
        }

        var (address, text) = given;
        if (ListenAddress.Objection(address, text, options, insecure) is { } objection)
        {
            diagnostics.Error(webhook.LocationOf("listen"), objection);
        }

        return new Settings(address, insecure, options);
    }

    private static AuthenticationOptions Authentication(YamlMap webhook, Diagnostics diagnostics)
    {
        if (webhook.Map("auth") is not { } auth)
        {
            return new AuthenticationOptions();
        }

        var tokens = new List<TokenFile>();
        foreach (var token in Maps(auth, "tokens", diagnostics))
        {
            var name = token.RequiredString("file");
            var file = token.Location.Resolve(name);
            tokens.Add(new TokenFile(file, Clusters(token, diagnostics)));
            token.RejectUnknown();
            if (name.Length > 0)
            {
                TlsSection.Try(token, "file", diagnostics, () => BearerTokens.ParseSome(File.ReadAllBytes(file)));
            }
        }

        var names = new List<CertificateName>();
        foreach (var certificate in Maps(auth, "clientCertificates", diagnostics))
        {
            names.Add(new CertificateName(certificate.RequiredString("name"), Clusters(certificate, diagnostics)));
            certificate.RejectUnknown();
        }

        var accounts = Maps(auth, "oidc", diagnostics).Select(account => Oidc(account, diagnostics)).ToList();
        auth.RejectUnknown();
        if (tokens.Count + names.Count + accounts.Count == 0)
        {
            diagnostics.Error(webhook.LocationOf("auth"), "'auth' lets nobody in: add 'tokens: [{file: PATH}]', 'clientCertificates: [{name: NAME}]' or 'oidc: [{audience: ADDRESS, accounts: [EMAIL]}]', or leave it out to let anybody in");
        }

        return new AuthenticationOptions { Tokens = tokens, Certificates = names, Oidc = accounts };
    }

    private static OidcOptions Oidc(YamlMap account, Diagnostics diagnostics)
    {
        const string accounts = "accounts";
        const string address = "keysUrl";
        const string file = "keysFile";
        var options = new OidcOptions(account.RequiredString("audience"), account.Strings(accounts), Clusters(account, diagnostics));
        if (options.Accounts.Count == 0)
        {
            diagnostics.Error(account.Location, $"'{accounts}' names none: name the e-mail addresses of the service accounts that post");
        }

        options = options with { Issuer = account.String("issuer") ?? OidcOptions.Google, KeysFile = account.String(file) is { } given ? account.Location.Resolve(given) : null };
        if (options.KeysFile is { } path)
        {
            TlsSection.Try(account, file, diagnostics, () => KeySet.Parse(File.ReadAllBytes(path)));
        }

        if (account.String(address) is { } text)
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || !(uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)))
            {
                diagnostics.Error(account.LocationOf(address), $"'{address}' has to begin with https://: whoever could change the keys on their way could post whatever they like");
            }
            else
            {
                options = options with { KeysAddress = uri };
            }
        }
        else if (options.KeysFile is null && options.Issuer != OidcOptions.Google)
        {
            diagnostics.Error(account.Location, $"where are the keys of '{options.Issuer}'? Add '{address}: https://…' or '{file}: PATH'");
        }

        account.RejectUnknown();
        return options;
    }

    private static RejectedInputOptions? RejectedInput(YamlMap webhook)
    {
        if (webhook.Map("rejectedInput") is not { } file)
        {
            return null;
        }

        var path = file.Location.Resolve(file.RequiredString("file"));
        var size = file.Size("maxSize", RejectedInputOptions.MinBytes) ?? RejectedInputOptions.DefaultMaxBytes;
        file.RejectUnknown();
        return new RejectedInputOptions(path, size);
    }

    private static IEnumerable<YamlMap> Maps(YamlMap map, string key, Diagnostics diagnostics) =>
        map.TryGet(key, out var value) ? value.Elements.Select(element => new YamlMap(element, diagnostics)) : [];

    // A list that somebody has emptied must not come to mean any cluster.
    private static IReadOnlyList<string> Clusters(YamlMap client, Diagnostics diagnostics)
    {
        const string key = "clusters";
        var clusters = client.Strings(key);
        if (clusters.Count == 0 && client.Values.Any(pair => pair.Key.Text == key))
        {
            diagnostics.Error(client.LocationOf(key), $"'{key}' names none: name the clusters that the client may speak for, or leave '{key}' out for any");
        }

        return clusters;
    }

    private static void RequireBothOfAuthoritiesAndNames(YamlMap webhook, WebhookOptions options, Diagnostics diagnostics)
    {
        var (hasAuthorities, hasNames) = (options.Tls?.ClientAuthorityFile is not null, options.Authentication.Certificates.Count > 0);
        if (hasNames && !hasAuthorities)
        {
            diagnostics.Error(webhook.LocationOf("auth"), "'clientCertificates' needs an authority to have signed them: add 'clientCaFile: PATH' under 'tls'");
        }
        else if (hasAuthorities && !hasNames)
        {
            diagnostics.Error(webhook.LocationOf("tls"), "'clientCaFile' alone lets nobody in: name the certificates that may post with 'auth: {clientCertificates: [{name: NAME}]}'");
        }
    }

    private static WebhookOptions Limits(YamlMap webhook, Diagnostics diagnostics)
    {
        var defaults = new WebhookOptions();
        if (webhook.Map("limits") is not { } limits)
        {
            return defaults;
        }

        var options = defaults with
        {
            MaxBodyBytes = limits.Size("body", LeastSize) ?? defaults.MaxBodyBytes,
            MaxEventBytes = (int)Math.Min(int.MaxValue / 4, limits.Size("event", LeastSize) ?? defaults.MaxEventBytes),
            MaxBytesInFlight = limits.Size("inFlight", WebhookOptions.LeastBytesInFlight) ?? defaults.MaxBytesInFlight,
            MaxRequests = Count(limits, "requests", diagnostics) ?? defaults.MaxRequests,
            MaxConnections = Count(limits, "connections", diagnostics) ?? defaults.MaxConnections,
            HeaderTimeout = limits.Duration("headerTimeout") ?? defaults.HeaderTimeout,
            BodyTimeout = limits.Duration("bodyTimeout") ?? defaults.BodyTimeout,
        };
        limits.RejectUnknown();
        if (options.MaxBytesInFlight < 2L * options.MaxEventBytes)
        {
            diagnostics.Error(webhook.LocationOf("limits"), $"'inFlight' must be at least twice 'event', {options.MaxEventBytes >> 10}KiB here: a long event could never be taken");
        }

        return options;
    }

    private static int? Count(YamlMap limits, string key, Diagnostics diagnostics)
    {
        if (limits.Integer(key) is not { } number)
        {
            return null;
        }

        if (number is > 0 and <= 100_000)
        {
            return (int)number;
        }

        diagnostics.Error(limits.LocationOf(key), $"'{key}' must be a whole number from 1 to 100000");
        return null;
    }
}
