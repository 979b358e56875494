using System.Text;

namespace AuditWatch.EndToEnd.Run;

/// <summary>Takes a text line by line, as whoever reads a program's output does. Thread-safe.</summary>
/// <param name="take">Takes a line, without its end.</param>
internal sealed class LineWriter(Action<string> take) : TextWriter
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _line = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_lock)
        {
            for (var end = buffer.IndexOf('\n'); end >= 0; end = buffer.IndexOf('\n'))
            {
                take(_line.Append(buffer[..end]).ToString());
                _line.Clear();
                buffer = buffer[(end + 1)..];
            }

            _line.Append(buffer);
        }
    }
}
