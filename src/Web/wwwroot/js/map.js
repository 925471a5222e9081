// Draws MapScatter: up to 200,000 points by WebGL 2, axes, lasso and marks on a canvas over them. Both axes have one scale, so distances are true.
const pointShader = `#version 300 es
layout(location = 0) in vec2 place; layout(location = 1) in uint category; layout(location = 2) in uint chosen;
uniform vec2 centre, scale; uniform float size; uniform uint pass; uniform bool choosing; uniform sampler2D palette;
out vec4 color; flat out uint shape;
void main() {
  color = texelFetch(palette, ivec2(int(category), 0), 0);
  shape = category == 255u ? 0u : (category / 10u) % 4u;
  if (choosing && chosen == 0u) color.a *= 0.13;
  bool drawn = color.a > 0.0 && (!choosing || chosen == pass);
  gl_Position = drawn ? vec4((place - centre) * scale, 0, 1) : vec4(9, 9, 9, 1);
  gl_PointSize = size;
}`;
const pixelShader = `#version 300 es
precision mediump float;
in vec4 color; flat in uint shape; out vec4 pixel;
void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  float outside = shape == 0u ? length(p) : shape == 1u ? max(abs(p.x), abs(p.y)) + 0.12
    : shape == 2u ? max(abs(p.x) * 1.15 - p.y * 0.6 + 0.45, p.y + 0.1) : abs(p.x) + abs(p.y);
  float alpha = color.a * (1.0 - smoothstep(0.8, 1.0, outside));
  pixel = vec4(color.rgb * alpha, alpha);
}`;
const margin = { left: 54, right: 10, top: 10, bottom: 40 };
const near = 9; // pixels within which a point is under the pointer
const none = new Uint8Array(0);

export function draw(element, owner, frame, places, categories) {
  const map = element.map ??= start(element, owner);
  map.frame = frame;
  if (places) setPlaces(map, places);
  if (categories) setCategories(map, categories);
  setPalette(map);
  render(map);
}

export function select(element, bytes) {
  const map = element?.map;
  if (!map?.count) return;
  map.chosen = new Uint8Array(map.count);
  map.choosing = bytes !== null;
  if (bytes) for (const i of numbers(bytes, Int32Array)) map.chosen[i] = 1;
  upload(map, map.buffers.chosen, map.chosen);
  render(map);
}

export function mark(element, index) {
  if (!element?.map || element.map.marked === index) return;
  element.map.marked = index;
  render(element.map);
}

export function mode(element, lasso) {
  if (element?.map) element.map.lasso = lasso;
}

export function zoom(element, factor) {
  const map = element?.map;
  if (!map) return;
  if (factor === 0) fit(map); else zoomAt(map, factor, ...middle(map));
  render(map);
}

// The picture as a PNG with its axes and legend, on the page's own background.
export async function picture(element) {
  const map = element?.map;
  if (!map) return none;
  paint(map);
  const { width, height } = map.over, ratio = map.ratio, line = 18 * ratio;
  const sheet = document.createElement("canvas"), pen = sheet.getContext("2d");
  const place = (drawing) => {
    let x = margin.left * ratio, y = height + line;
    pen.font = `${12 * ratio}px ${map.theme.font}`;
    map.frame.names.forEach((name, i) => {
      if (!map.frame.shown[i]) return;
      const room = pen.measureText(name).width + 34 * ratio;
      if (x + room > width - 8 * ratio) { x = margin.left * ratio; y += line; }
      if (drawing) {
        pen.fillStyle = map.frame.colors[i];
        outline(pen, Math.floor(i / 10) % 4, x + 6 * ratio, y - 4 * ratio, 5 * ratio);
        pen.fillStyle = map.theme.text;
        pen.fillText(name, x + 18 * ratio, y);
      }
      x += room;
    });
    return y + line;
  };
  sheet.width = width;
  sheet.height = place(false);
  pen.fillStyle = map.theme.surface;
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(map.canvas, 0, 0);
  pen.drawImage(map.over, 0, 0);
  place(true);
  const blob = await new Promise(resolve => sheet.toBlob(resolve, "image/png"));
  return new Uint8Array(await blob.arrayBuffer());
}

export function remove(element) {
  const map = element?.map;
  if (!map) return;
  map.stop();
  element.map = undefined;
}

function start(element, owner) {
  const canvas = document.createElement("canvas"), over = document.createElement("canvas");
  element.append(canvas, over);
  const gl = canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: true });
  if (!gl) { canvas.remove(); over.remove(); throw new Error("This browser has no WebGL 2."); }
  const map = { element, owner, canvas, over, gl, pen: over.getContext("2d"), chosen: none, choosing: false, marked: -1, hover: -1, lasso: false, path: null, count: 0, centre: [0, 0], scale: 1, fitted: false };
  prepare(map);
  const lost = event => event.preventDefault();
  const restored = () => { prepare(map); restore(map); render(map); };
  canvas.addEventListener("webglcontextlost", lost);
  canvas.addEventListener("webglcontextrestored", restored);
  const resized = new ResizeObserver(() => render(map));
  resized.observe(element);
  const quiet = listen(map);
  map.stop = () => {
    resized.disconnect();
    quiet();
    cancelAnimationFrame(map.waiting);
    clearTimeout(map.hovering);
    gl.getExtension("WEBGL_lose_context")?.loseContext();
    canvas.remove();
    over.remove();
  };
  return map;
}

function prepare(map) {
  const gl = map.gl, program = gl.createProgram();
  for (const [type, text] of [[gl.VERTEX_SHADER, pointShader], [gl.FRAGMENT_SHADER, pixelShader]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  gl.useProgram(program);
  map.uniforms = Object.fromEntries(["centre", "scale", "size", "pass", "choosing"].map(n => [n, gl.getUniformLocation(program, n)]));
  map.buffers = { places: gl.createBuffer(), categories: gl.createBuffer(), chosen: gl.createBuffer(), order: gl.createBuffer() };
  const at = (location, buffer, set) => { gl.bindBuffer(gl.ARRAY_BUFFER, buffer); gl.enableVertexAttribArray(location); set(location); };
  at(0, map.buffers.places, l => gl.vertexAttribPointer(l, 2, gl.FLOAT, false, 0, 0));
  at(1, map.buffers.categories, l => gl.vertexAttribIPointer(l, 1, gl.UNSIGNED_BYTE, 0, 0));
  at(2, map.buffers.chosen, l => gl.vertexAttribIPointer(l, 1, gl.UNSIGNED_BYTE, 0, 0));
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, map.buffers.order);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
}

function restore(map) {
  if (map.count === 0) return;
  upload(map, map.buffers.places, map.places);
  upload(map, map.buffers.categories, map.categories);
  upload(map, map.buffers.chosen, map.chosen);
  map.gl.bufferData(map.gl.ELEMENT_ARRAY_BUFFER, map.order, map.gl.STATIC_DRAW);
  setPalette(map);
}

function upload(map, buffer, data) {
  map.gl.bindBuffer(map.gl.ARRAY_BUFFER, buffer);
  map.gl.bufferData(map.gl.ARRAY_BUFFER, data, map.gl.STATIC_DRAW);
}

const numbers = (bytes, type) => new type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));

function setPlaces(map, bytes) {
  const [flat, count] = [numbers(bytes, Float32Array), bytes.byteLength / 8]; // x of all points, then y of all
  map.places = new Float32Array(count * 2);
  for (let i = 0; i < count; i++) { map.places[2 * i] = flat[i]; map.places[2 * i + 1] = flat[count + i]; }
  map.count = count;
  map.categories = new Uint8Array(count);
  map.chosen = new Uint8Array(count);
  map.choosing = false;
  [map.hover, map.marked, map.path] = [-1, -1, null];
  map.order = shuffled(count);
  map.cells = cellsOf(map);
  upload(map, map.buffers.places, map.places);
  upload(map, map.buffers.categories, map.categories);
  upload(map, map.buffers.chosen, map.chosen);
  map.gl.bufferData(map.gl.ELEMENT_ARRAY_BUFFER, map.order, map.gl.STATIC_DRAW);
  map.fitted = false;
}

function setCategories(map, bytes) {
  map.categories = new Uint8Array(bytes);
  upload(map, map.buffers.categories, map.categories);
}

function setPalette(map) {
  const texels = new Uint8Array(256 * 4);
  const put = (i, color, alpha) => {
    const n = parseInt(color.slice(1), 16);
    texels.set([n >> 16, n >> 8 & 255, n & 255, alpha], 4 * i);
  };
  map.frame.colors.forEach((color, i) => put(i, color, map.frame.shown[i] ? 215 : 0));
  put(255, map.frame.other, map.frame.showOther ? 150 : 0);
  map.gl.texImage2D(map.gl.TEXTURE_2D, 0, map.gl.RGBA, 256, 1, 0, map.gl.RGBA, map.gl.UNSIGNED_BYTE, texels);
}

// Patches of a class follow each other: drawn in their order, the last class would hide the others.
function shuffled(count) {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  let state = 2463534242;
  for (let i = count - 1; i > 0; i--) {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    const j = (state >>> 0) % (i + 1), kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
  return order;
}

// Points sorted into a grid of cells, so that the one under the pointer is found among a few.
function cellsOf(map) {
  let [left, bottom, right, top] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < map.count; i++) {
    const x = map.places[2 * i], y = map.places[2 * i + 1];
    if (x < left) left = x; if (x > right) right = x; if (y < bottom) bottom = y; if (y > top) top = y;
  }
  const wide = Math.max(right - left, top - bottom, 1e-9), side = Math.max(1, Math.ceil(Math.sqrt(map.count / 3))), step = wide * 1.0001 / side;
  const cell = i => Math.floor((map.places[2 * i + 1] - bottom) / step) * side + Math.floor((map.places[2 * i] - left) / step);
  const starts = new Uint32Array(side * side + 1), sorted = new Uint32Array(map.count);
  for (let i = 0; i < map.count; i++) starts[cell(i) + 1]++;
  for (let c = 0; c < side * side; c++) starts[c + 1] += starts[c];
  const next = starts.slice();
  for (let i = 0; i < map.count; i++) sorted[next[cell(i)]++] = i;
  return { left, bottom, right, top, side, step, starts, sorted };
}

function inner(map) {
  const { clientWidth: width, clientHeight: height } = map.element;
  return { left: margin.left, top: margin.top, width: Math.max(20, width - margin.left - margin.right), height: Math.max(20, height - margin.top - margin.bottom) };
}

function middle(map) {
  const room = inner(map);
  return [room.left + room.width / 2, room.top + room.height / 2];
}

function fit(map) {
  const room = inner(map), { left, bottom, right, top } = map.cells;
  map.centre = [(left + right) / 2, (bottom + top) / 2];
  map.scale = 0.94 * Math.min(room.width / Math.max(right - left, 1e-6), room.height / Math.max(top - bottom, 1e-6));
  map.fullScale = map.scale;
  map.fitted = true;
}

const toScreen = (map, x, y) => { const [mx, my] = middle(map); return [mx + (x - map.centre[0]) * map.scale, my - (y - map.centre[1]) * map.scale]; };
const toData = (map, x, y) => { const [mx, my] = middle(map); return [map.centre[0] + (x - mx) / map.scale, map.centre[1] - (y - my) / map.scale]; };

function zoomAt(map, factor, x, y) {
  if (map.count === 0) return;
  const [dx, dy] = toData(map, x, y);
  map.scale = Math.min(map.fullScale * 500, Math.max(map.fullScale * 0.3, map.scale * factor));
  const [mx, my] = middle(map);
  map.centre = [dx - (x - mx) / map.scale, dy + (y - my) / map.scale];
}

const visible = (map, i) => map.categories[i] === 255 ? map.frame.showOther : map.frame.shown[map.categories[i]];

function nearest(map, x, y) {
  if (map.count === 0) return -1;
  const [dx, dy] = toData(map, x, y), reach = near / map.scale, c = map.cells;
  const range = (value, low) => Math.min(c.side - 1, Math.max(0, Math.floor((value - low) / c.step)));
  let best = -1, least = reach * reach;
  for (let row = range(dy - reach, c.bottom); row <= range(dy + reach, c.bottom); row++) {
    for (let column = range(dx - reach, c.left); column <= range(dx + reach, c.left); column++) {
      for (let s = c.starts[row * c.side + column]; s < c.starts[row * c.side + column + 1]; s++) {
        const i = c.sorted[s], far = (map.places[2 * i] - dx) ** 2 + (map.places[2 * i + 1] - dy) ** 2;
        if (far <= least && visible(map, i)) [best, least] = [i, far];
      }
    }
  }
  return best;
}

function inside(map, path) {
  const xs = path.map(p => p[0]), ys = path.map(p => p[1]), found = [];
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  for (let i = 0; i < map.count; i++) {
    const x = map.places[2 * i], y = map.places[2 * i + 1];
    if (x < left || x > right || y < bottom || y > top || !visible(map, i)) continue;
    let within = false;
    for (let a = 0, b = path.length - 1; a < path.length; b = a++) {
      if (ys[a] > y !== ys[b] > y && x < (xs[b] - xs[a]) * (y - ys[a]) / (ys[b] - ys[a]) + xs[a]) within = !within;
    }
    if (within) found.push(i);
  }
  return Int32Array.from(found);
}

function render(map) {
  map.waiting ||= requestAnimationFrame(() => { map.waiting = 0; if (map.element.isConnected) paint(map); });
}

function paint(map) {
  const begun = performance.now();
  const { clientWidth: width, clientHeight: height } = map.element, ratio = map.ratio = Math.min(2, devicePixelRatio || 1), gl = map.gl;
  for (const canvas of [map.canvas, map.over]) {
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  }
  const style = getComputedStyle(map.element), css = name => style.getPropertyValue(name).trim();
  map.theme = { text: css("--mud-palette-text-secondary"), strong: css("--mud-palette-text-primary"), grid: css("--mud-palette-lines-default"), surface: css("--mud-palette-surface"), accent: css("--mud-palette-primary"), font: style.fontFamily };
  if (map.count > 0 && !map.fitted) fit(map);
  const room = inner(map);
  gl.viewport(room.left * ratio, (height - room.top - room.height) * ratio, room.width * ratio, room.height * ratio);
  gl.scissor(room.left * ratio, (height - room.top - room.height) * ratio, room.width * ratio, room.height * ratio);
  gl.enable(gl.SCISSOR_TEST);
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT);
  if (map.count > 0) {
    const size = Math.min(14, Math.max(3, 60 / Math.sqrt(Math.sqrt(map.count)) * Math.sqrt(Math.max(1, map.scale / map.fullScale)) / 1.6));
    gl.uniform2f(map.uniforms.centre, ...map.centre);
    gl.uniform2f(map.uniforms.scale, 2 * map.scale / room.width, 2 * map.scale / room.height);
    gl.uniform1f(map.uniforms.size, size * ratio);
    gl.uniform1i(map.uniforms.choosing, map.choosing ? 1 : 0);
    for (const pass of map.choosing ? [0, 1] : [0]) {
      gl.uniform1ui(map.uniforms.pass, pass);
      gl.drawElements(gl.POINTS, map.count, gl.UNSIGNED_INT, 0);
    }
  }
  paintOver(map, room, width, height, ratio);
  performance.measure("patchssl-map", { start: begun });
  performance.clearMeasures("patchssl-map");
}

function paintOver(map, room, width, height, ratio) {
  const { pen, theme } = map;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.strokeStyle = theme.grid;
  pen.fillStyle = theme.text;
  pen.lineWidth = 1;
  pen.font = `11px ${theme.font}`;
  pen.strokeRect(room.left + 0.5, room.top + 0.5, room.width, room.height);
  const [low, high] = [toData(map, room.left, room.top + room.height), toData(map, room.left + room.width, room.top)];
  const step = tick(Math.max(high[0] - low[0], high[1] - low[1]) / 7), digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = (a, b) => { const all = []; for (let t = Math.ceil(a / step); t * step <= b && all.length < 60; t++) all.push(t * step); return all; };
  if (map.count > 0) {
    pen.textAlign = "center";
    for (const t of ticks(low[0], high[0])) {
      const x = Math.round(toScreen(map, t, 0)[0]) + 0.5;
      line(pen, x, room.top + room.height, x, room.top + room.height + 4);
      pen.fillText(written(t, digits), x, room.top + room.height + 15);
    }
    pen.textAlign = "right";
    for (const t of ticks(low[1], high[1])) {
      const y = Math.round(toScreen(map, 0, t)[1]) + 0.5;
      line(pen, room.left - 4, y, room.left, y);
      pen.fillText(written(t, digits), room.left - 7, y + 4);
    }
  }
  pen.font = `12px ${theme.font}`;
  pen.textAlign = "center";
  pen.fillText(map.frame.xTitle, room.left + room.width / 2, height - 6);
  pen.save();
  pen.translate(13, room.top + room.height / 2);
  pen.rotate(-Math.PI / 2);
  pen.fillText(map.frame.yTitle, 0, 0);
  pen.restore();
  for (const i of [map.marked, map.hover]) {
    if (i < 0 || i >= map.count) continue;
    const [x, y] = toScreen(map, map.places[2 * i], map.places[2 * i + 1]);
    for (const [color, wide] of [[theme.surface, 5], [theme.strong, 2]]) {
      pen.beginPath();
      pen.arc(x, y, 8, 0, 2 * Math.PI);
      pen.strokeStyle = color;
      pen.lineWidth = wide;
      pen.stroke();
    }
  }
  if (map.path) {
    pen.beginPath();
    map.path.forEach((p, i) => { const at = toScreen(map, ...p); if (i === 0) pen.moveTo(...at); else pen.lineTo(...at); });
    pen.closePath();
    pen.globalAlpha = 0.12;
    pen.fillStyle = theme.accent;
    pen.fill();
    pen.globalAlpha = 1;
    pen.strokeStyle = theme.accent;
    pen.lineWidth = 2;
    pen.stroke();
  }
}

function line(pen, ...ends) { pen.beginPath(); pen.moveTo(ends[0], ends[1]); pen.lineTo(ends[2], ends[3]); pen.stroke(); }

const written = (value, digits) => (Math.abs(value) < 1e-12 ? 0 : value).toFixed(digits).replace("-", "−");

function tick(rough) {
  const power = 10 ** Math.floor(Math.log10(rough)), share = rough / power;
  return power * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10);
}

function outline(pen, shape, x, y, r) {
  pen.beginPath();
  if (shape === 0) pen.arc(x, y, r, 0, 2 * Math.PI);
  else for (const [dx, dy] of [[], [[-1, -1], [1, -1], [1, 1], [-1, 1]], [[0, -1.1], [1.1, 0.9], [-1.1, 0.9]], [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]]][shape]) pen.lineTo(x + dx * r, y + dy * r);
  pen.fill();
}

function listen(map) {
  const { element, owner } = map, fingers = new Map();
  let drag = null, pinch = 0;
  const at = event => { const r = element.getBoundingClientRect(); return [event.clientX - r.left, event.clientY - r.top]; };
  const spread = () => { const [a, b] = [...fingers.values()]; return Math.hypot(a[0] - b[0], a[1] - b[1]); };
  const leave = () => { clearTimeout(map.hovering); if (map.hover >= 0) { map.hover = -1; render(map); owner.invokeMethodAsync("OnHover", -1, 0, 0); } };
  const look = (x, y) => {
    const i = nearest(map, x, y);
    element.classList.toggle("on-point", i >= 0);
    if (i === map.hover) return;
    map.hover = i;
    render(map);
    clearTimeout(map.hovering); // a crop is asked for where the pointer rests, not for each point on its way
    map.hovering = setTimeout(() => owner.invokeMethodAsync("OnHover", i, x, y), i < 0 ? 0 : 70);
  };
  const events = {
    pointerdown(event) {
      if (event.button !== 0) return;
      const place = at(event);
      fingers.set(event.pointerId, place);
      map.over.setPointerCapture(event.pointerId);
      if (fingers.size === 2) { [drag, map.path, pinch] = [null, null, spread()]; return; }
      const lasso = map.lasso !== event.shiftKey;
      drag = { from: place, last: place, lasso, moved: false };
      if (lasso) map.path = [toData(map, ...place)];
    },
    pointermove(event) {
      const place = at(event);
      if (fingers.has(event.pointerId)) fingers.set(event.pointerId, place);
      if (fingers.size === 2 && pinch > 0) {
        const now = spread(), [a, b] = [...fingers.values()];
        zoomAt(map, now / pinch, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
        pinch = now;
        render(map);
      } else if (drag) {
        drag.moved ||= Math.hypot(place[0] - drag.from[0], place[1] - drag.from[1]) > 4;
        if (!drag.moved) return;
        leave();
        if (drag.lasso) {
          if (Math.hypot(place[0] - drag.last[0], place[1] - drag.last[1]) < 4) return;
          map.path.push(toData(map, ...place));
        } else {
          map.centre = [map.centre[0] - (place[0] - drag.last[0]) / map.scale, map.centre[1] + (place[1] - drag.last[1]) / map.scale];
        }
        drag.last = place;
        render(map);
      } else if (event.pointerType !== "touch") look(...place);
    },
    pointerup(event) {
      fingers.delete(event.pointerId);
      if (fingers.size > 0) return;
      const ended = drag;
      [drag, pinch] = [null, 0];
      if (!ended) return;
      if (!ended.moved) {
        map.path = null;
        const i = nearest(map, ...ended.from);
        if (i >= 0) owner.invokeMethodAsync("OnPick", i);
      } else if (ended.lasso) {
        const found = map.path.length > 2 ? inside(map, map.path) : new Int32Array(0);
        map.path = null;
        owner.invokeMethodAsync("OnLasso", new Uint8Array(found.buffer));
      }
      render(map);
    },
    pointercancel(event) { fingers.delete(event.pointerId); [drag, map.path] = [null, null]; render(map); },
    pointerleave() { if (!drag) leave(); },
    dblclick() { fit(map); render(map); },
    wheel(event) { event.preventDefault(); zoomAt(map, Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0015)), ...at(event)); leave(); render(map); },
  };
  const key = event => {
    const step = 40 / map.scale, moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
    if (moves) map.centre = [map.centre[0] + moves[0], map.centre[1] + moves[1]];
    else if (event.key === "+" || event.key === "=") zoomAt(map, 1.25, ...middle(map));
    else if (event.key === "-") zoomAt(map, 0.8, ...middle(map));
    else if (event.key === "0") fit(map);
    else return;
    event.preventDefault();
    render(map);
  };
  for (const [name, listener] of Object.entries(events)) map.over.addEventListener(name, listener, name === "wheel" ? { passive: false } : undefined);
  element.addEventListener("keydown", key);
  return () => element.removeEventListener("keydown", key);
}
