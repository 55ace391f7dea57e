// The map: land, photos, and the trips that are shown.

/** The colour that a property of the style sheet has in the present theme. */
function colour(name) {
  element("map").style.setProperty("outline-color", `var(${name})`);
  return getComputedStyle(element("map")).outlineColor;
}

/** Fits the pixels of a canvas to its box; returns its context, width and height. */
function fitted(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height, ratio };
}

/** The outlines of land, the coasts and the borders as paths in a square of side SIDE. */
const SIDE = 4096;
const outlines = (() => {
  const reader = new Reader(world.arcs);
  const arcs = [];
  while (reader.more) {
    const points = [];
    let [x, y] = [0, 0];
    for (let n = reader.signed(); n > 0; n--) {
      x += reader.signed();
      y += reader.signed();
      points.push([mercatorX(x / world.units) * SIDE, mercatorY(y / world.units) * SIDE]);
    }
    arcs.push(points);
  }
  const [land, coasts, borders] = [new Path2D(), new Path2D(), new Path2D()];
  for (const ring of world.land) {
    const points = [];
    let round = 0;
    for (const number of ring) {
      const arc = number < 0 ? [...arcs[~number]].reverse() : arcs[number];
      for (const [x, y] of arc) {
        // Across the antimeridian the outline goes on, beyond the square.
        const before = points.at(-1);
        if (before) round -= Math.round((x + round * SIDE - before[0]) / SIDE);
        points.push([x + round * SIDE, y]);
      }
    }
    const middle = points.reduce((sum, point) => sum + point[0], 0) / points.length;
    const shift = -Math.floor(middle / SIDE) * SIDE;
    const outline = new Path2D();
    for (const [x, y] of points) outline.lineTo(x + shift, y);
    coasts.addPath(outline);
    // Antarctica goes all the way round: its land is what lies south of the line.
    if (round !== 0) {
      outline.lineTo(points.at(-1)[0] + shift, 2 * SIDE);
      outline.lineTo(points[0][0] + shift, 2 * SIDE);
    }
    outline.closePath();
    land.addPath(outline);
  }
  for (const number of world.borders) {
    arcs[number].forEach((point, i) => (i ? borders.lineTo(...point) : borders.moveTo(...point)));
  }
  return { land, coasts, borders };
})();

const MOST_SCALE = 1 << 23;
/** How close the map comes by itself, in pixels for the whole way round the globe. */
const CLOSE = 50000;
const FAR = 40000;
const PIN = 46;
/** From the point that a pin marks up to its middle. */
const STEM = PIN / 2 + 7;

/** Draws into #world-map; tells by `choose(clusters)` what was clicked. */
function worldMap(choose) {
  const canvas = element("world-map");
  const tip = element("tip");
  const view = { x: 0.5, y: 0.4, scale: 0 };
  const images = new Map();
  let shown = { clusters: [], shots: null, level: "", selected: null };
  let pins = [];
  let pending = false;
  let flight = 0;
  // What the map was made to show, until somebody moves it.
  let framed = null;

  const size = () => ({ width: canvas.clientWidth || 1, height: canvas.clientHeight || 1 });
  const leastScale = () => Math.max(size().width, size().height * 0.9);
  const redraw = () => {
    if (!pending) requestAnimationFrame(draw);
    pending = true;
  };

  function settle() {
    view.scale = Math.max(leastScale(), Math.min(MOST_SCALE, view.scale));
    view.x = ((view.x % 1) + 1) % 1;
    const half = size().height / 2 / view.scale;
    view.y = half >= 0.5 ? 0.5 : Math.max(half, Math.min(1 - half, view.y));
  }

  const project = (x, y) => {
    const { width, height } = size();
    return [eastward(view.x, x) * view.scale + width / 2, (y - view.y) * view.scale + height / 2];
  };

  /** Zooms so that the point under (px, py) stays where it is. */
  function zoom(factor, px, py) {
    cancelAnimationFrame(flight);
    framed = null;
    const { width, height } = size();
    const [dx, dy] = [(px ?? width / 2) - width / 2, (py ?? height / 2) - height / 2];
    const before = view.scale;
    view.scale = Math.max(leastScale(), Math.min(MOST_SCALE, view.scale * factor));
    view.x += dx / before - dx / view.scale;
    view.y += dy / before - dy / view.scale;
    settle();
    redraw();
  }

  function pan(dx, dy) {
    cancelAnimationFrame(flight);
    framed = null;
    view.x -= dx / view.scale;
    view.y -= dy / view.scale;
    settle();
    redraw();
  }

  /** Moves to a box, at once or in a third of a second. */
  function show(box, closest, atOnce) {
    framed = { box, closest };
    const { width, height } = size();
    if (!box) box = { west: 0, east: 1, north: 0.15, south: 0.72 };
    const margin = Math.min(70, width / 6, height / 5);
    const wide = Math.max(box.east - box.west, 1e-9);
    const high = Math.max(box.south - box.north, 1e-9);
    const goal = { x: (box.west + box.east) / 2, y: (box.north + box.south) / 2 };
    goal.scale = Math.min((width - 2 * margin) / wide, (height - 2 * margin) / high, closest);
    goal.scale = Math.max(leastScale(), goal.scale);
    const start = { ...view };
    const way = eastward(start.x, goal.x);
    const still = atOnce || start.scale === 0 || document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches;
    const began = performance.now();
    const step = (now) => {
      const t = still ? 1 : Math.min(1, Math.max(0, now - began) / 350);
      const eased = t * t * (3 - 2 * t);
      view.scale = still ? goal.scale : start.scale * (goal.scale / start.scale) ** eased;
      // Moving in step with the zoom keeps the goal in sight.
      const moved = still || start.scale === goal.scale ? eased : (1 / start.scale - 1 / view.scale) / (1 / start.scale - 1 / goal.scale);
      view.x = start.x + way * moved;
      view.y = start.y + (goal.y - start.y) * moved;
      settle();
      if (still) redraw();
      else draw();
      if (t < 1) flight = requestAnimationFrame(step);
    };
    cancelAnimationFrame(flight);
    if (still) step(began);
    else flight = requestAnimationFrame(step);
  }

  /** The picture of that index once it is decoded. */
  function image(index) {
    let known = images.get(index);
    if (!known) {
      known = new Image();
      known.addEventListener("load", redraw, { once: true });
      known.src = pictureSource(index);
      images.set(index, known);
    }
    return known.complete && known.naturalWidth > 0 ? known : null;
  }

  /** Pins for the shown clusters; those that would lie on each other share one. */
  function gather(width, height) {
    const cells = new Map();
    const found = [];
    const reach = data.pictures.length ? PIN + 8 : 42;
    for (const cluster of shown.clusters) {
      if (cluster.points === 0) continue;
      const [px, py] = project(cluster.x, cluster.y);
      if (px < -reach || py < -reach || px > width + reach || py > height + reach) continue;
      const [cx, cy] = [Math.floor(px / reach), Math.floor(py / reach)];
      let near = null;
      for (let i = cx - 1; i <= cx + 1 && !near; i++) {
        for (let j = cy - 1; j <= cy + 1 && !near; j++) {
          near = cells.get(`${i},${j}`)?.find((pin) => Math.hypot(pin.px - px, pin.py - py) < reach) ?? null;
        }
      }
      if (near) {
        near.clusters.push(cluster);
      } else {
        const pin = { px, py, clusters: [cluster] };
        found.push(pin);
        const key = `${cx},${cy}`;
        if (cells.has(key)) cells.get(key).push(pin);
        else cells.set(key, [pin]);
      }
    }
    return found;
  }

  function draw() {
    pending = false;
    if (view.scale === 0 || !canvas.clientWidth) return;
    const { context, width, height, ratio } = fitted(canvas);
    const [land, coast, border, accent, ink, paper, onAccent] = ["--land", "--coast", "--border", "--accent", "--ink", "--pin", "--on-accent"].map(colour);
    const zoomed = view.scale / SIDE;
    for (const round of [-1, 0, 1]) {
      const left = (round - view.x) * view.scale + width / 2;
      // Chukotka and Fiji lie beyond the edge of the square.
      if (left - 0.1 * view.scale > width || left + 1.1 * view.scale < 0) continue;
      context.setTransform(ratio * zoomed, 0, 0, ratio * zoomed, ratio * left, ratio * (height / 2 - view.y * view.scale));
      context.fillStyle = land;
      context.fill(outlines.land, "evenodd");
      context.lineJoin = "round";
      context.lineWidth = 0.8 / zoomed;
      context.strokeStyle = border;
      context.stroke(outlines.borders);
      context.strokeStyle = coast;
      context.stroke(outlines.coasts);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawShots(context, width, height, accent);
    pins = gather(width, height);
    drawPins(context, { accent, ink, paper, onAccent, land });
    drawScale(context, height, ink);
  }

  function drawShots(context, width, height, accent) {
    if (!shown.shots) return;
    const column = shots.cluster[shown.level];
    const selected = shown.selected ? shown.selected.index : -2;
    const dot = view.scale > 40000 ? 2.2 : 1.5;
    const route = [];
    context.fillStyle = accent;
    context.globalAlpha = shown.selected ? 0.28 : 0.55;
    for (let i = 0; i < shots.length; i++) {
      if (!shown.shots[i] || Number.isNaN(shots.x[i])) continue;
      const px = eastward(view.x, shots.x[i]) * view.scale + width / 2;
      const py = (shots.y[i] - view.y) * view.scale + height / 2;
      if (column[i] === selected) route.push([px, py]);
      else if (px > -3 && py > -3 && px < width + 3 && py < height + 3) context.fillRect(px - dot, py - dot, 2 * dot, 2 * dot);
    }
    context.globalAlpha = 1;
    if (route.length > 1) {
      context.beginPath();
      route.forEach((point, i) => (i ? context.lineTo(...point) : context.moveTo(...point)));
      context.strokeStyle = accent;
      context.lineWidth = 1.2;
      context.globalAlpha = 0.45;
      context.setLineDash([5, 4]);
      context.stroke();
      context.setLineDash([]);
      context.globalAlpha = 1;
    }
    for (const [px, py] of route) {
      context.beginPath();
      context.arc(px, py, 3.4, 0, 7);
      context.fill();
    }
  }

  function drawPins(context, { accent, ink, paper, onAccent, land }) {
    const isOn = (pin) => shown.selected !== null && pin.clusters.includes(shown.selected);
    const leadOf = (pin) => (isOn(pin) ? shown.selected : pin.clusters[0]);
    // From north to south, and the chosen one on top.
    const order = [...pins].sort((a, b) => isOn(a) - isOn(b) || a.py - b.py);
    for (const pin of order) {
      const lead = leadOf(pin);
      const picture = lead.pictures.length ? image(lead.cover) : null;
      const number = pin.clusters.length > 1 ? numbers.format(pin.clusters.length) : "";
      const half = (picture ? PIN : 30) / 2;
      const wide = picture ? half : Math.max(half, number.length * 4 + 9);
      const middle = pin.py - half - 7;
      context.shadowColor = "#0006";
      context.shadowBlur = 5;
      context.shadowOffsetY = 1;
      context.fillStyle = isOn(pin) ? accent : paper;
      context.beginPath();
      context.roundRect(pin.px - wide, middle - half, 2 * wide, 2 * half, picture ? 12 : half);
      context.moveTo(pin.px - 6, middle + half - 1);
      context.lineTo(pin.px, pin.py - 1);
      context.lineTo(pin.px + 6, middle + half - 1);
      context.fill();
      context.shadowColor = "transparent";
      if (picture) {
        const edge = isOn(pin) ? 3 : 2.5;
        context.save();
        context.beginPath();
        context.roundRect(pin.px - half + edge, middle - half + edge, 2 * (half - edge), 2 * (half - edge), 12 - edge);
        context.clip();
        // A little less than all: some cameras put bars above and below.
        const side = Math.min(picture.naturalWidth, picture.naturalHeight) * 0.88;
        context.drawImage(picture, (picture.naturalWidth - side) / 2, (picture.naturalHeight - side) / 2, side, side, pin.px - half, middle - half, 2 * half, 2 * half);
        context.restore();
      } else {
        context.fillStyle = isOn(pin) ? onAccent : accent;
        context.beginPath();
        if (number) context.roundRect(pin.px - wide + 4, middle - half + 4, 2 * (wide - 4), 2 * (half - 4), half - 4);
        else context.arc(pin.px, middle, 5, 0, 7);
        context.fill();
      }
      if (number && picture) badge(context, number, pin.px + half - 3, middle - half + 3, accent, onAccent);
      else if (number) badge(context, number, pin.px, middle, null, isOn(pin) ? accent : onAccent);
    }
    drawNames(context, pins.map((pin) => ({ pin, text: leadOf(pin).name, first: isOn(pin) })), ink, land);
  }

  /** Names where there is room, those of most photos first. */
  function drawNames(context, names, ink, land) {
    context.font = `600 13px ${getComputedStyle(document.body).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    const taken = pins.map((pin) => ({ left: pin.px - PIN / 2, right: pin.px + PIN / 2, top: pin.py - STEM - PIN / 2, bottom: pin.py }));
    for (const { pin, text: whole, first } of names.sort((a, b) => b.first - a.first).slice(0, 80)) {
      const text = whole.length > 26 ? `${whole.slice(0, 25)}…` : whole;
      const half = context.measureText(text).width / 2 + 3;
      const top = pin.py + 5;
      const box = { left: pin.px - half, right: pin.px + half, top, bottom: top + 16 };
      const meets = (other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
      if (!first && taken.some(meets)) continue;
      taken.push(box);
      context.strokeStyle = land;
      context.lineWidth = 4;
      context.globalAlpha = 0.9;
      context.strokeText(text, pin.px, top);
      context.globalAlpha = 1;
      context.fillStyle = ink;
      context.fillText(text, pin.px, top);
    }
  }

  /** How many trips a pin stands for. */
  function badge(context, number, x, y, ground, ink) {
    context.font = `600 11px ${getComputedStyle(document.body).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    if (ground) {
      const wide = Math.max(18, context.measureText(number).width + 10);
      context.fillStyle = ground;
      context.beginPath();
      context.roundRect(x - wide / 2, y - 9, wide, 18, 9);
      context.fill();
    }
    context.fillStyle = ink;
    context.fillText(number, x, y + 0.5);
  }

  /** A length in round numbers at the middle of the map. */
  function drawScale(context, height, ink) {
    const lat = Math.atan(Math.sinh(Math.PI * (1 - 2 * view.y)));
    const metres = (40075017 * Math.cos(lat)) / view.scale;
    const power = 10 ** Math.floor(Math.log10(metres * 110));
    const length = [5, 2, 1].map((n) => n * power).find((n) => n <= metres * 110);
    const text = length >= 1000 ? fill(words.kilometres, { n: numbers.format(length / 1000) }) : fill(words.metres, { n: numbers.format(length) });
    const [left, base] = [16, height - 14];
    context.globalAlpha = 0.7;
    context.strokeStyle = context.fillStyle = ink;
    context.lineWidth = 1.4;
    context.beginPath();
    context.moveTo(left, base - 5);
    context.lineTo(left, base);
    context.lineTo(left + length / metres, base);
    context.lineTo(left + length / metres, base - 5);
    context.stroke();
    context.font = `11.5px ${getComputedStyle(document.body).fontFamily}`;
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.fillText(text, left + 5, base - 3);
    context.globalAlpha = 1;
  }

  const pinAt = (px, py) => {
    const reach = PIN / 2 + 2;
    const far = (pin) => Math.hypot(pin.px - px, pin.py - STEM - py);
    return pins.filter((pin) => Math.abs(pin.px - px) < reach && py > pin.py - STEM - reach && py < pin.py + 6)
      .sort((a, b) => far(a) - far(b))[0] ?? null;
  };

  function hover(pin) {
    canvas.classList.toggle("over", pin !== null);
    tip.hidden = pin === null;
    if (!pin) return;
    const lead = pin.clusters[0];
    const many = pin.clusters.length > 1;
    tip.replaceChildren(
      make("b", "", many ? lead.name : lead.title || lead.name),
      make("span", "", many ? fill(words.here, { n: numbers.format(pin.clusters.length) }) : span(lead.first, lead.last)),
    );
    const { width } = size();
    tip.style.left = `${Math.max(8, Math.min(width - tip.offsetWidth - 8, pin.px - tip.offsetWidth / 2))}px`;
    const above = pin.py - STEM - PIN / 2 - tip.offsetHeight - 8;
    tip.style.top = `${above < 6 ? pin.py + 10 : above}px`;
  }

  // Pointers: one pans, two pinch, one that does not move clicks.
  const pointers = new Map();
  let travelled = 0;
  const spot = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    if (pointers.size === 0) travelled = 0;
    pointers.set(event.pointerId, spot(event));
    hover(null);
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    const now = spot(event);
    if (!before) {
      hover(pinAt(...now));
      return;
    }
    travelled += Math.hypot(now[0] - before[0], now[1] - before[1]);
    pointers.set(event.pointerId, now);
    if (travelled < 4) return;
    canvas.classList.add("dragged");
    if (pointers.size === 1) {
      pan(now[0] - before[0], now[1] - before[1]);
    } else if (pointers.size === 2) {
      const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
      const distance = (point) => Math.max(1, Math.hypot(point[0] - other[0], point[1] - other[1]));
      zoom(distance(now) / distance(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
      pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    }
  });
  const release = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    if (pointers.size > 0) return;
    canvas.classList.remove("dragged");
    if (event.type === "pointerup" && travelled < 4) {
      const pin = pinAt(...spot(event));
      if (pin) choose(pin.clusters);
    }
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => hover(null));
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    hover(null);
    const lines = event.deltaMode === 1 ? 18 : 1;
    zoom(2 ** (-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0025)), ...spot(event));
  }, { passive: false });
  canvas.addEventListener("dblclick", (event) => {
    if (!pinAt(...spot(event))) zoom(2, ...spot(event));
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = 80;
    const keys = {
      "+": () => zoom(1.6), "=": () => zoom(1.6), "-": () => zoom(1 / 1.6), "0": () => showAll(),
      ArrowLeft: () => pan(step, 0), ArrowRight: () => pan(-step, 0), ArrowUp: () => pan(0, step), ArrowDown: () => pan(0, -step),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  const showAll = () => show(bounds(shown.clusters), FAR);
  element("zoom-in").addEventListener("click", () => zoom(1.8));
  element("zoom-out").addEventListener("click", () => zoom(1 / 1.8));
  element("zoom-all").addEventListener("click", showAll);
  new ResizeObserver(() => {
    if (view.scale === 0) show(bounds(shown.clusters), FAR, true);
    else if (framed) show(framed.box, framed.closest, true);
    settle();
    redraw();
  }).observe(canvas);

  return {
    redraw,
    /** Shows these clusters, biggest first, and the shots that are marked. */
    set(next) {
      shown = { ...next, clusters: [...next.clusters].sort((a, b) => b.files - a.files || a.index - b.index) };
      redraw();
    },
    fly(to, closest = CLOSE) {
      const box = bounds(to);
      if (box) show(box, closest);
    },
    /** Whether coming closer would part these clusters: not if they are of one town. */
    parts(of) {
      const far = (cluster) => Math.hypot(eastward(of[0].x, cluster.x), cluster.y - of[0].y);
      return Math.max(...of.map(far)) * 4 * CLOSE > PIN && view.scale < 4 * CLOSE;
    },
    get view() {
      return { ...view };
    },
  };
}
