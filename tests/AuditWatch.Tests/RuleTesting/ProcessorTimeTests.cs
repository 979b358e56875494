using AuditWatch.RuleTesting;

namespace AuditWatch.Tests.RuleTesting;

public class ProcessorTimeTests
{
    [Fact]
    public void GetTimestamp_ThreadThatWaitsWhileAnotherWorks_TellsOnlyWhatItWorkedItself()
    {
        var clock = new ProcessorTime();
        var worked = TimeSpan.Zero;
        var began = clock.GetTimestamp();

        var other = new Thread(() => worked = Work(clock, TimeSpan.FromMilliseconds(200)));
        other.Start();
        other.Join();

        Assert.True(worked >= TimeSpan.FromMilliseconds(200), $"{worked}");
        Assert.True(clock.GetElapsedTime(began) < TimeSpan.FromMilliseconds(100), $"{clock.GetElapsedTime(began)}");
    }

    private static TimeSpan Work(ProcessorTime clock, TimeSpan enough)
    {
        var began = clock.GetTimestamp();
        while (clock.GetElapsedTime(began) < enough)
        {
            Thread.SpinWait(1000);
        }

        return clock.GetElapsedTime(began);
    }
}
