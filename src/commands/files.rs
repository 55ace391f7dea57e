//! `files`: what is known of each file.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Done;
use super::clusters::{self, Range};
use crate::cli::{FileState, Format, ListFiles, Without};
use crate::dataset::{Content, Dataset, FileRecord, Folder};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::json::FileJson;
use crate::output::{self, Align, Escaped, Table};

pub(super) fn list(context: &Context, arguments: &ListFiles) -> Result<Done, Fatal> {
    let day = arguments
        .day
        .as_deref()
        .map(|text| Range::parse("--day", text))
        .transpose()?;
    let dataset = clusters::read(context)?;
    let below: Vec<PathBuf> = arguments.paths.iter().map(|path| absolute(path)).collect();
    let wanted = |(folder, file): &(&Folder, &FileRecord)| {
        let capture = dataset.capture_of(folder, file);
        let lacks = |what: &Without| match what {
            Without::Time => capture.is_err(),
            Without::Position => file.taken.place.is_none(),
        };
        let state = match file.content {
            _ if file.missing => FileState::Missing,
            Content::Failed(_) => FileState::Failed,
            _ => FileState::Present,
        };
        arguments.without.iter().all(lacks)
            && arguments.state.is_none_or(|wanted| wanted == state)
            && day.is_none_or(|day| {
                capture.is_ok_and(|capture| day.contains_day(capture.local.date.into()))
            })
            && (below.is_empty() || {
                let path = dataset.path_of(folder, file);
                below
                    .iter()
                    .chain(&arguments.paths)
                    .any(|folder| path.starts_with(folder))
            })
    };
    let all = match &arguments.cluster {
        Some(id) => dataset.members(clusters::find(&dataset, id)?),
        None => dataset.files().collect(),
    };
    let files = all
        .into_iter()
        .filter(wanted)
        .take(arguments.max_results.map_or(usize::MAX, |n| n as usize));
    let mut out = output::stdout();
    match context.format {
        Format::Table => table(&dataset, files).write(&mut out, context.style)?,
        Format::Json | Format::Ndjson => {
            let files = files.map(|(folder, file)| FileJson::new(&dataset, folder, file));
            output::write_list(&mut out, files, context.format == Format::Json)?;
        }
    }
    out.flush()?;
    Ok(Done::Well)
}

/// The table of files.
pub(super) fn table<'a>(
    dataset: &'a Dataset,
    files: impl IntoIterator<Item = (&'a Folder, &'a FileRecord)>,
) -> Table {
    let mut table = Table::new(
        &[
            ("TAKEN", Align::Left),
            ("PLACE", Align::Left),
            ("PATH", Align::Left),
        ],
        2,
    );
    for (folder, file) in files {
        let taken = match (&file.content, dataset.capture_of(folder, file)) {
            (Content::Failed(reason), _) => format!("unreadable: {reason}"),
            (_, Ok(capture)) => match capture.local.time {
                Some(time) => format!("{} {}", capture.local.date, time.format("%H:%M:%S")),
                None => capture.local.date.to_string(),
            },
            (_, Err(_)) => "?".to_owned(),
        };
        let place = dataset
            .place_of(file)
            .map(|place| place.address.line())
            .filter(|line| !line.is_empty());
        let mut path = Escaped::path(&dataset.path_of(folder, file)).to_string();
        if file.missing {
            path += " (missing)";
        }
        table.row(vec![taken, place.unwrap_or_else(|| "?".to_owned()), path]);
    }
    table
}

pub(super) fn show(context: &Context, path: &Path) -> Result<Done, Fatal> {
    let dataset = clusters::read(context)?;
    let absolute = absolute(path);
    let is_it = |(folder, file): &(&Folder, &FileRecord)| {
        let known = dataset.path_of(folder, file);
        known == absolute || known == path
    };
    let (folder, file) = (dataset.files().find(is_it)).ok_or_else(|| Fatal::NotFound {
        what: "file",
        id: path.to_string_lossy().into_owned(),
    })?;
    let mut out = output::stdout();
    if context.format == Format::Table {
        details(&mut out, &dataset, folder, file)?;
    } else {
        output::write_value(
            &mut out,
            &FileJson::new(&dataset, folder, file),
            context.format == Format::Ndjson,
        )?;
    }
    out.flush()?;
    Ok(Done::Well)
}

fn details(
    out: &mut impl Write,
    dataset: &Dataset,
    folder: &Folder,
    file: &FileRecord,
) -> std::io::Result<()> {
    let taken = &file.taken;
    let from = |value: String, source: Option<&str>| match source {
        Some(source) => format!("{value}  (from {source})"),
        None => value,
    };
    let position = taken.position.map(|p| format!("{},{}", p.lat(), p.lon()));
    let capture = dataset.capture_of(folder, file);
    let place = dataset.place_of(file);
    let clusters: Vec<String> = (dataset.clusters_of(folder, file).iter())
        .map(|c| {
            format!(
                "{} {}, {} ({})",
                c.level,
                c.address.line(),
                output::dates::span(c.span),
                c.object_id
            )
        })
        .collect();
    for (name, value) in [
        (
            "path",
            Some(Escaped::path(&dataset.path_of(folder, file)).to_string()),
        ),
        (
            "format",
            file.content.format().map(|format| format.name().to_owned()),
        ),
        ("error", file.content.error().map(str::to_owned)),
        (
            "missing",
            file.missing
                .then(|| "yes: it was gone at the last scan".to_owned()),
        ),
        (
            "taken",
            capture.ok().map(|capture| {
                from(
                    capture.local.to_string(),
                    dataset
                        .time_source_of(folder, file)
                        .map(|source| source.name()),
                )
            }),
        ),
        (
            "position",
            position.map(|text| from(text, taken.position_source.map(|source| source.name()))),
        ),
        (
            "zone",
            place
                .and_then(|place| place.zone)
                .map(|zone| zone.name().to_owned()),
        ),
        (
            "address",
            place
                .map(|place| place.address.line())
                .filter(|line| !line.is_empty()),
        ),
    ] {
        if let Some(value) = value {
            writeln!(out, "{name:<9} {}", Escaped::new(&value))?;
        }
    }
    for cluster in clusters {
        writeln!(out, "{:<9} {}", "cluster", Escaped::new(&cluster))?;
    }
    Ok(())
}

/// The path as the dataset has it, where the file or its folder is there.
fn absolute(path: &Path) -> PathBuf {
    let by_folder = || {
        Some(
            fs::canonicalize(path.parent()?)
                .ok()?
                .join(path.file_name()?),
        )
    };
    let whole = fs::canonicalize(path).ok().or_else(by_folder);
    whole
        .or_else(|| std::path::absolute(path).ok())
        .unwrap_or_else(|| path.to_owned())
}
