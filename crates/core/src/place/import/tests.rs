use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use proptest::prelude::*;
use tempfile::TempDir;

use super::error::ImportError;
use super::store::LOCAL;
use super::*;
use crate::capture::position::Position;
use crate::place::{Address, Language, Level, LocatedRegion};

#[path = "../../../../../fixtures/gazetteers.rs"]
mod gazetteers;

use gazetteers::{Ring, Shape, flatgeobuf, geojson, geonames as row, rectangle, shapefile};

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    #[expect(clippy::disallowed_methods, reason = "a test")]
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn stored(&self) -> PathBuf {
        self.0.path().join("gazetteers")
    }

    fn import(&self, files: &[PathBuf], properties: &[&str]) -> Result<Description, ImportError> {
        self.import_with(files, properties, |_| ())
    }

    fn import_with(
        &self,
        files: &[PathBuf],
        properties: &[&str],
        change: impl FnOnce(&mut ImportRequest),
    ) -> Result<Description, ImportError> {
        let properties: Vec<Property> = properties
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        let stored = self.stored();
        let mut request = ImportRequest {
            files,
            name: None,
            preset: None,
            properties: &properties,
            crs: None,
            folder: &stored,
            now: chrono::DateTime::UNIX_EPOCH,
            wait: Duration::ZERO,
        };
        change(&mut request);
        Ok(super::import(&request, &crate::progress::Silent)?.description)
    }

    fn open(&self) -> Imports {
        Imports::open(&self.stored()).unwrap()
    }

    /// What keeps an import from succeeding; nothing of it may stay behind.
    fn refuses(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let file = self.file(name, content);
        let error = self.import(&[file], &["city=name"]).err().unwrap();
        let left = fs::read_dir(self.stored()).map_or(0, |entries| entries.count());
        assert!(left <= 1, "more than the lock is left");
        match &error {
            ImportError::Invalid {
                hint: Some(hint), ..
            } => format!("{error} ({hint})"),
            _ => error.to_string(),
        }
        .replace(&self.0.path().display().to_string(), "")
    }
}

fn at(lat: f64, lon: f64) -> Position {
    Position::new(lat, lon).unwrap()
}

/// The address of a point with the imports.
fn refined(imports: &Imports, lat: f64, lon: f64, language: Language) -> Option<Address> {
    let found = LocatedRegion::at(at(lat, lon));
    let address = found.map(|found| found.address(language));
    imports.refine(at(lat, lon), found.as_ref(), address, language)
}

fn city(imports: &Imports, lat: f64, lon: f64) -> Option<String> {
    refined(imports, lat, lon, Language::English)?.city
}

/// A lake in a wood with an island, and a wood far away that belongs to it.
fn woods() -> Vec<Shape> {
    let wood = Shape {
        properties: vec![("name", "Große Heide".to_owned()), ("code", "7".to_owned())],
        polygons: vec![
            vec![
                rectangle(10.0, 50.0, 11.0, 51.0),
                rectangle(10.2, 50.2, 10.8, 50.8),
            ],
            vec![rectangle(10.4, 50.4, 10.6, 50.6)],
            vec![rectangle(12.0, 50.0, 12.1, 50.1)],
        ],
    };
    let mut lake = Shape::new(
        &[("name", "Тихий пруд"), ("code", "8")],
        rectangle(10.2, 50.2, 10.8, 50.8),
    );
    lake.polygons[0].push(rectangle(10.4, 50.4, 10.6, 50.6));
    vec![wood, lake]
}

#[test]
fn the_same_data_is_the_same_in_every_format() {
    let mut versions = Vec::new();
    for format in ["geojson", "lines", "fgb", "plain.fgb", "shp"] {
        let folder = Folder::new();
        let shapes = woods();
        let file = match format {
            "geojson" => folder.file("woods.geojson", geojson(&shapes)),
            "lines" => {
                let lines: Vec<String> = shapes
                    .iter()
                    .map(|shape| format!("\u{1e}{}\n", gazetteers::feature(shape)))
                    .collect();
                folder.file("woods.geojson", lines.concat())
            }
            "fgb" => folder.file("woods.fgb", flatgeobuf(&shapes, true)),
            "plain.fgb" => folder.file("woods.fgb", flatgeobuf(&shapes, false)),
            _ => {
                let (shp, dbf) = shapefile(&shapes);
                folder.file("woods.DBF", dbf);
                folder.file("woods.cpg", "UTF-8");
                folder.file("woods.shp", shp)
            }
        };
        let description = folder.import(&[file], &["city=name", "id=code"]).unwrap();
        assert_eq!(
            (description.features, description.name.as_str()),
            (2, "woods")
        );
        let imports = folder.open();
        for (lat, lon, name) in [
            (50.1, 10.1, "Große Heide"),
            (50.5, 10.5, "Große Heide"),
            (50.05, 12.05, "Große Heide"),
            (50.3, 10.3, "Тихий пруд"),
        ] {
            assert_eq!(
                city(&imports, lat, lon).as_deref(),
                Some(name),
                "{format}: {lat},{lon}"
            );
        }
        assert_ne!(city(&imports, 50.05, 12.2).as_deref(), Some("Große Heide"));
        versions.push(imports.version());
    }
    versions.dedup();
    assert_eq!(versions.len(), 1, "{versions:?}");
}

#[test]
fn a_name_that_the_region_bears_changes_nothing() {
    let folder = Folder::new();
    let hangzhou = |name| Shape::new(&[("name", name)], rectangle(120.0, 30.0, 120.3, 30.4));
    let before = refined(&folder.open(), 30.2489, 120.1485, Language::English).unwrap();
    let file = folder.file("hz.geojson", geojson(&[hangzhou("杭州市")]));
    folder.import(&[file], &["city:zh=name"]).unwrap();
    assert_eq!(
        refined(&folder.open(), 30.2489, 120.1485, Language::English).unwrap(),
        before
    );

    let file = folder.file("hz.geojson", geojson(&[hangzhou("Linan")]));
    folder.import(&[file], &["city=name"]).unwrap();
    let after = refined(&folder.open(), 30.2489, 120.1485, Language::English).unwrap();
    assert_eq!(
        (after.city.as_deref(), after.district.as_deref()),
        (Some("Linan"), None)
    );
    assert_eq!(after.ids[..2], before.ids[..2]);
    assert_eq!(after.ids.len(), 3);
    assert!(after.ids[2].starts_with('i'), "{after:?}");
    // The same data again are the same regions.
    let version = folder.open().version();
    let file = folder.file("hz.geojson", geojson(&[hangzhou("Linan")]));
    folder.import(&[file], &["city=name"]).unwrap();
    assert_eq!(folder.open().version(), version);
}

#[test]
fn what_repeats_its_parent_repeats_the_new_one() {
    let folder = Folder::new();
    let file = folder.file(
        "a.geojson",
        geojson(&[Shape::new(
            &[("n", "Sjanghai")],
            rectangle(121.0, 31.0, 122.0, 32.0),
        )]),
    );
    folder.import(&[file], &["province=n"]).unwrap();
    let address = refined(&folder.open(), 31.2304, 121.4737, Language::Local).unwrap();
    assert_eq!(address.province.as_deref(), Some("Sjanghai"));
    assert_eq!(address.city, address.province);
    assert_eq!(address.ids[1], address.ids[2]);
    assert_eq!(
        (address.district, address.derived),
        (None, vec![Level::City])
    );
}

#[test]
fn the_narrowest_polygon_and_the_newest_import_come_first() {
    let folder = Folder::new();
    let shapes = [
        Shape::new(
            &[("n", "Wide"), ("d", "")],
            rectangle(10.0, 50.0, 12.0, 52.0),
        ),
        Shape::new(
            &[("n", "Narrow"), ("d", "")],
            rectangle(10.5, 50.5, 11.0, 51.0),
        ),
        Shape::new(
            &[("n", ""), ("d", "Part")],
            rectangle(10.0, 50.0, 10.2, 50.2),
        ),
    ];
    let file = folder.file("old.geojson", geojson(&shapes));
    folder
        .import(std::slice::from_ref(&file), &["city=n", "district=d"])
        .unwrap();
    let imports = folder.open();
    assert_eq!(city(&imports, 50.7, 10.7).as_deref(), Some("Narrow"));
    let part = refined(&imports, 50.1, 10.1, Language::English).unwrap();
    assert_eq!(
        (part.city.as_deref(), part.district.as_deref()),
        (Some("Wide"), Some("Part"))
    );

    let new = folder.file(
        "new.geojson",
        geojson(&[Shape::new(
            &[("n", "New")],
            rectangle(10.6, 50.6, 10.8, 50.8),
        )]),
    );
    folder.import(&[new], &["city=n"]).unwrap();
    assert_eq!(city(&folder.open(), 50.7, 10.7).as_deref(), Some("New"));
    assert_eq!(city(&folder.open(), 50.55, 10.7).as_deref(), Some("Narrow"));
    // Imported again, the old one is the newest.
    folder.import(&[file], &["city=n"]).unwrap();
    assert_eq!(city(&folder.open(), 50.7, 10.7).as_deref(), Some("Narrow"));
    remove(&folder.stored(), &["old".to_owned()]).unwrap();
    assert_eq!(
        city(&folder.open(), 50.55, 10.7),
        city(&Imports::default(), 50.55, 10.7)
    );
    assert!(remove(&folder.stored(), &["old".to_owned()]).is_err());
}

#[test]
fn a_country_that_is_known_is_that_country() {
    let folder = Folder::new();
    let file = folder.file(
        "c.geojson",
        geojson(&[Shape::new(
            &[("c", "Niederlande"), ("e", "Netherlands")],
            rectangle(5.9, 51.7, 6.2, 51.9),
        )]),
    );
    folder
        .import(&[file], &["country=c", "country:en=e"])
        .unwrap();
    // Kleve, in Germany.
    let address = refined(&folder.open(), 51.79, 6.14, Language::Chinese).unwrap();
    assert_eq!(
        (address.country.as_deref(), address.country_code.as_deref()),
        (Some("荷兰"), Some("NL"))
    );
    assert_eq!(
        (address.province, address.county, address.city),
        (None, None, None)
    );
    assert_eq!(address.ids, ["NL"]);
}

#[test]
fn shifted_coordinates_are_set_right() {
    let (lat, lon) = crate::capture::gcj02::degrees_to_wgs84(30.25, 120.15);
    for (crs, moved) in [(Crs::Gcj02, true), (Crs::Wgs84, false)] {
        let folder = Folder::new();
        let file = folder.file(
            "s.geojson",
            geojson(&[Shape::new(
                &[("n", "Spot")],
                rectangle(120.149, 30.249, 120.151, 30.251),
            )]),
        );
        folder
            .import_with(&[file], &["city=n"], |request| request.crs = Some(crs))
            .unwrap();
        let imports = folder.open();
        assert_eq!(
            city(&imports, lat + 0.0009, lon).as_deref() == Some("Spot"),
            moved
        );
        assert_eq!(
            city(&imports, 30.2501, 120.1501).as_deref() == Some("Spot"),
            !moved
        );
    }
}

#[test]
fn places_of_geonames_name_the_levels_of_their_country() {
    let folder = Folder::new();
    let cn = [
        row(
            1_784_764,
            "Zhejiang",
            (29.0, 120.0),
            "ADM1",
            "CN",
            ["02", "", "", ""],
            0,
        ),
        row(
            90_000_001,
            "Hangzhou Shi",
            (30.0, 120.0),
            "ADM2",
            "CN",
            ["02", "3301", "", ""],
            0,
        ),
        row(
            50_000_001,
            "Lakeside",
            (30.2489, 120.1485),
            "PPL",
            "CN",
            ["02", "3301", "", ""],
            20,
        ),
        row(
            50_000_002,
            "Gone",
            (30.2490, 120.1485),
            "PPLH",
            "CN",
            ["02", "3301", "", ""],
            20,
        ),
        row(
            50_000_003,
            "Elsewhere",
            (30.2488, 120.1485),
            "PPL",
            "CN",
            ["03", "", "", ""],
            900,
        ),
        row(
            50_000_004,
            "Nowhere",
            (91.0, 120.1485),
            "PPL",
            "CN",
            ["02", "", "", ""],
            900,
        ),
    ];
    let dump = folder.file("CN.txt", cn.concat());
    folder.file(
        "admin1CodesASCII.txt",
        "CN.02\tZhejiang\tZhejiang\t1784764\nFR.11\tA\tA\t5\n",
    );
    folder.file("alternateNamesV2.txt", "1\t50000001\tzh\t湖畔\t\t\t\t\n2\t50000001\tzh-Hant\t湖邊\t1\t\t\t\n3\t50000001\tfr\tLac\t\t\t\t\n");
    let description = folder.import(&[dump], &[]).unwrap();
    assert_eq!(
        (description.features, description.kind.as_str()),
        (2, "places")
    );
    assert_eq!(description.sources.len(), 3);
    assert_eq!(
        description
            .skipped
            .iter()
            .map(|(_, count)| count)
            .sum::<u64>(),
        2
    );
    let imports = folder.open();
    let before = refined(&Imports::default(), 30.2489, 120.1485, Language::English).unwrap();
    let english = refined(&imports, 30.2489, 120.1485, Language::English).unwrap();
    assert_eq!(english.township.as_deref(), Some("Lakeside"));
    // The district is known already, and a prefecture comes from the boundary of another name.
    assert_eq!(english.city.as_deref(), Some("Hangzhou Shi"));
    assert_eq!(english.ids[2], "g90000001");
    assert_eq!(english.ids[4], "g50000001");
    assert_eq!(english.ids[..2], before.ids[..2]);
    let chinese = refined(&imports, 30.2489, 120.1485, Language::Chinese).unwrap();
    assert_eq!(chinese.township.as_deref(), Some("湖畔"));
    assert_eq!(chinese.ids, english.ids);
    // No place of another country or of a place far away.
    assert_eq!(
        refined(&imports, 51.0, 10.0, Language::English),
        refined(&Imports::default(), 51.0, 10.0, Language::English)
    );
    let far = refined(&imports, 28.2, 120.1485, Language::English).unwrap();
    assert_ne!(far.township.as_deref(), Some("Lakeside"));
}

#[test]
fn properties_that_are_not_there_are_told() {
    let folder = Folder::new();
    let shapes = woods();
    let (shp, dbf) = shapefile(&shapes);
    folder.file("w.dbf", dbf);
    let files = [
        folder.file("w.geojson", geojson(&shapes)),
        folder.file("w.fgb", flatgeobuf(&shapes, true)),
        folder.file("w.shp", shp),
    ];
    for file in files {
        let error = folder
            .import(std::slice::from_ref(&file), &["city=title"])
            .err()
            .unwrap();
        assert_eq!(error.code(), "InvalidParameter.Property");
        assert!(
            error.to_string().contains("`title`") && error.to_string().contains("code, name"),
            "{error}"
        );
        let error = folder.import(&[file], &[]).err().unwrap();
        assert_eq!(error.code(), "InvalidParameter.Property");
        assert!(error.to_string().contains("code, name"), "{error}");
    }
}

#[test]
fn what_is_no_gazetteer_is_told() {
    let folder = Folder::new();
    let metres = Shape::new(&[("name", "M")], rectangle(1e6, 6e6, 1.1e6, 6.1e6));
    let swapped = Shape::new(&[("name", "S")], rectangle(30.0, 120.0, 31.0, 121.0));
    let empty = Shape {
        polygons: vec![vec![vec![(1.0, 1.0), (2.0, 2.0)]]],
        ..swapped.clone()
    };
    let nameless = Shape::new(&[("name", " ")], rectangle(1.0, 1.0, 2.0, 2.0));
    let deep = format!(
        r#"{{"type":"FeatureCollection","features":[{{"geometry":{}"#,
        "[".repeat(100_000)
    );
    let deep_coordinates = format!(
        r#"{{"type":"Feature","geometry":{{"type":"Polygon","coordinates":{}"#,
        "[".repeat(100_000)
    );
    let long = format!(
        r#"{{"type":"Feature","properties":{{"name":"{}"}}}}"#,
        "x".repeat(17 << 20)
    );
    let cut = &geojson(&woods())[..300];
    let (shp, dbf) = shapefile(&woods());
    folder.file("cut.dbf", &dbf[..dbf.len() - 30]);
    folder.file("alone.dbf", &dbf[..20]);
    folder.file("projected.dbf", &dbf);
    folder.file("projected.prj", "PROJCS[\"Web Mercator\"]");
    folder.file("strange.dbf", &dbf);
    folder.file("strange.cpg", "klingon");
    let told: Vec<String> = [
        ("empty.geojson", Vec::new()),
        ("text.geojson", b"hello".to_vec()),
        ("packed.zip", b"PK\x03\x04zip".to_vec()),
        ("db.gpkg", b"SQLite format 3\0".to_vec()),
        ("metres.geojson", geojson(&[metres]).into_bytes()),
        ("swapped.geojson", geojson(&[swapped]).into_bytes()),
        ("line.geojson", geojson(&[empty]).into_bytes()),
        ("nameless.geojson", geojson(&[nameless]).into_bytes()),
        ("none.geojson", geojson(&[]).into_bytes()),
        ("cut.geojson", cut.as_bytes().to_vec()),
        ("deep.geojson", deep.into_bytes()),
        ("deeper.geojson", deep_coordinates.into_bytes()),
        ("long.geojson", long.into_bytes()),
        ("topo.json", br#"{"type":"Topology","objects":{}}"#.to_vec()),
        (
            "nan.geojson",
            br#"{"type":"Feature","geometry":{"coordinates":[NaN]}}"#.to_vec(),
        ),
        ("old.fgb", b"fgb\x02fgb\0".to_vec()),
        ("cut.fgb", flatgeobuf(&woods(), true)[..500].to_vec()),
        ("none.fgb", b"fgb\x03fgb\0\xff\xff\xff\x7f".to_vec()),
        ("cut.shp", shp[..shp.len() - 7].to_vec()),
        ("alone.shp", shp.clone()),
        ("tableless.shp", shp.clone()),
        ("projected.shp", shp.clone()),
        ("strange.shp", shp),
    ]
    .into_iter()
    .map(|(name, content)| folder.refuses(name, content))
    .collect();
    insta::assert_snapshot!(told.join("\n"), @"
    cannot import `/empty.geojson`: it is empty
    cannot import `/text.geojson`: it is not GeoJSON, FlatGeobuf, a shapefile or a GeoNames dump (convert it first: `ogr2ogr boundaries.fgb FILE`)
    cannot import `/packed.zip`: it is a ZIP archive (unpack it and import what is in it)
    cannot import `/db.gpkg`: it is a GeoPackage or another SQLite database (convert it first: `ogr2ogr boundaries.fgb FILE`)
    cannot import `/metres.geojson`: coordinates beyond 90° north or south, or 360° east or west in 1 of its features, such as 1000000, 6000000 (degrees in WGS 84 are required: `ogr2ogr -t_srs EPSG:4326 degrees.fgb FILE`)
    cannot import `/swapped.geojson`: coordinates beyond 90° north or south, or 360° east or west in 1 of its features, such as 30, 120 (latitude and longitude seem to be swapped; GeoJSON has the longitude first)
    cannot import `/line.geojson`: none of its features can be used; in 1 of them: no area
    cannot import `/nameless.geojson`: none of its features can be used; in 1 of them: no name at any level
    cannot import `/none.geojson`: it has no features
    cannot import `/cut.geojson`: in feature 1, line 1, column 300: EOF while parsing a value
    cannot import `/deep.geojson`: in feature 1, line 1, column 54: invalid type: sequence, expected a geometry
    cannot import `/deeper.geojson`: in feature 1, line 1, column 187: recursion limit exceeded
    cannot import `/long.geojson`: it has a text of more than 16 MiB
    cannot import `/topo.json`: in feature 1, line 1, column 32: this is TopoJSON; convert it to GeoJSON first, with `topo2geo` or ogr2ogr
    cannot import `/nan.geojson`: in feature 1, line 1, column 46: expected value
    cannot import `/old.fgb`: this is FlatGeobuf of version 2; version 3 is required
    cannot import `/cut.fgb`: it ends too early
    cannot import `/none.fgb`: its header claims to have 2147483647 bytes
    cannot import `/cut.shp`: its `.shp` ends in record 2
    cannot import `/alone.shp`: it ends too early
    cannot import `/tableless.shp`: the `.dbf` with the names is not next to it
    cannot import `/projected.shp`: its coordinates are metres on a map (`Web Mercator`); degrees in WGS 84 are required
    cannot import `/strange.shp`: its `.cpg` names an unknown encoding: `klingon`
    ");
}

#[test]
fn features_that_cannot_be_used_are_counted() {
    let folder = Folder::new();
    let good = rectangle(10.0, 50.0, 11.0, 51.0);
    let shapes = [
        Shape::new(&[("name", "Good")], good.clone()),
        Shape::new(
            &[("name", "Unclosed")],
            good[..4].iter().map(|(x, y)| (x + 2.0, *y)).collect(),
        ),
        Shape::new(
            &[("name", "Bow")],
            vec![(20.0, 50.0), (21.0, 51.0), (21.0, 50.0), (20.0, 51.0)],
        ),
        Shape::new(&[("name", "Beyond")], rectangle(10.0, 89.0, 11.0, 91.0)),
        Shape::new(
            &[("name", "Line")],
            vec![(10.0, 50.0), (11.0, 51.0), (10.0, 50.0)],
        ),
        Shape::new(&[("name", "")], good.clone()),
        Shape::new(&[("name", &"x".repeat(501))], good),
    ];
    let collection = geojson(&shapes);
    let odd = r#"
        null, {"type":"Feature","geometry":null,"properties":null},
        {"type":"Feature","properties":{"name":"P"},"geometry":{"type":"Point","coordinates":[1,2]}},
        {"type":"Feature","properties":{"name":"T"},"geometry":{"type":"Polygon","coordinates":[[["1","2"],["3","4"],[5,6]]]}},
        {"geometry":{"coordinates":[[[30,50],[31,50],[31,51],[30,50]]],"type":"Polygon"},"properties":{"name":"Turned"},"type":"Feature"},"#;
    let file = folder.file(
        "some.geojson",
        collection.replacen("[{", &format!("[{odd}{{"), 1),
    );
    let description = folder.import(&[file], &["city=name"]).unwrap();
    assert_eq!(description.features, 4);
    let skipped: Vec<String> = description
        .skipped
        .iter()
        .map(|(why, count)| format!("{count} {why}"))
        .collect();
    assert_eq!(
        skipped,
        [
            "3 no polygon",
            "1 no name at any level",
            "1 a name of more than 500 bytes",
            "1 coordinates that are no numbers",
            "1 coordinates beyond 90° north or south, or 360° east or west",
            "1 no area",
        ]
    );
    let imports = folder.open();
    for (lat, lon, name) in [
        (50.5, 12.5, "Unclosed"),
        (50.5, 20.1, "Bow"),
        (50.2, 30.5, "Turned"),
    ] {
        assert_eq!(city(&imports, lat, lon).as_deref(), Some(name));
    }
}

#[test]
fn whole_files_are_counted() {
    let (shapes, dump) = (
        woods(),
        row(1, "A", (1.0, 2.0), "PPL", "CN", ["1", "", "", ""], 5),
    );
    assert_eq!(
        count(SourceFormat::GeoJson, geojson(&shapes).as_bytes()),
        Some(2)
    );
    assert_eq!(
        count(SourceFormat::FlatGeobuf, &flatgeobuf(&shapes, true)),
        Some(2)
    );
    assert_eq!(count(SourceFormat::GeoNames, dump.as_bytes()), Some(1));
    assert_eq!(count(SourceFormat::GeoJson, b"{"), None);
}

#[test]
fn an_import_that_fails_leaves_the_one_before() {
    let folder = Folder::new();
    let whole = geojson(&woods());
    let file = folder.file("woods.geojson", &whole);
    folder
        .import(std::slice::from_ref(&file), &["city=name"])
        .unwrap();
    let version = folder.open().version();
    folder.file("woods.geojson", &whole[..whole.len() - 20]);
    assert!(folder.import(&[file], &["city=name"]).is_err());
    assert_eq!(folder.open().version(), version);
}

#[test]
fn a_damaged_gazetteer_is_told_and_not_passed_over() {
    let folder = Folder::new();
    let file = folder.file("woods.geojson", geojson(&woods()));
    folder.import(&[file], &["city=name"]).unwrap();
    let path = folder.stored().join("woods.geo");
    let whole = fs::read(&path).unwrap();
    for (content, reason) in [
        (&whole[..whole.len() - 1], "damaged"),
        (b"IMMGAZ99", "version"),
        (b"", "damaged"),
    ] {
        folder.file("gazetteers/woods.geo", content);
        let error = Imports::open(&folder.stored()).err().unwrap();
        assert!(error.to_string().contains(reason), "{error}");
    }
}

/// Rings around a few points, so that many overlap.
fn rings() -> impl Strategy<Value = Vec<Ring>> {
    let corner = (-300..300i32, -200..200i32)
        .prop_map(|(x, y)| (f64::from(x) / 100.0 + 10.0, f64::from(y) / 100.0 + 50.0));
    proptest::collection::vec(proptest::collection::vec(corner, 3..12), 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// What a look-up finds is what a scan over all polygons does: of those that hold the
    /// point the smallest.
    #[test]
    fn a_look_up_equals_a_scan(rings in rings(), points in proptest::collection::vec((-310..310i32, -210..210i32), 60)) {
        let folder = Folder::new();
        let shapes: Vec<Shape> = (0..).zip(&rings).map(|(i, ring)| Shape::new(&[("name", &format!("Ring {i}"))], ring.clone())).collect();
        let file = folder.file("rings.geojson", geojson(&shapes));
        prop_assume!(folder.import(&[file], &["district=name"]).is_ok());
        let imports = folder.open();
        for (x, y) in points {
            let (lon, lat) = (f64::from(x) / 100.0 + 10.0005, f64::from(y) / 100.0 + 50.0005);
            // On an edge, a scan with rounding errors may tell either.
            let units = |degrees: f64| (degrees * 1e4).round();
            let on_edge = rings.iter().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1))).any(|((ax, ay), (bx, by))| {
                let [ax, ay, bx, by, x, y] = [*ax, *ay, *bx, *by, lon, lat].map(units);
                ((bx - ax) * (y - ay) - (by - ay) * (x - ax)).abs() < 0.5
            });
            if on_edge {
                continue;
            }
            let holds = |ring: &Ring| {
                let edges = ring.iter().zip(ring.iter().cycle().skip(1));
                let crossed = edges.filter(|((ax, ay), (bx, by))| {
                    (*ay > lat) != (*by > lat) && lon < (bx - ax) * (lat - ay) / (by - ay) + ax
                });
                crossed.count() % 2 == 1
            };
            let area = |ring: &Ring| {
                let edges = ring.iter().zip(ring.iter().cycle().skip(1));
                let twice: f64 = edges.map(|((ax, ay), (bx, by))| (ax * by - bx * ay) * 1e12).sum();
                (twice.abs() / 2.0).round()
            };
            let scan: Vec<(f64, usize)> = (0..).zip(&rings).filter(|(_, ring)| holds(ring)).map(|(i, ring)| (area(ring), i)).collect();
            let smallest = scan.iter().map(|(area, _)| *area).min_by(f64::total_cmp);
            let gazetteer = &imports.newest().unwrap();
            let found = gazetteer.around((lon, lat))[Level::District.index()].map(|region| region.names[LOCAL].to_owned());
            match smallest {
                None => prop_assert_eq!(found, None),
                // Rings of one size may be told either way.
                Some(smallest) => {
                    let best: Vec<String> = scan.iter().filter(|(area, _)| area - smallest <= smallest * 1e-6).map(|(_, i)| format!("Ring {i}")).collect();
                    prop_assert!(found.as_ref().is_some_and(|found| best.contains(found)), "{:?} is not of {:?}", found, best);
                }
            }
        }
    }

    /// Damaged files end in a message or in fewer features, never in a panic.
    #[test]
    fn files_may_be_damaged_anywhere(at in proptest::collection::vec((0..4000usize, any::<u8>()), 0..6), cut in 0..4000usize) {
        let shapes = woods();
        let (shp, dbf) = shapefile(&shapes);
        let dump = row(1, "A", (1.0, 2.0), "PPL", "CN", ["1", "2", "3", "4"], 5).repeat(9);
        let half = shp.len().max(dbf.len());
        let both: Vec<u8> = [shp, dbf].into_iter().flat_map(|mut part| { part.resize(half, b' '); part }).collect();
        for (format, whole) in [
            (SourceFormat::GeoJson, geojson(&shapes).into_bytes()),
            (SourceFormat::FlatGeobuf, flatgeobuf(&shapes, true)),
            (SourceFormat::Shapefile, both),
            (SourceFormat::GeoNames, dump.into_bytes()),
        ] {
            let mut bytes = whole;
            for (at, by) in &at {
                let at = at % bytes.len();
                bytes[at] = *by;
            }
            if cut % 3 == 0 {
                bytes.truncate(cut % bytes.len());
            }
            let _ = count(format, &bytes);
        }
    }

    /// Damage in what is stored makes wrong answers or none, never a panic.
    #[test]
    fn a_stored_file_may_be_damaged_anywhere(at in 0..2000usize, by in 1..=255u8, lat in 49.0..52.0f64, lon in 9.0..13.0f64) {
        let folder = Folder::new();
        let file = folder.file("woods.geojson", geojson(&woods()));
        folder.import(&[file], &["city=name"]).unwrap();
        let path = folder.stored().join("woods.geo");
        let mut bytes = fs::read(&path).unwrap();
        let at = at % bytes.len();
        bytes[at] ^= by;
        folder.file("gazetteers/woods.geo", &bytes);
        if let Ok(imports) = Imports::open(&folder.stored()) {
            let _ = refined(&imports, lat, lon, Language::English);
            let _ = imports.list();
        }
    }
}
