//! Shapefiles: polygons in `.shp`, properties in `.dbf`, the encoding in `.cpg`.

use std::io::{self, Read};

use encoding_rs::Encoding;

use super::feature::{Crs, Feature, Skip, Stop, Wanted};

/// The longest record, in bytes.
const LONGEST_RECORD: usize = 400 << 20;
const POLYGONS: [u32; 3] = [5, 15, 25];

/// Whether a file that begins so is a shapefile.
pub(super) fn is_one(head: &[u8]) -> bool {
    head.starts_with(&9994_u32.to_be_bytes())
}

/// The table beside the shapes.
pub(super) struct Table<R> {
    input: R,
    fields: Vec<Field>,
    /// The bytes of one record.
    record: Vec<u8>,
    /// How many records are left.
    left: u32,
    read: u64,
    encoding: Option<&'static Encoding>,
    /// The encoding of texts that are not UTF-8, where none is named.
    other: &'static Encoding,
}

struct Field {
    name: String,
    len: usize,
    is_text: bool,
}

fn broken(reason: &str) -> Stop {
    Stop::Broken(reason.to_owned())
}

impl<R: Read> Table<R> {
    /// Reads the head of a table. `cpg` is what names the encoding, if anything does.
    pub(super) fn open(mut input: R, cpg: Option<&str>) -> Result<Self, Stop> {
        let mut head = [0; 32];
        input.read_exact(&mut head)?;
        let short = |i: usize| usize::from(u16::from_le_bytes([head[i], head[i + 1]]));
        let left = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let (head_len, record_len) = (short(8), short(10));
        let mut rest = vec![0; head_len.saturating_sub(32)];
        input.read_exact(&mut rest)?;
        let encoding = match cpg.map(str::trim).filter(|name| !name.is_empty()) {
            None => None,
            Some(name) => Some(encoding_of(name).ok_or_else(|| {
                broken(&format!(
                    "its `.cpg` names an encoding that is not known: `{name}`"
                ))
            })?),
        };
        let other = match head[29] {
            0x4d | 0x7a => encoding_rs::GBK,
            0x13 | 0x7b => encoding_rs::SHIFT_JIS,
            0x4e | 0x79 => encoding_rs::EUC_KR,
            0x4f | 0x78 => encoding_rs::BIG5,
            _ => encoding_rs::WINDOWS_1252,
        };
        let mut fields = Vec::new();
        for field in rest.as_chunks::<32>().0 {
            if field[0] == 0x0d {
                break;
            }
            let name = field.get(..11).unwrap_or_default();
            let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
            fields.push(Field {
                name: decode(name, encoding, other),
                len: usize::from(field[16]),
                is_text: matches!(field[11], b'C' | b'N' | b'F' | b'D'),
            });
        }
        let sum: usize = fields.iter().map(|field| field.len).sum();
        if fields.is_empty() || sum + 1 > record_len {
            return Err(broken("its `.dbf` is damaged: the fields do not fit"));
        }
        Ok(Self {
            input,
            fields,
            record: vec![0; record_len],
            left,
            read: 0,
            encoding,
            other,
        })
    }

    /// Which wanted property each field is.
    fn columns(&self, wanted: &mut Wanted) -> Vec<Option<usize>> {
        let fields = self.fields.iter();
        fields.map(|field| wanted.index(&field.name)).collect()
    }

    /// Reads the next record into the values; false for one that was deleted.
    fn next(
        &mut self,
        columns: &[Option<usize>],
        values: &mut [Option<String>],
    ) -> Result<bool, Stop> {
        if self.left == 0 {
            let reason = format!("its `.dbf` has {} records only, its `.shp` more", self.read);
            return Err(Stop::Broken(reason));
        }
        self.left -= 1;
        self.read += 1;
        self.input
            .read_exact(&mut self.record)
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => {
                    Stop::Broken(format!("its `.dbf` ends in record {}", self.read))
                }
                _ => Stop::Read(error),
            })?;
        let (flag, mut rest) = self.record.split_first().unwrap_or((&b' ', &[]));
        for (field, column) in self.fields.iter().zip(columns) {
            let (value, behind) = rest.split_at_checked(field.len).unwrap_or_default();
            rest = behind;
            if let Some(slot) = column.and_then(|column| values.get_mut(column))
                && field.is_text
            {
                let text = decode(value, self.encoding, self.other);
                let text = text.trim_matches([' ', '\0']);
                *slot = (!text.is_empty()).then(|| text.to_owned());
            }
        }
        Ok(*flag != b'*')
    }
}

fn decode(bytes: &[u8], encoding: Option<&'static Encoding>, other: &'static Encoding) -> String {
    match (encoding, str::from_utf8(bytes)) {
        (None, Ok(text)) => text.to_owned(),
        // A text that was cut in the middle of a character loses what is left of it.
        (Some(encoding), Err(error))
            if encoding == encoding_rs::UTF_8 && error.error_len().is_none() =>
        {
            let whole = bytes.get(..error.valid_up_to()).unwrap_or_default();
            String::from_utf8_lossy(whole).into_owned()
        }
        _ => {
            let encoding = encoding.unwrap_or(other);
            encoding.decode_without_bom_handling(bytes).0.into_owned()
        }
    }
}

/// The encoding that a `.cpg` file names.
fn encoding_of(name: &str) -> Option<&'static Encoding> {
    if let Some(encoding) = Encoding::for_label(name.as_bytes()) {
        return Some(encoding);
    }
    let digits: String = name.chars().filter(|c| c.is_ascii_digit()).collect();
    match digits.as_str() {
        "65001" | "8" => Some(encoding_rs::UTF_8),
        "936" => Some(encoding_rs::GBK),
        "54936" => Some(encoding_rs::GB18030),
        "932" => Some(encoding_rs::SHIFT_JIS),
        "949" => Some(encoding_rs::EUC_KR),
        "950" => Some(encoding_rs::BIG5),
        "88591" => Some(encoding_rs::WINDOWS_1252),
        number => Encoding::for_label(format!("windows-{number}").as_bytes()).or_else(|| {
            Encoding::for_label(format!("iso-8859-{}", number.strip_prefix("8859")?).as_bytes())
        }),
    }
}

/// Why a `.prj` cannot be used; `None` when it can.
pub(super) fn projected(prj: &str) -> Option<String> {
    let text = prj.trim_start();
    let is_projected = ["PROJCS", "PROJCRS"]
        .into_iter()
        .any(|word| text.starts_with(word));
    let name = text.split('"').nth(1).unwrap_or("a projection");
    is_projected.then(|| {
        format!("its coordinates are metres on a map (`{name}`); degrees in WGS 84 are wanted")
    })
}

/// Hands every feature over.
pub(super) fn read(
    mut input: impl Read,
    mut table: Table<impl Read>,
    wanted: &mut Wanted,
    crs: Crs,
    take: &mut dyn FnMut(&mut Feature) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut head = [0; 100];
    input.read_exact(&mut head)?;
    if !is_one(&head) {
        return Err(broken("this is no shapefile"));
    }
    let kind = u32::from_le_bytes([head[32], head[33], head[34], head[35]]);
    if kind != 0 && !POLYGONS.contains(&kind) {
        return Err(broken("its shapes are no polygons"));
    }
    let columns = table.columns(wanted);
    if wanted.collect {
        return Err(Stop::Enough);
    }
    let mut feature = Feature::new(wanted, crs);
    let mut record = Vec::new();
    let mut number = 0_u64;
    loop {
        let mut head = Vec::with_capacity(8);
        input.by_ref().take(8).read_to_end(&mut head)?;
        if head.is_empty() {
            return Ok(());
        }
        number += 1;
        let ends = || Stop::Broken(format!("its `.shp` ends in record {number}"));
        let words = head
            .get(4..8)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(ends)?;
        let len = (u32::from_be_bytes(words) as usize).saturating_mul(2);
        record.clear();
        if len > LONGEST_RECORD {
            if io::copy(&mut input.by_ref().take(len as u64), &mut io::sink())? < len as u64 {
                return Err(ends());
            }
            feature.shape.wrong(Some(Skip::TooLong));
        } else if input.by_ref().take(len as u64).read_to_end(&mut record)? < len {
            return Err(ends());
        }
        polygon(&record, &mut feature);
        if table.next(&columns, &mut feature.values)? {
            take(&mut feature)?;
        }
        feature.clear();
        if record.capacity() > 1 << 24 {
            record = Vec::new();
        }
    }
}

/// The rings of a record; what is damaged has no more of them.
fn polygon(record: &[u8], feature: &mut Feature) -> Option<()> {
    let word = |at: usize| {
        let bytes = record.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes))
    };
    if !POLYGONS.contains(&word(0)?) {
        return None;
    }
    let (parts, points) = (word(36)? as usize, word(40)? as usize);
    let first = 44_usize.checked_add(parts.checked_mul(4)?)?;
    let points = record.get(first..first.checked_add(points.checked_mul(16)?)?)?;
    let points = points.as_chunks::<16>().0;
    let start = |part: usize| word(44 + part * 4).map_or(points.len(), |start| start as usize);
    for part in 0..parts {
        let end = if part + 1 < parts {
            start(part + 1)
        } else {
            points.len()
        };
        for point in points.get(start(part)..end)? {
            let [x, y] = [0, 8].map(|i| {
                let bytes = point.get(i..i + 8).and_then(|bytes| bytes.try_into().ok());
                bytes.map_or(f64::NAN, f64::from_le_bytes)
            });
            feature.shape.push(x, y);
        }
        feature.shape.end_ring();
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_by_their_many_names() {
        for (name, encoding) in [
            ("UTF-8", encoding_rs::UTF_8),
            ("65001", encoding_rs::UTF_8),
            ("GBK", encoding_rs::GBK),
            ("CP936", encoding_rs::GBK),
            ("936", encoding_rs::GBK),
            ("ANSI 1252", encoding_rs::WINDOWS_1252),
            ("ISO 88591", encoding_rs::WINDOWS_1252),
            ("ISO88592", encoding_rs::ISO_8859_2),
            ("Shift_JIS", encoding_rs::SHIFT_JIS),
        ] {
            assert_eq!(encoding_of(name), Some(encoding), "{name}");
        }
        assert_eq!(encoding_of("klingon"), None);
    }

    #[test]
    fn texts_without_a_stated_encoding() {
        let western = encoding_rs::WINDOWS_1252;
        assert_eq!(decode("杭州".as_bytes(), None, western), "杭州");
        assert_eq!(decode(b"Z\xfcrich", None, western), "Zürich");
        assert_eq!(decode(b"\xba\xbc\xd6\xdd", None, encoding_rs::GBK), "杭州");
        let cut = &"杭州".as_bytes()[..5];
        assert_eq!(decode(cut, Some(encoding_rs::UTF_8), western), "杭");
    }

    #[test]
    fn projections_are_told_from_degrees() {
        assert!(
            projected("PROJCS[\"Web Mercator\",GEOGCS[…")
                .unwrap()
                .contains("`Web Mercator`")
        );
        assert_eq!(projected("GEOGCS[\"WGS 84\",…"), None);
    }
}
