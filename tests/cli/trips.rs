//! Homes and trips, seen from outside.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, each, text};

const LYON: (f64, f64) = (45.764, 4.8357);
pub(crate) const LISBON: (f64, f64) = (38.7223, -9.1393);
pub(crate) const KYOTO: (f64, f64) = (35.0116, 135.7681);
const OSAKA: (f64, f64) = (34.6937, 135.5023);

pub(crate) fn record(number: usize, date: &str, (lat, lon): (f64, f64)) -> Value {
    json!({"path": format!("{number:05}.jpg"), "local_date": date, "lat": lat, "lon": lon})
}

pub(crate) fn day(base: &str, add: i32) -> String {
    let base: chrono::NaiveDate = base.parse().unwrap();
    (base + chrono::Duration::days(add.into())).to_string()
}

/// Two years in Lyon, twice a week, but for days away.
pub(crate) fn life(away: &[(&str, i32, (f64, f64))]) -> Vec<Value> {
    let mut records = Vec::new();
    let trips: Vec<(String, (f64, f64))> = (away.iter())
        .flat_map(|(first, days, place)| (0..*days).map(move |n| (day(first, n), *place)))
        .collect();
    for week in 0..104 {
        for add in [0, 3] {
            let date = day("2022-01-03", week * 7 + add);
            if trips.iter().all(|(away, _)| *away != date) {
                records.push(record(records.len(), &date, LYON));
            }
        }
    }
    for (date, place) in trips {
        records.push(record(records.len(), &date, place));
        records.push(record(records.len(), &date, place));
    }
    records
}

const TWO_TRIPS: [(&str, i32, (f64, f64)); 3] = [
    ("2022-05-06", 4, LISBON),
    // Over New Year.
    ("2022-12-28", 4, KYOTO),
    ("2023-01-01", 3, OSAKA),
];

fn sandbox(away: &[(&str, i32, (f64, f64))]) -> Sandbox {
    let sandbox = Sandbox::new().records("r.jsonl", &life(away));
    sandbox.imm("index --from-json r.jsonl").ok();
    sandbox.imm("run").ok();
    sandbox
}

fn trips(sandbox: &Sandbox) -> Vec<Value> {
    sandbox.imm("trips list --format ndjson").ok().ndjson()
}

fn shown(trips: &[Value]) -> Vec<String> {
    (trips.iter())
        .map(|trip| {
            let of = |key: &str| text(&trip[key]);
            format!("{} {} {}", of("start_date"), of("end_date"), of("name"))
        })
        .collect()
}

#[test]
fn a_home_is_found_and_what_lies_away_from_it_is_trips() {
    let sandbox = sandbox(&TWO_TRIPS);
    let homes = sandbox.imm("homes list --format json").ok().json();
    assert_eq!(homes.as_array().unwrap().len(), 1);
    assert_eq!(homes[0]["name"], "Lyon");
    assert_eq!(homes[0]["origin"], "lived-in");
    assert!(text(&homes[0]["evidence"]).starts_with("home 2022-01-03 to 2023-12-28: seen on "));
    let trips = trips(&sandbox);
    assert_eq!(
        shown(&trips),
        [
            "2022-05-06 2022-05-09 Lisbon",
            "2022-12-28 2023-01-03 Japan: Kyoto, Osaka",
        ],
    );
    let japan = &trips[1];
    assert_eq!(japan["days"], 7);
    assert_eq!(japan["files"], 14);
    assert_eq!(japan["countries"], json!(["Japan"]));
    assert_eq!(japan["home"]["name"], "Lyon");
    assert!(japan["farthest_km"].as_u64().unwrap() > 9_000);
    assert!(japan["distance_km"].as_u64() >= japan["farthest_km"].as_u64());
    let stops: Vec<String> = each(&japan["stops"])
        .map(|stop| text(&stop["name"]))
        .collect();
    assert_eq!(stops, ["Kyoto", "Osaka"]);
    assert!(!japan["clusters"].as_array().unwrap().is_empty());

    let run = sandbox.imm("run").ok();
    assert!(run.both().contains("Lyon, home: "));
    assert!(!run.both().contains("LEVEL"), "clusters are folded");
    for option in ["--clusters", "--levels city", "--explain Lyon"] {
        let run = sandbox.imm(&format!("run {option}")).ok();
        assert!(run.both().contains("LEVEL"), "{option}");
    }
    let run = sandbox.imm("run --format json").ok().json();
    assert_eq!(run["trips"].as_array().unwrap().len(), 2);
    assert_eq!(run["homes"][0]["name"], "Lyon");
}

#[test]
fn what_is_said_of_a_trip_outlives_what_comes_later() {
    let sandbox = sandbox(&TWO_TRIPS);
    let id = text(&trips(&sandbox)[1]["object_id"]);
    assert!(id.starts_with("trip-"));
    let update = format!("trips update {id} --title Honeymoon --label with=Anna");
    sandbox.imm(&update).ok();
    // A day more, found later.
    let more = record(90_000, "2023-01-04", OSAKA).to_string();
    sandbox.imm("index --from-json -").stdin(more).ok();
    sandbox.imm("run").ok();
    let trip = &trips(&sandbox)[1];
    assert_eq!(text(&trip["object_id"]), id);
    assert_eq!(trip["title"], "Honeymoon");
    assert_eq!(trip["custom_labels"], json!({"with": "Anna"}));
    assert_eq!(trip["end_date"], "2023-01-04");

    let split = format!("trips split {id} --at 2023-01-01");
    sandbox.imm(&split).ok();
    let parts = shown(&trips(&sandbox));
    assert_eq!(
        parts[1..],
        ["2022-12-28 2022-12-31 Kyoto", "2023-01-01 2023-01-04 Osaka"]
    );
    sandbox.imm(&format!("trips reset {id}")).ok();
    assert_eq!(trips(&sandbox).len(), 2);
    assert_eq!(trips(&sandbox)[1]["title"], "Honeymoon");

    sandbox.imm(&format!("trips delete {id}")).ok();
    let again = record(90_001, "2023-01-02", OSAKA).to_string();
    sandbox.imm("index --from-json -").stdin(again).ok();
    sandbox.imm("run").ok();
    assert_eq!(shown(&trips(&sandbox)), ["2022-05-06 2022-05-09 Lisbon"]);
    sandbox.imm(&format!("trips restore {id}")).ok();
    let restored = &trips(&sandbox)[1];
    assert_eq!(restored["title"], "Honeymoon");
    assert_eq!(restored["files"], 16);

    let lisbon = text(&trips(&sandbox)[0]["object_id"]);
    sandbox.imm(&format!("trips merge {id} {lisbon}")).ok();
    let merged = trips(&sandbox);
    assert_eq!(merged.len(), 1);
    assert_eq!(text(&merged[0]["object_id"]), id);
    assert_eq!(merged[0]["start_date"], "2022-05-06");
    assert_eq!(merged[0]["by_hand"], json!(["merged"]));
    sandbox.imm(&format!("trips merge {id}")).exits(2);
}

#[test]
fn any_history_gives_the_trips_of_a_fresh_index() {
    let all = life(&TWO_TRIPS);
    let sandbox = Sandbox::new();
    for (number, part) in all.chunks(50).rev().enumerate() {
        let text: Vec<String> = part.iter().map(Value::to_string).collect();
        sandbox
            .imm("index --from-json -")
            .stdin(text.join("\n"))
            .ok();
        if number % 2 == 0 {
            sandbox.imm("run").ok();
        }
    }
    sandbox.imm("run").ok();
    let fresh = self::sandbox(&TWO_TRIPS);
    assert_eq!(shown(&trips(&sandbox)), shown(&trips(&fresh)));
    let homes = |sandbox: &Sandbox| sandbox.imm("homes list --format json").ok().json();
    assert_eq!(homes(&sandbox), homes(&fresh));
    let before = sandbox.dataset_bytes();
    sandbox.imm("run").ok();
    assert_eq!(
        sandbox.dataset_bytes(),
        before,
        "nothing new, nothing written"
    );
}

#[test]
fn forgotten_files_still_tell_of_their_trip() {
    let sandbox = sandbox(&TWO_TRIPS);
    let before = shown(&trips(&sandbox));
    let lisbon = sandbox.imm("files list --format ndjson").ok().ndjson();
    let lisbon = lisbon
        .iter()
        .filter(|file| file["local_date"] == "2022-05-08");
    for file in lisbon {
        sandbox.imm(&format!("forget {}", text(&file["path"]))).ok();
    }
    sandbox.imm("run").ok();
    assert_eq!(shown(&trips(&sandbox)), before);
    assert_eq!(trips(&sandbox)[0]["files"], 6);
}

#[test]
fn what_the_user_says_of_homes_wins() {
    let sandbox = sandbox(&TWO_TRIPS);
    let names = |sandbox: &Sandbox| -> Vec<String> {
        let homes = sandbox.imm("homes list --format json").ok().json();
        each(&homes).map(|home| text(&home["name"])).collect()
    };
    sandbox.imm("homes add Casa 38.7223,-9.1393").ok();
    assert_eq!(names(&sandbox), ["Casa", "Lyon"]);
    assert_eq!(trips(&sandbox).len(), 1, "one is not away in Lisbon now");
    sandbox
        .imm("homes add Casa 1,1")
        .exits(2)
        .says("already exists");
    sandbox.imm("homes edit Casa --to 2022-05-01").ok();
    assert_eq!(trips(&sandbox).len(), 2);
    sandbox
        .imm("homes edit Casa --from 2023-01-01")
        .exits(2)
        .says("before");
    sandbox.imm("homes remove Lyon").ok();
    sandbox.imm("run").ok();
    assert_eq!(names(&sandbox), ["Casa"], "it is not found again");
    sandbox.imm("homes reset").ok();
    assert_eq!(names(&sandbox), ["Lyon"]);
    assert_eq!(trips(&sandbox).len(), 2);
    sandbox
        .imm("homes remove Atlantis")
        .exits(1)
        .says("`Atlantis`");
    sandbox
        .imm("homes add X 1,1 --radius 300km")
        .exits(2)
        .says("--radius");
}

#[test]
fn a_trip_is_explained_day_by_day() {
    let sandbox = sandbox(&TWO_TRIPS);
    let id = text(&trips(&sandbox)[1]["object_id"]);
    let shown = sandbox.imm(&format!("trips show {id} --explain")).ok();
    for part in [
        "trip   Japan: Kyoto, Osaka",
        "far    ",
        "begins: on 26 Dec 2022 all photos were taken at home",
        "ends: on 5 Jan 2023 all photos were taken at home",
        "Wed 28 Dec 2022  Kyoto 2 files",
        "Tue 3 Jan 2023  Osaka 2 files",
    ] {
        assert!(shown.both().contains(part), "{part}: {}", shown.both());
    }
    let json = sandbox.imm(&format!("trips show {id} --explain --format json"));
    let json = json.ok().json();
    assert_eq!(json["itinerary"].as_array().unwrap().len(), 7);
    assert_eq!(json["members"].as_array().unwrap().len(), 14);
    assert_eq!(json["explanation"][0]["ends"]["reason"], "at-home");
    sandbox
        .imm("trips show trip-x")
        .exits(1)
        .says("hint: `imm-cluster trips list`");
}

#[test]
fn trips_are_listed_by_filters() {
    let sandbox = sandbox(&TWO_TRIPS);
    let listed = |filter: &str| {
        let list = sandbox.imm(&format!("trips list --format ndjson {filter}"));
        list.ok().ndjson().len()
    };
    assert_eq!(listed("--address country=Japan"), 1);
    assert_eq!(listed("--address city=Osaka"), 1);
    assert_eq!(listed("--start-time 2022-12-01.."), 1);
    assert_eq!(listed("--title x"), 0);
    assert_eq!(listed("--max-results 1"), 1);
}

#[test]
fn positions_that_cannot_be_are_no_trips_and_are_told() {
    let mut records = life(&TWO_TRIPS);
    let watopia = (-11.64, 166.96);
    records.extend([
        record(90_000, "2022-01-05", KYOTO),
        record(90_001, "2022-01-10", KYOTO),
        record(90_002, "2022-01-10", watopia),
        record(90_003, "2022-02-02", watopia),
    ]);
    let sandbox = Sandbox::new().records("r.jsonl", &records);
    sandbox.imm("index --from-json r.jsonl").ok();
    let run = sandbox.imm("run").ok();
    run.says(
        "4 files ignored for trips because the position cannot be true: 2 near 0,0 or on an \
         island of a ride simulator, 2 too far from home to reach between two days at home; \
         `imm-cluster files list --implausible` lists them",
    );
    assert_eq!(trips(&sandbox).len(), 2);
    let run = sandbox.imm("run --format json").ok().json();
    assert_eq!(run["implausible"], json!({"virtual": 2, "impossible": 2}));

    let listed = sandbox.imm("files list --implausible --format json").ok();
    let paths: Vec<String> = each(&listed.json())
        .map(|file| text(&file["path"]))
        .collect();
    assert_eq!(paths, ["90000.jpg", "90001.jpg", "90002.jpg", "90003.jpg"]);
    for (file, line) in [
        (
            "90000.jpg",
            "\ntrips       ignored: nobody can be 9,771 km away between two days at home, \
             2022-01-03 and 2022-01-06\n",
        ),
        (
            "90001.jpg",
            "\ntrips       ignored: nobody can be 9,771 km away on 2022-01-10, a day at home\n",
        ),
        (
            "90002.jpg",
            "\ntrips       ignored: nobody can be there, near 0,0 or on an island of a \
             ride simulator\n",
        ),
    ] {
        let shown = sandbox.imm(&format!("files show {file}")).ok().stdout;
        assert!(shown.contains(line), "{shown}");
    }
    let why = |file: &str| {
        let command = format!("files show {file} --format json");
        sandbox.imm(&command).ok().json()["implausible"].clone()
    };
    assert_eq!(
        why("90000.jpg"),
        json!({"reason": "impossible", "km": 9771, "home_before": "2022-01-03",
               "home_after": "2022-01-06"})
    );
    assert_eq!(why("90003.jpg"), json!({"reason": "virtual"}));
    assert_eq!(why("00000.jpg"), Value::Null);

    // Put right, one is a position like any other.
    sandbox
        .imm("files set 90000.jpg --position 45.764,4.8357")
        .ok();
    let run = sandbox.imm("run --format json").ok().json();
    assert_eq!(run["implausible"], json!({"virtual": 2, "impossible": 1}));
    assert_eq!(why("90000.jpg"), Value::Null);
}

#[test]
fn a_library_without_doubt_says_nothing_of_it() {
    let sandbox = sandbox(&TWO_TRIPS);
    let run = sandbox.imm("run").ok();
    assert!(!run.both().contains("ignored for trips"), "{}", run.both());
    assert_eq!(
        sandbox
            .imm("files list --implausible --format json")
            .ok()
            .json(),
        json!([])
    );
}

#[test]
fn the_wards_of_tokyo_are_one_place_of_a_trip() {
    // Each ward has fewer days than Kawasaki, and all of them have more.
    let sandbox = sandbox(&[
        ("2022-05-06", 1, (35.6938, 139.7034)),
        ("2022-05-07", 1, (35.7148, 139.7967)),
        ("2022-05-08", 2, (35.53, 139.70)),
        ("2022-05-10", 1, (35.5614, 139.7162)),
        ("2022-05-11", 2, KYOTO),
    ]);
    assert_eq!(
        shown(&trips(&sandbox)),
        ["2022-05-06 2022-05-12 Japan: Tokyo, Kyoto"]
    );
    let clusters = sandbox.imm("clusters list --level city").ok().stdout;
    assert!(clusters.contains("Tokyo"), "{clusters}");
    assert!(!clusters.contains("Shinjuku"), "{clusters}");
}
