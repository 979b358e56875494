using System.Net;
using AuditWatch.Access;
using AuditWatch.Sources.Webhook.Access;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Where the page, the API and the metrics are, apart from the webhook.</summary>
/// <param name="Listen">The address to listen on.</param>
/// <param name="Tls">The files that make it speak TLS; null for none.</param>
/// <param name="SignIn">How people from elsewhere sign in; null if they do not.</param>
internal sealed record PageListener(IPEndPoint Listen, TlsOptions? Tls, SignIn? SignIn = null);

/// <summary>Reads <c>page</c>: <c>listen</c>, <c>tls</c> (<c>certFile</c>, <c>keyFile</c>), <c>insecure</c>, <c>proxy</c> or <c>oidc</c>, and <c>roles</c>.</summary>
internal static class PageSection
{
    /// <summary>The listener; null if there is no such section: all of it is where the webhook is.</summary>
    /// <param name="root">The file.</param>
    /// <param name="webhook">Where the webhook listens; null if the file does not say.</param>
    /// <param name="externalUrl">Where people find the page; null if the file does not say.</param>
    /// <param name="diagnostics">Receives errors.</param>
    public static PageListener? Read(YamlMap root, IPEndPoint? webhook, Uri? externalUrl, Diagnostics diagnostics)
    {
        if (root.Map("page") is not { } page)
        {
            return null;
        }

        var listen = ListenAddress.Read(page, 9881, diagnostics);
        var tls = TlsSection.Read(page, withClients: false, diagnostics);
        var insecure = page.Boolean("insecure", otherwise: false);
        var signIn = SignInSection.Read(page, externalUrl, diagnostics);
        page.RejectUnknown();
        if (listen is not { } given)
        {
            return null;
        }

        var (address, text) = given;
        if (address.Port != 0 && address.Equals(webhook))
        {
            diagnostics.Error(page.LocationOf("listen"), $"the webhook listens on '{text}' already: choose another port, or leave 'page' out to have both on one");
        }

        if (!IPAddress.IsLoopback(address.Address) && tls is null && !insecure)
        {
            diagnostics.Error(
                page.LocationOf("listen"),
                $"'{text}' can be reached from other machines without TLS: add 'tls: {{certFile: PATH, keyFile: PATH}}' under page, listen on 127.0.0.1, or write 'insecure: true' if something else protects it");
        }

        return new PageListener(address, tls, signIn);
    }
}
