// The address of the page keeps what is shown, so that Back works and a link can be shared.

/** The part of the address behind `#` for the present state, but for what `next` says. */
function hashOf(next = {}) {
  const { trip, review, query, from, to, sort, level, follow, heat } = { ...state, ...next };
  const params = new URLSearchParams();
  if (trip) params.set("trip", trip.id);
  else if (review) params.set("review", review.name);
  if (query) params.set("q", query);
  if (from !== null) params.set("from", iso(from));
  if (to !== null) params.set("to", iso(to));
  if (sort !== "newest") params.set("sort", sort);
  if (level !== data.level && level !== null) params.set("level", level);
  if (follow) params.set("follow", "map");
  if (heat) params.set("map", "heat");
  const at = map.placed;
  if (at && !trip && !review) params.set("at", at);
  return `#${params}`;
}

/** What an address says. Whatever it does not say, or says wrongly, is as at first. */
function stateOf(hash) {
  const params = new URLSearchParams(hash.slice(1));
  const day = (name) => {
    const time = /^-?\d{4,6}-\d\d-\d\d$/.test(params.get(name) ?? "") ? Date.parse(params.get(name)) : NaN;
    return Number.isNaN(time) ? null : Math.floor(time / DAY);
  };
  const one = (name, known, otherwise) => (known.includes(params.get(name)) ? params.get(name) : otherwise);
  const [from, to] = [day("from"), day("to")];
  // The whole id, as `trips list` has it in JSON, does as well as its beginning.
  const trip = (params.get("trip") ?? "").replace(/^trip-/, "");
  const own = clusters.find((cluster) => trip.startsWith(cluster.id)) ?? null;
  return {
    trip: own,
    year: (!own && reviews.find(({ name }) => name === params.get("review"))) || null,
    query: params.get("q") ?? "",
    from, to: from === null ? null : to ?? from,
    heat: params.get("map") === "heat",
    follow: params.get("follow") === "map",
    sort: one("sort", Object.keys(ORDERS), "newest"),
    level: one("level", data.levels, data.level),
    at: params.get("at"),
  };
}

/** The part of the address behind `#` that was read or written last. */
let lastHash = location.hash;

/** Writes the present state where the last one stood, without a step for Back. */
function keepAddress() {
  const hash = hashOf();
  // From the review Back leads to the list as it is.
  if (reviews.length > 0) element("to-review").href = hashOf({ review: reviews[0] });
  // Where somebody has just gone is read first: the map may come to rest in between.
  if (location.hash !== lastHash || (lastHash || "#") === hash) return;
  history.replaceState(null, "", hash === "#" ? location.href.split("#")[0] : hash);
  lastHash = location.hash;
}
