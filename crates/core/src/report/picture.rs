//! One file to one small JPEG: the one that it carries, or one made of the big one.

#[cfg(test)]
mod counted;
mod eighth;
#[cfg(feature = "heic")]
mod heic;
mod jpeg;
mod limits;
mod png;
#[cfg(feature = "heic")]
mod profile;
mod raster;
#[cfg(test)]
mod tests;
mod webp;

use std::io;
use std::path::Path;

use super::budget::{Budget, MOST_DECODING};
use super::frame::MakeFrame;
use crate::disk::is_in_cloud;
use crate::media::format::Format;
use crate::media::preview;
use crate::media::source::Source;
use crate::media::{Unreadable, guarded};
use limits::DecodeFailure;
use raster::{Raster, Turned};

/// The longest side of a small picture that is taken as it is.
const LONGEST_SIDE: u16 = 480;
/// The memory that looking for a small picture takes: metadata of at most 1 MiB, and the
/// window in which it is read.
const FINDING: usize = 3 * 1024 * 1024;
/// What a frame of a video counts for: half of all there is, so that at most two programs run at
/// the same time. What they take themselves is not in it.
const FOR_FRAME: usize = MOST_DECODING / 2;

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PictureOutcome {
    /// A small JPEG.
    Picture(Vec<u8>),
    /// Nothing, as it would take too much memory or time.
    TooLarge,
    /// Nothing, as the system does not let it be read.
    Unreadable,
    /// Nothing, as it is not there or cannot be decoded.
    Nothing,
}

/// The small JPEG of a file, of at most so many bytes. A panic in a decoder counts as
/// nothing.
pub(super) fn of(
    path: &Path,
    format: Format,
    most: usize,
    budget: &Budget,
    make_frame: Option<MakeFrame<'_>>,
) -> PictureOutcome {
    if is_in_cloud(path) {
        return PictureOutcome::Nothing;
    }
    let made = || match make_frame {
        Some(make_frame) if format.is_video() => frame(path, format, most, budget, make_frame),
        _ => read(path, format, most, budget),
    };
    let read = || match made() {
        Ok(made) => made,
        Err(Unreadable::Io(error)) if error.kind() != io::ErrorKind::NotFound => {
            PictureOutcome::Unreadable
        }
        Err(_) => PictureOutcome::Nothing,
    };
    guarded(read).unwrap_or(PictureOutcome::Nothing)
}

/// Width, height and bytes of what is made of a JPEG by its first coefficients alone, for the fuzz
/// target: there small pictures are made that way too, and huge ones are not.
pub fn eighth_of(bytes: &[u8]) -> Option<[usize; 3]> {
    const MOST_BLOCKS: usize = 1 << 16;
    let mut source = Source::from_bytes(bytes.to_vec());
    let mut reader = source.reader(0..u64::MAX);
    let head = eighth::JpegHeader::read(&mut reader)?;
    let [width, height] = [head.width, head.height].map(|side| side.div_ceil(8));
    let is_small = width.checked_mul(height)? <= MOST_BLOCKS;
    let made = (head.is_usual() && is_small).then(|| head.eighth(&mut reader))??;
    Some([made.width, made.height, made.rgb.len()])
}

/// Width, height and bytes of what is made of a HEIC photo where little and where much is wanted,
/// for the fuzz target: there only small pictures are decoded.
#[cfg(feature = "heic")]
pub fn heic_of(bytes: &[u8]) -> Vec<[usize; 3]> {
    const LITTLE_MEMORY: usize = 16 * 1024 * 1024;
    let budget = Budget::new(LITTLE_MEMORY);
    let made = [100, 2000].into_iter().filter_map(|side| {
        let mut source = Source::from_bytes(bytes.to_vec());
        heic::decoded(&mut source, side, &budget).ok()
    });
    made.map(|Turned { raster, .. }| [raster.width, raster.height, raster.rgb.len()])
        .collect()
}

/// Whether pictures of that format may be had.
pub(super) fn is_shown(format: Format) -> bool {
    !format.is_video()
        && !matches!(
            format,
            Format::Gif
                | Format::Jxl
                | Format::Jp2
                | Format::Jxr
                | Format::Livp
                | Format::Crw
                | Format::Mrw
                | Format::X3f
        )
}

/// Whether a picture of that format is most likely made, when it is tried. Other photos
/// seldom carry a JPEG, and of a video another program is asked.
pub(super) fn is_likely(format: Format) -> bool {
    let is_coded = match format {
        Format::Heic | Format::Heif => !cfg!(feature = "heic"),
        _ => format == Format::Avif,
    };
    !is_coded && !format.is_video()
}

/// The small JPEG of a frame of a video.
fn frame(
    path: &Path,
    format: Format,
    most: usize,
    budget: &Budget,
    make_frame: MakeFrame<'_>,
) -> Result<PictureOutcome, Unreadable> {
    // A pipe is not handed on, and a file that cannot be read is told as such.
    drop(Source::open(path, None)?);
    let _share = budget.take(FOR_FRAME);
    let raster = make_frame(path, format, raster::side_of(most))
        .and_then(|frame| Raster::new(frame.width, frame.height, frame.rgb));
    let jpeg = raster.and_then(|raster| raster.encoded(1, most));
    Ok(jpeg.map_or(PictureOutcome::Nothing, PictureOutcome::Picture))
}

fn read(
    path: &Path,
    format: Format,
    most: usize,
    budget: &Budget,
) -> Result<PictureOutcome, Unreadable> {
    let mut source = Source::open(path, None)?;
    let made = from_source(&mut source, format, most, budget);
    // A decoder makes a picture of what it got, or none, and does not say why.
    if source.has_failed() {
        return Ok(PictureOutcome::Unreadable);
    }
    made
}

fn from_source(
    source: &mut Source,
    format: Format,
    most: usize,
    budget: &Budget,
) -> Result<PictureOutcome, Unreadable> {
    let wanted = raster::side_of(most);
    let finding = budget.take(FINDING);
    // A damaged Exif block costs only what it holds.
    let embedded = match preview::find(source, format, jpeg::least_of(wanted)) {
        Err(Unreadable::Malformed(_)) => preview::EmbeddedPreviews::default(),
        found => found?,
    };
    source.rest();
    drop(finding);
    let orientation = embedded.orientation;
    // The block that turns it has 36 bytes.
    let small = (embedded.jpeg.as_ref())
        .filter(|jpeg| longest(jpeg) <= usize::from(LONGEST_SIDE) && jpeg.bytes.len() + 36 <= most);
    let as_it_is = |jpeg: &preview::Jpeg| {
        let jpeg = jpeg.clone();
        PictureOutcome::Picture(jpeg.turned(orientation).bytes)
    };
    if let Some(jpeg) = small.filter(|jpeg| jpeg::is_enough(longest(jpeg), wanted)) {
        return Ok(as_it_is(jpeg));
    }
    let whole = whole(source, format, &embedded, wanted, budget);
    // What a file carries stands in for what cannot be decoded, or is smaller than that.
    let beside = small.filter(|jpeg| {
        let decoded = whole.as_ref().and_then(|whole| whole.as_ref().ok());
        decoded.is_none_or(|whole| whole.raster.width.max(whole.raster.height) < longest(jpeg))
    });
    if let Some(jpeg) = beside {
        return Ok(as_it_is(jpeg));
    }
    let made = match (whole, embedded.jpeg) {
        (None | Some(Err(_)), Some(jpeg)) => {
            let mut inner = Source::from_bytes(jpeg.bytes);
            jpeg::decoded(&mut inner, 0..u64::MAX, wanted, budget).map(turned_by(orientation))
        }
        (Some(whole), _) => whole,
        (None, None) => return Ok(PictureOutcome::Nothing),
    };
    Ok(match made {
        Ok(whole) => (whole.raster.encoded(whole.orientation, most))
            .map_or(PictureOutcome::Nothing, PictureOutcome::Picture),
        Err(DecodeFailure::TooLarge) => PictureOutcome::TooLarge,
        Err(DecodeFailure::Damaged) => PictureOutcome::Nothing,
    })
}

/// What decoders make of a file; `None` where there is no decoder for it.
fn whole(
    source: &mut Source,
    format: Format,
    embedded: &preview::EmbeddedPreviews,
    wanted: usize,
    budget: &Budget,
) -> Option<Result<Turned, DecodeFailure>> {
    #[cfg(feature = "heic")]
    if matches!(format, Format::Heic | Format::Heif) {
        let made = heic::decoded(source, wanted, budget);
        // The picture may be a JPEG.
        if made.is_ok() || embedded.large.is_none() {
            return Some(made);
        }
    }
    let made = match (format, &embedded.large) {
        (Format::Jpeg, _) => jpeg::decoded(source, 0..u64::MAX, wanted, budget),
        (Format::Png, _) => png::decoded(source, budget),
        (Format::WebP, _) => webp::decoded(source, budget),
        (_, Some(range)) => jpeg::decoded(source, range.clone(), wanted, budget),
        _ => return None,
    };
    Some(made.map(turned_by(embedded.orientation)))
}

fn turned_by(orientation: u8) -> impl Fn(Raster) -> Turned {
    move |raster| Turned {
        raster,
        orientation,
    }
}

/// The longest side of a JPEG.
fn longest(jpeg: &preview::Jpeg) -> usize {
    usize::from(jpeg.size.0.max(jpeg.size.1))
}
