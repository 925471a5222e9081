using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using PatchSsl.Web.Charts;
using PatchSsl.Web.Tests.Support;

namespace PatchSsl.Web.Tests.Explain;

public sealed class SavePictureTests : DashboardContext
{
    [Fact]
    public async Task The_element_is_saved_under_its_name_as_png()
    {
        var picture = new ElementReference("figure-1");
        var module = JSInterop.SetupModule("./js/pictures.js");
        module.SetupVoid("savePart", _ => true).SetVoidResult();
        var button = Render<SavePicture>(p => p.Add(x => x.Title, "Locality").Add(x => x.File, "locality").Add(x => x.Picture, () => picture));
        await button.InvokeAsync(() => button.Find("button[aria-label='Save Locality as PNG']").Click());
        var call = module.VerifyInvoke("savePart");
        Assert.Equal(["locality.png", picture], call.Arguments);
    }
}
