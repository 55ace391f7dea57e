//! What a dataset shows of places and days, for engines that cluster many datasets at once.
//!
//! One row is what one owner's files show of one place, one cell of the globe and one local
//! day. From these rows `sql/cluster.sql` makes the clusters that [`Dataset::cluster`] makes,
//! but for what the user decided about them.

use std::io::{self, Write};

use parquet::file::metadata::KeyValue;

use super::parquet::write_rows;
use super::table::{self, ADDRESS, Column, ColumnKind, KEYS, Value, text};
use crate::cluster::evidence::Pair;
use crate::cluster::rules::Rules;
use crate::dataset::{Dataset, Unclustered};
use crate::place::{Address, Level};

/// The first columns.
const WHO_AND_WHEN: &[Column] = &[
    ("owner", ColumnKind::Text),
    ("local_day", ColumnKind::Small),
    ("local_date", ColumnKind::Date),
];

/// The last ones.
const COUNTS: &[Column] = &[
    ("files", ColumnKind::Small),
    ("moments", ColumnKind::Small),
    ("missing", ColumnKind::Small),
    ("records", ColumnKind::Small),
    ("cell_row", ColumnKind::Small),
    ("cell_column", ColumnKind::Small),
];

/// A place, as all rows of it have it.
struct Named<'a> {
    /// The regions it lies in, where the level is known.
    keys: [Option<String>; Level::ALL.len()],
    address: &'a Address,
}

impl<'a> Named<'a> {
    fn new(address: &'a Address) -> Self {
        let key = |level| address.region(level).map(|region| region.to_json());
        Self {
            keys: Level::ALL.map(key),
            address,
        }
    }
}

/// Writes the evidence of a dataset by the rules of its last run, sorted by region, place, day
/// and cell. `owner` stands in every row. Returns how many rows there are.
///
/// # Errors
/// The output is closed or full.
pub fn write(dataset: &Dataset, owner: &str, out: &mut (dyn Write + Send)) -> io::Result<usize> {
    let rules = dataset.rules.clone().unwrap_or_default();
    let shows = dataset.evidence(&rules);
    let unknown = Address::unknown();
    let mut places: Vec<(Named<'_>, &[Pair])> = (shows.evidence.by_place())
        .map(|pairs| {
            let place = shows.lending.place(dataset, pairs[0].place);
            let address = place.map_or(&unknown, |place| &place.address);
            (Named::new(address), pairs)
        })
        .collect();
    // Two places can be named alike, as where one was given and one was found.
    places.sort_by(|(a, _), (b, _)| (&a.keys, a.address).cmp(&(&b.keys, b.address)));
    let rows = places.iter();
    let rows = rows.flat_map(|(named, pairs)| pairs.iter().map(|pair| row(owner, named, pair)));
    let told = told(dataset, &rules, &shows.unclustered)?;
    let columns = [WHO_AND_WHEN, ADDRESS, KEYS, COUNTS].concat();
    write_rows(&columns, rows, Some(told), out)?;
    Ok(shows.evidence.pairs().len())
}

/// A row in the order of the columns.
fn row(owner: &str, named: &Named<'_>, pair: &Pair) -> Vec<Value> {
    let number = |number: i64| Value::Number(Some(number));
    let tally = pair.tally;
    let mut row = vec![
        text(Some(owner)),
        number(pair.day.since_1970().into()),
        Value::Date(Some(pair.day.date())),
    ];
    row.extend(table::address(Some(named.address)));
    row.extend(named.keys.each_ref().map(|key| text(key.as_deref())));
    row.extend(
        [tally.files, tally.moments, tally.missing, tally.records].map(|n| number(n.into())),
    );
    let cell = [
        pair.cell.map(|cell| cell.row()),
        pair.cell.map(|cell| cell.column()),
    ];
    row.extend(cell.map(|at| Value::Number(at.map(i64::from))));
    row
}

/// What the file says of itself: what the names, the keys and the days follow from, and how
/// many files show nothing.
fn told(dataset: &Dataset, rules: &Rules, without: &Unclustered) -> io::Result<Vec<KeyValue>> {
    let languages: Vec<&str> = (dataset.geocoder.languages().iter())
        .map(|language| language.tag())
        .collect();
    let told = [
        ("geodata", dataset.geodata.clone()),
        ("rules", serde_json::to_string(rules)?),
        ("languages", languages.join(",")),
        ("files_without_time", without.no_time.to_string()),
        ("files_without_zone", without.no_zone.to_string()),
        ("files_without_position", without.no_position.to_string()),
    ];
    let told = told.into_iter();
    Ok(told
        .map(|(key, value)| KeyValue::new(format!("imm_cluster.{key}"), value))
        .collect())
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;
    use crate::export::testing::Sample;

    /// The rows of that file, and what it says of itself.
    fn read(written: &[u8]) -> (String, Vec<KeyValue>) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(written).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let rows = reader.get_row_iter(None).unwrap();
        let rows: Vec<String> = rows.map(|row| row.unwrap().to_string()).collect();
        let told = reader.metadata().file_metadata().key_value_metadata();
        (rows.join("\n"), told.unwrap().clone())
    }

    #[test]
    fn a_row_for_each_place_and_day() {
        let sample = Sample::new();
        let mut out = Vec::new();
        let rows = write(&sample.0, "me", &mut out).unwrap();
        let (text, told) = read(&out);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((rows, lines.len()), (4, 4));
        let hangzhou = r#"country_code: "CN", country: "China", province: "Zhejiang", city: "Hangzhou", district: null, township: null, country_key: "["China"]", province_key: "["China","Zhejiang"]", city_key: "["China","Zhejiang","Hangzhou"]", district_key: null, township_key: null"#;
        // A Live Photo is one moment.
        assert_eq!(
            lines[0],
            format!(
                r#"{{owner: "me", local_day: 19785, local_date: 2024-03-03, {hangzhou}, files: 2, moments: 1, missing: 0, records: 2, cell_row: 604, cell_column: 5186}}"#
            )
        );
        let missing = "files: 0, moments: 0, missing: 1, records: 1, cell_row: 604";
        assert!(lines[1].contains(missing), "{text}");
        assert!(
            lines[3].contains("local_day: 19788,")
                && lines[3].ends_with("cell_row: null, cell_column: null}"),
            "{text}"
        );
        let told = |key: &str| {
            let key = format!("imm_cluster.{key}");
            let found = told.iter().find(|told| told.key == key);
            found.and_then(|told| told.value.clone())
        };
        assert_eq!(told("geodata").as_ref(), Some(&sample.0.geodata));
        assert_eq!(told("languages").as_deref(), Some("en"));
        assert_eq!(told("files_without_time").as_deref(), Some("1"));
        assert_eq!(told("files_without_position").as_deref(), Some("0"));
        assert!(told("rules").unwrap().contains(r#""levels":["city"]"#));
    }
}
