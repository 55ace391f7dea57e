//! Which property of a feature names which level.

use std::fmt;
use std::str::FromStr;

use Level::{City, District, Province, Township};
use Target::{Id, Name};
use Whose::{Narrowest, Of, Stated};
use imm_cluster_messages::text;

use super::feature::{Crs, SkipReason};
use super::fingerprint::Fingerprint;
use super::store::{CHINESE, ENGLISH, LOCAL, RegionId};
use super::writer::NewRegion;
use crate::place::level::Level;

/// The languages of names, as they are typed: `ENGLISH`, `CHINESE`, `LOCAL`.
const LANGUAGES: [&str; 3] = ["en", "zh", "local"];
/// The longest name, in bytes.
const LONGEST_NAME: usize = 500;

/// How the properties of a well-known data set are understood.
#[derive(Debug)]
pub struct Preset {
    /// The name used on the command line.
    pub name: &'static str,
    /// What it is for, and which properties it takes.
    pub about: &'static str,
    /// Properties that such data have, by which they are recognised.
    signature: &'static [&'static str],
    /// What properties stand for.
    columns: &'static [(Target, &'static str)],
    /// The property that states which level a feature names.
    stated: Option<StatedLevel>,
    /// The coordinate system of the data.
    pub(super) crs: Crs,
}

/// A property, and the level that its value means in a country.
type StatedLevel = (&'static str, fn(&str, &str) -> Option<Level>);

/// What a property stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// A name in a language.
    Name(Whose, usize),
    /// An identifier.
    Id(Whose),
}

/// Of which level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Of(Level),
    /// The one that another property states.
    Stated,
    /// The narrowest that the feature names.
    Narrowest,
}

/// All presets. The country comes from the built-in data in all of them.
pub static PRESETS: [Preset; 8] = [
    Preset {
        name: "geonames",
        about: "GeoNames dumps (allCountries.txt, XX.txt), with admin1CodesASCII.txt, admin2Codes.txt \
                and alternateNamesV2.txt where these are beside them",
        signature: &["\0"],
        columns: &[],
        stated: None,
        crs: Crs::Wgs84,
    },
    Preset {
        name: "tianditu",
        about: "China's official map: `name`, the level by `gb` (156 and the division code)",
        signature: &["gb", "name"],
        columns: &[(Name(Stated, CHINESE), "name"), (Id(Stated), "gb")],
        stated: Some(("gb", |code, _| division(code.strip_prefix("156")?))),
        crs: Crs::Wgs84,
    },
    Preset {
        name: "datav",
        about: "DataV.GeoAtlas: `name`, the level by `level`; coordinates in GCJ-02",
        signature: &["adcode", "level", "name"],
        columns: &[(Name(Stated, CHINESE), "name"), (Id(Stated), "adcode")],
        stated: Some(("level", |word, _| {
            below_country(word, ["province", "city", "district", "street"])
        })),
        crs: Crs::Gcj02,
    },
    Preset {
        name: "gadm",
        about: "GADM 3 and 4: `NAME_1` to `NAME_4` name province, city, district, township, `NL_NAME_…` \
                in the country's script",
        signature: &["GID_0", "NAME_1"],
        columns: &[
            (Name(Of(Province), ENGLISH), "NAME_1"),
            (Name(Of(Province), LOCAL), "NL_NAME_1"),
            (Id(Of(Province)), "GID_1"),
            (Name(Of(City), ENGLISH), "NAME_2"),
            (Name(Of(City), LOCAL), "NL_NAME_2"),
            (Id(Of(City)), "GID_2"),
            (Name(Of(District), ENGLISH), "NAME_3"),
            (Name(Of(District), LOCAL), "NL_NAME_3"),
            (Id(Of(District)), "GID_3"),
            (Name(Of(Township), ENGLISH), "NAME_4"),
            (Id(Of(Township)), "GID_4"),
        ],
        stated: None,
        crs: Crs::Wgs84,
    },
    Preset {
        name: "geoboundaries",
        about: "geoBoundaries: `shapeName`, `shapeType` ADM1 to ADM4 for province, city, district, township",
        signature: &["shapeName", "shapeType"],
        columns: &[(Name(Stated, LOCAL), "shapeName"), (Id(Stated), "shapeID")],
        stated: Some(("shapeType", |word, _| {
            below_country(word, ["ADM1", "ADM2", "ADM3", "ADM4"])
        })),
        crs: Crs::Wgs84,
    },
    Preset {
        name: "osm-boundaries",
        about: "osm-boundaries.com: `name` and `name_en`, the level by `admin_level` and country (4 province; \
                8, 9, 10 city, district, township, in some countries 5 to 8)",
        signature: &["admin_level", "name", "osm_id"],
        columns: &[
            (Name(Stated, LOCAL), "name"),
            (Name(Stated, ENGLISH), "name_en"),
            (Name(Stated, CHINESE), "name_zh"),
            (Id(Stated), "osm_id"),
        ],
        stated: Some(("admin_level", |word, country| {
            below_country(
                word,
                match country {
                    "CN" | "IN" => ["4", "5", "6", "8"],
                    "JP" | "TW" | "PT" => ["4", "7", "8", "9"],
                    "SE" | "NO" | "DK" | "PL" => ["4", "7", "9", "10"],
                    "ID" => ["4", "5", "6", "7"],
                    "KR" | "TH" | "VN" | "MX" | "CO" => ["4", "6", "8", "9"],
                    "PH" => ["4", "6", "9", "10"],
                    "TR" => ["4", "", "6", "8"],
                    _ => ["4", "8", "9", "10"],
                },
            )
        })),
        crs: Crs::Wgs84,
    },
    Preset {
        name: "n03",
        about: "Japan's N03: `N03_001` province, `N03_004` city, `N03_005` ward of a designated city \
                (until 2023 `N03_003` city and `N03_004` ward)",
        signature: &["N03_001", "N03_004"],
        columns: &[
            (Name(Of(Province), LOCAL), "N03_001"),
            (Name(Of(City), LOCAL), "N03_004"),
            (Name(Of(District), LOCAL), "N03_005"),
        ],
        stated: None,
        crs: Crs::Wgs84,
    },
    Preset {
        name: "whosonfirst",
        about: "Who's On First: `wof:name`, `name:eng_x_preferred`, `name:zho_x_preferred`, the level by \
                `wof:placetype` (region; localadmin or locality; borough; neighbourhood)",
        signature: &["wof:name", "wof:placetype"],
        columns: &[
            (Name(Stated, LOCAL), "wof:name"),
            (Name(Stated, ENGLISH), "name:eng_x_preferred"),
            (Name(Stated, CHINESE), "name:zho_x_preferred"),
            (Id(Stated), "wof:id"),
        ],
        stated: Some(("wof:placetype", |word, _| match word {
            "localadmin" => Some(City),
            _ => below_country(word, ["region", "locality", "borough", "neighbourhood"]),
        })),
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

/// The level of a word, where there is one for province, city, district and township.
fn below_country(word: &str, words: [&str; 4]) -> Option<Level> {
    let nth = words.iter().position(|known| *known == word)?;
    Level::ALL.get(nth + 1).copied()
}

/// The level of a code of six digits, as China has them.
fn division(code: &str) -> Option<Level> {
    if code.len() < 6 || !code.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let ends = |zeros: &str| code.get(..6).is_some_and(|code| code.ends_with(zeros));
    match () {
        () if code.len() > 6 => Some(Township),
        () if ends("000000") => None,
        () if ends("0000") => Some(Province),
        () if ends("00") => Some(City),
        () => Some(District),
    }
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
        let wanted = || text!("no-property");
        let (target, name) = text.split_once('=').ok_or_else(wanted)?;
        if name.is_empty() {
            return Err(wanted());
        }
        let (level, language) = target.split_once(':').unwrap_or((target, "local"));
        let target = if target == "id" {
            Id(Narrowest)
        } else {
            let known = LANGUAGES.iter().position(|known| *known == language);
            let language =
                known.ok_or_else(|| text!("no-property-language", language = language))?;
            Name(Of(level.parse()?), language)
        };
        Ok(Self {
            target,
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Name(Of(level), language) = self.target {
            let language = LANGUAGES.get(language).unwrap_or(&"");
            write!(f, "{level}:{language}={}", self.name)
        } else {
            write!(f, "id={}", self.name)
        }
    }
}

/// A preset and what was typed, as used: properties by number.
pub(super) struct PropertyRules {
    /// Those of the preset first, so that what was typed wins.
    columns: Vec<(Target, usize)>,
    /// The property that states the level.
    stated: Option<(usize, StatedLevel)>,
    n03: Option<usize>,
    /// The properties in use, by number.
    pub(super) names: Vec<String>,
    /// Those that were typed and must be there.
    pub(super) typed: Vec<usize>,
}

impl PropertyRules {
    pub(super) fn new(preset: Option<&'static Preset>, typed: &[Property]) -> Self {
        let mut rules = Self {
            columns: Vec::new(),
            stated: None,
            n03: None,
            names: Vec::new(),
            typed: Vec::new(),
        };
        let is_typed = |level: Level| {
            let is = |property: &Property| matches!(property.target, Name(Of(l), _) if l == level);
            typed.iter().any(is)
        };
        if let Some(preset) = preset {
            if let Some(stated) = preset.stated {
                rules.stated = Some((rules.number(stated.0), stated));
            }
            for (target, name) in preset.columns {
                let (Name(whose, _) | Id(whose)) = target;
                if !matches!(whose, Of(level) if is_typed(*level)) {
                    let number = rules.number(name);
                    rules.columns.push((*target, number));
                }
            }
            if preset.name == "n03" && !is_typed(City) && !is_typed(District) {
                rules.n03 = Some(rules.number(N03_CITY));
            }
        }
        for property in typed {
            let number = rules.number(&property.name);
            rules.typed.push(number);
            rules.columns.push((property.target, number));
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
        let names = |(target, _): &(Target, usize)| matches!(target, Name(..));
        !self.columns.iter().any(names)
    }

    /// The regions that a feature with these values names, the widest first. The country is
    /// looked up only where a preset needs it.
    pub(super) fn regions(
        &self,
        values: &[Option<String>],
        country: impl FnOnce() -> String,
    ) -> Result<Vec<NewRegion>, SkipReason> {
        let value = |number: usize| {
            let value = values.get(number).and_then(Option::as_deref);
            value.unwrap_or_default().trim()
        };
        let stated = self.stated.and_then(|(number, (_, level_of))| {
            let word = Some(value(number)).filter(|word| !word.is_empty());
            level_of(word?, &country())
        });
        let mut levels: NamesAndIds = Default::default();
        for (target, number) in &self.columns {
            let level = match target {
                Name(Of(level), _) => Some(*level),
                Name(Stated, _) => stated,
                _ => None,
            };
            if let (Some(level), Name(_, language)) = (level, target) {
                let mut name = value(*number);
                let property = self.names.get(*number);
                if property.is_some_and(|property| property.starts_with("NL_NAME_")) {
                    // Of several the last is in simplified characters.
                    name = name.rsplit('|').next().unwrap_or_default().trim();
                }
                set(&mut levels, level, *language, name)?;
            }
        }
        if let Some(number) = self.n03 {
            designated_city(value(number), &mut levels);
        }
        let is_named = |(names, _): &([String; 3], _)| names.iter().any(|name| !name.is_empty());
        let narrowest = levels.iter().rposition(is_named);
        for (target, number) in &self.columns {
            let level = match target {
                Id(Of(level)) => Some(level.index()),
                Id(Stated) => stated.map(Level::index),
                Id(Narrowest) => narrowest,
                Name(..) => None,
            };
            if let Some((_, id)) = level.and_then(|level| levels.get_mut(level)) {
                *id = value(*number);
            }
        }
        let mut path = Fingerprint::new();
        let mut regions = Vec::new();
        for (level, (names, id)) in Level::ALL.into_iter().zip(levels) {
            let mut known = [LOCAL, ENGLISH, CHINESE].into_iter().map(|i| &names[i]);
            let Some(name) = known.find(|name| !name.is_empty()) else {
                continue;
            };
            path.text(level.name());
            path.text(name);
            let id = match id {
                "" => path.value(),
                id => Fingerprint::of([level.name(), "id", id]),
            };
            regions.push(NewRegion {
                level,
                id: RegionId::Own(id),
                names,
            });
        }
        if regions.is_empty() {
            return Err(SkipReason::NoName);
        }
        Ok(regions)
    }
}

/// The names and the identifier of each level.
type NamesAndIds<'a> = [([String; 3], &'a str); 5];

fn set(
    levels: &mut NamesAndIds,
    level: Level,
    language: usize,
    text: &str,
) -> Result<(), SkipReason> {
    if text.len() > LONGEST_NAME {
        return Err(SkipReason::LongName);
    }
    if let Some(slot) = levels[level.index()].0.get_mut(language)
        && !text.is_empty()
    {
        // One that goes to a terminal, and stays on one line.
        *slot = text.replace(char::is_control, " ");
    }
    Ok(())
}

/// N03 until 2023 has the city of a ward where others have their county.
fn designated_city(city: &str, levels: &mut NamesAndIds) {
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
        let rules = PropertyRules::new(Preset::named(preset), &typed);
        let values: Vec<Option<String>> = rules
            .names
            .iter()
            .map(|name| {
                let found = properties.iter().find(|(property, _)| property == name);
                found.map(|(_, value)| (*value).to_owned())
            })
            .collect();
        let units = rules
            .regions(&values, || "CN".to_owned())
            .unwrap_or_default();
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
        let rules = PropertyRules::new(Preset::named("geoboundaries"), &[]);
        let ids = |name: &str, id: &str| {
            let values = ["ADM2", name, id].map(|text| Some(text.to_owned()));
            rules.regions(&values, String::new).unwrap()[0].id
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
