// A live run's hub, inside the page: what the server would send is handed to the dashboard's own connection, so that an update is
// timed from the arrival of its message to the frame that shows it, on one clock.
(() => {
  const end = "\u001e";
  class Hub extends EventTarget {
    constructor(url) { super(); Object.assign(this, { url, readyState: 0, binaryType: "blob", bufferedAmount: 0, protocol: "", extensions: "" }); window.hub = this; setTimeout(() => { this.readyState = 1; this.raise(new Event("open")); }); }
    raise(event) { this["on" + event.type]?.(event); this.dispatchEvent(event); }
    tell(message) { this.raise(new MessageEvent("message", { data: JSON.stringify(message) + end })); }
    send(data) {
      const text = typeof data === "string" ? data : new TextDecoder().decode(data);
      for (const part of text.split(end).filter(p => p)) {
        const message = JSON.parse(part);
        if (message.protocol) setTimeout(() => this.tell({}));
        else if (message.invocationId) setTimeout(() => { this.tell({ type: 3, invocationId: message.invocationId, result: null }); window.hubReady = true; });
      }
    }
    close() { this.readyState = 3; this.raise(new CloseEvent("close", { code: 1000, wasClean: true })); }
  }
  Object.assign(Hub, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });
  Object.assign(Hub.prototype, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });
  const Real = window.WebSocket;
  window.WebSocket = new Proxy(Real, { construct: (target, args) => String(args[0]).includes("/hubs/") ? new Hub(args[0]) : new target(...args) });

  let drawn = [];
  new PerformanceObserver(list => drawn.push(...list.getEntries().filter(e => e.name === "patchssl-chart"))).observe({ entryTypes: ["measure"] });
  // One update: [milliseconds to the frame that shows the last chart, those of them in the chart's script, the longest chart].
  window.update = async (run, points, charts) => {
    drawn = [];
    const start = performance.now();
    window.hub.tell({ type: 1, target: "Points", arguments: [run, points] });
    while (drawn.length < charts && performance.now() - start < 5000) await new Promise(r => requestAnimationFrame(() => setTimeout(r)));
    const whole = Math.max(...drawn.map(d => d.startTime + d.duration)) - start;
    return [whole, drawn.reduce((sum, d) => sum + d.duration, 0), Math.max(...drawn.map(d => d.duration)), drawn.length];
  };

  // One chart of several series through the dashboard's own script: the milliseconds of each update with one new point a series.
  window.overlay = async (points, series, updates) => {
    const { draw, remove } = await import(new URL("js/chart.js", document.baseURI));
    const element = document.createElement("div");
    element.style = "width: 600px; height: 300px";
    document.querySelector(".dashboard").prepend(element);
    const times = [];
    for (let length = points - updates, keep = 0; length <= points; keep = length++) {
      const fresh = new Float64Array(series * 2 * (length - keep));
      for (let s = 0, at = 0; s < series; s++) {
        for (let i = keep; i < length; i++) fresh[at++] = i;
        for (let i = keep; i < length; i++) fresh[at++] = (s + 1) * Math.exp(-i / 400) + 0.1 * Math.random();
      }
      const spec = { series: Array.from({ length: series }, (_, s) => ({ name: `run ${s}`, keep, length, color: null, style: "line", faint: false, band: false, listed: true })),
        xTitle: "step", yTitle: "", logX: false, logY: false, dates: false, percent: false, revision: "", ticks: null, close: false, legend: true };
      drawn = [];
      await draw(element, null, spec, new Uint8Array(fresh.buffer));
      while (drawn.length === 0) await new Promise(r => requestAnimationFrame(() => setTimeout(r)));
      times.push(drawn[0].duration);
    }
    remove(element);
    element.remove();
    return times.slice(1);
  };
})();
