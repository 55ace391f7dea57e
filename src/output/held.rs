//! Counts in words.

use imm_cluster_core::identity::record::Counts;
use imm_cluster_core::text::grouped;
use imm_cluster_messages::text;

/// How many files, and how many of them are missing or have a lent position.
pub fn files_held(counts: &Counts) -> String {
    let files = counts.files;
    match (counts.missing, counts.lent) {
        (0, 0) => grouped(files),
        (missing, 0) => text!("held-missing", files = files, missing = missing),
        (0, lent) => text!("held-lent", files = files, lent = lent),
        (missing, lent) => text!(
            "held-lent-missing",
            files = files,
            lent = lent,
            missing = missing
        ),
    }
}

/// Several things one after another: `Tokyo, Kyoto`.
pub fn listed(each: &[impl AsRef<str>]) -> String {
    let each: Vec<&str> = each.iter().map(AsRef::as_ref).collect();
    each.join(&text!("list-comma"))
}

/// Reasons or numbers one after another, which may have commas of their own.
pub fn clauses(each: &[String]) -> String {
    each.join(&text!("clause-comma"))
}

/// A sum and what it is made of, `704 trips: 2 new, 702 unchanged`, or `2 trips, all new`
/// where all of the `total` are alike. What is zero is left out.
pub fn summary(sum: &str, total: usize, parts: &[(usize, impl AsRef<str>)]) -> String {
    let parts: Vec<(usize, &str)> = (parts.iter())
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| (*count, what.as_ref()))
        .collect();
    match parts.as_slice() {
        [] => sum.to_owned(),
        [(count, what)] if *count > 1 && *count == total => {
            text!("summary-all", sum = sum, what = *what)
        }
        parts => {
            let parts = parts.iter();
            let parts: Vec<String> = parts
                .map(|&(count, what)| text!("summary-part", count = count, what = what))
                .collect();
            text!("summary", sum = sum, parts = clauses(&parts))
        }
    }
}

#[cfg(test)]
mod tests {
    use imm_cluster_messages::{Tongue, in_tongue};

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

    #[test]
    fn a_summary_in_chinese() {
        in_tongue(Tongue::Chinese, || {
            let told = |new, old| {
                let parts = [(new, text!("part-new")), (old, text!("part-unchanged"))];
                summary("704 次旅行", new + old, &parts)
            };
            assert_eq!(told(2, 702), "704 次旅行：新增 2，未变 702");
            assert_eq!(told(704, 0), "704 次旅行，全部新增");
        });
    }
}
