//! Dumps of `GeoNames`: rows of places, and beside them the names of units and names
//! in other languages.
//!
//! The dump is read twice: first for the administrative units, whose names places
//! lack, and for who needs names of the third file; then for the places. In memory
//! are the units, the names in wanted languages as numbers, and a byte for each
//! number that `GeoNames` has given.

use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use imm_cluster_messages::text;

use super::coordinates::corner;
use super::feature::{ImportCounts, ImportStop, SkipReason};
use super::fingerprint::Fingerprint;
use super::places::new_group;
use super::store::{CHINESE, ENGLISH, GROUP_SIZE, LOCAL, PlaceClass, RegionId};
use super::writer::GazetteerWriter;
use crate::place::level::Level;

/// The longest line, in bytes.
const LONGEST_LINE: usize = 1 << 20;
/// Identifiers from this one on are not believed: one byte is kept for each number below.
const MOST_NUMBERS: usize = 60_000_000;
/// The least population of a place that can name a city, unless it is a seat.
const FEWEST_PEOPLE: u64 = 500;

/// The main language of countries whose names people write otherwise than in English.
const LANGUAGES: &str = "\
AT=de DE=de LI=de FR=fr MC=fr ES=es MX=es AR=es CL=es CO=es PE=es VE=es EC=es IT=it SM=it VA=it \
PT=pt BR=pt NL=nl PL=pl CZ=cs SK=sk HU=hu RO=ro BG=bg GR=el CY=el TR=tr RU=ru BY=be UA=uk RS=sr \
HR=hr SI=sl MK=mk AL=sq SE=sv NO=no DK=da FI=fi IS=is EE=et LV=lv LT=lt GE=ka AM=hy IL=he IR=fa \
EG=ar SA=ar AE=ar MA=ar IQ=ar JO=ar TH=th VN=vi JP=ja KR=ko KP=ko MN=mn KH=km LA=lo";

fn main_language(country: &str) -> &'static str {
    let mut pairs = LANGUAGES.split(' ').filter_map(|pair| pair.split_once('='));
    let known = pairs.find(|(code, _)| *code == country);
    known.map_or("", |(_, language)| language)
}

/// What names of units are in, and names in other languages, the better file first.
const UNITS: [&str; 2] = ["admin1CodesASCII.txt", "admin2Codes.txt"];
const ALTERNATES: [&str; 2] = ["alternateNamesV2.txt", "alternateNames.txt"];

fn is_named(path: &Path, name: &str) -> bool {
    path.file_name()
        .is_some_and(|other| other.eq_ignore_ascii_case(name))
}

/// Whether a file only goes with a dump.
pub(super) fn is_companion(path: &Path) -> bool {
    let mut names = UNITS.into_iter().chain(ALTERNATES);
    names.any(|name| is_named(path, name))
}

/// The files of one import.
pub(super) struct GeoNamesFiles {
    /// Each is read twice.
    pub(super) dumps: Vec<PathBuf>,
    units: Vec<PathBuf>,
    alternates: Vec<PathBuf>,
}

impl GeoNamesFiles {
    /// Dumps with what goes with them, which is among the files that were given, or beside
    /// the first dump.
    pub(super) fn new(dumps: Vec<PathBuf>, given: &[PathBuf]) -> Self {
        let folder = dumps.first().and_then(|dump| dump.parent());
        let beside = |name: &str| folder.map(|folder| folder.join(name));
        let find = |name: &str| {
            let given = given.iter().find(|path| is_named(path, name)).cloned();
            given.or_else(|| beside(name).filter(|path| path.is_file()))
        };
        Self {
            units: UNITS.into_iter().filter_map(find).collect(),
            alternates: ALTERNATES.into_iter().find_map(find).into_iter().collect(),
            dumps,
        }
    }

    /// All of them, the dumps first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Path> {
        let paths = self.dumps.iter().chain(&self.units).chain(&self.alternates);
        paths.map(PathBuf::as_path)
    }
}

/// Opens one of the files.
pub(super) type OpenFile<'a> = &'a dyn Fn(&Path) -> Result<Box<dyn BufRead + 'a>, ImportStop>;

/// Whether a line is one of a dump.
pub(super) fn is_one(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line);
    let (id, rest) = line.split_once('\t').unwrap_or_default();
    let id = id.trim_start_matches('\u{feff}').parse::<u32>();
    id.is_ok() && rest.split('\t').count() >= 14
}

/// The columns of a line, and how many of these it has.
fn columns<const N: usize>(line: &str) -> ([&str; N], usize) {
    let mut columns = [""; N];
    let mut count = 0;
    for (slot, column) in columns.iter_mut().zip(line.split('\t')) {
        *slot = column;
        count += 1;
    }
    (columns, count)
}

/// A row of a dump.
struct DumpRow<'a> {
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

impl<'a> DumpRow<'a> {
    fn parse(line: &'a str) -> Result<Self, ImportStop> {
        let (columns, count) = columns::<15>(line);
        if count < columns.len() {
            let reason = text!("import-columns", count = count.to_string());
            return Err(ImportStop::Broken(reason));
        }
        let degrees = |text: &str| text.parse().unwrap_or(f64::NAN);
        Ok(Self {
            id: number(columns[0], || text!("import-no-number-first"))?,
            name: columns[1],
            lat: degrees(columns[4]),
            lon: degrees(columns[5]),
            class: columns[6],
            code: columns[7],
            country: columns[8],
            units: [columns[10], columns[11], columns[12], columns[13]],
            people: columns[14].trim().parse().unwrap_or(0),
        })
    }

    /// The key of the unit of an order that it is, or lies in.
    fn unit(&self, order: usize) -> Option<u64> {
        let codes = self.units.get(..order)?;
        let is_known = codes.last().is_some_and(|code| !code.is_empty());
        is_known.then(|| unit_key(self.country, codes.iter().copied()))
    }

    /// The first-order unit, by country and code.
    fn group(&self) -> (String, String) {
        (self.country.to_owned(), self.units[0].to_owned())
    }

    /// Whether it is a populated place that is still there.
    fn is_place(&self) -> bool {
        self.class == "P"
            && !matches!(self.code, "PPLH" | "PPLQ" | "PPLW" | "PPLCH")
            && self.country.len() == 2
    }

    fn place_class(&self) -> PlaceClass {
        match self.code {
            "PPLX" => PlaceClass::Section,
            "PPLC" | "PPLG" => PlaceClass::Town,
            code if code.starts_with("PPLA") || self.people >= FEWEST_PEOPLE => PlaceClass::Town,
            _ => PlaceClass::Small,
        }
    }
}

fn number(text: &str, otherwise: fn() -> String) -> Result<u32, ImportStop> {
    let number = text.trim().parse();
    number.map_err(|_| ImportStop::Broken(otherwise()))
}

fn unit_key<'a>(country: &'a str, codes: impl Iterator<Item = &'a str>) -> u64 {
    Fingerprint::of(std::iter::once(country).chain(codes))
}

/// What is known of an administrative unit while it is read.
struct SurveyedUnit {
    id: u32,
    /// Where its name is.
    name: u32,
    /// Where the whole region is.
    at: u32,
}

/// What the first reading finds.
#[derive(Default)]
struct Survey {
    units: HashMap<u64, SurveyedUnit>,
    /// The first-order units that have places, by country and code.
    groups: BTreeSet<(String, String)>,
    /// The country of each wanted number, counted from one.
    country_of: Vec<u8>,
    countries: Vec<String>,
}

impl Survey {
    /// Notes that names of a number are wanted.
    fn want(&mut self, id: u32, country: &str) {
        let known = self.countries.iter().position(|known| known == country);
        let country = known.unwrap_or_else(|| {
            self.countries.push(country.to_owned());
            self.countries.len() - 1
        });
        let id = id as usize;
        if let Ok(country) = u8::try_from(country + 1)
            && id < MOST_NUMBERS
        {
            if self.country_of.len() <= id {
                self.country_of.resize(id + 1, 0);
            }
            self.country_of[id] = country;
        }
    }

    fn add_unit(
        &mut self,
        key: u64,
        (id, name): (u32, &str),
        country: &str,
        writer: &mut GazetteerWriter,
    ) -> Result<(), ImportStop> {
        let name = writer.text(name).map_err(ImportStop::Write)?;
        let unit = SurveyedUnit { id, name, at: 0 };
        self.units.entry(key).or_insert(unit);
        self.want(id, country);
        Ok(())
    }
}

/// Goes through the lines of a file.
fn lines(
    mut input: impl BufRead,
    mut each: impl FnMut(&str) -> Result<(), ImportStop>,
) -> Result<(), ImportStop> {
    let mut bytes = Vec::new();
    for number in 1_u64.. {
        bytes.clear();
        let mut line = input.by_ref().take(LONGEST_LINE as u64 + 1);
        let at = || number.to_string();
        let is_long = match line.read_until(b'\n', &mut bytes)? {
            0 => break,
            len => len > LONGEST_LINE,
        };
        let line = bytes.trim_ascii_end();
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        let line = str::from_utf8(line).ok().filter(|_| !is_long);
        let line = line.ok_or_else(|| {
            ImportStop::Broken(if is_long {
                text!("import-line-long", line = at())
            } else {
                text!("import-line-not-utf8", line = at())
            })
        })?;
        if !line.is_empty() && !line.starts_with('#') {
            each(line).map_err(|stop| match stop {
                ImportStop::Broken(reason) => {
                    ImportStop::Broken(text!("import-at-line", line = at(), reason = reason))
                }
                stop => stop,
            })?;
        }
    }
    Ok(())
}

/// How many rows of places there are.
pub(super) fn count(bytes: &[u8]) -> Result<u64, ImportStop> {
    let mut rows = 0;
    lines(bytes, |line| {
        let row = DumpRow::parse(line)?;
        let _ = (row.place_class(), row.unit(4));
        rows += u64::from(row.is_place());
        Ok(())
    })?;
    Ok(rows)
}

/// Imports dumps, and hands out the groups for the file's end.
pub(super) fn import(
    files: &GeoNamesFiles,
    open: OpenFile,
    writer: &mut GazetteerWriter,
    counts: &mut ImportCounts,
) -> Result<Vec<[u8; GROUP_SIZE]>, ImportStop> {
    let mut survey = survey(files, open, writer)?;
    let names = AlternateNames::read(&files.alternates, open, &survey, writer)?;
    // Sorted, since a hash map has no stable order: the same data make the same file.
    let mut units: Vec<_> = survey.units.iter_mut().collect();
    units.sort_unstable_by_key(|(key, _)| **key);
    for (_, unit) in units {
        let (id, names) = (RegionId::GeoNames(unit.id), names.of(unit.id, unit.name));
        let at = writer.region_named(Level::Country, id, names);
        unit.at = at.map_err(ImportStop::Write)?;
    }
    let groups: HashMap<&(String, String), u32> = survey.groups.iter().zip(0..).collect();
    for path in &files.dumps {
        lines(open(path)?, |line| {
            let row = DumpRow::parse(line)?;
            if !row.is_place() {
                if row.class == "P" {
                    counts.skip(SkipReason::NoPlace);
                }
                return Ok(());
            }
            let group = match groups.get(&row.group()) {
                _ if !row.lat.is_finite() || !row.lon.is_finite() => Err(SkipReason::NotNumbers),
                _ if row.lat.abs() > 90.0 || row.lon.abs() > 180.0 => Err(SkipReason::OutOfRange),
                group => group.ok_or(SkipReason::NoSuchCountry),
            };
            let group = match group {
                Ok(group) => *group,
                Err(why) => {
                    counts.skip(why);
                    return Ok(());
                }
            };
            let unit = |order| {
                let unit = row.unit(order).and_then(|key| survey.units.get(&key));
                unit.map_or(0, |unit| unit.at)
            };
            let name = writer.text(row.name).map_err(ImportStop::Write)?;
            let [en, zh, local] = names.of(row.id, name);
            let words = [row.id, en, zh, local, unit(2), unit(3), unit(4)];
            let at = corner(row.lon, row.lat);
            let written = writer.place(group, at, row.place_class(), words);
            counts.features += 1;
            written.map_err(ImportStop::Write)
        })?;
    }
    let group = |(country, code): &(String, String)| {
        let key = unit_key(country, std::iter::once(code.as_str()));
        let id = survey.units.get(&key).map_or(0, |unit| unit.id);
        new_group(country, code, id)
    };
    Ok(survey.groups.iter().map(group).collect())
}

fn survey(
    files: &GeoNamesFiles,
    open: OpenFile,
    writer: &mut GazetteerWriter,
) -> Result<Survey, ImportStop> {
    let mut survey = Survey::default();
    for path in &files.dumps {
        lines(open(path)?, |line| {
            let row = DumpRow::parse(line)?;
            let order = row.code.strip_prefix("ADM").filter(|_| row.class == "A");
            let order = order.and_then(|order| order.parse().ok());
            if let Some(key) = order.and_then(|order| row.unit(order)) {
                survey.add_unit(key, (row.id, row.name), row.country, writer)?;
            } else if row.is_place() {
                survey.groups.insert(row.group());
                survey.want(row.id, row.country);
            }
            Ok(())
        })?;
    }
    for path in &files.units {
        lines(open(path)?, |line| {
            let ([codes, name, _, id], count) = columns(line);
            if count < 4 {
                return Err(ImportStop::Broken(text!("import-unit-columns")));
            }
            let mut codes = codes.split('.');
            let country = codes.next().unwrap_or_default();
            // The names of all the world's units are not needed for one country.
            if survey.countries.iter().any(|known| known == country) {
                let id = number(id, || text!("import-no-number-last"))?;
                let key = unit_key(country, codes);
                survey.add_unit(key, (id, name), country, writer)?;
            }
            Ok(())
        })?;
    }
    Ok(survey)
}

/// Names in other languages, by number: number, language and rank, where it is.
struct AlternateNames(Vec<(u32, u8, u32)>);

impl AlternateNames {
    fn read(
        paths: &[PathBuf],
        open: OpenFile,
        survey: &Survey,
        writer: &mut GazetteerWriter,
    ) -> Result<Self, ImportStop> {
        let countries = survey.countries.iter();
        let main: Vec<&str> = countries.map(|country| main_language(country)).collect();
        let mut names = Vec::new();
        for path in paths {
            lines(open(path)?, |line| {
                let (columns, _) = columns(line);
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
                let id = number(id, || text!("import-no-number-second"))?;
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
                let mut keep = |slot: usize, rank: u8| -> Result<(), ImportStop> {
                    let rank = u8::try_from(slot << 4).unwrap_or(0) | rank;
                    names.push((id, rank, writer.text(name).map_err(ImportStop::Write)?));
                    Ok(())
                };
                match language {
                    "en" => keep(ENGLISH, rank)?,
                    "zh-CN" | "zh-Hans" => keep(CHINESE, rank)?,
                    "zh" => keep(CHINESE, rank + 3)?,
                    "zh-Hant" | "zh-TW" => keep(CHINESE, rank + 6)?,
                    _ => {}
                }
                let local = main.get(usize::from(country)).copied().unwrap_or_default();
                if !local.is_empty() && language == local {
                    keep(LOCAL, rank)?;
                }
                Ok(())
            })?;
        }
        names.sort_unstable();
        Ok(Self(names))
    }

    /// English, Chinese and local names of a number; `name` is what the dump has.
    fn of(&self, id: u32, name: u32) -> [u32; 3] {
        let mut names = [0; 3];
        let from = self.0.partition_point(|entry| entry.0 < id);
        let entries = self.0.iter().skip(from).take_while(|entry| entry.0 == id);
        for (_, rank, at) in entries {
            let slot = names.get_mut(usize::from(rank >> 4));
            if let Some(slot) = slot.filter(|slot| **slot == 0) {
                *slot = *at;
            }
        }
        if names[ENGLISH] == 0 {
            names[ENGLISH] = name;
        }
        names
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
        assert!(DumpRow::parse("1\t2\t3").is_err());
        assert_eq!(DumpRow::parse(row).unwrap().place_class(), PlaceClass::Town);
    }
}
