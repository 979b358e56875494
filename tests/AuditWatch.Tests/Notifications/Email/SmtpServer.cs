using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace AuditWatch.Tests.Notifications.Email;

/// <summary>A real mail server: Debian's python3-aiosmtpd, started once for a class of tests (smtp_server.py tells how it behaves).</summary>
public sealed class SmtpServer : IAsyncLifetime
{
    /// <summary>Whom the server lets log in, and with what password.</summary>
    public const string Username = "auditwatch";

    // Debian's own: a Python of somebody's home folder would not find Debian's packages.
    private const string Python = "/usr/bin/python3";

    /// <summary>A part of every secret in tests, to look for where none may be.</summary>
    public const string Canary = "cAnArY7f3bsEcReT";

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, Channel<JsonObject>> _mailboxes = new();
    private Process? _process;
    private JsonObject _ports = [];

    internal TestAuthority Authority { get; } = new();

    /// <summary>The password of <see cref="Username"/>.</summary>
    public static string Password => "pässw0rd-" + Canary;

    /// <summary>The token with which <see cref="Username"/> may log in instead.</summary>
    public static string Token => "ya29.t0k3n-" + Canary;

    /// <summary>Skips the test where the server cannot run.</summary>
    public void SkipUnlessInstalled() => Skip.If(_process is null, "needs aiosmtpd: .ci/install");

    /// <summary>
    /// The port that takes mail with <c>starttls</c>, with <c>starttls</c> and AUTH LOGIN only (<c>login</c>), <c>xoauth2</c> or <c>oauthbearer</c> only
    /// (and SMTPUTF8), with <c>tls</c> at once, or <c>plain</c>.
    /// </summary>
    public int Port(string kind) => (int)_ports[kind]!;

    /// <summary>The next mail to anybody at <paramref name="domain"/>.</summary>
    public async Task<JsonObject> NextMailAsync(string domain) => await Mailbox(domain).Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public async Task InitializeAsync()
    {
        if (!File.Exists(Python) || !await HasPackageAsync())
        {
            return;
        }

        var (certificate, key) = Authority.Write(_folder.FullName);
        _process = Start(Path.Combine(AppContext.BaseDirectory, "Notifications", "Email", "smtp_server.py"), certificate, key, Username, Password, Token);
        _ports = Parse(await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the mail server did not start"));
        _ = ReadMailsAsync(_process.StandardOutput);
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Authority.Dispose();
        _folder.Dispose();
    }

    private static async Task<bool> HasPackageAsync()
    {
        using var check = Start("-c", "import aiosmtpd");
        await check.WaitForExitAsync();
        return check.ExitCode == 0;
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    private static JsonObject Parse(string line) => JsonNode.Parse(line)?.AsObject() ?? throw new JsonException(line);

    private async Task ReadMailsAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            var mail = Parse(line);
            Mailbox(((string)mail["to"]![0]!).Split('@')[1]).Writer.TryWrite(mail);
        }
    }

    private Channel<JsonObject> Mailbox(string domain) => _mailboxes.GetOrAdd(domain, _ => Channel.CreateUnbounded<JsonObject>());
}
