//! The geodata file: a tree of regions, the units that boundaries are drawn around and
//! the places in them, read where it lies without parsing.
//!
//! ```text
//! "IMMGEO04"  4 sections, each as offset and length (u32, little endian)
//! 0 units     4 bytes: node u32
//! 1 firsts    4 bytes for each unit and one more: first place u32
//! 2 places    12 bytes: x u32, y u32 in steps from -180, -90; node u32
//! 3 groups    4 bytes for each of 676: first unit u16, unit after the last u16
//! ```
//! The regions are a text beside it (see `records`), the boundaries layers of a grid (see
//! `grid`). The group of a unit is the country whose outline decides whether the unit is
//! asked at all; units stand in the order of groups.

use std::hint::select_unpredictable;

use crate::format::{AREA, MAGIC, NodeKind, PLACE_SIZE, POINTS, ROOT};
use crate::grid::{COLUMNS, EARTH_RADIUS, Grid, Here, Layer, ROWS, STEPS, Spot, u32_at};
use crate::records::{Node, Nodes};

/// Points up to here off a coast belong to the country behind it, in metres.
pub const COAST: f64 = 20_000.0;
/// A point of a country may be this far from the country's nearest unit, where
/// an area in dispute has none, in metres.
pub const FAR: f64 = 300_000.0;
/// A place farther away is not the point's city, in metres.
const CITY_REACH: f64 = 30_000.0;
/// A place farther away does not say in which prefecture or county the point
/// lies, in metres.
const AREA_REACH: f64 = 200_000.0;
/// A place farther away is not the point's township, in metres.
const TOWNSHIP_REACH: f64 = 10_000.0;
/// Where regions are known by points alone, a point is in the nearest one if others are at
/// least this many times as far. Of 366 points in China that lie as photos do, 1.0 gives 90 %
/// right and 10 % wrong, 1.2 87 and 6, 1.3 85 and 5, 1.5 82 and 3.
const CLEAR: f64 = 1.3;

/// A deciding polygon and the places in it.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    pub node: u32,
    pub first: u32,
    pub places: u32,
}

/// One file of geodata.
#[derive(Clone, Copy)]
pub struct Geodata<'a> {
    pub nodes: Nodes<'a>,
    units: &'a [u8],
    firsts: &'a [u8],
    places: &'a [u8],
    groups: &'a [u8],
    pub countries: Layer<'a>,
    pub boundaries: Layer<'a>,
}

impl<'a> Geodata<'a> {
    /// The file in `bytes` with the text of its regions, the outlines of countries and the
    /// boundaries of its units; `None` when it is none.
    pub fn open(
        bytes: &'a [u8],
        regions: &'a str,
        [countries, boundaries]: [Layer<'a>; 2],
    ) -> Option<Self> {
        let table = bytes.strip_prefix(MAGIC)?;
        let section = |i: usize| {
            let (from, len) = (
                u32_at(table, i * 2) as usize,
                u32_at(table, i * 2 + 1) as usize,
            );
            bytes.get(from..from.checked_add(len)?)
        };
        Some(Self {
            nodes: Nodes(regions),
            units: section(0)?,
            firsts: section(1)?,
            places: section(2)?,
            groups: section(3)?,
            countries,
            boundaries,
        })
    }

    /// No regions, only boundaries: the outlines of countries and those of units.
    pub fn of_layers(grid: Grid<'a>) -> Self {
        Self {
            nodes: Nodes(""),
            units: &[],
            firsts: &[],
            places: &[],
            groups: &[],
            countries: grid.layer(0),
            boundaries: grid.layer(1),
        }
    }

    #[inline]
    pub fn node(&self, at: u32) -> Option<Node<'a>> {
        self.nodes.at(at)
    }

    pub fn unit(&self, index: u16) -> Option<Unit> {
        let index = usize::from(index);
        (index < self.units.len() / 4).then(|| {
            let first = u32_at(self.firsts, index);
            Unit {
                node: u32_at(self.units, index),
                first,
                places: u32_at(self.firsts, index + 1).saturating_sub(first),
            }
        })
    }

    /// The units of a country, `None` where the file has none.
    fn in_group(&self, group: u16) -> Option<impl Fn(u16) -> bool> {
        let bounds = u32_at(self.groups, usize::from(group));
        let (first, end) = (bounds & 0xffff, bounds >> 16);
        (first < end).then_some(move |unit| (first..end).contains(&u32::from(unit)))
    }

    /// Begins to fetch from memory what a look-up will ask for next, and tells whether
    /// there is anything.
    pub fn fetch(&self, here: &Here) -> bool {
        let unit = self.boundaries.likely(here).and_then(|u| self.unit(u));
        if let Some(unit) = unit {
            // Prefetch the middle of the places and of both halves: the k-d search visits the
            // first and one of the others.
            for quarter in 1..4 {
                let place = unit.first + unit.places / 4 * quarter;
                let place = self.places.get(place as usize * PLACE_SIZE);
                std::hint::black_box(place.copied());
            }
            // The regions of those are mostly right behind that of the unit.
            for line in [0, 64] {
                let region = self.nodes.0.as_bytes().get(unit.node as usize + line);
                std::hint::black_box(region.copied());
            }
        }
        unit.is_some()
    }

    /// The country whose outline the spot is in, or else the nearest one off
    /// whose coast it lies.
    pub fn country_at(&self, here: &Here) -> Option<u16> {
        let inside = self.countries.unit_of(here, |_| true);
        inside.or_else(|| Some(self.countries.nearest(here.spot, COAST, |_| true)?.0))
    }

    /// The unit of a country that the spot is in.
    pub fn unit_at(&self, here: &Here, group: u16) -> Option<u16> {
        self.boundaries.unit_of(here, self.in_group(group)?)
    }

    /// The unit of a country that is nearest to the spot: the outline of a country
    /// and its units come from different maps.
    pub fn unit_near(&self, spot: Spot, group: u16, reach: f64) -> Option<u16> {
        let nearest = self.boundaries.nearest(spot, reach, self.in_group(group)?);
        Some(nearest?.0)
    }

    /// The narrowest region of the spot within a unit: of the nearest place, cut
    /// off where that place is too far away to say so much.
    pub fn region_at(&self, spot: Spot, unit: u16) -> Option<u32> {
        let unit = self.unit(unit)?;
        let Some((mut index, distance)) = self.nearest_place(spot, unit) else {
            return Some(unit.node);
        };
        if self.node(index)?.flags & POINTS != 0 {
            index = self.agreed(spot, unit, index, distance)?;
        }
        while distance > TOWNSHIP_REACH && index != unit.node {
            let node = self.node(index)?;
            let reach = match node.kind {
                NodeKind::Township => TOWNSHIP_REACH,
                _ if node.flags & AREA != 0 => AREA_REACH,
                _ => CITY_REACH,
            };
            if distance <= reach || node.parent == ROOT {
                break;
            }
            index = node.parent;
        }
        Some(index)
    }

    /// The narrowest region, below the city, that holds the nearest place and all those that
    /// are nearly as near.
    fn agreed(&self, spot: Spot, unit: Unit, nearest: u32, distance: f64) -> Option<u32> {
        let mut index = nearest;
        let reach = (distance * CLEAR / STEP).powi(2);
        let places = self.places_of(unit)?;
        Search::new(spot).visit(places, reach, |place, distance2| {
            if distance2 >= reach {
                return reach;
            }
            let other = u32_at(place, 2);
            // The seat of a wider region does not speak against a narrower one in it.
            let agrees = self.is_in(index, other);
            while let Some(node) = self.node(index)
                && node.kind > NodeKind::City
                && !agrees
                && !self.is_in(other, index)
            {
                index = node.parent;
            }
            reach
        });
        Some(index)
    }

    /// How far the nearest place is that the unit of a country at or close to a point has, in
    /// metres.
    pub fn distance_to_place(&self, here: &Here, group: u16) -> Option<f64> {
        let unit = self.unit_at(here, group);
        let unit = unit.or_else(|| self.unit_near(here.spot, group, COAST))?;
        Some(self.nearest_place(here.spot, self.unit(unit)?)?.1)
    }

    /// Whether a region is another one or in it.
    fn is_in(&self, mut index: u32, around: u32) -> bool {
        // A region stands before those within it.
        while index > around && index != ROOT {
            index = self.node(index).map_or(ROOT, |node| node.parent);
        }
        index == around
    }

    /// The places of a unit.
    fn places_of(&self, unit: Unit) -> Option<&'a [[u8; PLACE_SIZE]]> {
        let from = usize::try_from(unit.first).ok()?.checked_mul(PLACE_SIZE)?;
        let len = usize::try_from(unit.places).ok()?.checked_mul(PLACE_SIZE)?;
        Some(self.places.get(from..from + len)?.as_chunks().0)
    }

    /// Whether the file has units of the country that a unit of another file is in, told by the
    /// group of that country.
    pub fn has_group(&self, group: u16) -> bool {
        self.in_group(group).is_some()
    }

    /// The places of a unit: the node, and how many steps east and north of -180°, -90°.
    pub fn places(&self, unit: Unit) -> impl Iterator<Item = (u32, [u32; 2])> {
        let places = self.places_of(unit).unwrap_or_default().iter();
        places.map(|place| (u32_at(place, 2), [u32_at(place, 0), u32_at(place, 1)]))
    }

    /// The node of the nearest place of a unit, and its distance in metres.
    fn nearest_place(&self, spot: Spot, unit: Unit) -> Option<(u32, f64)> {
        let places = self.places_of(unit)?;
        let mut search = Search::new(spot);
        search.among(places);
        // A unit across the antimeridian has places on the other side of it.
        let around = f64::from(u32::try_from(COLUMNS * STEPS).ok()?);
        if spot.column < 4 || spot.column >= COLUMNS - 4 {
            search.x += if spot.column < 4 { around } else { -around };
            search.among(places);
        }
        let distance = search.distance2.sqrt() * STEP;
        distance.is_finite().then_some((search.best, distance))
    }
}

/// The length of a step along a meridian, in metres.
const STEP: f64 = EARTH_RADIUS * std::f64::consts::PI / 180.0 / 4.0 / 65_535.0;

/// A search for the nearest place in a balanced k-d tree without pointers: the middle of a
/// slice divides it, by longitude and latitude in turn.
struct Search {
    x: f64,
    y: f64,
    squeeze: f64,
    /// The node of the nearest place so far.
    best: u32,
    /// The square of its distance in steps along a meridian.
    distance2: f64,
}

impl Search {
    #[expect(clippy::cast_precision_loss, reason = "at most 94 million steps")]
    fn new(spot: Spot) -> Self {
        let steps = |cell: i64, doubled: i64| (cell * STEPS) as f64 + doubled as f64 / 2.0;
        let y = steps(spot.row, spot.y);
        let lat = y / (ROWS * STEPS) as f64 * 180.0 - 90.0;
        Self {
            x: steps(spot.column, spot.x),
            y,
            squeeze: lat.to_radians().cos(),
            best: 0,
            distance2: f64::INFINITY,
        }
    }

    /// How far the spot is east and north of a place.
    #[inline]
    fn beyond(&self, place: &[u8; PLACE_SIZE]) -> [f64; 2] {
        let dx = (self.x - f64::from(u32_at(place, 0))) * self.squeeze;
        [dx, self.y - f64::from(u32_at(place, 1))]
    }

    /// Looks for places that are nearer than those before.
    fn among(&mut self, places: &[[u8; PLACE_SIZE]]) {
        let (mut best, mut least) = (self.best, self.distance2);
        self.visit(places, least, |place, distance2| {
            // Which of two places is nearer cannot be predicted.
            let closer = distance2 < least;
            best = select_unpredictable(closer, u32_at(place, 2), best);
            least = select_unpredictable(closer, distance2, least);
            least
        });
        (self.best, self.distance2) = (best, least);
    }

    /// Visits the places nearer than the root of `reach`, and some others, each with the square
    /// of its distance; what comes back is how far to look from then on.
    #[inline]
    fn visit(
        &self,
        places: &[[u8; PLACE_SIZE]],
        mut reach: f64,
        mut found: impl FnMut(&[u8; PLACE_SIZE], f64) -> f64,
    ) {
        let mut scan = |places: &[[u8; PLACE_SIZE]], mut reach: f64| {
            for place in places {
                reach = found(place, squared(self.beyond(place)));
            }
            reach
        };
        if places.len() <= FEW {
            scan(places, reach);
            return;
        }
        // A stack of the halves that were passed by, the axis that divides each, and the square
        // of the distance to its border.
        let mut passed: [(&[[u8; PLACE_SIZE]], usize, f64); DEPTH] = [(&[], 0, 0.0); DEPTH];
        let mut count = 0;
        let (mut near, mut axis) = (places, 0);
        loop {
            while near.len() > FEW && count < DEPTH {
                let (before, rest) = near.split_at(near.len() / 2);
                let [place, after @ ..] = rest else {
                    return;
                };
                reach = scan(std::slice::from_ref(place), reach);
                let beyond = self.beyond(place)[axis];
                axis = 1 - axis;
                let far;
                (near, far) = if beyond < 0.0 {
                    (before, after)
                } else {
                    (after, before)
                };
                passed[count] = (far, axis, beyond * beyond);
                count += 1;
            }
            reach = scan(near, reach);
            // The last one that may hold a nearer place.
            let nearer = |half: &(_, _, f64)| half.2 < reach;
            let Some(last) = passed[..count].iter().rposition(nearer) else {
                return;
            };
            (near, axis, _) = passed[last];
            count = last;
        }
    }
}

fn squared([dx, dy]: [f64; 2]) -> f64 {
    dx * dx + dy * dy
}

/// Up to this many places are scanned, which is faster than dividing them further.
const FEW: usize = 12;
/// The most halvings until [`FEW`] places are left: enough for ten million places.
const DEPTH: usize = 20;

#[cfg(test)]
impl Geodata<'_> {
    /// How far the nearest place of a unit is in metres: as the search has it, and by a
    /// look at all of them.
    pub fn nearest_both_ways(&self, spot: Spot, unit: Unit) -> [Option<f64>; 2] {
        let (from, len) = (unit.first as usize, unit.places as usize);
        let places = self.places.as_chunks::<PLACE_SIZE>().0;
        let mut scan = Search::new(spot);
        for place in &places[from..from + len] {
            scan.distance2 = squared(scan.beyond(place)).min(scan.distance2);
        }
        let scanned = (len > 0).then(|| scan.distance2.sqrt() * STEP);
        [self.nearest_place(spot, unit).map(|found| found.1), scanned]
    }
}
