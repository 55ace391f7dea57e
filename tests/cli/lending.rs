//! Places for files that state none: lent by those taken around them, or by a location
//! history.

use std::fs;

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, KYOTO, Sandbox, text};

/// A telephone in Hangzhou for a day and in Kyoto the days after, and a camera that knows
/// no place.
fn camera_and_phone() -> Sandbox {
    let record = |path: &str, time: &str, place: Option<(f64, f64)>| {
        let mut record = json!({"path": path, "capture_time": time});
        if let Some((lat, lon)) = place {
            record["lat"] = lat.into();
            record["lon"] = lon.into();
        }
        record
    };
    let sandbox = Sandbox::new().records(
        "files.jsonl",
        &[
            record("phone/1.jpg", "2024-03-03T09:00:00", Some(HANGZHOU)),
            record("phone/2.jpg", "2024-03-03T20:00:00", Some(HANGZHOU)),
            record("phone/3.jpg", "2024-03-06T10:00:00", Some(KYOTO)),
            record("camera/noon.jpg", "2024-03-03T12:00:00", None),
            record("camera/night.jpg", "2024-03-03T20:20:00", None),
            record("camera/between.jpg", "2024-03-05T12:00:00", None),
        ],
    );
    sandbox.imm("index --from-json files.jsonl").ok();
    sandbox
}

fn shown(sandbox: &Sandbox, path: &str) -> Value {
    sandbox
        .imm(&format!("files show {path} --format json"))
        .ok()
        .json()
}

fn sources(sandbox: &Sandbox) -> Vec<String> {
    let files = sandbox.imm("files list --format ndjson").ok().ndjson();
    let told = files.iter().map(|file| {
        let city = text(&file["address"]["city"]);
        format!(
            "{} {} {city}",
            text(&file["path"]),
            text(&file["position_source"])
        )
    });
    told.filter(|line| line.starts_with("camera")).collect()
}

#[test]
fn a_camera_is_lent_the_places_of_the_telephone() {
    let sandbox = camera_and_phone();
    let run = sandbox.imm("run --levels city").ok();
    run.says(
        "2 files without a position were lent the position of files taken around the same time",
    );
    run.says("`--no-lend` turns this off");
    assert_eq!(
        sources(&sandbox),
        [
            "camera/between.jpg  ",
            "camera/night.jpg lent:near Hangzhou",
            "camera/noon.jpg lent:both-city Hangzhou",
        ]
    );
    let run = sandbox.imm("run --format json").ok().json();
    assert_eq!(run["lent"], 2);
    assert_eq!(run["unclustered"]["no_position"], 1);
    let cluster = &run["clusters"][0];
    assert_eq!(
        (
            &cluster["files"],
            &cluster["moments"],
            &cluster["files_lent"]
        ),
        (&json!(4), &json!(4), &json!(2))
    );
    let noon = shown(&sandbox, "camera/noon.jpg");
    assert_eq!(
        noon["lent"],
        json!({"lender": "phone/1.jpg", "other_lender": "phone/2.jpg", "seconds": 10_800})
    );
    assert_eq!(
        (&noon["lat"], &noon["address"]["district"]),
        (&Value::Null, &Value::Null),
        "a city, and no more"
    );
    assert_eq!(noon["clusters"][0]["object_id"], cluster["object_id"]);
    let night = shown(&sandbox, "camera/night.jpg");
    assert_eq!(
        night["lent"],
        json!({"lender": "phone/2.jpg", "other_lender": null, "seconds": 1_200})
    );
    assert_eq!(night["lat"], HANGZHOU.0);
    assert!(sandbox
        .imm("files show camera/noon.jpg")
        .ok().both().contains("lent        only the city: `phone/1.jpg`, 3 h apart, and `phone/2.jpg` are in the same city within 24 hours"));
    assert!(
        sandbox
            .imm("files list")
            .ok()
            .both()
            .contains("Hangzhou, Zhejiang, China (lent)")
    );
    assert!(
        sandbox
            .imm(&format!("clusters show {}", text(&cluster["object_id"])))
            .ok()
            .both()
            .contains("4, 2 of them with a lent position")
    );
}

#[test]
fn no_lend_is_remembered_and_lend_takes_it_back() {
    let sandbox = camera_and_phone();
    sandbox.imm("run --no-lend").ok();
    let unlent = ["between", "night", "noon"].map(|name| format!("camera/{name}.jpg  "));
    assert_eq!(sources(&sandbox), unlent);
    sandbox.imm("run").ok();
    assert_eq!(sources(&sandbox), unlent);
    assert!(
        sandbox
            .imm("status")
            .ok()
            .both()
            .contains("no lent positions")
    );
    sandbox.imm("run --lend").ok();
    assert_eq!(sources(&sandbox)[1], "camera/night.jpg lent:near Hangzhou");
}

#[test]
fn sidecars_never_have_a_lent_position() {
    let sandbox = camera_and_phone();
    sandbox.imm("run --levels city").ok();
    sandbox.imm("export gpx --by cluster --output way.gpx").ok();
    let points = fs::read_to_string(sandbox.path("way.gpx")).unwrap();
    assert_eq!(
        points.matches("<wpt").count() + points.matches("<trkpt").count(),
        3,
        "{points}"
    );
}

/// A day in Kyoto, every half hour, by UTC.
fn way(place: (f64, f64)) -> String {
    let point = |n: i32| {
        let (lat, lon) = place;
        let time = format!("2024-03-05T{:02}:{:02}:00Z", n / 2, n % 2 * 30);
        format!(r#"<trkpt lat="{lat}" lon="{lon}"><time>{time}</time></trkpt>"#)
    };
    let points: String = (0..48).map(point).collect();
    format!(
        r#"<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1"><trk><trkseg>{points}</trkseg></trk></gpx>"#
    )
}

#[test]
fn a_location_history_lends_positions_and_zones_and_follows_its_file() {
    let sandbox = camera_and_phone()
        .records(
            "video.jsonl",
            &[json!({"path": "camera/film.mp4", "capture_time": "2024-03-05T16:10:00Z"})],
        )
        .file("way.gpx", way(KYOTO));
    sandbox.imm("index --from-json video.jsonl").ok();
    let indexed = sandbox.imm("index --tracks way.gpx").ok();
    indexed.says("is a location history (GPX): ");
    indexed.says("of 48 positions kept");
    sandbox.imm("run --levels city").ok();
    let between = shown(&sandbox, "camera/between.jpg");
    assert_eq!(
        (&between["position_source"], &between["address"]["city"]),
        (&json!("lent:track"), &json!("Kyoto"))
    );
    assert_eq!(
        between["capture_time"], "2024-03-05T12:00:00+09:00",
        "the clock of a camera in Kyoto"
    );
    let film = shown(&sandbox, "camera/film.mp4");
    assert_eq!(
        (&film["local_date"], &film["offset_source"]),
        (&json!("2024-03-06"), &json!("track"))
    );
    assert!(sandbox.imm("status").ok().both().contains("way.gpx"));

    // The same histories, whatever the order, give the same bytes.
    let bytes = sandbox.dataset_bytes();
    sandbox.imm("index --tracks way.gpx").ok();
    assert_eq!(sandbox.dataset_bytes(), bytes);

    // One that has changed is read again with the folders.
    fs::create_dir(sandbox.path("Pictures")).unwrap();
    sandbox.write("way.gpx", way(HANGZHOU));
    sandbox
        .imm("index Pictures")
        .ok()
        .says("of 48 positions kept");
    sandbox.imm("run").ok();
    assert_eq!(
        shown(&sandbox, "camera/between.jpg")["address"]["city"],
        "Hangzhou"
    );

    // What one said stays when it is broken or gone.
    sandbox.write("way.gpx", "<gpx><trk>");
    sandbox
        .imm("index --strict Pictures")
        .exits(3)
        .says("is not a readable location history: GPX");
    fs::remove_file(sandbox.path("way.gpx")).unwrap();
    sandbox.imm("index Pictures").ok();
    sandbox.imm("run").ok();
    assert_eq!(
        shown(&sandbox, "camera/between.jpg")["address"]["city"],
        "Hangzhou"
    );
    assert!(sandbox.imm("status").ok().both().contains("way.gpx (gone)"));

    sandbox.imm("forget way.gpx").ok();
    sandbox.imm("run").ok();
    assert_eq!(
        shown(&sandbox, "camera/between.jpg")["address"],
        Value::Null
    );
}

#[test]
fn what_is_no_location_history_is_told() {
    let sandbox = camera_and_phone().file("notes.txt", "no way at all");
    fs::create_dir(sandbox.path("Pictures")).unwrap();
    sandbox
        .imm("index --tracks notes.txt")
        .ok()
        .says("is not a readable location history: it is neither XML nor JSON");
    sandbox.imm("index --strict --tracks notes.txt").exits(3);
    sandbox
        .imm("index --tracks gone.gpx")
        .exits(1)
        .says("gone.gpx");
    let folder = sandbox.imm("index --tracks Pictures").exits(2);
    folder.says("`Pictures` is a folder, not a location history");
    folder.says("name folders to index before `--tracks`");
}

#[test]
fn a_history_alone_is_looked_at_again_too() {
    let sandbox = Sandbox::new().file("way.gpx", way(KYOTO));
    sandbox.imm("index").exits(2);
    sandbox.imm("index --tracks way.gpx").ok();
    sandbox.write("way.gpx", way(HANGZHOU).replace(":30:00Z", ":31:00Z"));
    let again = sandbox.imm("index").ok();
    again.says("of 48 positions kept");
    assert_eq!(again.stderr.matches("location history").count(), 1);
}
