using System.Text;
using AuditWatch.Events;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Events;

public class TimestampCheckTests
{
    private const string Plain = "2026-11-21T00:24:50.799935Z";

    [Theory]
    [InlineData("2026-11-21T00:24:59.000000Z", true)]
    [InlineData("2026-11-21T00:24:60.000000Z", true)]
    [InlineData("2026-11-21T00:24:61.000000Z", false)]
    [InlineData("2026-11-21T00:24:5x.000000Z", false)]
    [InlineData("2026-11-21T00:24:50.00000xZ", false)]
    [InlineData("2026-11-21T00:24:50.000000+", false)]
    [InlineData("2026-11-21T00:24;50.000000Z", false)]
    [InlineData("2026-11-21T00:24:50,000000Z", true)]
    [InlineData("2026-02-30T00:24:50.000000Z", false)]
    [InlineData("2026-11-21T00:24:50Z", true)]
    [InlineData("", false)]
    public void CanRead_AfterAnotherOfTheMinute_IsAsWithoutIt(string text, bool expected)
    {
        var check = default(TimestampCheck);
        Assert.True(check.CanRead(Encoding.UTF8.GetBytes(Plain)));

        Assert.Equal(expected, check.CanRead(Encoding.UTF8.GetBytes(text)));
        Assert.True(check.CanRead(Encoding.UTF8.GetBytes(Plain)));
    }

    [Fact]
    public void CanRead_DamagedTimestamps_AsTheTimestampItself()
    {
        var one = from at in Gen.Choose(0, Plain.Length - 1)
                  from letter in Gen.Elements("0123456789:.-TZ+ x\u00e9".ToCharArray())
                  select Plain[..at] + letter + Plain[(at + 1)..];

        Prop.ForAll(one.ListOf().ToArbitrary(), texts =>
        {
            var check = default(TimestampCheck);
            return texts.All(text => check.CanRead(Encoding.UTF8.GetBytes(text)) == Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out _));
        }).QuickCheckThrowOnFailure();
    }
}
