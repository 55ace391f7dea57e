//! Apache Parquet, with typed columns.
//!
//! A local time is a TIMESTAMP that is not adjusted to UTC; an instant is one that is.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::Selection;
use super::table::{self, Column, ColumnKind, Value};
use crate::capture::day::Day;

/// What every file says that it was made by, before the version.
pub(super) const CREATED_BY: &str = "imm-cluster";

/// How many rows are kept in memory before they are written.
const ROW_GROUP: usize = 1 << 16;

/// Writes a row for each cluster or trip, or for each file.
///
/// # Errors
/// The output is closed or full.
pub fn write(
    selection: &Selection<'_>,
    files: bool,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let by = selection.by();
    if files {
        let rows = selection.all_files();
        let rows = rows.map(|(group, photo)| table::file(by, group, &photo));
        write_rows(table::of_files(by), rows, None, out)
    } else {
        let rows = selection.groups().iter();
        write_rows(table::of_groups(by), rows.map(table::group), None, out)
    }
}

/// Writes rows as they come; `told` is what the file says of itself.
pub(super) fn write_rows(
    columns: &[Column],
    rows: impl Iterator<Item = Vec<Value>>,
    told: Option<Vec<KeyValue>>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    rows_of(columns, rows, told, out).map_err(|error| match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(source) => *source,
            Err(source) => io::Error::other(source),
        },
        error => io::Error::other(error),
    })
}

fn rows_of(
    columns: &[Column],
    rows: impl Iterator<Item = Vec<Value>>,
    told: Option<Vec<KeyValue>>,
    out: &mut (dyn Write + Send),
) -> Result<(), ParquetError> {
    let schema = Arc::new(parse_message_type(&schema(columns))?);
    let properties = Arc::new(properties(told).build());
    let mut writer = SerializedFileWriter::new(out, schema, properties)?;
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let group: Vec<Vec<Value>> = rows.by_ref().take(ROW_GROUP).collect();
        let mut group_writer = writer.next_row_group()?;
        let mut number = 0;
        while let Some(mut column) = group_writer.next_column()? {
            let values = group.iter().filter_map(|row| row.get(number));
            write_column(column.untyped(), values)?;
            column.close()?;
            number += 1;
        }
        group_writer.close()?;
    }
    writer.close()?;
    Ok(())
}

/// How files are written; `told` is what one says of itself.
pub(super) fn properties(told: Option<Vec<KeyValue>>) -> WriterPropertiesBuilder {
    // Every engine reads Snappy, and no C library need be built for it as for Zstandard.
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("{CREATED_BY} {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(told)
}

/// Columns that may be null, as a message of Parquet.
pub(super) fn schema(columns: &[Column]) -> String {
    let mut schema = "message rows {\n".to_owned();
    for (name, kind) in columns {
        let (physical, logical) = match kind {
            ColumnKind::Text => ("BYTE_ARRAY", " (STRING)"),
            ColumnKind::Number => ("INT64", ""),
            ColumnKind::Small => ("INT32", ""),
            ColumnKind::Degrees => ("DOUBLE", ""),
            ColumnKind::Date => ("INT32", " (DATE)"),
            ColumnKind::Clock => ("INT64", " (TIMESTAMP(MICROS,false))"),
            ColumnKind::Instant => ("INT64", " (TIMESTAMP(MICROS,true))"),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(schema, "OPTIONAL {physical} {name}{logical};");
    }
    schema + "}"
}

/// Writes what stands in one column of a row group.
fn write_column<'a>(
    writer: &mut ColumnWriter<'_>,
    values: impl Iterator<Item = &'a Value> + Clone,
) -> Result<(), ParquetError> {
    match writer {
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            let (found, levels) = present(values.map(|value| match value {
                Value::Text(text) => text.as_deref().map(ByteArray::from),
                _ => None,
            }));
            writer.write_batch(&found, Some(&levels), None)?;
        }
        ColumnWriter::Int64ColumnWriter(writer) => {
            let (found, levels) = present(values.map(|value| match value {
                Value::Number(number) => *number,
                Value::Clock(clock) => {
                    clock.and_then(|c| Some(c.date.and_time(c.time?).and_utc().timestamp_micros()))
                }
                Value::Instant(at) => at.map(|at| at.timestamp_micros()),
                _ => None,
            }));
            writer.write_batch(&found, Some(&levels), None)?;
        }
        ColumnWriter::Int32ColumnWriter(writer) => {
            let (found, levels) = present(values.map(|value| match value {
                Value::Date(date) => date.map(|date| Day::from(date).since_1970()),
                Value::Number(number) => number.and_then(|number| number.try_into().ok()),
                _ => None,
            }));
            writer.write_batch(&found, Some(&levels), None)?;
        }
        ColumnWriter::DoubleColumnWriter(writer) => {
            let (found, levels) = present(values.map(|value| match value {
                Value::Degrees(degrees) => *degrees,
                _ => None,
            }));
            writer.write_batch(&found, Some(&levels), None)?;
        }
        _ => {
            return Err(ParquetError::General(
                "a type that no column has".to_owned(),
            ));
        }
    }
    Ok(())
}

/// The values that are there, and for each row whether one is.
pub(super) fn present<T>(values: impl Iterator<Item = Option<T>>) -> (Vec<T>, Vec<i16>) {
    let mut found = Vec::new();
    let mut levels = Vec::new();
    for value in values {
        levels.push(i16::from(value.is_some()));
        found.extend(value);
    }
    (found, levels)
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;
    use crate::export::testing::Sample;

    fn rows(written: &[u8]) -> Vec<String> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(written).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let rows = reader.get_row_iter(None).unwrap();
        rows.map(|row| row.unwrap().to_string()).collect()
    }

    #[test]
    fn clusters_and_files() {
        let sample = Sample::new();
        let selection = sample.selection();
        for (files, count) in [(false, 2), (true, 5)] {
            let mut out = Vec::new();
            write(&selection, files, &mut out).unwrap();
            assert_eq!(&out[..4], b"PAR1");
            assert_eq!(rows(&out).len(), count);
        }
        let mut out = Vec::new();
        write(&selection, false, &mut out).unwrap();
        insta::assert_snapshot!(rows(&out).join("\n"), @r#"
        {cluster_id: "location-date-cluster-00000001-0000-4000-8000-000000000000", level: "city", title: "=West Lake: "spring", & <tea>? /../", place: "Hangzhou", country_code: "CN", country: "China", province: "Zhejiang", city: "Hangzhou", district: null, township: null, start_date: 2024-03-03, end_date: 2024-03-05, days: 3, active_days: 3, files: 3, moments: 2, files_missing: 1, first_capture: 2024-03-03 09:12:44.000000 +00:00, last_capture: 2024-03-05 21:40:02.500000 +00:00, lat: 30.27125, lon: 120.15495, south: 30.2489, west: 120.1485, north: 30.2936, east: 120.1614, custom_id: null}
        {cluster_id: "location-date-cluster-00000002-0000-4000-8000-000000000000", level: "city", title: null, place: "Jiaxing", country_code: "CN", country: "China", province: "Zhejiang", city: "Jiaxing", district: null, township: null, start_date: 2024-03-06, end_date: 2024-03-06, days: 1, active_days: 1, files: 1, moments: 1, files_missing: 0, first_capture: null, last_capture: null, lat: null, lon: null, south: null, west: null, north: null, east: null, custom_id: null}
        "#);
    }
}
