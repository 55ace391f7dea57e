// The map: land, photos, and the trips that are shown.

/** Colours of the present theme, by their properties in the style sheet. */
const colours = new Map();

/** The colour that a property of the style sheet has in the present theme. */
function colour(name) {
  if (!colours.has(name)) {
    element("map").style.setProperty("outline-color", `var(${name})`);
    colours.set(name, getComputedStyle(element("map")).outlineColor);
  }
  return colours.get(name);
}

/** The letters of the page, for those that are drawn. */
const family = getComputedStyle(document.body).fontFamily;

/** How many pixels a canvas has at least along each one of its box: paper has finer ones. */
const fineness = { least: 1 };

/** Fits the pixels of a canvas to its box; returns its context, width and height. */
function fitted(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = Math.max(window.devicePixelRatio || 1, fineness.least);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height, ratio };
}

/** The side of the square in which paths are. */
const SIDE = 4096;
/** How far corners are apart at least in outlines for a map of the whole world. */
const COARSE = 2;

/** A line as paths, one with all its corners and one with fewer, and the box around it. */
function outlineOf(points) {
  const [fine, coarse] = [new Path2D(), new Path2D()];
  const box = { west: Infinity, east: -Infinity, top: Infinity, bottom: -Infinity };
  let last = null;
  points.forEach(([x, y], i) => {
    fine.lineTo(x, y);
    if (!last || i === points.length - 1 || Math.hypot(x - last[0], y - last[1]) >= COARSE) {
      coarse.lineTo(x, y);
      last = [x, y];
    }
    box.west = Math.min(box.west, x);
    box.east = Math.max(box.east, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  });
  return { fine, coarse, ...box };
}

/** Several outlines as one, with holes where one lies in another. */
function joined(lines) {
  const all = { fine: new Path2D(), coarse: new Path2D(), west: Infinity, east: -Infinity, top: Infinity, bottom: -Infinity };
  for (const line of lines) {
    for (const path of ["fine", "coarse"]) all[path].addPath(line[path]);
    for (const side of ["west", "top"]) all[side] = Math.min(all[side], line[side]);
    for (const side of ["east", "bottom"]) all[side] = Math.max(all[side], line[side]);
  }
  return all;
}

/** The outlines of land, the coasts and the borders. */
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
  /** The points of a ring, and how often it goes round the globe. */
  function pointsOf(ring) {
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
    return [points.map(([x, y]) => [x + shift, y]), round];
  }
  const [land, coasts] = [[], []];
  for (const ring of world.land) {
    const [outline, round] = pointsOf(ring);
    coasts.push(outlineOf(outline));
    // Antarctica goes all the way round: its land is what lies south of the line.
    if (round !== 0) outline.push([outline.at(-1)[0], 2 * SIDE], [outline[0][0], 2 * SIDE]);
    land.push(outlineOf(outline));
  }
  /** The outlines of a country by its code; one within another is a hole. */
  const countries = new Map();
  function countryOf(code) {
    if (!countries.has(code)) countries.set(code, joined((world.countries[code] ?? []).map((ring) => outlineOf(pointsOf(ring)[0]))));
    return countries.get(code);
  }
  return { land, coasts, countryOf, borders: world.borders.map((number) => outlineOf(arcs[number])) };
})();

const MOST_SCALE = 1 << 23;
/** How close the map comes by itself, in pixels for the whole way round the globe. */
const CLOSE = 50000;
const FAR = 40000;
const PIN = 46;
/** What the buttons over the right side of the map take of it, in pixels. */
const BUTTONS = 40;
/** From the point that a pin marks up to its middle. */
const STEM = PIN / 2 + 7;

/** Up to which scale countries that were visited are filled wholly. */
const VISITED_SCALE = 12000;
/** Of the ground, so much is drawn beyond each side of the map, in pixels. */
const MARGIN = 256;
/** The side of a square of the layer of photos, in pixels. */
const GRAIN = 2;
/** Up to which scale photos can be a layer of heat; and the side of its squares in pixels, with
 * what of a photo the squares beside its own get, as far as it is felt. */
const HEAT_SCALE = 1 << 17;
const HEAT_GRAIN = 6;
const FELT = 6;
const BELL = Array.from({ length: 2 * FELT + 1 }, (_, i) => Math.exp(-((i - FELT) ** 2) / 10));

/** Land, borders and photos: drawn once, and moved while the map is. */
function groundLayer() {
  const canvas = document.createElement("canvas");
  const layer = document.createElement("canvas");
  let drawn = null;

  function paths(context, view, { left: x, top: y, width, height, ratio, visited }) {
    const zoomed = view.scale / SIDE;
    const path = zoomed < 1 ? "coarse" : "fine";
    const top = (view.y * view.scale - height / 2) / zoomed;
    const bottom = top + height / zoomed;
    const [ground, tint, border, coast] = ["--land", "--visited", "--border", "--coast"].map(colour);
    // Close by a country fills the map, and says nothing any more.
    const strength = Math.max(0, Math.min(1, 1 - Math.log2(view.scale / VISITED_SCALE) / 3));
    const filled = strength > 0 ? visited.map(outlines.countryOf) : [];
    context.lineJoin = "round";
    for (const round of [-1, 0, 1]) {
      const left = (round - view.x) * view.scale + width / 2;
      // Chukotka and Fiji lie beyond the edge of the square.
      if (left - 0.1 * view.scale > width || left + 1.1 * view.scale < 0) continue;
      context.setTransform(ratio * zoomed, 0, 0, ratio * zoomed, ratio * (x + left), ratio * (y + height / 2 - view.y * view.scale));
      const west = -left / zoomed;
      const east = west + width / zoomed;
      const isNear = (line) => line.west < east && line.east > west && line.top < bottom && line.bottom > top;
      context.fillStyle = ground;
      for (const line of outlines.land) if (isNear(line)) context.fill(line[path], "evenodd");
      context.globalAlpha = strength;
      context.fillStyle = tint;
      for (const line of filled) if (isNear(line)) context.fill(line[path], "evenodd");
      context.globalAlpha = 1;
      context.lineWidth = 0.8 / zoomed;
      for (const [lines, strokeStyle] of [[outlines.borders, border], [outlines.coasts, coast]]) {
        context.strokeStyle = strokeStyle;
        for (const line of lines) if (isNear(line)) context.stroke(line[path]);
      }
      if (view.scale >= CHART_SCALE) charts.paint(context, [west, east, top, bottom], zoomed);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  /** How many photos lie in each square of a part of the map, and of so many squares around it. They
   * are those of the whole world, so that parts fit together. */
  function squares(view, { left, top, width, height, marked }, grain, around) {
    const scale = view.scale / grain;
    const west = Math.floor(view.x * scale - width / 2 / grain) - around;
    const north = Math.floor(view.y * scale - height / 2 / grain) - around;
    const [wide, high] = [width, height].map((side) => Math.ceil(side / grain) + 1 + 2 * around);
    const sums = new Float32Array(wide * high);
    for (let i = 0; i < shots.length; i++) {
      if (!marked[i]) continue;
      const column = Math.floor((view.x + eastward(view.x, shots.x[i])) * scale) - west;
      const row = Math.floor(shots.y[i] * scale) - north;
      if (column >= 0 && row >= 0 && column < wide && row < high) sums[row * wide + column] += shots.files[i];
    }
    return {
      sums, wide, high, grain,
      left: left + width / 2 + west * grain - view.x * view.scale, top: top + height / 2 + north * grain - view.y * view.scale,
    };
  }

  /** Draws squares, each where it has something in the colour `of` that: red, green, blue, opacity. */
  function fillSquares(context, { sums, wide, high, grain, left, top }, of) {
    layer.width = wide;
    layer.height = high;
    const own = layer.getContext("2d");
    const image = own.createImageData(wide, high);
    for (let i = 0; i < sums.length; i++) if (sums[i] > 0) image.data.set(of(sums[i]), 4 * i);
    own.putImageData(image, 0, 0);
    context.drawImage(layer, left, top, wide * grain, high * grain);
  }

  const rgb = (name) => colour(name).match(/\d+/g).map(Number);

  /** Photos: the more of them in one place, the stronger. */
  function photos(context, view, box) {
    const [r, g, b] = rgb("--accent");
    fillSquares(context, squares(view, box, GRAIN, 0), (files) => [r, g, b, Math.min(230, 110 + 22 * Math.log2(files))]);
  }

  /** Photos as heat, which each gives off all around. What all of them together would make is hottest,
   * so that no colour changes when the map moves. */
  function heat(context, view, box) {
    const grid = squares(view, box, HEAT_GRAIN, FELT);
    for (const step of [1, grid.wide]) {
      const soft = new Float32Array(grid.sums.length);
      for (let i = 0; i < soft.length; i++) {
        if (grid.sums[i] > 0) BELL.forEach((share, k) => (soft[i + (k - FELT) * step] += share * grid.sums[i]));
      }
      grid.sums = soft;
    }
    let all = 0;
    for (let i = 0; i < shots.length; i++) if (box.marked[i]) all += shots.files[i];
    const [low, high] = ["--heat-low", "--heat-high"].map(rgb);
    fillSquares(context, grid, (files) => {
      const warm = Math.min(1, Math.log1p(files) / Math.log1p(all));
      return [...low.map((from, i) => from + (high[i] - from) * warm), 235 * Math.min(1, warm * 2.5)];
    });
  }

  /** Draws a part of the canvas, whose middle shows that of the view. */
  function part(view, { left, top, width, height }, { wide, high, ratio, marked, hot, visited }) {
    if (width === 0 || height === 0) return;
    const own = canvas.getContext("2d");
    const middle = { ...view, x: view.x + (left + width / 2 - wide / 2) / view.scale, y: view.y + (top + height / 2 - high / 2) / view.scale };
    const box = { left, top, width, height, ratio, marked, visited };
    own.save();
    own.setTransform(ratio, 0, 0, ratio, 0, 0);
    own.beginPath();
    own.rect(left, top, width, height);
    own.clip();
    own.clearRect(left, top, width, height);
    paths(own, middle, box);
    if (marked) (hot ? heat : photos)(own, middle, box);
    own.restore();
  }

  return {
    forget() {
      drawn = null;
    },
    /** Puts the ground below a view; `marked` are the photos, if they are to be seen, as heat or each
     * for itself, `visited` the codes of countries that are filled. */
    paint(context, view, { width, height, ratio }, { marked, hot, visited }) {
      // While the scale changes, what lies beyond the map is not seen before it is drawn anew.
      const margin = drawn && drawn.scale !== view.scale ? 0 : MARGIN;
      const [wide, high] = [width + 2 * margin, height + 2 * margin];
      const fits = drawn && drawn.scale === view.scale && drawn.marked === marked && drawn.hot === hot && drawn.visited === visited && canvas.width === Math.round(wide * ratio)
        && canvas.height === Math.round(high * ratio);
      const whole = (pixels) => Math.round(pixels * ratio) / ratio;
      const all = { wide, high, ratio, marked, hot, visited };
      let [dx, dy] = fits ? [whole(eastward(drawn.x, view.x) * view.scale), whole((view.y - drawn.y) * view.scale)] : [Infinity, Infinity];
      if (Math.abs(dx) >= wide || Math.abs(dy) >= high) {
        canvas.width = Math.round(wide * ratio);
        canvas.height = Math.round(high * ratio);
        drawn = { ...view, marked, hot, visited };
        part(view, { left: 0, top: 0, width: wide, height: high }, all);
        [dx, dy] = [0, 0];
      }
      // Beyond the margin what stays in sight moves over, and only what comes into sight is drawn.
      const [x, y] = [dx, dy].map((way) => (Math.abs(way) > margin ? way : 0));
      if (x || y) {
        const own = canvas.getContext("2d");
        own.setTransform(1, 0, 0, 1, 0, 0);
        own.globalCompositeOperation = "copy";
        own.drawImage(canvas, -x * ratio, -y * ratio);
        own.globalCompositeOperation = "source-over";
        drawn.x += x / view.scale;
        drawn.y += y / view.scale;
        part(drawn, { left: x > 0 ? wide - x : 0, top: 0, width: Math.abs(x), height: high }, all);
        part(drawn, { left: 0, top: y > 0 ? high - y : 0, width: wide, height: Math.abs(y) }, all);
      }
      context.drawImage(canvas, x - dx - margin, y - dy - margin, wide, high);
    },
  };
}

/** Pins for some clusters at a scale; those that would lie on each other share one, which
 * stands and is named for the place where most was taken. */
function pinsOf(clusters, scale, reach) {
  const cells = new Map();
  const found = [];
  for (const cluster of clusters) {
    if (Number.isNaN(cluster.pin.x)) continue;
    const [px, py] = [cluster.pin.x * scale, cluster.pin.y * scale];
    const [cx, cy] = [Math.floor(px / reach), Math.floor(py / reach)];
    let near = null;
    for (let i = cx - 1; i <= cx + 1 && !near; i++) {
      for (let j = cy - 1; j <= cy + 1 && !near; j++) {
        near = cells.get(i * 4194304 + j)?.find((pin) => Math.hypot(pin.px - px, pin.py - py) < reach) ?? null;
      }
    }
    if (near) {
      near.clusters.push(cluster);
    } else {
      const pin = { px, py, clusters: [cluster] };
      found.push(pin);
      const key = cx * 4194304 + cy;
      if (cells.has(key)) cells.get(key).push(pin);
      else cells.set(key, [pin]);
    }
  }
  return found.map(({ clusters }) => named(clusters));
}

/** A pin for clusters, of which the first has most files. */
function named(clusters) {
  const sums = new Map();
  for (const cluster of clusters) sums.set(cluster.pin.name, (sums.get(cluster.pin.name) ?? 0) + cluster.files);
  const [name] = [...sums].reduce((best, one) => (one[1] > best[1] ? one : best));
  const lead = clusters.find((cluster) => cluster.pin.name === name);
  const more = sums.size - 1;
  const label = clusters.length === 1 ? lead.shown
    : more > 0 ? fill(words.and_more, { name, n: numbers.format(more), all: numbers.format(more + 1) }) : name;
  return { clusters, lead, places: sums.size, label, x: lead.pin.x, y: lead.pin.y, px: 0, py: 0 };
}

/** Whether two boxes share some of the map. */
const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Draws into #world-map; tells by `choose(clusters, name)` what was clicked, by `toStop(number)` which
 * stop of a trip, and by `moved()` that somebody moved it. */
function worldMap({ choose, toStop, moved }) {
  const canvas = element("world-map");
  const tip = element("tip");
  const view = { x: 0.5, y: 0.4, scale: 0 };
  const images = new Map();
  const ground = groundLayer();
  let shown = { clusters: [], shots: null, selected: null, visited: [], heat: false };
  // The trip whose way is drawn, with its days and stops, and a place on it.
  let followed = null;
  let marked = null;
  let allPins = { scale: 0, pins: [] };
  let pins = [];
  let pending = false;
  let flight = 0;
  let resting = 0;
  // What the map was made to show, until somebody moves it.
  let framed = null;
  // The view of the screen, while there is another one on paper.
  let screen = null;

  // Measured once for each layout: asking the browser again for every point costs more than
  // drawing it.
  let measured = null;
  const size = () => (measured ??= { width: canvas.clientWidth || 1, height: canvas.clientHeight || 1 });
  const leastScale = () => Math.max(size().width, size().height * 0.9);
  const redraw = () => {
    if (!pending) requestAnimationFrame(draw);
    pending = true;
  };
  const byHand = () => {
    cancelAnimationFrame(flight);
    framed = null;
    clearTimeout(resting);
    resting = setTimeout(moved, 300);
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
    byHand();
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
    byHand();
    view.x -= dx / view.scale;
    view.y -= dy / view.scale;
    settle();
    redraw();
  }

  /** Moves to a box, at once or in a third of a second. */
  function show(box, closest, atOnce) {
    framed = { box, closest };
    measured = null;
    const { width, height } = size();
    const within = box ?? { west: 0, east: 1, north: 0.15, south: 0.72 };
    const margin = Math.min(70, width / 6, height / 5);
    const wide = Math.max(within.east - within.west, 1e-9);
    const high = Math.max(within.south - within.north, 1e-9);
    const goal = { x: (within.west + within.east) / 2, y: (within.north + within.south) / 2 };
    goal.scale = Math.min((width - 2 * margin - BUTTONS) / wide, (height - 2 * margin) / high, closest);
    goal.scale = Math.max(leastScale(), goal.scale);
    goal.x += BUTTONS / 2 / goal.scale;
    const start = { ...view };
    const way = eastward(start.x, goal.x);
    const still = atOnce || start.scale === 0 || document.hidden || isStill();
    const began = performance.now();
    const step = (now) => {
      const t = still ? 1 : Math.min(1, Math.max(0, now - began) / 350);
      const eased = t * t * (3 - 2 * t);
      view.scale = still ? goal.scale : start.scale * (goal.scale / start.scale) ** eased;
      // Moving in step with the zoom keeps the goal in sight.
      const along = still || start.scale === goal.scale ? eased : (1 / start.scale - 1 / view.scale) / (1 / start.scale - 1 / goal.scale);
      view.x = start.x + way * along;
      view.y = start.y + (goal.y - start.y) * along;
      settle();
      if (still) redraw();
      else draw();
      if (t < 1) flight = requestAnimationFrame(step);
      else moved();
    };
    cancelAnimationFrame(flight);
    if (still) step(began);
    else flight = requestAnimationFrame(step);
  }

  /** The picture of that index, as small as a pin is, once it is decoded. */
  function image(index) {
    if (!images.has(index)) {
      images.set(index, null);
      const whole = new Image();
      whole.addEventListener("load", () => {
        const small = document.createElement("canvas");
        small.width = small.height = 2 * PIN;
        const context = small.getContext("2d");
        context.imageSmoothingQuality = "high";
        // A little less than all: some cameras put bars above and below.
        const side = Math.min(whole.naturalWidth, whole.naturalHeight) * 0.88;
        context.drawImage(whole, (whole.naturalWidth - side) / 2, (whole.naturalHeight - side) / 2, side, side, 0, 0, 2 * PIN, 2 * PIN);
        images.set(index, small);
        redraw();
      }, { once: true });
      whole.src = pictureSource(index);
    }
    return images.get(index);
  }

  /** The pins that are to be seen. */
  function gather(width, height) {
    const reach = data.pictures.length ? PIN + 8 : 42;
    if (allPins.scale !== view.scale) allPins = { scale: view.scale, pins: pinsOf(shown.clusters, view.scale, reach) };
    return allPins.pins.filter((pin) => {
      [pin.px, pin.py] = project(pin.x, pin.y);
      return pin.px > -reach && pin.py > -reach && pin.px < width + reach && pin.py < height + reach;
    });
  }

  function draw() {
    pending = false;
    if (view.scale === 0 || !canvas.clientWidth) return;
    const { context, width, height, ratio } = fitted(canvas);
    measured = { width, height };
    // A printer would have white for what is clear.
    context.fillStyle = colour("--sea");
    context.fillRect(0, 0, width, height);
    const [accent, ink, paper, onAccent, land] = ["--accent", "--ink", "--pin", "--on-accent", "--land"].map(colour);
    const hot = shown.heat && view.scale <= HEAT_SCALE;
    ground.paint(context, view, { width, height, ratio }, { marked: followed ? null : shown.shots, hot, visited: shown.visited });
    pins = followed ? [] : gather(width, height);
    // Pins would cover the heat; that of an open trip is wanted all the same.
    if (hot) pins = pins.filter((pin) => pin.clusters.includes(shown.selected));
    const taken = [];
    if (followed) {
      drawWay(context, { accent, ink, onAccent, land }, taken);
    } else {
      drawRoute(context, accent);
      drawPins(context, { accent, ink, paper, onAccent, land }, taken);
    }
    drawLabels(context, width, height, land, taken);
    if (marked) drawMark(context, accent, paper);
    drawScale(context, height, ink);
  }

  /** The photos of the selected trip, one after the other. */
  function drawRoute(context, accent) {
    const trip = shown.selected;
    const route = [];
    for (const i of trip ? shotsOf(trip) : []) {
      if (!Number.isNaN(shots.x[i])) route.push(project(shots.x[i], shots.y[i]));
    }
    context.globalAlpha = 0.45;
    line(context, route, accent, 1.2, [5, 4]);
    context.globalAlpha = 1;
    context.fillStyle = accent;
    for (const [px, py] of route) dot(context, px, py, 3.4);
  }

  function dot(context, px, py, radius) {
    context.beginPath();
    context.arc(px, py, radius, 0, 7);
    context.fill();
  }

  function line(context, points, strokeStyle, lineWidth, dash) {
    if (points.length < 2) return;
    context.beginPath();
    points.forEach((point, i) => (i ? context.lineTo(...point) : context.moveTo(...point)));
    Object.assign(context, { strokeStyle, lineWidth, lineJoin: "round", lineCap: "round" });
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
  }

  /** The way of a trip, day by day, and its stops with their numbers. */
  function drawWay(context, { accent, ink, onAccent, land }, taken) {
    const ways = followed.days.map((day) => day.route.map(([x, y]) => project(x, y)));
    let last = null;
    for (const way of ways) {
      if (last && way.length) {
        context.globalAlpha = 0.5;
        line(context, [last, way[0]], ink, 1.3, [2, 5]);
        context.globalAlpha = 1;
      }
      last = way.at(-1) ?? last;
    }
    ways.forEach((way, i) => {
      const own = dayColour(i, ways.length);
      line(context, way, land, 6, []);
      line(context, way, own, 3, []);
      context.fillStyle = own;
      for (const [px, py] of way) dot(context, px, py, 3.2);
    });
    const placed = [];
    for (const stop of followed.stops) {
      let [px, py] = project(stop.x, stop.y);
      // A place that is come back to has its numbers beside each other.
      while (placed.some((other) => Math.hypot(other.px - px, other.py - py) < 20)) px += 23;
      placed.push({ stop, px, py });
      context.fillStyle = land;
      dot(context, px, py, 14);
      badge(context, String(stop.number), px, py, accent, onAccent, 24);
    }
    followed.placed = placed;
    const names = placed.map(({ stop, px, py }) => ({ pin: { px, py: py + 10 }, text: stop.name, first: false }));
    const once = names.filter(({ text }, i) => names.findIndex((other) => other.text === text) === i);
    taken.push(...placed.map(({ px, py }) => ({ left: px - 13, right: px + 13, top: py - 13, bottom: py + 13 })));
    drawNames(context, once, ink, land, taken);
  }

  function drawMark(context, accent, paper) {
    const [px, py] = project(marked.x, marked.y);
    context.fillStyle = accent;
    dot(context, px, py, 11);
    context.fillStyle = paper;
    dot(context, px, py, 7.5);
    context.fillStyle = accent;
    dot(context, px, py, 5);
  }

  function drawPins(context, { accent, ink, paper, onAccent, land }, taken) {
    const isOn = (pin) => shown.selected !== null && pin.clusters.includes(shown.selected);
    const leadOf = (pin) => (isOn(pin) ? shown.selected : pin.lead);
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
        context.drawImage(picture, pin.px - half, middle - half, 2 * half, 2 * half);
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
    taken.push(...pins.map((pin) => ({ left: pin.px - PIN / 2, right: pin.px + PIN / 2, top: pin.py - STEM - PIN / 2, bottom: pin.py })));
    drawNames(context, pins.map((pin) => ({ pin, text: isOn(pin) ? shown.selected.shown : pin.label, first: isOn(pin) })), ink, land, taken);
  }

  /** Names where there is room, those of most photos first. */
  function drawNames(context, names, ink, land, taken) {
    context.font = `600 13px ${family}`;
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    for (const { pin, text: whole, first } of names.sort((a, b) => b.first - a.first).slice(0, 80)) {
      const text = whole.length > 26 ? `${whole.slice(0, 25)}…` : whole;
      const half = context.measureText(text).width / 2 + 3;
      const top = pin.py + 5;
      // A name at the edge moves in as far as its pin is still above it.
      const inside = Math.max(half, Math.min(size().width - half, pin.px));
      const px = Math.abs(inside - pin.px) < half ? inside : pin.px;
      const box = { left: px - half, right: px + half, top, bottom: top + 16 };
      if (!first && taken.some((other) => meets(box, other))) continue;
      taken.push({ ...box, text });
      context.strokeStyle = land;
      context.lineWidth = 4;
      context.globalAlpha = 0.9;
      context.strokeText(text, px, top);
      context.globalAlpha = 1;
      context.fillStyle = ink;
      context.fillText(text, px, top);
    }
  }

  /** Names of places below all else, where there is room: the finer the closer. */
  function drawLabels(context, width, height, land, taken) {
    const [ink, soft] = ["--ink", "--soft"].map(colour);
    const said = new Set(taken.map((box) => box.text));
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 3.5;
    context.strokeStyle = land;
    let left = MOST_NAMES;
    let font = "";
    for (const label of charts.labels) {
      if (label.from > view.scale || left === 0) break;
      const px = eastward(view.x, label.x) * view.scale + width / 2;
      const py = (label.y - view.y) * view.scale + height / 2;
      if (px < 0 || py < 0 || px > width || py > height || said.has(label.text)) continue;
      const own = label.level < 3 ? `500 12.5px ${family}` : `400 11.5px ${family}`;
      if (font !== own) context.font = font = own;
      label.half ??= context.measureText(label.text).width / 2 + 6;
      const { half, text } = label;
      const name = { left: px - half, right: px + half, top: py - 10, bottom: py + 10 };
      if (px < half || px > width - half || taken.some((other) => meets(name, other))) continue;
      taken.push(name);
      left--;
      context.globalAlpha = 0.85;
      context.strokeText(text, px, py);
      context.fillStyle = label.level < 3 ? ink : soft;
      context.fillText(text, px, py);
      context.globalAlpha = 1;
    }
  }

  /** How many trips a pin stands for. */
  function badge(context, number, x, y, ground, ink, size = 18) {
    context.font = `600 11px ${family}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    if (ground) {
      const wide = Math.max(size, context.measureText(number).width + 10);
      context.fillStyle = ground;
      context.beginPath();
      context.roundRect(x - wide / 2, y - size / 2, wide, size, size / 2);
      context.fill();
    }
    context.fillStyle = ink;
    context.fillText(number, x, y + 0.5);
  }

  /** A length in round numbers at the middle of the map. */
  function drawScale(context, height, ink) {
    const metres = (40075017 * Math.cos(lat() * (Math.PI / 180))) / view.scale;
    const power = 10 ** Math.floor(Math.log10(metres * 110));
    const length = [5, 2, 1].map((n) => n * power).find((n) => n <= metres * 110);
    const text = lengthOf(length);
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
    context.font = `11.5px ${family}`;
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
    const many = pin.clusters.length > 1;
    const values = { n: numbers.format(pin.clusters.length), places: numbers.format(pin.places) };
    tip.replaceChildren(
      make("b", "", pin.label),
      make("span", "", many ? fill(pin.places > 1 ? words.here_places : words.here, values) : span(pin.lead.first, pin.lead.last)),
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
      const [px, py] = spot(event);
      const stop = followed?.placed?.findLast((placed) => Math.hypot(placed.px - px, placed.py - py) < 16);
      const pin = pinAt(px, py);
      if (stop) toStop(stop.stop.number);
      else if (pin) choose(pin.clusters, pin.label);
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
  const showAll = () => (followed ? show(bounds([followed.trip]), CLOSE) : show(bounds(shown.clusters), FAR));
  element("zoom-in").addEventListener("click", () => zoom(1.8));
  element("zoom-out").addEventListener("click", () => zoom(1 / 1.8));
  element("zoom-all").addEventListener("click", showAll);
  new ResizeObserver(() => {
    measured = null;
    if (view.scale === 0) show(bounds(shown.clusters), FAR, true);
    else if (framed) show(framed.box, framed.closest, true);
    settle();
    redraw();
  }).observe(canvas);

  const lat = () => Math.atan(Math.sinh(Math.PI * (1 - 2 * view.y))) * (180 / Math.PI);

  return {
    /** Draws all anew, as in another theme. */
    refresh() {
      ground.forget();
      redraw();
    },
    /** Draws all anew at once, on paper or on the screen, where the view is as it was before. */
    relay(isPaper) {
      ground.forget();
      measured = null;
      if (isPaper) screen ??= { ...view };
      else if (screen) {
        Object.assign(view, screen);
        screen = null;
      }
      if (framed) show(framed.box, framed.closest, true);
      else settle();
      draw();
    },
    /** Shows these clusters, biggest first, and the shots that are marked. */
    set(next) {
      shown = { ...next, clusters: [...next.clusters].sort((a, b) => b.files - a.files || a.index - b.index) };
      allPins = { scale: 0, pins: [] };
      redraw();
    },
    fly(to, closest = CLOSE) {
      const box = bounds(to);
      if (box) show(box, closest);
    },
    /** Draws the way of one trip instead of pins, with `null` the pins. */
    follow(way) {
      followed = way;
      marked = null;
      redraw();
    },
    mark(place) {
      marked = place;
      redraw();
    },
    /** Comes to a place, and marks it on request. */
    comeTo(x, y, marks = false) {
      if (marks) marked = { x, y };
      show({ west: x, east: x, north: y, south: y }, Math.max(CLOSE / 2, Math.min(view.scale, 4 * CLOSE)));
    },
    /** Whether a place of a cluster lies on the map as it is. */
    sees(cluster) {
      const { width, height } = size();
      const spots = cluster.stops.length > 0 ? cluster.stops : [cluster.pin];
      return spots.some((spot) => {
        const [px, py] = project(spot.x, spot.y);
        return px >= 0 && py >= 0 && px <= width && py <= height;
      });
    },
    /** Where somebody moved the map to: latitude, longitude, and how often the world doubles. */
    get placed() {
      return framed || view.scale === 0 ? null : [lat().toFixed(4), (view.x * 360 - 180).toFixed(4), Math.log2(view.scale / 256).toFixed(2)].join("_");
    },
    /** Goes to such a place. */
    place(text) {
      const [north, east, zoomed] = text.split("_").map(Number);
      if (![north, east, zoomed].every(Number.isFinite)) return;
      cancelAnimationFrame(flight);
      framed = null;
      Object.assign(view, { x: mercatorX(east), y: mercatorY(north), scale: 256 * 2 ** zoomed });
      settle();
      redraw();
      moved();
    },
    get view() {
      return { ...view };
    },
  };
}
