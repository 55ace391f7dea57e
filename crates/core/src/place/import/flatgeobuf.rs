//! FlatGeobuf, version 3: a header, an index that is passed over, and features, each
//! a FlatBuffer behind its length.

use std::io::{self, Read};

use super::feature::{Crs, Feature, Skip, Stop, Wanted};

/// The longest header, in bytes.
const LONGEST_HEADER: u32 = 16 << 20;
/// The longest feature, in bytes.
const LONGEST_FEATURE: u32 = 400 << 20;
/// Types of geometry.
const POLYGON: u8 = 3;
const COLLECTIONS: [u8; 3] = [6, 7, 12];
/// How deep collections may lie in each other.
const DEEPEST: u32 = 8;
/// The most columns.
const MOST_COLUMNS: usize = 4096;

/// Whether a file that begins so is a FlatGeobuf of some version.
pub(super) fn is_one(head: &[u8]) -> bool {
    head.len() >= 8 && head.starts_with(b"fgb") && head.get(4..7) == Some(b"fgb")
}

/// Hands every feature over.
pub(super) fn read(
    mut input: impl Read,
    wanted: &mut Wanted,
    crs: Crs,
    take: &mut dyn FnMut(&mut Feature) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut magic = [0; 8];
    input.read_exact(&mut magic)?;
    if !is_one(&magic) {
        return Err(Stop::Broken("this is no FlatGeobuf".to_owned()));
    }
    if magic[3] != 3 {
        let reason = format!(
            "this is FlatGeobuf of version {}; version 3 is wanted",
            magic[3]
        );
        return Err(Stop::Broken(reason));
    }
    let len = length(&mut input)?.ok_or_else(|| Stop::Broken("it ends too early".to_owned()))?;
    if len > LONGEST_HEADER {
        return Err(Stop::Broken(format!(
            "its header claims to have {len} bytes"
        )));
    }
    let mut bytes = Vec::new();
    fill(&mut input, &mut bytes, len)?;
    let header =
        Table::root(&bytes).ok_or_else(|| Stop::Broken("its header is damaged".to_owned()))?;
    if let Some(crs) = header.table(10)
        && let 3857 | 900_913 = crs.u32(1)
    {
        let reason = "its coordinates are metres on a map; degrees in WGS 84 are wanted";
        return Err(Stop::Broken(reason.to_owned()));
    }
    let columns = columns(header.tables(7), wanted);
    let kind = header.u8(2);
    pass_index(&mut input, header.u64(8), header.u16(9, 16))?;
    if wanted.collect {
        return Err(Stop::Enough);
    }
    let mut feature = Feature::new(wanted, crs);
    let mut buffer = Vec::new();
    let mut taken = 0_u64;
    while let Some(len) = length(&mut input)? {
        taken += 1;
        if len > LONGEST_FEATURE {
            let passed = io::copy(&mut (&mut input).take(len.into()), &mut io::sink())?;
            if passed < u64::from(len) {
                return Err(Stop::Broken(format!(
                    "feature {taken} claims to have {len} bytes"
                )));
            }
            feature.shape.wrong(Some(Skip::TooLong));
        } else {
            fill(&mut input, &mut buffer, len)?;
            let table = Table::root(&buffer);
            let table = table.ok_or_else(|| Stop::Broken(format!("feature {taken} is damaged")))?;
            if let Some(geometry) = table.table(0) {
                rings(geometry, kind, &mut feature.shape, 0);
            }
            let own = self::columns(table.tables(2), wanted);
            let columns = if own.is_empty() { &columns } else { &own };
            properties(table.vector(1, 1).0, columns, &mut feature.values);
        }
        take(&mut feature)?;
        feature.clear();
        if buffer.capacity() > 1 << 24 {
            buffer = Vec::new();
        }
    }
    Ok(())
}

/// The next length; `None` at the end of the file.
fn length(input: &mut impl Read) -> Result<Option<u32>, Stop> {
    let mut bytes = Vec::with_capacity(4);
    input.take(4).read_to_end(&mut bytes)?;
    match bytes.as_slice().try_into() {
        Ok(bytes) => Ok(Some(u32::from_le_bytes(bytes))),
        Err(_) if bytes.is_empty() => Ok(None),
        Err(_) => Err(Stop::Broken("it ends too early".to_owned())),
    }
}

/// Reads so many bytes; no more memory is taken than there are bytes.
fn fill(input: &mut impl Read, bytes: &mut Vec<u8>, len: u32) -> Result<(), Stop> {
    bytes.clear();
    if input.take(len.into()).read_to_end(bytes)? < len as usize {
        return Err(Stop::Broken("it ends too early".to_owned()));
    }
    Ok(())
}

/// The index is a tree of nodes with 40 bytes each, as many to a node as `size`.
fn pass_index(input: &mut impl Read, features: u64, size: u16) -> Result<(), Stop> {
    if features == 0 || size == 0 {
        return Ok(());
    }
    let size = u64::from(size.max(2));
    let (mut level, mut nodes) = (features, features);
    loop {
        level = level.div_ceil(size);
        nodes = nodes.saturating_add(level);
        if level <= 1 {
            break;
        }
    }
    let bytes = nodes.saturating_mul(40);
    if io::copy(&mut input.take(bytes), &mut io::sink())? < bytes {
        return Err(Stop::Broken(format!(
            "it ends within the index of its {features} features"
        )));
    }
    Ok(())
}

/// What type a column has, and which wanted property it is.
type Column = (u8, Option<usize>);

fn columns<'a>(tables: impl Iterator<Item = Table<'a>>, wanted: &mut Wanted) -> Vec<Column> {
    let column = |table: Table| {
        let name = String::from_utf8_lossy(table.vector(0, 1).0);
        (table.u8(1), wanted.index(&name))
    };
    tables.take(MOST_COLUMNS).map(column).collect()
}

fn properties(mut bytes: &[u8], columns: &[Column], values: &mut [Option<String>]) {
    let mut next = || -> Option<()> {
        let (index, rest) = bytes.split_first_chunk()?;
        let (kind, wanted) = columns.get(usize::from(u16::from_le_bytes(*index)))?;
        let (len, rest) = match kind {
            0..=2 => (1, rest),
            3 | 4 => (2, rest),
            5 | 6 | 9 => (4, rest),
            7 | 8 | 10 => (8, rest),
            _ => {
                let (len, rest) = rest.split_first_chunk()?;
                (u32::from_le_bytes(*len) as usize, rest)
            }
        };
        let (value, rest) = rest.split_at_checked(len)?;
        bytes = rest;
        if let Some(slot) = wanted.and_then(|wanted| values.get_mut(wanted)) {
            *slot = text(*kind, value);
        }
        Some(())
    };
    while next().is_some() {}
}

fn text(kind: u8, value: &[u8]) -> Option<String> {
    macro_rules! number {
        ($type:ty) => {
            Some(<$type>::from_le_bytes(value.try_into().ok()?).to_string())
        };
    }
    match kind {
        0 => number!(i8),
        1 => number!(u8),
        3 => number!(i16),
        4 => number!(u16),
        5 => number!(i32),
        6 => number!(u32),
        7 => number!(i64),
        8 => number!(u64),
        9 => number!(f32),
        10 => number!(f64),
        11..=13 => Some(String::from_utf8_lossy(value).into_owned()),
        _ => None,
    }
}

fn rings(geometry: Table, kind: u8, shape: &mut super::feature::Shape, depth: u32) {
    let own = geometry.u8(6);
    let kind = if own == 0 { kind } else { own };
    if COLLECTIONS.contains(&kind) && depth < DEEPEST {
        for part in geometry.tables(7) {
            // The parts of a multi-polygon need not say that they are polygons.
            rings(part, POLYGON, shape, depth + 1);
        }
    } else if kind == POLYGON {
        let (xy, count) = geometry.vector(1, 8);
        let corners = xy.as_chunks::<16>().0;
        let (ends, len) = geometry.vector(0, 4);
        let whole = u32::try_from(count / 2).unwrap_or(u32::MAX);
        let mut ends: Vec<u32> =
            (ends.as_chunks().0.iter().copied().map(u32::from_le_bytes)).collect();
        if len == 0 {
            ends.push(whole);
        }
        let mut from = 0;
        for end in ends {
            let ring = corners.get(from..end as usize).unwrap_or_default();
            from = end as usize;
            for corner in ring {
                let [x, y] = [0, 8].map(|i| {
                    let bytes = corner.get(i..i + 8).and_then(|bytes| bytes.try_into().ok());
                    bytes.map_or(f64::NAN, f64::from_le_bytes)
                });
                shape.push(x, y);
            }
            shape.end_ring();
        }
    }
}

/// A table of a FlatBuffer. What is not where it should be counts as not there.
#[derive(Clone, Copy)]
struct Table<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Table<'a> {
    fn root(bytes: &'a [u8]) -> Option<Self> {
        let at = read_u32(bytes, 0)? as usize;
        read_u32(bytes, at)?;
        Some(Self { bytes, at })
    }

    /// Where a field is.
    fn field(&self, index: usize) -> Option<usize> {
        let back = read_u32(self.bytes, self.at)?.cast_signed();
        let fields = self.at.checked_add_signed(-isize::try_from(back).ok()?)?;
        let entry = 4 + index * 2;
        if entry >= usize::from(read_u16(self.bytes, fields)?) {
            return None;
        }
        match read_u16(self.bytes, fields.checked_add(entry)?)? {
            0 => None,
            offset => Some(self.at + usize::from(offset)),
        }
    }

    fn u8(&self, index: usize) -> u8 {
        let byte = self.field(index).and_then(|at| self.bytes.get(at));
        byte.copied().unwrap_or(0)
    }

    fn u16(&self, index: usize, default: u16) -> u16 {
        let number = self.field(index).and_then(|at| read_u16(self.bytes, at));
        number.unwrap_or(default)
    }

    fn u32(&self, index: usize) -> u32 {
        let number = self.field(index).and_then(|at| read_u32(self.bytes, at));
        number.unwrap_or(0)
    }

    fn u64(&self, index: usize) -> u64 {
        let bytes = self
            .field(index)
            .and_then(|at| self.bytes.get(at..at + 8)?.try_into().ok());
        bytes.map_or(0, u64::from_le_bytes)
    }

    /// What a field points to.
    fn target(&self, index: usize) -> Option<usize> {
        follow(self.bytes, self.field(index)?)
    }

    fn table(&self, index: usize) -> Option<Self> {
        let at = self.target(index)?;
        Some(Self {
            bytes: self.bytes,
            at,
        })
    }

    /// The bytes of a vector of things of `size` bytes, and how many these are.
    fn vector(&self, index: usize, size: usize) -> (&'a [u8], usize) {
        let found = || {
            let at = self.target(index)?;
            let count = read_u32(self.bytes, at)? as usize;
            let bytes = self
                .bytes
                .get(at + 4..(at + 4).checked_add(count.checked_mul(size)?)?)?;
            Some((bytes, count))
        };
        found().unwrap_or_default()
    }

    fn tables(&self, index: usize) -> impl Iterator<Item = Table<'a>> {
        let bytes = self.bytes;
        let (offsets, count) = self.vector(index, 4);
        let first = self.target(index).map_or(0, |at| at + 4);
        let count = count.min(offsets.len() / 4);
        (0..count).filter_map(move |i| {
            let at = follow(bytes, first + i * 4)?;
            Some(Table { bytes, at })
        })
    }
}

fn follow(bytes: &[u8], at: usize) -> Option<usize> {
    let by = read_u32(bytes, at)? as usize;
    at.checked_add(by).filter(|at| *at < bytes.len())
}

fn read_u16(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(u16::from_le_bytes(bytes))
}

fn read_u32(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(u32::from_le_bytes(bytes))
}
