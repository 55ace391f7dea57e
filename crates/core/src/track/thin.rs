//! Which steps of a history are kept.
//!
//! Each full hour of UTC is thinned by itself, so that two exports of one history keep the
//! same of what both have. The first and the last step of the hour are kept; of those between
//! two kept ones the farthest from where [`Leg::at`] says that somebody was then, if
//! that is more than [`THINNED_WITHIN`], or if the two are too far apart for anybody to
//! interpolate; and so on between each two (Douglas and Peucker's way, with time).

use super::step::{Leg, MOST_APART, TrackStep};
use crate::capture::position::Metres;

/// How far from where it was a position may come out that was not kept.
pub const THINNED_WITHIN: Metres = Metres(50.0);

const HOUR: u32 = 3_600;

/// Takes steps in order and hands on those that are kept.
#[derive(Debug, Default)]
pub(super) struct Thinner {
    hour: Vec<TrackStep>,
    kept: Vec<TrackStep>,
    /// Scratch: parts of the hour that are looked at later, by first and last index.
    parts: Vec<(usize, usize)>,
}

impl Thinner {
    /// Steps come in order; of several at one time the first counts.
    pub(super) fn push(&mut self, step: TrackStep) {
        if let Some(last) = self.hour.last() {
            if last.time == step.time {
                return;
            }
            if last.time / HOUR != step.time / HOUR {
                self.end_hour();
            }
        }
        self.hour.push(step);
    }

    pub(super) fn finish(mut self) -> Vec<TrackStep> {
        self.end_hour();
        self.kept
    }

    fn end_hour(&mut self) {
        let hour = &self.hour;
        let Some(last) = hour.len().checked_sub(1) else {
            return;
        };
        self.kept.push(hour[0]);
        if last > 0 {
            self.parts.push((0, last));
        }
        // The earlier part is on top, so that steps come out in order.
        while let Some((from, to)) = self.parts.pop() {
            match farthest(&hour[from..=to]) {
                Some(middle) => {
                    self.parts.push((from + middle, to));
                    self.parts.push((from, from + middle));
                }
                None => self.kept.push(hour[to]),
            }
        }
        self.hour.clear();
    }
}

/// The step that has to be kept between the first and the last one, if any.
fn farthest(part: &[TrackStep]) -> Option<usize> {
    let (&first, &last) = (part.first()?, part.last()?);
    let mut farthest = None;
    if part.len() > 2 {
        let leg = Leg::new(first, last);
        let mut most = if leg.length() > MOST_APART {
            Metres(-1.0)
        } else {
            THINNED_WITHIN
        };
        for (index, step) in part.iter().enumerate().take(part.len() - 1).skip(1) {
            let off = leg.at(step.instant()).distance(step.position());
            if off > most {
                most = off;
                farthest = Some(index);
            }
        }
    }
    farthest
}
