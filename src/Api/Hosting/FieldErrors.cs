using System.Text.Json;

namespace PatchSsl.Api.Hosting;

/// <summary>Gathers what is wrong with a request's fields, so that a caller learns all of it at once.</summary>
public sealed class FieldErrors
{
    private readonly SortedDictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    public void Add(string field, string sentence)
    {
        if (!_errors.TryGetValue(field, out var sentences)) _errors.Add(field, sentences = []);
        sentences.Add(sentence);
    }

    /// <summary>Adds another's errors, under fields of this request.</summary>
    public void Take(FieldErrors others, Func<string, string> field)
    {
        foreach (var (name, sentences) in others._errors)
            foreach (var sentence in sentences) Add(field(name), sentence);
    }

    /// <summary>The enum value of a text; absent text means the fallback.</summary>
    public T Choice<T>(string field, string? text, T fallback) where T : struct, Enum
    {
        if (string.IsNullOrEmpty(text)) return fallback;
        foreach (var value in Enum.GetValues<T>())
        {
            if (Name(value) == text) return value;
        }
        Add(field, $"{field} is '{Problems.Shown(text)}': allowed is {string.Join(", ", Enum.GetValues<T>().Select(Name))}.");
        return fallback;
    }

    public bool Any => _errors.Count > 0;

    /// <exception cref="ProblemException">422, when anything was added.</exception>
    public void Throw(string type = "invalid_fields")
    {
        if (Any) throw new ProblemException(Problems.Invalid(_errors.ToDictionary(e => e.Key, e => e.Value.ToArray()), type));
    }

    private static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
