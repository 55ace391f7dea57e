//! What a terminal shows, and a pipe does not: with `script`, where there is one.

use std::process::Command;

use crate::sandbox::{HANGZHOU, KYOTO, Sandbox};

fn trips() -> Sandbox {
    let sandbox = Sandbox::new()
        .photo("lib/1.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/2.jpg", "2024-03-05 21:00:00", HANGZHOU)
        .photo("lib/3.jpg", "2024-10-10 09:00:00", KYOTO);
    sandbox.imm("run lib --levels city").ok();
    sandbox
}

/// What a terminal of that width gets; `None` where no terminal can be had.
fn on_terminal(sandbox: &Sandbox, columns: usize, locale: &str, arguments: &str) -> Option<String> {
    painted(sandbox, columns, locale, arguments, false)
}

/// The same, in colour where that is wanted.
fn painted(
    sandbox: &Sandbox,
    columns: usize,
    locale: &str,
    arguments: &str,
    is_coloured: bool,
) -> Option<String> {
    if !cfg!(target_os = "linux") || Command::new("script").arg("--version").output().is_err() {
        let required = std::env::var("TERMINAL_TEST").is_ok_and(|value| value == "required");
        assert!(!required, "there is no `script` to make a terminal with");
        println!("skipped: there is no `script` to make a terminal with");
        return None;
    }
    let mut command = sandbox.command_at("script".as_ref());
    command
        .args(["--quiet", "--return", "--command"])
        .arg(format!("{} {arguments}", env!("CARGO_BIN_EXE_imm-cluster")))
        .arg("/dev/null")
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("COLUMNS", columns.to_string())
        .env("LC_ALL", locale)
        .env("TERM", "xterm");
    if !is_coloured {
        command.env("NO_COLOR", "1");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap().replace('\r', ""))
}

fn headings(table: &str) -> &str {
    table.lines().next().unwrap_or_default()
}

#[test]
fn a_terminal_shows_bars_and_a_pipe_the_columns_that_scripts_know() {
    let sandbox = trips();
    assert_eq!(
        headings(&sandbox.imm("clusters list").ok().stdout),
        "DATES         DAYS  LEVEL  PLACE                      FILES  ID"
    );
    let Some(table) = on_terminal(&sandbox, 80, "C.UTF-8", "clusters list") else {
        return;
    };
    assert_eq!(
        headings(&table),
        "DATES         DAYS  LEVEL  PLACE                      FILES  ACTIVITY  ID"
    );
    assert!(
        table.contains("  ▁ ▁  "),
        "a day without files is blank: {table}"
    );
    // Of a large dataset the clusters alone are read.
    let dataset = sandbox.path("data/imm-cluster/default.json");
    let text = std::fs::read_to_string(&dataset).unwrap();
    let rest = text.strip_prefix('{').unwrap();
    let large = format!("{{\"note\":\"{}\",{rest}", "x".repeat(33 << 20));
    std::fs::write(&dataset, large).unwrap();
    let quick = on_terminal(&sandbox, 80, "C.UTF-8", "clusters list").unwrap();
    assert!(!quick.contains("ACTIVITY"), "{quick}");
    std::fs::write(&dataset, text).unwrap();
    let again = on_terminal(&sandbox, 80, "C.UTF-8", "run").unwrap();
    assert!(again.contains("  ▁ ▁  "), "{again}");
}

#[test]
fn a_narrow_or_simple_terminal_has_no_bars() {
    let sandbox = trips();
    let Some(table) = on_terminal(&sandbox, 60, "C.UTF-8", "clusters list") else {
        return;
    };
    assert_eq!(
        headings(&table),
        "DATES         DAYS  LEVEL  PLACE                    ID",
        "the column at the right goes first"
    );
    let simple = on_terminal(&sandbox, 120, "C", "clusters list").unwrap();
    assert!(
        !simple.contains('▁') && !simple.contains("ACTIVITY"),
        "{simple}"
    );
    let simple = on_terminal(&sandbox, 120, "C", "calendar").unwrap();
    assert!(
        simple.contains(" 4  5. 6 ") && !simple.contains('▁'),
        "{simple}"
    );
}

#[test]
fn a_pipe_gets_no_progress_and_no_control_characters() {
    let sandbox = trips();
    for arguments in [
        "run lib",
        "index",
        "report",
        "export albums albums",
        "export csv --output a.csv",
        "export xmp",
    ] {
        let outcome = sandbox.imm(arguments).ok();
        let both = outcome.both();
        let control = |c: char| c.is_control() && c != '\n';
        assert!(!both.contains(control), "{arguments}: {both:?}");
        assert!(
            !both.contains(" left\n") && !both.contains("/s,"),
            "{arguments}: {both:?}"
        );
    }
}

#[test]
fn a_terminal_gets_progress_unless_it_is_not_wanted() {
    let sandbox = trips();
    let shown = |arguments: &str| on_terminal(&sandbox, 100, "C.UTF-8", arguments);
    let Some(seen) = shown("report --force") else {
        return;
    };
    assert!(seen.contains("Making pictures of ["), "{seen:?}");
    for unwanted in ["--quiet", "--no-progress"] {
        let seen = shown(&format!("report --force {unwanted}")).unwrap();
        assert!(!seen.contains("Making pictures of"), "{seen:?}");
    }
}

#[test]
fn a_terminal_gets_colours_and_a_pipe_none() {
    let sandbox = trips();
    sandbox.write("lib/broken.jpg", "x");
    let Some(seen) = painted(&sandbox, 100, "C.UTF-8", "run lib --clusters", true) else {
        return;
    };
    for (what, text) in [
        ("heading", "\u{1b}[1mDATES"),
        ("date", "\u{1b}[36m3–5 Mar 2024\u{1b}[0m"),
        ("count", "\u{1b}[33m2\u{1b}[0m"),
        ("warning", "\u{1b}[1;33mwarning:\u{1b}[0m"),
        ("hint", "\u{1b}[32mhint:\u{1b}[0m"),
    ] {
        assert!(seen.contains(text), "{what}: {seen:?}");
    }
    let plain = painted(
        &sandbox,
        100,
        "C.UTF-8",
        "run --clusters --color never",
        true,
    )
    .unwrap();
    assert!(!plain.contains('\u{1b}'), "{plain:?}");
    let piped = sandbox.imm("run --color always").ok();
    assert!(
        piped.stdout.starts_with("\u{1b}[1mDATES"),
        "{}",
        piped.stdout
    );
}

#[test]
fn a_run_on_a_terminal_ends_with_what_to_do_next() {
    let sandbox = trips();
    let Some(seen) = on_terminal(&sandbox, 200, "C.UTF-8", "run --dataset a.json lib") else {
        return;
    };
    let last = seen.lines().last().unwrap();
    assert!(
        last.starts_with("hint: `imm-cluster report --open --dataset a.json` shows all of this"),
        "{seen}"
    );
    let quiet = on_terminal(&sandbox, 200, "C.UTF-8", "run --quiet").unwrap();
    let rehearsed = on_terminal(&sandbox, 200, "C.UTF-8", "run --dry-run").unwrap();
    let piped = sandbox.imm("run").ok().both();
    for silent in [quiet, rehearsed, piped] {
        assert!(!silent.contains("report --open"), "{silent}");
    }
}

#[test]
fn lines_break_between_words() {
    let sandbox = trips();
    let Some(seen) = on_terminal(&sandbox, 50, "C.UTF-8", "run") else {
        return;
    };
    for line in seen.lines().filter(|line| !line.starts_with("DATES")) {
        assert!(line.chars().count() <= 50, "{line}: {seen}");
    }
    assert!(
        seen.contains("instead of\n  trips; `imm-cluster homes add` adds one\n"),
        "{seen}"
    );
}
