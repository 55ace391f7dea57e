//! FlatGeobuf, version 3: a header, an index that is passed over, and features, each
//! a FlatBuffer behind its length.

use std::io::{self, Read};

use imm_cluster_messages::text;

use super::feature::{FeatureSink, ImportStop, PolygonFeature, SkipReason, read_head, read_record};

/// The longest header, in bytes.
const LONGEST_HEADER: u32 = 16 << 20;
/// Types of geometry.
const POLYGON: u8 = 3;
const COLLECTIONS: [u8; 3] = [6, 7, 12];
/// How deep collections may lie in each other.
const DEEPEST: u32 = 8;
/// The most columns.
const MOST_COLUMNS: usize = 4096;

/// Whether a file that begins so is a FlatGeobuf of some version.
pub(super) fn is_one(head: &[u8]) -> bool {
    matches!(head, [b'f', b'g', b'b', _, b'f', b'g', b'b', _, ..])
}

/// Hands every feature over.
pub(super) fn read(mut input: impl Read, sink: &mut FeatureSink) -> Result<(), ImportStop> {
    let mut magic = [0; 8];
    input.read_exact(&mut magic)?;
    if !is_one(&magic) {
        return Err(ImportStop::broken(text!("import-no-flatgeobuf")));
    }
    if magic[3] != 3 {
        return Err(ImportStop::Broken(text!(
            "import-flatgeobuf-version",
            version = magic[3].to_string()
        )));
    }
    let mut len = [0; 4];
    input.read_exact(&mut len)?;
    let len = u32::from_le_bytes(len);
    if len > LONGEST_HEADER {
        let reason = text!("import-long-header", len = len.to_string());
        return Err(ImportStop::Broken(reason));
    }
    let mut bytes = Vec::new();
    read_record(&mut input, len.into(), &mut bytes)?;
    let header = FlatTable::root(&bytes)
        .ok_or_else(|| ImportStop::broken(text!("import-header-damaged")))?;
    let columns = columns(header.tables(7), sink);
    if sink.met.is_some() {
        return Err(ImportStop::Enough);
    }
    let features = header.number(8).map_or(0, u64::from_le_bytes);
    let node_size = header.number(9).map_or(16, u16::from_le_bytes);
    pass_index(&mut input, features, node_size)?;
    let kind = header.u8(2);
    let mut buffer = Vec::new();
    while let Some(len) = read_head(&mut input)? {
        if read_record(&mut input, u32::from_le_bytes(len).into(), &mut buffer)? {
            let number = sink.taken + 1;
            let damaged = || text!("import-feature-damaged", number = number.to_string());
            let table = FlatTable::root(&buffer).ok_or_else(|| ImportStop::Broken(damaged()))?;
            if let Some(geometry) = table.table(0) {
                rings(geometry, kind, &mut sink.feature, 0);
            }
            let own = self::columns(table.tables(2), sink);
            let columns = if own.is_empty() { &columns } else { &own };
            properties(table.vector(1, 1), columns, &mut sink.feature);
        } else {
            sink.feature.wrong(SkipReason::TooLong);
        }
        sink.hand_over()?;
    }
    Ok(())
}

/// The index is a tree of nodes with 40 bytes each, as many to a node as `size`.
fn pass_index(input: &mut impl Read, features: u64, size: u16) -> Result<(), ImportStop> {
    if features == 0 || size == 0 {
        return Ok(());
    }
    let size = u64::from(size.max(2));
    let (mut level, mut nodes) = (features, features);
    while level > 1 {
        level = level.div_ceil(size);
        nodes = nodes.saturating_add(level);
    }
    // The index of a single feature has a root above the leaf, too.
    let bytes = nodes.max(2).saturating_mul(40);
    if io::copy(&mut input.take(bytes), &mut io::sink())? < bytes {
        let reason = text!("import-ends-in-index", features = features.to_string());
        return Err(ImportStop::Broken(reason));
    }
    Ok(())
}

/// What type a column has, and which wanted property it is.
type WantedColumn = (u8, Option<usize>);

fn columns<'a>(
    tables: impl Iterator<Item = FlatTable<'a>>,
    sink: &mut FeatureSink,
) -> Vec<WantedColumn> {
    let column = |table: FlatTable| {
        let name = String::from_utf8_lossy(table.vector(0, 1));
        (table.u8(1), sink.index(&name))
    };
    tables.take(MOST_COLUMNS).map(column).collect()
}

fn properties(mut bytes: &[u8], columns: &[WantedColumn], feature: &mut PolygonFeature) {
    let mut next = || -> Option<()> {
        let (column, rest) = bytes.split_first_chunk()?;
        let (kind, index) = columns.get(usize::from(u16::from_le_bytes(*column)))?;
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
        if index.is_some() {
            feature.set(*index, text(*kind, value));
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

fn rings(geometry: FlatTable, kind: u8, feature: &mut PolygonFeature, depth: u32) {
    let own = geometry.u8(6);
    let kind = if own == 0 { kind } else { own };
    if COLLECTIONS.contains(&kind) && depth < DEEPEST {
        for part in geometry.tables(7) {
            // The parts of a multi-polygon need not say that they are polygons.
            rings(part, POLYGON, feature, depth + 1);
        }
    } else if kind == POLYGON {
        let corners = geometry.vector(1, 8).as_chunks::<16>().0;
        let ends = geometry.vector(0, 4).as_chunks().0.iter();
        let mut ends: Vec<usize> = ends.map(|end| u32::from_le_bytes(*end) as usize).collect();
        if ends.is_empty() {
            ends.push(corners.len());
        }
        let mut from = 0;
        for end in ends {
            feature.ring(corners.get(from..end).unwrap_or_default());
            from = end;
        }
    }
}

/// A table of a FlatBuffer: a place, from which it goes back to the list that says how far
/// behind that place each field is. What is not where it should be counts as not there.
#[derive(Clone, Copy)]
struct FlatTable<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> FlatTable<'a> {
    fn root(bytes: &'a [u8]) -> Option<Self> {
        let at = follow(bytes, 0)?;
        Some(Self { bytes, at })
    }

    /// Where a field is.
    fn field(&self, index: usize) -> Option<usize> {
        let back = i32::from_le_bytes(read_at(self.bytes, self.at)?);
        let fields = self.at.checked_add_signed(-isize::try_from(back).ok()?)?;
        let entry = 4 + index * 2;
        if entry >= usize::from(u16::from_le_bytes(read_at(self.bytes, fields)?)) {
            return None;
        }
        match u16::from_le_bytes(read_at(self.bytes, fields.checked_add(entry)?)?) {
            0 => None,
            offset => Some(self.at + usize::from(offset)),
        }
    }

    /// The bytes of a number; a field that is not there has its default.
    fn number<const N: usize>(&self, index: usize) -> Option<[u8; N]> {
        read_at(self.bytes, self.field(index)?)
    }

    fn u8(&self, index: usize) -> u8 {
        self.number(index).map_or(0, u8::from_le_bytes)
    }

    fn table(&self, index: usize) -> Option<Self> {
        let at = follow(self.bytes, self.field(index)?)?;
        Some(Self { at, ..*self })
    }

    /// The bytes of a vector of things of `size` bytes.
    fn vector(&self, index: usize, size: usize) -> &'a [u8] {
        let found = || {
            let at = follow(self.bytes, self.field(index)?)?;
            let len = u32::from_le_bytes(read_at(self.bytes, at)?) as usize;
            self.bytes.get(at + 4..)?.get(..len.checked_mul(size)?)
        };
        found().unwrap_or_default()
    }

    /// The tables that a vector of offsets points to.
    fn tables(&self, index: usize) -> impl Iterator<Item = Self> {
        let Self { bytes, .. } = *self;
        let first = self.field(index).and_then(|at| follow(bytes, at));
        let count = self.vector(index, 4).len() / 4;
        let table = move |i: usize| {
            let at = follow(bytes, first? + 4 + i * 4)?;
            Some(Self { bytes, at })
        };
        (0..count).filter_map(table)
    }
}

/// Where an offset points to.
fn follow(bytes: &[u8], at: usize) -> Option<usize> {
    let by = u32::from_le_bytes(read_at(bytes, at)?) as usize;
    at.checked_add(by).filter(|at| *at < bytes.len())
}

fn read_at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}
