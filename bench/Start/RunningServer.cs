using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PatchSsl.Bench;

/// <summary>The real server in a process of its own, on a free port.</summary>
internal sealed class RunningServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private readonly Process _process;

    private RunningServer(Process process, Uri address) => (_process, Http) = (process, new HttpClient { BaseAddress = address });

    public HttpClient Http { get; }

    /// <summary>From the process's start to the first good answer of the address waited for.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Starts the server and waits until it answers.</summary>
    /// <param name="assembly">PatchSsl.Api.dll, built or published.</param>
    /// <param name="until">Address that must answer with success.</param>
    public static RunningServer Start(string assembly, string data, string until = "/health/ready")
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var clock = Stopwatch.GetTimestamp();
        var process = Process.Start(new ProcessStartInfo("dotnet", [assembly, "--urls", address.ToString(), "--Data:Path", data])
        {
            WorkingDirectory = data,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new RunningServer(process, address);
        while (!server.Answers(until))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(clock) > Patience)
            {
                server.Dispose();
                throw new ArgumentException($"{assembly} did not answer {until}: is it built, with a libtorch?");
            }
            server.Rest(Pause);
        }
        server.StartTime = Stopwatch.GetElapsedTime(clock);
        return server;
    }

    /// <summary>Lets time pass, unless the server ends.</summary>
    public void Rest(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>CPU time used so far: unlike the clock's, it hardly depends on what else the machine does.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>CPU time used so far by the processes that the server started and that still run, such as its decoders.</summary>
    public TimeSpan ChildrenCpuTime
    {
        get
        {
            var children = Directory.EnumerateDirectories($"/proc/{_process.Id}/task").Select(thread => Path.Combine(thread, "children")).Where(File.Exists)
                .SelectMany(list => File.ReadAllText(list).Split(' ', StringSplitOptions.RemoveEmptyEntries));
            return children.Aggregate(TimeSpan.Zero, (sum, id) =>
            {
                using var child = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
                return sum + child.TotalProcessorTime;
            });
        }
    }

    /// <summary>A line of the kernel's account of the process's memory, in MB (10⁶ bytes).</summary>
    /// <param name="field">Rss, Pss, Pss_Anon.</param>
    public double Memory(string field)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/smaps_rollup").First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return double.Parse(line.AsSpan(field.Length + 1, line.Length - field.Length - 1 - "kB".Length), CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    /// <summary>Whether a file of this name is mapped.</summary>
    public bool HasLoaded(string name) => File.ReadLines($"/proc/{_process.Id}/maps").Any(l => l.Contains(name, StringComparison.OrdinalIgnoreCase));

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        Http.Dispose();
    }

    private bool Answers(string path)
    {
        try
        {
            using var response = Http.Send(new HttpRequestMessage(HttpMethod.Get, path));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
