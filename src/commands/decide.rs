//! What people decide about clusters: texts, deletion, and corrections by hand.
//! Later runs respect it.

use std::io::Write;

use super::cluster_table;
use super::done::Done;
use crate::cli::{Format, Ids, UpdateClusters};
use crate::error::Fatal;
use crate::options::Context;
use crate::output;
use crate::output::json::ClusterJson;
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::cluster::area::Cluster;
use imm_cluster_core::identity::decide::{Decision, Edit, Texts};
use imm_cluster_core::text::{self, Escaped};

pub(super) fn update(context: &Context, update: &UpdateClusters) -> Result<Done, Fatal> {
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
    decide(context, &update.which, &Decision::Describe(texts))
}

pub(super) fn split(context: &Context, id: &str, at: Day, dry_run: bool) -> Result<Done, Fatal> {
    let ids = vec![id.to_owned()];
    decide(context, &Ids { ids, dry_run }, &Decision::Split(at))
}

/// Decides about clusters, saves that, and shows them.
pub(super) fn decide(context: &Context, which: &Ids, decision: &Decision) -> Result<Done, Fatal> {
    let purpose = match decision {
        Decision::Delete => "clusters delete",
        _ => "clusters",
    };
    let locked = context.store.lock(context.wait, purpose)?;
    let mut dataset = locked.read()?;
    let decided = dataset.decide(&which.ids, decision, context.now)?;
    for id in &decided.unknown {
        let id = Escaped::new(id);
        context
            .notes
            .note(&format!("`{id}` is not in the dataset: nothing to delete"));
    }
    if which.dry_run {
        context.notes.note("nothing was stored");
    } else if decided.changed {
        locked.save(&dataset)?;
    }
    dataset.speak(&context.languages);
    let shown: Vec<&Cluster> = (dataset.clusters.iter())
        .filter(|cluster| decided.ids.contains(&cluster.object_id))
        .filter(|cluster| cluster.merged_into.is_none())
        .collect();
    let mut out = output::stdout();
    match context.format {
        Format::Table => {
            cluster_table::table(&dataset, &shown, None, context.style)
                .write(&mut out, context.style)?;
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
