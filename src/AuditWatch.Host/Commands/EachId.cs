using System.CommandLine;
using AuditWatch.Host.Client;

namespace AuditWatch.Host.Commands;

/// <summary>Commands that do the same to several things, each named by its id.</summary>
internal static class EachId
{
    /// <summary>Makes an argument of ids, of which the beginning will do.</summary>
    /// <param name="name">What an id is called.</param>
    /// <param name="description">Where ids come from.</param>
    /// <param name="arity">How many there can be.</param>
    public static Argument<string[]> Argument(string name, string description, ArgumentArity arity)
    {
        var argument = new Argument<string[]>(name) { Description = description, Arity = arity };
        Validate(argument, name);
        return argument;
    }

    /// <summary>Makes an argument of one id, of which the beginning will do.</summary>
    public static Argument<string> One(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        Validate(argument, name);
        return argument;
    }

    /// <summary>Does it to one after the other, and says which were refused.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="act">Does it.</param>
    /// <returns>The exit code: 1 if one of them was refused.</returns>
    public static async Task<int> RunAsync(IEnumerable<string> ids, Func<string, Task> act)
    {
        var exitCode = ExitCode.Fine;
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            try
            {
                await act(id);
            }
            catch (ServiceRefusedException refusal)
            {
                Console.Error.WriteLine(refusal.Message);
                exitCode = ExitCode.FoundProblems;
            }
        }

        return exitCode;
    }

    /// <summary>Does it to one after the other, and says of each how it went.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="done">What has been done, in a word.</param>
    /// <param name="act">Does it.</param>
    /// <returns>The exit code: 1 if one of them was refused.</returns>
    public static Task<int> RunAsync(IEnumerable<string> ids, string done, Func<string, Task> act) => RunAsync(ids, async id =>
    {
        await act(id);
        Console.Error.WriteLine($"{done} {id}");
    });

    private static void Validate(Argument argument, string name) => argument.Validators.Add(result =>
    {
        foreach (var token in result.Tokens.Where(token => token.Value.Length is 0 or > 16 || !token.Value.All(char.IsAsciiHexDigitLower)))
        {
            result.AddError($"'{token.Value}' is not one that '{name}' can be: 16 hexadecimal digits such as 67f1d9aeabda7104, or the first of them.");
        }
    });
}
