namespace AuditWatch.Tests.Events.Derived;

public class ComponentTests
{
    private const string Controller = """ "user":{"username":"system:serviceaccount:kube-system:replicaset-controller","groups":["system:serviceaccounts","system:serviceaccounts:kube-system"]} """;
    private const string ControllerAgent = """ "userAgent":"kube-controller-manager/v1.31.2 (linux/amd64) kubernetes/5864a46/system:serviceaccount:kube-system:replicaset-controller" """;
    private const string Node = """ "user":{"username":"system:node:n1","groups":["system:nodes","system:authenticated"]} """;

    [Theory]
    [InlineData(Controller + "," + ControllerAgent + """ ,"sourceIPs":["10.0.0.2"] """, "replicaset-controller")]
    [InlineData(Controller + ""","userAgent":"k3s/v1.30.4+k3s1 (linux/amd64) kubernetes/98262b5","sourceIPs":["127.0.0.1"] """, "replicaset-controller")]
    [InlineData(Controller + ""","userAgent":"kubelite/v1.30.4 (linux/amd64) kubernetes/98262b5","sourceIPs":["fd00::1"] """, "replicaset-controller")]
    [InlineData(""" "user":{"username":"system:kube-controller-manager","groups":["system:authenticated"]},"userAgent":"kube-controller-manager/v1.31.2","sourceIPs":["10.0.0.2"] """, "kube-controller-manager")]
    [InlineData(""" "user":{"username":"system:kube-scheduler"},"userAgent":"kube-scheduler/v1.31.2","sourceIPs":["10.0.0.2"] """, "kube-scheduler")]
    [InlineData(""" "user":{"username":"system:cloud-controller-manager"},"userAgent":"aws-cloud-controller-manager/v1.31.2","sourceIPs":["10.0.0.2"] """, "cloud-controller-manager")]
    [InlineData(""" "user":{"username":"system:apiserver","groups":["system:masters"]},"userAgent":"kube-apiserver/v1.31.2","sourceIPs":["::1"] """, "kube-apiserver")]
    [InlineData(Node + ""","userAgent":"kubelet/v1.31.2 (linux/amd64)","sourceIPs":["10.0.0.11"] """, "kubelet")]
    [InlineData(Node + ""","userAgent":"k3s/v1.30.4+k3s1","sourceIPs":["10.0.0.11"] """, "kubelet")]
    [InlineData(""" "user":{"username":"system:node:gke-c1"},"userAgent":"kubelet/v1.31.5","sourceIPs":["10.128.0.5"] """, "kubelet")]
    public void Component_AtItsWork_Named(string members, string expected) => Assert.Equal([expected], FieldsOf.Event(members, "actor.component"));

    [Theory]
    [InlineData("""{"username":"System:serviceaccount:kube-system:replicaset-controller"}""", "another letter case")]
    [InlineData("""{"username":"system:serviceaccount:kube-system:replicaset-controller","groups":["system:authenticated"]}""", "the name without its groups")]
    [InlineData("""{"username":"system:serviceaccount:kube-system:replicaset-controller-2"}""", "a name that begins alike")]
    [InlineData("""{"username":"system:serviceaccount:shop:replicaset-controller"}""", "another namespace")]
    [InlineData("""{"username":"system:serviceaccount:kube-system:replicaset-controller","extra":{"authentication.kubernetes.io/credential-id":["X509SHA256=ab"]}}""", "a certificate")]
    [InlineData("""{"username":"jane"},"impersonatedUser":{"username":"system:serviceaccount:kube-system:replicaset-controller"}""", "impersonation")]
    [InlineData("""{"username":"system:serviceaccount:kube-system:replicaset-controller"},"impersonatedUser":{"username":"jane"}""", "as somebody else")]
    public void Component_NameThatIsNotProven_None(string user, string why) =>
        Assert.True(FieldsOf.Event($$""" "user":{{user}},{{ControllerAgent}},"sourceIPs":["10.0.0.2"] """, "actor.component").Count == 0, why);

    [Theory]
    [InlineData(Controller + ""","userAgent":"kubectl/v1.31.2 (linux/amd64)","sourceIPs":["10.0.0.2"] """)]
    [InlineData(Controller + ""","userAgent":"kube-controller-managers/v1","sourceIPs":["10.0.0.2"] """)]
    [InlineData(Controller + "," + ControllerAgent + ""","sourceIPs":["10.0.0.2","203.0.113.7"] """)]
    [InlineData(Controller + "," + ControllerAgent + ""","sourceIPs":["::ffff:203.0.113.7"] """)]
    [InlineData(Controller + "," + ControllerAgent + ""","sourceIPs":["2001:db8::1"] """)]
    [InlineData(Controller + "," + ControllerAgent + ""","sourceIPs":["172.32.0.1"] """)]
    [InlineData(""" "user":{"username":"system:apiserver","groups":["system:masters"]},"userAgent":"kube-apiserver/v1.31.2","sourceIPs":["10.0.0.2"] """)]
    [InlineData(""" "user":{"username":"system:node:n1","groups":["System:Nodes"]},"userAgent":"kubelet/v1.31.2","sourceIPs":["10.0.0.2"] """)]
    [InlineData(Node + ""","userAgent":"kubectl/v1.31.2","sourceIPs":["10.0.0.2"] """)]
    public void Component_ClientOrAddressOfSomebodyElse_None(string members) => Assert.Empty(FieldsOf.Event(members, "actor.component"));

    [Theory]
    [InlineData("control-plane-1", "etcd-control-plane-1", "etcd")]
    [InlineData("n1", "etcd-n1", "etcd")]
    [InlineData("worker-3", "etcd-evil-worker-3", "etcd-evil")]
    [InlineData("gke-c1-pool-1a2b-x1", "kube-proxy-gke-x1", "kube-proxy")]
    [InlineData("gke-c1-pool-1a2b-x1", "kube-proxy-evil-x1", "")]
    [InlineData("n1", "etcd", "")]
    [InlineData("n1", "etcd-n2", "")]
    [InlineData("n1", "n1", "")]
    public void StaticPod_MirrorPod_TheNameInTheFile(string node, string pod, string expected)
    {
        var members = $$""" "user":{"username":"system:node:{{node}}"},"userAgent":"kubelet/v1.31.2","objectRef":{"resource":"pods"},"verb":"create" """;
        const string mirror = """ "annotations":{"kubernetes.io/config.mirror":"x"} """;

        Assert.Equal(expected, string.Join('|', FieldsOf.Event($$"""{{members}},"requestObject":{"metadata":{"name":"{{pod}}",{{mirror}}} }""", "staticPod")));
        Assert.Empty(FieldsOf.Event($$"""{{members}},"requestObject":{"metadata":{"name":"{{pod}}"} }""", "staticPod"));
    }

    [Theory]
    [InlineData(""" "user":{"username":"eks:addon-manager","groups":["system:authenticated"]},"userAgent":"Go-http-client/2.0","sourceIPs":["10.0.1.2"] """, "eks")]
    [InlineData(""" "user":{"username":"system:addon-manager"},"userAgent":"kubectl/v1.30.0","sourceIPs":["127.0.0.1"] """, "gke")]
    [InlineData(""" "user":{"username":"aksService","groups":["system:masters","system:authenticated"]},"userAgent":"kubectl/v1.31.2","sourceIPs":["10.0.9.9"] """, "aks")]
    [InlineData(""" "user":{"username":"system:serviceaccount:openshift-etcd-operator:etcd-operator","groups":["system:serviceaccounts"]},"userAgent":"cluster-etcd-operator/v1","sourceIPs":["10.0.9.9"] """, "openshift")]
    [InlineData(""" "user":{"username":"eks:addon-manager","groups":["dev-team"]},"userAgent":"Go-http-client/2.0","sourceIPs":["10.0.1.2"] """, "")]
    [InlineData(""" "user":{"username":"eks:addon-manager"},"userAgent":"kubectl/v1.30.0","sourceIPs":["10.0.1.2"] """, "")]
    [InlineData(""" "user":{"username":"eks:addon-managers"},"userAgent":"Go-http-client/2.0","sourceIPs":["10.0.1.2"] """, "")]
    [InlineData(""" "user":{"username":"eks:addon-manager"},"userAgent":"Go-http-client/2.0","sourceIPs":["203.0.113.7"] """, "")]
    [InlineData(""" "user":{"username":"aksService","groups":["system:authenticated"]},"userAgent":"kubectl/v1.31.2","sourceIPs":["10.0.9.9"] """, "")]
    [InlineData(""" "user":{"username":"system:serviceaccount:openshift-evil:etcd-operator","groups":["system:serviceaccounts"]},"userAgent":"x/v1","sourceIPs":["10.0.9.9"] """, "")]
    [InlineData(""" "user":{"username":"jane"},"impersonatedUser":{"username":"eks:addon-manager"},"userAgent":"Go-http-client/2.0","sourceIPs":["10.0.1.2"] """, "")]
    [InlineData(""" "user":{"username":"jane@example.com","groups":["7c9d2f1e-0000-4000-8000-000000000001","system:authenticated"],"extra":{"oid":["0b7e4a52-0000-4000-8000-000000000002"]}},"userAgent":"kubectl/v1.31.2","sourceIPs":["10.0.9.9"] """, "")]
    [InlineData(""" "user":{"username":"0b7e4a52-0000-4000-8000-000000000002","groups":["system:masters","system:authenticated"],"extra":{"oid":["0b7e4a52-0000-4000-8000-000000000002"]}},"userAgent":"Go-http-client/2.0","sourceIPs":["10.0.9.9"] """, "")]
    [InlineData(""" "user":{"username":"masterclient","groups":["system:masters","system:authenticated"]},"userAgent":"kubectl/v1.31.2","sourceIPs":["10.0.9.9"] """, "")]
    [InlineData(""" "user":{"username":"arn:aws:sts::111122223333:assumed-role/Admin/jane","groups":["system:authenticated"],"extra":{"arn":["arn:aws:sts::111122223333:assumed-role/Admin/jane"]}},"userAgent":"Go-http-client/2.0","sourceIPs":["10.0.1.2"] """, "")]
    [InlineData(""" "user":{"username":"EKSGetTokenAuth","groups":["system:masters"],"extra":{"arn":["arn:aws:iam::111122223333:user/jane"]}},"userAgent":"Go-http-client/2.0","sourceIPs":["10.0.1.2"] """, "")]
    public void ManagedBy_Account_TheProviderIfNothingSpeaksAgainstIt(string members, string expected) =>
        Assert.Equal(expected, string.Join('|', FieldsOf.Event(members, "actor.managedBy")));
}
