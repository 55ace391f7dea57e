//! The districts of China by the official codes, and which of the places lie in them: told by
//! names, as no map of districts may be bundled. What remains in doubt is settled by the seats
//! when the program is built.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use imm_cluster_geodata::tables::Seat;
use serde_json::Value;

use crate::sources::{GeoNames, GeoNamesPlace};
use crate::topology::metres;
use crate::{Result, fetch, pinyin};

/// The provinces by their codes in `GeoNames` (FIPS 10-4) and the official ones (GB/T 2260).
const PROVINCES: [(&str, u32); 31] = [
    ("CN.22", 11),
    ("CN.28", 12),
    ("CN.10", 13),
    ("CN.24", 14),
    ("CN.20", 15),
    ("CN.19", 21),
    ("CN.05", 22),
    ("CN.08", 23),
    ("CN.23", 31),
    ("CN.04", 32),
    ("CN.02", 33),
    ("CN.01", 34),
    ("CN.07", 35),
    ("CN.03", 36),
    ("CN.25", 37),
    ("CN.09", 41),
    ("CN.12", 42),
    ("CN.11", 43),
    ("CN.30", 44),
    ("CN.16", 45),
    ("CN.31", 46),
    ("CN.33", 50),
    ("CN.32", 51),
    ("CN.18", 52),
    ("CN.29", 53),
    ("CN.14", 54),
    ("CN.26", 61),
    ("CN.15", 62),
    ("CN.06", 63),
    ("CN.21", 64),
    ("CN.13", 65),
];

/// The provinces that are cities: no prefecture stands between them and a district.
const MUNICIPALITIES: [u32; 4] = [11, 12, 31, 50];

/// The words for kinds of districts and townships.
const KINDS: [&str; 9] = [
    "自治县",
    "自治旗",
    "街道",
    "区",
    "县",
    "市",
    "旗",
    "镇",
    "乡",
];

/// How a place may be named like a township of another prefecture, and how far it may then be
/// from what is known of the district, in metres.
const ALIKE: [(Likeness, f64); 3] = [
    (Likeness::Name, 60_000.0),
    (Likeness::Stem, 50_000.0),
    (Likeness::Reading, 30_000.0),
];

/// What of a name is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Likeness {
    /// All of it.
    Name,
    /// All but the word for the kind of township.
    Stem,
    /// The pinyin of that, without tones.
    Reading,
}

/// A district of the official codes and the names of its townships.
pub(crate) struct District {
    pub code: u32,
    pub prefecture: String,
    pub name: String,
    pub streets: Vec<String>,
    /// Points in it, by latitude and longitude.
    pub seats: Vec<(f64, f64)>,
}

/// The districts of the official codes, with the points of the table of seats.
pub(crate) fn districts(folder: &Path, seats: &str) -> Result<Vec<District>> {
    let read = |name: &str| -> Result<Vec<Value>> {
        let path = format!("dist/{name}.json");
        Ok(serde_json::from_slice(&fetch::file(
            folder,
            "china-division",
            &path,
        )?)?)
    };
    let text = |v: &Value, key: &str| v[key].as_str().unwrap_or("").to_owned();
    let seats = Seat::read(seats)?.into_iter();
    let mut seats: HashMap<u32, Seat> = seats.map(|seat| (seat.code, seat)).collect();
    let mut streets: HashMap<String, Vec<String>> = HashMap::new();
    for street in read("streets")? {
        let known = streets.entry(text(&street, "areaCode")).or_default();
        known.push(text(&street, "name"));
    }
    let mut all = Vec::new();
    for area in read("areas")? {
        let digits = text(&area, "code");
        let code: u32 = digits.parse()?;
        // Development zones, which the statistics count and no map of districts has.
        if (71..=80).contains(&(code % 100)) {
            continue;
        }
        all.push(District {
            code,
            prefecture: text(&area, "cityCode"),
            name: text(&area, "name"),
            streets: streets.remove(&digits).unwrap_or_default(),
            seats: seats.remove(&code).map_or(Vec::new(), |seat| seat.points),
        });
    }
    Ok(all)
}

/// A name without the word for the kind of district or township.
fn stem(name: &str) -> &str {
    let long = |cut: &&str| cut.chars().count() > 1;
    let cut = KINDS
        .iter()
        .find_map(|kind| name.strip_suffix(kind).filter(long));
    cut.unwrap_or(name)
}

/// The letters of the name of a place, as those of [`pinyin::reading`].
fn latin(name: &str) -> String {
    let kinds = [" Zhen", " Xiang", " Jiedao", " Qu", " Xian", " Shi"];
    let cut = kinds.iter().find_map(|kind| name.strip_suffix(kind));
    let letters = cut.unwrap_or(name).to_lowercase().replace('ü', "u");
    letters.chars().filter(char::is_ascii_lowercase).collect()
}

/// What the places are joined to.
#[derive(Default)]
pub(crate) struct Joined {
    /// By places, the districts.
    pub districts: BTreeMap<usize, usize>,
    /// English names of districts.
    pub names: HashMap<usize, String>,
}

struct Joiner<'a> {
    names: &'a GeoNames,
    /// Codes of the divisions.
    codes: &'a [&'a str],
    all: &'a [District],
    of_province: HashMap<u32, Vec<usize>>,
    of_prefecture: HashMap<&'a str, Vec<usize>>,
    joined: Joined,
}

/// Joins the places of China to districts.
pub(crate) fn join(names: &GeoNames, codes: &[&str], all: &[District]) -> Joined {
    let mut of_province: HashMap<u32, Vec<usize>> = HashMap::new();
    let mut of_prefecture: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, district) in all.iter().enumerate() {
        let province = of_province.entry(district.code / 10_000).or_default();
        province.push(i);
        let prefecture = of_prefecture.entry(&district.prefecture).or_default();
        prefecture.push(i);
    }
    let mut joiner = Joiner {
        names,
        codes,
        all,
        of_province,
        of_prefecture,
        joined: Joined::default(),
    };
    let places = || {
        names
            .places
            .iter()
            .enumerate()
            .filter(|(_, p)| p.cc == "CN")
    };
    for (i, place) in places() {
        joiner.within_prefecture(i, place);
    }
    let near = joiner.joined.districts.len();
    joiner.within_provinces(places());
    let count = joiner.joined.districts.len();
    println!("{count} Chinese places join a district, {near} of them in their prefecture");
    joiner.joined
}

/// The aliases of a place that are in Chinese.
fn han(place: &GeoNamesPlace) -> Vec<&str> {
    let aliases = place.aliases.iter().map(String::as_str);
    let is_han = |name: &&str| !name.is_empty() && name.chars().all(|c| c > '\u{2fff}');
    aliases.filter(is_han).collect()
}

impl Joiner<'_> {
    fn province(&self, place: &GeoNamesPlace) -> Option<u32> {
        let code = self.codes[place.a1?];
        let known = PROVINCES.iter().find(|known| known.0 == code);
        known.map(|known| known.1)
    }

    /// Joins a place to the only district of its prefecture that has its name, or a township
    /// of its name.
    fn within_prefecture(&mut self, index: usize, place: &GeoNamesPlace) {
        let municipality = self.province(place).filter(|p| MUNICIPALITIES.contains(p));
        let code = place.a2.map_or("", |a2| self.codes[a2]);
        let prefecture = code.rsplit('.').next().unwrap_or("");
        let within = match municipality {
            Some(province) => self.of_province.get(&province),
            None => self.of_prefecture.get(prefecture),
        };
        let Some(within) = within else { return };
        let only = |fits: &dyn Fn(&District) -> bool| {
            let mut found = within.iter().filter(|d| fits(&self.all[**d]));
            found.next().filter(|_| found.next().is_none()).copied()
        };
        let han = han(place);
        let is_stem = |name: &str| han.iter().any(|alias| stem(alias) == stem(name));
        let named = only(&|d| han.contains(&d.name.as_str()));
        // The county around a city often has the city's name.
        let whole = place.a2.map(|a2| stem(&self.names.divisions[a2].label.zh));
        // A place of that many people is no village of the same name.
        let large = place.seat > 0 || place.section || place.population >= 100_000;
        let seat = named.or_else(|| {
            let fits = |d: &District| large && whole != Some(stem(&d.name)) && is_stem(&d.name);
            only(&fits)
        });
        let street = || only(&|d| d.streets.iter().any(|s| han.contains(&s.as_str())));
        let like = || only(&|d| d.streets.iter().any(|s| is_stem(s)));
        let Some(district) = seat.or_else(street).or_else(like) else {
            return;
        };
        self.joined.districts.insert(index, district);
        if seat.is_some() {
            let name = crate::sources::bare("CN", &place.name, 2);
            let called = &mut self.joined.names;
            let known = called.entry(district).or_insert_with(|| name.clone());
            if named.is_some() {
                *known = name;
            }
        }
    }

    /// Joins the other places to the district of their province that has a township of their
    /// name and of which something is known to be near: prefectures change.
    fn within_provinces<'b>(&mut self, places: impl Iterator<Item = (usize, &'b GeoNamesPlace)>) {
        let mut known: Vec<Vec<(f64, f64)>> = self.all.iter().map(|d| d.seats.clone()).collect();
        for (i, district) in &self.joined.districts {
            known[*district].push(self.names.places[*i].at());
        }
        let townships = self.townships();
        for (i, place) in places {
            if self.joined.districts.contains_key(&i) {
                continue;
            }
            let Some(province) = self.province(place) else {
                continue;
            };
            let nearest = |likeness, reach| {
                let spellings = spellings(place, likeness).into_iter();
                let alike = spellings.filter_map(|name| townships.get(&(province, likeness, name)));
                let mut districts: Vec<usize> = alike.flatten().copied().collect();
                districts.sort_unstable();
                districts.dedup();
                clearly_nearest(place.at(), reach, districts, &known)
            };
            let found = ALIKE
                .iter()
                .find_map(|(like, reach)| nearest(*like, *reach));
            if let Some(district) = found {
                self.joined.districts.insert(i, district);
                known[district].push(place.at());
            }
        }
    }

    /// The districts that have a township of a name, by province.
    fn townships(&self) -> HashMap<(u32, Likeness, String), Vec<usize>> {
        let mut townships: HashMap<_, Vec<usize>> = HashMap::new();
        for (i, district) in self.all.iter().enumerate() {
            for name in &district.streets {
                let spelt = [
                    (Likeness::Name, name.clone()),
                    (Likeness::Stem, stem(name).to_owned()),
                    (Likeness::Reading, pinyin::reading(stem(name))),
                ];
                for (likeness, name) in spelt {
                    let key = (district.code / 10_000, likeness, name);
                    townships.entry(key).or_default().push(i);
                }
            }
        }
        townships
    }
}

/// The names of a place to be compared with those of townships.
fn spellings(place: &GeoNamesPlace, likeness: Likeness) -> Vec<String> {
    match likeness {
        Likeness::Name => han(place).into_iter().map(str::to_owned).collect(),
        Likeness::Stem => (han(place).into_iter())
            .map(|alias| stem(alias).to_owned())
            .collect(),
        Likeness::Reading => vec![latin(&place.name)],
    }
}

/// The district of which something is known to be within reach, if no other one is nearly as
/// near.
fn clearly_nearest(
    at: (f64, f64),
    reach: f64,
    districts: Vec<usize>,
    known: &[Vec<(f64, f64)>],
) -> Option<usize> {
    let away = |district: &usize| {
        let away = known[*district].iter().map(|point| metres(at, *point));
        away.min_by(f64::total_cmp)
    };
    let all = districts.into_iter().filter_map(|d| Some((away(&d)?, d)));
    let mut all: Vec<(f64, usize)> = all.collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (first, district) = all.first().copied()?;
    let clear = |second: &(f64, usize)| second.0 > 1.7 * first + 3_000.0;
    (first < reach && all.get(1).is_none_or(clear)).then_some(district)
}

/// The official names of China's prefectures, by their codes of four digits.
pub(crate) fn prefectures(folder: &Path) -> Result<HashMap<String, String>> {
    let text = fetch::text(folder, "china-division", "dist/cities.json")?;
    let all: Vec<BTreeMap<String, String>> = serde_json::from_str(&text)?;
    let pair = |mut row: BTreeMap<String, String>| Some((row.remove("code")?, row.remove("name")?));
    Ok(all.into_iter().filter_map(pair).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::Division;
    use imm_cluster_geodata::tables::Label;

    #[test]
    fn stems_and_letters_are_compared() {
        let stems = ["王村镇", "回民区", "区", "苏木沁", "景宁畲族自治县"].map(stem);
        assert_eq!(stems, ["王村", "回民", "区", "苏木沁", "景宁畲族"]);
        assert_eq!(["Lüshun Kou Qu", "Xi’an"].map(latin), ["lushunkou", "xian"]);
    }

    #[test]
    fn the_nearest_district_wins_when_it_is_so_clearly() {
        let known = [vec![(30.0, 104.0)], vec![(30.0, 104.2)], Vec::new()];
        let found = |lon, reach| clearly_nearest((30.0, lon), reach, vec![0, 1, 2], &known);
        assert_eq!(found(104.01, 20_000.0), Some(0));
        assert_eq!(found(104.19, 20_000.0), Some(1));
        assert_eq!(found(104.09, 20_000.0), None);
        assert_eq!(found(103.5, 20_000.0), None);
        assert_eq!(clearly_nearest((30.0, 104.0), 1.0, vec![2], &known), None);
    }

    fn place(geoname: u32, name: &str, alias: &str, a2: usize, at: (f64, f64)) -> GeoNamesPlace {
        GeoNamesPlace {
            geoname,
            cc: "CN".to_owned(),
            name: name.to_owned(),
            aliases: vec![alias.to_owned()],
            lat: at.0,
            lon: at.1,
            population: 0,
            a1: Some(0),
            a2: Some(a2),
            a3: String::new(),
            a4: String::new(),
            section: false,
            seat: 0,
        }
    }

    fn district(code: u32, name: &str, streets: &[&str], seat: (f64, f64)) -> District {
        District {
            code,
            prefecture: (code / 100).to_string(),
            name: name.to_owned(),
            streets: streets.iter().map(|s| (*s).to_owned()).collect(),
            seats: vec![seat],
        }
    }

    #[test]
    fn places_join_by_name_and_across_prefectures_by_what_is_near() {
        let division = |zh: &str| Division {
            geoname: 1,
            order: 2,
            label: Label {
                zh: zh.to_owned(),
                ..Label::default()
            },
            aliases: Vec::new(),
        };
        let codes = ["CN.32", "CN.32.5101", "CN.32.5120"];
        let all = [
            district(510_105, "青羊区", &["草堂街道"], (30.67, 104.05)),
            district(510_185, "简阳市", &["贾家街道", "三合镇"], (30.4, 104.5)),
            district(512_002, "雁江区", &["三合镇"], (30.1, 104.6)),
            district(512_021, "安岳县", &["三合镇"], (30.1, 105.3)),
        ];
        let places = vec![
            place(1, "Qingyang", "青羊区", 1, (30.67, 104.06)),
            place(2, "Caotang", "草堂", 1, (30.66, 104.03)),
            // Its city was moved to the other prefecture since.
            place(3, "Jiajia", "", 2, (30.45, 104.4)),
            place(4, "Sanhe", "三合镇", 2, (30.11, 104.65)),
            place(5, "Sanhe", "三合镇", 2, (30.1, 104.96)),
            place(6, "Elsewhere", "别处", 2, (30.1, 104.6)),
        ];
        let names = GeoNames {
            divisions: ["四川省", "成都市", "资阳市"].map(division).into(),
            by_code: BTreeMap::new(),
            places,
        };
        let joined = join(&names, &codes, &all);
        let of = |place: usize| joined.districts.get(&place).map(|d| all[*d].code);
        assert_eq!(of(0), Some(510_105));
        assert_eq!(of(1), Some(510_105));
        assert_eq!(of(2), Some(510_185));
        assert_eq!(of(3), Some(512_002));
        assert_eq!([of(4), of(5)], [None, None]);
        assert_eq!(joined.names[&0], "Qingyang");
    }
}
