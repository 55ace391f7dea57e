//! The Chinese pages say what the English ones say, as far as a program can tell: section by
//! section they have the same blocks, the same names in code font, every figure, and tables of
//! the same rows. What the commands of both print is held by `docs.rs`.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;

use crate::docs::pages_in;

/// The Chinese index, which has the glossary and no English counterpart.
const INDEX: &str = "README.md";

/// What stands between two headings of a page.
#[derive(Debug, Default)]
struct Section {
    /// How deep the heading is: 1 for the title.
    level: usize,
    heading: String,
    /// The blocks, each with its language in front.
    blocks: Vec<String>,
    /// All else, a line each.
    lines: Vec<String>,
}

impl Section {
    fn text(&self) -> String {
        self.heading.clone() + "\n" + &self.lines.join("\n")
    }

    /// The names in each cell of its tables, by row.
    fn rows(&self) -> Vec<Vec<Vec<&str>>> {
        let rows = self.lines.iter().filter(|line| line.starts_with('|'));
        rows.map(|row| row.trim_matches('|').split(" | ").map(names).collect())
            .collect()
    }
}

fn sections(page: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let level = line.bytes().take_while(|&b| b == b'#').count();
        if level > 0 {
            sections.push(Section {
                level,
                heading: line[level..].to_owned(),
                ..Section::default()
            });
            continue;
        }
        let section = sections.last_mut().expect("a page begins with its title");
        if let Some(language) = line.strip_prefix("```") {
            let block = lines.by_ref().take_while(|line| *line != "```");
            let block: Vec<String> = match language {
                // Not run, so that its comments may be translated.
                "sh" => block.map(|line| without_comment(line).to_owned()).collect(),
                // What is printed is in the language of the page.
                "console" => block.filter_map(of_the_program).collect(),
                _ => block.map(str::to_owned).collect(),
            };
            section
                .blocks
                .push(format!("{language}\n{}", block.join("\n")));
        } else {
            section.lines.push(line.to_owned());
        }
    }
    sections
}

fn without_comment(line: &str) -> &str {
    line.split(" # ").next().unwrap_or_default().trim_end()
}

/// The commands, options and figures of a line for the shell, without names of places and languages.
fn of_the_program(line: &str) -> Option<String> {
    let command = without_comment(line.strip_prefix("$ ")?);
    let unquoted = |text: &str, mark| text.split(mark).step_by(2).collect::<String>();
    let command = unquoted(&unquoted(command, '"'), '\'');
    let words = command.split_whitespace();
    let is_of_it = |word: &&str| {
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.,:".contains(&b);
        word.bytes().all(is_plain) && !["en", "zh"].contains(word)
    };
    Some(words.filter(is_of_it).collect::<Vec<_>>().join(" "))
}

/// What stands between backticks.
fn names(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
    names.sort_unstable();
    names
}

/// The figures outside of names and of the addresses of links.
fn figures(text: &str) -> BTreeSet<String> {
    let prose: String = text.split('`').step_by(2).collect();
    let prose: String = (prose.split("](").enumerate())
        .map(|(i, part)| match part.split_once(')') {
            Some((_, rest)) if i > 0 => rest,
            _ => part,
        })
        .collect();
    prose
        .split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
        .map(|figure| figure.trim_matches(['.', ',']).to_owned())
        .filter(|figure| !figure.is_empty())
        .collect()
}

/// The first item of a list that is not as it ought to be.
fn unlike<T: PartialEq + Debug>(what: &str, is: &[T], ought: &[T]) -> Option<String> {
    if is.len() != ought.len() {
        return Some(format!("{} {what}, not {}", is.len(), ought.len()));
    }
    let mut pairs = is.iter().zip(ought);
    let (is, ought) = pairs.find(|(is, ought)| is != ought)?;
    Some(format!("{what}: {is:?}\n  not {ought:?}"))
}

/// Where a section says something else than the English one.
fn differences(english: &Section, chinese: &Section) -> Vec<String> {
    let (is, ought) = (chinese.text(), english.text());
    let all = |text| -> BTreeSet<&str> { names(text).into_iter().collect() };
    let lost: Vec<&str> = all(&ought).difference(&all(&is)).copied().collect();
    let made_up: Vec<&str> = all(&is).difference(&all(&ought)).copied().collect();
    let figures: Vec<String> = figures(&ought).difference(&figures(&is)).cloned().collect();
    let differences = [
        unlike("blocks", &chinese.blocks, &english.blocks),
        unlike("rows of tables", &chinese.rows(), &english.rows()),
        (!lost.is_empty()).then(|| format!("names lost: {lost:?}")),
        (!made_up.is_empty()).then(|| format!("names that are new: {made_up:?}")),
        (!figures.is_empty()).then(|| format!("figures lost: {figures:?}")),
    ];
    let heading = chinese.heading.trim();
    (differences.into_iter().flatten())
        .map(|difference| format!("{heading}: {difference}"))
        .collect()
}

/// Where a translation says something else than its page.
fn differences_of_pages(english: &str, chinese: &str) -> Vec<String> {
    let (english, chinese) = (sections(english), sections(chinese));
    let levels = |page: &[Section]| -> Vec<usize> { page.iter().map(|s| s.level).collect() };
    if let Some(headings) = unlike("levels of headings", &levels(&chinese), &levels(&english)) {
        return vec![headings];
    }
    (english.iter().zip(&chinese))
        .flat_map(|(english, chinese)| differences(english, chinese))
        .collect()
}

#[test]
fn every_page_has_a_chinese_one_that_says_the_same() {
    let mut translations = pages_in("docs/zh-CN").into_iter();
    let index = translations.find(|page| page.ends_with(INDEX)).unwrap();
    let index = fs::read_to_string(index).unwrap();
    let mut wrong = Vec::new();
    for page in pages_in("docs") {
        let name = page.file_name().unwrap().to_str().unwrap();
        let english = fs::read_to_string(&page).unwrap();
        let chinese = fs::read_to_string(page.with_file_name("zh-CN").join(name))
            .unwrap_or_else(|_| panic!("docs/zh-CN/{name} is missing"));
        for (text, link) in [
            (&english, format!("\n\n[中文](zh-CN/{name})\n\n")),
            (&chinese, format!("\n\n[English](../{name})\n\n")),
            (&index, format!("]({name})")),
        ] {
            assert!(text.contains(&link), "{name}: no {link}");
        }
        let differences = differences_of_pages(&english, &chinese);
        wrong.extend((differences.iter()).map(|it| format!("docs/zh-CN/{name}: {it}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_chinese_page_translates_one() {
    let english = pages_in("docs");
    for page in pages_in("docs/zh-CN") {
        let name = page.file_name().unwrap();
        let is_known = name == INDEX || english.iter().any(|e| e.file_name() == Some(name));
        assert!(is_known, "{} translates no page", page.display());
    }
}

#[test]
fn what_differs_is_found() {
    let english = "# A\n\n`--by` takes 5 km.\n\n| `k` | 1 |\n\n```sh\nrun  # once\n```\n\
                   ```console\n$ imm list --by city=Rome  # one\nRome\n```\n## B\n";
    let chinese = "# 甲\n\n5 公里用 `--by`。\n\n| `k` | 1 |\n\n```sh\nrun  # 一次\n```\n\
                   ```console\n$ imm list --by city=罗马  # 一个\n罗马\n```\n## 乙\n";
    assert_eq!(differences_of_pages(english, chinese), [""; 0]);
    for (old, new) in [
        ("## 乙", "### 乙"),
        ("## 乙\n", ""),
        ("5 公里", "50 公里"),
        ("用 `--by`", "用 `--of`"),
        ("用 `--by`", "用"),
        ("| `k` | 1 |\n", ""),
        ("| `k` | 1 |", "| 1 | `k` |"),
        ("| `k` | 1 |", "| `k` | 1 | 2 |"),
        ("run  #", "run --by  #"),
        ("```sh", "```console"),
        ("$ imm list --by", "$ imm list --of"),
    ] {
        let changed = chinese.replacen(old, new, 1);
        assert_ne!(changed, chinese, "{old}");
        let found = differences_of_pages(english, &changed);
        assert!(!found.is_empty(), "{changed}");
    }
}
