using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace AuditWatch.Sources.Kafka;

/// <summary>What Kafka itself calls topics: by an id that it draws when one is made, so that no two of the same name, in one cluster or in several, have the same.</summary>
internal static class KafkaTopicIds
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Asks the brokers, and waits for the answer.</summary>
    /// <param name="client">The client to ask by.</param>
    /// <param name="topics">The names of the topics.</param>
    /// <returns>The ids by name, without those of which no broker says one: before 2.8, and what only speaks the protocol, have none.</returns>
    public static IReadOnlyDictionary<string, string> Of(Handle client, IEnumerable<string> topics)
    {
        using var admin = new DependentAdminClientBuilder(client).Build();
        try
        {
            var described = admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([.. topics]), new DescribeTopicsOptions { RequestTimeout = Timeout }).GetAwaiter().GetResult();
            return described.TopicDescriptions.Where(topic => topic.TopicId is { } id && (id.MostSignificantBits | id.LeastSignificantBits) != 0)
                .ToDictionary(topic => topic.Name, topic => string.Create(CultureInfo.InvariantCulture, $"{topic.TopicId.MostSignificantBits:x16}{topic.TopicId.LeastSignificantBits:x16}"), StringComparer.Ordinal);
        }
        catch (KafkaException)
        {
            // What is wrong with the brokers is met while reading, and told there.
            return new Dictionary<string, string>(StringComparer.Ordinal);
        }
    }
}
