//! What pictures are refused, and the memory that decoding them may take.

use crate::report::budget::{Budget, Share};

/// The most pixels that are decoded: 20,000 × 20,000. The limit is for the time that decoding
/// takes; memory has its own in the budget.
pub(super) const MOST_PIXELS: usize = 400_000_000;
/// The most scans of a JPEG. Each goes over the whole picture.
pub(super) const MOST_SCANS: usize = 64;
/// What decoding takes beside the estimate of a decoder: the window in which a file is
/// read, the stack, and the small picture with its encoder.
pub(super) const BESIDE: usize = 1024 * 1024;

/// Why there are no pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecodeFailure {
    TooLarge,
    Damaged,
}

/// The share of a decoder that estimates to allocate so many bytes.
pub(super) fn take(budget: &Budget, bytes: usize) -> Result<Share<'_>, DecodeFailure> {
    let share = budget.take(bytes.saturating_add(BESIDE));
    share.ok_or(DecodeFailure::TooLarge)
}
