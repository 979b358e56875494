using AuditWatch.Detection.Indexing;
using AuditWatch.Detection.Sigma;
using AuditWatch.Events;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Detection.Indexing;

public class ProjectionTests
{
    private const string Command = "(objectRef.subresource 'exec' or objectRef.subresource 'attach' or objectRef.subresource 'proxy')";

    [Theory]
    [InlineData("s: {verb: [GET, list]}\ncondition: s", "(verb 'GET' or verb 'list')")]
    [InlineData("s: {verb: get}\nt: {verb: list}\ncondition: s or t", "(verb 'get' or verb 'list')")]
    [InlineData("s: {verb: get, level: Request}\ncondition: s", "verb 'get'")]
    [InlineData("s: {verb: get}\nt: {level: Request}\ncondition: s or t", null)]
    [InlineData("s: {verb: get}\nt: {level: Request}\ncondition: s and not t", "verb 'get'")]
    [InlineData("s: {verb: get, level: Request}\ncondition: not s", null)]
    [InlineData("s: {level: Request}\nt: [{verb: get}, {level: Metadata}]\ncondition: s and not t", "not verb 'get'")]
    [InlineData("s: {verb: get}\ncondition: not s", "not verb 'get'")]
    [InlineData("s: {verb: get}\nt: {level: Request}\ncondition: not (not s or t)", "not not verb 'get'")]
    [InlineData("s: {verb: g*}\ncondition: s", "verb 'g*'")]
    [InlineData("s: {objectRef.subresource: null, verb: get}\ncondition: s", "(objectRef.subresource absent or null and verb 'get')")]
    [InlineData("s: {outcome: denied, actor: jane}\ncondition: s", "outcome 'denied'")]
    [InlineData("s: {object.rules|any: {verb: get}}\ncondition: s", null)]
    [InlineData("s: {verb|fieldref: level}\ncondition: s", null)]
    [InlineData("keywords: [get]\ncondition: keywords", null)]
    [InlineData("s: {cluster: prod}\ncondition: s", null)]
    [InlineData("s: {command|contains: nc}\ncondition: s", Command)]
    [InlineData("s: {command|exists: true, objectRef.subresource: exec}\ncondition: s", "(" + Command + " and objectRef.subresource 'exec')")]
    [InlineData("s: {command|exists: false}\ncondition: s", null)]
    [InlineData("s: {command: null}\ncondition: s", null)]
    [InlineData("s: {command: sh}\ncondition: not s", null)]
    public void Onto_Condition_WhatItAsksOfTheFields(string detection, string? expected)
    {
        EventField[] fields = [EventField.Verb, EventField.ObjectRefSubresource, EventField.ResponseStatusCode, EventField.Stage];

        var projected = Projection.Onto(fields, Rule.Load(detection).Search!.Condition);

        Assert.Equal(expected, projected is null ? null : Text(projected));
    }

    [Theory]
    [InlineData("s: {verb: get, objectRef.resource: secrets}\ncondition: s", "()")]
    [InlineData("s: {verb: get, level: Request}\ncondition: s", "(level 'Request')")]
    [InlineData("s: {verb: get, user.username: jane, requestURI|contains: x, outcome: denied}\ncondition: s", "(requestURI '*x*')")]
    [InlineData("s: {verb: get}\nt: {level: Request}\ncondition: s and not t", "(not level 'Request')")]
    [InlineData("s: {verb: get}\nt: {user.username: jane}\ncondition: s and not t", "()")]
    [InlineData("s: {verb: get}\nt: {level: Request}\ncondition: s or t", "(verb 'get' or level 'Request')")]
    [InlineData("s: {verb: get}\nt: {user.username: jane}\ncondition: s or t", "(verb 'get' or user.username 'jane' in this letter case)")]
    [InlineData("s: {verb: get, level: Request}\ncondition: not s", "not (verb 'get' and level 'Request')")]
    [InlineData("s: {verb|fieldref: stage}\ncondition: s", "verb related (EqualTo) to stage")]
    public void Rest_Condition_WhatNoFacetAloneDecides(string detection, string expected) =>
        Assert.Equal(expected, Text(RuleIndex.Rest(Rule.Load(detection).Search!.Condition)));

    private static string Text(Expression expression) => expression switch
    {
        Expression.Selection selection => Text(selection.Body),
        Expression.And all => $"({string.Join(" and ", all.Parts.Select(Text))})",
        Expression.Or any => $"({string.Join(" or ", any.Parts.Select(Text))})",
        Expression.Not negation => $"not {Text(negation.Part)}",
        Expression.Field field => $"{field.Path} {field.Test.Describe()}",
        _ => expression.ToString(),
    };
}
