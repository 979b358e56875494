using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests.Notifications.Email;

namespace AuditWatch.EndToEnd.Kube;

/// <summary>
/// <c>auditwatch run</c> with TLS, clients known by token and by certificate, and a state directory: what a service that others depend on is. It can be
/// stopped and started again at the same address. The API server of the cluster shop has a token, that of the cluster bank a certificate.
/// </summary>
internal sealed class GuardedService : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly string _shopToken = RandomNumberGenerator.GetHexString(64, lowercase: true);
    private readonly string _operatorToken = RandomNumberGenerator.GetHexString(64, lowercase: true);
    private readonly List<Service> _runs = [];
    private readonly string _config;

    private GuardedService()
    {
        WriteCertificate("server", "auditwatch", "auditwatch.auditwatch.svc");
        _authority.WriteAuthority($"{_folder}");
        _folder.Write("shop.token", _shopToken + "\n");
        _folder.Write("operator.token", _operatorToken + "\n");
        _config = _folder.Write("auditwatch.yaml", """
            sources:
              webhook:
                listen: 127.0.0.1:9880
                tls: {certFile: server.crt, keyFile: server.key, clientCaFile: authority.pem}
                auth:
                  tokens: [{file: shop.token, clusters: [shop]}, {file: operator.token}]
                  clientCertificates: [{name: kube-apiserver.bank, clusters: [bank]}]
            state: {directory: state}
            """);
    }

    /// <summary>The run that lasts, or was the last.</summary>
    public Service Now => _runs[^1];

    /// <summary>Where it listens, in every run.</summary>
    public Uri Address => Now.Http.BaseAddress!;

    /// <summary>The ids of the alerts that people have been told of, in all runs.</summary>
    public IReadOnlyList<string> Told => [.. _runs.SelectMany(run => run.Alerts).Select(alert => alert.Id)];

    public static async Task<GuardedService> StartAsync()
    {
        var service = new GuardedService();
        service._runs.Add(await Service.StartProcessAsync("--config", service._config, "--listen", $"127.0.0.1:{Ports.Free()}"));
        return service;
    }

    /// <summary>Starts it again after it was stopped or killed.</summary>
    public async Task StartAgainAsync() => _runs.Add(await Service.StartProcessAsync("--config", _config, "--listen", Address.Authority));

    /// <summary>Auditing by an API server that shows the token of the cluster shop, or another one.</summary>
    public ShippedAudit ByToken(string cluster = "shop", string? token = null) =>
        ShippedAudit.To("kubeadm.yaml", "webhook-token.kubeconfig", Address, cluster, new Dictionary<string, string>
        {
            ["ca.crt"] = _authority.Certificate.ExportCertificatePem(),
            ["token"] = token ?? _shopToken,
        });

    /// <summary>Auditing by an API server that shows a certificate of the authority, with the name of the cluster bank or another one.</summary>
    public ShippedAudit ByCertificate(string name = "kube-apiserver.bank")
    {
        var (certificate, key) = WriteCertificate("client", name);
        return ShippedAudit.To("systemd.conf", "webhook-client-certificate.kubeconfig", Address, "bank", new Dictionary<string, string>
        {
            ["ca.crt"] = _authority.Certificate.ExportCertificatePem(),
            ["client.crt"] = File.ReadAllText(certificate),
            ["client.key"] = File.ReadAllText(key),
        });
    }

    /// <summary>Posts a log by hand, as the page on the webhook tells people to when the API server has given up on events.</summary>
    public async Task PostLogAsync(string cluster, string log)
    {
        const string post = "export TOKEN; split --line-bytes=32M --filter='curl --fail --silent --show-error --insecure --header \"Authorization: Bearer $TOKEN\" --data-binary @- ";
        var posted = await Cli.RunProcessAsync(
            "/bin/bash", [], "-c", $"cd '{_folder}' && TOKEN={_operatorToken} && {post}{Address}webhook/{cluster}' '{log}'");
        Assert.True(posted.ExitCode == 0, posted.Error);
    }

    /// <summary>All its alerts, asked for as a user does on its machine.</summary>
    public async Task<IReadOnlyList<RaisedAlert>> AlertsAsync() =>
        RaisedAlert.Parse(await Cli.RunAsync("alerts", "list", "--status", "open,acknowledged,closed", "--format", "json", "--url", $"unix:{_folder["state"]}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var run in _runs)
        {
            await run.DisposeAsync();
        }

        _authority.Dispose();
        _folder.Dispose();
    }

    private (string Certificate, string Key) WriteCertificate(string file, string name, params string[] dnsNames)
    {
        using var certificate = _authority.Issue(name, dnsNames);
        using var key = certificate.GetECDsaPrivateKey()!;
        return (_folder.Write($"{file}.crt", certificate.ExportCertificatePem()), _folder.Write($"{file}.key", key.ExportPkcs8PrivateKeyPem()));
    }
}
