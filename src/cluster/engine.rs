//! Rules and evidence to runs of days. Pure: the same evidence and rules give
//! the same runs, in the same order.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::evidence::{Evidence, Pair, Tally};
use super::rules::Rules;
use crate::capture::clock::Clock;
use crate::capture::day::Day;
use crate::place::{Address, Level, Region};

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

    /// The number of calendar days that both have.
    pub fn shared_days(self, other: Self) -> u32 {
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        if first > last {
            0
        } else {
            Self { first, last }.days()
        }
    }

    /// Whether the day lies in the span.
    pub fn contains(self, day: Day) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

/// One region over one run of local days, at one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The level.
    pub level: Level,
    /// What the region is identified by.
    pub region: Region,
    /// What the region is called, down to the level.
    pub address: Arc<Address>,
    /// The days, bridged ones included.
    pub span: Span,
    /// What was found in it.
    pub counts: Counts,
    /// Whether it is neither shorter than `min_days` nor longer than `max_days`.
    pub fits: bool,
}

/// What a run of days holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Days with a file.
    pub active_days: u32,
    /// Files that are there.
    pub files: u32,
    /// Presses of the shutter among them.
    pub moments: u32,
    /// Files that were there once.
    pub missing: u32,
    /// The earliest capture with a time.
    pub first_capture: Option<Clock>,
    /// The latest capture with a time.
    pub last_capture: Option<Clock>,
    /// The offset from UTC of the first day's first file.
    pub start_offset: Option<chrono::FixedOffset>,
    /// The offset from UTC of the last day's last file.
    pub end_offset: Option<chrono::FixedOffset>,
}

/// What the user decided about the days of regions. The rules respect it.
#[derive(Debug, Clone, Default)]
pub struct Decisions(BTreeMap<(Level, Region), OfRegion>);

#[derive(Debug, Clone, Default)]
struct OfRegion {
    /// Days that take no part: of deleted and of pinned clusters.
    taken: Vec<Span>,
    /// Days that open a cluster.
    cuts: Vec<Day>,
}

impl Decisions {
    /// Leaves these days of a region out of all runs.
    pub fn take(&mut self, level: Level, region: &Region, span: Span) {
        self.0
            .entry((level, region.clone()))
            .or_default()
            .taken
            .push(span);
    }

    /// Lets these days of a region open a new run.
    pub fn cut(&mut self, level: Level, region: &Region, days: &[Day]) {
        if !days.is_empty() {
            self.0
                .entry((level, region.clone()))
                .or_default()
                .cuts
                .extend(days);
        }
    }
}

impl Decisions {
    /// Whether a day of a region is left out of all runs.
    pub fn take_out(&self, level: Level, region: &Region, day: Day) -> bool {
        self.0
            .get(&(level, region.clone()))
            .is_some_and(|decided| decided.takes(day))
    }

    /// Whether a decision stands between two days of a region.
    pub fn part(&self, level: Level, region: &Region, earlier: Day, later: Day) -> bool {
        self.0
            .get(&(level, region.clone()))
            .is_some_and(|decided| decided.part(earlier, later))
    }
}

impl OfRegion {
    fn takes(&self, day: Day) -> bool {
        self.taken.iter().any(|span| span.contains(day))
    }

    /// Whether a decision stands between two days: a cut, or days that are taken.
    fn part(&self, earlier: Day, later: Day) -> bool {
        self.cuts.iter().any(|cut| earlier < *cut && *cut <= later)
            || self
                .taken
                .iter()
                .any(|span| earlier < span.first && span.first < later)
    }
}

/// Clusters the evidence at each level of the rules, within what the user
/// decided. `address_of` names a place by its index. Runs come sorted by level,
/// region and first day.
pub fn runs<'a>(
    evidence: &Evidence,
    rules: &Rules,
    decisions: &Decisions,
    address_of: impl Fn(u32) -> &'a Address,
) -> Vec<Run> {
    rules
        .levels
        .iter()
        .flat_map(|level| runs_at(evidence, rules, *level, decisions, &address_of))
        .collect()
}

/// Counts what lies in some regions of one level over some days, each file once.
pub fn count_parts<'a>(
    evidence: &Evidence,
    level: Level,
    parts: &[(&Region, Span)],
    address_of: impl Fn(u32) -> &'a Address,
) -> Option<(Span, Counts)> {
    let mut pairs: Vec<(u32, &Pair)> = Vec::new();
    for of_place in evidence.pairs().chunk_by(|a, b| a.place == b.place) {
        let Some(region) = address_of(of_place[0].place).region(level) else {
            continue;
        };
        let spans: Vec<Span> = parts
            .iter()
            .filter(|(part, _)| **part == region)
            .map(|(_, span)| *span)
            .collect();
        pairs.extend(
            of_place
                .iter()
                .filter(|p| spans.iter().any(|span| span.contains(p.day)))
                .map(|p| (0, p)),
        );
    }
    pairs.sort_unstable_by_key(|(_, pair)| pair.day);
    let span = Span {
        first: pairs.first()?.1.day,
        last: pairs.last()?.1.day,
    };
    Some((span, count(&pairs, span)))
}

/// A region that evidence was found in, and the address to show for it.
struct Found {
    region: Region,
    address: Arc<Address>,
}

fn runs_at<'a>(
    evidence: &Evidence,
    rules: &Rules,
    level: Level,
    decisions: &Decisions,
    address_of: &impl Fn(u32) -> &'a Address,
) -> Vec<Run> {
    let mut found: Vec<Found> = Vec::new();
    let mut known: HashMap<Region, u32> = HashMap::new();
    let mut entries: Vec<(u32, &Pair)> = Vec::with_capacity(evidence.pairs().len());
    for of_place in evidence.pairs().chunk_by(|a, b| a.place == b.place) {
        let address = address_of(of_place[0].place);
        let Some(region) = address.region(level) else {
            continue;
        };
        let address = address.down_to(level);
        let next = u32::try_from(found.len()).unwrap_or(u32::MAX);
        let index = *known.entry(region.clone()).or_insert(next);
        match found.get_mut(index as usize) {
            None => found.push(Found {
                region,
                address: Arc::new(address),
            }),
            // Two addresses of one region differ in what is no part of its
            // identity. Which one is shown must not depend on the order.
            Some(same) => {
                let rank = |a: &Address| a.country_code.is_none();
                if (rank(&address), &address) < (rank(&same.address), &same.address) {
                    same.address = Arc::new(address);
                }
            }
        }
        entries.extend(of_place.iter().map(|pair| (index, pair)));
    }
    let decided: Vec<Option<&OfRegion>> = found
        .iter()
        .map(|found| decisions.0.get(&(level, found.region.clone())))
        .collect();
    entries.retain(|(region, pair)| {
        !decided[*region as usize].is_some_and(|decided| decided.takes(pair.day))
    });
    entries.sort_unstable_by_key(|(region, pair)| (*region, pair.day));

    let joined = |a: &(u32, &Pair), b: &(u32, &Pair)| {
        let step = i64::from(b.1.day.number()) - i64::from(a.1.day.number());
        a.0 == b.0
            && step - 1 <= i64::from(rules.gap_days)
            && !decided[a.0 as usize].is_some_and(|decided| decided.part(a.1.day, b.1.day))
    };
    let mut runs: Vec<Run> = entries
        .chunk_by(joined)
        .map(|entries| {
            let Found { region, address } = &found[entries[0].0 as usize];
            let span = Span {
                first: entries[0].1.day,
                last: entries[entries.len() - 1].1.day,
            };
            Run {
                level,
                region: region.clone(),
                address: address.clone(),
                span,
                counts: count(entries, span),
                fits: (rules.min_days..=rules.max_days).contains(&span.days()),
            }
        })
        .collect();
    runs.sort_by(|a, b| (&a.region, a.span).cmp(&(&b.region, b.span)));
    runs
}

/// Adds up the pairs of one run, which are sorted by day.
fn count(entries: &[(u32, &Pair)], span: Span) -> Counts {
    let tallies =
        |from: &[(u32, &Pair)]| from.iter().map(|(_, pair)| pair.tally).reduce(Tally::and);
    let after_first = entries.partition_point(|(_, pair)| pair.day == span.first);
    let before_last = entries.partition_point(|(_, pair)| pair.day < span.last);
    let whole = tallies(entries);
    let timed = |clock: Option<Clock>| clock.filter(|clock| clock.time.is_some());
    Counts {
        active_days: u32::try_from(entries.chunk_by(|a, b| a.1.day == b.1.day).count())
            .unwrap_or(u32::MAX),
        files: whole.map_or(0, |tally| tally.files),
        moments: whole.map_or(0, |tally| tally.moments),
        missing: whole.map_or(0, |tally| tally.missing),
        first_capture: timed(whole.map(|tally| tally.first)),
        last_capture: timed(whole.map(|tally| tally.last)),
        start_offset: tallies(&entries[..after_first]).and_then(|tally| tally.first.offset),
        end_offset: tallies(&entries[before_last..]).and_then(|tally| tally.last.offset),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    fn address(city: &str, province: &str) -> Address {
        let name = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        Address {
            country: name("China"),
            province: name(province),
            city: name(city),
            ..Address::default()
        }
    }

    fn pair(place: u32, day: i32) -> Pair {
        let day = Day::from_number(738_000 + day);
        let stamp = Clock {
            date: day.date(),
            time: None,
            offset: None,
        };
        Pair {
            place,
            day,
            tally: Tally::one(stamp, true),
        }
    }

    fn spans(runs: &[Run]) -> Vec<(String, i32, i32)> {
        let show = |run: &Run| {
            (
                run.address.line(),
                run.span.first.number() - 738_000,
                run.span.last.number() - 738_000,
            )
        };
        runs.iter().filter(|run| run.fits).map(show).collect()
    }

    #[test]
    fn hangzhou_and_jiaxing() {
        let places = [
            address("Hangzhou", "Zhejiang"),
            address("Jiaxing", "Zhejiang"),
        ];
        let files = (3..=5)
            .map(|d| pair(0, d))
            .chain((6..=8).map(|d| pair(1, d)));
        let runs = runs(
            &Evidence::gather(files),
            &Rules::default(),
            &Decisions::default(),
            |i| &places[i as usize],
        );
        let city = |name: &str, first, last| (format!("{name}, Zhejiang, China"), first, last);
        let expected = [
            ("Zhejiang, China".to_owned(), 3, 8),
            city("Hangzhou", 3, 5),
            city("Jiaxing", 6, 8),
        ];
        assert_eq!(spans(&runs), expected);
    }

    #[test]
    fn a_gap_counts_the_days_between() {
        let places = [address("Hangzhou", "Zhejiang")];
        let clusters = |gap_days, min_days, max_days| {
            let rules = Rules {
                gap_days,
                min_days,
                max_days,
                levels: vec![Level::City],
                ..Rules::default()
            };
            let evidence = Evidence::gather([4, 5, 7].map(|d| pair(0, d)));
            spans(&runs(&evidence, &rules, &Decisions::default(), |i| {
                &places[i as usize]
            }))
            .iter()
            .map(|s| (s.1, s.2))
            .collect::<Vec<_>>()
        };
        assert_eq!(clusters(1, 1, 99_999), [(4, 7)]);
        assert_eq!(clusters(0, 1, 99_999), [(4, 5), (7, 7)]);
        assert_eq!(clusters(0, 2, 99_999), [(4, 5)]);
        assert_eq!(clusters(0, 1, 1), [(7, 7)]);
        assert_eq!(clusters(1, 4, 4), [(4, 7)], "bridged days count");
        assert_eq!(clusters(1, 5, 9), []);
    }

    /// The rules of the contract, read aloud: day by day, with sets.
    fn oracle(
        files: &[Pair],
        rules: &Rules,
        places: &[Address],
    ) -> BTreeSet<(Level, Region, Day, Day, u32, u32)> {
        let mut result = BTreeSet::new();
        for level in &rules.levels {
            let mut days: BTreeMap<Region, BTreeMap<Day, u32>> = BTreeMap::new();
            for file in files {
                if let Some(region) = places[file.place as usize].region(*level) {
                    *days.entry(region).or_default().entry(file.day).or_default() += 1;
                }
            }
            for (region, days) in days {
                let mut open: Option<(Day, Day, u32, u32)> = None;
                let mut close = |open: Option<(Day, Day, u32, u32)>| {
                    let Some((first, last, active, files)) = open else {
                        return;
                    };
                    let length = u32::try_from(last.number() - first.number() + 1).unwrap();
                    if length >= rules.min_days && length <= rules.max_days {
                        result.insert((*level, region.clone(), first, last, active, files));
                    }
                };
                for (day, files) in days {
                    let between =
                        |last: Day| u32::try_from(day.number() - last.number() - 1).unwrap();
                    open = match open {
                        Some((first, last, active, sum)) if between(last) <= rules.gap_days => {
                            Some((first, day, active + 1, sum + files))
                        }
                        before => {
                            close(before);
                            Some((day, day, 1, files))
                        }
                    };
                }
                close(open);
            }
        }
        result
    }

    proptest! {
        #[test]
        fn runs_equal_a_naive_reading_of_the_rules(
            files in prop::collection::vec((0u32..6, 0i32..40), 0..60),
            gap_days in 0u32..6,
            min_days in 1u32..6,
            more in 0u32..20,
            levels in prop::sample::subsequence(Level::ALL.to_vec(), 1..=5),
        ) {
            let places = [
                address("Hangzhou", "Zhejiang"), address("Jiaxing", "Zhejiang"), address("", "Zhejiang"),
                address("Chaoyang", "Beijing"), address("Chaoyang", "Jilin"), Address::default(),
            ];
            let rules = Rules { gap_days, min_days, max_days: min_days + more, levels, ..Rules::default() };
            let files: Vec<Pair> = files.into_iter().map(|(place, day)| pair(place, day)).collect();
            let evidence = Evidence::gather(files.iter().copied());
            let runs = runs(&evidence, &rules, &Decisions::default(), |i| &places[i as usize]);
            let ours: BTreeSet<_> = runs
                .into_iter()
                .filter(|run| run.fits)
                .map(|r| (r.level, r.region, r.span.first, r.span.last, r.counts.active_days, r.counts.files))
                .collect();
            prop_assert_eq!(ours, oracle(&files, &rules, &places));
        }
    }
}
