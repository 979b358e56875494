using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace AuditWatch.EndToEnd.Kube;

/// <summary>A real etcd and kube-apiserver on loopback, auditing to a log and to a webhook. Tokens stand for users: the token of alice is alice. It is long because starting it, being its users and being its node take the same files and addresses.</summary>
internal sealed class ControlPlane : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private const string DefaultPolicy = """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        rules:
          - level: Metadata
            resources:
              - {group: "", resources: [secrets, configmaps, serviceaccounts/token]}
              - {group: authentication.k8s.io}
          - level: RequestResponse
            verbs: [create, update, patch, delete]
          - level: Metadata
        """;

    // In which kubectl asks for what it shows. An API server that is built by a newer Go than it was written for ends while it writes some objects as they are.
    private static readonly MediaTypeWithQualityHeaderValue TableOfKubectl = MediaTypeWithQualityHeaderValue.Parse("application/json;as=Table;v=v1;g=meta.k8s.io");

    private readonly KubeBinaries _binaries;
    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _processes = [];
    private readonly HttpClient _admin = new(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator })
    {
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", "admin") },
    };

    private ControlPlane(KubeBinaries binaries) => _binaries = binaries;

    /// <summary>Where the API server answers.</summary>
    public string Server { get; } = $"https://127.0.0.1:{Ports.Free()}";

    /// <summary>The audit log, written to before each answer is complete.</summary>
    public string AuditLog => _folder["audit.log"];

    /// <summary>Starts both and waits until the API server is ready.</summary>
    /// <param name="binaries">The programs.</param>
    /// <param name="webhook">Where the audit events go besides the log; null for nowhere.</param>
    /// <param name="policy">The audit policy. Default: one that has what the scenario's attacks need.</param>
    /// <param name="tokens">More lines for the file of tokens: token, user, uid, groups.</param>
    public static Task<ControlPlane> StartAsync(KubeBinaries binaries, Uri? webhook, string policy = DefaultPolicy, string tokens = "") => StartAsync(
        binaries,
        tokens,
        plane =>
        [
            "--audit-policy-file", plane._folder.Write("policy.yaml", policy), "--audit-log-path", plane.AuditLog,
            .. webhook is null ? Array.Empty<string>() : ["--audit-webhook-config-file", plane.WriteKubeconfig(webhook), "--audit-webhook-batch-max-wait", "1s"],
        ]);

    /// <summary>Starts both, audited in the way that the project tells its users, and waits until the API server is ready.</summary>
    public static Task<ControlPlane> StartAsync(KubeBinaries binaries, ShippedAudit audit) => StartAsync(binaries, tokens: "", plane => audit.WriteTo(plane._folder));

    private static async Task<ControlPlane> StartAsync(KubeBinaries binaries, string tokens, Func<ControlPlane, IReadOnlyList<string>> audit)
    {
        var plane = new ControlPlane(binaries);
        try
        {
            await plane.WriteFilesAsync(tokens);
            plane.StartProcesses(audit(plane));
            await plane.UntilReadyAsync();
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the attack scenario against the API server, with one node.</summary>
    public async Task AttackAsync(int kubeletPort)
    {
        await AddNodeAsync(kubeletPort);
        var kubeconfig = _folder.Write("people.kubeconfig", $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: default, cluster: {server: "{{{Server}}}", insecure-skip-tls-verify: true}}]
            contexts: [{name: admin, context: {cluster: default, user: admin}}, {name: alice, context: {cluster: default, user: alice}}, {name: eve, context: {cluster: default, user: eve}}]
            users: [{name: admin, user: {token: admin}}, {name: alice, user: {token: alice}}, {name: eve, user: {token: eve}}]
            """);
        var script = Path.Combine(AppContext.BaseDirectory, "deploy", "try", "attack-scenario");
        var result = await Cli.RunProcessAsync("/bin/bash", [], script, _binaries.Kubectl, kubeconfig);
        Assert.True(result.ExitCode == 0, $"the scenario failed:\n{result.Out}\n{result.Error}");
    }

    /// <summary>Adds the only node, named worker.</summary>
    public Task AddNodeAsync(int kubeletPort) => CreateAsync("/api/v1/nodes", $$$"""
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "worker"}, "status": {
          "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
          "daemonEndpoints": {"kubeletEndpoint": {"Port": {{{kubeletPort}}} }}
        }}
        """);

    /// <summary>Writes a kubeconfig for the administrator.</summary>
    /// <returns>Its path.</returns>
    public string WriteAdminKubeconfig() => _folder.Write("admin.kubeconfig", $$$"""
        apiVersion: v1
        kind: Config
        clusters: [{name: default, cluster: {server: "{{{Server}}}", insecure-skip-tls-verify: true}}]
        contexts: [{name: admin, context: {cluster: default, user: admin}}]
        current-context: admin
        users: [{name: admin, user: {token: admin}}]
        """);

    /// <summary>Waits for a pod to be made, and does what a scheduler and a kubelet do: it is on the node, and ready.</summary>
    public async Task RunPodAsync(string @namespace, string pod)
    {
        using var made = new StreamReader(await _admin.GetStreamAsync($"{Server}/api/v1/namespaces/{@namespace}/pods?watch=1&fieldSelector=metadata.name%3D{pod}"));
        Assert.NotNull(await made.ReadLineAsync());
        await CreateAsync($"/api/v1/namespaces/{@namespace}/pods/{pod}/binding", $$$"""
            {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "{{{pod}}}"}, "target": {"apiVersion": "v1", "kind": "Node", "name": "worker"}}
            """);
        using var ready = new StringContent("""{"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}""", Encoding.UTF8, "application/merge-patch+json");
        using var answer = await _admin.PatchAsync($"{Server}/api/v1/namespaces/{@namespace}/pods/{pod}/status", ready);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Creates an object, as the administrator.</summary>
    /// <param name="path">The path of its kind.</param>
    /// <param name="json">The object.</param>
    public async Task CreateAsync(string path, string json)
    {
        using var answer = await _admin.PostAsync(Server + path, new StringContent(json, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    /// <summary>A client that shows a token, at an address of loopback. The caller disposes of it.</summary>
    public HttpClient As(string token, string address = "127.0.0.1")
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
            ConnectCallback = async (context, stop) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                    await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, stop);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler)
        {
            BaseAddress = new Uri(Server),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token), Accept = { TableOfKubectl }, UserAgent = { new ProductInfoHeaderValue("curl", "8.11") } },
        };
    }

    /// <summary>Runs kubectl as whoever a token stands for.</summary>
    /// <param name="token">The token.</param>
    /// <param name="command">The command, word by word.</param>
    /// <param name="input">What it reads. Default: nothing.</param>
    /// <param name="patience">After how many seconds it is ended.</param>
    public Task<CliResult> KubectlAsync(string token, IReadOnlyList<string> command, string input = "", int patience = 60)
    {
        string[] connection = ["--server", Server, "--insecure-skip-tls-verify", "--token", token, "--cache-dir", $"{_folder}"];
        return Cli.RunProcessAsync("timeout", Encoding.UTF8.GetBytes(input), [$"{patience}", "env", $"HOME={_folder}", _binaries.Kubectl, .. connection, .. command]);
    }

    /// <summary>What the API server counts.</summary>
    public Task<string> MetricsAsync() => _admin.GetStringAsync(Server + "/metrics");

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        foreach (var process in _processes.AsEnumerable().Reverse())
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _folder.Dispose();
    }

    private async Task WriteFilesAsync(string tokens)
    {
        _folder.Write(
            "tokens.csv",
            """
            admin,admin,1,"system:masters"
            alice,alice@example.com,2,"developers"
            eve,eve@example.com,3,"contractors"

            """ + tokens);
        var key = await Cli.RunProcessAsync("openssl", [], "genrsa", "-out", _folder["service-accounts.key"], "2048");
        Assert.True(key.ExitCode == 0, key.Error);
    }

    private string WriteKubeconfig(Uri webhook) => _folder.Write(
        "webhook.yaml",
        $"""
        apiVersion: v1
        kind: Config
        clusters: [{"{"}name: auditwatch, cluster: {"{"}server: "{webhook}"{"}"}{"}"}]
        contexts: [{"{"}name: default, context: {"{"}cluster: auditwatch, user: ""{"}"}{"}"}]
        current-context: default
        """);

    private void StartProcesses(IReadOnlyList<string> audit)
    {
        var (client, peer) = ($"http://127.0.0.1:{Ports.Free()}", $"http://127.0.0.1:{Ports.Free()}");
        Start(
            _binaries.Etcd,
            "--data-dir", _folder["etcd"], "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer);
        Start(
            _binaries.ApiServer,
            [
                "--etcd-servers", client,
                "--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--secure-port", $"{new Uri(Server).Port}", "--cert-dir", _folder["certificates"],
                "--token-auth-file", _folder["tokens.csv"], "--authorization-mode", "RBAC", "--allow-privileged", "--disable-admission-plugins", "ServiceAccount",
                "--service-account-key-file", _folder["service-accounts.key"], "--service-account-signing-key-file", _folder["service-accounts.key"],
                "--service-account-issuer", "https://kubernetes.default.svc", "--service-cluster-ip-range", "10.96.0.0/16",
                .. audit,
            ]);
    }

    private void Start(string program, params string[] arguments)
    {
        var log = _folder[Path.GetFileName(program) + ".log"];
        var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true } };
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);

        void Log(string? line)
        {
            lock (process)
            {
                File.AppendAllText(log, line + "\n");
            }
        }
    }

    private async Task UntilReadyAsync()
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Patience && !_processes.Any(process => process.HasExited))
        {
            try
            {
                if ((await _admin.GetAsync(Server + "/readyz")).IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }

        var logs = Directory.GetFiles(_folder.ToString(), "*.log").Select(file => string.Join('\n', File.ReadLines(file).TakeLast(10)));
        throw new TimeoutException($"the control plane did not come up\n{string.Join("\n\n", logs)}");
    }
}
