//! The walls of the code: which crate knows what, and that no module leads back to itself.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A module by the names on the way to it; the root of a crate has none.
type Module = Vec<String>;

/// The modules that each module uses.
type Graph = BTreeMap<Module, BTreeSet<Module>>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the sources of each crate that is ours.
fn crates() -> Vec<PathBuf> {
    let mut folders = vec![root().join("src"), root().join("xtask/src")];
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        folders.push(entry.unwrap().path().join("src"));
    }
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    folders
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// What a file is called as a module.
fn module(folder: &Path, file: &Path) -> Module {
    let path = file.strip_prefix(folder).unwrap().with_extension("");
    let mut names: Module = path
        .iter()
        .map(|name| name.to_str().unwrap().to_owned())
        .collect();
    if names.last().is_some_and(|name| name == "mod") || names == ["lib"] {
        names.pop();
    }
    names
}

/// The modules that only tests have, of those that a source declares.
fn of_tests(text: &str) -> BTreeSet<&str> {
    let declared = text.split("#[cfg(test)]").skip(1);
    let names = declared.filter_map(|behind| {
        let mut lines = behind.lines().map(str::trim);
        let line = lines.find(|line| !line.is_empty() && !line.starts_with("#["))?;
        let (_, name) = line.split_once("mod ")?;
        name.strip_suffix(';')
    });
    names.collect()
}

/// Every module of a crate with its source, but for those that only tests have.
fn modules(folder: &Path) -> BTreeMap<Module, String> {
    let mut files = Vec::new();
    sources(folder, &mut files);
    let mut all: BTreeMap<Module, String> = files
        .iter()
        .map(|file| (module(folder, file), fs::read_to_string(file).unwrap()))
        .collect();
    let left_out: BTreeSet<Module> = all
        .iter()
        .flat_map(|(module, text)| {
            let names = of_tests(text).into_iter();
            names.map(|name| [module.as_slice(), &[name.to_owned()]].concat())
        })
        .collect();
    all.retain(|module, _| !left_out.contains(module));
    all.into_iter()
        .map(|(module, text)| (module, code(&text)))
        .collect()
}

/// The source without comments and without what only tests have.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| match line.find("//") {
        Some(at) if !line[..at].contains('"') => &line[..at],
        _ => line,
    });
    let mut code = String::new();
    let mut lines = lines.peekable();
    while let Some(line) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            code.push_str(line);
            code.push('\n');
            continue;
        }
        // What follows ends where its braces do, or with a semicolon before there are any.
        let mut depth = 0_usize;
        for line in lines.by_ref() {
            if line.trim_start().starts_with("#[") {
                continue;
            }
            depth += line.matches('{').count();
            depth = depth.saturating_sub(line.matches('}').count());
            if depth == 0 && line.trim_end().ends_with([';', '}', ',']) {
                break;
            }
        }
    }
    code
}

/// The paths of one `use`, with what stands in braces written out.
fn written_out(path: &str) -> Vec<String> {
    let path = path.trim();
    let Some(open) = path.find('{') else {
        let name = path.split(" as ").next().unwrap_or_default();
        return vec![name.split_whitespace().collect()];
    };
    let Some(close) = path.rfind('}').filter(|close| *close > open) else {
        return Vec::new();
    };
    let inner = &path[open + 1..close];
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for c in inner.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().unwrap().push(c);
    }
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    let whole = parts.map(|part| format!("{}{}", &path[..open], part.trim()));
    whole.flat_map(|path| written_out(&path)).collect()
}

/// Every path that begins with `crate`, `self` or `super`, or with a module declared here.
fn paths(code: &str, children: &[&str]) -> Vec<String> {
    let mut paths = Vec::new();
    let mut rest = String::new();
    let mut text = code;
    while let Some(at) = text.find("use ") {
        // At the beginning of a line, so that words within a text are none.
        let before = text[..at].rsplit('\n').next().unwrap_or_default().trim();
        let is_word = !before.is_empty() && (!before.starts_with("pub") || before.contains(' '));
        let Some(end) = text[at..].find(';').filter(|_| !is_word) else {
            rest.push_str(&text[..at + 4]);
            text = &text[at + 4..];
            continue;
        };
        rest.push_str(&text[..at]);
        paths.extend(written_out(&text[at + 4..at + end]));
        text = &text[at + end..];
    }
    rest.push_str(text);
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    paths.extend(rest.split(|c| !is_path(c)).map(str::to_owned));
    paths.retain(|path| {
        let first = path.split("::").next().unwrap_or_default();
        path.contains("::")
            && (["crate", "self", "super"].contains(&first) || children.contains(&first))
    });
    paths
}

fn graph(folder: &Path) -> Graph {
    let known = modules(folder);
    let mut graph = Graph::new();
    for (module, code) in &known {
        let children: Vec<&str> = known
            .keys()
            .filter(|other| other.len() == module.len() + 1 && other.starts_with(module))
            .map(|other| other.last().unwrap().as_str())
            .collect();
        let used = graph.entry(module.clone()).or_default();
        for path in paths(code, &children) {
            let mut names = path.split("::").peekable();
            let mut at = match names.peek() {
                Some(&"crate") => Module::new(),
                _ => module.clone(),
            };
            while let Some(name) = names.next_if(|name| ["crate", "self", "super"].contains(name)) {
                if name == "super" {
                    at.pop();
                }
            }
            for name in names {
                at.push(name.to_owned());
                if !known.contains_key(&at) {
                    at.pop();
                    break;
                }
            }
            if at != *module && known.contains_key(&at) {
                used.insert(at);
            }
        }
    }
    graph
}

/// A way from a module over others back to itself.
fn cycle(graph: &Graph) -> Option<Vec<String>> {
    fn visit<'a>(
        graph: &'a Graph,
        module: &'a Module,
        way: &mut Vec<&'a Module>,
        done: &mut BTreeSet<&'a Module>,
    ) -> bool {
        if way.contains(&module) {
            way.push(module);
            return true;
        }
        if !done.contains(module) {
            way.push(module);
            let used = graph.get(module).into_iter().flatten();
            for next in used {
                if visit(graph, next, way, done) {
                    return true;
                }
            }
            way.pop();
            done.insert(module);
        }
        false
    }
    let mut done = BTreeSet::new();
    graph.keys().find_map(|module| {
        let mut way = Vec::new();
        visit(graph, module, &mut way, &mut done).then(|| {
            let last = *way.last().unwrap();
            let way = way.iter().skip_while(|module| **module != last);
            way.map(|module| format!("crate::{}", module.join("::")))
                .collect()
        })
    })
}

#[test]
fn no_module_leads_back_to_itself() {
    for folder in crates() {
        let graph = graph(&folder);
        assert!(!graph.is_empty(), "{}", folder.display());
        let cycle = cycle(&graph);
        assert_eq!(cycle, None, "in {}", folder.display());
    }
}

/// Whether a literal of the code is a sentence, or a part of one: two words of lower case side
/// by side, that are no command.
fn is_prose(literal: &str) -> bool {
    const COMMANDS: [&str; 6] = ["clusters", "files", "homes", "places", "roots", "trips"];
    let words: Vec<&str> = literal.split(' ').collect();
    let is_word = |word: &str| {
        let letters = word.trim_matches([',', '.', ':', ';', '?', '(', ')']);
        letters.len() > 1 && letters.chars().all(|c| c.is_ascii_lowercase())
    };
    !COMMANDS.contains(&words[0])
        && words
            .windows(2)
            .any(|pair| pair.iter().all(|it| is_word(it)))
}

/// The literals of a source, without those of its tests, its comments and its attributes.
fn literals(source: &str) -> Vec<&str> {
    let (code, _) = source.split_once("#[cfg(test)]").unwrap_or((source, ""));
    let mut literals = Vec::new();
    for line in code.lines().map(str::trim_start) {
        if line.starts_with("//") || line.contains("reason = ") {
            continue;
        }
        // Every second part is in quotes.
        literals.extend(line.split('"').skip(1).step_by(2));
    }
    literals
}

#[test]
fn what_people_read_stands_in_the_catalogues() {
    let mut files = Vec::new();
    for folder in ["src/commands", "src/output"] {
        sources(&root().join(folder), &mut files);
    }
    files.extend(["src/error.rs", "src/options.rs", "src/terminal.rs"].map(|it| root().join(it)));
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        for literal in literals(&source) {
            assert!(!is_prose(literal), "{}: \"{literal}\"", file.display());
        }
    }
    let found = literals("// \"no one sees it\"\nnote(\"3 files were read\", \"trips show\");");
    assert_eq!(found, ["3 files were read", "trips show"]);
    assert!(is_prose(found[0]) && !is_prose(found[1]));
}

#[test]
fn a_way_back_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a file of the test's own")]
        fs::write(path, text).unwrap();
    };
    write("lib.rs", "mod a;\nmod b;\n");
    write("a/mod.rs", "mod deep;\npub use deep::Thing;\n");
    write("a/deep.rs", "pub struct Thing;\n// use crate::b::Other;\n");
    write(
        "b.rs",
        "use crate::{a::{Thing, deep}, io};\n#[cfg(test)]\nmod tests {\n    use super::*;\n}\n",
    );
    assert_eq!(cycle(&graph(folder.path())), None);
    write("a/deep.rs", "pub struct Thing(crate::b::Other);\n");
    let found = cycle(&graph(folder.path())).unwrap();
    assert_eq!(
        found,
        ["crate::a", "crate::a::deep", "crate::b", "crate::a"]
    );
    write("a/deep.rs", "use super::Thing;\n");
    assert_eq!(
        cycle(&graph(folder.path())).unwrap(),
        ["crate::a", "crate::a::deep", "crate::a"]
    );
}

/// What the library does not know: the command line, the terminal, the environment, and
/// what day it is. What only tests have may.
#[test]
fn core_prints_nothing_and_asks_nobody() {
    let manifest = fs::read_to_string(root().join("crates/core/Cargo.toml")).unwrap();
    let manifest = manifest.split("[dev-dependencies]").next().unwrap();
    for name in ["clap", "indicatif", "console", "\"clock\""] {
        assert!(!manifest.contains(name), "{name}");
    }
    for (module, code) in modules(&root().join("crates/core/src")) {
        let name = module.join("::");
        for word in [
            "println!",
            "print!",
            "stdout()",
            "stderr()",
            "env::var",
            "env::args",
            "Utc::now",
            "Local::now",
        ] {
            assert!(!code.contains(word), "{word} in {name}");
        }
        // The door for other programs has no parameter for it.
        let asks = code.contains("SystemTime::now") && module[0] != "library";
        assert!(!asks, "the clock in {name}");
    }
}
