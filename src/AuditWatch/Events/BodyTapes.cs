namespace AuditWatch.Events;

/// <summary>The tapes of the two bodies of one event, the last one that was asked about: detections see the events one after the other.</summary>
internal sealed class BodyTapes : IDisposable
{
    // As long as an API server accepts a request (3 MiB), and some. What is longer is walked in its text for every path, which takes seconds.
    private const int LongestBody = 4 << 20;

    private readonly (int Start, JsonTape Tape)[] _bodies = [(-1, new JsonTape()), (-1, new JsonTape())];

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

        ref var known = ref _bodies[which];
        if (known.Start != bodyStart)
        {
            known.Tape.Fill(body);
            known.Start = bodyStart;
        }

        return part.OnTape(known.Tape, partStart == bodyStart ? 0 : known.Tape.Find(partStart - bodyStart));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ref var body in _bodies.AsSpan())
        {
            body.Tape.Dispose();
            body.Start = -1;
        }
    }
}
