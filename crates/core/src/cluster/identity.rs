//! Which lasting id, title and labels each run of days carries.
//!
//! Evidence decides what the clusters are, identities only follow it: each one
//! goes to the run that holds most of the days it calls its own. Where several
//! meet, one survives and the others are absorbed, keeping their own days, so
//! that they come back when the run falls apart again.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, NaiveTime, Utc};

use super::engine::{Counts, Decisions, Run, Span};
use crate::capture::clock::Clock;
use crate::capture::day::Day;
use crate::place::{Address, Level, Region};

/// A cluster as the dataset keeps it: an identity and what it stood for when the
/// last run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// `location-date-cluster-` and a UUID.
    pub object_id: String,
    /// The level.
    pub level: Level,
    /// What its region is identified by.
    pub region: Region,
    /// Whether it is listed.
    pub state: State,
    /// What its region is called.
    pub address: Arc<Address>,
    /// The days it stands for, or last stood for.
    pub span: Span,
    /// The days it had before it absorbed another or was absorbed.
    pub own: Span,
    /// What was found in it.
    pub counts: Counts,
    /// The user's title.
    pub title: Option<String>,
    /// The user's own id.
    pub custom_id: Option<String>,
    /// The user's labels.
    pub custom_labels: BTreeMap<String, String>,
    /// Days that the user let open a cluster of its region.
    pub cuts: Vec<Day>,
    /// The cluster that the user merged this one into.
    pub merged_into: Option<String>,
    /// What it stands for together with those that the user merged into it.
    pub whole: Option<Box<Whole>>,
    /// The paths of its files when the user pinned it. It stays as it was then.
    pub pinned: Option<Vec<String>>,
    /// When its id was given.
    pub create_time: DateTime<Utc>,
    /// When its dates, address, counts, state or the user's texts changed last.
    pub update_time: DateTime<Utc>,
    /// Keys of the dataset that this version does not know.
    pub unknown: serde_json::Map<String, serde_json::Value>,
    /// The same of its address.
    pub unknown_of_address: serde_json::Map<String, serde_json::Value>,
}

/// What became of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is listed.
    Live,
    /// Nothing that fits the options stands behind it at present.
    Suspended,
    /// Its days belong to the cluster of that id.
    Absorbed(String),
    /// The user deleted it. Its days in its region are left out for good.
    Deleted,
}

/// Clusters that the user merged, as the one that they are shown as.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    /// From the first to the last day of all.
    pub span: Span,
    /// What was found in all.
    pub counts: Counts,
    /// The other regions' addresses.
    pub addresses: Vec<Arc<Address>>,
    /// What a later version says of it.
    pub unknown: serde_json::Map<String, serde_json::Value>,
}

impl Cluster {
    /// The id of a new cluster.
    pub fn new_id() -> String {
        format!("location-date-cluster-{}", uuid::Uuid::new_v4())
    }

    /// Whether it is listed.
    pub fn is_live(&self) -> bool {
        self.merged_into.is_none() && (self.state == State::Live || self.whole.is_some())
    }

    /// The days that it is shown with.
    pub fn days(&self) -> Span {
        self.whole.as_ref().map_or(self.span, |whole| whole.span)
    }

    /// What it is shown to hold.
    pub fn holds(&self) -> &Counts {
        self.whole
            .as_ref()
            .map_or(&self.counts, |whole| &whole.counts)
    }

    /// What the user decided about it, for people.
    pub fn by_hand(&self) -> Vec<&'static str> {
        let said = [
            (self.whole.is_some(), "merged"),
            (!self.cuts.is_empty(), "split"),
            (self.pinned.is_some(), "pinned"),
        ];
        said.into_iter()
            .filter(|(is, _)| *is)
            .map(|(_, what)| what)
            .collect()
    }

    /// The first moment of the first day, with the offset of its first file.
    pub fn start_time(&self) -> Clock {
        first_moment(self.days(), self.holds())
    }

    /// The last nanosecond of the last day, with the offset of its last file.
    pub fn end_time(&self) -> Clock {
        last_moment(self.days(), self.holds())
    }

    /// Whether it follows no run: the user deleted it, or froze it as it was.
    fn is_out_of_play(&self) -> bool {
        self.state == State::Deleted || self.pinned.is_some()
    }

    /// Whether it carries texts of the user.
    pub fn is_edited(&self) -> bool {
        self.title.is_some() || self.custom_id.is_some() || !self.custom_labels.is_empty()
    }

    /// Takes over what the run holds. Alone on it, all its days become its own.
    fn follow(&mut self, run: &Run, alone: bool) {
        self.span = run.span;
        self.address.clone_from(&run.address);
        self.counts.clone_from(&run.counts);
        self.state = if run.fits {
            State::Live
        } else {
            State::Suspended
        };
        if alone {
            self.own = run.span;
        }
    }
}

/// The first moment of a span, with the offset of its first file.
pub fn first_moment(span: Span, counts: &Counts) -> Clock {
    Clock {
        date: span.first.date(),
        time: Some(NaiveTime::MIN),
        offset: counts.start_offset,
    }
}

/// The last nanosecond of a span, with the offset of its last file.
pub fn last_moment(span: Span, counts: &Counts) -> Clock {
    let last = NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999);
    Clock {
        date: span.last.date(),
        time: last,
        offset: counts.end_offset,
    }
}

/// How many listed clusters a run made, changed, took off the list or left, and
/// which.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// New ids.
    pub created: usize,
    /// Listed ones with other dates, address or counts, or listed again.
    pub updated: usize,
    /// Suspended or absorbed.
    pub removed: usize,
    /// Listed as before.
    pub unchanged: usize,
    /// One for each that is not as before, in the order of the dataset.
    pub events: Vec<Event>,
}

/// What became of one cluster in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The cluster.
    pub object_id: String,
    /// What became of it.
    pub change: Change,
    /// The days that it had before.
    pub before: Option<Span>,
    /// The other cluster that has to do with it: the one that it was merged into,
    /// that was merged into it, or that it was split off from.
    pub other: Option<String>,
}

/// What can become of a cluster in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Created,
    /// It is new, on days that another one had.
    SplitOff,
    /// It has more days.
    Grew,
    /// It has more days, and another one is part of it now.
    Merged,
    /// It has fewer days.
    Shrank,
    /// It has as many days, and other files, dates or names.
    Changed,
    /// It is part of another one now.
    Absorbed,
    /// Nothing that fits the options stands behind it any more.
    Suspended,
    /// It is listed again.
    CameBack,
}

impl Change {
    /// The stable name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::SplitOff => "split-off",
            Self::Grew => "grew",
            Self::Merged => "merged",
            Self::Shrank => "shrank",
            Self::Changed => "changed",
            Self::Absorbed => "absorbed",
            Self::Suspended => "suspended",
            Self::CameBack => "came-back",
        }
    }
}

/// What the user decided about days, by the clusters that remember it.
pub fn decisions(clusters: &[Cluster]) -> Decisions {
    let mut decisions = Decisions::default();
    for cluster in clusters {
        decisions.cut(cluster.level, &cluster.region, &cluster.cuts);
        if cluster.is_out_of_play() {
            decisions.take(cluster.level, &cluster.region, cluster.span);
        }
    }
    decisions
}

/// The cluster that stands for this one: it, or the one that it was absorbed by or
/// merged into.
pub fn survivor<'a>(clusters: &'a [Cluster], cluster: &'a Cluster) -> &'a Cluster {
    let find = |id: &str| clusters.iter().find(|cluster| cluster.object_id == id);
    stands_for(cluster, clusters.len(), find)
}

/// As [`survivor`], where `find` finds one of so many clusters by its id.
fn stands_for<'a>(
    cluster: &'a Cluster,
    clusters: usize,
    find: impl Fn(&str) -> Option<&'a Cluster>,
) -> &'a Cluster {
    let mut found = cluster;
    // Each step goes to another cluster, so there are fewer than there are clusters.
    for _ in 0..clusters {
        let ((Some(next), _) | (None, State::Absorbed(next))) = (&found.merged_into, &found.state)
        else {
            break;
        };
        match find(next) {
            Some(next) => found = next,
            None => break,
        }
    }
    found
}

/// Clusters by their ids.
fn by_id(clusters: &[Cluster]) -> HashMap<&str, &Cluster> {
    let ids = clusters.iter().map(|cluster| cluster.object_id.as_str());
    ids.zip(clusters).collect()
}

/// The part of an id that people read and type: the first group of its UUID.
pub fn short_id(object_id: &str) -> &str {
    let uuid = uuid_of(object_id);
    uuid.split('-').next().unwrap_or(uuid)
}

/// An id without what all ids begin with.
pub fn uuid_of(object_id: &str) -> &str {
    object_id
        .strip_prefix("location-date-cluster-")
        .unwrap_or(object_id)
}

/// Shows the clusters that the user merged as one. `count` counts the files of
/// regions of one level over spans of days.
fn join(
    clusters: &mut [Cluster],
    count: impl Fn(Level, &[(&Region, Span)]) -> Option<(Span, Counts)>,
) {
    let mut parts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let ids = by_id(clusters);
    for (index, cluster) in clusters.iter().enumerate() {
        if cluster.merged_into.is_some() && cluster.state == State::Live {
            let whole = stands_for(cluster, clusters.len(), |id| ids.get(id).copied());
            let of_whole = parts.entry(whole.object_id.clone()).or_default();
            of_whole.push(index);
        }
    }
    let wholes: Vec<Option<Box<Whole>>> = (clusters.iter())
        .map(|cluster| {
            let merged = parts.get(&cluster.object_id)?;
            let own = (cluster.state == State::Live).then_some((&cluster.region, cluster.span));
            let spans: Vec<_> = own
                .into_iter()
                .chain(
                    merged
                        .iter()
                        .map(|i| (&clusters[*i].region, clusters[*i].span)),
                )
                .collect();
            let (span, counts) = count(cluster.level, &spans)?;
            let mut addresses: Vec<Arc<Address>> = merged
                .iter()
                .map(|i| clusters[*i].address.clone())
                .collect();
            addresses.sort();
            addresses.dedup();
            addresses.retain(|address| *address != cluster.address);
            let before = cluster.whole.as_ref();
            Some(Box::new(Whole {
                span,
                counts,
                addresses,
                unknown: before
                    .map(|whole| whole.unknown.clone())
                    .unwrap_or_default(),
            }))
        })
        .collect();
    for (cluster, whole) in clusters.iter_mut().zip(wholes) {
        cluster.whole = whole;
    }
}

/// Matches identities with the runs of days of now. The clusters come back in
/// the order of the dataset: level, region, own days, id.
///
/// `now` becomes the create and update time of what changes; `new_id` makes ids;
/// `count` counts the files of regions of one level over spans of days.
pub fn reconcile(
    before: &[Cluster],
    runs: Vec<Run>,
    now: DateTime<Utc>,
    mut new_id: impl FnMut() -> String,
    count: impl Fn(Level, &[(&Region, Span)]) -> Option<(Span, Counts)>,
) -> (Vec<Cluster>, Changes) {
    let (mut after, mut in_play): (Vec<Cluster>, Vec<Cluster>) =
        before.iter().cloned().partition(Cluster::is_out_of_play);
    // Both come sorted by level and region, mostly, and are gone through side by
    // side: looking regions up would compare their names many times over.
    let mut runs = runs;
    in_play.sort_by(|a, b| (a.level, &a.region).cmp(&(b.level, &b.region)));
    runs.sort_by(|a, b| (a.level, &a.region).cmp(&(b.level, &b.region)));
    let mut in_play = in_play.into_iter().peekable();
    let mut runs = runs.into_iter().peekable();
    while let Some(key) = {
        let cluster = in_play.peek().map(|c| (c.level, c.region.clone()));
        let run = runs.peek().map(|r| (r.level, r.region.clone()));
        cluster.into_iter().chain(run).min()
    } {
        let (level, region) = &key;
        let mut clusters: Vec<Cluster> =
            std::iter::from_fn(|| in_play.next_if(|c| c.level == *level && c.region == *region))
                .collect();
        let of_region: Vec<Run> =
            std::iter::from_fn(|| runs.next_if(|r| r.level == *level && r.region == *region))
                .collect();
        let fresh = assign(&mut clusters, &of_region);
        after.append(&mut clusters);
        after.extend(
            fresh
                .into_iter()
                .map(|run| first_identity(run, now, new_id())),
        );
    }
    after.sort_by(|a, b| {
        (a.level, &a.region, a.own, &a.object_id).cmp(&(b.level, &b.region, b.own, &b.object_id))
    });
    join(&mut after, count);

    let known = by_id(before);
    let mut changes = Changes::default();
    for cluster in &mut after {
        let before = known.get(cluster.object_id.as_str()).copied();
        if before.is_some_and(|before| shows_differently(before, cluster)) {
            cluster.update_time = now;
        }
    }
    let mut context = InContext::new(&after, &known);
    for cluster in &after {
        let before = known.get(cluster.object_id.as_str()).copied();
        let Some(change) = change(before, cluster) else {
            changes.unchanged += usize::from(cluster.is_live());
            continue;
        };
        match change {
            Change::Created => changes.created += 1,
            Change::Absorbed | Change::Suspended => changes.removed += 1,
            _ => changes.updated += 1,
        }
        changes.events.push(context.event(cluster, before, change));
    }
    (after, changes)
}

/// What became of a cluster, seen by itself; `None` when it is as before or was
/// not and is not listed.
fn change(before: Option<&Cluster>, after: &Cluster) -> Option<Change> {
    let Some(before) = before else {
        return Some(Change::Created);
    };
    match (before.is_live(), after.is_live()) {
        (false, false) => None,
        (true, false)
            if matches!(after.state, State::Absorbed(_)) || after.merged_into.is_some() =>
        {
            Some(Change::Absorbed)
        }
        (true, false) => Some(Change::Suspended),
        (false, true) => Some(Change::CameBack),
        (true, true) if !shows_differently(before, after) => None,
        (true, true) => Some(match after.days().days().cmp(&before.days().days()) {
            Ordering::Greater => Change::Grew,
            Ordering::Less => Change::Shrank,
            Ordering::Equal => Change::Changed,
        }),
    }
}

/// Tells changes together with the other clusters that have to do with them.
struct InContext<'a> {
    after: &'a [Cluster],
    known: &'a HashMap<&'a str, &'a Cluster>,
    ids: HashMap<&'a str, &'a Cluster>,
    /// By the survivor's id: the first that was listed and is part of it now.
    now_part: HashMap<&'a str, &'a Cluster>,
    /// The region that was asked for last, and what was listed in it before.
    listed: Option<((Level, &'a Region), Listed<'a>)>,
}

/// The clusters of one region that were listed before, by the first day that they had
/// then.
struct Listed<'a>(Vec<WasListed<'a>>);

struct WasListed<'a> {
    days: Span,
    /// The last day of this and of all that begin earlier.
    latest: Day,
    /// The place in the order of the dataset.
    at: usize,
    cluster: &'a Cluster,
}

impl<'a> Listed<'a> {
    fn new(of_region: impl Iterator<Item = &'a Cluster>, known: &HashMap<&str, &Cluster>) -> Self {
        let mut listed: Vec<WasListed<'a>> = of_region
            .enumerate()
            .filter_map(|(at, cluster)| {
                let before = known.get(cluster.object_id.as_str())?;
                let days = before.days();
                let latest = days.last;
                before.is_live().then_some(WasListed {
                    days,
                    latest,
                    at,
                    cluster,
                })
            })
            .collect();
        listed.sort_by_key(|was| was.days);
        let mut latest = None;
        for was in &mut listed {
            was.latest = latest.map_or(was.latest, |latest| was.latest.max(latest));
            latest = Some(was.latest);
        }
        Self(listed)
    }

    /// The first in the order of the dataset that had one of these days.
    fn with_days_of(&self, span: Span) -> Option<&'a Cluster> {
        let end = self.0.partition_point(|was| was.days.first <= span.last);
        let candidates = self.0.iter().take(end).rev();
        candidates
            .take_while(|was| was.latest >= span.first)
            .filter(|was| was.days.last >= span.first)
            .min_by_key(|was| was.at)
            .map(|was| was.cluster)
    }
}

impl<'a> InContext<'a> {
    fn new(after: &'a [Cluster], known: &'a HashMap<&'a str, &'a Cluster>) -> Self {
        let mut now_part = HashMap::new();
        for cluster in after {
            let before = known.get(cluster.object_id.as_str());
            if let State::Absorbed(into) = &cluster.state
                && before.is_some_and(|before| before.is_live())
            {
                now_part.entry(into.as_str()).or_insert(cluster);
            }
        }
        Self {
            after,
            known,
            ids: by_id(after),
            now_part,
            listed: None,
        }
    }

    fn event(&mut self, cluster: &'a Cluster, before: Option<&Cluster>, change: Change) -> Event {
        let (change, other) = match change {
            Change::Created => match self.had_days_of(cluster) {
                None => (change, None),
                other => (Change::SplitOff, other),
            },
            Change::Grew => match self.now_part.get(cluster.object_id.as_str()) {
                None => (change, None),
                other => (Change::Merged, other.copied()),
            },
            Change::Absorbed => {
                let find = |id: &str| self.ids.get(id).copied();
                (change, Some(stands_for(cluster, self.after.len(), find)))
            }
            _ => (change, None),
        };
        Event {
            object_id: cluster.object_id.clone(),
            change,
            before: before.map(Cluster::days),
            other: other.map(|other| other.object_id.clone()),
        }
    }

    /// The cluster that was listed on days of this one.
    fn had_days_of(&mut self, cluster: &'a Cluster) -> Option<&'a Cluster> {
        let wanted = (cluster.level, &cluster.region);
        if self.listed.as_ref().is_none_or(|(at, _)| *at != wanted) {
            // The clusters of a region stand together in the order of the dataset.
            let before = |other: &Cluster| (other.level, &other.region) < wanted;
            let of_region = self.after.iter().skip(self.after.partition_point(before));
            let of_region = of_region.take_while(|other| (other.level, &other.region) == wanted);
            self.listed = Some((wanted, Listed::new(of_region, self.known)));
        }
        let (_, listed) = self.listed.as_ref()?;
        listed.with_days_of(cluster.days())
    }
}

/// Whether a person or program that looks at the cluster sees a difference.
fn shows_differently(before: &Cluster, after: &Cluster) -> bool {
    fn shown(c: &Cluster) -> (&State, Span, &Address, &Counts) {
        (&c.state, c.days(), &c.address, c.holds())
    }
    shown(before) != shown(after)
}

/// Gives the runs of one region to its identities; returns the runs that fit the
/// options and that none of them came for.
fn assign(clusters: &mut [Cluster], runs: &[Run]) -> Vec<Run> {
    let mut suitors: Vec<Vec<usize>> = vec![Vec::new(); runs.len()];
    for (index, cluster) in clusters.iter_mut().enumerate() {
        match best_run(cluster, runs) {
            Some(run) => suitors[run].push(index),
            // What was part of another one still is when nothing is left of both, as of
            // a level that is dropped: when they come back, the same one survives.
            None if matches!(cluster.state, State::Absorbed(_)) => {}
            None => cluster.state = State::Suspended,
        }
    }
    let mut unclaimed = Vec::new();
    for (run, suitors) in runs.iter().zip(suitors) {
        fn precedence(c: &Cluster) -> impl Ord {
            // One that was absorbed comes last, else the next run would turn the
            // tables on a survivor that is not listed.
            let standing = (
                Reverse(c.is_edited()),
                Reverse(c.is_live()),
                matches!(c.state, State::Absorbed(_)),
            );
            (
                standing,
                c.create_time,
                Reverse(c.own.days()),
                c.own.first,
                &c.object_id,
            )
        }
        let order =
            |a: &usize, b: &usize| precedence(&clusters[*a]).cmp(&precedence(&clusters[*b]));
        let Some(survivor) = suitors.iter().copied().min_by(order) else {
            unclaimed.extend(run.fits.then(|| run.clone()));
            continue;
        };
        clusters[survivor].follow(run, suitors.len() == 1);
        for loser in suitors.into_iter().filter(|index| *index != survivor) {
            clusters[loser].state = State::Absorbed(clusters[survivor].object_id.clone());
        }
    }
    unclaimed
}

/// Of the runs that fit, else of all: the one that holds most of the identity's own
/// days, then of its present ones, then the earlier; none that shares no day with it.
/// One that does not fit has no claim: it would take the identity off the list while
/// a part that is listed gets a new one.
///
/// The runs of a region are sorted and share no days, so those that share some with
/// the cluster stand together.
fn best_run(cluster: &Cluster, runs: &[Run]) -> Option<usize> {
    let touching = |span: Span| {
        let from = runs.partition_point(|run| run.span.last < span.first);
        from..runs.partition_point(|run| run.span.first <= span.last)
    };
    let rank = |run: &Run| {
        let own = cluster.own.shared_days(run.span);
        let present = cluster.span.shared_days(run.span);
        (run.fits, own, present, Reverse(run.span.first))
    };
    touching(cluster.own)
        .chain(touching(cluster.span))
        .max_by_key(|index| rank(&runs[*index]))
}

fn first_identity(run: Run, now: DateTime<Utc>, object_id: String) -> Cluster {
    Cluster {
        object_id,
        level: run.level,
        region: run.region,
        state: State::Live,
        address: run.address,
        span: run.span,
        own: run.span,
        counts: run.counts,
        title: None,
        custom_id: None,
        custom_labels: BTreeMap::new(),
        cuts: Vec::new(),
        merged_into: None,
        whole: None,
        pinned: None,
        create_time: now,
        update_time: now,
        unknown: serde_json::Map::new(),
        unknown_of_address: serde_json::Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::engine::{Counter, runs};
    use super::super::evidence::{Evidence, Pair, Tally};
    use super::super::rules::Rules;
    use super::*;
    use crate::place::PlaceId;

    /// A small dataset of one city, run again and again.
    struct Town {
        address: Address,
        clusters: Vec<Cluster>,
        ids: u32,
        now: i64,
    }

    impl Town {
        fn new() -> Self {
            let address = Address {
                city: Some("Hangzhou".into()),
                ..Address::default()
            };
            Self {
                address,
                clusters: Vec::new(),
                ids: 0,
                now: 0,
            }
        }

        /// Runs over these days; returns the listed clusters as `id first-last`.
        fn run(&mut self, days: &[i32], gap_days: u32, max_days: u32) -> (Vec<String>, Changes) {
            let rules = Rules {
                gap_days,
                max_days,
                levels: vec![Level::City],
                ..Rules::default()
            };
            let evidence = Evidence::gather(days.iter().map(|day| {
                let day = Day::from_number(738_000 + day);
                let stamp = Clock {
                    date: day.date(),
                    time: None,
                    offset: None,
                };
                Pair {
                    place: PlaceId(0),
                    day,
                    tally: Tally::one(stamp, true),
                }
            }));
            let runs = runs(&evidence, &rules, &decisions(&self.clusters), |_| {
                &self.address
            });
            let counter = Counter::new(&evidence, |_| &self.address);
            let count = |level, parts: &[(&Region, Span)]| counter.count(level, parts);
            self.now += 1;
            let now = DateTime::from_timestamp(self.now, 0).unwrap();
            let mut ids = self.ids;
            let new_id = || {
                ids += 1;
                format!("id{ids}")
            };
            let (clusters, changes) = reconcile(&self.clusters, runs, now, new_id, count);
            self.ids = ids;
            self.clusters = clusters;
            let number = |day: Day| day.number() - 738_000;
            let live = self.clusters.iter().filter(|c| c.is_live());
            let mut shown: Vec<_> = live
                .map(|c| {
                    format!(
                        "{} {}-{}",
                        c.object_id,
                        number(c.span.first),
                        number(c.span.last)
                    )
                })
                .collect();
            shown.sort();
            (shown, changes)
        }

        fn listed(&mut self, days: &[i32], gap_days: u32) -> Vec<String> {
            self.run(days, gap_days, 99_999).0
        }
    }

    #[test]
    fn a_cluster_that_grows_keeps_its_id() {
        let mut town = Town::new();
        assert_eq!(town.listed(&[3, 4], 1), ["id1 3-4"]);
        assert_eq!(town.listed(&[2, 3, 4, 6], 1), ["id1 2-6"]);
    }

    #[test]
    fn nothing_new_changes_nothing() {
        let mut town = Town::new();
        town.run(&[3, 4, 9], 1, 99_999);
        let before = town.clusters.clone();
        let (_, changes) = town.run(&[3, 4, 9], 1, 99_999);
        assert_eq!(town.clusters, before);
        assert_eq!(
            changes,
            Changes {
                unchanged: 2,
                ..Changes::default()
            }
        );
    }

    #[test]
    fn a_bridge_merges_and_its_loss_splits_again() {
        let mut town = Town::new();
        assert_eq!(town.listed(&[1, 2, 5, 6, 7], 0), ["id1 1-2", "id2 5-7"]);
        let (listed, changes) = town.run(&[1, 2, 3, 4, 5, 6, 7], 0, 99_999);
        assert_eq!(listed, ["id2 1-7"], "equally old, more days");
        assert_eq!((changes.updated, changes.removed), (1, 1));
        let events: Vec<_> = changes
            .events
            .iter()
            .map(|e| (e.object_id.as_str(), e.change, e.other.as_deref()))
            .collect();
        let expected = [
            ("id1", Change::Absorbed, Some("id2")),
            ("id2", Change::Merged, Some("id1")),
        ];
        assert_eq!(events, expected);
        assert_eq!(town.clusters[0].state, State::Absorbed("id2".into()));
        assert_eq!(town.listed(&[1, 2, 5, 6, 7], 0), ["id1 1-2", "id2 5-7"]);
    }

    #[test]
    fn the_edited_one_survives_a_merge() {
        let mut town = Town::new();
        town.listed(&[1, 2, 5, 6, 7], 0);
        town.clusters[0].title = Some("Two days".into());
        assert_eq!(town.listed(&[1, 2, 5, 6, 7], 2), ["id1 1-7"]);
    }

    #[test]
    fn options_changed_and_changed_back_give_the_same_ids() {
        let mut town = Town::new();
        let days = [1, 2, 4, 5, 8, 12];
        let before = town.listed(&days, 0);
        for gap in [1, 2, 3, 9, 1] {
            town.listed(&days, gap);
        }
        assert_eq!(town.listed(&days, 0), before);
    }

    #[test]
    fn a_level_that_is_dropped_and_taken_back_keeps_its_ids() {
        let mut town = Town::new();
        assert_eq!(town.run(&[1, 2, 3], 1, 9).0, ["id1 1-3"]);
        assert!(town.run(&[1, 2, 3], 1, 2).0.is_empty());
        assert_eq!(town.run(&[1, 2, 3, 5], 0, 2).0, ["id2 5-5"]);
        let before = town.run(&[1, 2, 3, 5], 1, 9).0;
        assert_eq!(before, ["id2 1-5"], "it was listed");
        // Without the level there are no runs at it.
        assert!(town.run(&[], 1, 9).0.is_empty());
        assert_eq!(town.run(&[1, 2, 3, 5], 1, 9).0, before);
    }

    #[test]
    fn a_new_cluster_on_days_of_a_listed_one_is_split_off_from_it() {
        let mut town = Town::new();
        town.run(&[1, 2, 3, 5, 6, 20, 22], 1, 99_999);
        let (listed, changes) = town.run(&[1, 2, 3, 5, 6, 20, 22, 30], 0, 99_999);
        let expected = ["id1 1-3", "id2 20-20", "id3 5-6", "id4 22-22", "id5 30-30"];
        assert_eq!(listed, expected);
        let split: Vec<_> = (changes.events.iter())
            .map(|event| {
                (
                    event.object_id.as_str(),
                    event.change,
                    event.other.as_deref(),
                )
            })
            .filter(|event| event.1 != Change::Shrank)
            .collect();
        let expected = [
            ("id3", Change::SplitOff, Some("id1")),
            ("id4", Change::SplitOff, Some("id2")),
            ("id5", Change::Created, None),
        ];
        assert_eq!(split, expected);
    }

    #[test]
    fn too_long_a_cluster_is_suspended_and_comes_back() {
        let mut town = Town::new();
        assert_eq!(town.run(&[1, 2], 0, 2).0, ["id1 1-2"]);
        let (listed, changes) = town.run(&[1, 2, 3], 0, 2);
        assert_eq!((listed.len(), changes.removed), (0, 1));
        let (listed, changes) = town.run(&[1, 2, 3], 0, 3);
        assert_eq!((listed, changes.updated), (vec!["id1 1-3".to_owned()], 1));
    }

    #[test]
    fn without_evidence_it_is_suspended() {
        let mut town = Town::new();
        town.listed(&[1, 2, 9], 0);
        assert_eq!(town.listed(&[9], 0), ["id2 9-9"]);
        assert_eq!(town.clusters.len(), 2);
        assert_eq!(town.listed(&[2, 9], 0), ["id1 2-2", "id2 9-9"]);
    }
}
