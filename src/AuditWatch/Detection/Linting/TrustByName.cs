using AuditWatch.Detection.Sigma;

namespace AuditWatch.Detection.Linting;

/// <summary>
/// Finds exceptions that trust a sender by less than their whole name: where letter case does not count, or where it may begin with anything. Whoever has a
/// certificate signed, or makes a service account, chooses the name.
/// </summary>
internal static class TrustByName
{
    /// <summary>Reports the exceptions in a condition: what stands below a <c>not</c>.</summary>
    public static void Report(Expression condition, Diagnostics diagnostics) => Report(condition, isException: false, diagnostics);

    private static void Report(Expression expression, bool isException, Diagnostics diagnostics)
    {
        switch (expression)
        {
            case Expression.Selection selection:
                Report(selection.Body, isException, diagnostics);
                break;
            case Expression.Not negation:
                Report(negation.Part, !isException, diagnostics);
                break;
            case Expression.And all:
                all.Parts.ToList().ForEach(part => Report(part, isException, diagnostics));
                break;
            case Expression.Or any:
                any.Parts.ToList().ForEach(part => Report(part, isException, diagnostics));
                break;
            case Expression.Field { Test: ValueTest.Regex { Expression.IgnoresCase: true } } field when isException && NameFields.IsOfSender(field.Path):
                diagnostics.Error(field.Location,
                    $"an exception by {field.Path} without regard to letter case trusts System:Node:n1, whom anybody may be called, as system:node:n1; take the 'i' out of the expression");
                break;
            case Expression.Field { Test: ValueTest.Text { Pattern.Parts: [{ Kind: SigmaString.PartKind.AnyText }, ..] } } field
                when isException && NameFields.IsOfSender(field.Path):
                diagnostics.Error(field.Location, $"an exception by the end of {field.Path} trusts whoever is called mallory-… besides; name the account in full");
                break;
        }
    }
}
