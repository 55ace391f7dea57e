//! PNGs, row by row.

use ::png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use super::limits::{DecodeFailure, MOST_PIXELS, take};
use super::raster::{Mean, Raster, on_white};
use crate::media::source::Source;
use crate::report::budget::Budget;

/// What the decoder of any picture allocates beside its rows: the tables and the window
/// of the decompression, and what has come of it and was not asked for yet.
const DECOMPRESSION: usize = 768 * 1024;
/// The most that it may keep of anything else. Texts and profiles are not read.
const MOST_BESIDE: usize = 256 * 1024;

/// The picture of a PNG file; of an animated one, that which stands for it.
pub(super) fn decoded(source: &mut Source, budget: &Budget) -> Result<Raster, DecodeFailure> {
    // Length and kind of the first chunk stand behind the signature, then the size.
    let header: [u8; 29] = source.array(0).map_err(|_| DecodeFailure::Damaged)?;
    let [.., w0, w1, w2, w3, h0, h1, h2, h3, depth, _, _, _, passes] = header;
    let side =
        |bytes| usize::try_from(u32::from_be_bytes(bytes)).map_err(|_| DecodeFailure::TooLarge);
    let (width, height) = (side([w0, w1, w2, w3])?, side([h0, h1, h2, h3])?);
    if width
        .checked_mul(height)
        .is_none_or(|all| all > MOST_PIXELS)
    {
        return Err(DecodeFailure::TooLarge);
    }
    // Four channels of one or two bytes are the most there can be.
    let row = width * 4 * usize::from(depth).div_ceil(8);
    let _share = take(budget, bytes(width, height, row, passes != 0))?;
    rows(source, row).ok_or(DecodeFailure::Damaged)
}

/// The bytes that decoding allocates: rows that are not unfiltered yet, of which four or
/// more are kept before they are moved, in a buffer that doubles, and is there twice while
/// it does; the row before; the row that is handed out.
fn bytes(width: usize, height: usize, row: usize, passes: bool) -> usize {
    (row * 20)
        .saturating_add(DECOMPRESSION + MOST_BESIDE)
        .saturating_add(Mean::bytes(width, height, passes))
}

fn rows(source: &mut Source, row: usize) -> Option<Raster> {
    let limits = Limits {
        // One row is charged to it.
        bytes: row.saturating_add(MOST_BESIDE),
    };
    let mut decoder = Decoder::new_with_limits(source.reader(0..u64::MAX), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = reader.info().size();
    let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
    let passes = reader.info().interlaced;
    let (color, BitDepth::Eight) = reader.output_color_type() else {
        return None;
    };
    let mut mean = if passes {
        Mean::of_passes(width, height)
    } else {
        Mean::of_rows(width, height)
    };
    let mut places = places(width, height, passes);
    while let Some(row) = reader.next_row().ok()? {
        let place = places.next()?;
        let data = row.data();
        match color {
            ColorType::Rgb => place.put(&mut mean, data, |p: &[u8; 3]| *p),
            ColorType::Rgba => {
                place.put(&mut mean, data, |[r, g, b, a]| on_white([*r, *g, *b], *a));
            }
            ColorType::Grayscale => place.put(&mut mean, data, |[y]| [*y; 3]),
            ColorType::GrayscaleAlpha => place.put(&mut mean, data, |[y, a]| on_white([*y; 3], *a)),
            ColorType::Indexed => return None,
        }
    }
    if places.next().is_some() {
        return None;
    }
    if passes {
        mean.raster_of_passes()
    } else {
        mean.raster()
    }
}

/// The rows in the order of the file.
fn places(width: usize, height: usize, passes: bool) -> Box<dyn Iterator<Item = PixelRow>> {
    if !passes {
        return Box::new((0..height).map(PixelRow::Row));
    }
    // A pass without a pixel is left out.
    let there = move |pass: &Pass| pass.x < width && pass.y < height;
    let rows = move |pass: Pass| {
        (pass.y..height)
            .step_by(pass.down)
            .map(move |y| PixelRow::Part {
                y,
                x: pass.x,
                step: pass.across,
            })
    };
    Box::new(PASSES.into_iter().filter(there).flat_map(rows))
}

/// Where the pixels of a row belong.
enum PixelRow {
    Row(usize),
    Part { y: usize, x: usize, step: usize },
}

impl PixelRow {
    fn put<const N: usize>(
        self,
        mean: &mut Mean,
        data: &[u8],
        to_rgb: impl Fn(&[u8; N]) -> [u8; 3],
    ) {
        let pixels = data.as_chunks().0.iter().map(to_rgb);
        match self {
            Self::Row(y) => mean.row(y, pixels),
            Self::Part { y, x, step } => mean.part(y, x, step, pixels),
        }
    }
}

/// The first pixel of a pass, and how far the next one is.
struct Pass {
    x: usize,
    y: usize,
    across: usize,
    down: usize,
}

const fn pass(x: usize, y: usize, across: usize, down: usize) -> Pass {
    Pass { x, y, across, down }
}

/// Of PNG (third edition), section 8.1.
const PASSES: [Pass; 7] = [
    pass(0, 0, 8, 8),
    pass(4, 0, 8, 8),
    pass(0, 4, 4, 8),
    pass(2, 0, 4, 4),
    pass(0, 2, 2, 4),
    pass(1, 0, 2, 2),
    pass(0, 1, 1, 2),
];
