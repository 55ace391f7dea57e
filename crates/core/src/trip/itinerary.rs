//! The stops of a trip, and how far it went, from what was taken away from home.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::journey::{Journey, Stay};
use crate::capture::cell::Cell;
use crate::capture::day::Day;
use crate::capture::position::Position;
use crate::capture::span::Span;
use crate::cluster::evidence::Pair;
use crate::place::{Address, Level, PlaceId, Region};

/// Days on whose main places the distance is no more than this are one stop. Kilometres.
const STOP_KM: f64 = 25.0;

/// Where a trip was on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TripDay {
    /// The local day.
    pub day: Day,
    /// What its places are called, down to the city, each with its files that are there;
    /// the one with most files first.
    pub places: Vec<(Option<String>, u32)>,
}

/// Describes what was taken away from home, which comes by day, as one journey from a home
/// and back. `address_of` names a place.
pub fn describe<'a>(
    away: &[&Pair],
    home: Option<(&str, Position)>,
    address_of: impl Fn(PlaceId) -> &'a Address,
) -> Journey {
    let days: Vec<&[&Pair]> = away.chunk_by(|a, b| a.day == b.day).collect();
    let mains: Vec<Position> = days
        .iter()
        .filter_map(|day| main_of(day))
        .map(Cell::centre)
        .collect();
    let home_at = home.map(|(_, position)| position);
    let way = (home_at.into_iter())
        .chain(mains.iter().copied())
        .chain(home_at);
    let way: Vec<Position> = way.collect();
    let distance: f64 = way.windows(2).map(|leg| kilometres(leg[0], leg[1])).sum();
    let cells = away.iter().filter_map(|pair| pair.cell);
    let farthest = home_at.map_or(0.0, |home| {
        let distances = cells.map(|cell| kilometres(home, cell.centre()));
        distances.fold(0.0, f64::max)
    });
    Journey {
        stops: stops(&days, address_of),
        distance_km: whole(distance),
        farthest_km: whole(farthest),
        home: home.map(|(id, _)| id.to_owned()),
    }
}

/// What the places of a day are called, with their files.
pub fn day_of<'a>(day: &[&Pair], address_of: impl Fn(PlaceId) -> &'a Address) -> Option<TripDay> {
    let mut files: BTreeMap<Option<&str>, u32> = BTreeMap::new();
    for pair in day {
        let name = address_of(pair.place).city_or_wider();
        *files.entry(name).or_default() += pair.tally.files;
    }
    let mut places: Vec<(Option<String>, u32)> = (files.into_iter())
        .map(|(name, files)| (name.map(str::to_owned), files))
        .collect();
    places.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    Some(TripDay {
        day: day.first()?.day,
        places,
    })
}

/// The cell with most records; of several the last in order.
pub(super) fn main_of(pairs: &[&Pair]) -> Option<Cell> {
    let mut records: BTreeMap<Cell, u32> = BTreeMap::new();
    for pair in pairs {
        if let Some(cell) = pair.cell {
            *records.entry(cell).or_default() += pair.tally.records;
        }
    }
    let most = records
        .into_iter()
        .max_by_key(|(cell, records)| (*records, *cell));
    most.map(|(cell, _)| cell)
}

/// Runs of days whose main places stay around the first one of the run.
fn stops<'a>(days: &[&[&Pair]], address_of: impl Fn(PlaceId) -> &'a Address) -> Vec<Stay> {
    let mut stays: Vec<(Position, Vec<&Pair>)> = Vec::new();
    for day in days {
        let Some(main) = main_of(day).map(Cell::centre) else {
            continue;
        };
        match stays.last_mut() {
            Some((at, pairs)) if kilometres(*at, main) <= STOP_KM => pairs.extend(*day),
            _ => stays.push((main, day.to_vec())),
        }
    }
    stays
        .into_iter()
        .filter_map(|(_, pairs)| {
            let centre = main_of(&pairs)?.centre();
            let span = Span {
                first: pairs.first()?.day,
                last: pairs.last()?.day,
            };
            Some(Stay {
                address: Arc::new(named(&pairs, centre, STOP_KM, &address_of)),
                centre,
                span,
                files: pairs.iter().map(|pair| pair.tally.files).sum(),
            })
        })
        .collect()
}

/// The city, or what is known instead, that most records around the centre lie in.
pub fn named<'a>(
    pairs: &[&Pair],
    centre: Position,
    within_km: f64,
    address_of: impl Fn(PlaceId) -> &'a Address,
) -> Address {
    let is_near = |cell: Cell| kilometres(cell.centre(), centre) <= within_km;
    let mut of_place: BTreeMap<PlaceId, u32> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.cell.is_some_and(is_near)) {
        *of_place.entry(pair.place).or_default() += pair.tally.records;
    }
    let mut records: BTreeMap<(usize, Region), (u32, &Address)> = BTreeMap::new();
    for (place, count) in of_place {
        let address = address_of(place);
        if let Some(level) = address.named_at()
            && let Some(region) = address.region(level)
        {
            let found = records
                .entry((level.index(), region))
                .or_insert((0, address));
            found.0 += count;
        }
    }
    // The first of several with most is the one that comes first by its identity.
    let most = (records.into_values().rev()).max_by_key(|(records, _)| *records);
    most.map_or_else(Address::unknown, |(_, address)| {
        address.down_to(Level::City)
    })
}

fn kilometres(a: Position, b: Position) -> f64 {
    a.distance(b).0 / 1_000.0
}

/// Whole kilometres.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "distances are finite and not negative; a sum of them may be clamped"
)]
pub(super) fn whole(kilometres: f64) -> u32 {
    kilometres.round() as u32
}
