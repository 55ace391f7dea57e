// The map near photos: cells of a quarter degree with coasts, borders and names.

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
    const cell = { west, east, top, bottom, sea: new Path2D(), land: new Path2D(), lines: [0, 1, 2, 3].map(() => new Path2D()) };
    cell.sea.rect(west, top, east - west, bottom - top);
    // Land by even and odd: below what is land at the top, turned over below each edge of a coast.
    for (let n = reader.unsigned(); n > 0; n--) {
      const [from, to] = [at(reader.signed(), 0)[0], at(reader.signed(), 0)[0]];
      cell.land.rect(from, top, to - from, bottom - top);
    }
    for (let n = reader.unsigned(); n > 0; n--) {
      const head = reader.unsigned();
      const kind = head % 4;
      let [x, y, before] = [0, 0, null];
      for (let i = head >> 2; i > 0; i--) {
        x += reader.signed();
        y += reader.signed();
        const corner = at(x, y);
        if (before) cell.lines[kind].lineTo(...corner);
        else cell.lines[kind].moveTo(...corner);
        if (before && kind === 0 && before[0] !== corner[0]) {
          cell.land.moveTo(...before);
          cell.land.lineTo(...corner);
          cell.land.lineTo(corner[0], bottom);
          cell.land.lineTo(before[0], bottom);
          cell.land.closePath();
        }
        before = corner;
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
      const of = (part) => near.reduce((all, cell) => (all.addPath(part(cell)), all), new Path2D());
      context.fillStyle = colour("--sea");
      context.fill(of((cell) => cell.sea));
      context.fillStyle = colour("--land");
      context.fill(of((cell) => cell.land), "evenodd");
      for (const [kind, name, width] of [[3, "--city-border", 0.7], [2, "--province-border", 1], [1, "--border", 1.3], [0, "--coast", 0.9]]) {
        context.strokeStyle = colour(name);
        context.lineWidth = width / zoomed;
        context.stroke(of((cell) => cell.lines[kind]));
      }
    },
  };
})();
