using System.Globalization;
using System.Text;

namespace AuditWatch.Notifications.Email;

/// <summary>Reads a server's replies. Bounded: a server that talks without end is cut short with an <see cref="IOException"/>.</summary>
internal sealed class SmtpReplyReader(Stream stream)
{
    private const int MaxLines = 100;
    private readonly byte[] _buffer = new byte[2048];
    private int _start;
    private int _end;

    /// <summary>The next reply, all its lines.</summary>
    /// <exception cref="IOException">The connection ended, or what came is not a reply.</exception>
    public async Task<SmtpReply> ReadAsync(CancellationToken cancellation)
    {
        var lines = new List<string>();
        while (lines.Count < MaxLines)
        {
            var line = await ReadLineAsync(cancellation);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                break;
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] != '-')
            {
                return new SmtpReply(code, lines);
            }
        }

        throw new IOException("the answer was not an SMTP server's");
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _start, length).TrimEnd('\r');
                _start += length + 1;
                return line;
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var read = _end == _buffer.Length ? 0 : await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0)
            {
                throw new IOException(_end == _buffer.Length ? "the answer was not an SMTP server's" : "the server closed the connection");
            }

            _end += read;
        }
    }
}
