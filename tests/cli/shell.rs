//! Completions and man pages.

use std::fs;

use crate::sandbox::{Sandbox, run_tool};

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
