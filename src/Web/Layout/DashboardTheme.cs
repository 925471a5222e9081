using MudBlazor;

namespace PatchSsl.Web.Layout;

/// <summary>Colours and type. Every text colour has at least 4.5 : 1 against the surfaces it stands on, in both palettes.</summary>
public static class DashboardTheme
{
    private static readonly string[] Sans = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Ubuntu", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0b6e69",
            PrimaryContrastText = "#ffffff",
            Secondary = "#6a3fc4",
            SecondaryContrastText = "#ffffff",
            Info = "#1d5fbf",
            Success = "#1b7440",
            Warning = "#8f5800",
            Error = "#b3261e",
            Background = "#f6f7f9",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1a2230",
            DrawerBackground = "#ffffff",
            DrawerText = "#3c475a",
            DrawerIcon = "#5a667a",
            TextPrimary = "#1a2230",
            TextSecondary = "#566176",
            ActionDefault = "#566176",
            LinesDefault = "#e1e5eb",
            LinesInputs = "#7d8798",
            Divider = "#e1e5eb",
            TableLines = "#e6e9ee",
            TableHover = "#f0f4f5",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#4fd1c5",
            PrimaryContrastText = "#04211f",
            Secondary = "#b79cff",
            SecondaryContrastText = "#1c0f3d",
            Info = "#7db2ff",
            Success = "#6fd195",
            Warning = "#f0b455",
            Error = "#ff8a80",
            InfoContrastText = "#07182f",
            SuccessContrastText = "#06210f",
            WarningContrastText = "#2a1a00",
            ErrorContrastText = "#3a0805",
            Background = "#0f141b",
            Surface = "#171e27",
            AppbarBackground = "#131922",
            AppbarText = "#e6eaf0",
            DrawerBackground = "#131922",
            DrawerText = "#c3cad6",
            DrawerIcon = "#98a3b5",
            TextPrimary = "#e6eaf0",
            TextSecondary = "#a3aec0",
            ActionDefault = "#a3aec0",
            LinesDefault = "#2a3441",
            LinesInputs = "#6b788c",
            Divider = "#2a3441",
            TableLines = "#27303c",
            TableHover = "#1d2631",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Sans, FontSize = "0.9rem", LineHeight = "1.5", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = Sans, TextTransform = "none", FontWeight = "600", LetterSpacing = "normal" },
            H6 = new H6Typography { FontFamily = Sans, FontSize = "1.1rem", FontWeight = "600", LetterSpacing = "normal" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", DrawerWidthLeft = "232px", AppbarHeight = "56px" },
    };
}
