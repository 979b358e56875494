using System.Buffers;
using AuditWatch.Web.Trail;

namespace AuditWatch.Tests.Web.Trail;

public sealed class ActionHistoryTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_NoDirectoryOrNoFile_IsEmpty()
    {
        Assert.Empty(new ActionHistory(null).Read("", "", null, 10).Records);
        Assert.Empty(new ActionHistory(_folder.FullName).Read("", "", null, 10).Records);
        Assert.False(new ActionHistory(null).IsKept);
    }

    [Fact]
    public void Read_PageByPage_HasEachOnceFromBothFilesTheLatestFirst()
    {
        // Longer than a block, and 7 at each moment, so that a page cannot end where the limit is.
        var all = Enumerable.Range(0, 1_000).Select(number => Record(Start.AddSeconds(number / 7), $"/alerts/{number:x16}/close", new string('x', number % 300))).ToList();
        Write("actions.jsonl.1", all.Take(600));
        Write(ActionHistory.FileName, all.Skip(600));
        var history = new ActionHistory(_folder.FullName);

        var read = new List<ActionRecord>();
        DateTimeOffset? before = null;
        do
        {
            (var page, before) = history.Read("", "", before, 50);
            Assert.InRange(page.Count, before is null ? 1 : 50, 57);
            read.AddRange(page);
        }
        while (before is not null);

        Assert.Equal(all.Select(record => record.Path).Reverse(), read.Select(record => record.Path));
        Assert.Equal(all[^1].From, read[0].From);
    }

    [Theory]
    [InlineData("jane", "", 2)]
    [InlineData("max", "", 1)]
    [InlineData("jan", "", 0)]
    [InlineData("", "953a6c42", 2)]
    [InlineData("", "incidents", 1)]
    [InlineData("max", "953a6c42", 1)]
    [InlineData("", "53a6", 0)]
    public void Read_Filtered_HasWhatWasDoneByThemOrAboutThat(string who, string about, int expected)
    {
        Write(ActionHistory.FileName,
        [
            Record(Start, "/incidents/11a6c424c7eab7f0/close", "") with { Who = "jane" },
            Record(Start, "/alerts/953a6c424c7eab7f/close", "") with { On = new ActedOn("max", []) },
            Record(Start, "/alerts/all/close", "") with { Who = "jane", On = new ActedOn(null, ["0000000000000000", "953a6c424c7eab7f"]) },
        ]);

        Assert.Equal(expected, new ActionHistory(_folder.FullName).Read(who, about, null, 10).Records.Count);
    }

    [Fact]
    public void Read_LinesThatAreNone_AreLeftOut()
    {
        Write(ActionHistory.FileName, [Record(Start, "/a", "")]);
        File.AppendAllText(_folder[ActionHistory.FileName], "{}\nnonsense\n{\"time\":\"2030-01-01T00:00:00Z\",\"who\":\"ja");

        Assert.Equal(["/a"], new ActionHistory(_folder.FullName).Read("", "", null, 10).Records.Select(record => record.Path));
    }

    private static ActionRecord Record(DateTimeOffset time, string path, string from) => new(time, "127.0.0.1:80", "responder", from, "POST", path, 200, ActedOn.Nothing);

    private void Write(string name, IEnumerable<ActionRecord> records)
    {
        using var file = File.Create(_folder[name]);
        foreach (var record in records)
        {
            var line = new ArrayBufferWriter<byte>();
            record.WriteTo(line);
            file.Write(line.WrittenSpan);
            file.Write("\n"u8);
        }
    }
}
