//! What files have shown: where and on which local day, each once.

use crate::capture::cell::Cell;
use crate::capture::clock::Clock;
use crate::capture::day::Day;
use crate::place::PlaceId;

/// Whether `a` is before `b`, so that the order in which files were indexed never
/// shows. Equal readings are told apart by their offsets.
fn before(a: Clock, b: Clock) -> bool {
    let order = |clock: Clock| {
        let offset = clock.offset.map(|offset| offset.local_minus_utc());
        (clock.date, clock.time, offset)
    };
    order(a) < order(b)
}

/// The one that is first; one with a time comes before any without.
fn earlier(a: Clock, b: Clock) -> Clock {
    let b_is_first = match (a.time, b.time) {
        (Some(_), None) => false,
        (None, Some(_)) => true,
        _ => before(b, a),
    };
    if b_is_first { b } else { a }
}

/// The one that is last; one with a time counts for later than any without.
fn later(a: Clock, b: Clock) -> Clock {
    let b_is_last = match (a.time, b.time) {
        (Some(_), None) => false,
        (None, Some(_)) => true,
        _ => before(a, b),
    };
    if b_is_last { b } else { a }
}

/// How many files, and the first and last of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Files that are there.
    pub files: u32,
    /// Presses of the shutter among them.
    pub moments: u32,
    /// Files that were there once.
    pub missing: u32,
    /// Files among those that are there whose place is lent.
    pub lent: u32,
    /// All records, of forgotten files too.
    pub records: u32,
    /// The earliest capture.
    pub first: Clock,
    /// The latest capture.
    pub last: Clock,
}

impl Tally {
    /// One record that nothing is counted of but that it was there.
    pub fn trace(local: Clock) -> Self {
        Self {
            files: 0,
            moments: 0,
            missing: 0,
            lent: 0,
            records: 1,
            first: local,
            last: local,
        }
    }

    /// One file that is there, of a moment that was counted already or not.
    pub fn one(local: Clock, new_moment: bool) -> Self {
        Self {
            files: 1,
            moments: u32::from(new_moment),
            ..Self::trace(local)
        }
    }

    /// One file that was there once.
    pub fn missing(local: Clock) -> Self {
        Self {
            missing: 1,
            ..Self::trace(local)
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            files: self.files + other.files,
            moments: self.moments + other.moments,
            missing: self.missing + other.missing,
            lent: self.lent + other.lent,
            records: self.records + other.records,
            first: earlier(self.first, other.first),
            last: later(self.last, other.last),
        }
    }
}

/// The files of one place and cell on one local day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The place.
    pub place: PlaceId,
    /// The cell of their positions; `None` where an address was given without one.
    pub cell: Option<Cell>,
    /// The local day.
    pub day: Day,
    /// Its files.
    pub tally: Tally,
}

impl Pair {
    fn key(&self) -> (PlaceId, Day, Option<Cell>) {
        (self.place, self.day, self.cell)
    }
}

/// Every place, cell and day together, once, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence(Vec<Pair>);

/// Adds a file to pairs in the order of the dataset, where neighbours mostly share
/// cell and day.
pub fn add(pairs: &mut Vec<Pair>, pair: Pair) {
    match pairs.last_mut() {
        Some(last) if last.key() == pair.key() => {
            last.tally = last.tally.and(pair.tally);
        }
        _ => pairs.push(pair),
    }
}

impl Evidence {
    /// Gathers files, or pairs that were added up already, into unique pairs. Those
    /// that stand together are added up before anything is sorted.
    pub fn gather(files: impl IntoIterator<Item = Pair>) -> Self {
        let mut pairs: Vec<Pair> = Vec::new();
        for file in files {
            add(&mut pairs, file);
        }
        pairs.sort_unstable_by_key(Pair::key);
        let mut unique = Vec::with_capacity(pairs.len());
        for pair in pairs {
            add(&mut unique, pair);
        }
        Self(unique)
    }

    /// The pairs, by place, day and cell.
    pub fn pairs(&self) -> &[Pair] {
        &self.0
    }

    /// The pairs of each place.
    pub fn by_place(&self) -> impl Iterator<Item = &[Pair]> {
        self.0.chunk_by(|a, b| a.place == b.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::clock::Written;

    fn stamp(text: &str) -> Clock {
        Written::read(text).unwrap().clock()
    }

    fn pair(place: u32, text: &str) -> Pair {
        let stamp = stamp(text);
        Pair {
            place: PlaceId(place),
            cell: None,
            day: stamp.date.into(),
            tally: Tally::one(stamp, true),
        }
    }

    #[test]
    fn pairs_are_unique_and_sorted_whatever_the_order() {
        let files = [
            pair(1, "2024-03-03T09:00:00+08:00"),
            pair(0, "2024-03-04T09:00:00+08:00"),
            pair(1, "2024-03-03T08:00:00+08:00"),
            pair(1, "2024-03-03"),
        ];
        let evidence = Evidence::gather(files);
        assert_eq!(evidence, Evidence::gather(files.into_iter().rev()));
        let [a, b] = evidence.pairs() else {
            panic!("{evidence:?}")
        };
        assert_eq!((a.place.0, b.place.0, b.tally.files), (0, 1, 3));
        assert_eq!(b.tally.first, stamp("2024-03-03T08:00:00+08:00"));
        assert_eq!(b.tally.last, stamp("2024-03-03T09:00:00+08:00"));
    }

    #[test]
    fn a_time_is_worth_more_than_a_date() {
        let (timed, dated) = (stamp("2024-03-04T00:00:00"), stamp("2024-03-03"));
        assert_eq!(earlier(timed, dated), timed);
        assert_eq!(earlier(dated, timed), timed);
        assert_eq!(later(timed, stamp("2024-03-05")), timed);
    }
}
