//! `clusters`: the stored clusters, as they are since the last run.

use std::io::Write;

use super::Done;
use super::query::{Query, by_place};
use super::trips;
use crate::cli::{Format, ListClusters};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::imm;
use crate::output::json::{ClusterJson, ClusterWithFiles, FileJson};
use crate::output::{self, dates};
use imm_cluster_core::capture::clock::Clock;
use imm_cluster_core::cluster::engine::Span;
use imm_cluster_core::cluster::explain::{Step, Verdict};
use imm_cluster_core::cluster::identity::{self, Cluster, State};
use imm_cluster_core::cluster::rules::Rules;
use imm_cluster_core::dataset::{Dataset, FindError, Noun, Timeline};
use imm_cluster_core::place::Extent;
use imm_cluster_core::text::{self, Escaped};

/// The size of a dataset, in bytes, up to which a list shows bars of activity: they want
/// all files of it, which takes a tenth of a second for some 200,000.
const BARS_UP_TO: u64 = 32 << 20;

pub(super) fn list(context: &Context, arguments: &ListClusters) -> Result<Done, Fatal> {
    let mut query = Query::new(arguments)?;
    let page = imm::page(context.format, arguments.max_results, imm::CLUSTERS_A_PAGE)?;
    if let Some(page) = page {
        // One more than wanted tells whether there is a next page.
        query.max_results = page + 1;
    }
    let is_table = context.format == Format::Table;
    if arguments.by.is_some() && !is_table {
        return Err(Fatal::option(
            "--by",
            "`--by` is for the table; JSON is one list, whatever the groups",
        )
        .with_hint("`--format json | jq 'group_by(.start_date[:4])'` groups by year"));
    }
    let mut style = context.style;
    style.blocks &= context.store.size() <= BARS_UP_TO;
    let dataset = if is_table && trips::shows_activity(style) {
        context.store.read_existing()?
    } else {
        context.store.read_head()?
    };
    let dataset = existing(context, dataset);
    let mut clusters = query.select(&dataset)?;
    if let Some(by) = arguments.by {
        trips::group(&mut clusters, by, arguments.order);
    }
    let mut out = output::stdout();
    match context.format {
        Format::Table => {
            trips::table(&dataset, &clusters, arguments.by, style).write(&mut out, style)?;
        }
        Format::Json | Format::Ndjson => {
            let clusters =
                (clusters.into_iter()).map(|cluster| ClusterJson::new(&dataset.geocoder, cluster));
            text::write_list(&mut out, clusters, context.format == Format::Json)?;
        }
        Format::Imm => {
            let answer =
                imm::Clusters::new(&dataset.geocoder, &clusters, page.unwrap_or(usize::MAX));
            text::write_value(&mut out, &answer, false)?;
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
        text::write_value(&mut out, &shown, context.format == Format::Ndjson)?;
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
                writeln!(out, "  {day}  {}{taken}", text::files(*files as usize))?;
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

/// The cluster of that id, or of an id that begins so. The id of one that was
/// absorbed or merged leads to the one that stands for it.
pub(super) fn find<'a>(dataset: &'a Dataset, id: &str) -> Result<&'a Cluster, FindError> {
    let exact = dataset
        .clusters
        .iter()
        .find(|cluster| cluster.object_id == id);
    let found = exact.map_or_else(|| begins_with(dataset, id), Ok)?;
    Ok(identity::survivor(&dataset.clusters, found))
}

fn begins_with<'a>(dataset: &'a Dataset, id: &str) -> Result<&'a Cluster, FindError> {
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
        [] => Err(FindError::not_found(Noun::Cluster, id)),
        [one] => Ok(one),
        several => Err(FindError::Ambiguous {
            what: Noun::Cluster,
            id: id.to_owned(),
            count: several.len(),
        }),
    }
}
