using System.Globalization;
using System.Text;
using AuditWatch.Events;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Events;

public class TimestampTests
{
    [Theory]
    [InlineData("2026-11-21T00:24:50.799935Z", "2026-11-21T00:24:50.7999350")]
    [InlineData("2026-11-21T00:24:50Z", "2026-11-21T00:24:50.0000000")]
    [InlineData("2026-11-21t00:24:50z", "2026-11-21T00:24:50.0000000")]
    [InlineData("2026-11-21T00:24:50.5Z", "2026-11-21T00:24:50.5000000")]
    [InlineData("2026-11-21T00:24:50.123456789Z", "2026-11-21T00:24:50.1234567")]
    [InlineData("2026-11-21T00:24:50+01:00", "2026-11-20T23:24:50.0000000")]
    [InlineData("2026-11-21T00:24:50.25-05:30", "2026-11-21T05:54:50.2500000")]
    [InlineData("2024-02-29T12:00:00Z", "2024-02-29T12:00:00.0000000")]
    [InlineData("2026-11-21 00:24:50.799935Z", "2026-11-21T00:24:50.7999350")]
    [InlineData("2026-11-21 00:24:50.000000000", "2026-11-21T00:24:50.0000000")]
    [InlineData("2026-11-21 00:24:50,799", "2026-11-21T00:24:50.7990000")]
    [InlineData("2026-11-21T00:24:50", "2026-11-21T00:24:50.0000000")]
    [InlineData("2026-11-21T00:24:50.799935", "2026-11-21T00:24:50.7999350")]
    [InlineData("2026-11-21T00:24:50+0100", "2026-11-20T23:24:50.0000000")]
    [InlineData("2026-11-21T00:24:50-05", "2026-11-21T05:24:50.0000000")]
    [InlineData("2018-07-20 10:22:43 +0800", "2018-07-20T02:22:43.0000000")]
    [InlineData("2026-11-21 00:24:50.7999 +0000 UTC", "2026-11-21T00:24:50.7999000")]
    [InlineData("2026-11-21 00:24:50 UTC", "2026-11-21T00:24:50.0000000")]
    [InlineData("1795220690", "2026-11-21T00:24:50.0000000")]
    [InlineData("1795220690.799935", "2026-11-21T00:24:50.7999350")]
    [InlineData("1.795220690799935E9", "2026-11-21T00:24:50.7999350")]
    [InlineData("1795220690799", "2026-11-21T00:24:50.7990000")]
    [InlineData("1795220690799935", "2026-11-21T00:24:50.7999350")]
    [InlineData("1795220690799935123", "2026-11-21T00:24:50.7999351")]
    [InlineData("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.9999999")]
    public void TryParse_Timestamp_GivesItInUtc(string text, string expected)
    {
        Assert.True(Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out var time));
        Assert.Equal(TimeSpan.Zero, time.Offset);
        Assert.Equal(expected, time.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-21")]
    [InlineData("2026-11-21T00:24:50.")]
    [InlineData("2026-13-21T00:24:50Z")]
    [InlineData("2026-00-21T00:24:50Z")]
    [InlineData("2026-02-29T00:24:50Z")]
    [InlineData("2026-11-21T24:00:00Z")]
    [InlineData("2026-11-21T00:60:00Z")]
    [InlineData("2026-11-21T00:24:61Z")]
    [InlineData("2026-11-21T00:24:50+1:00")]
    [InlineData("2026-11-21T00:24:50+24:00")]
    [InlineData("2026-11-21T00:24:50 01:00")]
    [InlineData("2026-11-21T00:24:50Zx")]
    [InlineData("-026-11-21T00:24:50Z")]
    [InlineData("2026-11-21_00:24:50Z")]
    [InlineData("2026-11-21 00:24:50 PST")]
    [InlineData("2026-11-21T00:24:50+")]
    [InlineData("2026-11-21T00:24:50+010")]
    [InlineData("2026-11-21T00:24:50+01-00")]
    [InlineData("2026-11-21T00:24:50,")]
    [InlineData("17000000")]
    [InlineData("-1795220690")]
    [InlineData("1e99")]
    [InlineData("1795220690x")]
    [InlineData("999999999999999999999999")]
    [InlineData("0000-11-21T00:24:50Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("\"026-11-21T00:24:50Z\"")]
    public void TryParse_AnythingElse_IsRefused(string text)
    {
        Assert.False(Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out var time));
        Assert.Equal(default, time);
    }

    [Fact]
    public void TryParse_AnyTime_ReadsWhatWasWritten()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<DateTimeOffset>(), time =>
        {
            var text = time.ToString("yyyy-MM-ddTHH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture);
            return Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out var read) && read == time;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void TryParse_DamagedTimestamp_IsReadOrRefused()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            Gen.Choose(0, 35).ToArbitrary(),
            (bytes, at) =>
            {
                var text = Encoding.UTF8.GetBytes("2026-11-21T00:24:50.799935+01:00");
                bytes.AsSpan(0, Math.Min(bytes.Length, Math.Max(0, text.Length - at))).CopyTo(text.AsSpan(Math.Min(at, text.Length)));
                return (Timestamp.TryParse(text, out var time) || time == default)
                    && (Timestamp.TryParse(text.AsSpan(0, Math.Min(at, text.Length)), out time) || time == default);
            }).QuickCheckThrowOnFailure();
    }
}
