//! Files and folders that are not there, cannot be read, are not what they
//! claim, or have names that no terminal should see.

use std::fs;

use serde_json::json;

use crate::library::{self, Shot};
use crate::sandbox::{HANGZHOU, Sandbox, changes, counts, each, text};

#[test]
fn a_path_that_is_not_there_fails_after_the_others_were_done() {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("more/b.jpg", "2024-03-04 09:00:00", HANGZHOU);
    let outcome = sandbox
        .imm("index lib absent more gone.jpg --format json")
        .exits(1);
    assert_eq!(changes(&outcome.json()), [2, 0, 0, 0, 0]);
    insta::assert_snapshot!(outcome.stderr, @r#"{"error":{"code":"ResourceNotFound.Path","message":"cannot find `absent`, `gone.jpg`","hint":"check the spelling, or mount the disk"}}"#);
    assert_eq!(sandbox.files().len(), 2);
    let outcome = sandbox.imm("run absent lib").exits(1);
    assert_eq!(outcome.stdout, "", "the error is told before any table");
    assert_eq!(sandbox.clusters().len(), 2);
}

#[test]
fn a_path_that_cannot_exist_is_not_there() {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    let name = "x".repeat(300);
    for path in [name.as_str(), "lib/a.jpg/b.jpg"] {
        let outcome = sandbox.imm_with(["index", "lib", path]).exits(1);
        outcome.says("error: ");
        outcome.says("the other paths were indexed (1 file)");
    }
    assert_eq!(sandbox.files().len(), 1);
    sandbox.imm_with(["index", "lib", ""]).exits(2);
}

#[test]
fn what_claims_to_be_media_and_is_none_is_listed_with_its_reason() {
    let whole = library::tiny_jpeg(&Shot::new("x", "2024-03-03 09:00").at(8, HANGZHOU));
    let html = "<html><body>Not found</body></html>";
    let sandbox = Sandbox::new()
        .photo("lib/good.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .file("lib/cut.jpg", &whole[..90])
        .file("lib/two bytes.jpg", &whole[..2])
        .file("lib/zeros.jpg", [0; 512])
        .file("lib/empty.jpg", "")
        .file("lib/empty.heic", "")
        .file("lib/page.jpeg", html)
        .file("lib/page.PNG", html)
        .file("lib/page.webp", html)
        .file("lib/page.tif", html)
        .file("lib/page.heic", html)
        // These claim nothing, so they are passed over.
        .file("lib/page", html)
        .file("lib/empty", "")
        .file("lib/page.xyz", html);
    let outcome = sandbox.imm("index lib --format json").ok();
    let report = outcome.json();
    assert_eq!(changes(&report), [1, 0, 0, 10, 0], "{report}");
    assert_eq!(each(&report["failures"]).count(), 10);
    for failure in each(&report["failures"]) {
        assert!(text(&failure["reason"]).len() > 10, "{failure}");
        assert!(
            outcome.stderr.contains(
                &*text(&failure["path"]).replace(sandbox.path("").to_str().unwrap(), "[ROOT]/")
            ),
            "{failure}"
        );
    }
    insta::assert_snapshot!(outcome.stderr, @"
    warning: `[ROOT]/lib/cut.jpg` could not be read: the file is cut short
    warning: `[ROOT]/lib/empty.heic` could not be read: the file is empty
    warning: `[ROOT]/lib/empty.jpg` could not be read: the file is empty
    warning: `[ROOT]/lib/page.PNG` could not be read: it is neither a photo nor a video, whatever its name says
    warning: `[ROOT]/lib/page.heic` could not be read: it is neither a photo nor a video, whatever its name says
    warning: `[ROOT]/lib/page.jpeg` could not be read: it is neither a photo nor a video, whatever its name says
    warning: `[ROOT]/lib/page.tif` could not be read: it is neither a photo nor a video, whatever its name says
    warning: `[ROOT]/lib/page.webp` could not be read: it is neither a photo nor a video, whatever its name says
    warning: `[ROOT]/lib/two bytes.jpg` could not be read: it is neither a photo nor a video, whatever its name says
    warning: `[ROOT]/lib/zeros.jpg` could not be read: it is neither a photo nor a video, whatever its name says
    ");
    // Nothing is new: they fail again, unread, and nothing is written.
    let before = sandbox.dataset_state();
    assert_eq!(
        changes(&sandbox.imm("index --format json").ok().json()),
        [0, 0, 1, 10, 0]
    );
    assert!(sandbox.dataset_state() == before);
    sandbox.imm("index --strict").exits(3);
    sandbox.imm("run lib --strict").exits(3);
    sandbox.imm("run").ok();
    // One is mended, and one is gone.
    sandbox.take("lib/cut.jpg", "2024-03-04 09:00:00", HANGZHOU);
    fs::remove_file(sandbox.path("lib/zeros.jpg")).unwrap();
    assert_eq!(
        changes(&sandbox.imm("index --format json").ok().json())[..4],
        [0, 1, 1, 8]
    );
}

/// A row of numbers that look random and are the same each time.
fn noise(seed: u32) -> impl Iterator<Item = u32> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    })
}

#[test]
fn hostile_files_do_no_harm() {
    let whole = library::tiny_jpeg(&Shot::new("x", "2024-03-03 09:00").at(8, HANGZHOU));
    let mut sandbox = Sandbox::new();
    // Cut at every place in the header.
    for end in (1..whole.len()).step_by(7) {
        sandbox = sandbox.file(format!("lib/cut/{end}.jpg"), &whole[..end]);
    }
    // Some bytes are others.
    for seed in 0..200 {
        let mut bytes = whole.clone();
        let mut noise = noise(seed);
        for _ in 0..=(seed % 12) {
            let (at, value) = (noise.next().unwrap(), noise.next().unwrap());
            let at = at as usize % bytes.len();
            bytes[at] = [0, 0xff, 0x7f, 0x80, value.to_le_bytes()[1]][value as usize % 5];
        }
        sandbox = sandbox.file(format!("lib/changed/{seed}.jpg"), bytes);
    }
    // Heads of every kind of file, and then absurd sizes.
    let heads: [(&str, &[u8]); 8] = [
        ("png", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffeXIf"),
        ("webp", b"RIFF\xff\xff\xff\xffWEBPEXIF\xff\xff\xff\xff"),
        ("tif", b"II\x2a\0\xff\xff\xff\xff"),
        ("tiff", b"MM\0\x2a\0\0\0\x08\xff\xff"),
        (
            "heic",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\xff\xff\xff\xffmeta",
        ),
        ("avif", b"\0\0\0\x01ftypavif"),
        (
            "mp4",
            b"\0\0\0\x18ftypisom\0\0\0\0isommp42\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff",
        ),
        ("jpg", b"\xff\xd8\xff\xe1\0\0"),
    ];
    for (kind, head) in heads {
        for (i, fill) in [0u8, 0xff, 0x41].into_iter().enumerate() {
            let mut bytes = head.to_vec();
            bytes.extend(std::iter::repeat_n(fill, 4096));
            sandbox = sandbox.file(format!("lib/heads/{i}.{kind}"), bytes);
        }
    }
    let report = sandbox.imm("index lib --format json --quiet").ok().json();
    let [scanned, added, failed] = counts(&report, ["scanned", "added", "failed"]);
    assert_eq!(scanned, added + failed);
    assert!(added > 100 && failed > 30, "{added} {failed}");
    let reasons: Vec<_> = each(&report["failures"])
        .map(|f| text(&f["reason"]))
        .collect();
    let panics: Vec<_> = reasons
        .iter()
        .filter(|r| r.contains("please report"))
        .collect();
    assert!(panics.is_empty(), "a reader panicked: {panics:?}");
    sandbox.imm("run --quiet").ok();
}

#[cfg(unix)]
#[test]
fn a_link_in_a_circle_is_listed() {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    std::os::unix::fs::symlink("b.jpg", sandbox.path("lib/c.jpg")).unwrap();
    std::os::unix::fs::symlink("c.jpg", sandbox.path("lib/b.jpg")).unwrap();
    assert_eq!(
        sandbox.imm("index lib").ok().stderr,
        "",
        "links are not followed"
    );
    let outcome = sandbox.imm("index lib --follow-links").ok();
    outcome.says("`[ROOT]/lib/b.jpg` could not be listed: ");
    sandbox.imm("index lib --strict").exits(3);
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_socket_is_no_photo_and_is_not_waited_for() {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    let _socket = std::os::unix::net::UnixListener::bind(sandbox.path("lib/s.jpg")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(sandbox.path("lib/f.jpg"))
        .status();
    if !made.is_ok_and(|status| status.success()) {
        println!("no `mkfifo` here: only the socket is tried");
    }
    let report = sandbox.imm("index lib --format json").ok().json();
    assert_eq!(changes(&report), [1, 0, 0, 0, 0]);
}

#[cfg(unix)]
mod permissions {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::{Command, Output};

    use super::*;

    const NOBODY: u32 = 65_534;

    /// The program run by somebody whom permissions bind, which they do not root:
    /// then that is `nobody`, who gets the sandbox and a copy of the program.
    struct Bound<'a> {
        sandbox: &'a Sandbox,
        program: std::path::PathBuf,
        is_root: bool,
    }

    impl<'a> Bound<'a> {
        fn new(sandbox: &'a Sandbox) -> Option<Self> {
            let is_root = fs::metadata(sandbox.path("")).unwrap().uid() == 0;
            let mut program = Path::new(env!("CARGO_BIN_EXE_imm-cluster")).to_owned();
            if is_root {
                let copy = sandbox.path("bin/imm-cluster");
                fs::create_dir_all(copy.parent().unwrap()).unwrap();
                fs::copy(&program, &copy).unwrap();
                program = copy;
            }
            let bound = Self {
                sandbox,
                program,
                is_root,
            };
            bound.give_away();
            let can_start = bound.command().arg("--version").output();
            if !can_start.is_ok_and(|output| output.status.success()) {
                println!("no other user can be had here: permissions are not tried");
                return None;
            }
            Some(bound)
        }

        fn give_away(&self) {
            if self.is_root {
                for entry in walkdir::WalkDir::new(self.sandbox.path("")) {
                    let _ = chown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY));
                }
            }
        }

        fn command(&self) -> Command {
            let mut command = self.sandbox.command_at(&self.program);
            if self.is_root {
                command.uid(NOBODY).gid(NOBODY);
            }
            command
        }

        fn run(&self, arguments: &str, status: i32) -> (String, String) {
            let arguments = arguments.split(' ');
            let Output {
                status: was,
                stdout,
                stderr,
            } = self.command().args(arguments.clone()).output().unwrap();
            let root = self.sandbox.path("");
            let text = |bytes: Vec<u8>| {
                let text = String::from_utf8(bytes).unwrap();
                text.replace(root.to_str().unwrap().trim_end_matches('/'), "[ROOT]")
            };
            let (stdout, stderr) = (text(stdout), text(stderr));
            assert_eq!(
                was.code(),
                Some(status),
                "{:?}\n{stdout}{stderr}",
                arguments.collect::<Vec<_>>()
            );
            (stdout, stderr)
        }

        fn mode(&self, path: &str, mode: u32) {
            let permissions = fs::Permissions::from_mode(mode);
            fs::set_permissions(self.sandbox.path(path), permissions).unwrap();
        }
    }

    fn two_photos() -> Sandbox {
        Sandbox::new()
            .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
            .photo("lib/x/b.jpg", "2024-03-04 09:00:00", HANGZHOU)
    }

    #[test]
    fn an_unreadable_file_is_listed_and_tried_again() {
        let sandbox = two_photos();
        let Some(bound) = Bound::new(&sandbox) else {
            return;
        };
        bound.mode("lib/x/b.jpg", 0o000);
        let (out, err) = bound.run("index lib", 0);
        assert_eq!(out, "2 files checked: 1 new, 1 unreadable\n");
        assert_eq!(
            err,
            "warning: `[ROOT]/lib/x/b.jpg` could not be read: Permission denied (os error 13)\n"
        );
        bound.run("index --strict", 3);
        bound.mode("lib/x/b.jpg", 0o644);
        assert_eq!(
            bound.run("index", 0).0,
            "2 files checked: 1 changed, 1 unchanged\n"
        );
    }

    #[test]
    fn a_known_file_that_became_unreadable_keeps_its_facts() {
        let sandbox = two_photos();
        let Some(bound) = Bound::new(&sandbox) else {
            return;
        };
        bound.run("run lib --levels city", 0);
        sandbox.take("lib/x/b.jpg", "2024-03-05 09:00:00", HANGZHOU);
        bound.mode("lib/x/b.jpg", 0o000);
        let (_, err) = bound.run("run lib", 0);
        assert!(
            err.contains("b.jpg` could not be read: Permission denied"),
            "{err}"
        );
        let clusters = bound.run("clusters list", 0).0;
        assert!(clusters.contains("3–4 Mar 2024"), "{clusters}");
        bound.mode("lib/x/b.jpg", 0o644);
        let clusters = bound.run("run lib --gap-days 1", 0).0;
        assert!(clusters.contains("3–5 Mar 2024"), "{clusters}");
    }

    #[test]
    fn files_in_an_unreadable_folder_are_not_missing() {
        let sandbox = two_photos();
        let Some(bound) = Bound::new(&sandbox) else {
            return;
        };
        bound.run("run lib", 0);
        let before = sandbox.dataset_state();
        bound.mode("lib/x", 0o000);
        let (out, err) = bound.run("index", 0);
        assert_eq!(out, "1 file checked: 1 unchanged\n");
        assert_eq!(
            err,
            "warning: `[ROOT]/lib/x` could not be listed: Permission denied (os error 13)\n"
        );
        bound.run("index --strict", 3);
        assert!(sandbox.dataset_state() == before);
        // A root that cannot be looked through is no empty one.
        bound.mode("lib/x", 0o755);
        bound.mode("lib", 0o000);
        let (_, err) = bound.run("index", 0);
        assert!(err.contains("Permission denied"), "{err}");
        assert!(sandbox.dataset_state() == before);
        bound.mode("lib", 0o755);
        bound.run("index", 0);
        assert!(sandbox.dataset_state() == before);
    }

    #[test]
    fn a_dataset_folder_that_cannot_be_written_is_an_error_only_for_writers() {
        let sandbox = two_photos();
        let Some(bound) = Bound::new(&sandbox) else {
            return;
        };
        bound.run("run lib", 0);
        let before = sandbox.dataset_state();
        sandbox.take("lib/c.jpg", "2024-03-05 09:00:00", HANGZHOU);
        bound.give_away();
        bound.mode("data/imm-cluster", 0o555);
        for command in ["index lib", "run lib"] {
            let (out, err) = bound.run(command, 1);
            assert_eq!(out, "");
            assert!(
                err.starts_with("error: cannot write `[ROOT]/data/imm-cluster/default.json"),
                "{err}"
            );
            assert!(
                err.contains("Permission denied") && err.contains("hint: check the permissions"),
                "{err}"
            );
        }
        assert!(bound.run("clusters list", 0).0.contains("Hangzhou"));
        bound.run("run --dry-run", 0);
        assert!(sandbox.dataset_state() == before);
        bound.mode("data/imm-cluster", 0o755);
        bound.run("index lib", 0);
    }

    #[test]
    fn a_dataset_that_cannot_be_read_is_left_alone() {
        let sandbox = two_photos();
        let Some(bound) = Bound::new(&sandbox) else {
            return;
        };
        bound.run("run lib", 0);
        bound.mode("data/imm-cluster/default.json", 0o000);
        for command in ["index lib", "run", "clusters list", "status"] {
            let (out, err) = bound.run(command, 1);
            assert_eq!(out, "");
            assert!(
                err.starts_with("error: cannot read the dataset `[ROOT]/data"),
                "{err}"
            );
        }
        bound.mode("data/imm-cluster/default.json", 0o600);
        bound.run("clusters list", 0);
    }
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf_8_is_a_name() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    let odd = OsStr::from_bytes(b"lib/caf\xe9\xff/t\xe9.jpg");
    let path = sandbox.path(odd);
    fs::create_dir(path.parent().unwrap()).unwrap();
    if fs::rename(sandbox.path("lib/a.jpg"), &path).is_err() {
        println!("this file system wants UTF-8: nothing to try");
        return;
    }
    let index = |arguments: &str| {
        changes(
            &sandbox
                .imm(&format!("index {arguments} --format json"))
                .ok()
                .json(),
        )
    };
    assert_eq!(index("lib"), [1, 0, 0, 0, 0]);
    let before = sandbox.dataset_state();
    assert_eq!(index(""), [0, 0, 1, 0, 0]);
    assert!(sandbox.dataset_state() == before);
    let files = sandbox.files();
    let (shown, file) = files.first_key_value().unwrap();
    assert_eq!(shown, "lib/caf\u{fffd}\u{fffd}/t\u{fffd}.jpg");
    assert_eq!(file["local_date"], "2024-03-03");
    sandbox
        .imm_with([OsStr::new("files"), OsStr::new("show"), odd])
        .ok();
    let folder = OsStr::from_bytes(b"lib/caf\xe9\xff");
    let below = sandbox
        .imm_with([OsStr::new("files"), OsStr::new("list"), folder])
        .ok();
    assert_eq!(below.stdout.lines().count(), 2);
    // The dataset says what the bytes are.
    let folder = &sandbox.dataset_json()["folders"][0];
    assert_eq!(folder["raw"], "Y2Fm6f8=");
    assert_eq!(folder["files"][0]["raw"], "dOkuanBn");
    // A root of such a name, and a dataset of one.
    let root = OsStr::from_bytes(b"lib/caf\xe9\xff");
    let dataset = OsStr::from_bytes(b"d\xe9.json");
    let call = [OsStr::new("index"), root, OsStr::new("--dataset"), dataset];
    sandbox.imm_with(call).ok();
    let call = [OsStr::new("index"), OsStr::new("--dataset"), dataset];
    assert_eq!(
        sandbox.imm_with(call).ok().stdout,
        "1 file checked: 1 unchanged\n"
    );
}

#[cfg(unix)]
#[test]
fn no_name_and_no_text_of_others_touches_the_terminal() {
    let hostile = [
        "a\nb.jpg",
        "\u{1b}[31mred\u{1b}[0m.jpg",
        "\u{202e}gpj.exe.jpg",
        "tab\there.jpg",
        "\u{9b}2J.jpg",
    ];
    let mut sandbox = Sandbox::new();
    for name in hostile {
        sandbox = sandbox.photo(&format!("lib/{name}"), "2024-03-03 09:00:00", HANGZHOU);
        sandbox = sandbox.file(format!("lib/bad {name}"), "no picture");
    }
    let evil = "\u{1b}]0;owned\u{7}\n\u{202e}";
    let record = json!({"path": format!("record {evil}"), "local_date": "2024-03-03",
        "address": {"country": format!("Country{evil}"), "city": format!("City{evil}")}});
    let sandbox = sandbox.records("r.jsonl", &[record]);
    let mut outputs = vec![
        sandbox.imm("index lib").ok(),
        sandbox.imm("index --from-json r.jsonl").ok(),
        sandbox.imm("run --levels country,city").ok(),
    ];
    sandbox.edit_dataset(|dataset| {
        dataset["clusters"][0]["title"] = format!("Title{evil}").into();
    });
    let status = outputs.len();
    for call in ["clusters list", "files list", "status", "files list lib"] {
        outputs.push(sandbox.imm(call).ok());
    }
    let files = &outputs[status + 1].stdout;
    assert_eq!(
        files.lines().count(),
        1 + 2 * hostile.len() + 1,
        "a line for each:\n{files}"
    );
    let clusters = &outputs[status].stdout;
    assert_eq!(clusters.lines().count(), 1 + 4, "{clusters}");
    for id in sandbox.ids().values() {
        outputs.push(sandbox.imm(&format!("clusters show {id}")).ok());
    }
    for name in hostile {
        outputs.push(
            sandbox
                .imm_with(["files", "show", &format!("lib/{name}")])
                .ok(),
        );
        outputs.push(
            sandbox
                .imm_with(["files", "show", &format!("lib/bad {name}")])
                .ok(),
        );
        outputs.push(
            sandbox
                .imm_with(["files", "show", &format!("nothing {name}")])
                .exits(1),
        );
        outputs.push(
            sandbox
                .imm_with(["index", &format!("nothing {name}")])
                .exits(1),
        );
        outputs.push(sandbox.imm_with(["clusters", "show", name]).exits(1));
        outputs.push(sandbox.imm_with(["lookup", name]).exits(2));
    }
    outputs.push(
        sandbox
            .imm_with(["files", "show", &format!("record {evil}")])
            .ok(),
    );
    for output in outputs {
        let shown = output.both();
        let bad = shown
            .chars()
            .find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!(bad, None, "{shown:?}");
    }
    // JSON carries every name as it is.
    for name in hostile {
        assert!(
            sandbox.files().contains_key(&format!("lib/{name}")),
            "{name:?}"
        );
    }
}
