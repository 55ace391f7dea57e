//! Runs of local days.

use super::day::Day;

/// From the first to the last day, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
}

impl Span {
    /// The number of calendar days, at least 1.
    pub fn days(self) -> u32 {
        u32::try_from(self.last.number() - self.first.number()).unwrap_or(0) + 1
    }

    /// The days that both have.
    pub fn shared(self, other: Self) -> Option<Self> {
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        (first <= last).then_some(Self { first, last })
    }

    /// The number of calendar days that both have.
    pub fn shared_days(self, other: Self) -> u32 {
        self.shared(other).map_or(0, Self::days)
    }

    /// Whether the day lies in the span.
    pub fn contains(self, day: Day) -> bool {
        (self.first..=self.last).contains(&day)
    }
}
