// The map near photos: cells of a quarter degree with borders and names.

/** From this scale on cells are large enough to be seen. */
const CHART_SCALE = 110000;
/** From which scale on names of a level are shown, from the country to the township; and those
 * of places of this page. */
const NAME_SCALES = [8000, 30000, 80000, 150000, 600000];
const KNOWN_SCALE = 24000;
const MOST_NAMES = 70;

const charts = (() => {
  const { units, cells, names } = data.ground;
  const lonOf = (x) => x / (4 * units) - 180;
  const latOf = (y) => y / (4 * units) - 90;
  const reader = new Reader(cells);
  const list = [];
  while (reader.more) {
    const [row, column] = [reader.signed() * units, reader.signed() * units];
    const at = (x, y) => [mercatorX(lonOf(column + x)) * SIDE, mercatorY(latOf(row + y)) * SIDE];
    const [west, bottom] = at(0, 0);
    const [east, top] = at(units, units);
    const cell = { west, east, top, bottom, lines: [0, 1, 2].map(() => new Path2D()) };
    for (let n = reader.unsigned(); n > 0; n--) {
      const head = reader.unsigned();
      const kind = head % 4;
      let [x, y, started] = [0, 0, false];
      for (let i = head >> 2; i > 0; i--) {
        x += reader.signed();
        y += reader.signed();
        if (started) cell.lines[kind].lineTo(...at(x, y));
        else cell.lines[kind].moveTo(...at(x, y));
        started = true;
      }
    }
    list.push(cell);
  }
  const known = new Set([...data.places.map(([name]) => name), ...clusters.map((cluster) => cluster.pin.name)]);
  const labels = names.map(([text, y, x, level]) => ({
    text, x: mercatorX(lonOf(x)), y: mercatorY(latOf(y)), level,
    from: known.has(text) && level < 4 ? Math.min(KNOWN_SCALE, NAME_SCALES[level]) : NAME_SCALES[level],
  }));
  labels.sort((a, b) => a.from - b.from || a.level - b.level);

  return {
    labels,
    /** Draws what lies between west and east, top and bottom, in squares of side SIDE, in a
     * context that is laid so; `zoomed` pixels are one of its units. */
    paint(context, [west, east, top, bottom], zoomed) {
      const near = list.filter((cell) => cell.west < east && cell.east > west && cell.top < bottom && cell.bottom > top);
      for (const [kind, name, width] of [[2, "--city-border", 0.7], [1, "--province-border", 1], [0, "--border", 1.3]]) {
        context.strokeStyle = colour(name);
        context.lineWidth = width / zoomed;
        for (const cell of near) context.stroke(cell.lines[kind]);
      }
    },
  };
})();
