//! `clusters`: the stored clusters, as they are since the last run.

use std::cmp::Ordering;
use std::io::Write;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Utc};

use super::Done;
use crate::capture::clock::Clock;
use crate::capture::day::Day;
use crate::cli::{ClusterFilters, Format, ListClusters, Order, Sort};
use crate::cluster::engine::Span;
use crate::cluster::explain::{Step, Verdict};
use crate::cluster::identity::{self, Cluster, State};
use crate::cluster::rules::Rules;
use crate::dataset::{Dataset, Timeline};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::imm;
use crate::output::json::{ClusterJson, ClusterWithFiles, FileJson};
use crate::output::{self, Align, Escaped, Table, dates};
use crate::place::{Extent, Level};

pub(super) fn list(context: &Context, arguments: &ListClusters) -> Result<Done, Fatal> {
    let mut query = Query::new(arguments)?;
    let page = imm::page(context.format, arguments.max_results, imm::CLUSTERS_A_PAGE)?;
    if let Some(page) = page {
        // One more than wanted tells whether there is a next page.
        query.max_results = page + 1;
    }
    let dataset = existing(context, context.store.read_head()?);
    let clusters = query.select(&dataset)?;
    let mut out = output::stdout();
    match context.format {
        Format::Table => table(&clusters).write(&mut out, context.style)?,
        Format::Json | Format::Ndjson => {
            let clusters =
                (clusters.into_iter()).map(|cluster| ClusterJson::new(&dataset.geocoder, cluster));
            output::write_list(&mut out, clusters, context.format == Format::Json)?;
        }
        Format::Imm => {
            let answer =
                imm::Clusters::new(&dataset.geocoder, &clusters, page.unwrap_or(usize::MAX));
            output::write_value(&mut out, &answer, false)?;
        }
    }
    out.flush()?;
    Ok(Done::Well)
}

pub(super) fn show(context: &Context, id: &str, explain: bool) -> Result<Done, Fatal> {
    let dataset = read(context)?;
    let cluster = find(&dataset, id)?;
    let timeline = Timeline::new(&dataset);
    let members = dataset.members(&timeline, cluster);
    let rules = dataset.rules.clone().unwrap_or_default();
    let explanation = explain.then(|| dataset.explain(&rules, cluster.level, &cluster.region));
    let mut out = output::stdout();
    if context.format == Format::Table {
        details(&mut out, cluster)?;
        if let Some(steps) = &explanation {
            writeln!(out)?;
            explained(&mut out, &rules, steps)?;
        }
        writeln!(out)?;
        super::files::table(&timeline, members.iter().copied()).write(&mut out, context.style)?;
    } else {
        let related = |wanted: &dyn Fn(&Cluster) -> bool| {
            let live = dataset.clusters.iter().filter(|other| other.is_live());
            let mut related: Vec<&Cluster> = live.filter(|other| wanted(other)).collect();
            related.sort_by(|a, b| by_place(a, b).then(a.days().first.cmp(&b.days().first)));
            related.into_iter().map(Into::into).collect()
        };
        let within = |inner: &Cluster, outer: &Cluster| {
            outer.region.contains(&inner.region)
                && outer.days().shared_days(inner.days()) == inner.days().days()
        };
        let also = (dataset.clusters.iter())
            .filter(|other| other.object_id != cluster.object_id && other.is_edited())
            .filter(|other| {
                identity::survivor(&dataset.clusters, other).object_id == cluster.object_id
            });
        let positions = members
            .iter()
            .filter_map(|(_, file)| Some(file.position()?.0));
        let shown = ClusterWithFiles {
            cluster: ClusterJson::new(&dataset.geocoder, cluster),
            also: also.map(Into::into).collect(),
            parents: related(&|other| other.level < cluster.level && within(cluster, other)),
            children: related(&|other| other.level > cluster.level && within(other, cluster)),
            photos: members
                .iter()
                .filter(|(_, file)| !file.missing && !file.is_video())
                .count(),
            videos: members
                .iter()
                .filter(|(_, file)| !file.missing && file.is_video())
                .count(),
            extent: Extent::around(positions),
            explanation,
            members: members
                .iter()
                .map(|(folder, file)| FileJson::new(&timeline, folder, file))
                .collect(),
        };
        output::write_value(&mut out, &shown, context.format == Format::Ndjson)?;
    }
    out.flush()?;
    Ok(Done::Well)
}

/// Reads the dataset without a lock, and names its places in the languages that were
/// asked for. One that does not exist yet is empty.
pub(super) fn read(context: &Context) -> Result<Dataset, Fatal> {
    let dataset = context.store.read_existing()?;
    Ok(existing(context, dataset))
}

fn existing(context: &Context, dataset: Option<Dataset>) -> Dataset {
    let mut dataset = dataset.unwrap_or_else(|| {
        context.notes.no_dataset(context.store.path());
        Dataset::empty()
    });
    dataset.speak(&context.languages);
    dataset
}

fn details(out: &mut impl Write, cluster: &Cluster) -> std::io::Result<()> {
    let counts = cluster.holds();
    let of_active = format!(
        "{} of {} days with photos",
        counts.active_days,
        cluster.days().days()
    );
    let text = |clock: Option<Clock>| clock.map(|clock| clock.to_string());
    let files = match counts.missing {
        0 => counts.files.to_string(),
        missing => format!("{} and {missing} missing", counts.files),
    };
    let state = match &cluster.state {
        State::Live => None,
        State::Suspended => {
            Some("suspended: nothing that fits the options stands behind it at present".to_owned())
        }
        State::Absorbed(into) => Some(format!("absorbed into {into}")),
        State::Deleted => Some("deleted by you; `clusters restore` takes it back".to_owned()),
    };
    for (name, value) in [
        ("place", Some(cluster.address.line())),
        ("level", Some(cluster.level.to_string())),
        ("dates", Some(dates::span(cluster.days()))),
        ("days", Some(of_active)),
        ("files", Some(files)),
        ("first", text(counts.first_capture)),
        ("last", text(counts.last_capture)),
        ("title", cluster.title.clone()),
        ("state", state),
        ("id", Some(cluster.object_id.clone())),
    ] {
        if let Some(value) = value {
            writeln!(out, "{name:<6} {}", Escaped::new(&value))?;
        }
    }
    Ok(())
}

/// The days of a region, the gaps, and where it was cut by which rule.
pub(super) fn explained(
    out: &mut impl Write,
    rules: &Rules,
    steps: &[Step],
) -> std::io::Result<()> {
    let gap = rules.gap_days;
    for step in steps {
        match step {
            Step::Day { day, files, taken } => {
                let taken = if *taken {
                    "  left out: a cluster of that day was deleted or pinned"
                } else {
                    ""
                };
                writeln!(out, "  {day}  {}{taken}", output::files(*files as usize))?;
            }
            Step::Between {
                days,
                verdict: Verdict::Joined,
            } => {
                writeln!(
                    out,
                    "    {days} without, at most {gap} (--gap-days): goes on"
                )?;
            }
            Step::Between {
                days,
                verdict: Verdict::TooWide,
            } => {
                writeln!(out, "    {days} without, more than {gap} (--gap-days): cut")?;
            }
            Step::Between {
                days,
                verdict: Verdict::ByHand,
            } => writeln!(out, "    {days} without: cut by hand")?,
            Step::Run { first, last, fits } => {
                let span = Span {
                    first: *first,
                    last: *last,
                };
                let days = span.days();
                let (least, most) = (rules.min_days, rules.max_days);
                let verdict = match fits {
                    true => "listed".to_owned(),
                    false => format!(
                        "not listed, for it is outside {least} to {most} (--min-days, --max-days)"
                    ),
                };
                writeln!(out, "  = {}, {days} days: {verdict}", dates::span(span))?;
            }
        }
    }
    Ok(())
}

/// The table that people see after `run` and `clusters list`.
pub(super) fn table(clusters: &[&Cluster]) -> Table {
    let has_titles = clusters.iter().any(|cluster| cluster.title.is_some());
    let mut headings = vec![
        ("DATES", Align::Left),
        ("DAYS", Align::Right),
        ("LEVEL", Align::Left),
        ("PLACE", Align::Left),
        ("FILES", Align::Right),
        ("ID", Align::Left),
    ];
    if has_titles {
        headings.push(("TITLE", Align::Left));
    }
    let mut table = Table::new(&headings, 3);
    for cluster in clusters {
        let mut row = vec![
            dates::span(cluster.days()),
            cluster.days().days().to_string(),
            cluster.level.to_string(),
            Escaped::new(&cluster.address.line()).to_string(),
            cluster.holds().files.to_string(),
            identity::short_id(&cluster.object_id).to_owned(),
        ];
        if has_titles {
            row.push(
                cluster
                    .title
                    .as_deref()
                    .map(|title| Escaped::new(title).to_string())
                    .unwrap_or_default(),
            );
        }
        table.row(row);
    }
    table
}

/// By level, and within one as people look for a place: by the names from the
/// country downwards.
fn by_place(a: &Cluster, b: &Cluster) -> Ordering {
    (a.level.cmp(&b.level))
        .then_with(|| a.address.path().cmp(&b.address.path()))
        .then_with(|| a.region.cmp(&b.region))
}

/// The cluster of that id, or of an id that begins so. The id of one that was
/// absorbed or merged leads to the one that stands for it.
pub(super) fn find<'a>(dataset: &'a Dataset, id: &str) -> Result<&'a Cluster, Fatal> {
    let exact = dataset
        .clusters
        .iter()
        .find(|cluster| cluster.object_id == id);
    let found = exact.map_or_else(|| begins_with(dataset, id), Ok)?;
    Ok(identity::survivor(&dataset.clusters, found))
}

fn begins_with<'a>(dataset: &'a Dataset, id: &str) -> Result<&'a Cluster, Fatal> {
    let begins = |c: &&Cluster| {
        c.object_id.starts_with(id) || identity::uuid_of(&c.object_id).starts_with(id)
    };
    let fitting: Vec<_> = dataset
        .clusters
        .iter()
        .filter(begins)
        .filter(|_| !id.is_empty())
        .collect();
    match fitting.as_slice() {
        [] => Err(Fatal::NotFound {
            what: "cluster",
            id: id.to_owned(),
        }),
        [one] => Ok(one),
        several => Err(Fatal::Ambiguous {
            what: "cluster",
            id: id.to_owned(),
            count: several.len(),
        }),
    }
}

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
    max_results: usize,
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
    fn new(arguments: &ListClusters) -> Result<Self, Fatal> {
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
        let range = |option: &str, text: &Option<String>| {
            text.as_deref()
                .map(|text| Range::parse(option, text))
                .transpose()
        };
        let address =
            |(key, text): &(String, String)| Ok::<_, Fatal>((address_key(key)?, text.clone()));
        Ok(Self {
            levels: arguments.level.clone(),
            title: arguments.title.clone(),
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
            let at = at.ok_or_else(|| Fatal::NotFound {
                what: "cluster",
                id: behind.clone(),
            })?;
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
            Fatal::usage(format!(
                "`--address {key}=…` is not known; the keys are country, country_code, province, city, district, \
                 township, address_line"
            ))
        }),
    }
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
        let bound = |part: &str| match part {
            "" => Ok(None),
            _ => Bound::parse(part).map(Some).ok_or_else(|| {
                Fatal::usage(format!(
                    "`{option} {text}`: `{part}` is no date like 2024-03-03 and no time like \
                     2024-03-03T09:00:00+08:00; a range is FROM..TO, FROM.. or ..TO"
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
    use crate::capture::clock::Written;

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
