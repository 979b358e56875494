using AuditWatch.Sources.Kafka;
using AuditWatch.Telemetry;
using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;

namespace AuditWatch.Tests.Sources.Kafka;

public class KafkaTroublesTests
{
    private const string Well = """{"brokers":{"a:1/1":{"state":"INIT"},"a:2/2":{"state":"UP"}},"cgrp":{"state":"up","join_state":"steady"}}""";
    private const string Joining = """{"brokers":{"a:2/2":{"state":"UP"}},"cgrp":{"state":"up","join_state":"wait-sync"}}""";
    private const string Down = """{"brokers":{"a:1/1":{"state":"INIT"},"a:2/2":{"state":"TRY_CONNECT"}},"cgrp":{"state":"wait-coord","join_state":"steady"}}""";

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger<KafkaSource> _log = new();
    private readonly KafkaTroubles _troubles;

    public KafkaTroublesTests() => _troubles = new KafkaTroubles(new KafkaOptions { Brokers = ["a:1"], Topics = ["t"], Group = "g" }, _time, _log, ServiceMetrics.Shared.Sources);

    [Fact]
    public void Problem_AllIsWell_IsNone()
    {
        Assert.Null(_troubles.Problem);
        _troubles.Judge(Well, assigned: 1);
        Assert.Null(_troubles.Problem);
    }

    [Fact]
    public void Problem_NoBrokerUp_SaysWhyUntilOneIs()
    {
        _troubles.Add(new Error(ErrorCode.Local_Authentication, "the password is wrong"));
        _troubles.Judge(Down, assigned: 1);
        Assert.Equal("no broker of a:1 can be reached: the password is wrong", _troubles.Problem);
        _troubles.Judge(Well, assigned: 1);
        Assert.Null(_troubles.Problem);
        _troubles.Judge(Down, assigned: 1);
        Assert.Equal("no broker of a:1 can be reached", _troubles.Problem);
    }

    [Fact]
    public void Problem_GroupThatDoesNotLetItIn_IsToldAfterAWhile()
    {
        _troubles.Judge(Joining, assigned: 0);
        Assert.Null(_troubles.Problem);
        _time.Advance(TimeSpan.FromSeconds(31));
        _troubles.Judge(Joining, assigned: 0);
        Assert.Equal("the group 'g' has not let it in for 31 seconds", _troubles.Problem);
    }

    [Fact]
    public void Problem_NothingAssigned_IsTold()
    {
        _troubles.Judge(Well, assigned: 0);
        Assert.Equal("no partition is assigned: other members of the group 'g' have all there are", _troubles.Problem);
    }

    [Fact]
    public void Problem_TopicThatIsNotThere_IsToldUntilItIsRead()
    {
        _troubles.Add(new Error(ErrorCode.UnknownTopicOrPart, "Unknown topic"), "t");
        _troubles.Judge(Well, assigned: 0);
        Assert.Equal("topic t: Unknown topic", _troubles.Problem);
        _troubles.Works("t");
        _troubles.Judge(Well, assigned: 1);
        Assert.Null(_troubles.Problem);
    }

    [Fact]
    public void Add_TheSameAgain_IsLoggedOnceAMinute()
    {
        for (var i = 0; i < 100; i++)
        {
            _troubles.Add(new Error(ErrorCode.Local_Transport, $"refused {i}"));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, _log.Lines.Count);
    }
}
