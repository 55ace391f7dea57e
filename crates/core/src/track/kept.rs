//! What is kept of location histories, and the look-up by instant.

use super::fix::Fix;
use super::gather::Gatherer;
use super::pack::{Packer, Unpacker};
use super::step::{Leg, MOST_APART, MOST_SECONDS, TrackStep};
use crate::capture::position::Position;
use crate::text::{base64, from_base64};

/// A history as a dataset keeps it: at most one position a second, in the order of time,
/// to 1.1 m, and thinned so that no position that was left out is more than
/// [`THINNED_WITHIN`](super::THINNED_WITHIN) from where [`Track::at`] says. It is the same
/// in whatever order the fixes came.
///
/// ```
/// use imm_cluster_core::capture::position::Position;
/// use imm_cluster_core::track::{Fix, Track, TrackedBy};
///
/// let fix = |instant, lat, lon| {
///     Position::new(lat, lon).map(|position| Fix { instant, position, accuracy: None })
/// };
/// let track = Track::of([fix(1_700_003_000, 45.2, 5.7)?, fix(1_700_001_200, 45.0, 5.7)?]);
/// let tracked = track.at(1_700_002_100).ok_or("nowhere")?;
/// assert_eq!(tracked.position, Position::new(45.1, 5.7)?);
/// assert_eq!((tracked.by, tracked.seconds), (TrackedBy::Between, 900));
///
/// let text = track.pack();
/// assert_eq!(Track::unpack(&text), Some(track));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Track {
    /// By strictly ascending time.
    steps: Vec<TrackStep>,
}

/// Where somebody was at an instant, by a [`Track`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tracked {
    /// Where.
    pub position: Position,
    /// Seconds between the instant and the nearest fix of the track: 0 to [`MOST_SECONDS`].
    pub seconds: u32,
    /// How it is known.
    pub by: TrackedBy,
}

/// How a position of a [`Tracked`] is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackedBy {
    /// Interpolated between a fix before and one after, or there is a fix of that second.
    Between,
    /// It is that of the nearest fix.
    Near,
}

impl Track {
    /// The track of these fixes, in any order. Of several in one second the most southern
    /// one counts, then the most western. A fix before 1990 or after 2099 is left out.
    pub fn of(fixes: impl IntoIterator<Item = Fix>) -> Self {
        let mut gatherer = Gatherer::default();
        fixes.into_iter().for_each(|fix| gatherer.push(&fix));
        Self::gathered(gatherer)
    }

    pub(super) fn gathered(gatherer: Gatherer) -> Self {
        Self {
            steps: gatherer.finish(),
        }
    }

    /// All that several tracks keep, of one second as in [`Track::of`]. It does not depend on
    /// their order, on how often one is among them, or on which were merged before. Nothing
    /// is thinned again, so that the bound of each track stays what it is.
    pub fn merge<'a>(tracks: impl IntoIterator<Item = &'a Track>) -> Self {
        let tracks = tracks.into_iter();
        let mut steps: Vec<TrackStep> = tracks.flat_map(|track| &track.steps).copied().collect();
        // Those of one track are in order, which a stable sort makes use of.
        steps.sort();
        steps.dedup_by_key(|step| step.time);
        Self { steps }
    }

    /// How many fixes are kept.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The fixes that are kept, in the order of time, without their accuracy.
    pub fn fixes(&self) -> impl ExactSizeIterator<Item = Fix> {
        self.steps.iter().map(|step| Fix {
            instant: step.instant(),
            position: step.position(),
            accuracy: None,
        })
    }

    /// Where somebody was at an instant, in seconds since 1970-01-01 in UTC.
    ///
    /// With a fix on both sides, each at most [`MOST_SECONDS`] away and both at most
    /// [`MOST_APART`] from each other: on the great circle between them, at one speed. Else
    /// at the nearest fix that is at most [`MOST_SECONDS`] away, the earlier of two equally
    /// near ones. Else nobody knows.
    pub fn at(&self, instant: i64) -> Option<Tracked> {
        let split = (self.steps).partition_point(|step| step.instant() < instant);
        let away = |step: &TrackStep| step.instant().abs_diff(instant);
        let near = |step: &&TrackStep| away(step) <= MOST_SECONDS.unsigned_abs();
        let after = self.steps.get(split).filter(near);
        let before = match after {
            Some(exact) if exact.instant() == instant => after,
            _ => (split.checked_sub(1))
                .and_then(|before| self.steps.get(before))
                .filter(near),
        };
        let nearest = [before, after]
            .into_iter()
            .flatten()
            .min_by_key(|s| away(s))?;
        let between = before
            .zip(after)
            .map(|(before, after)| Leg::new(*before, *after))
            .filter(|leg| leg.length() <= MOST_APART);
        let (position, by) = match between {
            Some(leg) => (leg.at(instant), TrackedBy::Between),
            None => (nearest.position(), TrackedBy::Near),
        };
        Some(Tracked {
            position: Position::rounded(position.lat(), position.lon()),
            seconds: u32::try_from(away(nearest)).unwrap_or(u32::MAX),
            by,
        })
    }

    /// The track as a text of letters, digits, `+`, `/` and `=`, about six bytes a fix: the
    /// same for the same track. [`Track::unpack`] has the way back.
    pub fn pack(&self) -> String {
        let mut packer = Packer::default();
        self.steps.iter().for_each(|step| packer.push(*step));
        base64(&packer.finish())
    }

    /// The track that [`Track::pack`] made the text of; `None` for any other text.
    pub fn unpack(text: &str) -> Option<Self> {
        let steps: Vec<TrackStep> = Unpacker::new(from_base64(text)?).collect::<Option<_>>()?;
        let in_order = steps.windows(2).all(|pair| pair[0].time < pair[1].time);
        let track = Self { steps };
        // One number can be written in several ways; only one of them is ours.
        (in_order && track.pack() == text).then_some(track)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::capture::position::Metres;
    use crate::track::{Fix, THINNED_WITHIN};

    const START: i64 = 1_700_000_000;

    fn fix(seconds: i64, lat: f64, lon: f64) -> Fix {
        Fix {
            instant: START + seconds,
            position: Position::new(lat, lon).unwrap(),
            accuracy: None,
        }
    }

    fn at(track: &Track, seconds: i64) -> Option<(f64, f64, u32, TrackedBy)> {
        let Tracked {
            position,
            seconds,
            by,
        } = track.at(START + seconds)?;
        Some((position.lat(), position.lon(), seconds, by))
    }

    #[test]
    fn between_two_fixes_it_is_interpolated_and_beside_one_the_nearest() {
        use TrackedBy::{Between, Near};
        let track = Track::of([
            fix(0, 45.0, 5.0),
            fix(7_200, 45.0, 5.0),
            fix(20_000, 46.0, 5.0),
        ]);
        assert_eq!(at(&track, -3_601), None);
        assert_eq!(at(&track, -3_600), Some((45.0, 5.0, 3_600, Near)));
        assert_eq!(at(&track, 0), Some((45.0, 5.0, 0, Between)));
        assert_eq!(at(&track, 3_600), Some((45.0, 5.0, 3_600, Between)));
        // One side is more than an hour away.
        assert_eq!(at(&track, 3_601), Some((45.0, 5.0, 3_599, Near)));
        assert_eq!(at(&track, 12_000), None);
        assert_eq!(at(&track, 20_000 - 3_600), Some((46.0, 5.0, 3_600, Near)));
        assert_eq!(at(&track, 23_601), None);
        assert_eq!(Track::default().at(START), None);
        assert_eq!(track.at(i64::MIN), None);
        assert_eq!(track.at(i64::MAX), None);
    }

    #[test]
    fn over_more_than_a_hundred_kilometres_nobody_interpolates() {
        let near = Track::of([fix(0, 45.0, 5.0), fix(1_000, 45.89, 5.0)]);
        assert_eq!(at(&near, 500), Some((45.445, 5.0, 500, TrackedBy::Between)));
        let far = Track::of([fix(0, 45.0, 5.0), fix(1_000, 45.91, 5.0)]);
        assert_eq!(at(&far, 499), Some((45.0, 5.0, 499, TrackedBy::Near)));
        assert_eq!(at(&far, 500), Some((45.0, 5.0, 500, TrackedBy::Near)));
        assert_eq!(at(&far, 501), Some((45.91, 5.0, 499, TrackedBy::Near)));
    }

    #[test]
    fn the_antimeridian_is_crossed_the_short_way() {
        let track = Track::of([fix(0, -17.0, 179.9), fix(100, -17.0, -179.9)]);
        let (lat, lon, ..) = at(&track, 50).unwrap();
        assert!(
            lon.abs() > 179.999 && (lat + 17.0).abs() < 0.001,
            "{lat} {lon}"
        );
    }

    #[test]
    fn what_lies_on_the_way_is_left_out() {
        // An hour that begins with START + 2,800 in UTC.
        let steady = (0..3_600).map(|s| fix(2_800 + i64::from(s), 45.0, 5.0 + 1e-4 * f64::from(s)));
        assert_eq!(Track::of(steady).len(), 2);
        let mut with_detour: Vec<_> = (0..60).map(|m| fix(2_800 + 60 * m, 45.0, 5.0)).collect();
        with_detour[30].position = Position::new(45.001, 5.0).unwrap();
        let track = Track::of(with_detour);
        let minutes: Vec<_> = track
            .fixes()
            .map(|fix| (fix.instant - START - 2_800) / 60)
            .collect();
        assert_eq!(minutes, [0, 29, 30, 31, 59]);
    }

    #[test]
    fn a_flight_keeps_what_bounds_it() {
        // 900 km in an hour, straight: the ends alone would not be interpolated.
        let flight =
            (0..60).map(|m| fix(2_800 + 60 * i64::from(m), 40.0 + 0.135 * f64::from(m), 5.0));
        let track = Track::of(flight.clone());
        for fix in flight {
            let tracked = track.at(fix.instant).unwrap();
            assert_eq!(tracked.by, TrackedBy::Between);
            assert!(tracked.position.distance(fix.position) < Metres(52.0));
        }
        assert!(track.len() < 20, "{}", track.len());
    }

    #[test]
    fn only_packed_tracks_are_unpacked() {
        let track = Track::of([fix(0, 45.0, 5.0), fix(60, -45.0, -180.0)]);
        let text = track.pack();
        assert_eq!(Track::unpack(&text).unwrap(), track);
        assert_eq!(Track::unpack(""), Some(Track::default()));
        let bytes = from_base64(&text).unwrap();
        for cut in 1..bytes.len() {
            let unpacked = Track::unpack(&base64(&bytes[..cut]));
            assert!(unpacked.is_none_or(|some| some.len() == 1), "{cut}");
        }
        assert_eq!(Track::unpack(&format!("{text}=")), None);
        // A zero in two bytes, no time between two steps, and a latitude of 91°.
        for bytes in [
            &[0x80, 0, 2, 2][..],
            &[2, 2, 2, 0, 2, 2],
            &[2, 0x80, 0xCB, 0xD7, 0x08, 0],
        ] {
            assert_eq!(Track::unpack(&base64(bytes)), None, "{bytes:x?}");
        }
        assert_eq!(Track::unpack(&track.pack()), Some(track));
        assert_eq!(Track::unpack("AAA"), None);
    }

    /// A history that moves, rests and jumps.
    fn history() -> impl Strategy<Value = Vec<Fix>> {
        let leg = (0..4_000_i64, -0.03..0.03_f64, -0.03..0.03_f64, 0..12_u8);
        proptest::collection::vec(leg, 0..200).prop_map(|legs| {
            let (mut time, mut lat, mut lon) = (0, 45.0, 179.9);
            let mut fixes = Vec::new();
            for (seconds, north, east, kind) in legs {
                time += if kind < 10 { seconds / 40 } else { seconds };
                match kind {
                    0..=5 => {}
                    6..=10 => (lat, lon) = (lat + north, lon + east),
                    _ => (lat, lon) = (lat + 30.0 * north, lon + 30.0 * east),
                }
                let position = Position::clamped(lat.clamp(-89.0, 89.0), lon);
                fixes.push(Fix {
                    instant: START + time,
                    position,
                    accuracy: None,
                });
            }
            fixes
        })
    }

    /// The rule of look-up by a scan over all fixes.
    #[expect(clippy::cast_precision_loss, reason = "some hours at most")]
    fn scanned(track: &Track, instant: i64) -> Option<(Position, i64, TrackedBy)> {
        let fixes: Vec<Fix> = track.fixes().collect();
        let before = fixes.iter().rfind(|fix| fix.instant <= instant);
        let after = fixes.iter().find(|fix| fix.instant >= instant);
        let gap = |fix: &Fix| (fix.instant - instant).abs();
        if let (Some(before), Some(after)) = (before, after)
            && gap(before) <= 3_600
            && gap(after) <= 3_600
            && before.position.distance(after.position).0 <= 100_000.0
        {
            let whole = (after.instant - before.instant).max(1) as f64;
            let share = (instant - before.instant) as f64 / whole;
            let position = before.position.towards(after.position, share);
            let seconds = gap(before).min(gap(after));
            return Some((position, seconds, TrackedBy::Between));
        }
        let nearest = fixes.iter().min_by_key(|fix| gap(fix))?;
        let seconds = gap(nearest);
        (seconds <= 3_600).then_some((nearest.position, seconds, TrackedBy::Near))
    }

    proptest! {
        #[test]
        fn what_is_left_out_is_told_within_the_bound(fixes in history()) {
            let track = Track::of(fixes.iter().copied());
            for (index, fix) in fixes.iter().enumerate() {
                let same = |other: &&Fix| other.instant == fix.instant;
                if fixes.iter().filter(same).count() > 1 {
                    continue;
                }
                let tracked = track.at(fix.instant).unwrap();
                prop_assert_eq!(tracked.by, TrackedBy::Between);
                let off = tracked.position.distance(fix.position);
                // A metre for each of the roundings.
                prop_assert!(off.0 <= THINNED_WITHIN.0 + 2.0, "{} of fix {}", off, index);
            }
        }

        #[test]
        fn look_up_is_that_of_a_scan(fixes in history(), around in -5_000..800_000_i64) {
            let track = Track::of(fixes);
            let mut instants: Vec<i64> = (0..40).map(|i| START + around + i * 977).collect();
            instants.extend(track.fixes().flat_map(|fix| {
                [-3_601, -3_600, -1, 0, 1, 1_800, 3_600, 3_601].map(|by| fix.instant + by)
            }));
            for instant in instants {
                let found = track.at(instant);
                let Some((position, seconds, by)) = scanned(&track, instant) else {
                    prop_assert_eq!(found, None);
                    continue;
                };
                let found = found.unwrap();
                prop_assert_eq!((i64::from(found.seconds), found.by), (seconds, by));
                prop_assert!(found.position.distance(position).0 < 0.2);
            }
        }

        #[test]
        fn order_does_not_matter(fixes in history(), seed in any::<u64>()) {
            let track = Track::of(fixes.iter().copied());
            let mut mixed = fixes;
            mixed.sort_by_key(|fix| {
                (fix.instant.cast_unsigned() ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            });
            prop_assert_eq!(&Track::of(mixed.iter().copied()), &track);
            // What is kept is kept again.
            prop_assert_eq!(&Track::of(track.fixes()), &track);
            prop_assert_eq!(Track::unpack(&track.pack()).unwrap(), track);
        }

        #[test]
        fn files_that_are_split_by_the_hour_are_one(fixes in history(), at in 0..200_usize) {
            let whole = Track::of(fixes.iter().copied());
            let split = fixes.get(at).map_or(START, |fix| fix.instant / 3_600 * 3_600);
            let [early, late]: [Vec<Fix>; 2] = {
                let (early, late) = fixes.iter().partition(|fix| fix.instant < split);
                [early, late]
            };
            let (early, late) = (Track::of(early), Track::of(late));
            prop_assert_eq!(&Track::merge([&early, &late]), &whole);
            prop_assert_eq!(&Track::merge([&late, &early, &late]), &whole);
            prop_assert_eq!(&Track::merge([&whole, &early]), &whole);
        }

        #[test]
        fn files_that_are_split_anywhere_keep_the_bound(fixes in history(), at in 0..200_usize) {
            let split = fixes.get(at).map_or(START, |fix| fix.instant);
            let (early, late): (Vec<Fix>, Vec<Fix>) =
                fixes.iter().partition(|fix| fix.instant < split);
            let track = Track::merge([&Track::of(early), &Track::of(late)]);
            for fix in &fixes {
                let same = |other: &&Fix| other.instant == fix.instant;
                if fixes.iter().filter(same).count() == 1 {
                    let off = track.at(fix.instant).unwrap().position.distance(fix.position);
                    prop_assert!(off.0 <= THINNED_WITHIN.0 + 2.0, "{}", off);
                }
            }
        }

        #[test]
        fn merging_is_a_union(a in history(), b in history(), c in history()) {
            let [a, b, c] = [a, b, c].map(Track::of);
            let all = Track::merge([&a, &b, &c]);
            prop_assert_eq!(&Track::merge([&Track::merge([&c, &a]), &b]), &all);
            prop_assert_eq!(&Track::merge([&a, &Track::merge([&b, &c])]), &all);
            prop_assert_eq!(&Track::merge([&all, &a]), &all);
        }
    }
}
