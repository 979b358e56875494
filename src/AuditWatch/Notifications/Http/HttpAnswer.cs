namespace AuditWatch.Notifications.Http;

/// <summary>What a receiver answered to a request, or why there is no answer.</summary>
/// <param name="Receiver">Who was asked, for a person.</param>
/// <param name="Status">The status code; 0 if no answer came.</param>
/// <param name="Body">The beginning of the body; may repeat a secret, so it belongs into no result as it is.</param>
/// <param name="RetryAfter">How long the receiver asked to wait, if it did.</param>
/// <param name="Problem">Why no answer came, for a person; holds no secret.</param>
internal readonly record struct HttpAnswer(string Receiver, int Status, string Body = "", TimeSpan? RetryAfter = null, string Problem = "")
{
    /// <summary>What the status means to most receivers.</summary>
    /// <param name="detail">What the receiver said about it, without secrets; empty for nothing.</param>
    public DeliveryResult ToResult(string detail = "") => Status switch
    {
        0 => DeliveryResult.Retry(Problem),
        >= 200 and < 300 => DeliveryResult.Delivered,
        408 or 425 or 429 or >= 500 => DeliveryResult.Retry(Said(detail), RetryAfter),
        _ => DeliveryResult.Rejected(Said(detail)),
    };

    private string Said(string detail) => $"{Receiver} answered {Status} {detail}".TrimEnd();
}
