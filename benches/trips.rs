//! How fast evidence becomes homes, trips and their stops: `cargo bench --bench trips`.
#![expect(clippy::print_stdout, reason = "the figures are the point")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

mod timing;

use imm_cluster_core::capture::cell::Cell;
use imm_cluster_core::capture::clock::Clock;
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::capture::position::Position;
use imm_cluster_core::cluster::evidence::{Evidence, Pair, Tally};
use imm_cluster_core::place::{Address, PlaceId};
use imm_cluster_core::trip::homes::{self, Calendar};
use imm_cluster_core::trip::itinerary;
use imm_cluster_core::trip::sightings::Sightings;
use imm_cluster_core::trip::spells::{self, Decided, Found};
use timing::{best, millis};

/// Files of one day: a million are 27 years, and ten million ten such lives in a row.
const A_DAY: u32 = 100;
/// Files that are taken in a row within one cell.
const A_CELL: u32 = 8;
/// Days from one journey to the next one, and how long a journey is.
const BETWEEN: u32 = 60;
const JOURNEY: u32 = 10;
/// Days until somebody moves.
const MOVES: u32 = 3_650;
/// Places that there are: the cities of a journey have names of their own.
const PLACES: u32 = 5_000;

/// How often each figure is taken; the least counts.
const ROUNDS: u32 = 5;

fn main() {
    let addresses: Vec<Address> = (0..PLACES).map(address).collect();
    for files in [1_000_000_u32, 10_000_000] {
        let evidence = Evidence::gather((0..files).map(file));
        let sight = || Sightings::of_pairs(evidence.pairs());
        let sightings = sight();
        let homes = homes::find(&sightings, &[], &[]);
        let calendar = Calendar::new(&homes);
        let find = || spells::find(&sightings, &calendar, &Decided::default());
        let found = find();
        let tell = || stops(&evidence, &calendar, &found, &addresses);
        let times = [
            best(ROUNDS, || drop(sight())),
            best(ROUNDS, || drop(homes::find(&sightings, &[], &[]))),
            best(ROUNDS, || drop(find())),
            best(ROUNDS, || {
                tell();
            }),
        ];
        let [sighting, housing, travelling, telling] = times.map(millis);
        println!(
            "{files:>9} files, {} pairs: {} together; sightings {sighting}, {} homes {housing}, \
             {} trips {travelling}, {} stops {telling}",
            evidence.pairs().len(),
            millis(times.iter().sum()),
            homes.len(),
            found.spells.len(),
            tell(),
        );
    }
}

/// The stops of all trips: how many there are.
fn stops(evidence: &Evidence, calendar: &Calendar, found: &Found, addresses: &[Address]) -> usize {
    let mut pairs: Vec<&Pair> = evidence.pairs().iter().collect();
    pairs.sort_by_key(|pair| pair.day);
    let journeys = found.spells.iter().map(|spell| {
        let begin = pairs.partition_point(|pair| pair.day < spell.span.first);
        let end = pairs.partition_point(|pair| pair.day <= spell.span.last);
        let is_away = |pair: &&&Pair| calendar.are_away(pair.day, pair.cell.unwrap());
        let away: Vec<&Pair> = pairs[begin..end].iter().filter(is_away).copied().collect();
        itinerary::describe(&away, None, |place| &addresses[place.index()])
    });
    journeys.map(|journey| journey.stops.len()).sum()
}

fn address(place: u32) -> Address {
    let name = |kind: &str, of: u32| Some(format!("{kind} {of}"));
    Address {
        country: name("Country", place % 20),
        province: name("Province", place % 200),
        city: name("City", place),
        ..Address::unknown()
    }
}

/// A number that looks like chance, the same for the same numbers.
fn chance(of: u32, salt: u32) -> f64 {
    let mixed = (of ^ salt.wrapping_mul(0x9e37_79b9)).wrapping_mul(2_654_435_761);
    let mixed = (mixed ^ mixed >> 15).wrapping_mul(0x85eb_ca6b);
    f64::from(mixed ^ mixed >> 13) / f64::from(u32::MAX)
}

/// A file: around home, or on a journey that goes on by half a degree each day.
fn file(number: u32) -> Pair {
    let day = number / A_DAY;
    let journey = day / BETWEEN;
    let stage = day % BETWEEN;
    let (home, batch) = (day / MOVES, number / A_CELL);
    let (place, lat, lon) = if stage < JOURNEY {
        let way = 0.5 * f64::from(stage);
        let (lat, lon) = (chance(journey, 1), chance(journey, 2));
        let place = journey * JOURNEY + stage;
        (place, 100.0 * lat - 45.0 + way, 360.0 * lon - 180.0)
    } else {
        (home, 40.0 + 15.0 * chance(home, 3), 100.0 * chance(home, 4))
    };
    let around = |salt: u32| 0.4 * (chance(batch, salt) - 0.5);
    let position = Position::new(lat + around(5), (lon + around(6)).clamp(-180.0, 180.0)).unwrap();
    let day = Day::from_number(730_000 + i32::try_from(day).unwrap());
    let local = Clock {
        date: day.date(),
        time: None,
        offset: None,
    };
    Pair {
        cell: Some(Cell::of(position)),
        place: PlaceId(place % PLACES),
        day,
        tally: Tally::one(local, true),
    }
}
