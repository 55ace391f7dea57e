"use strict";
// What the page holds, as values. All texts are shown with `textContent` only.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const data = read("data");
const world = read("world");
const words = data.words;

const element = (id) => document.getElementById(id);

/** A new element with a class and a text. */
function make(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** The same with a name or a text of somebody's, which may run from right to left. */
function written(tag, name, text) {
  const made = make(tag, name, text);
  made.dir = "auto";
  return made;
}

/** Whether the reader wants nothing to move. */
const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** A text of the page's language with its blanks filled in. */
const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const numbers = new Intl.NumberFormat(words.language);
/** A length in metres, as people say it. */
const lengthOf = (metres) => (metres >= 1000 ? fill(words.kilometres, { n: numbers.format(metres / 1000) })
  : fill(words.metres, { n: numbers.format(metres) }));
const count = (key, n, more) => fill(words[key][n === 1 ? 0 : 1], { n: numbers.format(n), ...more });

/** Variable-length integers, seven bits a byte, low bits first, in base64. */
class Reader {
  constructor(text) {
    this.bytes = atob(text);
    this.at = 0;
  }
  get more() {
    return this.at < this.bytes.length;
  }
  unsigned() {
    let n = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.bytes.charCodeAt(this.at++);
      n += (byte & 127) * unit;
      if (byte < 128) return n;
    }
  }
  signed() {
    const n = this.unsigned();
    return n % 2 ? -(n + 1) / 2 : n / 2;
  }
}

// --- Days, counted from 1 January 1970 ---

const DAY = 86400000;

function civil(day) {
  const date = new Date(day * DAY);
  return { y: date.getUTCFullYear(), month: date.getUTCMonth(), d: date.getUTCDate(), weekday: date.getUTCDay() };
}

function dayOf(year, month, d) {
  const date = new Date(0);
  date.setUTCFullYear(year, month, d);
  return date.getTime() / DAY;
}

const iso = (day) => new Date(day * DAY).toISOString().slice(-24, -14);

/** Days as people write them: what both ends share is written once. */
function span(first, last) {
  const a = civil(first);
  const b = civil(last);
  const values = { y: a.y, m: words.months[a.month], d: a.d, y2: b.y, m2: words.months[b.month], d2: b.d };
  if (first === last) return fill(words.span_day, values);
  if (a.y !== b.y) return fill(words.span_years, values);
  return fill(a.month === b.month ? words.span_month : words.span_year, values);
}

// --- Places on the map: a square of side 1, by Mercator's projection ---

const mercatorX = (lon) => (lon + 180) / 360;
function mercatorY(lat) {
  const bounded = Math.max(-85, Math.min(85, lat)) * (Math.PI / 180);
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + bounded / 2)) / (2 * Math.PI);
}
/** The way from one x to another, the shorter way round the globe. */
const eastward = (from, to) => to - from - Math.round(to - from);

// --- Trips and clusters ---

/** The years and months of some days, as people search for them. */
function timeWords(first, last) {
  const said = [];
  const [from, to] = [civil(first), civil(last)];
  const end = Math.min(to.y * 12 + to.month, from.y * 12 + from.month + 24);
  for (let month = from.y * 12 + from.month; month <= end; month++) {
    const [year, nth] = [Math.floor(month / 12), month % 12];
    said.push(fill(words.month_year, { m: words.months[nth], y: year }), `${words.long_months[nth]} ${year}`,
      `${year}-${String(nth + 1).padStart(2, "0")}`);
  }
  return said;
}

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const clusters = data.clusters.map((row, index) => {
  const [level, place, first, days, active, photos, videos, missing, id, title, custom, labels, pictures] = row;
  const [name, around, country] = data.places[place];
  const stops = (data.stops?.[index] ?? []).map(([at, day, length, count, position], nth) => {
    const [stop, outside, land] = data.places[at];
    const [y, x] = position ? [mercatorY(position[0] / data.units), mercatorX(position[1] / data.units)] : [NaN, NaN];
    return { number: nth + 1, name: stop, around: outside, country: land, first: day, last: day + length - 1, days: length, files: count, x, y };
  });
  const [distance, farthest] = data.ways?.[index] ?? [0, 0];
  const countries = stops.length > 0 ? stops.map((stop) => stop.country) : [country];
  const texts = [title || "", name, around, custom || "", id, ...labels.map(([key, value]) => `${key}=${value}`),
    ...stops.flatMap((stop) => [stop.name, stop.around])];
  return {
    index, level: data.levels[level], first, last: first + days - 1, days, active, photos, videos, missing, id,
    title, custom, labels, pictures, cover: pictures[pictures.length >> 1], name, around, countries, stops, files: photos + videos,
    distance, farthest, shown: title || name,
    text: fold([...texts, ...countries, ...timeWords(first, first + days - 1)].join("\n")),
    x: NaN, y: NaN, west: 0, east: 0, north: 0, south: 0, points: 0,
  };
});

const ofLevel = (level) => clusters.filter((cluster) => cluster.level === level);

/** What is listed: by trip, life at home is not. */
const listed = data.homes ? ofLevel(data.level) : clusters;

/** The stop that a day belongs to: the last one on it. */
const stopOn = (trip, day) => trip.stops.findLast((stop) => stop.first <= day && day <= stop.last);

/** Homes, each with its clusters. */
const homes = (data.homes ?? []).map(([name, first, last, days, rows]) => ({
  name, first, last, days, clusters: rows.map((row) => clusters[row]),
}));

/** What several photos of one place and day have in common, by time. */
const shots = (() => {
  const n = data.shots;
  const table = { length: n, day: new Int32Array(n), files: new Uint32Array(n), missing: new Uint8Array(n), x: new Float64Array(n), y: new Float64Array(n), cluster: {} };
  const reader = new Reader(data.shot_columns);
  let [day, lat, lon] = [data.first_day, 0, 0];
  for (let i = 0; i < n; i++) {
    day += reader.unsigned();
    const files = reader.unsigned();
    table.day[i] = day;
    table.files[i] = Math.floor(files / 4);
    table.missing[i] = files & 2;
    if (files & 1) {
      lat += reader.signed();
      lon += reader.signed();
      table.x[i] = mercatorX(lon / data.units);
      table.y[i] = mercatorY(lat / data.units);
    } else {
      table.x[i] = table.y[i] = NaN;
    }
  }
  data.levels.forEach((level, l) => {
    const column = new Int32Array(n).fill(-1);
    const runs = new Reader(data.shot_clusters[l]);
    for (let i = 0; runs.more; ) {
      const cluster = runs.unsigned() - 1;
      const end = i + runs.unsigned();
      column.fill(cluster, i, end);
      i = end;
    }
    table.cluster[level] = column;
    outline(column, table);
  });
  return table;
})();

/** Gives each cluster of a level its middle and its bounds. */
function outline(column, { x, y, files }) {
  for (let i = 0; i < column.length; i++) {
    const cluster = clusters[column[i]];
    if (!cluster || Number.isNaN(x[i])) continue;
    if (cluster.points === 0) {
      Object.assign(cluster, { x0: x[i], sumX: 0, sumY: 0, west: 0, east: 0, north: y[i], south: y[i] });
    }
    const dx = eastward(cluster.x0, x[i]);
    cluster.points += files[i];
    cluster.sumX += dx * files[i];
    cluster.sumY += y[i] * files[i];
    cluster.west = Math.min(cluster.west, dx);
    cluster.east = Math.max(cluster.east, dx);
    cluster.north = Math.min(cluster.north, y[i]);
    cluster.south = Math.max(cluster.south, y[i]);
    cluster.x = cluster.x0 + cluster.sumX / cluster.points;
    cluster.y = cluster.sumY / cluster.points;
  }
}

/** The smallest box around clusters: the widest gap between them is left out. */
function bounds(of) {
  const placed = of.filter((cluster) => cluster.points > 0);
  if (placed.length === 0) return null;
  const sides = placed.map((c) => [((c.x0 + c.west) % 1 + 1) % 1, c.east - c.west]).sort((a, b) => a[0] - b[0]);
  let [gap, west] = [-1, sides[0][0]];
  let reach = sides[0][0];
  for (let i = 0; i < sides.length; i++) {
    reach = Math.max(reach, sides[i][0] + sides[i][1]);
    const next = i + 1 < sides.length ? sides[i + 1][0] : sides[0][0] + 1;
    if (next - reach > gap) [gap, west] = [next - reach, next];
  }
  return {
    west, east: west + Math.max(0, 1 - Math.max(gap, 0)),
    north: Math.min(...placed.map((c) => c.north)), south: Math.max(...placed.map((c) => c.south)),
  };
}

/** Where a pin of a trip stands: where it stayed longest; of a cluster in its middle. */
for (const cluster of clusters) {
  const placed = cluster.stops.filter((stop) => !Number.isNaN(stop.x));
  const main = placed.reduce((best, stop) => (best && best.files >= stop.files ? best : stop), null);
  cluster.pin = main ?? cluster;
}

const clock = (minute) => [Math.floor(minute / 60), minute % 60].map((n) => String(n).padStart(2, "0")).join(":");

/** Pictures: the file's name, when it was taken, and where, if that is known. */
const pictures = data.pictures.map(([, name, day, minute, shot], index) => ({
  index, name, day, time: minute === null ? "" : clock(minute), order: day * 1440 + (minute ?? 0),
  shownOn: shot === null ? day : shots.day[shot],
  x: shot === null ? NaN : shots.x[shot], y: shot === null ? NaN : shots.y[shot],
}));

/** The days of a trip: what was taken on each, by time, and at which stop. */
function daysOf(trip) {
  const days = new Map();
  const dayAt = (day) => {
    if (!days.has(day)) {
      const stop = stopOn(trip, day) ?? null;
      days.set(day, { day, number: day - trip.first + 1, stop, files: 0, unplaced: 0, route: [], pictures: [] });
    }
    return days.get(day);
  };
  for (const i of shotsOf(trip)) {
    const day = dayAt(shots.day[i]);
    day.files += shots.files[i];
    if (Number.isNaN(shots.x[i])) day.unplaced += shots.files[i];
    else day.route.push([shots.x[i], shots.y[i]]);
  }
  for (const index of trip.pictures) dayAt(pictures[index].shownOn).pictures.push(pictures[index]);
  const all = [...days.values()].sort((a, b) => a.day - b.day);
  all.forEach((day, i) => {
    day.pictures.sort((a, b) => a.order - b.order);
    // What has no stop of its own belongs to the one before.
    day.stop ??= all[i - 1]?.stop ?? trip.stops[0] ?? null;
  });
  return all;
}

/** The number of the first shot that is not before a day. */
function firstShot(day) {
  let [low, high] = [0, shots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shots.day[middle] < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The numbers of the shots of a trip, by time. */
function* shotsOf(trip) {
  const column = shots.cluster[trip.level];
  for (let i = firstShot(trip.first); i < shots.length && shots.day[i] <= trip.last; i++) {
    if (column[i] === trip.index) yield i;
  }
}

/** A day with its weekday. */
function dayName(day) {
  const { y, month, d, weekday } = civil(day);
  return fill(words.weekday_day, { w: words.weekdays[weekday], day: fill(words.span_day, { y, m: words.months[month], d }) });
}

/** The pictures of a trip, by time. */
const picturesOf = (trip) => trip.pictures.map((index) => pictures[index]).sort((a, b) => a.order - b.order);

/** When a picture was taken. */
const momentOf = (picture) => `${dayName(picture.day)} ${picture.time}`.trim();

/** What a picture shows, as far as the page knows. */
function altOf(picture, trip) {
  const place = stopOn(trip, picture.shownOn)?.name ?? trip.name;
  return [place, `${span(picture.day, picture.day)} ${picture.time}`.trim(), picture.name].join(words.list_mark);
}

const pictureSource = (index) => `data:image/jpeg;base64,${data.pictures[index][0]}`;
