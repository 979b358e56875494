using System.Text;
using AuditWatch.Detection;
using AuditWatch.Events;

namespace AuditWatch.Processing;

/// <summary>The pod that the service runs in. Immutable.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Container">The container.</param>
/// <param name="Executable">The path of the service's executable in it.</param>
/// <param name="Configuration">The path of the service's configuration in it; null for none.</param>
public sealed record OwnPod(string Namespace, string Name, string Container, string Executable, string? Configuration);

/// <summary>
/// Recognises that somebody dealt with alerts by AuditWatch's own command line in its own pod. It is an exec, and stays an alert, but one of level low that says so. It is ours only if namespace, pod, container and
/// executable are exactly these, and the words are those of a command for people on call that talks to no other service and reads no other file than the service's configuration: every other exec into the pod is what it was. Immutable and thread-safe.
/// </summary>
internal sealed class OwnCommand(OwnPod pod)
{
    private static readonly FieldPath Outcome = FieldPath.Parse("outcome");
    private static readonly string[] Commands = ["alerts", "dead-letters", "incidents", "silence", "sources"];
    private static readonly string[] Streams = ["stdin", "stdout", "stderr", "tty"];

    // They name another service, what leads to one, a file that is sent to it, or arguments in a file.
    private static readonly string[] Foreign = ["--url", "--config", "--token-file", "@"];

    private readonly byte[] _name = Encoding.UTF8.GetBytes(pod.Name);

    /// <summary>The finding as people are to be told of it: as it is, too, if that cannot be told.</summary>
    public Finding Tell(Finding finding)
    {
        try
        {
            return finding.Level > Level.Low && finding.Event is { } request && request[EventField.ObjectRefName].Is(_name) && IsOurs(request) ? Told(finding) : finding;
        }
        catch (Exception)
        {
            // The stage that it is for fails on the same, and says so.
            return finding;
        }
    }

    private Finding Told(Finding finding) =>
        finding.With(level: Level.Low, summary: $"{finding.Actor} used AuditWatch's own command line, {finding.Request.Command}, in its pod {pod.Namespace}/{pod.Name}");

    private bool IsOurs(in AuditEvent request) =>
        Text(request, EventField.ObjectRefNamespace) == pod.Namespace && Text(request, EventField.ObjectRefResource) == "pods" && Text(request, EventField.ObjectRefSubresource) == "exec"
        && EventText.Of(request, Outcome) is "allowed" or "started" && IsOurs(Text(request, EventField.RequestUri));

    private bool IsOurs(string uri)
    {
        List<string> words = [];
        var containers = 0;
        foreach (var parameter in uri[(uri.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&'))
        {
            var (name, value) = parameter.Split('=', 2) is [var left, var right] ? (left, Uri.UnescapeDataString(right.Replace('+', ' '))) : (parameter, "");
            switch (name)
            {
                case "command":
                    words.Add(value);
                    break;
                case "container" when value == pod.Container:
                    containers++;
                    break;
                case var _ when Streams.Contains(name):
                    break;
                default:
                    return false;
            }
        }

        return containers == 1 && words is [var executable, var command, ..] && executable == pod.Executable && Commands.Contains(command)
            && WithoutConfiguration(words.Skip(2)).TrueForAll(word => !Foreign.Any(start => word.StartsWith(start, StringComparison.OrdinalIgnoreCase)));
    }

    private List<string> WithoutConfiguration(IEnumerable<string> words)
    {
        var all = words.ToList();
        var at = all.IndexOf("--config");
        if (at >= 0 && pod.Configuration is { } own && all.ElementAtOrDefault(at + 1) == own)
        {
            all.RemoveRange(at, 2);
        }

        return all;
    }

    private static string Text(in AuditEvent request, EventField field) => request[field] is { IsScalar: true } value ? value.ToString() : "";
}
