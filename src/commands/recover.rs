//! `recover`: what is whole in a damaged dataset, saved.

use std::io::Write;
use std::path::Path;

use super::done::Done;
use crate::cli::Format;
use crate::error::Fatal;
use crate::options::Context;
use crate::output;
use crate::output::json::{self, LostLines, RecoveryJson};
use imm_cluster_core::dataset::{Salvage, StoreError, salvage};
use imm_cluster_core::text::{self, Escaped};

pub(super) fn recover(context: &Context) -> Result<Done, Fatal> {
    if !context.store.exists() {
        context.notes.no_dataset(context.store.path());
        return Ok(Done::Well);
    }
    let locked = context.store.lock(context.wait, "recover")?;
    let (line, reason) = match locked.read() {
        Ok(_) => {
            context
                .notes
                .note("the dataset is intact; nothing was changed");
            return Ok(Done::Well);
        }
        Err(StoreError::Damaged { line, reason, .. }) => (line, reason),
        Err(other) => return Err(other.into()),
    };
    let found = salvage(&context.store.bytes()?).ok_or_else(|| StoreError::NothingToRecover {
        path: context.store.path().to_owned(),
    })?;
    let kept = locked.set_aside()?;
    locked.save(&found.dataset)?;
    show(context, &found, &kept, (line, &reason))
}

fn show(
    context: &Context,
    found: &Salvage,
    kept: &Path,
    (line, reason): (usize, &str),
) -> Result<Done, Fatal> {
    let dataset = &found.dataset;
    let lost = found.lost.iter();
    let result = RecoveryJson {
        dataset: json::path(context.store.path()),
        damaged: json::path(kept),
        line,
        reason,
        roots: dataset.roots.len(),
        clusters: dataset.clusters.len(),
        places: dataset.places.list().len(),
        files: dataset
            .folders
            .iter()
            .map(|folder| folder.files.len())
            .sum(),
        lost: lost
            .map(|(line, last_line)| LostLines {
                line: *line,
                last_line: *last_line,
            })
            .collect(),
        lost_files: found.homeless,
        displaced: found.displaced,
        without_place: found.placeless,
    };
    let mut out = output::stdout();
    if context.format == Format::Table {
        let mut line = |name: &str, value: &str| writeln!(out, "{name:<8} {}", Escaped::new(value));
        line("dataset", &result.dataset)?;
        line("damaged", &result.damaged)?;
        let saved = [
            text::files(result.files),
            text::counted(result.clusters, "cluster"),
            text::counted(result.places, "place"),
        ];
        line("saved", &saved.join(", "))?;
        line("lost", &in_words(&result))?;
    } else {
        text::write_value(&mut out, &result, context.format == Format::Ndjson)?;
    }
    out.flush()?;
    for id in &found.nameless_roots {
        context.notes.warning(&format!(
            "the path of folder {id} is lost; set it with \
             `imm-cluster roots move /lost-folder-{id} NEW`"
        ));
    }
    if found.displaced > 0 {
        context.notes.warning(&format!(
            "{} may be listed in the wrong folder; the next `imm-cluster index` corrects that",
            text::files(found.displaced)
        ));
    }
    context
        .notes
        .hint("`imm-cluster index` reads again what was lost");
    Ok(Done::Well)
}

/// How many places of damage are told before the rest is only counted.
const TOLD: usize = 20;

/// Where something was lost, by line.
fn in_words(result: &RecoveryJson<'_>) -> String {
    let lines = |lost: &LostLines| match (lost.line, lost.last_line) {
        (line, last) if line == last => format!("line {line}"),
        (line, last) => format!("lines {line} to {last}"),
    };
    let mut told: Vec<String> = result.lost.iter().take(TOLD).map(lines).collect();
    if result.lost.len() > TOLD {
        told.push(format!("{} more", result.lost.len() - TOLD));
    }
    if told.is_empty() {
        told.push(format!("what followed line {}", result.line));
    }
    for (count, what) in [
        (result.lost_files, "without a folder"),
        (result.without_place, "without their place"),
    ] {
        if count > 0 {
            told.push(format!("{} {what}", text::files(count)));
        }
    }
    told.join(", ")
}
