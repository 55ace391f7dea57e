//! What people decide about clusters and trips: texts, deletion, and corrections by hand.
//! Later runs respect it.

use std::io::Write;

use super::done::Done;
use super::{cluster_table, trips};
use crate::cli::{Format, Ids, UpdateTexts};
use crate::error::Fatal;
use crate::options::Context;
use crate::output;
use crate::output::json::ClusterJson;
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::cluster::area::{Area, Cluster};
use imm_cluster_core::dataset::{Dataset, Decided, Locked};
use imm_cluster_core::identity::decide::{Decision, Edit, Texts};
use imm_cluster_core::text::{Escaped, write_list};
use imm_cluster_core::trip::journey::{Journey, Trip};
use imm_cluster_messages::text;

/// What is decided about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Clusters,
    Trips,
}

pub(super) fn update(context: &Context, what: What, update: &UpdateTexts) -> Result<Done, Fatal> {
    let edit = |text: &Option<String>, clear: bool| match text {
        Some(text) => Edit::Set(text.clone()),
        None if clear => Edit::Clear,
        None => Edit::Keep,
    };
    let texts = Texts::new(
        edit(&update.title, update.clear_title),
        edit(&update.custom_id, update.clear_custom_id),
        update.clear_labels,
        update.label.clone(),
    )?;
    decide(context, what, &update.which, &Decision::Describe(texts))
}

pub(super) fn split(
    context: &Context,
    what: What,
    id: &str,
    at: Day,
    dry_run: bool,
) -> Result<Done, Fatal> {
    let ids = vec![id.to_owned()];
    decide(context, what, &Ids { ids, dry_run }, &Decision::Split(at))
}

/// Decides about clusters or trips, saves that, and shows them.
pub(super) fn decide(
    context: &Context,
    what: What,
    which: &Ids,
    decision: &Decision,
) -> Result<Done, Fatal> {
    let purpose = match (what, decision) {
        (What::Clusters, Decision::Delete) => "clusters delete",
        (What::Clusters, _) => "clusters",
        (What::Trips, Decision::Delete) => "trips delete",
        (What::Trips, _) => "trips",
    };
    let locked = context.store.lock(context.wait, purpose)?;
    let mut dataset = locked.read()?;
    match what {
        What::Clusters => {
            let decided = dataset.decide(&which.ids, decision, context.now)?;
            keep(context, which, &locked, &dataset, &decided)?;
            dataset.speak(&context.languages);
            show_clusters(context, &dataset, &decided)
        }
        What::Trips => {
            let decided = dataset.decide_trips(&which.ids, decision, context.now)?;
            keep(context, which, &locked, &dataset, &decided)?;
            dataset.speak(&context.languages);
            show_trips(context, &dataset, &decided)
        }
    }
}

/// Saves what was decided, and says what came to nothing.
fn keep<S>(
    context: &Context,
    which: &Ids,
    locked: &Locked,
    dataset: &Dataset,
    decided: &Decided<S>,
) -> Result<(), Fatal> {
    for id in &decided.unknown {
        let id = Escaped::new(id).to_string();
        context.notes.note(&text!("nothing-to-delete", id = id));
    }
    if which.dry_run {
        context.notes.note(&text!("nothing-stored"));
    } else if decided.changed {
        locked.save(dataset)?;
    }
    Ok(())
}

fn show_clusters(
    context: &Context,
    dataset: &Dataset,
    decided: &Decided<Area>,
) -> Result<Done, Fatal> {
    let shown: Vec<&Cluster> = (dataset.clusters.iter())
        .filter(|cluster| decided.ids.contains(&cluster.object_id))
        .filter(|cluster| cluster.merged_into.is_none())
        .collect();
    let mut out = output::stdout();
    if context.format == Format::Table {
        cluster_table::table(dataset, &shown, None, context.style)
            .write(&mut out, context.style)?;
    } else {
        let shown = shown.into_iter();
        let shown = shown.map(|cluster| ClusterJson::new(&dataset.geocoder, cluster));
        write_list(&mut out, shown, context.format == Format::Json)?;
    }
    out.flush()?;
    Ok(Done::Well)
}

fn show_trips(
    context: &Context,
    dataset: &Dataset,
    decided: &Decided<Journey>,
) -> Result<Done, Fatal> {
    let shown: Vec<&Trip> = (dataset.trips.iter())
        .filter(|trip| decided.ids.contains(&trip.object_id))
        .filter(|trip| trip.merged_into.is_none())
        .collect();
    trips::write(context, dataset, &shown)?;
    Ok(Done::Well)
}
