namespace AuditWatch.EndToEnd.Helm;

public sealed class RefusedValuesTests
{
    [SkippableTheory]
    [InlineData("replicas: 3", "replicas: Must be less than or equal to 2")]
    [InlineData("replicas: 2", "replicas: two need their state where both can reach it; put it into PostgreSQL")]
    [InlineData("{replicas: 2, mode: daemonset, postgres: {secretName: db}}", "replicas: in daemonset mode there is a pod on each node")]
    [InlineData("{replicas: 2, hostNetwork: true, postgres: {secretName: db}}", "replicas: with hostNetwork the API server knows the address of one node")]
    [InlineData("{replicas: 2, persistence: {existingClaim: c}, postgres: {secretName: db}}", "persistence.existingClaim: two replicas have no volume")]
    [InlineData("{postgres: {secretName: db}, config: {state: {postgres: {connectionStringFile: secrets/db/c}}}}", "postgres.secretName: config.state.postgres says already where the state is")]
    [InlineData("postgres: {connectionString: Host=db}", "postgres: Additional property connectionString is not allowed")]
    [InlineData("mode: deployment", "mode: mode must be one of the following: \"service\", \"daemonset\"")]
    [InlineData("image: {tag: 1.2}", "image.tag: Invalid type. Expected: string, given: number")]
    [InlineData("image: {registry: ''}", "image.registry: no public registry has AuditWatch; build the image in a clone of the repository and push it to a registry of yours, `docker build -f deploy/Dockerfile -t REGISTRY/auditwatch:")]
    [InlineData("image: {registry: '', repository: security/auditwatch, tag: v1}", "&& docker push REGISTRY/security/auditwatch:v1`, and set image.registry=REGISTRY. If it was loaded into the nodes")]
    [InlineData("image: {registry: 'https://registry.example.com'}", "image.registry: Does not match pattern")]
    [InlineData("image: {registry: '', preloaded: true, pullPolicy: Always}", "image.pullPolicy: Always fetches the image from a registry")]
    [InlineData("image: {digest: latest}", "image.digest: Does not match pattern")]
    [InlineData("config: {recievers: []}", "config: Additional property recievers is not allowed")]
    [InlineData("config: {receivers: {name: soc}}", "config.receivers: Invalid type. Expected: array, given: object")]
    [InlineData("secrets: [{name: slack}]", "secrets.0: secretName is required")]
    [InlineData("secrets: [{name: slack, secretName: s, value: xoxb-1}]", "secrets.0: Additional property value is not allowed")]
    [InlineData("webhook: {port: 443}", "webhook.port: Must be greater than or equal to 1024")]
    [InlineData("probes: {port: 9881}", "probes.port: the webhook or the page has that port; choose another")]
    [InlineData("webhook: {auth: {token: abc}}", "webhook.auth: Additional property token is not allowed")]
    [InlineData("webhook: {auth: {tokens: [{secretName: t, clusters: []}]}}", "webhook.auth.tokens.0.clusters: Array must have at least 1 items")]
    [InlineData("tls: {mode: self-signed}", "tls.mode: tls.mode must be one of the following")]
    [InlineData("tls: {ipAddresses: [example.com]}", "tls.ipAddresses.0: Does not match format 'ipv4'")]
    [InlineData("detections: {rules: {rule.txt: x}}", "Property name of \"rule.txt\" does not match")]
    [InlineData("hostLog: {directory: var/log}", "hostLog.directory: Does not match pattern")]
    [InlineData("hostLog: {file: ../auth.log}", "hostLog.file: Does not match pattern")]
    [InlineData("persistence: {size: big}", "persistence.size: Does not match pattern")]
    [InlineData("podDisruptionBudget: {maxUnavailable: 2}", "podDisruptionBudget.maxUnavailable: Must be less than or equal to 1")]
    [InlineData("config: {detections: [/rules]}", "config.detections: the chart fills it in; use detections.builtin")]
    [InlineData("config: {state: {directory: /data}}", "config.state.directory: the chart fills it in; see persistence")]
    [InlineData("config: {sources: {webhook: {listen: ':1'}}}", "config.sources.webhook.listen: the chart fills it in; use webhook.port")]
    [InlineData("config: {sources: {webhook: {insecure: true}}}", "config.sources.webhook.insecure: the chart fills it in; use tls.mode")]
    [InlineData("config: {receivers: [{name: a, slackConfigs: [{botToken: xoxb-1}]}]}", "config.receivers[0].slackConfigs[0].botToken: the chart takes no secrets")]
    [InlineData("config: {receivers: [{name: a, pagerdutyConfigs: [{routingKey: x}]}]}", "config.receivers[0].pagerdutyConfigs[0].routingKey: the chart takes no secrets")]
    [InlineData("config: {receivers: [{name: a, slackConfigs: [{apiUrl: 'https://hooks.slack.com/x'}]}]}", "config.receivers[0].slackConfigs[0].apiUrl: the address of an incoming webhook is a secret")]
    [InlineData("config: {receivers: [{name: a}, {name: b, emailConfigs: [{authPassword: x}]}]}", "config.receivers[1].emailConfigs[0].authPassword: the chart takes no secrets")]
    [InlineData("config: {page: {oidc: {clientSecret: x}}}", "config.page.oidc.clientSecret: the chart takes no secrets")]
    [InlineData("env: [{name: SLACK_TOKEN, value: x}]", "env[0]: SLACK_TOKEN sounds like a secret")]
    [InlineData("env: [{name: HTTPS_PROXY, value: 'http://me:pw@proxy'}]", "env[0]: the address in HTTPS_PROXY holds a password")]
    [InlineData("detections: {builtin: false}", "detections: there would be none")]
    [InlineData("webhook: {auth: {generateToken: false}}", "webhook.auth: it lets nobody in")]
    [InlineData("webhook: {auth: {clientCertificates: [{name: a}]}}", "webhook.auth.clientCertificates: needs TLS, and with tls.clientCa an authority")]
    [InlineData("webhook: {auth: {oidc: [{audience: a}]}}", "webhook.auth.oidc.0: accounts is required")]
    [InlineData("tls: {clientCa: {secretName: a}}", "tls.clientCa: alone it lets nobody in")]
    [InlineData("tls: {clientCa: {secretName: a, configMapName: b}}", "tls.clientCa: either configMapName or secretName can be there, not both")]
    [InlineData("tls: {mode: secret}", "tls.secretName: name the Secret with the certificate")]
    [InlineData("tls: {mode: certManager}", "tls.certManager.issuerRef.name: name the issuer")]
    [InlineData("service: {nodePort: 30000}", "service.nodePort: a Service of the type ClusterIP has none")]
    public async Task Render_WrongValue_IsRefusedWithTheReason(string values, string reason)
    {
        using var folder = new TemporaryFolder();

        var result = await Chart.TryRenderAsync(folder.Write("values.yaml", values));

        Assert.Equal((1, ""), (result.ExitCode, result.Out));
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
    }
}
