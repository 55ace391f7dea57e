//! `sql/cluster.sql` and `sql/identity.sql` find what the engine finds, as `SQLite` runs them.

use std::collections::BTreeMap;

use chrono::DateTime;
use imm_cluster_core::capture::clock::Clock;
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::capture::span::Span;
use imm_cluster_core::cluster::area::{Area, Cluster};
use imm_cluster_core::cluster::engine::{Counter, Decisions, runs};
use imm_cluster_core::cluster::evidence::{Evidence, Pair, Tally};
use imm_cluster_core::cluster::rules::Rules;
use imm_cluster_core::cluster::sql::Statement;
use imm_cluster_core::identity::reconcile::reconcile;
use imm_cluster_core::identity::record::State;
use imm_cluster_core::place::{Address, Level, PlaceId};
use proptest::prelude::*;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// The first day of all.
const START: i32 = 738_000;

/// What identities are known by from run to run.
const IDS: &str = "object_id, owner, level, region, own_start, own_end, start_day, end_day, edited, live, absorbed_by, created";

/// One file: of which owner, place and day, and what is counted of it.
type File = (u8, u32, i32, u8);

type Row = Vec<Value>;

/// Places that differ in each thing that may matter: gaps in the path, names that are no
/// identity, one name in two provinces, nothing known at all.
fn places() -> Vec<Address> {
    let place = |names: [&str; 5], ids: &[&str]| {
        let [country, province, city, district, township] =
            names.map(|name| (!name.is_empty()).then(|| name.to_owned()));
        Address {
            country,
            province,
            city,
            district,
            township,
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            ..Address::unknown()
        }
    };
    vec![
        place(
            ["China", "Zhejiang", "Hangzhou", "Xihu", ""],
            &["CN", "1", "2", "3"],
        ),
        place(["中国", "浙江", "杭州", "西湖", ""], &["CN", "1", "2", "3"]),
        place(["China", "Zhejiang", "Jiaxing", "", ""], &["CN", "1", "4"]),
        place(["A", "B", "Same \"city\"", "", "x"], &[]),
        place(["A", "C", "Same \"city\"", "", ""], &[]),
        place(["A", "", "Same \"city\"", "", ""], &[]),
        place(["", "", "", "", "nowhere"], &[]),
        Address::unknown(),
    ]
}

fn evidence(files: &[File], owner: u8) -> Evidence {
    let of_owner = files.iter().filter(|file| file.0 == owner);
    Evidence::gather(of_owner.map(|(_, place, day, kind)| {
        let day = Day::from_number(START + day);
        let local = Clock {
            date: day.date(),
            time: None,
            offset: None,
        };
        let tally = match kind {
            0 => Tally::missing(local),
            1 => Tally::trace(local),
            kind => Tally::one(local, *kind > 2),
        };
        Pair {
            place: PlaceId(*place),
            cell: None,
            day,
            tally,
        }
    }))
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

fn day(day: Day) -> Value {
    i64::from(day.number() - START).into()
}

fn name(owner: u8) -> String {
    format!("owner {owner}")
}

/// A database, and the identities in it.
struct Engine(Connection);

impl Engine {
    fn new() -> Self {
        let database = Connection::open_in_memory().unwrap();
        let tables = format!(
            "CREATE TABLE ids({IDS});
             CREATE TABLE evidence(owner, local_day, country_key, province_key, city_key, district_key, township_key,
               files, moments, missing);"
        );
        database.execute_batch(&tables).unwrap();
        Self(database)
    }

    fn rows(&self, query: &str) -> Vec<Row> {
        let mut query = self.0.prepare(query).unwrap();
        let columns = query.column_count();
        let rows = query.query_map([], |row| (0..columns).map(|i| row.get(i)).collect());
        let mut rows: Vec<Row> = rows.unwrap().map(Result::unwrap).collect();
        rows.sort_by(|a, b| format!("{a:?}").cmp(&format!("{b:?}")));
        rows
    }

    fn insert(&self, table: &str, row: Row) {
        let marks = vec!["?"; row.len()].join(",");
        let insert = format!("INSERT INTO {table} VALUES ({marks})");
        self.0.execute(&insert, params_from_iter(row)).unwrap();
    }

    /// Takes in evidence in place of what was there.
    fn show(&self, files: &[File], places: &[Address]) {
        self.0.execute_batch("DELETE FROM evidence").unwrap();
        for owner in 0..2 {
            for pair in evidence(files, owner).pairs() {
                let address = &places[pair.place.index()];
                let key = |level| address.region(level).map(|region| region.to_json());
                let mut row: Row = vec![text(name(owner)), day(pair.day)];
                row.extend(Level::ALL.map(|level| key(level).into()));
                let tally = pair.tally;
                row.extend(
                    [tally.files, tally.moments, tally.missing].map(|n| i64::from(n).into()),
                );
                self.insert("evidence", row);
            }
        }
    }

    /// The next identities.
    fn carry(&self, rules: &Rules, run: i64) -> Vec<Row> {
        let runs = Statement::Runs.text(rules);
        let make = format!("DROP TABLE IF EXISTS runs; CREATE TABLE runs AS {runs}");
        self.0.execute_batch(&make).unwrap();
        let mut rows = self.rows(&Statement::Identity.text(rules));
        self.0.execute_batch("DELETE FROM ids").unwrap();
        for row in &mut rows {
            if row[0] == text("") {
                let part = |at: usize| format!("{:?}", row[at]);
                let id = new_id(run, &[part(1), part(2), part(3), part(6)]);
                row[8] = i64::from(is_edited(&id)).into();
                row[0] = text(id);
                row[11] = run.into();
            }
            self.insert("ids", row.clone());
        }
        self.rows(&format!("SELECT {IDS} FROM ids"))
    }
}

fn new_id(run: i64, of: &[String]) -> String {
    // Half of all runs give ids that sort before older ones.
    format!("{}{}", if run % 2 == 0 { "b" } else { "a" }, of.join(" "))
}

fn is_edited(id: &str) -> bool {
    id.bytes().map(u32::from).sum::<u32>().is_multiple_of(5)
}

/// The clusters of the engine, as the query lists them.
fn clusters(files: &[File], places: &[Address], rules: &Rules) -> Vec<Row> {
    let mut rows = Vec::new();
    for owner in 0..2 {
        let evidence = evidence(files, owner);
        let found = runs(&evidence, rules, &Decisions::default(), |place| {
            &places[place.index()]
        });
        for run in found.into_iter().filter(|run| run.fits) {
            let counts = run.counts;
            let mut row = vec![
                text(name(owner)),
                text(run.of.level.name()),
                text(run.of.region.to_json()),
                day(run.span.first),
                day(run.span.last),
            ];
            row.extend(
                [
                    run.span.days(),
                    counts.active_days,
                    counts.files,
                    counts.moments,
                    counts.missing,
                ]
                .map(|n| Value::from(i64::from(n))),
            );
            rows.push(row);
        }
    }
    rows.sort_by(|a, b| format!("{a:?}").cmp(&format!("{b:?}")));
    rows
}

/// The identities of the engine after one more run, as the query lists them.
fn identities(
    before: &mut BTreeMap<u8, Vec<Cluster>>,
    files: &[File],
    places: &[Address],
    rules: &Rules,
    run: i64,
) -> Vec<Row> {
    let mut rows = Vec::new();
    for owner in 0..2 {
        let known = before.entry(owner).or_default();
        let evidence = evidence(files, owner);
        let address_of = |place: PlaceId| &places[place.index()];
        let found = runs(&evidence, rules, &Decisions::default(), address_of);
        let counter = Counter::new(&evidence, address_of);
        let count = |of: &Area, parts: &[(&Area, Span)]| counter.whole(of, parts);
        let now = DateTime::from_timestamp(run, 0).unwrap();
        let mut ids = 0;
        let fresh = || {
            ids += 1;
            format!("new {ids}").into()
        };
        let (mut after, _) = reconcile(known, found, now, fresh, count);
        for one in &mut after {
            let (owner, level) = (text(name(owner)), text(one.of.level.name()));
            let region = text(one.of.region.to_json());
            if one.object_id.as_str().starts_with("new ") {
                let of =
                    [&owner, &level, &region, &day(one.span.first)].map(|it| format!("{it:?}"));
                let id = new_id(run, &of);
                one.title = is_edited(&id).then(|| "title".to_owned());
                one.object_id = id.into();
            }
            let absorbed_by = match &one.state {
                State::Absorbed(by) => by.as_str(),
                _ => "",
            };
            rows.push(vec![
                text(one.object_id.as_str()),
                owner,
                level,
                region,
                day(one.own.first),
                day(one.own.last),
                day(one.span.first),
                day(one.span.last),
                i64::from(one.is_edited()).into(),
                i64::from(one.is_live()).into(),
                text(absorbed_by),
                one.create_time.timestamp().into(),
            ]);
        }
        *known = after;
    }
    rows.sort_by(|a, b| format!("{a:?}").cmp(&format!("{b:?}")));
    rows
}

fn some_files() -> impl Strategy<Value = Vec<File>> {
    proptest::collection::vec((0..2_u8, 0..8_u32, 0..30_i32, 0..6_u8), 0..100)
}

fn some_rules() -> impl Strategy<Value = Rules> {
    let levels = proptest::sample::subsequence(Level::ALL.to_vec(), 1..=5);
    let most = prop_oneof![1..8_u32, Just(99_999)];
    (0..5_u32, 1..4_u32, most, levels).prop_map(|(gap_days, min_days, most, levels)| Rules {
        gap_days,
        min_days,
        max_days: most.max(min_days),
        levels,
        ..Rules::default()
    })
}

proptest! {
    #[test]
    fn sql_finds_the_same_clusters(files in some_files(), rules in some_rules()) {
        let places = places();
        let engine = Engine::new();
        engine.show(&files, &places);
        let found = engine.rows(&Statement::Clusters.text(&rules));
        prop_assert_eq!(found, clusters(&files, &places, &rules));
    }

    #[test]
    fn sql_carries_the_same_ids(histories in proptest::collection::vec((some_files(), some_rules()), 2..6)) {
        let places = places();
        let engine = Engine::new();
        let mut known = BTreeMap::new();
        for (run, (files, rules)) in (1..).zip(&histories) {
            engine.show(files, &places);
            let carried = engine.carry(rules, run);
            prop_assert_eq!(carried, identities(&mut known, files, &places, rules, run), "run {}", run);
        }
    }
}
