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
})();
