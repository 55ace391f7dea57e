// What is asked for, and what is shown for it.

const root = document.documentElement;
/** How fine a canvas is on paper. */
const PAPER_RATIO = 3;

const state = { level: data.level, query: "", from: null, to: null, only: null, place: "", selected: null, sort: "newest", follow: false, heat: false, trip: null, review: null };

const map = worldMap({
  choose(found, place) {
    if (found.length === 1) {
      select(found[0]);
      return;
    }
    // The list shows the trips of the place, unless a year is shown instead; the map comes as close
    // as parts them.
    if (!state.review) {
      Object.assign(state, { only: new Set(found), place, selected: null });
      list.select(null);
      update();
    }
    map.fly(found, 4 * CLOSE);
  },
  toStop: (number) => story.toStop(number),
  moved() {
    // Nobody moved what is on its way to paper.
    if (root.classList.contains("paper")) return;
    keepAddress();
    // The list stays as it is, and so does who reads a row, where nothing else is listed.
    if (state.follow && !state.trip && !state.review && !isSame(seen, inView())) fillList();
  },
});
const days = timeline((from, to) => {
  [state.from, state.to] = [from, to];
  update();
});
const list = tripList(select, clearFilters);
const story = tripStory(byTime);
const review = lookingBack();

function select(cluster) {
  state.selected = cluster;
  list.select(cluster);
  show();
  if (cluster) map.fly([cluster]);
}

let found = [];
let seen = [];
let matching = null;
let atHome = [];

/** Finds the trips that are asked for and shows them everywhere. A year in review asks for its
 * days alone; what the list asked for before waits until somebody comes back to it. */
function update() {
  const asked = state.review ? { query: "", from: state.review.first, to: state.review.last, only: null } : state;
  const terms = fold(asked.query).split(/\s+/).filter(Boolean);
  const [from, to] = [asked.from ?? -Infinity, asked.to ?? Infinity];
  const hasWords = (cluster) => terms.every((term) => cluster.text.includes(term));
  const isThen = (cluster) => cluster.first <= to && cluster.last >= from;
  const wanted = ofLevel(state.level).filter((cluster) => hasWords(cluster) && (!asked.only || asked.only.has(cluster)));
  found = wanted.filter(isThen).sort(ORDERS[state.sort]);
  atHome = homes.map((home) => [home, asked.only ? []
    : home.clusters.filter((cluster) => hasWords(cluster) && isThen(cluster)).sort(ORDERS[state.sort])]);

  const isWanted = new Uint8Array(clusters.length + 1);
  for (const cluster of wanted) isWanted[cluster.index + 1] = 1;
  const column = shots.cluster[state.level];
  matching = new Uint8Array(shots.length);
  for (let i = 0; column && i < shots.length; i++) {
    matching[i] = isWanted[column[i] + 1] && shots.day[i] >= from && shots.day[i] <= to ? 1 : 0;
  }

  if (state.selected && !found.includes(state.selected)) {
    list.select(null);
    state.selected = null;
  }
  element("clear").hidden = !(terms.length > 0 || state.from !== null || state.only !== null);
  fillList();
  show();
}

/** What was found, or on request what of it lies on the map as it is. */
const inView = () => (state.follow ? found.filter(map.sees) : found);
const isSame = (a, b) => a.length === b.length && a.every((one, i) => one === b[i]);

/** Lists what is in view. */
function fillList() {
  const all = ofLevel(state.level).length;
  seen = inView();
  const many = seen.length === all ? count("count_trips", all) : count("count_found", seen.length, { of: numbers.format(all) });
  element("count").textContent = state.only ? fill(words.at_place, { place: state.place, trips: many }) : many;
  list.set(seen, state.sort === "newest" || state.sort === "oldest", atHome);
}

function show() {
  // One of life at home has a pin while it is open.
  const shown = state.selected && !found.includes(state.selected) ? [...found, state.selected] : found;
  map.set({ clusters: shown, shots: matching, selected: state.selected, visited: state.review?.visited ?? everywhere, heat: state.heat });
  days.set({ matching, level: state.level });
  keepAddress();
}

// --- One trip, a year, or the list ---

const title = document.title;

/** Shows the page of a trip or that of a year, or with neither the list. */
function open({ trip, year }) {
  player.end();
  const { trip: last, review: lastYear } = state;
  Object.assign(state, { trip, review: year });
  root.classList.toggle("reading", Boolean(trip || year));
  const shown = trip ? trip.shown : year ? review.nameOf(year) : null;
  document.title = shown ? `${shown} · ${title}` : title;
  element("heat").hidden = Boolean(trip);
  const of = story.set(trip);
  review.set(year);
  if (year === lastYear) show();
  else update();
  map.follow(trip && { trip, days: of, stops: trip.stops.filter((stop) => !Number.isNaN(stop.x)) });
  if (trip) map.fly([trip]);
  else if (last && !year) list.focus(last);
  else if (lastYear && !year) element("to-review").focus({ preventScroll: true });
}

/** Shows what the address says, at first and when somebody goes back. */
function readAddress(isFirst) {
  lastHash = location.hash;
  // Only addresses of our own: others are places within the page.
  if (!isFirst && location.hash && !location.hash.includes("=")) return;
  const { trip, year, at, ...wanted } = stateOf(location.hash);
  const changed = Object.entries(wanted).some(([key, value]) => state[key] !== value);
  Object.assign(state, wanted, changed || isFirst ? { only: null } : {});
  element("query").value = state.query;
  element("sort").value = state.sort;
  element("follow").checked = state.follow;
  element("heat").ariaPressed = String(state.heat);
  for (const input of element("levels").querySelectorAll("input")) input.checked = input.value === state.level;
  days.choose(state.from, state.to);
  if (changed || isFirst) {
    summary();
    update();
  }
  if (trip !== state.trip || year !== state.review) open({ trip, year });
  if (at && !trip) map.place(at);
  else if (!trip && !isFirst) map.fly(found, FAR);
}
window.addEventListener("hashchange", () => readAddress(false));
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  element(state.trip ? "story-title" : state.review ? "review-title" : "list").focus();
});

function clearFilters() {
  const wasPlace = state.only !== null;
  Object.assign(state, { query: "", from: null, to: null, only: null });
  element("query").value = "";
  days.choose(null, null);
  update();
  if (wasPlace) map.fly(found, FAR);
}

// --- The head of the page ---

/** How many trips, photos and countries, and of which years. */
function summary() {
  const all = ofLevel(state.level);
  const countries = new Set(all.flatMap((cluster) => cluster.countries).filter(Boolean));
  const sum = (key) => all.reduce((sum, cluster) => sum + cluster[key], 0);
  const said = [count("count_trips", all.length), count("count_files", sum("photos"))];
  if (sum("videos") > 0) said.push(count("count_videos", sum("videos")));
  if (countries.size > 0) said.push(count("count_countries", countries.size));
  if (all.length > 0) {
    const first = civil(Math.min(...all.map((cluster) => cluster.first))).y;
    const last = civil(Math.max(...all.map((cluster) => cluster.last))).y;
    said.push(first === last ? String(first) : `${first}–${last}`);
  }
  element("summary").textContent = said.join(words.list_mark);
}

/** What somebody who is given this page learns. */
function given() {
  const [round, home] = data.privacy;
  const exact = round > 0 ? fill(words.given_round, { n: lengthOf(round) }) : words.given_exact;
  const said = [fill(words.given, { places: exact })];
  if (data.pictures.length > 0) said.push(count("given_pictures", data.pictures.length));
  if (home) said.push(words.given_no_home);
  else if (homes.length > 0) said.push(words.given_home);
  return said.join(" ");
}

for (const level of data.levels) {
  const label = make("label");
  const input = make("input");
  Object.assign(input, { type: "radio", name: "level", value: level, checked: level === state.level });
  input.addEventListener("change", () => {
    Object.assign(state, { level, only: null });
    summary();
    update();
    map.fly(found, FAR);
  });
  label.append(input, make("span", "", words.levels[level]));
  element("levels").append(label);
}
element("levels").hidden = data.levels.length < 2 || Boolean(data.homes);

let typing = 0;
element("query").addEventListener("input", (event) => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    state.query = event.target.value;
    update();
  }, 80);
});
element("clear").addEventListener("click", () => {
  clearFilters();
  element("query").focus();
});
element("follow").addEventListener("change", (event) => {
  state.follow = event.target.checked;
  fillList();
  keepAddress();
});
element("heat").addEventListener("click", (event) => {
  state.heat = !state.heat;
  event.currentTarget.ariaPressed = String(state.heat);
  show();
});
element("sort").addEventListener("change", (event) => {
  state.sort = event.target.value;
  update();
});

// The theme is remembered where the browser lets a page from a file remember anything.
const dark = matchMedia("(prefers-color-scheme: dark)");
const repaint = () => {
  colours.clear();
  map.refresh();
  days.redraw();
};
try {
  const kept = localStorage.getItem("theme");
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;
} catch {}
element("theme").addEventListener("click", () => {
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
  root.dataset.theme = isDark ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {}
  repaint();
});
dark.addEventListener("change", repaint);

/** On paper all is light, and a trip or a year has the map below its title. */
function onPaper(isPaper) {
  root.classList.toggle("paper", isPaper);
  fineness.least = isPaper ? PAPER_RATIO : 1;
  const place = isPaper && document.querySelector(".story:not([hidden]) :is(.itinerary, .figures)");
  const [box, atlas] = [element("map"), document.querySelector(".atlas")];
  const held = box.contains(document.activeElement) ? document.activeElement : null;
  if (place) place.before(box);
  else if (box.parentNode !== atlas) atlas.prepend(box);
  if (held && held !== document.activeElement) held.focus({ preventScroll: true });
  colours.clear();
  map.relay(isPaper);
  days.relay();
}
window.addEventListener("beforeprint", () => onPaper(true));
window.addEventListener("afterprint", () => onPaper(false));

element("to-review").hidden = reviews.length === 0;
root.classList.toggle("bare", data.pictures.length === 0);
element("given").textContent = given();
readAddress(true);
