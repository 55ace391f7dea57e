//! A tree of boxes without pointers: things in the order of a curve that fills the
//! plane, a box around sixteen of them, a box around sixteen boxes, and so on.

use std::ops::Range;

use super::ring::{AROUND, Bounds, FAN, Point};

/// Where a corner lies along Hilbert's curve through a globe of 2^16 by 2^16 cells.
pub(super) fn along_curve(x: i32, y: i32) -> u32 {
    let cell = |steps: i32, all: i64| {
        let steps = i64::from(steps) + all / 2;
        u32::try_from((steps * 65_535 / all).clamp(0, 65_535)).unwrap_or(0)
    };
    let (mut x, mut y) = (cell(x, 360_000_000), cell(y, 180_000_000));
    let mut along = 0;
    let mut side = 1 << 15;
    while side > 0 {
        let (right, upper) = (u32::from(x & side != 0), u32::from(y & side != 0));
        along += side * side * ((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                (x, y) = (65_535 - x, 65_535 - y);
            }
            (x, y) = (y, x);
        }
        side /= 2;
    }
    along
}

/// Collects the boxes above things that come in order.
pub(super) struct Builder {
    levels: Vec<Vec<Bounds>>,
    /// How many things were added.
    count: usize,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            levels: vec![Vec::new()],
            count: 0,
        }
    }

    pub(super) fn add(&mut self, bounds: Bounds) {
        let Some(level) = self.levels.first_mut() else {
            return;
        };
        match level.last_mut() {
            Some(last) if !self.count.is_multiple_of(FAN) => *last = last.with(bounds),
            _ => level.push(bounds),
        }
        self.count += 1;
    }

    /// The boxes of all levels, the narrowest first.
    pub(super) fn finish(mut self) -> impl Iterator<Item = Bounds> {
        while let Some(level) = self.levels.last().filter(|level| level.len() > FAN) {
            let join = |boxes: &[Bounds]| boxes.iter().fold(Bounds::EMPTY, |a, b| a.with(*b));
            let above = level.chunks(FAN).map(join).collect();
            self.levels.push(above);
        }
        self.levels.into_iter().flatten()
    }
}

/// The boxes above a number of things.
pub(super) struct Tree {
    count: usize,
    /// How many boxes each level has and where they are among all; narrowest first.
    levels: Vec<(usize, usize)>,
}

/// The boxes of a tree where they lie in the file.
pub(super) type Boxes<'a> = &'a [[u8; 16]];

fn bounds(boxes: Boxes, at: usize) -> Bounds {
    boxes.get(at).map_or(Bounds::EMPTY, |bytes| {
        let word =
            |i: usize| u32::from_le_bytes([bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]]);
        Bounds::from_words([word(0), word(4), word(8), word(12)])
    })
}

impl Tree {
    pub(super) fn new(count: usize) -> Self {
        let (mut size, mut at) = (count.div_ceil(FAN), 0);
        let mut levels = Vec::new();
        loop {
            levels.push((size, at));
            at += size;
            if size <= FAN {
                break;
            }
            size = size.div_ceil(FAN);
        }
        Self { count, levels }
    }

    /// How many boxes there are.
    pub(super) fn boxes(&self) -> usize {
        self.levels.last().map_or(0, |(size, at)| size + at)
    }

    /// Hands out the things whose group of sixteen has the point in its box.
    pub(super) fn around(&self, boxes: Boxes, point: Point, found: &mut impl FnMut(Range<usize>)) {
        let top = self.levels.len() - 1;
        let all = self.levels.get(top).map_or(0, |level| level.0);
        self.descend(boxes, point, top, 0..all, found);
    }

    fn descend(
        &self,
        boxes: Boxes,
        point: Point,
        level: usize,
        among: Range<usize>,
        found: &mut impl FnMut(Range<usize>),
    ) {
        let first = self.levels.get(level).map_or(0, |level| level.1);
        for i in among {
            if !bounds(boxes, first + i).contains(point) {
                continue;
            }
            let children = i * FAN..(i * FAN + FAN);
            match level.checked_sub(1) {
                None => found(children.start..children.end.min(self.count)),
                Some(below) => {
                    let end = children.end.min(self.levels.get(below).map_or(0, |l| l.0));
                    self.descend(boxes, point, below, children.start..end, found);
                }
            }
        }
    }

    /// Searches the things of a range for the nearest one.
    pub(super) fn nearest(&self, boxes: Boxes, search: &mut Search<impl Things>) {
        let top = self.levels.len() - 1;
        let all = self.levels.get(top).map_or(0, |level| level.0);
        // What lies across the antimeridian is near, too.
        let x = search.x;
        for by in [0, AROUND, -AROUND] {
            search.x = x + f64::from(by);
            self.approach(boxes, search, top, 0..all);
        }
        search.x = x;
    }

    fn approach(
        &self,
        boxes: Boxes,
        search: &mut Search<impl Things>,
        level: usize,
        among: Range<usize>,
    ) {
        let first = self.levels.get(level).map_or(0, |level| level.1);
        // How many things lie under a box of this level.
        let span = FAN.pow(u32::try_from(level + 1).unwrap_or(0));
        let mut order = [(f64::INFINITY, 0); FAN];
        let mut len = 0;
        for i in among {
            let apart = (i + 1) * span <= search.among.start || i * span >= search.among.end;
            let distance2 = search.distance2_to(bounds(boxes, first + i));
            if let Some(slot) = order.get_mut(len)
                && !apart
                && distance2 < search.distance2
            {
                *slot = (distance2, i);
                len += 1;
            }
        }
        let order = order.get_mut(..len).unwrap_or_default();
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        for (distance2, i) in order.iter().copied() {
            if distance2 >= search.distance2 {
                break;
            }
            let children = i * FAN..(i * FAN + FAN);
            match level.checked_sub(1) {
                None => search.look(children.start..children.end.min(self.count)),
                Some(below) => {
                    let end = children.end.min(self.levels.get(below).map_or(0, |l| l.0));
                    self.approach(boxes, search, below, children.start..end);
                }
            }
        }
    }
}

/// The things that a search is among.
pub(super) trait Things {
    /// Where a thing is, in steps; `None` for one that does not count.
    fn place(&self, index: usize) -> Option<(i32, i32)>;
}

impl<F: Fn(usize) -> Option<(i32, i32)>> Things for F {
    fn place(&self, index: usize) -> Option<(i32, i32)> {
        self(index)
    }
}

/// A search for the nearest thing.
pub(super) struct Search<T> {
    things: T,
    among: Range<usize>,
    x: f64,
    y: f64,
    /// How much shorter a degree of longitude is here.
    squeeze: f64,
    /// The nearest so far.
    pub(super) best: Option<usize>,
    /// The square of its distance in steps along a meridian.
    pub(super) distance2: f64,
}

impl<T: Things> Search<T> {
    /// A search among a range of things from a place in degrees, up to a distance in
    /// steps along a meridian.
    pub(super) fn new(things: T, among: Range<usize>, lon: f64, lat: f64, reach: f64) -> Self {
        Self {
            things,
            among,
            x: lon * super::ring::PER_DEGREE,
            y: lat * super::ring::PER_DEGREE,
            squeeze: lat.to_radians().cos(),
            best: None,
            distance2: reach * reach,
        }
    }

    fn distance2_to(&self, bounds: Bounds) -> f64 {
        let beyond =
            |at: f64, from: i32, to: i32| (f64::from(from) - at).max(at - f64::from(to)).max(0.0);
        let dx = beyond(self.x, bounds.west, bounds.east) * self.squeeze;
        let dy = beyond(self.y, bounds.south, bounds.north);
        dx * dx + dy * dy
    }

    fn look(&mut self, things: Range<usize>) {
        for i in things.start.max(self.among.start)..things.end.min(self.among.end) {
            let Some((x, y)) = self.things.place(i) else {
                continue;
            };
            let dx = (f64::from(x) - self.x) * self.squeeze;
            let dy = f64::from(y) - self.y;
            let distance2 = dx * dx + dy * dy;
            if distance2 < self.distance2 {
                (self.distance2, self.best) = (distance2, Some(i));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn built(boxes: &[Bounds]) -> (Tree, Vec<[u8; 16]>) {
        let mut builder = Builder::new();
        for bounds in boxes {
            builder.add(*bounds);
        }
        let bytes = builder.finish().map(|bounds| {
            let words: Vec<u8> = bounds
                .words()
                .into_iter()
                .flat_map(u32::to_le_bytes)
                .collect();
            words.try_into().unwrap()
        });
        (Tree::new(boxes.len()), bytes.collect())
    }

    #[test]
    fn neighbours_along_the_curve_are_neighbours_on_the_map() {
        let near = along_curve(120_161_000, 30_293_000);
        let nearer = along_curve(120_162_000, 30_294_000);
        let far = along_curve(-120_000_000, 30_000_000);
        assert!(near.abs_diff(nearer) < 100 && near.abs_diff(far) > 1_000_000);
        assert_ne!(
            along_curve(i32::MIN, i32::MIN),
            along_curve(i32::MAX, i32::MAX)
        );
    }

    proptest! {
        #[test]
        fn a_tree_finds_what_a_scan_does(
            mut corners in proptest::collection::vec((-180_000_000..180_000_000i32, -90_000_000..90_000_000i32), 0..1500),
            at in (-180.0..180.0f64, -90.0..90.0f64),
            from in 0..1500usize,
            len in 0..1500usize,
        ) {
            corners.sort_by_key(|(x, y)| along_curve(*x, *y));
            let boxes: Vec<Bounds> = corners.iter().map(|(x, y)| Bounds {
                west: x - 3_000_000, south: y - 3_000_000, east: x + 3_000_000, north: y + 3_000_000,
            }).collect();
            let (tree, bytes) = built(&boxes);
            prop_assert_eq!(tree.boxes(), bytes.len());
            let point = Point::new(at.0, at.1);
            let mut found = Vec::new();
            tree.around(&bytes, point, &mut |things: Range<usize>| {
                found.extend(things.filter(|i| boxes[*i].contains(point)));
            });
            let scan: Vec<usize> = (0..boxes.len()).filter(|i| boxes[*i].contains(point)).collect();
            prop_assert_eq!(found, scan);

            let boxes: Vec<Bounds> = corners.iter().map(|(x, y)| Bounds { west: *x, south: *y, east: *x, north: *y }).collect();
            let (tree, bytes) = built(&boxes);
            let among = from.min(corners.len())..(from + len).min(corners.len());
            let place = |i: usize| Some(corners[i]).filter(|_| !i.is_multiple_of(3));
            let mut search = Search::new(place, among.clone(), at.0, at.1, f64::INFINITY);
            tree.nearest(&bytes, &mut search);
            let distance2 = |i: &usize| {
                let (x, y) = corners[*i];
                let dx = (f64::from(x) - at.0 * 1e6).abs();
                let dx = dx.min(360e6 - dx) * at.1.to_radians().cos();
                dx * dx + (f64::from(y) - at.1 * 1e6).powi(2)
            };
            let best = among.filter(|i| !i.is_multiple_of(3)).map(|i| distance2(&i)).min_by(f64::total_cmp);
            prop_assert_eq!(search.best.is_some(), best.is_some());
            if let (Some(i), Some(best)) = (search.best, best) {
                prop_assert!((distance2(&i) - best).abs() <= best * 1e-9);
            }
        }
    }
}
