using AuditWatch.Detection.Sigma;

namespace AuditWatch.Tests.Detection.Sigma;

/// <summary>Every value modifier of the Sigma Rules Specification 2.1, appendix "Modifiers", and those of AuditWatch.</summary>
public sealed class ModifierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("verb: GET", """ "verb":"get" """, true)]
    [InlineData("verb: get", """ "verb":"ge" """, false)]
    [InlineData("verb: get", """ "verb":"\u0067et" """, true)]
    [InlineData("verb: [get, list]", """ "verb":"list" """, true)]
    [InlineData("verb: g?t", """ "verb":"got" """, true)]
    [InlineData("verb: g?t", """ "verb":"gt" """, false)]
    [InlineData("verb: g?t", """ "verb":"gét" """, true)]
    [InlineData("verb: 'é*'", """ "verb":"ÉT" """, true)]
    [InlineData("verb: 'a*b*c'", """ "verb":"aXbYbZc" """, true)]
    [InlineData("verb: 'a*b*c'", """ "verb":"acb" """, false)]
    [InlineData("verb: '*'", """ "verb":"" """, true)]
    [InlineData("requestURI: '*'", """ "level":"x" """, false)]
    [InlineData("verb: '\\*'", """ "verb":"*" """, true)]
    [InlineData("verb: '\\*'", """ "verb":"x" """, false)]
    [InlineData("verb: 'a\\b'", """ "verb":"a\\b" """, true)]
    [InlineData("verb: 'a\\\\*'", """ "verb":"a\\xyz" """, true)]
    [InlineData("verb: ''", """ "verb":"" """, true)]
    [InlineData("verb: ''", """ "verb":"x" """, false)]
    [InlineData("requestURI: null", """ "requestURI":null """, true)]
    [InlineData("requestURI: null", """ "level":"x" """, true)]
    [InlineData("verb: null", """ "verb":"" """, false)]
    [InlineData("verb: 'null'", """ "verb":"null" """, true)]
    [InlineData("responseStatus.code: 403", """ "responseStatus":{"code":403} """, true)]
    [InlineData("responseStatus.code: 403", """ "responseStatus":{"code":4030} """, false)]
    [InlineData("requestObject.spec.hostPID: true", """ "requestObject":{"spec":{"hostPID":true}} """, true)]
    [InlineData("requestObject.spec.hostPID: true", """ "requestObject":{"spec":{"hostPID":false}} """, false)]
    [InlineData("verb|contains: E", """ "verb":"get" """, true)]
    [InlineData("verb|contains: [x, t]", """ "verb":"get" """, true)]
    [InlineData("verb|contains|all: [g, t]", """ "verb":"get" """, true)]
    [InlineData("verb|contains|all: [g, x]", """ "verb":"get" """, false)]
    [InlineData("verb|startswith: ge", """ "verb":"get" """, true)]
    [InlineData("verb|startswith: et", """ "verb":"get" """, false)]
    [InlineData("verb|endswith: et", """ "verb":"get" """, true)]
    [InlineData("verb|endswith: ge", """ "verb":"get" """, false)]
    [InlineData("verb|cased: GET", """ "verb":"get" """, false)]
    [InlineData("verb|cased|contains: et", """ "verb":"get" """, true)]
    [InlineData("verb|contains|cased: ET", """ "verb":"get" """, false)]
    [InlineData("verb|re: '^g.t$'", """ "verb":"get" """, true)]
    [InlineData("verb|re: '^G.T$'", """ "verb":"get" """, false)]
    [InlineData("verb|re|i: '^G.T$'", """ "verb":"get" """, true)]
    [InlineData("verb|re: 'a.b'", """ "verb":"a\nb" """, false)]
    [InlineData("verb|re|s: 'a.b'", """ "verb":"a\nb" """, true)]
    [InlineData("verb|re: '^b$'", """ "verb":"a\nb\nc" """, false)]
    [InlineData("verb|re|m: '^b$'", """ "verb":"a\nb\nc" """, true)]
    [InlineData("sourceIPs|cidr: 10.0.0.0/8", """ "sourceIPs":["10.1.2.3"] """, true)]
    [InlineData("sourceIPs|cidr: 10.0.0.0/8", """ "sourceIPs":["11.1.2.3"] """, false)]
    [InlineData("sourceIPs|cidr: 0.0.0.0/0", """ "sourceIPs":["203.0.113.9"] """, true)]
    [InlineData("sourceIPs|cidr: 10.0.0.0/8", """ "sourceIPs":["::ffff:10.1.2.3"] """, true)]
    [InlineData("sourceIPs|cidr: 'fd00::/8'", """ "sourceIPs":["fd12::1"] """, true)]
    [InlineData("sourceIPs|cidr: 'fd00::/8'", """ "sourceIPs":["fe80::1"] """, false)]
    [InlineData("sourceIPs|cidr: '::/0'", """ "sourceIPs":["10.0.0.1"] """, false)]
    [InlineData("sourceIPs|cidr: [192.0.2.0/24, 'fd00::/8']", """ "sourceIPs":["192.0.2.77"] """, true)]
    [InlineData("sourceIPs|cidr: 10.0.0.0/8", """ "sourceIPs":["not an address"] """, false)]
    [InlineData("requestURI|exists: true", """ "requestURI":null """, true)]
    [InlineData("requestURI|exists: true", """ "level":"x" """, false)]
    [InlineData("requestURI|exists: false", """ "level":"x" """, true)]
    [InlineData("requestObject.rules|exists: true", """ "requestObject":{"rules":[]} """, true)]
    [InlineData("verb|neq: get", """ "verb":"list" """, true)]
    [InlineData("verb|neq: get", """ "verb":"get" """, false)]
    [InlineData("verb|neq: [get, list]", """ "verb":"list" """, false)]
    [InlineData("responseStatus.code|neq: 200", """ "responseStatus":{"code":403} """, true)]
    [InlineData("responseStatus.code|gt: 400", """ "responseStatus":{"code":400} """, false)]
    [InlineData("responseStatus.code|gte: 400", """ "responseStatus":{"code":400} """, true)]
    [InlineData("responseStatus.code|lt: 400", """ "responseStatus":{"code":399} """, true)]
    [InlineData("responseStatus.code|lte: 399.5", """ "responseStatus":{"code":400} """, false)]
    [InlineData("responseStatus.code|gte: 400", """ "responseStatus":{"code":"500"} """, true)]
    [InlineData("responseStatus.code|gte: 400", """ "responseStatus":{"code":"many"} """, false)]
    [InlineData("user.username|fieldref: objectRef.name", """ "user":{"username":"jane"},"objectRef":{"name":"jane"} """, true)]
    [InlineData("user.username|fieldref: objectRef.name", """ "user":{"username":"Jane"},"objectRef":{"name":"jane"} """, false)]
    [InlineData("userAgent|fieldref: verb", """ "userAgent":"Get","verb":"get" """, true)]
    [InlineData("user.username: 'system:node:n1'", """ "user":{"username":"System:Node:n1"} """, false)]
    [InlineData("user.username|startswith: 'system:node:'", """ "user":{"username":"System:Node:n1"} """, false)]
    [InlineData("user.groups: 'system:nodes'", """ "user":{"groups":["System:Nodes"]} """, false)]
    [InlineData("object.roleRef.name: cluster-admin", """ "requestObject":{"roleRef":{"name":"Cluster-Admin"}} """, false)]
    [InlineData("object.subjects|any: {kind: user, name: jane}", """ "requestObject":{"subjects":[{"kind":"User","name":"Jane"}]} """, false)]
    [InlineData("object.subjects|any: {kind: user, name: jane}", """ "requestObject":{"subjects":[{"kind":"User","name":"jane"}]} """, true)]
    [InlineData("user.username|fieldref|cased: objectRef.name", """ "user":{"username":"Jane"},"objectRef":{"name":"jane"} """, false)]
    [InlineData("user.username|fieldref|neq: objectRef.name", """ "user":{"username":"jane"},"objectRef":{"name":"joe"} """, true)]
    [InlineData("user.username|fieldref|endswith: objectRef.name", """ "user":{"username":"system:jane"},"objectRef":{"name":"jane"} """, true)]
    [InlineData("user.username|fieldref|startswith: objectRef.name", """ "user":{"username":"system:jane"},"objectRef":{"name":"jane"} """, false)]
    [InlineData("user.username|fieldref|contains: objectRef.name", """ "user":{"username":"a-jane-b"},"objectRef":{"name":"jane"} """, true)]
    [InlineData("requestURI|base64: foobar", """ "requestURI":"Zm9vYmFy" """, true)]
    [InlineData("requestURI|base64|contains: foobar", """ "requestURI":"x=Zm9vYmFy&y" """, true)]
    [InlineData("requestURI|wide|base64|contains: cmd", """ "requestURI":"x=YwBtAGQA" """, true)]
    [InlineData("requestURI|utf16le|base64|contains: cmd", """ "requestURI":"x=YwBtAGQA" """, true)]
    [InlineData("requestURI|utf16be|base64|contains: cmd", """ "requestURI":"x=AGMAbQBk" """, true)]
    [InlineData("requestURI|utf16|base64|contains: cmd", """ "requestURI":"x=//5jAG0AZAA=" """, true)]
    [InlineData("command|windash|contains: ' -e '", """ "requestURI":"/x?command=nc&command=%2Fe&command=sh","objectRef":{"subresource":"exec"} """, true)]
    [InlineData("command|contains: ' -e '", """ "requestURI":"/x?command=nc&command=%2Fe&command=sh","objectRef":{"subresource":"exec"} """, false)]
    [InlineData("requestReceivedTimestamp|hour: 3", """ "requestReceivedTimestamp":"2026-11-21T03:59:59.999999Z" """, true)]
    [InlineData("requestReceivedTimestamp|hour: 3", """ "requestReceivedTimestamp":"2026-11-21T05:30:00+02:00" """, true)]
    [InlineData("requestReceivedTimestamp|hour|gte: 18", """ "requestReceivedTimestamp":"2026-11-21T17:00:00Z" """, false)]
    [InlineData("requestReceivedTimestamp|minute: 59", """ "requestReceivedTimestamp":"2026-11-21T03:59:59Z" """, true)]
    [InlineData("requestReceivedTimestamp|day: 21", """ "requestReceivedTimestamp":"2026-11-21T03:59:59Z" """, true)]
    [InlineData("requestReceivedTimestamp|week: 47", """ "requestReceivedTimestamp":"2026-11-21T03:59:59Z" """, true)]
    [InlineData("requestReceivedTimestamp|month: 11", """ "requestReceivedTimestamp":"2026-11-21T03:59:59Z" """, true)]
    [InlineData("requestReceivedTimestamp|year|lt: 2026", """ "requestReceivedTimestamp":"2026-11-21T03:59:59Z" """, false)]
    [InlineData("capabilities: '*'", """ "objectRef":{"resource":"pods"},"requestObject":{"spec":{"containers":[{"securityContext":{"capabilities":{"add":["NET_RAW"]}}}]}} """, true)]
    [InlineData("hostPath: '*'", """ "objectRef":{"resource":"pods"},"requestObject":{"spec":{"volumes":[{"hostPath":{"path":"/"}}]}} """, true)]
    [InlineData("apiGroup: apps", """ "objectRef":{"apiGroup":"apps"} """, true)]
    public void Matches_Modifier_AsSpecified(string item, string members, bool expected) =>
        Assert.Equal(expected, Rule.Matches($"selection:\n  {item}\ncondition: selection", members));

    [Theory]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("abc")]
    public void Matches_Base64Offset_AtEveryPlaceInTheText(string before)
    {
        var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(before + "/etc/shadow" + "tail"));

        Assert.True(Rule.Matches("selection:\n  requestURI|base64offset|contains: /etc/shadow\ncondition: selection", $"\"requestURI\":\"{encoded}\""));
        Assert.False(Rule.Matches("selection:\n  requestURI|base64offset|contains: /etc/passwd\ncondition: selection", $"\"requestURI\":\"{encoded}\""));
    }

    [Theory]
    [InlineData("alice", true)]
    [InlineData("bob-adm", true)]
    [InlineData("mallory", false)]
    public void Matches_Expand_AnyValueOfTheList(string user, bool expected)
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.FullName, "lists")).FullName, "admins.txt"), "# who may\nalice\n\n*-adm\n");

        var lists = Placeholders.Load([_folder.FullName], []);

        Assert.Equal(expected, Rule.Matches("selection:\n  user.username|expand: '%admins%'\ncondition: selection", $$"""
            "user":{"username":"{{user}}"}
            """, lists));
    }

    [Theory]
    [InlineData("""[{"verbs":["get"],"resources":["*"]},{"verbs":["*"],"resources":["pods"]}]""", false)]
    [InlineData("""[{"verbs":["get"],"resources":["pods"]},{"verbs":["*"],"resources":["x","*"]}]""", true)]
    public void Matches_Any_OneAndTheSameElement(string rules, bool expected) => Assert.Equal(expected, Rule.Matches("""
        selection:
          requestObject.rules|any:
            verbs: '\*'
            resources: '\*'
        condition: selection
        """, $"\"requestObject\":{{\"rules\":{rules}}}"));

    [Theory]
    [InlineData("[curl, wget]", true)]
    [InlineData("[nc]", false)]
    public void Matches_Keywords_AnywhereInTheEvent(string keywords, bool expected) => Assert.Equal(
        expected, Rule.Matches($"keywords: {keywords}\ncondition: keywords", """ "requestObject":{"spec":{"containers":[{"args":["/usr/bin/CURL"]}]}} """));

    [Fact]
    public void Matches_KeywordsAll_Each()
    {
        const string members = """ "requestURI":"/a","userAgent":"b" """;

        Assert.True(Rule.Matches("keywords:\n  '|all': [/a, b]\ncondition: keywords", members));
        Assert.False(Rule.Matches("keywords:\n  '|all': [/a, nowhere]\ncondition: keywords", members));
    }
}
