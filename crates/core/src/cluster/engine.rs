//! Rules and evidence to runs of days. Pure: the same evidence and rules give
//! the same runs, in the same order.

use std::cell::OnceCell;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::area::{Area, Cluster, Run};
use super::evidence::{Evidence, Pair, Tally};
use super::rules::Rules;
use crate::capture::clock::Clock;
use crate::capture::day::Day;
use crate::capture::span::Span;
use crate::identity::record::Counts;
use crate::place::{Address, Level, PlaceId, Region};

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
    /// What the clusters remember of it.
    pub fn of(clusters: &[Cluster]) -> Self {
        let mut decisions = Self::default();
        for cluster in clusters {
            let Area { level, region, .. } = &cluster.of;
            decisions.cut(*level, region, &cluster.cuts);
            if cluster.is_out_of_play() {
                decisions.take(*level, region, cluster.span);
            }
        }
        decisions
    }

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
/// decided. `address_of` names a place. Runs come sorted by level,
/// region and first day.
pub fn runs<'a>(
    evidence: &Evidence,
    rules: &Rules,
    decisions: &Decisions,
    address_of: impl Fn(PlaceId) -> &'a Address + Sync,
) -> Vec<Run> {
    (rules.levels.par_iter())
        .flat_map_iter(|level| runs_at(evidence, rules, *level, decisions, &address_of))
        .collect()
}

/// The pairs of each region at one level.
type ByRegion<'a> = HashMap<Region, Vec<&'a [Pair]>>;

/// Counts what lies in regions over days. Pairs are put to their regions when a level
/// is asked for first.
pub struct Counter<'a, F> {
    evidence: &'a Evidence,
    address_of: F,
    levels: [OnceCell<ByRegion<'a>>; Level::ALL.len()],
}

impl<'a, 'b, F: Fn(PlaceId) -> &'b Address> Counter<'a, F> {
    /// Of that evidence; `address_of` names a place.
    pub fn new(evidence: &'a Evidence, address_of: F) -> Self {
        Self {
            evidence,
            address_of,
            levels: Default::default(),
        }
    }

    /// As [`Counter::count`], of areas that the user merged into one, with the addresses of
    /// the others.
    pub fn whole(
        &self,
        of: &Area,
        parts: &[(&Area, Span)],
    ) -> Option<(Span, Counts, Vec<Arc<Address>>)> {
        let regions: Vec<_> = (parts.iter())
            .map(|(part, span)| (&part.region, *span))
            .collect();
        let (span, counts) = self.count(of.level, &regions)?;
        let addresses = parts.iter().map(|(part, _)| part.address.clone());
        let mut addresses: Vec<_> = addresses.filter(|other| *other != of.address).collect();
        addresses.sort();
        addresses.dedup();
        Some((span, counts, addresses))
    }

    /// Counts what lies in some regions of one level over some days, each file once.
    pub fn count(&self, level: Level, parts: &[(&Region, Span)]) -> Option<(Span, Counts)> {
        let regions = self.levels.get(level.index())?.get_or_init(|| {
            let mut regions: HashMap<Region, Vec<&[Pair]>> = HashMap::new();
            for of_place in self.evidence.by_place() {
                if let Some(region) = (self.address_of)(of_place[0].place).region(level) {
                    regions.entry(region).or_default().push(of_place);
                }
            }
            regions
        });
        let mut spans: BTreeMap<&Region, Vec<Span>> = BTreeMap::new();
        for (region, span) in parts {
            spans.entry(region).or_default().push(*span);
        }
        let mut pairs: Vec<&Pair> = Vec::new();
        for (region, spans) in spans {
            let wanted = |pair: &&Pair| spans.iter().any(|span| span.contains(pair.day));
            let of_region = regions.get(region).into_iter().flatten();
            pairs.extend(of_region.copied().flatten().filter(wanted));
        }
        pairs.sort_by_key(|pair| pair.day);
        let span = Span {
            first: pairs.first()?.day,
            last: pairs.last()?.day,
        };
        Some((span, count(&pairs, span)))
    }
}

/// A region that evidence was found in, and an address of it, to be shown down to the
/// level.
struct Found<'a> {
    region: Region,
    address: &'a Address,
}

impl<'a> Found<'a> {
    /// Two addresses of one region differ in what is no part of its identity. Which
    /// one is shown must not depend on the order.
    fn also(&mut self, address: &'a Address, level: Level) {
        let alike = self.address.ids == address.ids
            && self.address.county == address.county
            && self.address.derived == address.derived
            && self.address.language == address.language
            && self.address.country_code == address.country_code
            && Level::ALL
                .iter()
                .take_while(|at| **at <= level)
                .all(|at| self.address.name(*at) == address.name(*at));
        let shown = |address: &Address| (address.country_code.is_none(), address.down_to(level));
        if !alike && shown(address) < shown(self.address) {
            self.address = address;
        }
    }
}

/// The regions of a level in their order, and the pairs of each place with the number of the
/// region that it lies in. What follows compares numbers, and no more names.
fn regions_at<'a, 'e>(
    evidence: &'e Evidence,
    level: Level,
    address_of: &impl Fn(PlaceId) -> &'a Address,
) -> (Vec<Found<'a>>, Vec<(usize, &'e [Pair])>) {
    let mut found: Vec<Found<'a>> = Vec::new();
    let mut known: HashMap<Region, usize> = HashMap::new();
    let mut places: Vec<(usize, &[Pair])> = Vec::new();
    for of_place in evidence.by_place() {
        let address = address_of(of_place[0].place);
        let Some(region) = address.region(level) else {
            continue;
        };
        let index = match known.entry(region) {
            Entry::Occupied(known) => {
                found[*known.get()].also(address, level);
                *known.get()
            }
            Entry::Vacant(new) => {
                let region = new.key().clone();
                found.push(Found { region, address });
                *new.insert(found.len() - 1)
            }
        };
        places.push((index, of_place));
    }
    let mut numbered: Vec<(usize, Found<'a>)> = (0..).zip(found).collect();
    numbered.sort_unstable_by(|(_, a), (_, b)| a.region.cmp(&b.region));
    let mut rank = vec![0; numbered.len()];
    for (at, (index, _)) in numbered.iter().enumerate() {
        rank[*index] = at;
    }
    for (region, _) in &mut places {
        *region = rank[*region];
    }
    (
        numbered.into_iter().map(|(_, found)| found).collect(),
        places,
    )
}

/// As [`runs`], at one level, on this thread alone.
pub fn runs_at<'a>(
    evidence: &Evidence,
    rules: &Rules,
    level: Level,
    decisions: &Decisions,
    address_of: &impl Fn(PlaceId) -> &'a Address,
) -> Vec<Run> {
    let (regions, places) = regions_at(evidence, level, address_of);
    let decided: Vec<Option<&OfRegion>> = (regions.iter())
        .map(|found| {
            let decisions = (!decisions.0.is_empty()).then_some(decisions)?;
            decisions.0.get(&(level, found.region.clone()))
        })
        .collect();
    let mut entries: Vec<(usize, Day, &Pair)> = Vec::with_capacity(evidence.pairs().len());
    for (region, of_place) in places {
        let takes = |day| decided[region].is_some_and(|decided| decided.takes(day));
        let part = of_place.iter().filter(|pair| !takes(pair.day));
        entries.extend(part.map(|pair| (region, pair.day, pair)));
    }
    entries.sort_by_key(|(region, day, _)| (*region, *day));

    let joined = |a: &(usize, Day, &Pair), b: &(usize, Day, &Pair)| {
        let step = i64::from(b.1.number()) - i64::from(a.1.number());
        a.0 == b.0
            && step - 1 <= i64::from(rules.gap_days)
            && !decided[a.0].is_some_and(|decided| decided.part(a.1, b.1))
    };
    let mut runs = Vec::new();
    let mut pairs = Vec::new();
    for of_region in entries.chunk_by(|a, b| a.0 == b.0) {
        let Found { region, address } = &regions[of_region[0].0];
        let address = Arc::new(address.down_to(level));
        runs.extend(of_region.chunk_by(joined).map(|entries| {
            let span = Span {
                first: entries[0].1,
                last: entries[entries.len() - 1].1,
            };
            pairs.clear();
            pairs.extend(entries.iter().map(|(_, _, pair)| *pair));
            Run {
                of: Area::new(level, region.clone(), address.clone()),
                span,
                counts: count(&pairs, span),
                fits: (rules.min_days..=rules.max_days).contains(&span.days()),
            }
        }));
    }
    runs
}

/// Adds up the pairs of one run, which are sorted by day.
pub fn count(pairs: &[&Pair], span: Span) -> Counts {
    let tallies = |from: &[&Pair]| from.iter().map(|pair| pair.tally).reduce(Tally::and);
    let after_first = pairs.partition_point(|pair| pair.day == span.first);
    let before_last = pairs.partition_point(|pair| pair.day < span.last);
    let whole = tallies(pairs);
    let timed = |clock: Option<Clock>| clock.filter(|clock| clock.time.is_some());
    Counts {
        active_days: u32::try_from(pairs.chunk_by(|a, b| a.day == b.day).count())
            .unwrap_or(u32::MAX),
        files: whole.map_or(0, |tally| tally.files),
        moments: whole.map_or(0, |tally| tally.moments),
        missing: whole.map_or(0, |tally| tally.missing),
        lent: whole.map_or(0, |tally| tally.lent),
        first_capture: timed(whole.map(|tally| tally.first)),
        last_capture: timed(whole.map(|tally| tally.last)),
        start_offset: tallies(&pairs[..after_first]).and_then(|tally| tally.first.offset),
        end_offset: tallies(&pairs[before_last..]).and_then(|tally| tally.last.offset),
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
            place: PlaceId(place),
            cell: None,
            day,
            tally: Tally::one(stamp, true),
        }
    }

    fn spans(runs: &[Run]) -> Vec<(String, i32, i32)> {
        let show = |run: &Run| {
            (
                run.of.address.line(),
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
            |i: PlaceId| &places[i.index()],
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
                &places[i.index()]
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
                if let Some(region) = places[file.place.index()].region(*level) {
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
            let runs = runs(&evidence, &rules, &Decisions::default(), |i: PlaceId| &places[i.index()]);
            let ours: BTreeSet<_> = runs
                .into_iter()
                .filter(|run| run.fits)
                .map(|r| (r.of.level, r.of.region, r.span.first, r.span.last, r.counts.active_days, r.counts.files))
                .collect();
            prop_assert_eq!(ours, oracle(&files, &rules, &places));
        }
    }
}
