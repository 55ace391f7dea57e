//! `files`: what is known of each file, why, and what the user knows better.

use std::io::Write;
use std::path::Path;

use super::done::Done;
use super::trip_table::kilometres;
use super::{file_table, open, query};
use crate::cli::{self, Format, ListFiles, SetFiles, Without};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::json::{ExplainedFile, FileJson, InCluster};
use crate::output::{self, dates, padded};
use imm_cluster_core::capture::resolve::OffsetSource;
use imm_cluster_core::dataset::{
    Amendment, Below, Correctable, Corrected, Dataset, Explanation, FileId, FileQuery, FileRecord,
    FileState, Folder, Judged, Lacking, Lent, Timeline, When,
};
use imm_cluster_core::find::{FindError, Noun};
use imm_cluster_core::lend::Rule;
use imm_cluster_core::text::{Escaped, counted, write_list, write_value};
use imm_cluster_core::trip::implausible::Implausible;
use imm_cluster_messages::{retold, text};

pub(super) fn list(context: &Context, arguments: &ListFiles) -> Result<Done, Fatal> {
    let lacking = |what: &Without| match what {
        Without::Time => Lacking::Time,
        Without::Position => Lacking::Position,
    };
    let query = FileQuery {
        days: (arguments.day.as_deref())
            .map(|text| query::days("--day", text))
            .transpose()?,
        without: arguments.without.iter().map(lacking).collect(),
        state: arguments.state.map(|state| match state {
            cli::FileStateArg::Present => FileState::Present,
            cli::FileStateArg::Missing => FileState::Missing,
            cli::FileStateArg::Failed => FileState::Failed,
        }),
        below: Below::new(&arguments.paths),
        cluster: arguments.cluster.clone(),
        implausible: arguments.implausible,
    };
    let dataset = open::read(context)?;
    let timeline = Timeline::new(&dataset);
    let mut files = query.select(&timeline)?;
    files.truncate(arguments.max_results.map_or(usize::MAX, |n| n as usize));
    let is_empty = files.is_empty();
    let mut out = output::stdout();
    match context.format {
        Format::Table => file_table::table(&timeline, files).write(&mut out, context.style)?,
        Format::Json | Format::Ndjson | Format::Imm => {
            let files = files.into_iter();
            let files = files.filter_map(|file| FileJson::new(&timeline, file));
            write_list(&mut out, files, context.format == Format::Json)?;
        }
    }
    out.flush()?;
    if is_empty {
        let next = text!("files-empty-next");
        open::say_empty(context, "file", dataset.files().count(), &next);
    }
    Ok(Done::Well)
}

pub(super) fn show(context: &Context, path: &Path) -> Result<Done, Fatal> {
    let dataset = open::read(context)?;
    let timeline = Timeline::new(&dataset);
    let id = dataset.file_at(path)?;
    let Some(explanation) = dataset.explain_file(&timeline, id) else {
        return Ok(Done::Well);
    };
    let mut out = output::stdout();
    if context.format == Format::Table {
        details(&mut out, &timeline, id, &explanation)?;
    } else if let Some(shown) = in_json(&timeline, id, explanation) {
        write_value(&mut out, &shown, context.format == Format::Ndjson)?;
    }
    out.flush()?;
    Ok(Done::Well)
}

fn in_json<'a>(
    timeline: &'a Timeline<'a>,
    id: FileId,
    explanation: Explanation<'a>,
) -> Option<ExplainedFile<'a>> {
    let dataset = timeline.dataset();
    let (_, file) = dataset.file(id)?;
    let clues = |judged: Vec<Judged>| {
        let clues = judged.into_iter();
        clues
            .map(|clue| (clue.source, clue.text, clue.verdict).into())
            .collect()
    };
    let clusters = explanation.clusters.into_iter();
    Some(ExplainedFile {
        file: FileJson::new(timeline, id)?,
        camera: dataset.camera_of(file),
        offset_source: explanation.offset_source.map(OffsetSource::name),
        times: clues(explanation.times),
        positions: clues(explanation.positions),
        notes: explanation.notes,
        same_moment: paths(dataset, &explanation.same_moment),
        implausible: explanation.implausible,
        clusters: clusters
            .map(|(level, cluster)| InCluster {
                level,
                object_id: cluster
                    .as_ref()
                    .ok()
                    .map(|cluster| cluster.object_id.as_str()),
                reason: cluster.err().map(|reason| reason.to_string()),
            })
            .collect(),
    })
}

fn paths(dataset: &Dataset, files: &[FileId]) -> Vec<String> {
    let paths = files.iter().filter_map(|id| dataset.path(*id));
    paths
        .map(|path| path.to_string_lossy().into_owned())
        .collect()
}

fn details(
    out: &mut impl Write,
    timeline: &Timeline<'_>,
    id: FileId,
    explained: &Explanation<'_>,
) -> std::io::Result<()> {
    let dataset = timeline.dataset();
    let Some((folder, file)) = dataset.file(id) else {
        return Ok(());
    };
    let capture = timeline.capture(folder, file).ok();
    let place = timeline.place_of(id);
    let (position, position_source) = timeline.position_of(id);
    let position = position.map(|p| format!("{},{}", p.lat(), p.lon()));
    let lent = timeline.lent(id);
    let mut line = |name: String, value: Option<String>| match value {
        Some(value) => writeln!(out, "{} {}", padded(&name, 11), Escaped::new(&value)),
        None => Ok(()),
    };
    line(
        text!("file-path"),
        Some(dataset.path_of(folder, file).to_string_lossy().into_owned()),
    )?;
    line(
        text!("file-format"),
        file.content.format().map(|format| format.name().to_owned()),
    )?;
    line(
        text!("file-camera"),
        dataset.camera_of(file).map(str::to_owned),
    )?;
    let error = file.content.error();
    line(
        text!("file-unreadable"),
        error.map(|why| retold(why).into_owned()),
    )?;
    line(
        text!("file-missing"),
        file.missing.then(|| text!("file-gone")),
    )?;
    line(text!("file-taken"), taken(timeline, folder, file))?;
    let offset = explained.offset_source.map(offset_in_words);
    line(text!("file-offset"), offset)?;
    line(
        text!("file-local-day"),
        capture.map(|capture| capture.local.date.to_string()),
    )?;
    line(
        text!("file-position"),
        position.map(|text| from(text, position_source)),
    )?;
    line(
        text!("file-time-zone"),
        place
            .and_then(|place| place.zone)
            .map(|zone| zone.name().to_owned()),
    )?;
    line(
        text!("file-address"),
        place
            .map(|place| place.address.line())
            .filter(|line| !line.is_empty()),
    )?;
    line(
        text!("file-lent"),
        lent.map(|lent| lent_in_words(dataset, lent)),
    )?;
    for path in paths(dataset, &explained.same_moment) {
        line(text!("file-same-moment"), Some(path))?;
    }
    for note in &explained.notes {
        line(text!("file-note"), Some(note.clone()))?;
    }
    line(
        text!("file-trips"),
        explained.implausible.map(doubt_in_words),
    )?;
    for (level, cluster) in &explained.clusters {
        let text = match cluster {
            Ok(cluster) => text!(
                "file-in-cluster",
                place = cluster.of.address.line(),
                dates = dates::span(cluster.span),
                id = cluster.object_id.as_str(),
            ),
            Err(reason) => text!("file-in-no-cluster", reason = reason.to_string()),
        };
        line(level.in_words(), Some(text))?;
    }
    clues(out, &text!("file-time-clues"), &explained.times)?;
    clues(out, &text!("file-position-clues"), &explained.positions)
}

/// When a file was taken as far as that is known, and what tells it.
fn taken(timeline: &Timeline<'_>, folder: &Folder, file: &FileRecord) -> Option<String> {
    let capture = timeline.capture(folder, file).ok();
    let stated = || file.time().map(|(time, _)| time.to_string());
    let partial = || {
        let date = file.taken.partial_date?.to_string();
        Some(text!("file-day-unknown", date = date))
    };
    let taken = capture
        .map(|capture| capture.local.to_string())
        .or_else(stated)
        .or_else(partial);
    let source = timeline.time_source(folder, file);
    taken.map(|text| from(text, source.map(|source| source.name())))
}

/// A text with what it is known from.
fn from(text: String, source: Option<&str>) -> String {
    match source {
        Some(source) => text!("file-from", value = text, source = source),
        None => text,
    }
}

/// Why a file is no evidence for homes and trips.
fn doubt_in_words(doubt: Implausible) -> String {
    match doubt {
        Implausible::Virtual => text!("doubt-virtual"),
        Implausible::Impossible {
            km,
            home_before,
            home_after,
        } => {
            let far = kilometres(km);
            match (home_before, home_after) {
                (Some(before), Some(after)) if before == after => {
                    text!("doubt-day-at-home", far = far, day = before.to_string())
                }
                (Some(before), Some(after)) => text!(
                    "doubt-between-days",
                    far = far,
                    before = before.to_string(),
                    after = after.to_string(),
                ),
                _ => text!("doubt-short", far = far),
            }
        }
    }
}

/// By what a place is lent.
fn lent_in_words(dataset: &Dataset, lent: &Lent) -> String {
    let path = |lender: Option<FileId>| match lender.and_then(|id| dataset.path(id)) {
        Some(path) => format!("`{}`", path.display()),
        None => text!("lent-forgotten"),
    };
    let [nearer, other] = lent.lenders.map(path);
    let apart = dates::duration(lent.seconds);
    match lent.rule {
        Rule::Track => text!("lent-track", apart = apart),
        Rule::Near => text!("lent-near", file = nearer, apart = apart),
        Rule::Moving => text!("lent-country", file = nearer, apart = apart),
        Rule::BothCity => text!("lent-city", file = nearer, apart = apart, other = other),
        Rule::BothProvince => {
            text!("lent-province", file = nearer, apart = apart, other = other)
        }
    }
}

fn clues(out: &mut impl Write, heading: &str, clues: &[Judged]) -> std::io::Result<()> {
    if !clues.is_empty() {
        writeln!(out, "\n{heading}")?;
    }
    for clue in clues {
        let (source, text) = (padded(clue.source, 24), padded(&clue.text, 32));
        let line = format!("{source} {text} {}", clue.verdict);
        writeln!(out, "  {}", Escaped::new(&line))?;
    }
    Ok(())
}

fn offset_in_words(source: OffsetSource) -> String {
    match source {
        OffsetSource::Stated => text!("offset-stated"),
        OffsetSource::Position => text!("offset-position"),
        OffsetSource::Gps => text!("offset-gps"),
        OffsetSource::Device => text!("offset-device"),
        OffsetSource::SecondClue => text!("offset-second-clue"),
        OffsetSource::Track => text!("offset-track"),
        OffsetSource::Neighbour => text!("offset-neighbour"),
        OffsetSource::Option => text!("offset-option"),
        OffsetSource::FileName => text!("offset-file-name"),
    }
}

/// Corrects the files that the arguments select, or takes corrections back.
pub(super) fn set(context: &Context, arguments: &SetFiles) -> Result<Done, Fatal> {
    let wanted = Correctable {
        below: Below::new(&arguments.paths),
        camera: arguments.camera.clone(),
        from: arguments.from,
        to: arguments.to,
    };
    let shifted = arguments.shift.map(When::Shifted);
    let amendment = Amendment {
        reset: arguments.reset,
        when: arguments.time.map(When::At).or(shifted),
        position: arguments.position,
    };
    let locked = context.store.lock(context.wait, "files set")?;
    let mut dataset = locked.read()?;
    let files = dataset.correctable(&wanted);
    if files.is_empty() {
        let path = arguments.paths.first();
        let named = path.map(|path| path.to_string_lossy().into_owned());
        let named = named.or_else(|| arguments.camera.clone());
        return Err(FindError::not_found(Noun::File, named.unwrap_or_default()).into());
    }
    let unknown = dataset.unknown_paths(&arguments.paths);
    let Corrected {
        changed,
        not_shifted,
    } = dataset.correct(&files, &amendment);
    if not_shifted > 0 {
        let files = counted(not_shifted, "file");
        (context.notes).warning(&text!("files-not-shifted", files = files));
    }
    if changed > 0 {
        locked.save(&dataset)?;
        let files = counted(changed, "file");
        (context.notes).note(&text!("files-corrected", files = files));
    } else if not_shifted == 0 {
        context.notes.note(&text!("files-nothing-to-change"));
    }
    unknown.map_or(Ok(Done::Well), |error| Err(error.into()))
}
