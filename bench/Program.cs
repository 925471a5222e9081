using PatchSsl.Bench;

// Every figure of a case comes from one run, side by side with what it is compared to: machines differ, and differ from hour to hour.
if (args is ["page"])
{
    PerformancePage.Write();
    return 0;
}
if (args is not [var name, ..] || BenchCases.All.FirstOrDefault(c => c.Name == name) is not { } bench)
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project bench -- <case> [--json FILE] [options]");
    foreach (var known in BenchCases.All) Console.Error.WriteLine($"  {known.Name,-10} {known.What}");
    Console.Error.WriteLine($"  {"page",-10} the tables of docs/performance.md from bench/results");
    return 2;
}
try
{
    var options = BenchOptions.Parse(args.AsSpan(1));
    var machine = Machine.Here(TimeProvider.System);
    var report = bench.Run(options);
    Console.WriteLine(ReportTable.Text(report));
    foreach (var note in report.Notes) Console.WriteLine(note);
    Console.WriteLine(new ReportFile(report, machine).Write(options.Text("json")));
    return 0;
}
catch (ArgumentException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
