using System.CommandLine;
using AuditWatch.Configuration;
using AuditWatch.Host.Run;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch run</c>: the service.</summary>
internal static class RunCommand
{
    private const string Examples = """
        auditwatch run                                          webhook on 127.0.0.1:9880, alerts on the console
        auditwatch run --file /var/log/kubernetes/audit.log     what is appended to a log from now on, rotations followed
        auditwatch run --config auditwatch.yaml                 alerts to Slack, email and others
        curl --data-binary @audit.log 127.0.0.1:9880/webhook    try the webhook
        """;

    /// <param name="output">Where alerts are written that go to the console. Thread-safe.</param>
    public static Command Create(TextWriter output)
    {
        var config = new Option<string>("--config")
        {
            Description = "The configuration: receivers, route and more, which are read again when it changes and on SIGHUP. Default: alerts on the console.",
            HelpName = "auditwatch.yaml",
        };
        var file = new Option<string>("--file")
        {
            Description = "An audit log to follow while it grows. It need not exist yet.",
            HelpName = "PATH",
        };
        var fromStart = new Option<bool>("--from-start")
        {
            Description = "Read the file from its beginning, not from its end.",
        };
        var listen = new Option<string>("--listen")
        {
            Description = $"The IP address and port of the webhook. Default: what the configuration says, else {ListenAddress.Default}.",
            HelpName = "ADDR",
        };
        var state = new Option<string>("--state")
        {
            Description = "The directory for what has to survive a restart. Default: what the configuration says, else memory only.",
            HelpName = "DIR",
        };

        var strict = new Option<bool>("--strict")
        {
            Description = "Refuse to start with detections that cannot be used, or while a receiver's secret is missing. Default: the last detections that could be used run, else the shipped ones; messages wait for the secret; people are told.",
        };
        var recover = new Option<bool>("--recover")
        {
            Description = "If the database in the state directory is damaged, go on from what can be read of it, and say what is lost. The damaged file is kept. Default: a damaged one is refused.",
        };
        var command = new DocumentedCommand("run", "Watch: follow a log, receive the audit webhook, and tell people of alerts.", Examples)
        {
            config, file, fromStart, listen, state, strict, recover,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(fromStart) && result.GetValue(file) is null)
            {
                result.AddError("Option '--from-start' says where to begin in the file that '--file' names: there is none.");
            }
        });
        command.SetAction((arguments, cancellation) => ServiceHost.RunAsync(
            ServiceSettings.Load(
                arguments.GetValue(config), arguments.GetValue(file), arguments.GetValue(fromStart), arguments.GetValue(listen), arguments.GetValue(state),
                output, arguments.GetValue(strict), arguments.GetValue(recover)),
            cancellation));
        return command;
    }
}
