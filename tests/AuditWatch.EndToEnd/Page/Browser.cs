using Microsoft.Playwright;

namespace AuditWatch.EndToEnd.Page;

/// <summary>Chromium, as Debian has it, without a window. Tests are skipped where there is none.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A person's browser with cookies of its own, at an address. What the page may not do, or what fails in its script, fails the test when it is disposed of.</summary>
    internal async Task<Visit> VisitAsync(Uri address, int width = 1280, int height = 900, bool isDark = false, bool hasScript = true)
    {
        Skip.If(_browser is null, "there is no Chromium here: apt-get install chromium");
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = hasScript,
            BaseURL = address.AbsoluteUri,
        });
        return new Visit(context, await context.NewPageAsync());
    }

    public async Task InitializeAsync()
    {
        if (Tools.Find("chromium") is not { } chromium)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = ["--no-sandbox"] });
    }

    public async Task DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
    }
}

/// <summary>A person's browser.</summary>
internal sealed class Visit : IAsyncDisposable
{
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
