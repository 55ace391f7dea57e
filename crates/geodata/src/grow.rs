//! The tree of regions as it is read: which of the regions that the sources know stand at
//! which level, by what they are called there, as the tables have it.

use std::collections::HashMap;

use crate::format::{AREA, DERIVED, MAGIC, NodeKind, PLACE_SIZE, POINTS, ROOT, code_of};
use crate::grid;
use crate::ids::{COUNTRY, identifiers};
use crate::namesakes::{GrownPlace, KnownPaths, settle};
use crate::nodes::{GrowingNode, Tree, number, plain};
use crate::records::{Record, put};
use crate::sources::{OfPlace, OfUnit, SourcePlace, SourceUnit, Sources};
use crate::tables::{Label, Part, Tables};

/// A file as it is read: see [`crate::regions`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grown {
    /// Units, places and groups.
    pub regions: Vec<u8>,
    /// The text of all names.
    pub names: Vec<u8>,
}

/// Whether Chinese names have the same first characters: the last says what it is.
fn begins_alike(a: &str, b: &str) -> bool {
    !a.is_empty() && a.chars().take(2).eq(b.chars().take(2))
}

/// Whether a key of `names.tsv` names a region of the sources.
pub fn is_known(sources: &Sources, key: &str) -> bool {
    let ids = identifiers(key);
    (sources.regions.iter()).any(|region| region.key == key || ids.contains(&Some(region.id)))
}

/// Puts a better name over one of the sources. What the source had for English is local
/// then, where it has no local name; its Chinese name stays where there is no better one.
fn correct(label: &mut Label, better: &Label) {
    if !better.local.is_empty() {
        label.local.clone_from(&better.local);
    } else if label.local.is_empty() && label.en != better.en {
        label.local.clone_from(&label.en);
    }
    label.en.clone_from(&better.en);
    if !better.zh.is_empty() {
        label.zh.clone_from(&better.zh);
    }
}

/// What stands at a level.
enum Standing {
    Region {
        id: u32,
        label: usize,
        flags: u8,
    },
    Unknown,
    /// A place of the unit says it.
    NeedsPlace,
}

/// What `metropolises.tsv` says of each region: the number of the row, and the part.
fn parts<'a>(sources: &Sources, tables: &'a Tables) -> HashMap<u32, Vec<(usize, &'a Part)>> {
    let mut by_key: HashMap<&str, Vec<(usize, &Part)>> = HashMap::new();
    let mut by_id: HashMap<u32, Vec<(usize, &Part)>> = HashMap::new();
    for (i, metropolis) in tables.metropolises.iter().enumerate() {
        for part in &metropolis.parts {
            by_key.entry(&part.region).or_default().push((i, part));
            for id in identifiers(&part.region).into_iter().flatten() {
                by_id.entry(id).or_default().push((i, part));
            }
        }
    }
    let mut parts: HashMap<u32, Vec<(usize, &Part)>> = HashMap::new();
    for (i, region) in (0..).zip(&sources.regions) {
        let of_region = [by_key.get(region.key.as_str()), by_id.get(&region.id)];
        let of_region: Vec<_> = of_region.into_iter().flatten().flatten().copied().collect();
        if !of_region.is_empty() {
            parts.insert(i, of_region);
        }
    }
    parts
}

/// The sources with the names of the tables.
struct Grower<'a> {
    sources: &'a Sources,
    tables: &'a Tables,
    /// The labels of all regions, then those of countries that have none.
    labels: Vec<Label>,
    /// The first region of each identifier.
    by_id: HashMap<u32, usize>,
    /// What `metropolises.tsv` says of regions: the number of the row, and the part.
    parts: HashMap<u32, Vec<(usize, &'a Part)>>,
}

/// Whether a place lies near to a point.
#[expect(clippy::cast_precision_loss, reason = "millionths of degrees")]
fn is_around(place: &SourcePlace, (lat, lon, metres): (i64, i64, i64)) -> bool {
    let centre = (lat as f64 / 1e6, lon as f64 / 1e6);
    grid::metres(centre, grid::degrees((place.x, place.y))) <= metres as f64
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
            if let Some(usual) = tables.usual.get(&region.id) {
                label.zh.clone_from(usual);
            }
            label
        };
        let ids = sources.regions.iter().enumerate().rev();
        Self {
            sources,
            tables,
            labels: sources.regions.iter().map(label).collect(),
            by_id: ids.map(|(i, region)| (region.id, i)).collect(),
            parts: parts(sources, tables),
        }
    }

    /// The city that a place is a part of, where `metropolises.tsv` has it: the number of the
    /// row and of the region.
    fn metropolis(&self, unit: &SourceUnit, place: Option<&SourcePlace>) -> Option<(usize, usize)> {
        let country = self.by_id.get(&(COUNTRY | u32::from(unit.country)));
        let country = country.and_then(|region| u32::try_from(*region).ok());
        let of_place = place.into_iter().flat_map(|place| place.regions);
        let of_all = unit.regions.into_iter().chain(of_place).chain([country]);
        let parts = of_all
            .flatten()
            .filter_map(|region| self.parts.get(&region));
        let here = |part: &Part| {
            let near = |around| place.is_some_and(|place| is_around(place, around));
            part.around.is_none_or(near)
        };
        let parts = parts.flatten().filter(|(_, part)| here(part));
        let first = parts.map(|(metropolis, _)| *metropolis).min()?;
        let city = self.by_id.get(&self.tables.metropolises[first].city)?;
        Some((first, *city))
    }

    /// Whether a region is no district of a metropolis: it has the same name, or is that city
    /// and more.
    fn is_no_district(&self, region: usize, (row, city): (usize, usize)) -> bool {
        let parts = u32::try_from(region)
            .ok()
            .and_then(|region| self.parts.get(&region));
        let mut parts = parts.into_iter().flatten();
        plain(&self.labels[region].en) == plain(&self.labels[city].en)
            || parts.any(|(other, part)| *other == row && part.whole)
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

    /// The region that stands at a level below `at`, by the sources of `levels.tsv`.
    fn stands(
        &self,
        tree: &Tree,
        (at, kind): (u32, NodeKind),
        sources: &[String],
        unit: &SourceUnit,
        place: Option<&SourcePlace>,
    ) -> Standing {
        let above = &tree.nodes[at as usize];
        let repeated = Standing::Region {
            id: above.id,
            label: above.label,
            flags: DERIVED | above.flags & AREA,
        };
        let chinese = unit.country == crate::format::group_of("CN").unwrap_or(0);
        for source in sources {
            if source == "parent" {
                return repeated;
            }
            let Some(region) = self.resolve(source, unit, place) else {
                if place.is_none() && Self::needs_place(source, unit) {
                    return Standing::NeedsPlace;
                }
                continue;
            };
            let (id, label) = (self.sources.regions[region].id, &self.labels[region]);
            let of_place = matches!(source.as_str(), "place" | "nearest");
            // What only repeats a wider region says nothing new.
            let repeats = tree.above(at, |n| {
                let other = &self.labels[n.label];
                n.id == id && n.kind != NodeKind::County
                    || kind > NodeKind::City
                        && n.kind >= NodeKind::City
                        && of_place
                        && (plain(&other.en) == plain(&label.en)
                            || chinese && begins_alike(&other.zh, &label.zh))
            });
            if repeats && (kind == NodeKind::City && source == "place" || source == "join") {
                return repeated;
            }
            if !repeats {
                let flags = match source.as_str() {
                    "a1" | "a2" => AREA,
                    "join" => POINTS,
                    _ => above.flags & POINTS,
                };
                return Standing::Region {
                    id,
                    label: region,
                    flags,
                };
            }
        }
        Standing::Unknown
    }

    /// The node of a unit, and of a place in it.
    fn grow(&mut self, tree: &mut Tree, unit: &SourceUnit, place: Option<&SourcePlace>) -> u32 {
        let node = |parent, id, kind, flags, label| GrowingNode {
            parent,
            id,
            kind,
            flags,
            country: unit.country,
            label,
        };
        let (id, label) = self.country(unit.country);
        let mut at = tree.node(node(ROOT, id, NodeKind::Country, AREA, label));
        let [first, second] =
            [OfUnit::First, OfUnit::Second].map(|of| self.key(unit.regions[of as usize]));
        let tables = self.tables;
        let levels = tables.levels.of([second, first, &code_of(unit.country)]);
        let mut kinds = NodeKind::ALL[1..].iter().copied().peekable();
        let mut metropolis = None;
        for sources in levels {
            if kinds.peek() == Some(&NodeKind::City) {
                metropolis = self.metropolis(unit, place);
                if let Some((_, region)) = metropolis {
                    // What is a city otherwise is a district of this one.
                    kinds.next();
                    let id = self.sources.regions[region].id;
                    at = tree.node(node(at, id, NodeKind::City, 0, region));
                }
            }
            let Some(kind) = kinds.peek().copied() else {
                break;
            };
            match self.stands(tree, (at, kind), sources, unit, place) {
                Standing::NeedsPlace => return at,
                Standing::Unknown if metropolis.is_some() => {}
                Standing::Region { flags, label, .. }
                    if metropolis.is_some_and(|of| {
                        flags & DERIVED != 0 || self.is_no_district(label, of)
                    }) => {}
                Standing::Unknown => {
                    kinds.next();
                }
                Standing::Region { id, label, flags } => {
                    kinds.next();
                    at = tree.node(node(at, id, kind, flags, label));
                }
            }
        }
        at
    }

    /// Gives units that have no Chinese name the one that the table has by their English name,
    /// or by that of the source where `names.tsv` has a better one.
    fn name_in_chinese(&mut self, tree: &mut Tree) {
        let mut known: HashMap<(usize, u16), usize> = HashMap::new();
        for node in (tree.nodes.iter_mut()).filter(|node| node.kind <= NodeKind::District) {
            let label = &self.labels[node.label];
            let en = label.shown();
            let code = code_of(node.country);
            let source = self.sources.regions.get(node.label);
            let names = [Some(en), source.map(|region| &region.label.en)];
            let usual = |en: &String| self.tables.chinese.get(&(code.clone(), en.clone()));
            let usual = names.into_iter().flatten().find_map(usual);
            let Some(zh) = usual.filter(|_| label.zh.is_empty()) else {
                continue;
            };
            let mut better = label.clone();
            better.zh.clone_from(zh);
            let labels = &mut self.labels;
            node.label = *known.entry((node.label, node.country)).or_insert_with(|| {
                labels.push(better);
                labels.len() - 1
            });
        }
    }

    /// The regions as they are read, and where each is.
    fn write(&self, tree: &Tree) -> (String, Vec<u32>) {
        let (mut text, mut places) = (String::new(), Vec::new());
        for node in &tree.nodes {
            let label = &self.labels[node.label];
            let en = label.shown();
            let code = code_of(node.country);
            let local = if label.local == *en { "" } else { &label.local };
            let record = Record {
                parent: places.get(node.parent as usize).copied().unwrap_or(ROOT),
                id: node.id,
                kind: node.kind,
                flags: node.flags,
                names: [en, &label.zh, local],
                country: &code,
            };
            places.push(put(&mut text, &record));
        }
        (text, places)
    }
}

/// The file of regions that the tables make of the sources. What files have in common has the
/// identifiers that it has in the one that grows first.
pub fn grow(sources: &Sources, tables: &Tables, known: &mut KnownPaths) -> Grown {
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
    let mut all: Vec<GrownPlace> = Vec::new();
    for (_, _, i, j) in order {
        let place = &units[i].places[j];
        let node = grower.grow(&mut tree, &units[i], Some(place));
        lists[i].push((place.x, place.y, node));
        let label = |region: Option<u32>| region.map(|region| region as usize);
        all.push(GrownPlace {
            x: place.x,
            y: place.y,
            node,
            itself: label(place.regions[OfPlace::Itself as usize]),
            second: label(place.regions[OfPlace::Second as usize]),
        });
    }
    grower.name_in_chinese(&mut tree);
    settle(&mut tree, &mut grower.labels, &all, known);
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
    use crate::ids::{OTHER, short_hash};
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
            places: vec![place(3, 2, 70), place(2, 2, 50)],
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
        paths_of([levels, names, chinese, "", "", "", "", ""])
    }

    fn paths_of(tables: [&str; crate::tables::FILES.len()]) -> Vec<String> {
        let tables = Tables::parse(tables).unwrap();
        let grown = grow(&sources(), &tables, &mut KnownPaths::new());
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
        let chinese = "FR\tIle-de-France\t法兰西岛\nFR\tParis\t巴黎\ng30\tBelleville\t美丽城\n";
        assert_eq!(
            paths(USUAL, "", chinese)[3],
            "France / Ile-de-France (法兰西岛) / Paris (巴黎) / Belleville (美丽城)"
        );
        // By the name that the source has, where a better one comes without a Chinese one.
        assert_eq!(
            paths(USUAL, "FR.11\tÎle-de-France\t\n", chinese)[1],
            "France / Île-de-France (法兰西岛Ile-de-France)"
        );
        // One that the sources have gives way to the one by identifier alone.
        let names = "g20\tParis\t巴梨\n";
        for (chinese, told) in [
            ("FR\tParis\t巴黎\n", "巴梨"),
            ("g20\tParis\t巴黎\n", "巴黎"),
        ] {
            let path = &paths(USUAL, names, chinese)[2];
            assert!(path.ends_with(&format!("Paris ({told})")), "{path}");
        }
    }

    #[test]
    fn a_better_name_keeps_what_it_does_not_say() {
        let label = |en: &str, zh: &str| Label {
            en: en.to_owned(),
            zh: zh.to_owned(),
            ..Label::default()
        };
        let corrected = |better| {
            let mut warsaw = label("Warszawa", "华沙");
            correct(&mut warsaw, &better);
            [warsaw.en, warsaw.zh, warsaw.local]
        };
        assert_eq!(
            corrected(label("Warsaw", "")),
            ["Warsaw", "华沙", "Warszawa"]
        );
        assert_eq!(corrected(label("Warsaw", "华沙市"))[1], "华沙市");
    }

    #[test]
    fn what_belongs_to_a_metropolis_is_a_district_of_it() {
        let cities = "*\ta1\t-\tnearest\t-\t-\n";
        let with = |metropolises: &str| paths_of([cities, "", "", "", "", "", metropolises, ""]);
        let [paris, apart] = [
            "France / Ile-de-France / Paris",
            "France / Ile-de-France / Belleville",
        ];
        let within = "France / Ile-de-France / Paris / Belleville";
        let beside = ["France", "France / Ile-de-France", paris, apart];
        assert_eq!(with(""), beside);
        for part in ["g30", "FR.11", "FR", "FR.7", "FR@-90,-180,0.03"] {
            let row = format!("g20\tParis\t{part}\n");
            assert_eq!(with(&row)[2..], [paris, within], "{part}");
        }
        // Only Paris itself is so near; the first row is asked first.
        assert_eq!(with("g20\tParis\tFR@-90,-180,0.025\n"), beside);
        let two = with("g20\tParis\tFR\ng30\tBelleville\tFR\n");
        assert_eq!(two[2..], [paris, within]);
        assert_eq!(with("g99\tNowhere\tFR\n"), beside);
        // What is the city itself is no district of it.
        let own = with("g20\tParis\t=g30\n");
        assert_eq!(own[2..], [paris]);
        // What is a district otherwise is a township then, and what repeats is neither.
        let district = "*\ta1\t-\tparent\tsection\t-\n";
        let below = paths_of([district, "", "", "", "", "", "g20\tParis\tFR.11\n", ""]);
        assert_eq!(below[2..], [paris, within]);
    }

    #[test]
    fn what_is_known_by_points_is_said_where_no_other_is_nearly_as_near() {
        let regions = vec![
            region(1, "CN.32", "Sichuan"),
            region(2, "CN.32.5101", "Chengdu"),
            region(3, "", "Qingyang"),
            region(4, "", "Wuhou"),
            region(5, "", "Caotang"),
            region(6, "", "Funan"),
        ];
        let place = |x, district, township| {
            let mut of = [None; OF_PLACE];
            of[OfPlace::Second as usize] = Some(1);
            of[OfPlace::Chinese as usize] = Some(district);
            of[OfPlace::Itself as usize] = township;
            SourcePlace {
                x,
                y: 360 * 65_535 + 1_000,
                regions: of,
                ..SourcePlace::default()
            }
        };
        let mut of = [None; OF_UNIT];
        of[OfUnit::First as usize] = Some(0);
        let unit = SourceUnit {
            country: group_of("CN").unwrap(),
            regions: of,
            places: vec![
                place(500, 2, Some(5)),
                place(1_000, 2, Some(4)),
                place(2_000, 3, None),
            ],
            ..SourceUnit::default()
        };
        let sources = Sources {
            regions,
            units: vec![unit],
            ..Sources::default()
        };
        let levels = "*\ta1\t-\ta2\tjoin\tnearest\n";
        let tables = Tables::parse([levels, "", "", "", "", "", "", ""]).unwrap();
        let grown = grow(&sources, &tables, &mut KnownPaths::new());
        let empty = crate::grid::Grid::open(&[0; 12]).unwrap().layer(0);
        let names = str::from_utf8(&grown.names).unwrap();
        let file = Geodata::open(&grown.regions, names, [empty; 2]).unwrap();
        let name = |x: i64| {
            let (row, column, y) = (360, 0, 2_001);
            let spot = crate::grid::Spot {
                row,
                column,
                x: x * 2 + 1,
                y,
            };
            let node = file.node(file.region_at(spot, 0).unwrap()).unwrap();
            node.name(0).unwrap_or_default()
        };
        assert_eq!([1_000, 1_050, 1_300].map(name), ["Caotang"; 3]);
        // Two townships of a district, and two districts of a city, are nearly as near.
        assert_eq!([740, 760].map(name), ["Qingyang"; 2]);
        assert_eq!([1_450, 1_550].map(name), ["Chengdu"; 2]);
        assert_eq!([1_800, 2_500].map(name), ["Wuhou"; 2]);
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
