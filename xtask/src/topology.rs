//! Polygons to a layer of cells: edges shared by neighbours, simplified as one
//! chain, cut at the cells, encoded.

use std::collections::BTreeMap;

use imm_cluster_geodata::drawn::Drawn;
use imm_cluster_geodata::format::GRAIN;
use imm_cluster_geodata::grid::{BLOCK, COLUMNS, EARTH_RADIUS, NONE, ROWS, STEPS};

/// A corner in steps from -180° and -90°.
pub(crate) type GridCorner = (u32, u32);

/// A ring without its last corner, which is its first.
pub(crate) type Ring = Vec<GridCorner>;

/// Metres in a step along a meridian.
const STEP: f64 = EARTH_RADIUS * std::f64::consts::PI / 180.0 / 4.0 / 65_535.0;

/// How far two points are from each other, by latitude and longitude in degrees.
pub(crate) fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let squeeze = a.0.to_radians().cos();
    ((a.1 - b.1) * squeeze).hypot(a.0 - b.0) * 111_195.0
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct BoundaryEdge {
    from: GridCorner,
    to: GridCorner,
    left: u16,
    right: u16,
}

/// The nearest corner: to some 11 m.
pub(crate) fn corner(lon: f64, lat: f64) -> GridCorner {
    let steps = |degrees: f64, cells: i64| {
        let grain = f64::from(GRAIN);
        let most = (cells * STEPS) as f64;
        ((degrees * 4.0 * STEPS as f64 / grain).round() * grain).clamp(0.0, most) as u32
    };
    (steps(lon + 180.0, COLUMNS), steps(lat + 90.0, ROWS))
}

/// Twice the signed area of a ring in square steps; positive when it runs counter-clockwise.
pub(crate) fn doubled_area(ring: &[GridCorner]) -> i128 {
    let next = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(next)
        .map(|(a, b)| i128::from(a.0) * i128::from(b.1) - i128::from(b.0) * i128::from(a.1))
        .sum()
}

fn cos_lat(y: u32) -> f64 {
    let lat = f64::from(y) / (ROWS * STEPS) as f64 * 180.0 - 90.0;
    lat.to_radians().cos().max(0.001)
}

/// The area of a ring in square metres.
pub(crate) fn area(ring: &[GridCorner]) -> f64 {
    let y = ring.iter().map(|c| u64::from(c.1)).sum::<u64>() / ring.len().max(1) as u64;
    doubled_area(ring).abs() as f64 / 2.0 * STEP * STEP * cos_lat(y as u32)
}

/// How far two corners are from each other in metres, about.
pub(crate) fn distance(a: GridCorner, b: GridCorner) -> f64 {
    let across = a.0.abs_diff(b.0);
    let across = across.min((COLUMNS * STEPS) as u32 - across);
    let along = f64::from(a.1.abs_diff(b.1));
    (f64::from(across) * cos_lat(u32::midpoint(a.1, b.1))).hypot(along) * STEP
}

/// The polygons of one layer: each ring with its unit, outer rings counter-clockwise and holes
/// clockwise.
#[derive(Default)]
pub(crate) struct Shapes {
    pub rings: Vec<(u16, Ring)>,
}

impl Shapes {
    pub(crate) fn add(&mut self, unit: u16, polygons: &[Vec<Ring>]) {
        for polygon in polygons {
            for (i, ring) in polygon.iter().enumerate() {
                let mut ring = ring.clone();
                if (doubled_area(&ring) > 0) != (i == 0) {
                    ring.reverse();
                }
                self.rings.push((unit, ring));
            }
        }
    }

    /// Every edge once, with the units on both sides.
    fn edges(&self) -> Vec<BoundaryEdge> {
        let mut halves: Vec<(GridCorner, GridCorner, bool, u16)> = Vec::new();
        for (unit, ring) in &self.rings {
            for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                if a != b {
                    halves.push(if a < b {
                        (*a, *b, true, *unit)
                    } else {
                        (*b, *a, false, *unit)
                    });
                }
            }
        }
        halves.sort_unstable();
        let mut edges = Vec::new();
        for same in halves.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let side = |forward| same.iter().filter(move |h| h.2 == forward).map(|h| h.3);
            let (mut left, mut right): (Vec<u16>, Vec<u16>) =
                (side(true).collect(), side(false).collect());
            // What has one unit on both sides is no boundary.
            left.retain(|unit| {
                let twin = right.iter().position(|r| r == unit);
                twin.map(|at| right.remove(at)).is_none()
            });
            for i in 0..left.len().max(right.len()) {
                let unit = |side: &[u16]| side.get(i).copied().unwrap_or(NONE);
                edges.push(BoundaryEdge {
                    from: same[0].0,
                    to: same[0].1,
                    left: unit(&left),
                    right: unit(&right),
                });
            }
        }
        edges
    }

    /// The boundaries as chains of corners, from one junction to the next.
    fn chains(&self) -> Vec<(u16, u16, Vec<GridCorner>)> {
        let edges = self.edges();
        let mut ends: Vec<(GridCorner, u32)> = Vec::with_capacity(edges.len() * 2);
        for (i, edge) in edges.iter().enumerate() {
            ends.push((edge.from, i as u32));
            ends.push((edge.to, i as u32));
        }
        ends.sort_unstable();
        let at = |c: GridCorner| {
            let from = ends.partition_point(|e| e.0 < c);
            let to = from + ends[from..].iter().take_while(|e| e.0 == c).count();
            &ends[from..to]
        };
        // The edge that goes on from `c`, unless `c` is a junction.
        let next = |edge: usize, c: GridCorner| -> Option<usize> {
            let [a, b] = at(c) else { return None };
            let other = if a.1 as usize == edge { b.1 } else { a.1 } as usize;
            let (e, o) = (edges[edge], edges[other]);
            let sides = |edge: BoundaryEdge, start: bool| {
                if start {
                    (edge.left, edge.right)
                } else {
                    (edge.right, edge.left)
                }
            };
            let runs_on = sides(e, e.to == c) == sides(o, o.from == c);
            (runs_on && other != edge).then_some(other)
        };
        let mut used = vec![false; edges.len()];
        let mut chains = Vec::new();
        for first in 0..edges.len() {
            if used[first] {
                continue;
            }
            // Back to where the chain begins, or once round a ring.
            let (mut edge, mut c) = (first, edges[first].from);
            while let Some(other) = next(edge, c) {
                let o = edges[other];
                c = if o.from == c { o.to } else { o.from };
                edge = other;
                if edge == first {
                    break;
                }
            }
            let e = edges[edge];
            let start = c;
            let (left, right) = if e.from == start {
                (e.left, e.right)
            } else {
                (e.right, e.left)
            };
            let mut line = vec![start];
            loop {
                used[edge] = true;
                let e = edges[edge];
                c = if e.from == c { e.to } else { e.from };
                line.push(c);
                match next(edge, c) {
                    Some(other) if !used[other] => edge = other,
                    _ => break,
                }
            }
            chains.push((left, right, line));
        }
        chains
    }

    /// The layer: boundaries kept within `tolerance` metres, less for small units.
    pub(crate) fn layer(&self, tolerance: impl Fn(u16) -> f64) -> Drawn {
        let mut areas: BTreeMap<u16, f64> = BTreeMap::new();
        for (unit, ring) in &self.rings {
            *areas.entry(*unit).or_default() += area(ring);
        }
        let mut cells = Cells::new();
        for (left, right, line) in self.chains() {
            let within = [left, right]
                .into_iter()
                .filter_map(|unit| Some(tolerance(unit).min(0.04 * areas.get(&unit)?.sqrt())))
                .fold(f64::INFINITY, f64::min);
            let line = simplify(&line, within);
            for pair in line.windows(2) {
                cut(pair[0], pair[1], &mut |cell, a, b| {
                    let pieces = cells.entry(cell).or_default();
                    match pieces.last_mut() {
                        Some((l, r, corners))
                            if (*l, *r) == (left, right) && corners.last() == Some(&a) =>
                        {
                            corners.push(b);
                        }
                        _ => pieces.push((left, right, vec![a, b])),
                    }
                });
            }
        }
        encode(&cells)
    }
}

/// The line with fewer corners, each left out at most `tolerance` metres away
/// from what remains (Douglas and Peucker). A ring keeps at least three.
fn simplify(line: &[GridCorner], tolerance: f64) -> Vec<GridCorner> {
    let squeeze = cos_lat(line[line.len() / 2].1);
    let flat = |c: GridCorner| (f64::from(c.0) * squeeze * STEP, f64::from(c.1) * STEP);
    let distance = |p: GridCorner, a: GridCorner, b: GridCorner| {
        let (p, a, b) = (flat(p), flat(a), flat(b));
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = dx * dx + dy * dy;
        let t = if length > 0.0 {
            (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length).clamp(0.0, 1.0)
        } else {
            0.0
        };
        (p.0 - a.0 - t * dx).hypot(p.1 - a.1 - t * dy)
    };
    let farthest = |from: usize, to: usize| {
        (from + 1..to)
            .map(|i| (i, distance(line[i], line[from], line[to])))
            .fold(
                (from, -1.0),
                |best, one| if one.1 > best.1 { one } else { best },
            )
    };
    let last = line.len() - 1;
    let mut keep = vec![false; line.len()];
    (keep[0], keep[last]) = (true, true);
    let mut open = vec![(0, last)];
    if line[0] == line[last] && last > 3 {
        let (middle, _) = farthest(0, last);
        let (third, _) = if middle > last / 2 {
            farthest(0, middle)
        } else {
            farthest(middle, last)
        };
        (keep[middle], keep[third]) = (true, true);
        let (a, b) = (middle.min(third), middle.max(third));
        open = vec![(0, a), (a, b), (b, last)];
    }
    while let Some((from, to)) = open.pop() {
        if to <= from + 1 {
            continue;
        }
        let (at, away) = farthest(from, to);
        if away > tolerance {
            keep[at] = true;
            open.push((from, at));
            open.push((at, to));
        }
    }
    line.iter()
        .zip(&keep)
        .filter(|(_, k)| **k)
        .map(|(c, _)| *c)
        .collect()
}

/// Cuts an edge where it crosses from one cell into another.
fn cut(a: GridCorner, b: GridCorner, piece: &mut impl FnMut((u16, u16), (u16, u16), (u16, u16))) {
    let wide = |c: GridCorner| (i64::from(c.0), i64::from(c.1));
    let (a, b) = (wide(a), wide(b));
    let swap = |p: (i64, i64)| (p.1, p.0);
    for columns in at_lines(a, b).windows(2) {
        let turned = at_lines(swap(columns[0]), swap(columns[1]));
        for both in turned.windows(2) {
            let (from, to) = (swap(both[0]), swap(both[1]));
            if from == to {
                continue;
            }
            let cell = |p: i64, q: i64, cells: i64| (p.min(q).div_euclid(STEPS)).min(cells - 1);
            let (column, row) = (cell(from.0, to.0, COLUMNS), cell(from.1, to.1, ROWS));
            let within = |p: (i64, i64)| {
                let step = |v: i64, cell: i64| {
                    u16::try_from(v - cell * STEPS).expect("the piece lies in one cell")
                };
                (step(p.0, column), step(p.1, row))
            };
            piece((row as u16, column as u16), within(from), within(to));
        }
    }
}

/// The edge with the corners where its first coordinate crosses a line between
/// cells.
fn at_lines(from: (i64, i64), to: (i64, i64)) -> Vec<(i64, i64)> {
    // The same rounding whichever way the edge runs.
    let (low, high) = if from.0 < to.0 {
        (from, to)
    } else {
        (to, from)
    };
    let (run, grain) = ((high.0 - low.0), i64::from(GRAIN));
    let at = |x: i64| {
        let rise = (x - low.0) * (high.1 - low.1) * 2 + run * grain;
        (x, low.1 + rise.div_euclid(2 * run * grain) * grain)
    };
    let lines = low.0.div_euclid(STEPS) + 1..=(high.0 - 1).div_euclid(STEPS);
    let mut corners: Vec<(i64, i64)> = lines.map(|line| at(line * STEPS)).collect();
    if to.0 < from.0 {
        corners.reverse();
    }
    corners.insert(0, from);
    corners.push(to);
    corners
}

/// A piece of boundary in a cell: the units on its left and right, and its corners in steps.
type CellPiece = (u16, u16, Vec<(u16, u16)>);

/// The pieces of boundary in each cell, by row and column.
type Cells = BTreeMap<(u16, u16), Vec<CellPiece>>;

fn encode(cells: &Cells) -> Drawn {
    let mut out = Drawn::default();
    let mut mixed = 0;
    let mut known: BTreeMap<Vec<u16>, u32> = BTreeMap::new();
    for row in 0..ROWS as u16 {
        let mut inside: BTreeMap<u16, i32> = BTreeMap::new();
        let mut last = None;
        for column in 0..COLUMNS as u16 {
            let pieces = cells.get(&(row, column)).map_or(&[][..], |pieces| pieces);
            let half = |inside: &mut BTreeMap<u16, i32>, first: bool| {
                for (left, right, corners) in pieces {
                    for pair in corners.windows(2) {
                        sweep(pair, first, |forward| {
                            let by = if forward { 1 } else { -1 };
                            *inside.entry(*left).or_default() -= by;
                            *inside.entry(*right).or_default() += by;
                        });
                    }
                }
                inside.retain(|unit, count| *count != 0 && *unit != NONE);
            };
            half(&mut inside, true);
            let within = inside.iter().filter(|(_, n)| **n > 0);
            let centre: Vec<u16> = within.map(|(unit, _)| *unit).collect();
            half(&mut inside, false);
            let value = match centre[..] {
                [] if pieces.is_empty() => 0,
                [unit] if pieces.is_empty() => u32::from(unit) + 1,
                _ => {
                    // Cells in the same overlapping units and without boundaries are one.
                    let same = known.get(&centre).filter(|_| pieces.is_empty());
                    let at = same.copied().unwrap_or_else(|| {
                        let mut word = |w: u16| out.words.extend(w.to_le_bytes());
                        word(centre.len() as u16);
                        centre.iter().copied().for_each(&mut word);
                        word(u16::try_from(pieces.len()).expect("fewer pieces in a cell"));
                        for (left, right, corners) in pieces {
                            [*left, *right, corners.len() as u16]
                                .into_iter()
                                .for_each(&mut word);
                            corners
                                .iter()
                                .flat_map(|(x, y)| [*x, *y])
                                .for_each(&mut word);
                        }
                        mixed += 1;
                        mixed - 1
                    });
                    if pieces.is_empty() {
                        known.insert(centre, at);
                    }
                    (1 << 16) + at
                }
            };
            let at = usize::from(column) % BLOCK;
            if at == 0 {
                out.blocks
                    .extend(((out.runs.len() / 4) as u32).to_le_bytes());
            }
            if at == 0 || last != Some(value) {
                out.runs.extend((value << 4 | at as u32).to_le_bytes());
                last = Some(value);
            }
        }
        if inside.values().any(|n| *n != 0) {
            println!("row {row} does not close: {inside:?}");
        }
    }
    out.blocks
        .extend(((out.runs.len() / 4) as u32).to_le_bytes());
    println!(
        "  {mixed} mixed cells, {} words, {} runs",
        out.words.len() / 2,
        out.runs.len() / 4
    );
    out
}

/// Whether an edge crosses the parallel through the centre of its cell, in the
/// left or the right half; told is whether the way eastwards leaves its left side.
fn sweep(pair: &[(u16, u16)], first: bool, mut crossed: impl FnMut(bool)) {
    let wide = |c: (u16, u16)| (i64::from(c.0) * 2, i64::from(c.1) * 2);
    let (a, b) = (wide(pair[0]), wide(pair[1]));
    if (a.1 < STEPS) == (b.1 < STEPS) {
        return;
    }
    // An edge that runs north has its left side in the west.
    let north = b.1 > a.1;
    let left = (b.0 - a.0) * (STEPS - a.1) - (b.1 - a.1) * (STEPS - a.0) > 0;
    // Left of a northward edge the centre is west of the crossing.
    let crossing_is_east = left == north;
    if crossing_is_east != first {
        crossed(north);
    }
}

#[cfg(test)]
mod tests {
    use imm_cluster_geodata::divide::grid;
    use imm_cluster_geodata::grid::{Grid, Spot};

    use super::*;

    fn ring(degrees: &[(f64, f64)]) -> Ring {
        degrees
            .iter()
            .map(|(lon, lat)| corner(*lon, *lat))
            .collect()
    }

    fn square(west: f64, south: f64, side: f64) -> Ring {
        let (east, north) = (west + side, south + side);
        ring(&[(west, south), (east, south), (east, north), (west, north)])
    }

    #[test]
    fn metres_shrink_with_latitude() {
        assert!((metres((0.0, 0.0), (0.0, 1.0)) - 111_195.0).abs() < 1.0);
        assert!((metres((60.0, 0.0), (60.0, 1.0)) - 55_597.0).abs() < 10.0);
    }

    #[test]
    fn areas_and_distances_are_in_metres() {
        let square = square(10.0, -0.5, 1.0);
        let degree = 111_195.0_f64;
        assert!((area(&square) / degree.powi(2) - 1.0).abs() < 0.001);
        assert!(doubled_area(&square) > 0);
        let away = |a, b| distance(a, b) / degree;
        assert!((away(corner(10.0, 0.0), corner(11.0, 0.0)) - 1.0).abs() < 0.001);
        // Across the antimeridian, and where meridians are close.
        assert!((away(corner(-179.5, 60.0), corner(179.5, 60.0)) - 0.5).abs() < 0.001);
    }

    #[test]
    fn lines_lose_the_corners_that_say_little() {
        let line = ring(&[(0.0, 0.0), (0.5, 0.0001), (1.0, 0.0), (1.0, 1.0)]);
        assert_eq!(simplify(&line, 100.0).len(), 3);
        assert_eq!(simplify(&line, 1.0).len(), 4);
        // A ring stays one, however small.
        let mut small = square(0.0, 0.0, 0.001);
        small.push(small[0]);
        assert!(simplify(&small, 1e6).len() >= 4);
    }

    #[test]
    fn edges_are_cut_at_cells_the_same_way_from_both_ends() {
        let (a, b) = (corner(0.1, 0.1), corner(0.9, 0.6));
        let pieces = |a, b| {
            let mut all = Vec::new();
            cut(a, b, &mut |cell, from, to| all.push((cell, from, to)));
            all
        };
        let there = pieces(a, b);
        let mut back = pieces(b, a);
        back.reverse();
        let turned: Vec<_> = (back.into_iter())
            .map(|(cell, from, to)| (cell, to, from))
            .collect();
        // Three lines between columns and two between rows.
        assert_eq!((there.len(), &there), (6, &turned));
    }

    #[test]
    fn neighbours_share_their_edge_and_points_lie_in_one() {
        let mut shapes = Shapes::default();
        // The second one runs the other way round, and has a hole with the third in it.
        let mut east = square(1.0, 0.0, 1.0);
        east.reverse();
        let hole = square(1.4, 0.4, 0.2);
        shapes.add(0, &[vec![square(0.0, 0.0, 1.0)]]);
        shapes.add(1, &[vec![east, hole.clone()]]);
        shapes.add(2, &[vec![hole]]);
        let shared = shapes.edges();
        assert_eq!(
            shared
                .iter()
                .filter(|e| [e.left, e.right] == [0, 1] || [e.left, e.right] == [1, 0])
                .count(),
            1
        );
        assert_eq!(shared.len(), 4 + 4 - 1 + 4);
        let bytes = grid(&[&shapes.layer(|_| 10.0)]);
        let layer = Grid::open(&bytes).unwrap().layer(0);
        let unit = |lat, lon| layer.unit_at(Spot::new(lat, lon), |_| true);
        assert_eq!(unit(0.5, 0.5), Some(0));
        assert_eq!(unit(0.2, 1.2), Some(1));
        assert_eq!(unit(0.5, 1.5), Some(2));
        assert_eq!([unit(0.5, 2.1), unit(-0.1, 0.5)], [None; 2]);
    }
}
