using AuditWatch.Host.Output;
using Spectre.Console;

namespace AuditWatch.Tests.Host.Output;

public sealed class PlainTableTests
{
    [Fact]
    public void Render_RoomEnough_IsALineARowWithNothingAfterTheLastWord() =>
        Assert.Equal(
            """
            LEVEL  NAME   TAGS
            high   first  attack.execution attack.t1609
            low    2
            """.ReplaceLineEndings("\n") + "\n",
            Rendered(1_000, Table(("high", "first", "attack.execution attack.t1609"), ("low", "2", ""))));

    [Fact]
    public void Render_TextTooLong_BreaksBetweenWords() =>
        Assert.Equal(
            """
            LEVEL  NAME   TAGS
            high   first  attack.execution
                          attack.credential-access
                          attack.t1609
            """.ReplaceLineEndings("\n") + "\n",
            Rendered(40, Table(("high", "first", "attack.execution attack.credential-access attack.t1609"))));

    [Fact]
    public void Render_TooLittleRoomForTexts_PutsThemBelowTheirRow() =>
        Assert.Equal(
            """
            LEVEL
            high
              name  a name that is of some length
              tags  attack.execution
                    attack.credential-access
            low
              name  2
            """.ReplaceLineEndings("\n") + "\n",
            Rendered(40, Table(("high", "a name that is of some length", "attack.execution attack.credential-access"), ("low", "2", ""))));

    [Fact]
    public void Render_WhatSomebodyCopies_IsNeverBroken()
    {
        var table = new PlainTable("LEVEL", "WHAT");
        const string fix = "  to fix it, put before the rule in line 12: - {level: Metadata, verbs: [create]}";
        table.AddRow(PlainTable.Cell("high"), [new TableLine("not seen"), new TableLine(fix, IsWhole: true)]);

        Assert.Contains($"{fix}\n", Rendered(60, table), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_TextOfAnAttacker_IsShownAndNotObeyed() =>
        Assert.Contains(@"\u001b[31mred [/]", Rendered(1_000, Table(("high", "\e[31mred [/]", ""))), StringComparison.Ordinal);

    private static PlainTable Table(params (string Level, string Name, string Tags)[] rows)
    {
        var table = new PlainTable("LEVEL", "NAME", "TAGS");
        foreach (var (level, name, tags) in rows)
        {
            table.AddRow(PlainTable.Cell(level), PlainTable.Cell(name), PlainTable.Cell(tags));
        }

        return table;
    }

    private static string Rendered(int width, PlainTable table)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        console.Profile.Width = width;
        console.Write(table);
        return output.ToString().ReplaceLineEndings("\n");
    }
}
