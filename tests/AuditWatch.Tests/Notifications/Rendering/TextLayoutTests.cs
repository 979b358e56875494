using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Tests.Notifications.Rendering;

public sealed class TextLayoutTests
{
    [Fact]
    public void Render_NarrowTerminal_BreaksRunbooksBetweenWordsAndCommandsNever()
    {
        var alert = SampleAlert.Exec();
        alert = alert with { Detection = alert.Detection with { Runbook = "1. Ask the actor, on a channel that is not their cluster account, whether they ran this command and why." } };
        var message = Message.From(SampleAlert.Notify(alert));

        var lines = TextLayout.Render(message, coloured: false, width: 80).Split('\n');

        Assert.Contains("    Runbook        1. Ask the actor, on a channel that is not their cluster", lines);
        Assert.Contains("                   account, whether they ran this command and why.", lines);
        Assert.All(message.Main!.NextSteps, command => Assert.Contains(lines, line => line.EndsWith(command, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("one two", 7, "one two")]
    [InlineData("one two", 6, "one|two")]
    [InlineData("one two three", 3, "one|two|thr|ee")]
    [InlineData("abcdef", 4, "abcd|ef")]
    [InlineData("", 4, "")]
    public void Lines_AnyText_FitTheWidth(string text, int width, string expected) => Assert.Equal(expected.Split('|'), WordWrap.Lines(text, width));

    [Fact]
    public void From_Zone_SaysTimesInIt() => Assert.Contains(
        new Fact("Count", "once, at 2026-11-21 01:24:50 +01:00"),
        Message.From(SampleAlert.Notify(SampleAlert.Exec() with { Count = 1 }), TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(1), "x", "x")).Main!.Facts);
}
