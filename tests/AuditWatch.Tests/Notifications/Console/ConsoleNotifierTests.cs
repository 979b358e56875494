using System.IO.Pipes;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Console;
using Microsoft.Win32.SafeHandles;

namespace AuditWatch.Tests.Notifications.Console;

public sealed class ConsoleNotifierTests : NotifierContract, IDisposable
{
    private readonly StringWriter _terminal = new();
    private readonly BlockedWriter _blocked = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _blocked.Dispose();
    }

    [Fact]
    public async Task Notify_Piped_WritesAPlainBlockThatReadsInAMinute()
    {
        await NotifyAsync(new ConsoleNotifier("console", _terminal, coloured: false), SampleAlert.Exec());

        Assert.Equal(
            """
            HIGH  Command run in a pod
              jane@example.com ran a command in payments/shell
                Actor          jane@example.com
                Action         get payments/pods/shell/exec, create payments/pods/shell/exec
                Command        sh -c 'cat /etc/passwd'
                From           203.0.113.7
                Client         kubectl/v1.32.0 (linux/amd64)
                Outcome        denied (403), then allowed (101)
                Reason         RBAC: allowed by RoleBinding "dev/payments" of Role "dev" to User "jane@example.com"
                Count          2 times since 2026-11-21 00:24:50 UTC, last at 2026-11-21 00:24:51 UTC
                Cluster        prod
                Why            objectRef.resource: pods
                               objectRef.subresource: exec
                Runbook        https://runbooks.example.com/exec?team=soc&env=prod
                ATT&CK         https://attack.mitre.org/techniques/T1609/
                Look           kubectl -n 'payments' get pod 'shell' -o wide
                               kubectl -n 'payments' auth can-i --list --as='jane@example.com'
                               kubectl get clusterrolebindings,rolebindings -A -o wide | grep -F -- 'jane@example.com'
                Alert          5f1c3a9e2b7d4c60 (exec_into_pod)


            """, _terminal.ToString());
    }

    [Fact]
    public async Task Notify_Group_WritesALineForEachFurtherAlert()
    {
        var group = SampleAlert.Group(SampleAlert.Exec()) with { Kind = NotificationKind.Updated, ExternalUrl = new Uri("https://auditwatch.example.com/") };

        await NotifyAsync(new ConsoleNotifier("console", _terminal, coloured: false), group with { Alerts = [.. group.Alerts.Take(3)] });

        var text = _terminal.ToString();
        Assert.StartsWith(
            """
            HIGH  103 alerts: Command run in a pod
              jane@example.com ran a command in payments/shell
              Updated: 103 alerts by now
                Actor          jane@example.com
            """, text, StringComparison.Ordinal);
        Assert.EndsWith(
            """
                Alert          5f1c3a9e2b7d4c60 (exec_into_pod)
                               https://auditwatch.example.com/alerts/5f1c3a9e2b7d4c60
                And            high exec_into_pod: jane@example.com ran a command in payments/shell  https://auditwatch.example.com/alerts/0000000000000001
                               high exec_into_pod: jane@example.com ran a command in payments/shell  https://auditwatch.example.com/alerts/0000000000000002
                               and 100 more
                All alerts     https://auditwatch.example.com/


            """, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notify_RunbookOfSeveralSteps_ShowsALineForEach()
    {
        var alert = SampleAlert.Exec();
        alert = alert with { Detection = alert.Detection with { Runbook = "1. Ask the actor.\n2. Revoke \e[2J the credentials.\n" } };

        await NotifyAsync(new ConsoleNotifier("console", _terminal, coloured: false), alert);

        Assert.Contains(
            """
                Runbook        1. Ask the actor.
                               2. Revoke \u001b[2J the credentials.
                ATT&CK
            """, _terminal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notify_Coloured_SaysTheSameInColour()
    {
        await NotifyAsync(new ConsoleNotifier("console", _terminal, coloured: false), SampleAlert.Exec());
        var plain = _terminal.ToString();
        _terminal.GetStringBuilder().Clear();

        await NotifyAsync(new ConsoleNotifier("console", _terminal, coloured: true), SampleAlert.Exec());

        Assert.Contains("\e[1;31mHIGH\e[0m", _terminal.ToString(), StringComparison.Ordinal);
        Assert.Equal(plain, System.Text.RegularExpressions.Regex.Replace(_terminal.ToString(), "\e\\[[0-9;]*m", ""));
    }

    protected override Task<INotifier> CreateAsync() => Task.FromResult<INotifier>(new ConsoleNotifier("console", _terminal, coloured: false));

    protected override Task<INotifier> CreateHangingAsync() => Task.FromResult<INotifier>(new ConsoleNotifier("console", _blocked, coloured: false));

    protected override Task HangsAsync() => _blocked.Blocked.Task;

    protected override async IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync()
    {
        yield return ("a terminal", await CreateAsync(), DeliveryOutcome.Delivered);
        if (!OperatingSystem.IsWindows())
        {
            using var pipe = new AnonymousPipeServerStream();
            pipe.ClientSafePipeHandle.Dispose();
            using var output = new FileStream(new SafeFileHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false), FileAccess.Write, bufferSize: 0);
            yield return ("a pipe that nobody reads", new ConsoleNotifier("console", new StreamWriter(output), coloured: false), DeliveryOutcome.Rejected);
        }

        yield return ("a full disk", new ConsoleNotifier("console", new BrokenWriter(new IOException("No space left on device")), coloured: false), DeliveryOutcome.Retry);
        yield return ("a closed writer", new ConsoleNotifier("console", new BrokenWriter(new ObjectDisposedException("writer")), coloured: false), DeliveryOutcome.Retry);
    }

    protected override Task<string> LastMessageAsync()
    {
        var text = _terminal.ToString();
        _terminal.GetStringBuilder().Clear();
        return Task.FromResult(text);
    }

    protected override async Task AssertHarmlessAsync()
    {
        var text = await LastMessageAsync();
        Assert.All(text.Split('\n'), line => Assert.DoesNotContain(line, character => char.GetUnicodeCategory(character) is
            System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
            or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator));
        Assert.Matches("^(?:HIGH|CLOSED .high.)  (?:Command run in a pod|120 alerts: Command run in a pod|120 alerts in a short time)$", text.Split('\n')[0]);
        Assert.All(text.Split('\n')[3..^2], line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
    }

    private sealed class BrokenWriter(Exception problem) : StringWriter
    {
        public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default) => Task.FromException(problem);
    }

    private sealed class BlockedWriter : StringWriter
    {
        public TaskCompletionSource Blocked { get; } = new();

        public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
        {
            Blocked.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }
}
