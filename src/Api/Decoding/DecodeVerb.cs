using System.Runtime.InteropServices;
using PatchSsl.Core.Images;

namespace PatchSsl.Api.Decoding;

/// <summary>
/// The decoder child, <c>PatchSsl.Api decode</c>: decodes untrusted images where a fault of a native decoder costs one image and
/// no more. It lives until its standard input closes, which also happens when the server dies.
/// </summary>
public static class DecodeVerb
{
    public static int Run(Stream questions, Stream answers)
    {
        // Ctrl+C in a terminal reaches every process of the group: the server decides what it means.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        while (DecodeProtocol.ReadQuestion(questions) is { } question)
        {
            try
            {
                var image = ImageDecoder.Decode(question.Data, question.Limits, question.LongestSide);
                DecodeProtocol.Reply(answers, image.Width, image.Height, image.Rgb);
            }
            catch (ImageRejectedException rejected)
            {
                DecodeProtocol.ReplyFault(answers, rejected.Fault, rejected.Message);
            }
        }
        return 0;
    }
}
