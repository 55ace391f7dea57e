//! What people are told where there is nothing to show, what to do next, and what they may have
//! meant.

use std::fs;

use crate::sandbox::{HANGZHOU, KYOTO, Sandbox};

fn library() -> Sandbox {
    let sandbox = Sandbox::new()
        .photo("lib/1.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/2.jpg", "2024-10-10 09:00:00", KYOTO);
    sandbox.imm("run lib --levels city").ok();
    sandbox
}

#[test]
fn an_empty_list_says_what_makes_some() {
    let sandbox = Sandbox::new().file("none/notes.txt", "no photo");
    for command in [
        "trips list",
        "clusters list",
        "files list",
        "homes list",
        "roots list",
        "places list",
        "tasks list",
        "calendar",
        "stats",
        "status",
        "run",
        "export csv",
    ] {
        let told = sandbox.imm(command).ok().stderr;
        assert!(
            told.contains("no dataset") && told.contains("`imm-cluster "),
            "{command}: {told}"
        );
    }
    sandbox.imm("index --from-json /dev/null").ok();
    sandbox.imm("homes add Lyon 45.76,4.83").ok();
    for (command, told) in [
        (
            "trips list",
            "the dataset has no files: `imm-cluster index ~/Pictures` reads the files of a folder",
        ),
        (
            "clusters list",
            "the dataset has no files: `imm-cluster index ~/Pictures` reads the files of a folder",
        ),
        (
            "stats",
            "the dataset has no files: `imm-cluster index ~/Pictures` reads the files of a folder",
        ),
        (
            "files list",
            "no files yet: `imm-cluster index ~/Pictures` reads the files of a folder",
        ),
        (
            "roots list",
            "no folders yet: `imm-cluster index ~/Pictures` adds one",
        ),
        (
            "places list",
            "no places yet: `imm-cluster places add NAME LAT,LON` adds one",
        ),
        (
            "tasks list",
            "no tasks yet: every `imm-cluster run` is listed here for 7 days",
        ),
        (
            "run",
            "the dataset has no files: `imm-cluster run ~/Pictures` reads the files of a folder",
        ),
    ] {
        let outcome = sandbox.imm(command).ok();
        assert_eq!(outcome.stdout, "", "{command}");
        assert_eq!(outcome.stderr.trim_end(), told, "{command}");
        let json = if ["run", "stats"].contains(&command) {
            continue;
        } else {
            "--format json"
        };
        let outcome = sandbox.imm(&format!("{command} {json}")).ok();
        assert_eq!(outcome.stdout.trim_end(), "[]", "{command}");
    }
}

#[test]
fn a_filter_without_hits_says_among_how_many() {
    let sandbox = library();
    for (command, told) in [
        (
            "clusters list --address country=Peru",
            "no match among 2 clusters",
        ),
        (
            "export csv --by cluster --address country=Peru",
            "no match among 2 clusters",
        ),
        ("files list --day 2001-01-01", "no match among 2 files"),
        ("tasks list --status failed", "no match among 1 task"),
        ("calendar --year 2001", "no days with files match"),
    ] {
        let outcome = sandbox.imm(command).ok();
        assert!(
            outcome.stderr.contains(told),
            "{command}: {}",
            outcome.stderr
        );
        let quiet = sandbox.imm(&format!("{command} --quiet")).ok();
        assert_eq!(quiet.stderr, "", "{command}");
    }
}

#[test]
fn folders_without_media_say_so() {
    let sandbox = Sandbox::new().file("texts/notes.txt", "no photo");
    fs::create_dir(sandbox.path("empty")).unwrap();
    for command in ["index empty texts", "run empty texts"] {
        let told = sandbox.imm(command).ok().stderr;
        assert!(
            told.contains("no photos or videos in `empty`, `texts`\nhint: "),
            "{command}: {told}"
        );
    }
    let one = sandbox.imm("index texts/notes.txt").ok().stderr;
    assert!(
        one.contains("is skipped: its extension is not that of a photo"),
        "{one}"
    );
}

#[test]
fn a_wrong_path_stops_before_the_table() {
    let sandbox = library();
    for command in [
        "run lib absent",
        "run absent",
        "run absent --dry-run",
        "index absent",
        "index lib absent",
    ] {
        let outcome = sandbox.imm(command).exits(1);
        assert_eq!(outcome.stdout, "", "{command}");
        let rest = "the other paths were indexed (2 files); `imm-cluster run` uses them\n";
        assert_eq!(
            outcome.stderr,
            format!(
                "{}error: cannot find `absent`\nhint: check the spelling, or mount the disk\n",
                if command.contains("lib") { rest } else { "" }
            ),
            "{command}"
        );
    }
    // What was there is read all the same, and programs get the result too.
    let report = sandbox.imm("index lib absent --format json").exits(1);
    assert_eq!(report.json()["unchanged"], 2);
    let outcome = sandbox.imm("run absent --format json").exits(1);
    assert!(
        outcome.stdout.contains("\"clusters\""),
        "{}",
        outcome.stdout
    );
}

#[test]
fn quiet_prints_results_and_errors_alone() {
    let sandbox = library();
    sandbox.write("lib/broken.jpg", "x");
    for command in [
        "index --quiet",
        "index lib --quiet",
        "report --quiet",
        "export xmp --quiet --by cluster",
        "export kml --output trips.kml --quiet",
        "export albums albums --dry-run --quiet --address country=Peru",
    ] {
        assert_eq!(sandbox.imm(command).ok().both(), "---\n", "{command}");
    }
    let json = sandbox.imm("index --quiet --format json").ok().json();
    assert_eq!(json["unchanged"], 2, "{json}");
}

#[cfg(unix)]
#[test]
fn report_opens_the_browser_that_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let sandbox = library();
    sandbox.write(
        "browser",
        "#!/bin/sh\nprintf '%s' \"$1\" >seen\necho noise\n",
    );
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(sandbox.path("browser"), mode).unwrap();
    let browser = sandbox.path("browser");
    let outcome = sandbox.imm("report --open").env("BROWSER", &browser).ok();
    assert!(!outcome.both().contains("noise"), "{}", outcome.both());
    let seen = fs::read_to_string(sandbox.path("seen")).unwrap();
    assert_eq!(seen, sandbox.path("trips.html").to_str().unwrap());
    // The page is there all the same where there is none.
    let outcome = sandbox
        .imm("report --open")
        .env("BROWSER", "no-such-browser")
        .ok();
    assert!(
        outcome.stderr.contains(
            "warning: cannot open a browser: `no-such-browser` is not installed; open `trips.html`"
        ),
        "{}",
        outcome.stderr
    );
    let outcome = sandbox.imm("report --open --output -").exits(2);
    assert_eq!(outcome.stdout, "");
}

#[test]
fn words_that_are_not_commands_lead_to_those_that_are() {
    let sandbox = Sandbox::new();
    for (command, tip) in [
        ("open", "tip: try `imm-cluster report --open`"),
        ("map", "tip: try `imm-cluster report --open`"),
        ("htlm", "tip: try `imm-cluster report`"),
        ("export map", "tip: try `imm-cluster export geojson`"),
        ("export list", "unrecognized subcommand"),
        ("csv", "tip: try `imm-cluster export csv`"),
        ("trips list --format html", "tip: try `imm-cluster report`"),
        ("rum", "'run'"),
        ("run --levels citys", "'city'"),
        ("clusters list --level citys", "'city'"),
        ("run --language zhh", "expected en, zh"),
        ("run --gap-day 2", "'--gap-days'"),
    ] {
        let told = sandbox.imm(command).exits(2).stderr;
        assert!(told.contains(tip), "{command}: {told}");
    }
    let told = sandbox.imm("open --format json").exits(2).stderr;
    assert!(
        told.contains(r#""hint":"try `imm-cluster report --open`""#),
        "{told}"
    );
}
