//! The dataset, to be looked at.

use crate::error::Fatal;
use crate::options::Context;
use imm_cluster_core::dataset::Dataset;

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
