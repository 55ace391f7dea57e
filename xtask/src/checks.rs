//! What the tables do to the data of the repository: an edit of any of them reaches what the
//! program embeds, and the large files stay as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use imm_cluster_geodata::border::Borders;
use imm_cluster_geodata::built::{Built, FINER, PackedFiles, build};
use imm_cluster_geodata::format::NodeKind;
use imm_cluster_geodata::grid::Spot;
use imm_cluster_geodata::grow::is_known;
use imm_cluster_geodata::lookup::{Atlas, Boundaries, RegionLayer};
use imm_cluster_geodata::sources::Sources;
use imm_cluster_geodata::tables::{FILES, Tables, rows};

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
        .map(|(region, node)| atlas.names(region, &node)[language].to_owned())
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
    found.map_or(String::new(), |(region, node)| {
        atlas.names(region, &node)[language].to_owned()
    })
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
        assert!(
            path.any(|(region, node)| atlas.names(region, &node)[0] == wanted),
            "{wanted}"
        );
    }
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
        for index in 0..file.node_count() {
            let (mut names, mut ids, mut at) = (Vec::new(), Vec::new(), index);
            if language > 0 {
                names.push((NodeKind::Country, format!("file {number}")));
            }
            while let Some(node) = file.node(at) {
                let name = file.name(node.names[language]);
                let name = if name.is_empty() {
                    file.name(node.names[0])
                } else {
                    name
                };
                if node.kind != NodeKind::County {
                    names.push((node.kind, name.to_owned()));
                    ids.push(node.id);
                }
                at = node.parent;
            }
            if file
                .node(index)
                .is_some_and(|node| node.kind != NodeKind::County)
            {
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
