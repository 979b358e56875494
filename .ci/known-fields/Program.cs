// Writes src/AuditWatch/Detection/Linting/KnownFields.txt: the resources of Kubernetes and the fields of their objects, from the client's models, which are made from the API server's OpenAPI.
//   dotnet run --project .ci/known-fields > src/AuditWatch/Detection/Linting/KnownFields.txt
using System.Reflection;
using System.Text.Json.Serialization;

var models = typeof(k8s.Models.V1Pod).Assembly.GetTypes().Where(type => type.Namespace == "k8s.Models" && type.IsClass).ToList();
var roots = models.Select(type => (type, entity: type.GetCustomAttributesData().FirstOrDefault(one => one.AttributeType.Name == "KubernetesEntityAttribute")))
    .Where(pair => pair.entity is not null && Named(pair.entity, "PluralName") is { Length: > 0 } && !pair.type.Name.EndsWith("List"))
    .Select(pair => (pair.type, plural: Named(pair.entity!, "PluralName")!)).OrderBy(pair => pair.plural, StringComparer.Ordinal).ThenBy(pair => pair.type.Name, StringComparer.Ordinal).ToList();
Console.WriteLine("# Written by .ci/known-fields. '= PLURAL TYPE...' is a resource, 'TYPE FIELD[:TYPE]...' what its objects have; below a field without a type anything can be.");
foreach (var same in roots.GroupBy(root => root.plural))
{
    Console.WriteLine($"= {same.Key} {string.Join(' ', same.Select(root => root.type.Name))}");
}

var written = new SortedDictionary<string, string>(StringComparer.Ordinal);
var waiting = new Stack<Type>(roots.Select(root => root.type));
while (waiting.TryPop(out var type))
{
    if (!written.ContainsKey(type.Name))
    {
        var fields = type.GetProperties().Select(property => (property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name, below: ModelIn(property.PropertyType))).Where(field => field.Name is not null).ToList();
        written[type.Name] = $"{type.Name} {string.Join(' ', fields.OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => field.below is null ? field.Name : $"{field.Name}:{field.below.Name}"))}";
        fields.Where(field => field.below is not null).ToList().ForEach(field => waiting.Push(field.below!));
    }
}

foreach (var line in written.Values)
{
    Console.WriteLine(line);
}

// Of a list, its elements; of a map nothing is known, nor of what is a text for people, such as a quantity.
Type? ModelIn(Type type) => type.IsGenericType && type.GetGenericArguments() is [var only] ? ModelIn(only) : models.Contains(type) && !type.Name.Contains("IntOrString") && !type.Name.Contains("Quantity") && type.Name != "V1JSONSchemaProps" ? type : null;

static string? Named(CustomAttributeData attribute, string name) => attribute.NamedArguments.FirstOrDefault(argument => argument.MemberName == name).TypedValue.Value as string;
