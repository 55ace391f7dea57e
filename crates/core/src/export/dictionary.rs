//! A column of a row group of Parquet whose texts repeat, packed by hand: a dictionary with each
//! text once, and pages with a number for each row. The writer of the library looks up every text
//! of every row to find that number, which is known here.

use bytes::Bytes;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use crate::text::unsigned;

/// So many rows are in a page.
const PAGE: usize = 1 << 16;

/// Packs a column that may be null. `rows` are numbers of `texts`.
pub(super) fn packed(
    column: ColumnDescPtr,
    texts: &[&str],
    rows: &[Option<u32>],
) -> Result<(Bytes, ColumnCloseResult), ParquetError> {
    let mut out = TrackedWrite::new(Vec::new());
    let mut writer = SerializedPageWriter::new(&mut out);
    let mut dictionary = Vec::new();
    for text in texts {
        dictionary.extend_from_slice(&u32::try_from(text.len())?.to_le_bytes());
        dictionary.extend_from_slice(text.as_bytes());
    }
    let mut write = |page: Page| {
        let size = page.buffer().len();
        writer.write_page(CompressedPage::new(page, size))
    };
    write(Page::DictionaryPage {
        buf: dictionary.into(),
        num_values: u32::try_from(texts.len())?,
        encoding: Encoding::PLAIN,
        is_sorted: false,
    })?;
    let width = texts.len().saturating_sub(1).max(1).ilog2() + 1;
    let mut first_page = None;
    for rows in rows.chunks(PAGE) {
        let mut levels = Vec::new();
        bit_packed(
            &mut levels,
            1,
            rows.iter().map(|row| u32::from(row.is_some())),
        );
        let mut page = u32::try_from(levels.len())?.to_le_bytes().to_vec();
        page.append(&mut levels);
        page.push(u8::try_from(width)?);
        bit_packed(&mut page, width, rows.iter().flatten().copied());
        let written = write(Page::DataPage {
            buf: page.into(),
            num_values: u32::try_from(rows.len())?,
            encoding: Encoding::RLE_DICTIONARY,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        })?;
        first_page.get_or_insert(written.offset);
    }
    let packed = out.into_inner()?;
    let size = i64::try_from(packed.len())?;
    let metadata = ColumnChunkMetaData::builder(column)
        .set_compression(Compression::UNCOMPRESSED)
        .set_encodings(vec![
            Encoding::PLAIN,
            Encoding::RLE,
            Encoding::RLE_DICTIONARY,
        ])
        .set_num_values(i64::try_from(rows.len())?)
        .set_total_compressed_size(size)
        .set_total_uncompressed_size(size)
        .set_dictionary_page_offset(Some(0))
        .set_data_page_offset(i64::try_from(first_page.unwrap_or(packed.len() as u64))?);
    let close = without_indexes(metadata.build()?, rows.len() as u64)?;
    Ok((packed.into(), close))
}

/// What a row group is told of a column that comes packed, with no index of its pages.
pub(super) fn without_indexes(
    metadata: ColumnChunkMetaData,
    rows: u64,
) -> Result<ColumnCloseResult, ParquetError> {
    Ok(ColumnCloseResult {
        bytes_written: u64::try_from(metadata.compressed_size())?,
        rows_written: rows,
        metadata,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    })
}

/// One run of numbers of `width` bits each, up to 32, in groups of eight.
fn bit_packed(out: &mut Vec<u8>, width: u32, numbers: impl Iterator<Item = u32> + Clone) {
    let groups = numbers.clone().count().div_ceil(8);
    if groups == 0 {
        return;
    }
    unsigned(out, (groups as u64) << 1 | 1);
    let end = out.len() + groups * width as usize;
    let (mut bits, mut held) = (0_u64, 0);
    for number in numbers {
        bits |= u64::from(number) << held;
        held += width;
        while held >= 8 {
            out.push((bits & 0xff) as u8);
            bits >>= 8;
            held -= 8;
        }
    }
    out.push((bits & 0xff) as u8);
    out.resize(end, 0);
}
