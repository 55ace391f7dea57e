//! Counts in words.

use imm_cluster_core::identity::record::Counts;
use imm_cluster_core::text::grouped;

/// How many files, and how many of them are missing or have a lent position.
pub fn files_held(counts: &Counts) -> String {
    let files = grouped(counts.files);
    match (counts.missing, counts.lent) {
        (0, 0) => files,
        (missing, 0) => format!("{files} and {} missing", grouped(missing)),
        (0, lent) => format!("{files}, {} of them with a lent position", grouped(lent)),
        (missing, lent) => format!(
            "{files}, {} of them with a lent position; {} missing",
            grouped(lent),
            grouped(missing)
        ),
    }
}

/// A sum and what it is made of, `704 trips: 2 new, 702 unchanged`, or `2 trips, all new`
/// where all of the `total` are alike. What is zero is left out.
pub fn summary(sum: &str, total: usize, parts: &[(usize, impl AsRef<str>)]) -> String {
    let parts = parts.iter().map(|(count, what)| (*count, what.as_ref()));
    let parts: Vec<_> = parts.filter(|(count, _)| *count > 0).collect();
    match parts.as_slice() {
        [] => sum.to_owned(),
        [(count, what)] if *count > 1 && *count == total => format!("{sum}, all {what}"),
        parts => {
            let each = (parts.iter()).map(|(count, what)| format!("{} {what}", grouped(*count)));
            format!("{sum}: {}", each.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_leaves_out_what_is_zero() {
        let told = |new, old, gone| {
            let parts = [(new, "new"), (old, "unchanged"), (gone, "no longer listed")];
            summary("trips", new + old, &parts)
        };
        assert_eq!(told(0, 0, 0), "trips");
        assert_eq!(told(1, 0, 0), "trips: 1 new");
        assert_eq!(told(701, 0, 0), "trips, all new");
        assert_eq!(told(2, 1_204, 0), "trips: 2 new, 1,204 unchanged");
        assert_eq!(told(2, 0, 3), "trips: 2 new, 3 no longer listed");
        assert_eq!(told(0, 0, 3), "trips: 3 no longer listed");
    }
}
