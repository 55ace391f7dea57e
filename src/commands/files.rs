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
use crate::output::{self, dates};
use imm_cluster_core::capture::resolve::OffsetSource;
use imm_cluster_core::dataset::{
    Amendment, Below, Correctable, Corrected, Dataset, Explanation, FileId, FileQuery, FileState,
    Judged, Lacking, Lent, Timeline, When,
};
use imm_cluster_core::find::{FindError, Noun};
use imm_cluster_core::lend::Rule;
use imm_cluster_core::text::{self, Escaped};
use imm_cluster_core::trip::implausible::Implausible;

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
            text::write_list(&mut out, files, context.format == Format::Json)?;
        }
    }
    out.flush()?;
    if is_empty {
        let next = "`imm-cluster index ~/Pictures` reads those of a folder";
        open::say_empty(context, "file", dataset.files().count(), next);
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
        text::write_value(&mut out, &shown, context.format == Format::Ndjson)?;
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
    let from = |text: String, source: Option<&str>| match source {
        Some(source) => format!("{text}  (from {source})"),
        None => text,
    };
    let time_source = timeline
        .time_source(folder, file)
        .map(|source| source.name());
    let stated = || file.time().map(|(time, _)| time.to_string());
    let partial = || Some(format!("{} (day unknown)", file.taken.partial_date?));
    let taken = capture
        .map(|capture| capture.local.to_string())
        .or_else(stated)
        .or_else(partial);
    let (position, position_source) = timeline.position_of(id);
    let position = position.map(|p| format!("{},{}", p.lat(), p.lon()));
    let lent = timeline.lent(id);
    let mut line = |name: &str, value: Option<String>| match value {
        Some(value) => writeln!(out, "{name:<11} {}", Escaped::new(&value)),
        None => Ok(()),
    };
    line(
        "path",
        Some(dataset.path_of(folder, file).to_string_lossy().into_owned()),
    )?;
    line(
        "format",
        file.content.format().map(|format| format.name().to_owned()),
    )?;
    line("camera", dataset.camera_of(file).map(str::to_owned))?;
    line("unreadable", file.content.error().map(str::to_owned))?;
    line(
        "missing",
        file.missing.then(|| "gone at the last scan".to_owned()),
    )?;
    line("taken", taken.map(|text| from(text, time_source)))?;
    let offset = explained.offset_source.map(offset_in_words);
    line("offset", offset.map(str::to_owned))?;
    line(
        "local day",
        capture.map(|capture| capture.local.date.to_string()),
    )?;
    line("position", position.map(|text| from(text, position_source)))?;
    line(
        "time zone",
        place
            .and_then(|place| place.zone)
            .map(|zone| zone.name().to_owned()),
    )?;
    line(
        "address",
        place
            .map(|place| place.address.line())
            .filter(|line| !line.is_empty()),
    )?;
    line("lent", lent.map(|lent| lent_in_words(dataset, lent)))?;
    for path in paths(dataset, &explained.same_moment) {
        line("same moment", Some(path))?;
    }
    for note in &explained.notes {
        line("note", Some(note.clone()))?;
    }
    line("trips", explained.implausible.map(doubt_in_words))?;
    for (level, cluster) in &explained.clusters {
        let text = match cluster {
            Ok(cluster) => format!(
                "{}, {}  ({})",
                cluster.of.address.line(),
                dates::span(cluster.span),
                cluster.object_id
            ),
            Err(reason) => format!("none: {reason}"),
        };
        line(level.name(), Some(text))?;
    }
    clues(out, "time clues", &explained.times)?;
    clues(out, "position clues", &explained.positions)
}

/// Why a file is no evidence for homes and trips.
fn doubt_in_words(doubt: Implausible) -> String {
    match doubt {
        Implausible::Virtual => "ignored: nobody can be there, near 0,0 or on an island of a \
                                 ride simulator"
            .to_owned(),
        Implausible::Impossible {
            km,
            home_before,
            home_after,
        } => {
            let far = format!("ignored: nobody can be {} away", kilometres(km));
            match (home_before, home_after) {
                (Some(before), Some(after)) if before == after => {
                    format!("{far} on {before}, a day at home")
                }
                (Some(before), Some(after)) => {
                    format!("{far} between two days at home, {before} and {after}")
                }
                _ => format!("{far} for such a short time, according to the last run"),
            }
        }
    }
}

/// By what a place is lent.
fn lent_in_words(dataset: &Dataset, lent: &Lent) -> String {
    let path = |lender: Option<FileId>| match lender.and_then(|id| dataset.path(id)) {
        Some(path) => format!("`{}`", path.display()),
        None => "a forgotten file".to_owned(),
    };
    let [nearer, other] = lent.lenders.map(path);
    let apart = dates::duration(lent.seconds);
    let city = "the same city within 24 hours";
    let province = "the same province within 72 hours";
    match lent.rule {
        Rule::Track => format!("the position of the location history, {apart} apart"),
        Rule::Near => format!("the position of {nearer}, {apart} apart"),
        Rule::Moving => {
            format!("the country: {nearer}, {apart} apart; the files around lie elsewhere")
        }
        Rule::BothCity => format!("the city: {nearer}, {apart} apart, and {other} lie in {city}"),
        Rule::BothProvince => {
            format!("the province: {nearer}, {apart} apart, and {other} lie in {province}")
        }
    }
}

fn clues(out: &mut impl Write, heading: &str, clues: &[Judged]) -> std::io::Result<()> {
    if !clues.is_empty() {
        writeln!(out, "\n{heading}")?;
    }
    for clue in clues {
        let text = format!("{:<24} {:<32} {}", clue.source, clue.text, clue.verdict);
        writeln!(out, "  {}", Escaped::new(&text))?;
    }
    Ok(())
}

fn offset_in_words(source: OffsetSource) -> &'static str {
    match source {
        OffsetSource::Stated => "stated with the time",
        OffsetSource::Position => "by the time zone of the position",
        OffsetSource::Gps => "by the time of the GPS fix",
        OffsetSource::Device => "stated by the device",
        OffsetSource::SecondClue => "by a second clue of the same moment",
        OffsetSource::Track => "by the time zone of the location history",
        OffsetSource::Neighbour => "that of the nearest photo in time",
        OffsetSource::Option => "by the option --time-zone",
        OffsetSource::FileName => "by the file's name, which shows the time in UTC",
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
        context.notes.warning(&format!(
            "{} cannot be shifted: no time, no time of day, or an impossible result; `--time` \
             sets one",
            text::files(not_shifted)
        ));
    }
    if changed > 0 {
        locked.save(&dataset)?;
        context.notes.note(&format!(
            "{} corrected; the next `imm-cluster run` uses it",
            text::files(changed)
        ));
    } else if not_shifted == 0 {
        context.notes.note("nothing to change");
    }
    unknown.map_or(Ok(Done::Well), |error| Err(error.into()))
}
