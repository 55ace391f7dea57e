//! Shapefiles: polygons in `.shp`, properties in `.dbf`, the encoding in `.cpg`.

use std::io::{self, Read};

use encoding_rs::Encoding;
use imm_cluster_messages::text;

use super::feature::{FeatureSink, ImportStop, PolygonFeature, SkipReason, read_head, read_record};

const POLYGONS: [u32; 3] = [5, 15, 25];

/// Whether a file that begins so is a shapefile.
pub(super) fn is_one(head: &[u8]) -> bool {
    head.starts_with(&9994_u32.to_be_bytes())
}

/// The table beside the shapes, in the format of dBase.
pub(super) struct DbfTable<R> {
    input: R,
    fields: Vec<DbfField>,
    /// The bytes of one record.
    record: Vec<u8>,
    /// How many records there are, and how many were read.
    records: u32,
    read: u32,
    encoding: Option<&'static Encoding>,
    /// The encoding of texts that are not UTF-8, where none is named.
    other: &'static Encoding,
}

struct DbfField {
    name: String,
    len: usize,
    is_text: bool,
}

impl<R: Read> DbfTable<R> {
    /// Reads the head of a table. `cpg` is what names the encoding, if anything does.
    pub(super) fn open(mut input: R, cpg: Option<&str>) -> Result<Self, ImportStop> {
        let mut head = [0; 32];
        input.read_exact(&mut head)?;
        let short = |i: usize| usize::from(u16::from_le_bytes([head[i], head[i + 1]]));
        let records = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let (head_len, record_len) = (short(8), short(10));
        let mut rest = vec![0; head_len.saturating_sub(32)];
        input.read_exact(&mut rest)?;
        let name = cpg.map(str::trim).filter(|name| !name.is_empty());
        let encoding = name.map(|name| {
            encoding_of(name)
                .ok_or_else(|| ImportStop::Broken(text!("import-cpg-unknown", name = name)))
        });
        let encoding = encoding.transpose()?;
        let other = match head[29] {
            0x4d | 0x7a => encoding_rs::GBK,
            0x13 | 0x7b => encoding_rs::SHIFT_JIS,
            0x4e | 0x79 => encoding_rs::EUC_KR,
            0x4f | 0x78 => encoding_rs::BIG5,
            _ => encoding_rs::WINDOWS_1252,
        };
        let fields = rest.as_chunks::<32>().0.iter();
        let fields = fields.take_while(|field| field[0] != 0x0d).map(|field| {
            let name = field[..11].split(|byte| *byte == 0).next();
            DbfField {
                name: decode(name.unwrap_or_default(), encoding, other),
                len: usize::from(field[16]),
                is_text: matches!(field[11], b'C' | b'N' | b'F' | b'D'),
            }
        });
        let fields: Vec<DbfField> = fields.collect();
        let sum: usize = fields.iter().map(|field| field.len).sum();
        if fields.is_empty() || sum + 1 > record_len {
            return Err(ImportStop::Broken(text!("import-dbf-damaged")));
        }
        Ok(Self {
            input,
            fields,
            record: vec![0; record_len],
            records,
            read: 0,
            encoding,
            other,
        })
    }

    /// Reads the next record into a feature; false for one that was deleted.
    fn next(
        &mut self,
        columns: &[Option<usize>],
        feature: &mut PolygonFeature,
    ) -> Result<bool, ImportStop> {
        if self.read == self.records {
            let reason = text!("import-dbf-short", count = self.read.to_string());
            return Err(ImportStop::Broken(reason));
        }
        self.read += 1;
        self.input.read_exact(&mut self.record).map_err(ending(|| {
            text!("import-dbf-ends", record = self.read.to_string())
        }))?;
        let (flag, mut rest) = self.record.split_first().unwrap_or((&b' ', &[]));
        for (field, column) in self.fields.iter().zip(columns) {
            let (value, behind) = rest.split_at_checked(field.len).unwrap_or_default();
            rest = behind;
            if column.is_some() && field.is_text {
                let text = decode(value, self.encoding, self.other);
                let text = text.trim_matches([' ', '\0']);
                feature.set(*column, (!text.is_empty()).then(|| text.to_owned()));
            }
        }
        Ok(*flag != b'*')
    }
}

/// Tells where a file ends that should go on.
fn ending(reason: impl FnOnce() -> String) -> impl FnOnce(io::Error) -> ImportStop {
    |error| match error.kind() {
        io::ErrorKind::UnexpectedEof => ImportStop::Broken(reason()),
        _ => ImportStop::Read(error),
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
    let name = text.split('"').nth(1);
    let name = name.map_or_else(|| text!("import-a-projection"), str::to_owned);
    is_projected.then(|| text!("import-projected", name = name))
}

/// Hands every feature over.
pub(super) fn read(
    mut input: impl Read,
    mut table: DbfTable<impl Read>,
    sink: &mut FeatureSink,
) -> Result<(), ImportStop> {
    let mut head = [0; 100];
    input.read_exact(&mut head)?;
    if !is_one(&head) {
        return Err(ImportStop::broken(text!("import-no-shapefile")));
    }
    let kind = u32::from_le_bytes([head[32], head[33], head[34], head[35]]);
    if kind != 0 && !POLYGONS.contains(&kind) {
        return Err(ImportStop::broken(text!("import-no-polygons")));
    }
    let fields = table.fields.iter();
    let columns: Vec<_> = fields.map(|field| sink.index(&field.name)).collect();
    if sink.met.is_some() {
        return Err(ImportStop::Enough);
    }
    let mut record = Vec::new();
    for number in 1_u64.. {
        let ends = || text!("import-shp-ends", record = number.to_string());
        let head = read_head::<8>(&mut input).map_err(ending(ends))?;
        let Some([_, _, _, _, len @ ..]) = head else {
            break;
        };
        // In words of 16 bits.
        let len = u64::from(u32::from_be_bytes(len)) * 2;
        if read_record(&mut input, len, &mut record).map_err(ending(ends))? {
            // A damaged record keeps the rings before the damage.
            let _ = polygon(&record, &mut sink.feature);
        } else {
            sink.feature.wrong(SkipReason::TooLong);
        }
        if table.next(&columns, &mut sink.feature)? {
            sink.hand_over()?;
        } else {
            sink.feature.clear();
        }
    }
    Ok(())
}

/// The rings of a record.
fn polygon(record: &[u8], feature: &mut PolygonFeature) -> Option<()> {
    let word = |at: usize| Some(u32::from_le_bytes(*record.get(at..)?.first_chunk()?));
    if !POLYGONS.contains(&word(0)?) {
        return None;
    }
    let (parts, points) = (word(36)? as usize, word(40)? as usize);
    let corners = record.get(44_usize.checked_add(parts.checked_mul(4)?)?..)?;
    let corners = corners.as_chunks::<16>().0.get(..points)?;
    for part in 0..parts {
        let start = |part: usize| word(44 + part * 4).map(|start| start as usize);
        let end = if part + 1 < parts {
            start(part + 1)?
        } else {
            points
        };
        feature.ring(corners.get(start(part)?..end)?);
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
