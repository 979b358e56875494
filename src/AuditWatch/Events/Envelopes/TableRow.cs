using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Envelopes;

/// <summary>
/// Puts rows of which the names of the columns stand apart into objects, so that they are read as any other record:
/// <code>
///   Azure Monitor's API     {"columns":[{"name":"Category"},{"name":"log_s"}],"rows":[["kube-audit","EVENT"]]}
///   CloudWatch Insights     [{"field":"@timestamp","value":"TIME"},{"field":"@message","value":"EVENT"}]
///   Loki                    {"stream":{},"values":[["TIME","EVENT"]]}
/// </code>
/// </summary>
internal static class TableRow
{
    // A name stands once before any number of rows: a long one would be written as often.
    private const int LongestName = 128;

    private const int MostColumns = 256;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The names of the columns of a table of Azure Monitor, empty for one that is of no interest.</summary>
    public static IReadOnlyList<string> Columns(JsonValue columns)
    {
        var names = new List<string>();
        var each = new Items(columns);
        while (names.Count < MostColumns && each.MoveNext())
        {
            var name = RelativePath.Member(each.Current, "name"u8);
            names.Add(name is { Kind: JsonKind.String, Bytes.Length: <= LongestName } ? name.ToString() : "");
        }

        return names;
    }

    /// <summary>A row of a table as an object.</summary>
    /// <param name="columns">The names.</param>
    /// <param name="row">The values, in the order of the names.</param>
    public static ReadOnlyMemory<byte> Of(IReadOnlyList<string> columns, JsonValue row)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        var values = new Items(row);
        for (var i = 0; i < columns.Count && values.MoveNext(); i++)
        {
            Write(json, columns[i], values.Current);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>A result of CloudWatch Insights as an object.</summary>
    public static ReadOnlyMemory<byte> OfFields(JsonValue result)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        var fields = new Items(result);
        while (fields.MoveNext())
        {
            Write(json, RelativePath.Member(fields.Current, "field"u8).ToString(), RelativePath.Member(fields.Current, "value"u8));
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>The items of an array, of those that are arrays each as one; none of anything else.</summary>
    internal ref struct Items
    {
        private readonly ReadOnlySpan<byte> _array;
        private Utf8JsonReader _reader;

        public Items(JsonValue array)
        {
            _array = array.Kind == JsonKind.Array ? array.Bytes : "[]"u8;
            _reader = new Utf8JsonReader(_array, JsonValue.ReaderOptions);
            _reader.Read();
        }

        /// <summary>The current item.</summary>
        public JsonValue Current { get; private set; }

        /// <summary>Moves to the next item.</summary>
        public bool MoveNext()
        {
            if (!_reader.Read() || _reader.TokenType == JsonTokenType.EndArray)
            {
                return false;
            }

            var start = (int)_reader.TokenStartIndex;
            _reader.Skip();
            Current = JsonValue.FromJson(_array[start..(int)_reader.BytesConsumed]);
            return true;
        }
    }

    private static void Write(Utf8JsonWriter json, string name, JsonValue value)
    {
        if (name.Length == 0 || value.Kind is JsonKind.Missing or JsonKind.Null)
        {
            return;
        }

        json.WritePropertyName(name);
        if (value.Kind == JsonKind.String)
        {
            json.WriteRawValue(Encoding.UTF8.GetBytes($"\"{Encoding.UTF8.GetString(value.Bytes)}\""), skipInputValidation: true);
        }
        else
        {
            json.WriteRawValue(value.Bytes, skipInputValidation: true);
        }
    }
}
