//! Pixels and their reduction to a small picture.

use crate::media::preview::Jpeg;

/// What is tried in turn until a picture is small enough: the longest side in
/// pixels, and the quality.
const STEPS: [(usize, u8); 12] = [
    (LARGEST, 76),
    (832, 76),
    (680, 75),
    (480, 74),
    (340, 74),
    (240, 74),
    (200, 68),
    (168, 62),
    (144, 56),
    (120, 50),
    (96, 46),
    (72, 42),
];
/// The longest side of a picture on the page.
pub(super) const LARGEST: usize = 1024;
/// The longest side that a [`Mean`] leaves at least, where there are as many pixels. Less than
/// [`LARGEST`], since memory grows with its square.
const LEAST_MEAN: usize = 768;
/// Bytes for 100 pixels of a square around a picture, as most photos take them.
const DENSITY: usize = 18;

/// The longest side of a picture that so many bytes most likely hold.
pub(super) fn side_of(bytes: usize) -> usize {
    (bytes * 100 / DENSITY).isqrt().min(LARGEST)
}

/// Pixels, three bytes each.
#[derive(Debug)]
pub(super) struct Raster {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) rgb: Vec<u8>,
}

/// A picture that arrives by the row and is kept as means of squares of its pixels.
#[derive(Debug)]
pub(super) struct Mean {
    width: usize,
    height: usize,
    /// The side of a square.
    factor: usize,
    small: (usize, usize),
    /// Of a row of squares, or of all of them where rows come in several passes. Less
    /// than 2³² each: 255 times the pixels of a picture that is not refused.
    sums: Vec<u32>,
    rgb: Vec<u8>,
}

impl Mean {
    /// Of rows that come from the top to the bottom.
    pub(super) fn of_rows(width: usize, height: usize) -> Self {
        let mut mean = Self::empty(width, height);
        mean.sums = vec![0; mean.small.0 * 3];
        mean
    }

    /// Of rows that come in any order and in parts.
    pub(super) fn of_passes(width: usize, height: usize) -> Self {
        let mut mean = Self::empty(width, height);
        mean.sums = vec![0; mean.small.0 * mean.small.1 * 3];
        mean
    }

    fn empty(width: usize, height: usize) -> Self {
        let (factor, small) = squares(width, height);
        Self {
            width,
            height,
            factor,
            small,
            sums: Vec::new(),
            rgb: Vec::with_capacity(small.0 * small.1 * 3),
        }
    }

    /// The bytes that [`Mean::of_rows`] allocates, or [`Mean::of_passes`].
    pub(super) fn bytes(width: usize, height: usize, passes: bool) -> usize {
        let (_, small) = squares(width, height);
        let row = small.0 * 3;
        let rgb = row * small.1;
        rgb + if passes { rgb * 4 } else { row * 4 }
    }

    /// The next row.
    pub(super) fn row(&mut self, y: usize, mut pixels: impl Iterator<Item = [u8; 3]>) {
        for sums in self.sums.as_chunks_mut::<3>().0 {
            for pixel in pixels.by_ref().take(self.factor) {
                for (sum, value) in sums.iter_mut().zip(pixel) {
                    *sum += u32::from(value);
                }
            }
        }
        if (y + 1).is_multiple_of(self.factor) || y + 1 == self.height {
            self.take_row(y / self.factor, 0);
            self.sums.fill(0);
        }
    }

    /// Every pixel of a row from `x` on, at that distance.
    pub(super) fn part(
        &mut self,
        y: usize,
        x: usize,
        step: usize,
        pixels: impl Iterator<Item = [u8; 3]>,
    ) {
        let row = y / self.factor * self.small.0;
        for (pixel, x) in pixels.zip((x..self.width).step_by(step)) {
            let at = (row + x / self.factor) * 3;
            let sums = self.sums.get_mut(at..at + 3).unwrap_or_default();
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum += u32::from(value);
            }
        }
    }

    /// Makes the means of the row of squares of that number, whose sums are at `from`.
    fn take_row(&mut self, y: usize, from: usize) {
        let side = |at: usize, length: usize| self.factor.min(length - at * self.factor);
        let height = side(y, self.height);
        let sums = self.sums.get(from..from + self.small.0 * 3);
        for (x, sums) in (sums.unwrap_or_default().as_chunks::<3>().0.iter()).enumerate() {
            // At most 255 times the pixels of a picture.
            let area = u32::try_from(side(x, self.width) * height).unwrap_or(u32::MAX);
            // A mean of bytes is a byte.
            let mean = sums.map(|sum| u8::try_from(sum / area.max(1)).unwrap_or(u8::MAX));
            self.rgb.extend(mean);
        }
    }

    /// What all rows make; `None` where some did not come.
    pub(super) fn raster(self) -> Option<Raster> {
        Raster::new(self.small.0, self.small.1, self.rgb)
    }

    /// What all passes make.
    pub(super) fn raster_of_passes(mut self) -> Option<Raster> {
        for y in 0..self.small.1 {
            self.take_row(y, y * self.small.0 * 3);
        }
        self.raster()
    }
}

/// The side of the squares of a picture, and how many there are beside and above each
/// other: less than twice [`LEAST_MEAN`] in both directions.
fn squares(width: usize, height: usize) -> (usize, (usize, usize)) {
    let factor = (width.max(height) / LEAST_MEAN).max(1);
    (factor, (width.div_ceil(factor), height.div_ceil(factor)))
}

impl Raster {
    pub(super) fn new(width: usize, height: usize, rgb: Vec<u8>) -> Option<Self> {
        let whole =
            width > 0 && height > 0 && rgb.len() == width.checked_mul(height)?.checked_mul(3)?;
        whole.then_some(Self { width, height, rgb })
    }

    /// The first of [`STEPS`] that has at most so many bytes, or nearly so: those that
    /// the size of one tells to be too large are left out.
    pub(super) fn encoded(&self, orientation: u8, most: usize) -> Option<Vec<u8>> {
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

    /// No longer than `side`: each pixel is the mean of those that it covers, in whole
    /// or in part.
    fn scaled(&self, side: usize) -> Self {
        let longest = self.width.max(self.height);
        let scale = |length: usize| (length * side.min(longest) / longest).max(1);
        let (width, height) = (scale(self.width), scale(self.height));
        let columns: Vec<_> = (0..width).map(|x| covered(x, width, self.width)).collect();
        let area = (self.width * self.height) as u64;
        let mut rgb = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            let rows = covered(y, height, self.height);
            for columns in &columns {
                let mut sums = [0u64; 3];
                for (row, part) in &rows {
                    for (column, part_of_row) in columns {
                        let at = (row * self.width + column) * 3;
                        let pixel = self.rgb.get(at..at + 3).unwrap_or_default();
                        for (sum, value) in sums.iter_mut().zip(pixel) {
                            *sum += part * part_of_row * u64::from(*value);
                        }
                    }
                }
                // A mean of bytes is a byte.
                rgb.extend(sums.map(|sum| u8::try_from(sum / area.max(1)).unwrap_or(u8::MAX)));
            }
        }
        Self { width, height, rgb }
    }
}

/// The pixels of `many` that the one at `at` of `few` covers, and how much of each, in
/// parts of `few`. All together they are `many`.
fn covered(at: usize, few: usize, many: usize) -> Vec<(usize, u64)> {
    let (start, end) = (at * many, (at + 1) * many);
    (start / few..end.div_ceil(few))
        .map(|pixel| {
            let part = end.min((pixel + 1) * few) - start.max(pixel * few);
            (pixel, part as u64)
        })
        .collect()
}

/// A colour in front of white.
pub(super) fn on_white(rgb: [u8; 3], alpha: u8) -> [u8; 3] {
    if alpha == u8::MAX {
        return rgb;
    }
    let alpha = u32::from(alpha);
    let mixed = rgb.map(|colour| (u32::from(colour) * alpha + 255 * (255 - alpha)) / 255);
    mixed.map(|colour| u8::try_from(colour).unwrap_or(u8::MAX))
}

/// Pixels, and how they are to be turned and mirrored, as by Exif.
pub(super) struct Turned {
    pub(super) raster: Raster,
    pub(super) orientation: u8,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_mean_of_pixels_stands_for_them() {
        let raster = Raster::new(4, 2, [[0; 12], [100; 12]].concat()).unwrap();
        let scaled = raster.scaled(2);
        assert_eq!((scaled.width, scaled.height), (2, 1));
        assert_eq!(scaled.rgb, [50; 6]);
        // Three pixels to two: each has one and a half of them.
        let raster = Raster::new(3, 1, vec![0, 0, 0, 90, 90, 90, 150, 150, 150]).unwrap();
        assert_eq!(raster.scaled(2).rgb, [30, 30, 30, 130, 130, 130]);
    }

    fn plainly(width: usize, height: usize, factor: usize, rgb: &[u8]) -> Vec<u8> {
        let mut means = Vec::new();
        for y in (0..height).step_by(factor) {
            for x in (0..width).step_by(factor) {
                for channel in 0..3 {
                    let rows = y..(y + factor).min(height);
                    let square: Vec<u32> = rows
                        .flat_map(|y| (x..(x + factor).min(width)).map(move |x| (x, y)))
                        .map(|(x, y)| u32::from(rgb[(y * width + x) * 3 + channel]))
                        .collect();
                    let mean = square.iter().sum::<u32>() / u32::try_from(square.len()).unwrap();
                    means.push(u8::try_from(mean).unwrap());
                }
            }
        }
        means
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn means_of_rows_and_of_passes_are_those_of_the_whole(
            width in 1..2000_usize,
            height in 1..40_usize,
            seed in any::<u32>(),
            upright in any::<bool>(),
        ) {
            let (width, height) = if upright { (height, width) } else { (width, height) };
            let mut state = u64::from(seed) | 1;
            let rgb: Vec<u8> = std::iter::repeat_with(|| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                state.to_le_bytes()[7]
            })
            .take(width * height * 3)
            .collect();
            let pixels = rgb.as_chunks::<3>().0;
            let mut rows = Mean::of_rows(width, height);
            for (y, row) in pixels.chunks(width).enumerate() {
                rows.row(y, row.iter().copied());
            }
            let mut passes = Mean::of_passes(width, height);
            for (x, step) in [(1, 2), (0, 4), (2, 4)] {
                for (y, row) in pixels.chunks(width).enumerate().rev() {
                    passes.part(y, x, step, row.iter().copied().skip(x).step_by(step));
                }
            }
            let factor = rows.factor;
            prop_assert!(rows.rgb.capacity() + rows.sums.len() * 4 <= Mean::bytes(width, height, false));
            prop_assert!(passes.rgb.capacity() + passes.sums.len() * 4 <= Mean::bytes(width, height, true));
            let wanted = plainly(width, height, factor, &rgb);
            prop_assert_eq!(&rows.raster().unwrap().rgb, &wanted);
            prop_assert_eq!(&passes.raster_of_passes().unwrap().rgb, &wanted);
        }
    }

    #[test]
    fn a_row_that_did_not_come_is_missed() {
        let mut mean = Mean::of_rows(2, 2);
        mean.row(0, [[1; 3]; 2].into_iter());
        assert!(mean.raster().is_none());
    }
}
