//! The languages of names, and what names points.

use crate::options::Context;
use imm_cluster_core::dataset::Dataset;
use imm_cluster_core::place::{Geocoder, Language};
use imm_cluster_messages::text;

/// What names points for the dataset, which is not read for it as a whole. One that
/// cannot be read is no reason to name nothing.
pub(super) fn geocoder(context: &Context) -> Geocoder {
    context.store.read_geocoder().unwrap_or_else(|error| {
        let warning = text!("own-places-ignored", why = error.to_string());
        context.notes.warning(&warning);
        Geocoder::default()
    })
}

/// Names places in the languages that were asked for, from now on. Says whether that
/// changed anything.
pub(super) fn remember_languages(context: &Context, dataset: &mut Dataset) -> bool {
    let before = tags(dataset.geocoder.languages());
    let changed = dataset.remember_languages(&context.languages);
    if changed {
        if !dataset.geocoder.imports().is_empty() {
            // Addresses keep one language, and imports know names by position: locate all
            // places again.
            dataset.relocate(&context.progress());
        }
        // A new dataset has no names that change.
        if !dataset.folders.is_empty() {
            let now = tags(dataset.geocoder.languages());
            context.notes.note(&text!(
                "option-changed",
                name = "--language",
                now = now,
                before = before,
            ));
        }
    }
    changed
}

fn tags(languages: &[Language]) -> String {
    let tags: Vec<&str> = languages.iter().map(|language| language.tag()).collect();
    tags.join(",")
}
