using System.Net;
using System.Text;
using System.Text.Json;

namespace AuditWatch.EndToEnd.Api;

/// <summary>What people ask of incidents that cannot be.</summary>
public sealed class IncidentRefusalTests(ServiceWithSample sample) : IClassFixture<ServiceWithSample>
{
    [Theory]
    [InlineData("close", """{"by":"jane"}""", HttpStatusCode.BadRequest, "'reason' has to be one of true-positive, benign, false-positive, duplicate, other")]
    [InlineData("close", """{"by":"jane","reason":"other"}""", HttpStatusCode.BadRequest, "'text' has to say what it was where 'reason' is other")]
    [InlineData("acknowledge", """{"by":""}""", HttpStatusCode.BadRequest, "'by' has to say who you are, in at most 200 characters")]
    [InlineData("acknowledge", """{"by":"jane","to":"joe"}""", HttpStatusCode.BadRequest, "unknown key 'to'")]
    [InlineData("merge", """{"by":"jane","with":[]}""", HttpStatusCode.BadRequest, "'with' has to name 1 to 500 of them by their ids")]
    [InlineData("merge", """{"by":"jane","with":["0000000000000000"]}""", HttpStatusCode.Conflict, "there is no incident '0000000000000000' that is not closed")]
    [InlineData("note", "[]", HttpStatusCode.BadRequest, "the body is not a JSON object as 'note' takes it")]
    public async Task Post_WhatCannotBe_IsAnsweredWithWhy(string action, string body, HttpStatusCode status, string error)
    {
        using var incidents = JsonDocument.Parse(await sample.Service.Http.GetStringAsync("/api/v1/incidents"));
        var id = incidents.RootElement[0].GetProperty("id").GetString();

        using var answer = await sample.Service.Http.PostAsync(new Uri($"/api/v1/incidents/{id}/{action}", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(error, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
    }
}
