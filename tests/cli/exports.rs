//! `export` to files and sidecars: what is chosen, where it goes, and what stays.

use std::collections::BTreeMap;
use std::fs;
use std::time::SystemTime;

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, JIAXING, KYOTO, Sandbox, UTRECHT, each, text};

fn trips() -> Sandbox {
    let sandbox = Sandbox::new()
        .photo("lib/hz/1.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/hz/2.jpg", "2024-03-05 21:00:00", HANGZHOU)
        .photo("lib/jx/3.jpg", "2024-03-06 09:00:00", JIAXING)
        .photo("lib/kyoto/5.jpg", "2024-10-10 09:00:00", KYOTO);
    sandbox.imm("run lib --levels city,country").ok();
    sandbox
}

/// The same seen from a home in Utrecht: a trip with two stops, and one with one.
pub(crate) fn travels() -> Sandbox {
    let sandbox = trips();
    let home = format!("homes add Utrecht {},{}", UTRECHT.0, UTRECHT.1);
    sandbox.imm(&home).ok();
    sandbox.take("lib/home/6.jpg", "2024-05-01 09:00:00", UTRECHT);
    sandbox.imm("run lib").ok();
    sandbox
}

/// The names of the clusters in a GeoJSON export.
fn names(sandbox: &Sandbox, options: &str) -> Vec<String> {
    let collection = sandbox
        .imm(&format!("export geojson {options}"))
        .ok()
        .json();
    each(&collection["features"])
        .map(|feature| text(&feature["properties"]["name"]))
        .collect()
}

#[test]
fn the_narrowest_level_is_chosen_and_filters_are_those_of_clusters_list() {
    let sandbox = trips();
    let cities = [
        "2024-03-03 Hangzhou",
        "2024-03-06 Jiaxing",
        "2024-10-10 Kyoto",
    ];
    assert_eq!(names(&sandbox, ""), cities);
    assert_eq!(
        names(&sandbox, "--level country"),
        ["2024-03-03 China", "2024-10-10 Japan"]
    );
    assert_eq!(names(&sandbox, "--level country,city").len(), 5);
    assert_eq!(
        names(&sandbox, "--start-time 2024-03-04..2024-04-01"),
        [cities[1]]
    );
    assert_eq!(names(&sandbox, "--address country=Japan"), [cities[2]]);
    let list = sandbox
        .imm("clusters list --level country --format json")
        .ok()
        .json();
    assert_eq!(
        names(&sandbox, &format!("--id {}", text(&list[1]["object_id"]))),
        ["2024-10-10 Japan"]
    );
    sandbox.imm("export geojson --id nothing").exits(1);
    sandbox.imm("export geojson --start-time soon").exits(2);
}

/// The formats that go into one file, as the help lists them: a new one is held to the
/// same as the others.
fn formats(sandbox: &Sandbox) -> Vec<String> {
    let help = sandbox.imm("export -h").ok().stdout;
    let commands = help.split("Commands:\n").nth(1).unwrap();
    let formats: Vec<String> = (commands.lines())
        .map_while(|line| line.split_whitespace().next())
        .filter(|name| !["albums", "xmp", "help"].contains(name))
        .filter(|name| cfg!(feature = "parquet") || *name != "parquet")
        .map(str::to_owned)
        .collect();
    assert!(formats.len() > 5, "{formats:?}");
    formats
}

#[test]
fn every_format_names_every_chosen_cluster_and_only_those() {
    let sandbox = trips();
    for format in formats(&sandbox) {
        let options = match format.as_str() {
            "gpx" => "--as tracks",
            // No text, and held to the same by Arrow.
            "parquet" => continue,
            _ => "",
        };
        let format = format!("{format} {options}");
        let whole = sandbox.imm(&format!("export {format}")).ok().stdout;
        assert!(
            whole.contains("Hangzhou") && whole.contains("Kyoto"),
            "{whole}"
        );
        let part = sandbox
            .imm(&format!("export {format} --address city=Kyoto"))
            .ok()
            .stdout;
        assert!(
            !part.contains("Hangzhou") && part.contains("Kyoto"),
            "{part}"
        );
    }
    for format in formats(&sandbox).iter().filter(|format| *format != "ics") {
        let help = sandbox.imm(&format!("export {format} -h")).ok().stdout;
        let files = if help.contains("--files") {
            "--files"
        } else {
            ""
        };
        sandbox
            .imm(&format!("export {format} {files} --output out"))
            .ok();
        let bytes = fs::read(sandbox.path("out")).unwrap();
        let found = bytes.windows(5).filter(|part| *part == b"1.jpg").count();
        assert!(found > 0, "{format}");
    }
}

#[cfg(feature = "parquet")]
#[test]
fn evidence_is_of_everything() {
    let sandbox = trips();
    let evidence = "export parquet --evidence --output evidence.parquet";
    sandbox
        .imm(evidence)
        .ok()
        .says("rows written to `evidence.parquet`");
    // Every option that chooses, of now and of later.
    let help = sandbox.imm("export parquet --help").ok().stdout;
    let options = help.split("Options:\n").nth(1).unwrap();
    let options = options.split("\nGlobal options:").next().unwrap();
    let mut refused = 0;
    for line in options.lines() {
        let option = line.trim().split(' ').next().unwrap();
        let value = match option {
            "--evidence" | "--owner" | "--help" | "--output" => continue,
            "--files" => "",
            "--by" => "trip",
            "--level" => "city",
            "--address" => "city=Kyoto",
            option if option.starts_with("--") => "a=b",
            _ => continue,
        };
        let outcome = sandbox.imm(&format!("{evidence} {option} {value}"));
        outcome.exits(2).says("cannot be used with");
        refused += 1;
    }
    assert!(refused >= 11, "{help}");
    let alone = sandbox.imm("export parquet --owner me --output x.parquet");
    alone.exits(2).says("--evidence");
}

#[test]
fn the_rules_are_printed_as_sql() {
    let sandbox = Sandbox::new();
    let query = sandbox
        .imm("sql --levels township,country --gap-days 3")
        .ok()
        .stdout;
    assert!(query.contains("3 AS gap_days, 1 AS min_days, 99999 AS max_days"));
    assert!(query.contains("township_key") && !query.contains("'city' AS level"));
    let runs = sandbox.imm("sql runs").ok().stdout;
    assert!(runs.contains("AS fits") && runs.contains("'city' AS level"));
    let identity = sandbox.imm("sql identity --min-days 2").ok().stdout;
    assert!(identity.contains("2 AS min_days"));
    let reversed = sandbox.imm("sql --min-days 5 --max-days 3").exits(2);
    reversed.says("`--min-days 5` is more than `--max-days 3`");
    assert_eq!(fs::read_dir(sandbox.path("")).unwrap().count(), 0);
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_format_that_is_not_built_in_says_so() {
    let sandbox = trips();
    let refused = sandbox.imm("export parquet --output out").exits(2);
    refused.says("built without Parquet");
}

#[test]
fn the_rest_comes_only_where_nothing_was_asked_for() {
    let sandbox = trips();
    sandbox.imm("clusters list").ok();
    sandbox.write(
        "lib/scan.jpg",
        crate::library::tiny_jpeg(&crate::library::Shot::new("x", "2024-03-07 10:00:00")),
    );
    sandbox.imm("run lib").ok();
    let rows = |options: &str| {
        sandbox
            .imm(&format!("export csv --files {options}"))
            .ok()
            .stdout
            .lines()
            .count()
            - 1
    };
    assert_eq!(rows(""), 5);
    assert_eq!(
        rows("--level country,city"),
        9,
        "each file for each of its clusters"
    );
    assert_eq!(rows("--address city=Hangzhou"), 2);
    fs::remove_file(sandbox.path("lib/hz/1.jpg")).unwrap();
    sandbox.imm("run lib").ok();
    assert_eq!(rows(""), 4, "what is gone is not exported");
}

#[test]
fn a_file_is_replaced_and_never_the_dataset_or_a_photo() {
    let sandbox = trips();
    insta::assert_snapshot!(sandbox.imm("export ics --output trips.ics").ok().both(), @"
    ---
    no home found, so these are clusters instead of trips; `imm-cluster homes add` adds one
    3 clusters written to `trips.ics`
    ");
    let first = fs::read(sandbox.path("trips.ics")).unwrap();
    sandbox.write(
        "trips.ics",
        "old and much longer than what replaces it".repeat(1000),
    );
    sandbox.imm("export ics --output trips.ics").ok();
    assert_eq!(
        fs::read(sandbox.path("trips.ics")).unwrap(),
        first,
        "the same dataset, the same bytes"
    );
    let dataset = sandbox.dataset_state();
    for path in [sandbox.dataset(), sandbox.path("lib/hz/1.jpg")] {
        let before = fs::read(&path).unwrap();
        let outcome = sandbox
            .imm(&format!("export csv --output {}", path.display()))
            .exits(2);
        outcome.says("is the dataset or one of its files");
        assert_eq!(fs::read(&path).unwrap(), before);
    }
    // Nor is a photo that the dataset does not know, whatever leads to it.
    sandbox.take("elsewhere/new.jpg", "2024-03-03 09:00:00", HANGZHOU);
    let photo = sandbox.path("elsewhere/new.jpg");
    let before = fs::read(&photo).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&photo, sandbox.path("page.html")).unwrap();
    for command in [
        "export csv --output elsewhere/new.jpg",
        "report --force --output elsewhere/new.jpg",
        #[cfg(unix)]
        "report --force --output page.html",
    ] {
        let outcome = sandbox.imm(command).exits(2);
        outcome.says("is a photo or video");
        assert_eq!(fs::read(&photo).unwrap(), before);
    }
    assert!(sandbox.dataset_state() == dataset);
    insta::assert_snapshot!(sandbox.imm("export csv --output no/such/folder.csv").exits(1).stderr, @"
    no home found, so these are clusters instead of trips; `imm-cluster homes add` adds one
    error: cannot write `no/such/folder.csv`: No such file or directory (os error 2)
    hint: check the folder, the permissions and the free space
    ");
    insta::assert_snapshot!(sandbox.imm("export csv --dataset none").ok().both(), @"
    cluster_id,level,title,place,country_code,country,province,city,district,township,start_date,end_date,days,active_days,files,moments,files_missing,first_capture,last_capture,lat,lon,south,west,north,east,custom_id
    ---
    no dataset `[ROOT]/data/imm-cluster/none.json` yet: `imm-cluster run ~/Pictures` makes one
    ");
}

/// The clusters without what changes when a file is read again.
fn clusters(sandbox: &Sandbox) -> Value {
    sandbox.imm("clusters list --format json").ok().json()
}

#[cfg(unix)]
#[test]
fn a_link_among_the_sidecars_is_not_followed() {
    let sandbox = trips();
    std::fs::create_dir_all(sandbox.path("out/lib")).unwrap();
    std::fs::create_dir(sandbox.path("other")).unwrap();
    std::os::unix::fs::symlink(sandbox.path("other"), sandbox.path("out/lib/hz")).unwrap();
    let outcome = sandbox.imm("export xmp --output out").exits(1);
    outcome.says("out/lib/hz`: a link or something else is in the way");
    let count = |folder: &str| fs::read_dir(sandbox.path(folder)).unwrap().count();
    assert_eq!(count("other"), 0);
    assert!(count("out/lib/jx") > 0, "the others are written");
}

#[test]
fn sidecars_change_no_cluster_and_none_is_written_twice() {
    let sandbox = trips();
    let media = |sandbox: &Sandbox| -> Vec<(Vec<u8>, SystemTime)> {
        let paths = ["hz/1.jpg", "hz/2.jpg", "jx/3.jpg", "kyoto/5.jpg"];
        let state = |path: &str| {
            let path = sandbox.path(format!("lib/{path}"));
            (
                fs::read(&path).unwrap(),
                fs::metadata(&path).unwrap().modified().unwrap(),
            )
        };
        paths.map(state).into()
    };
    let (before, photos) = (clusters(&sandbox), media(&sandbox));
    insta::assert_snapshot!(sandbox.imm("export xmp --dry-run").ok().both(), @"
    4 sidecars would be written
    ---
    no home found, so these are clusters instead of trips; `imm-cluster homes add` adds one
    ");
    assert!(!sandbox.path("lib/hz/1.jpg.xmp").exists());
    insta::assert_snapshot!(sandbox.imm("export xmp --gps").ok().both(), @"
    4 sidecars written
    ---
    no home found, so these are clusters instead of trips; `imm-cluster homes add` adds one
    ");
    let written = fs::read(sandbox.path("lib/hz/1.jpg.xmp")).unwrap();
    assert!(media(&sandbox) == photos, "media are only read");
    for call in ["index", "run"] {
        sandbox.imm(call).ok();
        assert_eq!(clusters(&sandbox), before, "{call}");
    }
    let outcome = sandbox.imm("export xmp --format json").ok().json();
    assert_eq!(outcome, json!({"written": 0, "existing": 4, "skipped": 0}));
    assert_eq!(fs::read(sandbox.path("lib/hz/1.jpg.xmp")).unwrap(), written);
    let folder = fs::read_dir(sandbox.path("lib/hz")).unwrap();
    assert_eq!(folder.count(), 4, "two photos, two sidecars, nothing else");
}

#[test]
fn a_sidecar_of_any_name_is_left_alone() {
    let sandbox = trips();
    for (sidecar, options) in [
        ("lib/hz/1.xmp", ""),
        ("lib/hz/1.JPG.XMP", ""),
        ("lib/hz/1.jpg.xmp", "--naming adobe"),
    ] {
        sandbox.write(sidecar, "mine");
        let outcome = sandbox
            .imm(&format!("export xmp --dry-run --format json {options}"))
            .ok();
        assert_eq!(
            outcome.json(),
            json!({"written": 3, "existing": 1, "skipped": 0}),
            "{sidecar}"
        );
        fs::remove_file(sandbox.path(sidecar)).unwrap();
    }
    fs::remove_file(sandbox.path("lib/kyoto/5.jpg")).unwrap();
    let outcome = sandbox.imm("export xmp --naming adobe --format json").ok();
    assert_eq!(
        outcome.json(),
        json!({"written": 3, "existing": 0, "skipped": 1})
    );
    assert!(sandbox.path("lib/hz/1.xmp").exists());
}

#[test]
fn sidecars_can_go_into_a_tree_of_their_own() {
    let sandbox = trips();
    let before = sandbox.dataset_bytes();
    sandbox.imm("export xmp --output side").ok();
    assert!(sandbox.path("side/lib/kyoto/5.jpg.xmp").exists());
    assert!(!sandbox.path("lib/kyoto/5.jpg.xmp").exists());
    let again = sandbox
        .imm("export xmp --output side --format json")
        .ok()
        .json();
    assert_eq!(again, json!({"written": 0, "existing": 4, "skipped": 0}));
    assert!(
        sandbox.dataset_bytes() == before,
        "the dataset is only read"
    );
}

/// Every way in which something is written to standard output.
const TEXTS: [&str; 9] = [
    "csv",
    "csv --files",
    "geojson",
    "geojson --files",
    "gpx",
    "gpx --as tracks",
    "ics",
    "kml --files",
    "m3u",
];

#[test]
fn every_format_goes_by_trip_where_a_home_is_known() {
    let sandbox = travels();
    let list = sandbox.imm("trips list --format json").ok().json();
    let china = text(&list[0]["object_id"]);
    let name = "China: Hangzhou, Jiaxing";
    for format in TEXTS {
        let plain = sandbox.imm(&format!("export {format}")).ok();
        assert_eq!(plain.stderr, "", "{format}");
        let by_trip = sandbox.imm(&format!("export {format} --by trip")).ok();
        assert_eq!(plain.stdout, by_trip.stdout, "{format}");
        let escaped = name.replace(',', if format == "ics" { "\\," } else { "," });
        assert!(
            plain.stdout.contains(&escaped),
            "{format}: {}",
            plain.stdout
        );
        // A title stands for the name, and home is no trip.
        assert!(plain.stdout.contains("Kyoto"), "{format}");
        if format != "csv --files" && format != "csv" && !format.starts_with("geojson") {
            assert!(!plain.stdout.contains("Utrecht"), "{format}");
        }
        let part = sandbox.imm(&format!("export {format} --address city=Kyoto"));
        let part = part.ok().stdout;
        assert!(
            !part.contains("Hangzhou") && part.contains("Kyoto"),
            "{part}"
        );
        let one = sandbox.imm(&format!("export {format} --id {china}")).ok();
        assert!(one.stdout.contains(&escaped), "{format}");
    }
    sandbox
        .imm(&format!("trips update {china} --title Tea"))
        .ok();
    for format in TEXTS {
        let titled = sandbox.imm(&format!("export {format} --title Tea")).ok();
        assert!(titled.stdout.contains("Tea"), "{format}");
        assert!(!titled.stdout.contains("Kyoto"), "{format}");
    }
    let chinese = sandbox.imm("export ics --language zh").ok().stdout;
    assert!(chinese.contains("SUMMARY:京都"), "{chinese}");
}

#[test]
fn by_cluster_everything_is_as_without_a_home() {
    let (without, with) = (trips(), travels());
    let ids = |sandbox: &Sandbox| -> BTreeMap<String, String> {
        let list = sandbox.imm("clusters list --level city --format json").ok();
        each(&list.json())
            .map(|cluster| {
                let city = text(&cluster["address"]["city"]);
                (city, text(&cluster["object_id"]))
            })
            .collect()
    };
    let (before, after) = (ids(&without), ids(&with));
    for format in TEXTS {
        let old = without.imm(&format!("export {format}")).ok();
        old.says("no home found, so these are clusters instead of trips");
        let asked = without.imm(&format!("export {format} --by cluster")).ok();
        assert_eq!(asked.stderr, "", "what is asked for is not explained");
        assert_eq!(asked.stdout, old.stdout, "{format}");
        let until = "--start-time ..2024-04-30";
        let kyoto = "--start-time 2024-10-01..";
        for filter in [until, kyoto] {
            let old = without.imm(&format!("export {format} {filter}")).ok();
            let new = format!("export {format} --by cluster {filter}");
            let mut new = with.imm(&new).ok().stdout;
            for (city, id) in &before {
                new = new.replace(&after[city], id);
            }
            // Another dataset, another folder, another second.
            let plain = |text: &str, sandbox: &Sandbox| {
                let root = sandbox.path("").to_string_lossy().into_owned();
                let text = text.replace(&root, "/");
                let stamps = |line: &&str| {
                    !(line.starts_with("DTSTAMP") || line.starts_with("LAST-MODIFIED"))
                };
                text.lines().filter(stamps).collect::<Vec<_>>().join("\n")
            };
            assert_eq!(plain(&new, &with), plain(&old.stdout, &without), "{format}");
        }
    }
}

#[test]
fn the_columns_of_trips_are_those_of_their_json() {
    let sandbox = travels();
    let csv = sandbox.imm("export csv --address city=Kyoto").ok().stdout;
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(
        rows[0],
        "trip_id,title,name,country_codes,countries,stops,home,start_date,end_date,days,\
         active_days,files,moments,files_missing,files_lent,distance_km,farthest_km,\
         first_capture,last_capture,lat,lon,south,west,north,east,custom_id"
    );
    let trip = sandbox.imm("trips list --address city=Kyoto --format json");
    let trip = &trip.ok().json()[0];
    let wanted = format!(
        "{},,Kyoto,JP,Japan,Kyoto 2024-10-10..2024-10-10,Utrecht,2024-10-10,2024-10-10,1,1,1,1,0,0,\
         {},{},2024-10-10T09:00:00+09:00,2024-10-10T09:00:00+09:00,35.0037,135.775,\
         35.0037,135.775,35.0037,135.775,",
        text(&trip["object_id"]),
        trip["distance_km"],
        trip["farthest_km"],
    );
    assert_eq!(rows[1..], [wanted]);
    let files = sandbox.imm("export csv --files").ok().stdout;
    let files: Vec<&str> = files.lines().collect();
    assert!(files[0].starts_with("path,name,trip_id,trip_title,capture_time,"));
    assert_eq!(files.len(), 6, "four on trips, and the rest");
    assert!(files[5].contains("6.jpg,,,2024-05-01"), "{}", files[5]);
}

#[test]
fn a_line_leads_through_the_stops() {
    let sandbox = travels();
    let gpx = sandbox.imm("export gpx").ok().stdout;
    let at = |part: &str| gpx.find(part).unwrap_or_else(|| panic!("{part}: {gpx}"));
    assert!(at("<wpt ") < at("<rte>") && gpx.rfind("<wpt ") < gpx.find("<rte>"));
    assert_eq!(gpx.matches("<rte>").count(), 1, "one stop is no way");
    assert_eq!(gpx.matches("<rtept ").count(), 2);
    let tracks = sandbox.imm("export gpx --as tracks").ok().stdout;
    assert!(tracks.rfind("</rte>") < tracks.find("<trk>"));

    let kml = sandbox.imm("export kml").ok().stdout;
    let line = "<LineString><tessellate>1</tessellate><coordinates>120.1614,30.2936 120.75,30.7522";
    assert!(kml.contains(line), "{kml}");

    let map = sandbox.imm("export geojson").ok().json();
    let kinds: Vec<String> = each(&map["features"])
        .map(|feature| {
            let kind = text(&feature["properties"]["kind"]);
            let geometry = text(&feature["geometry"]["type"]);
            format!("{kind} {geometry} {}", text(&feature["properties"]["name"]))
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "trip LineString China: Hangzhou, Jiaxing",
            "stop Point Hangzhou",
            "stop Point Jiaxing",
            "trip Point Kyoto",
        ]
    );
}

#[test]
fn what_only_clusters_have_asks_for_clusters() {
    let sandbox = travels();
    let headings = |options: &str| {
        let csv = sandbox.imm(&format!("export csv {options}")).ok();
        assert_eq!(csv.stderr, "", "{options}");
        text(&csv.stdout.split(',').next().unwrap().into())
    };
    let clusters = sandbox.imm("clusters list --format json").ok().json();
    let id = text(&clusters[0]["object_id"]);
    assert_eq!(headings(""), "trip_id");
    assert_eq!(headings("--address country=China"), "trip_id");
    assert_eq!(headings("--level city"), "cluster_id");
    let district = sandbox.imm("export csv --address district=Shangcheng").ok();
    district.says("no match among");
    assert_eq!(headings(&format!("--id {id}")), "cluster_id");
    assert_eq!(headings("--by cluster"), "cluster_id");
    sandbox
        .imm("export csv --by trip --level city")
        .exits(2)
        .says("`--level` is for clusters, trips have no level");
    sandbox
        .imm(&format!("export csv --by trip --id {id}"))
        .exits(1)
        .says("hint: `imm-cluster trips list` shows the ids");
    let none = sandbox.imm("export csv --address city=Paris").ok();
    none.says("no match among");
    // Asked for, trips are exported without a home, as `trips list` lists them.
    let homeless = trips();
    let listed = homeless.imm("trips list --format ndjson").ok().ndjson();
    let csv = homeless.imm("export csv --by trip").ok();
    assert_eq!(csv.stderr, "");
    assert_eq!(csv.stdout.lines().count() - 1, listed.len());
    let empty = Sandbox::new().file("lib/a.txt", "no photo");
    empty.imm("run lib").ok();
    let said = empty.imm("export csv --by trip").ok();
    said.says("the dataset has no files");
}

#[test]
fn sidecars_name_trips() {
    let sandbox = travels();
    sandbox.imm("export xmp --output side").ok();
    let sidecar = fs::read_to_string(sandbox.path("side/lib/jx/3.jpg.xmp")).unwrap();
    assert!(sidecar.contains("Trips|2024-03-03 China: Hangzhou, Jiaxing"));
    assert!(!sandbox.path("side/lib/home/6.jpg.xmp").exists());
    sandbox.imm("export xmp --output other --by cluster").ok();
    let sidecar = fs::read_to_string(sandbox.path("other/lib/jx/3.jpg.xmp")).unwrap();
    assert!(sidecar.contains("Trips|2024-03-06 Jiaxing"));
    assert!(sandbox.path("other/lib/home/6.jpg.xmp").exists());
}
