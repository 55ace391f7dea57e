//! What people read stands in the catalogues of `crates/messages`, and not in the code.

use std::fs;
use std::path::{Path, PathBuf};

/// Files whose sentences are for programs, or are the English help itself.
const NOT_FOR_PEOPLE: [&str; 2] = ["src/cli", "src/cli.rs"];

/// Every Rust file below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
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
