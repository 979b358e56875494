using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Fluid;
using Fluid.Values;

namespace AuditWatch.Notifications.Templates;

/// <summary>
/// A template in Liquid that makes the body of a request out of a notification. Whatever it puts out is encoded for the format; the filters that would leave that out do nothing, for
/// texts are an attacker's. It has no access to files, and ends after a bounded number of steps. Immutable.
/// </summary>
internal sealed class BodyTemplate
{
    private static readonly FluidParser Parser = new();
    private static readonly TemplateOptions Options = Limited();

    private readonly IFluidTemplate _template;
    private readonly BodyFormat _format;
    private readonly IReadOnlyDictionary<string, Secret> _secrets;

    private BodyTemplate(IFluidTemplate template, BodyFormat format, IReadOnlyDictionary<string, Secret> secrets) => (_template, _format, _secrets) = (template, format, secrets);

    /// <summary>The media type of the body.</summary>
    public string ContentType => _format.ContentType;

    /// <summary>Reads a template.</summary>
    /// <param name="text">The template.</param>
    /// <param name="format">What it makes.</param>
    /// <param name="secrets">What it finds below <c>secrets</c>.</param>
    /// <param name="template">The template, if it is one.</param>
    /// <param name="problem">What is wrong, as Fluid says it: with <c>(line:column)</c>.</param>
    public static bool TryParse(
        string text, BodyFormat format, IReadOnlyDictionary<string, Secret> secrets, [NotNullWhen(true)] out BodyTemplate? template, out string problem)
    {
        template = Parser.TryParse(text, out var parsed, out problem) ? new BodyTemplate(parsed, format, secrets) : null;
        return template is not null;
    }

    /// <summary>The body for a notification; null if the template fails on it.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="problem">Why it fails; holds nothing of the notification and no secret.</param>
    public string? Render(Notification notification, out string problem)
    {
        try
        {
            var context = new TemplateContext(Options);
            foreach (var (name, value) in TemplateModel.Of(notification))
            {
                context.SetValue(name, value);
            }

            context.SetValue("secrets", _secrets.ToDictionary(secret => secret.Key, secret => (object?)secret.Value.Reveal(), StringComparer.Ordinal));
            var body = _template.Render(context, _format.Encoder).Trim();
            problem = _format == BodyFormat.Json ? JsonProblem(body) : "";
            return problem.Length == 0 ? body : null;
        }
        catch (FluidException fault)
        {
            // Of filters and the like that there are not: names that are in the template.
            problem = fault.Message;
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or ArgumentException or FileNotFoundException or InvalidCastException or OverflowException)
        {
            problem = fault is InvalidOperationException ? "it takes too many steps" : $"it fails with {fault.GetType().Name}";
        }

        return null;
    }

    private static string JsonProblem(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return "";
        }
        catch (JsonException problem)
        {
            return $"what it makes is not JSON, in line {problem.LineNumber + 1} of that";
        }
    }

    private static TemplateOptions Limited()
    {
        var options = new TemplateOptions { StrictFilters = true, MaxSteps = 100_000 };
        foreach (var filter in new[] { "raw", "escape", "escape_once", "json" })
        {
            options.Filters.AddFilter(filter, (input, _, _) => new ValueTask<FluidValue>(StringValue.Create(input.ToStringValue())));
        }

        return options;
    }
}
