using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Correlation;

/// <summary>Makes the findings of one correlation. Not thread-safe.</summary>
internal sealed class CorrelationFindings
{
    // As many as an alert shows.
    private const int SampleSize = 10;

    private readonly DetectionRule _correlation;
    private readonly CorrelationSource[] _sources;
    private readonly string[] _carried;
    private readonly string[] _joined;
    private readonly RequestRingBuffer _requests;
    private readonly SummaryTemplate _summary;
    private readonly string _explanation;

    /// <param name="correlation">The correlation.</param>
    /// <param name="sources">The rules that it refers to, in its order.</param>
    /// <param name="carried">The fields that correlations which refer to it read.</param>
    /// <param name="joined">The fields that composites compare.</param>
    /// <param name="requests">The requests of the findings that it counted.</param>
    public CorrelationFindings(DetectionRule correlation, CorrelationSource[] sources, string[] carried, string[] joined, RequestRingBuffer requests)
    {
        _joined = joined;
        _correlation = correlation;
        _sources = sources;
        _carried = carried;
        _requests = requests;
        _summary = new SummaryTemplate(correlation.Summary);
        _explanation = Explain(correlation.Correlation!);
    }

    /// <summary>Makes a finding of the correlation.</summary>
    /// <param name="latest">The finding that made the condition hold; its values are shown.</param>
    /// <param name="source">The index of its rule among those that the correlation refers to.</param>
    /// <param name="time">The event time at which the condition came to hold, in ticks of UTC.</param>
    /// <param name="window">The findings of the group.</param>
    /// <param name="reported">The indexes in it of the findings that the new one stands for, the latest first.</param>
    public Finding Make(Finding latest, int source, long time, SlidingWindow window, List<int> reported)
    {
        var fields = _sources[source];
        var first = reported.Count == 0 ? time : window[reported[^1]].Time;
        return new Finding
        {
            Detection = _correlation,
            Request = latest.Request,
            Requests = Sample(window, reported),
            Count = reported.Count,
            Time = new DateTimeOffset(time, TimeSpan.Zero),
            FirstTime = first < time ? new DateTimeOffset(first, TimeSpan.Zero) : null,
            Actor = fields.Read(latest, _correlation.Actor),
            ActorKind = latest.ActorKind,
            Cluster = latest.Cluster,
            Summary = _summary.Fill(field => fields.Read(latest, field)),
            Dedup = Read(latest, fields, _correlation.DedupBy),
            Carried = Read(latest, fields, _carried),
            Values = [.. _joined.Select(field => KeyValuePair.Create(field, fields.ValuesOf(latest, field)))],
            Updates = latest.Updates,
            Why = [_explanation, .. latest.Why],
        };
    }

    private static KeyValuePair<string, string>[] Read(Finding finding, CorrelationSource fields, IReadOnlyList<string> names)
    {
        var values = new KeyValuePair<string, string>[names.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = new(names[i], fields.Read(finding, names[i]));
        }

        return values;
    }

    private List<RequestSnapshot> Sample(SlidingWindow window, List<int> reported)
    {
        var sample = new List<RequestSnapshot>(Math.Min(reported.Count, SampleSize));
        for (var i = reported.Count - 1; i >= 0 && sample.Count < SampleSize; i--)
        {
            if (_requests.Find(window[reported[i]].Request) is { } request)
            {
                sample.Add(request);
            }
        }

        return sample;
    }

    // The clause of Why that says in a line when the correlation fires.
    private static string Explain(CorrelationDefinition correlation)
    {
        var rules = string.Join(", ", correlation.Rules.Select(rule => rule.Text));
        var fields = string.Join(" and ", correlation.Fields);
        var what = correlation.Type switch
        {
            CorrelationType.EventCount => $"number of {rules} {correlation.Condition}",
            CorrelationType.ValueCount => $"number of different {fields} among {rules} {correlation.Condition}",
            CorrelationType.Temporal => $"number of different ones of {rules} {correlation.Condition}",
            CorrelationType.TemporalOrdered => string.Join(", then ", correlation.Rules.Select(rule => rule.Text)),
            CorrelationType.ValueSum => $"sum of {fields} over {rules} {correlation.Condition}",
            CorrelationType.ValueAverage => $"average of {fields} over {rules} {correlation.Condition}",
            _ => $"percentile {correlation.Percentile} of {fields} over {rules} {correlation.Condition}",
        };
        var by = correlation.GroupBy.Count == 0 ? "" : $", by {string.Join(", ", correlation.GroupBy)}";
        return $"{what} within {correlation.Timespan}{by}";
    }
}

/// <summary>A finding that a correlation made.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="IsAlert">Whether it raises alerts: whether it stands for anything that was not reported before.</param>
/// <param name="Fires">Whether the condition holds at its time: whether correlations that refer to this one count it.</param>
internal readonly record struct CorrelationResult(Finding Finding, bool IsAlert, bool Fires);
