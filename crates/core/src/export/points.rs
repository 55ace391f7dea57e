//! Points in a Parquet file, to the same rows with the names, keys and zones of these points.
//!
//! What stands in the file already is taken over as it is packed, whatever it is: only the
//! two columns of degrees are read.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use imm_cluster_messages::{retold, text};
use parquet::basic::Compression;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{DataType, DoubleType, FloatType};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::{SchemaDescriptor, Type};
use rayon::prelude::*;

use super::dictionary::{packed, without_indexes};
use super::parquet::{CREATED_BY, properties, schema};
use super::table::{ADDRESS, Column, ColumnKind, KEYS};
use crate::capture::position::Position;
use crate::media::guarded;
use crate::place::{Address, Geocoder, Level, LocatedRegion, zone};
use crate::text::Escaped;

/// What a column of latitudes is called, in any case; the first that is there is taken.
pub const LATITUDES: [&str; 2] = ["lat", "latitude"];
/// What a column of longitudes is called.
pub const LONGITUDES: [&str; 4] = ["lon", "lng", "long", "longitude"];

/// The column behind names and keys.
const ZONE: &[Column] = &[("time_zone", ColumnKind::Text)];

/// So many points are sorted and named at a time.
const BATCH: usize = 1 << 16;
/// And so many of them by one thread.
const CHUNK: usize = 1_024;
/// A row group of more rows is refused: a few bytes can say that there are billions of nulls. Arrow
/// writes no larger ones.
const MOST_ROWS: usize = 1 << 26;
/// No page stands before the mark with which a file begins.
const HEAD: i64 = 4;

/// What the metadata key is called that describes all columns as Arrow has them. The new ones
/// would be missing there.
const OF_ARROW: &str = "ARROW:schema";

/// Why points cannot be named.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PointsError {
    /// The file cannot be read, or is damaged.
    #[error("{}", retold(.0))]
    Unreadable(String),
    /// No column is called so.
    #[error("{}", text!("points-no-column", names = .0.join(", ")))]
    NoColumn(&'static [&'static str]),
    /// The column has no degrees.
    #[error("{}", text!("points-no-degrees", column = Escaped::new(.0).to_string()))]
    NoDegrees(String),
    /// The column is compressed in another way than can be read.
    #[error("{}", text!("points-no-codec", column = Escaped::new(.0).to_string(), codec = .1.as_str()))]
    Codec(String, String),
    /// A column that would be added is there already.
    #[error("{}", text!("points-column-there", column = Escaped::new(.0).to_string()))]
    Taken(String),
    /// The output is closed or full.
    #[error(transparent)]
    Output(#[from] io::Error),
}

impl From<ParquetError> for PointsError {
    fn from(error: ParquetError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

/// Whether a file is a Parquet file that the program wrote.
pub fn is_ours(file: File) -> bool {
    let made = || {
        let reader = SerializedFileReader::new(file).ok()?;
        let made_by = reader.metadata().file_metadata().created_by()?;
        Some(made_by.starts_with(CREATED_BY))
    };
    guarded(made).flatten().unwrap_or(false)
}

/// A Parquet file with points.
pub struct Points {
    file: File,
    reader: SerializedFileReader<File>,
    /// The columns of latitudes and longitudes.
    degrees: [usize; 2],
    /// All columns, the new ones last.
    schema: Arc<Type>,
}

/// How many rows were written, and how many of them have no point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Named {
    /// All.
    pub rows: usize,
    /// Those of which a coordinate is null or cannot be.
    pub without_point: usize,
}

impl Points {
    /// Looks for the columns of a file.
    ///
    /// # Errors
    /// It is no Parquet file, or has no degrees, or has names already.
    pub fn open(file: File) -> Result<Self, PointsError> {
        guarded(|| Self::look(file)).unwrap_or_else(|| Err(damaged()))
    }

    fn look(file: File) -> Result<Self, PointsError> {
        let unreadable = |error: io::Error| PointsError::Unreadable(error.to_string());
        let reader = SerializedFileReader::new(file.try_clone().map_err(unreadable)?)?;
        let root = reader.metadata().file_metadata().schema();
        let added = [ADDRESS, KEYS, ZONE].concat();
        for (name, _) in &added {
            let mut there = root.get_fields().iter().map(|field| field.name());
            if let Some(there) = there.find(|there| there.eq_ignore_ascii_case(name)) {
                return Err(PointsError::Taken(there.to_owned()));
            }
        }
        let added = parse_message_type(&schema(&added))?;
        let fields = root.get_fields().iter().chain(added.get_fields());
        let whole = Type::group_type_builder(root.name()).with_fields(fields.cloned().collect());
        Ok(Self {
            degrees: [
                degrees(&reader, &LATITUDES)?,
                degrees(&reader, &LONGITUDES)?,
            ],
            schema: Arc::new(whole.build()?),
            file,
            reader,
        })
    }

    /// Writes all rows with names, in their order.
    ///
    /// # Errors
    /// The file is damaged, or the output is closed or full.
    pub fn write(
        &self,
        geocoder: &Geocoder,
        out: &mut (dyn Write + Send),
    ) -> Result<Named, PointsError> {
        let mut out = Watched { out, failed: None };
        let written = guarded(|| self.write_all(geocoder, &mut out));
        match (out.failed, written) {
            (Some(failed), _) => Err(PointsError::Output(failed)),
            (None, Some(written)) => Ok(written?),
            (None, None) => Err(damaged()),
        }
    }

    fn write_all(&self, geocoder: &Geocoder, out: &mut Watched<'_>) -> Result<Named, ParquetError> {
        let told = self.reader.metadata().file_metadata().key_value_metadata();
        let told = told.map(|told| {
            let told = told.iter().filter(|told| told.key != OF_ARROW);
            told.cloned().collect()
        });
        let properties = Arc::new(properties(told).build());
        let schema = SchemaDescriptor::new(self.schema.clone());
        let mut writer = SerializedFileWriter::new(out, self.schema.clone(), properties)?;
        let mut named = Named::default();
        for (number, group) in self.reader.metadata().row_groups().iter().enumerate() {
            let places = self.name(number, group, geocoder)?;
            let mut out = writer.next_row_group()?;
            self.take_over(group, &mut out)?;
            places.write(&schema, &mut out)?;
            out.close()?;
            named.rows += places.rows.len();
            named.without_point += places.without_point;
        }
        writer.close()?;
        Ok(named)
    }

    /// Copies the columns of a row group.
    fn take_over(
        &self,
        group: &RowGroupMetaData,
        out: &mut SerializedRowGroupWriter<'_, &mut Watched<'_>>,
    ) -> Result<(), ParquetError> {
        let rows = u64::try_from(group.num_rows())?;
        for column in group.columns() {
            out.append_column(&self.file, without_indexes(whereabouts(column)?, rows)?)?;
        }
        Ok(())
    }

    /// Finds the places of a row group.
    fn name(
        &self,
        number: usize,
        group: &RowGroupMetaData,
        geocoder: &Geocoder,
    ) -> Result<Places, ParquetError> {
        let columns = self.reader.get_row_group(number)?;
        let [lat, lon] = self.degrees;
        let mut lat = Degrees::new(columns.get_column_reader(lat)?)?;
        let mut lon = Degrees::new(columns.get_column_reader(lon)?)?;
        let mut places = Places::default();
        let mut left = usize::try_from(group.num_rows())?;
        if left > MOST_ROWS {
            let most = MOST_ROWS.to_string();
            return Err(ParquetError::General(text!("points-rows", most = most)));
        }
        while left > 0 {
            let batch = left.min(BATCH);
            left -= batch;
            let points = lat.read(batch)?.into_iter().zip(lon.read(batch)?);
            let points = points.map(|point| match point {
                (Some(lat), Some(lon)) => Position::meant(lat, lon).ok(),
                _ => None,
            });
            places.add(&points.collect::<Vec<_>>(), geocoder);
        }
        Ok(places)
    }
}

/// A column with where its pages are: some writers say 0 where there is no dictionary.
fn whereabouts(column: &ColumnChunkMetaData) -> Result<ColumnChunkMetaData, ParquetError> {
    if column.data_page_offset() < HEAD {
        return Err(ParquetError::General(text!("points-damaged")));
    }
    match column.dictionary_page_offset() {
        Some(..HEAD) => {
            let there = column.clone().into_builder();
            there.set_dictionary_page_offset(None).build()
        }
        _ => Ok(column.clone()),
    }
}

fn damaged() -> PointsError {
    PointsError::Unreadable(text!("points-damaged"))
}

/// The column that is called by the first of some names that is there.
fn degrees(
    reader: &SerializedFileReader<File>,
    names: &'static [&'static str],
) -> Result<usize, PointsError> {
    let metadata = reader.metadata();
    let columns = metadata.file_metadata().schema_descr().columns();
    let called = |name: &str| {
        let mut columns = columns.iter();
        columns.position(|column| match column.path().parts() {
            [alone] => alone.eq_ignore_ascii_case(name),
            _ => false,
        })
    };
    let found = names.iter().find_map(|name| called(name));
    let at = found.ok_or(PointsError::NoColumn(names))?;
    let column = &columns[at];
    let name = || column.name().to_owned();
    let kinds = [
        DoubleType::get_physical_type(),
        FloatType::get_physical_type(),
    ];
    if !kinds.contains(&column.physical_type()) || column.max_rep_level() > 0 {
        return Err(PointsError::NoDegrees(name()));
    }
    for group in metadata.row_groups() {
        match group.column(at).compression() {
            Compression::UNCOMPRESSED | Compression::SNAPPY => {}
            other => {
                // `ZSTD(ZstdLevel(1))` by its name alone.
                let other = other.to_string();
                let codec = other.split('(').next().unwrap_or_default().to_owned();
                return Err(PointsError::Codec(name(), codec));
            }
        }
    }
    Ok(at)
}

/// An output that remembers its error: those of input and output are of one type else.
struct Watched<'a> {
    out: &'a mut (dyn Write + Send),
    failed: Option<io::Error>,
}

impl Watched<'_> {
    fn seen<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        done.map_err(|error| {
            let kind = error.kind();
            self.failed = Some(error);
            kind.into()
        })
    }
}

impl Write for Watched<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.out.write(bytes);
        match done {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            done => self.seen(done),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.out.flush();
        self.seen(done)
    }
}

/// A column of degrees.
enum Degrees {
    Double(ColumnReaderImpl<DoubleType>),
    Float(ColumnReaderImpl<FloatType>),
}

impl Degrees {
    fn new(reader: ColumnReader) -> Result<Self, ParquetError> {
        match reader {
            ColumnReader::DoubleColumnReader(reader) => Ok(Self::Double(reader)),
            ColumnReader::FloatColumnReader(reader) => Ok(Self::Float(reader)),
            _ => Err(ParquetError::General("no degrees".to_owned())),
        }
    }

    /// The next rows.
    fn read(&mut self, rows: usize) -> Result<Vec<Option<f64>>, ParquetError> {
        match self {
            Self::Double(reader) => values(reader, rows),
            Self::Float(reader) => values(reader, rows),
        }
    }
}

fn values<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
) -> Result<Vec<Option<f64>>, ParquetError>
where
    f64: From<T::T>,
{
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    let (read, ..) = reader.read_records(rows, Some(&mut levels), None, &mut values)?;
    if read < rows {
        return Err(ParquetError::EOF(text!("points-damaged")));
    }
    let mut values = values.into_iter().map(f64::from);
    if levels.is_empty() {
        // A column that has no nulls has no levels.
        return Ok(values.map(Some).collect());
    }
    let levels = levels.into_iter();
    Ok(levels
        .map(|level| if level > 0 { values.next() } else { None })
        .collect())
}

/// What stands in the new columns of a row whose place is that.
type Texts = [Option<String>; ADDRESS.len() + KEYS.len()];

/// The places of the rows of a row group, each once.
#[derive(Default)]
struct Places {
    rows: Vec<AtPlace>,
    without_point: usize,
    texts: Vec<Texts>,
    zones: Vec<&'static str>,
    by_region: HashMap<u64, u32>,
    by_address: HashMap<Address, u32>,
    by_zone: HashMap<&'static str, u32>,
}

/// The place and the zone of a row, by their numbers.
#[derive(Clone, Copy, Default)]
struct AtPlace {
    place: Option<u32>,
    zone: Option<u32>,
}

/// What is found at a point.
struct Found {
    row: usize,
    region: Option<LocatedRegion>,
    zone: Option<&'static str>,
    /// Where addresses tell of more than regions; few do, and it is large.
    address: Option<Box<Address>>,
}

impl Places {
    /// Adds the next rows. Points that lie close to one another are looked up one after another,
    /// as they share what the processor has at hand.
    fn add(&mut self, points: &[Option<Position>], geocoder: &Geocoder) {
        let mut sorted: Vec<(u32, usize, Position)> = (points.iter().enumerate())
            .filter_map(|(row, point)| Some((quarter(&(*point)?), row, (*point)?)))
            .collect();
        self.without_point += points.len() - sorted.len();
        sorted.sort_unstable_by_key(|(quarter, ..)| *quarter);
        let find = |(_, row, position): &(u32, usize, Position)| {
            let (region, zone) = zone::region_and_zone(*position);
            let address = if geocoder.is_by_region() {
                None
            } else {
                let address = geocoder.locate_region(*position, region, geocoder.language());
                address.map(Box::new)
            };
            Found {
                row: *row,
                region,
                zone: zone.map(|zone| zone.name()),
                address,
            }
        };
        let found: Vec<Vec<Found>> = (sorted.par_chunks(CHUNK))
            .map(|points| points.iter().map(find).collect())
            .collect();
        let first = self.rows.len();
        self.rows.resize(first + points.len(), AtPlace::default());
        for found in found.into_iter().flatten() {
            let zone = found.zone.map(|zone| self.zone(zone));
            let place = match (found.address, found.region) {
                (Some(address), _) => Some(self.address(*address)),
                (None, Some(region)) if geocoder.is_by_region() => {
                    Some(self.region(region, geocoder))
                }
                _ => None,
            };
            self.rows[first + found.row] = AtPlace { place, zone };
        }
    }

    fn zone(&mut self, name: &'static str) -> u32 {
        let zones = &mut self.zones;
        *self.by_zone.entry(name).or_insert_with(|| {
            zones.push(name);
            number(&zones[1..])
        })
    }

    fn region(&mut self, region: LocatedRegion, geocoder: &Geocoder) -> u32 {
        match self.by_region.entry(region.number()) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let place = number(&self.texts);
                self.texts.push(texts(&region.address(geocoder.language())));
                *new.insert(place)
            }
        }
    }

    fn address(&mut self, address: Address) -> u32 {
        match self.by_address.entry(address) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let place = number(&self.texts);
                self.texts.push(texts(new.key()));
                *new.insert(place)
            }
        }
    }

    /// Writes the new columns, which come behind the others.
    fn write(
        &self,
        schema: &SchemaDescriptor,
        out: &mut SerializedRowGroupWriter<'_, &mut Watched<'_>>,
    ) -> Result<(), ParquetError> {
        let first = schema.num_columns() - ADDRESS.len() - KEYS.len() - ZONE.len();
        for column in 0..ADDRESS.len() + KEYS.len() {
            let mut texts = Vec::new();
            let mut known = HashMap::new();
            let of_places: Vec<Option<u32>> = (self.texts.iter())
                .map(|place| {
                    let text = place[column].as_deref()?;
                    Some(*known.entry(text).or_insert_with(|| {
                        texts.push(text);
                        number(&texts[1..])
                    }))
                })
                .collect();
            let rows = self.rows.iter();
            let rows: Vec<_> = rows.map(|at| of_places[at.place? as usize]).collect();
            let (packed, close) = packed(schema.column(first + column), &texts, &rows)?;
            out.append_column(&packed, close)?;
        }
        let rows: Vec<_> = self.rows.iter().map(|at| at.zone).collect();
        let last = schema.column(schema.num_columns() - 1);
        let (packed, close) = packed(last, &self.zones, &rows)?;
        out.append_column(&packed, close)
    }
}

/// The cell of a quarter of a degree that a position lies in.
fn quarter(at: &Position) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within 0 to 1,440"
    )]
    let [row, column] = [at.lat() + 90.0, at.lon() + 180.0].map(|degrees| (degrees * 4.0) as u32);
    row << 16 | column
}

/// The number that the next one gets; there are less than there are regions.
fn number<T>(known: &[T]) -> u32 {
    u32::try_from(known.len()).unwrap_or(u32::MAX)
}

/// In the order of the columns.
fn texts(address: &Address) -> Texts {
    let text = |text: &str| text.to_owned();
    let key = |level| address.region(level).map(|region| region.to_json());
    let [country, province, city, district, township] = address.path().map(|name| name.map(text));
    let [k0, k1, k2, k3, k4] = Level::ALL.map(key);
    let code = address.country_code.as_deref().map(text);
    [
        code, country, province, city, district, township, k0, k1, k2, k3, k4,
    ]
}

#[cfg(test)]
mod tests {
    use std::io::Seek;

    use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
    use parquet::file::metadata::KeyValue;
    use parquet::file::properties::WriterProperties;
    use parquet::record::{Row, RowAccessor};

    use super::*;
    use crate::export::parquet::present;
    use crate::place::{Language, locate};

    /// In two row groups: points with and without sense, a number, and a list of texts.
    const POINTS: [[Option<(f64, f64)>; 4]; 2] = [
        [
            Some((30.2489, 120.1485)),
            None,
            Some((-33.8568, 151.2153)),
            Some((f64::NAN, 0.0)),
        ],
        [
            Some((30.2936, 120.1614)),
            Some((-30.0, -25.0)),
            Some((91.0, 0.0)),
            Some((0.0, 0.0)),
        ],
    ];

    fn file_of(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        file
    }

    fn file_with(names: [&str; 2], codec: Compression) -> Vec<u8> {
        let [lat, lon] = names;
        let columns = format!(
            "message rows {{
                REQUIRED INT64 number;
                OPTIONAL DOUBLE {lat};
                OPTIONAL FLOAT {lon};
                OPTIONAL GROUP tags (LIST) {{ REPEATED GROUP list {{ OPTIONAL BYTE_ARRAY element (STRING); }} }}
            }}"
        );
        let told = [OF_ARROW, "pandas"].map(|key| KeyValue::new(key.to_owned(), "x".to_owned()));
        let properties = WriterProperties::builder()
            .set_compression(codec)
            .set_key_value_metadata(Some(told.to_vec()));
        let schema = Arc::new(parse_message_type(&columns).unwrap());
        let mut out = Vec::new();
        let mut writer =
            SerializedFileWriter::new(&mut out, schema, Arc::new(properties.build())).unwrap();
        for points in POINTS {
            let mut group = writer.next_row_group().unwrap();
            let mut column = group.next_column().unwrap().unwrap();
            column
                .typed::<Int64Type>()
                .write_batch(&[1, 2, 3, 4], None, None)
                .unwrap();
            column.close().unwrap();
            let mut column = group.next_column().unwrap().unwrap();
            let (values, levels) = present(points.iter().map(|point| point.map(|(lat, _)| lat)));
            column
                .typed::<DoubleType>()
                .write_batch(&values, Some(&levels), None)
                .unwrap();
            column.close().unwrap();
            let mut column = group.next_column().unwrap().unwrap();
            #[expect(clippy::cast_possible_truncation, reason = "a float")]
            let (values, levels) =
                present(points.iter().map(|point| point.map(|(_, lon)| lon as f32)));
            column
                .typed::<FloatType>()
                .write_batch(&values, Some(&levels), None)
                .unwrap();
            column.close().unwrap();
            let mut column = group.next_column().unwrap().unwrap();
            let tags = ["a", "b", "c"].map(ByteArray::from);
            // Two tags, null, none, and one.
            let writer = column.typed::<ByteArrayType>();
            writer
                .write_batch(&tags, Some(&[3, 3, 0, 1, 3]), Some(&[0, 1, 0, 0, 0]))
                .unwrap();
            column.close().unwrap();
            group.close().unwrap();
        }
        writer.close().unwrap();
        out
    }

    fn named(bytes: &[u8], geocoder: &Geocoder) -> (Named, Vec<u8>) {
        let mut out = Vec::new();
        let points = Points::open(file_of(bytes)).unwrap();
        let named = points.write(geocoder, &mut out).unwrap();
        (named, out)
    }

    fn rows(bytes: &[u8]) -> Vec<Row> {
        let reader = SerializedFileReader::new(file_of(bytes)).unwrap();
        reader
            .get_row_iter(None)
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    #[test]
    fn rows_stay_as_they_are_and_get_names() {
        let input = file_with(["Latitude", "LNG"], Compression::SNAPPY);
        let (counted, out) = named(&input, &Geocoder::default());
        assert_eq!(
            counted,
            Named {
                rows: 8,
                without_point: 3
            }
        );
        let (before, after) = (rows(&input), rows(&out));
        for ((before, after), point) in before.iter().zip(&after).zip(POINTS.as_flattened()) {
            let before = before.to_string();
            let kept = before.strip_suffix('}').unwrap().to_owned() + ", country_code";
            assert!(after.to_string().starts_with(&kept), "{kept} {after}");
            #[expect(clippy::cast_possible_truncation, reason = "a float")]
            let found =
                point.and_then(|(lat, lon)| Position::meant(lat, f64::from(lon as f32)).ok());
            let address = found.and_then(locate).unwrap_or_default();
            let names = (4..10).map(|column| after.get_string(column).ok().cloned());
            let code = std::iter::once(address.country_code.clone());
            let path = address.path().map(|name| name.map(str::to_owned));
            assert!(names.eq(code.chain(path)), "{point:?} {after}");
            let keys = (10..15).map(|column| after.get_string(column).ok().cloned());
            let wanted = Level::ALL.map(|level| address.region(level).map(|of| of.to_json()));
            assert!(keys.eq(wanted), "{point:?} {after}");
            let zone = found.and_then(zone::zone_of).map(|zone| zone.name());
            assert_eq!(after.get_string(15).ok().map(String::as_str), zone);
        }
        assert_eq!(after.len(), 8);
        assert_eq!(after[2].get_string(5).unwrap(), "Australia");
        let reader = SerializedFileReader::new(file_of(&out)).unwrap();
        let metadata = reader.metadata().file_metadata();
        let told = metadata.key_value_metadata().unwrap();
        assert_eq!((told.len(), told[0].key.as_str()), (1, "pandas"));
        assert!(is_ours(file_of(&out)) && !is_ours(file_of(&input)) && !is_ours(file_of(b"x")));
    }

    #[test]
    fn names_are_in_the_language_and_of_own_places() {
        let input = file_with(["lat", "long"], Compression::UNCOMPRESSED);
        let chinese = Geocoder::new(Vec::new(), &[Language::Chinese]);
        let (_, out) = named(&input, &chinese);
        assert_eq!(rows(&out)[0].get_string(7).unwrap(), "杭州市");
        let garden = crate::place::OwnPlace::new(
            "Garden",
            Position::new(30.2489, 120.1485).unwrap(),
            crate::capture::position::Metres(200.0),
            Level::Township,
        );
        let (_, out) = named(&input, &Geocoder::new(vec![garden.unwrap()], &[]));
        let first = &rows(&out)[0];
        assert_eq!(first.get_string(9).unwrap(), "Garden");
        assert!(rows(&out)[4].get_string(9).is_err());
    }

    #[test]
    fn what_has_no_points_is_refused() {
        let refused = |bytes: &[u8]| match Points::open(file_of(bytes)) {
            Ok(_) => panic!("it was taken"),
            Err(error) => error.to_string(),
        };
        let of = |names| refused(&file_with(names, Compression::SNAPPY));
        assert_eq!(
            of(["north", "lon"]),
            "found none of the columns lat, latitude"
        );
        assert_eq!(
            of(["lat", "east"]),
            "found none of the columns lon, lng, long, longitude"
        );
        let taken = named(
            &file_with(["lat", "lon"], Compression::SNAPPY),
            &Geocoder::default(),
        )
        .1;
        assert_eq!(refused(&taken), "there is a column `country_code` already");
        let text = "message rows { OPTIONAL BYTE_ARRAY lat (STRING); REQUIRED DOUBLE lon; }";
        let mut out = Vec::new();
        let schema = Arc::new(parse_message_type(text).unwrap());
        let writer = SerializedFileWriter::new(&mut out, schema, Arc::default()).unwrap();
        writer.close().unwrap();
        assert_eq!(refused(&out), "column `lat` is not of type DOUBLE or FLOAT");
        assert!(refused(b"PAR1 no more").contains("Parquet"));
    }

    #[test]
    fn an_output_that_is_full_is_no_fault_of_the_input() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let input = file_with(["lat", "lon"], Compression::SNAPPY);
        let points = Points::open(file_of(&input)).unwrap();
        let error = points.write(&Geocoder::default(), &mut Full).unwrap_err();
        let PointsError::Output(error) = error else {
            panic!("{error}")
        };
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn damaged_files_are_refused_or_named() {
        let whole = file_with(["lat", "lon"], Compression::SNAPPY);
        let geocoder = Geocoder::default();
        let mut refused = 0;
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << (at % 8);
            let mut out = Vec::new();
            let points = Points::open(file_of(&damaged));
            let written = points.and_then(|points| points.write(&geocoder, &mut out));
            refused += usize::from(written.is_err());
            let points = Points::open(file_of(&whole[..at]));
            assert!(points.is_err(), "cut at {at}");
        }
        assert!(refused > whole.len() / 10, "{refused} of {}", whole.len());
        assert!(Points::open(file_of(b"")).is_err());
    }
}
