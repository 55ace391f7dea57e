//! What is the user's stays the user's: links in the place of albums, deduplicated
//! photos, names that come back, files that appear meanwhile, folders that cannot be
//! listed, pipes, planted names.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, lchown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::gazetteers::{Shape, geojson, rectangle};
use crate::library::{Shot, tiny_jpeg};
use crate::sandbox::{HANGZHOU, JIAXING, KYOTO, Point, Sandbox, each, text};
use crate::traced as tracer;
use crate::traced::{LIMIT, Running, calls, log, traced, within};
use crate::tree::{Kept, LIST, Node, entries, tree};

/// Albums that lie as the photos do, so that a link from any part of the albums to the
/// same part of the library leads to files of the same names.
const TEMPLATE: &str = "{year}/{month}/{start} {title}";
const HZ: &str = "2024/03/2024-03-03 Hangzhou";
const JX: &str = "2024/03/2024-03-06 Jiaxing";

fn library() -> Sandbox {
    let sandbox = Sandbox::new();
    for hour in 1..4 {
        let time = format!("2024-03-03 0{hour}:00:00");
        sandbox.take(&format!("lib/{HZ}/{hour}.jpg"), &time, HANGZHOU);
    }
    sandbox.take(&format!("lib/{JX}/1.jpg"), "2024-03-06 09:00:00", JIAXING);
    sandbox.imm("run lib --levels city").ok();
    sandbox
}

/// A command that does what it should, or says what it cannot do.
#[track_caller]
fn says(sandbox: &Sandbox, arguments: &[&str]) -> (i32, String) {
    let mut command = sandbox.command();
    command.args(arguments);
    judged(within(LIMIT, &mut command), &format!("{arguments:?}"))
}

#[track_caller]
fn judged(output: Option<Output>, what: &str) -> (i32, String) {
    let output = output.unwrap_or_else(|| panic!("{what} hangs"));
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 1)), "{what}: {code:?} {stderr}");
    assert!(
        code == Some(0) || stderr.contains("error: "),
        "{what}: {stderr}"
    );
    assert!(!stderr.contains("panicked"), "{what}: {stderr}");
    (code.unwrap_or_default(), stderr)
}

/// Exports albums into `albums`, named by [`TEMPLATE`].
#[track_caller]
fn export(sandbox: &Sandbox, options: &str) -> (i32, String) {
    let mut arguments = vec!["export", "albums", "albums", "--template", TEMPLATE];
    arguments.extend(options.split_whitespace());
    says(sandbox, &arguments)
}

#[track_caller]
fn exports(sandbox: &Sandbox, options: &str) {
    let (code, stderr) = export(sandbox, options);
    assert_eq!(code, 0, "{options}: {stderr}");
}

/// How many links and copies an export makes and removes.
#[track_caller]
fn exported(sandbox: &Sandbox, options: &[&str]) -> [u64; 2] {
    let arguments = ["export", "albums", "albums", "--format", "json"];
    let report = sandbox.imm_with(arguments.iter().chain(options)).ok();
    crate::sandbox::counts(&report.json(), ["added", "removed"])
}

fn id(sandbox: &Sandbox, city: &str) -> String {
    let ids = sandbox.ids();
    let wanted = format!("city {city}");
    let found = ids.iter().find(|(line, _)| line.starts_with(&wanted));
    found.unwrap().1.clone()
}

fn delete(sandbox: &Sandbox, city: &str) {
    let id = id(sandbox, city);
    sandbox.imm_with(["clusters", "delete", &id]).ok();
}

/// Whether this process is root.
fn is_root() -> bool {
    let folder = tempfile::tempdir().unwrap();
    fs::metadata(folder.path()).unwrap().uid() == 0
}

/// The one who is nobody.
const NOBODY: u32 = 65534;

/// The program as a plain user to whom all of the sandbox belongs; `None` where that
/// cannot be, with a word about it.
fn as_user(sandbox: &Sandbox) -> Option<Command> {
    let program = env!("CARGO_BIN_EXE_imm-cluster");
    if !is_root() {
        return Some(sandbox.command());
    }
    let own = |path: &Path| lchown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    own(&sandbox.path(""));
    for path in tree(&sandbox.path("")).keys() {
        own(&sandbox.path(path));
    }
    let mut command = user(sandbox);
    command.args(["test", "-x", program]);
    if command.status().is_ok_and(|status| status.success()) {
        let mut command = user(sandbox);
        command.arg(program);
        Some(command)
    } else {
        println!("skipped: nobody may not run the program");
        None
    }
}

/// Starts a program as nobody.
fn user(sandbox: &Sandbox) -> Command {
    let mut command = sandbox.command_at("setpriv".as_ref());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
    command
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// How a link is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Absolute,
    Relative,
    ToLink,
}

/// Puts a link in the place of whatever is there.
fn put_link(sandbox: &Sandbox, at: &str, to: &str, style: Style) {
    let path = sandbox.path(at);
    if path.is_dir() {
        fs::remove_dir_all(&path).unwrap();
    } else if fs::symlink_metadata(&path).is_ok() {
        fs::remove_file(&path).unwrap();
    }
    let target = match style {
        Style::Absolute => sandbox.path(to),
        Style::Relative => Path::new(&"../".repeat(at.matches('/').count())).join(to),
        Style::ToLink => {
            let between = sandbox.path("between");
            symlink(sandbox.path(to), &between).unwrap();
            between
        }
    };
    symlink(target, path).unwrap();
}

/// What the user does after something happened to the albums, and an export.
fn go_on(sandbox: &Sandbox, variant: &str) {
    match variant {
        "delete" => {
            delete(sandbox, "Hangzhou");
            export(sandbox, "--link copy");
        }
        "prune" => drop(export(
            sandbox,
            "--link copy --prune --start-time 2030-01-01..",
        )),
        "switch" => drop(export(sandbox, "--link symbolic")),
        "hard" => drop(export(sandbox, "--link hard")),
        "title" => {
            let id = id(sandbox, "Hangzhou");
            let title = ["clusters", "update", &id, "--title", "West Lake"];
            sandbox.imm_with(title).ok();
            export(sandbox, "--link copy");
        }
        _ => drop(export(sandbox, "--link copy")),
    }
}

const VARIANTS: [&str; 6] = ["delete", "prune", "again", "switch", "hard", "title"];

/// Something in the albums becomes a link, and nothing behind it is touched.
fn a_link_in_the_albums(at: &str, to: &str) {
    let styles = [Style::Absolute, Style::Relative, Style::ToLink];
    for (number, variant) in VARIANTS.into_iter().enumerate() {
        let style = styles[(number + at.len() + to.len()) % 3];
        let sandbox = library();
        // A backup of one photo, and another photo of the same name.
        let backup = sandbox.path(format!("lib/{HZ}/1.jpg"));
        fs::create_dir_all(sandbox.path("elsewhere")).unwrap();
        fs::copy(&backup, sandbox.path("elsewhere/1.jpg")).unwrap();
        let modified = fs::metadata(&backup).unwrap().modified().unwrap();
        sandbox.set_modified("elsewhere/1.jpg", modified);
        sandbox.take("elsewhere/2.jpg", "2020-01-01 09:00:00", KYOTO);
        exports(&sandbox, "--link copy");
        put_link(&sandbox, at, to, style);
        let link = tree(&sandbox.path("albums"));
        let at_link = Path::new(at).strip_prefix("albums").unwrap();
        let kept = Kept::of(&sandbox, &["lib", "elsewhere"]);
        go_on(&sandbox, variant);
        let what = format!("{at} -> {to} ({style:?}), {variant}");
        kept.holds(&what);
        let now = tree(&sandbox.path("albums"));
        assert_eq!(
            now.get(at_link),
            link.get(at_link),
            "{what}: the link is the user's"
        );
        // And once more, from what is there now.
        export(&sandbox, "--link copy");
        kept.holds(&format!("{what}, again"));
    }
}

#[test]
fn an_album_that_became_a_link_to_its_photos() {
    a_link_in_the_albums(&format!("albums/{HZ}"), &format!("lib/{HZ}"));
}

#[test]
fn a_parent_of_albums_that_became_a_link_to_the_library() {
    a_link_in_the_albums("albums/2024/03", "lib/2024/03");
}

#[test]
fn a_grandparent_of_albums_that_became_a_link_to_the_library() {
    a_link_in_the_albums("albums/2024", "lib/2024");
}

#[test]
fn an_album_that_became_a_link_to_the_root_of_the_library() {
    a_link_in_the_albums(&format!("albums/{HZ}"), "lib");
}

#[test]
fn an_album_that_became_a_link_to_a_folder_between() {
    a_link_in_the_albums(&format!("albums/{HZ}"), "lib/2024/03");
}

#[test]
fn an_album_that_became_a_link_to_another_album() {
    a_link_in_the_albums(&format!("albums/{HZ}"), &format!("albums/{JX}"));
}

#[test]
fn an_album_that_became_a_link_to_a_folder_elsewhere() {
    a_link_in_the_albums(&format!("albums/{HZ}"), "elsewhere");
}

#[test]
fn the_folder_of_all_albums_that_became_a_link_to_the_library() {
    for style in [Style::Absolute, Style::Relative, Style::ToLink] {
        let sandbox = library();
        exports(&sandbox, "--link copy");
        let list = fs::read(sandbox.path("albums").join(LIST)).unwrap();
        put_link(&sandbox, "albums", "lib", style);
        // The list went with the albums: no photo is an entry of it.
        sandbox.write(format!("lib/{LIST}"), list);
        let kept = Kept::of(&sandbox, &["lib/2024"]);
        delete(&sandbox, "Hangzhou");
        // It is refused, as any folder that holds files of the dataset.
        let mut command = sandbox.command();
        command.args(["export", "albums", "albums", "--link", "copy", "--prune"]);
        let output = within(LIMIT, &mut command).unwrap();
        assert_eq!(output.status.code(), Some(2), "{style:?}");
        kept.holds(&format!("albums -> lib ({style:?})"));
    }
}

/// Mounts are made in a view of the file system that ends with the process.
#[test]
fn an_album_on_which_the_library_is_mounted() {
    for (at, to) in [
        (format!("albums/{HZ}"), format!("lib/{HZ}")),
        ("albums/2024/03".to_owned(), "lib/2024/03".to_owned()),
        ("albums/2024".to_owned(), "lib/2024".to_owned()),
    ] {
        for options in ["", "--prune --start-time 2030-01-01.."] {
            let sandbox = library();
            exports(&sandbox, "--link copy");
            if options.is_empty() {
                delete(&sandbox, "Hangzhou");
            }
            let kept = Kept::of(&sandbox, &["lib"]);
            let script = format!(
                "mount --bind '{to}' '{at}' && exec \"$0\" export albums albums \
                 --template '{TEMPLATE}' --link copy {options}"
            );
            let mut command = sandbox.command_at("unshare".as_ref());
            command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
            command.args(["-m", "sh", "-c", &script, env!("CARGO_BIN_EXE_imm-cluster")]);
            let output = within(LIMIT, &mut command);
            let unable = |output: &Output| {
                let stderr = String::from_utf8_lossy(&output.stderr);
                stderr.contains("unshare:") || stderr.contains("mount:")
            };
            if output.as_ref().is_none_or(unable) {
                println!("skipped: this process may not mount");
                return;
            }
            judged(output, &at);
            kept.holds(&format!("{to} mounted on {at}, {options}"));
        }
    }
}

/// A list of albums that names what no export made here: it came from another folder,
/// with links in the place of albums.
#[test]
fn a_planted_list_with_links_in_the_place_of_albums() {
    for kind in ["copy", "hard", "symbolic"] {
        for (options, is_link) in [
            ("--prune --start-time 2030-01-01..", true),
            ("", true),
            ("--prune --start-time 2030-01-01..", false),
        ] {
            let sandbox = library();
            exports(&sandbox, &format!("--link {kind}"));
            // As the album has it, by size, time and even inode.
            fs::rename(
                sandbox.path(format!("albums/{HZ}")),
                sandbox.path("precious"),
            )
            .unwrap();
            fs::remove_file(sandbox.path(format!("lib/{HZ}/2.jpg"))).unwrap();
            fs::create_dir_all(sandbox.path("planted/2024/03")).unwrap();
            let list = sandbox.path("albums").join(LIST);
            fs::copy(list, sandbox.path("planted").join(LIST)).unwrap();
            let album = sandbox.path(format!("planted/{HZ}"));
            if is_link {
                symlink(sandbox.path("precious"), &album).unwrap();
            } else {
                symlink(
                    sandbox.path("precious"),
                    sandbox.path("planted/2024/03/link"),
                )
                .unwrap();
                fs::create_dir(&album).unwrap();
                symlink(sandbox.path("precious/1.jpg"), album.join("1.jpg")).unwrap();
                symlink("../link/3.jpg", album.join("3.jpg")).unwrap();
            }
            let kept = Kept::of(&sandbox, &["lib", "precious", "planted/2024/03"]);
            let mut arguments = vec!["export", "albums", "planted", "--template", TEMPLATE];
            arguments.extend(["--link", kind]);
            arguments.extend(options.split_whitespace());
            if options.is_empty() {
                delete(&sandbox, "Hangzhou");
                delete(&sandbox, "Jiaxing");
            }
            says(&sandbox, &arguments);
            kept.holds(&format!("{kind} {options} {is_link}"));
        }
    }
}

/// A list that says of the user's own files that they were made by an export. Whoever
/// wrote it knew their sizes, times and inodes.
#[test]
fn a_planted_list_that_names_files_of_the_user() {
    for kind in ["copy", "hard"] {
        let sandbox = library();
        exports(&sandbox, &format!("--link {kind}"));
        // The photo that the list names as source is another one by now; what is left
        // of the old one is in the album alone.
        for n in 1..4 {
            let path = format!("lib/{HZ}/{n}.jpg");
            fs::remove_file(sandbox.path(&path)).unwrap();
            let time = format!("2024-03-03 1{n}:30:00");
            sandbox.take(&path, &time, HANGZHOU);
            let album = sandbox.path(format!("albums/{HZ}/{n}.jpg"));
            let modified = fs::metadata(album).unwrap().modified().unwrap();
            sandbox.set_modified(&path, modified);
        }
        let kept = Kept::of(&sandbox, &["lib"]);
        export(
            &sandbox,
            &format!("--link {kind} --prune --start-time 2030-01-01.."),
        );
        kept.holds(&format!("{kind}, pruned"));
        delete(&sandbox, "Hangzhou");
        export(&sandbox, &format!("--link {kind}"));
        kept.holds(&format!("{kind}, deleted"));
    }
}

/// A deduplicator makes the photos links to what the albums hold.
#[test]
fn photos_that_became_links_to_their_albums() {
    for made in ["copy", "hard"] {
        for link in ["symbolic", "relative", "hard"] {
            for variant in VARIANTS {
                let sandbox = library();
                exports(&sandbox, &format!("--link {made}"));
                for n in 1..4 {
                    let photo = sandbox.path(format!("lib/{HZ}/{n}.jpg"));
                    let copy = sandbox.path(format!("albums/{HZ}/{n}.jpg"));
                    fs::remove_file(&photo).unwrap();
                    match link {
                        "symbolic" => symlink(&copy, &photo).unwrap(),
                        "relative" => {
                            let up = "../".repeat(HZ.matches('/').count() + 2);
                            let target = format!("{up}albums/{HZ}/{n}.jpg");
                            symlink(target, &photo).unwrap();
                        }
                        _ => fs::hard_link(&copy, &photo).unwrap(),
                    }
                }
                sandbox.imm("run").ok();
                let kept = Kept::of(&sandbox, &["lib"]);
                let what = format!("made as {made}, then {link} links, {variant}");
                go_on(&sandbox, variant);
                kept.holds(&what);
                sandbox.imm("run lib").ok();
                export(&sandbox, "--link copy");
                kept.holds(&format!("{what}, again"));
            }
        }
    }
}

/// The photos of a folder are linked to the albums as a whole.
#[test]
fn a_folder_of_photos_that_became_a_link_to_its_album() {
    for variant in VARIANTS {
        let sandbox = library();
        exports(&sandbox, "--link copy");
        let folder = sandbox.path(format!("lib/{HZ}"));
        fs::remove_dir_all(&folder).unwrap();
        symlink(sandbox.path(format!("albums/{HZ}")), &folder).unwrap();
        let kept = Kept::of(&sandbox, &["lib"]);
        go_on(&sandbox, variant);
        kept.holds_bytes(variant);
    }
}

/// A camera that counts from 1 again: another photo has the name of one that only the
/// album has still.
#[test]
fn a_name_that_another_photo_has_now() {
    let photos: [(&str, Point, &str); 3] = [
        ("2024-03-02 11:00:00", HANGZHOU, "the same cluster"),
        ("2024-03-03 09:00:00", HANGZHOU, "the same day"),
        ("2024-10-10 09:00:00", KYOTO, "another cluster"),
    ];
    for made in ["copy", "hard"] {
        for (time, place, what) in photos {
            for (same_time, longer) in [(false, false), (true, false), (false, true)] {
                for then in ["copy", "hard", "symbolic", "delete"] {
                    let sandbox = Sandbox::new()
                        .photo("DCIM/IMG_1.jpg", "2024-03-03 10:00:00", HANGZHOU)
                        .photo("DCIM/IMG_2.jpg", "2024-03-04 10:00:00", HANGZHOU);
                    sandbox.imm("run --levels city DCIM").ok();
                    exports(&sandbox, &format!("--link {made}"));
                    let photo = sandbox.path("DCIM/IMG_1.jpg");
                    let old = fs::metadata(&photo).unwrap();
                    // The card was formatted.
                    fs::remove_file(&photo).unwrap();
                    let shot = Shot::new("DCIM/IMG_1.jpg", time).at(8, place);
                    let mut bytes = tiny_jpeg(&shot);
                    assert_eq!(bytes.len() as u64, old.len(), "else it is too easy");
                    if longer {
                        bytes.extend(b"more");
                    }
                    sandbox.write("DCIM/IMG_1.jpg", bytes);
                    if same_time {
                        sandbox.set_modified("DCIM/IMG_1.jpg", old.modified().unwrap());
                    }
                    sandbox.imm("run DCIM").ok();
                    let kept = Kept::of(&sandbox, &["DCIM"]);
                    let what = format!("{made} of {what}, {same_time} {longer}, {then}");
                    if then == "delete" {
                        delete(&sandbox, "Hangzhou");
                        export(&sandbox, &format!("--link {made}"));
                    } else {
                        export(&sandbox, &format!("--link {then}"));
                    }
                    kept.holds(&what);
                }
            }
        }
    }
}

/// What was copied is known again wherever its photo goes.
#[test]
fn photos_that_went_elsewhere_are_not_copied_twice() {
    for kind in ["copy", "hard", "symbolic"] {
        for how in ["folder", "file", "root", "root and option"] {
            let sandbox = library();
            exports(&sandbox, &format!("--link {kind}"));
            let albums = sandbox.path("albums");
            let before = entries(&albums);
            let rename = |from: &str, to: &str| {
                fs::rename(sandbox.path(from), sandbox.path(to)).unwrap();
            };
            match how {
                "folder" => {
                    rename(&format!("lib/{HZ}"), "lib/trip");
                    sandbox.imm("run lib").ok();
                }
                "file" => {
                    rename(&format!("lib/{HZ}/1.jpg"), &format!("lib/{HZ}/one.jpg"));
                    sandbox.imm("run lib").ok();
                }
                _ => {
                    rename("lib", "moved");
                    sandbox.imm("roots move lib moved").ok();
                    if how != "root" {
                        sandbox.imm("run --gap-days 2").ok();
                    }
                }
            }
            let theirs = if how.starts_with("root") {
                "moved"
            } else {
                "lib"
            };
            let kept = Kept::of(&sandbox, &[theirs]);
            exports(&sandbox, &format!("--link {kind}"));
            kept.holds(&format!("{kind}, {how}"));
            let after = entries(&albums);
            assert_eq!(before.len(), after.len(), "{kind}, {how}: {after:?}");
            for entry in after {
                assert!(
                    fs::read(albums.join(&entry)).is_ok(),
                    "{kind}, {how}: {entry:?}"
                );
            }
            let template = ["--link", kind, "--template", TEMPLATE];
            assert_eq!(exported(&sandbox, &template), [0, 0], "{kind}, {how}");
        }
    }
}

/// The lines of a log that are calls that put something into place in the albums: a link
/// that is made, a file that gets its name.
fn puts_into_an_album(call: &str) -> bool {
    let call = call.replace("albums>, \"", "albums/");
    let made = ["link(", "linkat(", "rename(", "renameat(", "renameat2("];
    let made = made.iter().any(|name| {
        let name = format!(" {name}");
        call.contains(&name) || call.contains(&name.replace(' ', " sym"))
    });
    let opened = call.contains("O_CREAT") && [".jpg\"", ".jpg>"].iter().any(|it| call.contains(it));
    let done = !call.contains("= -1");
    done && (made || opened) && call.contains("albums/2024")
}

#[test]
fn the_list_is_on_the_disk_before_what_it_names() {
    if !tracer::is_possible() {
        return;
    }
    for kind in ["copy", "hard", "symbolic"] {
        let sandbox = library();
        let trace = "trace=?open,?openat,?openat2,?creat,?fsync,?fdatasync,?rename,?renameat,\
                     ?renameat2,?link,?linkat,?symlink,?symlinkat";
        let arguments = [
            "export",
            "albums",
            "albums",
            "--link",
            kind,
            "--template",
            TEMPLATE,
        ];
        let mut command = traced(&sandbox, &["-y", "-e", trace], &arguments);
        let (code, stderr) = judged(within(LIMIT, &mut command), kind);
        assert_eq!(code, 0, "{stderr}");
        let calls = calls(&log(&sandbox));
        let synchronises = |call: &str| call.contains(" fsync(") || call.contains(" fdatasync(");
        let first = calls
            .iter()
            .position(|call| puts_into_an_album(call))
            .unwrap();
        let of_folder = |call: &String| synchronises(call) && call.contains("/albums>)");
        let names_list = |call: &String| {
            call.contains(LIST)
                && !synchronises(call)
                && !call.contains("= -1")
                && (call.contains("O_CREAT") || call.contains(" rename") || call.contains(" link"))
        };
        let before = &calls[..first];
        let direct = before
            .iter()
            .any(|call| synchronises(call) && call.contains(LIST));
        let by_renaming = before.iter().position(names_list).is_some_and(|at| {
            before[..at].iter().any(|call| synchronises(call)) && before[at..].iter().any(of_folder)
        });
        assert!(
            direct || by_renaming,
            "{kind}: the list comes too late: {calls:#?}"
        );
        let last = calls.iter().rposition(names_list).unwrap();
        assert!(
            calls[last..].iter().any(of_folder),
            "{kind}: the name of the list may be lost: {calls:#?}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn power_is_cut_after_an_export() {
    for kind in ["copy", "symbolic"] {
        let sandbox = library();
        let Some(disk) = crate::killed::Disk::mounted(&sandbox) else {
            return;
        };
        let arguments = ["export", "albums", "disk/albums", "--link", kind];
        let albums = sandbox.path("disk/albums");
        for round in 0..crate::sandbox::rounds(4) {
            let mut command = sandbox.command();
            let running = Running::start(command.args(arguments));
            if round % 2 == 1 {
                sleep(Duration::from_millis(5 * round as u64));
                running.signal("KILL");
            }
            running.ends_within(LIMIT).unwrap();
            disk.cut_power();
            says(&sandbox, &arguments);
            let now = entries(&albums);
            assert_eq!(now.len(), 4, "{kind}, round {round}: {now:?}");
            // Something to do for the next round.
            if round % 2 == 0 {
                fs::remove_dir_all(&albums).unwrap();
            }
        }
    }
}

/// An export of albums by year, with links or copies.
fn export_arguments(kind: &str) -> [&str; 7] {
    [
        "export",
        "albums",
        "albums",
        "--link",
        kind,
        "--template",
        TEMPLATE,
    ]
}

/// Runs an export of which the `nth` of these calls waits, and lets something happen
/// meanwhile. Whether it came to that, and how it ended.
fn while_it_waits(
    sandbox: &Sandbox,
    names: &str,
    nth: usize,
    arguments: &[&str],
    meanwhile: impl FnOnce(),
) -> (bool, Option<Output>) {
    let trace = format!("trace={names}");
    let inject = format!("inject={names}:delay_enter=150000:when={nth}");
    let mut command = traced(sandbox, &["-e", &trace, "-e", &inject], arguments);
    let _ = fs::remove_file(log(sandbox));
    let running = Running::start(&mut command);
    let started = Instant::now();
    let mut waits = false;
    while !waits && started.elapsed() < LIMIT {
        // A call that waits has no result, nor the end of its line.
        let seen = fs::read_to_string(log(sandbox)).unwrap_or_default();
        waits = seen.lines().count() == nth && !seen.ends_with('\n');
        if let Some(output) = running.ended() {
            return (false, Some(output));
        }
        sleep(Duration::from_millis(2));
    }
    meanwhile();
    (waits, running.ends_within(LIMIT))
}

const RENAMES: &str = "?rename,?renameat,?renameat2";
const LINKS: &str = "?link,?linkat";
const SYMLINKS: &str = "?symlink,?symlinkat";
const UNLINKS: &str = "?unlink,?unlinkat";

/// The user puts files under names that the albums are about to get.
#[test]
fn files_that_appear_while_albums_are_made() {
    if !tracer::is_possible() {
        return;
    }
    let mut met = 0;
    for (kind, names) in [
        ("copy", RENAMES),
        ("copy", LINKS),
        ("hard", LINKS),
        ("hard", RENAMES),
        ("symbolic", SYMLINKS),
        ("symbolic", RENAMES),
    ] {
        for nth in 1..5 {
            let sandbox = library();
            let album = sandbox.path(format!("albums/{HZ}"));
            let arguments = export_arguments(kind);
            let mut mine: Vec<PathBuf> = Vec::new();
            let (waited, output) = while_it_waits(&sandbox, names, nth, &arguments, || {
                fs::create_dir_all(&album).unwrap();
                for n in 1..4 {
                    let path = album.join(format!("{n}.jpg"));
                    let new = fs::File::options().write(true).create_new(true).open(&path);
                    if let Ok(mut new) = new {
                        std::io::Write::write_all(&mut new, b"mine").unwrap();
                        mine.push(path);
                    }
                }
            });
            let what = format!("{kind}, {nth}. of {names}");
            judged(output, &what);
            met += usize::from(waited);
            for path in &mine {
                assert_eq!(
                    fs::read(path).unwrap(),
                    b"mine",
                    "{what}: {}",
                    path.display()
                );
            }
        }
    }
    assert!(met > 0, "nothing ever waited");
}

/// The user puts files in the place of those that the program made and is about to
/// remove or to replace.
#[test]
fn files_that_take_the_place_of_entries_while_albums_change() {
    if !tracer::is_possible() {
        return;
    }
    let mut met = 0;
    for (kind, change) in [
        ("copy", "delete"),
        ("hard", "delete"),
        ("symbolic", "delete"),
        ("copy", "symbolic"),
        ("symbolic", "copy"),
    ] {
        for names in [UNLINKS, RENAMES] {
            for nth in 1..4 {
                let sandbox = library();
                exports(&sandbox, &format!("--link {kind}"));
                let mut then = kind;
                if change == "delete" {
                    delete(&sandbox, "Hangzhou");
                } else {
                    then = change;
                }
                let album = sandbox.path(format!("albums/{HZ}"));
                let arguments = export_arguments(then);
                let mut mine: Vec<PathBuf> = Vec::new();
                let (waited, output) = while_it_waits(&sandbox, names, nth, &arguments, || {
                    for n in 1..4 {
                        let path = album.join(format!("{n}.jpg"));
                        let Ok(old) = fs::metadata(&path) else {
                            continue;
                        };
                        // Of the size and time of the old one, as an editor may leave it.
                        let size = usize::try_from(old.len()).unwrap();
                        sandbox.write("mine", vec![b'm'; size]);
                        sandbox.set_modified("mine", old.modified().unwrap());
                        if fs::rename(sandbox.path("mine"), &path).is_ok() {
                            mine.push(path);
                        }
                    }
                });
                let what = format!("{kind}, then {change}: {nth}. of {names}");
                judged(output, &what);
                met += usize::from(waited);
                for path in &mine {
                    let now = fs::read(path).unwrap_or_default();
                    assert!(
                        now.first() == Some(&b'm') && now.iter().all(|byte| *byte == b'm'),
                        "{what}: {} is gone",
                        path.display()
                    );
                }
            }
        }
    }
    assert!(met > 0, "nothing ever waited");
}

#[test]
fn an_album_that_cannot_be_listed() {
    for (locked, bits) in [
        (HZ, 0o000),
        (HZ, 0o333),
        ("2024", 0o333),
        ("2024/03", 0o000),
    ] {
        let sandbox = library();
        exports(&sandbox, "--link copy");
        sandbox.take(&format!("lib/{HZ}/4.jpg"), "2024-03-03 10:00:00", HANGZHOU);
        sandbox.imm("run lib").ok();
        // What nobody sees has the name of what is about to come.
        sandbox.write(format!("albums/{HZ}/4.jpg"), "mine");
        let kept = Kept::of(&sandbox, &["lib"]);
        let Some(mut command) = as_user(&sandbox) else {
            return;
        };
        let folder = sandbox.path(format!("albums/{locked}"));
        set_mode(&folder, bits);
        command.args([
            "export",
            "albums",
            "albums",
            "--link",
            "copy",
            "--template",
            TEMPLATE,
        ]);
        let output = within(LIMIT, &mut command);
        set_mode(&folder, 0o755);
        let what = format!("{locked} {bits:o}");
        let (code, stderr) = judged(output, &what);
        kept.holds(&what);
        let mine = fs::read(sandbox.path(format!("albums/{HZ}/4.jpg"))).unwrap();
        assert_eq!(mine, b"mine", "{what}");
        // Whoever may pass through a folder that he may not list can do all the same.
        if locked == HZ || bits == 0 {
            assert_eq!(code, 1, "{what}: {stderr}");
            assert!(
                stderr.contains(&format!("albums/{locked}")),
                "{what}: {stderr}"
            );
        }
        // With the folder open again, all of it comes.
        exports(&sandbox, "--link copy");
        kept.holds(&what);
        assert_eq!(entries(&sandbox.path("albums")).len(), 6, "{what}");
    }
}

#[test]
fn a_folder_of_photos_that_cannot_be_listed_gets_no_sidecars() {
    for bits in [0o333, 0o000] {
        for output in [None, Some("side")] {
            let sandbox = library();
            let locked = match output {
                None => format!("lib/{HZ}"),
                Some(side) => format!("{side}/lib/{HZ}"),
            };
            // Of whatever name a sidecar is, it is the user's.
            sandbox.write(format!("{locked}/1.xmp"), "mine");
            sandbox.write(format!("{locked}/2.jpg.xmp"), "mine too");
            let kept = Kept::of(&sandbox, &[&locked]);
            let Some(mut command) = as_user(&sandbox) else {
                return;
            };
            let folder = sandbox.path(&locked);
            set_mode(&folder, bits);
            command.args(["export", "xmp"]);
            if let Some(side) = output {
                command.args(["--output", side]);
            }
            let ended = within(LIMIT, &mut command);
            set_mode(&folder, 0o755);
            let what = format!("{locked} {bits:o}");
            let (code, stderr) = judged(ended, &what);
            kept.holds(&what);
            assert_eq!(code, 1, "{what}: {stderr}");
            assert!(stderr.contains("2024-03-03 Hangzhou"), "{what}: {stderr}");
        }
    }
}

/// An album that goes into the folder that it was, and back.
#[test]
fn an_album_that_goes_into_itself() {
    const ABOVE: &str = "{country}/{city} {id}";
    const BELOW: &str = "{country}/{city} {id}/{start}";
    const DEEPER: &str = "{country}/{city} {id}/{start}/{end}/{city} {id}";
    for kind in ["copy", "hard", "symbolic"] {
        let sandbox = library();
        let mut last = "";
        for template in [
            ABOVE, BELOW, BELOW, ABOVE, ABOVE, DEEPER, DEEPER, BELOW, BELOW, DEEPER, ABOVE, ABOVE,
        ] {
            let options = ["--link", kind, "--template", template];
            let changes = exported(&sandbox, &options);
            if template == last {
                assert_eq!(changes, [0, 0], "{kind}: {template}, twice");
            }
            let now = entries(&sandbox.path("albums"));
            assert_eq!(now.len(), 4, "{kind}: {template}, was {last}: {now:?}");
            last = template;
        }
    }
}

/// The same with a file of the user's in the album and another where it goes.
#[test]
fn an_album_with_a_file_of_the_user_goes_into_itself() {
    for kind in ["copy", "symbolic"] {
        let sandbox = library();
        let export = |template: &str| {
            let options = ["--link", kind, "--template", template];
            exported(&sandbox, &options)
        };
        export("{city}");
        sandbox.write("albums/Hangzhou/diary.txt", "mine");
        sandbox.write("albums/Hangzhou/2024-03-03", "a file in the way");
        let kept = Kept::of(&sandbox, &["lib"]);
        for template in [
            "{city}/{start}",
            "{city}/{start}",
            "{city}",
            "{city}",
            "{start}",
        ] {
            export(template);
            kept.holds(&format!("{kind}: {template}"));
        }
        assert_eq!(export("{start}"), [0, 0]);
        assert_eq!(entries(&sandbox.path("albums")).len(), 6);
    }
}

/// All calls that ask for the kind and the times of a file.
const STATS: &str = "?stat,?lstat,?fstat,?statx,?newfstatat";

#[test]
fn a_look_at_a_folder_that_fails_says_nothing_about_mounts() {
    if !tracer::is_possible() {
        return;
    }
    for (names, most) in [("?statx", 16), (STATS, 24)] {
        for nth in 1..=most {
            let sandbox = Sandbox::new()
                .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
                .photo("lib/b.jpg", "2024-03-04 09:00:00", HANGZHOU);
            sandbox.imm("index lib").ok();
            sandbox.take("lib/new.jpg", "2024-03-05 09:00:00", HANGZHOU);
            let trace = format!("trace={names}");
            let inject = format!("inject={names}:error=EIO:when={nth}");
            let options = ["-e", &trace, "-e", &inject];
            let mut command = traced(&sandbox, &options, &["index", "--jobs", "1"]);
            let output = within(LIMIT, &mut command).unwrap();
            // The loader of programs has such calls, too.
            if output.status.code() == Some(127) {
                continue;
            }
            let what = format!("{nth}. of {names}");
            let dataset = String::from_utf8(sandbox.dataset_bytes()).unwrap();
            assert!(!dataset.contains("\"mount\":true"), "{what}");
            let report = sandbox.imm("index --format json").ok().json();
            assert_eq!(
                (&report["missing"], &report["scanned"]),
                (&0.into(), &3.into()),
                "{what}"
            );
            assert_eq!(sandbox.files().len(), 3, "{what}");
        }
    }
}

/// A dataset of an earlier version says of a plain folder that it is a mount point.
#[test]
fn a_folder_that_is_falsely_taken_for_a_mount_point_heals() {
    for command in [
        "index",
        "index lib",
        "run --quiet",
        "run lib",
        "index lib/new.jpg",
    ] {
        let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
        sandbox.imm("index lib").ok();
        sandbox.edit_dataset(|dataset| dataset["roots"][0]["mount"] = true.into());
        sandbox.take("lib/new.jpg", "2024-03-05 09:00:00", HANGZHOU);
        sandbox.imm(command).ok();
        if command == "run --quiet" {
            // It reads no folder.
            sandbox.imm("index").ok();
        }
        let files = sandbox.files();
        assert_eq!(files.len(), 2, "{command}");
        for file in files.values() {
            assert_ne!(file["missing"], true, "{command}: {file}");
        }
        sandbox.imm("index").ok();
        let dataset = sandbox.dataset_json();
        assert_ne!(dataset["roots"][0]["mount"], true, "{command}");
    }
}

fn make_pipe(path: &Path) {
    if fs::symlink_metadata(path).is_ok() {
        fs::remove_file(path).unwrap();
    }
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

/// Ends within a while, one way or the other.
#[track_caller]
fn ends(sandbox: &Sandbox, arguments: &str) -> Option<i32> {
    let mut command = sandbox.command();
    command.args(arguments.split_whitespace());
    let output = within(Duration::from_secs(8), &mut command);
    let output = output.unwrap_or_else(|| panic!("`{arguments}` hangs"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{arguments}: {stderr}");
    output.status.code()
}

#[test]
fn a_pipe_among_the_photos_keeps_nobody_waiting() {
    let sandbox = library();
    make_pipe(&sandbox.path(format!("lib/{HZ}/1.jpg")));
    make_pipe(&sandbox.path(format!("lib/{HZ}/2.jpg.xmp")));
    make_pipe(&sandbox.path(format!("lib/{HZ}/3.jpg.json")));
    make_pipe(&sandbox.path(format!("lib/{JX}/new.jpg")));
    make_pipe(&sandbox.path("lib/.nomedia"));
    for command in [
        "export albums albums --link copy",
        "export albums albums --link hard",
        "export albums albums --link symbolic",
        "export albums others --link reflink",
        "export xmp",
        "export xmp --gps --naming adobe --output side",
        "report",
        "export csv --files",
        "status",
    ] {
        assert!(ends(&sandbox, command).is_some(), "{command}");
    }
    fs::remove_file(sandbox.path("lib/.nomedia")).unwrap();
    for command in ["index lib", "run lib", "index --prune", "status"] {
        assert_eq!(ends(&sandbox, command), Some(0), "{command}");
    }
}

#[test]
fn a_pipe_in_the_place_of_a_file_of_the_program_keeps_nobody_waiting() {
    for (file, commands) in [
        (
            "default.json",
            &[
                "status",
                "index lib",
                "run",
                "recover",
                "clusters list",
                "tasks list",
                "export csv",
                "report",
            ][..],
        ),
        (
            "default.json.lock",
            &["index lib", "run", "status", "tasks list"],
        ),
        (
            "default.json.tasks.jsonl",
            &["run --gap-days 2", "tasks list", "status", "run lib"],
        ),
        ("default.json.tmp", &["run --gap-days 2"]),
        ("default.json.tasks.jsonl.tmp", &["run --gap-days 2"]),
    ] {
        let sandbox = library();
        let path = sandbox.path("data/imm-cluster").join(file);
        for command in commands {
            make_pipe(&path);
            assert!(ends(&sandbox, command).is_some(), "{file}: {command}");
        }
    }
}

#[test]
fn a_pipe_among_the_albums_keeps_nobody_waiting() {
    for kind in ["copy", "hard", "symbolic"] {
        let sandbox = library();
        exports(&sandbox, &format!("--link {kind}"));
        let pipe = sandbox.path(format!("albums/{HZ}/1.jpg"));
        make_pipe(&pipe);
        let kept = Kept::of(&sandbox, &["lib"]);
        exports(&sandbox, &format!("--link {kind}"));
        exports(&sandbox, "--link copy");
        delete(&sandbox, "Hangzhou");
        exports(&sandbox, &format!("--link {kind}"));
        kept.holds(kind);
        assert_eq!(
            tree(&sandbox.path(format!("albums/{HZ}")))[Path::new("1.jpg")],
            Node::Other
        );
        make_pipe(&sandbox.path("albums").join(LIST));
        export(&sandbox, &format!("--link {kind}"));
    }
}

#[test]
fn a_pipe_that_nobody_reads_is_told_of_no_end() {
    let sandbox = library();
    make_pipe(&sandbox.path("told"));
    let arguments = "run --gap-days 3 --notify-file told";
    assert!(ends(&sandbox, arguments).is_some());
    let clusters = sandbox.imm("tasks list --format json").ok().json();
    assert!(each(&clusters).all(|task| task["status"] != "Running"));
}

/// What a photo becomes between the listing of its folder and the reading of it.
fn becomes(path: &Path, what: &str) {
    fs::remove_file(path).unwrap();
    match what {
        "pipe" => make_pipe(path),
        "socket" => drop(std::os::unix::net::UnixListener::bind(path).unwrap()),
        "device" => symlink("/dev/zero", path).unwrap(),
        _ => fs::create_dir(path).unwrap(),
    }
}

#[test]
fn a_photo_that_becomes_something_else_before_it_is_read() {
    if !tracer::is_possible() {
        return;
    }
    for what in ["pipe", "socket", "device", "folder"] {
        let sandbox = Sandbox::new()
            .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
            .photo("lib/b.jpg", "2024-03-04 09:00:00", HANGZHOU)
            .photo("lib/c.jpg", "2024-03-05 09:00:00", HANGZHOU);
        let photo = sandbox.path("lib/b.jpg");
        let names = "?open,?openat,?openat2";
        let trace = format!("trace={names}");
        let inject = format!("inject={names}:delay_enter=400000:when=1");
        let path = photo.to_str().unwrap();
        let options = ["-P", path, "-P", "b.jpg", "-e", &trace, "-e", &inject];
        let arguments = ["index", "lib", "--jobs", "1"];
        let running = Running::start(&mut traced(&sandbox, &options, &arguments));
        let started = Instant::now();
        let is_open = || fs::metadata(log(&sandbox)).is_ok_and(|log| log.len() > 0);
        while !is_open() && started.elapsed() < Duration::from_secs(4) {
            sleep(Duration::from_millis(5));
        }
        becomes(&photo, what);
        let output = running.ends_within(Duration::from_secs(8));
        let (code, stderr) = judged(output, what);
        assert_eq!(code, 0, "{what}: {stderr}");
        let files = sandbox.files();
        for other in ["lib/a.jpg", "lib/c.jpg"] {
            assert!(files.contains_key(other), "{what}: {files:?}");
        }
    }
}

/// Who waits for a dataset that another one holds listens to signals.
#[test]
fn who_waits_for_the_lock_can_be_ended() {
    let sandbox = library();
    let lock = sandbox.path("data/imm-cluster/default.json.lock");
    let lock = fs::File::options().write(true).open(lock).unwrap();
    lock.lock().unwrap();
    for arguments in ["index lib --wait 60", "run lib --wait 60", "run --wait 60"] {
        let mut command = sandbox.command();
        let running = Running::start(command.args(arguments.split(' ')));
        sleep(Duration::from_millis(400));
        running.signal("TERM");
        let output = running.ends_within(Duration::from_secs(5));
        let output = output.unwrap_or_else(|| panic!("`{arguments}` is deaf"));
        assert_ne!(output.status.code(), Some(0), "{arguments}");
    }
}

/// Starts the program with names planted in folders, of which its process id may be a
/// part (`$$`), each another name of one file of the user's.
fn with_planted(sandbox: &Sandbox, names: &[String], hard: bool, arguments: &str) -> (i32, String) {
    sandbox.write("victim", "precious");
    let link = if hard { "ln" } else { "ln -s" };
    let victim = sandbox.path("victim");
    let plant = |name: &String| format!("{link} '{}' \"{name}\" && ", victim.display());
    let plant: String = names.iter().map(plant).collect();
    let script = format!("{plant} exec \"$0\" {arguments}");
    let mut command = sandbox.command_at("sh".as_ref());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.args(["-c", &script, env!("CARGO_BIN_EXE_imm-cluster")]);
    let what = format!("{names:?} as {link}, {arguments}");
    let ended = judged(within(LIMIT, &mut command), &what);
    assert_eq!(fs::read(&victim).unwrap(), b"precious", "{what}");
    ended
}

#[test]
fn a_planted_name_of_a_temporary_file_is_not_written_through() {
    let temporary = |folder: &str| format!("{folder}/.imm-cluster-$$.tmp");
    for hard in [false, true] {
        let sandbox = library();
        for (folder, name, arguments) in [
            ("out", "x.csv", "export csv --output out/x.csv"),
            ("out", "x.html", "report --output out/x.html"),
            ("out", "x.json", "export geojson --output out/x.json"),
            #[cfg(feature = "parquet")]
            ("out", "x.parquet", "export parquet --output out/x.parquet"),
            ("out", "lib/1.xmp", "export xmp --output out"),
        ] {
            let _ = fs::remove_dir_all(sandbox.path("out"));
            fs::create_dir_all(sandbox.path(folder)).unwrap();
            let names = [temporary(folder), format!("{folder}/{name}.tmp")];
            let names = if name.contains('/') {
                &names[..1]
            } else {
                &names[..]
            };
            let (code, stderr) = with_planted(&sandbox, names, hard, arguments);
            assert_eq!(code, 0, "{arguments}: {stderr}");
            if !name.contains('/') {
                let written = fs::symlink_metadata(sandbox.path(folder).join(name)).unwrap();
                assert!(written.is_file() && written.len() > 8, "{arguments}");
            }
        }
        // Sidecars beside the photos.
        let names = [HZ, JX].map(|folder| temporary(&format!("lib/{folder}")));
        let (code, stderr) = with_planted(&sandbox, &names, hard, "export xmp");
        assert_eq!(code, 0, "{stderr}");
        let sidecar = fs::symlink_metadata(sandbox.path(format!("lib/{HZ}/1.jpg.xmp"))).unwrap();
        assert!(sidecar.is_file());
    }
}

#[test]
fn a_planted_name_among_the_albums_is_not_written_through() {
    let temporary = |folder: &str| format!("{folder}/.imm-cluster-$$.tmp");
    let options = format!("--link copy --template '{TEMPLATE}'");
    for hard in [false, true] {
        let sandbox = library();
        exports(&sandbox, "--link copy");
        // Every copy and the list are made anew.
        for n in 1..4 {
            let path = format!("lib/{HZ}/{n}.jpg");
            let time = format!("2024-03-03 1{n}:00:00");
            sandbox.take(&path, &time, HANGZHOU);
        }
        sandbox.imm("run lib").ok();
        let names = ["albums", &format!("albums/{HZ}"), &format!("albums/{JX}")];
        let names: Vec<String> = names.into_iter().map(temporary).collect();
        let arguments = format!("export albums albums {options}");
        let (code, stderr) = with_planted(&sandbox, &names, hard, &arguments);
        assert_eq!(code, 0, "{stderr}");
        // The list itself.
        let list = sandbox.path("albums").join(LIST);
        let content = fs::read(&list).unwrap();
        fs::remove_file(&list).unwrap();
        let names = [format!("albums/{LIST}")];
        with_planted(&sandbox, &names, hard, &arguments);
        fs::remove_file(&list).unwrap();
        // A link that leads to a list is followed for reading at the most.
        sandbox.write("victim list", &content);
        if hard {
            fs::hard_link(sandbox.path("victim list"), &list).unwrap();
        } else {
            symlink(sandbox.path("victim list"), &list).unwrap();
        }
        delete(&sandbox, "Hangzhou");
        export(&sandbox, "--link copy");
        let now = fs::read(sandbox.path("victim list")).unwrap();
        assert!(
            now == content,
            "hard {hard}: {}",
            String::from_utf8_lossy(&now)
        );
    }
}

#[test]
fn a_planted_man_page_is_not_written_through() {
    for hard in [false, true] {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.path("man")).unwrap();
        let names = [
            "imm-cluster.1",
            "imm-cluster-index.1",
            ".imm-cluster-$$.tmp",
        ];
        let names = names.map(|name| format!("man/{name}"));
        with_planted(&sandbox, &names, hard, "man --output man");
    }
}

#[test]
fn planted_names_beside_the_dataset_are_not_written_through() {
    for hard in [false, true] {
        for name in [
            "default.json.tmp",
            "default.json.tasks.jsonl.tmp",
            ".imm-cluster-$$.tmp",
        ] {
            let sandbox = library();
            // A task that is no longer remembered, so that the file is written anew.
            let tasks = sandbox.path("data/imm-cluster/default.json.tasks.jsonl");
            let old = fs::read_to_string(&tasks).unwrap();
            let year = chrono::Datelike::year(&chrono::Utc::now());
            fs::write(&tasks, old.replace(&format!("\"{year}-"), "\"2001-")).unwrap();
            let names = [format!("data/imm-cluster/{name}")];
            let (code, stderr) = with_planted(&sandbox, &names, hard, "run --gap-days 2");
            assert_eq!(code, 0, "{name}: {stderr}");
            assert_eq!(sandbox.dataset_json()["rules"]["gap_days"], 2, "{name}");
            let dataset = fs::symlink_metadata(sandbox.dataset()).unwrap();
            assert!(dataset.is_file() && dataset.nlink() == 1, "{name}");
        }
    }
}

/// A lock or a task file that is another name of a file of the user's.
#[test]
fn planted_locks_and_tasks_are_not_written_through() {
    for hard in [false, true] {
        for options in ["", "--lock-dir locks"] {
            for lock in [true, false] {
                let sandbox = library();
                sandbox.imm(&format!("run --gap-days 2 {options}")).ok();
                let folder = if lock && !options.is_empty() {
                    sandbox.path("locks")
                } else {
                    sandbox.path("data/imm-cluster")
                };
                let ending = if lock { ".lock" } else { ".tasks.jsonl" };
                let files = tree(&folder).into_keys();
                let files: Vec<PathBuf> = files
                    .filter(|name| name.to_str().unwrap().ends_with(ending))
                    .collect();
                assert!(!files.is_empty());
                for file in files {
                    let path = folder.join(&file);
                    fs::remove_file(&path).unwrap();
                    let name = path.strip_prefix(sandbox.path("")).unwrap();
                    let names = [name.to_str().unwrap().to_owned()];
                    for command in ["run --gap-days 3", "index lib", "status", "tasks list"] {
                        let arguments = format!("{command} {options}");
                        let (code, stderr) = with_planted(&sandbox, &names, hard, &arguments);
                        let is_named = stderr.contains(file.to_str().unwrap());
                        assert!(code == 0 || is_named, "{arguments}: {stderr}");
                        fs::remove_file(&path).unwrap();
                    }
                    // A link to nothing makes nothing.
                    symlink(sandbox.path("made"), &path).unwrap();
                    let arguments = format!("run --gap-days 4 {options}");
                    let arguments: Vec<&str> = arguments.split_whitespace().collect();
                    says(&sandbox, &arguments);
                    assert!(!sandbox.path("made").exists(), "{arguments:?}");
                    let _ = fs::remove_file(&path);
                }
            }
        }
    }
}

/// An export of sidecars that was killed, and the next one with the same process id, as
/// in a container.
#[test]
fn sidecars_of_a_killed_export_and_the_next_of_its_id() {
    if !tracer::is_possible() {
        return;
    }
    let sandbox = library();
    let sidecars = || {
        let mut sidecars = tree(&sandbox.path("lib"));
        sidecars.retain(|path, _| path.extension().is_some_and(|it| it == "xmp"));
        sidecars
    };
    sandbox.imm("export xmp").ok();
    let clean = sidecars();
    assert_eq!(clean.len(), 4);
    let before = tree(&sandbox.path("lib"));
    for names in [UNLINKS, LINKS, RENAMES] {
        for nth in 1..5 {
            for sidecar in sidecars().keys() {
                fs::remove_file(sandbox.path("lib").join(sidecar)).unwrap();
            }
            let trace = format!("trace={names}");
            let inject = format!("inject={names}:signal=KILL:when={nth}");
            let options = ["-e", &trace, "-e", &inject];
            within(LIMIT, &mut traced(&sandbox, &options, &["export", "xmp"])).unwrap();
            for (path, sidecar) in sidecars() {
                assert_eq!(Some(&sidecar), clean.get(&path), "half of it is there");
            }
            let script = format!(
                "for d in '{HZ}' '{JX}'; do for f in lib/\"$d\"/.imm-cluster-*; do \
                 if [ -e \"$f\" ]; then mv \"$f\" lib/\"$d\"/.imm-cluster-$$.tmp; fi; \
                 done; done; exec \"$0\" export xmp"
            );
            let mut command = sandbox.command_at("sh".as_ref());
            command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
            command.args(["-c", &script, env!("CARGO_BIN_EXE_imm-cluster")]);
            let what = format!("{nth}. of {names}");
            judged(within(LIMIT, &mut command), &what);
            assert_eq!(sidecars(), clean, "{what}");
            let mut left = tree(&sandbox.path("lib"));
            left.retain(|path, _| !before.contains_key(path));
            for path in left.keys() {
                fs::remove_file(sandbox.path("lib").join(path)).unwrap();
            }
        }
    }
}

#[test]
fn what_is_new_is_for_its_owner_alone() {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    fs::create_dir(sandbox.path("shared")).unwrap();
    set_mode(&sandbox.path("shared"), 0o755);
    for (mask, folder, options) in [
        ("022", "data/imm-cluster", ""),
        ("000", "shared", "--dataset shared/default.json"),
        ("002", "new/folder", "--dataset new/folder/default.json"),
    ] {
        let script = format!("umask {mask}; exec \"$0\" run lib {options}");
        let mut command = sandbox.command_at("sh".as_ref());
        command.args(["-c", &script, env!("CARGO_BIN_EXE_imm-cluster")]);
        judged(within(LIMIT, &mut command), options);
        for file in [
            "default.json",
            "default.json.lock",
            "default.json.tasks.jsonl",
        ] {
            let path = sandbox.path(folder).join(file);
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
        // Nothing changes for a file that somebody opened for others.
        let dataset = sandbox.path(folder).join("default.json");
        set_mode(&dataset, 0o640);
        sandbox.imm(&format!("run --gap-days 2 {options}")).ok();
        assert_eq!(mode(&dataset), 0o640, "{folder}");
    }
    assert_eq!(mode(&sandbox.path("data/imm-cluster")), 0o700);
    assert_eq!(mode(&sandbox.path("shared")), 0o755);
    // A folder that was there stays as it is.
    let other = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    fs::create_dir_all(other.path("data/imm-cluster")).unwrap();
    set_mode(&other.path("data/imm-cluster"), 0o755);
    other.imm("run lib").ok();
    assert_eq!(mode(&other.path("data/imm-cluster")), 0o755);
}

#[test]
fn what_root_does_to_a_dataset_of_a_user_leaves_it_to_the_user() {
    if !is_root() {
        println!("skipped: this process is not root");
        return;
    }
    for options in ["", "--lock-dir locks"] {
        let sandbox = library();
        if options.is_empty() {
            for file in ["default.json.lock", "default.json.tasks.jsonl"] {
                fs::remove_file(sandbox.path("data/imm-cluster").join(file)).unwrap();
            }
        }
        fs::create_dir(sandbox.path("locks")).unwrap();
        let Some(mut as_user) = as_user(&sandbox) else {
            return;
        };
        set_mode(&sandbox.dataset(), 0o600);
        sandbox.imm(&format!("run lib --gap-days 2 {options}")).ok();
        sandbox.imm(&format!("export xmp {options}")).ok();
        for folder in ["data/imm-cluster", "lib", "locks"] {
            let folder = sandbox.path(folder);
            for path in tree(&folder).keys() {
                let metadata = fs::symlink_metadata(folder.join(path)).unwrap();
                let owner = (metadata.uid(), metadata.gid());
                assert_eq!(owner, (NOBODY, NOBODY), "{options}: {path:?}");
            }
        }
        let arguments = format!("run lib --gap-days 3 {options}");
        as_user.args(arguments.split_whitespace());
        let (code, stderr) = judged(within(LIMIT, &mut as_user), &arguments);
        assert_eq!((code, stderr.contains("warning")), (0, false), "{stderr}");
    }
}

/// A limit on processes lets no thread be made.
#[test]
fn without_threads_it_goes_on_with_one() {
    let sandbox = library();
    sandbox.take("lib/new.jpg", "2024-03-05 09:00:00", HANGZHOU);
    let Some(_) = as_user(&sandbox) else {
        return;
    };
    if !is_root() {
        println!("skipped: this process is not root");
        return;
    }
    for arguments in [
        "index lib",
        "run lib --gap-days 2",
        "run",
        "status",
        "clusters list",
        "files list",
        "export csv --files --output x.csv",
        "export albums albums --link copy",
        "export xmp",
        "report --output x.html",
        "lookup 30.2489,120.1485",
        "index lib --jobs 8",
    ] {
        let mut command = user(&sandbox);
        command.args(["prlimit", "--nproc=1:1", env!("CARGO_BIN_EXE_imm-cluster")]);
        command.args(arguments.split(' '));
        let output = within(LIMIT, &mut command).unwrap_or_else(|| panic!("{arguments} hangs"));
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments}: {stderr}");
        assert!(!stderr.contains("panicked"), "{arguments}: {stderr}");
    }
    let files = sandbox.files();
    assert_eq!(files["lib/new.jpg"]["local_date"], "2024-03-05");
}

/// A clock that says what it is told, between the program and the system's.
#[cfg(target_os = "linux")]
const CLOCK: &str = "
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t clock, struct timespec *time) {
    static int (*next)(clockid_t, struct timespec *);
    if (!next) next = dlsym(RTLD_NEXT, \"clock_gettime\");
    int result = next(clock, time);
    char *ahead = getenv(\"CLOCK_AHEAD\");
    if (clock == CLOCK_REALTIME && ahead) time->tv_sec += atoll(ahead);
    return result;
}
";

#[cfg(target_os = "linux")]
#[test]
fn tasks_of_a_clock_in_the_future_do_not_stay_for_ever() {
    const DAY: i64 = 24 * 60 * 60;
    let sandbox = library().file("clock.c", CLOCK);
    let mut compiler = sandbox.command_at("cc".as_ref());
    compiler.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    compiler.args(["-shared", "-fPIC", "-o", "clock.so", "clock.c", "-ldl"]);
    if !compiler.status().is_ok_and(|status| status.success()) {
        println!("skipped: there is no C compiler for a clock");
        return;
    }
    let clock = sandbox.path("clock.so");
    let at = |ahead: i64, arguments: &str| {
        let call = sandbox.imm(arguments).env("LD_PRELOAD", &clock);
        call.env("CLOCK_AHEAD", ahead.to_string()).ok()
    };
    let tasks = |ahead: i64| {
        let tasks = at(ahead, "tasks list --format json").json();
        each(&tasks)
            .map(|task| text(&task["task_id"]))
            .collect::<Vec<_>>()
    };
    let known = tasks(0);
    at(3000 * DAY, "run --gap-days 5");
    assert_eq!(
        tasks(3000 * DAY).len(),
        known.len().min(1),
        "the clock is not asked"
    );
    // The clock is right again, and a week goes by.
    at(0, "run --gap-days 2");
    at(6 * DAY, "run --gap-days 3");
    let late = at(8 * DAY, "run --gap-days 4");
    drop(late);
    let left = tasks(8 * DAY);
    assert_eq!(left.len(), 2, "those of the last week are: {left:?}");
    assert_eq!(tasks(16 * DAY), Vec::<String>::new());
}

#[test]
fn sidecars_are_counted_for_every_file() {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/A.JPG", "2024-03-03 10:00:00", HANGZHOU)
        .photo("lib/b.jpg", "2024-03-03 11:00:00", HANGZHOU)
        .photo("lib/b.jpeg", "2024-03-03 12:00:00", HANGZHOU)
        .photo("lib/c.jpg", "2024-03-03 13:00:00", HANGZHOU);
    if fs::read_dir(sandbox.path("lib")).unwrap().count() < 5 {
        println!("skipped: names differ in more than case here");
        return;
    }
    sandbox.imm("run lib --levels city").ok();
    for options in [
        "",
        "--naming adobe",
        "--output side",
        "--output side --naming adobe",
    ] {
        for dry in ["--dry-run", "", ""] {
            let arguments = format!("export xmp --format json {options} {dry}");
            let report = sandbox.imm(&arguments).ok().json();
            let counts = crate::sandbox::counts(&report, ["written", "existing", "skipped"]);
            assert_eq!(counts.iter().sum::<u64>(), 5, "{arguments}: {report}");
        }
    }
}

#[test]
fn an_import_that_cannot_be_put_into_place_leaves_nothing() {
    if !tracer::is_possible() {
        return;
    }
    let quarter = Shape::new(&[("NAME", "Lakeside")], rectangle(120.0, 30.0, 120.3, 30.5));
    let sandbox = Sandbox::new().file("quarters.geojson", geojson(&[quarter]));
    let arguments = "gazetteer import quarters.geojson --property district=NAME";
    for round in 0..2 {
        for (names, error) in [
            (RENAMES, "EIO"),
            (RENAMES, "ENOSPC"),
            (LINKS, "EIO"),
            ("?fsync,?fdatasync", "EIO"),
        ] {
            for nth in 1..3 {
                let trace = format!("trace={names}");
                let inject = format!("inject={names}:error={error}:when={nth}");
                let options = ["-e", &trace, "-e", &inject];
                let arguments: Vec<&str> = arguments.split(' ').collect();
                let what = format!("{nth}. of {names}: {error}");
                let before = tree(&sandbox.path("data"));
                let mut command = traced(&sandbox, &options, &arguments);
                let (code, _) = judged(within(LIMIT, &mut command), &what);
                let _ = fs::remove_file(log(&sandbox));
                if code == 0 {
                    continue;
                }
                // A folder may be made for what did not come, a lock stays, and what is
                // in place may not be known to be on the disk.
                let mut left = tree(&sandbox.path("data"));
                left.retain(|path, node| {
                    let stays = ["lock", "geo"].map(|end| path.to_string_lossy().ends_with(end));
                    *node != Node::Folder && !stays.contains(&true) && !before.contains_key(path)
                });
                assert!(left.is_empty(), "{what}, round {round}: {left:?}");
            }
        }
        sandbox.imm(arguments).ok();
    }
}
