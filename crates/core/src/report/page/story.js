// The page of one trip: its days, its stops and its pictures, and the way through them.

/** How long a picture stays while the trip plays, in milliseconds. */
const PACE = 2600;

/** Colours of days along a trip, from the warm first to the cool last. */
const dayColour = (nth, of) => {
  const hue = 24 - (of > 1 ? nth / (of - 1) : 0) * 190;
  return `hsl(${(hue + 360) % 360} 62% 50%)`;
};

/** Days one after the other at the same stop. */
function chaptersOf(days) {
  const chapters = [];
  for (const day of days) {
    const last = chapters.at(-1);
    if (last && last.stop === day.stop) last.days.push(day);
    else chapters.push({ stop: day.stop, days: [day] });
  }
  return chapters;
}

/** Fills #story. `order` are the trips before and after which one stands. */
function tripStory(order) {
  const story = element("story");
  let shown = null;

  function link(trip, name, text) {
    const made = make("a", name, text);
    made.href = hashOf({ trip });
    return made;
  }

  /** Back to all, and to the trips before and after. */
  function ways(trip, isBelow) {
    const nav = make(isBelow ? "div" : "nav", isBelow ? "ways below" : "ways");
    if (!isBelow) nav.setAttribute("aria-label", words.trips);
    nav.append(link(null, "back", `‹ ${words.all_trips}`));
    const at = order.indexOf(trip);
    for (const [other, name, label] of [[order[at - 1], "before", words.before], [order[at + 1], "after", words.after]]) {
      if (!other || at < 0) continue;
      const to = link(other, name);
      to.append(make("span", "", label), written("b", "", other.shown));
      nav.append(to);
    }
    return nav;
  }

  function sums(trip) {
    return [counts(trip), trip.stops.length > 1 && count("count_stops", trip.stops.length),
      trip.distance > 0 && fill(words.kilometres, { n: numbers.format(trip.distance) }),
      trip.farthest > 0 && fill(words.farthest, { n: numbers.format(trip.farthest) })].filter(Boolean).join(words.list_mark);
  }

  function head(trip) {
    const box = make("header", "head");
    if (trip.pictures.length) {
      const open = make("button", "hero");
      open.type = "button";
      open.append(picture(trip.cover, altOf(pictures[trip.cover], trip)));
      open.addEventListener("click", () => viewer.open(trip, pictures[trip.cover]));
      box.append(open);
    }
    const title = written("h2", "", trip.shown);
    title.id = "story-title";
    title.tabIndex = -1;
    box.append(title, make("p", "when", span(trip.first, trip.last)));
    const where = written("p", "where", [trip.title ? trip.name : "", trip.around].filter(Boolean).join(", "));
    if (where.textContent) box.append(where);
    box.append(make("p", "sums", sums(trip)));
    if (trip.pictures.length > 1) {
      const play = make("button", "play", `▶ ${words.play}`);
      play.type = "button";
      play.addEventListener("click", () => player.start(trip));
      box.append(play);
    }
    return box;
  }

  /** The stops in their order; each leads to its days. */
  function itinerary(trip, chapters) {
    const list = make("ol", "itinerary");
    for (const stop of trip.stops) {
      const li = make("li");
      const go = make("button");
      go.type = "button";
      go.append(make("i", "number", String(stop.number)), written("b", "", stop.name), make("span", "", span(stop.first, stop.last)));
      go.addEventListener("click", () => toStop(stop.number));
      li.append(go);
      list.append(li);
    }
    list.hidden = chapters.length < 2;
    return list;
  }

  function dayOfStory(trip, day, nth, of) {
    const box = make("section", "day");
    const title = make(trip.stops.length > 1 ? "h4" : "h3", "date");
    const dot = make("i", "dot");
    dot.style.backgroundColor = dayColour(nth, of);
    const said = [fill(words.day_number, { n: numbers.format(day.number) }), count("count_pieces", day.files),
      day.unplaced > 0 && count("count_unplaced", day.unplaced)];
    title.append(dot, dayName(day.day), make("small", "", said.filter(Boolean).join(words.list_mark)));
    box.append(title);
    if (day.pictures.length) box.append(frames(trip, day.pictures));
    return box;
  }

  function chapter(trip, { stop, days }, all) {
    const box = make("section", "chapter");
    if (stop && trip.stops.length > 1) {
      const title = make("h3");
      title.append(make("i", "number", String(stop.number)), written("span", "", stop.name), written("small", "", stop.around));
      title.dataset.stop = stop.number;
      title.tabIndex = -1;
      box.append(title);
    }
    for (const day of days) box.append(dayOfStory(trip, day, all.indexOf(day), all.length));
    return box;
  }

  /** Brings the days at a stop into sight, and the map to it. */
  function toStop(number) {
    const title = story.querySelector(`[data-stop="${number}"]`);
    // A stop whose only day ends at the next one has none.
    title?.focus({ preventScroll: true });
    title?.scrollIntoView({ block: "start", behavior: isStill() ? "auto" : "smooth" });
    const stop = shown.stops[number - 1];
    if (!Number.isNaN(stop.x)) map.comeTo(stop.x, stop.y);
  }

  // On paper all pictures are there, also those that nobody scrolled to.
  window.addEventListener("beforeprint", () => {
    for (const img of story.querySelectorAll("img")) img.loading = "eager";
  });

  return {
    toStop,
    /** Shows a trip, or none; returns its days. */
    set(trip) {
      shown = trip;
      story.hidden = !trip;
      if (!trip) {
        story.replaceChildren();
        return [];
      }
      const days = daysOf(trip);
      const chapters = chaptersOf(days);
      const body = make("div", "days");
      if (days.every((day) => day.pictures.length === 0)) body.append(make("p", "quietly", words.no_pictures));
      body.append(...chapters.map((part) => chapter(trip, part, days)));
      story.replaceChildren(ways(trip, false), head(trip), itinerary(trip, chapters), body, facts(trip), ways(trip, true));
      story.scrollTop = 0;
      story.querySelector("h2").focus({ preventScroll: true });
      return days;
    },
  };
}

/** Plays a trip: its pictures by time, each with its place on the map. Fills #playing. */
const player = (() => {
  const box = element("playing");
  const [frame, caption, pause, stop] = ["playing-frame", "playing-caption", "play-pause", "play-stop"].map(element);
  let list = [];
  let trip = null;
  let at = 0;
  let timer = 0;
  let from = null;

  function show() {
    const one = list[at];
    frame.replaceChildren(picture(one.index, altOf(one, trip)));
    frame.firstChild.loading = "eager";
    caption.textContent = [stopOn(trip, one.shownOn)?.name ?? trip.name, momentOf(one)].join(words.list_mark);
    if (!Number.isNaN(one.x)) map.comeTo(one.x, one.y, true);
  }

  function run(on) {
    clearInterval(timer);
    timer = on ? setInterval(() => (at + 1 < list.length ? (at++, show()) : end()), PACE) : 0;
    pause.textContent = on ? words.pause : words.go_on;
  }
  function end() {
    run(false);
    if (box.hidden) return;
    box.hidden = true;
    frame.replaceChildren();
    map.mark(null);
    map.fly([trip]);
    from?.focus();
  }
  pause.addEventListener("click", () => run(!timer));
  stop.addEventListener("click", end);
  box.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") end();
    if (!by || !list[at + by]) return;
    event.preventDefault();
    at += by;
    show();
  });

  return {
    start(of) {
      [trip, at, from] = [of, 0, document.activeElement];
      list = picturesOf(trip);
      box.hidden = false;
      show();
      run(true);
      pause.focus();
    },
    end,
  };
})();
