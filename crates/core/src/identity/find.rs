//! Identities by what people type of their ids.

use super::record::{Identity, Subject, survivor};
use crate::find::FindError;

/// The one of that id, or of an id that begins so, with or without what all ids begin
/// with. The id of one that was absorbed or merged leads to the one that stands for it.
///
/// # Errors
/// No id begins so, or several do.
pub fn find<'a, S: Subject>(
    all: &'a [Identity<S>],
    id: &str,
) -> Result<&'a Identity<S>, FindError> {
    let exact = all.iter().find(|one| one.object_id == id);
    let found = exact.map_or_else(|| begins_with(all, id), Ok)?;
    Ok(survivor(all, found))
}

fn begins_with<'a, S: Subject>(
    all: &'a [Identity<S>],
    id: &str,
) -> Result<&'a Identity<S>, FindError> {
    let begins = |one: &&Identity<S>| {
        one.object_id.as_str().starts_with(id) || one.object_id.uuid().starts_with(id)
    };
    let mut fitting = all.iter().filter(|_| !id.is_empty()).filter(begins);
    match (fitting.next(), fitting.count()) {
        (None, _) => Err(FindError::not_found(S::NOUN, id)),
        (Some(one), 0) => Ok(one),
        (Some(_), others) => Err(FindError::Ambiguous {
            what: S::NOUN,
            id: id.to_owned(),
            count: 1 + others,
        }),
    }
}
