//! `files`: what is known of each file, why, and what the user knows better.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::query::Range;
use super::{Done, clusters};
use crate::cli::{FileState, Format, ListFiles, SetFiles, Without};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::json::{ClueJson, ExplainedFile, FileJson, InCluster};
use crate::output::{self, Align, Table, dates};
use imm_cluster_core::capture::clue::{PositionClue, PositionSource, TimeClue, TimeSource};
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::capture::gcj02::Coordinates;
use imm_cluster_core::capture::resolve::OffsetSource;
use imm_cluster_core::dataset::{
    Content, Correction, Dataset, FileRecord, FindError, Folder, Moments, Noun, Timeline,
};
use imm_cluster_core::media;
use imm_cluster_core::media::believe;
use imm_cluster_core::text::{self, Escaped};

pub(super) fn list(context: &Context, arguments: &ListFiles) -> Result<Done, Fatal> {
    let day = arguments
        .day
        .as_deref()
        .map(|text| Range::days("--day", text))
        .transpose()?;
    let dataset = clusters::read(context)?;
    let timeline = Timeline::new(&dataset);
    let day_starts = dataset.day_starts();
    let below = Below::new(&arguments.paths);
    let wanted = |(folder, file): &(&Folder, &FileRecord)| {
        let capture = timeline.capture(folder, file);
        let lacks = |what: &Without| match what {
            Without::Time => timeline.has_day(folder, file).is_err(),
            Without::Position => file.place().is_none(),
        };
        let state = match file.content {
            _ if file.missing => FileState::Missing,
            Content::Failed(_) => FileState::Failed,
            _ => FileState::Present,
        };
        // What could not be read lacks everything; that is another list.
        let lacking = arguments.without.iter().all(lacks)
            && (arguments.without.is_empty()
                || state != FileState::Failed
                || arguments.state.is_some());
        lacking
            && arguments.state.is_none_or(|wanted| wanted == state)
            && day.is_none_or(|day| {
                capture.is_ok_and(|capture| day.contains_day(capture.day(day_starts)))
            })
            && below.contains(&dataset, folder, file)
    };
    let all = match &arguments.cluster {
        Some(id) => dataset.members(&timeline, clusters::find(&dataset, id)?),
        None => dataset.files().collect(),
    };
    let most = arguments.max_results.map_or(usize::MAX, |n| n as usize);
    let files = all.into_iter().filter(wanted).take(most);
    let mut out = output::stdout();
    match context.format {
        Format::Table => table(&timeline, files).write(&mut out, context.style)?,
        Format::Json | Format::Ndjson | Format::Imm => {
            let files = files.map(|(folder, file)| FileJson::new(&timeline, folder, file));
            text::write_list(&mut out, files, context.format == Format::Json)?;
        }
    }
    out.flush()?;
    Ok(Done::Well)
}

/// The table of files.
pub(super) fn table<'a>(
    timeline: &Timeline<'a>,
    files: impl IntoIterator<Item = (&'a Folder, &'a FileRecord)>,
) -> Table {
    let dataset = timeline.dataset();
    let mut table = Table::new(
        &[
            ("TAKEN", Align::Left),
            ("PLACE", Align::Left),
            ("PATH", Align::Left),
        ],
        2,
    );
    for (folder, file) in files {
        let taken = match (&file.content, timeline.capture(folder, file)) {
            (Content::Failed(reason), _) => {
                Escaped::new(&format!("unreadable: {reason}")).to_string()
            }
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
        let place = place.map_or_else(|| "?".to_owned(), |line| Escaped::new(&line).to_string());
        let mut path = Escaped::path(&dataset.path_of(folder, file)).to_string();
        if file.missing {
            path += " (missing)";
        }
        table.row(vec![taken, place, path]);
    }
    table
}

pub(super) fn show(context: &Context, path: &Path) -> Result<Done, Fatal> {
    let dataset = clusters::read(context)?;
    let timeline = Timeline::new(&dataset);
    let absolute = absolute(path);
    let mut indexed = (0..dataset.folders.len())
        .flat_map(|f| (0..dataset.folders[f].files.len()).map(move |i| (f, i)));
    let index = indexed.find(|(f, i)| {
        let folder = &dataset.folders[*f];
        let known = dataset.path_of(folder, &folder.files[*i]);
        folder.files[*i].content != Content::Other && (known == absolute || known == path)
    });
    let (f, i) = index
        .ok_or_else(|| FindError::not_found(Noun::File, path.to_string_lossy().into_owned()))?;
    let explained = explain(&timeline, f, i);
    let mut out = output::stdout();
    if context.format == Format::Table {
        details(
            &mut out,
            &timeline,
            &dataset.folders[f],
            &dataset.folders[f].files[i],
            &explained,
        )?;
    } else {
        text::write_value(&mut out, &explained, context.format == Format::Ndjson)?;
    }
    out.flush()?;
    Ok(Done::Well)
}

/// The verdict on a clue that the user gave.
const BY_USER: &str = "chosen: you corrected it";

/// Looks into a file once more and says what was made of each clue.
fn explain<'a>(timeline: &Timeline<'a>, f: usize, i: usize) -> ExplainedFile<'a> {
    let dataset = timeline.dataset();
    let folder = &dataset.folders[f];
    let file = &folder.files[i];
    let mut notes = Vec::new();
    let mut times = Vec::new();
    let mut positions = Vec::new();
    if let Some((time, TimeSource::User)) = file.time() {
        times.push(
            (
                TimeSource::User.name(),
                time.to_string(),
                BY_USER.to_owned(),
            )
                .into(),
        );
    }
    if let Some((position, PositionSource::User)) = file.position() {
        let text = format!("{},{}", position.lat(), position.lon());
        positions.push((PositionSource::User.name(), text, BY_USER.to_owned()).into());
    }
    if file.content != Content::Given {
        match media::read(&dataset.path_of(folder, file), None, &file.beside()) {
            Ok(Some((format, facts))) => {
                let time = believe::time(&facts, format.is_video()).map(|(source, _)| source);
                // A correction leaves nothing to choose.
                let time = time.filter(|_| times.is_empty());
                let position = believe::position(&facts).map(|(source, _)| source);
                let position = position.filter(|_| positions.is_empty());
                let in_words = |clue: &TimeClue| {
                    (
                        clue.source.name(),
                        clue.text.clone(),
                        believe::verdict(clue, time),
                    )
                };
                times.extend(facts.times.iter().map(in_words).map(ClueJson::from));
                let in_words = |clue: &PositionClue| {
                    (
                        clue.source.name(),
                        clue.text.clone(),
                        believe::verdict(clue, position),
                    )
                };
                positions.extend(facts.positions.iter().map(in_words).map(ClueJson::from));
                notes.extend(facts.notes);
                let system = (dataset.root(folder.root))
                    .map_or(Coordinates::Wgs84, |root| root.options.coordinates);
                if system == Coordinates::Gcj02 && position.is_some() {
                    notes.push(
                        "positions of this folder are in GCJ-02, and moved to WGS 84 within \
                         mainland China"
                            .to_owned(),
                    );
                }
            }
            Ok(None) => notes.push("the file is no media any more".to_owned()),
            Err(error) => notes.push(format!("the file cannot be read now: {error}")),
        }
    }
    let levels = dataset.rules.clone().unwrap_or_default().levels;
    let clusters = (levels.into_iter())
        .map(
            |level| match dataset.cluster_of(timeline, level, folder, file) {
                Ok(cluster) => InCluster {
                    level,
                    object_id: Some(&cluster.object_id),
                    reason: None,
                },
                Err(reason) => InCluster {
                    level,
                    object_id: None,
                    reason: Some(reason),
                },
            },
        )
        .collect();
    let moments = Moments::find(dataset, timeline);
    let path_of = |(f, i): (usize, usize)| {
        let folder = &dataset.folders[f];
        dataset
            .path_of(folder, &folder.files[i])
            .to_string_lossy()
            .into_owned()
    };
    let capture = timeline.capture(folder, file).ok();
    ExplainedFile {
        file: FileJson::new(timeline, folder, file),
        camera: file
            .taken
            .camera
            .and_then(|camera| dataset.cameras.get(camera as usize))
            .map(String::as_str),
        offset_source: capture
            .and_then(|capture| capture.offset_source)
            .map(OffsetSource::name),
        times,
        positions,
        notes,
        same_moment: moments.others((f, i)).into_iter().map(path_of).collect(),
        clusters,
    }
}

fn details(
    out: &mut impl Write,
    timeline: &Timeline<'_>,
    folder: &Folder,
    file: &FileRecord,
    explained: &ExplainedFile<'_>,
) -> std::io::Result<()> {
    let dataset = timeline.dataset();
    let capture = timeline.capture(folder, file).ok();
    let place = dataset.place_of(file);
    let from = |text: String, source: Option<&str>| match source {
        Some(source) => format!("{text}  (from {source})"),
        None => text,
    };
    let time_source = timeline
        .time_source(folder, file)
        .map(|source| source.name());
    let stated = || file.time().map(|(time, _)| time.to_string());
    let taken = capture
        .map(|capture| capture.local.to_string())
        .or_else(stated);
    let (position, position_source) = file.position().unzip();
    let position = position.map(|p| format!("{},{}", p.lat(), p.lon()));
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
    line("camera", explained.camera.map(str::to_owned))?;
    line("unreadable", file.content.error().map(str::to_owned))?;
    line(
        "missing",
        file.missing
            .then(|| "it was gone at the last scan".to_owned()),
    )?;
    line("taken", taken.map(|text| from(text, time_source)))?;
    line(
        "offset",
        explained
            .offset_source
            .map(|source| offset_in_words(source).to_owned()),
    )?;
    line(
        "local day",
        capture.map(|capture| capture.local.date.to_string()),
    )?;
    line(
        "position",
        position.map(|text| from(text, position_source.map(|source| source.name()))),
    )?;
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
    for path in &explained.same_moment {
        line("same moment", Some(path.clone()))?;
    }
    for note in &explained.notes {
        line("note", Some(note.clone()))?;
    }
    for InCluster {
        level,
        object_id,
        reason,
    } in &explained.clusters
    {
        let cluster = object_id.and_then(|id| {
            dataset
                .clusters
                .iter()
                .find(|cluster| cluster.object_id == id)
        });
        let text = cluster.map(|c| {
            format!(
                "{}, {}  ({})",
                c.address.line(),
                dates::span(c.span),
                c.object_id
            )
        });
        let none = || reason.as_ref().map(|reason| format!("none: {reason}"));
        line(level.name(), text.or_else(none))?;
    }
    clues(out, "time clues", &explained.times)?;
    clues(out, "position clues", &explained.positions)
}

fn clues(out: &mut impl Write, heading: &str, clues: &[ClueJson]) -> std::io::Result<()> {
    if !clues.is_empty() {
        writeln!(out, "\n{heading}")?;
    }
    for clue in clues {
        let text = format!("{:<24} {:<32} {}", clue.source, clue.text, clue.verdict);
        writeln!(out, "  {}", Escaped::new(&text))?;
    }
    Ok(())
}

fn offset_in_words(source: &str) -> &'static str {
    match OffsetSource::ALL
        .into_iter()
        .find(|known| known.name() == source)
    {
        Some(OffsetSource::Stated) | None => "stated with the time",
        Some(OffsetSource::Position) => "by the time zone of the position",
        Some(OffsetSource::Gps) => "by the time of the GPS fix",
        Some(OffsetSource::Device) => "stated by the device",
        Some(OffsetSource::Neighbour) => "that of the nearest photo in time",
        Some(OffsetSource::Option) => "by the option --time-zone",
    }
}

/// Corrects the files that the arguments select, or takes corrections back.
pub(super) fn set(context: &Context, arguments: &SetFiles) -> Result<Done, Fatal> {
    let locked = context.store.lock(context.wait, "files set")?;
    let mut dataset = locked.read()?;
    let selected = select(&dataset, arguments);
    if selected.is_empty() {
        let named = arguments
            .paths
            .first()
            .map(|path| path.to_string_lossy().into_owned());
        let id = named
            .or_else(|| arguments.camera.clone())
            .unwrap_or_default();
        return Err(FindError::not_found(Noun::File, id).into());
    }
    let unknown = unknown(&dataset, &arguments.paths);
    let position = arguments
        .position
        .map(|position| (position, dataset.places.locate(&dataset.geocoder, position)));
    let mut changed = 0;
    let mut not_shifted = 0;
    for (f, i) in selected {
        let file = &mut dataset.folders[f].files[i];
        let mut correction = file.correction.as_deref().cloned().unwrap_or_default();
        if arguments.reset {
            correction = Correction::default();
        }
        if arguments.time.is_some() {
            (correction.time, correction.shift) = (arguments.time, None);
        }
        if let Some(shift) = arguments.shift {
            let stated = file.taken.time;
            if stated.and_then(|time| time.shifted(shift)).is_some() {
                (correction.time, correction.shift) = (None, Some(shift));
            } else {
                not_shifted += 1;
            }
        }
        correction.position = position.or(correction.position);
        let correction = (correction != Correction::default()).then(|| Box::new(correction));
        changed += usize::from(file.correction != correction);
        file.correction = correction;
    }
    if not_shifted > 0 {
        context.notes.warning(&format!(
            "{} cannot be shifted: a date without a time of day, no time at all, or a result \
             that no photo can have; `--time` sets one",
            text::files(not_shifted)
        ));
    }
    if changed > 0 {
        locked.save(&dataset)?;
        context.notes.note(&format!(
            "{} corrected; the next `imm-cluster run` clusters by it",
            text::files(changed)
        ));
    } else if not_shifted == 0 {
        context.notes.note("nothing to change: they are so already");
    }
    unknown.map_or(Ok(Done::Well), |error| Err(error.into()))
}

/// Names those of the paths at and below which no file is known, to be told when the
/// others were done.
pub(super) fn unknown(dataset: &Dataset, paths: &[PathBuf]) -> Option<FindError> {
    let unknown = paths.iter().filter(|path| {
        let below = Below::new(std::slice::from_ref(path));
        !dataset
            .files()
            .any(|(folder, file)| below.contains(dataset, folder, file))
    });
    let unknown: Vec<_> = unknown.map(|path| path.to_string_lossy()).collect();
    (!unknown.is_empty()).then(|| FindError::not_found(Noun::File, unknown.join("`, `")))
}

/// The files by path, camera, and the date that they state themselves: a
/// correction must not move a file out of the reach of the next.
fn select(dataset: &Dataset, arguments: &SetFiles) -> Vec<(usize, usize)> {
    let timeline = Timeline::new(dataset);
    let below = Below::new(&arguments.paths);
    let camera = arguments.camera.as_deref().map(str::to_lowercase);
    let mut selected = Vec::new();
    for (f, folder) in dataset.folders.iter().enumerate() {
        for (i, file) in folder.files.iter().enumerate() {
            let by_camera = |wanted: &String| {
                let camera = file
                    .taken
                    .camera
                    .and_then(|camera| dataset.cameras.get(camera as usize));
                camera.is_some_and(|camera| camera.to_lowercase().contains(wanted))
            };
            let by_date = || {
                if arguments.from.is_none() && arguments.to.is_none() {
                    return true;
                }
                let stated = FileRecord {
                    correction: None,
                    ..file.clone()
                };
                timeline.capture(folder, &stated).is_ok_and(|capture| {
                    let day = Day::from(capture.local.date);
                    arguments.from.is_none_or(|from| from <= day)
                        && arguments.to.is_none_or(|to| day <= to)
                })
            };
            let wanted = !matches!(file.content, Content::Other | Content::Failed(_))
                && camera.as_ref().is_none_or(by_camera)
                && below.contains(dataset, folder, file)
                && by_date();
            if wanted {
                selected.push((f, i));
            }
        }
    }
    selected
}

/// Files that are, or lie below, some paths; all files when there is no path.
pub(super) struct Below(Vec<PathBuf>);

impl Below {
    pub(super) fn new(paths: &[PathBuf]) -> Self {
        Self(
            paths
                .iter()
                .map(|path| absolute(path))
                .chain(paths.iter().cloned())
                .collect(),
        )
    }

    pub(super) fn contains(&self, dataset: &Dataset, folder: &Folder, file: &FileRecord) -> bool {
        self.0.is_empty() || {
            let path = dataset.path_of(folder, file);
            self.0.iter().any(|above| path.starts_with(above))
        }
    }
}

/// The path as the dataset has it, where the file or its folder is there.
pub(super) fn absolute(path: &Path) -> PathBuf {
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
