//! How fast evidence becomes clusters, and clusters keep their ids:
//! `cargo bench --bench clustering`.
#![expect(clippy::print_stdout, reason = "the figures are the point")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

mod timing;

use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, NaiveTime};
use imm_cluster_core::capture::clock::Clock;
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::capture::span::Span;
use imm_cluster_core::cluster::area::Area;
use imm_cluster_core::cluster::engine::{Counter, Decisions, runs};
use imm_cluster_core::cluster::evidence::{Evidence, Pair, Tally};
use imm_cluster_core::cluster::rules::Rules;
use imm_cluster_core::identity::object_id::ObjectId;
use imm_cluster_core::identity::reconcile::reconcile;
use imm_cluster_core::place::{Address, Level, PlaceId};
use timing::{best, millis};

const PLACES: u32 = 5_000;

fn main() {
    let addresses: Vec<Address> = (0..PLACES).map(address).collect();
    let address_of = |place: PlaceId| &addresses[place.index()];
    let rules = Rules {
        levels: Level::ALL.to_vec(),
        ..Rules::default()
    };
    for files in [1_000_000u32, 10_000_000] {
        // What a record says, as it comes from the dataset.
        let all: Vec<(u32, Clock)> = (0..files).map(file).collect();
        let gather = || Evidence::gather(all.iter().map(|(place, local)| pair(*place, *local)));
        let evidence = gather();
        let gathering = best(5, || drop(gather()));
        let running = best(5, || {
            drop(runs(&evidence, &rules, &Decisions::default(), address_of));
        });
        println!(
            "{files:>9} files, {} pairs: gathered in {}, five levels in {}",
            evidence.pairs().len(),
            millis(gathering),
            millis(running)
        );
    }

    let rules = Rules {
        levels: vec![Level::City],
        gap_days: 0,
        ..Rules::default()
    };
    let evidence = Evidence::gather((0..100_000).map(|i| day_of(i % PLACES, 3 * (i / PLACES))));
    let counter = Counter::new(&evidence, address_of);
    let count = |of: &Area, parts: &[(&Area, Span)]| counter.whole(of, parts);
    let now = DateTime::UNIX_EPOCH;
    let mut ids = 0;
    let mut new_id = || {
        ids += 1;
        ObjectId::from(format!("location-date-cluster-{ids:036}"))
    };
    let first = runs(&evidence, &rules, &Decisions::default(), address_of);
    let (clusters, _) = reconcile(&[], first.clone(), now, &mut new_id, count);
    let mut best_time = Duration::MAX;
    for _ in 0..5 {
        let runs = first.clone();
        let started = Instant::now();
        let (after, changes) = reconcile(&clusters, runs, now, &mut new_id, count);
        best_time = best_time.min(started.elapsed());
        assert_eq!(
            (after.len(), changes.unchanged),
            (clusters.len(), clusters.len())
        );
    }
    let deciding = best(5, || drop(Decisions::of(&clusters)));
    println!(
        "{} clusters reconciled in {}, decisions in {}",
        clusters.len(),
        millis(best_time),
        millis(deciding)
    );
}

fn address(place: u32) -> Address {
    let name = |kind: &str, of: u32| Some(format!("{kind} {of}"));
    Address {
        country: name("Country", place % 20),
        province: name("Province", place % 200),
        city: name("City", place),
        district: name("District", place),
        township: None,
        ..Address::unknown()
    }
}

/// Runs of 40 files a day and place, as a library in the order of its folders has.
fn file(i: u32) -> (u32, Clock) {
    let batch = i / 40;
    let place = batch.wrapping_mul(2_654_435_761) % PLACES;
    let time = NaiveTime::from_num_seconds_from_midnight_opt(30_000 + i % 40 * 900, 0);
    let date = Day::from_number(730_000 + i32::try_from(batch % 9_000).unwrap()).date();
    let offset = FixedOffset::east_opt(8 * 3600);
    (place, Clock { date, time, offset })
}

fn pair(place: u32, local: Clock) -> Pair {
    Pair {
        cell: None,
        place: PlaceId(place),
        day: local.date.into(),
        tally: Tally::one(local, true),
    }
}

fn day_of(place: u32, day: u32) -> Pair {
    let day = Day::from_number(730_000 + i32::try_from(day).unwrap());
    let local = Clock {
        date: day.date(),
        time: None,
        offset: None,
    };
    pair(place, local)
}
