//! The dataset, to be looked at.

use crate::cli::Format;
use crate::error::Fatal;
use crate::options::Context;
use imm_cluster_core::dataset::Dataset;
use imm_cluster_core::text::{counted, plural};
use imm_cluster_messages::text;

/// Reads the dataset without a lock, and names its places in the languages that were
/// asked for. One that does not exist yet is empty.
pub(super) fn read(context: &Context) -> Result<Dataset, Fatal> {
    let dataset = context.store.read_existing()?;
    Ok(existing(context, dataset))
}

/// The same of a dataset that was read already.
pub(super) fn existing(context: &Context, dataset: Option<Dataset>) -> Dataset {
    let mut dataset = dataset.unwrap_or_else(|| {
        context.notes.no_dataset(context.store.path());
        Dataset::empty()
    });
    dataset.speak(&context.languages);
    dataset
}

/// Says why a list for people is empty: there is none of it at all, and `next` says what makes
/// some, or none of `total` passes the filters.
pub(super) fn say_empty(context: &Context, what: &str, total: usize, next: &str) {
    if context.format != Format::Table || !context.store.exists() {
        return;
    }
    context.notes.note(&if total == 0 {
        text!("none-yet", what = plural(what), next = next)
    } else {
        text!("no-match", all = counted(total, what))
    });
}

/// Says so where the dataset has no files. Of a dataset of which only the head was read it is
/// looked up.
pub(super) fn say_no_files(context: &Context, dataset: &Dataset) -> bool {
    let has_files = |dataset: &Dataset| !dataset.folders.is_empty();
    // What cannot be read now may well have some.
    let whole = || context.store.read_existing().ok().flatten();
    let known = has_files(dataset) || whole().is_none_or(|whole| has_files(&whole));
    if !known && context.format == Format::Table {
        let command = context.command("index ~/Pictures");
        context
            .notes
            .note(&text!("dataset-empty", command = command));
    }
    !known
}

/// Says why no trip or cluster is listed: no files, no run since, none for the reason `none`,
/// or none of `total` that passes the filters.
pub(super) fn say_none(
    context: &Context,
    dataset: &Dataset,
    what: &str,
    total: usize,
    none: impl FnOnce() -> String,
) {
    let is_told = context.format == Format::Table || (total == 0 && dataset.rules.is_some());
    if !is_told || context.notes.is_quiet() || !context.store.exists() {
        return;
    }
    if total == 0 && say_no_files(context, dataset) {
        return;
    }
    if total > 0 || dataset.rules.is_none() {
        let next = text!("run-finds-them", command = context.command("run"));
        say_empty(context, what, total, &next);
    } else {
        context.notes.note(&none());
    }
}
