//! HEIC: the thumbnail where that is large enough, else the picture, tile by tile, so that no
//! more than one tile is in memory.

use heifer_hevc_dec::decoder::{DecodeOptions, decode_picture};
use heifer_hevc_dec::recon::Frame;

use super::jpeg::is_enough;
use super::limits::{DecodeFailure, take};
use super::profile::Profile;
use super::raster::{Mean, Turned};
use crate::media::guarded;
use crate::media::heif::coded::{self, CodedPicture, CodedTile, ColourCoding};
use crate::media::source::Source;
use crate::report::budget::Budget;

/// The most pixels that are decoded, which takes some seconds: HEVC takes ten times as long as
/// JPEG. Larger ones show their thumbnail.
const MOST_PIXELS: usize = 64_000_000;
/// The most bytes of a coded tile for each of its pixels, and beside: more than without loss.
const MOST_DENSE: usize = 6;
const MOST_HEAD: usize = 64 * 1024;
/// The memory that looking for thousands of tiles takes.
const FINDING: usize = 12 * 1024 * 1024;

/// The picture of a HEIC file for one whose longest side is to be `side`, and how it is to be
/// turned.
pub(super) fn decoded(
    source: &mut Source,
    side: usize,
    budget: &Budget,
) -> Result<Turned, DecodeFailure> {
    let finding = budget.take(FINDING);
    let found = coded::pictures(source).map_err(|_| DecodeFailure::Damaged)?;
    source.rest();
    drop(finding);
    let longest = |picture: &CodedPicture| picture.shown.1.into_iter().max().unwrap_or_default();
    let small = found.thumbnail.as_ref();
    if let Some(small) = small.filter(|small| is_enough(longest(small), side))
        && let Ok(made) = picture(source, small, budget)
    {
        return Ok(made);
    }
    let whole = found.whole.ok_or(DecodeFailure::Damaged);
    let made = whole.and_then(|whole| picture(source, &whole, budget));
    // A smaller picture than wanted is better than none.
    made.or_else(|failure| {
        let small = small.and_then(|small| picture(source, small, budget).ok());
        small.ok_or(failure)
    })
}

/// The means of one picture, in colour, and how it is to be turned.
fn picture(
    source: &mut Source,
    picture: &CodedPicture,
    budget: &Budget,
) -> Result<Turned, DecodeFailure> {
    let tile_pixels = picture.tile_size[0].saturating_mul(picture.tile_size[1]);
    let [width, height] = in_squares(picture.tile_size);
    let decoded = width
        .saturating_mul(height)
        .saturating_mul(picture.tiles.len());
    if decoded > MOST_PIXELS {
        return Err(DecodeFailure::TooLarge);
    }
    let longest = picture.tiles.iter().map(CodedTile::bytes).max();
    let longest = longest.unwrap_or_default();
    if longest > tile_pixels * MOST_DENSE + MOST_HEAD {
        return Err(DecodeFailure::TooLarge);
    }
    let (origin, [width, height]) = picture.shown;
    let bytes = bytes_of_tile(picture.tile_size, longest) + Mean::bytes(width, height, true);
    let _share = take(budget, bytes)?;
    let mut mean = Mean::of_passes(width, height);
    let mut coding = picture.coding;
    for (number, tile) in picture.tiles.iter().enumerate() {
        let frame = frame(source, tile, picture.tile_size).ok_or(DecodeFailure::Damaged)?;
        coding.get_or_insert_with(|| of_stream(&frame));
        let column_and_row = [number % picture.columns, number / picture.columns];
        let at = [0, 1].map(|axis| column_and_row[axis] * picture.tile_size[axis]);
        lay(&frame, picture, at, origin, &mut mean);
    }
    let mut raster = mean.raster_of_passes().ok_or(DecodeFailure::Damaged)?;
    if let Some(coding) = coding {
        for pixel in raster.rgb.as_chunks_mut().0 {
            *pixel = from_coded(*pixel, coding);
        }
    }
    let profile = match &picture.profile {
        Some(range) => Profile::read(source, range.clone()),
        None => coding.and_then(|coding| Profile::of_primaries(coding.primaries)),
    };
    if let Some(profile) = profile {
        profile.apply(&mut raster);
    }
    Ok(Turned {
        raster,
        orientation: picture.orientation,
    })
}

/// What is decoded of a tile, however small it says it is: coded pictures are whole squares of up
/// to 64 pixels.
fn in_squares(size: [usize; 2]) -> [usize; 2] {
    size.map(|side| side.next_multiple_of(64))
}

/// The bytes that decoding one tile allocates: three planes of two bytes a sample, once more
/// while edges are smoothed, what is known of each square of four pixels, and the stream in
/// three copies.
fn bytes_of_tile(size: [usize; 2], stream: usize) -> usize {
    let [width, height] = in_squares(size);
    width * height * 14 + stream * 4 + 256 * 1024
}

/// The pixels of one tile.
fn frame(source: &mut Source, tile: &CodedTile, size: [usize; 2]) -> Option<Frame> {
    let stream = tile.stream(source).ok()?;
    source.rest();
    let [width, height] = in_squares(size);
    let options = DecodeOptions {
        max_pixels: (width * height) as u64,
        ..DecodeOptions::default()
    };
    // The decoder checks what it reads, and still: a slip of it costs the picture, which may
    // have a thumbnail, and nothing else.
    let frame = guarded(|| decode_picture(&stream, options))?.ok()?;
    let covers = |have: u32, wanted: usize| usize::try_from(have).is_ok_and(|have| have >= wanted);
    (covers(frame.widths[0], size[0]) && covers(frame.heights[0], size[1])).then_some(frame)
}

/// Adds a tile whose upper left corner is there to the means of the part that is shown.
fn lay(frame: &Frame, picture: &CodedPicture, at: [usize; 2], origin: [usize; 2], mean: &mut Mean) {
    let [tile_width, tile_height] = picture.tile_size;
    let (_, shown) = picture.shown;
    let side = |side: u32| usize::try_from(side).unwrap_or_default();
    let [wide, half] = [frame.widths[0], frame.widths[1]].map(side);
    let is_grey = half == 0;
    let across = usize::from(!is_grey && half < wide);
    let down = usize::from(!is_grey && frame.heights[1] < frame.heights[0]);
    let depths = frame.bit_depth.map(|depth| depth.saturating_sub(8));
    // Left of what is shown, and how much of the tile is of the picture.
    let skipped = origin[0].saturating_sub(at[0]);
    let right = (origin[0] + shown[0]).saturating_sub(at[0]).min(tile_width);
    let [luma, blue, red] = &frame.planes;
    for row in 0..tile_height {
        let Some(y) = (at[1] + row)
            .checked_sub(origin[1])
            .filter(|y| *y < shown[1])
        else {
            continue;
        };
        let (from, half_from) = (row * wide, (row >> down) * half);
        let sample = |plane: &[u16], at: usize, depth: u8| {
            let sample = plane.get(at).copied().unwrap_or_default() >> depth;
            u8::try_from(sample).unwrap_or(u8::MAX)
        };
        let pixels = (skipped..right).map(|x| {
            let luma = sample(luma, from + x, depths[0]);
            if is_grey {
                return [luma, 128, 128];
            }
            let at = half_from + (x >> across);
            [
                luma,
                sample(blue, at, depths[1]),
                sample(red, at, depths[1]),
            ]
        });
        mean.part(y, at[0].saturating_sub(origin[0]), 1, pixels);
    }
}

/// What a stream itself says of its colours.
fn of_stream(frame: &Frame) -> ColourCoding {
    ColourCoding {
        primaries: 2,
        matrix: frame.matrix_coeffs.into(),
        full_range: frame.full_range,
    }
}

/// Red, green and blue of brightness and two differences.
fn from_coded([y, u, v]: [u8; 3], coding: ColourCoding) -> [u8; 3] {
    // Those of ITU-R BT.709, BT.2020 and BT.601, in parts of 65,536.
    let [red, green_u, green_v, blue] = match coding.matrix {
        // Green, blue and red themselves.
        0 => return [v, y, u],
        1 => [103_206, 12_277, 30_679, 121_609],
        9 | 10 => [96_639, 10_784, 37_444, 123_299],
        _ => [91_881, 22_554, 46_802, 116_130],
    };
    let [y, u, v] = [y, u, v].map(i64::from);
    let (u, v) = (u - 128, v - 128);
    // In the narrow range, 219 and 224 values stand for all 255.
    let (y, wider) = if coding.full_range {
        (y << 16, [1, 1])
    } else {
        ((y - 16) * 76_309, [255, 224])
    };
    [
        y + red * v * wider[0] / wider[1],
        y - (green_u * u + green_v * v) * wider[0] / wider[1],
        y + blue * u * wider[0] / wider[1],
    ]
    .map(|value| u8::try_from(((value + 32_768) >> 16).clamp(0, 255)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::counted::peak;
    use super::super::limits::BESIDE;
    use super::super::{PictureOutcome, from_source};
    use super::*;
    use crate::media::format::Format;
    use crate::media::preview;

    /// The bytes of a file in `fixtures/heic`.
    macro_rules! fixture {
        ($name:literal) => {
            include_bytes!(concat!("../../../../../fixtures/heic/", $name)).as_slice()
        };
    }

    /// Pictures, and what another decoder makes of them at a quarter of the size.
    const PICTURES: [(&str, &[u8], &[u8]); 7] = [
        ("grid", fixture!("grid.heic"), fixture!("grid.png")),
        ("turned", fixture!("turned.heic"), fixture!("turned.png")),
        (
            "turned back",
            fixture!("turned-back.heic"),
            fixture!("turned-back.png"),
        ),
        (
            "mirrored",
            fixture!("mirrored.heic"),
            fixture!("mirrored.png"),
        ),
        ("wide", fixture!("wide.heic"), fixture!("wide.png")),
        ("narrow", fixture!("narrow.heic"), fixture!("narrow.png")),
        ("grey", fixture!("grey.heic"), fixture!("grey.png")),
    ];
    const WITH_THUMBNAIL: &[u8] = fixture!("thumbnail.heic");

    fn outcome(bytes: &[u8], most: usize, budget: &Budget) -> PictureOutcome {
        let mut source = Source::from_bytes(bytes.to_vec());
        from_source(&mut source, Format::Heic, most, budget).unwrap_or(PictureOutcome::Nothing)
    }

    fn jpeg(bytes: &[u8], most: usize) -> Vec<u8> {
        match outcome(bytes, most, &Budget::new(usize::MAX)) {
            PictureOutcome::Picture(jpeg) => jpeg,
            other => panic!("{other:?}"),
        }
    }

    fn size(jpeg: &[u8]) -> (u16, u16) {
        preview::bare(jpeg).unwrap().size
    }

    /// Width, height and pixels of a JPEG that is turned as its Exif block says.
    fn upright(jpeg: &[u8]) -> (usize, usize, Vec<[u8; 3]>) {
        let mut decoder = zune_jpeg::JpegDecoder::new(std::io::Cursor::new(jpeg));
        let pixels = decoder.decode().unwrap();
        let (width, height) = decoder.dimensions().unwrap();
        let at = |x: usize, y: usize| {
            let at = (y * width + x) * 3;
            [pixels[at], pixels[at + 1], pixels[at + 2]]
        };
        let mut source = Source::from_bytes(jpeg.to_vec());
        let orientation = preview::find(&mut source, Format::Jpeg, 0).unwrap();
        let orientation = orientation.orientation;
        let (wide, high) = match orientation {
            5.. => (height, width),
            _ => (width, height),
        };
        let mut turned = Vec::new();
        for y in 0..high {
            for x in 0..wide {
                let (right, below) = (width.wrapping_sub(1), height.wrapping_sub(1));
                turned.push(match orientation {
                    1 => at(x, y),
                    2 => at(right - x, y),
                    3 => at(right - x, below - y),
                    4 => at(x, below - y),
                    5 => at(y, x),
                    6 => at(y, below - x),
                    7 => at(right - y, below - x),
                    _ => at(right - y, x),
                });
            }
        }
        (wide, high, turned)
    }

    fn of_png(png: &[u8]) -> (usize, usize, Vec<[u8; 3]>) {
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(png))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let info = reader.info();
        let sides = [info.width, info.height].map(|side| usize::try_from(side).unwrap());
        (sides[0], sides[1], pixels.as_chunks().0.to_vec())
    }

    #[test]
    fn colours_and_turns_are_those_of_another_decoder() {
        for (name, heic, png) in PICTURES {
            let (wide, high, pixels) = upright(&jpeg(heic, 1_000_000));
            let (width, height, wanted) = of_png(png);
            assert_eq!((wide / 4, high / 4), (width, height), "{name}");
            let mut off = 0;
            for (at, wanted) in wanted.iter().enumerate() {
                let (left, above) = (at % width * 4, at / width * 4);
                let square = (above..above + 4)
                    .flat_map(|y| (left..left + 4).map(move |x| y * wide + x))
                    .map(|at| pixels[at]);
                let sums = square.fold([0; 3], |sums: [u32; 3], pixel| {
                    [0, 1, 2].map(|c| sums[c] + u32::from(pixel[c]))
                });
                let means = sums.map(|sum| sum / 16);
                let differs: u32 = (0..3)
                    .map(|c| means[c].abs_diff(u32::from(wanted[c])))
                    .sum();
                off += differs;
            }
            let off = f64::from(off) / (f64::from(u32::try_from(wanted.len()).unwrap()) * 3.0);
            // Ours was a JPEG meanwhile.
            assert!(off < 2.5, "{name}: {off}");
        }
    }

    #[test]
    fn the_thumbnail_where_little_is_wanted() {
        assert_eq!(size(&jpeg(WITH_THUMBNAIL, 8_000)), (320, 228));
        assert_eq!(size(&jpeg(WITH_THUMBNAIL, 1_000_000)), (1024, 731));
        let taken = |most| {
            let budget = Budget::new(usize::MAX);
            assert!(matches!(
                outcome(WITH_THUMBNAIL, most, &budget),
                PictureOutcome::Picture(_)
            ));
            budget.most_taken()
        };
        let (small, large) = (taken(8_000), taken(1_000_000));
        assert!(small < large, "{small} of {large}");
        // Where the whole one would take too much, the thumbnail stands in.
        let little = Budget::new(large - 1);
        let PictureOutcome::Picture(jpeg) = outcome(WITH_THUMBNAIL, 1_000_000, &little) else {
            panic!("nothing");
        };
        assert_eq!(size(&jpeg), (320, 228));
    }

    #[test]
    fn no_picture_takes_more_than_it_says() {
        for (name, heic, _) in PICTURES
            .into_iter()
            .chain([("one", WITH_THUMBNAIL, &[][..])])
        {
            let budget = Budget::new(usize::MAX);
            let mut source = Source::from_bytes(heic.to_vec());
            let (made, most) = peak(|| decoded(&mut source, 2000, &budget));
            assert!(made.is_ok(), "{name}");
            let taken = budget.most_taken();
            assert!(most <= taken, "{name}: {most} of {taken}");
            let too_much = most * 5 / 2 + BESIDE + 3 * 1024 * 1024;
            assert!(taken <= too_much.max(FINDING), "{name}: {most} of {taken}");
        }
    }

    #[test]
    fn a_bomb_is_not_opened() {
        // Sizes of the picture (900 × 700) and of a tile (512 × 512), wherever they stand.
        let claim = |from: [u32; 2], to: [u32; 2]| {
            let mut bytes = fixture!("grid.heic").to_vec();
            let from = from.map(u32::to_be_bytes).concat();
            let places = bytes.windows(8).enumerate();
            let places: Vec<usize> = (places.filter(|(_, part)| *part == from.as_slice()))
                .map(|(at, _)| at)
                .collect();
            assert!(!places.is_empty());
            for at in places {
                bytes[at..at + 8].copy_from_slice(&to.map(u32::to_be_bytes).concat());
            }
            // And no thumbnail.
            let thumbnail = bytes.windows(4).position(|part| part == b"thmb").unwrap();
            bytes[thumbnail] = b'x';
            outcome(&bytes, 1_000_000, &Budget::new(1 << 27))
        };
        assert_eq!(
            claim([512, 512], [60_000, 60_000]),
            PictureOutcome::TooLarge
        );
        assert_eq!(claim([512, 512], [4_000, 4_000]), PictureOutcome::TooLarge);
        assert_eq!(claim([512, 512], [0, 512]), PictureOutcome::Nothing);
        assert_eq!(claim([512, 512], [u32::MAX, 1]), PictureOutcome::Nothing);
    }

    #[test]
    fn what_is_cut_shows_its_thumbnail_or_nothing() {
        let mut outcomes = [0, 0];
        for len in (0..WITH_THUMBNAIL.len()).step_by(487) {
            let budget = Budget::new(1 << 27);
            match outcome(&WITH_THUMBNAIL[..len], 1_000_000, &budget) {
                PictureOutcome::Nothing => outcomes[0] += 1,
                _ => outcomes[1] += 1,
            }
        }
        assert!(outcomes[0] > 5, "{outcomes:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn no_damage_stops_it_or_takes_more_than_it_says(
            picture in 0..PICTURES.len(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..9),
            within_the_head in any::<bool>(),
        ) {
            let mut bytes = PICTURES[picture].1.to_vec();
            let len = if within_the_head { 900 } else { bytes.len() };
            for (at, byte) in changes {
                bytes[at.index(len)] = byte;
            }
            let budget = Budget::new(1 << 27);
            let mut source = Source::from_bytes(bytes);
            let (_, most) = peak(|| decoded(&mut source, 2000, &budget));
            prop_assert!(most <= budget.most_taken(), "{most} of {}", budget.most_taken());
        }
    }
}
