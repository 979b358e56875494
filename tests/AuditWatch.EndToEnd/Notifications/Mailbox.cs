using System.Diagnostics;
using System.Text.Json;

namespace AuditWatch.EndToEnd.Notifications;

/// <summary>A real SMTP server (aiosmtpd), and the mails it has taken in.</summary>
internal sealed class Mailbox : IDisposable
{
    // Debian installs the package for its own Python, not for one that may come first on the path.
    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private Mailbox(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Starts a server; skips the test where there is none.</summary>
    public static async Task<Mailbox> StartAsync()
    {
        Skip.IfNot(
            File.Exists(Python) && (await Cli.RunProcessAsync(Python, [], "-c", "import aiosmtpd")).ExitCode == 0,
            "no SMTP server to deliver to: aiosmtpd is not installed (Debian: apt-get install python3-aiosmtpd)");
        var script = Path.Combine(AppContext.BaseDirectory, "Notifications", "mailbox.py");
        var process = Process.Start(new ProcessStartInfo(Python, [script]) { RedirectStandardOutput = true })!;
        var port = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        return new Mailbox(process, int.Parse(port!, null));
    }

    /// <summary>Waits for the next mail.</summary>
    public async Task<Mail> NextAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        return JsonSerializer.Deserialize<Mail>(line!, JsonSerializerOptions.Web)!;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}

/// <summary>A mail as it arrived.</summary>
internal sealed record Mail(string From, string[] To, string Subject, string Text, string Html);
