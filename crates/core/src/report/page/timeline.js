// The timeline: photos over the days, and the choice of some of them.

const UNITS = [
  ["day", (day) => day],
  ["week", (day) => day - (civil(day).weekday + 6) % 7],
  ["month", (day) => dayOf(civil(day).y, civil(day).month, 1)],
  ["quarter", (day) => dayOf(civil(day).y, civil(day).month - civil(day).month % 3, 1)],
  ["year", (day) => dayOf(civil(day).y, 0, 1)],
];
const LONGEST = { day: 1, week: 7, month: 31, quarter: 92, year: 366 };
const NARROWEST_BAR = 3;

/** The first day of the bar behind the one that begins on `start`. */
const nextStart = ([unit, startOf], start) => (unit === "day" ? start + 1 : startOf(start + LONGEST[unit] + (unit === "week" ? 0 : 1)));

/** Draws into #days; tells by `choose(from, to)` which days are wanted, or none. */
function timeline(choose) {
  const canvas = element("days");
  const all = { first: Infinity, last: -Infinity };
  for (const { first, last } of listed) {
    all.first = Math.min(all.first, first);
    all.last = Math.max(all.last, last);
  }
  if (listed.length === 0) {
    all.first = all.last = 0;
    canvas.closest("section").hidden = true;
  }
  let view = { ...all };
  let chosen = null;
  let shown = { shots: null, level: "" };
  let pending = false;
  // The bars as they were drawn last.
  let drawn = null;
  const tip = element("days-tip");

  const redraw = () => {
    if (!pending) requestAnimationFrame(draw);
    pending = true;
  };

  function unitFor(width) {
    const days = view.last - view.first + 1;
    return UNITS.find(([unit]) => (width / days) * LONGEST[unit] >= NARROWEST_BAR) ?? UNITS[UNITS.length - 1];
  }

  /** The bars of the view: where each begins, and what it holds. */
  function bars(width) {
    const unit = unitFor(width);
    const starts = [];
    const end = view.last + 1;
    for (let start = unit[1](view.first); start < end; start = nextStart(unit, start)) starts.push(start);
    const whole = new Float64Array(starts.length);
    const part = new Float64Array(starts.length);
    const column = shots.cluster[shown.level];
    let bar = 0;
    for (let i = 0; column && i < shots.length; i++) {
      const day = shots.day[i];
      if (column[i] < 0 || day < starts[0] || day >= end) continue;
      // Shots stand by time, so the bar only ever moves on.
      while (bar + 1 < starts.length && starts[bar + 1] <= day) bar++;
      whole[bar] += shots.files[i];
      if (shown.matching?.[i]) part[bar] += shots.files[i];
    }
    return { unit: unit[0], starts, end, whole, part };
  }

  const place = (width) => (day) => ((day - view.first) / (view.last - view.first + 1)) * width;

  function draw() {
    pending = false;
    if (!canvas.clientWidth) return;
    const { context, width, height } = fitted(canvas);
    const [accent, quiet, soft, line, wash] = ["--accent", "--quiet-bar", "--soft", "--line", "--wash"].map(colour);
    const at = place(width);
    drawn = bars(width);
    const { unit, starts, end, whole, part } = drawn;
    element("unit").textContent = words.units[unit];
    const floor = height - 22;
    if (chosen) {
      context.fillStyle = wash;
      context.fillRect(at(chosen.from), 0, at(chosen.to + 1) - at(chosen.from), floor);
    }
    // Square roots, so that a quiet month shows beside a wedding.
    const most = Math.sqrt(Math.max(1, ...whole));
    const high = (files) => (files === 0 ? 0 : Math.max(2, (Math.sqrt(files) / most) * (floor - 8)));
    starts.forEach((start, i) => {
      if (whole[i] === 0) return;
      const left = at(Math.max(start, view.first));
      const right = at(Math.min(starts[i + 1] ?? end, end));
      const wide = Math.max(1.5, Math.min(26, right - left - (right - left > 5 ? 1.5 : 0.5)));
      const x = (left + right - wide) / 2;
      const round = Math.min(3, wide / 3);
      for (const [files, fillStyle] of [[whole[i], quiet], [part[i], accent]]) {
        if (files === 0) continue;
        context.fillStyle = fillStyle;
        context.beginPath();
        context.roundRect(x, floor - high(files), wide, high(files), [round, round, 0, 0]);
        context.fill();
      }
    });
    context.fillStyle = line;
    context.fillRect(0, floor, width, 1);
    drawAxis(context, width, floor, at, soft, line);
    if (chosen) {
      context.fillStyle = accent;
      for (const x of [at(chosen.from), at(chosen.to + 1)]) {
        context.fillRect(Math.max(0, Math.min(width - 2, x - 1)), 0, 2, floor);
        context.beginPath();
        context.roundRect(Math.max(0, Math.min(width - 8, x - 4)), floor / 2 - 11, 8, 22, 4);
        context.fill();
      }
    }
  }

  function drawAxis(context, width, floor, at, soft, line) {
    const pixels = width / (view.last - view.first + 1);
    context.font = `12px ${family}`;
    context.textBaseline = "top";
    context.textAlign = "left";
    const ticks = [];
    const { y: firstYear } = civil(view.first);
    const { y: lastYear } = civil(view.last);
    if (pixels * 30 >= 34) {
      // Months, and days where there is room for them.
      const each = pixels >= 44 ? 1 : pixels * 7 >= 44 ? 7 : 0;
      let shownYear = null;
      for (let year = firstYear; year <= lastYear; year++) {
        for (let month = 0; month < 12; month++) {
          const start = dayOf(year, month, 1);
          const days = dayOf(year, month + 1, 1) - start;
          for (let d = 0; d < days; d += each || 99) {
            const day = start + d;
            if (day < view.first || day > view.last || (each === 7 && d > 27)) continue;
            const name = words.months[month];
            const withYear = shownYear !== year;
            shownYear = year;
            ticks.push([day, d === 0 || withYear ? (withYear ? fill(words.month_year, { m: name, y: year }) : name) : String(d + 1), withYear]);
          }
        }
      }
    } else {
      const step = [1, 2, 5, 10, 20, 50, 100].find((n) => n * 365 * pixels >= 44) ?? 100;
      for (let year = firstYear; year <= lastYear; year++) {
        if (year % step === 0 || firstYear === lastYear) ticks.push([Math.max(view.first, dayOf(year, 0, 1)), fill(words.year, { y: year }), false]);
      }
    }
    let free = 0;
    for (const [day, text] of ticks) {
      const x = at(day);
      const wide = context.measureText(text).width;
      if (x + 4 < free || x + 4 + wide > width + 2) continue;
      context.fillStyle = line;
      context.fillRect(Math.round(x), floor, 1, 8);
      context.fillStyle = soft;
      context.fillText(text, x + 4, floor + 5);
      free = x + 4 + wide + 10;
    }
  }

  function pick(from, to) {
    chosen = from === null ? null : { from: Math.max(all.first, Math.min(from, to)), to: Math.min(all.last, Math.max(from, to)) };
    if (chosen && chosen.from > chosen.to) chosen = { from: chosen.to, to: chosen.to };
    redraw();
    choose(chosen?.from ?? null, chosen?.to ?? null);
  }

  const dayAt = (event) => {
    const box = canvas.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return Math.max(view.first, Math.min(view.last, view.first + Math.floor(share * (view.last - view.first + 1))));
  };
  /** The whole bar that a day is in. */
  function barOf(day) {
    const unit = unitFor(canvas.clientWidth);
    const from = unit[1](day);
    return [from, nextStart(unit, from) - 1];
  }
  /** Says what the bar below the pointer holds. */
  function hover(event) {
    const at = drawn && event ? drawn.starts.findLastIndex((start) => start <= dayAt(event)) : -1;
    tip.hidden = !(at >= 0 && drawn.whole[at] > 0);
    if (tip.hidden) return;
    const { starts, end, whole, part } = drawn;
    const last = Math.min(starts[at + 1] ?? end, end) - 1;
    const files = part[at] === whole[at] ? count("count_pieces", whole[at])
      : fill(words.of, { n: numbers.format(part[at]), of: count("count_pieces", whole[at]) });
    tip.replaceChildren(make("b", "", span(Math.max(starts[at], view.first), last)), make("span", "", files));
    const box = canvas.getBoundingClientRect();
    const left = event.clientX - box.left - tip.offsetWidth / 2;
    tip.style.left = `${canvas.offsetLeft + Math.max(0, Math.min(box.width - tip.offsetWidth, left))}px`;
    tip.style.top = `${canvas.offsetTop - tip.offsetHeight - 4}px`;
  }
  let anchor = null;
  let dragged = false;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    dragged = false;
    anchor = { x: event.clientX, day: dayAt(event) };
    // Near an end of the choice, that end moves.
    if (chosen) {
      const box = canvas.getBoundingClientRect();
      const at = place(box.width);
      const near = (day) => Math.abs(at(day) + box.left - event.clientX) < 8;
      if (near(chosen.from)) anchor.day = chosen.to;
      else if (near(chosen.to + 1)) anchor.day = chosen.from;
    }
  });
  canvas.addEventListener("pointermove", (event) => {
    hover(event.pointerType === "mouse" ? event : null);
    if (!anchor) return;
    dragged ||= Math.abs(event.clientX - anchor.x) > 4;
    if (dragged) pick(anchor.day, dayAt(event));
  });
  canvas.addEventListener("pointerup", () => {
    if (anchor && !dragged) {
      const [from, to] = barOf(anchor.day);
      const again = chosen && chosen.from === Math.max(all.first, from) && chosen.to === Math.min(all.last, to);
      if (again) pick(null);
      else pick(from, to);
    }
    anchor = null;
  });
  canvas.addEventListener("pointercancel", () => {
    anchor = null;
  });
  canvas.addEventListener("pointerleave", () => hover(null));
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape" && chosen) {
      event.preventDefault();
      pick(null);
    } else if (step) {
      event.preventDefault();
      if (!chosen) {
        pick(...barOf(step > 0 ? view.first : view.last));
        return;
      }
      const [, end] = barOf(chosen.to);
      const to = step > 0 ? barOf(end + 1)[1] : barOf(barOf(chosen.to)[0] - 1)[1];
      if (event.shiftKey) pick(chosen.from, Math.max(chosen.from, to));
      else pick(...barOf(Math.max(all.first, Math.min(all.last, step > 0 ? chosen.to + 1 : chosen.from - 1))));
    }
  });
  new ResizeObserver(redraw).observe(canvas);

  const [from, to, closer, everything] = ["from", "to", "closer", "all-days"].map(element);
  for (const field of [from, to]) {
    field.min = iso(all.first);
    field.max = iso(all.last);
    field.addEventListener("change", () => {
      const day = (input, otherwise) => (input.value ? Math.floor(Date.parse(input.value) / DAY) : otherwise);
      if (!from.value && !to.value) pick(null);
      else pick(day(from, all.first), day(to, all.last));
    });
  }
  closer.addEventListener("click", () => {
    if (chosen) view = { first: chosen.from, last: Math.max(chosen.to, chosen.from + 6) };
    redraw();
    controls();
  });
  everything.addEventListener("click", () => {
    view = { ...all };
    pick(null);
  });

  function controls() {
    from.value = chosen ? iso(chosen.from) : "";
    to.value = chosen ? iso(chosen.to) : "";
    closer.hidden = !chosen || (chosen.from === view.first && chosen.to === view.last);
    everything.hidden = !chosen && view.first === all.first && view.last === all.last;
  }

  return {
    redraw,
    /** Draws all anew at once. */
    relay: draw,
    /** Shows the shots of a level, and among them those that are marked. */
    set(next) {
      shown = next;
      controls();
      redraw();
    },
    /** Marks some days as chosen, or none. */
    choose(from, to) {
      chosen = from === null ? null : { from, to };
      redraw();
    },
  };
}
