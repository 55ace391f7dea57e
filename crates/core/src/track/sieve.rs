//! What a file says, sorted into fixes and what is passed over.

use std::collections::BTreeMap;

use imm_cluster_messages::text;
use serde::de::DeserializeOwned;

use super::fix::Fix;
use super::step::{END, FIRST, MOST_SECONDS};
use crate::capture::cell::Cell;
use crate::capture::clock::Written;
use crate::capture::position::{Metres, NoPosition, Position};
use crate::trip::sightings::is_nowhere;

/// The greatest radius of a position that tells where somebody was. Beyond it a phone names
/// a cell tower of the countryside, or the place where its provider sits.
pub const MOST_INACCURATE: Metres = Metres(5_000.0);

/// The longest stay, in seconds, that is believed to be one throughout: a week.
const LONGEST_STAY: i64 = 7 * 86_400;

/// Why an entry of a history is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrackSkip {
    /// It has no time, or one that cannot be read.
    NoTime,
    /// It is before 1990 or after 2099.
    ImpossibleTime,
    /// It has no position, or one that cannot be read.
    NoPosition,
    /// Its latitude is beyond a pole, or its longitude beyond ±180°.
    OutOfRange,
    /// It is at 0° 0°, or on an island of a ride simulator.
    Nowhere,
    /// It is only known to more than [`MOST_INACCURATE`].
    Inaccurate,
}

impl TrackSkip {
    /// The word for it in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoTime => "no_time",
            Self::ImpossibleTime => "impossible_time",
            Self::NoPosition => "no_position",
            Self::OutOfRange => "out_of_range",
            Self::Nowhere => "nowhere",
            Self::Inaccurate => "inaccurate",
        }
    }

    /// Why, for people.
    pub fn in_words(self) -> String {
        match self {
            Self::NoTime => text!("track-skip-no-time"),
            Self::ImpossibleTime => text!("track-skip-impossible-time"),
            Self::NoPosition => text!("track-skip-no-position"),
            Self::OutOfRange => text!("track-skip-out-of-range"),
            Self::Nowhere => text!("track-skip-nowhere"),
            Self::Inaccurate => text!("track-skip-inaccurate"),
        }
    }
}

/// Degrees north and east, as a file says them.
pub(super) type LatLon = (f64, f64);

/// Takes what a file says, hands on what can be true, and counts the rest.
pub(super) struct Sieve<'a> {
    each: &'a mut dyn FnMut(Fix),
    pub(super) fixes: u64,
    pub(super) skipped: BTreeMap<TrackSkip, u64>,
}

impl<'a> Sieve<'a> {
    pub(super) fn new(each: &'a mut dyn FnMut(Fix)) -> Self {
        Self {
            each,
            fixes: 0,
            skipped: BTreeMap::new(),
        }
    }

    /// One entry. An accuracy below zero, which some phones write for an unknown one, says
    /// nothing.
    pub(super) fn take(
        &mut self,
        instant: Option<i64>,
        degrees: Option<LatLon>,
        accuracy: Option<f64>,
    ) {
        match believed(instant, degrees, accuracy) {
            Ok(fix) => {
                self.fixes += 1;
                (self.each)(fix);
            }
            Err(why) => self.skip(why),
        }
    }

    pub(super) fn skip(&mut self, why: TrackSkip) {
        *self.skipped.entry(why).or_default() += 1;
    }

    /// Somebody stayed somewhere. The file says that it was so all the time: there is a fix
    /// at both ends and every hour, so that what lies between is not unknown. Of a stay that
    /// is too long to be believed only the ends count.
    pub(super) fn stay(&mut self, from: Option<i64>, to: Option<i64>, degrees: Option<LatLon>) {
        let (Some(start), Some(end)) = (from, to) else {
            return self.take(from.or(to), degrees, None);
        };
        if believed(from, degrees, None).is_ok()
            && (0..=LONGEST_STAY).contains(&end.saturating_sub(start))
        {
            let mut instant = start;
            while instant < end {
                self.take(Some(instant), degrees, None);
                instant += MOST_SECONDS;
            }
        } else {
            self.take(from, degrees, None);
        }
        if end > start {
            self.take(to, degrees, None);
        }
    }

    /// Somebody moved along a line. When what lies between the ends was passed is not told:
    /// it is taken at one speed if the whole took at most [`MOST_SECONDS`], and left out if
    /// it took longer.
    pub(super) fn leg(&mut self, from: Option<i64>, to: Option<i64>, line: &[LatLon]) {
        let (Some(first), Some(last)) = (line.first(), line.last()) else {
            return self.skip(TrackSkip::NoPosition);
        };
        self.take(from, Some(*first), None);
        if let (Some(start), Some(end)) = (from, to)
            && (1..=MOST_SECONDS).contains(&end.saturating_sub(start))
        {
            self.passed(start, end, line);
        }
        self.take(to, Some(*last), None);
    }

    /// What lies on a line between its ends, at one speed.
    fn passed(&mut self, start: i64, end: i64, line: &[LatLon]) {
        let positions = line.iter().map(|(lat, lon)| Position::new(*lat, *lon));
        let Ok(positions) = positions.collect::<Result<Vec<_>, _>>() else {
            return;
        };
        let mut gone = 0.0;
        let ways: Vec<f64> = positions
            .windows(2)
            .map(|pair| {
                gone += pair[0].distance(pair[1]).0;
                gone
            })
            .collect();
        for (degrees, way) in line.iter().skip(1).zip(&ways).take(ways.len().max(1) - 1) {
            #[expect(clippy::cast_precision_loss, reason = "at most an hour")]
            let seconds = (end - start) as f64 * way / gone;
            #[expect(clippy::cast_possible_truncation, reason = "at most an hour")]
            let seconds = seconds.round() as i64;
            if (1..end - start).contains(&seconds) {
                self.take(Some(start + seconds), Some(*degrees), None);
            }
        }
    }
}

/// An entry of a history.
pub(super) trait Entry: DeserializeOwned {
    /// Says where somebody was. `false` if it is none of the history at all.
    fn tell(self, sieve: &mut Sieve) -> bool;
}

/// The fix that an entry makes.
fn believed(
    instant: Option<i64>,
    degrees: Option<LatLon>,
    accuracy: Option<f64>,
) -> Result<Fix, TrackSkip> {
    let instant = instant.ok_or(TrackSkip::NoTime)?;
    let (lat, lon) = degrees.ok_or(TrackSkip::NoPosition)?;
    if !(FIRST..END).contains(&instant) {
        return Err(TrackSkip::ImpossibleTime);
    }
    let position = Position::new(lat, lon).map_err(|why| match why {
        NoPosition::NotFinite => TrackSkip::NoPosition,
        NoPosition::OutOfRange => TrackSkip::OutOfRange,
        NoPosition::NoFix => TrackSkip::Nowhere,
    })?;
    if is_nowhere(Cell::of(position)) {
        return Err(TrackSkip::Nowhere);
    }
    let accuracy = accuracy.filter(|metres| *metres >= 0.0).map(Metres);
    if accuracy.is_some_and(|metres| metres > MOST_INACCURATE) {
        return Err(TrackSkip::Inaccurate);
    }
    Ok(Fix {
        instant,
        position,
        accuracy,
    })
}

/// The instant of a date and time, in seconds since 1970. One without a zone is in UTC, as
/// GPX and KML want it.
pub(super) fn instant(text: &str) -> Option<i64> {
    let clock = Written::read(text).ok()?.clock();
    clock.instant().or_else(|| clock.seconds())
}
