//! HEIF (ISO/IEC 23008-12): HEIC and AVIF photos. Exif and XMP are items that
//! the `meta` box lists (`iinf`) and locates (`iloc`).

pub mod coded;

use std::ops::Range;

use super::bmff::Atoms;
use super::facts::Facts;
use super::source::Source;
use super::unreadable::Unreadable;
use super::{embedded, exif};

/// The longest list of locations that is read: some 50,000 items.
const MAX_ILOC: usize = 1024 * 1024;
/// The most pieces of one item.
const MAX_EXTENTS: usize = 64;
/// The most items with metadata or a JPEG.
const MAX_DESCRIBING: usize = 16;

/// Reads a HEIF file. Its `meta` box may stand anywhere, also behind the image.
///
/// # Errors
/// No `meta` box, a malformed one, or a failed read.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let mut boxes = Atoms::new(source, 0..source.len());
    match boxes.find(source, *b"meta")? {
        Some(meta) => read_meta(source, meta.payload, facts),
        None => Err(Unreadable::Malformed("no meta box, which lists the items")),
    }
}

/// The Exif block in full, and where the JPEGs lie.
#[derive(Debug, Default)]
pub struct EmbeddedItems {
    /// The Exif block.
    pub exif: Option<Vec<u8>>,
    /// The pictures that are JPEGs, thumbnails as a rule: where they lie.
    pub jpegs: Vec<Range<u64>>,
}

/// The Exif block and the JPEGs, but for those in several pieces, which nobody writes.
///
/// # Errors
/// A malformed `meta` box, or a failed read.
pub fn embedded(source: &mut Source) -> Result<EmbeddedItems, Unreadable> {
    let mut boxes = Atoms::new(source, 0..source.len());
    let mut found = EmbeddedItems::default();
    if let Some(meta) = boxes.find(source, *b"meta")? {
        let boxes = MetaBoxes::find(source, meta.payload)?;
        for LocatedItem { kind, pieces, .. } in boxes.describing(source)? {
            match kind {
                ItemKind::Exif => found.exif = Some(join(source, &pieces)?),
                ItemKind::Jpeg => {
                    if let [whole] = pieces.as_slice() {
                        found.jpegs.push(whole.clone());
                    }
                }
                ItemKind::Xmp | ItemKind::Hevc | ItemKind::Grid => {}
            }
        }
    }
    Ok(found)
}

/// The kinds of items that are read; all others are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ItemKind {
    Exif,
    Xmp,
    Jpeg,
    /// A picture, or a tile of one, coded in HEVC.
    Hevc,
    /// A picture made of tiles, in rows.
    Grid,
}

impl ItemKind {
    /// Whether it tells of the picture, or is one that needs no decoder of its own.
    fn is_describing(self) -> bool {
        matches!(self, Self::Exif | Self::Xmp | Self::Jpeg)
    }
}

fn read_meta(
    source: &mut Source,
    payload: Range<u64>,
    facts: &mut Facts,
) -> Result<(), Unreadable> {
    let boxes = MetaBoxes::find(source, payload)?;
    for LocatedItem { kind, pieces, .. } in boxes.describing(source)? {
        match pieces.as_slice() {
            [] => {}
            [whole] => read_item(source, kind, whole.clone(), facts)?,
            pieces => {
                let joined = join(source, pieces)?;
                let len = joined.len();
                read_item(&mut Source::from_bytes(joined), kind, 0..len as u64, facts)?;
            }
        }
    }
    Ok(())
}

/// A wanted item, and the pieces of the file that it is made of.
struct LocatedItem {
    id: u32,
    kind: ItemKind,
    pieces: Vec<Range<u64>>,
}

/// Where the parts of a `meta` box lie.
#[derive(Default)]
struct MetaBoxes {
    iinf: Option<Range<u64>>,
    iloc: Option<Range<u64>>,
    idat: Option<Range<u64>>,
    pitm: Option<Range<u64>>,
    iref: Option<Range<u64>>,
    iprp: Option<Range<u64>>,
}

impl MetaBoxes {
    fn find(source: &mut Source, payload: Range<u64>) -> Result<Self, Unreadable> {
        let mut found = Self::default();
        // A version and flags stand before the boxes.
        let mut boxes = Atoms::new(source, payload.start.saturating_add(4)..payload.end);
        while let Some(atom) = boxes.next(source)? {
            match &atom.kind {
                b"iinf" => found.iinf = Some(atom.payload),
                b"iloc" => found.iloc = Some(atom.payload),
                b"idat" => found.idat = Some(atom.payload),
                b"pitm" => found.pitm = Some(atom.payload),
                b"iref" => found.iref = Some(atom.payload),
                b"iprp" => found.iprp = Some(atom.payload),
                _ => {}
            }
        }
        Ok(found)
    }

    /// The items with metadata, and the JPEGs.
    fn describing(&self, source: &mut Source) -> Result<Vec<LocatedItem>, Unreadable> {
        self.located(source, ItemKind::is_describing, MAX_DESCRIBING)
    }

    /// The items of wanted kinds, at most so many.
    fn located(
        &self,
        source: &mut Source,
        is_wanted: fn(ItemKind) -> bool,
        most: usize,
    ) -> Result<Vec<LocatedItem>, Unreadable> {
        let items = match &self.iinf {
            Some(iinf) => items(source, iinf.clone(), is_wanted, most)?,
            None => return Ok(Vec::new()),
        };
        if items.is_empty() {
            return Ok(Vec::new());
        }
        let iloc = (self.iloc.as_ref()).ok_or(Unreadable::Malformed(
            "no iloc box, which locates the items",
        ))?;
        let len = usize::try_from(iloc.end - iloc.start).map_or(MAX_ILOC, |len| len.min(MAX_ILOC));
        let table = source.up_to(iloc.start, len)?.to_vec();
        let locations =
            locations(&table, &items).ok_or(Unreadable::Malformed("the iloc box is cut short"))?;
        let mut found = Vec::new();
        for location in locations {
            let within = match (location.idat, &self.idat) {
                (false, _) => 0..source.len(),
                (true, Some(idat)) => idat.clone(),
                (true, None) => continue,
            };
            let pieces = (location.extents.into_iter()).map(|extent| {
                let at = |offset: u64| within.start.saturating_add(offset).min(within.end);
                // A length of zero reaches to the end.
                match extent.end.saturating_sub(extent.start) {
                    0 => at(extent.start)..within.end,
                    _ => at(extent.start)..at(extent.end),
                }
            });
            found.push(LocatedItem {
                id: location.id,
                kind: location.kind,
                pieces: pieces.collect(),
            });
        }
        Ok(found)
    }
}

fn join(source: &mut Source, pieces: &[Range<u64>]) -> Result<Vec<u8>, Unreadable> {
    let mut joined = Vec::new();
    for piece in pieces {
        let room = embedded::MAX_PACKET - joined.len();
        let len = usize::try_from(piece.end - piece.start).map_or(room, |len| len.min(room));
        joined.extend_from_slice(source.up_to(piece.start, len)?);
    }
    Ok(joined)
}

fn read_item(
    source: &mut Source,
    kind: ItemKind,
    item: Range<u64>,
    facts: &mut Facts,
) -> Result<(), Unreadable> {
    match kind {
        ItemKind::Exif => exif::item(source, item, facts),
        ItemKind::Xmp => embedded::xmp(source, item, facts),
        ItemKind::Jpeg | ItemKind::Hevc | ItemKind::Grid => Ok(()),
    }
}

/// The items of wanted kinds that `iinf` lists, at most so many, by their identifiers.
fn items(
    source: &mut Source,
    iinf: Range<u64>,
    is_wanted: fn(ItemKind) -> bool,
    most: usize,
) -> Result<Vec<(u32, ItemKind)>, Unreadable> {
    let [version, ..] = source.array::<4>(iinf.start)?;
    let header = if version == 0 { 6 } else { 8 };
    let mut entries = Atoms::new(source, iinf.start + header..iinf.end);
    let mut items = Vec::new();
    while let Some(entry) = entries.next(source)? {
        if &entry.kind != b"infe" || items.len() == most {
            continue;
        }
        let len = usize::try_from(entry.payload.end - entry.payload.start).unwrap_or(usize::MAX);
        let entry = source.up_to(entry.payload.start, len.min(256))?;
        items.extend(item(entry).filter(|(_, kind)| is_wanted(*kind)));
    }
    items.sort_by_key(|(id, _)| *id);
    items.dedup_by_key(|(id, _)| *id);
    Ok(items)
}

/// One `infe` box.
fn item(entry: &[u8]) -> Option<(u32, ItemKind)> {
    let (&[version, ..], rest) = entry.split_first_chunk::<4>()?;
    let (id, rest) = if version >= 3 {
        let (id, rest) = rest.split_first_chunk::<4>()?;
        (u32::from_be_bytes(*id), rest)
    } else {
        let (id, rest) = rest.split_first_chunk::<2>()?;
        (u32::from(u16::from_be_bytes(*id)), rest)
    };
    // The protection index stands between the identifier and the type, which
    // versions 0 and 1 do not have.
    let rest = rest.get(2..)?;
    let is_xmp = |rest: &[u8]| {
        let mut texts = rest.split(|byte| *byte == 0).skip(1);
        texts.next() == Some(b"application/rdf+xml")
    };
    let kind = if version < 2 {
        is_xmp(rest).then_some(ItemKind::Xmp)?
    } else {
        match rest.split_first_chunk::<4>()? {
            (b"Exif", _) => ItemKind::Exif,
            (b"jpeg", _) => ItemKind::Jpeg,
            (b"hvc1" | b"hev1", _) => ItemKind::Hevc,
            (b"grid", _) => ItemKind::Grid,
            (b"mime", rest) if is_xmp(rest) => ItemKind::Xmp,
            _ => return None,
        }
    };
    Some((id, kind))
}

/// Where a wanted item lies: in the file, or in the `idat` box.
#[derive(Debug)]
struct Location {
    id: u32,
    kind: ItemKind,
    idat: bool,
    extents: Vec<Range<u64>>,
}

/// Takes big-endian numbers of the widths that `iloc` names: 0, 2, 4 or 8 bytes.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn take(&mut self, width: usize) -> Option<u64> {
        let (bytes, rest) = self.0.split_at_checked(width)?;
        self.0 = rest;
        // At most eight bytes: widths are checked by the caller.
        Some(bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)))
    }
}

/// The locations of the wanted items in an `iloc` box of version 0 to 2.
fn locations(table: &[u8], items: &[(u32, ItemKind)]) -> Option<Vec<Location>> {
    let (&[version, _, _, _, sizes, more_sizes], rest) = table.split_first_chunk::<6>()?;
    let mut rest = Numbers(rest);
    let widths = [sizes >> 4, sizes & 15, more_sizes >> 4, more_sizes & 15];
    let [offset, length, base, index] = widths.map(usize::from);
    let index = if version == 0 { 0 } else { index };
    if [offset, length, base, index].iter().any(|width| *width > 8) {
        return None;
    }
    let id_width = if version < 2 { 2 } else { 4 };
    let count = rest.take(id_width)?;
    let mut found = Vec::new();
    for _ in 0..count {
        // An item takes six bytes and more, so the table bounds the loop.
        let Some(id) = rest.take(id_width) else { break };
        let method = if version == 0 { 0 } else { rest.take(2)? & 15 };
        let _data_reference = rest.take(2)?;
        let base = rest.take(base)?;
        let extent_count = usize::try_from(rest.take(2)?).ok()?;
        let item = items.binary_search_by_key(&id, |(item, _)| u64::from(*item));
        let item = item.ok().and_then(|at| items.get(at));
        let Some((id, kind)) = item.filter(|_| method < 2) else {
            let skipped = extent_count * (index + offset + length);
            rest.take_none(skipped)?;
            continue;
        };
        let mut extents = Vec::new();
        for n in 0..extent_count {
            let _index = rest.take(index)?;
            let start = base.saturating_add(rest.take(offset)?);
            let len = rest.take(length)?;
            if n < MAX_EXTENTS {
                extents.push(start..start.saturating_add(len));
            }
        }
        found.push(Location {
            id: *id,
            kind: *kind,
            idat: method == 1,
            extents,
        });
        if found.len() == items.len() {
            break;
        }
    }
    Some(found)
}

impl Numbers<'_> {
    fn take_none(&mut self, len: usize) -> Option<()> {
        self.0 = self.0.get(len..)?;
        Some(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tiff::build;
    use super::*;

    const TAKEN: &str = "2019:05:04 10:11:12";

    fn atom(kind: [u8; 4], payload: &[u8]) -> Vec<u8> {
        let size = u32::try_from(payload.len() + 8).unwrap().to_be_bytes();
        [&size[..], &kind, payload].concat()
    }

    /// A file with one Exif item of these bytes: in `mdat` in front of `meta`
    /// (construction method 0), or in `idat` (1), located by `iloc` version 1,
    /// in two extents where `split` tells.
    fn heic(exif: &[u8], method: u8, split: Option<usize>) -> Vec<u8> {
        let ftyp = atom(*b"ftyp", b"heic\0\0\0\0mif1");
        let mdat = atom(*b"mdat", exif);
        let infe = atom(*b"infe", b"\x02\0\0\0\0\x07\0\0Exif\0");
        let other = atom(*b"infe", b"\x02\0\0\0\0\x01\0\0hvc1\0");
        let iinf = atom(*b"iinf", &[b"\0\0\0\0\0\x02", &other[..], &infe].concat());
        let start = if method == 0 { ftyp.len() + 8 } else { 0 };
        let extents = match split {
            Some(at) => vec![(start, at), (start + at, exif.len() - at)],
            None => vec![(start, exif.len())],
        };
        // Offset and length of four bytes, no base, no index; two items.
        let mut table = b"\x01\0\0\0\x44\0\0\x02\0\x01\0\0\0\0\0\x01".to_vec();
        table.extend([0; 8]);
        table.extend([
            0,
            7,
            0,
            method,
            0,
            0,
            0,
            u8::try_from(extents.len()).unwrap(),
        ]);
        for (offset, len) in extents {
            table.extend(u32::try_from(offset).unwrap().to_be_bytes());
            table.extend(u32::try_from(len).unwrap().to_be_bytes());
        }
        let iloc = atom(*b"iloc", &table);
        let idat = atom(*b"idat", if method == 1 { exif } else { b"" });
        let meta = atom(*b"meta", &[b"\0\0\0\0", &iinf[..], &iloc, &idat].concat());
        [ftyp, mdat, meta].concat()
    }

    fn times(bytes: Vec<u8>) -> Vec<String> {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(bytes), &mut facts).unwrap();
        facts.times.into_iter().map(|clue| clue.text).collect()
    }

    #[test]
    fn every_prefix_and_place_of_the_exif_item() {
        let prefixes = [
            &b""[..],
            b"\0\0\0\0",
            b"\0\0\0\x06Exif\0\0",
            b"Exif\0\0",
            b"\0\0\0\0Exif\0\0",
        ];
        for prefix in prefixes {
            let exif = [prefix, &build::dated(TAKEN)].concat();
            for method in [0, 1] {
                assert_eq!(
                    times(heic(&exif, method, None)),
                    [TAKEN],
                    "{prefix:?} {method}"
                );
            }
            assert_eq!(times(heic(&exif, 0, Some(40))), [TAKEN]);
        }
        let far = [b"\0\0\0\xC8".to_vec(), vec![0; 200], build::dated(TAKEN)].concat();
        assert_eq!(times(heic(&far, 0, None)), [TAKEN]);
    }

    #[test]
    fn items_of_every_version() {
        assert_eq!(
            item(b"\x02\0\0\0\0\x07\0\0Exif\0"),
            Some((7, ItemKind::Exif))
        );
        assert_eq!(
            item(b"\x03\0\0\0\0\0\0\x07\0\0Exif\0"),
            Some((7, ItemKind::Exif))
        );
        let xmp = b"\x02\0\0\0\0\x07\0\0mime\0application/rdf+xml\0";
        assert_eq!(item(xmp), Some((7, ItemKind::Xmp)));
        let old = b"\0\0\0\0\0\x07\0\0name\0application/rdf+xml\0";
        assert_eq!(item(old), Some((7, ItemKind::Xmp)));
        assert_eq!(item(b"\x02\0\0\0\0\x07\0\0mime\0text/plain\0"), None);
        assert_eq!(item(b"\x02\0\0\0\0\x07"), None);
    }

    #[test]
    fn locations_of_every_version() {
        let items = [(7, ItemKind::Exif)];
        let find = |table: &[u8]| {
            let found = locations(table, &items)?;
            let [Location { idat, extents, .. }] = found.as_slice() else {
                return None;
            };
            let extents: Vec<_> = extents.iter().map(|e| (e.start, e.end)).collect();
            Some((*idat, extents))
        };
        // Version 0: 4-byte offset and length, 8-byte base.
        let v0 = b"\0\0\0\0\x44\x80\0\x01\0\x07\0\0\0\0\0\0\0\0\0\x64\0\x01\0\0\0\x05\0\0\0\x02";
        assert_eq!(find(v0), Some((false, vec![(105, 107)])));
        // Version 2: 32-bit identifiers and count, an index before each extent.
        let v2 =
            b"\x02\0\0\0\x44\x04\0\0\0\x01\0\0\0\x07\0\x01\0\0\0\x01\0\0\0\x01\0\0\0\x05\0\0\0\x02";
        assert_eq!(find(v2), Some((true, vec![(5, 7)])));
        // A width of nine bytes, and a list that is cut.
        assert_eq!(find(b"\0\0\0\0\x94\x80\0\x01\0\x07"), None);
        assert_eq!(find(&v0[..20]), None);
    }

    #[test]
    fn no_meta_box_is_malformed() {
        let mut source = Source::from_bytes(atom(*b"ftyp", b"heic"));
        let outcome = read(&mut source, &mut Facts::default());
        assert!(matches!(outcome, Err(Unreadable::Malformed(_))));
    }

    /// A small file for the test of robustness.
    pub(in super::super) fn sample() -> Vec<u8> {
        let exif = [b"\0\0\0\0".to_vec(), build::dated(TAKEN)].concat();
        heic(&exif, 1, Some(40))
    }
}
