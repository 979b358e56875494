using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace AuditWatch.Tests.Events.Envelopes;

/// <summary>Puts events into the envelopes in which clouds and log shippers deliver them.</summary>
internal static class Envelope
{
    /// <summary>Every way to put one event into an envelope, by name.</summary>
    public static readonly IReadOnlyDictionary<string, Func<string, string>> All = new Dictionary<string, Func<string, string>>
    {
        ["CloudWatch"] = line => CloudWatch(line),
        ["Azure"] = line => Azure(line),
        ["Azure's records one by one"] = Record,
        ["Fluent Bit"] = line => $$"""{"date":1700000000.123456,"log":{{Text(line)}}}""",
        ["Fluent Bit with a time key"] = line => $$"""{"@timestamp":"2026-11-21T00:24:50.799Z","log":{{Text(line + "\n")}},"stream":"stdout"}""",
        ["Vector"] = line => $$"""{"file":"/var/log/kubernetes/audit.log","host":"node-1","message":{{Text(line)}},"source_type":"file","timestamp":"2026-11-21T00:24:50.799935Z"}""",
        ["Vector, parsed"] = line => $$"""{"host":"node-1","message":{{line}}}""",
        ["Splunk"] = line => $$"""{"time":1700000000,"event":{{line}}}""",
        ["a parsed audit event"] = line => $$"""{"kubernetes_audit":{{line}},"tag":"audit"}""",
        ["CloudWatch, listed by the AWS command line"] = line => $$"""{"events":[{"logStreamName":"kube-apiserver-audit-9","timestamp":1795168801511,"message":{{Text(line)}},"ingestionTime":1795168801600,"eventId":"1"}],"searchedLogStreams":[]}""",
        ["Azure's properties as an object"] = line => $$"""{"category":"kube-audit-admin","properties":{"log":{{line}},"stream":"stdout","pod":"kube-apiserver-1"},"time":"2026-11-20T10:00:00Z"}""",
        ["AzureDiagnostics"] = line => $$"""{"TimeGenerated":"2026-11-20T10:00:00Z","Category":"kube-audit","log_s":{{Text(line)}},"pod_s":"kube-apiserver-1","stream_s":"stdout"}""",
        ["AzureDiagnostics, parsed"] = line => $$"""{"TimeGenerated":"2026-11-20T10:00:00Z","Category":"kube-audit","log_s":{{line}} }""",
        ["Data Firehose"] = line => $$"""{"requestId":"ed4acda5","timestamp":1795168801511,"records":[{"data":"{{Base64(line + "\n")}}"}]}""",
        ["CloudWatch by Data Firehose"] = line => $$"""{"requestId":"ed4acda5","timestamp":1795168801511,"records":[{"data":"{{Base64(Gzip(CloudWatch(line)))}}"}]}""",
        ["Pub/Sub"] = line => $$"""{"message":{"attributes":{},"data":"{{Base64(line)}}","messageId":"1"},"subscription":"projects/p/subscriptions/s"}""",
        ["CloudEvents"] = line => $$"""{"specversion":"1.0","type":"audit","source":"/a","id":"1","datacontenttype":"application/json","data":{{line}} }""",
        ["CloudEvents in base64"] = line => $$"""{"specversion":"1.0","type":"audit","source":"/a","id":"1","data_base64":"{{Base64(line)}}"}""",
        ["Event Grid"] = line => $$"""{"id":"1","eventType":"audit","subject":"a","eventTime":"2026-11-20T10:00:00Z","dataVersion":"1","data":{{Azure(line)}} }""",
        ["OpenTelemetry"] = line => $$"""{"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{},"logRecords":[{"timeUnixNano":"1","body":{"stringValue":{{Text(line)}}},"attributes":[]}]}]}]}""",
        ["Elastic"] = line => $$"""{"@timestamp":"2026-11-20T10:00:00Z","kubernetes":{"audit":{{line}} },"event":{"module":"kubernetes"} }""",
        ["OVH"] = line => $$"""{"message":{{Text($$"""{"_appID":"ovh","message":{{Text("abcdefghijkl> " + line)}}}""")}}}""",
        ["systemd's journal"] = line => $$"""{"__REALTIME_TIMESTAMP":"1","_SYSTEMD_UNIT":"k3s.service","MESSAGE":{{Text(line)}}}""",
        ["Docker"] = line => $$"""{"log":{{Text(line + "\n")}},"stream":"stdout","time":"2026-11-20T10:00:01.5Z"}""",
        ["Splunk, exported"] = line => $$"""{"preview":false,"result":{"_raw":{{Text(line)}},"source":"audit"} }""",
        ["Logstash, with the line as it was"] = line => $$"""{"@timestamp":"2026-11-21T08:00:00Z","message":{{Text(line)}},"event":{"original":{{Text(line)}} },"agent":{"type":"filebeat"} }""",
        ["Graylog"] = line => $$"""{"version":"1.1","host":"a","short_message":{{Text(line[..(line.Length / 2)])}},"full_message":{{Text(line)}} }""",
        ["Loki, exported"] = line => $$"""{"labels":{},"line":{{Text(line)}},"timestamp":"2026-11-20T10:00:01.5Z"}""",
        ["CloudWatch by a Lambda function"] = line => $$"""{"awslogs":{"data":"{{Base64(Gzip(CloudWatch(line)))}}"} }""",
        ["Kinesis by a Lambda function"] = line => $$"""{"Records":[{"kinesis":{"partitionKey":"1","data":"{{Base64(Gzip(CloudWatch(line)))}}"},"eventSource":"aws:kinesis"}]}""",
        ["Kinesis, read by the AWS command line"] = line => $$"""{"Records":[{"SequenceNumber":"1","Data":"{{Base64(line)}}","PartitionKey":"1"}],"MillisBehindLatest":0}""",
        ["SNS by SQS"] = line => $$"""{"Records":[{"messageId":"1","body":{{Text($$"""{"Type":"Notification","Message":{{Text(line)}} }""")}} }]}""",
        ["CloudWatch Insights, read by the AWS command line"] = line => $$"""{"results":[[{"field":"@timestamp","value":"2026-11-20 10:00:00.000"},{"field":"@message","value":{{Text(line)}}},{"field":"@ptr","value":"x"}]],"status":"Complete"}""",
        ["Pub/Sub, read by its API"] = line => $$"""{"receivedMessages":[{"ackId":"a","message":{"data":"{{Base64(line)}}","messageId":"1"} }]}""",
        ["Event Hubs"] = line => $$"""{"SequenceNumber":1,"Offset":"1","EnqueuedTimeUtc":"2026-11-20T10:00:00Z","Properties":{},"Body":{{Text(Azure(line))}} }""",
        ["Event Hubs, captured"] = line => $$"""{"SequenceNumber":1,"Body":"{{Base64(Azure(line))}}"}""",
        ["AzureDiagnostics by the API"] = line => $$"""{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},{"name":"Category","type":"string"},{"name":"log_s","type":"string"}],"rows":[["2026-11-20T10:00:00Z","kube-audit",{{Text(line)}}]]}]}""",
        ["OpenTelemetry, as bytes"] = line => $$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"bytesValue":"{{Base64(line)}}"} }]}]}]}""",
        ["Elastic, as text"] = line => $$"""{"@timestamp":"2026-11-20T10:00:00Z","kubernetes":{"audit":{{Text(line)}} } }""",
        ["OpenTelemetry, with texts parsed on the way"] = line => $$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":{{line}} } }]}]}]}""",
        ["Elastic, by a name with a dot"] = line => $$"""{"@timestamp":"2026-11-20T10:00:00Z","kubernetes.audit":{{line}} }""",
        ["Elasticsearch, searched"] = line => $$"""{"took":1,"hits":{"total":{"value":1},"hits":[{"_index":"a","_source":{"message":{{Text(line)}} } }]} }""",
        ["Loki, pushed"] = line => $$"""{"streams":[{"stream":{"job":"audit"},"values":[["1795168801511000000",{{Text(line)}}]]}]}""",
        ["Loki, queried"] = line => $$"""{"status":"success","data":{"resultType":"streams","result":[{"stream":{"job":"audit"},"values":[["1795168801511000000",{{Text(line)}}]]}]} }""",
        ["Azure's record without its category"] = line => $$"""{"time":"2026-11-20T10:00:00Z","properties":{"log":{{Text(line)}},"stream":"stdout"} }""",
        ["Kafka's REST proxy"] = line => $$"""{"records":[{"key":null,"value":{{line}} }]}""",
        ["kcat"] = line => $$"""{"topic":"audit","partition":0,"offset":1,"tstype":"create","ts":1795168801511,"broker":0,"key":null,"payload":{{Text(line)}} }""",
        ["EventBridge"] = line => $$"""{"version":"0","id":"1","detail-type":"audit","source":"eks","detail":{{line}} }""",
        ["Cloud Logging, read by an agent"] = line => $$"""{"insertId":"1","logName":"projects/p/logs/audit","textPayload":{{Text(line)}} }""",
        ["Cloud Logging, parsed by an agent"] = line => $$"""{"insertId":"1","logName":"projects/p/logs/audit","jsonPayload":{{line}} }""",
        ["Splunk, what a search found"] = line => $$"""{"preview":false,"init_offset":0,"results":[{"_raw":{{Text(line)}},"_time":"2026-11-20T10:00:01.511+00:00"}]}""",
        ["an EventList by a shipper"] = line => $$"""{"log":{{Text($$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{{line}}]}""")}} }""",
        ["an EventList by Pub/Sub"] = line => $$"""{"message":{"data":"{{Base64($$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{{line}}]}""")}}"},"subscription":"s"}""",
        ["CloudWatch by Vector"] = line => $$"""{"message":{{Text(CloudWatch(line))}}}""",
        ["Azure by Fluent Bit by Vector"] = line => $$"""{"message":{{Text($$"""{"log":{{Text(Azure(line))}}}""")}}}""",
    };

    /// <summary>Every way to put something before an event on its line, by name.</summary>
    public static readonly IReadOnlyDictionary<string, Func<string, string>> Lines = new Dictionary<string, Func<string, string>>
    {
        ["containerd"] = line => $"2026-11-20T10:00:01.5Z stdout F {line}",
        ["containerd, in halves"] = line => $"2026-11-20T10:00:01.5Z stdout P {line[..(line.Length / 3)]}\n2026-11-20T10:00:01.5Z stderr F I1120 10:00:01.000000       1 trace.go:236] x\n2026-11-20T10:00:01.6Z stdout P {line[(line.Length / 3)..(line.Length / 2)]}\n2026-11-20T10:00:01.7Z stdout F {line[(line.Length / 2)..]}",
        ["containerd by syslog, in halves"] = line => $"<14>Nov 20 10:00:01 master-1 pods: 2026-11-20T10:00:01.5Z stdout P {line[..(line.Length / 3)]}\n<14>Nov 20 10:00:01 master-1 pods: 2026-11-20T10:00:01.6Z stdout P {line[(line.Length / 3)..(line.Length / 2)]}\n<14>Nov 20 10:00:01 master-1 pods: 2026-11-20T10:00:01.7Z stdout F {line[(line.Length / 2)..]}",
        ["Docker, in halves"] = line => $$"""{"log":{{Text(line[..(line.Length / 2)])}},"stream":"stdout","time":"2026-11-20T10:00:01.5Z"}""" + "\n" + $$"""{"log":{{Text(line[(line.Length / 2)..] + "\n")}},"stream":"stdout","time":"2026-11-20T10:00:01.6Z"}""",
        ["Fluent Bit, in halves"] = line => $$"""{"date":1.5,"stream":"stdout","logtag":"P","log":{{Text(line[..(line.Length / 2)])}} }""" + "\n" + $$"""{"date":1.6,"stream":"stdout","logtag":"F","log":{{Text(line[(line.Length / 2)..])}} }""",
        ["CloudWatch, exported to S3"] = line => $"2026-11-20T10:00:01.511Z {line}",
        ["aws logs tail"] = line => $"2026-11-20T10:00:01.511000+00:00 kube-apiserver-audit-9001 {line}",
        ["kubectl logs --prefix"] = line => $"[pod/kube-apiserver-1/kube-apiserver] {line}",
        ["kubectl logs --timestamps"] = line => $"2026-11-20T10:00:01.511000000Z {line}",
        ["syslog of 2001"] = line => $"<14>Nov 20 10:00:01 master-1 kube-apiserver[1]: {line}",
        ["syslog of 2009"] = line => $"<14>1 2026-11-20T10:00:01.5Z master-1 kube-apiserver 1 - [a@1 b=\"c\"] {line}",
        ["syslog with braces before"] = line => $"<14>1 2026-11-20T10:00:01.5Z master-1 kube-apiserver 1 - [a@1 b=\"{{c}}\"] {line}",
        ["aws logs filter-log-events --output text"] = line => $"EVENTS\t3697\t1795168801600\tkube-apiserver-audit-9\t{line}\t1795168801511",
        ["az monitor log-analytics query -o tsv"] = line => $"2026-11-20T10:00:00Z\tkube-audit\t{line}\tkube-apiserver-1\tPrimaryResult",
        ["jq without -r"] = Text,
        ["oc adm node-logs"] = line => $"master-0.example.com {line}",
        ["grep"] = line => $"audit.log:{line}",
        ["carriage returns"] = line => $"2026-11-20T10:00:01.5Z stdout F {line}\r",
        ["byte-order marks"] = line => $"\uFEFF{line}\n\uFEFF",
    };

    public static string CloudWatch(params string[] messages) =>
        $$"""
        {"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"/aws/eks/prod/cluster","logStream":"kube-apiserver-audit-1f2e","subscriptionFilters":["all"],"logEvents":[{{string.Join(',', messages.Select((message, i) => $$"""{"id":"3697{{i}}","timestamp":1700000000000,"message":{{Text(message)}}}"""))}}]}
        """;

    public static string Azure(params string[] lines) => $$"""{"records":[{{string.Join(',', lines.Select(Record))}}]}""";

    public static string Record(string line) =>
        $$"""
        {"time":"2026-11-21T00:24:50.8000000Z","resourceId":"/SUBSCRIPTIONS/1/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/PROD","operationName":"Microsoft.ContainerService/managedClusters/diagnosticLogs/Read","category":"kube-audit","properties":{"log":{{Text(line + "\n")}},"stream":"stdout","pod":"kube-apiserver-6d5"} }
        """;

    /// <summary>Events as a table of comma-separated values, as the portal of Azure exports it.</summary>
    public static string Table(params string[] lines) =>
        $"TimeGenerated [UTC],Category,log_s\r\n{string.Concat(lines.Select(line => $"\"11/20/2026, 10:00:00.000 AM\",kube-audit,\"{line.Replace("\"", "\"\"", StringComparison.Ordinal)}\n\"\r\n"))}";

    private static string Base64(string text) => Base64(Encoding.UTF8.GetBytes(text));

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);

    private static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }

    /// <summary>A text as a JSON string.</summary>
    public static string Text(string text) => JsonSerializer.Serialize(text);
}
