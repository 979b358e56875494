using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuditWatch.Access;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AuditWatch.Host.Api.Description;

/// <summary>
/// <c>GET /api/v1/openapi.json</c>: the API as OpenAPI 3.1 describes it, made by the framework of the endpoints and of what they say of themselves with <see cref="DescribedEndpoints.Says"/>. docs/openapi.json is the
/// same, and a test compares them.
/// </summary>
internal static class ApiDescription
{
    private const string Shape = "Shape";
    private const string Token = "token";

    /// <summary>Adds what makes it.</summary>
    public static void AddApiDescription(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower));
        });
        services.AddOpenApi(options =>
        {
            options.ShouldInclude = endpoint => endpoint.ActionDescriptor.EndpointMetadata.OfType<DescribedEndpoint>().Any();
            options.CreateSchemaReferenceId = type => type.Type.Name.EndsWith(Shape, StringComparison.Ordinal) ? type.Type.Name[..^Shape.Length] : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
            options.AddDocumentTransformer((document, _, _) =>
            {
                Introduce(document);
                return Task.CompletedTask;
            });
            options.AddOperationTransformer(DescribeAsync);
        });
    }

    /// <summary>Adds <c>openapi.json</c> to the API.</summary>
    public static void MapDescription(this IEndpointRouteBuilder api) => api.MapOpenApi("openapi.json").For(Role.Viewer);

    private static void Introduce(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "AuditWatch",
            Version = "v1",
            Description = "Alerts, incidents, silences, undelivered notifications, sources and tokens of a running service. What goes wrong is `{\"errors\":[\"…\"]}`. Who may do what: docs/access.md.",
        };
        document.Servers = []; // It is where it was asked for.
        (document.Components ??= new OpenApiComponents()).SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Token] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "What `auditwatch token create` prints. On the machine of the service and through its socket it may be left out; a session of the page does as well.",
            },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, document)] = [] }, []];
    }

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var endpoint = context.Description.ActionDescriptor.EndpointMetadata;
        var said = endpoint.OfType<DescribedEndpoint>().Single();
        operation.OperationId = NameOf(context.Description.HttpMethod!, context.Description.RelativePath!);
        operation.Tags = new HashSet<OpenApiTagReference> { new(context.Description.RelativePath!.Split('/')[2], context.Document) };
        operation.Responses!["400"].Description = "What is wrong; every other status above 400 has the like.";
        var (role, inAllClusters) = endpoint.OfType<RequiredRole>().Last();
        operation.Description = $"For the role {role.Word()}{(inAllClusters ? " in all clusters" : "")}.";
        foreach (var (name, description) in said.Query)
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter { Name = name, In = ParameterLocation.Query, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        }

        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(parameter => parameter.In == ParameterLocation.Path))
        {
            parameter.Description = "An id, or the beginning of one that no other begins with.";
        }

        if (said.Takes is { } body)
        {
            var content = new OpenApiMediaType { Schema = await context.GetOrCreateSchemaAsync(body, null, cancellation) };
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = content } };
        }
    }

    // POST api/v1/alerts/{id}/acknowledge is postAlertsIdAcknowledge.
    private static string NameOf(string method, string path) => string.Concat(path.Split('/').Skip(2).SelectMany(part => part.Split('-', '{', '}', '.'))
        .Select(word => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..]).Prepend(method.ToLower(CultureInfo.InvariantCulture)));
}

/// <summary>What an endpoint says of itself beyond its address.</summary>
/// <param name="Takes">What its request has to be; null for nothing.</param>
/// <param name="Query">The parameters of its address, and what they mean.</param>
internal sealed record DescribedEndpoint(Type? Takes, IReadOnlyList<(string Name, string Description)> Query);

/// <summary>How endpoints describe themselves. What they describe is nothing that the framework acts on: requests are read and refused by the endpoints themselves.</summary>
internal static class DescribedEndpoints
{
    /// <summary>Says what an endpoint is for, what it answers, null for nothing, and what it takes.</summary>
    public static RouteHandlerBuilder Says(
        this RouteHandlerBuilder endpoint, string summary, Type? answers, Type? takes = null, int status = StatusCodes.Status200OK, string type = "application/json", params (string Name, string Description)[] query) => endpoint
        .WithSummary(summary)
        .WithMetadata(new DescribedEndpoint(takes, query))
        .WithMetadata(answers is null ? new Answer(StatusCodes.Status204NoContent) : new Answer(status, answers, type))
        .WithMetadata(new Answer(StatusCodes.Status400BadRequest, typeof(ErrorsShape), "application/json"));

    private sealed record Answer(int StatusCode, Type? Type = null, params string[] Types) : IProducesResponseTypeMetadata
    {
        public IEnumerable<string> ContentTypes => Types;
    }
}
