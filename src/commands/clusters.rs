//! `clusters`: the stored clusters, as they are since the last run.

use std::io::Write;

use super::cluster_table;
use super::done::Done;
use super::trips::LABEL;
use super::{file_table, open, query, steps};
use crate::cli::{Format, ListClusters};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::imm;
use crate::output::json::{ClusterJson, ClusterWithFiles, FileJson};
use crate::output::{self, dates, padded};
use imm_cluster_core::capture::clock::Clock;
use imm_cluster_core::cluster::area::Cluster;
use imm_cluster_core::cluster::relatives::Relatives;
use imm_cluster_core::dataset::{Dataset, FileRecord, Timeline};
use imm_cluster_core::identity::find::find;
use imm_cluster_core::identity::record::State;
use imm_cluster_core::place::Extent;
use imm_cluster_core::text::{Escaped, write_list, write_value};
use imm_cluster_messages::text;

/// The size of a dataset, in bytes, up to which a list shows bars of activity: they want
/// all files of it, which takes a tenth of a second for some 200,000.
const BARS_UP_TO: u64 = 32 << 20;

pub(super) fn list(context: &Context, arguments: &ListClusters) -> Result<Done, Fatal> {
    let mut query = query::listed(arguments)?;
    let page = imm::page(context.format, arguments.max_results, imm::CLUSTERS_A_PAGE)?;
    if let Some(page) = page {
        // One more than wanted tells whether there is a next page.
        query.max_results = Some(page + 1);
    }
    let is_table = context.format == Format::Table;
    if arguments.by.is_some() && !is_table {
        return Err(Fatal::option("--by", text!("error-by-is-for-tables"))
            .with_hint(text!("hint-by-is-for-tables")));
    }
    let mut style = context.style;
    style.blocks &= context.store.size() <= BARS_UP_TO;
    let dataset = if is_table && cluster_table::shows_activity(style) {
        context.store.read_existing()?
    } else {
        context.store.read_head()?
    };
    let dataset = open::existing(context, dataset);
    let mut clusters = query.select(&dataset.clusters)?;
    if let Some(by) = arguments.by {
        cluster_table::group(&mut clusters, by, arguments.order);
    }
    let is_empty = clusters.is_empty();
    let mut out = output::stdout();
    match context.format {
        Format::Table => {
            cluster_table::table(&dataset, &clusters, arguments.by, style)
                .write(&mut out, style)?;
        }
        Format::Json | Format::Ndjson => {
            let clusters =
                (clusters.into_iter()).map(|cluster| ClusterJson::new(&dataset.geocoder, cluster));
            write_list(&mut out, clusters, context.format == Format::Json)?;
        }
        Format::Imm => {
            let answer =
                imm::Clusters::new(&dataset.geocoder, &clusters, page.unwrap_or(usize::MAX));
            write_value(&mut out, &answer, false)?;
        }
    }
    out.flush()?;
    if is_empty {
        say_none(context, &dataset);
    }
    Ok(Done::Well)
}

/// Says why no cluster is shown.
pub(super) fn say_none(context: &Context, dataset: &Dataset) {
    let live = dataset.clusters.iter().filter(|cluster| cluster.is_live());
    open::say_none(context, dataset, "cluster", live.count(), || {
        text!("clusters-none")
    });
}

pub(super) fn show(context: &Context, id: &str, explain: bool) -> Result<Done, Fatal> {
    let dataset = open::read(context)?;
    let cluster = find(&dataset.clusters, id)?;
    let timeline = Timeline::new(&dataset);
    let members = dataset.members(&timeline, cluster);
    let rules = dataset.rules.clone().unwrap_or_default();
    let explanation =
        explain.then(|| dataset.explain(&rules, cluster.of.level, &cluster.of.region));
    let mut out = output::stdout();
    if context.format == Format::Table {
        details(&mut out, cluster)?;
        if let Some(steps) = &explanation {
            writeln!(out)?;
            steps::write(&mut out, &rules, steps)?;
        }
        writeln!(out)?;
        file_table::table(&timeline, members.iter().copied()).write(&mut out, context.style)?;
    } else {
        let relatives = Relatives::of(cluster, &dataset.clusters);
        let in_json = |clusters: Vec<_>| clusters.into_iter().map(Into::into).collect();
        let files = members.iter().filter_map(|file| dataset.file(*file));
        let positions = files
            .clone()
            .filter_map(|(_, file)| Some(file.position()?.0));
        let are_there = |is_video| {
            let is_it = |file: &FileRecord| !file.missing && file.is_video() == is_video;
            files.clone().filter(|(_, file)| is_it(file)).count()
        };
        let shown = ClusterWithFiles {
            cluster: ClusterJson::new(&dataset.geocoder, cluster),
            also: relatives.also.into_iter().map(Into::into).collect(),
            parents: in_json(relatives.parents),
            children: in_json(relatives.children),
            photos: are_there(false),
            videos: are_there(true),
            extent: Extent::around(positions),
            explanation,
            members: members
                .iter()
                .filter_map(|file| FileJson::new(&timeline, *file))
                .collect(),
        };
        write_value(&mut out, &shown, context.format == Format::Ndjson)?;
    }
    out.flush()?;
    Ok(Done::Well)
}

fn details(out: &mut impl Write, cluster: &Cluster) -> std::io::Result<()> {
    let counts = cluster.holds();
    let of_active = text!(
        "cluster-days-with-photos",
        active = counts.active_days.to_string(),
        days = cluster.days().days().to_string()
    );
    let in_words = |clock: Option<Clock>| clock.map(|clock| clock.to_string());
    let files = output::files_held(counts);
    let state = match &cluster.state {
        State::Live => None,
        State::Suspended => Some(text!("cluster-suspended")),
        State::Absorbed(into) => Some(text!("cluster-absorbed", other = into.to_string())),
        State::Deleted => Some(text!("cluster-deleted")),
    };
    for (name, value) in [
        (text!("label-place"), Some(cluster.of.address.line())),
        (text!("label-level"), Some(cluster.of.level.in_words())),
        (text!("label-dates"), Some(dates::span(cluster.days()))),
        (text!("label-days"), Some(of_active)),
        (text!("label-files"), Some(files)),
        (text!("label-first"), in_words(counts.first_capture)),
        (text!("label-last"), in_words(counts.last_capture)),
        (text!("label-title"), cluster.title.clone()),
        (text!("label-state"), state),
        (text!("label-id"), Some(cluster.object_id.to_string())),
    ] {
        if let Some(value) = value {
            writeln!(out, "{} {}", padded(&name, LABEL), Escaped::new(&value))?;
        }
    }
    Ok(())
}
