//! The pictures of a HEIF file that are coded in HEVC: where their tiles lie, and how these
//! are put together and turned (ISO/IEC 23008-12). Nothing is decoded here.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{ItemKind, MetaBoxes};
use crate::media::bmff::{Atom, Atoms};
use crate::media::source::Source;
use crate::media::unreadable::Unreadable;

/// The most coded items: tiles of the main picture, of a map of its brightness, thumbnails.
const MAX_CODED: usize = 2048;
/// The most items that are named as parts of others, all together.
const MAX_PARTS: usize = 64 * 1024;
/// The most parts of the stream of one tile: cameras write one, and each costs the decoder memory
/// beside its bytes.
const MAX_STREAM_PARTS: usize = 4096;
/// The most thumbnails that are looked at.
const MAX_THUMBNAILS: usize = 8;
/// The most properties that items share.
const MAX_PROPERTIES: usize = 4096;
/// The most bytes of a table that are read, and of a decoder's configuration.
const MAX_TABLE: usize = 256 * 1024;
const MAX_CONFIG: usize = 16 * 1024;

/// The main picture, and the smallest of its thumbnails.
#[derive(Debug, Default)]
pub struct CodedPictures {
    /// The picture in full.
    pub whole: Option<CodedPicture>,
    /// A small one of the same.
    pub thumbnail: Option<CodedPicture>,
}

/// A picture: tiles in rows, of which the last may reach beyond its edge.
#[derive(Debug)]
pub struct CodedPicture {
    /// Width and height of the tiles together, as far as they are of the picture.
    pub size: [usize; 2],
    /// Width and height of one tile.
    pub tile_size: [usize; 2],
    /// How many of them are in a row.
    pub columns: usize,
    /// All of them, row by row.
    pub tiles: Vec<CodedTile>,
    /// The part of it that is shown: what lies left and above it, and its size.
    pub shown: ([usize; 2], [usize; 2]),
    /// How that is to be turned and mirrored, as by Exif, 1 to 8.
    pub orientation: u8,
    /// How its colours are coded, where the file says so.
    pub coding: Option<ColourCoding>,
    /// Where the profile of its colours lies (ICC).
    pub profile: Option<Range<u64>>,
}

/// How colours are coded (ITU-T H.273).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColourCoding {
    /// Which red, green and blue are meant.
    pub primaries: u16,
    /// By which matrix they became brightness and two differences.
    pub matrix: u16,
    /// Whether all values are used, or a narrow range of them.
    pub full_range: bool,
}

/// A stream of its own.
#[derive(Debug, Clone)]
pub struct CodedTile {
    config: Range<u64>,
    pieces: Vec<Range<u64>>,
}

impl CodedTile {
    /// How many bytes it has, without the sets of parameters.
    pub fn bytes(&self) -> usize {
        let lens = self.pieces.iter().map(|piece| piece.end - piece.start);
        usize::try_from(lens.fold(0, u64::saturating_add)).unwrap_or(usize::MAX)
    }

    /// The stream with its sets of parameters, each part behind a start code (H.265, annex B).
    ///
    /// # Errors
    /// It is damaged, or a read fails.
    pub fn stream(&self, source: &mut Source) -> Result<Vec<u8>, Unreadable> {
        let len = usize::try_from(self.config.end - self.config.start).unwrap_or(usize::MAX);
        let config = source.up_to(self.config.start, len.min(MAX_CONFIG))?;
        let mut stream = Vec::with_capacity(config.len() + self.bytes());
        let width = parameters(config, &mut stream)
            .ok_or(Unreadable::Malformed("the hvcC box is cut short"))?;
        let mut parts = 0;
        for piece in &self.pieces {
            let mut rest = piece.clone();
            while rest.end - rest.start > width as u64 {
                parts += 1;
                if parts > MAX_STREAM_PARTS {
                    return Err(Unreadable::Malformed("a coded picture has too many parts"));
                }
                let len = source.bytes(rest.start, width)?.iter();
                let len = len.fold(0, |n, byte| n << 8 | u64::from(*byte));
                let at = rest.start + width as u64;
                if len > rest.end - at {
                    return Err(Unreadable::Malformed("a coded picture is cut short"));
                }
                append(source, at..at + len, &mut stream)?;
                rest.start = at + len;
            }
        }
        Ok(stream)
    }
}

/// Behind a start code, in pieces that a source reads at a time.
fn append(source: &mut Source, range: Range<u64>, stream: &mut Vec<u8>) -> Result<(), Unreadable> {
    const PIECE: usize = 64 * 1024;
    stream.extend([0, 0, 0, 1]);
    let mut at = range.start;
    while at < range.end {
        let len = usize::try_from(range.end - at).map_or(PIECE, |len| len.min(PIECE));
        stream.extend_from_slice(source.bytes(at, len)?);
        at += len as u64;
    }
    Ok(())
}

/// Takes the sets of parameters out of an `hvcC` box, and says how many bytes the lengths of
/// the parts of a stream have (ISO/IEC 14496-15, section 8.3.3).
fn parameters(config: &[u8], stream: &mut Vec<u8>) -> Option<usize> {
    let (head, mut rest) = config.split_first_chunk::<23>()?;
    for _ in 0..head[22] {
        let ([_, n0, n1], behind) = rest.split_first_chunk::<3>()?;
        rest = behind;
        for _ in 0..u16::from_be_bytes([*n0, *n1]) {
            let (len, behind) = rest.split_first_chunk::<2>()?;
            let (unit, behind) = behind.split_at_checked(u16::from_be_bytes(*len).into())?;
            stream.extend([0, 0, 0, 1]);
            stream.extend_from_slice(unit);
            rest = behind;
        }
    }
    Some(usize::from(head[21] & 3) + 1)
}

/// The main picture of a HEIF file and its thumbnail.
///
/// # Errors
/// A malformed `meta` box, or a failed read.
pub fn pictures(source: &mut Source) -> Result<CodedPictures, Unreadable> {
    let mut boxes = Atoms::new(source, 0..source.len());
    let Some(meta) = boxes.find(source, *b"meta")? else {
        return Ok(CodedPictures::default());
    };
    let boxes = MetaBoxes::find(source, meta.payload)?;
    let main = match &boxes.pitm {
        Some(pitm) => match source.up_to(pitm.start, 8)? {
            [0, _, _, _, i0, i1, ..] => u32::from(u16::from_be_bytes([*i0, *i1])),
            [_, _, _, _, id @ ..] => id.first_chunk().map_or(0, |id| u32::from_be_bytes(*id)),
            _ => 0,
        },
        None => return Ok(CodedPictures::default()),
    };
    let album = Album::read(source, &boxes)?;
    let whole = album.picture(source, main)?;
    let of_main =
        |reference: &&Reference| reference.kind == *b"thmb" && reference.to.contains(&main);
    let mut thumbnail = None;
    for reference in album.references.iter().filter(of_main).take(MAX_THUMBNAILS) {
        let found = album.picture(source, reference.from)?;
        let area = |picture: &CodedPicture| picture.size[0] * picture.size[1];
        let least = thumbnail.as_ref().map_or(usize::MAX, area);
        thumbnail = found.filter(|found| area(found) < least).or(thumbnail);
    }
    Ok(CodedPictures { whole, thumbnail })
}

/// One item says something of others: what it is made of, or whose thumbnail it is.
struct Reference {
    kind: [u8; 4],
    from: u32,
    to: Vec<u32>,
}

/// The coded items, and what is said of them.
struct Album {
    items: BTreeMap<u32, (ItemKind, Vec<Range<u64>>)>,
    references: Vec<Reference>,
    properties: Vec<Atom>,
    /// Which of the properties an item has, in the order in which they are applied.
    of_item: BTreeMap<u32, Vec<u16>>,
}

impl Album {
    fn read(source: &mut Source, boxes: &MetaBoxes) -> Result<Self, Unreadable> {
        let is_coded = |kind| matches!(kind, ItemKind::Hevc | ItemKind::Grid);
        let items = boxes.located(source, is_coded, MAX_CODED)?.into_iter();
        let mut album = Self {
            items: (items.map(|item| (item.id, (item.kind, item.pieces)))).collect(),
            references: Vec::new(),
            properties: Vec::new(),
            of_item: BTreeMap::new(),
        };
        if let Some(iref) = &boxes.iref {
            album.read_references(source, iref.clone())?;
        }
        let iprp = boxes.iprp.clone().unwrap_or_default();
        let mut children = Atoms::new(source, iprp);
        while let Some(child) = children.next(source)? {
            match &child.kind {
                b"ipco" => {
                    let mut properties = Atoms::new(source, child.payload);
                    while let Some(property) = properties.next(source)?
                        && album.properties.len() < MAX_PROPERTIES
                    {
                        album.properties.push(property);
                    }
                }
                b"ipma" => {
                    let table = table(source, child.payload)?;
                    album.read_associations(&table);
                }
                _ => {}
            }
        }
        Ok(album)
    }

    fn read_references(&mut self, source: &mut Source, iref: Range<u64>) -> Result<(), Unreadable> {
        let [version, ..] = source.array::<4>(iref.start)?;
        let width = if version == 0 { 2 } else { 4 };
        let mut left = MAX_PARTS;
        let mut children = Atoms::new(source, iref.start + 4..iref.end);
        while let Some(child) = children.next(source)? {
            if !matches!(&child.kind, b"dimg" | b"thmb") || self.references.len() == MAX_CODED {
                continue;
            }
            let table = table(source, child.payload)?;
            let mut numbers = super::Numbers(&table);
            let mut number = |width| numbers.take(width).and_then(|id| u32::try_from(id).ok());
            let (Some(from), Some(count)) = (number(width), number(2)) else {
                continue;
            };
            let to = (0..count).map_while(|_| number(width)).take(left);
            let to: Vec<u32> = to.collect();
            left -= to.len();
            self.references.push(Reference {
                kind: child.kind,
                from,
                to,
            });
        }
        Ok(())
    }

    /// Of an `ipma` box; what is cut off says nothing.
    fn read_associations(&mut self, table: &[u8]) -> Option<()> {
        let ([version, _, _, flags], rest) = table.split_first_chunk::<4>()?;
        let mut rest = super::Numbers(rest);
        let id_width = if *version == 0 { 2 } else { 4 };
        let (width, mask) = if flags & 1 == 0 {
            (1, 0x7F)
        } else {
            (2, 0x7FFF)
        };
        for _ in 0..rest.take(4)? {
            let id = u32::try_from(rest.take(id_width)?).ok()?;
            let mut indices = Vec::new();
            for _ in 0..rest.take(1)? {
                // The first property has the number 1.
                let index = u16::try_from(rest.take(width)? & mask).ok()?;
                indices.extend(index.checked_sub(1));
            }
            if self.items.contains_key(&id) {
                self.of_item.entry(id).or_insert(indices);
            }
        }
        Some(())
    }

    /// The properties of an item of that type.
    fn properties(&self, id: u32) -> impl Iterator<Item = &Atom> {
        let indices = self.of_item.get(&id).into_iter().flatten();
        indices.filter_map(|index| self.properties.get(usize::from(*index)))
    }

    fn property(&self, id: u32, kind: [u8; 4]) -> Option<Range<u64>> {
        let found = self.properties(id).find(|property| property.kind == kind);
        found.map(|property| property.payload.clone())
    }

    /// The size of an item.
    fn size(&self, source: &mut Source, id: u32) -> Result<Option<[usize; 2]>, Unreadable> {
        let Some(ispe) = self.property(id, *b"ispe") else {
            return Ok(None);
        };
        let [_, _, _, _, w0, w1, w2, w3, h0, h1, h2, h3] = source.array(ispe.start)?;
        Ok(sides(
            u32::from_be_bytes([w0, w1, w2, w3]),
            u32::from_be_bytes([h0, h1, h2, h3]),
        ))
    }

    /// A picture that is coded as one or as a grid; `None` for anything else.
    fn picture(&self, source: &mut Source, id: u32) -> Result<Option<CodedPicture>, Unreadable> {
        let (size, columns, tiles) = match self.items.get(&id) {
            Some((ItemKind::Hevc, _)) => match self.size(source, id)? {
                Some(size) => (size, 1, vec![id]),
                None => return Ok(None),
            },
            Some((ItemKind::Grid, pieces)) => {
                let Some(whole) = pieces.first() else {
                    return Ok(None);
                };
                let Some((size, [rows, columns])) = grid(source.up_to(whole.start, 12)?) else {
                    return Ok(None);
                };
                let mut parts = self.references.iter();
                let parts =
                    parts.find(|reference| reference.kind == *b"dimg" && reference.from == id);
                let tiles = parts.map(|parts| parts.to.clone()).unwrap_or_default();
                if tiles.len() != rows * columns || tiles.len() > MAX_CODED {
                    return Ok(None);
                }
                (size, columns, tiles)
            }
            _ => return Ok(None),
        };
        let Some(first) = tiles.first().copied() else {
            return Ok(None);
        };
        let Some(tile_size) = self.size(source, first)? else {
            return Ok(None);
        };
        let mut picture = CodedPicture {
            size,
            tile_size,
            columns,
            tiles: tiles.iter().filter_map(|tile| self.tile(*tile)).collect(),
            shown: ([0, 0], size),
            orientation: 1,
            coding: None,
            profile: None,
        };
        if picture.tiles.len() != tiles.len() {
            return Ok(None);
        }
        self.describe(source, first, false, &mut picture)?;
        self.describe(source, id, true, &mut picture)?;
        Ok(Some(picture))
    }

    fn tile(&self, id: u32) -> Option<CodedTile> {
        let (kind, pieces) = self.items.get(&id)?;
        let config = self.property(id, *b"hvcC")?;
        (*kind == ItemKind::Hevc).then(|| CodedTile {
            config,
            pieces: pieces.clone(),
        })
    }

    /// Takes from the properties of an item how a picture is coloured, and, where they are its
    /// own, how it is cut and turned.
    fn describe(
        &self,
        source: &mut Source,
        id: u32,
        is_own: bool,
        picture: &mut CodedPicture,
    ) -> Result<(), Unreadable> {
        for Atom { kind, payload } in self.properties(id) {
            match kind {
                b"colr" if payload.end - payload.start < 4 => {}
                b"colr" => match source.up_to(payload.start, 11)? {
                    [b'n', b'c', b'l', b'x', p0, p1, _, _, m0, m1, range] => {
                        picture.coding = Some(ColourCoding {
                            primaries: u16::from_be_bytes([*p0, *p1]),
                            matrix: u16::from_be_bytes([*m0, *m1]),
                            full_range: range & 0x80 != 0,
                        });
                    }
                    [b'p', b'r', b'o', b'f', ..] | [b'r', b'I', b'C', b'C', ..] => {
                        picture.profile = Some(payload.start + 4..payload.end);
                    }
                    _ => {}
                },
                b"clap" if is_own => {
                    let table = source.up_to(payload.start, 32)?;
                    picture.shown = aperture(table, picture.size).unwrap_or(picture.shown);
                }
                b"irot" if is_own => {
                    let [quarters] = source.array(payload.start)?;
                    picture.orientation = turned_back(picture.orientation, quarters & 3);
                }
                b"imir" if is_own => {
                    let [axis] = source.array(payload.start)?;
                    picture.orientation = mirrored(picture.orientation, axis & 1 == 0);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// A table in full, as far as it is not too long.
fn table(source: &mut Source, range: Range<u64>) -> Result<Vec<u8>, Unreadable> {
    let len = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
    Ok(source.up_to(range.start, len.min(MAX_TABLE))?.to_vec())
}

/// Two sides of something that can be seen.
fn sides(width: u32, height: u32) -> Option<[usize; 2]> {
    let sides = [usize::try_from(width).ok()?, usize::try_from(height).ok()?];
    // So that nothing overflows that is counted by them.
    (sides.iter().all(|side| (1..=1 << 20).contains(side))).then_some(sides)
}

/// The size of a grid, and its rows and columns.
fn grid(bytes: &[u8]) -> Option<([usize; 2], [usize; 2])> {
    let ([_, flags, rows, columns], rest) = bytes.split_first_chunk::<4>()?;
    let mut rest = super::Numbers(rest);
    let width = if flags & 1 == 0 { 2 } else { 4 };
    let mut number = || u32::try_from(rest.take(width)?).ok();
    let size = sides(number()?, number()?)?;
    Some((size, [*rows, *columns].map(|many| usize::from(many) + 1)))
}

/// What a clean aperture shows of a picture: sizes and the distances of centres as fractions.
fn aperture(table: &[u8], size: [usize; 2]) -> Option<([usize; 2], [usize; 2])> {
    let [width, height, across, down] = table.as_chunks::<8>().0.first_chunk()?;
    let part = |fraction: &[u8; 8], offset: &[u8; 8], full: usize| {
        let [n0, n1, n2, n3, d0, d1, d2, d3] = *fraction;
        let over = u32::from_be_bytes([d0, d1, d2, d3]);
        let shown = u32::from_be_bytes([n0, n1, n2, n3]).checked_div(over)?;
        let shown = usize::try_from(shown)
            .ok()
            .filter(|shown| (1..=full).contains(shown))?;
        let [n0, n1, n2, n3, d0, d1, d2, d3] = *offset;
        let over = i128::from(u32::from_be_bytes([d0, d1, d2, d3]));
        let twice = 2 * i128::from(i32::from_be_bytes([n0, n1, n2, n3]));
        let room = i128::try_from(full - shown).ok()?;
        let before = (room * over + twice).checked_div(2 * over)?;
        Some((usize::try_from(before.clamp(0, room)).ok()?, shown))
    };
    let (left, wide) = part(width, across, size[0])?;
    let (above, high) = part(height, down, size[1])?;
    Some(([left, above], [wide, high]))
}

/// Orientations of Exif by quarter turns clockwise, of the picture and of its mirror image.
const TURNS: [[u8; 4]; 2] = [[1, 6, 3, 8], [2, 7, 4, 5]];

/// By how many quarters an orientation turns clockwise, and whether it mirrors before.
fn turns(orientation: u8) -> (usize, usize) {
    let find = |mirror: usize| (TURNS[mirror].iter()).position(|known| *known == orientation);
    match (find(0), find(1)) {
        (Some(quarters), _) => (quarters, 0),
        (None, Some(quarters)) => (quarters, 1),
        (None, None) => (0, 0),
    }
}

/// Turned by quarters, anticlockwise.
fn turned_back(orientation: u8, quarters: u8) -> u8 {
    let (turned, mirror) = turns(orientation);
    TURNS[mirror][(turned + 4 - usize::from(quarters & 3)) % 4]
}

/// Mirrored: the top becomes the bottom, or the left the right.
fn mirrored(orientation: u8, upside_down: bool) -> u8 {
    let (turned, mirror) = turns(orientation);
    // Turning by a quarter before mirroring is turning back behind it.
    let quarters = 4 - turned + if upside_down { 2 } else { 0 };
    TURNS[1 - mirror][quarters % 4]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the corners of a picture come to lie, from the upper left one clockwise.
    fn corners(orientation: u8) -> [u8; 4] {
        match orientation {
            1 => [1, 2, 3, 4],
            2 => [2, 1, 4, 3],
            3 => [3, 4, 1, 2],
            4 => [4, 3, 2, 1],
            5 => [1, 4, 3, 2],
            6 => [4, 1, 2, 3],
            7 => [3, 2, 1, 4],
            _ => [2, 3, 4, 1],
        }
    }

    #[test]
    fn turning_and_mirroring_are_as_exif_has_them() {
        for orientation in 1..=8 {
            let [a, b, c, d] = corners(orientation);
            assert_eq!(corners(turned_back(orientation, 0)), [a, b, c, d]);
            assert_eq!(corners(turned_back(orientation, 1)), [b, c, d, a]);
            assert_eq!(corners(turned_back(orientation, 2)), [c, d, a, b]);
            assert_eq!(corners(turned_back(orientation, 3)), [d, a, b, c]);
            assert_eq!(corners(mirrored(orientation, false)), [b, a, d, c]);
            assert_eq!(corners(mirrored(orientation, true)), [d, c, b, a]);
        }
    }

    #[test]
    fn an_aperture_lies_within_the_picture() {
        let fractions = |all: [i32; 8]| all.map(i32::to_be_bytes).concat();
        let shown = |all| aperture(&fractions(all), [100, 80]);
        assert_eq!(shown([90, 1, 80, 1, 0, 1, 0, 1]), Some(([5, 0], [90, 80])));
        assert_eq!(shown([99, 1, 79, 1, -1, 2, 1, 2]), Some(([0, 1], [99, 79])));
        assert_eq!(
            shown([90, 1, 80, 1, 99, 1, 0, 1]),
            Some(([10, 0], [90, 80]))
        );
        assert_eq!(shown([101, 1, 80, 1, 0, 1, 0, 1]), None);
        assert_eq!(shown([90, 0, 80, 1, 0, 1, 0, 1]), None);
        assert_eq!(shown([90, 1, 80, 1, 0, 0, 0, 1]), None);
        assert_eq!(aperture(&[0; 31], [100, 80]), None);
    }

    #[test]
    fn grids_of_both_widths() {
        assert_eq!(
            grid(b"\0\0\x01\x02\x04\0\x03\0"),
            Some(([1024, 768], [2, 3]))
        );
        let wide = b"\0\x01\0\0\0\0\x04\0\0\0\x03\0";
        assert_eq!(grid(wide), Some(([1024, 768], [1, 1])));
        assert_eq!(grid(&wide[..11]), None);
        assert_eq!(grid(b"\0\0\x01\x02\0\0\x03\0"), None);
    }
}
