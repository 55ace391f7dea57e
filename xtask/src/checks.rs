//! What the tables do to the data of the repository: an edit of any of them reaches what the
//! program embeds, and the large files stay as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use imm_cluster_geodata::border::Borders;
use imm_cluster_geodata::built::{Built, FINER, PackedFiles, build};
use imm_cluster_geodata::format::{NodeKind, code_of};
use imm_cluster_geodata::grid::Spot;
use imm_cluster_geodata::grow::is_known;
use imm_cluster_geodata::ids::{CHINESE, identifiers};
use imm_cluster_geodata::lookup::{Atlas, Boundaries, RegionLayer};
use imm_cluster_geodata::sources::{OfPlace, OfUnit, Sources};
use imm_cluster_geodata::tables::{FILES, Label, Tables, rows};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../data")
        .join(name)
}

/// The large files, decompressed.
static KEPT: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| {
    ["geodata", "time-zones", "geodata-osm"].map(|name| {
        let file = fs::File::open(data(&format!("{name}.zst"))).unwrap();
        zstd::decode_all(file).unwrap()
    })
});

/// What the program embeds.
static BUILT: LazyLock<Built> = LazyLock::new(|| built(&texts()));

static SOURCES: LazyLock<[Sources; 2]> =
    LazyLock::new(|| [&KEPT[0], &KEPT[2]].map(|kept| Sources::unpack(kept).unwrap()));

fn texts() -> [String; FILES.len()] {
    FILES.map(|name| fs::read_to_string(data(name)).unwrap())
}

fn tables(texts: &[String; FILES.len()]) -> Tables {
    Tables::parse(texts.each_ref().map(String::as_str)).unwrap()
}

fn built(texts: &[String; FILES.len()]) -> Built {
    let kept = PackedFiles {
        main: &KEPT[0],
        zones: &KEPT[1],
        open_street_map: Some(&KEPT[2]),
    };
    build(kept, &tables(texts)).unwrap()
}

/// The names of the region of a point from the country downwards, in English or Chinese.
fn names(built: &Built, (lat, lon): (f64, f64), language: usize) -> Vec<String> {
    let atlas = atlas(built);
    let Some(region) = atlas.region_at(Spot::new(lat, lon)) else {
        return Vec::new();
    };
    let mut names: Vec<String> = (atlas.path(region))
        .map(|(_, node)| node.names()[language].to_owned())
        .collect();
    names.reverse();
    names
}

fn atlas(built: &Built) -> Atlas<'_> {
    let files = [
        (&built.open_street_map, Boundaries::OpenStreetMap),
        (&built.main, Boundaries::Units),
    ];
    let files = files.map(|(grown, units)| RegionLayer {
        regions: &grown.regions,
        names: str::from_utf8(&grown.names).unwrap(),
        units,
    });
    let zones = str::from_utf8(&built.zones).unwrap();
    let borders = Borders::new(zones, &fs::read_to_string(data("zones.tsv")).unwrap());
    Atlas::open(&built.grid, &files, borders).unwrap()
}

/// The name of the region of a kind that a point is in.
fn named(atlas: &Atlas, (lat, lon): (f64, f64), kind: NodeKind, language: usize) -> String {
    let region = atlas.region_at(Spot::new(lat, lon));
    let mut path = region.into_iter().flat_map(|region| atlas.path(region));
    let found = path.find(|(_, node)| node.kind == kind);
    found.map_or(String::new(), |(_, node)| node.names()[language].to_owned())
}

/// A table with a row in the place of another.
fn edit(texts: &mut [String; FILES.len()], table: usize, from: &str, to: &str) {
    assert!(
        texts[table].contains(from),
        "no row `{from}` in {}",
        FILES[table]
    );
    texts[table] = texts[table].replace(from, to);
}

#[test]
fn every_table_reaches_what_is_built() {
    let (paris, panjshir, utrecht) = ((48.8566, 2.3522), (35.31, 69.52), (52.0907, 5.1214));
    let (parakou, abyei) = ((9.337, 2.630), (9.60, 28.43));
    let before = texts();
    let mut after = before.clone();
    edit(&mut after, 0, "\nNL\ta1\t", "\nNL\tparent\t");
    edit(
        &mut after,
        1,
        "FR.11\tÎle-de-France\t",
        "FR.11\tIsle of France\t",
    );
    edit(
        &mut after,
        2,
        "AF\tPanjshayr\t潘杰希尔省",
        "AF\tPanjshayr\t五狮省",
    );
    edit(&mut after, 3, "BEN\tpermissive", "BEN\tno");
    edit(&mut after, 4, "Abyei\tSD", "Abyei\tSS");
    let (before, after) = (built(&before), built(&after));

    assert_eq!(names(&before, utrecht, 0)[..2], ["Netherlands", "Utrecht"]);
    assert_eq!(
        names(&after, utrecht, 0)[..2],
        ["Netherlands", "Netherlands"]
    );
    assert_eq!(names(&before, paris, 0)[1], "Île-de-France");
    assert_eq!(names(&after, paris, 0)[1], "Isle of France");
    assert_eq!(names(&before, panjshir, 1)[1], "潘杰希尔省");
    assert_eq!(names(&after, panjshir, 1)[1], "五狮省");
    assert_eq!(names(&before, abyei, 0)[0], "Sudan");
    assert_eq!(names(&after, abyei, 0)[0], "South Sudan");
    // Without the map what GeoNames says of places is left.
    let parakou = [&before, &after].map(|built| names(built, parakou, 0));
    assert_eq!(parakou[0][..2], parakou[1][..2]);
    let note = "boundary-licences.tsv: the boundaries of BEN are left out";
    let has = |built: &Built| built.notes.iter().any(|told| told == note);
    assert!(has(&after) && !has(&before));
}

#[test]
fn cities_are_called_as_people_say() {
    let atlas = atlas(&BUILT);
    let text = include_str!("../../fixtures/cities.tsv");
    let mut wrong = Vec::new();
    for row in rows(text) {
        let [lat, lon] = [0, 1].map(|i| row[i].parse::<f64>().unwrap());
        let city = named(&atlas, (lat, lon), NodeKind::City, 0);
        if city != row[3] {
            wrong.push(format!("{} {}: {city}", row[3], row[5]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(rows(text).count() > 700);
}

#[test]
fn every_metropolis_and_its_parts_are_known() {
    let tables = tables(&texts());
    let known = |key: &str| SOURCES.iter().any(|sources| is_known(sources, key));
    for metropolis in &tables.metropolises {
        assert!(known(&format!("g{}", metropolis.city)), "{metropolis:?}");
        for part in &metropolis.parts {
            assert!(known(&part.region), "{part:?}");
        }
    }
}

#[test]
fn every_further_place_is_found_where_it_is() {
    let atlas = atlas(&BUILT);
    for place in &tables(&texts()).places {
        let region = atlas.region_at(Spot::new(place.lat, place.lon)).unwrap();
        let mut path = atlas.path(region);
        let wanted = &place.label.en;
        assert!(path.any(|(_, node)| node.names()[0] == wanted), "{wanted}");
    }
}

/// Districts whose seats are not in them, as the map of provinces has it, and why.
const ASTRAY: [(u32, &str); 4] = [
    (232_761, "Jagdaqi lies within the outline of Inner Mongolia"),
    (
        232_762,
        "Songling lies within the outline of Inner Mongolia",
    ),
    (330_305, "Dongtou is an island that is a unit apart"),
    (
        460_322,
        "the Spratly Islands are claimed by several countries",
    ),
];

#[test]
fn every_seat_is_in_its_own_district() {
    let atlas = atlas(&BUILT);
    let mut wrong = Vec::new();
    for seat in &tables(&texts()).seats {
        if ASTRAY.iter().any(|(code, _)| *code == seat.code) {
            continue;
        }
        for (lat, lon) in &seat.points {
            let region = atlas.region_at(Spot::new(*lat, *lon));
            let mut path = region.into_iter().flat_map(|region| atlas.path(region));
            let own = path.any(|(_, node)| {
                node.id == CHINESE | seat.code || node.names()[1] == seat.label.zh
            });
            if !own {
                wrong.push(format!("{} {lat},{lon}", seat.label.zh));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// All regions of all files, each by its level and path of identifiers, under its path of
/// names in a language. English names alone say that regions of two files are one.
fn by_name(
    built: &Built,
    language: usize,
) -> BTreeMap<Vec<(NodeKind, String)>, BTreeSet<Vec<u32>>> {
    let atlas = atlas(built);
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (number, file) in atlas.files().iter().enumerate() {
        for (index, region) in file.nodes.all() {
            let (mut names, mut ids, mut at) = (Vec::new(), Vec::new(), index);
            if language > 0 {
                names.push((NodeKind::Country, format!("file {number}")));
            }
            while let Some(node) = file.node(at) {
                let name = node.name(language).or(node.name(0)).unwrap_or_default();
                if node.kind != NodeKind::County {
                    names.push((node.kind, name.to_owned()));
                    ids.push(node.id);
                }
                at = node.parent;
            }
            if region.kind != NodeKind::County {
                found.entry(names).or_default().insert(ids);
            }
        }
    }
    found
}

#[test]
fn one_name_is_one_region() {
    for language in 0..3 {
        let named = by_name(&BUILT, language);
        let twice: Vec<_> = named.iter().filter(|(_, ids)| ids.len() > 1).collect();
        assert!(twice.is_empty(), "{language}: {twice:#?}");
        assert!(named.len() > 150_000);
    }
}

/// Whether a name ends with an identifier in brackets: `Milton (g11)`.
fn tells_an_identifier(name: &str) -> bool {
    let word = name.rsplit_once(['(', '（']).map(|parts| parts.1);
    let word = word.and_then(|word| word.strip_suffix([')', '）']));
    let digits = word.and_then(|word| word.strip_prefix(|c: char| c.is_ascii_lowercase()));
    digits.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|c| c.is_ascii_digit()))
}

#[test]
fn no_name_tells_an_identifier() {
    assert!(tells_an_identifier("Milton (g11)") && tells_an_identifier("米尔顿（g11）"));
    assert!(!tells_an_identifier("Milton (north)") && !tells_an_identifier("K2"));
    let atlas = atlas(&BUILT);
    for file in atlas.files() {
        for (_, node) in file.nodes.all() {
            for name in node.names() {
                assert!(!tells_an_identifier(name), "{name}");
            }
        }
    }
}

#[test]
fn every_name_is_of_a_region() {
    let tables = tables(&texts());
    let unknown: Vec<&String> = (tables.names.keys())
        .filter(|key| !SOURCES.iter().any(|sources| is_known(sources, key)))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let known: BTreeSet<u32> = SOURCES
        .iter()
        .flat_map(|sources| sources.regions.iter().map(|region| region.id))
        .collect();
    let unknown = tables.usual.iter().filter(|(id, _)| !known.contains(id));
    let unknown: Vec<_> = unknown.collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// The English names that the regions of each country have, those of the sources and better
/// ones.
fn called(tables: &Tables) -> BTreeSet<(String, String)> {
    let better = tables.names.iter();
    let by_id: BTreeMap<u32, &Label> = better
        .flat_map(|(key, label)| identifiers(key).map(|id| Some((id?, label))))
        .flatten()
        .collect();
    let mut called = BTreeSet::new();
    for sources in SOURCES.iter() {
        let mut regions = BTreeSet::new();
        for unit in &sources.units {
            let of_places = unit.places.iter().flat_map(|place| place.regions);
            let of_all = unit.regions.into_iter().chain(of_places).flatten();
            regions.extend(of_all.map(|region| (unit.country, region)));
        }
        for (country, region) in regions {
            let region = &sources.regions[region as usize];
            let better = [
                tables.names.get(&region.key),
                by_id.get(&region.id).copied(),
            ];
            let labels = better.into_iter().flatten().chain([&region.label]);
            called.extend(labels.map(|label| (code_of(country), label.en.clone())));
        }
    }
    called
}

#[test]
fn every_usual_name_is_of_a_region_of_its_country() {
    let tables = tables(&texts());
    let called = called(&tables);
    let unknown = tables.chinese.keys().filter(|key| !called.contains(*key));
    let unknown: Vec<_> = unknown.collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// Where names in Latin letters hide which characters they are written with, a row for a
/// country and a name must not give those of one province to another.
#[test]
fn usual_names_by_country_mean_one_region() {
    let tables = tables(&texts());
    let mut meant: BTreeMap<(String, &str), [BTreeSet<u32>; 2]> = BTreeMap::new();
    for sources in SOURCES.iter() {
        for unit in &sources.units {
            let country = code_of(unit.country);
            if !["JP", "KR", "VN"].contains(&country.as_str()) {
                continue;
            }
            let first = unit.regions[OfUnit::First as usize];
            let first = first.or(unit.regions[OfUnit::Natural as usize]);
            let of_unit = unit.regions.into_iter().map(|region| (first, region));
            let of_places = unit.places.iter().flat_map(|place| {
                let first = first.or(place.regions[OfPlace::First as usize]);
                // No level of Korea is said by a place itself.
                let from = if country == "KR" { 3 } else { 0 };
                let regions = place.regions.into_iter().skip(from);
                regions.map(move |region| (first, region))
            });
            for (first, region) in of_unit.chain(of_places) {
                let Some(region) = region.map(|region| &sources.regions[region as usize]) else {
                    continue;
                };
                let key = (country.clone(), region.label.en.as_str());
                let lacks = region.label.zh.is_empty() && !tables.usual.contains_key(&region.id);
                let row = (country.clone(), region.label.en.clone());
                if lacks && tables.chinese.contains_key(&row) {
                    let [ids, provinces] = meant.entry(key).or_default();
                    ids.insert(region.id);
                    provinces.extend(first.map(|first| sources.regions[first as usize].id));
                }
            }
        }
    }
    let several = |[ids, provinces]: &[BTreeSet<u32>; 2]| ids.len() > 1 && provinces.len() > 1;
    let several: Vec<_> = meant.iter().filter(|(_, of)| several(of)).collect();
    assert!(several.is_empty(), "{several:?}");
}

#[test]
fn cities_have_their_usual_chinese_names() {
    let atlas = atlas(&BUILT);
    let mut wrong = Vec::new();
    for row in rows(include_str!("../../fixtures/cities.tsv")) {
        let [lat, lon] = [0, 1].map(|i| row[i].parse::<f64>().unwrap());
        let city = named(&atlas, (lat, lon), NodeKind::City, 1);
        // The words for kinds of units are no part of what people say.
        let kinds = ['市', '县', '区', '州', '省', '町', '村', '大'];
        let stem = |name: &str| name.trim_end_matches(kinds).to_owned();
        if stem(&city) != stem(row[4]) {
            wrong.push(format!("{} {}: {city}", row[4], row[5]));
        }
    }
    assert!(wrong.len() * 100 <= 750 * 3, "{wrong:#?}");
}

#[test]
fn every_disputed_area_is_drawn() {
    let drawn: BTreeSet<&str> = (SOURCES[0].areas.iter())
        .map(|area| area.name.as_str())
        .collect();
    let tables = tables(&texts());
    for area in tables.disputed.keys() {
        assert!(drawn.contains(area.as_str()), "{area}");
    }
}

#[test]
fn levels_name_sources_that_exist() {
    let known = [
        "a1",
        "a2",
        "a3",
        "a4",
        "unit",
        "ne",
        "k2",
        "k3",
        "k4",
        "state",
        "county",
        "municipality",
        "ward",
        "district",
        "place",
        "nearest",
        "section",
        "join",
        "parent",
        "-",
    ];
    let texts = texts();
    for row in rows(&texts[0]).filter(|row| row[0] != "country") {
        for source in row[1..].iter().flat_map(|kind| kind.split('|')) {
            assert!(
                known.contains(&source) || source.starts_with('='),
                "{row:?}"
            );
        }
    }
}

#[test]
fn every_packed_map_has_a_licence() {
    let tables = tables(&texts());
    let units = SOURCES.iter().flat_map(|sources| &sources.units);
    for map in units
        .map(|unit| unit.map.as_str())
        .filter(|map| !map.is_empty())
    {
        assert!(tables.licences.contains_key(map), "{map}");
        assert!(!FINER.contains(&map), "{map}");
    }
}

#[test]
fn rows_stand_once() {
    for (name, text) in FILES.iter().zip(&texts()) {
        let columns = match *name {
            "names-zh.tsv" => 2,
            "places.tsv" => 4,
            _ => 1,
        };
        let mut keys = BTreeSet::new();
        for row in rows(text) {
            assert!(keys.insert(row[..columns].to_vec()), "{name}: {row:?}");
        }
    }
}
