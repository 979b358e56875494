using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AuditWatch.EndToEnd.Page;

/// <summary>A test in <see cref="Browser"/>; skipped, before anything is started for it, where there is none.</summary>
public sealed class BrowserFactAttribute : SkippableFactAttribute
{
    public BrowserFactAttribute() => Skip = Browser.Lacks;
}

/// <inheritdoc cref="BrowserFactAttribute"/>
public sealed class BrowserTheoryAttribute : SkippableTheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Browser.Lacks;
}

/// <summary>Chromium, as Debian has it, without a window: one process for all tests, which ends with theirs.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string? Program = Tools.Find("chromium");
    private static readonly Lazy<Task<IBrowser?>> Started = new(StartAsync);

    private IBrowser? _browser;

    /// <summary>Why there is none, and what brings it; null if there is one.</summary>
    internal static string? Lacks => Program is null ? "needs Chromium: .ci/install" : null;

    /// <summary>A person's browser with cookies of its own, at an address. What the page may not do, or what fails in its script, fails the test when it is disposed of.</summary>
    internal async Task<Visit> VisitAsync(Uri address, int width = 1280, int height = 900, bool isDark = false, bool hasScript = true)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = hasScript,
            BaseURL = address.AbsoluteUri,
        });
        return new Visit(context, await context.NewPageAsync());
    }

    public async Task InitializeAsync() => _browser = await Started.Value;

    public Task DisposeAsync() => Task.CompletedTask;

    private static async Task<IBrowser?> StartAsync() => Program is null
        ? null
        : await (await Playwright.CreateAsync()).Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = ["--no-sandbox"] });
}

/// <summary>A person's browser.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private static readonly AxeRunOptions Rules = new() { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } };

    private readonly IBrowserContext _context;
    private readonly List<string> _problems = [];

    public Visit(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, problem) => Add(problem);
        page.Dialog += (_, dialog) => Add($"a dialog said {dialog.Message}");
        page.Console += (_, said) => Add(said.Type == "error" && !said.Text.Contains("status of 4", StringComparison.Ordinal) ? said.Text : null);
    }

    /// <summary>What they look at.</summary>
    public IPage Page { get; }

    /// <summary>Fails if there is somebody who cannot read what is shown, as WCAG 2.2 AA has it, or if it is wider than the screen.</summary>
    public async Task EverybodyCanReadItAsync()
    {
        // The other way opens a window, and so starts a process, to gather what was found in frames, which no page has. That is why this one is to be removed some day.
#pragma warning disable CS0618
        var result = await Page.Locator("html").RunAxeLegacy(Rules);
#pragma warning restore CS0618
        Assert.True(result.Violations.Length == 0, $"{Page.Url}: {string.Join('\n', result.Violations.Select(one => $"{one.Id}: {string.Join(" | ", one.Nodes.Take(3).Select(node => node.Html))}"))}");
        Assert.Equal(0, await Page.Locator("iframe, frame").CountAsync());
        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{Page.Url} is wider than the screen");
    }

    /// <summary>Fails if anything went wrong in the browser until now: a script's error, a dialog, something that the content security policy forbids.</summary>
    public void NothingWentWrong()
    {
        lock (_problems)
        {
            Assert.Empty(_problems);
        }
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Add(string? problem)
    {
        lock (_problems)
        {
            _problems.AddRange(problem is null ? [] : [problem]);
        }
    }
}
