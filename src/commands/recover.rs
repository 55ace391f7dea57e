//! `recover`: what is whole in a damaged dataset, saved.

use std::io::Write;
use std::path::Path;

use super::done::Done;
use crate::cli::Format;
use crate::error::Fatal;
use crate::options::Context;
use crate::output::json::{self, LostLines, RecoveryJson};
use crate::output::{self, padded};
use imm_cluster_core::dataset::{Salvage, StoreError, salvage};
use imm_cluster_core::text::{Escaped, counted, write_value};
use imm_cluster_messages::text;

pub(super) fn recover(context: &Context) -> Result<Done, Fatal> {
    if !context.store.exists() {
        context.notes.no_dataset(context.store.path());
        return Ok(Done::Well);
    }
    let locked = context.store.lock(context.wait, "recover")?;
    let (line, reason) = match locked.read() {
        Ok(_) => {
            context.notes.note(&text!("recover-intact"));
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
        let mut line = |name: String, value: &str| {
            let name = padded(&name, 8);
            writeln!(out, "{name} {}", Escaped::new(value))
        };
        line(text!("recover-dataset"), &result.dataset)?;
        line(text!("recover-damaged"), &result.damaged)?;
        let saved = [
            counted(result.files, "file"),
            counted(result.clusters, "cluster"),
            counted(result.places, "place"),
        ];
        let saved = output::listed(&saved);
        line(text!("recover-saved"), &saved)?;
        line(text!("recover-lost"), &in_words(&result))?;
    } else {
        write_value(&mut out, &result, context.format == Format::Ndjson)?;
    }
    out.flush()?;
    for id in &found.nameless_roots {
        let warning = text!("recover-nameless", id = id.to_string());
        context.notes.warning(&warning);
    }
    if found.displaced > 0 {
        let files = counted(found.displaced, "file");
        (context.notes).warning(&text!("recover-displaced", files = files));
    }
    context.notes.hint(&text!("recover-hint"));
    Ok(Done::Well)
}

/// How many places of damage are told before the rest is only counted.
const TOLD: usize = 20;

/// Where something was lost, by line.
fn in_words(result: &RecoveryJson<'_>) -> String {
    let lines = |lost: &LostLines| match (lost.line, lost.last_line) {
        (line, last) if line == last => text!("recover-line", line = line.to_string()),
        (line, last) => text!(
            "recover-lines",
            first = line.to_string(),
            last = last.to_string(),
        ),
    };
    let mut told: Vec<String> = result.lost.iter().take(TOLD).map(lines).collect();
    if result.lost.len() > TOLD {
        let more = result.lost.len() - TOLD;
        told.push(text!("recover-more", more = more.to_string()));
    }
    if told.is_empty() {
        told.push(text!("recover-behind", line = result.line.to_string()));
    }
    if result.lost_files > 0 {
        let files = counted(result.lost_files, "file");
        told.push(text!("recover-no-folder", files = files));
    }
    if result.without_place > 0 {
        let files = counted(result.without_place, "file");
        told.push(text!("recover-no-place", files = files));
    }
    output::clauses(&told)
}

#[cfg(test)]
mod tests {
    use imm_cluster_messages::{Tongue, in_tongue};

    use super::*;

    #[test]
    fn what_is_lost_in_both_languages() {
        let lost = |line, last_line| LostLines { line, last_line };
        let result = RecoveryJson {
            dataset: "/photos.json".into(),
            damaged: "/photos.json.damaged".into(),
            line: 7,
            reason: "",
            roots: 1,
            clusters: 2,
            places: 3,
            files: 4,
            lost: vec![lost(7, 7), lost(1_009, 1_012)],
            lost_files: 1,
            displaced: 0,
            without_place: 2,
        };
        insta::assert_snapshot!(in_words(&result), @"line 7, lines 1009 to 1012, 1 file without a folder, 2 files without their place");
        insta::assert_snapshot!(in_tongue(Tongue::Chinese, || in_words(&result)), @"第 7 行，第 1009 到 1012 行，1 个文件没有文件夹，2 个文件没有地点");
    }
}
