//! Homes and trips from evidence, together.

use std::collections::HashSet;
use std::sync::Arc;

use super::homes::{self, Calendar, Home};
use super::implausible::LeftOut;
use super::itinerary;
use super::journey::{Run, Trip};
use super::known::{CellAt, Centre, Homes, KnownHome};
use super::sightings::Sightings;
use super::spells::{self, Decided, Found, Spell};
use crate::capture::cell::Cell;
use crate::capture::day::Day;
use crate::capture::position::Position;
use crate::capture::span::Span;
use crate::cluster::engine;
use crate::cluster::evidence::{Evidence, Pair};
use crate::identity::record::Counts;
use crate::place::{Address, PlaceId};

/// Homes and spells away from them, with the evidence that they were found from.
pub struct Travels<'a> {
    /// By day.
    pairs: Vec<&'a Pair>,
    homes: Vec<Home>,
    calendar: Calendar,
    found: Found,
}

impl<'a> Travels<'a> {
    /// Finds them, within what the user said of homes and decided about trips.
    pub fn find(homes: &Homes, trips: &[Trip], evidence: &'a Evidence) -> Self {
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

    /// The homes with what the user said of them, and the positions that cannot be true.
    pub fn homes<'b>(
        &self,
        before: &Homes,
        address_of: impl Fn(PlaceId) -> &'b Address + Copy,
    ) -> Homes {
        let implausible = self.found.implausible.iter();
        Homes {
            list: self.known(before, address_of),
            implausible: implausible
                .map(|(day, cell)| (*day, CellAt(*cell)))
                .collect(),
            ..before.clone()
        }
    }

    /// The trips, by day; `homes` are what [`Travels::homes`] gave.
    pub fn runs<'b>(
        &self,
        homes: &Homes,
        address_of: impl Fn(PlaceId) -> &'b Address + Copy,
    ) -> Vec<Run> {
        let spells = self.found.spells.iter();
        let runs = spells.filter_map(|spell| self.run(homes, &[spell.span], address_of));
        runs.collect()
    }

    /// The spells away from home, each with why it begins and ends there.
    pub fn into_spells(self) -> Vec<Spell> {
        self.found.spells
    }

    /// What was taken away from home on some days.
    pub fn on(&self, spans: &[Span]) -> Vec<&'a Pair> {
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
    pub fn run<'b>(
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
        // Places are numbered as they were found, so that which comes first says nothing.
        let day = away.chunk_by(|a, b| a.day == b.day).next()?;
        let place = itinerary::main_of(day)?.centre();
        self.calendar.of(first).min_by(|a, b| {
            let metres = |home: &usize| {
                self.homes
                    .get(*home)
                    .map_or(0.0, |home| home.centre.distance(place).0)
            };
            metres(a).total_cmp(&metres(b))
        })
    }

    /// How many files are no evidence.
    pub fn left_out(&self, evidence: &Evidence) -> LeftOut {
        let found = &self.found.implausible;
        if found.is_empty() {
            return LeftOut::default();
        }
        LeftOut::count(evidence.pairs(), |day, cell| found.contains(&(day, cell)))
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
