//! When and where: which clue is believed, what neighbours tell, which files are
//! one moment, and what the user knows better.

use serde_json::{Value, json};

use crate::library::{Content, Shot};
use crate::sandbox::{HANGZHOU, Sandbox, UTRECHT, each, text, xmp};

/// A video whose clock counts in UTC, in Paris: 2019-05-04T08:11:12Z.
const PARIS_VIDEO: &[u8] = include_bytes!("../../fixtures/synthetic/android_moov_last.mp4");
/// A video that states its offset: 2019-05-04T22:11:12-04:00 in New York.
const NEW_YORK_VIDEO: &[u8] = include_bytes!("../../fixtures/synthetic/apple_keys.mov");

/// The Paris video without its position: the name of its box is changed.
fn video_without_position() -> Vec<u8> {
    let mut bytes = PARIS_VIDEO.to_vec();
    let at = bytes
        .windows(4)
        .position(|four| four == b"\xa9xyz")
        .unwrap();
    bytes[at..at + 4].copy_from_slice(b"\xa9abc");
    bytes
}

fn shown(sandbox: &Sandbox, path: &str) -> Value {
    sandbox
        .imm_with(["files", "show", path, "--format", "json"])
        .ok()
        .json()
}

fn verdicts(shown: &Value, kind: &str) -> Vec<(String, String)> {
    each(&shown[kind])
        .map(|clue| (text(&clue["source"]), text(&clue["verdict"])))
        .collect()
}

#[test]
fn videos_count_in_utc_or_state_their_offset() {
    let sandbox = Sandbox::new()
        .file("p/paris.mp4", PARIS_VIDEO)
        .file("p/ny.mov", NEW_YORK_VIDEO);
    sandbox.imm("index p").ok();
    let paris = shown(&sandbox, "p/paris.mp4");
    assert_eq!(paris["capture_time"], "2019-05-04T10:11:12+02:00");
    assert_eq!(
        (&paris["offset_source"], &paris["format"]),
        (&json!("position"), &json!("mp4"))
    );
    let new_york = shown(&sandbox, "p/ny.mov");
    assert_eq!(new_york["capture_time"], "2019-05-04T22:11:12-04:00");
    assert_eq!(
        (&new_york["offset_source"], &new_york["media_type"]),
        (&json!("stated"), &json!("video/quicktime"))
    );
}

#[test]
fn a_video_in_utc_takes_the_offset_of_the_nearest_photo_in_its_folder() {
    let sandbox = Sandbox::new()
        .file("p/a/clip.mp4", video_without_position())
        .photo("p/a/near.jpg", "2019-05-04 18:00", HANGZHOU)
        .photo("p/a/far.jpg", "2019-05-06 18:00", UTRECHT)
        .file(
            "p/b/clip.mp4",
            [&video_without_position()[..], b"\0\0\0\x08free"].concat(),
        )
        .photo("p/b/too_far.jpg", "2019-05-06 18:00", HANGZHOU);
    sandbox.imm("index p").ok();
    let near = shown(&sandbox, "p/a/clip.mp4");
    assert_eq!(near["capture_time"], "2019-05-04T16:11:12+08:00");
    assert_eq!(near["offset_source"], "nearest-photo");
    let alone = shown(&sandbox, "p/b/clip.mp4");
    assert_eq!(
        (&alone["capture_time"], &alone["local_date"]),
        (&json!("2019-05-04T08:11:12Z"), &Value::Null)
    );
    sandbox.imm("index p --time-zone America/New_York").ok();
    let told = shown(&sandbox, "p/b/clip.mp4");
    assert_eq!(told["capture_time"], "2019-05-04T04:11:12-04:00");
    assert_eq!(told["offset_source"], "option");
    assert_eq!(
        shown(&sandbox, "p/a/clip.mp4")["offset_source"],
        "nearest-photo",
        "the option comes last"
    );
}

#[test]
fn a_clock_takes_the_offset_of_its_camera_and_never_shifts() {
    let without_position = Shot::new("p/b.jpg", "2024-03-04 23:30");
    let sandbox = Sandbox::new()
        .photo("p/a.jpg", "2024-03-04 12:00", HANGZHOU)
        .shot(&without_position);
    sandbox.imm("index p").ok();
    let file = shown(&sandbox, "p/b.jpg");
    assert_eq!(file["capture_time"], "2024-03-04T23:30:00+08:00");
    assert_eq!(
        (&file["local_date"], &file["offset_source"]),
        (&json!("2024-03-04"), &json!("nearest-photo"))
    );
}

#[test]
fn a_clue_that_tells_the_offset_alone_is_no_time() {
    let xmp = xmp("exif:GPSTimeStamp='2024-03-03T01:00:00Z'");
    let bare = Shot {
        content: Content::WithoutExif,
        ..Shot::new("p/a.jpg", "2024-03-04 12:00")
    };
    let sandbox = Sandbox::new()
        .file("p/a.jpg", crate::library::bytes(&bare))
        .file("p/a.jpg.xmp", xmp);
    sandbox.imm("index p").ok();
    let file = shown(&sandbox, "p/a.jpg");
    assert_eq!(file["capture_time"], Value::Null);
    let told = (
        "xmp:GPSTimeStamp".to_owned(),
        "tells the offset from UTC only".to_owned(),
    );
    assert_eq!(verdicts(&file, "times"), [told]);
}

#[test]
fn every_clue_is_explained() {
    let sandbox = Sandbox::new().photo("p/IMG_20240305_101112.jpg", "2024-03-04 12:00", HANGZHOU);
    sandbox.imm("run p --levels city,district,township").ok();
    let file = shown(&sandbox, "p/IMG_20240305_101112.jpg");
    let times = verdicts(&file, "times");
    let verdict = |source: &str| {
        times
            .iter()
            .find(|(s, _)| s == source)
            .map(|(_, verdict)| verdict.as_str())
    };
    assert_eq!(verdict("exif:DateTimeOriginal"), Some("chosen"));
    assert!(verdict("file:name").unwrap().starts_with("not needed"));
    assert_eq!(
        verdicts(&file, "positions"),
        [("exif:GPS".to_owned(), "chosen".to_owned())]
    );
    let [city, district, township] = each(&file["clusters"]).collect::<Vec<_>>()[..] else {
        panic!("{file}")
    };
    assert_eq!(township["object_id"], Value::Null);
    assert!(!text(&township["reason"]).is_empty());
    assert!(text(&city["object_id"]).starts_with("location-date-cluster-"));
    assert!(text(&district["object_id"]).starts_with("location-date-cluster-"));
    let people = sandbox
        .imm("files show p/IMG_20240305_101112.jpg")
        .ok()
        .stdout;
    for part in [
        "local day   2024-03-04",
        "time zone   Asia/Shanghai",
        "time clues",
        "chosen",
        "township    none:",
    ] {
        assert!(people.contains(part), "{part} is wanted in\n{people}");
    }
}

#[test]
fn a_clue_that_is_unusable_says_why() {
    let json = r#"{"photoTakenTime":{"timestamp":"0"},"geoData":{"latitude":0.0,"longitude":0.0}}"#;
    let no_time = Shot {
        content: Content::WithoutExif,
        ..Shot::new("p/a.jpg", "2024-03-04 12:00")
    };
    let sandbox = Sandbox::new()
        .file("p/a.jpg", crate::library::bytes(&no_time))
        .file("p/a.jpg.json", json);
    sandbox.imm("index p").ok();
    let file = shown(&sandbox, "p/a.jpg");
    assert_eq!(file["capture_time"], Value::Null);
    let positions = verdicts(&file, "positions");
    assert!(
        positions
            .iter()
            .any(|(_, verdict)| verdict.contains("no fix")),
        "{positions:?}"
    );
}

#[test]
fn takeout_json_tells_time_and_place_and_a_sidecar_places_it_better() {
    let json = r#"{"photoTakenTime":{"timestamp":"1709520000"},
        "geoDataExif":{"latitude":52.0907,"longitude":5.1214},"geoData":{"latitude":1.0,"longitude":1.0}}"#;
    let bare = Shot {
        content: Content::WithoutExif,
        ..Shot::new("p/a.jpg", "2024-03-04 12:00")
    };
    let sandbox = Sandbox::new()
        .file("p/a.jpg", crate::library::bytes(&bare))
        .file("p/a.jpg.supplemental-metadata.json", json)
        .file(
            "p/metadata.json",
            r#"{"title":"An album","date":{"timestamp":"1"}}"#,
        );
    sandbox.imm("index p").ok();
    let file = shown(&sandbox, "p/a.jpg");
    assert_eq!(file["capture_time"], "2024-03-04T03:40:00+01:00");
    assert_eq!(file["capture_time_source"], "sidecar:takeout");
    assert_eq!(file["position_source"], "sidecar:takeout-exif");

    let xmp = xmp(r#"exif:GPSLatitude="30,17.616N" exif:GPSLongitude="120,9.684E""#);
    sandbox.write("p/a.jpg.xmp", xmp);
    sandbox.imm("index p").ok();
    let file = shown(&sandbox, "p/a.jpg");
    assert_eq!(file["position_source"], "sidecar:xmp");
    assert_eq!(file["address"]["country_code"], "CN");
    assert_eq!(
        file["capture_time"], "2024-03-04T10:40:00+08:00",
        "the instant is of that place now"
    );
}

#[test]
fn names_of_files_are_a_weak_clue() {
    let bare = |path: &str| Shot {
        content: Content::WithoutExif,
        ..Shot::new(path, "2024-03-04 12:00")
    };
    let sandbox = Sandbox::new()
        .shot(&bare("p/IMG-20240304-WA0007.jpg"))
        .shot(&bare("p/PXL_20240304_203449253.jpg"))
        .shot(&bare("p/Screenshot_20240304-101112.jpg"))
        .shot(&bare("p/DSC_1234.jpg"));
    for name in [
        "IMG-20240304-WA0007",
        "PXL_20240304_203449253",
        "Screenshot_20240304-101112",
        "DSC_1234",
    ] {
        sandbox.write(format!("p/{name}.jpg"), crate::library::bytes(&bare("x")));
    }
    sandbox.imm("index p").ok();
    let time = |name: &str| shown(&sandbox, &format!("p/{name}.jpg"))["capture_time"].clone();
    assert_eq!(time("IMG-20240304-WA0007"), "2024-03-04");
    assert_eq!(time("PXL_20240304_203449253"), "2024-03-04T20:34:49.253Z");
    assert_eq!(time("Screenshot_20240304-101112"), "2024-03-04T10:11:12");
    assert_eq!(time("DSC_1234"), Value::Null);
}

#[test]
fn the_modification_time_stands_in_only_on_request() {
    let bare = Shot {
        content: Content::WithoutExif,
        ..Shot::new("p/a.jpg", "2024-03-04 12:00").at(8, HANGZHOU)
    };
    let sandbox = Sandbox::new().file("p/a.jpg", crate::library::bytes(&bare));
    sandbox.set_modified("p/a.jpg", bare.modified());
    sandbox.imm("index p").ok();
    assert_eq!(shown(&sandbox, "p/a.jpg")["capture_time"], Value::Null);
    sandbox
        .imm("index p --time-from mtime --time-zone Asia/Shanghai")
        .ok();
    let file = shown(&sandbox, "p/a.jpg");
    assert_eq!(file["capture_time"], "2024-03-04T12:00:00+08:00");
    assert_eq!(file["capture_time_source"], "file:modified");
    sandbox.imm("index p --time-from none").ok();
    assert_eq!(shown(&sandbox, "p/a.jpg")["capture_time"], Value::Null);
}

/// `files` and `moments` of the one city cluster.
fn files_and_moments(sandbox: &Sandbox) -> (u64, u64) {
    sandbox.imm("run --levels city").ok();
    let clusters = sandbox.imm("clusters list --format json").ok().json();
    let [cluster] = each(&clusters).collect::<Vec<_>>()[..] else {
        panic!("{clusters}")
    };
    (
        cluster["files"].as_u64().unwrap(),
        cluster["moments"].as_u64().unwrap(),
    )
}

#[test]
fn photo_and_video_of_one_name_are_one_moment() {
    let sandbox = Sandbox::new().file("p/IMG_1.MP4", PARIS_VIDEO);
    let still = Shot::new("p/IMG_1.JPG", "2019-05-04 10:11:09").at(2, (48.8584, 2.2945));
    let other = Shot::new("p/IMG_2.JPG", "2019-05-04 10:11:12").at(2, (48.8584, 2.2945));
    let sandbox = sandbox.shot(&still).shot(&other);
    sandbox.imm("index p").ok();
    assert_eq!(files_and_moments(&sandbox), (3, 2));
    let moment = shown(&sandbox, "p/IMG_1.JPG")["same_moment"].clone();
    assert_eq!(
        moment,
        json!([sandbox.path("p/IMG_1.MP4").to_str().unwrap()])
    );
    assert_eq!(shown(&sandbox, "p/IMG_2.JPG")["same_moment"], json!([]));
}

#[test]
fn one_name_at_two_times_is_two_moments() {
    let sandbox = Sandbox::new().file("p/IMG_1.MP4", PARIS_VIDEO);
    let later = Shot::new("p/IMG_1.JPG", "2019-05-04 17:00:00").at(2, (48.8584, 2.2945));
    let sandbox = sandbox.shot(&later);
    sandbox.imm("index p").ok();
    assert_eq!(files_and_moments(&sandbox), (2, 2));
}

#[test]
fn copies_are_one_moment_wherever_they_lie() {
    let sandbox = Sandbox::new()
        .photo("p/Photos from 2024/IMG_1.jpg", "2024-03-04 12:00", HANGZHOU)
        .photo("p/Album/IMG_9.jpg", "2024-03-04 12:00:30", HANGZHOU);
    let copy = std::fs::read(sandbox.path("p/Photos from 2024/IMG_1.jpg")).unwrap();
    sandbox.write("p/Album/IMG_1.jpg", copy);
    sandbox.imm("index p").ok();
    assert_eq!(files_and_moments(&sandbox), (3, 2));

    // Of one size and time, and yet another picture.
    let mut other = std::fs::read(sandbox.path("p/Album/IMG_1.jpg")).unwrap();
    let last = other.len() - 3;
    other[last] ^= 1;
    sandbox.write("p/Album/IMG_1.jpg", other);
    sandbox.imm("index p").ok();
    assert_eq!(files_and_moments(&sandbox), (3, 3));
}

#[test]
fn corrections_outlive_reading_and_can_be_taken_back() {
    let sandbox = Sandbox::new().photo("p/a.jpg", "2024-03-04 23:30", HANGZHOU);
    sandbox.imm("run p --levels city").ok();
    sandbox
        .imm("files set p/a.jpg --shift +01:00 --position 52.0907,5.1214")
        .ok()
        .says("1 file corrected");
    let file = shown(&sandbox, "p/a.jpg");
    assert_eq!(
        file["capture_time"], "2024-03-05T00:30:00+01:00",
        "the clock is shifted, and the zone is that of the place"
    );
    assert_eq!(
        (&file["capture_time_source"], &file["position_source"]),
        (&json!("user"), &json!("user"))
    );
    assert_eq!(file["address"]["country_code"], "NL");
    sandbox.imm("run").ok();
    assert_eq!(
        sandbox.clusters(),
        ["city Utrecht 2024-03-05..2024-03-05, 1 days, 1 active, 1 files"]
    );

    // Another content: what the file says is read anew, the correction stays.
    sandbox.take("p/a.jpg", "2024-03-07 23:30", HANGZHOU);
    sandbox.imm("index p").ok();
    assert_eq!(
        shown(&sandbox, "p/a.jpg")["capture_time"],
        "2024-03-08T00:30:00+01:00"
    );

    let before = sandbox.dataset_state();
    sandbox
        .imm("files set p/a.jpg --shift +01:00")
        .ok()
        .says("nothing to change");
    assert_eq!(
        sandbox.dataset_state(),
        before,
        "a shift is set, and does not add up"
    );

    sandbox.imm("files set p/a.jpg --reset").ok();
    let file = shown(&sandbox, "p/a.jpg");
    assert_eq!(file["capture_time"], "2024-03-07T23:30:00+08:00");
    assert_eq!(file["position_source"], "exif:GPS");
}

#[test]
fn a_camera_that_was_wrong_for_a_whole_journey() {
    let sandbox = Sandbox::new()
        .photo("p/a.jpg", "2024-06-02 10:00", HANGZHOU)
        .photo("p/b.jpg", "2024-06-14 23:00", HANGZHOU)
        .photo("p/c.jpg", "2024-06-15 10:00", HANGZHOU);
    sandbox.imm("index p").ok();
    let command = [
        "files",
        "set",
        "--camera",
        "iphone",
        "--from",
        "2024-06-01",
        "--to",
        "2024-06-14",
        "--shift",
        "-06:00",
    ];
    sandbox.imm_with(command).ok().says("2 files corrected");
    assert_eq!(shown(&sandbox, "p/b.jpg")["local_date"], "2024-06-14");
    assert_eq!(
        shown(&sandbox, "p/a.jpg")["capture_time"],
        "2024-06-02T04:00:00+08:00"
    );
    assert_eq!(
        shown(&sandbox, "p/c.jpg")["capture_time_source"],
        "exif:DateTimeOriginal"
    );
    sandbox
        .imm("files set --camera Leica --shift +01:00")
        .exits(1)
        .says("not in the dataset");
}

#[test]
fn a_time_that_the_user_knows() {
    let sandbox = Sandbox::new().photo("p/a.jpg", "2024-06-02 10:00", HANGZHOU);
    sandbox.imm("index p").ok();
    sandbox.imm("files set p --time 1987-05-04T12:00:00").ok();
    assert_eq!(
        shown(&sandbox, "p/a.jpg")["capture_time"],
        "1987-05-04T12:00:00+09:00",
        "summer time in China then"
    );
    assert_eq!(
        verdicts(&shown(&sandbox, "p/a.jpg"), "times")[0],
        ("user".into(), "chosen: you corrected it".into())
    );
    for (arguments, part) in [
        ("files set p/a.jpg", "required"),
        ("files set --shift +01:00", "required"),
        ("files set p/a.jpg --shift 1h", "+01:00"),
        ("files set p/a.jpg --time yesterday", "2024-03-03T09:12:44"),
        ("files set p/a.jpg --position 91,0", "out of range"),
        (
            "files set p/a.jpg --reset --shift +01:00",
            "cannot be used with",
        ),
    ] {
        sandbox.imm(arguments).exits(2).says(part);
    }
}

#[test]
fn a_file_that_is_not_known_is_named_after_the_others_were_done() {
    let sandbox = Sandbox::new().photo("p/a.jpg", "2024-06-02 10:00", HANGZHOU);
    sandbox.imm("index p").ok();
    let outcome = sandbox
        .imm("files set p/a.jpg nowhere.jpg q --shift +01:00")
        .exits(1);
    outcome.says("1 file corrected");
    outcome.says("error: file `nowhere.jpg`, `q` is not in the dataset");
    assert_eq!(
        shown(&sandbox, "p/a.jpg")["capture_time"],
        "2024-06-02T11:00:00+08:00"
    );
    let outcome = sandbox.imm("forget p/a.jpg nowhere.jpg").exits(1);
    outcome.says("1 file removed from the dataset");
    outcome.says("error: file `nowhere.jpg` is not in the dataset");
    assert_eq!(sandbox.files().len(), 0);
}

#[test]
fn what_cannot_be_shifted_is_said() {
    let sandbox = Sandbox::new().records(
        "r.jsonl",
        &[
            json!({"path": "date", "capture_time": "2024-03-03"}),
            json!({"path": "none"}),
            json!({"path": "time", "capture_time": "2024-03-03T09:00:00"}),
            json!({"path": "old", "capture_time": "1826-02-01T09:00:00"}),
        ],
    );
    sandbox.imm("index --from-json r.jsonl").ok();
    insta::assert_snapshot!(sandbox.imm("files set date none time old --shift -1000:00").ok().stderr, @"
    warning: 3 files cannot be shifted: no time, no time of day, or an impossible result; `--time` sets one
    1 file corrected; the next `imm-cluster run` uses it
    ");
    let files = sandbox.files();
    assert_eq!(files["time"]["capture_time"], "2024-01-21T17:00:00");
    assert_eq!(files["date"]["capture_time"], "2024-03-03");
    assert_eq!(files["old"]["capture_time_source"], "json");
    let outcome = sandbox.imm("files set date --shift +01:00").ok();
    assert!(!outcome.stderr.contains("corrected") && !outcome.stderr.contains("already"));
    sandbox
        .imm("files set time --shift +1000000:00")
        .exits(2)
        .says("at most 999999:59:59");
}

#[test]
fn an_empty_camera_is_no_camera() {
    let sandbox = Sandbox::new().photo("p/a.jpg", "2024-06-02 10:00", HANGZHOU);
    sandbox.imm("index p").ok();
    sandbox
        .imm_with(["files", "set", "--camera", "", "--shift", "+01:00"])
        .exits(2)
        .says("--camera <MODEL>");
}

#[test]
fn a_night_out_stays_one_day() {
    let sandbox = Sandbox::new()
        .photo("p/a.jpg", "2024-03-04 22:00", HANGZHOU)
        .photo("p/b.jpg", "2024-03-05 02:00", HANGZHOU)
        .photo("p/c.jpg", "2024-03-06 10:00", HANGZHOU);
    sandbox.imm("run p --levels city --gap-days 0").ok();
    assert_eq!(sandbox.clusters().len(), 1);
    sandbox.imm("run --day-starts 04:00").ok();
    let days: Vec<String> = sandbox
        .clusters()
        .iter()
        .map(|line| line[14..36].to_owned())
        .collect();
    assert_eq!(days, ["2024-03-04..2024-03-04", "2024-03-06..2024-03-06"]);
    let cluster = &sandbox.imm("clusters list --format json").ok().json()[0];
    assert_eq!(
        cluster["end_time"], "2024-03-04T23:59:59.999999999+08:00",
        "a bound of the calendar"
    );
    assert_eq!(cluster["last_capture"], "2024-03-05T02:00:00+08:00");
    assert_eq!(cluster["files"], 2);
    sandbox
        .imm("run --day-starts 12:01")
        .exits(2)
        .says("00:00 to 12:00");
}

#[test]
fn files_that_lack_something_are_not_lost() {
    let sandbox = Sandbox::new()
        .shot(&Shot::new("p/a.jpg", "2024-03-04 12:00"))
        .photo("p/b.jpg", "2024-03-08 12:00", HANGZHOU);
    let outcome = sandbox.imm("run p").ok();
    outcome.says("files in no cluster: 1 without a position");
    outcome.says("hint: 1 of 2 files have no position: `imm-cluster files list --without position` lists them");
    let listed = sandbox
        .imm("files list --without position --format json")
        .ok()
        .json();
    assert_eq!(
        each(&listed)
            .map(|file| text(&file["path"]))
            .collect::<Vec<_>>(),
        [sandbox.path("p/a.jpg").to_str().unwrap()]
    );
    assert_eq!(
        sandbox
            .imm("files list --without time --format json")
            .ok()
            .json(),
        json!([])
    );
}

#[test]
fn copies_of_both_parts_of_a_moment_are_one_moment_in_any_folder() {
    for album in ["Album", "Zalbum"] {
        let still = Shot::new("p/Mine/IMG_1.JPG", "2019-05-04 10:11:09").at(2, (48.8584, 2.2945));
        let sandbox = Sandbox::new()
            .file("p/Mine/IMG_1.MP4", PARIS_VIDEO)
            .shot(&still);
        for name in ["IMG_1.JPG", "IMG_1.MP4"] {
            let copy = std::fs::read(sandbox.path(format!("p/Mine/{name}"))).unwrap();
            sandbox.write(format!("p/{album}/{name}"), copy);
        }
        sandbox.imm("index p").ok();
        assert_eq!(files_and_moments(&sandbox), (4, 1), "{album}");
    }
}
