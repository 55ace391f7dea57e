//! Dumps of `GeoNames`: rows of places, and beside them the names of units and names
//! in other languages.
//!
//! The dump is read twice: first for the administrative units, whose names places
//! lack, and for who needs names of the third file; then for the places. In memory
//! are the units, the names in wanted languages as numbers, and a byte for each
//! number that `GeoNames` has given.

use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, Read};

use super::feature::{Skip, Stop, corner};
use super::places::new_group;
use super::store::{CHINESE, Class, ENGLISH, GROUP, LOCAL};
use super::writer::{Fingerprint, Writer};

/// The longest line, in bytes.
const LONGEST_LINE: usize = 1 << 20;
/// The highest number that is believed.
const MOST_NUMBERS: usize = 60_000_000;
/// A place with more people than that may be a city.
const FEWEST_PEOPLE: u64 = 500;

/// The main language of countries whose names people write otherwise than in English.
const LANGUAGES: [(&str, &str); 62] = [
    ("AT", "de"),
    ("DE", "de"),
    ("LI", "de"),
    ("FR", "fr"),
    ("MC", "fr"),
    ("ES", "es"),
    ("MX", "es"),
    ("AR", "es"),
    ("CL", "es"),
    ("CO", "es"),
    ("PE", "es"),
    ("VE", "es"),
    ("EC", "es"),
    ("IT", "it"),
    ("SM", "it"),
    ("VA", "it"),
    ("PT", "pt"),
    ("BR", "pt"),
    ("NL", "nl"),
    ("PL", "pl"),
    ("CZ", "cs"),
    ("SK", "sk"),
    ("HU", "hu"),
    ("RO", "ro"),
    ("BG", "bg"),
    ("GR", "el"),
    ("CY", "el"),
    ("TR", "tr"),
    ("RU", "ru"),
    ("BY", "be"),
    ("UA", "uk"),
    ("RS", "sr"),
    ("HR", "hr"),
    ("SI", "sl"),
    ("MK", "mk"),
    ("AL", "sq"),
    ("SE", "sv"),
    ("NO", "no"),
    ("DK", "da"),
    ("FI", "fi"),
    ("IS", "is"),
    ("EE", "et"),
    ("LV", "lv"),
    ("LT", "lt"),
    ("GE", "ka"),
    ("AM", "hy"),
    ("IL", "he"),
    ("IR", "fa"),
    ("EG", "ar"),
    ("SA", "ar"),
    ("AE", "ar"),
    ("MA", "ar"),
    ("IQ", "ar"),
    ("JO", "ar"),
    ("TH", "th"),
    ("VN", "vi"),
    ("JP", "ja"),
    ("KR", "ko"),
    ("KP", "ko"),
    ("MN", "mn"),
    ("KH", "km"),
    ("LA", "lo"),
];

/// The files of one import.
pub(super) struct Files<'a> {
    /// Opens a dump; each is read twice.
    pub(super) dumps: Vec<Opener<'a>>,
    /// Names of units of first or second order.
    pub(super) units: Vec<Opener<'a>>,
    /// Names in other languages.
    pub(super) alternates: Vec<Opener<'a>>,
}

/// Opens a file.
pub(super) type Opener<'a> = Box<dyn Fn() -> Result<Box<dyn BufRead + 'a>, Stop> + 'a>;

/// Whether a line is one of a dump.
pub(super) fn is_one(line: &[u8]) -> bool {
    let mut columns = line.split(|byte| *byte == b'\t');
    let number = columns.next().and_then(|id| {
        str::from_utf8(id)
            .ok()?
            .trim_start_matches('\u{feff}')
            .parse::<u32>()
            .ok()
    });
    number.is_some() && columns.count() >= 14
}

/// A row of a dump.
struct Row<'a> {
    id: u32,
    name: &'a str,
    lat: f64,
    lon: f64,
    class: &'a str,
    code: &'a str,
    country: &'a str,
    units: [&'a str; 4],
    people: u64,
}

impl<'a> Row<'a> {
    fn parse(line: &'a str) -> Result<Self, String> {
        let mut columns = [""; 15];
        let mut count = 0;
        for (slot, column) in columns.iter_mut().zip(line.split('\t')) {
            *slot = column;
            count += 1;
        }
        let [
            id,
            name,
            _,
            _,
            lat,
            lon,
            class,
            code,
            country,
            _,
            a1,
            a2,
            a3,
            a4,
            people,
        ] = columns;
        if count < columns.len() {
            return Err(format!("19 columns are wanted, it has {count}"));
        }
        let id = id
            .parse()
            .map_err(|_| "it does not begin with a number".to_owned())?;
        let degrees = |text: &str| text.parse().unwrap_or(f64::NAN);
        Ok(Self {
            id,
            name,
            lat: degrees(lat),
            lon: degrees(lon),
            class,
            code,
            country,
            units: [a1, a2, a3, a4],
            people: people.trim().parse().unwrap_or(0),
        })
    }

    /// The unit of an order that it is, or lies in.
    fn unit(&self, order: usize) -> Option<u64> {
        let codes = self.units.get(..order)?;
        if codes.last().is_none_or(|code| code.is_empty()) {
            return None;
        }
        Some(key(self.country, codes.iter().copied()))
    }
}

fn key<'a>(country: &str, codes: impl Iterator<Item = &'a str>) -> u64 {
    let mut path = Fingerprint::new();
    path.text(country);
    codes.for_each(|code| path.text(code));
    path.value()
}

/// What is known of a unit while it is read.
struct NewUnit {
    id: u32,
    name: u32,
    /// Where the whole unit is.
    at: u32,
}

/// What the first reading finds.
#[derive(Default)]
struct Survey {
    units: HashMap<u64, NewUnit>,
    /// The first-order units that have places, by country and code.
    groups: BTreeSet<(String, String)>,
    /// The country of each wanted number, counted from one.
    country_of: Vec<u8>,
    countries: Vec<String>,
}

impl Survey {
    fn want(&mut self, id: u32, country: &str) {
        let known = self.countries.iter().position(|known| known == country);
        let country = known.unwrap_or_else(|| {
            self.countries.push(country.to_owned());
            self.countries.len() - 1
        });
        let id = id as usize;
        if id >= MOST_NUMBERS {
            return;
        }
        if self.country_of.len() <= id {
            self.country_of.resize(id + 1, 0);
        }
        if let (Some(slot), Ok(country)) = (self.country_of.get_mut(id), u8::try_from(country + 1))
        {
            *slot = country;
        }
    }
}

/// Goes through the lines of a file.
fn lines(
    mut input: Box<dyn BufRead + '_>,
    mut each: impl FnMut(&str) -> Result<(), LineError>,
) -> Result<(), Stop> {
    let mut bytes = Vec::new();
    let mut number = 0_u64;
    loop {
        bytes.clear();
        number += 1;
        let read = input
            .by_ref()
            .take(LONGEST_LINE as u64 + 1)
            .read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(());
        }
        if read > LONGEST_LINE {
            return Err(Stop::Broken(format!("line {number} is longer than 1 MiB")));
        }
        let line = bytes.trim_ascii_end();
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        let line = str::from_utf8(line)
            .map_err(|_| Stop::Broken(format!("line {number} is not UTF-8")))?;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        each(line).map_err(|error| match error {
            LineError::Broken(reason) => Stop::Broken(format!("line {number}: {reason}")),
            LineError::Write(error) => Stop::Write(error),
        })?;
    }
}

/// How many rows of places there are.
pub(super) fn count(bytes: &[u8]) -> Result<u64, Stop> {
    let mut rows = 0;
    lines(Box::new(bytes), |line| {
        let row = Row::parse(line)?;
        let _ = (class(&row), row.unit(4));
        rows += u64::from(is_place(&row));
        Ok(())
    })?;
    Ok(rows)
}

enum LineError {
    Broken(String),
    Write(std::io::Error),
}

impl From<String> for LineError {
    fn from(reason: String) -> Self {
        Self::Broken(reason)
    }
}

impl From<std::io::Error> for LineError {
    fn from(error: std::io::Error) -> Self {
        Self::Write(error)
    }
}

/// Imports dumps; hands out why rows were left out, and the groups for the file's end.
pub(super) fn import(
    files: &Files,
    writer: &mut Writer,
    skip: &mut dyn FnMut(Skip),
    took: &mut dyn FnMut(),
) -> Result<Vec<[u8; GROUP]>, Stop> {
    let mut survey = survey(files, writer)?;
    let names = alternates(files, &survey, writer)?;
    let mut keys: Vec<u64> = survey.units.keys().copied().collect();
    keys.sort_unstable();
    for key in keys {
        if let Some(unit) = survey.units.get_mut(&key) {
            let own = names.of(unit.id, unit.name);
            unit.at = writer.geonames_unit(unit.id, own).map_err(Stop::Write)?;
        }
    }
    let groups: HashMap<&(String, String), u32> = survey.groups.iter().zip(0..).collect();
    for open in &files.dumps {
        lines(open()?, |line| {
            let row = Row::parse(line)?;
            if !is_place(&row) {
                if row.class == "P" {
                    skip(Skip::NoPlace);
                }
                return Ok(());
            }
            if !row.lat.is_finite() || !row.lon.is_finite() {
                skip(Skip::NotNumbers);
                return Ok(());
            }
            if row.lat.abs() > 90.0 || row.lon.abs() > 180.0 {
                skip(Skip::OutOfRange);
                return Ok(());
            }
            let group = groups.get(&(row.country.to_owned(), row.units[0].to_owned()));
            let Some(group) = group else {
                skip(Skip::NoSuchCountry);
                return Ok(());
            };
            let name = writer.text(row.name)?;
            let [en, zh, local] = names.of(row.id, name);
            let unit = |order| {
                row.unit(order)
                    .and_then(|key| survey.units.get(&key))
                    .map_or(0, |unit| unit.at)
            };
            let words = [row.id, en, zh, local, unit(2), unit(3), unit(4)];
            writer.place(*group, corner(row.lon, row.lat), class(&row), words)?;
            took();
            Ok(())
        })?;
    }
    let first_order =
        |country: &str, code: &str| survey.units.get(&key(country, std::iter::once(code)));
    let group = |(country, code): &(String, String)| {
        let id = first_order(country, code).map_or(0, |unit| unit.id);
        new_group(country, code, id)
    };
    Ok(survey.groups.iter().map(group).collect())
}

fn survey(files: &Files, writer: &mut Writer) -> Result<Survey, Stop> {
    let mut survey = Survey::default();
    for open in &files.dumps {
        lines(open()?, |line| {
            let row = Row::parse(line)?;
            let order = row
                .code
                .strip_prefix("ADM")
                .and_then(|order| order.parse().ok());
            if let Some(order @ 1..=4) = order
                && row.class == "A"
                && let Some(key) = row.unit(order)
            {
                let name = writer.text(row.name)?;
                survey.units.entry(key).or_insert(NewUnit {
                    id: row.id,
                    name,
                    at: 0,
                });
                survey.want(row.id, row.country);
            } else if is_place(&row) {
                survey
                    .groups
                    .insert((row.country.to_owned(), row.units[0].to_owned()));
                survey.want(row.id, row.country);
            }
            Ok(())
        })?;
    }
    for open in &files.units {
        lines(open()?, |line| {
            let mut columns = line.split('\t');
            let (Some(codes), Some(name), _, Some(id)) = (
                columns.next(),
                columns.next(),
                columns.next(),
                columns.next(),
            ) else {
                return Err("four columns are wanted: code, name, name in ASCII, number"
                    .to_owned()
                    .into());
            };
            let mut codes = codes.split('.');
            let country = codes.next().unwrap_or_default();
            // The names of all the world's units are not needed for one country.
            if survey.countries.iter().any(|known| known == country) {
                let id = id
                    .trim()
                    .parse()
                    .map_err(|_| "its last column is no number".to_owned())?;
                let name = writer.text(name)?;
                survey
                    .units
                    .entry(key(country, codes))
                    .or_insert(NewUnit { id, name, at: 0 });
                survey.want(id, country);
            }
            Ok(())
        })?;
    }
    Ok(survey)
}

/// Names in other languages, by number: number, language and rank, where it is.
struct Names(Vec<(u32, u8, u32)>);

impl Names {
    /// English, Chinese and local names of a number; `name` is what the dump has.
    fn of(&self, id: u32, name: u32) -> [u32; 3] {
        let mut names = [0; 3];
        let from = self.0.partition_point(|entry| entry.0 < id);
        for (_, rank, at) in self.0.iter().skip(from).take_while(|entry| entry.0 == id) {
            if let Some(slot) = names
                .get_mut(usize::from(rank >> 4))
                .filter(|slot| **slot == 0)
            {
                *slot = *at;
            }
        }
        if names[ENGLISH] == 0 {
            names[ENGLISH] = name;
        }
        names
    }
}

fn alternates(files: &Files, survey: &Survey, writer: &mut Writer) -> Result<Names, Stop> {
    let main: Vec<&str> = survey
        .countries
        .iter()
        .map(|country| {
            let known = LANGUAGES.iter().find(|(code, _)| code == country);
            known.map_or("", |(_, language)| language)
        })
        .collect();
    let mut names = Vec::new();
    for open in &files.alternates {
        lines(open()?, |line| {
            let mut columns = [""; 8];
            for (slot, column) in columns.iter_mut().zip(line.split('\t')) {
                *slot = column;
            }
            let [
                _,
                id,
                language,
                name,
                preferred,
                short,
                colloquial,
                historic,
            ] = columns;
            let id: u32 = id
                .parse()
                .map_err(|_| "its second column is no number".to_owned())?;
            let country = survey.country_of.get(id as usize).copied().unwrap_or(0);
            let Some(country) = country.checked_sub(1) else {
                return Ok(());
            };
            if name.is_empty() || colloquial == "1" || historic == "1" {
                return Ok(());
            }
            let rank = match (preferred, short) {
                ("1", _) => 0,
                (_, "1") => 2,
                _ => 1,
            };
            let local = main.get(usize::from(country)).copied().unwrap_or_default();
            let slots = [
                (ENGLISH, language == "en", rank),
                (CHINESE, matches!(language, "zh-CN" | "zh-Hans"), rank),
                (CHINESE, language == "zh", rank + 3),
                (CHINESE, matches!(language, "zh-Hant" | "zh-TW"), rank + 6),
                (LOCAL, !local.is_empty() && language == local, rank),
            ];
            for (slot, _, rank) in slots.into_iter().filter(|(_, fits, _)| *fits) {
                let rank = u8::try_from(slot << 4).unwrap_or(0) | rank;
                names.push((id, rank, writer.text(name)?));
            }
            Ok(())
        })?;
    }
    names.sort_unstable();
    Ok(Names(names))
}

/// Whether a row is a populated place that is still there.
fn is_place(row: &Row) -> bool {
    row.class == "P"
        && !matches!(row.code, "PPLH" | "PPLQ" | "PPLW" | "PPLCH")
        && row.country.len() == 2
}

fn class(row: &Row) -> Class {
    match row.code {
        "PPLX" => Class::Section,
        "PPLC" | "PPLG" => Class::Town,
        code if code.starts_with("PPLA") || row.people >= FEWEST_PEOPLE => Class::Town,
        _ => Class::Small,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_from_other_texts() {
        let row = "1808926\tHangzhou\tHangzhou\t\t30.29365\t120.16142\tP\tPPLA\tCN\t\t02\t3301\t\t\t9236032\t\t14\tAsia/Shanghai\t2024-01-01";
        assert!(is_one(row.as_bytes()));
        assert!(!is_one(b"a\tb\tc") && !is_one(b"{\"type\":\"Feature\"}"));
        assert!(Row::parse("1\t2\t3").is_err());
        assert_eq!(class(&Row::parse(row).unwrap()), Class::Town);
    }
}
