//! `report`: the page, what is in it, and what it leaves alone.

use std::fs;

use serde_json::{Value, json};

use crate::library::{self, Content, Shot};
use crate::sandbox::{HANGZHOU, JIAXING, KYOTO, Sandbox, UTRECHT, each, text, xmp};

/// Two trips and their photos, with the thumbnails that cameras put into them.
fn library() -> Sandbox {
    let sandbox = Sandbox::new();
    for (path, local, place) in [
        ("pictures/hz/1.jpg", "2024-03-03 09:00", HANGZHOU),
        ("pictures/hz/2.jpg", "2024-03-04 10:00", HANGZHOU),
        ("pictures/jx/3.jpg", "2024-03-06 11:00", JIAXING),
        ("pictures/kyoto/4.jpg", "2024-10-10 12:30", KYOTO),
    ] {
        write_photo(&sandbox, path, local, place);
    }
    sandbox.imm("run pictures --quiet").ok();
    sandbox
}

fn write_photo(sandbox: &Sandbox, path: &str, local: &str, place: (f64, f64)) {
    let shot = Shot::new(path, local).at(8, place);
    sandbox.write(path, library::jpeg(&shot));
    sandbox.set_modified(path, shot.modified());
}

fn page(sandbox: &Sandbox, path: &str) -> String {
    fs::read_to_string(sandbox.path(path)).unwrap()
}

/// The same, seen from a home in Utrecht.
fn travels() -> Sandbox {
    let sandbox = library();
    for (day, path) in ["2024-05-01", "2024-06-01"].iter().zip(["5", "6"]) {
        let local = format!("{day} 09:00");
        write_photo(
            &sandbox,
            &format!("pictures/home/{path}.jpg"),
            &local,
            UTRECHT,
        );
    }
    sandbox.imm("homes add Home 52.0907,5.1214").ok();
    sandbox.imm("run pictures --quiet").ok();
    sandbox
}

#[test]
fn trips_with_their_stops_and_home_folded() {
    let sandbox = travels();
    let said = sandbox.imm("report").ok();
    assert_eq!(said.stderr, "");
    let start = "trips.html: 2 trips, 2 clusters at home, 6 files, 6 pictures, ";
    assert!(said.stdout.starts_with(start), "{}", said.stdout);
    let page = page(&sandbox, "trips.html");
    let data = data(&page);
    assert_eq!(
        trips(&data),
        [
            "trip China: Hangzhou, Jiaxing, 3 photos, 3 pictures",
            "trip Kyoto, 1 photos, 1 pictures",
            "city Utrecht, 1 photos, 1 pictures",
            "city Utrecht, 1 photos, 1 pictures",
        ]
    );
    assert_eq!(
        (&data["levels"], &data["level"]),
        (&json!(["trip", "city"]), &json!("trip"))
    );
    let home = &data["homes"][0];
    assert_eq!((&home[0], &home[4]), (&json!("Home"), &json!([2, 3])));
    let stops: Vec<String> = each(&data["stops"][0])
        .map(|stop| {
            let place = usize::try_from(stop[0].as_u64().unwrap()).unwrap();
            format!(
                "{} {} {}",
                text(&data["places"][place][0]),
                stop[2],
                stop[3]
            )
        })
        .collect();
    assert_eq!(stops, ["Hangzhou 2 2", "Jiaxing 1 1"]);

    let json = sandbox.imm("report --format json").ok().json();
    assert_eq!((&json["trips"], &json["clusters"]), (&json!(2), &json!(2)));
    let of = |options: &str| {
        sandbox.imm(&format!("report {options}")).ok();
        self::data(&self::page(&sandbox, "trips.html"))
    };
    let japan = of("--address country=Japan");
    assert_eq!(trips(&japan), ["trip Kyoto, 1 photos, 1 pictures"]);
    assert_eq!(japan["homes"], json!([]), "home is not in Japan");
    let spring = of("--start-time 2024-03-01..2024-05-15");
    assert_eq!(trips(&spring).len(), 2, "{:?}", trips(&spring));
    let clusters = of("--by cluster");
    assert_eq!(clusters["level"], "city");
    assert_eq!(trips(&clusters).len(), 9, "{:?}", trips(&clusters));
    assert!(clusters["homes"].is_null() && clusters["stops"].is_null());
    assert_eq!(of("--level city")["levels"], json!(["city"]));
    sandbox.imm("report --by trip --level city").exits(2);
}

/// What the page is told.
#[track_caller]
fn data(page: &str) -> Value {
    let (_, data) = page
        .split_once(r#"<script type="application/json" id="data">"#)
        .unwrap();
    serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap()
}

/// Level, name, number of photos and of pictures of each cluster.
fn trips(data: &Value) -> Vec<String> {
    let trip = |row: &Value| {
        let index = |at: usize| usize::try_from(row[at].as_u64().unwrap()).unwrap();
        let level = text(&data["levels"][index(0)]);
        let name = text(&data["places"][index(1)][0]);
        let pictures = row[12].as_array().unwrap().len();
        format!("{level} {name}, {} photos, {pictures} pictures", row[5])
    };
    each(&data["clusters"]).map(trip).collect()
}

/// The positions of all shots, in units of 0.0001 degrees; `None` where none is told.
fn positions(data: &Value) -> Vec<Option<[i64; 2]>> {
    let bytes = base64(&text(&data["shot_columns"]));
    let mut bytes = bytes.iter();
    let mut unsigned = || {
        let mut number = 0;
        for shift in (0..).step_by(7) {
            let byte = *bytes.next().unwrap();
            number |= i64::from(byte & 127) << shift;
            if byte < 128 {
                break;
            }
        }
        number
    };
    let mut at = [0; 2];
    let mut positions = Vec::new();
    for _ in 0..data["shots"].as_u64().unwrap() {
        unsigned();
        positions.push((unsigned() % 2 == 1).then(|| {
            for degrees in &mut at {
                let n = unsigned();
                *degrees += (n >> 1) ^ -(n & 1);
            }
            at
        }));
    }
    positions
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<u32> = (text.bytes().filter(|digit| *digit != b'='))
        .map(|digit| u32::try_from(DIGITS.iter().position(|d| *d == digit).unwrap()).unwrap())
        .collect();
    let bytes = digits.chunks(4).flat_map(|four| {
        let bits = (0..4).fold(0, |bits, nth| bits << 6 | four.get(nth).unwrap_or(&0));
        bits.to_be_bytes()[1..four.len()].to_vec()
    });
    bytes.collect()
}

#[test]
fn a_page_to_give_away() {
    let sandbox = travels();
    let of = |options: &str| {
        sandbox.imm(&format!("report {options}")).ok();
        data(&page(&sandbox, "trips.html"))
    };
    let all = of("");
    assert_eq!(all["privacy"], json!([0, false]));
    assert_eq!(positions(&all).len(), 6);
    assert!(positions(&all).contains(&Some([520_907, 51_214])), "home");
    assert!(!all["ways"].is_null());

    // Nothing of home: no cluster, no position, and not how far it is.
    let hidden = of("--hide-home");
    assert_eq!(hidden["homes"], json!([]));
    assert_eq!(trips(&hidden).len(), 2);
    assert!(hidden["ways"].is_null());
    assert_eq!(hidden["privacy"], json!([0, true]));
    assert!(!page(&sandbox, "trips.html").contains("Utrecht"));
    // By cluster those at home have their days and no position.
    let hidden = of("--hide-home --by cluster");
    let shown: Vec<bool> = positions(&hidden).iter().map(Option::is_some).collect();
    assert_eq!(shown, [true, true, true, false, false, true]);

    // To 5 km: 0.045 degrees of latitude.
    let round = of("--round 5km");
    for (position, exact) in positions(&round).iter().zip(positions(&all)) {
        let ([lat, lon], exact) = (position.unwrap(), exact.unwrap());
        let step = 449.66;
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let off = (lat as f64 / step).round() * step - lat as f64;
        assert!(off.abs() <= 1.0, "{lat}");
        assert!((lat - exact[0]).abs() <= 226 && (lon - exact[1]).abs() <= 400);
    }
    assert_eq!(round["stops"][0][0][4].as_array().unwrap().len(), 2);

    let trip = sandbox.imm("trips list --format json").ok().json();
    let id = text(&trip[0]["object_id"]);
    let one = of(&format!("--trip {id}"));
    assert_eq!(
        trips(&one),
        ["trip China: Hangzhou, Jiaxing, 3 photos, 3 pictures"]
    );
    assert_eq!((&one["homes"], &one["shots"]), (&json!([]), &json!(3)));
    sandbox.imm("report --trip nothing").exits(1);
    sandbox
        .imm(&format!("report --trip {id} --by cluster"))
        .exits(2);
    (sandbox.imm("report --round 5").exits(2)).says("expected 10m to 100km");
}

#[test]
fn pictures_fit_into_the_size_that_is_asked_for() {
    let sandbox = Sandbox::new();
    for n in 0..40 {
        let path = format!("pictures/{n:02}.jpg");
        write_photo(
            &sandbox,
            &path,
            &format!("2024-03-03 {:02}:{:02}", 8 + n / 10, n),
            HANGZHOU,
        );
    }
    sandbox.imm("run pictures --levels city --quiet").ok();
    let of = |options: &str| sandbox.imm(&format!("report --format json {options}")).ok();
    assert_eq!(of("").json()["pictures"], 24);
    assert_eq!(of("--pictures 100").json()["pictures"], 40);
    assert_eq!(of("--pictures 5").json()["pictures"], 5);
    let small = of("--pictures 100 --size 500KB");
    assert!(small.json()["bytes"].as_u64().unwrap() <= 500_000);
    (sandbox.imm("report --size 1GB").exits(2)).says("expected 500KB to 500MB");
}

#[test]
fn a_page_with_trips_and_the_pictures_that_photos_carry() {
    let sandbox = library();
    let before = sandbox.dataset_state();
    let photo = fs::read(sandbox.path("pictures/hz/1.jpg")).unwrap();
    let said = sandbox.imm("report").ok();
    said.says("no home found, so these are clusters instead of trips");
    let said = said.stdout.replace(|c: char| c.is_ascii_digit(), "#");
    insta::assert_snapshot!(said, @"trips.html: # clusters, # files, # pictures, #.# MB");

    let page = page(&sandbox, "trips.html");
    let data = data(&page);
    assert_eq!(
        trips(&data),
        [
            "province Zhejiang, 3 photos, 3 pictures",
            "city Hangzhou, 2 photos, 2 pictures",
            "city Jiaxing, 1 photos, 1 pictures",
            "province Kyoto, 1 photos, 1 pictures",
            "city Kyoto, 1 photos, 1 pictures",
        ]
    );
    assert_eq!(
        (&data["levels"], &data["level"]),
        (&json!(["province", "city"]), &json!("city"))
    );
    // City and province show the same pictures, and each is there once.
    let pictures = data["pictures"].as_array().unwrap();
    let names: Vec<String> = pictures.iter().map(|picture| text(&picture[1])).collect();
    assert_eq!(names, ["1.jpg", "2.jpg", "3.jpg", "4.jpg"]);
    assert_eq!(pictures[3][3], 12 * 60 + 30, "the minute of the day");
    // Only names of files, and no folder, are told.
    assert!(!page.contains("/pictures/") && !page.contains(sandbox.path("").to_str().unwrap()));

    assert_eq!(sandbox.dataset_state(), before);
    assert_eq!(fs::read(sandbox.path("pictures/hz/1.jpg")).unwrap(), photo);
    sandbox.imm("report --output again.html").ok();
    assert_eq!(
        page,
        self::page(&sandbox, "again.html"),
        "the same content has the same bytes"
    );
}

#[test]
fn only_what_is_asked_for() {
    let sandbox = library();
    let of = |options: &str| {
        sandbox.imm(&format!("report {options}")).ok();
        data(&page(&sandbox, "trips.html"))
    };
    let japan = of("--address country=Japan --level city");
    assert_eq!(trips(&japan), ["city Kyoto, 1 photos, 1 pictures"]);
    assert_eq!(japan["shots"], 1, "nothing of other trips is told");
    assert_eq!(trips(&of("--start-time 2024-04-01..")).len(), 2);
    assert_eq!(
        trips(&of("--end-time ..2024-03-05")),
        ["city Hangzhou, 2 photos, 2 pictures"]
    );
    assert_eq!(
        trips(&of("--pictures 1 --level province"))[0],
        "province Zhejiang, 3 photos, 1 pictures"
    );
    let none = of("--pictures none");
    assert_eq!(none["pictures"], json!([]));
    assert_eq!(trips(&none)[0], "province Zhejiang, 3 photos, 0 pictures");
    let chinese = sandbox.imm("report --language zh --output -").ok();
    assert!(chinese.stdout.contains("<html lang=\"zh-CN\">"));
    assert!(chinese.stdout.contains("<h1>旅行</h1>"));
    let chinese = data(&chinese.stdout);
    assert_eq!(text(&chinese["words"]["language"]), "zh");
    assert_eq!(
        chinese["places"][1],
        json!(["杭州市", "浙江省, 中国", "中国"])
    );
    sandbox
        .imm("report --start-time yesterday")
        .exits(2)
        .says("`--start-time yesterday`");
    sandbox
        .imm("report --pictures 101")
        .exits(2)
        .says("expected 1 to 100, or `none`");
}

#[test]
fn standard_output_has_the_page_and_nothing_else() {
    let sandbox = library();
    let said = sandbox.imm("report --output -").ok();
    assert!(said.stdout.starts_with("<!doctype html>") && said.stdout.ends_with("</html>\n"));
    assert!(
        said.stderr
            .contains("\n-: 5 clusters, 4 files, 4 pictures, 0."),
        "{}",
        said.stderr
    );
    assert!(!sandbox.path("trips.html").exists());
    let report = sandbox.imm("report --format json").ok().json();
    let bytes = page(&sandbox, "trips.html").len();
    let wanted = json!({
        "output": "trips.html", "bytes": bytes, "clusters": 5, "files": 4, "pictures": 4,
        "too_large": 0,
    });
    assert_eq!(report, wanted);
}

#[test]
fn a_file_that_is_no_report_is_not_replaced() {
    let sandbox = library().file("mine.html", "<!doctype html>my own");
    let refused = sandbox.imm("report --output mine.html").exits(1);
    insta::assert_snapshot!(refused.stderr, @"
    error: `mine.html` exists and is not an imm-cluster report
    hint: choose another name with `--output`, or replace it with `--force`
    ");
    assert_eq!(page(&sandbox, "mine.html"), "<!doctype html>my own");
    sandbox.imm("report --output mine.html --force").ok();
    // Now it is one.
    sandbox.imm("report --output mine.html").ok();
    let folder = sandbox.imm("report --output pictures --force").exits(1);
    insta::assert_snapshot!(folder.stderr, @"
    error: cannot write `pictures`: it is not a regular file
    hint: choose another place with `--output`
    ");
    let nowhere = sandbox.imm("report --output no/such/folder.html").exits(1);
    nowhere.says("error: cannot write `no/such/folder.html`: ");
    let left = fs::read_dir(sandbox.path("")).unwrap();
    let names = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.contains(".tmp")).count(), 0);
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_the_mode_too() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let sandbox = library();
    sandbox.imm("report --output real.html").ok();
    let real = sandbox.path("real.html");
    fs::set_permissions(&real, PermissionsExt::from_mode(0o640)).unwrap();
    symlink("real.html", sandbox.path("link.html")).unwrap();
    sandbox.imm("report --output link.html --title Again").ok();
    assert!(sandbox.path("link.html").is_symlink());
    assert!(page(&sandbox, "real.html").contains("<h1>Again</h1>"));
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );
}

#[test]
fn a_file_that_cannot_be_shown_costs_its_picture_only() {
    let sandbox = library();
    // Gone since, replaced by something else, and a whole disk that is not there.
    fs::remove_file(sandbox.path("pictures/hz/1.jpg")).unwrap();
    sandbox.write("pictures/hz/2.jpg", "no picture any more");
    sandbox.imm("report").ok();
    let shown = trips(&data(&page(&sandbox, "trips.html")));
    assert_eq!(shown[0], "province Zhejiang, 3 photos, 1 pictures");
    assert_eq!(shown[1], "city Hangzhou, 2 photos, 0 pictures");
    fs::rename(sandbox.path("pictures"), sandbox.path("unplugged")).unwrap();
    sandbox.imm("report").ok();
    let data = data(&page(&sandbox, "trips.html"));
    assert_eq!((trips(&data).len(), &data["pictures"]), (5, &json!([])));
    assert_eq!(data["shots"], 4);
}

#[test]
fn pictures_are_made_where_there_is_none() {
    let mut shot = Shot::new("pictures/a.jpg", "2024-03-03 09:00").at(8, HANGZHOU);
    let sandbox = Sandbox::new().shot(&shot);
    shot.content = Content::WithoutExif;
    sandbox.imm("run pictures --levels city --quiet").ok();
    let report = sandbox.imm("report --format json").ok().json();
    assert_eq!(
        report["pictures"], 1,
        "of 16 × 12 pixels, without a thumbnail"
    );
}

/// A file that does not say itself when and where it was taken, and what stands beside it.
fn write_described(sandbox: &Sandbox, path: &str, bytes: impl AsRef<[u8]>, day: u32) {
    sandbox.write(path, bytes);
    let time = format!(r#"exif:DateTimeOriginal="2024-03-{day:02}T09:00:00+08:00""#);
    let place = r#"exif:GPSLatitude="30,17.616N" exif:GPSLongitude="120,9.684E""#;
    sandbox.write(format!("{path}.xmp"), xmp(&format!("{time} {place}")));
}

/// The pictures of a page: the name of each file, and its width and height.
fn pictures(data: &Value) -> Vec<(String, usize, usize)> {
    let pictures = each(&data["pictures"]).map(|picture| {
        let jpeg = base64(picture[0].as_str().unwrap());
        let mut decoder = zune_jpeg::JpegDecoder::new(std::io::Cursor::new(jpeg));
        decoder.decode_headers().unwrap();
        let (width, height) = decoder.dimensions().unwrap();
        (text(&picture[1]), width, height)
    });
    let mut pictures: Vec<_> = pictures.collect();
    pictures.sort();
    pictures
}

#[cfg(feature = "heic")]
#[test]
fn photos_of_phones_have_pictures() {
    let sandbox = Sandbox::new();
    let fixtures = std::path::Path::new("fixtures/heic");
    for (name, day) in ["grid", "turned", "thumbnail"].into_iter().zip(3..) {
        let bytes = fs::read(fixtures.join(format!("{name}.heic"))).unwrap();
        let path = format!("pictures/{name}.HEIC");
        write_described(&sandbox, &path, &bytes, day);
        // And one that breaks off within the coded picture.
        if name == "turned" {
            write_described(&sandbox, "pictures/cut.HEIC", &bytes[..bytes.len() / 2], 6);
        }
    }
    sandbox.imm("run pictures --levels city --quiet").ok();
    sandbox.imm("report").ok();
    let data = data(&page(&sandbox, "trips.html"));
    assert_eq!(data["shots"], 4);
    assert_eq!(
        pictures(&data),
        [
            ("grid.HEIC".to_owned(), 900, 700),
            ("thumbnail.HEIC".to_owned(), 1024, 731),
            // As it lies in the file: a block says how it is to be turned.
            ("turned.HEIC".to_owned(), 320, 240),
        ]
    );
}

/// A program named `ffmpeg` that writes down what it is asked, and does this.
#[cfg(unix)]
fn write_ffmpeg(sandbox: &Sandbox, does: &str) {
    use std::os::unix::fs::PermissionsExt;
    let asked = sandbox.path("asked.txt");
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" end >>'{}'\n{does}\n",
        asked.display()
    );
    sandbox.write("bin/ffmpeg", script);
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(sandbox.path("bin/ffmpeg"), mode).unwrap();
}

/// Two videos with names that a program could take for something else.
#[cfg(unix)]
fn videos() -> Sandbox {
    let sandbox = Sandbox::new();
    for (name, day) in ["-i.mp4", "concat:a|b%03d.mp4"].iter().zip(3..) {
        let path = format!("pictures/{name}");
        let mut shot = Shot::new(&path, &format!("2024-03-{day:02} 09:00")).at(8, HANGZHOU);
        shot.content = Content::Film;
        sandbox.write(&path, library::film(&shot));
    }
    sandbox.imm("run pictures --levels city --quiet").ok();
    sandbox
}

#[cfg(unix)]
#[test]
fn an_installed_program_makes_the_pictures_of_videos() {
    let sandbox = videos();
    write_ffmpeg(&sandbox, "printf 'P6\\n4 4\\n255\\n%048d' 0");
    let path = sandbox.path("bin");
    let said = sandbox.imm("report").env("PATH", &path).ok();
    said.says("bin/ffmpeg` made the pictures of 2 videos");
    let shown = pictures(&data(&page(&sandbox, "trips.html")));
    assert_eq!(
        shown,
        [
            ("-i.mp4".to_owned(), 4, 4),
            ("concat:a|b%03d.mp4".to_owned(), 4, 4)
        ]
    );
    // Each is named as a file, by its protocol; no other protocol and no other reader is used.
    let asked = fs::read_to_string(sandbox.path("asked.txt")).unwrap();
    assert_eq!(asked.lines().filter(|line| *line == "end").count(), 2);
    for name in ["-i.mp4", "concat:a|b%03d.mp4"] {
        let whole = format!("file:{}", sandbox.path("pictures").join(name).display());
        assert!(asked.contains(&format!("\n-i\n{whole}\n")), "{asked}");
    }
    assert_eq!(
        asked
            .matches("\n-protocol_whitelist\nfile\n-f\nmov\n")
            .count(),
        2,
        "{asked}"
    );

    // It is not run where that is not wanted, nor where it is not installed.
    for arguments in ["report --no-helpers", "report --pictures none"] {
        let said = sandbox.imm(arguments).env("PATH", &path).ok();
        assert!(!said.both().contains("ffmpeg"), "{}", said.both());
    }
    sandbox.imm("report").ok();
    // A folder that is not named in full counts for nothing.
    sandbox.imm("report").env("PATH", "bin").ok();
    let shown = pictures(&data(&page(&sandbox, "trips.html")));
    assert_eq!(shown, []);
    assert_eq!(
        fs::read_to_string(sandbox.path("asked.txt")).unwrap(),
        asked
    );
}

#[cfg(unix)]
#[test]
fn a_program_that_fails_costs_its_picture_only() {
    for does in [
        "exit 1",
        "printf 'P6\\n4 4\\n255\\n%048d' 0; exit 1",
        "printf 'P6\\n4 4\\n255\\n%040d' 0",
        "printf nonsense",
        "while :; do printf yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done",
    ] {
        let sandbox = videos();
        write_ffmpeg(&sandbox, does);
        let said = sandbox.imm("report").env("PATH", sandbox.path("bin")).ok();
        assert!(!said.both().contains("ffmpeg"), "{}", said.both());
        assert_eq!(pictures(&data(&page(&sandbox, "trips.html"))), []);
    }
}

#[cfg(unix)]
#[test]
fn ffmpeg_itself_makes_a_frame() {
    use crate::sandbox::run_tool;
    let sandbox = Sandbox::new();
    let film = sandbox.path("made.mp4").display().to_string();
    // Half a second, so that there is no frame at one second.
    let source = "testsrc2=size=320x180:rate=10:duration=0.5";
    let arguments = "-v error -f lavfi -i SOURCE -c:v mpeg4 FILM".split(' ');
    let arguments: Vec<&str> = arguments
        .map(|word| match word {
            "SOURCE" => source,
            "FILM" => &film,
            word => word,
        })
        .collect();
    if run_tool("ffmpeg", &arguments).is_none() {
        return;
    }
    let film = fs::read(film).unwrap();
    write_described(&sandbox, "pictures/-y.mp4", &film, 3);
    write_described(&sandbox, "pictures/cut.mp4", &film[..film.len() / 2], 4);
    sandbox.imm("run pictures --levels city --quiet").ok();
    let path = std::env::var_os("PATH").unwrap();
    let said = sandbox.imm("report").env("PATH", path).ok();
    said.says("made the picture of 1 video");
    let shown = pictures(&data(&page(&sandbox, "trips.html")));
    assert_eq!(shown, [("-y.mp4".to_owned(), 320, 180)]);
}

/// What ends an element, begins a comment, breaks a line of script, turns the
/// direction of writing.
const HOSTILE: &str = "</script><script>alert(1)</script><!--\u{2028}\u{202e}\"'&{{data}}";

#[test]
fn hostile_names_stay_texts() {
    let record = json!({
        "path": format!("{HOSTILE}.jpg"), "local_date": "2024-03-03", "lat": 30.29, "lon": 120.16,
        "address": {"country": HOSTILE, "province": HOSTILE, "city": format!("{HOSTILE} city")},
    });
    let sandbox = Sandbox::new().records("records.jsonl", &[record]);
    sandbox.imm("index --from-json records.jsonl --quiet").ok();
    let clusters = sandbox.imm("run --levels city --format json").ok().json();
    let id = text(&clusters["clusters"][0]["object_id"]);
    let label = format!("{HOSTILE}={HOSTILE}");
    let update = [
        "clusters",
        "update",
        &id,
        "--title",
        HOSTILE,
        "--custom-id",
        HOSTILE,
        "--label",
        &label,
    ];
    sandbox.imm_with(update).ok();
    sandbox.imm_with(["report", "--title", HOSTILE]).ok();
    let page = page(&sandbox, "trips.html");
    let data = data(&page);
    let trip = &data["clusters"][0];
    assert_eq!((&trip[9], &trip[10]), (&json!(HOSTILE), &json!(HOSTILE)));
    let key = HOSTILE.split('=').next().unwrap();
    assert_eq!(trip[11], json!([[key, HOSTILE]]));
    assert_eq!(data["places"][0][0], format!("{HOSTILE} city"));
    // The page's own elements, and no others.
    assert_eq!(page.matches("<script").count(), 3);
    assert_eq!(page.matches("</script").count(), 3);
    assert_eq!(page.matches("<!--").count(), 0);
    assert!(!page.contains("<script>alert"));
}

#[test]
fn a_dataset_without_trips_has_a_page_too() {
    let sandbox = Sandbox::new();
    let said = sandbox.imm("report").ok();
    said.says("no dataset");
    assert!(
        said.stdout
            .starts_with("trips.html: 0 clusters, 0 files, 0 pictures, 0.")
    );
    assert_eq!(data(&page(&sandbox, "trips.html"))["clusters"], json!([]));
}

#[test]
fn files_without_a_position_or_a_time_of_day_are_on_the_timeline() {
    let sandbox = Sandbox::new().records(
        "records.jsonl",
        &[
            json!({"path": "a", "local_date": "2024-03-03", "address": {"country": "China"}}),
            json!({"path": "b", "local_date": "2024-03-03", "address": {"country": "China"}}),
            json!({"path": "c", "capture_time": "2024-03-04T01:00:00+01:00", "lat": UTRECHT.0, "lon": UTRECHT.1}),
        ],
    );
    sandbox.imm("index --from-json records.jsonl --quiet").ok();
    sandbox.imm("run --levels country --quiet").ok();
    sandbox.imm("report").ok();
    let data = data(&page(&sandbox, "trips.html"));
    // Two of one day in no place are one row: no days later, four times 2 files, there and in no position.
    assert_eq!(data["shots"], 2);
    assert_eq!(data["first_day"], 19_785);
    assert!(
        text(&data["shot_columns"]).starts_with("AAgB"),
        "{}",
        data["shot_columns"]
    );
    assert_eq!(data["shot_clusters"], json!(["AQECAQ=="]));
}
