using System.Buffers;
using System.Text;
using System.Text.Json;
using AuditWatch.Alerts;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Alerts;

public class SilenceJsonTests
{
    private const string Right = """
        {"matchers":["level=~\"low|medium\"", "cluster=test"],"createdBy":"jane","comment":"load test","startsAt":"2026-11-21T13:00:00Z","endsAt":"2026-11-21T15:00:00+01:00"}
        """;

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ReadRequest_Right_IsASilenceWithANewId()
    {
        var silence = Read(Right, out var problems)!;

        Assert.Empty(problems);
        Assert.Matches("^[0-9a-f]{16}$", silence.Id);
        Assert.NotEqual(silence.Id, Read(Right, out _)!.Id);
        Assert.Equal("""{cluster="test",level=~"low|medium"}""", silence.Matchers.ToString());
        Assert.Equal(("jane", "load test", null), (silence.CreatedBy, silence.Comment, silence.Configured));
        Assert.Equal((Now.AddHours(1), Now.AddHours(2)), (silence.StartsAt, silence.EndsAt));
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","startsAt":"2020-01-01T00:00:00Z" """)]
    public void ReadRequest_NoStartOrAPastOne_StartsNow(string startsAt)
    {
        var silence = Read($$"""{"matchers":["level=low"],"createdBy":"jane","comment":"x","endsAt":"2026-11-22T00:00:00.5Z"{{startsAt}}}""", out _);

        Assert.Equal((Now, Now.AddHours(12).AddSeconds(0.5)), (silence?.StartsAt, silence?.EndsAt));
    }

    [Theory]
    [InlineData("", "it is not JSON: ")]
    [InlineData("{", "it is not JSON: ")]
    [InlineData("[]", "it is not a JSON object")]
    [InlineData("""{"comment":"a","comment":"b"}""", "it is not JSON: ")]
    [InlineData("""{"matchers":"level=low","createdBy":"j","comment":"c","endsAt":"2026-11-22T00:00:00Z"}""", "'matchers' must be a list of texts such as \"level=low\"")]
    [InlineData("""{"matchers":[],"createdBy":"j","comment":"c","endsAt":"2026-11-22T00:00:00Z"}""", "a matcher is missing: say which alerts are to be silent")]
    [InlineData("""{"matchers":[{"name":"level"}],"createdBy":"j","comment":"c","endsAt":"2026-11-22T00:00:00Z"}""", "matchers[0], character 1: a matcher is a text such as \"level=low\"")]
    [InlineData("""{"matchers":["cluster=a","level=lo"],"createdBy":"j","comment":"c","endsAt":"2026-11-22T00:00:00Z"}""", "matchers[1], character 7: no level is 'lo'; did you mean 'low'?; there are ")]
    [InlineData("""{"matchers":["level=low"],"createdBy":"","comment":"c","endsAt":"2026-11-22T00:00:00Z"}""", "the author is missing")]
    [InlineData("""{"matchers":["level=low"],"createdBy":"j","comment":7,"endsAt":"2026-11-22T00:00:00Z"}""", "'comment' must be a text")]
    [InlineData("""{"matchers":["level=low"],"createdBy":"j","comment":"\ud800","endsAt":"2026-11-22T00:00:00Z"}""", "'comment' must be a text")]
    [InlineData("""{"matchers":["level=low"],"createdBy":"j","comment":"c"}""", "'endsAt' is missing")]
    [InlineData("""{"matchers":["level=low"],"createdBy":"j","comment":"c","endsAt":"tomorrow"}""", "'endsAt' must be a time such as 2030-01-31T18:00:00Z or 2030-01-31T18:00:00+01:00")]
    [InlineData("""{"matchers":["level=low"],"createdBy":"j","comment":"c","endsAt":"2026-11-22T00:00:00"}""", "'endsAt' must be a time such as ")]
    [InlineData("""{"matchers":["level=low"],"createdBy":"j","comment":"c","endsAt":"2026-11-21T12:00:00Z"}""", "it ends in the past: 'endsAt' has to be later than now")]
    [InlineData("""{"matchers":["level=low"],"createdBy":"j","comment":"c","startsAt":"2026-11-23T00:00:00Z","endsAt":"2026-11-22T00:00:00Z"}""", "it ends before it starts")]
    [InlineData("""{"matchers":["level=low"],"createdBy":"j","comment":"c","endAt":"","endsAt":"2026-11-22T00:00:00Z"}""", "unknown key 'endAt'; did you mean 'endsAt'?")]
    [InlineData("""{"id":"x","matchers":["level=low"],"createdBy":"j","comment":"c","endsAt":"2026-11-22T00:00:00Z"}""", "unknown key 'id'")]
    public void ReadRequest_Wrong_SaysWhat(string json, string expected)
    {
        Assert.Null(Read(json, out var problems));

        Assert.StartsWith(expected, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadRequest_AllWrong_SaysAll()
    {
        Assert.Null(Read("""{"matchers":["levl=low", "level="],"created":"j"}""", out var problems));

        Assert.Equal(6, problems.Count);
    }

    [Fact]
    public void ReadRequest_TooLong_IsRefused()
    {
        Assert.Null(Read(new string(' ', 16 * 1024 + 1), out var problems));

        Assert.Equal("it has 16,385 bytes; 16,384 are the most", Assert.Single(problems));
    }

    [Fact]
    public void ReadRequest_AnyBytes_AreReadOrRefused() =>
        Prop.ForAll(Gen.ArrayOf(Gen.Elements("{", "}", "\"", ":", ",", "[", "]", "matchers", "\\ud800", "endsAt", "1", "\u00e9", "\0")).ToArbitrary(), parts =>
        {
            var silence = Read(string.Concat(parts), out var problems);
            return silence is null == problems.Count > 0;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Deserialize_WhatSerializeWrites_IsTheSame()
    {
        var silence = Read(Right, out _)! with { StartsAt = DateTimeOffset.MinValue, EndsAt = Now.AddTicks(7), Comment = "\"\n<>\u202e" };

        var read = SilenceJson.Deserialize(SilenceJson.Serialize(silence));

        Assert.Equal(silence.Matchers.ToString(), read.Matchers.ToString());
        Assert.Equal(silence with { Matchers = Matchers.None }, read with { Matchers = Matchers.None });
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData(Right)]
    public void Deserialize_Broken_Throws(string json) => Assert.Throws<FormatException>(() => SilenceJson.Deserialize(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Write_Configured_SaysWhereAndItsState()
    {
        var silence = Read(Right, out _)! with { Id = "0123456789abcdef", Configured = new SourceLocation("auditwatch.yaml", 7, 5) };
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            SilenceJson.Write(json, silence, Now);
        }

        Assert.Equal(
            """{"id":"0123456789abcdef","matchers":["cluster=\u0022test\u0022","level=~\u0022low|medium\u0022"],"createdBy":"jane","comment":"load test","startsAt":"2026-11-21T13:00:00Z","endsAt":"2026-11-21T14:00:00Z","state":"pending","configured":"auditwatch.yaml:7:5"}""",
            Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static Silence? Read(string json, out IReadOnlyList<string> problems) => SilenceJson.ReadRequest(Encoding.UTF8.GetBytes(json), Now, out problems);
}
