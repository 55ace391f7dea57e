//! WebP: lossy pictures by their planes, the others whole.

use std::ops::Range;

use image_webp::WebPDecoder;
use image_webp::vp8::{Frame, Vp8Decoder};

use super::limits::{DecodeFailure, MOST_PIXELS, take};
use super::raster::{Mean, Raster, on_white};
use crate::media::riff::{self, Chunks};
use crate::media::source::Source;
use crate::report::budget::Budget;

/// What the decoder of a picture of any size allocates for its tables.
const TABLES: usize = 1024 * 1024;

/// What a file is made of.
struct Parts {
    width: usize,
    height: usize,
    kind: WebpCoding,
    /// The bytes that are read for the picture.
    data: usize,
}

enum WebpCoding {
    /// Lossy without anything else: where it lies.
    Lossy(Range<u64>),
    LossyWithAlpha,
    Lossless {
        alpha: bool,
    },
    Animated,
}

/// The picture of a WebP file; of an animated one, the first.
pub(super) fn decoded(source: &mut Source, budget: &Budget) -> Result<Raster, DecodeFailure> {
    let parts = parts(source).ok_or(DecodeFailure::Damaged)?;
    let (width, height) = (parts.width, parts.height);
    if width
        .checked_mul(height)
        .is_none_or(|all| all > MOST_PIXELS)
    {
        return Err(DecodeFailure::TooLarge);
    }
    let _share = take(budget, parts.bytes())?;
    let made = match parts.kind {
        WebpCoding::Lossy(range) => planes(source, range, (width, height)),
        _ => whole(source, (width, height)),
    };
    made.ok_or(DecodeFailure::Damaged)
}

impl Parts {
    /// The bytes that decoding allocates.
    fn bytes(&self) -> usize {
        let pixels = self.width.next_multiple_of(16) * self.height.next_multiple_of(16);
        // In quarters of a byte for each pixel.
        let (quarters, data) = match self.kind {
            // Planes at 1.5, and 40 bytes for each square of 16 pixels in a list that
            // grows. The data are read into a list that grows, and copied.
            WebpCoding::Lossy(_) => (8, self.data * 3),
            // Of the alpha channel, four bytes and one; and four for the picture.
            WebpCoding::LossyWithAlpha => (46, self.data * 3),
            // Transforms and codes of squares of 4 pixels. The trees of the codes take
            // up to as much as what they are read from.
            WebpCoding::Lossless { alpha } => (if alpha { 22 } else { 34 }, self.data),
            // A frame and the canvas beside the picture.
            WebpCoding::Animated => (64, self.data * 3),
        };
        (pixels * quarters / 4)
            .saturating_add(data)
            .saturating_add(TABLES + Mean::bytes(self.width, self.height, false))
    }
}

fn parts(source: &mut Source) -> Option<Parts> {
    let (form, range) = riff::form(source).ok()?;
    if form != *b"WEBP" {
        return None;
    }
    let mut chunks = Chunks::new(source, range);
    let mut canvas = None;
    while let Some(chunk) = chunks.next(source).ok()? {
        let start = chunk.payload.start;
        let data = usize::try_from(chunk.payload.end - start).ok()?;
        let in_pixels = |w: u32, h: u32| Some((usize::try_from(w).ok()?, usize::try_from(h).ok()?));
        match &chunk.kind {
            b"VP8X" => {
                let [flags, _, _, _, w0, w1, w2, h0, h1, h2] = source.array(start).ok()?;
                let side = |bytes: [u8; 3]| {
                    let [b0, b1, b2] = bytes;
                    u32::from_le_bytes([b0, b1, b2, 0]) + 1
                };
                canvas = Some((flags, in_pixels(side([w0, w1, w2]), side([h0, h1, h2]))?));
                // Of an animation, no frame is larger than the canvas.
                if flags & 0x02 != 0 {
                    let (_, (width, height)) = canvas?;
                    return Some(Parts {
                        width,
                        height,
                        kind: WebpCoding::Animated,
                        data: first_frame(source, &mut chunks)?,
                    });
                }
            }
            b"VP8 " => {
                let [_, _, _, _, _, _, w0, w1, h0, h1] = source.array(start).ok()?;
                let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
                let (width, height) = in_pixels(side(w0, w1), side(h0, h1))?;
                let alpha = canvas.is_some_and(|(flags, _)| flags & 0x10 != 0);
                return Some(Parts {
                    width,
                    height,
                    kind: if alpha {
                        WebpCoding::LossyWithAlpha
                    } else {
                        WebpCoding::Lossy(chunk.payload)
                    },
                    data,
                });
            }
            b"VP8L" => {
                let [_, bits @ ..] = source.array::<5>(start).ok()?;
                let bits = u32::from_le_bytes(bits);
                let (width, height) = in_pixels((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)?;
                // The decoder believes the first header.
                let alpha = canvas.map_or(bits >> 28 & 1, |(flags, _)| u32::from(flags >> 4 & 1));
                return Some(Parts {
                    width,
                    height,
                    kind: WebpCoding::Lossless { alpha: alpha != 0 },
                    data,
                });
            }
            _ => {}
        }
    }
    None
}

/// The size of the first frame of an animation.
fn first_frame(source: &mut Source, chunks: &mut Chunks) -> Option<usize> {
    while let Some(chunk) = chunks.next(source).ok()? {
        if chunk.kind == *b"ANMF" {
            return usize::try_from(chunk.payload.end - chunk.payload.start).ok();
        }
    }
    None
}

/// The means of the planes of a lossy picture, in colour.
fn planes(source: &mut Source, range: Range<u64>, size: (usize, usize)) -> Option<Raster> {
    let frame = Vp8Decoder::decode_frame(source.reader(range)).ok()?;
    let Frame {
        width,
        height,
        ybuf,
        ubuf,
        vbuf,
        ..
    } = frame;
    let (width, height) = (usize::from(width), usize::from(height));
    if (width, height) != size || width == 0 {
        return None;
    }
    // Planes have whole squares of 16 pixels, and of 8.
    let wide = width.next_multiple_of(16);
    let mut mean = Mean::of_rows(width, height);
    let rows = ybuf.chunks_exact(wide).take(height);
    for (y, luma) in rows.enumerate() {
        let half = y / 2 * (wide / 2)..(y / 2 + 1) * (wide / 2);
        let (u, v) = ubuf.get(half.clone()).zip(vbuf.get(half))?;
        let chroma = u.iter().zip(v).flat_map(|pair| [pair; 2]);
        let pixels = luma.iter().zip(chroma).take(width);
        mean.row(y, pixels.map(|(y, (u, v))| [*y, *u, *v]));
    }
    let mut raster = mean.raster()?;
    for pixel in raster.rgb.as_chunks_mut().0 {
        *pixel = from_video(*pixel);
    }
    Some(raster)
}

/// Of ITU-R BT.601 with its narrow range, in parts of 65,536.
fn from_video([y, u, v]: [u8; 3]) -> [u8; 3] {
    let y = (i32::from(y) - 16) * 76_309 + 32_768;
    let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
    [
        y + 104_597 * v,
        y - 25_675 * u - 53_279 * v,
        y + 132_201 * u,
    ]
    .map(|value| u8::try_from((value >> 16).clamp(0, 255)).unwrap_or_default())
}

/// Every pixel, and their means.
fn whole(source: &mut Source, size: (usize, usize)) -> Option<Raster> {
    let mut decoder = WebPDecoder::new(source.reader(0..u64::MAX)).ok()?;
    let (width, height) = decoder.dimensions();
    let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
    if (width, height) != size {
        return None;
    }
    let mut pixels = vec![0; decoder.output_buffer_size()?];
    decoder.read_image(&mut pixels).ok()?;
    let mut mean = Mean::of_rows(width, height);
    if decoder.has_alpha() {
        for (y, row) in pixels.chunks_exact(width * 4).enumerate() {
            let pixels = row.as_chunks::<4>().0.iter();
            mean.row(y, pixels.map(|[r, g, b, a]| on_white([*r, *g, *b], *a)));
        }
    } else {
        for (y, row) in pixels.chunks_exact(width * 3).enumerate() {
            mean.row(y, row.as_chunks().0.iter().copied());
        }
    }
    mean.raster()
}
