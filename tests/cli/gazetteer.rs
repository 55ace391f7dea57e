//! Gazetteers of one's own: imported, asked, listed, removed.

use std::fs;

use serde_json::Value;

use crate::gazetteers::{Shape, flatgeobuf, geojson, geonames, rectangle, shapefile};
use crate::sandbox::{HANGZHOU, JIAXING, Sandbox, each};

/// A quarter around the first photo of Hangzhou, and one elsewhere.
fn quarters() -> Vec<Shape> {
    vec![
        Shape::new(
            &[("NAME", "Lakeside"), ("NAME_ZH", "湖畔")],
            rectangle(120.0, 30.0, 120.3, 30.5),
        ),
        Shape::new(
            &[("NAME", "Fields"), ("NAME_ZH", "田野")],
            rectangle(10.0, 50.0, 10.3, 50.5),
        ),
    ]
}

fn sandbox() -> Sandbox {
    Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/b.jpg", "2024-03-06 09:00:00", JIAXING)
        .file("quarters.geojson", geojson(&quarters()))
}

const IMPORT: &str =
    "gazetteer import quarters.geojson --property district=NAME --property district:zh=NAME_ZH";

#[test]
fn an_import_renames_places_without_reading_a_file() {
    let sandbox = sandbox();
    sandbox.imm("run lib --levels district,city").ok();
    let before = sandbox.clusters();
    sandbox.imm(IMPORT).ok();
    // Nothing can be read any more.
    sandbox.poison();
    sandbox.imm("run").ok();
    let after = sandbox.clusters();
    assert!(
        after
            .iter()
            .any(|line| line.starts_with("district Lakeside 2024-03-03")),
        "{after:#?}"
    );
    let cities = |clusters: &[String]| -> Vec<String> {
        clusters
            .iter()
            .filter(|line| line.starts_with("city"))
            .cloned()
            .collect()
    };
    assert_eq!(cities(&before), cities(&after));
    sandbox.imm("run").ok();
    let state = sandbox.dataset_state();
    sandbox.imm("run").ok();
    assert_eq!(
        sandbox.dataset_state(),
        state,
        "nothing new is nothing written"
    );
    sandbox.imm("gazetteer remove quarters").ok();
    sandbox.imm("run").ok();
    assert_eq!(sandbox.clusters(), before);
}

#[test]
fn a_look_up_asks_the_import_first() {
    let sandbox = sandbox();
    sandbox.imm(IMPORT).ok();
    let look_up = |language: &str| {
        let json = sandbox
            .imm(&format!("lookup 30.2936,120.1614 --format json {language}"))
            .ok()
            .json();
        json[0]["address"]["district"].clone()
    };
    assert_eq!(look_up(""), "Lakeside");
    assert_eq!(look_up("--language zh"), "湖畔");
}

/// Features as geoBoundaries makes them for China.
#[test]
fn boundaries_of_districts_are_asked_before_points() {
    let shape = |name, west, east| {
        let properties = [
            ("shapeName", name),
            ("shapeISO", ""),
            ("shapeID", name),
            ("shapeGroup", "CHN"),
            ("shapeType", "ADM3"),
        ];
        Shape::new(&properties, rectangle(west, 30.6, east, 30.7))
    };
    let shapes = [
        shape("锦江区", 104.05, 104.1),
        shape("青羊区", 104.0, 104.05),
    ];
    let sandbox = Sandbox::new().file("geoBoundaries-CHN-ADM3.geojson", geojson(&shapes));
    let look_up = |point: &str, language: &str| {
        let options = format!("--format json --language {language}");
        let json = sandbox.imm(&format!("lookup {point} {options}")).ok();
        let address = json.json()[0]["address"].clone();
        ["city", "district"].map(|level| address[level].as_str().unwrap_or("-").to_owned())
    };
    let (square, hall) = ("30.6573,104.0658", "30.6625,104.0350");
    assert_eq!(look_up(square, "zh"), ["成都市", "青羊区"]);
    let told = sandbox.imm("gazetteer import geoBoundaries-CHN-ADM3.geojson");
    assert!(told.ok().stdout.contains(": 2 polygons, district"));
    assert_eq!(look_up(square, "zh"), ["成都市", "锦江区"]);
    // A district of the same name keeps its names.
    assert_eq!(look_up(hall, "zh"), ["成都市", "青羊区"]);
    assert_eq!(look_up(hall, "en"), ["Chengdu", "Qingyang"]);
}

#[test]
fn imports_are_listed_and_removed() {
    let sandbox = sandbox().file("w.fgb", flatgeobuf(&quarters(), true));
    let (shp, dbf) = shapefile(&quarters());
    sandbox.write("s.shp", shp);
    sandbox.write("s.dbf", dbf);
    sandbox
        .imm("gazetteer list")
        .ok()
        .says("nothing imported yet");
    let told = sandbox.imm(IMPORT).ok();
    assert_eq!(told.stdout, "quarters: 2 polygons, district\n");
    sandbox
        .imm("gazetteer import w.fgb --property city=NAME --name other")
        .ok();
    sandbox
        .imm("gazetteer import s.shp s.dbf --property township=NAME --property id=NAME_ZH")
        .ok();
    let list = sandbox.imm("gazetteer list --format json").ok().json();
    let names: Vec<&Value> = each(&list).map(|one| &one["name"]).collect();
    assert_eq!(names, ["s", "other", "quarters"]);
    assert_eq!(list[2]["levels"]["district"], 2);
    assert_eq!(list[2]["sources"][0]["file"], "quarters.geojson");
    let table = sandbox.imm("gazetteer list").ok().stdout;
    assert!(
        table.starts_with("ORDER  NAME      LEVELS    FEATURES   MB  DATA OF     IMPORTED"),
        "{table}"
    );
    sandbox
        .imm("gazetteer remove other nothing")
        .exits(1)
        .says("no gazetteer `nothing` was imported");
    sandbox.imm("gazetteer remove other quarters").ok();
    let list = sandbox.imm("gazetteer list --format ndjson").ok().ndjson();
    assert_eq!(list.len(), 1);
}

#[test]
fn the_built_in_data_tells_its_sources() {
    let sandbox = sandbox();
    let info = sandbox.imm("gazetteer info").ok().stdout;
    for part in [
        "GeoNames",
        "CC BY 4.0",
        "OpenStreetMap",
        "Nothing was imported.",
    ] {
        assert!(info.contains(part), "{part}");
    }
    sandbox.imm(IMPORT).ok();
    let info = sandbox.imm("gazetteer info --format json").ok().json();
    assert!(info["sources"].as_array().unwrap().len() > 5);
    assert_eq!(info["imports"][0]["name"], "quarters");
}

#[test]
fn another_folder_may_be_named() {
    let sandbox = sandbox();
    let folder = sandbox.path("elsewhere");
    sandbox
        .imm(IMPORT)
        .env("IMM_CLUSTER_GAZETTEERS", &folder)
        .ok();
    assert!(folder.join("quarters.geo").is_file());
    assert!(!sandbox.path("data/imm-cluster/gazetteers").exists());
}

#[test]
fn wrong_usage_is_told() {
    let sandbox = sandbox().file(
        "CN.txt",
        geonames(1, "A", (30.0, 120.0), "PPL", "CN", ["02", "", "", ""], 1),
    );
    let told = |arguments: &str, status: i32| {
        sandbox
            .imm(&format!("gazetteer import {arguments}"))
            .exits(status)
            .stderr
    };
    insta::assert_snapshot!([
        told("quarters.geojson", 2),
        told("quarters.geojson --property city=TITLE", 2),
        told("quarters.geojson --property town=NAME", 2),
        told("quarters.geojson --property city=NAME --name a/b", 2),
        told("quarters.geojson CN.txt --property city=NAME", 2),
        told("CN.txt --property city=NAME", 2),
        told("CN.txt --preset gadm", 2),
        told("lib/a.jpg", 1),
        told("lib", 1),
        told("nothing.geojson", 1),
    ].join("\n"), @"
    error: `--property LEVEL=NAME` or `--preset` is required, to tell which property of `quarters.geojson` names which level; its properties are: NAME, NAME_ZH
    hint: for example, `--property city=NAME`

    error: `--property`: `quarters.geojson` has no property `TITLE`; its properties are: NAME, NAME_ZH

    error: invalid value 'town=NAME' for '--property <LEVEL=NAME>': unknown level `town`: expected country, province, city, district or township

    For more information, try '--help'.

    error: invalid value `a/b` for `--name`: expected letters, digits, `-`, `_` and `.`, at most 100 bytes

    error: `quarters.geojson` and `CN.txt` are of different kinds; import them one after the other

    error: `--property city:local=NAME` cannot be used with a GeoNames dump, whose columns are fixed

    error: `--preset gadm` does not match `CN.txt`

    error: cannot import `lib/a.jpg`: it is not GeoJSON, FlatGeobuf, a shapefile or a GeoNames dump
    hint: convert it first: `ogr2ogr boundaries.fgb FILE`

    error: cannot import `lib`: it is a folder
    hint: name the files in it

    error: cannot find `nothing.geojson`
    hint: check the spelling, or mount the disk
    ");
    assert!(
        !sandbox
            .path("data/imm-cluster/gazetteers")
            .join("quarters.geo")
            .exists()
    );
}

#[test]
fn a_damaged_import_is_told_and_can_be_removed() {
    let sandbox = sandbox();
    sandbox.imm("index lib").ok();
    sandbox.imm(IMPORT).ok();
    let path = sandbox.path("data/imm-cluster/gazetteers/quarters.geo");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    sandbox.imm("run").exits(1).says("it is damaged");
    sandbox.imm("gazetteer remove quarters").ok();
    sandbox.imm("run").ok();
}
