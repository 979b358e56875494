using System.Text;
using System.Text.Json;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Envelopes;

/// <summary>
/// Finds audit events inside the envelopes of clouds and log shippers, which are recognised by their members; docs/sources.md lists all of them:
/// <code>
///   CloudWatch Logs (EKS)   {"messageType":"DATA_MESSAGE","logEvents":[{"message":"EVENT"}]}, {"events":[{"message":"EVENT"}]}
///   Azure Monitor (AKS)     {"records":[{"category":"kube-audit","properties":{"log":"EVENT"}}]}, and each record alone; {"log_s":"EVENT"}; rows of <see cref="AzureAuditRow"/>
///   Cloud Logging (GKE)     {"protoPayload":{"@type":".../google.cloud.audit.AuditLog"}}, which <see cref="CloudAuditLog"/> translates
///   Data Firehose, Pub/Sub  {"records":[{"data":"BASE64"}]}, {"message":{"data":"BASE64"}}
///   Lambda, Kinesis, SQS    {"awslogs":{"data":"BASE64"}}, {"Records":[{"kinesis":{"data":"BASE64"}}]}, {"Records":[{"body":"EVENT"}]}
///   CloudEvents, Event Grid {"specversion":"1.0","data":…}, and {"Body":…} of Event Hubs
///   OpenTelemetry           {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"EVENT"}}]}]}]}
///   EventLists              {"items":[EVENT]}, within any of these
///   log shippers            {"log":"EVENT"}, {"message":…} and the like, as a string or an object, if only one of them is an event
///   tables                  {"tables":[…]}, {"results":[…]}, {"streams":[…]}: see <see cref="TableRow"/>
///   lines                   2026-11-20T10:00:01Z stdout F EVENT: see <see cref="LinePrefix"/>
/// </code>
/// Envelopes nest. An event inside a string is unescaped into the space behind the text of the batch. Not thread-safe.
/// </summary>
/// <remarks>
/// The file is long because the methods are one recursion: every kind of envelope leads to an object, a text or a list, and each of these may again be an event or
/// any kind of envelope, up to a depth of six. What an envelope is recognised by, what its parts mean and how lines are put together have files of their own.
/// </remarks>
internal sealed class EnvelopeReader
{
    // An event in a log event in what is delivered in a shipper's line, and one more.
    private const int MaxDepth = 6;

    // Every event takes memory besides its text, and here the batch cannot end between two of them.
    private const int MaxEvents = 65_536;

    // How many braces of a line are tried as the beginning of its JSON.
    private const int MostBraces = 4;

    // A container runtime cuts lines into pieces of so many bytes.
    private const int PieceBytes = 16 << 10;

    private const string Half = "a piece of a long line without the rest of it";

    // How often each, for an envelope may hold millions of items that are nothing.
    private readonly Dictionary<(RejectionKind Kind, string Reason), long> _problems = [];
    private readonly LineHalves _halves = new();
    private int _mostEvents;

    // Of the log events at hand.
    private bool _isOfControlPlane;

    private delegate bool Opener(EventBatch batch, EnvelopeFields.Value value, int depth);

    /// <summary>Whether the text so far ends within a line that was split into pieces.</summary>
    public bool IsWithinLine => _halves.AreOpen;

    /// <summary>The memory held by such lines, in bytes.</summary>
    public long HeldBytes => _halves.HeldBytes;

    /// <summary>Adds the events in an envelope to the batch.</summary>
    /// <param name="batch">The batch whose text holds the object.</param>
    /// <param name="start">Where the object begins.</param>
    /// <param name="length">Its length.</param>
    /// <returns>The number of rejected parts by reason, valid until the next call; null if the object is not an envelope.</returns>
    public IReadOnlyDictionary<(RejectionKind Kind, string Reason), long>? Open(EventBatch batch, int start, int length)
    {
        Begin(batch);
        return TryOpen(batch, start, length, depth: 0) ? _problems : null;
    }

    /// <summary>Adds the events on a line whose JSON is preceded by other text. Parameters and result as of <see cref="Open"/>.</summary>
    public IReadOnlyDictionary<(RejectionKind Kind, string Reason), long> OpenLine(EventBatch batch, int start, int length)
    {
        Begin(batch);
        _ = TryLine(batch, start, length, depth: 0) || Problem(ForeignLog.KindOf(batch.AllText.Slice(start, length)), ForeignLog.NameOf(batch.AllText.Slice(start, length)));
        return _problems;
    }

    /// <summary>Adds the events in an item of an array that is no object: a text, or another array. Parameters and result as of <see cref="Open"/>.</summary>
    public IReadOnlyDictionary<(RejectionKind Kind, string Reason), long>? OpenItem(EventBatch batch, int start, int length, JsonTokenType type)
    {
        Begin(batch);
        return AddValue(batch, new EnvelopeFields.Value(start, length, type), depth: 0) ? _problems : null;
    }

    /// <summary>Ends the stream: incomplete lines are dropped.</summary>
    /// <returns>Their number, and the reason to report.</returns>
    public (long Times, string Reason) Finish() => (_halves.Clear(), Half);

    private void Begin(EventBatch batch)
    {
        _problems.Clear();
        _mostEvents = batch.Count + MaxEvents;
    }

    private bool TryOpen(EventBatch batch, int start, int length, int depth)
    {
        if (depth == MaxDepth)
        {
            return false;
        }

        var fields = EnvelopeFields.Of(batch.AllText, start, length);
        return TryList(batch, fields, depth)
            || (fields[EnvelopeField.Properties].IsPresent && OpenProperties(batch, fields, depth))
            || (fields[EnvelopeField.ProtoPayload].IsObject && OpenProtoPayload(batch, start, length, fields[EnvelopeField.ProtoPayload]))
            || (fields[EnvelopeField.AuditId].IsString && fields[EnvelopeField.Stage].IsString && AddDerived(batch, AzureAuditRow.Translate(JsonValue.FromJson(batch.AllText.Slice(start, length)))))
            || (fields[EnvelopeField.Body].IsObject && OpenBody(batch, fields[EnvelopeField.Body], depth))
            || OpenDelivery(batch, fields, depth)
            || OpenTable(batch, fields, depth)
            || OpenKubernetes(batch, fields, depth)
            || OpenWrapped(batch, fields, depth)
            || OpenLine(batch, fields, depth);
    }

    private bool TryList(EventBatch batch, in EnvelopeFields fields, int depth)
    {
        if (fields[EnvelopeField.LogEvents].IsArray)
        {
            return OpenLogEvents(batch, fields, depth);
        }

        return (fields[EnvelopeField.Events].IsArray && ForEach(batch, fields[EnvelopeField.Events], depth, OpenLogEvent))
            || (fields[EnvelopeField.Items].IsArray && ForEach(batch, fields[EnvelopeField.Items], depth, OpenRecord))
            || (fields[EnvelopeField.Records].IsArray && ForEach(batch, fields[EnvelopeField.Records], depth, OpenRecord))
            || (fields[EnvelopeField.Entries].IsArray && ForEach(batch, fields[EnvelopeField.Entries], depth, OpenRecord))
            || (fields[EnvelopeField.AmazonRecords].IsArray && ForEach(batch, fields[EnvelopeField.AmazonRecords], depth, OpenRecord))
            || (fields[EnvelopeField.ReceivedMessages].IsArray && ForEach(batch, fields[EnvelopeField.ReceivedMessages], depth, OpenRecord))
            || (fields[EnvelopeField.Tables].IsArray && ForEach(batch, fields[EnvelopeField.Tables], depth, OpenRecord))
            || (fields[EnvelopeField.Streams].IsArray && ForEach(batch, fields[EnvelopeField.Streams], depth, OpenRecord))
            || (fields[EnvelopeField.Hits].IsArray && ForEach(batch, fields[EnvelopeField.Hits], depth, OpenRecord))
            || (fields[EnvelopeField.ResourceLogs].IsArray && ForEach(batch, fields[EnvelopeField.ResourceLogs], depth, OpenLogs))
            || (fields[EnvelopeField.ScopeLogs].IsArray && ForEach(batch, fields[EnvelopeField.ScopeLogs], depth, OpenLogs))
            || (fields[EnvelopeField.LogRecords].IsArray && ForEach(batch, fields[EnvelopeField.LogRecords], depth, OpenLogRecord));
    }

    private bool OpenLogEvents(EventBatch batch, in EnvelopeFields fields, int depth)
    {
        var outer = _isOfControlPlane;
        _isOfControlPlane = IsOfControlPlane(batch, fields);
        ForEach(batch, fields[EnvelopeField.LogEvents], depth, OpenLogEvent);
        _isOfControlPlane = outer;
        return true;
    }

    // A control message says that the subscription works: it has a log event that is none.
    private bool OpenLogEvent(EventBatch batch, EnvelopeFields.Value logEvent, int depth) =>
        AddObject(batch, logEvent.Start, logEvent.Length, depth + 1) || NoAuditEvent(_isOfControlPlane);

    // What other parts of the control plane log stands beside the audit log; anything else comes of another subscription.
    private bool NoAuditEvent(bool isOfControlPlane) => isOfControlPlane
        ? Problem(RejectionKind.OtherLog, "a log event of another part of the control plane")
        : Problem(RejectionKind.NotAnEvent, "a log event of CloudWatch that is no audit event");

    private bool OpenRecord(EventBatch batch, EnvelopeFields.Value record, int depth) =>
        AddObject(batch, record.Start, record.Length, depth + 1) || Problem(RejectionKind.NotAnEvent, "a record that is no audit event");

    // One within another: they do not count as envelopes. A resource or scope need not have logs.
    private bool OpenLogs(EventBatch batch, EnvelopeFields.Value logs, int depth)
    {
        var fields = EnvelopeFields.Of(batch.AllText, logs.Start, logs.Length);
        return fields[EnvelopeField.ScopeLogs].IsArray || fields[EnvelopeField.LogRecords].IsArray
            ? TryList(batch, fields, depth)
            : OtlpValue.IsEmptyList(JsonValue.FromJson(batch.AllText.Slice(logs.Start, logs.Length))) || OpenLogRecord(batch, logs, depth);
    }

    private bool OpenLogRecord(EventBatch batch, EnvelopeFields.Value record, int depth) =>
        TryOpen(batch, record.Start, record.Length, depth) || Problem(RejectionKind.NotAnEvent, "a log record of OpenTelemetry that is no audit event");

    private bool OpenBody(EventBatch batch, EnvelopeFields.Value body, int depth)
    {
        var json = OtlpValue.ToJson(JsonValue.FromJson(batch.AllText.Slice(body.Start, body.Length))).Span;
        if (json is not [(byte)'{' or (byte)'"', ..])
        {
            return AddObject(batch, body.Start, body.Length, depth + 1);
        }

        var (at, length) = batch.Derive(json);
        return AddValue(batch, new EnvelopeFields.Value(at, length, json[0] == '{' ? JsonTokenType.StartObject : JsonTokenType.String), depth);
    }

    private bool OpenProperties(EventBatch batch, in EnvelopeFields record, int depth)
    {
        var category = record[EnvelopeField.Category].IsString ? record[EnvelopeField.Category] : record[EnvelopeField.AzureCategory];
        if (!category.IsString)
        {
            return false;
        }

        if (!IsAuditCategory(batch, category))
        {
            return OfAnotherCategory(batch, category, "a record of another category than kube-audit and kube-audit-admin");
        }

        return AddValue(batch, record[EnvelopeField.Properties], depth) || Problem(RejectionKind.NotAnEvent, "a record of kube-audit that is no audit event");
    }

    private bool OpenProtoPayload(EventBatch batch, int start, int length, EnvelopeFields.Value payload)
    {
        var text = batch.AllText;
        return CloudAuditLog.Translate(JsonValue.FromJson(text.Slice(start, length)), JsonValue.FromJson(text.Slice(payload.Start, payload.Length))) switch
        {
            (CloudAuditLog.Kind.NoAuditLog, _) => false,
            (CloudAuditLog.Kind.OfAnotherService, _) => Problem(RejectionKind.OtherLog, "an entry of Cloud Logging about another service than k8s.io"),
            (_, var json) => AddDerived(batch, json),
        };
    }

    // What is delivered: base64, or for CloudEvents an object or text as well.
    private bool OpenDelivery(EventBatch batch, in EnvelopeFields fields, int depth)
    {
        var data = fields[EnvelopeField.DataBase64].IsString ? fields[EnvelopeField.DataBase64]
            : fields[EnvelopeField.Data].IsPresent ? fields[EnvelopeField.Data]
            : fields[EnvelopeField.AmazonData].IsPresent ? fields[EnvelopeField.AmazonData]
            : fields[EnvelopeField.EventHubBody];
        if (!data.IsString)
        {
            return (data.IsObject || data.IsArray) && AddValue(batch, data, depth);
        }

        var before = batch.AllText.Length;
        var (start, length) = batch.Unescape(data.Start + 1, data.Length - 2);
        if (PackedText.TryUnpack(batch.AllText.Slice(start, length)) is { } text)
        {
            batch.Forget(before);
            (start, length) = batch.Derive(text);
            if (TryText(batch, start, length, depth + 1))
            {
                return true;
            }

            batch.Forget(before);
            return Problem(RejectionKind.NotAnEvent, "data that are delivered and hold no audit event");
        }

        var isCompressed = batch.AllText.Slice(start, length).StartsWith("H4sI"u8);
        batch.Forget(before);
        return isCompressed ? Problem(RejectionKind.Unread, "compressed data in an envelope that are damaged or too long") : AddValue(batch, data, depth);
    }

    // Rows, and what else has its names beside it. A copy, for the text of the batch moves while they are read.
    private bool OpenTable(EventBatch batch, in EnvelopeFields fields, int depth)
    {
        var rows = fields[EnvelopeField.Rows].IsArray && fields[EnvelopeField.Columns].IsArray ? fields[EnvelopeField.Rows]
            : fields[EnvelopeField.Results].IsArray ? fields[EnvelopeField.Results]
            : fields[EnvelopeField.Stream].IsObject ? fields[EnvelopeField.Values]
            : default;
        if (!rows.IsArray)
        {
            return false;
        }

        var isLoki = rows == fields[EnvelopeField.Values];
        var columns = isLoki ? ["timestamp", "line"]
            : rows == fields[EnvelopeField.Rows] ? TableRow.Columns(JsonValue.FromJson(batch.AllText.Slice(fields[EnvelopeField.Columns].Start, fields[EnvelopeField.Columns].Length)))
            : null;
        var each = new TableRow.Items(JsonValue.FromJson(batch.AllText.Slice(rows.Start, rows.Length).ToArray()));
        while (each.MoveNext())
        {
            var (before, count) = (batch.AllText.Length, batch.Count);
            var (at, length) = batch.Derive(
                each.Current.Kind == JsonKind.Object ? each.Current.Bytes
                : columns is null ? TableRow.OfFields(each.Current).Span
                : TableRow.Of(columns, each.Current).Span);
            _ = AddObject(batch, at, length, depth + 1) || Problem(RejectionKind.NotAnEvent, "a row of a table that is no audit event, or lacks the column that one would be in");
            if (batch.Count == count)
            {
                batch.Forget(before);
            }
        }

        return true;
    }

    // An object that is there for nothing but what is in it.
    private bool OpenWrapped(EventBatch batch, in EnvelopeFields fields, int depth) =>
        (fields[EnvelopeField.AwsLogs].IsObject && AddValue(batch, fields[EnvelopeField.AwsLogs], depth))
        || (fields[EnvelopeField.Kinesis].IsObject && AddValue(batch, fields[EnvelopeField.Kinesis], depth))
        || (fields[EnvelopeField.Properties].IsObject && AddValue(batch, fields[EnvelopeField.Properties], depth))
        || (fields[EnvelopeField.Hits].IsObject && AddValue(batch, fields[EnvelopeField.Hits], depth))
        || (fields[EnvelopeField.Body].IsString && AddValue(batch, fields[EnvelopeField.Body], depth));

    private bool OpenKubernetes(EventBatch batch, in EnvelopeFields fields, int depth)
    {
        if (!fields[EnvelopeField.Kubernetes].IsObject)
        {
            return false;
        }

        var audit = EnvelopeFields.Of(batch.AllText, fields[EnvelopeField.Kubernetes].Start, fields[EnvelopeField.Kubernetes].Length)[EnvelopeField.Audit];
        return audit.IsPresent && AddValue(batch, audit, depth);
    }

    // A line of any log may be in such a member: it is an envelope only if one of them turns out to be an event.
    private bool OpenLine(EventBatch batch, in EnvelopeFields fields, int depth)
    {
        if (fields[EnvelopeField.AzureCategory].IsString && fields[EnvelopeField.LogText].IsPresent && !IsAuditCategory(batch, fields[EnvelopeField.AzureCategory]))
        {
            return OfAnotherCategory(batch, fields[EnvelopeField.AzureCategory], "a row of another category than kube-audit and kube-audit-admin");
        }

        var line = fields[EnvelopeField.Log].IsString ? fields[EnvelopeField.Log] : fields[EnvelopeField.Message];
        if (line.IsString && (fields[EnvelopeField.Stream].IsString || fields[EnvelopeField.LogTag].IsString) && TryPiece(batch, fields, line, depth))
        {
            return true;
        }

        var (events, isOpen, found) = (batch.Count, false, 0);
        var ofNothing = new List<KeyValuePair<(RejectionKind Kind, string Reason), long>>();
        for (var field = EnvelopeField.Log; field <= EnvelopeField.Source; field++)
        {
            if (!fields[field].IsPresent)
            {
                continue;
            }

            var before = batch.Count;
            var known = _problems.Count == 0 ? null : new Dictionary<(RejectionKind Kind, string Reason), long>(_problems);
            isOpen |= AddValue(batch, fields[field], depth);
            if (batch.Count == before)
            {
                ofNothing.AddRange(_problems.Select(problem => new KeyValuePair<(RejectionKind Kind, string Reason), long>(problem.Key, problem.Value - (known?.GetValueOrDefault(problem.Key) ?? 0))));
            }
            else if (batch.Count == before + 1 && before == events + 1 && batch.JsonOf(events).SequenceEqual(batch.JsonOf(before)))
            {
                // Logstash and Elastic keep the line as it was beside what they have made of it.
                batch.RemoveEvents(from: before);
            }

            found += batch.Count > before ? 1 : 0;
        }

        if (found == 1)
        {
            // What other members hold, such as the beginning of a long line, is of no interest then.
            foreach (var (problem, times) in ofNothing)
            {
                Withdraw(problem, times);
            }
        }

        if (found <= 1)
        {
            return isOpen || (IsLogEvent(fields) && NoAuditEvent(_isOfControlPlane || IsOfControlPlane(batch, fields)));
        }

        batch.RemoveEvents(from: events);
        return Problem(RejectionKind.NotAnEvent, "more than one audit event in a line of a log shipper");
    }

    // A long line that a container runtime has cut: in Docker's own files only the last piece ends with a line feed, and Fluent Bit passes on what the runtime says.
    private bool TryPiece(EventBatch batch, in EnvelopeFields fields, EnvelopeFields.Value line, int depth)
    {
        var key = KeyOf(batch, fields);
        var before = batch.AllText.Length;
        var (start, length) = batch.Unescape(line.Start + 1, line.Length - 2);
        var piece = batch.AllText.Slice(start, length);
        var isTagged = fields[EnvelopeField.LogTag].IsString;
        var isLast = isTagged ? !Is(batch, fields[EnvelopeField.LogTag], "P"u8) : piece.EndsWith("\n"u8);
        if (!_halves.Has(key) && (isLast || (!isTagged && !IsUnfinished(piece))))
        {
            batch.Forget(before);
            return false;
        }

        if (isLast || (!isTagged && length < PieceBytes))
        {
            return Join(batch, key, start, length, depth, isLast);
        }

        var isKept = _halves.TryAdd(key, piece);
        batch.Forget(before);
        return isKept || Problem(RejectionKind.Unread, $"a line longer than {LineHalves.LongestLine} bytes");
    }

    // The last piece of a line with those before it; by itself if they do not fit together.
    private bool Join(EventBatch batch, string key, int start, int length, int depth, bool isLast)
    {
        var (at, _) = batch.Derive(_halves.Remove(key));
        batch.Derive(batch.AllText.Slice(start, length).ToArray());
        var joined = batch.AllText[at..];
        if (joined is not [(byte)'{', ..] || IsWhole(joined))
        {
            return TryText(batch, at, joined.Length, depth);
        }

        if (!isLast && IsUnfinished(joined))
        {
            var isKept = _halves.TryAdd(key, joined);
            batch.Forget(at);
            return isKept || Problem(RejectionKind.Unread, $"a line longer than {LineHalves.LongestLine} bytes");
        }

        batch.Forget(at);
        Problem(RejectionKind.Malformed, Half);
        _ = TryText(batch, start, length, depth);
        return true;
    }

    // As CloudWatch sends it, or lists it.
    private static bool IsLogEvent(in EnvelopeFields fields) =>
        fields[EnvelopeField.Message].IsString && fields[EnvelopeField.Timestamp].IsPresent && (fields[EnvelopeField.Id].IsString || fields[EnvelopeField.EventId].IsString);

    private static string KeyOf(EventBatch batch, in EnvelopeFields fields)
    {
        var (stream, pod) = (fields[EnvelopeField.Stream], fields[EnvelopeField.Kubernetes]);
        return Encoding.UTF8.GetString(batch.AllText.Slice(stream.Start, stream.Length)) + Encoding.UTF8.GetString(batch.AllText.Slice(pod.Start, pod.Length));
    }

    private bool ForEach(EventBatch batch, EnvelopeFields.Value array, int depth, Opener open)
    {
        var (at, end) = (array.Start, array.Start + array.Length);
        var state = new JsonReaderState(JsonValue.ReaderOptions);
        while (true)
        {
            // Opening an element may move the batch's text: there is a new reader for each.
            var reader = new Utf8JsonReader(batch.AllText[at..end], isFinalBlock: true, state);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray && at == array.Start)
            {
                reader.Read();
            }

            if (reader.TokenType == JsonTokenType.EndArray)
            {
                return true;
            }

            var (start, type) = (at + (int)reader.TokenStartIndex, reader.TokenType);
            reader.Skip();
            at += (int)reader.BytesConsumed;
            state = reader.CurrentState;
            var item = new EnvelopeFields.Value(start, at - start, type);
            _ = item.IsObject ? open(batch, item, depth)
                : AddValue(batch, item, depth) || Problem(RejectionKind.NotAnEvent, "an item of an envelope that is not a JSON object");
        }
    }

    private bool AddValue(EventBatch batch, EnvelopeFields.Value value, int depth)
    {
        if (value.IsObject)
        {
            return AddObject(batch, value.Start, value.Length, depth + 1);
        }

        if (value.IsArray && depth + 1 < MaxDepth)
        {
            // Nothing of an array that holds no event is anybody's problem.
            var (count, kept) = (batch.Count, _problems.ToList());
            ForEach(batch, value, depth + 1, OpenRecord);
            if (batch.Count == count)
            {
                _problems.Clear();
                kept.ForEach(problem => _problems.Add(problem.Key, problem.Value));
            }

            return batch.Count > count;
        }

        if (!value.IsString)
        {
            return false;
        }

        var before = batch.AllText.Length;
        var (start, length) = batch.Unescape(value.Start + 1, value.Length - 2);
        if (TryText(batch, start, length, depth + 1))
        {
            return true;
        }

        var isOfComponent = ForeignLog.IsOfComponent(batch.AllText.Slice(start, length));
        batch.Forget(before);
        return isOfComponent && Problem(RejectionKind.OtherLog, ForeignLog.Component);
    }

    // Documents one after the other, or lines with something before their JSON. False if nothing of it is, or could have been, an event.
    private bool TryText(EventBatch batch, int start, int length, int depth)
    {
        if (depth > MaxDepth)
        {
            return false;
        }

        var (at, end, found) = (start, start + length, false);
        while (true)
        {
            at = SkipBlank(batch, at, end);
            if (at == end)
            {
                return found;
            }

            var rest = batch.AllText[at..end];
            if (rest[0] == '{')
            {
                found |= TryDocument(batch, ref at, end, depth);
            }
            else if (rest[0] == '[' && rest[1..].TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..])
            {
                found |= TryArray(batch, ref at, end, depth);
            }
            else
            {
                var lineFeed = rest.IndexOf((byte)'\n');
                var line = lineFeed < 0 ? rest.Length : lineFeed;
                found |= TryLine(batch, at, line, depth) || (found && Problem(RejectionKind.Malformed, "text after the JSON in an envelope"));
                at += line;
            }
        }
    }

    private bool TryDocument(EventBatch batch, ref int at, int end, int depth)
    {
        var from = at;
        try
        {
            var reader = new Utf8JsonReader(batch.AllText[at..end], isFinalBlock: true, new JsonReaderState(JsonValue.ReaderOptions));
            reader.Read();
            reader.Skip();
            at += (int)reader.BytesConsumed;
            return AddObject(batch, from, at - from, depth);
        }
        catch (JsonException)
        {
            // The rest of the line; what follows it may be whole.
            var lineFeed = batch.AllText[at..end].IndexOf((byte)'\n');
            at = lineFeed < 0 ? end : at + lineFeed;
            return Problem(RejectionKind.Malformed, "broken JSON, or JSON that ends too early, in an envelope");
        }
    }

    private bool TryArray(EventBatch batch, ref int at, int end, int depth)
    {
        var from = at;
        try
        {
            var reader = new Utf8JsonReader(batch.AllText[at..end], isFinalBlock: true, new JsonReaderState(JsonValue.ReaderOptions));
            reader.Read();
            reader.Skip();
            at += (int)reader.BytesConsumed;
            return ForEach(batch, new EnvelopeFields.Value(from, at - from, JsonTokenType.StartArray), depth, OpenRecord);
        }
        catch (JsonException)
        {
            at = end;
            return Problem(RejectionKind.Malformed, "broken JSON, or JSON that ends too early, in an envelope");
        }
    }

    private bool TryLine(EventBatch batch, int start, int length, int depth)
    {
        var line = batch.AllText.Slice(start, length);
        var prefix = LinePrefix.Of(line);
        if (line.StartsWith("CWL CONTROL MESSAGE"u8))
        {
            return true;
        }

        if (line.TrimEnd(" \t\r"u8) is [(byte)'"', (byte)'{' or (byte)'[', .., (byte)'"'] text && IsWhole(text))
        {
            // JSON within a JSON string, as jq prints it without -r.
            return AddValue(batch, new EnvelopeFields.Value(start, text.Length, JsonTokenType.String), depth);
        }

        if (prefix.IsOfContainer)
        {
            return TryContainerLine(batch, start, length, prefix, depth);
        }

        // JSON to the end of the line, or the brace is of something else, such as the structured data of syslog.
        for (var (at, tries) = (prefix.Length, 0); at > 0 && tries < MostBraces; tries++)
        {
            if (TryWholeDocument(batch, start + at, length - at, depth + 1) is { } found)
            {
                return found;
            }

            var next = batch.AllText.Slice(start + at + 1, length - at - 1).IndexOf("{\""u8);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return prefix.Length > 0 && batch.AllText.Slice(start + prefix.Length, length - prefix.Length).StartsWith("{\""u8)
            && Problem(RejectionKind.Malformed, "broken JSON, or JSON that ends too early, after something else on its line");
    }

    private bool TryContainerLine(EventBatch batch, int start, int length, LinePrefix prefix, int depth)
    {
        start += prefix.Length;
        length -= prefix.Length;
        var content = batch.AllText.Slice(start, length).TrimEnd((byte)'\r');
        if (prefix.IsPartial)
        {
            return _halves.TryAdd(prefix.Stream, content) || Problem(RejectionKind.Unread, $"a line longer than {LineHalves.LongestLine} bytes");
        }

        return _halves.Has(prefix.Stream) ? Join(batch, prefix.Stream, start, content.Length, depth + 1, isLast: true) : TryText(batch, start, content.Length, depth + 1);
    }

    // Null if the line does not end with this JSON, nor goes on with a tab and no further JSON: command lines of clouds print other columns behind it.
    private bool? TryWholeDocument(EventBatch batch, int start, int length, int depth)
    {
        var text = batch.AllText.Slice(start, length);
        var whole = LengthOfFirst(text);
        return whole > 0 && (text[whole..].TrimStart("\r "u8).IsEmpty || (text[whole] == '\t' && !text[whole..].Contains((byte)'{'))) ? depth <= MaxDepth && AddObject(batch, start, whole, depth) : null;
    }

    // Of the JSON that a text begins with; 0 if it is none, or broken.
    private static int LengthOfFirst(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, JsonValue.ReaderOptions);
            reader.Read();
            reader.Skip();
            return (int)reader.BytesConsumed;
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    // Whether it is an event or an envelope. The JSON is whole.
    private bool AddObject(EventBatch batch, int start, int length, int depth)
    {
        if (batch.Count >= _mostEvents)
        {
            return Problem(RejectionKind.Unread, $"more than {MaxEvents} events in one envelope");
        }

        var reader = new Utf8JsonReader(batch.AllText.Slice(start, length), JsonValue.ReaderOptions);
        reader.Read();
        if (EventParser.Read(ref reader, batch.NextSlots(), batch.AllText, start, mayBeList: false) == EventParser.Found.Event)
        {
            batch.AddEvent(start, (int)reader.BytesConsumed);
            return true;
        }

        return EventShape.IsRancher(batch.AllText, batch.LastSlots)
            ? Problem(RejectionKind.NotAnEvent, ForeignLog.Rancher)
            : TryOpen(batch, start, length, depth);
    }

    private bool AddDerived(EventBatch batch, ReadOnlyMemory<byte> json)
    {
        var (at, count) = batch.Derive(json.Span);
        return AddObject(batch, at, count, MaxDepth) || Problem(RejectionKind.NotAnEvent, "a record that would be an audit event, but for what it lacks");
    }

    private static int SkipBlank(EventBatch batch, int at, int end)
    {
        var text = batch.AllText;
        while (at < end && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0 or (byte)',')
        {
            at++;
        }

        return text[at..end].StartsWith("\uFEFF"u8) ? SkipBlank(batch, at + 3, end) : at;
    }

    private static bool IsWhole(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, JsonValue.ReaderOptions);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Whether JSON begins and does not end, and is not broken so far.
    private static bool IsUnfinished(ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'{', ..])
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(JsonValue.ReaderOptions));
            return reader.Read() && !reader.TrySkip();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool OfAnotherCategory(EventBatch batch, EnvelopeFields.Value category, string reason) =>
        Problem(ForeignLog.IsAzureCategory(JsonValue.FromJson(batch.AllText.Slice(category.Start, category.Length)).ToString()) ? RejectionKind.OtherLog : RejectionKind.NotAnEvent, reason);

    private static bool IsOfControlPlane(EventBatch batch, in EnvelopeFields fields)
    {
        var (group, stream) = (fields[EnvelopeField.LogGroup], fields[EnvelopeField.LogStream].IsString ? fields[EnvelopeField.LogStream] : fields[EnvelopeField.LogStreamName]);
        return ForeignLog.IsAmazonControlPlane(batch.AllText.Slice(group.Start, group.Length), batch.AllText.Slice(stream.Start, stream.Length));
    }

    private static bool IsAuditCategory(EventBatch batch, EnvelopeFields.Value category) => Is(batch, category, "kube-audit"u8) || Is(batch, category, "kube-audit-admin"u8);

    private static bool Is(EventBatch batch, EnvelopeFields.Value value, ReadOnlySpan<byte> text) =>
        JsonValue.FromJson(batch.AllText.Slice(value.Start, value.Length)).Is(text);

    private void Withdraw((RejectionKind Kind, string Reason) problem, long times)
    {
        if ((_problems[problem] -= times) == 0)
        {
            _problems.Remove(problem);
        }
    }

    private bool Problem(RejectionKind kind, string reason)
    {
        _problems[(kind, reason)] = _problems.GetValueOrDefault((kind, reason)) + 1;
        return true;
    }
}
