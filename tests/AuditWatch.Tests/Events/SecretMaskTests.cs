using AuditWatch.Events;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Events;

/// <summary>Credentials leave in no text, however a client writes them; what tells an analyst what happened stays.</summary>
public class SecretMaskTests
{
    private const string Canary = "Hunter2Canary";

    [Theory]
    [InlineData("curl -H Authorization:Bearer Hunter2Canary")]
    [InlineData("/api?token=Hunter2Canary&x=1")]
    [InlineData("/api?access_token=Hunter2Canary")]
    [InlineData("eyJhbGciOiJSUzI1NiIs.eyJpc3MiOiJrdWJlcm5ldGVz.Hunter2Canary")]
    [InlineData("/opt/x/admincli --token=Hunter2Canary")]
    [InlineData("/opt/x/admincli --token Hunter2Canary")]
    [InlineData("/opt/x/admincli -password Hunter2Canary")]
    [InlineData("/opt/x/admincli -pHunter2Canary")]
    [InlineData("mysql -uroot -pHunter2Canary shop")]
    [InlineData("mysqldump --password=Hunter2Canary shop")]
    [InlineData("/usr/bin/mariadb -u root -pHunter2Canary")]
    [InlineData("psql postgres://app:Hunter2Canary@db/shop")]
    [InlineData("psql postgres://app:p@ss/Hunter2Canary@db/shop")]
    [InlineData("mongosh mongodb+srv://app:Hunter2Canary@cluster/x")]
    [InlineData("mongo -u root -p Hunter2Canary")]
    [InlineData("env AWS_SECRET_ACCESS_KEY=Hunter2Canary aws s3 ls")]
    [InlineData("aws configure set aws_secret_access_key Hunter2Canary")]
    [InlineData("env PGPASSWORD=Hunter2Canary psql")]
    [InlineData("MYSQL_PWD=Hunter2Canary mysql")]
    [InlineData("vault login hvs.Hunter2CanaryCAESIJ")]
    [InlineData("vault login -no-print Hunter2Canary")]
    [InlineData("curl -u admin:Hunter2Canary http://x")]
    [InlineData("curl -uadmin:Hunter2Canary http://x")]
    [InlineData("curl --user admin:Hunter2Canary http://x")]
    [InlineData("curl --user=admin:Hunter2Canary http://x")]
    [InlineData("curl -H X-Vault-Token: Hunter2Canary http://x")]
    [InlineData("curl -H 'X-Api-Key: Hunter2Canary' http://x")]
    [InlineData("curl -H \"Authorization: Token Hunter2Canary\" http://x")]
    [InlineData("curl http://x/?api_key=Hunter2Canary")]
    [InlineData("curl -d {\"password\":\"Hunter2Canary\"} http://x")]
    [InlineData("curl -d {\"password\": \"two words Hunter2Canary\"} http://x")]
    [InlineData("curl -d 'grant_type=x&client_secret=Hunter2Canary' http://x")]
    [InlineData("sh -c \"mysql -pHunter2Canary\"")]
    [InlineData("sh -c 'export DB_PASSWORD=\"a Hunter2Canary\"; run'")]
    [InlineData("sshpass -p Hunter2Canary ssh root@host")]
    [InlineData("redis-cli -a Hunter2Canary KEYS *")]
    [InlineData("ldapsearch -x -D cn=admin -w Hunter2Canary")]
    [InlineData("docker login -u ci -p Hunter2Canary registry")]
    [InlineData("smbclient -U admin%Hunter2Canary //host/share")]
    [InlineData("openssl enc -pass pass:Hunter2Canary")]
    [InlineData("sqlplus system/Hunter2Canary@db")]
    [InlineData("kubectl create secret generic x --from-literal=password=Hunter2Canary")]
    [InlineData("kubectl --token Hunter2Canary get pods")]
    [InlineData("git clone https://ci:Hunter2Canary@git.example.com/x")]
    [InlineData("git clone https://ghp_Hunter2CanaryHunter2Canary@github.com/x")]
    [InlineData("echo glpat-Hunter2Canary1234")]
    [InlineData("curl https://hooks.slack.com/services/T0/B0/Hunter2Canary")]
    [InlineData("--password, Hunter2Canary")]
    [InlineData("/api/v1/namespaces/shop/pods/p0/exec?command=%2Fopt%2Fx%2Fadmincli&command=--token%3DHunter2Canary&stdin=true")]
    [InlineData("/api/v1/namespaces/shop/pods/p0/exec?command=%2Fopt%2Fx%2Fadmincli&command=--token%253DHunter2Canary")]
    [InlineData("/api/v1/namespaces/shop/pods/p0/exec?command=curl&command=-u&command=admin%3AHunter2Canary&command=http%3A%2F%2Fx")]
    [InlineData("/api/v1/namespaces/shop/pods/p0/exec?command=mysql&command=-uroot&command=-pHunter2Canary%21")]
    [InlineData("/api/v1/namespaces/shop/pods/p0/exec?command=sh&command=-c&command=curl+-u+admin%3AHunter2Canary+http%3A%2F%2Fx")]
    [InlineData("/api/v1/nodes/n/proxy/run/ns/p/c?cmd=vault%20login%20Hunter2Canary")]
    [InlineData("/api/v1/nodes/n/proxy/run/ns/p/c?c%6Dd=vault%20login%20Hunter2Canary")]
    public void Mask_Credential_IsMasked(string text)
    {
        var masked = SecretMask.Mask(text);

        Assert.DoesNotContain(Canary, masked, StringComparison.Ordinal);
        Assert.Contains(SecretMask.Hidden, masked, StringComparison.Ordinal);
    }

    [Fact]
    public void Mask_BasicCredentials_AreMasked() =>
        Assert.Equal($"curl -H Authorization: Basic {SecretMask.Hidden}", SecretMask.Mask("curl -H Authorization: Basic YWRtaW46SHVudGVyMkNhbmFyeQ=="));

    [Theory]
    [InlineData("cat /etc/shadow")]
    [InlineData("cat /var/run/secrets/kubernetes.io/serviceaccount/token")]
    [InlineData("system:serviceaccount:kube-system:token-cleaner")]
    [InlineData("system:serviceaccount:secret:app")]
    [InlineData("RBAC: allowed by RoleBinding \"token_reader\" of Role \"secret-reader\" to ServiceAccount \"app/shop\"")]
    [InlineData("secrets \"db-password\" is forbidden: User \"jane\" cannot get resource \"secrets\" in API group \"\" in the namespace \"shop\"")]
    [InlineData("/api/v1/namespaces/kube-system/secrets?fieldSelector=metadata.name%3Ddb-token&limit=500")]
    [InlineData("/api/v1/namespaces/shop/serviceaccounts/app/token")]
    [InlineData("/apis/authentication.k8s.io/v1/tokenreviews")]
    [InlineData("ssh -p2222 host")]
    [InlineData("docker run -p 8080:80 nginx")]
    [InlineData("find / -perm -4000 -print0")]
    [InlineData("mkdir -p /tmp/x")]
    [InlineData("curl -u jane http://x")]
    [InlineData("kube-apiserver --service-account-key-file=/etc/kubernetes/pki/sa.pub --token-ttl=1h")]
    [InlineData("registry.example.com:5000/auth-proxy:1.2")]
    [InlineData("Basic authentication is off")]
    [InlineData("http://10.0.0.1:8080/metrics")]
    [InlineData("kubectl/v1.32.4 (linux/amd64) kubernetes/4cb5f07")]
    public void Mask_NoCredential_StaysAsItIs(string text) => Assert.Equal(text, SecretMask.Mask(text));

    [Fact]
    public void Mask_Command_StillSaysWhatRan() =>
        Assert.Equal("/x/exec?command=mysql&command=-uroot&command=-p<redacted>&stdin=true", SecretMask.Mask("/x/exec?command=mysql&command=-uroot&command=-pHunter2%21&stdin=true"));

    [Fact]
    public void Mask_AnyText_NeitherThrowsNorMasksTwice() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        ArbMap.Default.ArbFor<int[]>(),
        (text, picks) =>
        {
            string[] pieces = ["-p", "--token", "=", ":", "%3D", " ", "\"", "'", "curl", "-u", "vault", "login", "password", "/x?command=", "&command=", "%", "://a:b@", text.Get];
            var hostile = string.Concat(picks.Select(pick => pieces[(int)((uint)pick % (uint)pieces.Length)]));
            var masked = SecretMask.Mask(hostile);
            Assert.Equal(masked, SecretMask.Mask(masked));
        }).QuickCheckThrowOnFailure();
}
