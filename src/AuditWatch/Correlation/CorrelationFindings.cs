using AuditWatch.Detection;

namespace AuditWatch.Correlation;

/// <summary>Makes the findings of a correlation.</summary>
internal sealed class CorrelationFindings
{
    // As many as an alert shows.
    private const int SampleSize = 10;

    private readonly DetectionRule _correlation;
    private readonly CorrelationSource[] _sources;
    private readonly string[] _carried;
    private readonly RecentRequests _requests;
    private readonly SummaryTemplate _summary;
    private readonly string _explanation;

    /// <param name="correlation">The correlation.</param>
    /// <param name="sources">The rules it refers to.</param>
    /// <param name="carried">The fields that correlations above it need.</param>
    /// <param name="requests">The requests of what it counts.</param>
    public CorrelationFindings(DetectionRule correlation, CorrelationSource[] sources, string[] carried, RecentRequests requests)
    {
        _correlation = correlation;
        _sources = sources;
        _carried = carried;
        _requests = requests;
        _summary = new SummaryTemplate(correlation.Summary);
        _explanation = CorrelationText.Of(correlation.Correlation!);
    }

    /// <summary>A finding of the correlation.</summary>
    /// <param name="latest">The finding that completes it, whose values it shows.</param>
    /// <param name="source">Which of the rules that one is of.</param>
    /// <param name="time">When the threshold stood reached, in ticks of UTC.</param>
    /// <param name="window">The findings of the group.</param>
    /// <param name="told">Where in it those are that it stands for, the latest first.</param>
    public Finding Make(Finding latest, int source, long time, SlidingWindow window, List<int> told)
    {
        var fields = _sources[source];
        var first = told.Count == 0 ? time : window[told[^1]].Time;
        return new Finding
        {
            Detection = _correlation,
            Request = latest.Request,
            Requests = Sample(window, told),
            Count = told.Count,
            Time = new DateTimeOffset(time, TimeSpan.Zero),
            FirstTime = first < time ? new DateTimeOffset(first, TimeSpan.Zero) : null,
            Actor = fields.Read(latest, _correlation.Actor),
            ActorKind = latest.ActorKind,
            Cluster = latest.Cluster,
            Summary = _summary.Fill(field => fields.Read(latest, field)),
            Dedup = Read(latest, fields, _correlation.DedupBy),
            Carried = Read(latest, fields, _carried),
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

    private List<RequestSnapshot> Sample(SlidingWindow window, List<int> told)
    {
        var sample = new List<RequestSnapshot>(Math.Min(told.Count, SampleSize));
        for (var i = told.Count - 1; i >= 0 && sample.Count < SampleSize; i--)
        {
            if (_requests.Find(window[told[i]].Request) is { } request)
            {
                sample.Add(request);
            }
        }

        return sample;
    }
}
