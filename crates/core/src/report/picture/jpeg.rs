//! JPEGs: whole, or at an eighth where that is as large as is wanted.

use std::ops::Range;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::eighth::JpegHeader;
use super::limits::{DecodeFailure, MOST_PIXELS, MOST_SCANS, take};
use super::raster::{Mean, Raster};
use crate::media::source::Source;
use crate::report::budget::Budget;

/// The picture that lies in that part of a file, for one whose longest side is to be `side`.
pub(super) fn decoded(
    source: &mut Source,
    range: Range<u64>,
    side: usize,
    budget: &Budget,
) -> Result<Raster, DecodeFailure> {
    let mut reader = source.reader(range.clone());
    let head = JpegHeader::read(&mut reader).ok_or(DecodeFailure::Damaged)?;
    let (width, height) = (head.width, head.height);
    if width
        .checked_mul(height)
        .is_none_or(|all| all > MOST_PIXELS)
    {
        return Err(DecodeFailure::TooLarge);
    }
    let at_an_eighth = head.is_usual() && is_enough(width.max(height) / 8, side);
    if !at_an_eighth {
        let bytes = head.bytes_of_whole() + Mean::bytes(width, height, false);
        match take(budget, bytes) {
            Ok(_share) => return whole(source, range).ok_or(DecodeFailure::Damaged),
            // A smaller picture than wanted is better than none.
            Err(DecodeFailure::TooLarge) if head.is_usual() => {}
            Err(failure) => return Err(failure),
        }
    }
    let _share = take(budget, head.bytes_of_eighth())?;
    head.eighth(&mut reader).ok_or(DecodeFailure::Damaged)
}

/// Whether a picture of one side does for one that is wanted: a fifth less is hardly seen.
pub(super) fn is_enough(side: usize, wanted: usize) -> bool {
    side >= least_of(wanted)
}

/// The least side that does for one that is wanted.
pub(super) fn least_of(wanted: usize) -> usize {
    (wanted * 4).div_ceil(5)
}

/// Every pixel, and their means.
fn whole(source: &mut Source, range: Range<u64>) -> Option<Raster> {
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_max_scans(MOST_SCANS)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(source.reader(range), options);
    let pixels = decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    drop(decoder);
    let mut mean = Mean::of_rows(width, height);
    for (y, row) in pixels.chunks_exact(width * 3).enumerate() {
        mean.row(y, row.as_chunks().0.iter().copied());
    }
    mean.raster()
}
