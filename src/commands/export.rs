//! `export`: trips or clusters, and their files, for other programs.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::chosen::WantedGroups;
use super::done::Done;
use super::open;
use crate::cli::{AlbumsArgs, ExportCommand, ExportXmp, Format, Link, Naming, OneFile};
#[cfg(feature = "parquet")]
use crate::cli::{ExportParquet, PARQUET};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::{self, Cells, Table};
use imm_cluster_core::dataset::{Dataset, absolute};
use imm_cluster_core::disk::{self, Access};
#[cfg(feature = "parquet")]
use imm_cluster_core::export;
use imm_cluster_core::export::ExportBy;
use imm_cluster_core::export::albums::{self, How};
use imm_cluster_core::export::template::Template;
use imm_cluster_core::export::xmp::{SidecarCounts, Sidecars, Unwritten};
use imm_cluster_core::media::format;
use imm_cluster_core::media::source::Source;
use imm_cluster_core::progress::Progress;
use imm_cluster_core::text::{Escaped, counted, plural, quoted, write_value};
use imm_cluster_messages::{retold, text};

/// How many paths are listed before the rest is only counted.
const LISTED: usize = 20;

pub(super) fn export(context: &Context, export: &ExportCommand) -> Result<Done, Fatal> {
    match export {
        ExportCommand::Albums(arguments) => albums(context, arguments),
        ExportCommand::Xmp(arguments) => xmp(context, arguments),
        #[cfg(feature = "parquet")]
        ExportCommand::Parquet(arguments) if arguments.evidence => evidence(context, arguments),
        export => {
            let format = export.one_file().ok_or_else(|| {
                // The command is known, so that one who looks for it is told why it does nothing.
                let error = Fatal::usage(text!("export-no-parquet"));
                error.with_hint(text!("export-no-parquet-hint"))
            })?;
            write(context, &format)
        }
    }
}

/// Writes what is chosen to a file or to standard output.
fn write(context: &Context, format: &OneFile<'_>) -> Result<Done, Fatal> {
    let arguments = format.file;
    if let Some(name) = format.no_text {
        no_terminal(context, &arguments.output, name, "trips")?;
    }
    let wanted = WantedGroups::of(&arguments.filters)?;
    let dataset = open::read(context)?;
    let chosen = wanted.choose(context, &dataset)?;
    let with_rest = format.with_rest && !arguments.filters.filters.are_selective();
    let progress = context.progress();
    let mut selection = chosen.selection(&dataset, with_rest);
    if !is_stdout(&arguments.output) {
        selection = selection.watched(&progress);
    }
    deliver(context, &dataset, &arguments.output, |out| {
        let written = (format.write)(&selection, out);
        progress.done();
        written.map(|()| chosen.in_words())
    })
}

/// Writes what the dataset shows of places and days.
#[cfg(feature = "parquet")]
fn evidence(context: &Context, arguments: &ExportParquet) -> Result<Done, Fatal> {
    let file = &arguments.table.file;
    no_terminal(context, &file.output, PARQUET, "evidence")?;
    let dataset = open::read(context)?;
    let owner = match &arguments.owner {
        Some(owner) => owner.clone(),
        None => context.dataset_name(),
    };
    deliver(context, &dataset, &file.output, |out| {
        let rows = export::evidence::write(&dataset, &owner, out)?;
        Ok(counted(rows, "row"))
    })
}

/// What is no text goes to no terminal.
pub(super) fn no_terminal(
    context: &Context,
    output: &Path,
    format: &str,
    what: &str,
) -> Result<(), Fatal> {
    if !is_stdout(output) || context.style.width.is_none() {
        return Ok(());
    }
    let file = format!("{what}.{}", format.to_lowercase());
    let error = Fatal::option("--output", text!("export-to-terminal", format = format));
    Err(error.with_hint(text!("export-name-a-file", file = file)))
}

/// Writes to a file or to standard output; `write` says what it wrote.
fn deliver(
    context: &Context,
    dataset: &Dataset,
    output: &Path,
    write: impl Fn(&mut (dyn Write + Send)) -> io::Result<String>,
) -> Result<Done, Fatal> {
    let path = if is_stdout(output) {
        output.to_owned()
    } else {
        may_be_output(context, dataset, output)?
    };
    put(context, output, &path, write)
}

/// As [`deliver`], to a path that may be replaced.
pub(super) fn put(
    context: &Context,
    output: &Path,
    path: &Path,
    mut write: impl FnMut(&mut (dyn Write + Send)) -> io::Result<String>,
) -> Result<Done, Fatal> {
    if is_stdout(output) {
        let mut out = output::shared_stdout();
        write(&mut out)?;
        out.flush()?;
        return Ok(Done::Well);
    }
    let mut what = String::new();
    let written = disk::replace(path, Access::Usual, |out| {
        what = write(out)?;
        Ok(())
    });
    written.map_err(|source| Fatal::Unwritable {
        path: output.to_owned(),
        source,
        hint: None,
    })?;
    let path = quoted(output);
    context
        .notes
        .note(&text!("export-written", what = what, path = path));
    Ok(Done::Well)
}

pub(super) fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// The file that a result may go to, which is replaced: not the dataset, none of its files,
/// nor any other photo or video.
pub(super) fn may_be_output(
    context: &Context,
    dataset: &Dataset,
    output: &Path,
) -> Result<PathBuf, Fatal> {
    let path = absolute(output);
    let is_media = || {
        let source = Source::open(&path, None).ok();
        source.is_some_and(|mut source| format::sniff(&mut source).is_ok_and(|it| it.is_some()))
    };
    let shown = Escaped::path(output).to_string();
    let message = if path == absolute(context.store.path()) || holds(dataset, &path) {
        text!("export-over-dataset", path = shown)
    } else if is_media() {
        text!("export-over-media", path = shown)
    } else {
        return Ok(path);
    };
    let error = Fatal::option("--output", message);
    Err(error.with_hint(text!("export-over-hint")))
}

/// Whether the path is that of a file of the dataset.
fn holds(dataset: &Dataset, path: &Path) -> bool {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return false;
    };
    let mut folders = dataset.folders.iter();
    folders.any(|folder| {
        let root = dataset.root(folder.root).map(|root| root.path.as_path());
        root.is_some_and(|root| root.join(&folder.dir) == parent)
            && folder
                .files
                .iter()
                .any(|file| file.name.as_os_str() == name)
    })
}

fn albums(context: &Context, arguments: &AlbumsArgs) -> Result<Done, Fatal> {
    let template = Template::parse(&arguments.template).map_err(|why| {
        let template = Escaped::new(&arguments.template).to_string();
        let why = Escaped::new(&why).to_string();
        Fatal::option(
            "--template",
            text!("albums-template", template = template, why = why),
        )
    })?;
    let wanted = WantedGroups::of(&arguments.filters)?;
    let dataset = open::read(context)?;
    let dir = absolute(&arguments.dir);
    if let Some(known) = known_below(&dataset, &dir) {
        let error = Fatal::usage(text!(
            "albums-over-files",
            folder = quoted(&arguments.dir),
            known = quoted(&known),
        ));
        return Err(error.with_hint(text!("albums-over-files-hint")));
    }
    let chosen = wanted.choose(context, &dataset)?;
    let progress = context.progress();
    let selection = (chosen.selection(&dataset, false))
        .with_companions()
        .watched(&progress);
    let default = if cfg!(windows) {
        Link::Hard
    } else {
        Link::Symbolic
    };
    let how = match arguments.link.unwrap_or(default) {
        Link::Symbolic => How::Symbolic,
        Link::Hard => How::Hard,
        Link::Reflink => How::Reflink,
        Link::Copy => How::Copy,
    };
    let request = albums::AlbumsRequest {
        dir,
        how,
        template,
        prune: arguments.prune,
        regroup: !arguments.filters.filters.are_given(),
        dry_run: arguments.dry_run,
    };
    let exported = request.export(&selection);
    progress.done();
    let failed = |failure: albums::AlbumFailure| {
        if failure.of_manifest && failure.source.kind() == io::ErrorKind::InvalidData {
            return Fatal::AlbumsDamaged {
                path: failure.path,
                source: failure.source,
            };
        }
        Fatal::Unwritable {
            path: failure.path,
            hint: hint(how, failure.source.kind()),
            source: failure.source,
        }
    };
    let mut report = exported.map_err(failed)?;
    let unread = std::mem::take(&mut report.failed).into_iter().next();
    let mut out = output::stdout();
    if context.format == Format::Table {
        table(&report).write(&mut out, context.style)?;
        summary(context, selection.by(), &report, arguments.dry_run);
    } else {
        write_value(&mut out, &report, context.format == Format::Ndjson)?;
    }
    out.flush()?;
    unread.map_or(Ok(Done::Well), |failure| Err(failed(failure)))
}

/// A folder of the dataset that is, or lies below, that folder.
fn known_below(dataset: &Dataset, dir: &Path) -> Option<std::path::PathBuf> {
    let folders = dataset.folders.iter().filter_map(|folder| {
        let root = dataset
            .root(folder.root)
            .filter(|root| root.path.is_absolute())?;
        Some(root.path.join(&folder.dir))
    });
    let roots = dataset.roots.iter().map(|root| root.path.clone());
    roots.chain(folders).find(|folder| folder.starts_with(dir))
}

fn hint(how: How, why: io::ErrorKind) -> Option<String> {
    match (how, why) {
        (How::Hard, io::ErrorKind::CrossesDevices) => Some(text!("albums-hint-devices")),
        (
            _,
            io::ErrorKind::StorageFull
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::NotFound,
        ) => None,
        (
            How::Symbolic | How::Hard,
            io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported,
        ) => Some(text!("albums-hint-links")),
        (How::Reflink, _) => Some(text!("albums-hint-reflink")),
        _ => None,
    }
}

fn table(report: &albums::AlbumsReport) -> Table {
    let mut table = Table::new(
        &[
            (text!("albums-heading-change"), Cells::Words),
            (text!("albums-heading-added"), Cells::Numbers),
            (text!("albums-heading-removed"), Cells::Numbers),
            (text!("albums-heading-album"), Cells::Words),
        ],
        3,
    );
    for change in &report.changes {
        let folder = Escaped::new(&change.folder).to_string();
        table.row(vec![
            in_words(change.change),
            change.added.to_string(),
            change.removed.to_string(),
            match &change.was {
                Some(was) => format!("{} → {folder}", Escaped::new(was)),
                None => folder,
            },
        ]);
    }
    table
}

/// What became of an album.
fn in_words(change: &str) -> String {
    match change {
        "new" => text!("part-new"),
        "renamed" => text!("albums-renamed"),
        "changed" => text!("part-changed"),
        "removed" => text!("albums-removed"),
        other => other.to_owned(),
    }
}

fn summary(context: &Context, by: ExportBy, report: &albums::AlbumsReport, dry_run: bool) {
    let notes = context.notes;
    let count = |change: &str| report.changes.iter().filter(|c| c.change == change).count();
    let kinds = ["new", "renamed", "changed", "removed"];
    let [new, renamed, changed, _] = kinds.map(count);
    let unchanged = (report.unchanged, text!("part-unchanged"));
    let albums = kinds.iter().map(|change| (count(change), in_words(change)));
    let albums: Vec<_> = albums.chain([unchanged]).collect();
    // Those that are removed are none of those that there are.
    let total = new + renamed + changed + report.unchanged;
    let sum = match total {
        0 => text!("albums-none"),
        total => counted(total, "album"),
    };
    let sum = if dry_run {
        text!("albums-dry-run", albums = sum)
    } else {
        sum
    };
    notes.note(&output::summary(&sum, total, &albums));
    let files = [
        (report.added, text!("albums-files-added")),
        (report.removed, text!("albums-removed")),
    ];
    if report.added + report.removed > 0 {
        notes.note(&output::summary(&plural("file"), 0, &files));
    }
    kept(context, by, report);
}

/// What was left as it is, and why.
fn kept(context: &Context, by: ExportBy, report: &albums::AlbumsReport) {
    let notes = context.notes;
    let listed = if notes.is_verbose() {
        usize::MAX
    } else {
        LISTED
    };
    for path in report.left_alone.iter().take(listed) {
        let path = Escaped::new(path).to_string();
        notes.warning(&text!("albums-file-kept", path = path));
    }
    if report.left_alone.len() > listed {
        let more = report.left_alone.len() - listed;
        notes.warning(&text!("albums-more-kept", more = more.to_string()));
    }
    if report.not_there > 0 {
        let files = counted(report.not_there, "file");
        notes.warning(&text!("albums-not-there", files = files));
    }
    if report.regrouped > 0 {
        let albums = counted(report.regrouped, "album");
        notes.hint(&match by {
            ExportBy::Trip => text!("albums-now-by-trip", albums = albums),
            ExportBy::Cluster => text!("albums-now-by-cluster", albums = albums),
        });
    }
    if report.not_chosen > 0 {
        let albums = counted(report.not_chosen, "album");
        notes.hint(&text!("albums-not-chosen", albums = albums));
    }
    if report.unknown > 0 {
        let albums = counted(report.unknown, "album");
        notes.hint(&text!("albums-unknown", albums = albums));
    }
}

fn xmp(context: &Context, arguments: &ExportXmp) -> Result<Done, Fatal> {
    let wanted = WantedGroups::of(&arguments.filters)?;
    let dataset = open::read(context)?;
    let chosen = wanted.choose(context, &dataset)?;
    let progress = context.progress();
    let selection = chosen.selection(&dataset, false).watched(&progress);
    let sidecars = Sidecars {
        output: arguments.output.clone(),
        adobe_names: arguments.naming == Naming::Adobe,
        with_gps: arguments.gps,
        dry_run: arguments.dry_run,
    };
    let mut written = sidecars.write(&selection);
    progress.done();
    let mut failed = std::mem::take(&mut written.failed).into_iter();
    let first = failed.next();
    let mut out = output::stdout();
    if context.format == Format::Table && context.notes.is_quiet() {
        // The files are the result.
    } else if context.format == Format::Table {
        writeln!(out, "{}", sidecars_in_words(&written, arguments.dry_run))?;
    } else {
        write_value(&mut out, &written, context.format == Format::Ndjson)?;
    }
    out.flush()?;
    let hint = (arguments.output.is_none()).then(|| text!("xmp-hint-other-folder"));
    for Unwritten(path, source) in failed {
        let why = source.to_string();
        context.notes.warning(&text!(
            "xmp-unwritten",
            path = quoted(&path),
            why = retold(&why),
        ));
    }
    first.map_or(Ok(Done::Well), |Unwritten(path, source)| {
        Err(Fatal::Unwritable { path, source, hint })
    })
}

/// How many sidecars were written, and of which files none.
fn sidecars_in_words(counts: &SidecarCounts, dry_run: bool) -> String {
    let sidecars = counted(counts.written, "sidecar");
    let mut parts = vec![if dry_run {
        text!("xmp-would-be-written", sidecars = sidecars)
    } else {
        text!("xmp-written", sidecars = sidecars)
    }];
    if counts.existing > 0 {
        let files = counted(counts.existing, "file");
        parts.push(text!("xmp-existing", files = files));
    }
    if counts.skipped > 0 {
        let files = counted(counts.skipped, "file");
        parts.push(text!("xmp-skipped", files = files));
    }
    output::clauses(&parts)
}

#[cfg(test)]
mod tests {
    use imm_cluster_messages::{Tongue, in_tongue};

    use super::*;

    #[test]
    fn what_became_of_sidecars_in_both_languages() {
        let counts = SidecarCounts {
            written: 3,
            existing: 1,
            skipped: 2,
            failed: Vec::new(),
        };
        let told = || sidecars_in_words(&counts, false);
        insta::assert_snapshot!(told(), @"3 sidecars written, 1 file already had one, 2 files skipped");
        insta::assert_snapshot!(in_tongue(Tongue::Chinese, told), @"已写入 3 个附属文件，1 个文件原来就有，跳过 2 个文件");
    }
}
