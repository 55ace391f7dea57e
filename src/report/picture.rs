//! One file to one small JPEG: the one that it carries, or one made of the big one.

use std::io::Cursor;
use std::path::Path;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::media::format::Format;
use crate::media::preview::{self, Jpeg};
use crate::media::source::Source;
use crate::media::{Unreadable, guarded};

/// The longest side of a small picture that is taken as it is.
const LONGEST_SIDE: u16 = 480;
/// The largest file that is decoded.
const MOST_FILE: usize = 64 * 1024 * 1024;
/// The most pixels that are decoded; a file may claim more than any memory holds.
const MOST_PIXELS: usize = 40_000_000;
/// The most scans of a progressive JPEG. Each goes over the whole picture.
const MOST_SCANS: usize = 64;
/// What is tried in turn until a picture is small enough: the longest side in
/// pixels, and the quality.
const STEPS: [(usize, u8); 7] = [
    (240, 74),
    (200, 68),
    (168, 62),
    (144, 56),
    (120, 50),
    (96, 46),
    (72, 42),
];

/// The small JPEG of a file, of at most so many bytes; `None` where the file cannot be
/// read or decoded. A panic in a decoder counts as that.
pub(super) fn of(path: &Path, format: Format, most: usize) -> Option<Vec<u8>> {
    guarded(|| read(path, format, most).ok().flatten()).flatten()
}

/// Whether pictures of that format may be had.
pub(super) fn is_shown(format: Format) -> bool {
    !format.is_video()
        && !matches!(
            format,
            Format::Gif | Format::Jxl | Format::Jp2 | Format::Crw | Format::Mrw | Format::X3f
        )
}

fn read(path: &Path, format: Format, most: usize) -> Result<Option<Vec<u8>>, Unreadable> {
    let mut source = Source::open(path, None)?;
    from_source(&mut source, format, most)
}

fn from_source(
    source: &mut Source,
    format: Format,
    most: usize,
) -> Result<Option<Vec<u8>>, Unreadable> {
    // A damaged Exif block costs only what it holds.
    let embedded = match preview::find(source, format) {
        Err(Unreadable::Malformed(_)) => preview::Embedded::default(),
        found => found?,
    };
    let orientation = embedded.orientation;
    if let Some(jpeg) = embedded.jpeg {
        let small = jpeg.size.0.max(jpeg.size.1) <= LONGEST_SIDE;
        // The block that turns it has 36 bytes.
        if small && jpeg.bytes.len() + 36 <= most {
            return Ok(Some(jpeg.turned(orientation).bytes));
        }
        let raster = Raster::from_jpeg(&jpeg.bytes);
        return Ok(raster.and_then(|raster| raster.encoded(orientation, most)));
    }
    let decode = match format {
        Format::Jpeg => Raster::from_jpeg,
        Format::Png => Raster::from_png,
        Format::WebP => Raster::from_webp,
        _ => return Ok(None),
    };
    let Some(bytes) = source.whole(MOST_FILE)? else {
        return Ok(None);
    };
    Ok(decode(&bytes).and_then(|raster| raster.encoded(orientation, most)))
}

/// Pixels, three bytes each.
struct Raster {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Raster {
    fn new(width: usize, height: usize, rgb: Vec<u8>) -> Option<Self> {
        let whole =
            width > 0 && height > 0 && rgb.len() == width.checked_mul(height)?.checked_mul(3)?;
        whole.then_some(Self { width, height, rgb })
    }

    fn from_jpeg(bytes: &[u8]) -> Option<Self> {
        let options = DecoderOptions::default()
            .set_max_width(usize::from(u16::MAX))
            .set_max_height(usize::from(u16::MAX))
            .jpeg_set_max_scans(MOST_SCANS)
            .jpeg_set_out_colorspace(ColorSpace::RGB);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
        decoder.decode_headers().ok()?;
        let (width, height) = decoder.dimensions()?;
        if width.checked_mul(height)? > MOST_PIXELS {
            return None;
        }
        let pixels = decoder.decode().ok()?;
        Self::new(width, height, pixels)
    }

    fn from_png(bytes: &[u8]) -> Option<Self> {
        let limits = png::Limits { bytes: MOST_FILE };
        let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().ok()?;
        let (width, height) = reader.info().size();
        let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
        if width.checked_mul(height)? > MOST_PIXELS {
            return None;
        }
        let mut pixels = vec![0; reader.output_buffer_size()?];
        let frame = reader.next_frame(&mut pixels).ok()?;
        pixels.truncate(frame.buffer_size());
        let rgb = match frame.color_type {
            png::ColorType::Rgb => pixels,
            png::ColorType::Rgba => on_white::<4>(&pixels, |p| [p[0], p[1], p[2], p[3]]),
            png::ColorType::Grayscale => on_white::<1>(&pixels, |p| [p[0], p[0], p[0], 255]),
            png::ColorType::GrayscaleAlpha => on_white::<2>(&pixels, |p| [p[0], p[0], p[0], p[1]]),
            png::ColorType::Indexed => return None,
        };
        Self::new(width, height, rgb)
    }

    fn from_webp(bytes: &[u8]) -> Option<Self> {
        let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).ok()?;
        decoder.set_memory_limit(MOST_FILE);
        let (width, height) = decoder.dimensions();
        let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
        if width.checked_mul(height)? > MOST_PIXELS {
            return None;
        }
        let mut pixels = vec![0; decoder.output_buffer_size()?];
        decoder.read_image(&mut pixels).ok()?;
        let rgb = if decoder.has_alpha() {
            on_white::<4>(&pixels, |p| [p[0], p[1], p[2], p[3]])
        } else {
            pixels
        };
        Self::new(width, height, rgb)
    }

    /// The first of [`STEPS`] that has at most so many bytes, or nearly so: those that
    /// the size of one tells to be too large are left out.
    fn encoded(&self, orientation: u8, most: usize) -> Option<Vec<u8>> {
        let longest = self.width.max(self.height);
        let weight = |(side, quality): (usize, u8)| side.min(longest).pow(2) * usize::from(quality);
        let mut steps = STEPS.as_slice();
        while let Some((step, rest)) = steps.split_first() {
            let bytes = self.jpeg(*step)?.turned(orientation).bytes;
            if bytes.len() <= most {
                return Some(bytes);
            }
            let fits = |next: &&(usize, u8)| weight(**next) * bytes.len() <= most * weight(*step);
            let left_out = rest.iter().take_while(|next| !fits(next)).count();
            // The last one is tried in any case.
            steps = rest.get(left_out.min(rest.len().saturating_sub(1))..)?;
        }
        None
    }

    fn jpeg(&self, (side, quality): (usize, u8)) -> Option<Jpeg> {
        let small = self.scaled(side);
        let (width, height) = (
            u16::try_from(small.width).ok()?,
            u16::try_from(small.height).ok()?,
        );
        let mut bytes = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
        (encoder.encode(&small.rgb, width, height, jpeg_encoder::ColorType::Rgb)).ok()?;
        Some(Jpeg {
            bytes,
            size: (width, height),
        })
    }

    /// No longer than `side`: each pixel is the mean of those that it stands for.
    fn scaled(&self, side: usize) -> Self {
        let longest = self.width.max(self.height);
        let scale = |length: usize| (length * side.min(longest) / longest).max(1);
        let (width, height) = (scale(self.width), scale(self.height));
        let mut rgb = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            let rows = y * self.height / height..((y + 1) * self.height / height).max(y + 1);
            for x in 0..width {
                let columns = x * self.width / width..((x + 1) * self.width / width).max(x + 1);
                let mut sums = [0u64; 3];
                for row in rows.clone() {
                    let at = (row * self.width + columns.start) * 3;
                    let pixels = self.rgb.get(at..at + columns.len() * 3).unwrap_or_default();
                    for pixel in pixels.as_chunks::<3>().0 {
                        for (sum, value) in sums.iter_mut().zip(pixel) {
                            *sum += u64::from(*value);
                        }
                    }
                }
                let area = (rows.len() * columns.len()) as u64;
                // A mean of bytes is a byte.
                rgb.extend(sums.map(|sum| u8::try_from(sum / area.max(1)).unwrap_or(u8::MAX)));
            }
        }
        Self { width, height, rgb }
    }
}

/// Pixels of `N` bytes in front of white.
fn on_white<const N: usize>(pixels: &[u8], rgba: impl Fn(&[u8; N]) -> [u8; 4]) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(pixels.len() / N * 3);
    for pixel in pixels.as_chunks::<N>().0 {
        let [r, g, b, a] = rgba(pixel).map(u32::from);
        let mixed = [r, g, b].map(|colour| (colour * a + 255 * (255 - a)) / 255);
        rgb.extend(mixed.map(|colour| u8::try_from(colour).unwrap_or(u8::MAX)));
    }
    rgb
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise, which no encoder makes small.
    fn noise(bytes: usize) -> Vec<u8> {
        let mut state = 0x2545_F491_u32;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state.to_le_bytes()[0]
        };
        (0..bytes).map(|_| next()).collect()
    }

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = Vec::new();
        let rgb = noise(usize::from(width) * usize::from(height) * 3);
        jpeg_encoder::Encoder::new(&mut bytes, 90)
            .encode(&rgb, width, height, jpeg_encoder::ColorType::Rgb)
            .unwrap();
        bytes
    }

    fn png(width: u32, height: u32, color: png::ColorType, pixels: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(color);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(pixels).unwrap();
        writer.finish().unwrap();
        bytes
    }

    fn small(bytes: Vec<u8>, format: Format, most: usize) -> Option<Vec<u8>> {
        from_source(&mut Source::from_bytes(bytes), format, most).unwrap()
    }

    fn size(jpeg: &[u8]) -> (u16, u16) {
        preview::bare(jpeg).unwrap().size
    }

    #[test]
    fn a_big_picture_becomes_a_small_one() {
        let made = small(jpeg(640, 480), Format::Jpeg, 100_000).unwrap();
        assert_eq!(size(&made), (240, 180));
        let made = small(jpeg(100, 50), Format::Jpeg, 100_000).unwrap();
        assert_eq!(size(&made), (100, 50));
        let long = small(jpeg(2000, 1), Format::Jpeg, 100_000).unwrap();
        assert_eq!(size(&long), (240, 1));
    }

    #[test]
    fn fewer_bytes_make_smaller_pictures_and_too_few_none() {
        let sizes = [20_000, 6_000, 3_000].map(|most| {
            let made = small(jpeg(640, 480), Format::Jpeg, most).unwrap();
            assert!(made.len() <= most, "{} of {most}", made.len());
            size(&made).0
        });
        assert!(sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
        assert_eq!(small(jpeg(640, 480), Format::Jpeg, 500), None);
    }

    #[test]
    fn png_in_every_colour() {
        let red = [200, 0, 0];
        let clear = [0, 0, 0, 0];
        let pictures = [
            (png::ColorType::Rgb, red.repeat(100), [200, 0, 0]),
            (png::ColorType::Rgba, clear.repeat(100), [255; 3]),
            (png::ColorType::Grayscale, vec![7; 100], [7; 3]),
            (png::ColorType::GrayscaleAlpha, [0, 0].repeat(100), [255; 3]),
        ];
        for (color, pixels, wanted) in pictures {
            let raster = Raster::from_png(&png(10, 10, color, &pixels)).unwrap();
            assert_eq!(raster.rgb[..3], wanted, "{color:?}");
            assert!(small(png(10, 10, color, &pixels), Format::Png, 20_000).is_some());
        }
    }

    #[test]
    fn a_mean_of_pixels_stands_for_them() {
        let raster = Raster::new(4, 2, [[0; 12], [100; 12]].concat()).unwrap();
        let scaled = raster.scaled(2);
        assert_eq!((scaled.width, scaled.height), (2, 1));
        assert_eq!(scaled.rgb, [50; 6]);
    }

    #[test]
    fn a_bomb_is_not_opened() {
        // A header that claims 60,000 × 60,000 pixels, with next to nothing behind it.
        let mut jpeg = jpeg(16, 16);
        let at = jpeg
            .windows(2)
            .position(|pair| pair == b"\xFF\xC0")
            .unwrap();
        jpeg[at + 5..at + 9].copy_from_slice(&[0xEA, 0x60, 0xEA, 0x60]);
        assert_eq!(small(jpeg, Format::Jpeg, 20_000), None);
        let mut png = png(16, 16, png::ColorType::Grayscale, &[0; 256]);
        png[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
        let mut crc = crc32fast::Hasher::new();
        crc.update(&png[12..29]);
        png[29..33].copy_from_slice(&crc.finalize().to_be_bytes());
        assert_eq!(small(png, Format::Png, 20_000), None);
    }

    #[test]
    fn what_is_cut_or_no_picture_has_none() {
        for bytes in [&b""[..], b"\xFF\xD8", b"<html>"] {
            for format in [
                Format::Jpeg,
                Format::Png,
                Format::WebP,
                Format::Dng,
                Format::Heic,
            ] {
                let made = from_source(&mut Source::from_bytes(bytes.to_vec()), format, 20_000);
                assert!(!matches!(made, Ok(Some(_))), "{format:?}");
            }
        }
    }
}
