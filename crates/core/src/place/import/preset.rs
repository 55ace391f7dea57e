//! Which property of a feature names which level.

use std::fmt;
use std::str::FromStr;

use super::feature::{Crs, Skip};
use super::store::{CHINESE, ENGLISH, Identifier, LOCAL, NewUnit};
use super::writer::Fingerprint;
use crate::place::Level;

/// The longest name, in bytes.
const LONGEST_NAME: usize = 500;

/// How the properties of a well-known data set are understood.
#[derive(Debug)]
pub struct Preset {
    /// The name used on the command line.
    pub name: &'static str,
    /// What it is for, and which properties it takes.
    pub about: &'static str,
    /// Properties that such data has, by which it is recognised.
    signature: &'static [&'static str],
    /// Properties that name a level: level, language, property.
    columns: &'static [(Level, usize, &'static str)],
    /// Properties that identify a level.
    ids: &'static [(Level, &'static str)],
    narrow: Option<Narrow>,
    /// The coordinate system of the data.
    pub(super) crs: Crs,
}

/// Data in which another property says which level a feature names.
#[derive(Debug)]
struct Narrow {
    property: &'static str,
    /// The level of a value, in a country.
    level: fn(&str, &str) -> Option<Level>,
    names: &'static [(usize, &'static str)],
    id: &'static str,
}

/// All presets. The country comes from the built-in data in all of them.
pub static PRESETS: [Preset; 8] = [
    Preset {
        name: "geonames",
        about: "GeoNames dumps (allCountries.txt, XX.txt), with admin1CodesASCII.txt, admin2Codes.txt \
                and alternateNamesV2.txt where these are beside them",
        signature: &["\0"],
        columns: &[],
        ids: &[],
        narrow: None,
        crs: Crs::Wgs84,
    },
    Preset {
        name: "tianditu",
        about: "China's official map: `name`, the level by `gb` (156 and the division code)",
        signature: &["gb", "name"],
        columns: &[],
        ids: &[],
        narrow: Some(Narrow {
            property: "gb",
            level: |code, _| division(code.strip_prefix("156")?),
            names: &[(CHINESE, "name")],
            id: "gb",
        }),
        crs: Crs::Wgs84,
    },
    Preset {
        name: "datav",
        about: "DataV.GeoAtlas: `name`, the level by `level`; coordinates in GCJ-02",
        signature: &["adcode", "level", "name"],
        columns: &[],
        ids: &[],
        narrow: Some(Narrow {
            property: "level",
            level: |word, _| match word {
                "province" => Some(Level::Province),
                "city" => Some(Level::City),
                "district" => Some(Level::District),
                "street" => Some(Level::Township),
                _ => None,
            },
            names: &[(CHINESE, "name")],
            id: "adcode",
        }),
        crs: Crs::Gcj02,
    },
    Preset {
        name: "gadm",
        about: "GADM 3 and 4: `NAME_1` to `NAME_4` name province, city, district, township, `NL_NAME_…` \
                in the country's script",
        signature: &["GID_0", "NAME_1"],
        columns: &[
            (Level::Province, ENGLISH, "NAME_1"),
            (Level::Province, LOCAL, "NL_NAME_1"),
            (Level::City, ENGLISH, "NAME_2"),
            (Level::City, LOCAL, "NL_NAME_2"),
            (Level::District, ENGLISH, "NAME_3"),
            (Level::District, LOCAL, "NL_NAME_3"),
            (Level::Township, ENGLISH, "NAME_4"),
        ],
        ids: &[
            (Level::Province, "GID_1"),
            (Level::City, "GID_2"),
            (Level::District, "GID_3"),
            (Level::Township, "GID_4"),
        ],
        narrow: None,
        crs: Crs::Wgs84,
    },
    Preset {
        name: "geoboundaries",
        about: "geoBoundaries: `shapeName`, `shapeType` ADM1 to ADM4 for province, city, district, township",
        signature: &["shapeName", "shapeType"],
        columns: &[],
        ids: &[],
        narrow: Some(Narrow {
            property: "shapeType",
            level: |kind, _| match kind {
                "ADM1" => Some(Level::Province),
                "ADM2" => Some(Level::City),
                "ADM3" => Some(Level::District),
                "ADM4" => Some(Level::Township),
                _ => None,
            },
            names: &[(LOCAL, "shapeName")],
            id: "shapeID",
        }),
        crs: Crs::Wgs84,
    },
    Preset {
        name: "osm-boundaries",
        about: "osm-boundaries.com: `name` and `name_en`, the level by `admin_level` and country (4 province; \
                8, 9, 10 city, district, township, in some countries 5 to 8)",
        signature: &["admin_level", "name", "osm_id"],
        columns: &[],
        ids: &[],
        narrow: Some(Narrow {
            property: "admin_level",
            level: open_street_map,
            names: &[(LOCAL, "name"), (ENGLISH, "name_en"), (CHINESE, "name_zh")],
            id: "osm_id",
        }),
        crs: Crs::Wgs84,
    },
    Preset {
        name: "n03",
        about: "Japan's N03: `N03_001` province, `N03_004` city, `N03_005` ward of a designated city \
                (until 2023 `N03_003` city and `N03_004` ward)",
        signature: &["N03_001", "N03_004"],
        columns: &[
            (Level::Province, LOCAL, "N03_001"),
            (Level::City, LOCAL, "N03_004"),
            (Level::District, LOCAL, "N03_005"),
        ],
        ids: &[],
        narrow: None,
        crs: Crs::Wgs84,
    },
    Preset {
        name: "whosonfirst",
        about: "Who's On First: `wof:name`, `name:eng_x_preferred`, `name:zho_x_preferred`, the level by \
                `wof:placetype` (region; localadmin or locality; borough; neighbourhood)",
        signature: &["wof:name", "wof:placetype"],
        columns: &[],
        ids: &[],
        narrow: Some(Narrow {
            property: "wof:placetype",
            level: |kind, _| match kind {
                "region" => Some(Level::Province),
                "localadmin" | "locality" => Some(Level::City),
                "borough" => Some(Level::District),
                "neighbourhood" => Some(Level::Township),
                _ => None,
            },
            names: &[
                (LOCAL, "wof:name"),
                (ENGLISH, "name:eng_x_preferred"),
                (CHINESE, "name:zho_x_preferred"),
            ],
            id: "wof:id",
        }),
        crs: Crs::Wgs84,
    },
];

/// The property that N03 until 2023 has a designated city in.
const N03_CITY: &str = "N03_003";
/// What N03 calls land that belongs to no municipality.
const N03_NOBODYS: &str = "所属未定地";

impl Preset {
    /// The preset of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// The preset for data with these properties.
    pub(super) fn for_properties(has: impl Fn(&str) -> bool) -> Option<&'static Self> {
        let fits = |preset: &&Self| preset.signature.iter().all(|name| has(name));
        PRESETS.iter().find(fits)
    }
}

/// The level of a code of six digits, as China has them.
fn division(code: &str) -> Option<Level> {
    if code.len() < 6 || !code.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let ends = |zeros: &str| code.get(..6).is_some_and(|code| code.ends_with(zeros));
    match () {
        () if code.len() > 6 => Some(Level::Township),
        () if ends("000000") => None,
        () if ends("0000") => Some(Level::Province),
        () if ends("00") => Some(Level::City),
        () => Some(Level::District),
    }
}

/// The level of an `admin_level`, by country.
fn open_street_map(admin_level: &str, country: &str) -> Option<Level> {
    let [city, district, township] = match country {
        "CN" | "IN" => ["5", "6", "8"],
        "JP" | "TW" | "PT" => ["7", "8", "9"],
        "SE" | "NO" | "DK" | "PL" => ["7", "9", "10"],
        "ID" => ["5", "6", "7"],
        "KR" | "TH" | "VN" | "MX" | "CO" => ["6", "8", "9"],
        "PH" => ["6", "9", "10"],
        "TR" => ["", "6", "8"],
        _ => ["8", "9", "10"],
    };
    match admin_level.trim() {
        "4" => Some(Level::Province),
        level if level == city => Some(Level::City),
        level if level == district => Some(Level::District),
        level if level == township => Some(Level::Township),
        _ => None,
    }
}

/// What a property that was typed stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// A level in a language.
    Name(Level, usize),
    /// The feature's identifier.
    Id,
}

/// A property that was typed: `city=NAME_2`, `city:zh=NL_NAME_2`, `id=CODE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    target: Target,
    name: String,
}

impl FromStr for Property {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = || "LEVEL=NAME is wanted, such as city=NAME_2 or city:zh=NL_NAME_2".to_owned();
        let (target, name) = text.split_once('=').ok_or_else(wanted)?;
        if name.is_empty() {
            return Err(wanted());
        }
        let (level, language) = target.split_once(':').unwrap_or((target, "local"));
        let target = if target == "id" {
            Target::Id
        } else {
            let language = match language {
                "en" => ENGLISH,
                "zh" => CHINESE,
                "local" => LOCAL,
                _ => {
                    return Err(format!(
                        "`{language}` is no language of names; these are en, zh, local"
                    ));
                }
            };
            Target::Name(level.parse()?, language)
        };
        Ok(Self {
            target,
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.target {
            Target::Id => write!(f, "id={}", self.name),
            Target::Name(level, language) => {
                let language = ["en", "zh", "local"].get(language).unwrap_or(&"");
                write!(f, "{level}:{language}={}", self.name)
            }
        }
    }
}

/// A rule for data in which a property says which level a feature names; properties
/// by number.
struct NarrowRule {
    preset: &'static Narrow,
    level: usize,
    /// Language and property.
    names: Vec<(usize, usize)>,
    id: usize,
}

/// A preset and what was typed, as used.
pub(super) struct Rules {
    columns: Vec<(Level, usize, usize)>,
    ids: Vec<(Level, usize)>,
    narrow: Option<NarrowRule>,
    /// What identifies the narrowest level, where that was typed.
    id: Option<usize>,
    n03: Option<usize>,
    /// The properties in use, by number.
    pub(super) names: Vec<String>,
    /// Those that were typed and must be there.
    pub(super) typed: Vec<usize>,
}

impl Rules {
    pub(super) fn new(preset: Option<&'static Preset>, typed: &[Property]) -> Self {
        let mut rules = Self {
            columns: Vec::new(),
            ids: Vec::new(),
            narrow: None,
            id: None,
            n03: None,
            names: Vec::new(),
            typed: Vec::new(),
        };
        let is_typed = |level: Level| {
            let levels = typed.iter().map(|property| property.target);
            levels
                .into_iter()
                .any(|target| matches!(target, Target::Name(l, _) if l == level))
        };
        if let Some(preset) = preset {
            for (level, language, name) in preset.columns {
                if !is_typed(*level) {
                    let column = (*level, *language, rules.number(name));
                    rules.columns.push(column);
                }
            }
            for (level, name) in preset.ids {
                if !is_typed(*level) {
                    let id = (*level, rules.number(name));
                    rules.ids.push(id);
                }
            }
            if let Some(narrow) = &preset.narrow {
                let level = rules.number(narrow.property);
                let mut names = Vec::new();
                for (language, name) in narrow.names {
                    names.push((*language, rules.number(name)));
                }
                rules.narrow = Some(NarrowRule {
                    preset: narrow,
                    level,
                    names,
                    id: rules.number(narrow.id),
                });
            }
            if preset.name == "n03" && !is_typed(Level::City) && !is_typed(Level::District) {
                rules.n03 = Some(rules.number(N03_CITY));
            }
        }
        for property in typed {
            let number = rules.number(&property.name);
            rules.typed.push(number);
            match property.target {
                Target::Name(level, language) => rules.columns.push((level, language, number)),
                Target::Id => rules.id = Some(number),
            }
        }
        rules
    }

    fn number(&mut self, name: &str) -> usize {
        let known = self.names.iter().position(|known| known == name);
        known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        })
    }

    /// Whether nothing names a level.
    pub(super) fn is_empty(&self) -> bool {
        self.columns.is_empty() && self.narrow.is_none()
    }

    /// The regions that a feature with these values names, the widest first.
    pub(super) fn units(
        &self,
        values: &[Option<String>],
        country: impl FnOnce() -> String,
    ) -> Result<Vec<NewUnit>, Skip> {
        let value = |number: usize| {
            values
                .get(number)
                .and_then(Option::as_deref)
                .unwrap_or_default()
                .trim()
        };
        let mut levels: Levels = Default::default();
        if let Some(narrow) = &self.narrow {
            let word = value(narrow.level);
            let level = if word.is_empty() {
                None
            } else {
                (narrow.preset.level)(word, &country())
            };
            if let Some(level) = level {
                for (language, name) in &narrow.names {
                    set(&mut levels, level, *language, value(*name))?;
                }
                levels[level.index()].1 = Some(value(narrow.id));
            }
        }
        for (level, language, name) in &self.columns {
            let property = self.names.get(*name).map_or("", String::as_str);
            let mut name = value(*name);
            if property.starts_with("NL_NAME_") {
                // Of several the last is in simplified characters.
                name = name.rsplit('|').next().unwrap_or_default();
            }
            set(&mut levels, *level, *language, name.trim())?;
        }
        for (level, id) in &self.ids {
            levels[level.index()].1 = Some(value(*id));
        }
        if let Some(number) = self.n03 {
            designated_city(value(number), &mut levels);
        }
        let narrowest = levels
            .iter()
            .rposition(|(names, _)| names.iter().any(|name| !name.is_empty()));
        if let (Some(id), Some(level)) = (self.id, narrowest.and_then(|i| levels.get_mut(i))) {
            level.1 = Some(value(id));
        }
        let mut path = Fingerprint::new();
        let mut units = Vec::new();
        for (level, (names, id)) in Level::ALL.into_iter().zip(levels) {
            let Some(name) = [LOCAL, ENGLISH, CHINESE]
                .into_iter()
                .find_map(|language| names.get(language).filter(|name| !name.is_empty()))
            else {
                continue;
            };
            path.text(level.name());
            path.text(name);
            let id = match id.filter(|id| !id.is_empty()) {
                None => path.value(),
                Some(id) => {
                    let mut own = Fingerprint::new();
                    own.text(level.name());
                    own.text("id");
                    own.text(id);
                    own.value()
                }
            };
            units.push(NewUnit {
                level,
                id: Identifier::Own(id),
                names,
            });
        }
        if units.is_empty() {
            return Err(Skip::NoName);
        }
        Ok(units)
    }
}

/// The names and the identifier of each level.
type Levels<'a> = [([String; 3], Option<&'a str>); 5];

fn set(levels: &mut Levels, level: Level, language: usize, text: &str) -> Result<(), Skip> {
    if text.len() > LONGEST_NAME {
        return Err(Skip::LongName);
    }
    if let Some(slot) = levels[level.index()].0.get_mut(language)
        && !text.is_empty()
    {
        *slot = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
    }
    Ok(())
}

/// N03 until 2023 has the city of a ward where others have their county.
fn designated_city(city: &str, levels: &mut Levels) {
    let [.., (cities, _), (districts, _), _] = levels;
    let ([.., here], [.., ward]) = (cities, districts);
    if here == N03_NOBODYS {
        here.clear();
    } else if ward.is_empty() && city.ends_with('市') && here.ends_with('区') {
        *ward = std::mem::replace(here, city.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(preset: &str, typed: &[&str], properties: &[(&str, &str)]) -> Vec<String> {
        let typed: Vec<Property> = typed.iter().map(|text| text.parse().unwrap()).collect();
        let rules = Rules::new(Preset::named(preset), &typed);
        let values: Vec<Option<String>> = rules
            .names
            .iter()
            .map(|name| {
                let found = properties.iter().find(|(property, _)| property == name);
                found.map(|(_, value)| (*value).to_owned())
            })
            .collect();
        let units = rules.units(&values, || "CN".to_owned()).unwrap_or_default();
        units
            .iter()
            .map(|unit| format!("{} {}", unit.level, unit.names.join("/")))
            .collect()
    }

    #[test]
    fn presets_name_levels() {
        assert_eq!(
            named("tianditu", &[], &[("name", "杭州市"), ("gb", "156330100")]),
            ["city /杭州市/"]
        );
        assert_eq!(
            named("tianditu", &[], &[("name", "浙江省"), ("gb", "156330000")]),
            ["province /浙江省/"]
        );
        assert_eq!(
            named("datav", &[], &[("name", "西湖区"), ("level", "district")]),
            ["district /西湖区/"]
        );
        assert!(named("datav", &[], &[("name", "中国"), ("level", "country")]).is_empty());
        let gadm = [
            ("NAME_1", "Anhui"),
            ("NL_NAME_1", "安徽|安徽"),
            ("NAME_2", "Anqing"),
        ];
        assert_eq!(
            named("gadm", &[], &gadm),
            ["province Anhui//安徽", "city Anqing//"]
        );
        assert_eq!(
            named("gadm", &["city=NAME_1"], &gadm),
            ["province Anhui//安徽", "city //Anhui"]
        );
        assert_eq!(
            named(
                "geoboundaries",
                &[],
                &[("shapeName", "Aba"), ("shapeType", "ADM2")]
            ),
            ["city //Aba"]
        );
        assert_eq!(
            named(
                "osm-boundaries",
                &[],
                &[
                    ("name", "西湖区"),
                    ("name_en", "Xihu"),
                    ("admin_level", "6")
                ]
            ),
            ["district Xihu//西湖区"]
        );
        assert_eq!(
            named(
                "whosonfirst",
                &[],
                &[("wof:name", "Oslo"), ("wof:placetype", "locality")]
            ),
            ["city //Oslo"]
        );
    }

    #[test]
    fn wards_of_japan_before_and_since_2024() {
        let old = [
            ("N03_001", "大阪府"),
            ("N03_003", "大阪市"),
            ("N03_004", "都島区"),
        ];
        let new = [
            ("N03_001", "大阪府"),
            ("N03_004", "大阪市"),
            ("N03_005", "都島区"),
        ];
        let both = ["province //大阪府", "city //大阪市", "district //都島区"];
        assert_eq!(named("n03", &[], &old), both);
        assert_eq!(named("n03", &[], &new), both);
        let tokyo = [("N03_001", "東京都"), ("N03_004", "千代田区")];
        assert_eq!(
            named("n03", &[], &tokyo),
            ["province //東京都", "city //千代田区"]
        );
    }

    #[test]
    fn an_identifier_is_that_of_the_data() {
        let rules = Rules::new(Preset::named("geoboundaries"), &[]);
        let ids = |name: &str, id: &str| {
            let values = ["ADM2", name, id].map(|text| Some(text.to_owned()));
            rules.units(&values, String::new).unwrap()[0].id
        };
        assert_eq!(rules.names, ["shapeType", "shapeName", "shapeID"]);
        assert_eq!(ids("Aba", "1"), ids("Aba Prefecture", "1"));
        assert_ne!(ids("Aba", "1"), ids("Aba", "2"));
        assert_ne!(ids("Aba", ""), ids("Abb", ""));
    }

    #[test]
    fn properties_as_typed() {
        for good in ["city=a", "city:zh=b", "id=c", "district:en=d=e"] {
            assert!(good.parse::<Property>().is_ok(), "{good}");
        }
        for bad in ["city", "city=", "town=a", "city:fr=a", "=a"] {
            assert!(bad.parse::<Property>().is_err(), "{bad}");
        }
    }

    #[test]
    fn data_is_recognised_by_its_properties() {
        for preset in PRESETS.iter().filter(|preset| preset.name != "geonames") {
            let found = Preset::for_properties(|name| preset.signature.contains(&name));
            assert_eq!(found.map(|found| found.name), Some(preset.name));
        }
        assert!(Preset::for_properties(|name| name == "name").is_none());
    }
}
