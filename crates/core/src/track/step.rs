//! A fix in twelve bytes.

use super::fix::Fix;
use crate::capture::position::{Metres, Position, Way};

/// The longest time between an instant and a fix that tells where somebody was then.
pub const MOST_SECONDS: i64 = 3_600;
/// The greatest distance of two fixes between which a position is interpolated.
pub const MOST_APART: Metres = Metres(100_000.0);

/// 1990-01-01 in seconds since 1970, in UTC. A full hour.
pub(super) const FIRST: i64 = 631_152_000;
/// 2100-01-01 in seconds since 1970, in UTC.
pub(super) const END: i64 = 4_102_444_800;

/// Steps of a position in a degree: the latitude is kept to 1.1 m.
const PER_DEGREE: f64 = 100_000.0;
/// Steps from the equator to a pole.
const POLE: i32 = 9_000_000;

/// A time and a place. Steps are in the order of time, then latitude, then longitude.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TrackStep {
    /// Seconds since [`FIRST`], below [`END`].
    pub(super) time: u32,
    /// Degrees north in steps of 0.00001.
    pub(super) lat: i32,
    /// Degrees east in steps of 0.00001, −180° but not 180°.
    pub(super) lon: i32,
}

impl TrackStep {
    /// `None` for an instant that no history is believed to hold.
    pub(super) fn of(fix: &Fix) -> Option<Self> {
        if !(FIRST..END).contains(&fix.instant) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 18,000,000")]
        let steps = |degrees: f64| (degrees * PER_DEGREE).round() as i32;
        let (lat, lon) = (steps(fix.position.lat()), steps(fix.position.lon()));
        Some(Self {
            time: u32::try_from(fix.instant - FIRST).ok()?,
            lat,
            lon: if lon >= 2 * POLE { -2 * POLE } else { lon },
        })
    }

    /// As numbers that were written; `None` where they are out of range.
    pub(super) fn new(time: i64, lat: i64, lon: i64) -> Option<Self> {
        let pole = i64::from(POLE);
        let is_there = (0..END - FIRST).contains(&time)
            && (-pole..=pole).contains(&lat)
            && (-2 * pole..2 * pole).contains(&lon);
        is_there.then_some(Self {
            time: u32::try_from(time).ok()?,
            lat: i32::try_from(lat).ok()?,
            lon: i32::try_from(lon).ok()?,
        })
    }

    /// Seconds since 1970 in UTC.
    pub(super) fn instant(self) -> i64 {
        FIRST + i64::from(self.time)
    }

    pub(super) fn position(self) -> Position {
        let degrees = |steps: i32| f64::from(steps) / PER_DEGREE;
        Position::clamped(degrees(self.lat), degrees(self.lon))
    }
}

/// The way from one step to a later one, gone along the great circle and at one speed.
pub(super) struct Leg {
    from: TrackStep,
    seconds: f64,
    way: Way,
    /// Whether the two steps are at one place.
    is_stay: bool,
}

impl Leg {
    pub(super) fn new(from: TrackStep, to: TrackStep) -> Self {
        Self {
            from,
            seconds: f64::from((to.time - from.time).max(1)),
            way: Way::new(from.position(), to.position()),
            is_stay: (from.lat, from.lon) == (to.lat, to.lon),
        }
    }

    /// The distance of its ends.
    pub(super) fn length(&self) -> Metres {
        self.way.length()
    }

    /// Where somebody was at an instant.
    pub(super) fn at(&self, instant: i64) -> Position {
        if self.is_stay {
            return self.from.position();
        }
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53 seconds")]
        let share = (instant - self.from.instant()) as f64 / self.seconds;
        self.way.at(share)
    }
}
