//! What the pages for people say is so: their console blocks are run, their links lead
//! somewhere, and the dataset that they show can be read.
//!
//! A block marked `console` has lines with `$ ` in front, which a shell runs in a home
//! folder with the demo library as `Pictures`, all blocks of a page one after the other.
//! What stands below such a line must be what is printed (on either stream), and where
//! nothing stands it only has to go well. `…` (or `...`) stands for anything: within a
//! line, and alone on one for any number of lines. The home folder is said to be
//! `/home/anna`. Pages in Chinese are run on a system in Chinese. Eight hexadecimal digits are an id,
//! which is another one in each run. `DOCS_ACCEPT=1` puts what is printed into the page.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::library;
use crate::sandbox::Sandbox;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// The demo library as it is painted for people, once for all pages.
fn painted() -> &'static Path {
    static PAINTED: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = PAINTED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let pictures = folder.path().join("Pictures");
        library::write_library(&pictures, &library::demo_library()).unwrap();
        library::write_odd_files(&pictures).unwrap();
        folder
    });
    folder.path()
}

/// A home folder with the demo library in `Pictures`, and in `target/demo` where the
/// first command of the README draws it.
fn home() -> Sandbox {
    let sandbox = Sandbox::new();
    for folder in ["home", "home/target/demo"] {
        fs::create_dir_all(sandbox.path(folder)).unwrap();
        let copied = Command::new("cp")
            .arg("-a")
            .args([&painted().join("Pictures"), &sandbox.path(folder)])
            .status();
        assert!(copied.unwrap().success());
    }
    sandbox
}

/// One command of a page and what the page says it prints.
#[derive(Debug, Default)]
struct Step {
    command: String,
    /// The line of the page after the command.
    line: usize,
    output: Vec<String>,
}

/// The commands of the console blocks.
fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut language = None;
    let mut goes_on = false;
    for (i, line) in page.lines().enumerate() {
        if let Some(fence) = line.trim_start().strip_prefix("```") {
            language = language.is_none().then_some(fence);
            goes_on = false;
            continue;
        }
        let Some(language) = language else { continue };
        let command = line.strip_prefix("$ ");
        if language != "console" {
            assert!(command.is_none(), "a command that is not run: {line}");
            continue;
        }
        match (command, steps.last_mut()) {
            (Some(command), _) => steps.push(Step {
                command: command.to_owned(),
                line: i + 1,
                output: Vec::new(),
            }),
            (None, Some(step)) if goes_on => {
                step.command.push('\n');
                step.command.push_str(line);
                step.line = i + 1;
            }
            (None, Some(step)) => step.output.push(line.to_owned()),
            (None, None) => panic!("a console block begins with a command, not with: {line}"),
        }
        let last = steps.last().map_or("", |step| step.command.as_str());
        goes_on = (command.is_some() || goes_on) && last.ends_with(['|', '\\', '&']);
    }
    steps
}

fn is_any(line: &str) -> bool {
    matches!(line.trim(), "…" | "...")
}

/// The eight hexadecimal digits of short ids, and the line without them.
fn ids(line: &str) -> (String, Vec<String>) {
    let (mut without, mut ids) = (String::new(), Vec::new());
    for word in line.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let digits = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_id = digits.len() == 8
            && digits
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if is_id {
            ids.push(digits.to_owned());
            without += "--------";
            without += &word[8..];
        } else {
            without += word;
        }
    }
    (without, ids)
}

/// Whether a line is what the page says, where `…` stands for anything.
fn fits(said: &str, printed: &str) -> bool {
    let said = said.replace("...", "…");
    let mut parts = said.split('…');
    let Some(mut rest) = printed.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The ids of a page, and those that this run has in their place.
#[derive(Clone, Default)]
struct Ids(BTreeMap<String, String>);

impl Ids {
    fn line_fits(&mut self, said: &str, printed: &str) -> bool {
        let ((said, said_ids), (printed, printed_ids)) =
            (ids(said.trim_end()), ids(printed.trim_end()));
        if !fits(&said, &printed) {
            return false;
        }
        if said_ids.len() != printed_ids.len() {
            return said.contains('…') || said.contains("...");
        }
        said_ids
            .into_iter()
            .zip(printed_ids)
            .all(|(said, printed)| *self.0.entry(said).or_insert(printed.clone()) == printed)
    }

    /// Whether all lines are what the page says; then its ids are known from there on.
    fn fit(&mut self, said: &[String], printed: &[&str]) -> bool {
        let Some((first, others)) = said.split_first() else {
            return printed.is_empty();
        };
        if is_any(first) {
            return (0..=printed.len()).any(|skipped| {
                let mut tried = self.clone();
                let fits = tried.fit(others, &printed[skipped..]);
                if fits {
                    *self = tried;
                }
                fits
            });
        }
        let Some((line, lines)) = printed.split_first() else {
            return false;
        };
        let mut tried = self.clone();
        let fits = tried.line_fits(first, line) && tried.fit(others, lines);
        if fits {
            *self = tried;
        }
        fits
    }

    /// A line of this run with the ids of the page.
    fn take_from(&self, line: &str) -> String {
        let mut line = line.to_owned();
        for (said, is) in &self.0 {
            line = line.replace(is, said);
        }
        line
    }

    /// A command of the page with the ids of this run.
    fn put_into(&self, command: &str) -> String {
        let mut command = command.to_owned();
        for said in ids(&command.clone()).1 {
            if let Some(is) = self.0.get(&said) {
                command = command.replace(&said, is);
            }
        }
        command
    }
}

fn run(sandbox: &Sandbox, command: &str, locale: &str) -> (bool, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_imm-cluster"));
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    let output = sandbox
        .command_at(Path::new("/bin/sh"))
        .current_dir(sandbox.path("home"))
        .env_remove("XDG_DATA_HOME")
        .env("PATH", path)
        .env("LANG", locale)
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let home = sandbox.path("home");
    (
        output.status.success(),
        printed.replace(home.to_str().unwrap(), "/home/anna"),
    )
}

/// Runs the console blocks of a page.
fn hold(page: &Path) {
    let text = fs::read_to_string(page).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let accept = std::env::var_os("DOCS_ACCEPT").is_some();
    let is_chinese = page.components().any(|part| part.as_os_str() == "zh-CN");
    let locale = if is_chinese { "zh_CN.UTF-8" } else { "C.UTF-8" };
    let sandbox = home();
    let mut known = Ids::default();
    let mut wrong = Vec::new();
    let mut accepted = Vec::new();
    for step in steps(&text) {
        let command = known.put_into(&step.command);
        let (well, printed) = run(&sandbox, &command, locale);
        let printed: Vec<&str> = printed.lines().collect();
        let failure_is_shown = step.output.iter().any(|line| line.contains("error"));
        let shown = step.output.is_empty() || known.fit(&step.output, &printed);
        if shown && (well || failure_is_shown) {
            continue;
        }
        wrong.push(format!(
            "{}:{}: $ {}\n{}",
            page.display(),
            step.line,
            command,
            printed.join("\n")
        ));
        if accept && !shown {
            let mut new: Vec<String> = printed.iter().map(|line| known.take_from(line)).collect();
            if let Some(end) = step.output.last().filter(|line| is_any(line)) {
                new.truncate(step.output.len() - 1);
                new.push(end.clone());
            }
            accepted.push((step.line..step.line + step.output.len(), new));
        }
    }
    if accept && !accepted.is_empty() {
        for (old, new) in accepted.into_iter().rev() {
            lines.splice(old, new);
        }
        lines.push(String::new());
        fs::write(page, lines.join("\n")).unwrap();
    }
    assert!(
        wrong.is_empty(),
        "the page says otherwise:\n{}",
        wrong.join("\n\n")
    );
}

/// The pages in a folder of the repository.
pub(crate) fn pages_in(folder: &str) -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = fs::read_dir(Path::new(HERE).join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    assert!(pages.len() > 5, "{pages:?}");
    pages
}

#[test]
fn the_readme_is_so() {
    hold(&Path::new(HERE).join("README.md"));
}

#[test]
fn the_chinese_readme_is_so() {
    hold(&Path::new(HERE).join("README.zh-CN.md"));
}

#[test]
fn the_other_pages_are_so() {
    for page in pages_in("docs") {
        hold(&page);
    }
}

/// What a system in Chinese prints.
#[test]
fn the_chinese_pages_are_so() {
    for page in pages_in("docs/zh-CN") {
        hold(&page);
    }
}

#[test]
fn what_differs_is_found() {
    let said = |lines: &[&str]| -> Vec<String> { lines.iter().map(|l| (*l).to_owned()).collect() };
    let mut ids = Ids::default();
    assert!(ids.fit(
        &said(&["a  0123abcd", "…", "z … end"]),
        &["a  99999999", "b", "z the end"]
    ));
    assert_eq!(ids.put_into("show 0123abcd"), "show 99999999");
    for (page, printed) in [
        (&["a"][..], &["b"][..]),
        (&["a"], &["a", "b"]),
        (&["a", "b"], &["a"]),
        (&["x…y"], &["x y z"]),
        (&["x 0123abcd"], &["x 88888888"]),
        (&["…", "b"], &["b", "c"]),
    ] {
        assert!(!ids.clone().fit(&said(page), printed), "{page:?}");
    }
    let page = "```console\n$ a |\n    b\nc\n$ d\n```\n";
    let found = steps(page);
    let found: Vec<_> = found
        .iter()
        .map(|s| (s.command.as_str(), s.output.len()))
        .collect();
    assert_eq!(found, [("a |\n    b", 1), ("d", 0)]);
}

#[test]
fn links_lead_somewhere() {
    let readmes = ["README.md", "README.zh-CN.md"].map(|name| Path::new(HERE).join(name));
    let translations = pages_in("docs/zh-CN");
    for page in (readmes.into_iter())
        .chain(pages_in("docs"))
        .chain(translations)
    {
        let text = fs::read_to_string(&page).unwrap();
        for target in text.split("](").skip(1) {
            let target = target.split(')').next().unwrap();
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            if file.contains("://") {
                continue;
            }
            let path = if file.is_empty() {
                page.clone()
            } else {
                page.parent().unwrap().join(file)
            };
            assert!(path.exists(), "{}: {target}", page.display());
            if !heading.is_empty() {
                let text = fs::read_to_string(&path).unwrap();
                assert!(
                    text.lines()
                        .filter(|l| l.starts_with('#'))
                        .any(|l| anchor(l) == heading),
                    "{}: {target}",
                    page.display()
                );
            }
        }
    }
}

/// The name by which a heading is linked to.
fn anchor(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn the_dataset_of_the_page_can_be_read() {
    let page = include_str!("../../docs/dataset.md");
    let example = page.split("```json\n").nth(1).unwrap();
    let example = example.split("```").next().unwrap().trim_end();
    let sandbox = Sandbox::new().file("trips.json", example);
    let call = |arguments: &str| {
        let arguments = format!("--dataset trips.json --format json {arguments}");
        sandbox.imm(&arguments).ok().json()
    };
    let clusters = call("clusters show bfefbe7b");
    assert_eq!(clusters["title"], "West Lake");
    let files = call("files list");
    assert_eq!(files[0]["capture_time"], "2024-03-03T10:05:34.401+08:00");
    assert_eq!(files[1]["address"]["city"], "Hangzhou");
    // As this program writes it: places are named anew when their data are newer.
    call("run");
    let geodata = call("gazetteer info")["version"].clone();
    let named = example.split(r#""geodata":""#).nth(1).unwrap();
    let named = named.split('"').next().unwrap();
    let expected = example.replace(named, geodata.as_str().unwrap());
    let written = fs::read_to_string(sandbox.path("trips.json")).unwrap();
    assert_eq!(written.trim_end(), expected);
}

#[test]
fn the_page_names_every_key_of_the_dataset() {
    let page = include_str!("../../docs/dataset.md");
    let source = concat!(
        include_str!("../../crates/core/src/dataset/json.rs"),
        include_str!("../../crates/core/src/dataset/keys.rs"),
    );
    let mut keys = 0;
    for structure in source.split("struct ").skip(1) {
        let (name, body) = structure.split_once(" {\n").unwrap_or_default();
        let name = name.trim_end_matches("<'a>");
        if !name.ends_with("Line") && name != "Document" {
            continue;
        }
        for line in body.split("\n}").next().unwrap().lines() {
            let field = line.trim_start().trim_start_matches("pub(super) ");
            let Some((key, _)) = field
                .split_once(": ")
                .filter(|(key, _)| !key.contains(['#', '/']))
            else {
                continue;
            };
            // These are no keys: what they hold stands beside the others.
            if !["unknown", "counts", "kept", "journey", "of"].contains(&key) {
                assert!(page.contains(&format!("`{key}`")), "{key} of {name}");
                keys += 1;
            }
        }
    }
    assert!(keys > 60, "{keys}");
}
