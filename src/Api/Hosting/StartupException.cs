namespace PatchSsl.Api.Hosting;

/// <summary>The server cannot start; the message is the one line that says why.</summary>
public sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
