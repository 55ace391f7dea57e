//! Completions and man pages.

use std::fs;
use std::path::Path;

use crate::sandbox::{HANGZHOU, JIAXING, Sandbox, run_tool, text};

#[test]
fn every_shell_gets_its_completions() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = sandbox.imm(&format!("completions {shell}")).ok().stdout;
        for word in ["imm-cluster", "gap-days", "clusters", "gazetteer"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    sandbox.imm("completions tcsh").exits(2).says("tcsh");
    assert!(!sandbox.path("data").exists());
}

#[test]
fn shells_can_read_their_completions() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = sandbox.imm(&format!("completions {shell}")).ok().stdout;
        sandbox.write("script", script);
        let checked = run_tool(shell, &["-n", sandbox.path("script").to_str().unwrap()]);
        if let Some(complaints) = checked {
            assert_eq!(complaints, "", "{shell}");
        }
    }
}

/// Two clusters, of which the first has a title that no shell must run, and its id.
fn with_a_title() -> (Sandbox, String) {
    let sandbox = Sandbox::new()
        .photo("p/a.jpg", "2024-03-01 12:00", HANGZHOU)
        .photo("p/b.jpg", "2024-03-09 12:00", JIAXING);
    sandbox.imm("run p --levels city").ok();
    let clusters = sandbox.imm("clusters list --format json").ok().json();
    let id = text(&clusters[0]["object_id"]);
    let id = id.trim_start_matches("location-date-cluster-")[..8].to_owned();
    let title = "$(touch ran) `touch ran` a:b";
    sandbox
        .imm_with(["clusters", "update", &id, "--title", title])
        .ok();
    (sandbox, id)
}

/// What the program offers for a command line, whose last word is being typed.
fn offered(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let mut command = sandbox.command();
    command.args(["completions", "bash", "--"]);
    let said = command.args(line.split(' ')).output().unwrap();
    assert!(said.status.success(), "{line}: {said:?}");
    let said = String::from_utf8(said.stdout).unwrap();
    said.lines().map(str::to_owned).collect()
}

#[test]
fn ids_are_offered_where_a_command_takes_them() {
    let (sandbox, id) = with_a_title();
    let all = offered(&sandbox, "clusters show ");
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(
        all[0],
        format!("{id}\t1 Mar 2024  $(touch ran) `touch ran` a:b")
    );
    assert!(
        all[1].ends_with("\t9 Mar 2024  Jiaxing, Zhejiang, China"),
        "{all:?}"
    );
    let trips = offered(&sandbox, "trips show ");
    assert_eq!(trips.len(), 1, "{trips:?}");
    assert!(
        trips[0].ends_with("\t1–9 Mar 2024  China: Hangzhou, Jiaxing"),
        "{trips:?}"
    );
    // Earliest first.
    let both = [&all[..1], &trips, &all[1..]].concat();
    assert_eq!(offered(&sandbox, "export kml --id "), both);
    for line in ["run ", "clusters list ", "clusters restore "] {
        assert!(offered(&sandbox, line).is_empty(), "{line}");
    }
    sandbox.imm(&format!("clusters delete {id}")).ok();
    assert_eq!(offered(&sandbox, "clusters restore "), all[..1]);
    assert_eq!(offered(&sandbox, "clusters show "), all[1..]);
    // Another dataset, which is not there.
    assert!(offered(&sandbox, "--dataset other clusters show ").is_empty());
}

/// What a shell says after some of its own language, with the program in its path; `None`
/// where it is not installed and need not be.
fn said_by(sandbox: &Sandbox, shell: &str, script: &str) -> Option<String> {
    run_tool(shell, &["--version"])?;
    let program = Path::new(env!("CARGO_BIN_EXE_imm-cluster"));
    let paths = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    let mut command = sandbox.command_at(shell.as_ref());
    let said = command
        .env("PATH", paths)
        .args(["-c", script])
        .output()
        .unwrap();
    Some(String::from_utf8(said.stdout).unwrap())
}

#[test]
fn shells_offer_the_ids() {
    let (sandbox, id) = with_a_title();
    for shell in ["bash", "zsh", "fish"] {
        let script = sandbox.imm(&format!("completions {shell}")).ok().stdout;
        sandbox.write(format!("script.{shell}"), script);
    }
    let described = format!("{id}  1 Mar 2024  $(touch ran) `touch ran` a:b");
    let in_bash = |words: &str| {
        let script = format!(
            r#"source ./script.bash
            COMP_WORDS=(imm-cluster {words}) COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)) COMP_TYPE=9
            _imm__cluster_ids imm-cluster "${{COMP_WORDS[COMP_CWORD]}}" show
            printf '%s\n' "${{COMPREPLY[@]}}""#
        );
        said_by(&sandbox, "bash", &script)
    };
    if let Some(all) = in_bash("clusters show ''") {
        assert_eq!(all.lines().next(), Some(described.as_str()));
        assert_eq!(all.lines().count(), 2, "{all}");
        let one = in_bash(&format!("clusters show {id}"));
        assert_eq!(one, Some(format!("{id}\n")));
        assert!(in_bash("run --lev").unwrap().contains("--levels"));
    }
    let zsh = "compdef() { }; _describe() { print -l -- $known }; source ./script.zsh
               words=(imm-cluster clusters show ''); CURRENT=4; _imm-cluster";
    if let Some(all) = said_by(&sandbox, "zsh", zsh) {
        let first = described.replacen("  ", ":", 1);
        assert_eq!(all.lines().next(), Some(first.as_str()));
        assert_eq!(all.lines().count(), 2, "{all}");
    }
    let fish = "source ./script.fish; complete -C 'imm-cluster clusters show '";
    if let Some(all) = said_by(&sandbox, "fish", fish) {
        assert!(all.contains(&described.replacen("  ", "\t", 1)), "{all}");
        assert!(!all.contains("script."), "{all}");
    }
    assert!(!sandbox.path("ran").exists());
}

#[test]
fn groff_can_read_the_man_pages() {
    let sandbox = Sandbox::new();
    sandbox.imm("man --output pages").ok();
    for entry in fs::read_dir(sandbox.path("pages")).unwrap() {
        let page = entry.unwrap().path();
        let page = page.to_str().unwrap();
        let options = ["-man", "-Kutf8", "-Tutf8", "-ww", "-z", page];
        if let Some(complaints) = run_tool("groff", &options) {
            assert_eq!(complaints, "", "{page}");
        }
    }
}

#[test]
fn every_command_has_a_man_page() {
    let sandbox = Sandbox::new();
    let page = sandbox.imm("man").ok().stdout;
    assert!(
        page.contains(".TH imm-cluster 1") && page.contains(".SH SYNOPSIS"),
        "{page}"
    );
    // The page of a package is the same on every architecture.
    assert!(!page.contains("Target:"), "{page}");
    sandbox
        .imm("man --output pages/man1")
        .ok()
        .says("man pages in `pages/man1`");
    let names: Vec<String> = fs::read_dir(sandbox.path("pages/man1"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    for name in [
        "imm-cluster.1",
        "imm-cluster-run.1",
        "imm-cluster-clusters-list.1",
    ] {
        assert!(names.iter().any(|known| known == name), "{name}: {names:?}");
    }
    for name in &names {
        let page = fs::read_to_string(sandbox.path("pages/man1").join(name)).unwrap();
        assert!(page.contains(".SH NAME"), "{name}");
    }
    sandbox.write("file", "");
    sandbox
        .imm("man --output file")
        .exits(1)
        .says("cannot write `file`");
}
