//! What may stand where in the tree of regions: of each unit and place the regions that it
//! may be said to be in. Which of them stand at which level the tables say, when the program
//! is built.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use imm_cluster_geodata::format::{code_of, group_of};
use imm_cluster_geodata::grid::Spot;
use imm_cluster_geodata::grow::balance;
use imm_cluster_geodata::ids::{
    self, ALGERIAN, CHINESE, COUNTRY, GEOBOUNDARIES, JAPANESE, KOREAN, NATURAL_EARTH, OTHER,
    short_hash,
};
use imm_cluster_geodata::regions::{FAR, Geodata};
use imm_cluster_geodata::sources as kept;
use imm_cluster_geodata::tables::Label;
use unicode_normalization::UnicodeNormalization;

use crate::chinese::{self, District, Joined};
use crate::sources::{Country, Division, GeoNames, GeoNamesPlace};
use crate::topology::metres;
use crate::unit::{MapUnit, Source};
use crate::{Result, interior, lattice, place_corner};

pub(crate) struct TreeInput<'a> {
    pub(crate) names: &'a GeoNames,
    pub(crate) countries: &'a [Country],
    pub(crate) districts: &'a [District],
    pub(crate) isos: &'a BTreeSet<String>,
    pub(crate) natural: &'a BTreeMap<u16, (String, Option<usize>)>,
    pub(crate) everything: &'a [u8],
}

/// The regions of a file, each once.
#[derive(Default)]
struct Regions {
    all: Vec<kept::SourceRegion>,
    index: HashMap<(u32, String, Label), u32>,
}

impl Regions {
    /// The number of a region, which is new or known.
    fn number(&mut self, region: TreeRegion) -> u32 {
        let (id, key) = (region.id, region.key);
        let label = Label {
            en: clean(&region.label.en),
            zh: clean(&region.label.zh),
            local: clean(&region.label.local),
        };
        let next = self.all.len() as u32;
        let known = self.index.entry((id, key.clone(), label.clone()));
        let number = *known.or_insert(next);
        if number == next {
            self.all.push(kept::SourceRegion { id, key, label });
        }
        number
    }
}

/// A name composed, without what nobody sees, with one space between words.
fn clean(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(in_one_script).collect();
    let seen = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    words.join(" ").chars().filter(seen).nfc().collect()
}

/// A Latin word without the Cyrillic letters that look like Latin ones and were typed for them.
fn in_one_script(word: &str) -> String {
    const ALIKE: [(char, char); 18] = [
        ('А', 'A'),
        ('В', 'B'),
        ('Е', 'E'),
        ('К', 'K'),
        ('М', 'M'),
        ('Н', 'H'),
        ('О', 'O'),
        ('Р', 'P'),
        ('С', 'C'),
        ('Т', 'T'),
        ('Х', 'X'),
        ('а', 'a'),
        ('е', 'e'),
        ('о', 'o'),
        ('р', 'p'),
        ('с', 'c'),
        ('у', 'y'),
        ('х', 'x'),
    ];
    let latin = |c: char| {
        ALIKE
            .iter()
            .find(|(cyrillic, _)| *cyrillic == c)
            .map_or(c, |(_, l)| *l)
    };
    let all: String = word.chars().map(latin).collect();
    let is_mixed = word.contains(|c: char| c.is_ascii_alphabetic());
    if is_mixed { all } else { word.to_owned() }
}

/// A region as a source tells it.
struct TreeRegion {
    id: u32,
    /// What the tables call it beside its identifier.
    key: String,
    label: Label,
}

impl TreeRegion {
    fn new(id: u32, label: Label) -> Self {
        let key = String::new();
        Self { id, key, label }
    }
}

/// What is known of the places beyond their rows: derived once, then looked up.
struct Lore<'a> {
    context: &'a TreeInput<'a>,
    /// The code of a division.
    codes: Vec<&'a str>,
    /// The place that a third- or fourth-order unit is named after.
    seats: HashMap<String, usize>,
    /// The place that a section belongs to.
    whole: HashMap<usize, usize>,
    /// The Chinese districts of places.
    joined: Joined,
    /// Korean divisions by first-order unit and name.
    korean: HashMap<(&'a str, &'a str), usize>,
}

fn unit_key(place: &GeoNamesPlace, codes: &[&str], fourth: bool) -> Option<String> {
    let (a1, a2) = (
        place.a1.map_or("", |d| codes[d]),
        place.a2.map_or("", |d| codes[d]),
    );
    if place.a3.is_empty() || fourth && place.a4.is_empty() {
        return None;
    }
    let a4 = if fourth { place.a4.as_str() } else { "" };
    Some(format!("{} {a1} {a2} {} {a4}", place.cc, place.a3))
}

impl<'a> Lore<'a> {
    fn new(context: &'a TreeInput<'a>) -> Self {
        let names = context.names;
        let mut codes = vec![""; names.divisions.len()];
        for (code, index) in &names.by_code {
            codes[*index] = code;
        }
        let mut seats: HashMap<String, usize> = HashMap::new();
        for (i, place) in names.places.iter().enumerate().filter(|(_, p)| !p.section) {
            for fourth in [false, true] {
                let Some(key) = unit_key(place, &codes, fourth) else {
                    continue;
                };
                let order = if fourth { 4 } else { 3 };
                let rank = |p: &GeoNamesPlace| ((1..=order).contains(&p.seat), p.population);
                let seat = seats.entry(key).or_insert(i);
                if rank(&names.places[*seat]) < rank(place) {
                    *seat = i;
                }
            }
        }
        let mut near: HashMap<(i32, i32), Vec<usize>> = HashMap::new();
        let cell = |p: &GeoNamesPlace| ((p.lat * 4.0).floor() as i32, (p.lon * 4.0).floor() as i32);
        for (i, place) in names.places.iter().enumerate().filter(|(_, p)| !p.section) {
            near.entry(cell(place)).or_default().push(i);
        }
        let mut whole = HashMap::new();
        for (i, section) in names.places.iter().enumerate().filter(|(_, p)| p.section) {
            let (row, column) = cell(section);
            let around = (-1..=1).flat_map(|r| (-1..=1).map(move |c| (row + r, column + c)));
            let candidates = around.filter_map(|at| near.get(&at)).flatten().filter(|c| {
                let place = &names.places[**c];
                place.cc == section.cc
                    && place.a1 == section.a1
                    && metres(section.at(), place.at()) < 20_000.0
            });
            let pull = |c: usize| {
                let place = &names.places[c];
                (place.population as f64 + 1.0)
                    / (metres(section.at(), place.at()) + 1_000.0).powi(2)
            };
            if let Some(best) = candidates
                .copied()
                .max_by(|a, b| pull(*a).total_cmp(&pull(*b)).then(b.cmp(a)))
            {
                whole.insert(i, best);
            }
        }
        let mut korean = HashMap::new();
        for (code, index) in names
            .by_code
            .iter()
            .filter(|(code, _)| code.starts_with("KR."))
        {
            if let Some((first, _)) = code.rsplit_once('.') {
                korean.insert(
                    (first, names.divisions[*index].label.local.as_str()),
                    *index,
                );
            }
        }
        Self {
            context,
            korean,
            joined: chinese::join(names, &codes, context.districts),
            codes,
            seats,
            whole,
        }
    }

    fn division(&self, index: usize) -> TreeRegion {
        let division = &self.context.names.divisions[index];
        TreeRegion {
            id: division.geoname,
            key: self.codes[index].to_owned(),
            label: division.label.clone(),
        }
    }

    fn place(&self, index: usize) -> TreeRegion {
        let place = &self.context.names.places[index];
        let label = crate::sources::label(&place.cc, &place.name, &place.aliases, 0);
        TreeRegion::new(place.geoname, label)
    }

    /// The Korean unit of a level: its city or county, its district, its township.
    fn korean(&self, level: kept::OfUnit, unit: &MapUnit) -> Option<TreeRegion> {
        let about = unit.korean.as_ref()?;
        let of_city = about.district.is_empty();
        let (code, name) = match level {
            // The districts of a city share all but the last digit.
            kept::OfUnit::KoreanCity if !of_city => (about.code / 10_000 * 10, &about.city),
            kept::OfUnit::KoreanCity => (about.code / 1000, &about.city),
            kept::OfUnit::KoreanDistrict if of_city => (about.code / 1000, &about.city),
            kept::OfUnit::KoreanDistrict => (about.code / 1000, &about.district),
            _ => (about.code, &about.township),
        };
        let province = self.codes.get(unit.a1?).copied().unwrap_or("");
        let known = self.korean.get(&(province, name.as_str()));
        if let Some(division) = known.filter(|_| level != kept::OfUnit::KoreanTownship) {
            return Some(self.division(*division));
        }
        let mut en = crate::sources::romanized(name);
        if level == kept::OfUnit::KoreanCity {
            en = crate::sources::bare("KR", &en, 2);
        }
        let label = Label {
            en,
            zh: String::new(),
            local: name.clone(),
        };
        Some(TreeRegion::new(KOREAN | code, label)).filter(|_| !name.is_empty())
    }

    /// What the country's own map of municipalities says.
    fn municipal(&self, level: kept::OfUnit, unit: &MapUnit) -> Option<TreeRegion> {
        let municipality = unit.municipality.as_ref()?;
        let (code, label) = match level {
            kept::OfUnit::State => {
                let mut label = municipality.state_label.clone()?;
                let same = |d: &&Division| {
                    d.order == 1 && d.label.en == label.en && d.aliases.contains(&label.local)
                };
                let known = self.context.names.divisions.iter().find(same);
                label.zh = known.map_or(String::new(), |d| d.label.zh.clone());
                return Some(TreeRegion::new(ALGERIAN | municipality.state, label));
            }
            kept::OfUnit::County => municipality.county.as_ref()?,
            kept::OfUnit::Ward => municipality.ward.as_ref()?,
            _ => &municipality.city,
        };
        let whose = ids::municipal(&unit.group)?;
        let mut label = label.clone();
        if whose == JAPANESE && label.zh.is_empty() {
            label.zh = crate::sources::from_japanese(&label.local);
        }
        Some(TreeRegion::new(whose | code, label))
    }

    /// What a unit's own map says that it is.
    fn of_map(&self, unit: &MapUnit) -> Option<TreeRegion> {
        if unit.source != Source::GeoBoundaries {
            return None;
        }
        if let Some(a2) = unit.a2 {
            return Some(self.division(a2));
        }
        // A number is no name, nor one in another script an English one.
        if !is_latin(&unit.label.en) {
            return None;
        }
        let mut label = unit.label.clone();
        label.en = crate::sources::bare(&unit.cc, &unit.label.en, 2);
        if label.local.is_empty() && unit.label.en != label.en {
            label.local.clone_from(&unit.label.en);
        }
        Some(TreeRegion {
            id: GEOBOUNDARIES | unit.id,
            key: format!("{}.{}", unit.cc, unit.label.en),
            label,
        })
    }

    /// A unit with its places as it is kept.
    fn unit(
        &self,
        regions: &mut Regions,
        unit: &MapUnit,
        places: &[(u32, u32, usize)],
        outside: bool,
    ) -> Result<kept::SourceUnit> {
        let (country, group) = (
            group_of(&unit.cc).ok_or("no country")?,
            group_of(&unit.group),
        );
        let known = self.context.countries.iter().find(|c| c.iso == unit.cc);
        if let Some(known) = known {
            regions.number(TreeRegion::new(
                COUNTRY | u32::from(country),
                known.label.clone(),
            ));
        }
        let of_unit = kept::OfUnit::ALL.map(|of| self.of_unit(of, unit));
        let of_unit = of_unit.map(|region| region.map(|region| regions.number(region)));
        let place = |(x, y, index): &(u32, u32, usize)| {
            let of_place = kept::OfPlace::ALL.map(|of| self.of_place(of, unit, *index));
            kept::SourcePlace {
                x: *x,
                y: *y,
                section: self.context.names.places[*index].section,
                outside,
                regions: of_place.map(|region| region.map(|region| regions.number(region))),
            }
        };
        Ok(kept::SourceUnit {
            country,
            group: group.ok_or("no group")?,
            map: unit.map.clone(),
            second: unit.source == Source::GeoBoundaries && unit.second,
            regions: of_unit,
            places: places.iter().map(place).collect(),
        })
    }

    /// What a unit may be said to be.
    fn of_unit(&self, of: kept::OfUnit, unit: &MapUnit) -> Option<TreeRegion> {
        use kept::OfUnit::{
            County, First, KoreanCity, KoreanDistrict, KoreanTownship, Map, Municipality, Natural,
            Second, State, Unit as Own, Ward,
        };
        let natural = unit.source == Source::NaturalEarth;
        match of {
            First => Some(self.division(unit.a1?)),
            Second => Some(self.division(unit.a2?)),
            Natural if natural && !unit.label.en.is_empty() => {
                Some(TreeRegion::new(NATURAL_EARTH | unit.id, unit.label.clone()))
            }
            Map if natural => {
                let id = NATURAL_EARTH | unit.id;
                let id = unit.a2.map_or(id, |a2| self.division(a2).id);
                Some(TreeRegion::new(id, unit.label.clone()))
            }
            Natural | Map => None,
            Own => self.of_map(unit),
            KoreanCity | KoreanDistrict | KoreanTownship => self.korean(of, unit),
            State | County | Municipality | Ward => self.municipal(of, unit),
        }
    }

    /// What a place of a unit may be said to be in.
    fn of_place(&self, of: kept::OfPlace, unit: &MapUnit, index: usize) -> Option<TreeRegion> {
        let place = &self.context.names.places[index];
        let seat = |fourth| {
            let key = unit_key(place, &self.codes, fourth)?;
            Some(self.place(*self.seats.get(&key)?))
        };
        match of {
            kept::OfPlace::Itself => Some(self.place(index)),
            kept::OfPlace::Whole => {
                Some(self.place(self.whole.get(&index).copied().unwrap_or(index)))
            }
            kept::OfPlace::First => Some(self.division(place.a1?)),
            kept::OfPlace::Second => {
                let a2 = place.a2?;
                // A place may be counted to the province beside it.
                let code = |d: usize| self.codes.get(d).copied().unwrap_or("");
                let within = |a1| code(a2).starts_with(&format!("{}.", code(a1)));
                unit.a1.is_none_or(within).then(|| self.division(a2))
            }
            kept::OfPlace::Third => seat(false),
            kept::OfPlace::Fourth => seat(true),
            kept::OfPlace::District => {
                let key = format!("{}.{}", place.cc, place.a3);
                let region = TreeRegion::new(OTHER | short_hash(&key), Label::default());
                Some(region).filter(|_| !place.a3.is_empty())
            }
            kept::OfPlace::Chinese => {
                let index = *self.joined.districts.get(&index)?;
                let district = &self.context.districts[index];
                // A place may be the seat and have a name of its own.
                let latin = crate::pinyin::district(&district.name);
                let start = |name: &str| name.to_lowercase().chars().take(2).collect::<String>();
                let known = self.joined.names.get(&index);
                let known = known.filter(|n| start(n) == start(&latin) && !n.contains(' '));
                let label = Label {
                    en: known.cloned().unwrap_or(latin),
                    zh: district.name.clone(),
                    local: district.name.clone(),
                };
                Some(TreeRegion::new(CHINESE | district.code, label))
            }
        }
    }
}

fn is_latin(name: &str) -> bool {
    name.contains(|c: char| c.is_alphabetic() && c < '\u{250}')
}

fn majority(votes: &BTreeMap<usize, u32>) -> Option<(usize, u32, u32)> {
    let (d, n) = votes
        .iter()
        .max_by_key(|(d, n)| (**n, std::cmp::Reverse(**d)))?;
    Some((*d, *n, votes.values().sum()))
}

/// Finds the divisions of second-order units by the places in them.
fn divide(context: &TreeInput, units: &mut [MapUnit], look: &Geodata) -> Result<()> {
    let names = context.names;
    let everything = crate::opened(context.everything)?;
    let mut first: BTreeMap<u16, BTreeMap<usize, u32>> = BTreeMap::new();
    let mut second: BTreeMap<u16, BTreeMap<usize, u32>> = BTreeMap::new();
    let mut in_unit: BTreeMap<usize, BTreeMap<u16, u32>> = BTreeMap::new();
    let mut countries: BTreeMap<u16, BTreeMap<&str, u32>> = BTreeMap::new();
    for place in &names.places {
        let spot = Spot::new(place.lat, place.lon);
        let Some(group) = look.country_at(&look.countries.at(spot)).map(code_of) else {
            continue;
        };
        let wanted = |u: u16| units.get(usize::from(u)).is_some_and(|u| u.group == group);
        let Some(unit) = look.boundaries.unit_at(spot, wanted) else {
            continue;
        };
        *countries
            .entry(unit)
            .or_default()
            .entry(&place.cc)
            .or_default() += 1;
        if let Some(a1) = place.a1 {
            *first.entry(unit).or_default().entry(a1).or_default() += 1;
        }
        if let Some(a2) = place.a2 {
            *second.entry(unit).or_default().entry(a2).or_default() += 1;
            *in_unit.entry(a2).or_default().entry(unit).or_default() += 1;
        }
    }
    let mut states: BTreeMap<(String, u32), BTreeMap<usize, u32>> = BTreeMap::new();
    for (unit, votes) in &first {
        let unit = &units[usize::from(*unit)];
        if let Some(municipality) = &unit.municipality {
            let state = (unit.group.clone(), municipality.state);
            let sum = states.entry(state).or_default();
            for (a1, n) in votes {
                *sum.entry(*a1).or_default() += n;
            }
        }
    }
    let codes: HashMap<usize, &str> = (names.by_code.iter())
        .map(|(code, d)| (*d, code.as_str()))
        .collect();
    let korean_provinces: Vec<usize> = names
        .by_code
        .iter()
        .filter(|(code, _)| code.starts_with("KR."))
        .map(|(_, d)| *d)
        .collect();
    for (i, unit) in units
        .iter_mut()
        .enumerate()
        .filter(|(_, u)| u.source != Source::NaturalEarth)
    {
        let i = i as u16;
        if unit.source == Source::Islands {
            continue;
        }
        let spot = interior(&unit.polygons);
        let natural = spot.and_then(|s| {
            context
                .natural
                .get(&everything.boundaries.unit_at(s, |_| true)?)
        });
        let most = countries.get(&i).and_then(|v| {
            v.iter()
                .max_by_key(|(c, n)| (**n, *c))
                .map(|(c, _)| (*c).to_owned())
        });
        if let Some(cc) = most.or(natural.map(|n| n.0.clone()))
            && !context.isos.contains(&cc)
        {
            unit.cc = cc;
        }
        let code = |d: usize| codes.get(&d).copied().unwrap_or("");
        let of_country = |d: &usize| code(*d).starts_with(&format!("{}.", unit.cc));
        let own = |votes: &BTreeMap<usize, u32>| -> BTreeMap<usize, u32> {
            let votes = votes.iter().filter(|(d, _)| of_country(d));
            votes.map(|(d, n)| (*d, *n)).collect()
        };
        let vote = first.get(&i).map(own).as_ref().and_then(majority);
        let clear = |share: (usize, u32, u32)| (share.1 * 20 > share.2 * 17).then_some(share.0);
        // What its places do not say clearly, its area does. A unit across provinces
        // leaves them to its places.
        let by_area = || {
            let here = |spot| look.boundaries.unit_at(spot, |u| u == i).is_some();
            let first_order = |spot| {
                let natural = everything.boundaries.unit_at(spot, |_| true)?;
                let (cc, a1) = context.natural.get(&natural)?;
                a1.filter(|_| *cc == unit.cc)
            };
            let mut area: BTreeMap<usize, u32> = BTreeMap::new();
            let within = lattice(&unit.polygons).filter(|spot| here(*spot));
            for a1 in within.filter_map(first_order) {
                *area.entry(a1).or_default() += 1;
            }
            majority(&area)
        };
        // Of a city and the land around it that have one name, the one that it says.
        let said = || {
            let own = |d: &&usize| {
                let division = &names.divisions[**d];
                let label = &unit.label.en;
                division.aliases.contains(label) || division.label.en == *label
            };
            let voted = first.get(&i)?;
            let mut same = voted.keys().filter(own).filter(|d| of_country(d));
            same.next().copied().filter(|_| same.next().is_none())
        };
        unit.a1 = said()
            .or_else(|| vote.and_then(clear))
            .or_else(|| by_area().and_then(clear));
        if vote.is_none() && unit.a1.is_none() {
            let of_country = |u: u16| context.natural.get(&u).is_some_and(|n| n.0 == unit.cc);
            let near = |spot| (everything.boundaries).nearest(spot, 5_000.0, of_country);
            let beside = || context.natural.get(&spot.and_then(near)?.0);
            let natural = natural.filter(|n| n.0 == unit.cc).or_else(beside);
            let nearest = || {
                let here = spot?.degrees();
                let away = |place: &&GeoNamesPlace| metres(place.at(), here);
                let own = (names.places.iter()).filter(|p| p.cc == unit.cc && p.a1.is_some());
                own.min_by(|a, b| away(a).total_cmp(&away(b)))?.a1
            };
            unit.a1 = natural.and_then(|n| n.1).or_else(nearest);
        }
        if let Some(municipality) = &unit.municipality {
            let state = (unit.group.clone(), municipality.state);
            let known = states.get(&state).and_then(majority).map(|m| m.0);
            // Its own map has newer states than the places.
            unit.a1 = known.filter(|_| municipality.state_label.is_none());
            continue;
        }
        if unit.korean.is_some() {
            let by_name = |d: &usize| {
                names.divisions[*d].order == 1
                    && names.divisions[*d].aliases.contains(&unit.label.local)
            };
            unit.a1 = korean_provinces.iter().copied().find(by_name).or(unit.a1);
            continue;
        }
        // A unit and a division that mostly hold the same places are the same.
        unit.a2 = second.get(&i).and_then(majority).and_then(|(a2, n, all)| {
            let votes = in_unit.get(&a2)?;
            let (back, most) = votes
                .iter()
                .max_by_key(|(u, n)| (**n, std::cmp::Reverse(**u)))?;
            let same = *back == i && n * 2 > all && most * 2 > votes.values().sum::<u32>();
            same.then_some(a2)
        });
        // One of another province is none.
        let within = |a2: &usize| {
            let first = unit.a1.map_or("", code);
            first.is_empty() || code(*a2).is_empty() || code(*a2).starts_with(&format!("{first}."))
        };
        unit.a2 = unit.a2.filter(within);
    }
    // Of parts that lie far apart, one may have no place.
    let known: HashMap<(String, u32), usize> = (units.iter())
        .filter_map(|unit| Some(((unit.cc.clone(), unit.id), unit.a1?)))
        .collect();
    for unit in units
        .iter_mut()
        .filter(|u| u.source == Source::GeoBoundaries)
    {
        let part = || known.get(&(unit.cc.clone(), unit.id)).copied();
        unit.a1 = unit.a1.or_else(part);
    }
    Ok(())
}

/// Names for municipalities in languages that their own map lacks, from the place
/// that bears the same name in the same language.
fn translate(context: &TreeInput, units: &mut [MapUnit], look: &Geodata) {
    let names = context.names;
    let mut found: BTreeMap<(String, u32), usize> = BTreeMap::new();
    for (i, place) in names.places.iter().enumerate() {
        let spot = Spot::new(place.lat, place.lon);
        let wanted = |u: u16| {
            units
                .get(usize::from(u))
                .is_some_and(|u| u.group == place.cc)
        };
        let unit = (look.boundaries.unit_at(spot, wanted)).map(|u| &units[usize::from(u)]);
        let Some((unit, municipality)) = unit.and_then(|u| Some((u, u.municipality.as_ref()?)))
        else {
            continue;
        };
        let stem = |name: &str| {
            name.trim()
                .trim_end_matches(['市', '町', '村', '区'])
                .to_owned()
        };
        let (code, label) = &municipality.city;
        // Some have a name in each of two languages.
        let own: Vec<String> = label.local.split('/').map(stem).collect();
        let same = |name: &String| own.contains(&stem(name));
        if !place.section && (same(&place.name) || place.aliases.iter().any(same)) {
            let best = found.entry((unit.group.clone(), *code)).or_insert(i);
            if names.places[*best].population < place.population {
                *best = i;
            }
        }
    }
    for unit in units.iter_mut() {
        let Some(municipality) = &mut unit.municipality else {
            continue;
        };
        let key = (unit.group.clone(), municipality.city.0);
        let Some(place) = found.get(&key).map(|i| &names.places[*i]) else {
            continue;
        };
        let label = crate::sources::label(&place.cc, &place.name, &place.aliases, 0);
        let own = &mut municipality.city.1;
        if ["DE", "ES"].contains(&unit.group.as_str()) {
            own.en = label.en;
        }
        if own.zh.is_empty() {
            own.zh = label.zh;
        }
    }
}

/// The regions, and the units with their places, for one file.
pub(crate) fn gather(
    context: &TreeInput,
    units: &mut [MapUnit],
    lookup: &[u8],
) -> Result<kept::Sources> {
    let look = crate::opened(lookup)?;
    divide(context, units, &look)?;
    translate(context, units, &look);
    let lore = Lore::new(context);
    let groups: BTreeSet<&str> = units.iter().map(|u| u.group.as_str()).collect();
    let mut places: Vec<Vec<(u32, u32, usize)>> = vec![Vec::new(); units.len()];
    let (mut moved, mut lost) = (0, 0);
    for (i, place) in context.names.places.iter().enumerate() {
        let spot = Spot::new(place.lat, place.lon);
        let unit_of = |u: u16| units.get(usize::from(u));
        let Some(group) = look.country_at(&look.countries.at(spot)).map(code_of) else {
            lost += usize::from(groups.contains(place.cc.as_str()));
            continue;
        };
        let inside = look
            .boundaries
            .unit_at(spot, |u| unit_of(u).is_some_and(|u| u.group == group));
        let agrees = |u: &MapUnit| {
            u.cc == place.cc && (u.a1.is_none() || place.a1.is_none() || u.a1 == place.a1)
        };
        let mut found = inside.filter(|u| unit_of(*u).is_some_and(agrees));
        if found.is_none()
            && (groups.contains(group.as_str()) || groups.contains(place.cc.as_str()))
        {
            let exact = inside
                .and_then(unit_of)
                .is_some_and(|u| u.source != Source::NaturalEarth && u.cc == place.cc);
            let reach = if exact { 2_000.0 } else { 15_000.0 };
            let near = |reach| {
                let near = |u: u16| unit_of(u).is_some_and(agrees);
                Some(look.boundaries.nearest(spot, reach, near)?.0)
            };
            // A point there is given the nearest unit, however far.
            let far = || inside.is_none().then(|| near(FAR)).flatten();
            found = near(reach).or_else(far).or(inside.filter(|_| exact));
            if found.is_some() {
                moved += 1;
            } else {
                lost += 1;
            }
        }
        if let Some(unit) = found {
            let (x, y) = place_corner(place);
            places[usize::from(unit)].push((x, y, i));
        }
    }
    // A unit without a place has those close to it.
    let bare: Vec<usize> = (0..units.len()).filter(|i| places[*i].is_empty()).collect();
    let mut of_country: HashMap<&str, Vec<(usize, &GeoNamesPlace)>> = HashMap::new();
    for (i, place) in context.names.places.iter().enumerate() {
        of_country.entry(&place.cc).or_default().push((i, place));
    }
    let mut outside: BTreeSet<usize> = BTreeSet::new();
    for i in bare {
        let unit = &units[i];
        let all = of_country.get(unit.cc.as_str()).map_or(&[][..], |all| all);
        let Some(spot) = interior(&unit.polygons) else {
            continue;
        };
        let same = |p: &GeoNamesPlace| unit.a2.is_none() || p.a2.is_none() || p.a2 == unit.a2;
        let of_unit = |p: &GeoNamesPlace| unit.a1.is_some() && p.a1 == unit.a1 && same(p);
        let reach = if unit.source == Source::NaturalEarth {
            0.3
        } else {
            0.1
        };
        let (lat, lon) = spot.degrees();
        let away = |p: &GeoNamesPlace| ((p.lon - lon) * lat.to_radians().cos()).hypot(p.lat - lat);
        let close = |(_, p): &&(usize, &GeoNamesPlace)| of_unit(p) && away(p) < reach;
        let mut near: Vec<(usize, &GeoNamesPlace)> = all.iter().filter(close).copied().collect();
        near.sort_by(|a, b| away(a.1).total_cmp(&away(b.1)));
        for (index, place) in near.into_iter().take(8) {
            let (x, y) = place_corner(place);
            places[i].push((x, y, index));
            outside.insert(i);
        }
    }
    println!("  {moved} places moved to a neighbour, {lost} left out");
    let mut regions = Regions::default();
    let mut all = Vec::new();
    for (i, (unit, mut list)) in units.iter().zip(places).enumerate() {
        if !outside.contains(&i) {
            balance(&mut list, true);
        }
        all.push(lore.unit(&mut regions, unit, &list, outside.contains(&i))?);
    }
    println!("  {} regions", regions.all.len());
    Ok(kept::Sources {
        regions: regions.all,
        units: all,
        ..kept::Sources::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned() {
        assert_eq!(clean(" Cote\u{302}  d'Or\u{200b} "), "Cotê d'Or");
        assert_eq!(
            clean("R\u{430}mitan \u{421}\u{43e}\u{444}\u{438}"),
            "Ramitan Софи"
        );
    }

    #[test]
    fn regions_stand_once() {
        let mut regions = Regions::default();
        let mut number = |id, en: &str| {
            let label = Label {
                en: en.to_owned(),
                ..Label::default()
            };
            regions.number(TreeRegion::new(id, label))
        };
        let numbers = [
            number(1, "A"),
            number(1, "B"),
            number(1, " A"),
            number(2, "A"),
        ];
        assert_eq!(numbers, [0, 1, 0, 2]);
    }

    #[test]
    fn the_most_votes_win_and_of_equals_the_first() {
        assert_eq!(majority(&BTreeMap::from([(4, 2), (7, 3)])), Some((7, 3, 5)));
        assert_eq!(majority(&BTreeMap::from([(4, 3), (7, 3)])), Some((4, 3, 6)));
        assert_eq!(majority(&BTreeMap::new()), None);
    }

    #[test]
    fn latin_names_are_told_from_others_and_from_numbers() {
        assert_eq!(["Köln", "12", "中国"].map(is_latin), [true, false, false]);
    }
}
