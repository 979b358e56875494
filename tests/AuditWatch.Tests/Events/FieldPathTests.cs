using AuditWatch.Events;

namespace AuditWatch.Tests.Events;

public class FieldPathTests
{
    [Theory]
    [InlineData("verb", """ "verb":"get" """, "get")]
    [InlineData("objectRef.name", """ "objectRef":{"name":"db"} """, "db")]
    [InlineData("objectRef.resourceVersion", """ "objectRef":{"resourceVersion":"7"} """, "7")]
    [InlineData("user.groups", """ "user":{"groups":["a","b"]} """, "a|b")]
    [InlineData("user.extra.authentication.kubernetes.io/pod-name", """ "user":{"extra":{"authentication.kubernetes.io/pod-name":["p"]}} """, "p")]
    [InlineData("annotations.authorization.k8s.io/decision", """ "annotations":{"authorization.k8s.io/decision":"allow"} """, "allow")]
    [InlineData("requestObject.metadata.labels.app.kubernetes.io/name", """ "requestObject":{"metadata":{"labels":{"app.kubernetes.io/name":"x"}}} """, "x")]
    [InlineData("requestObject.metadata.labels.app.kubernetes.io/*", """ "requestObject":{"metadata":{"labels":{"app.kubernetes.io/name":"x","app.kubernetes.io":"no","\u0061pp.kubernetes.io/part-of":"y","other":"z"}}} """, "x|y")]
    [InlineData("change.metadata.labels.app.kubernetes.io/*", """ "verb":"create","requestObject":{"metadata":{"labels":{"app.kubernetes.io/name":"x","app.kubernetes.io":"no"}}} """, "x")]
    [InlineData("requestObject.a.b", """ "requestObject":{"a":[{"b":1},{"b":[2,3]},{"c":4}]} """, "1|2|3")]
    [InlineData("requestObject.a.b", """ "requestObject":{"a":{"b":1},"a":{"b":2}} """, "1|2")]
    [InlineData("requestObject.op", """ "requestObject":[{"op":"add"},{"op":"replace"}] """, "add|replace")]
    [InlineData("requestObject.a", """ "requestObject":{"\u0061":true} """, "true")]
    [InlineData("requestObject.a.b", """ "requestObject":{"a":"text"} """, "")]
    [InlineData("kind", """ "kind":"Event" """, "Event")]
    public void Any_Path_ShowsEveryValueItLeadsTo(string field, string members, string expected) =>
        Assert.Equal(expected, string.Join('|', FieldsOf.Event(members, field)));

    [Theory]
    [InlineData("requestObject.a", """ "requestObject":{"a":null} """, true)]
    [InlineData("requestObject.a", """ "requestObject":{"a":[]} """, true)]
    [InlineData("requestObject.a.b", """ "requestObject":{"a":[{},{"b":0}]} """, true)]
    [InlineData("object.metadata.annotations.example.com/*", """ "verb":"create","requestObject":{"metadata":{"annotations":{"example.com/x":"1"}}} """, true)]
    [InlineData("object.metadata.annotations.example.com/*", """ "verb":"create","requestObject":{"metadata":{"annotations":{"example.org/x":"1"}}} """, false)]
    [InlineData("requestObject.a.b", """ "requestObject":{"a":[]} """, false)]
    [InlineData("requestObject.b", """ "requestObject":{"a":{"b":1}} """, false)]
    [InlineData("containers.stdin", """ "objectRef":{"resource":"pods"},"requestObject":{"spec":{"initContainers":[{"stdin":true}]}} """, true)]
    [InlineData("cluster", """ "verb":"x" """, true)]
    public void Exists_Path_WhetherItLeadsAnywhere(string field, string members, bool expected)
    {
        using var batch = FieldsOf.Batch(members);

        Assert.Equal(expected, FieldPath.Parse(field).Exists(batch[0]));
    }

    [Theory]
    [InlineData("objectref.name")]
    [InlineData("actor.name")]
    [InlineData("")]
    public void TryParse_NoFieldOfAnEvent_False(string field) => Assert.False(FieldPath.TryParse(field, out _));
}
