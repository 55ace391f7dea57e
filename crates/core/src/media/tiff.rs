//! The TIFF structure (TIFF 6.0; Exif 3.0 section 4.6): TIFF files, the RAW
//! formats built on it, JPEG XR (ITU-T T.832 annex A), `BigTIFF` with its wider numbers, and
//! the Exif block inside other containers.
//!
//! The walk seeks to the few entries that say when and where, whatever the size
//! of the file. They are packed into a small block of their own, which an
//! ordinary Exif decoder can be handed without risk.

use std::io;
use std::ops::Range;

use super::source::Source;
use super::unreadable::Unreadable;

/// The most directories that are visited. One image needs three.
const MAX_IFDS: usize = 16;
/// The most entries of a directory that are looked at. Real ones stay below 200.
const MAX_ENTRIES: u64 = 1000;
/// The most bytes of one value that are kept. Dates, names and degrees are shorter.
const MAX_VALUE: u64 = 256;

/// The most entries of one tag in a directory that are kept: some writers append
/// a good one to a broken one, and a hostile file may repeat one without end.
const MAX_REPEATS: usize = 3;

const EXIF_IFD: u16 = 0x8769;
const GPS_IFD: u16 = 0x8825;
const XMP: u16 = 0x02BC;
const IPTC: u16 = 0x83BB;
/// Panasonic's tag for the JPEG that holds an RW2 file's Exif.
const JPG_FROM_RAW: u16 = 0x002E;
const DNG_VERSION: u16 = 0xC612;
const SUB_IFDS: u16 = 0x014A;
const PHOTOMETRIC: u16 = 0x0106;
/// The tags that say where something lies, or what the file is.
const STRUCTURE: [u16; 8] = [
    EXIF_IFD,
    GPS_IFD,
    XMP,
    IPTC,
    JPG_FROM_RAW,
    DNG_VERSION,
    SUB_IFDS,
    PHOTOMETRIC,
];

/// Make, Model and the date of the last change, which belong into IFD0.
const IMAGE_TAGS: &[u16] = &[0x010F, 0x0110, 0x0132];
/// The dates with their offsets from UTC and fractions of a second.
const EXIF_TAGS: &[u16] = &[
    0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292,
];
/// Latitude and longitude with their hemispheres, time and date of the fix.
const GPS_TAGS: &[u16] = &[0x0001, 0x0002, 0x0003, 0x0004, 0x0007, 0x001D];

/// The order of the bytes in a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// `II`: the low byte first.
    Little,
    /// `MM`: the high byte first.
    Big,
}

impl ByteOrder {
    /// A number of 16 bits.
    pub fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    /// A number of 32 bits.
    pub fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    /// A number of 64 bits, or of 32 where there are no more.
    fn wide(self, bytes: &[u8]) -> u64 {
        let number = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        match self {
            Self::Little => bytes.iter().rev().fold(0, number),
            Self::Big => bytes.iter().fold(0, number),
        }
    }

    fn put_u16(self, out: &mut Vec<u8>, value: u16) {
        out.extend(match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        });
    }

    fn put_u32(self, out: &mut Vec<u8>, value: u32) {
        out.extend(match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        });
    }
}

/// What a directory describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ifd {
    /// The image: IFD0.
    Image,
    /// How it was taken.
    Exif,
    /// Where it was taken.
    Gps,
}

impl Ifd {
    fn wants(self, tag: u16) -> bool {
        match self {
            // The dates are where they belong or, wrongly, in the other of the two.
            Self::Image | Self::Exif => IMAGE_TAGS.contains(&tag) || EXIF_TAGS.contains(&tag),
            Self::Gps => GPS_TAGS.contains(&tag),
        }
    }
}

/// One entry of a directory, its value in the byte order of the file.
#[derive(Debug)]
struct IfdEntry {
    ifd: Ifd,
    tag: u16,
    /// The TIFF type, 1 to 12.
    kind: u16,
    value: Vec<u8>,
}

/// What the walk over a TIFF structure found.
#[derive(Debug)]
pub struct Tiff {
    order: ByteOrder,
    entries: Vec<IfdEntry>,
    /// Where the XMP packet of tag 0x02BC lies in the source.
    pub xmp: Option<Range<u64>>,
    /// Where the IPTC block of tag 0x83BB lies in the source.
    pub iptc: Option<Range<u64>>,
    /// Where the JPEG of an RW2 file lies in the source (tag 0x002E).
    pub jpeg: Option<Range<u64>>,
    /// The first fault that was stepped over.
    pub fault: Option<&'static str>,
    /// What tells RAW files apart.
    pub traits: Traits,
}

/// What IFD0 says about the kind of a TIFF file.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Traits {
    /// It has a `DNGVersion` (0xC612).
    pub dng: bool,
    /// It points to further images (0x014A), as RAW files do.
    pub sub_ifds: bool,
    /// Its pixels are those of a sensor (0x0106 is 32803 or 34892).
    pub sensor: bool,
}

impl Traits {
    fn note(&mut self, order: ByteOrder, tag: u16, value: &[u8]) {
        match tag {
            DNG_VERSION => self.dng = true,
            SUB_IFDS => self.sub_ifds = true,
            // CFA, and the linear pixels that later DNG files hold.
            PHOTOMETRIC => {
                let pixels = value.first_chunk().map(|pixels| order.u16(*pixels));
                self.sensor = matches!(pixels, Some(32803 | 34892));
            }
            _ => {}
        }
    }
}

/// How many bytes one value of a type takes.
fn unit(kind: u16) -> Option<u64> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        // 13 is IFD, a pointer (Adobe's supplement to TIFF 6.0).
        4 | 9 | 11 | 13 => Some(4),
        // The last three are the numbers and the pointer of BigTIFF.
        5 | 10 | 12 | 16 | 17 | 18 => Some(8),
        _ => None,
    }
}

/// Whether these bytes open a TIFF structure, and in which byte order: magic 42,
/// that of Olympus (`RO`, `RS`) or Panasonic (0x55), or that of JPEG XR.
pub fn header(bytes: [u8; 4]) -> Option<ByteOrder> {
    let (order, magic) = byte_order(bytes)?;
    let known = matches!(order.u16(magic), 42 | 0x4F52 | 0x5352 | 0x55);
    (known || is_jpeg_xr(bytes)).then_some(order)
}

fn byte_order(bytes: [u8; 4]) -> Option<(ByteOrder, [u8; 2])> {
    match bytes {
        [b'I', b'I', magic @ ..] => Some((ByteOrder::Little, magic)),
        [b'M', b'M', magic @ ..] => Some((ByteOrder::Big, magic)),
        _ => None,
    }
}

/// Whether these bytes open a `BigTIFF` file, whose offsets have 64 bits.
pub fn is_big_tiff(bytes: [u8; 4]) -> bool {
    matches!(&bytes, b"II\x2b\0" | b"MM\0\x2b")
}

/// Whether these bytes open a JPEG XR file.
pub fn is_jpeg_xr(bytes: [u8; 4]) -> bool {
    matches!(bytes, [b'I', b'I', 0xBC, 0 | 1])
}

/// Whether a TIFF structure whose magic is broken begins there: the offset behind it leads
/// to a directory within `block`, with entries of known types in their order.
///
/// # Errors
/// A failed read.
pub fn is_broken_header(source: &mut Source, block: &Range<u64>) -> io::Result<bool> {
    let &[m0, m1, m2, m3, ref first @ ..] = source.up_to(block.start, 8)? else {
        return Ok(false);
    };
    let Some((order, _)) = byte_order([m0, m1, m2, m3]) else {
        return Ok(false);
    };
    let offset = order.wide(first);
    let start = block.start.saturating_add(offset);
    let end = block.end.min(source.len());
    // A few entries tell it; real directories have at least two.
    let &[c0, c1, ref entries @ ..] = source.up_to(start, 2 + 8 * 12)? else {
        return Ok(false);
    };
    let count = u64::from(order.u16([c0, c1]));
    let fits = offset >= 8 && (1..512).contains(&count) && start + 2 + count * 12 <= end;
    let entries = entries.as_chunks::<12>().0.iter();
    let entries = entries.take(usize::try_from(count).unwrap_or(usize::MAX));
    let mut last = 0;
    let is_entry = |entry: &[u8; 12]| {
        let [t0, t1, k0, k1, n0, n1, n2, n3, ..] = *entry;
        let tag = order.u16([t0, t1]);
        let in_order = tag > last;
        last = tag;
        in_order && (1..=13).contains(&order.u16([k0, k1])) && order.u32([n0, n1, n2, n3]) > 0
    };
    Ok(fits && entries.into_iter().all(is_entry))
}

/// Visits the image, Exif and GPS directories of the structure in `block`.
/// Offsets count from the start of `block`, and what lies beyond its end is not
/// read. Faults within are stepped over; [`Tiff::fault`] tells of the first.
///
/// # Errors
/// No TIFF header at the start, or a failed read.
pub fn walk(source: &mut Source, block: Range<u64>) -> Result<Tiff, Unreadable> {
    walk_from(source, block, Ifd::Image)
}

/// As [`walk`], for blocks whose first directory is not IFD0 (Canon's CR3).
///
/// # Errors
/// As [`walk`].
pub fn walk_from(source: &mut Source, block: Range<u64>, root: Ifd) -> Result<Tiff, Unreadable> {
    IfdWalk::new(source, block, root)?.whole()
}

/// As [`walk`], for a directory without a header before it, which lies `first` bytes behind
/// the start of `block`: so some cameras keep Exif in a box of their own.
///
/// # Errors
/// A failed read.
pub fn walk_bare(
    source: &mut Source,
    block: Range<u64>,
    order: ByteOrder,
    first: u32,
) -> Result<Tiff, Unreadable> {
    let block = block.start..block.end.min(source.len());
    IfdWalk::at(source, block, order, (Ifd::Image, first.into())).whole()
}

/// Looks at IFD0 alone.
///
/// # Errors
/// As [`walk`].
pub fn first_ifd(source: &mut Source) -> Result<Tiff, Unreadable> {
    let mut walk = IfdWalk::new(source, 0..u64::MAX, Ifd::Image)?;
    if let Some(&(ifd, offset)) = walk.queue.first() {
        walk.directory(ifd, offset)?;
    }
    Ok(walk.found)
}

struct IfdWalk<'a> {
    source: &'a mut Source,
    block: Range<u64>,
    queue: Vec<(Ifd, u64)>,
    /// Whether numbers are as wide as those of `BigTIFF`.
    big: bool,
    found: Tiff,
}

impl<'a> IfdWalk<'a> {
    fn new(source: &'a mut Source, block: Range<u64>, root: Ifd) -> Result<Self, Unreadable> {
        let block = block.start..block.end.min(source.len());
        if block.end.saturating_sub(block.start) < 8 {
            return Err(Unreadable::Malformed("the TIFF header is cut short"));
        }
        let [m0, m1, m2, m3, first @ ..] = source.array::<8>(block.start)?;
        let magic = [m0, m1, m2, m3];
        let big = is_big_tiff(magic);
        let known = big || header(magic).is_some() || is_broken_header(source, &block)?;
        let (order, _) = byte_order(magic)
            .filter(|_| known)
            .ok_or(Unreadable::Malformed("no TIFF header at the start"))?;
        let first = if big {
            order.wide(&source.array::<8>(block.start + 8)?)
        } else {
            order.wide(&first)
        };
        let mut this = Self::at(source, block, order, (root, first));
        this.big = big;
        Ok(this)
    }

    fn at(source: &'a mut Source, block: Range<u64>, order: ByteOrder, first: (Ifd, u64)) -> Self {
        Self {
            source,
            block,
            queue: vec![first],
            big: false,
            found: Tiff::of(order, Vec::new()),
        }
    }

    fn whole(mut self) -> Result<Tiff, Unreadable> {
        // The queue grows while it is worked off; an offset enters it only once.
        let mut next = 0;
        while let Some(&(ifd, offset)) = self.queue.get(next) {
            self.directory(ifd, offset)?;
            next += 1;
        }
        Ok(self.found)
    }

    fn fault(&mut self, what: &'static str) {
        self.found.fault.get_or_insert(what);
    }

    /// From `offset` to the end of the block at most.
    fn range(&self, offset: u64, len: u64) -> Range<u64> {
        let start = self.block.start.saturating_add(offset);
        let start = start.min(self.block.end);
        start..start.saturating_add(len).min(self.block.end)
    }

    fn directory(&mut self, ifd: Ifd, offset: u64) -> Result<(), Unreadable> {
        let (head_len, entry_len) = if self.big { (8, 20) } else { (2, 12) };
        let head = self.range(offset, head_len);
        if head.end - head.start < head_len {
            self.fault("an IFD lies beyond the end");
            return Ok(());
        }
        let order = self.found.order;
        let count = if self.big {
            order.wide(&self.source.array::<8>(head.start)?)
        } else {
            order.wide(&self.source.array::<2>(head.start)?)
        };
        let read = count.min(MAX_ENTRIES);
        let table = self.range(offset, head_len + read * entry_len);
        let table = head.end..table.end;
        if read < count || table.end - table.start < read * entry_len {
            self.fault("an IFD claims more entries than there can be");
        }
        // At most 20 kB. A copy, because reading the values moves the window of the source.
        let len = usize::try_from(table.end - table.start).unwrap_or(0);
        let table = self.source.up_to(table.start, len)?.to_vec();
        if self.big {
            for entry in table.as_chunks::<20>().0 {
                self.entry(ifd, entry)?;
            }
        } else {
            for entry in table.as_chunks::<12>().0 {
                self.entry(ifd, entry)?;
            }
        }
        Ok(())
    }

    /// An entry: tag, type, count, and its value or where that lies, which are half as wide
    /// again as what is left.
    fn entry(&mut self, ifd: Ifd, entry: &[u8]) -> Result<(), Unreadable> {
        let order = self.found.order;
        let Some((&[t0, t1, k0, k1], rest)) = entry.split_first_chunk() else {
            return Ok(());
        };
        let (count, value) = rest.split_at(rest.len() / 2);
        let (tag, kind) = (order.u16([t0, t1]), order.u16([k0, k1]));
        // Most entries say nothing that is wanted.
        let is_wanted = ifd.wants(tag);
        let Some(unit) = unit(kind).filter(|_| is_wanted || STRUCTURE.contains(&tag)) else {
            return Ok(());
        };
        let len = order.wide(count).saturating_mul(unit);
        let offset = order.wide(value);
        let is_elsewhere = len > value.len() as u64;
        if ifd == Ifd::Image {
            self.found.traits.note(order, tag, value);
        }
        match tag {
            EXIF_IFD | GPS_IFD if matches!(kind, 4 | 9 | 13 | 16 | 18) => {
                // Of four bytes where these are its numbers.
                let pointer = value.split_at_checked(usize::try_from(unit).unwrap_or(0));
                let offset = order.wide(pointer.map_or(value, |(pointer, _)| pointer));
                self.enqueue(if tag == GPS_IFD { Ifd::Gps } else { Ifd::Exif }, offset);
            }
            XMP if is_elsewhere => self.found.xmp = Some(self.range(offset, len)),
            IPTC if is_elsewhere => self.found.iptc = Some(self.range(offset, len)),
            JPG_FROM_RAW if ifd == Ifd::Image && len > 4 => {
                self.found.jpeg = Some(self.range(offset, len));
            }
            _ if is_wanted && kind <= 12 && !self.is_repeated(ifd, tag) => {
                let value = if is_elsewhere {
                    let value = self.value(offset, len.min(MAX_VALUE), unit)?;
                    // A text that lacks its end would say something else.
                    let is_cut = kind == 2 && (value.len() as u64) < len.min(MAX_VALUE);
                    if is_cut && !value.contains(&0) {
                        return Ok(());
                    }
                    value
                } else {
                    let kept = usize::try_from(len).unwrap_or(0);
                    value.iter().copied().take(kept).collect()
                };
                self.found.entries.push(IfdEntry {
                    ifd,
                    tag,
                    kind,
                    value,
                });
            }
            _ => {}
        }
        Ok(())
    }

    /// Remembers a directory that an entry points at.
    fn enqueue(&mut self, child: Ifd, offset: u64) {
        let seen = self.queue.iter().any(|(_, queued)| *queued == offset);
        if seen || self.queue.len() >= MAX_IFDS {
            self.fault("the IFDs point at each other");
        } else {
            self.queue.push((child, offset));
        }
    }

    /// Whether a tag stands in a directory as often as it is kept.
    fn is_repeated(&self, ifd: Ifd, tag: u16) -> bool {
        let same = self.found.entries.iter();
        let same = same.filter(|entry| entry.ifd == ifd && entry.tag == tag);
        same.count() >= MAX_REPEATS
    }

    /// At most `len` bytes, in whole units.
    fn value(&mut self, offset: u64, len: u64, unit: u64) -> Result<Vec<u8>, Unreadable> {
        let range = self.range(offset, len);
        let whole = (range.end - range.start) / unit * unit;
        if whole < len {
            self.fault("a value lies beyond the end");
        }
        let whole = usize::try_from(whole).unwrap_or(0);
        Ok(self.source.up_to(range.start, whole)?.to_vec())
    }
}

impl Tiff {
    /// Entries that stand in another structure and are Exif's but for that: each with its
    /// directory, tag, type (1 to 12) and value. Values of unusual length are cut.
    pub fn of(order: ByteOrder, entries: Vec<(Ifd, u16, u16, Vec<u8>)>) -> Self {
        let most = usize::try_from(MAX_VALUE).unwrap_or(0);
        let entries = entries.into_iter().map(|(ifd, tag, kind, mut value)| {
            value.truncate(most);
            IfdEntry {
                ifd,
                tag,
                kind,
                value,
            }
        });
        Self {
            order,
            entries: entries.collect(),
            xmp: None,
            iptc: None,
            jpeg: None,
            fault: None,
            traits: Traits::default(),
        }
    }

    /// The wanted entries as a TIFF block of their own, at most a few kB long:
    /// each tag in the directory where it belongs, each pointer of type LONG.
    pub fn packed(&self) -> Vec<u8> {
        let image = self.entries_for(Ifd::Image, IMAGE_TAGS);
        let exif = self.entries_for(Ifd::Exif, EXIF_TAGS);
        let gps = self.entries_for(Ifd::Gps, GPS_TAGS);

        let size = |entries: usize| 2 + 12 * u32::try_from(entries).unwrap_or(0) + 4;
        let exif_at = 8 + size(image.len() + 2);
        let gps_at = exif_at + size(exif.len());
        let values_at = gps_at + size(gps.len());

        let order = self.order;
        let mut out = Vec::new();
        out.extend(match order {
            ByteOrder::Little => b"II",
            ByteOrder::Big => b"MM",
        });
        order.put_u16(&mut out, 42);
        order.put_u32(&mut out, 8);
        let mut values = Vec::new();
        let pointers: [&[(u16, u32)]; 3] = [&[(EXIF_IFD, exif_at), (GPS_IFD, gps_at)], &[], &[]];
        for (entries, pointers) in [image, exif, gps].into_iter().zip(pointers) {
            let count = entries.len() + pointers.len();
            order.put_u16(&mut out, u16::try_from(count).unwrap_or(0));
            for entry in entries {
                entry.put(order, &mut out, &mut values, values_at);
            }
            for &(tag, offset) in pointers {
                order.put_u16(&mut out, tag);
                order.put_u16(&mut out, 4);
                order.put_u32(&mut out, 1);
                order.put_u32(&mut out, offset);
            }
            order.put_u32(&mut out, 0);
        }
        out.extend(values);
        out
    }

    /// The best entry of each of these tags: one that says something before a
    /// blank one, and then one from the directory `home` where it belongs.
    fn entries_for(&self, home: Ifd, tags: &[u16]) -> Vec<&IfdEntry> {
        let best = |tag: &u16| {
            let candidates = self.entries.iter().filter(|e| {
                e.tag == *tag && !e.value.is_empty() && (e.ifd == Ifd::Gps) == (home == Ifd::Gps)
            });
            candidates.min_by_key(|e| (e.is_blank(), e.ifd != home))
        };
        tags.iter().filter_map(best).collect()
    }

    /// The camera's maker as written.
    pub fn make(&self) -> &[u8] {
        let make = self.entries.iter().find(|e| e.tag == 0x010F);
        make.map_or(&[], |make| &make.value)
    }

    /// Adds the entries of another structure in the same byte order.
    pub fn extend(&mut self, other: Self) {
        if other.order == self.order {
            self.entries.extend(other.entries);
        }
    }
}

impl IfdEntry {
    /// A text without a letter or a digit other than zero.
    fn is_blank(&self) -> bool {
        let says = |byte: &u8| byte.is_ascii_alphanumeric() && *byte != b'0';
        self.kind == 2 && !self.value.iter().any(says)
    }

    fn put(&self, order: ByteOrder, out: &mut Vec<u8>, values: &mut Vec<u8>, values_at: u32) {
        let unit = match self.kind {
            3 | 8 => 2,
            4 | 9 | 11 => 4,
            5 | 10 | 12 => 8,
            _ => 1,
        };
        // Both are below 64 kB, because values are bounded and tags are few.
        let number = |n: usize| u32::try_from(n).unwrap_or(0);
        order.put_u16(out, self.tag);
        order.put_u16(out, self.kind);
        order.put_u32(out, number(self.value.len() / unit));
        if self.value.len() <= 4 {
            let padding = [0; 4];
            out.extend(self.value.iter().chain(&padding).take(4));
        } else {
            order.put_u32(out, values_at + number(values.len()));
            values.extend(&self.value);
        }
    }
}

#[cfg(test)]
pub mod build {
    //! Small Exif blocks for the tests of every container.

    #![expect(clippy::cast_possible_truncation, reason = "the blocks are small")]

    use super::ByteOrder;

    /// Tag, type and value of one entry.
    pub type Field = (u16, u16, Vec<u8>);

    /// A text with its closing NUL.
    pub fn ascii(tag: u16, text: &str) -> Field {
        (tag, 2, [text.as_bytes(), b"\0"].concat())
    }

    /// RATIONAL (5) or SRATIONAL (10) values.
    pub fn rationals(order: ByteOrder, tag: u16, kind: u16, parts: &[[i32; 2]]) -> Field {
        let mut value = Vec::new();
        for part in parts.as_flattened() {
            order.put_u32(&mut value, part.cast_unsigned());
        }
        (tag, kind, value)
    }

    /// Three directories, the latter two behind pointers of type `pointer`.
    pub fn block(order: ByteOrder, pointer: u16, ifds: [&[Field]; 3]) -> Vec<u8> {
        let mut out = match order {
            ByteOrder::Little => b"II\x2a\0\x08\0\0\0".to_vec(),
            ByteOrder::Big => b"MM\0\x2a\0\0\0\x08".to_vec(),
        };
        let mut links = Vec::new();
        for (n, fields) in ifds.into_iter().enumerate() {
            if let Some(link) = n.checked_sub(1).map(|n| links[n]) {
                let mut at = Vec::new();
                order.put_u32(&mut at, out.len() as u32);
                out.splice(link..link + 4, at);
            }
            let pointers: &[u16] = if n == 0 { &[0x8769, 0x8825] } else { &[] };
            let count = fields.len() + pointers.len();
            let mut values_at = out.len() + 2 + 12 * count + 4;
            let mut values = Vec::<u8>::new();
            order.put_u16(&mut out, count as u16);
            for (tag, kind, value) in fields {
                let unit = match kind {
                    3 => 2,
                    4 | 9 | 13 => 4,
                    5 | 10 => 8,
                    _ => 1,
                };
                order.put_u16(&mut out, *tag);
                order.put_u16(&mut out, *kind);
                order.put_u32(&mut out, (value.len() / unit) as u32);
                if value.len() <= 4 {
                    out.extend(value.iter().chain(&[0; 4]).take(4));
                } else {
                    order.put_u32(&mut out, values_at as u32);
                    values_at += value.len();
                    values.extend(value);
                }
            }
            for tag in pointers {
                order.put_u16(&mut out, *tag);
                order.put_u16(&mut out, pointer);
                order.put_u32(&mut out, 1);
                links.push(out.len());
                order.put_u32(&mut out, 0);
            }
            order.put_u32(&mut out, 0);
            out.extend(values);
        }
        out
    }

    /// The same three directories as `BigTIFF` has them, with pointers of its own.
    pub fn big(order: ByteOrder, ifds: [&[Field]; 3]) -> Vec<u8> {
        let number = |value: u64, out: &mut Vec<u8>| match order {
            ByteOrder::Little => out.extend(value.to_le_bytes()),
            ByteOrder::Big => out.extend(value.to_be_bytes()),
        };
        let mut out = match order {
            ByteOrder::Little => b"II\x2b\0\x08\0\0\0".to_vec(),
            ByteOrder::Big => b"MM\0\x2b\0\x08\0\0".to_vec(),
        };
        number(16, &mut out);
        let mut links = Vec::new();
        for (n, fields) in ifds.into_iter().enumerate() {
            if let Some(link) = n.checked_sub(1).map(|n| links[n]) {
                let mut at = Vec::new();
                number(out.len() as u64, &mut at);
                out.splice(link..link + 8, at);
            }
            let pointers: &[u16] = if n == 0 { &[0x8769, 0x8825] } else { &[] };
            let count = fields.len() + pointers.len();
            let mut values_at = out.len() + 8 + 20 * count + 8;
            let mut values = Vec::<u8>::new();
            number(count as u64, &mut out);
            for (tag, kind, value) in fields {
                let unit = if matches!(kind, 5 | 10) { 8 } else { 1 };
                order.put_u16(&mut out, *tag);
                order.put_u16(&mut out, *kind);
                number((value.len() / unit) as u64, &mut out);
                if value.len() <= 8 {
                    out.extend(value.iter().chain(&[0; 8]).take(8));
                } else {
                    number(values_at as u64, &mut out);
                    values_at += value.len();
                    values.extend(value);
                }
            }
            for (n, tag) in pointers.iter().enumerate() {
                order.put_u16(&mut out, *tag);
                order.put_u16(&mut out, [16, 18][n]);
                number(1, &mut out);
                links.push(out.len());
                number(0, &mut out);
            }
            number(0, &mut out);
            out.extend(values);
        }
        out
    }

    /// A little-endian block with one `DateTimeOriginal` and nothing else.
    pub fn dated(text: &str) -> Vec<u8> {
        block(ByteOrder::Little, 4, [&[], &[ascii(0x9003, text)], &[]])
    }
}

#[cfg(test)]
mod tests {
    use super::super::facts::Facts;
    use super::super::{raw, testing};
    use super::build::{ascii, block};
    use super::*;

    const TAKEN: &str = "2019:05:04 10:11:12";

    fn times(bytes: Vec<u8>) -> Vec<String> {
        let mut facts = Facts::default();
        raw::read(&mut Source::from_bytes(bytes), &mut facts).unwrap();
        facts.times.into_iter().map(|clue| clue.text).collect()
    }

    #[test]
    fn both_byte_orders_and_every_type_of_pointer() {
        for order in [ByteOrder::Little, ByteOrder::Big] {
            for pointer in [4, 9, 13] {
                let bytes = block(order, pointer, [&[], &[ascii(0x9003, TAKEN)], &[]]);
                assert_eq!(times(bytes), [TAKEN], "{order:?} {pointer}");
            }
        }
    }

    #[test]
    fn a_date_in_the_wrong_directory_counts_unless_the_right_one_has_one() {
        let other = ascii(0x9003, "2001:01:02 03:04:05");
        let order = ByteOrder::Little;
        let bytes =
            |exif: &[build::Field]| block(order, 4, [std::slice::from_ref(&other), exif, &[]]);
        assert_eq!(times(bytes(&[])), ["2001:01:02 03:04:05"]);
        assert_eq!(times(bytes(&[ascii(0x9003, TAKEN)])), [TAKEN]);
        let blank = ascii(0x9003, "0000:00:00 00:00:00");
        assert_eq!(times(bytes(&[blank])), ["2001:01:02 03:04:05"]);
    }

    #[test]
    fn the_magics_of_raw_files() {
        for magic in [
            b"II\x2a\0",
            b"IIRO",
            b"IIRS",
            b"MMOR",
            b"IIU\0",
            b"MM\0\x2a",
        ] {
            assert!(header(*magic).is_some(), "{magic:?}");
        }
        assert_eq!(header(*b"II\0\x2a"), None);
        assert_eq!(header(*b"PK\x03\x04"), None);
    }

    #[test]
    fn big_tiff_and_jpeg_xr() {
        for order in [ByteOrder::Little, ByteOrder::Big] {
            let north = build::rationals(order, 2, 5, &[[48, 1], [51, 1], [0, 1]]);
            let east = build::rationals(order, 4, 5, &[[2, 1], [17, 1], [0, 1]]);
            let bytes = build::big(
                order,
                [
                    &[ascii(0x010F, "Maker")],
                    &[ascii(0x9003, TAKEN), ascii(0x9011, "+02:00")],
                    &[ascii(1, "N"), north, ascii(3, "E"), east],
                ],
            );
            let mut facts = Facts::default();
            raw::read(&mut Source::from_bytes(bytes.clone()), &mut facts).unwrap();
            assert_eq!(facts.times[0].text, format!("{TAKEN} +02:00"));
            assert!(facts.positions[0].value.is_ok());
            assert_eq!(facts.make.as_deref(), Some("Maker"));
            testing::each_damaged(&bytes, |damaged| {
                let mut source = Source::from_bytes(damaged.to_vec());
                let _ = raw::read(&mut source, &mut Facts::default());
                assert!(source.bytes_read() < 200_000, "{}", source.bytes_read());
            });
        }
        for version in [0, 1] {
            let mut bytes = build::dated(TAKEN);
            bytes.splice(2..4, [0xBC, version]);
            assert_eq!(times(bytes), [TAKEN]);
        }
    }

    #[test]
    fn a_broken_magic_counts_where_a_directory_follows() {
        for order in [ByteOrder::Little, ByteOrder::Big] {
            let image = [ascii(0x010F, "Maker"), ascii(0x0132, TAKEN)];
            let whole = block(order, 4, [&image, &[ascii(0x9003, TAKEN)], &[]]);
            for magic in [[0, 0], [42, 42], [0xFF, 0xFF], [b'I', b'I']] {
                let mut bytes = whole.clone();
                bytes.splice(2..4, magic);
                assert_eq!(times(bytes.clone()), [TAKEN, TAKEN], "{order:?} {magic:?}");
                let is_broken = |bytes: &[u8]| {
                    let len = bytes.len() as u64;
                    is_broken_header(&mut Source::from_bytes(bytes.to_vec()), &(0..len)).unwrap()
                };
                assert!(is_broken(&bytes));
                assert!(!is_broken(&bytes[..40]), "the directory is cut");
                bytes.splice(4..8, [0xFF; 4]);
                assert!(!is_broken(&bytes), "it leads nowhere");
            }
        }
        for text in [
            "II. The second chapter",
            "MMXXIV",
            "IIIIIIIIIIIIIIIIIIIIIIIIIIIII",
        ] {
            let outcome = walk(&mut Source::from_bytes(text.into()), 0..u64::MAX);
            assert!(matches!(outcome, Err(Unreadable::Malformed(_))));
        }
    }

    #[test]
    fn directories_that_point_at_each_other_are_visited_once() {
        let mut bytes = build::dated(TAKEN);
        // The GPS pointer, the second entry, back to the first directory.
        bytes.splice(8 + 2 + 12 + 8..8 + 2 + 24, 8_u32.to_le_bytes());
        let tiff = walk(&mut Source::from_bytes(bytes.clone()), 0..u64::MAX).unwrap();
        assert_eq!(tiff.fault, Some("the IFDs point at each other"));
        assert_eq!(times(bytes), [TAKEN]);
    }

    #[test]
    fn absurd_counts_are_noted_and_read_as_far_as_they_go() {
        let mut bytes = build::dated(TAKEN);
        let exif_at = usize::from(bytes[18]);
        bytes.splice(exif_at..exif_at + 2, [0xFF, 0xFF]);
        let mut source = Source::from_bytes(bytes.clone());
        let tiff = walk(&mut source, 0..u64::MAX).unwrap();
        let fault = "an IFD claims more entries than there can be";
        assert_eq!(tiff.fault, Some(fault));
        assert_eq!(times(bytes), [TAKEN]);
    }

    #[test]
    fn a_value_is_cut_to_its_bound_and_to_the_block() {
        let long = "x".repeat(5000);
        let bytes = block(ByteOrder::Big, 4, [&[ascii(0x0110, &long)], &[], &[]]);
        let tiff = walk(&mut Source::from_bytes(bytes.clone()), 0..u64::MAX).unwrap();
        assert_eq!(tiff.entries[0].value.len(), 256);
        assert!(tiff.packed().len() < 512);
        let tiff = walk(&mut Source::from_bytes(bytes), 0..60).unwrap();
        assert_eq!(tiff.fault, Some("a value lies beyond the end"));
    }

    #[test]
    fn a_text_that_lacks_its_end_says_nothing() {
        let bytes = build::dated(TAKEN);
        let at = bytes.windows(4).position(|text| text == b"2019").unwrap();
        for end in at..at + TAKEN.len() {
            assert_eq!(times(bytes[..end].to_vec()), [""; 0], "{end}");
        }
    }

    #[test]
    fn a_large_file_costs_a_few_reads() {
        let mut bytes = build::dated(TAKEN);
        let ifd = bytes.split_off(8);
        // The directories at the end of 10 MB.
        let at: u32 = 10_000_000;
        bytes.splice(4..8, at.to_le_bytes());
        bytes.resize(at as usize, 0);
        bytes.extend(ifd);
        let shift = at - 8;
        for entry in [at + 2 + 8, at + 2 + 20, at + 30 + 2 + 8] {
            let field = entry as usize..entry as usize + 4;
            let old = u32::from_le_bytes(bytes[field.clone()].try_into().unwrap());
            bytes.splice(field, (old + shift).to_le_bytes());
        }
        let mut source = Source::from_bytes(bytes);
        let mut facts = Facts::default();
        raw::read(&mut source, &mut facts).unwrap();
        assert_eq!(facts.times[0].text, TAKEN);
        assert!(source.reads() <= 2, "{}", source.reads());
    }

    #[test]
    fn what_is_no_tiff() {
        for bytes in [&b""[..], b"II", b"II\x2a\0\x08\0\0", b"<html><body>"] {
            let outcome = walk(&mut Source::from_bytes(bytes.to_vec()), 0..u64::MAX);
            assert!(matches!(outcome, Err(Unreadable::Malformed(_))));
        }
    }
}
