//! The small pictures that files carry beside the big one: found, not decoded.
//!
//! Cameras put a JPEG of 160 × 120 pixels or so behind the Exif block of a JPEG
//! (IFD1, Exif 3.0 section 4.5.8), and one or more into most RAW files.

use std::ops::Range;

use super::bmff::Atoms;
use super::format::Format;
use super::source::Source;
use super::tiff::{self, ByteOrder};
use super::unreadable::Unreadable;
use super::{cr3, exif, heif, jpeg, raf};

/// The most directories that are visited.
const MAX_IFDS: usize = 16;
/// The most entries of a directory that are looked at.
const MAX_ENTRIES: u64 = 1000;
/// The most segments before the picture of a JPEG.
const MAX_SEGMENTS: u32 = 1000;
/// The largest JPEG that is read whole, in bytes. Thumbnails are smaller; larger ones
/// are decoded from where they lie.
const MAX_WHOLE: usize = 256 * 1024;
/// A picture with a shorter side than this shows nothing.
const LEAST_SIDE: u16 = 72;

/// What a file embeds for showing it.
#[derive(Debug, Default)]
pub struct EmbeddedPreviews {
    /// How the picture is to be turned and mirrored, 1 to 8 (Exif tag 0x0112).
    pub orientation: u8,
    /// The smallest JPEG that is worth showing.
    pub jpeg: Option<Jpeg>,
    /// Where that is smaller than wanted, or there is none: where the smallest lies that is
    /// as large, or the largest of all.
    pub large: Option<Range<u64>>,
}

/// A JPEG without what it tells of camera, place or owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jpeg {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its width and height in pixels.
    pub size: (u16, u16),
}

/// What was gathered in a file: its orientation, and where JPEGs may lie.
#[derive(Default)]
struct Candidates {
    orientation: u8,
    /// Where JPEGs may lie.
    places: Vec<Range<u64>>,
}

/// Looks for the small picture of a file of that format, and for one whose longest side is at
/// least `wanted`.
///
/// # Errors
/// The content is damaged where it had to be read, or a read fails.
pub fn find(
    source: &mut Source,
    format: Format,
    wanted: usize,
) -> Result<EmbeddedPreviews, Unreadable> {
    let mut found = Candidates::default();
    match format {
        Format::Jpeg => in_jpeg(source, 0..source.len(), &mut found)?,
        Format::Heic | Format::Heif | Format::Avif => {
            let embedded = heif::embedded(source)?;
            if let Some(exif) = embedded.exif {
                let len = exif.len() as u64;
                in_exif(&mut Source::from_bytes(exif), 0..len, &mut found)?;
            }
            found.places.extend(embedded.jpegs);
        }
        Format::Tiff
        | Format::Dng
        | Format::Gpr
        | Format::Nef
        | Format::Cr2
        | Format::Arw
        | Format::Pef
        | Format::Iiq
        | Format::Orf
        | Format::Rw2 => in_tiff(source, 0..source.len(), &mut found)?,
        Format::Cr3 => in_cr3(source, &mut found)?,
        Format::Raf => {
            let jpeg = raf::jpeg_range(source)?;
            in_jpeg(source, jpeg.clone(), &mut found)?;
            found.places.push(jpeg);
        }
        _ => {}
    }
    let (jpeg, large) = found.chosen(source, wanted)?;
    Ok(EmbeddedPreviews {
        orientation: found.orientation.max(1),
        jpeg,
        large,
    })
}

impl Candidates {
    /// Of the JPEGs that lie at the places noted, see [`EmbeddedPreviews`].
    fn chosen(
        &mut self,
        source: &mut Source,
        wanted: usize,
    ) -> Result<(Option<Jpeg>, Option<Range<u64>>), Unreadable> {
        let shows = |size: &(u16, u16)| size.0.min(size.1) >= LEAST_SIDE;
        self.places.sort_by_key(|place| place.end - place.start);
        self.places.dedup();
        let (mut small, mut large) = (None, None);
        let mut longest = 0;
        for place in std::mem::take(&mut self.places) {
            let place = place.start..place.end.min(source.len());
            let len = usize::try_from(place.end.saturating_sub(place.start)).unwrap_or(usize::MAX);
            let size = if small.is_none() && len <= MAX_WHOLE {
                small = bare(source.up_to(place.start, len)?).filter(|jpeg| shows(&jpeg.size));
                small.as_ref().map(|jpeg| jpeg.size)
            } else {
                let found = size(source, place.clone()).ok().flatten().filter(shows);
                let found = found.filter(|size| size.0.max(size.1) > longest);
                large = found.map(|_| place).or(large);
                found
            };
            longest = size.map_or(longest, |size| size.0.max(size.1));
            if usize::from(longest) >= wanted.max(1) {
                break;
            }
        }
        Ok((small, large))
    }
}

/// The width and height of a JPEG that is not read any further.
fn size(source: &mut Source, range: Range<u64>) -> Result<Option<(u16, u16)>, Unreadable> {
    if source.array(range.start)? != *b"\xFF\xD8" {
        return Ok(None);
    }
    let mut at = range.start + 2;
    for _ in 0..MAX_SEGMENTS {
        let Some((marker, behind)) = jpeg::next_marker(source, at..range.end)? else {
            return Ok(None);
        };
        at = behind;
        match marker {
            0x01 | 0xD0..=0xD8 => {}
            0xC0..=0xC2 => {
                let [_, _, _, h0, h1, w0, w1] = source.array(at)?;
                let size = [[w0, w1], [h0, h1]].map(u16::from_be_bytes);
                return Ok(Some(size.into()));
            }
            0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF | 0xD9 | 0xDA => return Ok(None),
            _ => at += u64::from(u16::from_be_bytes(source.array(at)?)).max(2),
        }
    }
    Ok(None)
}

/// Behind the Exif block of a JPEG.
fn in_jpeg(
    source: &mut Source,
    range: Range<u64>,
    found: &mut Candidates,
) -> Result<(), Unreadable> {
    let end = range.end.min(source.len());
    let mut at = range.start + 2;
    for _ in 0..MAX_SEGMENTS {
        let Some((marker, behind)) = jpeg::next_marker(source, at..end)? else {
            return Ok(());
        };
        at = behind;
        match marker {
            0x01 | 0xD0..=0xD8 => continue,
            0xD9 | 0xDA => return Ok(()),
            _ => {}
        }
        let len = u64::from(u16::from_be_bytes(source.array(at)?)).max(2);
        let payload = at + 2..(at + len).min(end);
        at += len;
        if marker == 0xE1 && in_exif(source, payload, found).is_ok() {
            return Ok(());
        }
    }
    Ok(())
}

/// In an Exif block, with or without a prefix.
fn in_exif(
    source: &mut Source,
    block: Range<u64>,
    found: &mut Candidates,
) -> Result<(), Unreadable> {
    let block = exif::without_prefix(source, block)?;
    in_tiff(source, block, found)
}

/// In the directories of a TIFF structure: those that follow each other, and those
/// of further images.
fn in_tiff(
    source: &mut Source,
    block: Range<u64>,
    found: &mut Candidates,
) -> Result<(), Unreadable> {
    let head: [u8; 8] = source.array(block.start)?;
    let [m0, m1, m2, m3, first @ ..] = head;
    let order = tiff::header([m0, m1, m2, m3])
        .ok_or(Unreadable::Malformed("no TIFF header at the start"))?;
    let mut walk = PreviewWalk {
        source,
        block,
        order,
        queue: vec![order.u32(first)],
    };
    let mut next = 0;
    while let Some(offset) = walk.queue.get(next).copied() {
        walk.directory(offset, next == 0, found)?;
        next += 1;
    }
    Ok(())
}

struct PreviewWalk<'a> {
    source: &'a mut Source,
    block: Range<u64>,
    order: ByteOrder,
    queue: Vec<u32>,
}

/// What a directory says about its picture.
#[derive(Default)]
struct IfdPicture {
    compression: u32,
    strip: Option<u32>,
    strip_len: Option<u32>,
    jpeg: Option<u32>,
    jpeg_len: Option<u32>,
}

impl PreviewWalk<'_> {
    fn enqueue(&mut self, offset: u32) {
        if offset != 0 && self.queue.len() < MAX_IFDS && !self.queue.contains(&offset) {
            self.queue.push(offset);
        }
    }

    fn at(&self, offset: u32) -> u64 {
        self.block.start.saturating_add(u64::from(offset))
    }

    fn directory(
        &mut self,
        offset: u32,
        is_first: bool,
        found: &mut Candidates,
    ) -> Result<(), Unreadable> {
        let at = self.at(offset);
        if at.saturating_add(2) > self.block.end.min(self.source.len()) {
            return Ok(());
        }
        let count = u64::from(self.order.u16(self.source.array(at)?));
        let len = usize::try_from(count.min(MAX_ENTRIES) * 12).unwrap_or(0);
        // At most 12 kB. A copy, because other reads move the source's window.
        let table = self.source.up_to(at + 2, len)?.to_vec();
        let mut picture = IfdPicture::default();
        for entry in table.as_chunks::<12>().0 {
            self.entry(*entry, is_first, &mut picture, found)?;
        }
        let next = at + 2 + count * 12;
        if count <= MAX_ENTRIES && next.saturating_add(4) <= self.block.end.min(self.source.len()) {
            let next = self.order.u32(self.source.array(next)?);
            self.enqueue(next);
        }
        let strip = picture.strip.zip(picture.strip_len);
        // 6 and 7 are JPEG in a strip, old and new.
        let strip = strip.filter(|_| matches!(picture.compression, 6 | 7));
        for (offset, len) in [picture.jpeg.zip(picture.jpeg_len), strip]
            .into_iter()
            .flatten()
        {
            let start = self.at(offset);
            found
                .places
                .push(start..start.saturating_add(u64::from(len)));
        }
        Ok(())
    }

    fn entry(
        &mut self,
        entry: [u8; 12],
        is_first: bool,
        picture: &mut IfdPicture,
        found: &mut Candidates,
    ) -> Result<(), Unreadable> {
        let order = self.order;
        let [t0, t1, k0, k1, c0, c1, c2, c3, value @ ..] = entry;
        let count = order.u32([c0, c1, c2, c3]);
        let number = match order.u16([k0, k1]) {
            3 => u32::from(order.u16([value[0], value[1]])),
            4 | 7 | 9 | 13 => order.u32(value),
            _ => return Ok(()),
        };
        match (order.u16([t0, t1]), count) {
            (0x0103, 1) => picture.compression = number,
            (0x0111, 1) => picture.strip = Some(number),
            (0x0117, 1) => picture.strip_len = Some(number),
            (0x0201, 1) => picture.jpeg = Some(number),
            (0x0202, 1) => picture.jpeg_len = Some(number),
            (0x0112, 1) if is_first => {
                found.orientation = u8::try_from(number).ok().filter(|o| *o <= 8).unwrap_or(0);
            }
            // Further images: one offset, or a list of them.
            (0x014A, 1) => self.enqueue(number),
            (0x014A, 2..=8) => {
                let len = usize::try_from(count * 4).unwrap_or(0);
                let offsets = self.source.up_to(self.at(number), len)?.to_vec();
                for offset in offsets.as_chunks::<4>().0 {
                    self.enqueue(order.u32(*offset));
                }
            }
            // Panasonic's RW2 holds a whole JPEG with Exif of its own.
            (0x002E, len) if is_first && len > 4 => {
                let start = self.at(order.u32(value));
                let jpeg = start..start.saturating_add(u64::from(len));
                let orientation = found.orientation;
                // Damage within it costs only what it could add.
                let _ = in_jpeg(self.source, jpeg.clone(), found);
                found.orientation = orientation.max(found.orientation);
                found.places.push(jpeg);
            }
            _ => {}
        }
        Ok(())
    }
}

/// The `uuid` box of CR3 with a preview of some 1,600 pixels.
const CR3_PREVIEW: [u8; 16] = [
    0xEA, 0xF4, 0x2B, 0x5E, 0x1C, 0x98, 0x4B, 0x88, 0xB9, 0xFB, 0xB7, 0xDC, 0x40, 0x6E, 0x4D, 0x16,
];

/// In the boxes of Canon's CR3: `THMB` beside the Exif of `CMT1`, and `PRVW` behind them.
fn in_cr3(source: &mut Source, found: &mut Candidates) -> Result<(), Unreadable> {
    let mut boxes = Atoms::new(source, 0..source.len());
    let mut has_moov = false;
    loop {
        let atom = match boxes.next(source) {
            Ok(Some(atom)) => atom,
            Ok(None) => break,
            // Damage behind what was found costs only what it could add.
            Err(Unreadable::Malformed(_)) if has_moov => break,
            Err(error) => return Err(error),
        };
        match &atom.kind {
            b"moov" => {
                in_cr3_moov(source, atom.payload, found)?;
                has_moov = true;
            }
            b"uuid" if source.up_to(atom.payload.start, 16)? == CR3_PREVIEW => {
                // Behind the identifier and a count.
                let inside = atom.payload.start + 24..atom.payload.end;
                if let Ok(Some(part)) = Atoms::new(source, inside).find(source, *b"PRVW") {
                    in_cr3_part(source, part.payload, found)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The JPEG of a box of CR3 stands behind some numbers.
fn in_cr3_part(
    source: &mut Source,
    part: Range<u64>,
    found: &mut Candidates,
) -> Result<(), Unreadable> {
    let head = source.up_to(part.start, 64)?;
    let start = head.windows(3).position(|bytes| bytes == b"\xFF\xD8\xFF");
    let start = start.map(|start| part.start + start as u64);
    let start = start.filter(|start| *start < part.end);
    found.places.extend(start.map(|start| start..part.end));
    Ok(())
}

fn in_cr3_moov(
    source: &mut Source,
    moov: Range<u64>,
    found: &mut Candidates,
) -> Result<(), Unreadable> {
    let mut children = Atoms::new(source, moov);
    while let Some(child) = children.find(source, *b"uuid")? {
        if source.up_to(child.payload.start, 16)? != cr3::CANON_UUID {
            continue;
        }
        let mut parts = Atoms::new(source, child.payload.start + 16..child.payload.end);
        while let Some(part) = parts.next(source)? {
            match &part.kind {
                b"CMT1" => {
                    // Only the orientation is lost with a damaged block; the picture lies
                    // elsewhere.
                    let _ = in_tiff(source, part.payload, found);
                }
                b"THMB" => in_cr3_part(source, part.payload, found)?,
                _ => {}
            }
        }
    }
    Ok(())
}

/// A JPEG of the kinds that browsers show, without its application segments and
/// comments, which may hold positions, names and profiles; `None` for anything else.
/// Adobe's (APP14) stays, because it tells the colours.
pub fn bare(bytes: &[u8]) -> Option<Jpeg> {
    let mut rest = bytes.strip_prefix(b"\xFF\xD8")?;
    let mut kept = b"\xFF\xD8".to_vec();
    let mut size = None;
    loop {
        let [0xFF, marker, behind @ ..] = rest else {
            return None;
        };
        match marker {
            // Fill bytes, and markers without a segment.
            0xFF => {
                rest = rest.get(1..)?;
                continue;
            }
            0x01 | 0xD0..=0xD8 => {
                rest = behind;
                continue;
            }
            _ => {}
        }
        let len = usize::from(u16::from_be_bytes(*behind.first_chunk()?));
        let segment = rest.get(..2 + len.max(2))?;
        match marker {
            // Baseline, extended and progressive; other kinds are not shown.
            0xC0..=0xC2 => {
                let [_, _, _, _, _, h0, h1, w0, w1, ..] = segment else {
                    return None;
                };
                size = Some((
                    u16::from_be_bytes([*w0, *w1]),
                    u16::from_be_bytes([*h0, *h1]),
                ));
            }
            0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => return None,
            0xDA => {
                let size = size.filter(|size| size.0 > 0 && size.1 > 0)?;
                kept.extend_from_slice(rest);
                return Some(Jpeg { bytes: kept, size });
            }
            _ => {}
        }
        if !matches!(marker, 0xE0..=0xED | 0xEF | 0xFE) {
            kept.extend_from_slice(segment);
        }
        rest = rest.get(segment.len()..)?;
    }
}

impl Jpeg {
    /// With an Exif block that says nothing but how the picture is to be turned.
    #[must_use]
    pub fn turned(self, orientation: u8) -> Self {
        if !(2..=8).contains(&orientation) {
            return self;
        }
        let exif = *b"\xFF\xE1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
        let mut bytes = Vec::with_capacity(self.bytes.len() + exif.len());
        bytes.extend_from_slice(b"\xFF\xD8");
        bytes.extend_from_slice(&exif);
        // The low byte of the value, 7 bytes before the end.
        let at = bytes.len() - 7;
        if let Some(value) = bytes.get_mut(at) {
            *value = orientation;
        }
        bytes.extend_from_slice(self.bytes.get(2..).unwrap_or_default());
        Self { bytes, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture with a segment that tells something.
    fn picture(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = Vec::new();
        let rgb = vec![120; usize::from(width) * usize::from(height) * 3];
        jpeg_encoder::Encoder::new(&mut bytes, 60)
            .encode(&rgb, width, height, jpeg_encoder::ColorType::Rgb)
            .unwrap();
        let comment = b"\xFF\xFE\0\x08secret";
        [&bytes[..2], comment, &bytes[2..]].concat()
    }

    fn put(order: ByteOrder, out: &mut Vec<u8>, tag: u16, kind: u16, value: u32) {
        let big = |bytes: &[u8]| match order {
            ByteOrder::Big => bytes.to_vec(),
            ByteOrder::Little => bytes.iter().rev().copied().collect(),
        };
        out.extend(big(&tag.to_be_bytes()));
        out.extend(big(&kind.to_be_bytes()));
        out.extend(big(&1_u32.to_be_bytes()));
        match kind {
            3 => {
                out.extend(big(&u16::try_from(value).unwrap().to_be_bytes()));
                out.extend([0, 0]);
            }
            _ => out.extend(big(&value.to_be_bytes())),
        }
    }

    /// IFD0 with an orientation, and behind it IFD1 with these entries.
    fn tiff_with(
        order: ByteOrder,
        orientation: u32,
        ifd1: &[(u16, u16, u32)],
        tail: &[u8],
    ) -> Vec<u8> {
        let number = |n: u32| match order {
            ByteOrder::Big => n.to_be_bytes(),
            ByteOrder::Little => n.to_le_bytes(),
        };
        let short = |n: u16| match order {
            ByteOrder::Big => n.to_be_bytes(),
            ByteOrder::Little => n.to_le_bytes(),
        };
        let mut out = match order {
            ByteOrder::Big => b"MM\0\x2a".to_vec(),
            ByteOrder::Little => b"II\x2a\0".to_vec(),
        };
        out.extend(number(8));
        out.extend(short(1));
        put(order, &mut out, 0x0112, 3, orientation);
        out.extend(number(26));
        out.extend(short(u16::try_from(ifd1.len()).unwrap()));
        for (tag, kind, value) in ifd1 {
            put(order, &mut out, *tag, *kind, *value);
        }
        out.extend(number(0));
        out.extend(tail);
        out
    }

    /// With a JPEG in IFD1.
    fn tiff(order: ByteOrder, orientation: u32, jpeg: &[u8]) -> Vec<u8> {
        let len = u32::try_from(jpeg.len()).unwrap();
        let entries = [(0x0201, 4, 26 + 2 + 24 + 4), (0x0202, 4, len)];
        tiff_with(order, orientation, &entries, jpeg)
    }

    fn jpeg_with(exif: &[u8]) -> Vec<u8> {
        let len = u16::try_from(exif.len() + 8).unwrap().to_be_bytes();
        let big = picture(640, 480);
        [b"\xFF\xD8\xFF\xE1", &len[..], b"Exif\0\0", exif, &big[2..]].concat()
    }

    fn of(bytes: Vec<u8>, format: Format) -> (u8, Option<(u16, u16)>) {
        let found = find(&mut Source::from_bytes(bytes), format, 0).unwrap();
        (found.orientation, found.jpeg.map(|jpeg| jpeg.size))
    }

    #[test]
    fn the_thumbnail_behind_the_exif_block() {
        for order in [ByteOrder::Little, ByteOrder::Big] {
            let exif = tiff(order, 6, &picture(160, 120));
            assert_eq!(of(jpeg_with(&exif), Format::Jpeg), (6, Some((160, 120))));
            assert_eq!(of(exif, Format::Dng), (6, Some((160, 120))));
        }
    }

    #[test]
    fn the_smallest_that_shows_something() {
        // A JPEG in IFD1 that is too small, and a larger one in a strip.
        let (small, large) = (picture(32, 32), picture(320, 240));
        let lens = [&small, &large].map(|jpeg| u32::try_from(jpeg.len()).unwrap());
        let at = 26 + 2 + 5 * 12 + 4;
        let entries = [
            (0x0103, 3, 7),
            (0x0111, 4, at + lens[0]),
            (0x0117, 4, lens[1]),
            (0x0201, 4, at),
            (0x0202, 4, lens[0]),
        ];
        let bytes = tiff_with(ByteOrder::Little, 1, &entries, &[small, large].concat());
        assert_eq!(of(bytes, Format::Nef), (1, Some((320, 240))));
    }

    #[test]
    fn a_large_one_where_one_is_wanted() {
        let jpegs = [picture(160, 120), picture(960, 720)];
        let lens = jpegs
            .each_ref()
            .map(|jpeg| u32::try_from(jpeg.len()).unwrap());
        let at = 26 + 2 + 5 * 12 + 4;
        // The large one in a strip of IFD1, the small one as its thumbnail.
        let entries = [
            (0x0103, 3, 7),
            (0x0111, 4, at + lens[0]),
            (0x0117, 4, lens[1]),
            (0x0201, 4, at),
            (0x0202, 4, lens[0]),
        ];
        let bytes = tiff_with(ByteOrder::Little, 8, &entries, &jpegs.concat());
        let found = |side| {
            let mut source = Source::from_bytes(bytes.clone());
            let found = find(&mut source, Format::Nef, side).unwrap();
            assert_eq!(found.orientation, 8);
            let large = found
                .large
                .map(|range| size(&mut source, range).unwrap().unwrap());
            (found.jpeg.unwrap().size, large)
        };
        assert_eq!(found(0), ((160, 120), None));
        assert_eq!(found(160), ((160, 120), None));
        assert_eq!(found(161), ((160, 120), Some((960, 720))));
        // The largest of all, where none is as large.
        assert_eq!(found(9000), ((160, 120), Some((960, 720))));
    }

    #[test]
    fn what_lies_beyond_the_end_or_is_no_jpeg() {
        for jpeg in [
            &b""[..],
            b"\xFF\xD8",
            b"no jpeg at all, but long enough to be one",
        ] {
            let exif = tiff(ByteOrder::Big, 1, jpeg);
            assert_eq!(of(jpeg_with(&exif), Format::Jpeg), (1, None));
        }
        let far = tiff_with(
            ByteOrder::Big,
            9,
            &[(0x0201, 4, u32::MAX), (0x0202, 4, u32::MAX)],
            b"",
        );
        assert_eq!(of(far, Format::Tiff), (1, None));
        // A directory that points at itself.
        let mut round = tiff(ByteOrder::Big, 1, &picture(160, 120));
        round[22..26].copy_from_slice(&8_u32.to_be_bytes());
        assert_eq!(of(round, Format::Tiff), (1, None));
        assert_eq!(of(picture(640, 480), Format::Jpeg), (1, None));
    }

    #[test]
    fn the_jpeg_of_a_raf_file_stands_in() {
        let jpeg = picture(640, 480);
        let mut bytes = raf::SIGNATURE.to_vec();
        bytes.resize(84, 0);
        bytes.extend(100_u32.to_be_bytes());
        bytes.extend(u32::try_from(jpeg.len()).unwrap().to_be_bytes());
        bytes.resize(100, 0);
        bytes.extend(jpeg);
        assert_eq!(of(bytes, Format::Raf), (1, Some((640, 480))));
    }

    #[test]
    fn nothing_but_the_picture_is_kept() {
        let jpeg = bare(&jpeg_with(&tiff(ByteOrder::Big, 1, b""))).unwrap();
        let has = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
        assert_eq!(jpeg.size, (640, 480));
        assert!(
            !has(&jpeg.bytes, b"secret")
                && !has(&jpeg.bytes, b"Exif")
                && !has(&jpeg.bytes, b"JFIF")
        );
        let turned = jpeg.clone().turned(6);
        let mut exif = find(
            &mut Source::from_bytes(turned.bytes.clone()),
            Format::Jpeg,
            0,
        )
        .unwrap();
        assert_eq!((exif.orientation, exif.jpeg.take()), (6, None));
        assert_eq!(bare(&turned.bytes).unwrap(), jpeg);
        assert_eq!(jpeg.clone().turned(1), jpeg);
        assert_eq!(jpeg.clone().turned(9), jpeg);
    }

    #[test]
    fn kinds_that_no_browser_shows() {
        let mut lossless = picture(160, 120);
        let at = lossless
            .windows(2)
            .position(|pair| pair == b"\xFF\xC0")
            .unwrap();
        lossless[at + 1] = 0xC3;
        assert_eq!(bare(&lossless), None);
        let whole = picture(160, 120);
        let scan = whole
            .windows(2)
            .position(|pair| pair == b"\xFF\xDA")
            .unwrap();
        for cut in 0..scan {
            assert_eq!(bare(&whole[..cut]), None, "{cut}");
        }
    }
}
