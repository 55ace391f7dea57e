//! What people decide about clusters: texts, deletion, and corrections by hand.
//! Later runs respect it.

use std::collections::BTreeSet;
use std::io::Write;

use super::{Done, clusters, trips};
use crate::cli::{Format, Ids, UpdateClusters};
use crate::error::Fatal;
use crate::options::Context;
use crate::output;
use crate::output::json::ClusterJson;
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::cluster::identity::{self, Cluster, State};
use imm_cluster_core::dataset::{Dataset, FindError, Noun, Timeline};
use imm_cluster_core::text::{self, Escaped};

/// The longest title and id of the user's own, in bytes.
const LONGEST_TEXT: usize = 1024;
/// The most labels of one cluster.
const MOST_LABELS: usize = 100;

pub(super) fn update(context: &Context, update: &UpdateClusters) -> Result<Done, Fatal> {
    for (option, text) in [
        ("--title", &update.title),
        ("--custom-id", &update.custom_id),
    ] {
        if let Some(text) = text.as_ref().filter(|text| text.len() > LONGEST_TEXT) {
            let len = text.len();
            return Err(Fatal::usage(format!(
                "`{option}` has {len} bytes; at most {LONGEST_TEXT} are allowed"
            )));
        }
    }
    decide(context, &update.which, |dataset, ids| {
        for id in ids {
            let cluster = of_id(dataset, id)?;
            if update.clear_title || update.title.is_some() {
                cluster.title.clone_from(&update.title);
            }
            if update.clear_custom_id || update.custom_id.is_some() {
                cluster.custom_id.clone_from(&update.custom_id);
            }
            if update.clear_labels {
                cluster.custom_labels.clear();
            }
            cluster.custom_labels.extend(update.label.iter().cloned());
            let labels = cluster.custom_labels.len();
            if labels > MOST_LABELS {
                return Err(Fatal::option(
                    "--label",
                    format!(
                        "`--label`: the cluster would have {labels} labels; at most {MOST_LABELS} are allowed"
                    ),
                ));
            }
            cluster.update_time = context.now;
        }
        Ok(())
    })
}

pub(super) fn delete(context: &Context, which: &Ids) -> Result<Done, Fatal> {
    let locked = context.store.lock(context.wait, "clusters delete")?;
    let mut dataset = locked.read()?;
    let mut deleted = BTreeSet::new();
    for id in &which.ids {
        match clusters::find(&dataset, id) {
            Ok(cluster) => drop(deleted.insert(cluster.object_id.clone())),
            Err(FindError::NotFound { .. }) => {
                let id = Escaped::new(id);
                context
                    .notes
                    .note(&format!("`{id}` is not in the dataset: nothing to delete"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let before = dataset.clone();
    // What was merged into it goes with it.
    let merged: Vec<String> = (before.clusters.iter())
        .filter(|c| {
            c.merged_into
                .as_ref()
                .is_some_and(|into| deleted.contains(into))
        })
        .map(|c| c.object_id.clone())
        .collect();
    for id in deleted.iter().chain(&merged) {
        let cluster = of_id(&mut dataset, id)?;
        if cluster.state != State::Deleted {
            cluster.state = State::Deleted;
            cluster.update_time = context.now;
        }
    }
    let deleted: Vec<String> = deleted.into_iter().collect();
    finish(context, &locked, &before, dataset, &deleted, which.dry_run)
}

pub(super) fn restore(context: &Context, which: &Ids) -> Result<Done, Fatal> {
    decide(context, which, |dataset, ids| {
        for id in ids {
            if of_id(dataset, id)?.state != State::Deleted {
                return Err(Fatal::usage(format!(
                    "`{}` is not deleted",
                    Escaped::new(id)
                )));
            }
            let is_of_it =
                |c: &&mut Cluster| c.object_id == *id || c.merged_into.as_ref() == Some(id);
            for cluster in dataset.clusters.iter_mut().filter(is_of_it) {
                // The clustering that follows finds its days again.
                cluster.state = State::Suspended;
                cluster.update_time = context.now;
            }
        }
        Ok(())
    })
}

pub(super) fn merge(context: &Context, which: &Ids) -> Result<Done, Fatal> {
    decide(context, which, |dataset, ids| {
        let [first, others @ ..] = ids else {
            return Ok(());
        };
        if others.is_empty() {
            return Err(Fatal::usage("`clusters merge` wants two clusters or more"));
        }
        let level = of_id(dataset, first)?.level;
        for id in ids {
            let cluster = of_id(dataset, id)?;
            if cluster.level != level {
                let other = cluster.level;
                return Err(Fatal::usage(format!(
                    "only clusters of one level can be merged, not {level} and {other}"
                )));
            }
            if !cluster.is_live() {
                return Err(Fatal::usage(format!(
                    "`{}` is not listed at present",
                    Escaped::new(id)
                )));
            }
        }
        for id in others {
            of_id(dataset, id)?.merged_into = Some(first.clone());
        }
        Ok(())
    })
}

pub(super) fn split(context: &Context, id: &str, at: Day, dry_run: bool) -> Result<Done, Fatal> {
    decide(
        context,
        &Ids {
            ids: vec![id.to_owned()],
            dry_run,
        },
        |dataset, ids| {
            for id in ids {
                let cluster = of_id(dataset, id)?;
                let span = cluster.span;
                if at <= span.first || at > span.last {
                    return Err(Fatal::option(
                        "--at",
                        format!(
                            "`--at {at}` does not cut the cluster; a day from {} to {} does",
                            Day::from_number(span.first.number() + 1),
                            span.last
                        ),
                    ));
                }
                cluster.cuts.push(at);
                cluster.cuts.sort_unstable();
                cluster.cuts.dedup();
            }
            Ok(())
        },
    )
}

pub(super) fn pin(context: &Context, which: &Ids) -> Result<Done, Fatal> {
    decide(context, which, |dataset, ids| {
        for id in ids {
            if !of_id(dataset, id)?.is_live() {
                return Err(Fatal::usage(format!(
                    "`{}` is not listed at present",
                    Escaped::new(id)
                )));
            }
            let timeline = Timeline::new(dataset);
            let members = dataset.members(&timeline, clusters::find(dataset, id)?);
            let paths: Vec<String> = (members.iter())
                .map(|(folder, file)| dataset.path_of(folder, file).to_string_lossy().into_owned())
                .collect();
            // Those that were merged into it are frozen with it.
            let is_part = |c: &&Cluster| {
                c.state == State::Live && identity::survivor(&dataset.clusters, c).object_id == *id
            };
            let parts: Vec<String> = dataset
                .clusters
                .iter()
                .filter(is_part)
                .map(|c| c.object_id.clone())
                .collect();
            for part in parts {
                of_id(dataset, &part)?.pinned = Some(paths.clone());
            }
        }
        Ok(())
    })
}

pub(super) fn reset(context: &Context, which: &Ids) -> Result<Done, Fatal> {
    decide(context, which, |dataset, ids| {
        for id in ids {
            // It, and all that it stands for.
            let is_part = |c: &&Cluster| identity::survivor(&dataset.clusters, c).object_id == *id;
            let parts: Vec<Cluster> = dataset.clusters.iter().filter(is_part).cloned().collect();
            for part in &parts {
                let cluster = of_id(dataset, &part.object_id)?;
                (cluster.pinned, cluster.merged_into) = (None, None);
                cluster.cuts.clear();
                // A cut is remembered by the part that was there before, and taken
                // back from either side of it.
                let touches = |cut: &Day| {
                    part.span.contains(*cut) || cut.number() == part.span.last.number() + 1
                };
                let of_region = |c: &&mut Cluster| c.level == part.level && c.region == part.region;
                for other in dataset.clusters.iter_mut().filter(of_region) {
                    other.cuts.retain(|cut| !touches(cut));
                }
            }
        }
        Ok(())
    })
}

fn of_id<'a>(dataset: &'a mut Dataset, id: &str) -> Result<&'a mut Cluster, FindError> {
    let found = dataset
        .clusters
        .iter_mut()
        .find(|cluster| cluster.object_id == id);
    found.ok_or_else(|| FindError::not_found(Noun::Cluster, id))
}

/// Lets `change` decide about the clusters of these ids, clusters again, saves,
/// and shows them. All or nothing is done.
fn decide(
    context: &Context,
    which: &Ids,
    change: impl FnOnce(&mut Dataset, &[String]) -> Result<(), Fatal>,
) -> Result<Done, Fatal> {
    let locked = context.store.lock(context.wait, "clusters")?;
    let mut dataset = locked.read()?;
    let found = which
        .ids
        .iter()
        .map(|id| Ok(clusters::find(&dataset, id)?.object_id.clone()));
    let ids: Vec<String> = found.collect::<Result<_, Fatal>>()?;
    let before = dataset.clone();
    change(&mut dataset, &ids)?;
    finish(context, &locked, &before, dataset, &ids, which.dry_run)
}

fn finish(
    context: &Context,
    locked: &imm_cluster_core::dataset::Locked,
    before: &Dataset,
    mut dataset: Dataset,
    ids: &[String],
    dry_run: bool,
) -> Result<Done, Fatal> {
    if let Some(rules) = dataset.rules.clone() {
        dataset.cluster(&rules, context.now);
    }
    if dataset != *before && !dry_run {
        locked.save(&dataset)?;
    }
    if dry_run {
        context.notes.note("nothing was stored");
    }
    dataset.speak(&context.languages);
    let shown: Vec<&Cluster> = (dataset.clusters.iter())
        .filter(|cluster| ids.contains(&cluster.object_id))
        .filter(|cluster| cluster.merged_into.is_none())
        .collect();
    let mut out = output::stdout();
    match context.format {
        Format::Table => {
            trips::table(&dataset, &shown, None, context.style).write(&mut out, context.style)?;
        }
        Format::Json | Format::Ndjson | Format::Imm => {
            let shown =
                (shown.into_iter()).map(|cluster| ClusterJson::new(&dataset.geocoder, cluster));
            text::write_list(&mut out, shown, context.format == Format::Json)?;
        }
    }
    out.flush()?;
    Ok(Done::Well)
}
