//! Maximal scoring segments: where a thing is seen often.

/// One candidate: its first and last position, and the total score before and after it.
struct Candidate {
    first: i32,
    last: i32,
    before: f64,
    after: f64,
}

/// Stretches of `active` in which the share that is `seen` stays above `rate`: all maximal
/// scoring segments, in order, where one that is seen scores (1 − rate)/rate and one that
/// is not −1. Both lists are sorted and unique, every `seen` stands in `active`.
///
/// After Ruzzo and Tompa, "A linear time algorithm for finding all maximal scoring
/// subsequences" (1999).
pub(super) fn segments(seen: &[i32], active: &[i32], rate: f64) -> Vec<(i32, i32)> {
    let gain = (1.0 - rate) / rate;
    let mut total = 0.0;
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut seen = seen.iter().copied().peekable();
    for &at in active {
        if seen.next_if_eq(&at).is_none() {
            total -= 1.0;
            continue;
        }
        let mut new = Candidate {
            first: at,
            last: at,
            before: total,
            after: total + gain,
        };
        total += gain;
        // The last one that starts lower may be extended by the new one.
        while let Some(lower) = candidates.iter().rposition(|one| one.before < new.before) {
            if candidates[lower].after >= new.after {
                break;
            }
            new.first = candidates[lower].first;
            new.before = candidates[lower].before;
            candidates.truncate(lower);
        }
        candidates.push(new);
    }
    let span = |one: &Candidate| (one.first, one.last);
    candidates.iter().map(span).collect()
}
