//! Clusters every owner in a file of evidence on all cores, a line for each cluster, home and
//! trip: `cargo run --release --example owners -- evidence.parquet >found.jsonl`.
//!
//! The columns are those of `imm-cluster export parquet --evidence`, of any number of owners,
//! and the rows of each owner stand together, sorted by owner. However many there are, a thread
//! has one of them and a few pages of the file in memory. The columns of names are not read: places
//! go by their keys, and who shows them knows in which language.

use std::error::Error;
use std::fs::File;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use imm_cluster::{Address, Evidence, Found, Language, Level, Row, Rules, cluster};
use parquet::column::reader::{ColumnReaderImpl, get_typed_column_reader};
use parquet::data_type::{ByteArrayType, DataType, Int32Type};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use rayon::prelude::*;
use serde::Serialize;

type Failure = Box<dyn Error + Send + Sync>;

/// So many rows are decoded at a time.
const BATCH: usize = 4_096;

/// So much text is written at a time.
const WRITTEN: usize = 1 << 18;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments
        .next()
        .ok_or("usage: owners EVIDENCE.parquet [RULES]")?;
    // As in the metadata of evidence: `{"gap_days":1,"levels":["city"]}`.
    let rules: Rules = serde_json::from_str(arguments.next().as_deref().unwrap_or("{}"))?;
    let open = || Ok::<_, Failure>(SerializedFileReader::new(File::open(&path)?)?);
    let out = Mutex::new(io::stdout());
    let write = |text: &mut Vec<u8>| {
        let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
        out.write_all(text)?;
        text.clear();
        out.flush()
    };
    let groups = 0..open()?.num_row_groups();
    // Each thread opens the file for itself, as threads that share one share its position.
    (groups.into_par_iter()).try_for_each_init(open, |file, group| {
        let file = file.as_ref().map_err(ToString::to_string)?;
        let mut text = Vec::new();
        owners_of(file, group, |owner, evidence| {
            lines(&mut text, owner, &cluster(evidence, &rules))?;
            if text.len() > WRITTEN {
                write(&mut text)?;
            }
            Ok(())
        })?;
        Ok(write(&mut text)?)
    })
}

/// Hands over each owner whose rows begin in a row group, and may go on in the next ones.
fn owners_of(
    file: &SerializedFileReader<File>,
    group: usize,
    mut hand_over: impl FnMut(&str, &Evidence) -> Result<(), Failure>,
) -> Result<(), Failure> {
    // Who began in a group before is another thread's.
    let (mut owner, mut is_ours) = (None, false);
    for before in (0..group).rev() {
        owner = last_owner(&*file.get_row_group(before)?)?;
        if owner.is_some() {
            break;
        }
    }
    let mut evidence = Evidence::new(Language::English);
    for at in group..file.num_row_groups() {
        let mut rows = Rows::of(&*file.get_row_group(at)?)?;
        while rows.fill()? {
            while let Some((name, row)) = rows.next()? {
                let other = owner.as_deref() != Some(name);
                if other {
                    if owner.as_deref() > Some(name) {
                        return Err(format!("not sorted: `{name}` comes late").into());
                    }
                    if let Some(owner) = owner.filter(|_| is_ours) {
                        hand_over(&owner, &evidence)?;
                        evidence.clear();
                    }
                    if at > group {
                        return Ok(());
                    }
                    (owner, is_ours) = (Some(name.to_owned()), true);
                }
                if is_ours {
                    evidence.add(&row)?;
                }
            }
        }
        if !is_ours {
            return Ok(());
        }
    }
    owner.map_or(Ok(()), |owner| hand_over(&owner, &evidence))
}

fn last_owner(group: &dyn RowGroupReader) -> Result<Option<String>, Failure> {
    let rows = usize::try_from(group.metadata().num_rows())?;
    if rows == 0 {
        return Ok(None);
    }
    let mut owner = Column::<ByteArrayType>::of(group, "owner")?;
    if let Some(reader) = &mut owner.reader {
        reader.skip_records(rows.saturating_sub(1))?;
    }
    owner.fill(1)?;
    Ok(owner.text()?.map(str::to_owned))
}

/// The rows of a row group.
struct Rows {
    left: usize,
    batch: usize,
    owner: Column<ByteArrayType>,
    day: Column<Int32Type>,
    keys: [Column<ByteArrayType>; 5],
    counts: [Column<Int32Type>; 4],
    cell: [Column<Int32Type>; 2],
}

impl Rows {
    fn of(group: &dyn RowGroupReader) -> Result<Self, Failure> {
        let [country, province, city, district, township] =
            Level::ALL.map(|level| Column::of(group, &format!("{level}_key")));
        let number = |name| Column::needed(group, name);
        Ok(Self {
            left: usize::try_from(group.metadata().num_rows())?,
            batch: 0,
            owner: Column::needed(group, "owner")?,
            day: number("local_day")?,
            keys: [country?, province?, city?, district?, township?],
            counts: [
                number("files")?,
                number("moments")?,
                number("missing")?,
                number("records")?,
            ],
            cell: [number("cell_row")?, number("cell_column")?],
        })
    }

    /// Decodes the next rows; says whether there are any.
    fn fill(&mut self) -> Result<bool, Failure> {
        self.batch = self.left.min(BATCH);
        self.left -= self.batch;
        for text in self.keys.iter_mut().chain([&mut self.owner]) {
            text.fill(self.batch)?;
        }
        let numbers = self.counts.iter_mut().chain(&mut self.cell);
        for number in numbers.chain([&mut self.day]) {
            number.fill(self.batch)?;
        }
        Ok(self.batch > 0)
    }

    fn next(&mut self) -> Result<Option<(&str, Row<'_>)>, Failure> {
        if self.batch == 0 {
            return Ok(None);
        }
        self.batch -= 1;
        let owner = self.owner.text()?.ok_or("a row without an owner")?;
        let [country, province, city, district, township] = &mut self.keys;
        let [files, moments, missing, records] = &mut self.counts;
        let [cell_row, cell_column] = &mut self.cell;
        let count =
            |column: &mut Column<Int32Type>| u32::try_from(column.value().copied().unwrap_or(0));
        let row = Row {
            local_day: *self.day.value().ok_or("a row without a day")?,
            keys: [
                country.text()?,
                province.text()?,
                city.text()?,
                district.text()?,
                township.text()?,
            ],
            files: count(files)?,
            moments: count(moments)?,
            missing: count(missing)?,
            records: count(records)?,
            cell: cell_row.value().copied().zip(cell_column.value().copied()),
            ..Row::default()
        };
        Ok(Some((owner, row)))
    }
}

/// A column of a row group, some rows at a time. One that is not there has no values.
struct Column<T: DataType> {
    reader: Option<ColumnReaderImpl<T>>,
    /// For each row whether it has a value.
    present: Vec<i16>,
    values: Vec<T::T>,
    /// The next of both.
    row: usize,
    value: usize,
}

impl<T: DataType> Column<T> {
    fn of(group: &dyn RowGroupReader, name: &str) -> Result<Self, Failure> {
        let columns = group.metadata().columns();
        let at = columns
            .iter()
            .position(|column| column.column_path().string() == name);
        if let Some(at) = at
            && (columns[at].column_type() != T::get_physical_type()
                || columns[at].column_descr().max_rep_level() > 0)
        {
            return Err(format!("column `{name}` is no {}", T::get_physical_type()).into());
        }
        let reader = at.map(|at| group.get_column_reader(at)).transpose()?;
        Ok(Self {
            reader: reader.map(get_typed_column_reader),
            present: Vec::new(),
            values: Vec::new(),
            row: 0,
            value: 0,
        })
    }

    /// As [`Column::of`], of one that must be there.
    fn needed(group: &dyn RowGroupReader, name: &str) -> Result<Self, Failure> {
        let column = Self::of(group, name)?;
        match column.reader {
            Some(_) => Ok(column),
            None => Err(format!("there is no column `{name}`").into()),
        }
    }

    fn fill(&mut self, rows: usize) -> Result<(), Failure> {
        self.present.clear();
        self.values.clear();
        (self.row, self.value) = (0, 0);
        if let Some(reader) = &mut self.reader {
            let (read, ..) =
                reader.read_records(rows, Some(&mut self.present), None, &mut self.values)?;
            if read < rows {
                return Err("a column ends too early".into());
            }
        }
        Ok(())
    }

    /// The value of the next row.
    fn value(&mut self) -> Option<&T::T> {
        // A column that must have values says of none that it is there.
        let is_present = self
            .present
            .get(self.row)
            .is_none_or(|present| *present > 0);
        self.row += 1;
        let value = self.values.get(self.value).filter(|_| is_present);
        self.value += usize::from(is_present);
        value
    }
}

impl Column<ByteArrayType> {
    fn text(&mut self) -> Result<Option<&str>, Failure> {
        let text = self.value().map(|text| text.as_utf8());
        Ok(text.transpose()?)
    }
}

/// What is written, a line each. Days are counted from 1970-01-01.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Line<'a> {
    Cluster {
        owner: &'a str,
        level: Level,
        region: &'a str,
        start_day: i32,
        end_day: i32,
        days: u32,
        active_days: u32,
        files: u32,
        moments: u32,
        files_missing: u32,
    },
    Home {
        owner: &'a str,
        id: &'a str,
        region: Option<String>,
        lat: f64,
        lon: f64,
        from_day: i32,
        to_day: i32,
    },
    Trip {
        owner: &'a str,
        home: Option<&'a str>,
        start_day: i32,
        end_day: i32,
        active_days: u32,
        files: u32,
        distance_km: u32,
    },
}

fn add(text: &mut Vec<u8>, line: &Line<'_>) -> Result<(), Failure> {
    serde_json::to_writer(&mut *text, line)?;
    text.push(b'\n');
    Ok(())
}

fn lines(text: &mut Vec<u8>, owner: &str, found: &Found) -> Result<(), Failure> {
    let of_regions = found
        .clusters
        .chunk_by(|a, b| (a.of.level, &a.of.region) == (b.of.level, &b.of.region));
    for of_region in of_regions {
        let region = of_region[0].of.region.to_json();
        for cluster in of_region {
            add(
                text,
                &Line::Cluster {
                    owner,
                    level: cluster.of.level,
                    region: &region,
                    start_day: cluster.span.first.since_1970(),
                    end_day: cluster.span.last.since_1970(),
                    days: cluster.span.days(),
                    active_days: cluster.counts.active_days,
                    files: cluster.counts.files,
                    moments: cluster.counts.moments,
                    files_missing: cluster.counts.missing,
                },
            )?;
        }
    }
    for home in &found.homes {
        add(
            text,
            &Line::Home {
                owner,
                id: &home.id,
                region: region(&home.address),
                lat: home.centre.0.lat(),
                lon: home.centre.0.lon(),
                from_day: home.from.since_1970(),
                to_day: home.to.since_1970(),
            },
        )?;
    }
    for trip in &found.trips {
        add(
            text,
            &Line::Trip {
                owner,
                home: trip.of.home.as_deref(),
                start_day: trip.span.first.since_1970(),
                end_day: trip.span.last.since_1970(),
                active_days: trip.counts.active_days,
                files: trip.counts.files,
                distance_km: trip.of.distance_km,
            },
        )?;
    }
    Ok(())
}

/// The key of the narrowest region, no narrower than the city.
fn region(address: &Address) -> Option<String> {
    Some(address.region(address.named_at()?)?.to_json())
}
