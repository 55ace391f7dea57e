//! `index`: what is new goes into the dataset.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::done::Done;
use super::languages::remember_languages;
use crate::cli::{self, Format};
use crate::error::Fatal;
use crate::options::{self, Context};
use crate::output::{self, json::ReportJson};
use crate::signals::Listening;
use imm_cluster_core::dataset::{Content, Dataset, Locked};
use imm_cluster_core::index::{self, IndexServices, OptionChanges, Report};
use imm_cluster_core::interrupt::Interrupt;
use imm_cluster_core::progress::{Progress, Watched};
use imm_cluster_core::text::{Escaped, files, quoted, write_value};
use imm_cluster_messages::text;

/// What a killed first index of a large library loses at most.
const CHECKPOINT_EVERY: Duration = Duration::from_mins(1);

pub(super) fn index(context: &Context, arguments: &cli::IndexArgs) -> Result<Done, Fatal> {
    let started = Instant::now();
    let changes = options::index_options(&arguments.options)?;
    // A file that cannot be opened is no reason to touch the dataset.
    let records = arguments.from_json.as_deref().map(open).transpose()?;
    if let Some(folder) = arguments.tracks.iter().find(|path| path.is_dir()) {
        let path = Escaped::path(folder).to_string();
        let error = Fatal::option("--tracks", text!("error-tracks-is-folder", path = path));
        return Err(error.with_hint(text!("hint-tracks-is-folder")));
    }
    let locked = context.store.lock(context.wait, "index")?;
    let mut dataset = locked.read()?;
    let renamed = remember_languages(context, &mut dataset);
    // Until all is saved that was read.
    let mut interrupt = None;
    let report = match (records, &arguments.from_json) {
        (Some((input, bytes)), Some(name)) => {
            let progress = context.progress();
            let refreshed = index::refresh(&mut dataset, &progress);
            let input: Box<dyn Read + '_> = if bytes > 0 {
                progress.importing(bytes);
                Box::new(Watched::new(input, &progress))
            } else {
                input
            };
            let input = BufReader::new(input);
            let read = index::read_records(&mut dataset, input, name, &changes);
            progress.done();
            let mut report = read.map_err(|source| Fatal::Input {
                path: name.clone(),
                source,
            })?;
            report.changed |= refreshed;
            index::add_tracks(&mut dataset, &arguments.tracks, &mut report);
            report
        }
        _ => index_paths(
            context,
            &context.progress(),
            &locked,
            &mut dataset,
            (&arguments.paths, &arguments.tracks, arguments.download),
            &changes,
            interrupt.insert(Listening::begin()).interrupt(),
        )?,
    };
    let pruned = if arguments.prune {
        prune(&mut dataset, arguments.drop_evidence)
    } else {
        0
    };
    if report.changed || pruned > 0 || renamed {
        locked.save(&dataset)?;
    }
    drop(locked);
    context.notes.indexed(&report);
    if pruned > 0 {
        context.notes.note(&text!("files-pruned", count = pruned));
    }
    say_nothing_found(context, &arguments.paths, &report);
    say_rest_was_indexed(context, &report);
    // People are told of a path that cannot be looked at instead; programs get both.
    let is_shown = !context.notes.is_quiet() && report.has_all_paths();
    if is_shown || context.format != Format::Table {
        show(context, &report, &dataset, started)?;
    }
    end(report, arguments.strict)
}

/// Says so where the paths that were given hold nothing to index.
pub(super) fn say_nothing_found(context: &Context, paths: &[PathBuf], report: &Report) {
    let told_why = !(report.offline.is_empty()
        && report.not_there.is_empty()
        && report.refused.is_empty()
        && report.unreadable_folders.is_empty()
        && report.passed_over.is_empty()
        && report.in_cloud == 0);
    if paths.is_empty() || report.scanned() > 0 || told_why {
        return;
    }
    let paths: Vec<String> = paths.iter().map(|path| quoted(path)).collect();
    let paths = output::listed(&paths);
    context
        .notes
        .note(&text!("nothing-in-paths", paths = paths));
    context.notes.hint(&text!("hint-nothing-in-paths"));
}

/// Says so where some paths cannot be looked at and the others were indexed all the same.
pub(super) fn say_rest_was_indexed(context: &Context, report: &Report) {
    if context.format == Format::Table && !report.has_all_paths() && report.scanned() > 0 {
        let files = files(report.scanned());
        context
            .notes
            .note(&text!("rest-was-indexed", files = files));
    }
}

/// Forgets the records of files that are gone. Records that came in as JSON are
/// never gone.
fn prune(dataset: &mut Dataset, drop_evidence: bool) -> usize {
    dataset.forget(
        |_, _, file| file.missing && file.content != Content::Given,
        drop_evidence,
    )
}

/// Indexes folders; a long reading saves what it has every minute, and when a signal
/// asks it to end.
pub(super) fn index_paths(
    context: &Context,
    progress: &dyn Progress,
    locked: &Locked,
    dataset: &mut Dataset,
    (paths, histories, download): (&[PathBuf], &[PathBuf], bool),
    changes: &OptionChanges,
    interrupt: &Interrupt,
) -> Result<Report, Fatal> {
    let mut checkpoint = |dataset: &Dataset| locked.save(dataset);
    let mut around = IndexServices {
        progress,
        jobs: context.jobs,
        download,
        interrupt,
        checkpoint: &mut checkpoint,
        clock: &SystemTime::now,
        checkpoint_every: CHECKPOINT_EVERY,
    };
    Ok(index::index(
        dataset,
        paths,
        histories,
        changes,
        &mut around,
    )?)
}

/// Paths that are not there fail the command, after all others were done.
pub(super) fn end(mut report: Report, strict: bool) -> Result<Done, Fatal> {
    report.all_paths()?;
    let failures = [
        &report.failures,
        &report.unreadable_folders,
        &report.unreadable_tracks,
    ];
    let failed = failures.iter().any(|failures| !failures.is_empty());
    if strict && failed {
        return Ok(Done::WithFailures);
    }
    Ok(Done::Well)
}

/// Records that come in, and how many bytes they are: 0 where that is not known.
fn open(path: &Path) -> Result<(Box<dyn Read>, u64), Fatal> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin()), 0));
    }
    let file = File::open(path).map_err(|source| Fatal::Input {
        path: path.to_owned(),
        source,
    })?;
    // A pipe has no length.
    let bytes = file.metadata().map_or(0, |metadata| metadata.len());
    Ok((Box::new(file), bytes))
}

fn show(
    context: &Context,
    report: &Report,
    dataset: &Dataset,
    started: Instant,
) -> Result<(), Fatal> {
    let totals = dataset.totals();
    let mut out = output::stdout();
    if context.format == Format::Table {
        if report.scanned() > 0 || report.offline.is_empty() {
            let parts = [
                (report.added, text!("part-new")),
                (report.updated, text!("part-changed")),
                (report.unchanged, text!("part-unchanged")),
                (report.failures.len(), text!("part-unreadable")),
                (totals.missing, text!("part-missing")),
            ];
            let checked = text!("files-checked", files = files(report.scanned()));
            writeln!(
                out,
                "{}",
                output::summary(&checked, report.scanned(), &parts)
            )?;
        }
        if totals.without_time > 0 {
            let files = files(totals.without_time);
            writeln!(out, "{}", text!("dataset-without-time", files = files))?;
        }
        if totals.without_position > 0 {
            let files = files(totals.without_position);
            writeln!(out, "{}", text!("dataset-without-position", files = files))?;
        }
    } else {
        let report = ReportJson::new(report, &totals, started.elapsed());
        write_value(&mut out, &report, context.format == Format::Ndjson)?;
    }
    Ok(out.flush()?)
}
