//! The walk-throughs of CONTRIBUTING.md name every file, and pages name files that exist.

use std::fs;
use std::path::{Path, PathBuf};

use imm_cluster_core::media::format::Format;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(HERE).join(path)).unwrap()
}

/// The sources below a folder, by their paths from the main one.
fn sources(folder: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(Path::new(HERE).join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            sources(&path, found);
        } else if entry.path().extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

/// The code that is no test, by file.
fn code() -> Vec<(String, String)> {
    let mut files = Vec::new();
    sources("src", &mut files);
    sources("crates/core/src", &mut files);
    let is_test = |file: &String| {
        [
            "tests.rs",
            "_tests.rs",
            "testing.rs",
            "robustness.rs",
            "corpus.rs",
            "exiftool.rs",
        ]
        .iter()
        .any(|end| file.ends_with(end))
    };
    files.retain(|file| !is_test(file));
    files.sort();
    let code = |file: String| {
        let text = read(&file);
        let code = text.split("mod tests {").next();
        (file, code.unwrap().to_owned())
    };
    files.into_iter().map(code).collect()
}

/// Whether a word stands in a text outside of comments.
fn names(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .any(|line| line.split(|c| !is_part(c)).any(|part| part == word))
}

/// The files of a walk-through, by the paths in its list.
fn listed(heading: &str, name: &str) -> Vec<String> {
    let page = read("CONTRIBUTING.md");
    let section = page.split(&format!("### {heading}\n")).nth(1).unwrap();
    let section = section.split("\n#").next().unwrap();
    let lines = section.lines();
    lines
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
        .map(|line| line.split('`').nth(1).unwrap().replace("NAME", name))
        .collect()
}

/// Fails where a word stands in another file than those.
fn only_in(word: &str, allowed: &[String], code: &[(String, String)]) {
    let found = code.iter().filter(|(_, text)| names(text, word));
    let others: Vec<&String> = found
        .map(|(file, _)| file)
        .filter(|file| !allowed.contains(file))
        .collect();
    assert!(others.is_empty(), "{word} also stands in {others:?}");
}

#[test]
fn a_container_format_is_named_in_the_files_of_the_walk_through() {
    assert!(listed("A container format", "x").len() <= 5);
    let code = code();
    for name in ["gif", "mrw", "avi", "transport"] {
        only_in(name, &listed("A container format", name), &code);
    }
}

#[test]
fn an_export_format_is_named_in_the_files_of_the_walk_through() {
    assert!(listed("An export format", "x").len() <= 3);
    let code = code();
    let exports: Vec<_> = code
        .into_iter()
        .filter(|(file, _)| file.contains("export") || file.starts_with("src"))
        .collect();
    for name in ["kml", "gpx", "ics", "m3u"] {
        only_in(name, &listed("An export format", name), &exports);
    }
}

#[test]
fn a_country_is_mapped_in_one_row() {
    assert!(listed("How a country's units stand to the five levels", "x").len() <= 2);
    // Nobody has to think of the name of the data.
    for (file, text) in code() {
        assert!(!text.contains("immgeo-"), "{file}");
    }
}

#[test]
fn a_filter_is_told_in_the_files_of_the_walk_through() {
    assert!(listed("A filter of `clusters list`", "x").len() <= 3);
    let filters = read("src/cli/filters.rs");
    let body = filters.split("pub struct CommonFilters {").nth(1).unwrap();
    let fields: Vec<&str> = (body.split("\n}").next().unwrap().lines())
        .filter_map(|line| line.trim().strip_prefix("pub ")?.split(':').next())
        .collect();
    assert!(fields.contains(&"create_time"), "{fields:?}");
    let query: String = read("src/commands/query.rs").split_whitespace().collect();
    for field in &fields {
        assert!(query.contains(&format!("arguments.{field}")), "{field}");
    }
    for (file, text) in code() {
        let known = ["src/cli/filters.rs", "src/commands/query.rs"];
        assert!(
            known.contains(&file.as_str()) || !text.contains("but_title."),
            "{file} looks into filters"
        );
    }
}

#[test]
fn the_page_of_formats_is_the_table() {
    let page = read("docs/formats.md");
    let rows: Vec<&str> = page.lines().filter(|line| line.contains("| `")).collect();
    assert_eq!(rows.len(), Format::ALL.len());
    for (row, format) in rows.iter().zip(Format::ALL) {
        let extensions: Vec<_> = (format.extensions().iter())
            .map(|extension| format!("`{extension}`"))
            .collect();
        let end = format!("| {} | `{}` |", extensions.join(" "), format.name());
        assert!(row.ends_with(&end), "{row}\nends otherwise than\n{end}");
    }
}

/// Where a page may mean that a file lies, when it leaves out the folders above.
const FOLDERS: [&str; 7] = [
    "",
    "tests/fuzz",
    "docs",
    "crates/core/src",
    "tests/cli",
    "data",
    "src",
];

/// Whether what stands in code marks is meant as a file of the project.
fn is_file(word: &str) -> bool {
    let plain = word
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let placeholder = ["NAME", "VERSION"].iter().any(|it| word.contains(it));
    let below = [
        "src/",
        "crates/",
        "tests/",
        "docs/",
        "fixtures/",
        "benches/",
        "packaging/",
    ];
    let ends = ["rs", "md", "tsv", "toml", "sh", "zst"];
    let extension = Path::new(word).extension().and_then(|it| it.to_str());
    plain
        && !placeholder
        && !word.starts_with('.')
        && (below.iter().any(|folder| word.starts_with(folder))
            || extension.is_some_and(|it| ends.contains(&it)))
}

#[test]
fn pages_name_files_that_exist() {
    let mut pages = vec![
        PathBuf::from("ARCHITECTURE.md"),
        PathBuf::from("CONTRIBUTING.md"),
        PathBuf::from("README.md"),
        PathBuf::from("tests/fuzz/README.md"),
    ];
    for folder in ["docs", "benches/results"] {
        let entries = fs::read_dir(Path::new(HERE).join(folder)).unwrap();
        let files = entries.map(|entry| Path::new(folder).join(entry.unwrap().file_name()));
        pages.extend(files.filter(|file| file.extension().is_some_and(|it| it == "md")));
    }
    let mut checked = 0;
    for page in &pages {
        let text = read(page.to_str().unwrap());
        // What stands between fences is what people type and see.
        let prose: String = text.split("```").step_by(2).collect();
        for word in prose
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|word| is_file(word))
        {
            let exists = |folder: &&str| Path::new(HERE).join(folder).join(word).exists();
            assert!(
                FOLDERS.iter().any(exists),
                "{} names `{word}`, which is not there",
                page.display()
            );
            checked += 1;
        }
    }
    assert!(checked > 40, "{checked}");
}

#[test]
fn modules_that_the_architecture_names_exist() {
    let text = read("ARCHITECTURE.md");
    let is_module = |word: &&str| {
        let mut parts = word.split('/');
        word.contains('/')
            && parts.all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase()))
    };
    let mut checked = 0;
    for word in text.split('`').skip(1).step_by(2).filter(is_module) {
        let at = Path::new(HERE).join("crates/core/src").join(word);
        let is_there = at.is_dir() || at.with_extension("rs").is_file();
        assert!(is_there || Path::new(HERE).join(word).exists(), "{word}");
        checked += 1;
    }
    assert!(checked > 4, "{checked}");
}
