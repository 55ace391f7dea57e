//! `export` to files and sidecars: what is chosen, where it goes, and what stays.

use std::fs;
use std::time::SystemTime;

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, JIAXING, KYOTO, Sandbox, each, text};

fn trips() -> Sandbox {
    let sandbox = Sandbox::new()
        .photo("lib/hz/1.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/hz/2.jpg", "2024-03-05 21:00:00", HANGZHOU)
        .photo("lib/jx/3.jpg", "2024-03-06 09:00:00", JIAXING)
        .photo("lib/kyoto/5.jpg", "2024-10-10 09:00:00", KYOTO);
    sandbox.imm("run lib --levels city,country").ok();
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
    error: cannot write `no/such/folder.csv`: No such file or directory (os error 2)
    hint: check the folder, the permissions and the free space
    ");
    insta::assert_snapshot!(sandbox.imm("export csv --dataset none").ok().both(), @"
    cluster_id,level,title,place,country_code,country,province,city,district,township,start_date,end_date,days,active_days,files,moments,files_missing,first_capture,last_capture,lat,lon,south,west,north,east,custom_id
    ---
    there is no dataset `[ROOT]/data/imm-cluster/none.json` yet; `imm-cluster index FOLDER` makes one
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
    4 sidecars would be written; 0 files had one and were left alone; 0 files passed over
    ---
    ");
    assert!(!sandbox.path("lib/hz/1.jpg.xmp").exists());
    insta::assert_snapshot!(sandbox.imm("export xmp --gps").ok().both(), @"
    4 sidecars written; 0 files had one and were left alone; 0 files passed over
    ---
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
