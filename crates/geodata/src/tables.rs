//! The tables that people edit, of which the build makes names, levels and countries. Rows are
//! lines, fields stand between tabs, `#` begins a comment.

use std::collections::BTreeMap;

use crate::format::group_of;
use crate::ids::parse;

/// A name in English, Chinese and the local language; empty where unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// The English name.
    pub en: String,
    /// The Chinese name, in simplified characters.
    pub zh: String,
    /// The name in the language of the country, where it is not the English one.
    pub local: String,
}

impl Label {
    /// The name that English readers are shown: the local one where there is no English one.
    pub fn shown(&self) -> &String {
        if self.en.is_empty() {
            &self.local
        } else {
            &self.en
        }
    }
}

/// The rows of a table.
pub fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let rows = text.lines();
    let rows = rows.filter(|row| !row.is_empty() && !row.starts_with('#'));
    rows.map(|row| row.split('\t').collect())
}

/// Exactly so many fields of a row, the last ones empty where the row ends before.
fn fields<const N: usize>(row: &[&str], name: &str, wanted: usize) -> Result<[String; N], String> {
    if row.len() < wanted || row.len() > N {
        return Err(format!(
            "{name}: {} fields in `{}`",
            row.len(),
            row.join("\t")
        ));
    }
    Ok(std::array::from_fn(|i| {
        row.get(i).copied().unwrap_or_default().to_owned()
    }))
}

/// `levels.tsv`: per country, first- or second-order unit, where the name of each kind
/// comes from, to be tried from left to right.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels(BTreeMap<String, [Vec<String>; 5]>);

impl Levels {
    fn parse(text: &str) -> Result<Self, String> {
        let mut levels = BTreeMap::new();
        for row in rows(text) {
            let [key, kinds @ ..] = fields::<6>(&row, "levels.tsv", 6)?;
            let sources = |kind: String| kind.split('|').map(str::to_owned).collect();
            levels.insert(key, kinds.map(sources));
        }
        if !levels.contains_key("*") {
            return Err("levels.tsv: no row for every other country".to_owned());
        }
        Ok(Self(levels))
    }

    /// The row of the first of these units that has one, or else the row `*`; its sources
    /// are those of the kinds below the country.
    pub fn of(&self, keys: [&str; 3]) -> &[Vec<String>] {
        let known = keys.into_iter().find_map(|key| self.0.get(key));
        let known = known.or_else(|| self.0.get("*"));
        known.map_or(&[], |kinds| kinds)
    }
}

/// What may be done with the boundaries of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Part of every program.
    Permissive,
    /// Part of a program with the data under the Open Database License.
    OpenDatabase,
    /// Part of none.
    No,
}

/// A row of `boundary-licences.tsv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Licence {
    /// What may be done with the boundaries.
    pub class: Class,
    /// Whether the units are of second order.
    pub second: bool,
}

/// What a row of `metropolises.tsv` counts to a city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The key or the identifier of a region.
    pub region: String,
    /// Only the places of that region that lie this near to a point: its latitude and
    /// longitude in millionths of a degree, and metres.
    pub around: Option<(i64, i64, i64)>,
    /// Whether the region is the city itself, or more than that, and no district of it.
    pub whole: bool,
}

impl Part {
    /// `REGION`, `=REGION` of one that is no district, or `REGION@LATITUDE,LONGITUDE,KILOMETRES`.
    fn parse(text: &str) -> Option<Self> {
        let (text, circle) = match text.split_once('@') {
            Some((text, circle)) => (text, Some(circle)),
            None => (text, None),
        };
        let region = text.strip_prefix('=').unwrap_or(text).to_owned();
        let around = match circle.map(|circle| circle.split(',').map(str::parse::<f64>)) {
            Some(mut numbers) => {
                #[expect(clippy::cast_possible_truncation, reason = "degrees and kilometres")]
                let mut next = |unit: f64| Some((numbers.next()?.ok()? * unit).round() as i64);
                Some((next(1e6)?, next(1e6)?, next(1e3)?))
            }
            None => None,
        };
        let part = Self {
            whole: around.is_some() || text.starts_with('='),
            region,
            around,
        };
        Some(part).filter(|part| !part.region.is_empty())
    }
}

/// A row of `metropolises.tsv`: a city with districts that the sources know as places of
/// their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metropolis {
    /// Its number in `GeoNames`.
    pub city: u32,
    /// What belongs to it.
    pub parts: Vec<Part>,
}

impl Metropolis {
    fn parse([city, name, parts]: [String; 3]) -> Result<Self, String> {
        let wrong = || format!("metropolises.tsv: no city or no part in `{name}`");
        let city = city.strip_prefix('g').and_then(|city| city.parse().ok());
        let parts: Option<Vec<Part>> = parts.split_whitespace().map(Part::parse).collect();
        let parts = parts.filter(|parts| !parts.is_empty());
        let (city, parts) = (city.ok_or_else(wrong)?, parts.ok_or_else(wrong)?);
        Ok(Self { city, parts })
    }
}

/// A row of `places.tsv`: a further point of a place, or a place that the sources lack.
#[derive(Debug, Clone, PartialEq)]
pub struct FurtherPlace {
    /// The group of its country.
    pub country: u16,
    /// The identifier of the place, or a key of ours.
    pub key: String,
    /// Where it is.
    pub lat: f64,
    /// Where it is.
    pub lon: f64,
    /// Its names.
    pub label: Label,
}

impl FurtherPlace {
    fn parse([country, key, lat, lon, en, zh]: [String; 6]) -> Result<Self, String> {
        let wrong = |what: &str| format!("places.tsv: no {what} of `{en}`");
        let within = |text: &str, most: f64| {
            let degrees = text.parse::<f64>().ok()?;
            Some(degrees).filter(|degrees| degrees.abs() <= most)
        };
        Ok(Self {
            country: group_of(&country).ok_or_else(|| wrong("country"))?,
            lat: within(&lat, 90.0).ok_or_else(|| wrong("latitude"))?,
            lon: within(&lon, 180.0).ok_or_else(|| wrong("longitude"))?,
            key,
            label: Label {
                en,
                zh,
                local: String::new(),
            },
        })
    }
}

/// A row of `seats-cn.tsv`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seat {
    /// The official code of the district.
    pub code: u32,
    /// Its names.
    pub label: Label,
    /// The latitude and longitude of each point, in degrees.
    pub points: Vec<(f64, f64)>,
}

impl Seat {
    /// Reads the table. The error names the row that is wrong.
    pub fn read(text: &str) -> Result<Vec<Self>, String> {
        rows(text).map(|row| Self::parse(&row)).collect()
    }

    fn parse(row: &[&str]) -> Result<Self, String> {
        let [code, en, zh, points, local] = fields(row, "seats-cn.tsv", 4)?;
        let wrong = || format!("seats-cn.tsv: no code or no point in `{}`", row.join("\t"));
        let point = |text: &str| {
            let (lat, lon) = text.split_once(',')?;
            Some((lat.parse().ok()?, lon.parse().ok()?))
        };
        let points: Option<Vec<(f64, f64)>> = points.split(' ').map(point).collect();
        let is_in_china =
            |(lat, lon): &(f64, f64)| (3.0..54.0).contains(lat) && (73.0..136.0).contains(lon);
        Ok(Self {
            code: code
                .parse()
                .ok()
                .filter(|code| code / 1_000_000 == 0)
                .ok_or_else(wrong)?,
            points: points
                .filter(|all| all.iter().all(is_in_china))
                .ok_or_else(wrong)?,
            label: Label {
                en,
                local: if local.is_empty() { zh.clone() } else { local },
                zh,
            },
        })
    }
}

/// All tables.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tables {
    /// How the units of a country stand to the five levels.
    pub levels: Levels,
    /// `names.tsv`: names that the sources lack or spell otherwise, by the key or the
    /// identifier of a region.
    pub names: BTreeMap<String, Label>,
    /// `names-zh.tsv`: Chinese names of units that have none, by country and English name.
    pub chinese: BTreeMap<(String, String), String>,
    /// `names-zh.tsv`: usual Chinese names, by the identifier of a region.
    pub usual: BTreeMap<u32, String>,
    /// `metropolises.tsv`: cities with districts, the first to be asked first.
    pub metropolises: Vec<Metropolis>,
    /// `places.tsv`: further points of places.
    pub places: Vec<FurtherPlace>,
    /// `boundary-licences.tsv`: by the three-letter code of the country.
    pub licences: BTreeMap<String, Licence>,
    /// `disputed.tsv`: the group of the country that each area is given to.
    pub disputed: BTreeMap<String, u16>,
    /// `seats-cn.tsv`: where the districts of China are.
    pub seats: Vec<Seat>,
}

/// The names of the tables in `data/`, in the order in which [`Tables::parse`] wants them.
pub const FILES: [&str; 8] = [
    "levels.tsv",
    "names.tsv",
    "names-zh.tsv",
    "boundary-licences.tsv",
    "disputed.tsv",
    "seats-cn.tsv",
    "metropolises.tsv",
    "places.tsv",
];

impl Tables {
    /// Reads the texts of the [`FILES`]. The error names the row that is wrong.
    pub fn parse(texts: [&str; FILES.len()]) -> Result<Self, String> {
        let [
            levels,
            names,
            chinese,
            licences,
            disputed,
            seats,
            metropolises,
            places,
        ] = texts;
        let mut tables = Self {
            levels: Levels::parse(levels)?,
            ..Self::default()
        };
        for row in rows(names) {
            let [key, en, zh, local] = fields(&row, "names.tsv", 3)?;
            tables.names.insert(key, Label { en, zh, local });
        }
        for row in rows(chinese) {
            let [whose, en, zh] = fields(&row, "names-zh.tsv", 3)?;
            if let Some(id) = parse(&whose).filter(|_| group_of(&whose).is_none()) {
                tables.usual.insert(id, zh);
            } else {
                tables.chinese.insert((whose, en), zh);
            }
        }
        for row in rows(licences) {
            let [country, class, order, ..] = fields::<5>(&row, "boundary-licences.tsv", 3)?;
            let class = match class.as_str() {
                "permissive" => Class::Permissive,
                "odbl" => Class::OpenDatabase,
                _ => Class::No,
            };
            let second = order == "ADM2";
            tables.licences.insert(country, Licence { class, second });
        }
        for row in rows(disputed) {
            let [area, country] = fields(&row, "disputed.tsv", 2)?;
            let group = group_of(&country);
            let group = group.ok_or_else(|| format!("disputed.tsv: no country `{country}`"))?;
            tables.disputed.insert(area, group);
        }
        tables.seats = Seat::read(seats)?;
        for row in rows(metropolises) {
            let row = Metropolis::parse(fields(&row, "metropolises.tsv", 3)?)?;
            tables.metropolises.push(row);
        }
        for row in rows(places) {
            let row = FurtherPlace::parse(fields(&row, "places.tsv", 5)?)?;
            tables.places.push(row);
        }
        Ok(tables)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVELS: &str = "# kinds\n*\ta1|parent\t-\tplace\t-\t-\nCN.22\ta1\t-\tparent\tjoin\t-\n";

    #[test]
    fn rows_are_read_and_comments_are_not() {
        let tables = Tables::parse([
            LEVELS,
            "# names\nGB.ENG\tEngland\t英格兰\ng1\tA\t\tÀ\n",
            "AF\tPanjshayr\t潘杰希尔省\ng7\tDubai\t迪拜\n",
            "AFG\tpermissive\tADM2\tPublic Domain\tsomebody\nARE\todbl\tADM1\tx\ty\nAUT\tno\tADM2\tx\ty\n",
            "Abyei\tSD\n",
            "510105\tQingyang\t青羊区\t30.675,104.06 30.66,104.02\n",
            "# cities\ng5\tSydney\tAU.02.1 =j13101 AU@-33.8,151.2,30\n",
            "FR\tFR.50353\t48.6\t-1.5\tMont-Saint-Michel\t圣米歇尔山\n",
        ]);
        let tables = tables.unwrap();
        assert_eq!(tables.names["GB.ENG"].zh, "英格兰");
        assert_eq!(tables.names["g1"].local, "À");
        assert_eq!(tables.levels.of(["", "CN.22", "CN"])[2], ["parent"]);
        assert_eq!(tables.levels.of(["", "FR.11", "FR"])[0], ["a1", "parent"]);
        let classes = ["AFG", "ARE", "AUT"].map(|code| tables.licences[code].class);
        assert_eq!(classes, [Class::Permissive, Class::OpenDatabase, Class::No]);
        assert!(tables.licences["AFG"].second && !tables.licences["ARE"].second);
        assert_eq!(tables.disputed["Abyei"], group_of("SD").unwrap());
        assert_eq!(tables.seats[0].code, 510_105);
        assert_eq!(tables.seats[0].label.zh, "青羊区");
        assert_eq!(tables.seats[0].points, [(30.675, 104.06), (30.66, 104.02)]);
        let panjshir = ("AF".to_owned(), "Panjshayr".to_owned());
        assert_eq!(tables.chinese[&panjshir], "潘杰希尔省");
        assert_eq!(
            (tables.chinese.len(), tables.usual[&7].as_str()),
            (1, "迪拜")
        );
        let mount = &tables.places[0];
        assert_eq!(
            (mount.key.as_str(), mount.lat, mount.lon),
            ("FR.50353", 48.6, -1.5)
        );
        assert_eq!(mount.label.zh, "圣米歇尔山");
        let [sydney] = &tables.metropolises[..] else {
            panic!("{:?}", tables.metropolises);
        };
        let parts: Vec<_> = (sydney.parts.iter())
            .map(|part| (part.region.as_str(), part.around, part.whole))
            .collect();
        let around = Some((-33_800_000, 151_200_000, 30_000));
        assert_eq!(sydney.city, 5);
        assert_eq!(
            parts,
            [
                ("AU.02.1", None, false),
                ("j13101", None, true),
                ("AU", around, true)
            ]
        );
    }

    #[test]
    fn a_row_that_is_wrong_is_named() {
        let error = |texts: [&str; FILES.len()]| Tables::parse(texts).unwrap_err();
        assert!(error([""; FILES.len()]).starts_with("levels.tsv"));
        assert!(error([LEVELS, "GB.ENG\tEngland\n", "", "", "", "", "", ""]).contains("GB.ENG"));
        assert!(error([LEVELS, "", "", "", "Abyei\tSudan\n", "", "", ""]).contains("Sudan"));
        for row in [
            "g5\tRome\t",
            "Rome\tRome\tIT.07",
            "g5\tRome\tIT@41.9,12.5",
            "g5\tRome\t@1,2,3",
        ] {
            let row = format!("{row}\n");
            assert!(
                error([LEVELS, "", "", "", "", "", &row, ""]).contains("Rome"),
                "{row}"
            );
        }
        for row in [
            "510105\tQingyang\t青羊区\n",
            "510105\tQingyang\t青羊区\t\n",
            "510105\tQingyang\t青羊区\t104.06,30.675\n",
            "510105001\tQingyang\t青羊区\t30.675,104.06\n",
        ] {
            assert!(error([LEVELS, "", "", "", "", row, "", ""]).starts_with("seats-cn.tsv"));
        }
    }
}
