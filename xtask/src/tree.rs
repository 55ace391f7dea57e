//! The tree of regions: which units and places stand at which level.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization;

use imm_cluster_geodata::format::{AREA, DERIVED, Kind, ROOT, code_of, group_of};
use imm_cluster_geodata::grid::Spot;
use imm_cluster_geodata::ids::{
    ALGERIAN, CHINESE, COUNTRY, GEOBOUNDARIES, GERMAN, JAPANESE, KOREAN, NATURAL_EARTH, OTHER,
    short_hash,
};
use imm_cluster_geodata::pack::Body;
use imm_cluster_geodata::regions::{FAR, Geodata};

use crate::sources::{
    Country, District, Division, GeoNames, Label, Place, Source, Unit, begins_alike, plain,
};
use crate::{Result, interior, lattice, place_corner};

/// The level mapping: per country, first- or second-order unit, the sources of each kind.
pub(crate) struct Levels(HashMap<String, Vec<Vec<String>>>);

impl Levels {
    pub(crate) fn new(rows: &[Vec<String>]) -> Self {
        let sources = |row: &Vec<String>| {
            row[1..]
                .iter()
                .map(|s| s.split('|').map(str::to_owned).collect())
                .collect()
        };
        Self(
            rows.iter()
                .map(|row| (row[0].clone(), sources(row)))
                .collect(),
        )
    }

    /// That of the narrowest of these units that has one.
    fn of(&self, codes: &[&str]) -> &[Vec<String>] {
        let known = codes.iter().find_map(|code| self.0.get(*code));
        known.unwrap_or_else(|| &self.0["*"])
    }
}

pub(crate) struct Context<'a> {
    /// Usual Chinese names of first-order units, by country and English name.
    pub chinese: &'a HashMap<(String, String), String>,
    pub names: &'a GeoNames,
    pub countries: &'a [Country],
    pub levels: &'a Levels,
    pub districts: &'a [District],
    /// Names by code, of what is no first-order unit of `GeoNames`.
    pub others: &'a HashMap<String, Label>,
    pub isos: &'a BTreeSet<String>,
    pub natural: &'a BTreeMap<u16, (String, Option<usize>)>,
    pub everything: &'a [u8],
}

struct Node {
    parent: u32,
    id: u32,
    kind: Kind,
    derived: bool,
    area: bool,
    cc: String,
    label: Label,
}

#[derive(Default)]
struct Tree {
    nodes: Vec<Node>,
    index: HashMap<(u32, u32, u8), u32>,
}

impl Tree {
    fn node(&mut self, node: Node) -> u32 {
        let key = (node.parent, node.id, node.kind as u8);
        if let Some(known) = self.index.get(&key) {
            return *known;
        }
        let index = self.nodes.len() as u32;
        self.nodes.push(node);
        self.index.insert(key, index);
        index
    }

    /// Brings every region right before those within it, so that a look-up reads
    /// neighbours, and tells where each went.
    fn sort(&mut self) -> Vec<u32> {
        let mut below: Vec<Vec<u32>> = vec![Vec::new(); self.nodes.len()];
        let mut open: Vec<u32> = Vec::new();
        for (i, node) in self.nodes.iter().enumerate().rev() {
            match below.get_mut(node.parent as usize) {
                Some(siblings) => siblings.push(i as u32),
                None => open.push(i as u32),
            }
        }
        let (mut to, mut next) = (vec![0; self.nodes.len()], 0);
        while let Some(index) = open.pop() {
            to[index as usize] = next;
            next += 1;
            open.append(&mut below[index as usize]);
        }
        let mut nodes: Vec<(u32, Node)> = to.iter().copied().zip(self.nodes.drain(..)).collect();
        nodes.sort_by_key(|(at, _)| *at);
        self.nodes = nodes.into_iter().map(|(_, node)| node).collect();
        for node in &mut self.nodes {
            node.parent = to.get(node.parent as usize).copied().unwrap_or(ROOT);
        }
        self.index.clear();
        to
    }

    fn above(&self, mut index: u32, mut found: impl FnMut(&Node) -> bool) -> bool {
        while index != ROOT {
            let node = &self.nodes[index as usize];
            if found(node) {
                return true;
            }
            index = node.parent;
        }
        false
    }
}

/// What is computed once about the places.
struct Lore<'a> {
    context: &'a Context<'a>,
    /// The code of a division.
    codes: Vec<&'a str>,
    /// The place that a third- or fourth-order unit is named after.
    seats: HashMap<String, usize>,
    /// The place that a section belongs to.
    whole: HashMap<usize, usize>,
    /// The Chinese district of a place.
    joined: HashMap<usize, usize>,
    /// Korean divisions by first-order unit and name.
    korean: HashMap<(&'a str, &'a str), usize>,
    /// English names of Chinese districts.
    district_names: HashMap<usize, String>,
}

fn unit_key(place: &Place, codes: &[&str], fourth: bool) -> Option<String> {
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

/// How far two points are from each other, by latitude and longitude in degrees.
fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let squeeze = a.0.to_radians().cos();
    ((a.1 - b.1) * squeeze).hypot(a.0 - b.0) * 111_195.0
}

impl<'a> Lore<'a> {
    fn new(context: &'a Context<'a>) -> Self {
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
                let rank = |p: &Place| ((1..=order).contains(&p.seat), p.population);
                let seat = seats.entry(key).or_insert(i);
                if rank(&names.places[*seat]) < rank(place) {
                    *seat = i;
                }
            }
        }
        let mut near: HashMap<(i32, i32), Vec<usize>> = HashMap::new();
        let cell = |p: &Place| ((p.lat * 4.0).floor() as i32, (p.lon * 4.0).floor() as i32);
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
        let mut lore = Self {
            context,
            korean,
            codes,
            seats,
            whole,
            joined: HashMap::new(),
            district_names: HashMap::new(),
        };
        lore.join();
        lore
    }

    /// Joins Chinese places to districts by their names within the prefecture.
    fn join(&mut self) {
        let context = self.context;
        let mut by_prefecture: HashMap<&str, Vec<usize>> = HashMap::new();
        for (i, district) in context.districts.iter().enumerate() {
            by_prefecture
                .entry(&district.prefecture)
                .or_default()
                .push(i);
        }
        let mut count = 0;
        for (i, place) in context
            .names
            .places
            .iter()
            .enumerate()
            .filter(|(_, p)| p.cc == "CN")
        {
            let code = |d: Option<usize>| d.map_or("", |d| self.codes[d]);
            let second = code(place.a2).rsplit('.').next().unwrap_or("");
            let prefectures: &[&str] = match code(place.a1) {
                "CN.22" => &["1101"],
                "CN.28" => &["1201"],
                "CN.23" => &["3101"],
                "CN.33" => &["5001", "5002"],
                _ => &[second],
            };
            let within: Vec<usize> = prefectures
                .iter()
                .filter_map(|p| by_prefecture.get(p))
                .flatten()
                .copied()
                .collect();
            let only = |found: Vec<usize>| {
                if let [one] = found[..] {
                    Some(one)
                } else {
                    None
                }
            };
            let districts = |fits: &dyn Fn(&District) -> bool| {
                only(
                    within
                        .iter()
                        .copied()
                        .filter(|d| fits(&context.districts[*d]))
                        .collect(),
                )
            };
            let han: Vec<&String> = place
                .aliases
                .iter()
                .filter(|a| a.chars().all(|c| c > '\u{2fff}'))
                .collect();
            let stem = |name: &str| -> String {
                let mut stem = name.to_owned();
                for suffix in [
                    "自治县",
                    "自治旗",
                    "街道",
                    "区",
                    "县",
                    "市",
                    "旗",
                    "镇",
                    "乡",
                ] {
                    if let Some(cut) = stem.strip_suffix(suffix).filter(|c| c.chars().count() > 1) {
                        stem = cut.to_owned();
                        break;
                    }
                }
                stem
            };
            let named = districts(&|d| han.iter().any(|a| **a == d.name));
            // The county around a city often has the city's name.
            let whole = place.a2.map(|d| stem(&context.names.divisions[d].label.zh));
            let seat = named.or_else(|| {
                let fits = |d: &District| {
                    let own = stem(&d.name);
                    whole.as_ref() != Some(&own) && han.iter().any(|a| stem(a) == own)
                };
                // So many people are no village of the same name.
                if place.seat > 0 || place.section || place.population >= 100_000 {
                    districts(&fits)
                } else {
                    None
                }
            });
            let found = seat
                .or_else(|| districts(&|d| d.streets.iter().any(|s| han.contains(&s))))
                .or_else(|| {
                    districts(&|d| {
                        d.streets
                            .iter()
                            .any(|s| han.iter().any(|a| stem(a) == stem(s)))
                    })
                });
            if let Some(district) = found {
                count += 1;
                self.joined.insert(i, district);
                if seat.is_some() {
                    let name = crate::sources::bare("CN", &place.name, 2);
                    let known = self
                        .district_names
                        .entry(district)
                        .or_insert_with(|| name.clone());
                    if named.is_some() {
                        *known = name;
                    }
                }
            }
        }
        println!("{count} Chinese places join a district");
    }

    fn division(&self, index: usize) -> (u32, Label) {
        let division = &self.context.names.divisions[index];
        let label = division.label.clone();
        (division.geoname, self.own(division.geoname, label))
    }

    fn place(&self, index: usize) -> (u32, Label) {
        let place = &self.context.names.places[index];
        let label = crate::sources::label(&place.cc, &place.name, &place.aliases, 0);
        (place.geoname, self.own(place.geoname, label))
    }

    /// The label with the names that we know better.
    fn own(&self, geoname: u32, mut label: Label) -> Label {
        if let Some(own) = self.context.others.get(&format!("g{geoname}")) {
            if !own.local.is_empty() {
                label.local.clone_from(&own.local);
            } else if label.local.is_empty() && label.en != own.en {
                label.local.clone_from(&label.en);
            }
            (label.en, label.zh) = (own.en.clone(), own.zh.clone());
        }
        label
    }

    /// What a source says of a unit and, where it needs one, of a place in it.
    fn resolve(&self, source: &str, unit: &Unit, place: Option<usize>) -> Option<(u32, Label)> {
        let second = unit.source == Source::GeoBoundaries && unit.second;
        let details = |index: usize| &self.context.names.places[index];
        let unit_a1 = unit.a1;
        match source {
            "a1" => match unit.a1 {
                Some(a1) => Some(self.division(a1)),
                None if unit.source == Source::NaturalEarth && !unit.label.en.is_empty() => {
                    Some((NATURAL_EARTH | unit.id, unit.label.clone()))
                }
                None => Some(self.division(details(place?).a1?)),
            },
            "k2" | "k3" | "k4" => {
                let unit = unit.korean.as_ref()?;
                let (code, name) = match source {
                    // The districts of a city share all but the last digit.
                    "k2" if !unit.district.is_empty() => (unit.code / 10_000 * 10, &unit.city),
                    "k2" => (unit.code / 1000, &unit.city),
                    "k3" => (
                        unit.code / 1000,
                        if unit.district.is_empty() {
                            &unit.city
                        } else {
                            &unit.district
                        },
                    ),
                    _ => (unit.code, &unit.township),
                };
                let known = self.korean.get(&(
                    self.codes.get(unit_a1?).copied().unwrap_or(""),
                    name.as_str(),
                ));
                if let (Some(division), "k2" | "k3") = (known, source) {
                    return Some(self.division(*division));
                }
                let mut en = crate::sources::romanized(name);
                if source == "k2" {
                    en = crate::sources::bare("KR", &en, 2);
                }
                let label = Label {
                    en,
                    zh: String::new(),
                    local: name.clone(),
                };
                Some((KOREAN | code, label)).filter(|_| !name.is_empty())
            }
            "state" => {
                let municipality = unit.municipality.as_ref()?;
                let mut label = municipality.state_label.clone()?;
                let same = |d: &&Division| {
                    d.order == 1 && d.label.en == label.en && d.aliases.contains(&label.local)
                };
                let known = self.context.names.divisions.iter().find(same);
                label.zh = known.map_or(String::new(), |d| d.label.zh.clone());
                Some((ALGERIAN | municipality.state, label))
            }
            "county" | "municipality" | "ward" => {
                let municipality = unit.municipality.as_ref()?;
                let (code, label) = match source {
                    "county" => municipality.county.as_ref()?,
                    "ward" => municipality.ward.as_ref()?,
                    _ => &municipality.city,
                };
                let whose = match unit.group.as_str() {
                    "JP" => JAPANESE,
                    "DE" => GERMAN,
                    _ => ALGERIAN,
                };
                let mut label = label.clone();
                if whose == JAPANESE && label.zh.is_empty() {
                    label.zh = crate::sources::from_japanese(&label.local);
                }
                let key = format!("{}.{code}", unit.group);
                if let Some(own) = self.context.others.get(&key) {
                    (label.en, label.zh) = (own.en.clone(), own.zh.clone());
                }
                Some((whose | code, label))
            }
            // A number is no name, nor one in another script an English one.
            "unit" if unit.a2.is_none() && !is_latin(&unit.label.en) => None,
            "unit" if second => Some(if let Some(a2) = unit.a2 {
                self.division(a2)
            } else {
                let key = format!("{}.{}", unit.cc, unit.label.en);
                let better = self.context.others.get(&key);
                let mut label = better.unwrap_or(&unit.label).clone();
                let bare = crate::sources::bare(&unit.cc, &label.en, 2);
                let whole = std::mem::replace(&mut label.en, bare);
                if label.local.is_empty() && whole != label.en {
                    label.local = whole;
                }
                (GEOBOUNDARIES | unit.id, label)
            }),
            "ne" if unit.source == Source::NaturalEarth => Some(match unit.a2 {
                Some(a2) => (self.division(a2).0, unit.label.clone()),
                None => (NATURAL_EARTH | unit.id, unit.label.clone()),
            }),
            "a2" if unit.a2.is_some() && second => Some(self.division(unit.a2?)),
            "a2" => {
                let a2 = details(place?).a2?;
                // A place may be counted to the province beside it.
                let code = |d: usize| self.codes.get(d).copied().unwrap_or("");
                let within = |a1| code(a2).starts_with(&format!("{}.", code(a1)));
                unit_a1.is_none_or(within).then(|| self.division(a2))
            }
            "a3" | "a4" => {
                let key = unit_key(details(place?), &self.codes, source == "a4")?;
                Some(self.place(*self.seats.get(&key)?))
            }
            "district" => {
                let place = details(place?);
                let key = format!("{}.{}", place.cc, place.a3);
                let label = self.context.others.get(&key)?.clone();
                Some((OTHER | short_hash(&key), label))
            }
            "place" => {
                let place = place?;
                Some(self.place(self.whole.get(&place).copied().unwrap_or(place)))
            }
            "nearest" => Some(self.place(place?)),
            "section" => Some(self.place(place.filter(|p| details(*p).section)?)),
            "join" => {
                let index = *self.joined.get(&place?)?;
                let district = &self.context.districts[index];
                // A place may be the seat and have a name of its own.
                let latin = crate::pinyin::district(&district.name);
                let start = |name: &str| name.to_lowercase().chars().take(2).collect::<String>();
                let known = self.district_names.get(&index);
                let known = known.filter(|n| start(n) == start(&latin) && !n.contains(' '));
                let en = known.cloned().unwrap_or(latin);
                let label = Label {
                    en,
                    zh: district.name.clone(),
                    local: district.name.clone(),
                };
                Some((CHINESE | district.code, label))
            }
            _ => {
                let geoname: u32 = source.strip_prefix('=')?.parse().ok()?;
                let places = &self.context.names.places;
                let found = places.binary_search_by_key(&geoname, |place| place.geoname);
                Some(self.place(found.ok()?))
            }
        }
    }

    fn needs_place(source: &str, unit: &Unit) -> bool {
        source == "a1" && unit.a1.is_none()
            || matches!(
                source,
                "a2" | "a3" | "a4" | "district" | "place" | "nearest" | "section" | "join"
            )
    }

    /// The node of a unit, and of a place in it.
    fn grow(&self, tree: &mut Tree, unit: &Unit, place: Option<usize>) -> u32 {
        let country = self.context.countries.iter().find(|c| c.iso == unit.cc);
        let label = country.map_or_else(
            || Label {
                en: unit.cc.clone(),
                ..Label::default()
            },
            |c| c.label.clone(),
        );
        let spaced = |name: String| name.split_whitespace().collect::<Vec<_>>().join(" ");
        let root = |parent, id, kind, derived, area, label: Label| Node {
            parent,
            id,
            kind,
            derived,
            area,
            cc: unit.cc.clone(),
            label: Label {
                en: spaced(label.en),
                zh: spaced(label.zh),
                local: spaced(label.local),
            },
        };
        let id = COUNTRY | u32::from(group_of(&unit.cc).unwrap_or(0));
        let mut node = tree.node(root(ROOT, id, Kind::Country, false, true, label));
        let code = |division: Option<usize>| division.map_or("", |d| self.codes[d]);
        let levels = self
            .context
            .levels
            .of(&[code(unit.a2), code(unit.a1), &unit.cc]);
        for (sources, kind) in levels.iter().zip(&Kind::ALL[1..]) {
            let mut found = None;
            for source in sources {
                if source == "parent" {
                    let above = &tree.nodes[node as usize];
                    found = Some((above.id, above.label.clone(), true, above.area));
                } else if let Some((id, label)) = self.resolve(source, unit, place) {
                    // What only repeats a wider region says nothing new.
                    let repeats = tree.above(node, |n| {
                        n.id == id && n.kind != Kind::County
                            || *kind > Kind::City
                                && n.kind >= Kind::City
                                && (plain(&n.label.en) == plain(&label.en)
                                    || unit.cc == "CN" && begins_alike(&n.label.zh, &label.zh))
                                && matches!(source.as_str(), "place" | "nearest")
                    });
                    if repeats && *kind == Kind::City && source == "place" {
                        let above = &tree.nodes[node as usize];
                        found = Some((above.id, above.label.clone(), true, above.area));
                        break;
                    }
                    if repeats {
                        continue;
                    }
                    found = Some((id, label, false, matches!(source.as_str(), "a1" | "a2")));
                } else if place.is_none() && Self::needs_place(source, unit) {
                    return node;
                }
                if found.is_some() {
                    break;
                }
            }
            if let Some((id, label, derived, area)) = found {
                node = tree.node(root(node, id, *kind, derived, area, label));
            }
        }
        node
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
fn divide(context: &Context, units: &mut [Unit], look: &Geodata) -> Result<()> {
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
                let away = |place: &&Place| metres(place.at(), here);
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
fn translate(context: &Context, units: &mut [Unit], look: &Geodata) {
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
        let stem = |name: &str| name.trim_end_matches(['市', '町', '村', '区']).to_owned();
        let (code, label) = &municipality.city;
        let own = stem(&label.local);
        let same = |name: &String| stem(name) == own;
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
        let better = context.others.get(&format!("g{}", place.geoname));
        let label = better.cloned().unwrap_or(label);
        if unit.group == "DE" {
            own.en = label.en;
        }
        own.zh = label.zh;
    }
}

/// The names, the tree, the units and their places for one file.
pub(crate) fn grow(context: &Context, units: &mut [Unit], lookup: &[u8]) -> Result<Body> {
    let look = crate::opened(lookup)?;
    divide(context, units, &look)?;
    translate(context, units, &look);
    let lore = Lore::new(context);
    let mut tree = Tree::default();
    let groups: BTreeSet<&str> = units.iter().map(|u| u.group.as_str()).collect();
    let own: Vec<u32> = units
        .iter()
        .map(|unit| lore.grow(&mut tree, unit, None))
        .collect();
    let mut places: Vec<Vec<(u32, u32, u32)>> = vec![Vec::new(); units.len()];
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
        let agrees = |u: &Unit| {
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
            let node = lore.grow(&mut tree, &units[usize::from(unit)], Some(i));
            let (x, y) = place_corner(place);
            places[usize::from(unit)].push((x, y, node));
        }
    }
    // A unit without a place has those close to it.
    let bare: Vec<usize> = (0..units.len()).filter(|i| places[*i].is_empty()).collect();
    let mut of_country: HashMap<&str, Vec<(usize, &Place)>> = HashMap::new();
    for (i, place) in context.names.places.iter().enumerate() {
        of_country.entry(&place.cc).or_default().push((i, place));
    }
    for i in bare {
        let unit = &units[i];
        let all = of_country.get(unit.cc.as_str()).map_or(&[][..], |all| all);
        let Some(spot) = interior(&unit.polygons) else {
            continue;
        };
        let same = |p: &Place| unit.a2.is_none() || p.a2.is_none() || p.a2 == unit.a2;
        let of_unit = |p: &Place| unit.a1.is_some() && p.a1 == unit.a1 && same(p);
        let reach = if unit.source == Source::NaturalEarth {
            0.3
        } else {
            0.1
        };
        let (lat, lon) = spot.degrees();
        let away = |p: &Place| ((p.lon - lon) * lat.to_radians().cos()).hypot(p.lat - lat);
        let close = |(_, p): &&(usize, &Place)| of_unit(p) && away(p) < reach;
        let mut near: Vec<(usize, &Place)> = all.iter().filter(close).copied().collect();
        near.sort_by(|a, b| away(a.1).total_cmp(&away(b.1)));
        for (index, place) in near.into_iter().take(8) {
            let node = lore.grow(&mut tree, unit, Some(index));
            let (x, y) = place_corner(place);
            places[i].push((x, y, node));
        }
    }
    println!(
        "  {} nodes, {moved} places moved to a neighbour, {lost} left out",
        tree.nodes.len()
    );
    let to = tree.sort();
    let mut body = Body {
        groups: vec![0; 676 * 4],
        ..Body::default()
    };
    for (i, ((unit, node), mut list)) in units.iter().zip(own).zip(places).enumerate() {
        balance(&mut list, true);
        let first = (body.places.len() / 12) as u32;
        for (x, y, node) in &list {
            for word in [x, y, &to[*node as usize]] {
                body.places.extend(word.to_le_bytes());
            }
        }
        let group = group_of(&unit.group).ok_or("no group")?;
        let bounds = &mut body.groups[usize::from(group) * 4..][..4];
        if bounds == [0; 4] {
            bounds[..2].copy_from_slice(&u16::try_from(i)?.to_le_bytes());
        }
        bounds[2..].copy_from_slice(&u16::try_from(i + 1)?.to_le_bytes());
        body.units.extend(to[node as usize].to_le_bytes());
        body.units.extend(first.to_le_bytes());
        body.units.extend((list.len() as u32).to_le_bytes());
    }
    let mut offsets: HashMap<String, u32> = HashMap::from([(String::new(), 0)]);
    body.names.push(0);
    let mut name = |text: &str, names: &mut Vec<u8>| -> u32 {
        let visible = text
            .chars()
            .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}'));
        let text: String = visible.nfc().collect();
        let text = if text.len() > 127 { "" } else { text.as_str() };
        *offsets.entry(text.to_owned()).or_insert_with(|| {
            let at = names.len() as u32;
            names.push(text.len() as u8);
            names.extend(text.bytes());
            at
        })
    };
    for node in &tree.nodes {
        let label = &node.label;
        let en = if label.en.is_empty() {
            &label.local
        } else {
            &label.en
        };
        let usual = || context.chinese.get(&(node.cc.clone(), en.nfc().collect()));
        let lacks = node.kind == Kind::Province && label.zh.is_empty();
        let zh = lacks.then(usual).flatten().unwrap_or(&label.zh).as_str();
        body.nodes.extend(node.parent.to_le_bytes());
        body.nodes.extend(node.id.to_le_bytes());
        body.nodes.extend([
            node.kind as u8,
            (u8::from(node.derived) * DERIVED) | (u8::from(node.area) * AREA),
        ]);
        body.nodes.extend(node.cc.bytes());
        for text in [
            en.as_str(),
            zh,
            if label.local == *en {
                ""
            } else {
                label.local.as_str()
            },
        ] {
            body.nodes.extend(name(text, &mut body.names).to_le_bytes());
        }
    }
    Ok(body)
}

/// Orders places so that the middle of each slice divides it, by longitude and
/// latitude in turn.
fn balance(places: &mut [(u32, u32, u32)], by_longitude: bool) {
    if places.len() < 2 {
        return;
    }
    places.sort_unstable_by_key(|p| {
        if by_longitude {
            (p.0, p.1, p.2)
        } else {
            (p.1, p.0, p.2)
        }
    });
    let middle = places.len() / 2;
    balance(&mut places[..middle], !by_longitude);
    balance(&mut places[middle + 1..], !by_longitude);
}
