using Microsoft.JSInterop;

namespace PatchSsl.Web.State;

/// <summary>What the person wants: the system's choice, or one of their own.</summary>
public enum ThemeMode { System, Light, Dark }

/// <summary>Light or dark, remembered in this browser.</summary>
public sealed class ThemePreference(IJSRuntime js)
{
    private const string Key = "patchssl.theme";

    public event Action? Changed;

    public ThemeMode Mode { get; private set; }

    /// <summary>What the system says now.</summary>
    public bool SystemIsDark { get; private set; }

    public bool IsDark => Mode == ThemeMode.Dark || Mode == ThemeMode.System && SystemIsDark;

    public async Task LoadAsync(bool systemIsDark)
    {
        SystemIsDark = systemIsDark;
        var stored = await js.InvokeAsync<string?>("localStorage.getItem", Key);
        Mode = Enum.TryParse<ThemeMode>(stored, out var mode) ? mode : ThemeMode.System;
        Changed?.Invoke();
    }

    public async Task SetAsync(ThemeMode mode)
    {
        Mode = mode;
        Changed?.Invoke();
        await js.InvokeVoidAsync("localStorage.setItem", Key, mode.ToString());
    }

    public void SystemChanged(bool dark)
    {
        SystemIsDark = dark;
        Changed?.Invoke();
    }
}
