//! Which clusters are wanted, and in what order.

use std::cmp::Ordering;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, Utc};

use super::find::find;
use super::identity::{self, Cluster};
use crate::capture::clock::Clock;
use crate::capture::range::Range;
use crate::find::{FindError, Noun};
use crate::place::Level;

/// Which listed clusters are wanted, and in what order. What is left empty is not asked
/// for: the default wants all, by their first day.
#[derive(Debug, Default)]
pub struct Query {
    /// At one of these levels.
    pub levels: Vec<Level>,
    /// With this text in the title.
    pub title: Option<String>,
    /// With each of these in the address.
    pub address: Vec<(AddressKey, String)>,
    /// With each of these labels.
    pub labels: Vec<(String, String)>,
    /// That start within a range.
    pub start_time: Option<Range>,
    /// That end within a range.
    pub end_time: Option<Range>,
    /// That were made within a range.
    pub create_time: Option<Range>,
    /// That changed last within a range.
    pub update_time: Option<Range>,
    /// Of these ids, or what they begin with.
    pub ids: Vec<String>,
    /// What they are sorted by.
    pub sort: SortKey,
    /// Whether the last or latest comes first.
    pub descending: bool,
    /// How many at most.
    pub max_results: Option<usize>,
    /// Only those behind the one of this id.
    pub behind: Option<String>,
}

/// What clusters are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SortKey {
    /// The first day.
    #[default]
    Start,
    /// The last day.
    End,
    /// When it was made.
    Create,
    /// When it changed last.
    Update,
}

/// What of an address is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKey {
    /// The name at a level, as a whole.
    Level(Level),
    /// The code of the country.
    CountryCode,
    /// Any part of the whole line.
    Line,
}

impl FromStr for AddressKey {
    type Err = <Level as FromStr>::Err;

    fn from_str(key: &str) -> Result<Self, Self::Err> {
        match key {
            "country_code" => Ok(Self::CountryCode),
            "address_line" => Ok(Self::Line),
            level => level.parse().map(Self::Level),
        }
    }
}

impl Query {
    /// The listed clusters that are wanted.
    ///
    /// # Errors
    /// An id is not among them.
    pub fn select<'a>(&self, clusters: &'a [Cluster]) -> Result<Vec<&'a Cluster>, FindError> {
        let ids: Vec<&str> = (self.ids.iter())
            .map(|id| find(clusters, id).map(|cluster| cluster.object_id.as_str()))
            .collect::<Result<_, _>>()?;
        let mut chosen: Vec<&Cluster> = (clusters.iter())
            .filter(|cluster| cluster.is_live() && self.wants(cluster))
            .filter(|cluster| ids.is_empty() || ids.contains(&cluster.object_id.as_str()))
            .collect();
        chosen.sort_by(|a, b| self.order(a, b));
        if let Some(behind) = &self.behind {
            let at = chosen
                .iter()
                .position(|cluster| cluster.object_id == *behind);
            let at = at.ok_or_else(|| FindError::not_found(Noun::Cluster, behind.clone()))?;
            chosen.drain(..=at);
        }
        chosen.truncate(self.max_results.unwrap_or(usize::MAX));
        Ok(chosen)
    }

    fn order(&self, a: &Cluster, b: &Cluster) -> Ordering {
        let by = match self.sort {
            SortKey::Start => a.days().first.cmp(&b.days().first),
            SortKey::End => a.days().last.cmp(&b.days().last),
            SortKey::Create => a.create_time.cmp(&b.create_time),
            SortKey::Update => a.update_time.cmp(&b.update_time),
        };
        let by = if self.descending { by.reverse() } else { by };
        by.then_with(|| by_place(a, b))
            .then_with(|| a.object_id.cmp(&b.object_id))
    }

    fn wants(&self, cluster: &Cluster) -> bool {
        let within =
            |range: Option<Range>, clock: Clock| range.is_none_or(|range| range.contains(clock));
        let utc = |time: DateTime<Utc>| Clock {
            date: time.date_naive(),
            time: Some(time.time()),
            offset: FixedOffset::east_opt(0),
        };
        let address = |(key, text): &(AddressKey, String)| match key {
            AddressKey::Level(level) => cluster.address.name(*level) == Some(text),
            AddressKey::CountryCode => cluster.address.country_code.as_ref() == Some(text),
            AddressKey::Line => cluster.address.line().contains(text.as_str()),
        };
        let titled = |part: &String| {
            let title = cluster.title.as_ref();
            title.is_some_and(|title| title.contains(part))
        };
        let labelled =
            |(key, value): &(String, String)| cluster.custom_labels.get(key) == Some(value);
        (self.levels.is_empty() || self.levels.contains(&cluster.level))
            && self.title.as_ref().is_none_or(titled)
            && self.address.iter().all(address)
            && self.labels.iter().all(labelled)
            && within(self.start_time, cluster.start_time())
            && within(self.end_time, cluster.end_time())
            && within(self.create_time, utc(cluster.create_time))
            && within(self.update_time, utc(cluster.update_time))
    }
}

/// By level, and within one as people look for a place: by the names from the
/// country downwards.
pub fn by_place(a: &Cluster, b: &Cluster) -> Ordering {
    (a.level.cmp(&b.level))
        .then_with(|| a.address.path().cmp(&b.address.path()))
        .then_with(|| a.region.cmp(&b.region))
}

/// The clusters that have to do with another one.
#[derive(Debug)]
pub struct Relatives<'a> {
    /// Those with texts of the user that are part of it now.
    pub also: Vec<&'a Cluster>,
    /// Listed ones of wider levels that it lies in, place and days.
    pub parents: Vec<&'a Cluster>,
    /// Listed ones of narrower levels that lie in it.
    pub children: Vec<&'a Cluster>,
}

impl<'a> Relatives<'a> {
    /// Those of one cluster among all.
    pub fn of(cluster: &Cluster, clusters: &'a [Cluster]) -> Self {
        let listed = |wanted: &dyn Fn(&Cluster) -> bool| {
            let listed = clusters.iter().filter(|other| other.is_live());
            let mut listed: Vec<&Cluster> = listed.filter(|other| wanted(other)).collect();
            listed.sort_by(|a, b| by_place(a, b).then(a.days().first.cmp(&b.days().first)));
            listed
        };
        let within = |inner: &Cluster, outer: &Cluster| {
            outer.region.contains(&inner.region)
                && outer.days().shared_days(inner.days()) == inner.days().days()
        };
        let is_part = |other: &&Cluster| {
            other.object_id != cluster.object_id
                && other.is_edited()
                && identity::survivor(clusters, other).object_id == cluster.object_id
        };
        Self {
            also: clusters.iter().filter(is_part).collect(),
            parents: listed(&|other| other.level < cluster.level && within(cluster, other)),
            children: listed(&|other| other.level > cluster.level && within(other, cluster)),
        }
    }
}
