//! What is exported: a cluster or a trip, seen alike by every writer.

use chrono::{DateTime, Utc};
use imm_cluster_messages::{Tongue, in_tongue};

use crate::capture::cell::Cell;
use crate::capture::day::Day;
use crate::capture::position::{Position, centimetres};
use crate::capture::span::Span;
use crate::cluster::area::Cluster;
use crate::identity::record::{Counts, Identity, Subject};
use crate::place::{Address, Extent, Level};
use crate::trip::journey::{Stay, Trip, distinct, listed};
use crate::trip::known::{Homes, KnownHome};

/// What stands for a name where no place is known, as at sea.
const UNKNOWN: &str = "unknown place";

/// Whether trips are exported or clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportBy {
    /// Each spell away from home is one thing.
    Trip,
    /// Each region over its days is one thing.
    Cluster,
}

/// A cluster or a trip as exports show it.
#[derive(Debug)]
pub struct ExportedGroup<'a> {
    of: GroupOf<'a>,
    facts: GroupFacts<'a>,
    /// Where its files were taken.
    pub extent: Option<Extent>,
}

#[derive(Debug)]
enum GroupOf<'a> {
    Cluster(&'a Cluster),
    Trip(ExportedTrip<'a>),
}

/// What both have.
#[derive(Debug)]
struct GroupFacts<'a> {
    object_id: &'a str,
    short_id: &'a str,
    days: Span,
    counts: &'a Counts,
    update_time: DateTime<Utc>,
    title: Option<&'a str>,
    custom_id: Option<&'a str>,
}

impl<'a> GroupFacts<'a> {
    fn of<S: Subject>(one: &'a Identity<S>) -> Self {
        Self {
            object_id: one.object_id.as_str(),
            short_id: one.object_id.short(),
            days: one.days(),
            counts: one.holds(),
            update_time: one.update_time,
            title: one.title.as_deref(),
            custom_id: one.custom_id.as_deref(),
        }
    }
}

/// What only a trip has.
#[derive(Debug)]
pub struct ExportedTrip<'a> {
    /// The trip.
    pub trip: &'a Trip,
    /// Its name, made from its stops; `None` where none of them has a name.
    pub name: Option<String>,
    /// The home that it left, where one is known.
    pub home: Option<&'a KnownHome>,
    /// Its stops, by their first days.
    pub stops: Vec<ExportedStop<'a>>,
}

/// A stop of a trip.
#[derive(Debug)]
pub struct ExportedStop<'a> {
    /// The stop.
    pub stay: &'a Stay,
    /// The middle of the files in its main cell; of the cell, where none is left.
    pub at: Position,
}

impl ExportedStop<'_> {
    /// What its place is called.
    pub fn name(&self) -> &str {
        self.stay.name().unwrap_or(UNKNOWN)
    }
}

impl<'a> ExportedGroup<'a> {
    /// A cluster whose files were taken within an extent.
    pub(super) fn of_cluster(cluster: &'a Cluster, extent: Option<Extent>) -> Self {
        Self {
            of: GroupOf::Cluster(cluster),
            facts: GroupFacts::of(cluster),
            extent,
        }
    }

    /// A trip whose files were taken at these positions on these days.
    pub(super) fn of_trip(
        trip: &'a Trip,
        homes: &'a Homes,
        mut files: Vec<(Day, Position)>,
    ) -> Self {
        files.sort_by_key(|(day, _)| *day);
        let journey = trip.shown();
        let stop = |stay: &'a Stay| ExportedStop {
            stay,
            at: middle(stay, &files),
        };
        let of = GroupOf::Trip(ExportedTrip {
            trip,
            name: homes.name_of(journey),
            home: journey.home.as_deref().and_then(|id| homes.get(id)),
            stops: journey.stops.iter().map(stop).collect(),
        });
        let extent = Extent::around(files.iter().map(|(_, position)| *position));
        Self {
            of,
            facts: GroupFacts::of(trip),
            extent,
        }
    }

    /// The cluster, where it is one.
    pub fn cluster(&self) -> Option<&'a Cluster> {
        match &self.of {
            GroupOf::Cluster(cluster) => Some(cluster),
            GroupOf::Trip(_) => None,
        }
    }

    /// The trip, where it is one.
    pub fn trip(&self) -> Option<&ExportedTrip<'a>> {
        match &self.of {
            GroupOf::Cluster(_) => None,
            GroupOf::Trip(trip) => Some(trip),
        }
    }

    /// The stops; none of a cluster.
    pub fn stops(&self) -> &[ExportedStop<'a>] {
        self.trip().map(|trip| &*trip.stops).unwrap_or_default()
    }

    /// The stops that there is a way between: none where there is only one.
    pub fn way(&self) -> &[ExportedStop<'a>] {
        match self.stops() {
            stops @ [_, _, ..] => stops,
            _ => &[],
        }
    }

    /// The id.
    pub fn object_id(&self) -> &'a str {
        self.facts.object_id
    }

    /// The part of the id that people read and type.
    pub fn short_id(&self) -> &'a str {
        self.facts.short_id
    }

    /// The level of a cluster, or `trip`.
    pub fn kind(&self) -> &'static str {
        self.cluster()
            .map_or("trip", |cluster| cluster.of.level.name())
    }

    /// The days.
    pub fn days(&self) -> Span {
        self.facts.days
    }

    /// How much it holds.
    pub fn counts(&self) -> &'a Counts {
        self.facts.counts
    }

    /// When it changed last.
    pub fn update_time(&self) -> DateTime<Utc> {
        self.facts.update_time
    }

    /// The user's own title, if there is one.
    pub fn own_title(&self) -> Option<&'a str> {
        self.facts.title
    }

    /// The user's own id, if there is one.
    pub fn custom_id(&self) -> Option<&'a str> {
        self.facts.custom_id
    }

    /// The user's title, else what it is called without one.
    pub fn title(&self) -> &str {
        self.own_title().unwrap_or_else(|| self.place())
    }

    /// What it is called without a title: the region of a cluster at its level, or the
    /// name that is made from the stops of a trip.
    pub fn place(&self) -> &str {
        let name = match &self.of {
            GroupOf::Cluster(cluster) => cluster.of.address.name(cluster.of.level),
            GroupOf::Trip(of) => of.name.as_deref(),
        };
        name.unwrap_or(UNKNOWN)
    }

    /// What it is called where names stand in a row: `2024-03-03 Hangzhou`.
    pub fn label(&self) -> String {
        format!("{} {}", self.days().first, self.title())
    }

    /// Where it was, on one line: the address of a cluster or of the only stop of a trip,
    /// else the stops and then the countries.
    pub fn address_line(&self) -> String {
        match (&self.of, self.stops()) {
            (GroupOf::Cluster(cluster), _) => cluster.of.address.line(),
            (GroupOf::Trip(_), [only]) => only.stay.address.line(),
            (GroupOf::Trip(of), stops) => {
                let names = stops.iter().filter_map(|stop| stop.stay.name());
                distinct(names.chain(of.trip.shown().countries())).join(", ")
            }
        }
    }

    /// The names at a level: one of a cluster, the first few of a trip, `France, Spain`;
    /// empty where none is known.
    pub fn names_at(&self, level: Level) -> String {
        match &self.of {
            GroupOf::Cluster(cluster) => cluster.of.address.name(level).unwrap_or_default().into(),
            GroupOf::Trip(of) => {
                let journey = of.trip.shown();
                listed(&journey.each_of(|address: &Address| address.name(level)))
            }
        }
    }

    /// The codes of the countries, as [`ExportedGroup::names_at`].
    pub fn country_codes(&self) -> String {
        let code = |address: &'a Address| address.country_code.as_deref();
        match &self.of {
            GroupOf::Cluster(cluster) => code(&cluster.of.address).unwrap_or_default().into(),
            GroupOf::Trip(of) => listed(&of.trip.shown().each_of(code)),
        }
    }

    /// Where one pin stands for all of it, to a centimetre: the middle of the files of a
    /// cluster, or the stop of a trip that has most days, of several the first.
    pub fn centre(&self) -> Option<Position> {
        let Some(trip) = self.trip() else {
            let (lat, lon) = self.extent?.centre;
            return to_a_centimetre(lat, lon);
        };
        let days = |stop: &&ExportedStop<'_>| stop.stay.span.days();
        let longest = trip.stops.iter().rev().max_by_key(days)?;
        Some(longest.at)
    }

    /// In a few words what it holds: `20 files on 2 of 3 days`.
    pub fn holds(&self) -> String {
        let counts = self.counts();
        let files = files_in_english(counts.files);
        match self.days().days() {
            1 => files,
            days => format!("{files} on {} of {days} days", counts.active_days),
        }
    }
}

/// A number of files in what programs read.
pub(super) fn files_in_english(count: u32) -> String {
    in_tongue(Tongue::English, || crate::text::files(count as usize))
}

/// The mean of the files of a stop that lie in its main cell. A cell is small enough for
/// degrees to be averaged, and ends at the antimeridian.
///
/// `files` stand by day.
fn middle(stay: &Stay, files: &[(Day, Position)]) -> Position {
    let cell = Cell::of(stay.centre);
    let begin = files.partition_point(|(day, _)| *day < stay.span.first);
    let end = files.partition_point(|(day, _)| *day <= stay.span.last);
    let on_its_days = files.get(begin..end).unwrap_or_default().iter();
    let (mut count, mut lat, mut lon) = (0.0, 0.0, 0.0);
    for (_, position) in on_its_days.filter(|(_, position)| Cell::of(*position) == cell) {
        count += 1.0;
        lat += position.lat();
        lon += position.lon();
    }
    // Without files nothing is divided.
    let found = (count > 0.0).then(|| to_a_centimetre(lat / count, lon / count));
    found.flatten().unwrap_or(stay.centre)
}

/// `None` for (0, 0), which is no position: the middle of two hemispheres can be that.
fn to_a_centimetre(lat: f64, lon: f64) -> Option<Position> {
    Position::new(centimetres(lat), centimetres(lon)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::testing::{HOSTILE, Sample};

    #[test]
    fn a_trip_has_what_a_cluster_has() {
        let sample = Sample::travelled();
        let selection = sample.trips();
        let [trip] = selection.groups() else {
            panic!("{:?}", selection.groups())
        };
        assert_eq!(trip.kind(), "trip");
        assert_eq!(trip.title(), "China, Japan");
        assert_eq!(trip.label(), "2024-03-03 China, Japan");
        assert_eq!(trip.short_id(), "00000001");
        assert_eq!(trip.address_line(), "Hangzhou, Kyoto, China, Japan");
        assert_eq!(trip.names_at(Level::Country), "China, Japan");
        assert_eq!(trip.names_at(Level::Township), "");
        assert_eq!(trip.country_codes(), "CN, JP");
        assert_eq!(trip.holds(), "4 files on 4 of 5 days");
        assert!(trip.cluster().is_none() && trip.trip().is_some());
        let clusters = sample.selection();
        let cluster = &clusters.groups()[0];
        assert_eq!((cluster.kind(), cluster.title()), ("city", HOSTILE));
        assert_eq!(cluster.names_at(Level::Province), "Zhejiang");
        assert!(cluster.stops().is_empty() && cluster.trip().is_none());
    }

    #[test]
    fn a_stop_is_in_the_middle_of_its_files() {
        let sample = Sample::travelled();
        let selection = sample.trips();
        let [hangzhou, kyoto] = selection.groups()[0].stops() else {
            panic!("{:?}", selection.groups())
        };
        // Two of its three files lie in the main cell.
        assert_eq!((hangzhou.at.lat(), hangzhou.at.lon()), (30.2489, 120.1485));
        assert_eq!((kyoto.at.lat(), kyoto.at.lon()), (35.0116, 135.7681));
        // It has most days.
        assert_eq!(selection.groups()[0].centre(), Some(hangzhou.at));
        let stay = kyoto.stay;
        let day = stay.span.first;
        let near = |lat, lon| Position::new(lat, lon).unwrap();
        let files = [(day, near(35.01, 135.76)), (day, near(35.02, 135.78))];
        assert_eq!(middle(stay, &files), near(35.015, 135.77));
        assert_eq!(middle(stay, &[]), stay.centre);
        let elsewhere = [(day, near(34.0, 135.0))];
        assert_eq!(middle(stay, &elsewhere), stay.centre);
    }
}
