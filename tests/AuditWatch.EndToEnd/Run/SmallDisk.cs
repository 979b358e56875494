namespace AuditWatch.EndToEnd.Run;

/// <summary>A disk of a few megabytes, in memory, that can be made larger. It takes root to mount one.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private SmallDisk(TemporaryFolder folder) => _folder = folder;

    /// <summary>Where something on it is.</summary>
    public string this[string name] => Path.Combine(_folder["disk"], name);

    /// <summary>Mounts one; skips the test where that cannot be done.</summary>
    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["disk"]);
        var mounted = await Cli.RunProcessAsync("/bin/bash", [], "-c", $"mount -t tmpfs -o size={megabytes}m tmpfs '{folder["disk"]}'");
        if (mounted.ExitCode != 0)
        {
            folder.Dispose();
        }

        Skip.IfNot(mounted.ExitCode == 0, $"no small disk can be mounted here: run the tests as root, as 'sudo dotnet test' does ({mounted.Error.Trim()})");
        return new SmallDisk(folder);
    }

    /// <summary>Makes it larger.</summary>
    public async Task GrowAsync(int megabytes) =>
        Assert.Equal(0, (await Cli.RunProcessAsync("/bin/bash", [], "-c", $"mount -o remount,size={megabytes}m '{_folder["disk"]}'")).ExitCode);

    /// <summary>Makes it read-only; nothing on it may be open.</summary>
    public async Task MakeReadOnlyAsync() =>
        Assert.Equal(0, (await Cli.RunProcessAsync("/bin/bash", [], "-c", $"mount -o remount,ro '{_folder["disk"]}'")).ExitCode);

    public async ValueTask DisposeAsync()
    {
        await Cli.RunProcessAsync("/bin/bash", [], "-c", $"umount -l '{_folder["disk"]}'");
        _folder.Dispose();
    }
}
