//! From the evidence of a dataset to its homes and trips.

use chrono::{DateTime, Utc};

use super::members::parts;
use super::model::Dataset;
use crate::capture::span::Span;
use crate::cluster::evidence::Evidence;
use crate::identity::changes::Changes;
use crate::identity::object_id::ObjectId;
use crate::identity::reconcile::reconcile;
use crate::place::{Address, PlaceId};
use crate::trip::implausible::LeftOut;
use crate::trip::itinerary::{self, TripDay};
use crate::trip::journey::{Journey, Trip};
use crate::trip::known::Homes;
use crate::trip::spells::Spell;
use crate::trip::travels::Travels;

/// Finds homes and trips anew from all evidence, and gives the trips the identities of
/// those before. `now` becomes the create and update time of what changes.
pub(super) fn find<'a>(
    homes: &Homes,
    trips: &[Trip],
    evidence: &Evidence,
    address_of: impl Fn(PlaceId) -> &'a Address + Copy,
    now: DateTime<Utc>,
) -> FoundTravels {
    let travels = Travels::find(homes, trips, evidence);
    let homes = travels.homes(homes, address_of);
    let runs = travels.runs(&homes, address_of);
    let whole = |_: &Journey, parts: &[(&Journey, Span)]| {
        let spans: Vec<Span> = parts.iter().map(|(_, span)| *span).collect();
        let run = travels.run(&homes, &spans, address_of)?;
        Some((run.span, run.counts, run.of))
    };
    let (trips, changes) = reconcile(trips, runs, now, ObjectId::random, whole);
    FoundTravels {
        homes,
        trips,
        changes,
        left_out: travels.left_out(evidence),
    }
}

/// The homes and trips of a run.
pub(super) struct FoundTravels {
    /// All homes, with what the user said of them.
    pub homes: Homes,
    /// All trips, with their identities.
    pub trips: Vec<Trip>,
    /// What became of the trips of before.
    pub changes: Changes<Journey>,
    /// The files that are no evidence for either.
    pub left_out: LeftOut,
}

impl Dataset {
    /// Where a trip was on each of its days, and the spells away from home that make it.
    pub fn trip_story(&self, trip: &Trip) -> TripStory {
        let rules = self.rules.clone().unwrap_or_default();
        let shows = self.evidence(&rules);
        let (evidence, lending) = (shows.evidence, shows.lending);
        let travels = Travels::find(&self.homes, &self.trips, &evidence);
        let unknown = Address::unknown();
        let address_of = |place| {
            let place = lending.place(self, place);
            place.map_or(&unknown, |place| &place.address)
        };
        let parts = parts(&self.trips, &[trip]).into_iter();
        let spans: Vec<Span> = parts.map(|(part, _)| part.span).collect();
        let away = travels.on(&spans);
        let days = away.chunk_by(|a, b| a.day == b.day);
        let touches = |spell: &Spell| spans.iter().any(|span| span.shared_days(spell.span) > 0);
        TripStory {
            days: days
                .filter_map(|day| itinerary::day_of(day, address_of))
                .collect(),
            spells: (travels.into_spells().into_iter())
                .filter(touches)
                .collect(),
        }
    }
}

/// A trip, told.
#[derive(Debug)]
pub struct TripStory {
    /// Where it was on each of its days.
    pub days: Vec<TripDay>,
    /// The spells away from home that make it, each with why it begins and ends there.
    pub spells: Vec<Spell>,
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::capture::day::Day;
    use crate::capture::position::Position;
    use crate::cluster::rules::Rules;
    use crate::dataset::{Content, FileQuery, Membership, Timeline};
    use crate::identity::decide::{Decision, Edit, Texts};
    use crate::index::{OptionChanges, read_records};
    use crate::place::Language;
    use crate::trip::clusters::{ByDays, home_of};
    use crate::trip::implausible::Implausible;
    use crate::trip::known::{HomeEdit, StatedHome};
    use crate::trip::spells::Border;

    const LYON: (f64, f64) = (45.764, 4.8357);
    const LISBON: (f64, f64) = (38.7223, -9.1393);
    const KYOTO: (f64, f64) = (35.0116, 135.7681);
    const OSAKA: (f64, f64) = (34.6937, 135.5023);

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn after(base: &str, days: i32) -> Day {
        Day::from_number(day(base).number() + days)
    }

    /// Two years in Lyon, twice a week, and two trips, one of them over New Year.
    fn records() -> Vec<String> {
        let away = [
            ("2022-05-06", 4, LISBON),
            ("2022-12-28", 4, KYOTO),
            ("2023-01-01", 3, OSAKA),
        ];
        let away = away
            .iter()
            .flat_map(|(first, days, place)| (0..*days).map(move |n| (after(first, n), *place)));
        let away: Vec<(Day, (f64, f64))> = away.collect();
        let home = (0..104).flat_map(|week| [0, 3].map(|n| after("2022-01-03", 7 * week + n)));
        let home = home.filter(|day| away.iter().all(|(other, _)| other != day));
        let all = home.map(|day| (day, LYON)).chain(away.iter().copied());
        all.enumerate()
            .map(|(number, (day, place))| record(number, day, place))
            .collect()
    }

    fn record(number: usize, day: Day, (lat, lon): (f64, f64)) -> String {
        format!(r#"{{"path":"{number:05}.jpg","local_date":"{day}","lat":{lat},"lon":{lon}}}"#)
    }

    fn dataset(records: &[String]) -> Dataset {
        let mut dataset = Dataset::empty();
        add(&mut dataset, records);
        dataset
    }

    fn add(dataset: &mut Dataset, records: &[String]) {
        let text = records.join("\n");
        let changes = OptionChanges::default();
        read_records(dataset, text.as_bytes(), Path::new("r"), &changes).unwrap();
        dataset.cluster(&Rules::default(), DateTime::UNIX_EPOCH);
    }

    fn listed(dataset: &Dataset) -> Vec<String> {
        let mut trips: Vec<&Trip> = dataset.trips.iter().filter(|trip| trip.is_live()).collect();
        trips.sort_by_key(|trip| trip.days());
        let told = trips.into_iter().map(|trip| {
            let name = dataset.homes.name_of(trip.shown()).unwrap_or_default();
            format!("{} {} {name}", trip.days().first, trip.days().last)
        });
        told.collect()
    }

    const LISTED: [&str; 2] = [
        "2022-05-06 2022-05-09 Lisbon",
        "2022-12-28 2023-01-03 Japan: Kyoto, Osaka",
    ];

    fn id_of_japan(dataset: &Dataset) -> String {
        let of_japan = |trip: &&Trip| trip.own.contains(day("2022-12-28"));
        dataset
            .trips
            .iter()
            .find(of_japan)
            .unwrap()
            .object_id
            .to_string()
    }

    fn decide(dataset: &mut Dataset, ids: &[&str], decision: &Decision) -> bool {
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let decided = dataset.decide_trips(&ids, decision, DateTime::UNIX_EPOCH);
        decided.unwrap().changed
    }

    #[test]
    fn homes_and_trips_do_not_depend_on_the_order_of_files() {
        let forward = dataset(&records());
        assert_eq!(listed(&forward), LISTED);
        let [home] = forward.homes.list.as_slice() else {
            panic!("{:?}", forward.homes)
        };
        assert_eq!((home.name.as_str(), home.from), ("Lyon", day("2022-01-03")));
        let mut backward = Dataset::empty();
        for part in records().chunks(40).rev() {
            add(&mut backward, part);
        }
        assert_eq!(listed(&backward), LISTED);
        assert_eq!(backward.homes, forward.homes);
        let again = backward.cluster(&Rules::default(), DateTime::UNIX_EPOCH);
        assert!(!again.changed, "nothing new changes nothing");
        assert_eq!((again.trips.unchanged, again.trips.events.len()), (2, 0));
    }

    #[test]
    fn homes_and_trips_survive_the_file() {
        let mut dataset = dataset(&records());
        let japan = id_of_japan(&dataset);
        let title = Texts::new(Edit::Set("Honeymoon".into()), Edit::Keep, false, Vec::new());
        assert!(decide(
            &mut dataset,
            &[&japan],
            &Decision::Describe(title.unwrap())
        ));
        decide(&mut dataset, &[&japan], &Decision::Split(day("2023-01-01")));
        let lisbon = dataset.trips[0].object_id.to_string();
        decide(&mut dataset, &[&japan, &lisbon], &Decision::Merge);
        dataset.homes.remove("Lyon").unwrap();
        let home = StatedHome::new("Casa", Position::new(1.0, 2.0).unwrap(), None, None, None);
        dataset.homes.state(home.unwrap()).unwrap();
        dataset.cluster(&Rules::default(), DateTime::UNIX_EPOCH);
        let mut text = Vec::new();
        super::super::save::write(&dataset, &mut text).unwrap();
        let read = Dataset::from_json(&text).unwrap();
        assert_eq!(read.trips, dataset.trips);
        assert_eq!(read.homes, dataset.homes);
        assert_eq!(read.homes.list[0].name, "Casa");
    }

    #[test]
    fn decisions_about_trips_last() {
        let mut dataset = dataset(&records());
        let japan = id_of_japan(&dataset);
        decide(&mut dataset, &[&japan], &Decision::Split(day("2023-01-01")));
        assert_eq!(
            listed(&dataset)[1..],
            ["2022-12-28 2022-12-31 Kyoto", "2023-01-01 2023-01-03 Osaka"],
        );
        decide(&mut dataset, &[&japan], &Decision::Reset);
        assert_eq!(listed(&dataset), LISTED);

        decide(&mut dataset, &[&japan], &Decision::Pin);
        add(&mut dataset, &[record(90_000, day("2023-01-02"), OSAKA)]);
        assert_eq!(listed(&dataset), LISTED);
        let pinned = |dataset: &Dataset| {
            let japan = dataset.trips.iter().find(|trip| trip.pinned.is_some());
            let timeline = Timeline::new(dataset);
            Membership::of_trips(&timeline, &[japan.unwrap()])
                .of(0)
                .len()
        };
        assert_eq!(pinned(&dataset), 7, "as it was");
        decide(&mut dataset, &[&japan], &Decision::Reset);

        assert!(decide(&mut dataset, &[&japan], &Decision::Delete));
        add(&mut dataset, &[record(90_001, day("2023-01-03"), OSAKA)]);
        assert_eq!(listed(&dataset), LISTED[..1], "it does not come back");
        decide(&mut dataset, &[&japan], &Decision::Restore);
        assert_eq!(listed(&dataset), LISTED);

        let lisbon = dataset.trips[0].object_id.to_string();
        decide(&mut dataset, &[&lisbon, &japan], &Decision::Merge);
        let merged = listed(&dataset);
        assert_eq!(merged.len(), 1);
        assert!(
            merged[0].starts_with("2022-05-06 2023-01-03 "),
            "{merged:?}"
        );
    }

    #[test]
    fn a_trip_tells_its_days_and_its_reasons() {
        let mut dataset = dataset(&records());
        let japan = id_of_japan(&dataset);
        let lisbon = dataset.trips[0].object_id.to_string();
        let story = |dataset: &Dataset, id: &str| {
            let trip = dataset.trips.iter().find(|trip| trip.object_id == id);
            dataset.trip_story(trip.unwrap())
        };
        let told = story(&dataset, &japan);
        assert_eq!(told.days.len(), 7);
        assert_eq!(told.days[0].places, [(Some("Kyoto".to_owned()), 1)]);
        let [spell] = told.spells.as_slice() else {
            panic!("{:?}", told.spells)
        };
        let at_home = |date| Border::AtHome { day: day(date) };
        assert_eq!(spell.begins, at_home("2022-12-26"));
        assert_eq!(spell.ends, at_home("2023-01-05"));
        decide(&mut dataset, &[&japan, &lisbon], &Decision::Merge);
        let whole = story(&dataset, &japan);
        assert_eq!((whole.days.len(), whole.spells.len()), (11, 2));
    }

    #[test]
    fn what_is_said_of_homes_moves_the_borders_of_trips() {
        let mut dataset = dataset(&records());
        let lisbon = Position::new(LISBON.0, LISBON.1).unwrap();
        let home = StatedHome::new("Casa", lisbon, Some(10.0), None, None).unwrap();
        dataset.homes.state(home).unwrap();
        dataset.cluster(&Rules::default(), DateTime::UNIX_EPOCH);
        assert_eq!(listed(&dataset), LISTED[1..], "at home in Lisbon");
        let casa = dataset.homes.find("Casa").unwrap();
        assert_eq!((casa.days_seen, casa.days_active), (4, 4));
        let to = HomeEdit {
            to: Some(day("2022-02-01")),
            ..HomeEdit::default()
        };
        dataset.homes.edit("Casa", &to).unwrap();
        dataset.homes.remove("Lyon").unwrap();
        dataset.cluster(&Rules::default(), DateTime::UNIX_EPOCH);
        let names: Vec<&str> = (dataset.homes.list.iter())
            .map(|home| home.name.as_str())
            .collect();
        assert_eq!(names, ["Casa"]);
        dataset.homes.reset_all();
        dataset.cluster(&Rules::default(), DateTime::UNIX_EPOCH);
        assert_eq!(listed(&dataset), LISTED);
    }

    #[test]
    fn positions_that_cannot_be_are_counted_and_explained() {
        let mut records = records();
        let watopia = (-11.64, 166.96);
        let strange = [
            // Seen at home on the 3rd and on the 6th, a Monday and a Thursday.
            ("2022-01-05", KYOTO),
            ("2022-01-10", KYOTO),
            ("2022-01-10", watopia),
            ("2022-02-02", watopia),
            ("2022-02-02", (0.01, 0.01)),
        ];
        let numbers = 90_000..;
        let strange = numbers.zip(strange);
        records.extend(strange.map(|(number, (date, place))| record(number, day(date), place)));
        let mut dataset = dataset(&records);
        assert_eq!(listed(&dataset), LISTED);
        let left_out = dataset
            .cluster(&Rules::default(), DateTime::UNIX_EPOCH)
            .left_out;
        assert_eq!((left_out.r#virtual, left_out.impossible), (3, 2));

        let timeline = Timeline::new(&dataset);
        let why = |number: u32| {
            let file = dataset.file_at(Path::new(&format!("{number:05}.jpg")));
            let explained = dataset.explain_file(&timeline, file.unwrap());
            explained.unwrap().implausible
        };
        let impossible = |before, after| {
            Some(Implausible::Impossible {
                km: 9_771,
                home_before: Some(day(before)),
                home_after: Some(day(after)),
            })
        };
        assert_eq!(why(90_000), impossible("2022-01-03", "2022-01-06"));
        assert_eq!(why(90_001), impossible("2022-01-10", "2022-01-10"));
        for number in 90_002..90_005 {
            assert_eq!(why(number), Some(Implausible::Virtual));
        }
        assert_eq!(why(0), None);
        let query = FileQuery {
            implausible: true,
            ..FileQuery::default()
        };
        assert_eq!(query.select(&timeline).unwrap().len(), 5);

        // Two more days there, and it is a journey.
        add(
            &mut dataset,
            &[
                record(90_010, day("2022-01-04"), KYOTO),
                record(90_011, day("2022-01-07"), KYOTO),
            ],
        );
        let left_out = dataset
            .cluster(&Rules::default(), DateTime::UNIX_EPOCH)
            .left_out;
        assert_eq!((left_out.r#virtual, left_out.impossible), (3, 0));
    }

    #[test]
    fn clusters_belong_to_a_trip_or_to_life_at_home() {
        let dataset = dataset(&records());
        let trips: Vec<&Trip> = dataset.trips.iter().collect();
        let by_days = ByDays::new(&trips, &dataset.homes);
        for cluster in &dataset.clusters {
            let line = cluster.of.address.line();
            let trip = by_days.trip_of(cluster);
            assert_eq!(trip.is_none(), line.contains("France"), "{line}");
            let home = home_of(cluster, &dataset.homes).unwrap();
            assert_eq!(home.name, "Lyon");
        }
    }

    #[test]
    fn forgotten_files_leave_their_trip_as_it_is() {
        let mut dataset = dataset(&records());
        let before = listed(&dataset);
        let in_may = |day: Day| (self::day("2022-05-06")..=self::day("2022-05-09")).contains(&day);
        let forgotten = dataset.forget(
            |_, _, file| file.content != Content::Other && file.local_date().is_some_and(in_may),
            false,
        );
        assert_eq!(forgotten, 4);
        dataset.cluster(&Rules::default(), DateTime::UNIX_EPOCH);
        assert_eq!(listed(&dataset), before);
        assert_eq!(dataset.trips[0].counts.files, 0);
    }

    #[test]
    fn names_of_trips_follow_the_language() {
        let mut dataset = dataset(&records());
        dataset.speak(&[Language::Chinese]);
        assert_eq!(
            listed(&dataset)[1],
            "2022-12-28 2023-01-03 日本：京都、大阪"
        );
        assert_eq!(dataset.homes.list[0].name, "里昂");
    }
}
