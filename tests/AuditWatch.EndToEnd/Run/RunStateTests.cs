namespace AuditWatch.EndToEnd.Run;

public sealed class RunStateTests
{
    [Fact]
    public async Task Run_ConfigurationInThisFolder_KeepsItsStateBesideIt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("auditwatch.yaml", "state: {directory: state}");

        var result = await Cli.RunProcessAsync("/bin/bash", [], "-c", $"""
            cd '{folder["."]}'
            '{Cli.Executable}' run --config auditwatch.yaml --listen 127.0.0.1:0 &
            for i in $(seq 600); do [ -S state/auditwatch.sock ] && break; sleep 0.1; done
            sleep 0.5
            kill $!
            wait $!
            """);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.True(File.Exists(folder["state/lock"]));
    }
}
