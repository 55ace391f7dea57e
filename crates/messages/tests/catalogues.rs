//! Both catalogues say the same, and the code asks for nothing else.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser::parse;
use imm_cluster_messages::{Tongue, in_tongue, message, retold};

/// Keys that the code puts together, counted things and several of them, and those of what
/// it keeps in English.
const PUT_TOGETHER: [&str; 3] = ["count-", "several-", "reason-"];
/// What is given a text that is kept in English.
const KEEPING: [&str; 4] = ["Malformed(", "Error::other(", "Unknown(", "no_position("];

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The messages of a language by part: each key with the arguments that it wants.
fn catalogue(language: &str) -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    let mut parts = BTreeMap::new();
    for file in fs::read_dir(here("catalogues").join(language)).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "help.ftl" {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let resource = parse(text.as_str())
            .unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", path.display()));
        let mut messages = BTreeMap::new();
        for entry in &resource.body {
            if let Entry::Message(message) = entry {
                let mut arguments = BTreeSet::new();
                gather(message.value.as_ref().unwrap(), &mut arguments);
                let before = messages.insert(message.id.name.to_owned(), arguments);
                assert!(
                    before.is_none(),
                    "{name}: `{}` stands twice",
                    message.id.name
                );
            }
        }
        parts.insert(name, messages);
    }
    parts
}

fn gather(pattern: &Pattern<&str>, arguments: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        let inline = match expression {
            Expression::Inline(inline) => inline,
            Expression::Select { selector, variants } => {
                for variant in variants {
                    gather(&variant.value, arguments);
                }
                selector
            }
        };
        if let InlineExpression::VariableReference { id } = inline {
            arguments.insert(id.name.to_owned());
        }
    }
}

/// Every Rust file of the program, its library and the demo.
fn sources() -> Vec<PathBuf> {
    let mut folders = vec![
        here("../../src"),
        here("../core/src"),
        here("../../fixtures"),
    ];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(path);
            }
        }
    }
    sources
}

/// The keys that are asked for, each with the names of its arguments, and where.
fn asked() -> Vec<(String, BTreeSet<String>, PathBuf)> {
    let mut asked = Vec::new();
    for path in sources() {
        let source = fs::read_to_string(&path).unwrap();
        for (at, _) in source.match_indices("text!(") {
            let call = &source[at + "text!(".len()..];
            let Some(quoted) = call.trim_start().strip_prefix('"') else {
                continue;
            };
            let (key, rest) = quoted.split_once('"').unwrap();
            asked.push((key.to_owned(), names(rest), path.clone()));
        }
    }
    asked
}

/// The names in `, a = …, b = …)`, up to the parenthesis that closes the call.
fn names(call: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let (mut depth, mut in_text, mut argument) = (0_i32, false, String::new());
    let mut before = ' ';
    for c in call.chars() {
        match c {
            '"' if before != '\\' => in_text = !in_text,
            _ if in_text => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth > 0 => depth -= 1,
            ')' | ',' if depth == 0 => {
                if let Some((name, _)) = argument.split_once('=') {
                    names.insert(name.trim().to_owned());
                }
                argument.clear();
                if c == ')' {
                    break;
                }
                before = c;
                continue;
            }
            _ => {}
        }
        argument.push(c);
        before = c;
    }
    names
}

#[test]
fn both_languages_have_the_same_messages() {
    let (english, chinese) = (catalogue("en"), catalogue("zh"));
    let parts = |of: &BTreeMap<String, _>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(parts(&english), parts(&chinese));
    for (part, messages) in &english {
        for (key, arguments) in messages {
            let other = chinese[part].get(key);
            assert_eq!(other, Some(arguments), "{part}: `{key}` in Chinese");
        }
        for key in chinese[part].keys() {
            assert!(messages.contains_key(key), "{part}: `{key}` in English");
        }
    }
    let mut all = BTreeSet::new();
    for key in english.values().flat_map(BTreeMap::keys) {
        assert!(all.insert(key), "`{key}` stands in two parts");
    }
}

#[test]
fn what_is_asked_for_is_what_there_is() {
    let messages: BTreeMap<String, BTreeSet<String>> =
        catalogue("en").into_values().flatten().collect();
    let asked = asked();
    let mut used = BTreeSet::new();
    for (key, arguments, path) in &asked {
        let wanted = messages.get(key);
        assert_eq!(wanted, Some(arguments), "`{key}` in {}", path.display());
        used.insert(key.as_str());
    }
    for key in messages.keys() {
        let put_together = PUT_TOGETHER.iter().any(|start| key.starts_with(start));
        assert!(
            put_together || used.contains(key.as_str()),
            "nobody asks for `{key}`"
        );
    }
}

#[test]
fn what_is_kept_in_english_can_be_retold() {
    let library = here("../core/src");
    let is_code = |path: &PathBuf| path.starts_with(&library) && !path.ends_with("tests.rs");
    let mut all = String::new();
    for path in sources().into_iter().filter(is_code) {
        let source = fs::read_to_string(&path).unwrap();
        let code = source.split("mod tests {").next().unwrap();
        let kept = KEEPING.iter().flat_map(|what| code.match_indices(what));
        for (begin, what) in kept {
            let call = code[begin + what.len()..].split(";\n").next().unwrap();
            let texts = call.split('"').skip(1).step_by(2);
            for text in texts.filter(|text| text.contains(' ')) {
                let retold = in_tongue(Tongue::Chinese, || retold(text).into_owned());
                assert_ne!(retold, text, "{} keeps it in English", path.display());
            }
        }
        all.push_str(code);
    }
    let messages = catalogue("en").into_values().flatten();
    for (key, _) in messages.filter(|(key, _)| key.starts_with("reason-")) {
        let text = message(&key, &[]);
        assert!(
            all.contains(&format!("\"{text}\"")),
            "nothing is as `{key}` says"
        );
    }
}
