//! A cell as a map draws it: borders and the names of places.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::format::{NodeKind, group_of};
use crate::grid::{COLUMNS, Edge, NONE, ROWS, STEPS, Spot};
use crate::lookup::{Atlas, RegionRef};
use crate::regions::Geodata;

/// The side of a cell in doubled steps.
pub const SIDE: i64 = STEPS * 2;

/// A corner in doubled steps from the lower left of a cell.
pub type Corner = (i64, i64);

/// What a line divides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineKind {
    /// Countries.
    Country,
    /// Provinces of a country.
    Province,
    /// Cities of a province.
    City,
}

/// What is drawn of a cell.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Its lines, which end where the cell does.
    pub lines: Vec<(LineKind, Vec<Corner>)>,
    /// Its places.
    pub places: Vec<(RegionRef, Corner)>,
}

impl Atlas<'_> {
    /// Draws a cell, told by its row from the south and its column from the antimeridian, with
    /// lines that lie at most so many doubled steps beside those that are known.
    pub fn chart(&self, row: i64, column: i64, tolerance: i64) -> Chart {
        if !(0..ROWS).contains(&row) || !(0..COLUMNS).contains(&column) {
            return Chart::default();
        }
        let of_files: Vec<BTreeSet<Edge>> = (self.files().iter())
            .map(|data| data.boundaries.edges(row, column))
            .collect();
        let mut edges = self.outline_edges(row, column);
        edges.extend(self.unit_edges(&of_files));
        let lines = chained(&edges).into_iter();
        Chart {
            lines: lines
                .map(|(kind, line)| (kind, thinned(&line, tolerance)))
                .collect(),
            places: self.places_in(row, column, &of_files),
        }
    }

    /// Borders of countries.
    fn outline_edges(&self, row: i64, column: i64) -> BTreeSet<(LineKind, [Corner; 2])> {
        let edges = self.outlines().edges(row, column).into_iter();
        // Outlines with the sea on one side have gaps between neighbours, and are no coasts.
        edges
            .filter(|(sides, _)| !sides.contains(&NONE))
            .filter_map(|(_, ends)| Some((LineKind::Country, clipped(ends)?)))
            .collect()
    }

    /// Borders of provinces and cities, of the edges in a cell of each file.
    fn unit_edges(&self, of_files: &[BTreeSet<Edge>]) -> BTreeSet<(LineKind, [Corner; 2])> {
        let mut found = BTreeSet::new();
        for (file, edges) in of_files.iter().enumerate() {
            let mut known: HashMap<u16, Option<[Option<u32>; 3]>> = HashMap::new();
            let mut regions = |unit: u16| {
                *known
                    .entry(unit)
                    .or_insert_with(|| self.path_of(file, unit))
            };
            let mut kind = |(sides, _): &Edge| {
                let [left, right] = [regions(sides[0])?, regions(sides[1])?];
                let kind = match left.iter().zip(right).position(|(a, b)| *a != b) {
                    Some(1) => LineKind::Province,
                    Some(2) => LineKind::City,
                    // Those of countries are drawn by their outlines.
                    _ => return None,
                };
                Some((kind, left < right))
            };
            for edge in edges {
                // In one direction along the whole border, whichever neighbour draws it, so that
                // both drawings are one and its edges make one line.
                if let (Some((kind, is_onward)), Some([a, b])) = (kind(edge), clipped(edge.1)) {
                    found.insert((kind, if is_onward { [a, b] } else { [b, a] }));
                }
            }
        }
        found
    }

    /// The identifiers of the country, the province and the city of a unit; `None` of one whose
    /// country an earlier file draws.
    fn path_of(&self, file: usize, unit: u16) -> Option<[Option<u32>; 3]> {
        let data = self.files().get(file)?;
        let region = self.region(file, data.unit(unit)?.node);
        let mut found = [None; 3];
        for (_, node) in self.path(region) {
            match node.kind {
                NodeKind::Province => found[1] = Some(node.id),
                NodeKind::City => found[2] = Some(node.id),
                NodeKind::Country => {
                    found[0] = Some(node.id);
                    let group = group_of(node.country_code())?;
                    if (self.files().iter().take(file)).any(|file| file.has_group(group)) {
                        return None;
                    }
                }
                _ => {}
            }
        }
        Some(found)
    }

    fn places_in(
        &self,
        row: i64,
        column: i64,
        of_files: &[BTreeSet<Edge>],
    ) -> Vec<(RegionRef, Corner)> {
        let corner = |[x, y]: [u32; 2]| {
            let at = (
                i64::from(x) * 2 - column * SIDE,
                i64::from(y) * 2 - row * SIDE,
            );
            let inside = (0..SIDE).contains(&at.0) && (0..SIDE).contains(&at.1);
            inside.then_some(at)
        };
        let mut found = BTreeMap::new();
        for ((file, data), edges) in self.files().iter().enumerate().zip(of_files) {
            for unit in units_in(data, row, column, edges) {
                if self.path_of(file, unit).is_none() {
                    continue;
                }
                let places = data.unit(unit).into_iter();
                for (node, at) in places.flat_map(|unit| data.places(unit)) {
                    if let Some(at) = corner(at) {
                        found.entry((file, node)).or_insert(at);
                    }
                }
            }
        }
        let region = |((file, node), at)| (self.region(file, node), at);
        found.into_iter().map(region).collect()
    }
}

/// The units of a file in a cell: those on both sides of its boundaries, or the one that it
/// lies in.
fn units_in(data: &Geodata<'_>, row: i64, column: i64, edges: &BTreeSet<Edge>) -> BTreeSet<u16> {
    let mut units: BTreeSet<u16> = edges.iter().flat_map(|(sides, _)| *sides).collect();
    let centre = Spot {
        row,
        column,
        x: STEPS | 1,
        y: STEPS | 1,
    };
    units.extend(data.boundaries.unit_at(centre, |_| true));
    units.remove(&NONE);
    units
}

/// The part of an edge within the cell, if it is more than a point.
fn clipped(ends: [Corner; 2]) -> Option<[Corner; 2]> {
    let inside = |(x, y): Corner| (0..=SIDE).contains(&x) && (0..=SIDE).contains(&y);
    if ends.into_iter().all(inside) {
        return (ends[0] != ends[1]).then_some(ends);
    }
    let [(ax, ay), (bx, by)] = ends;
    let (dx, dy) = (bx - ax, by - ay);
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let share = |part: i64, whole: i64| part as f64 / whole as f64;
    let (mut from, mut to) = (0.0, 1.0);
    // By Liang and Barsky: each side cuts off what lies beyond it.
    for (way, room) in [(-dx, ax), (dx, SIDE - ax), (-dy, ay), (dy, SIDE - ay)] {
        match way.signum() {
            0 if room < 0 => return None,
            1 => to = share(room, way).min(to),
            -1 => from = share(room, way).max(from),
            _ => {}
        }
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "within the cell"
    )]
    let at = |t: f64| {
        let x = (ax as f64 + dx as f64 * t).round() as i64;
        let y = (ay as f64 + dy as f64 * t).round() as i64;
        (x.clamp(0, SIDE), y.clamp(0, SIDE))
    };
    (from < to)
        .then(|| [at(from), at(to)])
        .filter(|[a, b]| a != b)
}

/// Edges of a kind that follow each other, as lines.
fn chained(edges: &BTreeSet<(LineKind, [Corner; 2])>) -> Vec<(LineKind, Vec<Corner>)> {
    let mut onward: BTreeMap<(LineKind, Corner), Vec<Corner>> = BTreeMap::new();
    let mut ends = BTreeSet::new();
    for (kind, [from, to]) in edges {
        onward.entry((*kind, *from)).or_default().push(*to);
        ends.insert((*kind, *to));
    }
    // Lines with an end first; what is left goes round.
    let mut starts: Vec<(LineKind, Corner)> = onward.keys().copied().collect();
    starts.sort_by_key(|start| ends.contains(start));
    let mut lines = Vec::new();
    for start in starts {
        loop {
            let mut line = vec![start.1];
            let mut at = start;
            while let Some(next) = onward.get_mut(&at).and_then(Vec::pop) {
                line.push(next);
                at.1 = next;
            }
            if line.len() < 2 {
                break;
            }
            lines.push((start.0, line));
        }
    }
    lines
}

/// A line without the corners that lie so close to it that nobody sees them, by Douglas and
/// Peucker.
fn thinned(line: &[Corner], tolerance: i64) -> Vec<Corner> {
    let mut keep = vec![false; line.len()];
    let mut open = vec![(0, line.len().saturating_sub(1))];
    while let Some((from, to)) = open.pop() {
        keep[from] = true;
        keep[to] = true;
        let far = (from + 1..to).max_by_key(|at| away2(line[*at], line[from], line[to]));
        if let Some(far) = far
            && away2(line[far], line[from], line[to]) > tolerance * tolerance
        {
            open.extend([(from, far), (far, to)]);
        }
    }
    let kept = line.iter().zip(keep).filter(|(_, keep)| *keep);
    kept.map(|(corner, _)| *corner).collect()
}

/// The square of the distance of a point from the stretch between two others.
fn away2(p: Corner, a: Corner, b: Corner) -> i64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (px, py) = (p.0 - a.0, p.1 - a.1);
    let length2 = dx * dx + dy * dy;
    let along = px * dx + py * dy;
    if length2 == 0 || along <= 0 {
        return px * px + py * py;
    }
    if along >= length2 {
        return (p.0 - b.0).pow(2) + (p.1 - b.1).pow(2);
    }
    // The cross product is at most 2^36, and its square beyond what 64 bits hold.
    let across = i128::from(px * dy - py * dx);
    i64::try_from(across * across / i128::from(length2)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_end_where_the_cell_does() {
        assert_eq!(clipped([(5, 5), (9, 5)]), Some([(5, 5), (9, 5)]));
        assert_eq!(
            clipped([(-SIDE, 10), (SIDE, 10)]),
            Some([(0, 10), (SIDE, 10)])
        );
        assert_eq!(
            clipped([(SIDE / 2, SIDE * 2), (SIDE / 2, -SIDE)]),
            Some([(SIDE / 2, SIDE), (SIDE / 2, 0)])
        );
        assert_eq!(clipped([(-9, 0), (-1, SIDE)]), None);
        assert_eq!(clipped([(3, 3), (3, 3)]), None);
        // A corner that is only touched.
        assert_eq!(clipped([(-10, 10), (10, -10)]), None);
    }

    #[test]
    fn edges_become_lines_and_rings() {
        let edge = |a, b| (LineKind::Country, [a, b]);
        let ring = [((0, 0), (4, 0)), ((4, 0), (4, 4)), ((4, 4), (0, 0))];
        let edges = ring.into_iter().chain([((9, 9), (9, 7)), ((9, 7), (7, 7))]);
        let lines = chained(&edges.map(|(a, b)| edge(a, b)).collect());
        let wanted = [
            vec![(9, 9), (9, 7), (7, 7)],
            vec![(0, 0), (4, 0), (4, 4), (0, 0)],
        ];
        assert_eq!(lines, wanted.map(|line| (LineKind::Country, line)));
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        let line = [(0, 0), (50, 3), (100, 0), (100, 90), (0, 0)];
        assert_eq!(thinned(&line, 5), [(0, 0), (100, 0), (100, 90), (0, 0)]);
        assert_eq!(thinned(&line, 1), line);
        assert_eq!(thinned(&line[..2], 5), line[..2]);
    }
}
