//! Clusters by what people type of their ids.

use super::identity::{self, Cluster};
use crate::find::{FindError, Noun};

/// The cluster of that id, or of an id that begins so, with or without what all ids
/// begin with. The id of one that was absorbed or merged leads to the one that stands
/// for it.
///
/// # Errors
/// No id begins so, or several do.
pub fn find<'a>(clusters: &'a [Cluster], id: &str) -> Result<&'a Cluster, FindError> {
    let exact = clusters.iter().find(|cluster| cluster.object_id == id);
    let found = exact.map_or_else(|| begins_with(clusters, id), Ok)?;
    Ok(identity::survivor(clusters, found))
}

fn begins_with<'a>(clusters: &'a [Cluster], id: &str) -> Result<&'a Cluster, FindError> {
    let begins = |c: &&Cluster| {
        c.object_id.starts_with(id) || identity::uuid_of(&c.object_id).starts_with(id)
    };
    let mut fitting = clusters.iter().filter(|_| !id.is_empty()).filter(begins);
    match (fitting.next(), fitting.count()) {
        (None, _) => Err(FindError::not_found(Noun::Cluster, id)),
        (Some(one), 0) => Ok(one),
        (Some(_), others) => Err(FindError::Ambiguous {
            what: Noun::Cluster,
            id: id.to_owned(),
            count: 1 + others,
        }),
    }
}
