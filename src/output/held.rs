//! What a cluster or a trip holds, in words.

use imm_cluster_core::identity::record::Counts;

/// How many files, and how many of them are missing or have a lent place.
pub fn files_held(counts: &Counts) -> String {
    let Counts { files, .. } = counts;
    match (counts.missing, counts.lent) {
        (0, 0) => files.to_string(),
        (missing, 0) => format!("{files} and {missing} missing"),
        (0, lent) => format!("{files}, {lent} of them with a lent place"),
        (missing, lent) => {
            format!("{files}, {lent} of them with a lent place, and {missing} missing")
        }
    }
}
