using System.Reflection;
using System.Reflection.Emit;

namespace AuditWatch;

/// <summary>
/// Which folder of a project uses which others, from what was compiled: base types, members, bodies of methods. A folder is the part of a namespace after the
/// project's own.
/// </summary>
internal static class FolderDependencies
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (int)(ushort)code.Value);

    /// <summary>The arrows, from each folder to those that it uses.</summary>
    /// <param name="assembly">What was compiled.</param>
    /// <param name="project">The namespace of the project.</param>
    /// <param name="root">Which folder what stands in that namespace itself is counted to.</param>
    public static SortedDictionary<string, SortedSet<string>> Of(Assembly assembly, string project, string root)
    {
        var arrows = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var type in assembly.GetTypes())
        {
            if (FolderOf(type) is not { } from)
            {
                continue;
            }

            var uses = arrows.TryGetValue(from, out var known) ? known : arrows[from] = new SortedSet<string>(StringComparer.Ordinal);
            uses.UnionWith(UsedBy(type).SelectMany(Parts).Select(FolderOf).OfType<string>().Where(to => to != from));
        }

        return arrows;

        string? FolderOf(Type type) =>
            type.Assembly != assembly || type.Namespace is not { } space || !(space + ".").StartsWith(project + ".", StringComparison.Ordinal) ? null
            : space.Length == project.Length ? root : space[(project.Length + 1)..].Split('.')[0];
    }

    /// <summary>The arrows that a page lists: rows of a table such as <c>| `Alerts` | `Detection`, `State` | … |</c> below a heading.</summary>
    public static SortedDictionary<string, SortedSet<string>> ListedIn(string page, string heading)
    {
        var rows = page[page.IndexOf(heading, StringComparison.Ordinal)..].Split('\n').Skip(1).TakeWhile(line => !line.StartsWith('#'))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|'));
        return new(rows.ToDictionary(row => row[1].Trim(' ', '`'), row => new SortedSet<string>(row[2].Split(',').Select(name => name.Trim(' ', '`')).Where(name => name.Length > 1), StringComparer.Ordinal)), StringComparer.Ordinal);
    }

    /// <summary>The folders that use one another, by whatever way round; none if there is no cycle.</summary>
    public static IReadOnlyList<string> Cycle(IReadOnlyDictionary<string, SortedSet<string>> arrows)
    {
        // What uses nothing that is left is in no cycle, nor is what only leads to it.
        var left = arrows.Keys.ToHashSet(StringComparer.Ordinal);
        while (left.RemoveWhere(folder => !arrows[folder].Overlaps(left)) > 0)
        {
        }

        return [.. left.Order(StringComparer.Ordinal)];
    }

    /// <summary>One row a folder, as the table has it.</summary>
    public static string[] Rows(IReadOnlyDictionary<string, SortedSet<string>> arrows) =>
        [.. arrows.Select(pair => $"| `{pair.Key}` | {string.Join(", ", pair.Value.Select(name => $"`{name}`"))} |")];

    private static IEnumerable<Type?> UsedBy(Type type)
    {
        var methods = type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything));
        return new[] { type.BaseType }.Concat(type.GetInterfaces()).Concat(type.GetFields(Everything).Select(field => field.FieldType))
            .Concat(methods.SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType)
                .Append((method as MethodInfo)?.ReturnType).Concat(InBody(type, method))));
    }

    private static IEnumerable<Type?> InBody(Type type, MethodBase method)
    {
        if (method.GetMethodBody() is not { } body || body.GetILAsByteArray() is not { } il)
        {
            yield break;
        }

        foreach (var local in body.LocalVariables)
        {
            yield return local.LocalType;
        }

        for (var at = 0; at < il.Length;)
        {
            var value = (int)il[at++];
            var code = OpCodesByValue[value == 0xFE ? 0xFE00 | il[at++] : value];
            if (code.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                var member = type.Module.ResolveMember(
                    BitConverter.ToInt32(il, at), type.IsGenericType ? type.GetGenericArguments() : null, method.IsGenericMethod ? method.GetGenericArguments() : null);
                yield return member as Type ?? member?.DeclaringType;
                foreach (var argument in member is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericArguments() : [])
                {
                    yield return argument;
                }
            }

            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }

    // A list of alerts is an alert, too.
    private static IEnumerable<Type> Parts(Type? type) => type is null ? []
        : type.HasElementType ? Parts(type.GetElementType())
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Prepend(type)
        : [type];
}
