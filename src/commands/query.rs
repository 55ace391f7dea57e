//! Which clusters are wanted, and in what order.

use std::cmp::Ordering;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Utc};

use super::clusters::find;
use crate::cli::{ClusterFilters, Filters, ListClusters, Order, Sort};
use crate::error::Fatal;
use imm_cluster_core::capture::clock::Clock;
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::cluster::identity::Cluster;
use imm_cluster_core::dataset::{Dataset, FindError, Noun};
use imm_cluster_core::place::Level;

/// Which clusters are wanted, and in what order.
#[derive(Debug)]
pub(super) struct Query {
    levels: Vec<Level>,
    title: Option<String>,
    address: Vec<(AddressKey, String)>,
    labels: Vec<(String, String)>,
    start_time: Option<Range>,
    end_time: Option<Range>,
    create_time: Option<Range>,
    update_time: Option<Range>,
    ids: Vec<String>,
    sort: Sort,
    order: Order,
    pub(super) max_results: usize,
    behind: Option<String>,
}

/// What of an address is compared.
#[derive(Debug, Clone, Copy)]
enum AddressKey {
    Level(Level),
    CountryCode,
    Line,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            levels: Vec::new(),
            title: None,
            address: Vec::new(),
            labels: Vec::new(),
            start_time: None,
            end_time: None,
            create_time: None,
            update_time: None,
            ids: Vec::new(),
            sort: Sort::Start,
            order: Order::Asc,
            max_results: usize::MAX,
            behind: None,
        }
    }
}

impl Query {
    /// What `clusters list` asks for.
    pub(super) fn new(arguments: &ListClusters) -> Result<Self, Fatal> {
        Ok(Self {
            sort: arguments.sort,
            order: arguments.order,
            max_results: arguments.max_results.map_or(usize::MAX, |n| n as usize),
            behind: arguments.next_token.clone().filter(|id| !id.is_empty()),
            ..Self::filtered(&arguments.filters)?
        })
    }

    /// The clusters that pass the filters, by their first day.
    pub(super) fn filtered(arguments: &ClusterFilters) -> Result<Self, Fatal> {
        Ok(Self {
            title: arguments.title.clone(),
            ..Self::of(&arguments.but_title)?
        })
    }

    /// As [`Query::filtered`], with any title.
    pub(super) fn of(arguments: &Filters) -> Result<Self, Fatal> {
        let range = |option: &str, text: &Option<String>| {
            text.as_deref()
                .map(|text| Range::parse(option, text))
                .transpose()
        };
        let address =
            |(key, text): &(String, String)| Ok::<_, Fatal>((address_key(key)?, text.clone()));
        Ok(Self {
            levels: arguments.level.clone(),
            address: arguments
                .address
                .iter()
                .map(address)
                .collect::<Result<_, _>>()?,
            labels: arguments.label.clone(),
            start_time: range("--start-time", &arguments.start_time)?,
            end_time: range("--end-time", &arguments.end_time)?,
            create_time: range("--create-time", &arguments.create_time)?,
            update_time: range("--update-time", &arguments.update_time)?,
            ids: arguments.id.clone(),
            ..Self::default()
        })
    }

    /// The listed clusters that are wanted.
    ///
    /// # Errors
    /// An id is not in the dataset.
    pub(super) fn select<'a>(&self, dataset: &'a Dataset) -> Result<Vec<&'a Cluster>, Fatal> {
        let ids: Vec<&str> = (self.ids.iter())
            .map(|id| find(dataset, id).map(|cluster| cluster.object_id.as_str()))
            .collect::<Result<_, _>>()?;
        let mut clusters: Vec<&Cluster> = (dataset.clusters.iter())
            .filter(|cluster| cluster.is_live() && self.wants(cluster))
            .filter(|cluster| ids.is_empty() || ids.contains(&cluster.object_id.as_str()))
            .collect();
        clusters.sort_by(|a, b| {
            let by = match self.sort {
                Sort::Start => a.days().first.cmp(&b.days().first),
                Sort::End => a.days().last.cmp(&b.days().last),
                Sort::Create => a.create_time.cmp(&b.create_time),
                Sort::Update => a.update_time.cmp(&b.update_time),
            };
            let by = if self.order == Order::Desc {
                by.reverse()
            } else {
                by
            };
            by.then_with(|| by_place(a, b))
                .then_with(|| a.object_id.cmp(&b.object_id))
        });
        if let Some(behind) = &self.behind {
            let at = clusters
                .iter()
                .position(|cluster| cluster.object_id == *behind);
            let at = at.ok_or_else(|| FindError::not_found(Noun::Cluster, behind.clone()))?;
            clusters.drain(..=at);
        }
        clusters.truncate(self.max_results);
        Ok(clusters)
    }

    fn wants(&self, cluster: &Cluster) -> bool {
        let within = |range: &Option<Range>, clock: Clock| {
            range.as_ref().is_none_or(|range| range.contains(clock))
        };
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
        (self.levels.is_empty() || self.levels.contains(&cluster.level))
            && self.title.as_ref().is_none_or(|part| {
                cluster
                    .title
                    .as_ref()
                    .is_some_and(|title| title.contains(part))
            })
            && self.address.iter().all(address)
            && self
                .labels
                .iter()
                .all(|(key, value)| cluster.custom_labels.get(key) == Some(value))
            && within(&self.start_time, cluster.start_time())
            && within(&self.end_time, cluster.end_time())
            && within(&self.create_time, utc(cluster.create_time))
            && within(&self.update_time, utc(cluster.update_time))
    }
}

fn address_key(key: &str) -> Result<AddressKey, Fatal> {
    match key {
        "country_code" => Ok(AddressKey::CountryCode),
        "address_line" => Ok(AddressKey::Line),
        level => level.parse().map(AddressKey::Level).map_err(|_| {
            Fatal::option("--address", format!(
                "`--address {key}=…` is not known; the keys are country, country_code, province, city, district, \
                 township, address_line"
            ))
        }),
    }
}

/// By level, and within one as people look for a place: by the names from the
/// country downwards.
pub(super) fn by_place(a: &Cluster, b: &Cluster) -> Ordering {
    (a.level.cmp(&b.level))
        .then_with(|| a.address.path().cmp(&b.address.path()))
        .then_with(|| a.region.cmp(&b.region))
}

/// A range of times, inclusive, open where an end is left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    from: Option<Bound>,
    to: Option<Bound>,
}

/// An end of a range.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Bound {
    /// A whole local day.
    Date(NaiveDate),
    /// A moment, or a reading of a wall clock.
    Time(NaiveDateTime, Option<FixedOffset>),
}

impl Range {
    /// `FROM..TO`, `FROM..`, `..TO`, or one date or time for both.
    pub(super) fn parse(option: &str, text: &str) -> Result<Self, Fatal> {
        let wanted = "no date like 2024-03-03 and no time like 2024-03-03T09:00:00+08:00";
        Self::read(option, text, wanted, Bound::parse)
    }

    /// The same of local days alone.
    pub(super) fn days(option: &str, text: &str) -> Result<Self, Fatal> {
        let is_date = |bound: &Bound| matches!(bound, Bound::Date(_));
        let date = |part: &str| Bound::parse(part).filter(is_date);
        Self::read(option, text, "no date like 2024-03-03", date)
    }

    fn read(
        option: &str,
        text: &str,
        wanted: &str,
        parse: impl Fn(&str) -> Option<Bound>,
    ) -> Result<Self, Fatal> {
        let bound = |part: &str| match part {
            "" => Ok(None),
            _ => parse(part).map(Some).ok_or_else(|| {
                Fatal::usage(format!(
                    "`{option} {text}`: `{part}` is {wanted}; a range is FROM..TO, FROM.. or ..TO"
                ))
            }),
        };
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let range = Self {
            from: bound(from)?,
            to: bound(to)?,
        };
        if range
            == (Self {
                from: None,
                to: None,
            })
        {
            return Err(Fatal::usage(format!(
                "`{option} {text}` has neither a beginning nor an end"
            )));
        }
        if range
            .from
            .zip(range.to)
            .is_some_and(|(from, to)| from.is_after(to))
        {
            return Err(Fatal::usage(format!(
                "`{option} {text}` ends before it begins"
            )));
        }
        Ok(range)
    }

    /// Whether a local time lies in the range. Without an offset it is taken to
    /// have that of the bound.
    pub(super) fn contains(self, clock: Clock) -> bool {
        use std::cmp::Ordering::{Greater, Less};
        self.from.is_none_or(|from| from.compare(clock) != Less)
            && self.to.is_none_or(|to| to.compare(clock) != Greater)
    }

    /// Whether a local day lies in the range.
    pub(super) fn contains_day(self, day: Day) -> bool {
        self.contains(Clock {
            date: day.date(),
            time: None,
            offset: None,
        })
    }
}

impl Bound {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(day) = text.parse::<Day>() {
            return Some(Self::Date(day.date()));
        }
        if let Ok(time) = DateTime::parse_from_rfc3339(text) {
            return Some(Self::Time(time.naive_local(), Some(*time.offset())));
        }
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
            .ok()
            .map(|time| Self::Time(time, None))
    }

    /// Whether it surely lies after another one: of two times, only one of which has an
    /// offset, nobody knows.
    fn is_after(self, other: Self) -> bool {
        let clock = match (self, other) {
            (Self::Time(_, a), Self::Time(_, b)) if a.is_some() != b.is_some() => return false,
            (Self::Time(time, offset), _) => Clock {
                date: time.date(),
                time: Some(time.time()),
                offset,
            },
            (Self::Date(date), _) => Clock {
                date,
                time: None,
                offset: None,
            },
        };
        other.compare(clock) == Ordering::Greater
    }

    /// How the clock stands to the bound.
    fn compare(self, clock: Clock) -> std::cmp::Ordering {
        match self {
            Self::Date(date) => clock.date.cmp(&date),
            Self::Time(time, offset) => {
                let local = clock.date.and_time(clock.time.unwrap_or_default());
                match (offset, clock.offset) {
                    (Some(bound), Some(clock)) => (local - clock).cmp(&(time - bound)),
                    _ => local.cmp(&time),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imm_cluster_core::capture::clock::Written;

    fn contains(range: &str, clock: &str) -> bool {
        Range::parse("--start-time", range)
            .unwrap()
            .contains(Written::read(clock).unwrap().clock())
    }

    #[test]
    fn ranges_are_inclusive_and_may_be_open() {
        assert!(contains(
            "2024-03-01..2024-03-03",
            "2024-03-03T23:59:59+08:00"
        ));
        assert!(contains("2024-03-03", "2024-03-03T00:00:00+08:00"));
        assert!(contains("..2024-03-03", "1999-01-01T00:00:00"));
        assert!(!contains("2024-03-04..", "2024-03-03T23:59:59+08:00"));
        assert!(contains(
            "2024-03-03T00:00:00+08:00..",
            "2024-03-03T00:00:00+08:00"
        ));
        assert!(!contains(
            "2024-03-03T00:00:01+08:00..",
            "2024-03-03T00:00:00+08:00"
        ));
        assert!(
            contains("2024-03-02T16:00:00Z..", "2024-03-03T00:00:00+08:00"),
            "moments are compared"
        );
    }

    #[test]
    fn what_is_no_range_says_what_one_is() {
        for bad in ["..", "", "2024-13-01", "March", "2024-03-01...2024-03-02"] {
            assert!(Range::parse("--start-time", bad).is_err(), "{bad}");
        }
    }
}
