//! What the tables do to the data of the repository: an edit of any of them reaches what the
//! program embeds, and the large files stay as they are.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use imm_cluster_geodata::border::Borders;
use imm_cluster_geodata::built::{Built, FINER, PackedFiles, build};
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

static SOURCES: LazyLock<[Sources; 2]> =
    LazyLock::new(|| [&KEPT[0], &KEPT[2]].map(|kept| Sources::unpack(kept).unwrap()));

fn texts() -> [String; 5] {
    FILES.map(|name| fs::read_to_string(data(name)).unwrap())
}

fn tables(texts: &[String; 5]) -> Tables {
    Tables::parse(texts.each_ref().map(String::as_str)).unwrap()
}

fn built(texts: &[String; 5]) -> Built {
    let kept = PackedFiles {
        main: &KEPT[0],
        zones: &KEPT[1],
        open_street_map: Some(&KEPT[2]),
    };
    build(kept, &tables(texts)).unwrap()
}

/// The names of the region of a point from the country downwards, in English or Chinese.
fn names(built: &Built, (lat, lon): (f64, f64), language: usize) -> Vec<String> {
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
    let atlas = Atlas::open(&built.grid, &files, Borders::new(zones, "")).unwrap();
    let region = atlas.region_at(Spot::new(lat, lon)).unwrap();
    let mut names: Vec<String> = (atlas.path(region))
        .map(|(_, node)| node.names()[language].to_owned())
        .collect();
    names.reverse();
    names
}

/// A table with a row in the place of another.
fn edit(texts: &mut [String; 5], table: usize, from: &str, to: &str) {
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
fn every_name_is_of_a_region() {
    let tables = tables(&texts());
    let unknown: Vec<&String> = (tables.names.keys())
        .filter(|key| !SOURCES.iter().any(|sources| is_known(sources, key)))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
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
        let columns = if *name == "names-zh.tsv" { 2 } else { 1 };
        let mut keys = BTreeSet::new();
        for row in rows(text) {
            assert!(keys.insert(row[..columns].to_vec()), "{name}: {row:?}");
        }
    }
}
