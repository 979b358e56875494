using System.Text;
using AuditWatch.Events;

namespace AuditWatch.Tests.Events;

public sealed class RejectedExampleTests
{
    [Theory]
    [InlineData("""{"msg":"started","level":"info","ts":"2026-11-20T10:00:01Z","n":12,"ok":true}""", """{"msg":…,"level":"info","ts":"2026-11-20T10:00:01Z","n":12,"ok":…}""")]
    [InlineData("\n\n{ \"kind\": \"Secret\",\n  \"data\": {\"password\": \"c2VjcmV0\"}}", """{"kind":"Secret","data":{"password":…}}""")]
    [InlineData("""["c2VjcmV0","c2VjcmV0"]""", "[…,…]")]
    [InlineData("""{"type":"password=hunter2","a":{"type":["c2VjcmV0"]}}""", """{"type":"password=<redacted>","a":{"type":[…]}}""")]
    [InlineData("""{"a":"x"c2VjcmV0","kind":"c2VjcmV0""", """{"a":…""")]
    [InlineData("I1120 10:00:01.000000       1 trace.go:236] done", "I1120 10:00:01.000000 1 trace.go:236] done")]
    [InlineData("2026-11-20T10:00:01Z stderr F logging in with --password hunter2 now", "2026-11-20T10:00:01Z stderr F logging in with --password <redacted> now")]
    [InlineData("I1120 10:00:01.000000 1 trace.go:236] Trace[12]: done {a}", "I1120 10:00:01.000000 1 trace.go:236] Trace[12]: done …")]
    [InlineData("E1120 10:00:01 err=\"c2VjcmV0\"", "E1120 10:00:01 … …")]
    [InlineData("the key is MIIEvQIBADANBgkqhkiG9w0B and c2VjcmV0cw==", "the key is … and …")]
    [InlineData("c2VjcmV0\",\"username\":\"YWRtaW4=\"}", "")]
    [InlineData("c2VjcmV0", "")]
    [InlineData("apiVersion: v1\ndata: secret", "apiVersion: v1")]
    [InlineData("", "")]
    public void Of_Input_TellsWhatItIsWithoutItsSecrets(string input, string expected) => Assert.Equal(expected, Show(input));

    [Fact]
    public void Of_LongInput_IsCut()
    {
        Assert.Equal(121, Show("a " + new string('b', 10_000)).Length);
        Assert.Equal("{…", Show($$"""{"{{new string('b', 10_000)}}":1}"""));
    }

    private static string Show(string input) => RejectedExample.Of(RejectedExample.Beginning(Encoding.UTF8.GetBytes(input)));
}
