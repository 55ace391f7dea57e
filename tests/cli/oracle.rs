//! Any options and any order of indexing, held against a plain rewriting of the
//! rules: no engine, no identities, only sets of days.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Timelike, Utc};
use imm_cluster::output::json::ClusterJson;
use imm_cluster_core::cluster::rules::Rules;
use imm_cluster_core::dataset::Dataset;
use imm_cluster_core::index::{OptionChanges, read_records};
use imm_cluster_core::place::Level;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, UTRECHT, lines};

/// Where a record was taken.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Where {
    Nowhere,
    /// Coordinates, and the hours that their clock is ahead of UTC in early March.
    Point((f64, f64), i32),
    /// A given address: country, province, city, district, township.
    Address([Option<&'static str>; 5]),
}

/// When a record was taken; the number of a day and the hour.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    Never,
    Date(u64),
    WallClock(u64, u32),
    Offset(u64, u32, i32),
    Instant(u64, u32),
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Record {
    path: u8,
    when: When,
    place: Where,
}

const PLACES: [Where; 8] = [
    Where::Nowhere,
    Where::Point(HANGZHOU, 8),
    Where::Point(UTRECHT, 1),
    // The names that Hangzhou is located by.
    Where::Address([
        Some("China"),
        Some("Zhejiang"),
        Some("Hangzhou"),
        None,
        None,
    ]),
    Where::Address([
        Some("China"),
        Some("Beijing"),
        Some("Beijing"),
        Some("Chaoyang"),
        None,
    ]),
    Where::Address([
        Some("China"),
        Some("Jilin"),
        Some("Changchun"),
        Some("Chaoyang"),
        Some("X"),
    ]),
    Where::Address([Some("China"), Some("Jilin"), None, None, None]),
    Where::Address([Some("Japan"), None, Some("Kyoto"), None, None]),
];

fn date(day: u64) -> NaiveDate {
    // Over the end of a February with 29 days.
    NaiveDate::from_ymd_opt(2024, 2, 22).unwrap() + Days::new(day)
}

impl Record {
    fn json(self) -> Value {
        let mut record = json!({"path": format!("photo {}", self.path)});
        match self.place {
            Where::Nowhere => {}
            Where::Point((lat, lon), _) => {
                record["lat"] = lat.into();
                record["lon"] = lon.into();
            }
            Where::Address([country, province, city, district, township]) => {
                record["address"] = json!({"country": country, "province": province, "city": city,
                    "district": district, "township": township});
            }
        }
        let time = match self.when {
            When::Never => None,
            When::Date(day) => {
                record["local_date"] = date(day).to_string().into();
                None
            }
            When::WallClock(day, hour) => Some(format!("{}T{hour:02}:30:00", date(day))),
            When::Offset(day, hour, ahead) => {
                Some(format!("{}T{hour:02}:30:00{ahead:+03}:00", date(day)))
            }
            When::Instant(day, hour) => Some(format!("{}T{hour:02}:30:00Z", date(day))),
        };
        if let Some(time) = time {
            record["capture_time"] = time.into();
        }
        record
    }

    /// The local day, where it is known.
    fn day(self, day_starts: NaiveTime) -> Option<NaiveDate> {
        let (date, hour) = match self.when {
            When::Never => return None,
            When::Date(day) => return Some(date(day)),
            When::WallClock(day, hour) | When::Offset(day, hour, _) => (date(day), hour),
            When::Instant(day, hour) => {
                let Where::Point(_, ahead) = self.place else {
                    return None;
                };
                let hours = hour + u32::try_from(ahead).unwrap();
                (date(day) + Days::new(u64::from(hours / 24)), hours % 24)
            }
        };
        let before = (hour, 30) < (day_starts.hour(), day_starts.minute());
        Some(date - Days::new(u64::from(before)))
    }

    fn names(self) -> Option<[Option<String>; 5]> {
        match self.place {
            Where::Nowhere => None,
            Where::Address(names) => Some(names.map(|name| name.map(str::to_owned))),
            Where::Point((lat, lon), _) => {
                // What a place is called is asked of the one who knows.
                let position =
                    imm_cluster_core::capture::position::Position::new(lat, lon).unwrap();
                let address = imm_cluster_core::place::locate(position).unwrap();
                Some(Level::ALL.map(|level| address.name(level).map(str::to_owned)))
            }
        }
    }
}

/// What is compared of a cluster: level, names down to it, first and last day,
/// days, active days, files.
type Line = (
    Level,
    Vec<Option<String>>,
    NaiveDate,
    NaiveDate,
    u64,
    usize,
    usize,
);

/// The rules, word for word.
fn oracle(records: &[Record], rules: &Rules) -> Vec<Line> {
    let mut last: BTreeMap<u8, Record> = BTreeMap::new();
    last.extend(records.iter().map(|record| (record.path, *record)));
    let mut lines = Vec::new();
    for level in &rules.levels {
        let mut days: BTreeMap<Vec<Option<String>>, BTreeMap<NaiveDate, usize>> = BTreeMap::new();
        for record in last.values() {
            let (Some(day), Some(names)) = (record.day(rules.day_starts), record.names()) else {
                continue;
            };
            let region = names[..=level.index()].to_vec();
            if region.last().is_some_and(Option::is_some) {
                *days.entry(region).or_default().entry(day).or_default() += 1;
            }
        }
        for (region, days) in days {
            let mut runs: Vec<Vec<(NaiveDate, usize)>> = Vec::new();
            for (day, files) in days {
                match runs.last_mut() {
                    Some(run)
                        if (day - run.last().unwrap().0).num_days() - 1
                            <= i64::from(rules.gap_days) =>
                    {
                        run.push((day, files));
                    }
                    _ => runs.push(vec![(day, files)]),
                }
            }
            for run in runs {
                let (first, last) = (run[0].0, run[run.len() - 1].0);
                let days = u64::try_from((last - first).num_days()).unwrap() + 1;
                if (u64::from(rules.min_days)..=u64::from(rules.max_days)).contains(&days) {
                    let files = run.iter().map(|(_, files)| files).sum();
                    lines.push((*level, region.clone(), first, last, days, run.len(), files));
                }
            }
        }
    }
    lines.sort();
    lines
}

/// The same of the clusters that the dataset lists, with their ids.
fn listed(dataset: &Dataset) -> BTreeMap<Line, String> {
    let shown = dataset.clusters.iter().filter(|cluster| cluster.is_live());
    let listed = shown.map(|cluster| {
        let json = serde_json::to_value(ClusterJson::new(&dataset.geocoder, cluster)).unwrap();
        let day = |name: &str| json[name].as_str().unwrap().parse().unwrap();
        let number = |name: &str| json[name].as_u64().unwrap();
        let count = |name: &str| usize::try_from(number(name)).unwrap();
        let names = Level::ALL[..=cluster.of.level.index()]
            .iter()
            .map(|level| json["address"][level.name()].as_str().map(str::to_owned));
        let line = (
            cluster.of.level,
            names.collect(),
            day("start_date"),
            day("end_date"),
            number("days"),
            count("active_days"),
            count("files"),
        );
        (line, cluster.object_id.to_string())
    });
    let count = dataset
        .clusters
        .iter()
        .filter(|cluster| cluster.is_live())
        .count();
    let listed: BTreeMap<_, _> = listed.collect();
    assert_eq!(listed.len(), count, "no cluster is there twice");
    listed
}

fn index(dataset: &mut Dataset, records: &[Record]) {
    let input = lines(
        &records
            .iter()
            .map(|record| record.json())
            .collect::<Vec<_>>(),
    );
    let changes = OptionChanges::default();
    let report = read_records(dataset, input.as_bytes(), Path::new("test"), &changes).unwrap();
    assert_eq!(report.failures, []);
}

fn now(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_750_000_000 + second, 0).unwrap()
}

fn records(most: usize) -> impl Strategy<Value = Vec<Record>> {
    let day = 0..16u64;
    let when = prop_oneof![
        1 => Just(When::Never),
        4 => day.clone().prop_map(When::Date),
        2 => (day.clone(), 0..24u32).prop_map(|(day, hour)| When::WallClock(day, hour)),
        2 => (day.clone(), 0..24u32, -9..=9i32).prop_map(|(d, h, ahead)| When::Offset(d, h, ahead)),
        2 => (day, 0..24u32).prop_map(|(day, hour)| When::Instant(day, hour)),
    ];
    let record = (0..40u8, when, select(&PLACES[..])).prop_map(|(path, when, place)| Record {
        path,
        when,
        place,
    });
    prop::collection::vec(record, 0..most)
}

fn rules() -> impl Strategy<Value = Rules> {
    let longest = prop_oneof![Just(99_999), 0..8u32];
    let levels = prop::sample::subsequence(Level::ALL.to_vec(), 1..=5);
    let hours = select(&[0u32, 4, 12][..]);
    (0..5u32, 1..4u32, longest, levels, hours).prop_map(
        |(gap_days, min_days, more, levels, hour)| Rules {
            gap_days,
            min_days,
            max_days: (min_days + more).min(99_999),
            levels,
            day_starts: NaiveTime::from_hms_opt(hour, 0, 0).unwrap(),
            // The rules of clustering alone.
            lend: false,
            ..Rules::default()
        },
    )
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 128,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_options_and_any_batches_give_what_the_rules_say(
        records in records(60),
        cuts in prop::collection::vec(any::<Index>(), 0..4),
        options in prop::collection::vec(rules(), 5),
    ) {
        // In batches, with a run after each.
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(records.len() + 1)).collect();
        ends.push(records.len());
        ends.sort_unstable();
        let mut dataset = Dataset::empty();
        let mut start = 0;
        for (step, end) in (0i64..).zip(ends) {
            index(&mut dataset, &records[start..end]);
            start = end;
            let rules = &options[usize::try_from(step).unwrap() % options.len()];
            dataset.cluster(rules, now(step));
            let expected = oracle(&records[..end], rules);
            prop_assert_eq!(listed(&dataset).into_keys().collect::<Vec<_>>(), expected);
        }

        // At once, in the opposite order.
        let rules = &options[4];
        dataset.cluster(rules, now(10));
        let mut last: BTreeMap<u8, Record> = BTreeMap::new();
        last.extend(records.iter().map(|record| (record.path, *record)));
        let backwards: Vec<Record> = last.into_values().rev().collect();
        let mut fresh = Dataset::empty();
        index(&mut fresh, &backwards);
        fresh.cluster(rules, now(0));
        let lines = |dataset: &Dataset| listed(dataset).into_keys().collect::<Vec<_>>();
        prop_assert_eq!(lines(&dataset), lines(&fresh));
        prop_assert_eq!(lines(&fresh), oracle(&records, rules));
    }

    #[test]
    fn options_changed_and_changed_back_give_the_same_ids(
        records in records(40),
        first in rules(),
        other in rules(),
    ) {
        let mut dataset = Dataset::empty();
        index(&mut dataset, &records);
        dataset.cluster(&first, now(0));
        let before = listed(&dataset);
        let again = dataset.cluster(&first, now(1));
        prop_assert!(!again.changed);
        dataset.cluster(&other, now(2));
        dataset.cluster(&first, now(9));
        prop_assert_eq!(listed(&dataset), before);
    }

    #[test]
    fn a_cluster_that_grows_keeps_the_id_of_one_that_it_was(
        old in records(40),
        new in records(12),
        gap_days in 0..4u32,
    ) {
        // Records that only add: none replaces another.
        let mut more = new;
        for (path, record) in (100..).zip(&mut more) {
            record.path = path;
        }
        let rules = Rules { gap_days, levels: Level::ALL.to_vec(), lend: false, ..Rules::default() };
        let mut dataset = Dataset::empty();
        index(&mut dataset, &old);
        dataset.cluster(&rules, now(0));
        let before = listed(&dataset);
        index(&mut dataset, &more);
        dataset.cluster(&rules, now(1));
        let mut used = BTreeSet::new();
        for ((level, region, first, last, ..), id) in listed(&dataset) {
            let was: Vec<&String> = before
                .iter()
                .filter(|((l, r, f, t, ..), _)| (*l, r) == (level, &region) && *f >= first && *t <= last)
                .map(|(_, id)| id)
                .collect();
            prop_assert!(was.is_empty() || was.contains(&&id), "{} of {:?}", id, was);
            prop_assert!(!was.is_empty() || !before.values().any(|old| *old == id), "a new one");
            prop_assert!(used.insert(id));
        }
    }
}
