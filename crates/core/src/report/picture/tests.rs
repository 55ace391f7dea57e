//! Pictures of every kind, made here, and what becomes of them.

use proptest::prelude::*;

use super::counted::peak;
use super::limits::BESIDE;
use super::raster::{Mean, Raster};
use super::*;

/// As much as anything may want.
fn plenty() -> Budget {
    Budget::new(usize::MAX)
}

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

/// Colours that go from one corner to another, with waves.
fn waves(width: u16, height: u16) -> Vec<u8> {
    let mut rgb = Vec::new();
    for y in 0..u32::from(height) {
        for x in 0..u32::from(width) {
            let wave = (x / 23 + y / 31) % 7 * 9 + (x * y / 977) % 20;
            let colours = [x * 150 / u32::from(width), y * 150 / u32::from(height), 90];
            rgb.extend(colours.map(|colour| u8::try_from(colour + wave).unwrap()));
        }
    }
    rgb
}

type Setting = fn(&mut jpeg_encoder::Encoder<&mut Vec<u8>>);

fn jpeg_of(
    pixels: &[u8],
    (width, height): (u16, u16),
    color: jpeg_encoder::ColorType,
    setting: Setting,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    setting(&mut encoder);
    encoder.encode(pixels, width, height, color).unwrap();
    bytes
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let rgb = noise(usize::from(width) * usize::from(height) * 3);
    jpeg_of(&rgb, (width, height), jpeg_encoder::ColorType::Rgb, |_| {})
}

fn png_of(
    (width, height): (u32, u32),
    color: ::png::ColorType,
    depth: ::png::BitDepth,
    pixels: &[u8],
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_compression(::png::Compression::Fast);
    if color == ::png::ColorType::Indexed {
        encoder.set_palette((0..=255).flat_map(|i| [i, 255 - i, 7]).collect::<Vec<u8>>());
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(pixels).unwrap();
    writer.finish().unwrap();
    bytes
}

fn png(width: u32, height: u32, color: ::png::ColorType, pixels: &[u8]) -> Vec<u8> {
    png_of((width, height), color, ::png::BitDepth::Eight, pixels)
}

/// The same picture in the seven passes of Adam7, which the encoder does not write.
fn interlaced(rgb: &[u8], width: usize, height: usize) -> Vec<u8> {
    use std::io::Write;
    let mut rows = Vec::new();
    for (x, y, across, down) in [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ] {
        for y in (y..height).step_by(down).filter(|_| x < width) {
            rows.push(0);
            for x in (x..width).step_by(across) {
                rows.extend_from_slice(&rgb[(y * width + x) * 3..][..3]);
            }
        }
    }
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    zlib.write_all(&rows).unwrap();
    let sides = [width, height].map(|side| u32::try_from(side).unwrap().to_be_bytes());
    let header = [sides.concat(), vec![8, 2, 0, 0, 1]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [
        (b"IHDR", header),
        (b"IDAT", zlib.finish().unwrap()),
        (b"IEND", Vec::new()),
    ] {
        png.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        let body = [&kind[..], &data].concat();
        png.extend(&body);
        png.extend(crc32fast::hash(&body).to_be_bytes());
    }
    png
}

fn riff(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (kind, data) in chunks {
        body.extend(*kind);
        body.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        body.extend(data);
        body.resize(body.len().next_multiple_of(2), 0);
    }
    let len = u32::try_from(body.len()).unwrap().to_le_bytes();
    [b"RIFF", &len[..], &body].concat()
}

/// A grey picture: of zeros alone, the decoder of VP8 makes blocks like their
/// neighbours and without a difference.
fn vp8(width: u16, height: u16) -> Vec<u8> {
    let squares = usize::from(width.div_ceil(16)) * usize::from(height.div_ceil(16));
    let first = squares * 3 + 2000;
    let tag = u32::try_from(first).unwrap() << 5 | 1 << 4;
    let mut frame = tag.to_le_bytes()[..3].to_vec();
    frame.extend([0x9D, 0x01, 0x2A]);
    frame.extend(width.to_le_bytes());
    frame.extend(height.to_le_bytes());
    frame.resize(10 + first + squares * 8 + 100, 0);
    frame
}

/// The chunk of a lossless picture.
fn vp8l(pixels: &[u8], width: u16, height: u16, color: image_webp::ColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    image_webp::WebPEncoder::new(&mut bytes)
        .encode(pixels, width.into(), height.into(), color)
        .unwrap();
    bytes[20..].to_vec()
}

/// The header of a file in several chunks.
fn vp8x(flags: u8, width: u16, height: u16) -> Vec<u8> {
    let [w0, w1] = (width - 1).to_le_bytes();
    let [h0, h1] = (height - 1).to_le_bytes();
    vec![flags, 0, 0, 0, w0, w1, 0, h0, h1, 0]
}

fn lossy_with_alpha(width: u16, height: u16) -> Vec<u8> {
    let pixels = vec![90; usize::from(width) * usize::from(height) * 3];
    let lossless = vp8l(&pixels, width, height, image_webp::ColorType::Rgb8);
    // Compressed, without the header of five bytes.
    let alpha = [&[1], &lossless[5..]].concat();
    riff(&[
        (b"VP8X", vp8x(0x10, width, height)),
        (b"ALPH", alpha),
        (b"VP8 ", vp8(width, height)),
    ])
}

fn animated(frame: (&[u8; 4], Vec<u8>), width: u16, height: u16) -> Vec<u8> {
    let [w0, w1] = (width - 1).to_le_bytes();
    let [h0, h1] = (height - 1).to_le_bytes();
    // The last byte: without blending.
    let place = [0, 0, 0, 0, 0, 0, w0, w1, 0, h0, h1, 0, 100, 0, 0, 2];
    let frame = riff(&[frame])[12..].to_vec();
    riff(&[
        (b"VP8X", vp8x(0x12, width, height)),
        (b"ANIM", vec![0; 6]),
        (b"ANMF", [&place[..], &frame].concat()),
    ])
}

fn decoded(bytes: &[u8], format: Format, budget: &Budget) -> Result<Raster, DecodeFailure> {
    let mut source = Source::from_bytes(bytes.to_vec());
    match format {
        Format::Jpeg => super::jpeg::decoded(&mut source, 0..u64::MAX, 240, budget),
        Format::Png => super::png::decoded(&mut source, budget),
        Format::WebP => super::webp::decoded(&mut source, budget),
        _ => Err(DecodeFailure::Damaged),
    }
}

fn made(bytes: Vec<u8>, format: Format, most: usize) -> PictureOutcome {
    from_source(&mut Source::from_bytes(bytes), format, most, &plenty()).unwrap()
}

fn small(bytes: Vec<u8>, format: Format, most: usize) -> Option<Vec<u8>> {
    match made(bytes, format, most) {
        PictureOutcome::Picture(jpeg) => Some(jpeg),
        _ => None,
    }
}

fn size(jpeg: &[u8]) -> (u16, u16) {
    preview::bare(jpeg).unwrap().size
}

#[test]
fn a_big_picture_becomes_a_small_one() {
    let rgb = jpeg_encoder::ColorType::Rgb;
    let photo = jpeg_of(&waves(1600, 1200), (1600, 1200), rgb, |_| {});
    let made = small(photo.clone(), Format::Jpeg, 1_000_000).unwrap();
    assert_eq!(size(&made), (800, 600));
    // Where little is wanted, an eighth will do.
    let made = small(photo, Format::Jpeg, 6_000).unwrap();
    assert!(
        made.len() <= 6_000 && size(&made).0 <= 200,
        "{:?}",
        size(&made)
    );
    let made = small(jpeg(100, 50), Format::Jpeg, 100_000).unwrap();
    assert_eq!(size(&made), (100, 50));
    let long = small(jpeg(2000, 1), Format::Jpeg, 100_000).unwrap();
    assert_eq!(size(&long), (1000, 1));
}

#[test]
fn fewer_bytes_make_smaller_pictures_and_too_few_none() {
    let sizes = [20_000, 6_000, 3_000].map(|most| {
        let made = small(jpeg(640, 480), Format::Jpeg, most).unwrap();
        assert!(made.len() <= most, "{} of {most}", made.len());
        size(&made).0
    });
    assert!(sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
    assert_eq!(
        made(jpeg(640, 480), Format::Jpeg, 500),
        PictureOutcome::Nothing
    );
}

#[test]
fn png_in_every_colour() {
    use ::png::{BitDepth, ColorType};
    let pictures = [
        (
            ColorType::Rgb,
            BitDepth::Eight,
            [200, 0, 0].repeat(100),
            [200, 0, 0],
        ),
        (
            ColorType::Rgba,
            BitDepth::Eight,
            [0; 400].to_vec(),
            [255; 3],
        ),
        (ColorType::Grayscale, BitDepth::Eight, vec![7; 100], [7; 3]),
        (
            ColorType::GrayscaleAlpha,
            BitDepth::Eight,
            [0; 200].to_vec(),
            [255; 3],
        ),
        (
            ColorType::Indexed,
            BitDepth::Eight,
            vec![200; 100],
            [200, 55, 7],
        ),
        (
            ColorType::Indexed,
            BitDepth::Two,
            vec![0b0101_0101; 30],
            [1, 254, 7],
        ),
        (ColorType::Grayscale, BitDepth::One, vec![255; 20], [255; 3]),
        (
            ColorType::Rgb,
            BitDepth::Sixteen,
            [9, 200].repeat(300),
            [9; 3],
        ),
        (
            ColorType::Rgba,
            BitDepth::Sixteen,
            [255; 800].to_vec(),
            [255; 3],
        ),
    ];
    for (color, depth, pixels, wanted) in pictures {
        let bytes = png_of((10, 10), color, depth, &pixels);
        let raster = decoded(&bytes, Format::Png, &plenty()).unwrap();
        assert_eq!(raster.rgb, wanted.repeat(100), "{color:?} {depth:?}");
        assert!(small(bytes, Format::Png, 20_000).is_some());
    }
}

#[test]
fn an_interlaced_png_is_the_same_picture() {
    for (width, height) in [(1, 1), (3, 5), (97, 61), (1500, 1001)] {
        let rgb = waves(width, height);
        let plain = png(width.into(), height.into(), ::png::ColorType::Rgb, &rgb);
        let passes = interlaced(&rgb, width.into(), height.into());
        let [plain, passes] =
            [plain, passes].map(|png| decoded(&png, Format::Png, &plenty()).unwrap());
        assert_eq!(plain.rgb, passes.rgb, "{width} × {height}");
    }
}

#[test]
fn webp_of_every_kind() {
    let (width, height) = (200, 100);
    let grey = |raster: &Raster| {
        let [r, g, b] = raster.rgb[..3].try_into().unwrap();
        (100..160).contains(&r) && (r, g) == (g, b)
    };
    let lossy = riff(&[(b"VP8 ", vp8(width, height))]);
    let lossy = decoded(&lossy, Format::WebP, &plenty()).unwrap();
    assert!(grey(&lossy), "{:?}", &lossy.rgb[..3]);
    let moving = animated((b"VP8 ", vp8(width, height)), width, height);
    let moving = decoded(&moving, Format::WebP, &plenty()).unwrap();
    // The library converts planes to colours in its own way.
    let far = |(a, b): (&u8, &u8)| a.abs_diff(*b) > 1;
    assert!(!lossy.rgb.iter().zip(&moving.rgb).any(far));
    let alpha = decoded(&lossy_with_alpha(width, height), Format::WebP, &plenty()).unwrap();
    assert!(alpha.rgb[0] > 200, "nearly clear, in front of white");

    let rgb = waves(width, height);
    let chunk = vp8l(&rgb, width, height, image_webp::ColorType::Rgb8);
    let still = decoded(&riff(&[(b"VP8L", chunk.clone())]), Format::WebP, &plenty());
    assert_eq!(still.unwrap().rgb, rgb);
    let moving = animated((b"VP8L", chunk), width, height);
    let moving = decoded(&moving, Format::WebP, &plenty());
    assert_eq!(moving.unwrap().rgb, rgb);
    let clear = vec![0; rgb.len() / 3 * 4];
    let chunk = vp8l(&clear, width, height, image_webp::ColorType::Rgba8);
    let clear = decoded(&riff(&[(b"VP8L", chunk)]), Format::WebP, &plenty());
    assert!(clear.unwrap().rgb.iter().all(|byte| *byte == 255));
}

/// How the tests write JPEGs, each in a way of its own.
const SETTINGS: [(&str, Setting); 9] = {
    use jpeg_encoder::SamplingFactor;
    [
        ("4:4:4", |e| e.set_sampling_factor(SamplingFactor::F_1_1)),
        ("4:2:2", |e| e.set_sampling_factor(SamplingFactor::F_2_1)),
        ("4:4:0", |e| e.set_sampling_factor(SamplingFactor::F_1_2)),
        ("4:2:0", |e| e.set_sampling_factor(SamplingFactor::F_2_2)),
        ("4:1:1", |e| e.set_sampling_factor(SamplingFactor::F_4_1)),
        ("optimized", |e| e.set_optimized_huffman_tables(true)),
        ("restarts", |e| e.set_restart_interval(7)),
        ("progressive", |e| e.set_progressive(true)),
        ("progressive with restarts", |e| {
            e.set_progressive(true);
            e.set_sampling_factor(SamplingFactor::F_2_2);
            e.set_restart_interval(5);
        }),
    ]
};

/// How far apart the means of a picture and of the pixels that it was made of are.
fn distance(jpeg: &[u8], rgb: &[u8], width: usize, height: usize) -> (usize, f64) {
    let eighth = decoded(jpeg, Format::Jpeg, &plenty()).unwrap();
    // The squares of the picture are those of its eighth, eight times as large.
    let mut mean = Mean::of_rows(width.div_ceil(8), height.div_ceil(8));
    for (y, rows) in rgb.chunks(width * 3 * 8).enumerate() {
        let pixels = (0..width).step_by(8).map(|x| {
            let mut sums = [0u32; 4];
            for row in rows.chunks(width * 3) {
                for pixel in row[x * 3..(x * 3 + 24).min(row.len())].as_chunks::<3>().0 {
                    for (sum, value) in sums.iter_mut().zip(pixel) {
                        *sum += u32::from(*value);
                    }
                    sums[3] += 1;
                }
            }
            [sums[0], sums[1], sums[2]].map(|sum| u8::try_from(sum / sums[3]).unwrap())
        });
        mean.row(y, pixels);
    }
    let wanted = mean.raster().unwrap();
    assert_eq!((eighth.width, eighth.height), (wanted.width, wanted.height));
    let far = eighth.rgb.iter().zip(&wanted.rgb);
    let far: Vec<usize> = far.map(|(a, b)| usize::from(a.abs_diff(*b))).collect();
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let average = far.iter().sum::<usize>() as f64 / far.len() as f64;
    (*far.iter().max().unwrap(), average)
}

#[test]
fn an_eighth_is_the_mean_of_the_pixels() {
    // Of a size that ends within a block, and within a unit of several.
    let (width, height) = (1931, 419);
    let rgb = waves(width, height);
    let sides = (usize::from(width), usize::from(height));
    for (name, setting) in SETTINGS {
        let jpeg = jpeg_of(&rgb, (width, height), jpeg_encoder::ColorType::Rgb, setting);
        let (most, average) = distance(&jpeg, &rgb, sides.0, sides.1);
        assert!(
            most <= 30 && average < 2.0,
            "{name}: {most}, on average {average}"
        );
    }
    let grey: Vec<u8> = rgb.iter().copied().step_by(3).collect();
    let jpeg = jpeg_of(
        &grey,
        (width, height),
        jpeg_encoder::ColorType::Luma,
        |_| {},
    );
    let rgb: Vec<u8> = grey.iter().flat_map(|y| [*y; 3]).collect();
    let (most, average) = distance(&jpeg, &rgb, sides.0, sides.1);
    assert!(
        most <= 8 && average < 1.0,
        "grey: {most}, on average {average}"
    );
    // Inks: as little black as there is, so that the others are the colours.
    let cmyk: Vec<u8> = rgb
        .as_chunks::<3>()
        .0
        .iter()
        .flat_map(|[r, g, b]| [255 - r, 255 - g, 255 - b, 0])
        .collect();
    for color in [
        jpeg_encoder::ColorType::Cmyk,
        jpeg_encoder::ColorType::CmykAsYcck,
    ] {
        let jpeg = jpeg_of(&cmyk, (width, height), color, |_| {});
        let (most, average) = distance(&jpeg, &rgb, sides.0, sides.1);
        assert!(
            most <= 8 && average < 2.0,
            "{color:?}: {most}, on average {average}"
        );
    }
}

#[test]
fn a_jpeg_that_is_cut_has_what_there_is() {
    let (width, height) = (2400, 800);
    let rgb = waves(width, height);
    for (name, setting) in SETTINGS {
        let mut jpeg = jpeg_of(&rgb, (width, height), jpeg_encoder::ColorType::Rgb, setting);
        jpeg.truncate(jpeg.len() / 2);
        let raster = decoded(&jpeg, Format::Jpeg, &plenty()).unwrap();
        let (first, last) = (&raster.rgb[..3], &raster.rgb[raster.rgb.len() - 3..]);
        assert_ne!(first, [128; 3], "{name}");
        // All means stand at the front of a progressive file.
        assert_eq!(last == [128; 3], !name.starts_with("progressive"), "{name}");
    }
}

/// The size of most of the large pictures.
const LARGE: (u16, u16) = (1900, 1500);

/// Pictures to which estimates are held.
fn large_pictures() -> Vec<(&'static str, Format, Vec<u8>)> {
    let of = |format: Format| move |(name, bytes)| (name, format, bytes);
    let jpegs = large_jpegs().into_iter().map(of(Format::Jpeg));
    let pngs = large_pngs().into_iter().map(of(Format::Png));
    let webps = large_webps().into_iter().map(of(Format::WebP));
    jpegs.chain(pngs).chain(webps).collect()
}

fn large_jpegs() -> Vec<(&'static str, Vec<u8>)> {
    let pixels = waves(LARGE.0, LARGE.1);
    let huge = (5000, 2000);
    let huge_pixels = waves(huge.0, huge.1);
    let of = |pixels: &[u8], sides, number: usize| {
        let (_, setting) = SETTINGS[number];
        jpeg_of(pixels, sides, jpeg_encoder::ColorType::Rgb, setting)
    };
    vec![
        ("a whole JPEG", of(&pixels, LARGE, 3)),
        ("a whole JPEG of three scans", of(&pixels, LARGE, 5)),
        ("a whole progressive JPEG", of(&pixels, LARGE, 7)),
        ("a whole progressive JPEG, 4:2:0", of(&pixels, LARGE, 8)),
        ("an eighth", of(&huge_pixels, huge, 0)),
        ("a progressive eighth", of(&huge_pixels, huge, 8)),
    ]
}

/// The same noise again and again.
fn grained(bytes: usize) -> Vec<u8> {
    noise(4096).into_iter().cycle().take(bytes).collect()
}

fn large_pngs() -> Vec<(&'static str, Vec<u8>)> {
    use ::png::{BitDepth, ColorType};
    let (width, height) = LARGE;
    let pixels = waves(width, height);
    let deep = grained(40_000 * 100 * 8);
    let flat = vec![9; 200_000 * 40 * 4];
    vec![
        (
            "PNG",
            png(width.into(), height.into(), ColorType::Rgb, &pixels),
        ),
        (
            "a wide PNG",
            png_of((40_000, 100), ColorType::Rgba, BitDepth::Sixteen, &deep),
        ),
        ("a flat wide PNG", png(200_000, 40, ColorType::Rgba, &flat)),
        (
            "an interlaced PNG",
            interlaced(&pixels, width.into(), height.into()),
        ),
    ]
}

fn large_webps() -> Vec<(&'static str, Vec<u8>)> {
    use image_webp::ColorType;
    let (width, height) = LARGE;
    let area = usize::from(width) * usize::from(height);
    let waves = vp8l(&waves(width, height), width, height, ColorType::Rgb8);
    let noise = vp8l(&grained(area * 3), width, height, ColorType::Rgb8);
    let alpha = vp8l(&grained(area * 4), width, height, ColorType::Rgba8);
    let lossy = vp8(width, height);
    let still = |kind: &[u8; 4], chunk: &Vec<u8>| riff(&[(kind, chunk.clone())]);
    vec![
        ("a lossy WebP", still(b"VP8 ", &lossy)),
        ("a lossy WebP with alpha", lossy_with_alpha(width, height)),
        ("a lossless WebP", still(b"VP8L", &waves)),
        ("a lossless WebP of noise", still(b"VP8L", &noise)),
        ("a lossless WebP with alpha", still(b"VP8L", &alpha)),
        ("an animation", animated((b"VP8 ", lossy), width, height)),
        (
            "a lossless animation",
            animated((b"VP8L", waves), width, height),
        ),
    ]
}

#[test]
fn no_decoder_takes_more_than_it_says() {
    for (name, format, bytes) in large_pictures() {
        let budget = plenty();
        let mut source = Source::from_bytes(bytes);
        let (raster, most) = peak(|| match format {
            Format::Jpeg => super::jpeg::decoded(&mut source, 0..u64::MAX, 240, &budget),
            Format::Png => super::png::decoded(&mut source, &budget),
            _ => super::webp::decoded(&mut source, &budget),
        });
        raster.unwrap();
        let taken = budget.most_taken();
        assert!(most <= taken, "{name}: {most} of {taken}");
        // Nor says it much more, beside what is always added. The encoder of these tests
        // makes simpler lossless WebPs than others do.
        assert!(
            taken <= most * 5 / 2 + BESIDE + 3 * 1024 * 1024,
            "{name}: {most} of {taken}"
        );
    }
}

#[test]
fn looking_for_a_small_picture_takes_little() {
    let budget = plenty();
    let mut bytes = jpeg(640, 480);
    // A segment that is not Exif but says so, and a thumbnail that is none.
    let exif = [
        &b"\xFF\xE1\xFF\xFFExif\0\0MM\0\x2a\0\0\0\x08"[..],
        &vec![0xFF; 65_519],
    ]
    .concat();
    bytes.splice(2..2, exif);
    let mut source = Source::from_bytes(bytes);
    let (found, most) = peak(|| from_source(&mut source, Format::Jpeg, 20_000, &budget));
    assert!(matches!(found, Ok(PictureOutcome::Picture(_))));
    assert!(most <= budget.most_taken(), "{most}");
}

#[test]
fn what_takes_more_than_there_is_is_too_large() {
    let budget = Budget::new(8 * 1024 * 1024);
    for (name, format, bytes) in large_pictures() {
        let mut source = Source::from_bytes(bytes);
        let (made, most) = peak(|| from_source(&mut source, format, 20_000, &budget).unwrap());
        assert_ne!(made, PictureOutcome::Nothing, "{name}");
        let read_whole = matches!(name, "PNG" | "an eighth" | "a progressive eighth");
        assert!(
            !read_whole || matches!(made, PictureOutcome::Picture(_)),
            "{name}"
        );
        assert!(most <= 8 * 1024 * 1024, "{name}: {most}");
    }
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
    assert_eq!(made(jpeg, Format::Jpeg, 20_000), PictureOutcome::TooLarge);
    let mut png = png(16, 16, ::png::ColorType::Grayscale, &[0; 256]);
    png[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    let mut crc = crc32fast::Hasher::new();
    crc.update(&png[12..29]);
    png[29..33].copy_from_slice(&crc.finalize().to_be_bytes());
    assert_eq!(made(png, Format::Png, 20_000), PictureOutcome::TooLarge);
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
            let mut source = Source::from_bytes(bytes.to_vec());
            let made = from_source(&mut source, format, 20_000, &plenty());
            assert!(
                matches!(made, Err(_) | Ok(PictureOutcome::Nothing)),
                "{format:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_damage_stops_an_eighth(
        setting in 0..SETTINGS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        static PICTURE: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| waves(1920, 40));
        let rgb = jpeg_encoder::ColorType::Rgb;
        let mut jpeg = jpeg_of(&PICTURE, (1920, 40), rgb, SETTINGS[setting].1);
        for (at, byte) in changes {
            let at = at.index(jpeg.len());
            jpeg[at] = byte;
        }
        jpeg.truncate(cut.index(jpeg.len() * 2).max(10));
        // Small ones are the library's.
        let is_ours = super::eighth::JpegHeader::read(&mut Source::from_bytes(jpeg.clone()).reader(0..u64::MAX))
            .is_some_and(|head| head.width.max(head.height) >= 1920 && head.width * head.height < 10_000_000);
        if is_ours {
            let _ = decoded(&jpeg, Format::Jpeg, &plenty());
        }
    }
}
