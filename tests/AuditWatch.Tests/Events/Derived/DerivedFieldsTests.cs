using System.Text.Json;

namespace AuditWatch.Tests.Events.Derived;

public class DerivedFieldsTests
{
    [Theory]
    [InlineData(""" "user":{"username":"jane"} """, "jane", "human")]
    [InlineData(""" "user":{"username":"admin"},"impersonatedUser":{"username":"jane"} """, "jane", "human")]
    [InlineData(""" "user":{"username":"system:serviceaccount:payments:app"} """, "system:serviceaccount:payments:app", "serviceaccount")]
    [InlineData(""" "user":{"username":"admin"},"impersonatedUser":{"username":"system:serviceaccount:a:b"} """, "system:serviceaccount:a:b", "serviceaccount")]
    [InlineData(""" "user":{"username":"system:serviceaccount:a"} """, "system:serviceaccount:a", "human")]
    [InlineData(""" "user":{"username":"system:serviceaccount:a:b:c"} """, "system:serviceaccount:a:b:c", "human")]
    [InlineData(""" "user":{"username":"system:node:n1"} """, "system:node:n1", "node")]
    [InlineData(""" "user":{"username":"system:apiserver"} """, "system:apiserver", "controlplane")]
    [InlineData(""" "user":{"username":"system:apiserver-x"} """, "system:apiserver-x", "human")]
    [InlineData(""" "user":{"username":"system:anonymous"} """, "system:anonymous", "anonymous")]
    [InlineData(""" "user":{"username":"jane@example.com","groups":["7a1f0b3e-5d2c-4c8e-9d51-1f0a6f0c2b11","system:authenticated"]} """, "jane@example.com", "human")]
    [InlineData(""" "user":{"username":"0d6f5a52-91cb-4a3c-8b53-0c2d6a7d4e10","extra":{"oid":["0d6f5a52-91cb-4a3c-8b53-0c2d6a7d4e10"]}} """, "0d6f5a52-91cb-4a3c-8b53-0c2d6a7d4e10", "human")]
    [InlineData(""" "user":{} """, "", "unauthenticated")]
    [InlineData(""" "verb":"get" """, "", "unauthenticated")]
    public void Actor_User_WhoReallyActed(string members, string actor, string kind)
    {
        Assert.Equal(actor, string.Join('|', FieldsOf.Event(members, "actor")));
        Assert.Equal(kind, Assert.Single(FieldsOf.Event(members, "actor.kind")));
    }

    /// <summary>As Microsoft's guard, the authenticator of AKS, writes somebody of Entra ID.</summary>
    [Fact]
    public void Fields_UserOfEntra_AreThoseOfGuard()
    {
        const string members = """ "user":{"username":"jane@example.com","groups":["7a1f0b3e-5d2c-4c8e-9d51-1f0a6f0c2b11","system:authenticated"],"extra":{"oid":["0d6f5a52-91cb-4a3c-8b53-0c2d6a7d4e10"]}} """;

        Assert.Equal(["user:jane@example.com", "group:7a1f0b3e-5d2c-4c8e-9d51-1f0a6f0c2b11", "group:system:authenticated"], FieldsOf.Event(members, "actor.subjects"));
        Assert.Equal(["7a1f0b3e-5d2c-4c8e-9d51-1f0a6f0c2b11", "system:authenticated"], FieldsOf.Event(members, "user.groups"));
        Assert.Equal(["0d6f5a52-91cb-4a3c-8b53-0c2d6a7d4e10"], FieldsOf.Event(members, "user.extra.oid"));
    }

    [Fact]
    public void ServiceAccount_OfTheActor_NamespaceAndName()
    {
        const string members = """ "user":{"username":"system:serviceaccount:payments:app"} """;

        Assert.Equal(["payments"], FieldsOf.Event(members, "serviceAccount.namespace"));
        Assert.Equal(["app"], FieldsOf.Event(members, "serviceAccount.name"));
        Assert.Empty(FieldsOf.Event(""" "user":{"username":"jane"} """, "serviceAccount.name"));
    }

    [Theory]
    [InlineData(""" "responseStatus":{"code":200} """, "allowed")]
    [InlineData(""" "responseStatus":{"code":101} """, "allowed")]
    [InlineData(""" "responseStatus":{"code":401} """, "denied")]
    [InlineData(""" "responseStatus":{"code":403} """, "denied")]
    [InlineData(""" "responseStatus":{"code":404} """, "failed")]
    [InlineData(""" "responseStatus":{"code":500} """, "failed")]
    [InlineData(""" "responseStatus":{"code":201.0} """, "allowed")]
    [InlineData(""" "responseStatus":{"code":"403"} """, "denied")]
    [InlineData(""" "responseStatus":{"code":"404.0"} """, "failed")]
    [InlineData(""" "responseStatus":{"code":"none"} """, "started")]
    [InlineData(""" "responseStatus":{} """, "started")]
    [InlineData(""" "verb":"get" """, "started")]
    public void Outcome_Status_Named(string members, string expected) => Assert.Equal([expected], FieldsOf.Event(members, "outcome"));

    [Theory]
    [InlineData("""["203.0.113.7"]""", "203.0.113.7")]
    [InlineData("""["127.0.0.1", "10.0.0.1", "203.0.113.7" ]""", "203.0.113.7")]
    [InlineData("""[]""", "")]
    [InlineData("""null""", "")]
    public void ClientIP_SourceAddresses_TheOneThatCannotBeForged(string sourceIPs, string expected) =>
        Assert.Equal(expected, string.Join('|', FieldsOf.Event($"\"sourceIPs\":{sourceIPs}", "clientIP")));

    [Theory]
    [InlineData(""" "verb":"list","objectRef":{"resource":"secrets","apiVersion":"v1","namespace":"a"} """, "list secrets")]
    [InlineData(""" "verb":"create","objectRef":{"resource":"pods","subresource":"exec","name":"shell"} """, "create pods/exec")]
    [InlineData(""" "verb":"patch","objectRef":{"resource":"deployments","apiGroup":"apps","subresource":"scale"} """, "patch deployments.apps/scale")]
    [InlineData(""" "verb":"d\u0065lete","objectRef":{"resource":"\u0073ecrets","apiGroup":""} """, "delete secrets")]
    [InlineData(""" "verb":"get","requestURI":"/metrics" """, "get nonResourceURL")]
    [InlineData(""" "verb":"get","objectRef":{"resource":null} """, "get nonResourceURL")]
    [InlineData(""" "verb":"get","objectRef":{"resource":["pods"],"apiGroup":{"a":"b"}} """, "get nonResourceURL")]
    [InlineData(""" "verb":"","objectRef":{"resource":"secrets"} """, "")]
    [InlineData(""" "user":{} """, "")]
    public void RequestKind_VerbAndObject_AsKubectlWritesThem(string members, string expected) =>
        Assert.Equal(expected, string.Join('|', FieldsOf.Event(members, "request.kind")));

    [Theory]
    [InlineData("exec", "/api/v1/namespaces/a/pods/b/exec?command=cat\\u0026command=%2Fetc%2Fshadow\\u0026stdin=true", "cat /etc/shadow")]
    [InlineData("exec", "/api/v1/namespaces/a/pods/b/exec?stdin=true&command=sh&command=-c&command=echo+a%20b%2B%zz", "sh -c echo a b+%zz")]
    [InlineData("proxy", "/api/v1/nodes/n/proxy/run/ns/pod/c?cmd=id", "id")]
    [InlineData("exec", "/api/v1/namespaces/a/pods/b/exec?c%6Fmmand=cat&%63ommand=x", "cat x")]
    [InlineData("exec", "/api/v1/namespaces/a/pods/b/exec?commandx=cat&command", "")]
    [InlineData("attach", "/api/v1/namespaces/a/pods/b/attach?stdin=true", "")]
    [InlineData("exec", "/api/v1/namespaces/a/pods/b/exec", "")]
    [InlineData("log", "/api/v1/namespaces/a/pods/b/log?command=x", "")]
    public void Command_RequestUri_Decoded(string subresource, string uri, string expected) => Assert.Equal(
        expected, string.Join('|', FieldsOf.Event($$""" "objectRef":{"subresource":"{{subresource}}"},"requestURI":"{{uri}}" """, "command")));

    [Theory]
    [InlineData(""" "requestObject":{"kind":"Role","a":1},"responseObject":{"kind":"Role","a":2} """, "2")]
    [InlineData(""" "requestObject":{"kind":"Role","a":1},"responseObject":{"kind":"Status","a":2} """, "1")]
    [InlineData(""" "requestObject":{"a":1} """, "1")]
    [InlineData(""" "requestObject":[{"a":1}],"responseObject":{"kind":"Role","a":2} """, "2")]
    [InlineData(""" "requestObject":[{"op":"replace","path":"/a","value":1}] """, "1")]
    [InlineData(""" "responseObject":{"kind":"RoleList","a":2} """, "")]
    [InlineData(""" "requestObject":{"kind":"DeleteOptions","a":1},"responseObject":{"kind":"Status"} """, "")]
    public void Object_Bodies_AsItStandsAfterTheRequest(string members, string expected) =>
        Assert.Equal(expected, string.Join('|', FieldsOf.Event(members, "object.a")));

    [Theory]
    [InlineData("pods", """{"kind":"Pod","spec":SPEC}""")]
    [InlineData("deployments", """{"kind":"Deployment","spec":{"template":{"spec":SPEC}}}""")]
    [InlineData("daemonsets", """{"spec":{"template":{"spec":SPEC}}}""")]
    [InlineData("rollouts", """{"spec":{"template":{"spec":SPEC}}}""")]
    [InlineData("cronjobs", """{"kind":"CronJob","spec":{"jobTemplate":{"spec":{"template":{"spec":SPEC}}}}}""")]
    [InlineData("podtemplates", """{"kind":"PodTemplate","template":{"spec":SPEC}}""")]
    public void Containers_WorkloadOfAnyKind_EveryContainer(string resource, string body)
    {
        const string spec = """{"hostPID":true,"containers":[{"name":"a"},{"name":"b"}],"initContainers":[{"name":"c"}],"ephemeralContainers":[{"name":"d"}]}""";
        var members = $$""" "objectRef":{"resource":"{{resource}}"},"requestObject":{{body.Replace("SPEC", spec, StringComparison.Ordinal)}} """;

        Assert.Equal(["a", "b", "c", "d"], FieldsOf.Event(members, "containers.name"));
        Assert.Equal(["true"], FieldsOf.Event(members, "podSpec.hostPID"));
    }

    [Fact]
    public void Containers_EphemeralContainersOfOldServers_AtTheTop() => Assert.Equal(["debugger"], FieldsOf.Event(
        """ "objectRef":{"resource":"pods","subresource":"ephemeralcontainers"},"requestObject":{"kind":"EphemeralContainers","ephemeralContainers":[{"name":"debugger"}]} """,
        "containers.name"));

    [Fact]
    public void PodSpec_SpecOfAnotherKind_IsNone() =>
        Assert.Empty(FieldsOf.Event(""" "objectRef":{"resource":"services"},"requestObject":{"spec":{"hostPID":true}} """, "podSpec.hostPID"));

    [Fact]
    public void Origin_OfTheBatch_ClusterAndSource()
    {
        Assert.Equal(["prod"], FieldsOf.Event(""" "verb":"x" """, "cluster"));
        Assert.Equal(["audit.log"], FieldsOf.Event(""" "verb":"x" """, "source"));
    }

    [Theory]
    [InlineData("RBAC: allowed by ClusterRoleBinding 'devs' of ClusterRole 'dev' to Group 'developers'", "devs", "", "dev", "group:developers")]
    [InlineData("RBAC: allowed by RoleBinding 'app-edit/payments' of Role 'app' to ServiceAccount 'app/payments'", "app-edit", "payments", "app", "serviceaccount:payments/app")]
    [InlineData("RBAC: allowed by ClusterRoleBinding 'b' of ClusterRole 'r' to User 'jane@example.com'", "b", "", "r", "user:jane@example.com")]
    [InlineData("RBAC: allowed by ClusterRoleBinding 'b' of ClusterRole 'r' to User 'system:serviceaccount:a:b'", "b", "", "r", "serviceaccount:a/b")]
    [InlineData("RBAC: allowed by ClusterRoleBinding 'b\\' of ClusterRole \\'admin' of ClusterRole 'view' to Group 'g\\u00e9\\x0a\\n'", "b' of ClusterRole 'admin", "", "view", "group:gé\n\n")]
    [InlineData("RBAC: allowed by ClusterRoleBinding 'b' of ClusterRole 'r' to Group 'g' and more", "", "", "", "")]
    [InlineData("RBAC: allowed by ClusterRoleBinding 'b' of ClusterRole 'r' to Group 'g\\u12", "", "", "", "")]
    [InlineData("RBAC: allowed by ClusterRoleBinding 'b' of ClusterRole 'r", "", "", "", "")]
    [InlineData("EKS Access Policy: allowed by ClusterRoleBinding 'arn:aws:iam::1:role/admin+arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy' of ClusterRole 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy' to User 'AROA'",
        "arn:aws:iam::1:role/admin+arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy", "", "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy", "user:AROA")]
    [InlineData("EKS: allowed by ClusterRoleBinding 'b' of ClusterRole 'r' to Group 'g'", "", "", "", "")]
    [InlineData("RBAC: ClusterRoleBinding 'b' of ClusterRole 'r' to Group 'g'", "", "", "", "")]
    [InlineData("", "", "", "", "")]
    public void Rbac_ReasonOfTheAuthorizer_BindingRoleAndSubject(string reason, string binding, string space, string role, string subject)
    {
        // The apostrophes stand for quotes.
        var text = JsonEncodedText.Encode(reason.Replace('\'', '"'));
        var members = $$""" "annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"{{text}}"} """;

        Assert.Equal(binding.Replace('\'', '"'), string.Join('|', FieldsOf.Event(members, "rbac.binding")));
        Assert.Equal(space, string.Join('|', FieldsOf.Event(members, "rbac.namespace")));
        Assert.Equal(role, string.Join('|', FieldsOf.Event(members, "rbac.role")));
        Assert.Equal(subject, string.Join('|', FieldsOf.Event(members, "rbac.subject")));
    }

    [Theory]
    [InlineData("clusterrolebindings", "", "god", "user:jane|group:devs|serviceaccount:a/b|serviceaccount:c/d|serviceaccount:/e")]
    [InlineData("rolebindings", "web", "god", "user:jane|group:devs|serviceaccount:a/b|serviceaccount:c/d|serviceaccount:web/e")]
    [InlineData("roles", "web", "", "")]
    public void Binding_RoleAndSubjects_WrittenAsPrincipals(string resource, string space, string role, string subjects)
    {
        var members = $$""" "objectRef":{"apiGroup":"rbac.authorization.k8s.io","resource":"{{resource}}","namespace":"{{space}}","name":"x"},"requestObject":{"kind":"ClusterRoleBinding","roleRef":{"kind":"ClusterRole","name":"god"},"subjects":[{"kind":"User","name":"jane"},{"kind":"Group","name":"devs"},{"kind":"ServiceAccount","name":"b","namespace":"a"},{"kind":"User","name":"system:serviceaccount:c:d"},{"kind":"ServiceAccount","name":"e"},{"kind":"Robot","name":"x"},"odd"]} """;

        Assert.Equal(role, string.Join('|', FieldsOf.Event(members, "binding.role")));
        Assert.Equal(subjects, string.Join('|', FieldsOf.Event(members, "binding.subjects")));
    }

    [Fact]
    public void ActorSubjects_OfTheImpersonated_NotOfTheImpersonator()
    {
        const string user = """ "user":{"username":"system:serviceaccount:a:b","groups":["system:serviceaccounts","g"]} """;

        Assert.Equal(["serviceaccount:a/b", "group:system:serviceaccounts", "group:g"], FieldsOf.Event(user, "actor.subjects"));
        Assert.Equal(["user:jane", "group:devs"], FieldsOf.Event(user + """ ,"impersonatedUser":{"username":"jane","groups":["devs"]} """, "actor.subjects"));
    }

    [Fact]
    public void Credential_OfTheRequestAndOfTheTokenIssued_TheSameText()
    {
        Assert.Equal(["JTI=1-2"], FieldsOf.Event(""" "user":{"username":"a","extra":{"authentication.kubernetes.io/credential-id":["JTI=1-2"]}} """, "credential.id"));
        Assert.Equal(["JTI=1-2"], FieldsOf.Event(""" "annotations":{"authentication.kubernetes.io/issued-credential-id":"JTI=1-2"} """, "credential.issued"));
    }
}
