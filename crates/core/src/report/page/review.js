// The years in review: each for itself, and all together.

/** Trips that are listed, by their first days. */
const byTime = [...listed].sort(ORDERS.oldest);

/** The codes of countries, as the map knows them. */
const codesOf = (countries) => countries.map((country) => country[4]).filter((code) => code && world.countries[code]);
const everywhere = codesOf(data.reviews[0][9]);

/** All years together first, then each; a page of one trip has nothing to look back on. */
const reviews = (listed.length > 1 ? data.reviews : []).map(([year, photos, videos, active, away, trips, distance, far, long, countries, provinces, months, busiest]) => {
  const [first, last] = year === null ? [-Infinity, Infinity] : [dayOf(year, 0, 1), dayOf(year, 11, 31)];
  return {
    name: year === null ? "all" : String(year), year, first, last, photos, videos, active, away, trips, distance, countries, provinces, months, busiest,
    visited: codesOf(countries), farthest: clusters[far] ?? null, longest: clusters[long] ?? null,
  };
});

/** The files that are there of each earlier year on the day that it is for the reader. */
function onThisDay(now) {
  const [year, month, d] = [now.getFullYear(), now.getMonth(), now.getDate()];
  // A year without 29 February remembers it on the 28th.
  const isLast = month === 1 && d === 28 && civil(dayOf(year, 1, 29)).month !== 1;
  const column = shots.cluster[data.level];
  const years = new Map();
  for (let i = 0; i < shots.length; i++) {
    const day = civil(shots.day[i]);
    if (shots.missing[i] || day.month !== month || (day.d !== d && !(isLast && day.d === 29)) || day.y >= year) continue;
    const one = years.get(shots.day[i]) ?? { day: shots.day[i], files: 0, trip: null };
    one.files += shots.files[i];
    one.trip ??= data.homes ? clusters[column?.[i]] ?? null : null;
    years.set(shots.day[i], one);
  }
  return [...years.values()].reverse();
}

/** Fills #review. */
function lookingBack() {
  const box = element("review");

  function link(review, name, text) {
    const made = make("a", name, text);
    made.href = hashOf({ trip: null, review });
    return made;
  }

  function tripLink(trip) {
    const made = written("a", "", trip.shown);
    made.href = hashOf({ trip, review: null });
    return made;
  }

  /** A trip and its days. */
  const journey = (trip) => [tripLink(trip), make("small", "", span(trip.first, trip.last))];

  const nameOf = ({ year }) => (year === null ? words.review_all : fill(words.review_year, { y: year }));

  function ways() {
    const nav = make("nav", "ways");
    nav.setAttribute("aria-label", words.trips);
    nav.append(link(null, "back", `‹ ${words.all_trips}`));
    return nav;
  }

  /** A link for each year, the latest first. */
  function years(shown) {
    const nav = make("nav", "years");
    nav.setAttribute("aria-label", words.years);
    const [all, ...each] = reviews;
    for (const review of [all, ...each.reverse()]) {
      const to = link(review, "", review.year === null ? words.all_years : fill(words.year, { y: review.year }));
      if (review === shown) to.setAttribute("aria-current", "page");
      nav.append(to);
    }
    return nav;
  }

  function figures(review) {
    const list = make("dl", "figures");
    const news = (places) => {
      const n = places.filter((place) => place[3]).length;
      return n > 0 ? fill(words.so_many_new, { n: numbers.format(n) }) : "";
    };
    const rows = [
      ...(data.homes ? [[words.days_away, review.away], [words.trips, review.trips]] : []),
      [words.countries, review.countries.length, news(review.countries)],
      [words.provinces, review.provinces.length, news(review.provinces)],
      ...(review.distance > 0 ? [[words.in_kilometres, review.distance]] : []),
      [words.photos, review.photos],
      ...(review.videos > 0 ? [[words.videos, review.videos]] : []),
      [words.days_with, review.active],
    ];
    for (const [name, value, more] of rows) {
      const one = make("div");
      const shown = make("dd", "", numbers.format(value));
      if (more) shown.append(make("small", "", more));
      one.append(make("dt", "", name), shown);
      list.append(one);
    }
    return list;
  }

  /** A bar for each month, with its number. */
  function months(review) {
    const most = Math.max(1, ...review.months);
    const list = make("ol", "months");
    review.months.forEach((files, month) => {
      const li = make("li");
      const bar = make("i");
      bar.style.height = `${(files / most) * 100}%`;
      const space = make("span", "column");
      space.append(bar);
      const name = make("b");
      const long = make("span", "unseen", words.long_months[month]);
      const short = make("span", "", words.months[month].slice(0, 3));
      short.setAttribute("aria-hidden", "true");
      name.append(long, short);
      li.append(make("span", "files", files > 0 ? numbers.format(files) : "–"), space, name);
      list.append(li);
    });
    return list;
  }

  function highlights(review) {
    const list = make("dl", "highlights");
    const add = (name, what, trip, more) => {
      const value = make("dd");
      value.append(written("span", "", what));
      if (trip) value.append(...journey(trip));
      if (more) value.append(make("small", "", more));
      list.append(make("dt", "", name), value);
    };
    const { farthest, longest, busiest } = review;
    if (farthest) add(words.farthest_trip, fill(words.kilometres, { n: numbers.format(farthest.farthest) }), farthest);
    if (longest) add(words.longest_trip, count("count_days", longest.days), longest);
    if (busiest) {
      const [day, files, place] = busiest;
      add(words.busiest, [count("count_pieces", files), place].filter(Boolean).join(words.list_mark), null, dayName(day));
    }
    return list;
  }

  function places(title, all) {
    if (all.length === 0) return [];
    const list = make("ul", "chips");
    for (const [name, days, , isNew] of all) {
      const li = make("li");
      li.append(written("span", "", name), make("small", "", count("count_days", days)));
      if (isNew) li.append(make("em", "", words.new));
      list.append(li);
    }
    return [make("h3", "", title), list];
  }

  function trips(review) {
    const of = byTime.filter((trip) => trip.first <= review.last && trip.last >= review.first);
    if (!data.homes || review.year === null || of.length === 0) return [];
    const list = make("ol", "journeys");
    for (const trip of of) {
      const li = make("li");
      li.append(...journey(trip));
      list.append(li);
    }
    return [make("h3", "", words.trips), list];
  }

  function memories() {
    const now = new Date();
    const days = onThisDay(now);
    if (days.length === 0) return [];
    const list = make("ol", "journeys");
    for (const { day, files, trip } of days) {
      const li = make("li");
      li.append(make("span", "", dayName(day)), make("small", "", count("count_pieces", files)));
      if (trip) li.append(tripLink(trip));
      list.append(li);
    }
    const today = fill(words.day_time, { d: now.getDate(), m: words.months[now.getMonth()], t: "" }).trim();
    return [make("h3", "", fill(words.on_this_day, { day: today })), list];
  }

  return {
    nameOf,
    /** Shows a year, all, or nothing. */
    set(review) {
      box.hidden = !review;
      if (!review) {
        box.replaceChildren();
        return;
      }
      const title = make("h2", "", nameOf(review));
      title.id = "review-title";
      title.tabIndex = -1;
      const monthly = make("h3", "", words.per_month);
      box.replaceChildren(ways(), title, years(review), figures(review), highlights(review), monthly, months(review),
        ...trips(review), ...places(words.countries, review.countries), ...places(words.provinces, review.provinces),
        ...(review.year === null ? memories() : []));
      box.scrollTop = 0;
      title.focus({ preventScroll: true });
    },
  };
}
