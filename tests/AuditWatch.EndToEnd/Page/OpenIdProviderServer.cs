using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace AuditWatch.EndToEnd.Page;

/// <summary>A real OpenID provider on loopback, the npm package <c>oidc-provider</c>, under another name than the page: who signs in is whom they say, in the groups that the test gives them.</summary>
internal sealed class OpenIdProviderServer : IAsyncDisposable
{
    public const string Client = "auditwatch", Secret = "of the client";

    private static readonly string Folder = FolderOf();

    private readonly TemporaryFolder _folder = new();
    private readonly string _settings;
    private Process? _process;

    public OpenIdProviderServer(Uri page, bool claimsInIdToken = false, int accessTokenSeconds = 3_600, bool refreshTokens = false)
    {
        Skip.If(Tools.Find("node") is null || !Directory.Exists(Path.Combine(Folder, "node_modules")), "needs the OpenID provider: .ci/install");
        var port = Ports.Free();
        Authority = $"http://localhost:{port}";
        _settings = _folder.Write("settings.json", JsonSerializer.Serialize(new
        {
            port,
            client = Client,
            secret = Secret,
            address = page.AbsoluteUri,
            people = _folder["people.json"],
            claimsInIdToken,
            accessTokenSeconds,
            refreshTokens,
        }));
        Put([]);
    }

    public string Authority { get; }

    /// <summary>Has the provider know these people, and no others, from now on.</summary>
    public void Put(params (string Name, string[] Groups)[] people) => _folder.Write("people.json", JsonSerializer.Serialize(people.ToDictionary(one => one.Name, one => new { groups = one.Groups })));

    public async Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo(Tools.Find("node")!, [Path.Combine(Folder, "provider.mjs"), _settings]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.OutputDataReceived += (_, line) => _ = line.Data == "listening" && listening.TrySetResult();
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await listening.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>A person's browser at a page whose people sign in here. The provider's own pages want a typeface from elsewhere.</summary>
    public static async Task<Visit> VisitAsync(Browser browser, Uri page)
    {
        var visit = await browser.VisitAsync(page);
        await visit.Page.RouteAsync(address => !new Uri(address).IsLoopback, route => route.FulfillAsync(new() { Status = 200, ContentType = "text/css" }));
        return visit;
    }

    /// <summary>Has a person sign in, from the page that asks them to.</summary>
    public static async Task SignInAsync(IPage page, string name)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in at localhost" }).ClickAsync();
        await page.Locator("input[name=login]").FillAsync(name);
        await page.Locator("input[name=password]").FillAsync("any");
        await page.Locator("button[type=submit]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }

    public async Task StopAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        _folder.Dispose();
    }

    // Beside the sources, where npm has put what it needs.
    private static string FolderOf()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AuditWatch.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? "", "tests", "openid-provider");
    }
}
