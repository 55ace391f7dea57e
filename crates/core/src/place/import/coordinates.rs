//! Coordinates in whole steps, and boxes of them.
//!
//! A step is a millionth of a degree, some 11 cm. In doubled steps, as questions are
//! asked, corners have even coordinates and points odd ones. So no point lies on a corner,
//! and a point on the border of two polygons is in exactly one of them.

/// Steps in a degree.
pub(super) const PER_DEGREE: f64 = 1e6;
/// All around the globe, in steps.
pub(super) const AROUND: i32 = 360_000_000;
pub(super) const POLE: i32 = 90_000_000;

/// A corner in steps: east, north.
pub(super) type Corner = (i32, i32);

/// A corner of degrees that are in range.
#[expect(clippy::cast_possible_truncation, reason = "in range")]
pub(super) fn corner(lon: f64, lat: f64) -> Corner {
    let steps = |degrees: f64| (degrees * PER_DEGREE).round() as i32;
    (steps(lon), steps(lat.clamp(-90.0, 90.0)))
}

/// A point that is asked for, in doubled steps, which are odd.
#[derive(Clone, Copy)]
pub(super) struct QueryPoint {
    pub(super) x: i64,
    pub(super) y: i64,
}

impl QueryPoint {
    /// The point of a longitude and a latitude in degrees.
    #[expect(clippy::cast_possible_truncation, reason = "degrees are in range")]
    pub(super) fn new(lon: f64, lat: f64) -> Self {
        let odd = |degrees: f64| (degrees * PER_DEGREE).floor() as i64 * 2 + 1;
        Self {
            x: odd(lon),
            // The pole itself is in the last step before it.
            y: odd(lat).min(i64::from(POLE) * 2 - 1),
        }
    }
}

/// Words of 32 bits where they lie in the file, little endian. What a damaged file points
/// to beyond its end reads as 0: wrong answers, but no panic.
pub(super) type Words<'a> = &'a [[u8; 4]];

pub(super) fn word(words: Words, at: usize) -> u32 {
    words.get(at).map_or(0, |word| u32::from_le_bytes(*word))
}

/// A box in steps; an empty one has its west east of its east.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) west: i32,
    pub(super) south: i32,
    pub(super) east: i32,
    pub(super) north: i32,
}

impl Bounds {
    const EMPTY: Self = Self::new([i32::MAX, i32::MAX, i32::MIN, i32::MIN]);

    pub(super) const fn new([west, south, east, north]: [i32; 4]) -> Self {
        Self {
            west,
            south,
            east,
            north,
        }
    }

    /// The box around corners.
    pub(super) fn around(corners: &[Corner]) -> Self {
        let point = |(x, y): &Corner| Self::new([*x, *y, *x, *y]);
        Self::joined(corners.iter().map(point))
    }

    /// The box around boxes.
    pub(super) fn joined(boxes: impl IntoIterator<Item = Self>) -> Self {
        boxes.into_iter().fold(Self::EMPTY, |a, b| Self {
            west: a.west.min(b.west),
            south: a.south.min(b.south),
            east: a.east.max(b.east),
            north: a.north.max(b.north),
        })
    }

    pub(super) fn words(self) -> [u32; 4] {
        [self.west, self.south, self.east, self.north].map(i32::cast_unsigned)
    }

    /// The box whose words begin there.
    pub(super) fn at(words: Words, at: usize) -> Self {
        match words.get(at..at + 4) {
            Some(&[west, south, east, north]) => {
                Self::new([west, south, east, north].map(i32::from_le_bytes))
            }
            _ => Self::EMPTY,
        }
    }

    /// How a ray from a point to the east meets the box.
    pub(super) fn meets(self, point: QueryPoint) -> Meeting {
        let doubled = |steps: i32| i64::from(steps) * 2;
        if point.y < doubled(self.south)
            || point.y > doubled(self.north)
            || point.x > doubled(self.east)
        {
            Meeting::Never
        } else if point.x < doubled(self.west) {
            Meeting::AllThrough
        } else {
            Meeting::FromWithin
        }
    }

    pub(super) fn contains(self, point: QueryPoint) -> bool {
        self.meets(point) == Meeting::FromWithin
    }
}

/// How a ray to the east meets a box.
#[derive(PartialEq, Eq)]
pub(super) enum Meeting {
    Never,
    /// It comes from the west of the box and goes all through it.
    AllThrough,
    /// It begins in the box.
    FromWithin,
}
