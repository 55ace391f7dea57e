//! A large JPEG at an eighth of its size, from the means of its blocks alone.
//!
//! A JPEG (ITU-T T.81) is made of blocks of 8 × 8 pixels, and the first coefficient of
//! each, which stands for its mean, is all that a small picture needs. The others are
//! stepped over: no pixels are made, and a picture of any size takes two bytes a block.
//! In a progressive file most scans are skipped whole.

use std::io::{BufRead, Read, Seek, SeekFrom};

use super::limits::MOST_SCANS;
use super::raster::{Mean, Raster};
use crate::media::source::RangeReader;

/// How many bits the first look at a code takes: longer codes are rare.
const LOOK: u32 = 10;
/// The most segments in front of the first scan, and between two.
const MOST_SEGMENTS: usize = 1000;

/// What a file says of its picture in front of the first scan.
#[derive(Debug)]
pub(super) struct JpegHeader {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) components: Vec<Component>,
    is_progressive: bool,
    /// How many components the first scan has.
    in_first_scan: usize,
    /// The size of all that stands in front of it.
    pub(super) bytes: u64,
    /// Of Adobe's segment: how colours are written.
    transform: Option<u8>,
    quantization: [u16; 4],
    dc: [Option<HuffmanTable>; 4],
    ac: [Option<HuffmanTable>; 4],
    restart: usize,
    scan: Scan,
}

/// One of the planes that a picture is made of.
#[derive(Debug)]
pub(super) struct Component {
    id: u8,
    /// How many of its blocks stand beside and above each other in a unit of the file.
    sampling: (usize, usize),
    quantization: usize,
}

/// What stands in front of the data of a scan.
#[derive(Debug, Default, Clone)]
struct Scan {
    /// The component, and its tables for the first and the other coefficients.
    components: Vec<(usize, usize, usize)>,
    /// The first of its coefficients.
    start: u8,
    /// Which bits of them: from the one below `high`, where that is not 0, to `low`.
    high: u8,
    low: u8,
}

/// What follows.
enum Next {
    Scan(Scan),
    End,
}

impl JpegHeader {
    /// Reads up to the data of the first scan. `None` where that is no JPEG of a kind that
    /// can be decoded.
    pub(super) fn read(reader: &mut RangeReader<'_>) -> Option<Self> {
        let mut head = Self {
            width: 0,
            height: 0,
            components: Vec::new(),
            is_progressive: false,
            in_first_scan: 0,
            bytes: 0,
            transform: None,
            quantization: [0; 4],
            dc: [const { None }; 4],
            ac: [const { None }; 4],
            restart: 0,
            scan: Scan::default(),
        };
        if take(reader)? != *b"\xFF\xD8" {
            return None;
        }
        let Next::Scan(scan) = head.segments(reader)? else {
            return None;
        };
        head.in_first_scan = scan.components.len();
        head.scan = scan;
        head.bytes = reader.stream_position().ok()?;
        Some(head)
    }

    /// Whether a picture can be made from the blocks alone.
    pub(super) fn is_usual(&self) -> bool {
        matches!(self.components.len(), 1 | 3 | 4)
    }

    /// How many blocks each component has beside and above each other.
    fn blocks(&self) -> impl Iterator<Item = (usize, usize)> {
        let (h, v) = self.sampling();
        let units = (self.width.div_ceil(8 * h), self.height.div_ceil(8 * v));
        (self.components.iter()).map(move |component| {
            (
                units.0 * component.sampling.0,
                units.1 * component.sampling.1,
            )
        })
    }

    /// The highest of all components.
    fn sampling(&self) -> (usize, usize) {
        let all = || self.components.iter().map(|component| component.sampling);
        (
            all().map(|(h, _)| h).max().unwrap_or(1),
            all().map(|(_, v)| v).max().unwrap_or(1),
        )
    }

    /// The coefficients of the blocks of all components.
    fn coefficients(&self) -> usize {
        self.blocks().map(|(h, v)| h * v * 64).sum()
    }

    /// The bytes that the decoder of whole pictures allocates: pixels, some rows, what
    /// stands in front of the first scan, twice where it is put together from segments,
    /// and two bytes a coefficient where these come in several scans.
    pub(super) fn bytes_of_whole(&self) -> usize {
        let scans = self.is_progressive || self.in_first_scan != self.components.len();
        let coefficients = if scans { self.coefficients() * 2 } else { 0 };
        let head = usize::try_from(self.bytes).unwrap_or(usize::MAX);
        (self.width * self.height * 3)
            .saturating_add(self.width * 512)
            .saturating_add(coefficients)
            .saturating_add(head.saturating_mul(2))
    }

    /// The bytes that [`JpegHeader::eighth`] allocates.
    pub(super) fn bytes_of_eighth(&self) -> usize {
        let (width, height) = (self.width.div_ceil(8), self.height.div_ceil(8));
        self.coefficients() / 64 * 2 + Mean::bytes(width, height, false)
    }

    /// Reads segments up to the next scan, or the end. `None` where they are damaged.
    fn segments(&mut self, reader: &mut RangeReader<'_>) -> Option<Next> {
        for _ in 0..MOST_SEGMENTS {
            let marker = next_marker(reader)?;
            match marker {
                0x01 | 0xD0..=0xD8 => continue,
                0xD9 => return Some(Next::End),
                _ => {}
            }
            let len = usize::from(u16::from_be_bytes(take(reader)?)).checked_sub(2)?;
            match marker {
                0xC0..=0xC2 | 0xC4 | 0xDA | 0xDB | 0xDD | 0xEE => {
                    let mut segment = vec![0; len];
                    reader.read_exact(&mut segment).ok()?;
                    match marker {
                        0xC4 => self.huffman(&segment)?,
                        0xDA => return Some(Next::Scan(self.scan(&segment)?)),
                        0xDB => self.quantization(&segment)?,
                        0xDD => {
                            self.restart =
                                usize::from(u16::from_be_bytes(segment.first_chunk().copied()?));
                        }
                        0xEE => {
                            if let [
                                b'A',
                                b'd',
                                b'o',
                                b'b',
                                b'e',
                                _,
                                _,
                                _,
                                _,
                                _,
                                _,
                                transform,
                                ..,
                            ] = *segment
                            {
                                self.transform = Some(transform);
                            }
                        }
                        _ => self.frame(&segment, marker == 0xC2)?,
                    }
                }
                // Lossless, hierarchical and arithmetic ones.
                0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => return None,
                _ => {
                    reader
                        .seek(SeekFrom::Current(i64::try_from(len).ok()?))
                        .ok()?;
                }
            }
        }
        None
    }

    fn frame(&mut self, segment: &[u8], is_progressive: bool) -> Option<()> {
        let ([8, h0, h1, w0, w1, count], rest) = segment.split_first_chunk()? else {
            return None;
        };
        if !self.components.is_empty() || !(1..=4).contains(count) {
            return None;
        }
        self.is_progressive = is_progressive;
        self.width = usize::from(u16::from_be_bytes([*w0, *w1]));
        self.height = usize::from(u16::from_be_bytes([*h0, *h1]));
        for [id, sampling, quantization] in rest.as_chunks().0.iter().take(usize::from(*count)) {
            let sampling = (usize::from(sampling >> 4), usize::from(sampling & 15));
            if !(1..=4).contains(&sampling.0) || !(1..=4).contains(&sampling.1) {
                return None;
            }
            self.components.push(Component {
                id: *id,
                sampling,
                quantization: usize::from(*quantization),
            });
        }
        let whole = self.components.len() == usize::from(*count);
        (whole && self.width > 0 && self.height > 0).then_some(())
    }

    fn quantization(&mut self, mut rest: &[u8]) -> Option<()> {
        while let [kind, values @ ..] = rest {
            let wide = kind >> 4 != 0;
            // In the order of the file, the first is that of the mean.
            let first = match (wide, values) {
                (false, [first, ..]) => u16::from(*first),
                (true, [high, low, ..]) => u16::from_be_bytes([*high, *low]),
                _ => return None,
            };
            *self.quantization.get_mut(usize::from(kind & 15))? = first;
            rest = values.get(if wide { 128 } else { 64 }..)?;
        }
        Some(())
    }

    fn huffman(&mut self, mut rest: &[u8]) -> Option<()> {
        while let [kind, behind @ ..] = rest {
            let (counts, behind) = behind.split_first_chunk::<16>()?;
            let symbols = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, behind) = behind.split_at_checked(symbols)?;
            let tables = if kind >> 4 == 0 {
                &mut self.dc
            } else {
                &mut self.ac
            };
            *tables.get_mut(usize::from(kind & 15))? = Some(HuffmanTable::new(*counts, symbols)?);
            rest = behind;
        }
        Some(())
    }

    fn scan(&self, segment: &[u8]) -> Option<Scan> {
        let (count, rest) = segment.split_first()?;
        let (components, rest) = rest.split_at_checked(usize::from(*count) * 2)?;
        let [start, _, bits, ..] = *rest else {
            return None;
        };
        let components = components.as_chunks().0.iter().map(|[id, tables]| {
            let number = (self.components.iter()).position(|component| component.id == *id)?;
            Some((number, usize::from(tables >> 4), usize::from(tables & 15)))
        });
        let components: Vec<_> = components.collect::<Option<_>>()?;
        (1..=self.components.len())
            .contains(&components.len())
            .then_some(Scan {
                components,
                start,
                high: bits >> 4,
                low: bits & 15,
            })
    }

    /// The picture at an eighth of its size. Where the file ends early, or is damaged from
    /// some point on, the rest is grey, as far as anything could be read.
    pub(super) fn eighth(mut self, reader: &mut RangeReader<'_>) -> Option<Raster> {
        let mut planes: Vec<Plane> = (self.blocks())
            .map(|(width, height)| Plane {
                width,
                means: vec![0; width * height],
                missing: true,
            })
            .collect();
        let mut scan = self.scan.clone();
        let mut read_any = false;
        for _ in 0..MOST_SCANS {
            if scan.start == 0 {
                read_any |= self.read_scan(reader, &scan, &mut planes);
            }
            if planes.iter().all(|plane| !plane.missing) {
                break;
            }
            match self.segments(reader) {
                Some(Next::Scan(next)) => scan = next,
                Some(Next::End) | None => break,
            }
        }
        if !read_any {
            return None;
        }
        self.coloured(&planes)
    }

    /// Reads the means of a scan; whether there were any.
    fn read_scan(&self, reader: &mut RangeReader<'_>, scan: &Scan, planes: &mut [Plane]) -> bool {
        let mut bits = Bits::new(reader);
        let done = if self.is_progressive && scan.high > 0 {
            self.each_block(scan, planes, &mut bits, |bits, _, mean| {
                bits.fill();
                if bits.take(1) == 1 {
                    *mean |= 1 << scan.low;
                }
                Some(())
            })
        } else {
            let tables: Vec<_> = (scan.components.iter())
                .map(|(_, dc, ac)| (self.dc.get(*dc), self.ac.get(*ac)))
                .map(|(dc, ac)| (dc.and_then(Option::as_ref), ac.and_then(Option::as_ref)))
                .collect();
            let mut before = [0i32; 4];
            let mut restarts = 0;
            self.each_block(scan, planes, &mut bits, |bits, at, mean| {
                if restarts != bits.restarts {
                    restarts = bits.restarts;
                    before = [0; 4];
                }
                let (dc, ac) = *tables.get(at)?;
                let before = before.get_mut(at)?;
                *before = before.wrapping_add(bits.difference(dc?)?);
                let low = if self.is_progressive { scan.low } else { 0 };
                // A mean that no encoder writes is cut.
                let value = before.checked_shl(u32::from(low))?;
                let [b0, b1, ..] = value.clamp(-32768, 32767).to_le_bytes();
                *mean = i16::from_le_bytes([b0, b1]);
                if self.is_progressive {
                    Some(())
                } else {
                    bits.skip_others(ac?)
                }
            })
        };
        for (number, ..) in &scan.components {
            if let Some(plane) = planes.get_mut(*number) {
                plane.missing = self.is_progressive && scan.low > 0;
            }
        }
        done > 0
    }

    /// Does something with each block of a scan, in the order of the file, until that
    /// says `None` or the data ends: how many blocks there were. It is given the number
    /// of the component within the scan.
    fn each_block(
        &self,
        scan: &Scan,
        planes: &mut [Plane],
        bits: &mut Bits<'_, '_>,
        mut block: impl FnMut(&mut Bits<'_, '_>, usize, &mut i16) -> Option<()>,
    ) -> usize {
        let (h, v) = self.sampling();
        // A component alone has no more blocks than it needs; several have whole units.
        let alone = match scan.components.as_slice() {
            [(number, ..)] => self.components.get(*number),
            _ => None,
        };
        let (across, down) = match alone {
            Some(Component { sampling, .. }) => (
                (self.width * sampling.0).div_ceil(8 * h),
                (self.height * sampling.1).div_ceil(8 * v),
            ),
            None => (self.width.div_ceil(8 * h), self.height.div_ceil(8 * v)),
        };
        let mut done = 0;
        let mut until_restart = self.restart;
        for row in 0..down {
            for column in 0..across {
                if self.restart > 0 {
                    if until_restart == 0 {
                        if !bits.restart() {
                            return done;
                        }
                        until_restart = self.restart;
                    }
                    until_restart -= 1;
                }
                for (at, (number, ..)) in scan.components.iter().enumerate() {
                    let Some((component, plane)) =
                        self.components.get(*number).zip(planes.get_mut(*number))
                    else {
                        return done;
                    };
                    let (wide, high) = if alone.is_some() {
                        (1, 1)
                    } else {
                        component.sampling
                    };
                    for y in row * high..(row + 1) * high {
                        for x in column * wide..(column + 1) * wide {
                            let mean = plane.means.get_mut(y * plane.width + x);
                            let Some(mean) = mean else { return done };
                            if block(bits, at, mean).is_none() || bits.is_over() {
                                return done;
                            }
                            done += 1;
                        }
                    }
                }
            }
        }
        done
    }

    /// The pixels of an eighth, and what they are at 480 pixels or more.
    fn coloured(&self, planes: &[Plane]) -> Option<Raster> {
        let (width, height) = (self.width.div_ceil(8), self.height.div_ceil(8));
        let (h, v) = self.sampling();
        let mut mean = Mean::of_rows(width, height);
        let scales: Vec<i32> = (self.components.iter())
            .map(|component| self.quantization.get(component.quantization).copied())
            .map(|scale| i32::from(scale.unwrap_or(1)))
            .collect();
        let to_rgb = self.to_rgb();
        for y in 0..height {
            let pixels = (0..width).map(|x| {
                let mut values = [0; 4];
                for (((value, component), plane), scale) in values
                    .iter_mut()
                    .zip(&self.components)
                    .zip(planes)
                    .zip(&scales)
                {
                    let at =
                        y * component.sampling.1 / v * plane.width + x * component.sampling.0 / h;
                    let mean = plane.means.get(at).copied().unwrap_or_default();
                    // The first coefficient is eight times the mean.
                    *value = ((i32::from(mean) * scale + 4) >> 3) + 128;
                }
                to_rgb(values)
            });
            mean.row(y, pixels);
        }
        mean.raster()
    }

    /// How the planes of this file make a colour.
    fn to_rgb(&self) -> fn([i32; 4]) -> [u8; 3] {
        let named_rgb = || (self.components.iter()).map(|c| c.id).eq(*b"RGB");
        match (self.components.len(), self.transform) {
            (1, _) => |[y, ..]| [byte(y); 3],
            (3, Some(0)) => |[r, g, b, _]| [r, g, b].map(byte),
            (3, None) if named_rgb() => |[r, g, b, _]| [r, g, b].map(byte),
            (3, _) => |[y, cb, cr, _]| from_luma(y, cb, cr),
            // Adobe writes the inks inverted, and everybody after it.
            (_, Some(2)) => {
                |[y, cb, cr, k]| from_luma(y, cb, cr).map(|ink| mixed(255 - i32::from(ink), k))
            }
            _ => |[c, m, y, k]| [c, m, y].map(|ink| mixed(ink, k)),
        }
    }
}

fn byte(value: i32) -> u8 {
    u8::try_from(value.clamp(0, 255)).unwrap_or_default()
}

/// An ink with black, both inverted.
fn mixed(ink: i32, black: i32) -> u8 {
    byte(i32::from(byte(ink)) * i32::from(byte(black)) / 255)
}

/// Of JFIF, section 7, in parts of 65,536.
fn from_luma(y: i32, cb: i32, cr: i32) -> [u8; 3] {
    let (y, cb, cr) = ((y << 16) + 32_768, cb - 128, cr - 128);
    [
        y + 91_881 * cr,
        y - 22_554 * cb - 46_802 * cr,
        y + 116_130 * cb,
    ]
    .map(|value| byte(value >> 16))
}

/// The means of the blocks of a component, eightfold and quantized.
struct Plane {
    width: usize,
    means: Vec<i16>,
    /// Whether scans are to come that make them finer.
    missing: bool,
}

/// Bytes, by value.
fn take<const N: usize>(reader: &mut RangeReader<'_>) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// Skips to the next marker: also over the data of a scan.
fn next_marker(reader: &mut RangeReader<'_>) -> Option<u8> {
    loop {
        let piece = reader.fill_buf().ok()?;
        if piece.is_empty() {
            return None;
        }
        let found = piece.iter().position(|byte| *byte == 0xFF);
        let skipped = found.map_or(piece.len(), |at| at + 1);
        reader.consume(skipped);
        if found.is_none() {
            continue;
        }
        // Fill bytes may stand between.
        let mut marker = 0xFF;
        while marker == 0xFF {
            [marker] = take(reader)?;
        }
        // A zero says that the byte was data; restarts stand within a scan.
        if !matches!(marker, 0 | 0xD0..=0xD7) {
            return Some(marker);
        }
    }
}

/// A Huffman code.
#[derive(Debug, Clone)]
struct HuffmanTable {
    /// For each beginning of [`LOOK`] bits: symbol, bits of the code with those that
    /// follow it, bits of the code; 0 for codes that are longer.
    look: Box<[[u8; 4]; 1 << LOOK]>,
    /// For each length: the first code that is longer, left aligned in 16 bits, and
    /// what is added to a code for the number of its symbol.
    longer: [(u32, i32); 17],
    symbols: Vec<u8>,
}

impl HuffmanTable {
    fn new(counts: [u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut look = vec![[0; 4]; 1 << LOOK];
        let mut longer = [(0, 0); 17];
        let (mut code, mut number) = (0u32, 0usize);
        for (length, count) in (1u32..).zip(counts) {
            let first = i32::try_from(number).ok()? - i32::try_from(code).ok()?;
            for _ in 0..count {
                let symbol = *symbols.get(number)?;
                if length <= LOOK {
                    let from = usize::try_from(code << (LOOK - length)).ok()?;
                    let bits = u8::try_from(length).ok()?;
                    look.get_mut(from..from + (1 << (LOOK - length)))?.fill([
                        symbol,
                        bits + (symbol & 15),
                        bits,
                        0,
                    ]);
                }
                code += 1;
                number += 1;
            }
            if code > 1 << length {
                return None;
            }
            let entry = longer.get_mut(usize::try_from(length).ok()?)?;
            *entry = (code << (16 - length), first);
            code <<= 1;
        }
        Some(Self {
            look: look.into_boxed_slice().try_into().ok()?,
            longer,
            symbols: symbols.to_vec(),
        })
    }
}

/// The data of a scan, bit by bit.
struct Bits<'a, 'b> {
    reader: &'a mut RangeReader<'b>,
    /// The next bits, from the highest on.
    next: u64,
    /// How many of them there are, with those that were made up behind the end.
    count: u32,
    made_up: u32,
    restarts: usize,
}

impl<'a, 'b> Bits<'a, 'b> {
    fn new(reader: &'a mut RangeReader<'b>) -> Self {
        Self {
            reader,
            next: 0,
            count: 0,
            made_up: 0,
            restarts: 0,
        }
    }

    /// Fills the buffer to at least 32 bits.
    #[inline]
    fn fill(&mut self) {
        if self.count < 32 {
            self.refill();
        }
    }

    fn refill(&mut self) {
        while self.count <= 56 {
            let piece = self.reader.fill_buf().unwrap_or_default();
            if let Some(word) = piece.first_chunk::<8>() {
                let word = u64::from_be_bytes(*word);
                // Whether a byte of it is 0xFF: one of the complement is zero.
                let zeros = (!word).wrapping_sub(0x0101_0101_0101_0101) & word;
                if zeros & 0x8080_8080_8080_8080 == 0 {
                    let bytes = (64 - self.count) / 8;
                    // Bits of a byte that is not counted yet are the same next time.
                    self.next |= word >> self.count;
                    self.count += bytes * 8;
                    self.reader.consume(usize::try_from(bytes).unwrap_or(0));
                    return;
                }
            }
            let byte = self.byte();
            if byte.is_none() {
                self.made_up += 8;
            }
            self.next |= u64::from(byte.unwrap_or_default()) << (56 - self.count);
            self.count += 8;
        }
    }

    /// The next byte of data; `None` in front of a marker, and at the end.
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.reader.fill_buf().ok()?.first()?;
        if byte != 0xFF {
            self.reader.consume(1);
            return Some(byte);
        }
        self.reader.consume(1);
        if self.reader.fill_buf().ok()?.first() == Some(&0) {
            self.reader.consume(1);
            return Some(0xFF);
        }
        // Step back, so that the marker is there for `next_marker`.
        let _ = self.reader.seek(SeekFrom::Current(-1));
        None
    }

    #[inline]
    fn look(&self, bits: u32) -> usize {
        // At most 16 bits.
        usize::try_from(self.next >> (64 - bits)).unwrap_or_default()
    }

    #[inline]
    fn drop(&mut self, bits: u32) {
        self.next <<= bits;
        self.count = self.count.saturating_sub(bits);
    }

    /// At most 16 bits, where there are as many.
    fn take(&mut self, bits: u32) -> i32 {
        if bits == 0 {
            return 0;
        }
        let taken = self.look(bits);
        self.drop(bits);
        i32::try_from(taken).unwrap_or_default()
    }

    /// Whether more was taken than there was.
    fn is_over(&self) -> bool {
        self.count < self.made_up
    }

    /// Goes on behind the next restart marker, if there is one before any other.
    fn restart(&mut self) -> bool {
        (self.next, self.count, self.made_up) = (0, 0, 0);
        self.restarts += 1;
        loop {
            let Some(byte) = self.reader.fill_buf().unwrap_or_default().first().copied() else {
                return false;
            };
            self.reader.consume(1);
            if byte != 0xFF {
                continue;
            }
            match self.reader.fill_buf().unwrap_or_default().first() {
                Some(0xD0..=0xD7) => {
                    self.reader.consume(1);
                    return true;
                }
                Some(0 | 0xFF) => {}
                _ => {
                    let _ = self.reader.seek(SeekFrom::Current(-1));
                    return false;
                }
            }
        }
    }

    /// A symbol whose code is longer than the first look, with the bits of the code.
    #[cold]
    fn long_symbol(&self, table: &HuffmanTable) -> Option<(u8, u32)> {
        let next = u32::try_from(self.look(16)).ok()?;
        let mut lengths = (1u32..).zip(table.longer.iter().skip(1));
        let (length, (_, first)) = lengths.find(|(_, (longer, _))| next < *longer)?;
        let number = i32::try_from(next >> (16 - length)).ok()? + first;
        let symbol = table.symbols.get(usize::try_from(number).ok()?)?;
        Some((*symbol, length))
    }

    /// The difference of a mean to the one before.
    fn difference(&mut self, table: &HuffmanTable) -> Option<i32> {
        self.fill();
        let [symbol, _, length, _] = table.look[self.look(LOOK)];
        let (symbol, length) = match length {
            0 => self.long_symbol(table)?,
            length => (symbol, u32::from(length)),
        };
        self.drop(length);
        let bits = u32::from(symbol);
        if bits > 15 {
            return None;
        }
        let value = self.take(bits);
        let is_negative = bits > 0 && value < 1 << (bits - 1);
        Some(if is_negative {
            value - (1 << bits) + 1
        } else {
            value
        })
    }

    /// Steps over the other 63 coefficients of a block.
    fn skip_others(&mut self, table: &HuffmanTable) -> Option<()> {
        let mut coefficient = 1;
        while coefficient < 64 {
            self.fill();
            let [symbol, bits, length, _] = table.look[self.look(LOOK)];
            let (symbol, bits) = match length {
                0 => {
                    let (symbol, length) = self.long_symbol(table)?;
                    (symbol, length + u32::from(symbol & 15))
                }
                _ => (symbol, u32::from(bits)),
            };
            self.drop(bits);
            if symbol.is_multiple_of(16) && symbol != 0xF0 {
                break;
            }
            coefficient += u32::from(symbol >> 4) + 1;
        }
        Some(())
    }
}
