using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using AuditWatch.EndToEnd.Kube;

namespace AuditWatch.EndToEnd.Try;

/// <summary>The scripts <c>kind</c> and <c>docker</c> beside this file, which have a real API server instead of containers, and what they were asked for.</summary>
internal sealed class KindStandIn(KubeBinaries binaries) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeKubelet _kubelet = new();

    /// <summary>The path with both scripts on it, as <c>env</c> takes it.</summary>
    public static string OnThePath => $"PATH={Path.Combine(AppContext.BaseDirectory, "Try")}:{System.Environment.GetEnvironmentVariable("PATH")}";

    /// <summary>The settings of the environment in which they are found, as <c>env</c> takes them.</summary>
    public IReadOnlyList<string> Environment =>
    [
        OnThePath, $"STAND_IN={_folder}", $"GATEWAY={Gateway}", $"KUBELET_PORT={_kubelet.Port}", $"API_SERVER={binaries.ApiServer}", $"ETCD={binaries.Etcd}",
        $"SERVER_PORT={Ports.Free()}", $"ETCD_CLIENTS=http://127.0.0.1:{Ports.Free()}", $"ETCD_PEERS=http://127.0.0.1:{Ports.Free()}",
    ];

    /// <summary>The commands so far, in their order.</summary>
    public IReadOnlyList<string> Asked => File.ReadAllLines(_folder["asked"]);

    /// <summary>The configuration of the cluster.</summary>
    public string Config => File.ReadAllText(_folder["kind.yaml"]);

    /// <summary>Whether there is a cluster or a network that was not deleted.</summary>
    public bool HasAny => File.Exists(_folder["processes"]) || Directory.EnumerateFiles(_folder["networks"]).Any();

    /// <summary>An address of this machine that, as a gateway, other machines reach, if it has one: where AuditWatch listens with a certificate and a token or not at all.</summary>
    public static IPAddress Gateway { get; } = NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(address => address.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address), IPAddress.Loopback);

    public void Dispose()
    {
        if (File.Exists(_folder["processes"]))
        {
            using var kill = System.Diagnostics.Process.Start("/bin/kill", ["-9", .. File.ReadAllLines(_folder["processes"])]);
            kill.WaitForExit();
        }

        _kubelet.Dispose();
        _folder.Dispose();
    }
}
