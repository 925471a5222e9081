namespace PatchSsl.Core.Runtime;

/// <summary>libtorch cannot be used as asked. The message is one sentence that says what to change.</summary>
public sealed class TorchUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
