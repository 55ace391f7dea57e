//! Colours of wider spaces, such as phones take them in, as the page shows them: in sRGB.

use std::ops::Range;

use super::raster::Raster;
use crate::media::source::Source;

/// The most bytes of a profile that are looked at.
const MOST: usize = 64 * 1024;

/// What red, green and blue of a space are in another one.
type Matrix = [[f32; 3]; 3];

/// From the values that profiles have (XYZ under D50) to sRGB.
const TO_SRGB: Matrix = [
    [3.133_856, -1.616_867, -0.490_615],
    [-0.978_768, 1.916_142, 0.033_454],
    [0.071_945, -0.228_991, 1.405_243],
];
/// Display P3 to sRGB.
const P3: Matrix = [
    [1.224_94, -0.224_94, 0.0],
    [-0.042_057, 1.042_057, 0.0],
    [-0.019_638, -0.078_636, 1.098_274],
];
/// ITU-R BT.2020 to sRGB.
const BT_2020: Matrix = [
    [1.660_491, -0.587_641, -0.072_85],
    [-0.124_55, 1.132_9, -0.008_349],
    [-0.018_151, -0.100_579, 1.118_73],
];

/// A space of colours that is not that of the page.
#[derive(Debug, PartialEq)]
pub(super) struct Profile(Matrix);

impl Profile {
    /// That of an ICC profile which mixes three colours; `None` where it is sRGB, or another
    /// kind. Its curves are taken for those of sRGB, as those of phones are.
    pub(super) fn read(source: &mut Source, range: Range<u64>) -> Option<Self> {
        let len = usize::try_from(range.end - range.start).ok()?;
        let profile = source.up_to(range.start, len.min(MOST)).ok()?;
        let columns = [*b"rXYZ", *b"gXYZ", *b"bXYZ"].map(|name| colour(profile, name));
        let [Some(red), Some(green), Some(blue)] = columns else {
            return None;
        };
        let mixed = |colour: [f32; 3]| TO_SRGB.map(|row| dot(row, colour));
        let [red, green, blue] = [red, green, blue].map(mixed);
        Self::unless_srgb([0, 1, 2].map(|n| [red[n], green[n], blue[n]]))
    }

    /// That of a number of ITU-T H.273.
    pub(super) fn of_primaries(primaries: u16) -> Option<Self> {
        match primaries {
            9 => Some(Self(BT_2020)),
            11 | 12 => Some(Self(P3)),
            _ => None,
        }
    }

    fn unless_srgb(matrix: Matrix) -> Option<Self> {
        let is_near = |(at, value): (usize, &f32)| {
            let same = if at.is_multiple_of(4) { 1.0 } else { 0.0 };
            (value - same).abs() < 0.02
        };
        let is_srgb = matrix.as_flattened().iter().enumerate().all(is_near);
        (!is_srgb).then_some(Self(matrix))
    }

    /// Turns all colours into those of sRGB.
    pub(super) fn apply(&self, raster: &mut Raster) {
        let linear: Vec<f32> = (0..=u8::MAX)
            .map(|value| to_linear(f32::from(value) / 255.0))
            .collect();
        for pixel in raster.rgb.as_chunks_mut::<3>().0 {
            let colour =
                pixel.map(|value| linear.get(usize::from(value)).copied().unwrap_or_default());
            *pixel = self.0.map(|row| to_byte(dot(row, colour)));
        }
    }
}

fn dot(row: [f32; 3], column: [f32; 3]) -> f32 {
    row.iter().zip(column).map(|(a, b)| a * b).sum()
}

/// A colour that a profile names: three numbers of 16 bits before the point and behind it.
fn colour(profile: &[u8], name: [u8; 4]) -> Option<[f32; 3]> {
    let (_, tags) = profile.split_at_checked(132)?;
    let tag = tags
        .as_chunks::<12>()
        .0
        .iter()
        .take(64)
        .find(|tag| tag.starts_with(&name))?;
    let [_, _, _, _, at @ .., _, _, _, _] = *tag;
    let at = usize::try_from(u32::from_be_bytes(at)).ok()?;
    let numbers: &[u8; 12] = profile.get(at.checked_add(8)?..)?.first_chunk()?;
    let mut colour = [0.0; 3];
    for (value, [b0, b1, b2, b3]) in colour.iter_mut().zip(numbers.as_chunks().0) {
        let whole = i16::from_be_bytes([*b0, *b1]);
        let part = u16::from_be_bytes([*b2, *b3]);
        *value = f32::from(whole) + f32::from(part) / 65_536.0;
    }
    Some(colour)
}

/// The light of a value of sRGB.
fn to_linear(value: f32) -> f32 {
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

/// The value of sRGB for a light, 0 to 255.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is held within a byte before"
)]
fn to_byte(light: f32) -> u8 {
    let value = if light <= 0.003_130_8 {
        light * 12.92
    } else {
        light.powf(1.0 / 2.4) * 1.055 - 0.055
    };
    (value * 255.0).round().clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile of these three colours, each as thousandths of X, Y and Z.
    fn profile(colours: [[i32; 3]; 3]) -> Vec<u8> {
        let mut bytes = vec![0; 128];
        bytes.extend(3_u32.to_be_bytes());
        let mut data = Vec::new();
        for (name, colour) in [b"rXYZ", b"gXYZ", b"bXYZ"].iter().zip(colours) {
            let at = 132 + 36 + data.len();
            bytes.extend(*name);
            bytes.extend(u32::try_from(at).unwrap().to_be_bytes());
            bytes.extend(20_u32.to_be_bytes());
            data.extend(b"XYZ \0\0\0\0");
            data.extend(
                colour
                    .map(|value| (value * 65_536 / 10_000).to_be_bytes())
                    .concat(),
            );
        }
        [bytes, data].concat()
    }

    fn read(bytes: Vec<u8>) -> Option<Profile> {
        let len = bytes.len() as u64;
        Profile::read(&mut Source::from_bytes(bytes), 0..len)
    }

    const OF_SRGB: [[i32; 3]; 3] = [[4361, 2225, 139], [3851, 7169, 971], [1431, 606, 7141]];
    const OF_P3: [[i32; 3]; 3] = [[5151, 2412, -11], [2920, 6922, 419], [1571, 666, 7841]];

    #[test]
    fn a_profile_of_phones_is_known_by_its_colours() {
        let made = read(profile(OF_P3)).unwrap();
        for (a, b) in made.0.as_flattened().iter().zip(P3.as_flattened()) {
            assert!((a - b).abs() < 0.003, "{made:?}");
        }
        assert_eq!(read(profile(OF_SRGB)), None);
        assert_eq!(read(profile(OF_P3)[..200].to_vec()), None);
        assert_eq!(read(Vec::new()), None);
    }

    #[test]
    fn grey_stays_and_colours_become_stronger() {
        let mut raster = Raster::new(3, 1, vec![120, 120, 120, 200, 100, 100, 0, 255, 0]).unwrap();
        Profile(P3).apply(&mut raster);
        let [grey, red, green] = [0, 1, 2].map(|n| [0, 1, 2].map(|c| raster.rgb[n * 3 + c]));
        assert_eq!(grey, [120; 3]);
        // By the definitions of both spaces.
        assert_eq!(red, [215, 93, 97]);
        assert_eq!(green, [0, 255, 0]);
    }
}
