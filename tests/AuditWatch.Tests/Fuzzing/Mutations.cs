using System.Text;

namespace AuditWatch.Tests.Fuzzing;

/// <summary>Damages texts: cuts, doubles, moves and mixes parts of them, and puts in what is known to hurt.</summary>
/// <param name="longest">How many bytes a text may about come to.</param>
/// <param name="splinters">What hurts.</param>
internal sealed class Mutations(int longest, params string[] splinters)
{
    private readonly byte[][] _splinters = [.. splinters.Select(Encoding.Latin1.GetBytes)];

    /// <summary>The text with some damage, or with none, which also has to be tried.</summary>
    /// <param name="text">The text.</param>
    /// <param name="other">A text to take parts from.</param>
    /// <param name="random">Decides.</param>
    public byte[] Apply(byte[] text, byte[] other, Random random)
    {
        var times = random.Next(3) == 0 ? random.Next(12) : random.Next(3);
        for (var i = 0; i < times && text.Length < longest; i++)
        {
            text = Once(text, other, random);
        }

        return text;
    }

    private byte[] Once(byte[] text, byte[] other, Random random)
    {
        var from = random.Next(text.Length + 1);
        var to = Math.Min(text.Length, from + LengthOf(random));
        return random.Next(10) switch
        {
            0 => [.. text[..from], .. text[to..]],
            1 => text[..from],
            2 => [.. text[..from], (byte)random.Next(256), .. text[Math.Min(text.Length, from + 1)..]],
            3 => [.. text[..to], .. text[from..]],
            4 => [.. text[..from], .. Some(other, random), .. text[to..]],
            5 => [.. text[..from], .. Repeat(text[from..to], random.Next(2, 200)), .. text[to..]],
            6 => [.. text[..from], .. Repeat(_splinters[random.Next(_splinters.Length)], random.Next(1, 40)), .. text[from..]],
            7 => OtherLine(text, random),
            8 => [.. text[to..], .. text[..from]],
            _ => [.. text[..from], .. _splinters[random.Next(_splinters.Length)], .. text[from..]],
        };
    }

    // Mostly short, now and then long.
    private static int LengthOf(Random random) => random.Next(8) == 0 ? random.Next(2_000) : random.Next(1, 24);

    private static byte[] Some(byte[] other, Random random)
    {
        var from = random.Next(other.Length + 1);
        return other[from..Math.Min(other.Length, from + LengthOf(random))];
    }

    private byte[] Repeat(byte[] part, int times)
    {
        var most = Math.Max(1, longest / Math.Max(1, part.Length));
        return [.. Enumerable.Repeat(part, Math.Min(times, most)).SelectMany(bytes => bytes)];
    }

    // A line in the place of another.
    private static byte[] OtherLine(byte[] text, Random random)
    {
        var lines = Encoding.Latin1.GetString(text).Split('\n');
        lines[random.Next(lines.Length)] = lines[random.Next(lines.Length)];
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }
}
