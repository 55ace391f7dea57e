//! The tree of regions as it is read: which of the regions that the sources know stand at
//! which level, by what they are called there, as the tables have it.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::format::{AREA, DERIVED, MAGIC, NodeKind, PLACE_SIZE, ROOT, code_of};
use crate::ids::{ALGERIAN, COUNTRY, GERMAN, JAPANESE, OTHER, parse, short_hash};
use crate::records::put;
use crate::sources::{OfPlace, OfUnit, SourcePlace, SourceUnit, Sources};
use crate::tables::{Label, Tables};

/// A file as it is read: see [`crate::regions`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grown {
    /// Units, places and groups.
    pub regions: Vec<u8>,
    /// The text of all names.
    pub names: Vec<u8>,
}

/// A node while the tree grows.
struct GrowingNode {
    parent: u32,
    id: u32,
    kind: NodeKind,
    derived: bool,
    area: bool,
    country: u16,
    /// The number of its label.
    label: usize,
}

#[derive(Default)]
struct Tree {
    nodes: Vec<GrowingNode>,
    index: HashMap<(u32, u32, NodeKind), u32>,
}

impl Tree {
    fn node(&mut self, node: GrowingNode) -> u32 {
        let key = (node.parent, node.id, node.kind);
        if let Some(known) = self.index.get(&key) {
            return *known;
        }
        let index = number(self.nodes.len());
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
                Some(siblings) => siblings.push(number(i)),
                None => open.push(number(i)),
            }
        }
        let (mut to, mut next) = (vec![0; self.nodes.len()], 0);
        while let Some(index) = open.pop() {
            to[index as usize] = next;
            next += 1;
            open.append(&mut below[index as usize]);
        }
        let mut nodes: Vec<(u32, GrowingNode)> =
            to.iter().copied().zip(self.nodes.drain(..)).collect();
        nodes.sort_by_key(|(at, _)| *at);
        self.nodes = nodes.into_iter().map(|(_, node)| node).collect();
        for node in &mut self.nodes {
            node.parent = to.get(node.parent as usize).copied().unwrap_or(ROOT);
        }
        self.index.clear();
        to
    }

    fn above(&self, mut index: u32, mut found: impl FnMut(&GrowingNode) -> bool) -> bool {
        while let Some(node) = self.nodes.get(index as usize) {
            if found(node) {
                return true;
            }
            index = node.parent;
        }
        false
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A name without the marks on its letters.
fn plain(name: &str) -> String {
    name.nfd().filter(|c| !is_combining_mark(*c)).collect()
}

/// Whether Chinese names have the same first characters: the last says what it is.
fn begins_alike(a: &str, b: &str) -> bool {
    !a.is_empty() && a.chars().take(2).eq(b.chars().take(2))
}

/// The identifiers that a key of `names.tsv` may stand for: itself one, or a country and the
/// country's own number of a municipality or code of a district.
fn identifiers(key: &str) -> [Option<u32>; 2] {
    let municipal = |(country, code): (&str, &str)| {
        let whose = match country {
            "JP" => JAPANESE,
            "DE" => GERMAN,
            "DZ" => ALGERIAN,
            _ => return None,
        };
        Some(whose | code.parse::<u32>().ok()?)
    };
    match key.split_once('.') {
        None => [parse(key), None],
        Some(parts) => [Some(OTHER | short_hash(key)), municipal(parts)],
    }
}

/// Whether a key of `names.tsv` names a region of the sources.
pub fn is_known(sources: &Sources, key: &str) -> bool {
    let ids = identifiers(key);
    (sources.regions.iter()).any(|region| region.key == key || ids.contains(&Some(region.id)))
}

/// Puts a better name over one of the sources. What the source had for English is local
/// then, where it has no local name.
fn correct(label: &mut Label, better: &Label) {
    if !better.local.is_empty() {
        label.local.clone_from(&better.local);
    } else if label.local.is_empty() && label.en != better.en {
        label.local.clone_from(&label.en);
    }
    label.en.clone_from(&better.en);
    label.zh.clone_from(&better.zh);
}

/// The sources with the names of the tables.
struct Grower<'a> {
    sources: &'a Sources,
    tables: &'a Tables,
    /// The labels of all regions, then those of countries that have none.
    labels: Vec<Label>,
    /// The first region of each identifier.
    by_id: HashMap<u32, usize>,
}

impl<'a> Grower<'a> {
    fn new(sources: &'a Sources, tables: &'a Tables) -> Self {
        let mut by_id: HashMap<u32, &Label> = HashMap::new();
        for (key, label) in &tables.names {
            by_id.extend(identifiers(key).into_iter().flatten().map(|id| (id, label)));
        }
        let label = |region: &crate::sources::SourceRegion| {
            let mut label = region.label.clone();
            let by_key = tables.names.get(&region.key);
            let better = [by_key, by_id.get(&region.id).copied()];
            for better in better.into_iter().flatten() {
                correct(&mut label, better);
            }
            label
        };
        let ids = sources.regions.iter().enumerate().rev();
        Self {
            sources,
            tables,
            labels: sources.regions.iter().map(label).collect(),
            by_id: ids.map(|(i, region)| (region.id, i)).collect(),
        }
    }

    /// The region of a country, made where no source has one.
    fn country(&mut self, group: u16) -> (u32, usize) {
        let id = COUNTRY | u32::from(group);
        let labels = &mut self.labels;
        let label = *self.by_id.entry(id).or_insert_with(|| {
            labels.push(Label {
                en: code_of(group),
                ..Label::default()
            });
            labels.len() - 1
        });
        (id, label)
    }

    fn key(&self, region: Option<u32>) -> &'a str {
        let region = region.and_then(|region| self.sources.regions.get(region as usize));
        region.map_or("", |region| &region.key)
    }

    /// What a source of `levels.tsv` says of a unit and, where it needs one, of a place in
    /// it: the number of a region.
    fn resolve(
        &self,
        source: &str,
        unit: &SourceUnit,
        place: Option<&SourcePlace>,
    ) -> Option<usize> {
        let of = |of: OfUnit| unit.regions[of as usize];
        let at = |of: OfPlace| place?.regions[of as usize];
        let region = match source {
            "a1" => of(OfUnit::First)
                .or(of(OfUnit::Natural))
                .or_else(|| at(OfPlace::First)),
            "a2" => of(OfUnit::Second)
                .filter(|_| unit.second)
                .or_else(|| at(OfPlace::Second)),
            "a3" => at(OfPlace::Third),
            "a4" => at(OfPlace::Fourth),
            "unit" => of(OfUnit::Unit).filter(|_| unit.second),
            "ne" => of(OfUnit::Map),
            "k2" => of(OfUnit::KoreanCity),
            "k3" => of(OfUnit::KoreanDistrict),
            "k4" => of(OfUnit::KoreanTownship),
            "state" => of(OfUnit::State),
            "county" => of(OfUnit::County),
            "municipality" => of(OfUnit::Municipality),
            "ward" => of(OfUnit::Ward),
            // It is known by its code alone: the table has the name.
            "district" => {
                at(OfPlace::District).filter(|region| !self.labels[*region as usize].en.is_empty())
            }
            "place" => at(OfPlace::Whole),
            "nearest" => at(OfPlace::Itself),
            "section" => at(OfPlace::Itself).filter(|_| place.is_some_and(|place| place.section)),
            "join" => at(OfPlace::Chinese),
            _ => {
                let geoname: u32 = source.strip_prefix('=')?.parse().ok()?;
                return self.by_id.get(&geoname).copied();
            }
        };
        region.map(|region| region as usize)
    }

    fn needs_place(source: &str, unit: &SourceUnit) -> bool {
        source == "a1" && unit.regions[OfUnit::First as usize].is_none()
            || matches!(
                source,
                "a2" | "a3" | "a4" | "district" | "place" | "nearest" | "section" | "join"
            )
    }

    /// The node of a unit, and of a place in it.
    fn grow(&mut self, tree: &mut Tree, unit: &SourceUnit, place: Option<&SourcePlace>) -> u32 {
        let node = |parent, id, kind, derived, area, label| GrowingNode {
            parent,
            id,
            kind,
            derived,
            area,
            country: unit.country,
            label,
        };
        let (id, label) = self.country(unit.country);
        let mut at = tree.node(node(ROOT, id, NodeKind::Country, false, true, label));
        let [first, second] =
            [OfUnit::First, OfUnit::Second].map(|of| self.key(unit.regions[of as usize]));
        let tables = self.tables;
        let levels = tables.levels.of([second, first, &code_of(unit.country)]);
        let chinese = unit.country == crate::format::group_of("CN").unwrap_or(0);
        for (sources, kind) in levels.iter().zip(&NodeKind::ALL[1..]) {
            let mut found = None;
            for source in sources {
                let above = &tree.nodes[at as usize];
                let repeated = (above.id, above.label, true, above.area);
                if source == "parent" {
                    found = Some(repeated);
                } else if let Some(region) = self.resolve(source, unit, place) {
                    let (id, label) = (self.sources.regions[region].id, &self.labels[region]);
                    let of_place = matches!(source.as_str(), "place" | "nearest");
                    // What only repeats a wider region says nothing new.
                    let repeats = tree.above(at, |n| {
                        let other = &self.labels[n.label];
                        n.id == id && n.kind != NodeKind::County
                            || *kind > NodeKind::City
                                && n.kind >= NodeKind::City
                                && of_place
                                && (plain(&other.en) == plain(&label.en)
                                    || chinese && begins_alike(&other.zh, &label.zh))
                    });
                    if repeats && *kind == NodeKind::City && source == "place" {
                        found = Some(repeated);
                        break;
                    }
                    if repeats {
                        continue;
                    }
                    found = Some((id, region, false, matches!(source.as_str(), "a1" | "a2")));
                } else if place.is_none() && Self::needs_place(source, unit) {
                    return at;
                }
                if found.is_some() {
                    break;
                }
            }
            if let Some((id, label, derived, area)) = found {
                at = tree.node(node(at, id, *kind, derived, area, label));
            }
        }
        at
    }

    /// The regions as they are read, and where each is.
    fn write(&self, tree: &Tree) -> (String, Vec<u32>) {
        let (mut text, mut places) = (String::new(), Vec::new());
        for node in &tree.nodes {
            let label = &self.labels[node.label];
            let en = [&label.en, &label.local][usize::from(label.en.is_empty())];
            let code = code_of(node.country);
            let flags = u8::from(node.derived) * DERIVED + u8::from(node.area) * AREA;
            let lacks = node.kind == NodeKind::Province && label.zh.is_empty();
            let usual = lacks.then(|| self.tables.chinese.get(&(code.clone(), en.clone())));
            let zh = usual.flatten().unwrap_or(&label.zh);
            let local = if label.local == *en { "" } else { &label.local };
            let parent = places.get(node.parent as usize).copied().unwrap_or(ROOT);
            let names = [en, zh, local];
            places.push(put(&mut text, parent, node.id, node.kind, flags, names));
            if node.kind == NodeKind::Country {
                text.push_str(&code);
            }
        }
        (text, places)
    }
}

/// The file of regions that the tables make of the sources.
pub fn grow(sources: &Sources, tables: &Tables) -> Grown {
    let mut grower = Grower::new(sources, tables);
    let mut tree = Tree::default();
    let units = &sources.units;
    let own: Vec<u32> = (units.iter())
        .map(|unit| grower.grow(&mut tree, unit, None))
        .collect();
    // In the order of their identifiers, so that regions do not depend on the order of units.
    let mut order: Vec<(bool, u32, usize, usize)> = Vec::new();
    for (i, unit) in units.iter().enumerate() {
        for (j, place) in unit.places.iter().enumerate() {
            let itself = place.regions[OfPlace::Itself as usize].filter(|_| !place.outside);
            let id = itself.map_or(0, |region| sources.regions[region as usize].id);
            order.push((place.outside, id, i, j));
        }
    }
    order.sort_unstable();
    let mut lists: Vec<Vec<(u32, u32, u32)>> = vec![Vec::new(); units.len()];
    for (_, _, i, j) in order {
        let place = &units[i].places[j];
        let node = grower.grow(&mut tree, &units[i], Some(place));
        lists[i].push((place.x, place.y, node));
    }
    let to = tree.sort();
    let (regions, at) = grower.write(&tree);
    let node = |index: u32| at[to[index as usize] as usize];
    let (mut kept, mut firsts, mut places) = (Vec::new(), Vec::new(), Vec::new());
    let mut groups = vec![[0; 2]; 676];
    for (i, (unit, mut list)) in units.iter().zip(lists).enumerate() {
        balance(&mut list, true);
        kept.extend(node(own[i]).to_le_bytes());
        firsts.extend(number(places.len() / PLACE_SIZE).to_le_bytes());
        for (x, y, index) in list {
            let record = [x, y, node(index)];
            places.extend(record.into_iter().flat_map(u32::to_le_bytes));
        }
        if let (Some(bounds), Ok(i)) = (groups.get_mut(usize::from(unit.group)), u16::try_from(i)) {
            if *bounds == [0; 2] {
                bounds[0] = i;
            }
            bounds[1] = i + 1;
        }
    }
    firsts.extend(number(places.len() / PLACE_SIZE).to_le_bytes());
    let groups = groups.into_iter().flatten().flat_map(u16::to_le_bytes);
    Grown {
        regions: assemble(&[kept, firsts, places, groups.collect()]),
        names: regions.into_bytes(),
    }
}

/// Orders places so that the middle of each slice divides it, by longitude and
/// latitude in turn: a balanced k-d tree.
pub fn balance<T: Ord + Copy>(places: &mut [(u32, u32, T)], by_longitude: bool) {
    if places.len() < 2 {
        return;
    }
    places.sort_unstable_by_key(|(x, y, node)| {
        let (first, second) = if by_longitude { (x, y) } else { (y, x) };
        (*first, *second, *node)
    });
    let middle = places.len() / 2;
    balance(&mut places[..middle], !by_longitude);
    balance(&mut places[middle + 1..], !by_longitude);
}

/// The table of sections and the sections, each at a multiple of eight bytes.
fn assemble(sections: &[Vec<u8>]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let mut at = MAGIC.len() + sections.len() * 8;
    for section in sections {
        at = at.next_multiple_of(8);
        out.extend(number(at).to_le_bytes());
        out.extend(number(section.len()).to_le_bytes());
        at += section.len();
    }
    for section in sections {
        out.resize(out.len().next_multiple_of(8), 0);
        out.extend(section);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::group_of;
    use crate::regions::Geodata;
    use crate::sources::{OF_PLACE, OF_UNIT, SourceRegion};

    fn region(id: u32, key: &str, en: &str) -> SourceRegion {
        SourceRegion {
            id,
            key: key.to_owned(),
            label: Label {
                en: en.to_owned(),
                ..Label::default()
            },
        }
    }

    /// A unit of France in a province, with a town and a section of it.
    fn sources() -> Sources {
        let regions = vec![
            region(COUNTRY | u32::from(group_of("FR").unwrap()), "", "France"),
            region(10, "FR.11", "Ile-de-France"),
            region(20, "", "Paris"),
            region(30, "", "Belleville"),
            region(OTHER | short_hash("FR.7"), "", ""),
        ];
        let place = |itself, whole, x| {
            let mut of = [None; OF_PLACE];
            of[OfPlace::Itself as usize] = Some(itself);
            of[OfPlace::Whole as usize] = Some(whole);
            of[OfPlace::District as usize] = Some(4);
            SourcePlace {
                x,
                y: x,
                section: itself != whole,
                outside: false,
                regions: of,
            }
        };
        let mut of = [None; OF_UNIT];
        of[OfUnit::First as usize] = Some(1);
        let unit = SourceUnit {
            country: group_of("FR").unwrap(),
            group: group_of("FR").unwrap(),
            regions: of,
            places: vec![place(3, 2, 7), place(2, 2, 5)],
            ..SourceUnit::default()
        };
        Sources {
            regions,
            units: vec![unit],
            ..Sources::default()
        }
    }

    /// All paths of the tree, in English with what is Chinese in brackets.
    fn paths(levels: &str, names: &str, chinese: &str) -> Vec<String> {
        let tables = Tables::parse([levels, names, chinese, "", ""]).unwrap();
        let grown = grow(&sources(), &tables);
        let none = crate::grid::Grid::open(&[0; 12]).unwrap().layer(0);
        let names = str::from_utf8(&grown.names).unwrap();
        let file = Geodata::open(&grown.regions, names, [none; 2]).unwrap();
        let path = |mut index| {
            let mut path = Vec::new();
            while let Some(node) = file.node(index) {
                let [en, zh, local] = node.names();
                let more = [zh, local].concat();
                let more = if more.is_empty() {
                    more
                } else {
                    format!(" ({more})")
                };
                path.push(format!("{en}{more}"));
                index = node.parent;
            }
            path.reverse();
            path.join(" / ")
        };
        file.nodes.all().map(|(at, _)| path(at)).collect()
    }

    const USUAL: &str = "*\ta1\t-\tplace\tsection\t-\n";

    #[test]
    fn levels_say_what_stands_where() {
        assert_eq!(
            paths(USUAL, "", ""),
            [
                "France",
                "France / Ile-de-France",
                "France / Ile-de-France / Paris",
                "France / Ile-de-France / Paris / Belleville",
            ]
        );
        let of_country = "*\ta1\t-\tplace\t-\t-\nFR\tparent\t-\tnearest\t-\t-\n";
        assert_eq!(
            paths(of_country, "", ""),
            [
                "France",
                "France / France",
                "France / France / Paris",
                "France / France / Belleville",
            ]
        );
        let of_province = "*\ta1\t-\tplace\t-\t-\nFR.11\ta1\t-\t=20\t-\t-\n";
        let of_province = paths(of_province, "", "");
        assert_eq!(
            of_province.last().unwrap(),
            "France / Ile-de-France / Paris"
        );
    }

    #[test]
    fn names_come_by_key_and_by_identifier() {
        let names = "FR.11\tÎle-de-France\t法兰西岛\ng20\tParis\t巴黎\tPaname\nFR\tFrance\t法国\n";
        assert_eq!(
            paths(USUAL, names, "")[..3],
            [
                "France (法国)",
                "France (法国) / Île-de-France (法兰西岛Ile-de-France)",
                "France (法国) / Île-de-France (法兰西岛Ile-de-France) / Paris (巴黎Paname)",
            ]
        );
        let chinese = "FR\tIle-de-France\t法兰西岛\nFR\tParis\t巴黎\n";
        assert_eq!(
            paths(USUAL, "", chinese)[2],
            "France / Ile-de-France (法兰西岛) / Paris"
        );
    }

    #[test]
    fn a_district_is_there_when_it_has_a_name() {
        let levels = "*\ta1\t-\tdistrict|place\t-\t-\n";
        assert_eq!(
            paths(levels, "", "").last().unwrap(),
            "France / Ile-de-France / Paris"
        );
        assert_eq!(
            paths(levels, "FR.7\tCentre\t\n", "").last().unwrap(),
            "France / Ile-de-France / Centre"
        );
    }

    #[test]
    fn what_is_kept_is_what_was_gathered() {
        let sources = sources();
        assert_eq!(Sources::unpack(&sources.pack()), Some(sources));
        assert_eq!(Sources::unpack(b"IMMGEO02"), None);
    }

    #[test]
    fn places_are_balanced() {
        let mut places: Vec<(u32, u32, u32)> = (0..7).map(|i| (i, 7 - i, i)).collect();
        balance(&mut places, true);
        assert_eq!(places[3].0, 3);
        assert!(places[..3].iter().all(|place| place.0 < 3));
    }
}
