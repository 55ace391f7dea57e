//! Fixes in any order to the steps that are kept, in a few bytes for each fix.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::fix::Fix;
use super::pack::{Packer, Unpacker};
use super::step::TrackStep;
use super::thin::Thinner;

/// As many steps are sorted and packed at a time: few in tests, whose histories are short.
const BLOCK: usize = if cfg!(test) { 1 << 4 } else { 1 << 16 };

/// Takes fixes in any order. Only when all are there it is known which belong to an hour, so
/// that all have to be held: sorted in blocks and packed, at three to six bytes each.
#[derive(Debug, Default)]
pub(super) struct Gatherer {
    recent: Vec<TrackStep>,
    blocks: Vec<Vec<u8>>,
}

impl Gatherer {
    pub(super) fn push(&mut self, fix: &Fix) {
        self.recent.extend(TrackStep::of(fix));
        if self.recent.len() >= BLOCK {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        self.recent.sort_unstable();
        self.recent.dedup_by_key(|step| step.time);
        let mut packer = Packer::default();
        self.recent.drain(..).for_each(|step| packer.push(step));
        self.blocks.push(packer.finish());
    }

    /// The steps that are kept, in order.
    pub(super) fn finish(mut self) -> Vec<TrackStep> {
        self.end_block();
        let mut blocks: Vec<_> = self.blocks.into_iter().map(Unpacker::new).collect();
        let mut next = BinaryHeap::new();
        let mut thinner = Thinner::default();
        for block in 0..blocks.len() {
            take(&mut blocks, block, &mut next);
        }
        while let Some(Reverse((step, block))) = next.pop() {
            thinner.push(step);
            take(&mut blocks, block, &mut next);
        }
        thinner.finish()
    }
}

/// Takes the next step of a block. One that is used up gives its memory back.
fn take(
    blocks: &mut [Unpacker<Vec<u8>>],
    block: usize,
    next: &mut BinaryHeap<Reverse<(TrackStep, usize)>>,
) {
    match blocks[block].next() {
        Some(step) => next.extend(step.map(|step| Reverse((step, block)))),
        None => blocks[block] = Unpacker::new(Vec::new()),
    }
}
