// The list of trips.

const FIRST_ROWS = 40;
const MORE_ROWS = 60;
const HOME_ROWS = 200;
/** How many pictures a row shows; the trip's own page has the others. */
const PREVIEWS = 12;

const ORDERS = {
  newest: (a, b) => b.first - a.first || b.last - a.last || a.index - b.index,
  oldest: (a, b) => a.first - b.first || a.last - b.last || a.index - b.index,
  photos: (a, b) => b.files - a.files || ORDERS.newest(a, b),
  longest: (a, b) => b.days - a.days || ORDERS.newest(a, b),
};

/** What a trip holds: its words */
function counts({ days, photos, videos, missing }) {
  const said = [days > 1 && count("count_days", days), (photos > 0 || videos === 0) && count("count_files", photos),
    videos > 0 && count("count_videos", videos), missing > 0 && count("count_missing", missing)];
  return said.filter(Boolean).join(words.list_mark);
}

/** A picture as an element. */
function picture(index, alt) {
  const img = new Image();
  img.alt = alt;
  img.loading = "lazy";
  img.decoding = "async";
  img.src = pictureSource(index);
  return img;
}

/** What else is known of a trip. */
function facts(cluster) {
  const box = make("div", "facts");
  const fact = (text, name) => box.append(written("span", name, text));
  for (const [key, value] of cluster.labels) fact(value ? `${key}: ${value}` : key, "label");
  if (cluster.custom) fact(cluster.custom, "label");
  if (cluster.active < cluster.days) fact(fill(words.active_days, { n: numbers.format(cluster.active) }));
  if (cluster.points === 0) fact(words.nowhere);
  const id = make("span", "", `${words.id} `);
  id.append(make("code", "", cluster.id));
  box.append(id);
  return box;
}

/** Pictures of a trip with their times, each of which opens large. */
function frames(trip, shown) {
  const box = make("div", "pictures");
  for (const one of shown) {
    const figure = make("figure");
    const open = make("button", "frame");
    open.type = "button";
    open.append(picture(one.index, altOf(one, trip)));
    open.addEventListener("click", () => viewer.open(trip, one));
    const { d, month } = civil(one.day);
    const caption = make("figcaption", "", fill(words.day_time, { d, m: words.months[month], t: one.time }).trim());
    if (Number.isNaN(one.x)) caption.append(make("span", "lost", words.nowhere));
    figure.append(open, caption);
    box.append(figure);
  }
  return box;
}

/** Fills #list; tells by `choose(cluster)` which trip was opened or closed. */
function tripList(choose, clear) {
  const list = element("list");
  const more = element("more");
  let rows = [];
  let byYear = true;
  let done = 0;
  let selected = null;
  let section = null;
  const items = new Map();

  /** The homes, and those of them that are open. */
  const houses = element("homes");
  const openHomes = new Set();

  const yearOf = (cluster) => civil(cluster.first).y;

  function item(cluster) {
    const li = make("li", "trip");
    const open = make("button", "open");
    open.type = "button";
    open.setAttribute("aria-expanded", "false");
    const cover = make("span", "cover");
    cover.setAttribute("aria-hidden", "true");
    if (cluster.pictures.length) cover.append(picture(cluster.cover, ""));
    else cover.append(make("i", "", [...cluster.name][0] ?? ""));
    const what = make("span", "what");
    const title = written("b", "", cluster.title || cluster.name);
    const stops = cluster.stops.length > 1
      ? cluster.stops.map((stop) => `${stop.name} ${count("count_days", stop.days)}`).join(words.list_mark)
      : cluster.stops.map((stop) => stop.around).join("");
    const where = cluster.title ? [cluster.name, cluster.around, stops] : [cluster.around, stops];
    const place = written("span", "where", where.filter(Boolean).join(", "));
    what.append(title, make("span", "when", span(cluster.first, cluster.last)));
    if (place.textContent) what.append(place);
    what.append(make("span", "", counts(cluster)));
    open.append(cover, what);
    open.addEventListener("click", () => choose(selected === cluster ? null : cluster));
    li.append(open);
    items.set(cluster, li);
    if (cluster === selected) expand(cluster);
    return li;
  }

  /** The rest of what is known of a trip, below its row. */
  function inside(cluster) {
    const box = make("div", "inside");
    const open = make("a", "go", cluster.stops.length > 0 ? words.open_trip : words.open_cluster);
    open.href = hashOf({ trip: cluster });
    box.append(open);
    if (cluster.pictures.length > 1) box.append(frames(cluster, cluster.pictures.slice(0, PREVIEWS).map((index) => pictures[index])));
    if (cluster.stops.length > 1) {
      const stops = make("ol", "stops");
      for (const stop of cluster.stops) {
        const li = make("li");
        const where = [span(stop.first, stop.last), stop.around].filter(Boolean).join(words.list_mark);
        li.append(written("b", "", stop.name), written("span", "", where));
        stops.append(li);
      }
      box.append(stops);
    }
    box.append(facts(cluster));
    return box;
  }

  function expand(cluster) {
    const li = items.get(cluster);
    if (!li || li.classList.contains("selected")) return;
    li.classList.add("selected");
    li.firstChild.setAttribute("aria-expanded", "true");
    li.append(inside(cluster));
  }

  function collapse(cluster) {
    const li = items.get(cluster);
    if (!li) return;
    li.classList.remove("selected");
    li.firstChild.setAttribute("aria-expanded", "false");
    li.querySelector(".inside")?.remove();
  }

  function append(n) {
    const end = Math.min(rows.length, done + n);
    for (; done < end; done++) {
      const cluster = rows[done];
      const year = byYear ? yearOf(cluster) : null;
      if (!section || section.year !== year) {
        const ol = make("ol");
        if (byYear) {
          const heading = make("h2", "year", fill(words.year, { y: year }));
          const trips = rows.reduce((sum, row) => sum + (yearOf(row) === year), 0);
          heading.append(make("small", "", count("count_trips", trips)));
          list.append(heading);
        }
        list.append(ol);
        section = { year, ol };
      }
      section.ol.append(item(cluster));
    }
    more.hidden = done >= rows.length;
  }

  /** Appends rows as far as that of a trip. */
  function reach(cluster) {
    const at = rows.indexOf(cluster);
    if (at >= done) append(at - done + 20);
  }

  /** Life at home, one entry for each home: its clusters are behind it. */
  function home(house, clusters) {
    const box = make("div", "home");
    const open = make("button", "fold");
    open.type = "button";
    const several = homes.filter((other) => other.name === house.name).length > 1;
    const name = several ? `${house.name}, ${span(house.first, house.last)}` : house.name;
    const title = fill(words.home, { name, days: count("count_days", house.days) });
    open.append(written("b", "", title), make("span", "", count("count_clusters", clusters.length)));
    const inside = make("div", "rows");
    const rest = make("button", "quiet", words.more);
    rest.type = "button";
    const ol = make("ol");
    const append = () => {
      const next = clusters.slice(ol.childElementCount, ol.childElementCount + HOME_ROWS);
      ol.append(...next.map(item));
      rest.hidden = ol.childElementCount >= clusters.length;
    };
    rest.addEventListener("click", append);
    const fold = () => {
      const isOpen = openHomes.has(house);
      open.setAttribute("aria-expanded", String(isOpen));
      inside.hidden = !isOpen;
      if (isOpen && ol.childElementCount === 0) append();
    };
    open.addEventListener("click", () => {
      if (!openHomes.delete(house)) openHomes.add(house);
      fold();
    });
    inside.append(ol, rest);
    box.append(open, inside);
    fold();
    return box;
  }

  function nothing() {
    const box = make("div", "none");
    const empty = listed.length === 0;
    const why = homes.length > 0 ? words.nothing_away : words.nothing;
    box.append(make("h2", "", empty ? words.nothing_title : words.no_match_title), make("p", "", empty ? why : words.no_match));
    if (!empty) {
      const button = make("button", "quiet", words.clear);
      button.type = "button";
      button.addEventListener("click", clear);
      box.append(button);
    }
    list.append(box);
  }

  more.addEventListener("click", () => {
    const next = rows[done];
    append(MORE_ROWS);
    items.get(next)?.firstChild.focus();
  });
  new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) append(MORE_ROWS);
  }, { rootMargin: "600px" }).observe(more);
  window.addEventListener("beforeprint", () => append(2000));

  return {
    /** Shows these trips in their order, under headings of years or not, and below them
     * the homes, each with those of its clusters that are asked for. */
    set(next, years, atHome) {
      // Who reads a row, or something in it, stays with it, or else with the list.
      const here = document.activeElement;
      const [read] = [...items].find(([, li]) => li.contains(here)) ?? [null];
      const wasWithin = list.contains(here) || houses.contains(here);
      [rows, byYear, done, section] = [next, years, 0, null];
      items.clear();
      list.replaceChildren();
      if (rows.length === 0) nothing();
      append(FIRST_ROWS);
      const there = atHome.filter(([, clusters]) => clusters.length > 0);
      houses.replaceChildren(...there.map(([house, clusters]) => home(house, clusters)));
      if (read) reach(read);
      if (items.has(read)) items.get(read).firstChild.focus();
      else if (wasWithin) list.focus({ preventScroll: true });
    },
    /** Puts the focus on the row of a trip. */
    focus(cluster) {
      reach(cluster);
      items.get(cluster)?.firstChild.focus();
    },
    /** Opens a trip, and brings it into sight. */
    select(cluster) {
      if (selected && selected !== cluster) collapse(selected);
      selected = cluster;
      if (!cluster) return;
      reach(cluster);
      expand(cluster);
      items.get(cluster)?.scrollIntoView({ block: "nearest", behavior: isStill() ? "auto" : "smooth" });
    },
  };
}
