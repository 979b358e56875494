using System.Text;
using AuditWatch.Events.Changes;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Events.Changes;

public class ObjectChangesTests
{
    [Theory]
    [InlineData("""{"spec":{"hostPID":true,"replicas":3,"x":{},"list":[],"name":""}}""", "set spec.hostPID: true", "set spec.replicas: 3", "set spec.x: {}", "set spec.list: []", "set spec.name: \"\"")]
    [InlineData("""{"metadata":{"labels":{"a":null,"example.com/tier":"web"}}}""", "removed metadata.labels.a", "set metadata.labels[example.com/tier]: web")]
    [InlineData("""{"spec":{"$setElementOrder/containers":[{"name":"c"}],"$retainKeys":["type"],"containers":[{"name":"c","image":"evil"},{"name":"old","$patch":"delete"}]}}""",
        "set spec.containers[c].image: evil", "removed spec.containers[old]")]
    [InlineData("""{"spec":{"volumes":{"$patch":"replace","a":1},"$deleteFromPrimitiveList/finalizers":["f"]}}""", "replaced spec.volumes", "set spec.volumes.a: 1", "removed spec.finalizers: [f]")]
    [InlineData("""{"subjects":[{"kind":"User","name":"mallory"},{"name":"joe"}]}""", "set subjects[mallory].kind: User", "set subjects[joe].name: joe")]
    [InlineData("""{"rules":[{"verbs":["*"],"resources":["pods","secrets"]}]}""", "set rules[0].verbs: [*]", "set rules[0].resources: [pods, secrets]")]
    [InlineData("""{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}},"spec":{"a":"x\ny"}}""", "set spec.a: x y")]
    [InlineData("""{"metadata":{"labels":{"l":"1"}},"spec":{"a":"1"}}""", "set spec.a: 1", "set metadata.labels.l: 1")]
    [InlineData("""[{"op":"test","path":"/spec/a","value":1},{"op":"replace","path":"/spec/containers/0/image","value":"evil"},{"op":"add","path":"/spec/tolerations/-","value":{"key":"k","effect":"e"}}]""",
        "set spec.containers[0].image: evil", "set spec.tolerations[-].key: k", "set spec.tolerations[-].effect: e")]
    [InlineData("""[{"op":"remove","path":"/spec/x/0"},{"op":"move","from":"/spec/a","path":"/spec/b"},{"op":"copy","from":"/spec/c","path":"/spec/a~1b"}]""",
        "removed spec.x[0]", "moved spec.a to spec.b", "copied spec.c to spec[a/b]")]
    public void Of_Patch_IsWhatItSetsAndRemoves(string body, params string[] expected) => Assert.Equal(expected, Of($$""" "verb":"patch","requestObject":{{body}} """));

    [Theory]
    [InlineData("""{"spec":{"a":1,"b":null,"containers":[{"name":"c","image":"i"}]}}""", """{"spec":{"a":2,"containers":[{"name":"c","image":"i","tty":true},{"name":"proxy"}]}}""",
        "server changed spec.a: 1 → 2", "server added spec.containers[c].tty: true", "server added spec.containers[proxy].name: proxy")]
    [InlineData("""{"spec":{"a":1,"list":[{"name":"x"},{"name":"x"}]}}""", """{"spec":{"list":[{"name":"x"}]}}""", "server removed spec.list[x 2]", "server removed spec.a")]
    [InlineData("""{"spec":{"a":[1]}}""", """{"spec":{"a":{"b":"hidden within"}}}""", "server changed spec.a: [1] → {…}")]
    [InlineData("""{"metadata":{"name":"n","resourceVersion":"1"}}""", """{"kind":"Pod","metadata":{"name":"n","resourceVersion":"2","uid":"u","generation":2,"managedFields":[{}],"creationTimestamp":"t"},"status":{"phase":"x"}}""")]
    [InlineData("""{"spec":{"a":1}}""", """{"kind":"Status","message":"no"}""")]
    public void Of_Update_IsWhatTheServerMadeOfIt(string sent, string answered, params string[] expected) =>
        Assert.Equal(expected, Of($$""" "verb":"update","requestObject":{{sent}},"responseObject":{{answered}} """));

    [Theory]
    [InlineData(""" "verb":"create","requestObject":{"spec":{"a":1}} """)]
    [InlineData(""" "verb":"patch","responseStatus":{"code":201},"requestObject":{"spec":{"a":1}} """)]
    [InlineData(""" "verb":"patch" """)]
    [InlineData(""" "verb":"patch","requestObject":"skipped-too-big-size-object" """)]
    [InlineData(""" "verb":"update","requestObject":{"spec":{"a":1}} """)]
    [InlineData(""" "verb":"get","responseObject":{"spec":{"a":1}} """)]
    public void Of_NothingToCompare_IsNothing(string members) => Assert.Empty(Of(members));

    [Theory]
    [InlineData("secrets", """{"data":{"password":"hunter2-canary"},"metadata":{"labels":{"hunter2-canary":"x"}}}""", "set data: <redacted>", "set metadata: <redacted>")]
    [InlineData("secrets", """[{"op":"add","path":"/data/hunter2-canary","value":"hunter2-canary"},{"op":"remove","path":"/data/x"}]""", "set data: <redacted>")]
    [InlineData("anything", """{"kind":"Secret","data":{"password":"hunter2-canary"}}""", "set kind: <redacted>", "set data: <redacted>")]
    [InlineData("configmaps", """{"data":{"a":"hunter2-canary"}}""", "set data: <redacted>")]
    [InlineData("pods", """{"spec":{"containers":[{"name":"c","env":[{"name":"P","value":"hunter2-canary"}]}]}}""", "set spec.containers[c].env[P].value: <redacted>")]
    [InlineData("pods", """[{"op":"replace","path":"/spec/containers/0/env/1/value","value":"hunter2-canary"}]""", "set spec.containers[0].env[1].value: <redacted>")]
    [InlineData("pods", """[{"op":"replace","path":"/spec/containers/0/args/1","value":"hunter2-canary"}]""", "set spec.containers[0].args[1]: <redacted>")]
    [InlineData("pods", """{"spec":{"args":["--password","hunter2-canary","-v"]}}""", "set spec.args: [--password, <redacted>, -v]")]
    [InlineData("apps", """{"spec":{"dbPassword":"hunter2-canary","tokens":["hunter2-canary"],"automountServiceAccountToken":true,"secretName":"db"}}""",
        "set spec.dbPassword: <redacted>", "set spec.tokens: <redacted>", "set spec.automountServiceAccountToken: true", "set spec.secretName: db")]
    [InlineData("apps", """{"spec":{"parameters":[{"name":"password","value":"hunter2-canary"}]}}""", "set spec.parameters[password].value: <redacted>")]
    [InlineData("apps", """{"spec":{"url":"https://a:hunter2-canary@b/","t":"token=hunter2-canary","u":{"token=hunter2-canary":1}}}""",
        "set spec.url: https://a:<redacted>@b/", "set spec.t: token=<redacted>", "set spec.u[token=<redacted>: 1")]
    public void Of_Secret_IsNotShown(string resource, string body, params string[] expected)
    {
        var lines = Of($$""" "verb":"patch","objectRef":{"resource":"{{resource}}"},"requestObject":{{body}} """);

        Assert.DoesNotContain("canary", string.Join('\n', lines), StringComparison.Ordinal);
        Assert.Equal(expected, lines);
    }

    [Fact]
    public void Of_SecretThatIsReplaced_IsNothing() =>
        Assert.Empty(Of(""" "verb":"update","requestObject":{"kind":"Secret","data":{"a":"x"}},"responseObject":{"kind":"Secret","data":{"a":"y"}} """));

    [Fact]
    public void Of_MoreThanThereIsRoomFor_IsCounted()
    {
        var labels = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"label-{i}\":\"ü{new string('x', 200)}\""));

        var lines = Of($$$""" "verb":"patch","requestObject":{"metadata":{"labels":{{{{labels}}}}},"spec":{"hostPID":true}} """);

        Assert.Equal("set spec.hostPID: true", lines[0]);
        Assert.InRange(lines.Sum(line => Encoding.UTF8.GetByteCount(line) + 1), ChangeLines.MaxBytes - 300, ChangeLines.MaxBytes);
        Assert.Equal($"and {1001 - (lines.Count - 1)} more", lines[^1]);
    }

    [Fact]
    public void Of_BodyThatIsVeryLong_IsSaidToBe() =>
        Assert.Equal(["(what it changes is too long to be looked through)"], Of($$$""" "verb":"patch","requestObject":{"spec":{"a":"{{{new string('x', 300_000)}}}"}} """));

    [Fact]
    public void Of_BodyThatIsVeryDeep_IsSaidNotToBeRead() =>
        Assert.Equal(["(what it changes cannot be read)"], Of($""" "verb":"patch","requestObject":{string.Concat(Enumerable.Repeat("{\"a\":", 5000))}1{new string('}', 5000)} """));

    private static IReadOnlyList<string> Of(string members)
    {
        using var batch = Rule.Events(SmallEvent.With(members.Trim()));
        return ObjectChanges.Of(batch[0]);
    }
}
