using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>The texts and tapes of the two bodies of one event, the last one whose bodies were read: detections see events one after the other. Not thread-safe.</summary>
internal sealed class BodyTapes : IDisposable
{
    // As long as an API server accepts a request (3 MiB), and some. What is longer is walked in its text for every path, which takes seconds.
    private const int LongestBody = 4 << 20;

    private readonly Body[] _bodies = [new Body(), new Body()];
    private readonly JsonPatchText _patch = new();
    private readonly JsonTape _patchTape = new();
    private int _patchStart = -1;

    /// <summary>The value that is a body or stands in it, to be walked on its tape.</summary>
    /// <param name="which">0 for the body of the request, 1 for that of the answer.</param>
    /// <param name="body">The body.</param>
    /// <param name="bodyStart">Where in the text of the batch the body begins, by which it is known.</param>
    /// <param name="part">The value in it, an object or array.</param>
    /// <param name="partStart">Where in the text of the batch that begins.</param>
    public JsonValue Of(int which, ReadOnlySpan<byte> body, int bodyStart, JsonValue part, int partStart)
    {
        if (body.Length > LongestBody)
        {
            return part;
        }

        // The text is at hand for what searches the body before it walks it.
        _bodies[which].Read(body, bodyStart);
        var tape = _bodies[which].TapeOf(body, bodyStart);
        return part.OnTape(tape, partStart == bodyStart ? 0 : tape.Find(partStart - bodyStart));
    }

    /// <summary>Whether a body may have a key, by its place: see <see cref="JsonTape.MayHave"/>.</summary>
    public bool MayHaveKey(int which, ReadOnlySpan<byte> body, int bodyStart, int place) =>
        body.Length > LongestBody || _bodies[which].TapeOf(body, bodyStart).MayHave([place]);

    /// <summary>A JSON Patch, as the merge patch that says the same (<see cref="JsonPatchText"/>).</summary>
    /// <param name="patch">The body of the request, an array on its tape.</param>
    /// <param name="bodyStart">Where in the text of the batch it begins, by which it is known.</param>
    /// <returns>An object on a tape; missing if the patch is longer than an API server takes.</returns>
    public JsonValue AsMergePatch(JsonValue patch, int bodyStart)
    {
        if (patch.Bytes.Length > LongestBody)
        {
            return default;
        }

        if (_patchStart != bodyStart)
        {
            _patchTape.Fill(_patch.Write(patch));
            _patchStart = bodyStart;
        }

        return new JsonValue(JsonKind.Object, _patch.Text).OnTape(_patchTape, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _patch.Dispose();
        _patchTape.Dispose();
        _patchStart = -1;
        foreach (var body in _bodies)
        {
            body.Text.Dispose();
            body.Tape.Dispose();
            (body.AsText, body.OnTape) = (-1, -1);
        }
    }

    private sealed class Body
    {
        // By where they begin, the bodies that text and tape are of.
        public int AsText = -1;
        public int OnTape = -1;

        public Body() => Tape = new JsonTape(Text);

        public SearchableText Text { get; } = new();

        public JsonTape Tape { get; }

        public void Read(ReadOnlySpan<byte> body, int start)
        {
            if (AsText != start)
            {
                Text.Set(body);
                AsText = start;
            }
        }

        public JsonTape TapeOf(ReadOnlySpan<byte> body, int start)
        {
            if (OnTape != start)
            {
                Tape.Fill(body);
                OnTape = start;
            }

            return Tape;
        }
    }
}
