using System.Text.Json.Nodes;

namespace AuditWatch.Tests.Events.Envelopes;

public class CloudAuditLogTests
{
    [Fact]
    public void Read_ExecInGke_IsTranslated()
    {
        const string entry =
            """
            {"insertId":"1f2e","labels":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":""},"logName":"projects/p/logs/cloudaudit.googleapis.com%2Factivity",
             "operation":{"first":true,"id":"6f6ee9ba-0000","producer":"k8s.io"},
             "protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","authenticationInfo":{"principalEmail":"mallory@example.com"},
              "authorizationInfo":[{"granted":true,"permission":"io.k8s.core.v1.pods.exec.create","resource":"core/v1/namespaces/payments/pods/shell/exec"}],
              "methodName":"io.k8s.core.v1.pods.exec.create","requestMetadata":{"callerIp":"203.0.113.7","callerSuppliedUserAgent":"kubectl/v1.32.4"},
              "resourceName":"core\/v1/namespaces/payments/pods/shell/exec","serviceName":"k8s.io","status":{}},
             "receiveTimestamp":"2026-11-21T00:24:55.1Z","resource":{"labels":{"cluster_name":"prod","location":"europe-west1","project_id":"p"},"type":"k8s_cluster"},"timestamp":"2026-11-21T00:24:50.799935Z"}
            """;

        AssertEvent(
            """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"6f6ee9ba-0000","stage":"ResponseStarted","verb":"create",
             "requestURI":"/api/v1/namespaces/payments/pods/shell/exec","objectRef":{"resource":"pods","namespace":"payments","name":"shell","apiVersion":"v1","subresource":"exec"},
             "user":{"username":"mallory@example.com"},"sourceIPs":["203.0.113.7"],"userAgent":"kubectl/v1.32.4","responseStatus":{"code":101},
             "stageTimestamp":"2026-11-21T00:24:50.799935Z","annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":""}}
            """,
            entry);
    }

    [Fact]
    public void Read_BodiesAndFailureInGke_AreTranslated()
    {
        const string entry =
            """
            {"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"k8s.io","methodName":"io.k8s.authorization.rbac.v1.clusterroles.create",
              "resourceName":"rbac.authorization.k8s.io/v1/clusterroles/owner","request":{"rules":[{"verbs":["*"]}]},"response":{"@type":"core.k8s.io/v1.Status"},
              "status":{"code":7,"message":"Forbidden \"owner\""}},"insertId":"1f2e"}
            """;

        AssertEvent(
            """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"1f2e","stage":"ResponseComplete","verb":"create",
             "requestURI":"/apis/rbac.authorization.k8s.io/v1/clusterroles/owner","objectRef":{"resource":"clusterroles","name":"owner","apiGroup":"rbac.authorization.k8s.io","apiVersion":"v1"},
             "user":{"username":"system:anonymous","groups":["system:unauthenticated"]},"responseStatus":{"message":"Forbidden \"owner\"","code":403},"requestObject":{"rules":[{"verbs":["*"]}]},"responseObject":{"@type":"core.k8s.io/v1.Status"}}
            """,
            entry);
    }

    [Theory]
    [InlineData("""{"principalEmail":"jane@example.com"}""", """{"username":"jane@example.com"}""")]
    [InlineData("""{"principalSubject":"user:jane@example.com"}""", """{"username":"jane@example.com"}""")]
    [InlineData("""{"principalSubject":"principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p.svc.id.goog/subject/ns/shop/sa/app"}""",
        """{"username":"system:serviceaccount:shop:app","groups":["system:serviceaccounts","system:serviceaccounts:shop","system:authenticated"]}""")]
    [InlineData("""{"principalEmail":"system:node:n1"}""", """{"username":"system:node:n1","groups":["system:nodes","system:authenticated"]}""")]
    [InlineData("{}", """{"username":"system:anonymous","groups":["system:unauthenticated"]}""")]
    [InlineData("""{"principalEmail":"sa@p.iam.gserviceaccount.com","serviceAccountKeyName":"k","serviceAccountDelegationInfo":[{"firstPartyPrincipal":{"principalEmail":"jane@example.com"}},{"principalSubject":"user:joe@example.com"}]}""",
        """{"username":"sa@p.iam.gserviceaccount.com","extra":{"iam.googleapis.com/serviceAccountKeyName":["k"],"iam.googleapis.com/delegatedBy":["jane@example.com","joe@example.com"]}}""")]
    public void Read_PrincipalInGke_IsTheUser(string authentication, string user)
    {
        var json = JsonNode.Parse(Translate($$"""{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"k8s.io","methodName":"io.k8s.x.get","authenticationInfo":{{authentication}},"status":{} } }"""))!;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(user), json["user"]), json["user"]?.ToJsonString());
    }

    [Fact]
    public void Read_InvalidCredentialsInGke_AreNobodys()
    {
        var json = JsonNode.Parse(Translate("""{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"k8s.io","methodName":"io.k8s.x.get","status":{"code":16}}}"""))!;

        Assert.Equal("{}", json["user"]!.ToJsonString());
        Assert.Equal(401, json["responseStatus"]!["code"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("io.k8s.core.v1.pods.create", "core/v1/namespaces/a/pods/b", "{}", "create", 201)]
    [InlineData("io.k8s.apps.v1.deployments.apply", "apps/v1/namespaces/a/deployments/b", "{}", "patch", 200)]
    [InlineData("io.k8s.core.v1.pods.delete", "core/v1/namespaces/a/pods/b", """{"code":0}""", "delete", 200)]
    [InlineData("io.k8s.core.v1.pods.attach.create", "core/v1/namespaces/a/pods/b/attach", "{}", "create", 101)]
    [InlineData("io.k8s.core.v1.pods.get", "core/v1/namespaces/a/pods/b", """{"code":7}""", "get", 403)]
    public void Read_StatusInGke_IsThatOfHttp(string method, string resource, string status, string verb, int code)
    {
        var json = JsonNode.Parse(Translate(
            $$"""{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"k8s.io","methodName":"{{method}}","resourceName":"{{resource}}","status":{{status}},"authenticationInfo":{"principalEmail":"a","authoritySelector":"b"} } }"""))!;

        Assert.Equal((verb, code, "b"), (json["verb"]!.GetValue<string>(), json["responseStatus"]!["code"]!.GetValue<int>(), json["impersonatedUser"]!["username"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("true", "allow", "allowed: io.k8s.core.v1.pods.get on core/v1/namespaces/a/pods/b")]
    [InlineData("false", "forbid", "denied: io.k8s.core.v1.pods.get on core/v1/namespaces/a/pods/b")]
    public void Read_AuthorizationInGke_IsTheDecision(string granted, string decision, string reason)
    {
        var json = JsonNode.Parse(Translate(
            $$"""{"labels":{"x":"y\"z"},"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"k8s.io","methodName":"io.k8s.core.v1.pods.get","authorizationInfo":[{"granted":{{granted}},"permission":"io.k8s.core.v1.pods.get","resource":"core/v1/namespaces/a/pods/b"}]} }"""))!;

        Assert.Equal(("y\"z", decision, reason), (
            json["annotations"]!["x"]!.GetValue<string>(), json["annotations"]!["authorization.k8s.io/decision"]!.GetValue<string>(), json["annotations"]!["authorization.k8s.io/reason"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("core/v1/namespaces", """{"resource":"namespaces","apiVersion":"v1"}""", "/api/v1/namespaces")]
    [InlineData("core/v1/namespaces/a", """{"resource":"namespaces","namespace":"a","name":"a","apiVersion":"v1"}""", "/api/v1/namespaces/a")]
    [InlineData("core/v1/namespaces/a/finalize", """{"resource":"namespaces","namespace":"a","name":"a","apiVersion":"v1","subresource":"finalize"}""", "/api/v1/namespaces/a/finalize")]
    [InlineData("core/v1/namespaces/a/secrets", """{"resource":"secrets","namespace":"a","apiVersion":"v1"}""", "/api/v1/namespaces/a/secrets")]
    [InlineData("core/v1/secrets", """{"resource":"secrets","apiVersion":"v1"}""", "/api/v1/secrets")]
    [InlineData("core/v1/nodes/n/proxy/run/a", """{"resource":"nodes","name":"n","apiVersion":"v1","subresource":"proxy"}""", "/api/v1/nodes/n/proxy/run/a")]
    [InlineData("apps/v1beta1/namespaces/a/deployments/d/scale", """{"resource":"deployments","namespace":"a","name":"d","apiGroup":"apps","apiVersion":"v1beta1","subresource":"scale"}""", "/apis/apps/v1beta1/namespaces/a/deployments/d/scale")]
    [InlineData("healthz", null, "/healthz")]
    [InlineData("api/resources/x", null, "/api/resources/x")]
    [InlineData("", null, "/")]
    public void Read_ResourceNameInGke_IsTakenApart(string name, string? objectRef, string uri)
    {
        var json = JsonNode.Parse(Translate($$"""{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"k8s.io","methodName":"io.k8s.x.get","resourceName":"{{name}}"} }"""))!;

        Assert.Equal(uri, json["requestURI"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(objectRef is null ? null : JsonNode.Parse(objectRef), json["objectRef"]), json["objectRef"]?.ToJsonString());
    }

    [Theory]
    [InlineData("""{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"k8s.io"}}""")]
    [InlineData("""{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"k8s.io","methodName":7,"resourceName":{},"status":[],"request":"x","authenticationInfo":null,"requestMetadata":{"callerIp":[]}},"labels":1,"operation":"","timestamp":{}}""")]
    [InlineData("""{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"k8s.io","methodName":"\ud800","resourceName":"a/v1/\udc00"}}""")]
    public void Read_OddEntries_AreEventsAllTheSame(string entry) => Assert.NotNull(JsonNode.Parse(Translate(entry)));

    private static void AssertEvent(string expected, string entry)
    {
        var actual = Translate(entry);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), actual);
    }

    private static string Translate(string entry)
    {
        var reading = Reading.Of(entry);
        Assert.Empty(reading.Rejections);
        return Assert.Single(reading.Events);
    }
}
