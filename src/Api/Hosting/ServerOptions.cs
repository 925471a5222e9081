using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using PatchSsl.Core.Runtime;

namespace PatchSsl.Api.Hosting;

/// <summary>Every option of the server, read and checked before anything starts.</summary>
public sealed record ServerOptions(
    DataOptions Data, TorchOptions Torch, JobsOptions Jobs, LimitsOptions Limits, DeviceSearchOptions Search, DemoOptions Demo, AccessOptions Access)
{
    /// <summary>Reads the sections of the same names.</summary>
    /// <exception cref="StartupException">A value is wrong, or a name is misspelt: all of them in one line.</exception>
    public static ServerOptions Read(IConfiguration configuration)
    {
        var errors = new List<string>();
        var options = new ServerOptions(
            Section<DataOptions>(configuration, "Data", errors),
            Section<TorchOptions>(configuration, "Torch", errors),
            Section<JobsOptions>(configuration, "Jobs", errors),
            Section<LimitsOptions>(configuration, "Limits", errors),
            Section<DeviceSearchOptions>(configuration, "Search", errors),
            Section<DemoOptions>(configuration, "Demo", errors),
            Section<AccessOptions>(configuration, "Access", errors));
        OneOf("Torch:Device", options.Torch.Device, ["auto", "cpu", "cuda"], errors);
        OneOf("Torch:Precision", options.Torch.Precision, ["auto", "bf16", "float32"], errors);
        if (options.Torch.Threads is < 0 or > 1024) errors.Add($"Torch:Threads is {options.Torch.Threads}: allowed is 0 to 1024");
        if (options.Torch.LibraryPath is { } library && !Directory.Exists(library)) errors.Add($"Torch:LibraryPath '{library}' is no folder");
        foreach (var root in options.Data.ImportRoots.Where(r => !Directory.Exists(r))) errors.Add($"Data:ImportRoots '{root}' is no folder");
        return errors.Count == 0 ? options : throw new StartupException(string.Join("; ", errors));
    }

    private static T Section<T>(IConfiguration configuration, string name, List<string> errors) where T : class, new()
    {
        T value;
        try
        {
            value = configuration.GetSection(name).Get<T>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new T();
        }
        catch (InvalidOperationException e)
        {
            errors.Add(e.Message.Contains(nameof(BinderOptions.ErrorOnUnknownConfiguration))
                ? $"{name} has no option {e.Message[(e.Message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..]}"
                : e.Message.TrimEnd('.'));
            return new T();
        }
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(value, new ValidationContext(value), results, validateAllProperties: true);
        errors.AddRange(results.Select(r => Describe(name, value, r)));
        return value;
    }

    private static string Describe(string section, object options, ValidationResult result)
    {
        var member = result.MemberNames.First();
        var property = options.GetType().GetProperty(member)!;
        // A secret's value stays out of the message.
        var value = member == nameof(AccessOptions.ApiKey) ? "(hidden)" : Text(property.GetValue(options));
        var rule = property.GetCustomAttributes(inherit: true).OfType<ValidationAttribute>().FirstOrDefault() switch
        {
            RangeAttribute range => $"allowed is {Text(range.Minimum)} to {Text(range.Maximum)}",
            MinLengthAttribute length => $"needs at least {length.Length} characters",
            _ => "a value is needed",
        };
        return $"{section}:{member} is {value}: {rule}";
    }

    private static void OneOf(string name, string value, string[] allowed, List<string> errors)
    {
        if (!allowed.Contains(value)) errors.Add($"{name} is '{value}': allowed is {string.Join(", ", allowed)}");
    }

    private static string Text(object? value) => value switch
    {
        null or "" => "empty",
        string s => $"'{s}'",
        IEnumerable list => string.Join(", ", list.Cast<object>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
