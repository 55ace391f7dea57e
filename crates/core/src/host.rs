//! What hosts of many owners use: rows of what one owner's files show go in, and clusters,
//! homes and trips come out, without files or a dataset.
//!
//! The rows are those that `export parquet --evidence` writes; a host may as well make them of
//! what it knows itself.

use std::collections::HashMap;

use imm_cluster_messages::text;

use crate::capture::cell::Cell;
use crate::capture::clock::Clock;
use crate::capture::day::Day;
use crate::cluster::area;
use crate::cluster::engine::{self, Decisions};
use crate::cluster::evidence::{self, Pair, Tally};
use crate::cluster::rules::Rules;
use crate::place::{Address, Language, Level, PlaceId};
use crate::text::Escaped;
use crate::trip::journey;
use crate::trip::known::{Homes, KnownHome};
use crate::trip::travels::Travels;

/// So many places are remembered from one owner to the next: some 30 MB.
const KNOWN: usize = 1 << 15;

/// What one owner's files show of one place, one cell and one local day. A day may have any
/// number of rows of one place, which are added up.
#[derive(Debug, Clone, Copy, Default)]
pub struct Row<'a> {
    /// The local day, in days since 1970-01-01.
    pub local_day: i32,
    /// The region at each level from the country down, as JSON of the ids or names from the
    /// country down to it, `["#CN","#g123"]`; `None` where it is not known.
    pub keys: [Option<&'a str>; Level::ALL.len()],
    /// What the regions are called. Nothing but the names of what is found depends on it.
    pub names: [Option<&'a str>; Level::ALL.len()],
    /// The ISO 3166-1 code of the country.
    pub country_code: Option<&'a str>,
    /// Files that are there.
    pub files: u32,
    /// Presses of the shutter among them.
    pub moments: u32,
    /// Files that were there once.
    pub missing: u32,
    /// All records, of forgotten files too: homes and trips are found from these.
    pub records: u32,
    /// Row and column of the cell of 0.05°; without one the row tells nothing of homes and trips.
    pub cell: Option<(i32, i32)>,
}

/// What is wrong with a [`Row`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// The day is not in the years 1 to 9999.
    #[error("{}", text!("evidence-no-day", day = .0.to_string()))]
    Day(i32),
    /// A key is no path from the country down to its level, or not one that begins with the
    /// keys of the levels above.
    #[error("{}", text!("evidence-no-key", level = .0.to_string(), key = Escaped::new(.1).to_string()))]
    Key(Level, String),
    /// There is no such cell.
    #[error("{}", text!("evidence-no-cell", row = .0.to_string(), column = .1.to_string()))]
    Cell(i32, i32),
    /// More files than can be counted.
    #[error("{}", text!("evidence-too-many"))]
    TooMany,
}

/// A place, and what rows say of it.
#[derive(Debug, Clone)]
struct Place {
    said: [Option<Box<str>>; 11],
    address: Address,
}

/// What one owner's files show. For the next owner it can be [cleared](Evidence::clear).
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    language: Language,
    places: Vec<Place>,
    /// The places whose narrowest region has a key.
    by_key: HashMap<Box<str>, Vec<PlaceId>>,
    pairs: Vec<Pair>,
    counted: u64,
}

/// What is made of [`Evidence`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Found {
    /// The clusters, by level, region and first day.
    pub clusters: Vec<area::Run>,
    /// The homes, by their first day.
    pub homes: Vec<KnownHome>,
    /// The trips, by their first day. Each names the home that it left by its id.
    pub trips: Vec<journey::Run>,
}

impl Evidence {
    /// None yet. The names of rows are in that language.
    pub fn new(language: Language) -> Self {
        Self {
            language,
            ..Self::default()
        }
    }

    /// Adds a row, in any order.
    ///
    /// # Errors
    /// It cannot be true. Nothing is added then.
    pub fn add(&mut self, row: &Row<'_>) -> Result<(), RowError> {
        let day = Day::after_1970(row.local_day).ok_or(RowError::Day(row.local_day))?;
        let cell = row
            .cell
            .map(|(row, column)| Cell::new(row, column).ok_or(RowError::Cell(row, column)));
        let cell = cell.transpose()?;
        // None of the sums of a run can be more than the sum of all.
        let counts = [row.files, row.moments, row.missing, row.records];
        let counted = self.counted + counts.into_iter().map(u64::from).sum::<u64>();
        if counted > u64::from(u32::MAX) {
            return Err(RowError::TooMany);
        }
        let place = self.place(row)?;
        self.counted = counted;
        let local = Clock {
            date: day.date(),
            time: None,
            offset: None,
        };
        let pair = Pair {
            place,
            cell,
            day,
            tally: Tally {
                files: row.files,
                moments: row.moments,
                missing: row.missing,
                records: row.records,
                ..Tally::trace(local)
            },
        };
        evidence::add(&mut self.pairs, pair);
        Ok(())
    }

    /// Forgets all rows, but not what their places are called: the next owner's rows are added
    /// sooner that way.
    pub fn clear(&mut self) {
        self.pairs.clear();
        self.counted = 0;
        if self.places.len() > KNOWN {
            self.places.clear();
            self.by_key.clear();
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    fn place(&mut self, row: &Row<'_>) -> Result<PlaceId, RowError> {
        let [country, province, city, district, township] = row.keys;
        let [n0, n1, n2, n3, n4] = row.names;
        let said = [
            country,
            province,
            city,
            district,
            township,
            n0,
            n1,
            n2,
            n3,
            n4,
            row.country_code,
        ];
        // Most places are told apart by the narrowest key alone.
        let narrowest = row
            .keys
            .into_iter()
            .rev()
            .flatten()
            .next()
            .unwrap_or_default();
        let is_it = |place: &&PlaceId| {
            let known = self.places.get(place.index());
            known.is_some_and(|known| known.said.iter().map(Option::as_deref).eq(said))
        };
        let known = self.by_key.get(narrowest);
        if let Some(place) = known.and_then(|known| known.iter().find(is_it)) {
            return Ok(*place);
        }
        let address = Address::of_keys(row.keys, row.names).map_err(|level| {
            let key = row.keys.get(level.index()).copied().flatten();
            RowError::Key(level, key.unwrap_or_default().to_owned())
        })?;
        let place = PlaceId(u32::try_from(self.places.len()).map_err(|_| RowError::TooMany)?);
        self.places.push(Place {
            said: said.map(|text| text.map(Into::into)),
            address: Address {
                language: self.language.tag().to_owned(),
                country_code: row.country_code.map(str::to_owned),
                ..address
            },
        });
        self.by_key.entry(narrowest.into()).or_default().push(place);
        Ok(place)
    }
}

/// Clusters, homes and trips from one owner's evidence, by the same rules and code as those of
/// a dataset. It runs on this thread alone: owners share nothing, so that a host clusters as
/// many at a time as it has threads.
///
/// Of the rules, when days begin and whether places are lent is decided already when rows are
/// made.
///
/// ```
/// use imm_cluster_core::cluster;
/// use imm_cluster_core::cluster::rules::Rules;
/// use imm_cluster_core::host::{Evidence, Row};
/// use imm_cluster_core::place::Language;
///
/// let mut evidence = Evidence::new(Language::English);
/// for (local_day, city) in [(19_785, "Hangzhou"), (19_786, "Hangzhou"), (19_788, "Jiaxing")] {
///     let city_key = format!(r##"["#CN","#zj","{city}"]"##);
///     evidence.add(&Row {
///         local_day,
///         keys: [Some(r##"["#CN"]"##), Some(r##"["#CN","#zj"]"##), Some(&city_key), None, None],
///         names: [Some("China"), Some("Zhejiang"), Some(city), None, None],
///         files: 10,
///         moments: 9,
///         records: 10,
///         ..Row::default()
///     })?;
/// }
/// let found = cluster(&evidence, &Rules::default());
/// let told: Vec<String> = (found.clusters.iter())
///     .map(|cluster| {
///         let (place, span) = (cluster.of.address.line(), cluster.span);
///         format!("{place}: {} to {}, {} files", span.first, span.last, cluster.counts.files)
///     })
///     .collect();
/// assert_eq!(
///     told,
///     [
///         "Zhejiang, China: 2024-03-03 to 2024-03-06, 30 files",
///         "Hangzhou, Zhejiang, China: 2024-03-03 to 2024-03-04, 20 files",
///         "Jiaxing, Zhejiang, China: 2024-03-06 to 2024-03-06, 10 files",
///     ],
/// );
/// # Ok::<(), imm_cluster_core::host::RowError>(())
/// ```
pub fn cluster(evidence: &Evidence, rules: &Rules) -> Found {
    let address_of = |place: PlaceId| &evidence.places[place.index()].address;
    let gathered = evidence::Evidence::gather(evidence.pairs.iter().copied());
    let decisions = Decisions::default();
    let mut levels = rules.levels.clone();
    levels.sort_unstable();
    levels.dedup();
    let runs = levels.into_iter();
    let runs =
        runs.flat_map(|level| engine::runs_at(&gathered, rules, level, &decisions, &address_of));
    let travels = Travels::find(&Homes::default(), &[], &gathered);
    let homes = travels.homes(&Homes::default(), address_of);
    Found {
        clusters: runs.filter(|run| run.fits).collect(),
        trips: travels.runs(&homes, address_of),
        homes: homes.list,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use chrono::{DateTime, NaiveTime};
    use proptest::prelude::*;

    use super::*;
    use crate::dataset::{Content, Dataset};
    use crate::identity::record::{Counts, Identity, Subject};
    use crate::index::{OptionChanges, read_records};
    use crate::trip::journey::Journey;

    const PLACES: [&str; 8] = [
        r#""lat":45.764,"lon":4.8357"#,
        r#""lat":45.77,"lon":4.9"#,
        r#""lat":38.7223,"lon":-9.1393"#,
        r#""lat":35.0116,"lon":135.7681"#,
        r#""lat":34.6937,"lon":135.5023"#,
        r#""lat":0.01,"lon":0.01"#,
        r#""address":{"country":"Testland","city":"A \"b\" 西"}"#,
        r#""address":{"township":"nowhere"}"#,
    ];

    /// The rows that a dataset would be exported as.
    fn add_all(dataset: &Dataset, rules: &Rules, evidence: &mut Evidence) {
        let shows = dataset.evidence(rules);
        for pair in shows.evidence.pairs().iter().rev() {
            let address = &shows.lending.place(dataset, pair.place).unwrap().address;
            let keys = Level::ALL.map(|level| address.region(level).map(|of| of.to_json()));
            let row = Row {
                local_day: pair.day.since_1970(),
                keys: keys.each_ref().map(Option::as_deref),
                names: address.path(),
                country_code: address.country_code.as_deref(),
                files: pair.tally.files,
                moments: pair.tally.moments,
                missing: pair.tally.missing,
                records: pair.tally.records,
                cell: pair.cell.map(|cell| (cell.row(), cell.column())),
            };
            evidence.add(&row).unwrap();
        }
    }

    fn counts(of: &Counts) -> [u32; 4] {
        [of.active_days, of.files, of.moments, of.missing]
    }

    /// A journey without what is not in rows.
    fn journey(of: &Journey) -> String {
        let stops =
            (of.stops.iter()).map(|stop| (stop.address.path(), stop.centre, stop.span, stop.files));
        let stops: Vec<_> = stops.collect();
        format!(
            "{stops:?} {} {} {:?}",
            of.distance_km, of.farthest_km, of.home
        )
    }

    fn listed<S: Subject>(list: &[Identity<S>], of: fn(&S) -> String) -> Vec<String> {
        let live = list.iter().filter(|one| one.is_live());
        let told =
            live.map(|one| format!("{:?} {:?} {}", one.span, counts(&one.counts), of(&one.of)));
        let mut told: Vec<String> = told.collect();
        told.sort();
        told
    }

    fn found<S>(runs: &[crate::identity::record::Run<S>], of: fn(&S) -> String) -> Vec<String> {
        let runs = runs.iter();
        let told =
            runs.map(|run| format!("{:?} {:?} {}", run.span, counts(&run.counts), of(&run.of)));
        let mut told: Vec<String> = told.collect();
        told.sort();
        told
    }

    fn area(of: &area::Area) -> String {
        format!("{} {} {}", of.level, of.region.to_json(), of.address.line())
    }

    fn homes(homes: &[KnownHome]) -> Vec<String> {
        let told = homes.iter().map(|home| {
            let seen = (
                home.seen_first,
                home.seen_last,
                home.days_seen,
                home.days_active,
            );
            let days = (home.from, home.to, home.origin);
            let place = (home.address.path(), home.centre, home.radius_km);
            format!("{} {} {place:?} {days:?} {seen:?}", home.id, home.name)
        });
        told.collect()
    }

    fn rules() -> impl Strategy<Value = Rules> {
        let levels = proptest::sample::subsequence(Level::ALL.to_vec(), 1..=5);
        let days = prop_oneof![Just((1, 99_999)), Just((2, 4)), Just((2, 99_999))];
        let options = (
            0..4_u32,
            days,
            levels.prop_shuffle(),
            0..13_u32,
            any::<bool>(),
        );
        options.prop_map(
            |(gap_days, (min_days, max_days), levels, hour, lend)| Rules {
                gap_days,
                min_days,
                max_days,
                levels,
                day_starts: NaiveTime::from_hms_opt(hour, 0, 0).unwrap(),
                lend,
                ..Rules::default()
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Two owners after one another: nothing of the first is left.
        #[test]
        fn what_a_dataset_makes_of_its_files(
            owners in prop::array::uniform2((
                proptest::collection::vec((0..400_i64, 0..24_u32, 0..10_usize, 0..8_u8), 0..300),
                rules(),
            )),
        ) {
            let mut evidence = Evidence::new(Language::English);
            for (files, rules) in owners {
                let mut dataset = Dataset::empty();
                let records = (files.iter().enumerate()).map(|(number, (day, hour, place, kind))| {
                    // Twice a week in Lyon, so that there is a home.
                    let day = if *kind < 3 { day / 7 * 7 + i64::from(*kind) } else { *day };
                    let place = if *kind < 3 { 0 } else { *place };
                    let date = DateTime::UNIX_EPOCH.date_naive() + chrono::Days::new(day.unsigned_abs() + 19_000);
                    let place = PLACES.get(place).map(|place| format!(",{place}")).unwrap_or_default();
                    format!(r#"{{"path":"{number}.jpg","capture_time":"{date}T{hour:02}:00:00"{place}}}"#)
                });
                let records: Vec<String> = records.collect();
                let changes = OptionChanges::default();
                read_records(&mut dataset, records.join("\n").as_bytes(), Path::new("r"), &changes).unwrap();
                dataset.forget(
                    |_, _, file| file.content != Content::Other && file.name.to_string_lossy().ends_with("7.jpg"),
                    false,
                );
                dataset.cluster(&rules, DateTime::UNIX_EPOCH);
                let mut sorted = rules.clone();
                sorted.levels.sort_unstable();
                evidence.clear();
                add_all(&dataset, &rules, &mut evidence);
                let alone = cluster(&evidence, &rules);
                prop_assert_eq!(found(&alone.clusters, area), listed(&dataset.clusters, area));
                prop_assert_eq!(found(&alone.trips, journey), listed(&dataset.trips, journey));
                prop_assert_eq!(homes(&alone.homes), homes(&dataset.homes.list));
                prop_assert_eq!(&alone, &cluster(&evidence, &sorted), "levels come in order");
            }
        }
    }

    #[test]
    fn rows_that_cannot_be_true_are_refused_and_leave_nothing() {
        let country = |key| [Some(key), None, None, None, None];
        let good = Row {
            local_day: 19_785,
            keys: country(r#"["A"]"#),
            files: u32::MAX / 2,
            ..Row::default()
        };
        let refused = [
            (
                Row {
                    local_day: i32::MAX,
                    ..good
                },
                "day 2147483647 is not in the years 1 to 9999",
            ),
            (
                Row {
                    local_day: 2_932_897,
                    ..good
                },
                "day 2932897 is not in the years 1 to 9999",
            ),
            (
                Row {
                    cell: Some((1_800, 0)),
                    ..good
                },
                "there is no cell 1800,0",
            ),
            (
                Row {
                    keys: country("A\u{7}"),
                    ..good
                },
                "`A\\u{7}` is no key of a country: ",
            ),
            (
                Row {
                    files: u32::MAX / 2 + 2,
                    ..good
                },
                "there are more files than can be counted",
            ),
        ];
        let mut evidence = Evidence::new(Language::English);
        assert!(cluster(&evidence, &Rules::default()).clusters.is_empty());
        evidence.add(&good).unwrap();
        for (row, why) in refused {
            let error = evidence.add(&row).unwrap_err().to_string();
            assert!(error.starts_with(why), "{error}");
        }
        let rules = Rules {
            levels: vec![Level::Country],
            ..Rules::default()
        };
        let [alone] = cluster(&evidence, &rules).clusters.try_into().unwrap();
        assert_eq!((alone.counts.files, alone.span.days()), (u32::MAX / 2, 1));
        evidence.clear();
        assert!(evidence.is_empty());
    }
}
