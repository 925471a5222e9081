// Draws LineChart with Plotly from this server's own files, loaded when the first chart appears.
const source = "_content/Plotly.Blazor/plotly-basic-3.7.0.min.js";
const light = ["#0b6e69", "#6a3fc4", "#c2570c", "#1d5fbf", "#b0246f", "#5d6b14"];
const dark = ["#4fd1c5", "#b79cff", "#ffa657", "#7db2ff", "#ff8fc2", "#c5d86d"];
let loading;

function plotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(source, document.baseURI);
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { loading = undefined; reject(new Error("The chart library could not be loaded.")); };
    document.head.append(script);
  });
  return loading;
}

// Live changes wait for a frame, and a frame draws as many charts as fit: a page of them stays smooth, and of several changes of one
// chart only the last is drawn.
const frameShare = 8; // milliseconds
const waiting = new Set();
let frame = 0;

export async function draw(element, owner, spec, bytes) {
  const Plotly = await plotly();
  if (!element) return;
  element.chart ??= start(element, owner);
  element.chart.columns = spec.series.map(take(bytes, element.chart.columns));
  element.chart.spec = spec;
  element.chart.isNew = true;
  if (element.layout) later(element); else show(Plotly, element);
}

function start(element, owner) {
  // Whatever gives the chart another size, be it a tab, a drawer, a fold, a table or the window: it fits the room that it has.
  const sized = new ResizeObserver(() => {
    if (element.clientWidth !== element.chart?.width || element.clientHeight !== element.chart?.height) later(element);
  });
  sized.observe(element);
  return { columns: [], owner, sized };
}

function later(element) {
  waiting.add(element);
  frame ||= requestAnimationFrame(next);
}

function next() {
  const until = performance.now() + frameShare;
  do {
    const [element] = waiting;
    waiting.delete(element);
    if (element?.chart) show(window.Plotly, element);
  } while (waiting.size > 0 && performance.now() < until);
  frame = waiting.size > 0 ? requestAnimationFrame(next) : 0;
}

// Without room, as in a tab that is not open, the chart library would take a size of its own: what is new waits until there is some.
function show(Plotly, element) {
  const { chart, clientWidth: width, clientHeight: height } = element;
  if (!element.isConnected || width === 0 || height === 0) return;
  const start = performance.now(), isFirst = !element.layout, { spec, columns } = chart;
  const isSized = width !== chart.width || height !== chart.height;
  Object.assign(chart, { width, height });
  if (chart.isNew) {
    const theme = read(element);
    Plotly.react(element, traces(spec, columns, theme), layout(element, spec, theme), config);
    chart.isNew = false;
  } else if (isSized) {
    Plotly.relayout(element, { autosize: true });
  }
  if (isFirst) element.on("plotly_relayout", change => report(element, chart.owner, change));
  measured(start);
}

export function reset(element) {
  if (element?.layout) window.Plotly.relayout(element, { "xaxis.autorange": true, "yaxis.autorange": true });
}

// A picture at twice the size on screen, on the page's background instead of none.
export async function save(element, name) {
  if (!element?.layout) return;
  const { surface } = read(element);
  const picture = { data: element.data, layout: { ...element.layout, paper_bgcolor: surface, plot_bgcolor: surface } };
  await window.Plotly.downloadImage(picture, { format: "png", filename: name, width: element.clientWidth, height: element.clientHeight, scale: 2 });
}

export function remove(element) {
  waiting.delete(element);
  if (!element?.chart) return;
  element.chart.sized.disconnect();
  element.chart = undefined;
  if (element.layout) window.Plotly.purge(element);
}

// Numbers come as one block of float64, column after column, series after series; of each column only what is not known yet.
function take(bytes, known) {
  const fresh = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  let at = 0;
  return (s, i) => Array.from({ length: 2 + (s.band ? 2 : 0) + (s.faint ? 1 : 0) }, (_, c) => {
    const column = new Float64Array(s.length);
    if (s.keep > 0) column.set(known[i][c].subarray(0, s.keep));
    column.set(fresh.subarray(at, at += s.length - s.keep), s.keep);
    return column;
  });
}

// Seen by a browser's tools and by bench -- web; not kept, since a run may go on for days.
function measured(start) {
  performance.measure("patchssl-chart", { start });
  performance.clearMeasures("patchssl-chart");
}

const config = {
  responsive: false, displayModeBar: false, scrollZoom: false, doubleClick: "reset",
};

function read(element) {
  const style = getComputedStyle(element);
  const isDark = element.closest(".dashboard.dark") !== null;
  return { style, isDark, text: style.getPropertyValue("--mud-palette-text-secondary").trim(), grid: style.getPropertyValue("--mud-palette-lines-default").trim(),
    surface: style.getPropertyValue("--mud-palette-surface").trim(), palette: isDark ? dark : light };
}

function traces(spec, columns, theme) {
  const result = [];
  spec.series.forEach((s, i) => {
    const rest = columns[i].slice(2);
    let color = s.color ?? theme.palette[i % theme.palette.length];
    if (color.startsWith("--")) color = theme.style.getPropertyValue(color).trim();
    const x = spec.dates ? Array.from(columns[i][0], t => new Date(t).toISOString()) : columns[i][0];
    const y = columns[i][1];
    const quiet = { x, type: "scatter", mode: "lines", hoverinfo: "skip", showlegend: false, legendgroup: s.name };
    if (s.band) {
      const low = rest.shift(), high = rest.shift();
      result.push({ ...quiet, y: low, line: { width: 0, color } });
      result.push({ ...quiet, y: high, line: { width: 0, color }, fill: "tonexty", fillcolor: fade(color, 0.14) });
    }
    if (s.faint) result.push({ ...quiet, y: rest.shift(), line: { width: 1, color: fade(color, 0.3) } });
    if (s.style === "faint") { result.push({ ...quiet, y, name: s.name, line: { width: 1, color: fade(color, 0.4) } }); return; }
    result.push({
      x, y, type: "scatter", name: s.name, legendgroup: s.name, showlegend: s.listed ?? true, mode: s.style === "points" ? "markers" : s.style === "lineAndPoints" || s.length === 1 ? "lines+markers" : "lines",
      line: { width: 2, color, dash: s.style === "dashed" ? "dash" : "solid", simplify: true }, marker: { size: 6, color },
    });
  });
  return result;
}

function layout(element, spec, theme) {
  const axis = { gridcolor: theme.grid, zeroline: false, linecolor: theme.grid, tickcolor: theme.grid, automargin: true, fixedrange: matchMedia("(pointer: coarse)").matches };
  element.revision = (element.revision ?? 0) + 1;
  return {
    datarevision: element.revision, uirevision: spec.revision, // One revision of the view: new data never moves what a person zoomed to.
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.style.fontFamily, size: 12, color: theme.text }, margin: { l: 48, r: 12, t: 8, b: 40 },
    showlegend: spec.legend && spec.series.filter(s => s.style !== "faint").length > 1, legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: 12 } },
    hovermode: "x unified", hoverlabel: { namelength: 28, bgcolor: theme.surface, bordercolor: theme.grid, font: { color: theme.text } },
    xaxis: { ...axis, title: { text: spec.xTitle, standoff: 8 }, type: spec.dates ? "date" : spec.logX ? "log" : "linear", ...(spec.dates ? {} : { hoverformat: ",.6~g" }),
      ...(spec.ticks ? { tickvals: spec.ticks, ticktext: spec.ticks.map(t => `${t}`) } : {}) },
    yaxis: { ...axis, title: { text: spec.yTitle, standoff: 8 }, type: spec.logY ? "log" : "linear", tickformat: spec.percent ? spec.close ? "~%" : ".0%" : undefined,
      hoverformat: spec.percent ? ".1%" : ".4~g", rangemode: "normal",
      autorangeoptions: !spec.percent ? undefined : spec.close ? { clipmin: 0, clipmax: 1 } : { minallowed: 0, maxallowed: 1 } },
  };
}

function fade(color, alpha) {
  const hex = /^#([0-9a-f]{6})/i.exec(color);
  if (hex) { const n = parseInt(hex[1], 16); return `rgba(${n >> 16},${n >> 8 & 255},${n & 255},${alpha})`; }
  return color.replace(/rgba?\(([^,]+),([^,]+),([^,)]+).*/, `rgba($1,$2,$3,${alpha})`);
}

function report(element, owner, change) {
  if (change["xaxis.autorange"]) owner.invokeMethodAsync("OnRange", null, null);
  else if (change["xaxis.range[0]"] !== undefined) owner.invokeMethodAsync("OnRange", number(change["xaxis.range[0]"]), number(change["xaxis.range[1]"]));
}

const number = value => typeof value === "number" ? value : Date.parse(value + "Z");
