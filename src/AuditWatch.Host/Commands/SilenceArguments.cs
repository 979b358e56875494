using AuditWatch.Alerts;

namespace AuditWatch.Host.Commands;

/// <summary>The silence that the arguments of a command mean.</summary>
internal static class SilenceArguments
{
    /// <summary>The silence, checked as the service will.</summary>
    /// <exception cref="UsageException">Something is wrong; the message says all that is.</exception>
    public static Silence Read(IEnumerable<string> matchers, string author, string comment, string? duration, string? until, string? start, DateTimeOffset now)
    {
        var problems = new List<string>();
        var parsed = matchers.Select(text => (Text: text, Matchers: Parse(text, problems))).ToList();
        var startsAt = start is null ? now : Time("--start", start, problems);
        var silence = new Silence
        {
            Id = "",
            Matchers = new Matchers(parsed.SelectMany(one => one.Matchers)),
            CreatedBy = author,
            Comment = comment,
            StartsAt = startsAt,
            EndsAt = until is not null ? Time("--until", until, problems) : End(startsAt, duration!, problems),
        };
        if (problems.Count == 0)
        {
            problems.AddRange(silence.Problems());
        }

        if (problems.Count == 0 && silence.EndsAt <= now)
        {
            problems.Add("it ends in the past");
        }

        return problems.Count == 0 ? silence : throw new UsageException(string.Join('\n', problems.Select(TerminalText.Neutralise)));
    }

    /// <summary>What to send to the service.</summary>
    /// <param name="silence">The silence.</param>
    /// <param name="who">Who makes it; null if the service knows.</param>
    public static object Request(Silence silence, string? who) => new
    {
        matchers = silence.Matchers.Select(matcher => matcher.ToString()),
        createdBy = who,
        comment = silence.Comment,
        startsAt = SilenceTime.Write(silence.StartsAt),
        endsAt = SilenceTime.Write(silence.EndsAt),
    };

    private static Matchers Parse(string text, List<string> problems)
    {
        try
        {
            return Matchers.Parse(text);
        }
        catch (MatcherFormatException problem)
        {
            problems.Add($"matcher '{text}', character {problem.Index + 1}: {problem.Message}");
            return Matchers.None;
        }
    }

    private static DateTimeOffset Time(string option, string text, List<string> problems)
    {
        if (!SilenceTime.TryParse(text, out var time))
        {
            problems.Add($"{option}: '{text}' is not a time such as 2030-01-31T18:00:00Z or 2030-01-31T18:00:00+01:00");
        }

        return time;
    }

    private static DateTimeOffset End(DateTimeOffset start, string text, List<string> problems)
    {
        if (DurationText.TryParse(text, out var time) && time > TimeSpan.Zero && time < DateTimeOffset.MaxValue - start)
        {
            return start + time;
        }

        problems.Add($"--duration: '{text}' is not a length of time such as 30m, 2h or 7d");
        return default;
    }
}
