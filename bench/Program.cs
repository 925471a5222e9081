using PatchSsl.Bench;

// Every figure of a case comes from one run, side by side with what it is compared to: machines differ, and differ from hour to hour.
switch (args)
{
    case ["search", .. var options]:
        return SearchBench.Run(options);
    default:
        Console.Error.WriteLine("Usage: dotnet run -c Release --project bench -- <case>");
        Console.Error.WriteLine("  search [rows] [dim]   exact search of an index file, against reading as many bytes from memory (200000 512)");
        return 2;
}
