//! What other programs make of the exports: GDAL, a calendar library, Arrow, `ExifTool`.
//!
//! Where one of them is not installed, its test says so and passes, unless
//! `IMM_CLUSTER_READERS` is `required`, as in CI. `IMM_CLUSTER_PYTHON` names a Python that
//! has `icalendar` and `pyarrow`.
#![cfg(unix)]

use std::env;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, JIAXING, Sandbox, each, text};

/// A name that means something in every format.
const NAME: &str = "=1+1,\"x\"'; <b>&amp;\n]]>END:VEVENT 西湖.jpg";

/// A title that does.
const TITLE: &str = "-West; Lake, \"spring\" <b>&amp;\\n ]]> 西湖\u{1b}";

fn trips() -> Sandbox {
    let sandbox = Sandbox::new()
        .photo(&format!("lib/hz/{NAME}"), "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/hz/2.jpg", "2024-03-05 21:00:00", HANGZHOU)
        .photo("lib/jx/3.jpg", "2024-03-06 09:00:00", JIAXING)
        .file(
            "lib/jx/scan.jpg",
            crate::library::tiny_jpeg(&crate::library::Shot::new("x", "2024-03-07 10:00:00")),
        );
    sandbox.imm("run lib --levels city,country").ok();
    let id = id(&sandbox, "city Hangzhou");
    sandbox
        .imm_with(["clusters", "update", &id, &format!("--title={TITLE}")])
        .ok();
    sandbox
}

fn id(sandbox: &Sandbox, start: &str) -> String {
    let ids = sandbox.ids();
    ids.iter()
        .find(|(line, _)| line.starts_with(start))
        .unwrap()
        .1
        .clone()
}

/// What a program prints; `None` where it is not installed and need not be.
fn read(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output();
    let required = env::var_os("IMM_CLUSTER_READERS").is_some_and(|value| value == "required");
    let missing = match &output {
        Err(error) => Some(error.to_string()),
        // Python without a library.
        Ok(output) => {
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            error.contains("ModuleNotFoundError").then_some(error)
        }
    };
    if let Some(missing) = missing {
        assert!(!required, "{program}: {missing}");
        println!(
            "skipped: {program} {}",
            missing.lines().last().unwrap_or_default()
        );
        return None;
    }
    let output = output.unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {error}");
    // GDAL says there what it doubts; that GeoJSON has no dates is no fault of ours.
    let no_fault = |line: &&str| {
        line.contains("The output driver does not natively support")
            || line.contains("Assuming it is long/lat on WGS84")
    };
    let doubts: Vec<&str> = error.lines().filter(|line| !no_fault(line)).collect();
    assert_eq!(doubts, [""; 0], "{program}");
    Some(String::from_utf8(output.stdout).unwrap())
}

fn python(script: &str, file: &Path) -> Option<Value> {
    let python = env::var("IMM_CLUSTER_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let printed = read(&python, &["-c", script, file.to_str().unwrap()])?;
    Some(serde_json::from_str(&printed).unwrap())
}

/// Features as GDAL reads them, by layer, turned into GeoJSON by GDAL itself.
fn features(file: &Path, layer: &str, options: &[&str]) -> Option<Vec<Value>> {
    let file = file.to_str().unwrap();
    let mut arguments = vec!["-f", "GeoJSONSeq", "/vsistdout/", file, layer];
    arguments.extend(options);
    let printed = read("ogr2ogr", &arguments)?;
    let parse = |line: &str| serde_json::from_str(line).unwrap();
    Some(
        printed
            .lines()
            .map(|line| parse(line.trim_start_matches('\u{1e}')))
            .collect(),
    )
}

fn point(feature: &Value) -> [f64; 2] {
    let at = &feature["geometry"]["coordinates"];
    [at[0].as_f64().unwrap(), at[1].as_f64().unwrap()]
}

#[track_caller]
fn near(feature: &Value, place: (f64, f64)) {
    let [lon, lat] = point(feature);
    assert!(
        (lat - place.0).abs() < 1e-4 && (lon - place.1).abs() < 1e-4,
        "{feature}"
    );
}

/// The title as XML can hold it.
fn title_in_xml() -> String {
    TITLE.replace('\u{1b}', "\u{fffd}")
}

#[test]
fn gdal_reads_geojson() {
    let sandbox = trips();
    sandbox
        .imm("export geojson --files --output trips.geojson")
        .ok();
    let Some(features) = features(&sandbox.path("trips.geojson"), "trips", &[]) else {
        return;
    };
    assert_eq!(features.len(), 5, "two clusters and three files");
    let hangzhou = &features[0];
    near(hangzhou, HANGZHOU);
    let properties = &hangzhou["properties"];
    assert_eq!(text(&properties["kind"]), "cluster");
    assert_eq!(text(&properties["title"]), TITLE);
    assert_eq!(text(&properties["city"]), "Hangzhou");
    assert_eq!(properties["files"], 2);
    let files: Vec<String> = features[1..3]
        .iter()
        .map(|file| text(&file["properties"]["name"]))
        .collect();
    assert_eq!(files, [NAME, "2.jpg"]);
}

#[test]
fn gdal_reads_kml() {
    let sandbox = trips();
    sandbox.imm("export kml --files --output trips.kml").ok();
    let layer = format!("2024-03-03 {}", title_in_xml());
    let Some(features) = features(&sandbox.path("trips.kml"), &layer, &[]) else {
        return;
    };
    assert_eq!(features.len(), 3);
    let name = |feature: &Value| text(&feature["properties"]["Name"]);
    assert_eq!(name(&features[0]), title_in_xml());
    near(&features[0], HANGZHOU);
    assert_eq!(name(&features[1]), NAME);
}

#[test]
fn gdal_reads_gpx() {
    let sandbox = trips();
    sandbox.imm("export gpx --output way.gpx").ok();
    sandbox
        .imm("export gpx --as tracks --output tracks.gpx")
        .ok();
    let Some(waypoints) = features(&sandbox.path("way.gpx"), "waypoints", &[]) else {
        return;
    };
    assert_eq!(waypoints.len(), 3);
    assert_eq!(text(&waypoints[0]["properties"]["name"]), NAME);
    near(&waypoints[0], HANGZHOU);
    let time = text(&waypoints[0]["properties"]["time"]);
    assert_eq!(time, "2024-03-03T01:00:00Z");
    let points = features(&sandbox.path("tracks.gpx"), "track_points", &[]).unwrap();
    assert_eq!(points.len(), 3);
    let tracks = features(&sandbox.path("tracks.gpx"), "tracks", &[]).unwrap();
    assert_eq!(
        text(&tracks[0]["properties"]["name"]),
        format!("2024-03-03 {}", title_in_xml())
    );
}

#[test]
fn gdal_reads_csv() {
    let sandbox = trips();
    sandbox.imm("export csv --output trips.csv").ok();
    sandbox.imm("export csv --files --output files.csv").ok();
    let places = [
        "-oo",
        "X_POSSIBLE_NAMES=lon",
        "-oo",
        "Y_POSSIBLE_NAMES=lat",
        "-oo",
        "AUTODETECT_TYPE=YES",
    ];
    let Some(clusters) = features(&sandbox.path("trips.csv"), "trips", &places) else {
        return;
    };
    assert_eq!(clusters.len(), 2);
    near(&clusters[0], HANGZHOU);
    assert_eq!(
        text(&clusters[0]["properties"]["title"]),
        format!("'{TITLE}")
    );
    assert_eq!(clusters[0]["properties"]["days"], 3);
    let files = features(&sandbox.path("files.csv"), "files", &places).unwrap();
    assert_eq!(files.len(), 4, "the scan is in no cluster");
    assert_eq!(text(&files[0]["properties"]["name"]), format!("'{NAME}"));
    assert_eq!(text(&files[3]["properties"]["cluster_id"]), "");
}

#[test]
fn a_calendar_library_reads_ics() {
    let sandbox = trips();
    sandbox.imm("export ics --output trips.ics").ok();
    let script = r#"
import icalendar, json, sys
calendar = icalendar.Calendar.from_ical(open(sys.argv[1], "rb").read())
print(json.dumps([{
    "uid": str(e["UID"]), "from": e["DTSTART"].dt.isoformat(), "to": e["DTEND"].dt.isoformat(),
    "summary": str(e["SUMMARY"]), "location": str(e["LOCATION"]), "errors": [str(x) for x in e.errors],
    "geo": [e["GEO"].latitude, e["GEO"].longitude],
} for e in calendar.walk("VEVENT")]))
"#;
    let Some(events) = python(script, &sandbox.path("trips.ics")) else {
        return;
    };
    assert_eq!(events.as_array().unwrap().len(), 2);
    assert_eq!(
        events[0],
        json!({
            "uid": id(&sandbox, "city Hangzhou"),
            "from": "2024-03-03",
            "to": "2024-03-06",
            "summary": title_in_xml(),
            "location": "Hangzhou, Zhejiang, China",
            "errors": [],
            "geo": [HANGZHOU.0, HANGZHOU.1],
        })
    );
}

#[cfg(feature = "parquet")]
#[test]
fn arrow_reads_evidence() {
    let sandbox = trips();
    sandbox.imm("run --day-starts 12:00").ok();
    let export = "export parquet --evidence --owner 西湖 --output evidence.parquet";
    sandbox.imm(export).ok();
    let script = r"
import json, sys
import pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
told = {k.decode(): v.decode() for k, v in table.schema.metadata.items()}
types = {str(field.type) for field in table.schema}
print(json.dumps([table.to_pylist(), told, sorted(types)], default=str))
";
    let Some(read) = python(script, &sandbox.path("evidence.parquet")) else {
        return;
    };
    let rows = read[0].as_array().unwrap();
    let part = |row: &Value| {
        let of = |key: &str| row[key].clone();
        json!([
            of("owner"),
            of("local_day"),
            of("local_date"),
            of("city"),
            of("files"),
            of("records")
        ])
    };
    // What was taken in the morning counts for the day before.
    assert_eq!(
        rows.iter().map(part).collect::<Vec<_>>(),
        [
            json!(["西湖", 19_787, "2024-03-05", "Jiaxing", 1, 1]),
            json!(["西湖", 19_784, "2024-03-02", "Hangzhou", 1, 1]),
            json!(["西湖", 19_787, "2024-03-05", "Hangzhou", 1, 1]),
        ]
    );
    assert!(text(&rows[0]["city_key"]).starts_with("[\"#CN\",\"#"));
    assert_eq!(read[1]["imm_cluster.files_without_position"], "1");
    assert!(text(&read[1]["imm_cluster.rules"]).contains("\"day_starts\":\"12:00\""));
    assert_eq!(read[2], json!(["date32[day]", "int32", "string"]));
}

#[cfg(feature = "parquet")]
#[test]
fn arrow_reads_parquet() {
    let sandbox = trips();
    sandbox.imm("export parquet --output trips.parquet").ok();
    sandbox
        .imm("export parquet --files --output files.parquet")
        .ok();
    let script = r#"
import json, sys
import pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
print(json.dumps({
    "types": {f.name: str(f.type) for f in table.schema},
    "rows": [{k: v if v is None or isinstance(v, (int, float)) else str(v) for k, v in row.items()} for row in table.to_pylist()],
}))
"#;
    let Some(clusters) = python(script, &sandbox.path("trips.parquet")) else {
        return;
    };
    assert_eq!(each(&clusters["rows"]).count(), 2);
    let hangzhou = &clusters["rows"][0];
    assert_eq!(text(&hangzhou["title"]), TITLE);
    assert_eq!(text(&hangzhou["start_date"]), "2024-03-03");
    assert_eq!(
        (&hangzhou["days"], &hangzhou["lat"]),
        (&json!(3), &json!(HANGZHOU.0))
    );
    assert_eq!(clusters["types"]["start_date"], "date32[day]");
    let files = python(script, &sandbox.path("files.parquet")).unwrap();
    let types = &files["types"];
    assert_eq!(types["capture_time"], "timestamp[us]");
    assert_eq!(types["capture_time_utc"], "timestamp[us, tz=UTC]");
    assert_eq!(
        (&types["lat"], &types["path"]),
        (&json!("double"), &json!("string"))
    );
    assert_eq!(each(&files["rows"]).count(), 4);
    let first = &files["rows"][0];
    assert_eq!(text(&first["name"]), NAME);
    assert_eq!(text(&first["capture_time"]), "2024-03-03 09:00:00");
    assert_eq!(
        text(&first["capture_time_utc"]),
        "2024-03-03 01:00:00+00:00"
    );
    assert_eq!(first["utc_offset_minutes"], 480);
    assert_eq!(files["rows"][3]["cluster_id"], Value::Null);
}

#[cfg(feature = "parquet")]
#[test]
fn arrow_reads_points_with_names() {
    let sandbox = Sandbox::new();
    let make = r#"
import datetime, sys
import pyarrow as pa, pyarrow.parquet as pq
lat = [30.2489, None, -33.8568, 91.0, float("nan"), 0.0, -30.0, 52.0907] * 50
lon = [120.1485, 5.0, 151.2153, 0.0, 0.0, 0.0, -25.0, 5.1214] * 50
number = list(range(400))
table = pa.table({
    "number": number,
    "Lng": pa.array(lon, pa.float64()),
    "kind": pa.array(["a", "b"] * 200).dictionary_encode(),
    "tags": [["x", None], None, [], ["y"]] * 100,
    "at": [datetime.datetime(2024, 3, 3, tzinfo=datetime.timezone.utc)] * 400,
    "latitude": pa.array(lat, pa.float64()),
})
codecs = {name: "gzip" for name in ["number", "kind", "at"]} | {"tags.list.element": "zstd", "Lng": "snappy", "latitude": "none"}
pq.write_table(table, sys.argv[1], row_group_size=150, compression=codecs)
print("true")
"#;
    if python(make, &sandbox.path("in.parquet")).is_none() {
        return;
    }
    let lookup = "lookup --parquet in.parquet out.parquet";
    let done = sandbox.imm(lookup).ok();
    done.says("400 rows written to `out.parquet`");
    done.says("150 rows without a point");
    let script = r#"
import json, sys
import pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
before = pq.read_table(sys.argv[1].replace("out", "in"))
table.validate(full=True)
same = all(table[name].to_pylist() == before[name].to_pylist() for name in ["number", "kind", "tags", "at", "Lng"])
print(json.dumps([same, table.schema.names, pq.ParquetFile(sys.argv[1]).num_row_groups, table.select(range(6, len(table.schema))).to_pylist()]))
"#;
    let read = python(script, &sandbox.path("out.parquet")).unwrap();
    assert_eq!((&read[0], &read[2]), (&json!(true), &json!(3)));
    let names = read[1].as_array().unwrap();
    assert_eq!(
        (&names[0], &names[6], &names[17]),
        (
            &json!("number"),
            &json!("country_code"),
            &json!("time_zone")
        )
    );
    let points = "30.2489,120.1485\nx\n-33.8568,151.2153\nx\nx\n0,0\n-30,-25\n52.0907,5.1214\n";
    let wanted = sandbox.imm("lookup - --format ndjson").stdin(points).ok();
    let wanted = wanted.ndjson();
    for (number, row) in each(&read[3]).enumerate() {
        let wanted = &wanted[number % 8];
        let levels = [
            "country_code",
            "country",
            "province",
            "city",
            "district",
            "township",
        ];
        for level in levels {
            let name = wanted["address"].get(level).unwrap_or(&Value::Null);
            assert_eq!(&row[level], name, "{number} {level}");
        }
        let zone = wanted.get("time_zone").unwrap_or(&Value::Null);
        assert_eq!(&row["time_zone"], zone, "{number}");
        let key = row["city_key"].as_str().map(|key| {
            let key: Vec<Option<String>> = serde_json::from_str(key).unwrap();
            key[2].clone().unwrap().trim_start_matches('#').to_owned()
        });
        let keys = wanted.get("region_keys").and_then(|keys| keys.get("city"));
        assert_eq!(key.as_deref(), keys.and_then(Value::as_str), "{number}");
    }
    // Its own file is replaced, and nothing else.
    sandbox.imm(lookup).ok();
    let refused = sandbox
        .imm("lookup --parquet in.parquet in.parquet")
        .exits(2);
    refused.says("`in.parquet` exists and is not a Parquet file that imm-cluster wrote");
    let refused = sandbox
        .imm("lookup --parquet out.parquet new.parquet")
        .exits(1);
    refused.says("there is a column `country_code` already");
    let sandbox = sandbox.file("text.parquet", "no table");
    sandbox
        .imm("lookup --parquet text.parquet new.parquet")
        .exits(1);
    sandbox
        .imm("lookup --parquet none.parquet new.parquet")
        .exits(1);
    sandbox
        .imm("lookup --parquet in.parquet new.parquet 1,2")
        .exits(2);
    assert!(!sandbox.path("new.parquet").exists());
}

#[test]
fn exiftool_reads_sidecars() {
    let sandbox = trips();
    sandbox.imm("export xmp --output sidecars").ok();
    let sidecar = sandbox.path(format!("sidecars/lib/hz/{NAME}.xmp"));
    let printed = read(
        "exiftool",
        &[
            "-j",
            "-n",
            "-struct",
            "-G1",
            "-charset",
            "filename=utf8",
            sidecar.to_str().unwrap(),
        ],
    );
    let Some(printed) = printed else { return };
    let found: Value = serde_json::from_str(&printed).unwrap();
    let found = &found[0];
    let album = format!("2024-03-03 {}", title_in_xml());
    for (tag, value) in [
        ("XMP-photoshop:Country", json!("China")),
        ("XMP-photoshop:State", json!("Zhejiang")),
        ("XMP-photoshop:City", json!("Hangzhou")),
        ("XMP-iptcCore:CountryCode", json!("CN")),
        ("XMP-dc:Subject", json!([album])),
        (
            "XMP-lr:HierarchicalSubject",
            json!([format!("Trips|{album}")]),
        ),
        (
            "XMP-digiKam:TagsList",
            json!([format!("Trips/{}", album.replace('/', "_"))]),
        ),
    ] {
        assert_eq!(found[tag], value, "{tag} in {found}");
    }
    let created = &found["XMP-iptcExt:LocationCreated"][0];
    assert_eq!(text(&created["City"]), "Hangzhou");
    assert_eq!(text(&created["CountryName"]), "China");
    let unwanted = found
        .as_object()
        .unwrap()
        .keys()
        .find(|key| key.contains("GPS") || key.contains("Warning"));
    assert_eq!(unwanted, None, "{found}");
    // On request, where the file itself does not tell the position.
    let scan = sandbox.path("lib/jx/scan.jpg");
    sandbox
        .imm("files set lib/jx/scan.jpg --position -33.8568,151.2153")
        .ok();
    sandbox.imm("run").ok();
    sandbox.imm("export xmp --gps").ok();
    let position = |file: &str| {
        let printed = read("exiftool", &["-j", "-n", "-G1", "-XMP-exif:all", file]).unwrap();
        let found: Value = serde_json::from_str(&printed).unwrap();
        ["GPSLatitude", "GPSLongitude"].map(|name| found[0][format!("XMP-exif:{name}")].as_f64())
    };
    let [lat, lon] = position(&format!("{}.xmp", scan.display()));
    assert!((lat.unwrap() + 33.8568).abs() < 1e-8 && (lon.unwrap() - 151.2153).abs() < 1e-8);
    let photo = sandbox.path("lib/jx/3.jpg.xmp");
    assert_eq!(position(photo.to_str().unwrap()), [None, None]);
}
