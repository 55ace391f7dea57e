//! Steps in order as differences, in variable-length integers: three to six bytes each.

use super::step::TrackStep;
use crate::text::signed;

/// Appends steps one by one.
#[derive(Debug, Default)]
pub(super) struct Packer {
    bytes: Vec<u8>,
    before: (i64, i64, i64),
}

impl Packer {
    pub(super) fn push(&mut self, step: TrackStep) {
        let (time, lat, lon) = self.before;
        let now = (
            i64::from(step.time),
            i64::from(step.lat),
            i64::from(step.lon),
        );
        for difference in [now.0 - time, now.1 - lat, now.2 - lon] {
            signed(&mut self.bytes, difference);
        }
        self.before = now;
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.bytes.shrink_to_fit();
        self.bytes
    }
}

/// Takes steps out of packed bytes; `None` in place of one that is none, after which there
/// are no more.
#[derive(Debug)]
pub(super) struct Unpacker<B> {
    bytes: B,
    at: usize,
    before: (i64, i64, i64),
}

impl<B: AsRef<[u8]>> Unpacker<B> {
    pub(super) fn new(bytes: B) -> Self {
        Self {
            bytes,
            at: 0,
            before: (0, 0, 0),
        }
    }

    fn difference(&mut self) -> Option<i64> {
        let mut number = 0u64;
        // All differences are below 2^34.
        for shift in (0..35).step_by(7) {
            let byte = *self.bytes.as_ref().get(self.at)?;
            self.at += 1;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed());
            }
        }
        None
    }

    fn step(&mut self) -> Option<TrackStep> {
        let (time, lat, lon) = self.before;
        let now = (
            time + self.difference()?,
            lat + self.difference()?,
            lon + self.difference()?,
        );
        self.before = now;
        TrackStep::new(now.0, now.1, now.2)
    }
}

impl<B: AsRef<[u8]>> Iterator for Unpacker<B> {
    type Item = Option<TrackStep>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.bytes.as_ref().len() {
            return None;
        }
        let step = self.step();
        if step.is_none() {
            self.at = usize::MAX;
        }
        Some(step)
    }
}
