//! Which pictures stand for a cluster: some of each of its days.

use std::ops::Range;

/// How many files are tried for one picture.
const TRIES: usize = 3;

/// Chooses at most `n` of files that are sorted by time, `days` being the day of each.
/// Each choice is a list of files to try in turn, and no file is in two of them.
///
/// With more days than pictures, days at even distances are chosen from; with fewer,
/// each day has one and those with most files have more. Of files as good, that in the
/// middle is tried first; a file of a lower `rank` comes before all of a higher one.
pub(super) fn spread(days: &[i32], n: usize, rank: impl Fn(usize) -> u8) -> Vec<Vec<usize>> {
    let pieces = pieces(days, n);
    let tries = |piece: Range<usize>| {
        let middle = usize::midpoint(piece.start, piece.end - 1);
        let mut files: Vec<usize> = piece.collect();
        files.sort_by_key(|file| (rank(*file), file.abs_diff(middle), *file));
        files.truncate(TRIES);
        files
    };
    pieces.into_iter().map(tries).collect()
}

/// How many pictures each row may have, at most `most`, so that all together there are no more
/// than `all`, or one of each: what rows of few files leave goes to the others.
pub(super) fn share(counts: &[usize], most: usize, all: usize) -> usize {
    let wanted = |each: usize| -> usize { counts.iter().map(|count| each.min(*count)).sum() };
    let fits = (1..=most).rev().find(|each| wanted(*each) <= all);
    fits.unwrap_or(most.min(1))
}

/// At most `n` stretches of files, none of them empty.
fn pieces(days: &[i32], n: usize) -> Vec<Range<usize>> {
    let n = n.min(days.len());
    if n == 0 {
        return Vec::new();
    }
    // Where each day begins, and the end of all.
    let mut starts: Vec<usize> = (0..days.len())
        .filter(|i| *i == 0 || days.get(i - 1) != days.get(*i))
        .collect();
    let whole_days = starts.len();
    starts.push(days.len());
    if n <= whole_days {
        let bound = |piece: usize| {
            starts
                .get(piece * whole_days / n)
                .copied()
                .unwrap_or(days.len())
        };
        return (0..n).map(|piece| bound(piece)..bound(piece + 1)).collect();
    }
    let mut shares: Vec<(Range<usize>, usize)> = (starts.windows(2))
        .map(|pair| (pair[0]..pair[1], 1))
        .collect();
    for _ in whole_days..n {
        // The day with most files for each of its pictures; of several, the first.
        let fullest = (shares.iter_mut())
            .filter(|(day, share)| day.len() > *share)
            .rev()
            .max_by(|(a, n), (b, m)| (a.len() * *m).cmp(&(b.len() * *n)));
        if let Some((_, share)) = fullest {
            *share += 1;
        }
    }
    let cut = |(day, share): (Range<usize>, usize)| {
        let at = move |piece: usize| day.start + piece * day.len() / share;
        (0..share).map(move |piece| at(piece)..at(piece + 1))
    };
    shares.into_iter().flat_map(cut).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn first_tries(days: &[i32], n: usize) -> Vec<usize> {
        spread(days, n, |_| 0)
            .iter()
            .map(|tries| tries[0])
            .collect()
    }

    #[test]
    fn every_day_has_its_turn() {
        // Ten files on the first day, one on each of the two others.
        let days = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3];
        assert_eq!(first_tries(&days, 3), [4, 10, 11]);
        assert_eq!(first_tries(&days, 4), [2, 7, 10, 11]);
        assert_eq!(first_tries(&days, 1), [5]);
        assert_eq!(first_tries(&days, 2), [4, 10]);
        assert_eq!(first_tries(&days, 50).len(), 12);
        assert_eq!(first_tries(&[], 3), [0; 0]);
        assert_eq!(first_tries(&days, 0), [0; 0]);
    }

    #[test]
    fn what_small_rows_leave_goes_to_large_ones() {
        assert_eq!(share(&[2, 2, 90], 24, 28), 24);
        assert_eq!(share(&[30, 30, 30], 24, 30), 10);
        assert_eq!(share(&[30, 2, 30], 24, 30), 14);
        assert_eq!(share(&[5; 100], 24, 3), 1, "one of each is tried");
        assert_eq!(share(&[5; 100], 0, 3), 0);
        assert_eq!(share(&[], 12, 0), 12);
    }

    #[test]
    fn what_ranks_first_is_tried_first() {
        let days = [1; 9];
        let rank = |file| u8::from(file != 8);
        assert_eq!(spread(&days, 1, rank), [vec![8, 4, 3]]);
    }

    proptest! {
        #[test]
        fn choices_are_apart_and_cover_the_days(
            counts in prop::collection::vec(1..6_usize, 1..20),
            n in 1..40_usize,
        ) {
            let days: Vec<i32> = (0..).zip(&counts).flat_map(|(day, count)| vec![day; *count]).collect();
            let chosen = spread(&days, n, |_| 0);
            prop_assert_eq!(chosen.len(), n.min(days.len()));
            let mut tried: Vec<usize> = chosen.concat();
            tried.sort_unstable();
            let all = tried.len();
            tried.dedup();
            prop_assert_eq!(tried.len(), all);
            prop_assert!(chosen.is_sorted_by_key(|tries| tries[0]));
            let mut seen: Vec<i32> = chosen.iter().map(|tries| days[tries[0]]).collect();
            seen.dedup();
            // As many days as there can be.
            prop_assert_eq!(seen.len(), n.min(counts.len()));
        }
    }
}
