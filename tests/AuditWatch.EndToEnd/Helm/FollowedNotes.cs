namespace AuditWatch.EndToEnd.Helm;

/// <summary>The commands of the chart's notes that write the API server's kubeconfig, typed as they stand there.</summary>
internal static class FollowedNotes
{
    /// <summary>Runs them in a folder, which has <c>audit-webhook.kubeconfig</c> afterwards. Prints its mode.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="notes">The notes.</param>
    /// <param name="secrets">A file with the Secrets that the chart has made: what there is of the cluster.</param>
    /// <param name="service">The name of the Service, whose address leads to loopback.</param>
    public static Task<CliResult> RunAsync(TemporaryFolder folder, string notes, string secrets, string service)
    {
        var commands = notes[notes.IndexOf("SERVER=", StringComparison.Ordinal)..(notes.IndexOf("\nEND\n", StringComparison.Ordinal) + 5)];
        return Cli.RunProcessAsync("/bin/bash", [], folder.Write("notes.sh", $$"""
            kubectl() {
              case "$*" in
                *"get service {{service}} "*clusterIP*) printf 127.0.0.1 ;;
                *"get secret {{service}}-tls "*) sed -n 's/^  ca.crt: //p' '{{secrets}}' ;;
                *"get secret {{service}}-webhook-token "*) sed -n 's/^  token: //p' '{{secrets}}' ;;
                *) echo "kubectl $*" >&2; return 1 ;;
              esac
            }
            set -euo pipefail
            cd '{{folder}}'
            {{commands}}
            stat --format %a audit-webhook.kubeconfig
            """));
    }
}
