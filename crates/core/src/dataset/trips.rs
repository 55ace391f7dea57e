//! From the evidence of a dataset to its homes and trips.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::members::parts;
use super::model::Dataset;
use crate::capture::cell::Cell;
use crate::capture::day::Day;
use crate::capture::position::Position;
use crate::capture::span::Span;
use crate::cluster::engine;
use crate::cluster::evidence::{Evidence, Pair};
use crate::identity::changes::Changes;
use crate::identity::reconcile::reconcile;
use crate::identity::record::Counts;
use crate::place::{Address, PlaceId};
use crate::trip::homes::{self, Calendar, Home};
use crate::trip::itinerary::{self, TripDay};
use crate::trip::journey::{Journey, Run, Trip};
use crate::trip::known::{CellAt, Centre, Homes, KnownHome};
use crate::trip::sightings::Sightings;
use crate::trip::spells::{self, Decided, Found, Spell};

/// Finds homes and trips anew from all evidence, and gives the trips the identities of
/// those before. `now` becomes the create and update time of what changes. Says what
/// became of the trips.
pub(super) fn find<'a>(
    homes: &Homes,
    trips: &[Trip],
    evidence: &Evidence,
    address_of: impl Fn(PlaceId) -> &'a Address + Copy,
    now: DateTime<Utc>,
) -> (Homes, Vec<Trip>, Changes) {
    let travels = Travels::find(homes, trips, evidence);
    let homes = Homes {
        list: travels.known(homes, address_of),
        implausible: travels.implausible(),
        ..homes.clone()
    };
    let runs = travels.found.spells.iter();
    let runs = runs.filter_map(|spell| travels.run(&homes, &[spell.span], address_of));
    let whole = |_: &Journey, parts: &[(&Journey, Span)]| {
        let spans: Vec<Span> = parts.iter().map(|(_, span)| *span).collect();
        let run = travels.run(&homes, &spans, address_of)?;
        Some((run.span, run.counts, run.of))
    };
    let (trips, changes) = reconcile(trips, runs.collect(), now, Trip::new_id, whole);
    (homes, trips, changes)
}

impl Dataset {
    /// Where a trip was on each of its days, and the spells away from home that make it.
    pub fn trip_story(&self, trip: &Trip) -> TripStory {
        let rules = self.rules.clone().unwrap_or_default();
        let (evidence, _) = self.evidence(&rules);
        let travels = Travels::find(&self.homes, &self.trips, &evidence);
        let unknown = Address::unknown();
        let address_of = |place| {
            let place = self.places.get(place);
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
            spells: (travels.found.spells.into_iter()).filter(touches).collect(),
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

/// Homes and spells away from them, with the evidence that they were found from.
struct Travels<'a> {
    /// By day.
    pairs: Vec<&'a Pair>,
    homes: Vec<Home>,
    calendar: Calendar,
    found: Found,
}

impl<'a> Travels<'a> {
    fn find(homes: &Homes, trips: &[Trip], evidence: &'a Evidence) -> Self {
        let sightings = Sightings::of_pairs(evidence.pairs());
        let homes = homes::find(&sightings, &homes.stated, &homes.removed);
        let calendar = Calendar::new(&homes);
        let out_of_play = trips.iter().filter(|trip| trip.is_out_of_play());
        let decided = Decided {
            cuts: trips
                .iter()
                .flat_map(|trip| trip.cuts.iter().copied())
                .collect(),
            taken: out_of_play.map(|trip| trip.span).collect(),
        };
        let found = spells::find(&sightings, &calendar, &decided);
        let mut pairs: Vec<&Pair> = (evidence.pairs().iter())
            .filter(|pair| pair.cell.is_some())
            .collect();
        pairs.sort_by_key(|pair| pair.day);
        Self {
            pairs,
            homes,
            calendar,
            found,
        }
    }

    /// What was taken away from home on some days.
    fn on(&self, spans: &[Span]) -> Vec<&'a Pair> {
        let is_away = |pair: &&&Pair| {
            pair.cell.is_some_and(|cell| {
                let can_be = !self.found.implausible.contains(&(pair.day, cell));
                can_be && self.calendar.are_away(pair.day, cell)
            })
        };
        let mut spans = spans.to_vec();
        spans.sort_unstable();
        let mut away: Vec<&Pair> = Vec::new();
        let mut taken = 0;
        for span in spans {
            // Merged trips, one of them pinned, may share days.
            let begin = self
                .pairs
                .partition_point(|pair| pair.day < span.first)
                .max(taken);
            let end = self.pairs.partition_point(|pair| pair.day <= span.last);
            let of_span = self.pairs.get(begin..end).unwrap_or_default();
            away.extend(of_span.iter().filter(is_away));
            taken = taken.max(end);
        }
        away
    }

    /// What was found on some days, as one trip.
    fn run<'b>(
        &self,
        homes: &Homes,
        spans: &[Span],
        address_of: impl Fn(PlaceId) -> &'b Address,
    ) -> Option<Run> {
        let away = self.on(spans);
        let span = Span {
            first: away.first()?.day,
            last: away.last()?.day,
        };
        let home = self
            .left(span.first, &away)
            .and_then(|number| homes.list.get(number));
        let home = home.map(|home| (home.id.as_str(), home.centre.0));
        let counts: Counts = engine::count(&away, span);
        Some(Run {
            of: itinerary::describe(&away, home, address_of),
            span,
            counts,
            fits: true,
        })
    }

    /// The home that a trip leads away from: of those of its first day the nearest.
    fn left(&self, first: Day, away: &[&Pair]) -> Option<usize> {
        let place = away.first()?.cell?.centre();
        self.calendar.of(first).min_by(|a, b| {
            let metres = |home: &usize| {
                self.homes
                    .get(*home)
                    .map_or(0.0, |home| home.centre.distance(place).0)
            };
            metres(a).total_cmp(&metres(b))
        })
    }

    fn implausible(&self) -> Vec<(Day, CellAt)> {
        let found = self.found.implausible.iter();
        found.map(|(day, cell)| (*day, CellAt(*cell))).collect()
    }

    /// The homes as the dataset keeps them, with the name of the place that most of what
    /// was taken there lies in.
    fn known<'b>(
        &self,
        before: &Homes,
        address_of: impl Fn(PlaceId) -> &'b Address + Copy,
    ) -> Vec<KnownHome> {
        let mut ids = HashSet::new();
        (self.homes.iter())
            .map(|home| {
                let address = self.place_of(home, address_of);
                let stated = home.stated.and_then(|number| before.stated.get(number));
                let stated = stated.map(|stated| stated.name.as_str());
                let name = stated.or(address.city_or_wider()).map(str::to_owned);
                let mut number = 0;
                let mut id = id_of(home, stated, number);
                while !ids.insert(id.clone()) {
                    number += 1;
                    id = id_of(home, stated, number);
                }
                KnownHome {
                    id,
                    name: name.unwrap_or_else(|| coordinates(home.centre)),
                    address: Arc::new(address),
                    centre: Centre(home.centre),
                    radius_km: home.radius_km,
                    from: home.from,
                    to: home.to,
                    origin: home.origin,
                    seen_first: home.seen.map(|(first, _)| first),
                    seen_last: home.seen.map(|(_, last)| last),
                    days_seen: home.days_seen,
                    days_active: home.days_active,
                    unknown: serde_json::Map::new(),
                }
            })
            .collect()
    }

    fn place_of<'b>(
        &self,
        home: &Home,
        address_of: impl Fn(PlaceId) -> &'b Address + Copy,
    ) -> Address {
        let begin = self.pairs.partition_point(|pair| pair.day < home.from);
        let end = self.pairs.partition_point(|pair| pair.day <= home.to);
        let pairs = self.pairs.get(begin..end).unwrap_or_default();
        itinerary::named(pairs, home.centre, home.radius_km, address_of)
    }
}

/// What a home is referred to by: the same while its place, or its stated name, is.
fn id_of(home: &Home, name: Option<&str>, number: u32) -> String {
    let cell = Cell::of(home.centre);
    let what = match name {
        Some(name) => format!("{name} {number}"),
        None => format!("{} {} {number}", cell.row(), cell.column()),
    };
    let hash =
        imm_cluster_geodata::ids::fnv1a(imm_cluster_geodata::ids::FNV_OFFSET, what.as_bytes());
    format!("{}{:08x}", KnownHome::PREFIX, hash >> 32)
}

/// What a home without any name is called.
fn coordinates(position: Position) -> String {
    format!("{:.2},{:.2}", position.lat(), position.lon())
}
