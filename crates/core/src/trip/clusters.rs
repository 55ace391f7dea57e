//! Which clusters belong to which trip, and which to life at home.

use std::collections::HashMap;

use super::journey::Trip;
use super::known::{Homes, KnownHome};
use crate::capture::day::Day;
use crate::cluster::area::{Area, Cluster};
use crate::place::{Address, Level};

/// Whether the days of a cluster lie on a trip, and its region is where the trip went, or
/// at least not where its home is: while one is away, another one may be at home.
pub fn belongs(cluster: &Cluster, trip: &Trip, homes: &Homes) -> bool {
    let days = cluster.days();
    if trip.days().shared_days(days) < days.days() {
        return false;
    }
    let journey = trip.shown();
    let mut stops = journey.stops.iter();
    let home = journey.home.as_deref().and_then(|id| homes.get(id));
    stops.any(|stop| touches(&cluster.of, &stop.address))
        || !home.is_some_and(|home| touches(&cluster.of, &home.address))
}

/// Trips by their days, to find the one that a cluster belongs to.
pub struct ByDays<'a> {
    homes: &'a Homes,
    /// By first day, each with the last day of all up to it.
    trips: Vec<(&'a Trip, Day)>,
}

impl<'a> ByDays<'a> {
    /// Of these trips.
    pub fn new(trips: &[&'a Trip], homes: &'a Homes) -> Self {
        let mut trips = trips.to_vec();
        trips.sort_by_key(|trip| trip.days());
        let mut reach: Option<Day> = None;
        let with_reach = trips.into_iter().map(|trip| {
            let last = trip.days().last;
            let latest = reach.map_or(last, |reach| reach.max(last));
            reach = Some(latest);
            (trip, latest)
        });
        Self {
            trips: with_reach.collect(),
            homes,
        }
    }

    /// The trip that a cluster belongs to.
    pub fn trip_of(&self, cluster: &Cluster) -> Option<&'a Trip> {
        let days = cluster.days();
        let begun = self
            .trips
            .partition_point(|(trip, _)| trip.days().first <= days.first);
        let begun = self.trips.iter().take(begun).rev();
        let mut reaching = begun.take_while(|(_, reach)| *reach >= days.last);
        let found = reaching.find(|(trip, _)| belongs(cluster, trip, self.homes));
        found.map(|(trip, _)| *trip)
    }
}

/// The home that a cluster of life at home is said to be of: the one whose place shares
/// most with its region, among those of its days where there are any.
pub fn home_of<'a>(cluster: &Cluster, homes: &'a Homes) -> Option<&'a KnownHome> {
    let days = cluster.days();
    let shared = |home: &KnownHome| {
        let same = |level: &Level| {
            let region = home.address.region(*level);
            region.is_some_and(|region| {
                region.contains(&cluster.of.region) || cluster.of.region.contains(&region)
            })
        };
        Level::ALL.into_iter().take_while(same).count()
    };
    let lived = |home: &KnownHome| home.from <= days.last && days.first <= home.to;
    let homes = homes.list.iter().rev();
    homes.max_by_key(|home| (lived(home), shared(home)))
}

/// The clusters of life at each home that has some, by the id of the home: their numbers.
pub fn by_home<'a>(
    clusters: impl IntoIterator<Item = (usize, &'a Cluster)>,
    homes: &Homes,
) -> HashMap<&str, Vec<usize>> {
    let mut by_home: HashMap<&str, Vec<usize>> = HashMap::new();
    for (number, cluster) in clusters {
        if let Some(home) = home_of(cluster, homes) {
            by_home.entry(&home.id).or_default().push(number);
        }
    }
    by_home
}

/// Whether one lies in the other.
fn touches(area: &Area, address: &Address) -> bool {
    let mut levels = Level::ALL.into_iter().rev();
    let deepest = levels.find_map(|level| address.region(level));
    deepest.is_some_and(|place| area.region.contains(&place) || place.contains(&area.region))
}
