//! `export`: trips or clusters, and their files, for other programs.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::chosen::WantedGroups;
use super::done::Done;
use super::open;
use crate::cli::{AlbumsArgs, ExportCommand, ExportXmp, Format, Link, Naming, OneFile};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::{self, Cells, Table};
use imm_cluster_core::dataset::{Dataset, absolute};
use imm_cluster_core::disk::{self, Access};
use imm_cluster_core::export::ExportBy;
use imm_cluster_core::export::albums::{self, How};
use imm_cluster_core::export::template::Template;
use imm_cluster_core::export::xmp::{Sidecars, Unwritten};
use imm_cluster_core::media::format;
use imm_cluster_core::media::source::Source;
use imm_cluster_core::progress::Progress;
use imm_cluster_core::text::{self, Escaped};

/// How many paths are listed before the rest is only counted.
const LISTED: usize = 20;

pub(super) fn export(context: &Context, export: &ExportCommand) -> Result<Done, Fatal> {
    match export {
        ExportCommand::Albums(arguments) => albums(context, arguments),
        ExportCommand::Xmp(arguments) => xmp(context, arguments),
        export => match export.one_file() {
            Some(format) => write(context, &format),
            // The command is known, so that one who looks for it is told why it does nothing.
            None => Err(
                Fatal::usage("this imm-cluster was built without Parquet support").with_hint(
                    "`export csv` has the same columns; the Cargo feature `parquet` brings it back",
                ),
            ),
        },
    }
}

/// Writes what is chosen to a file or to standard output.
fn write(context: &Context, format: &OneFile<'_>) -> Result<Done, Fatal> {
    let arguments = format.file;
    let to_stdout = is_stdout(&arguments.output);
    if let Some(name) = format.no_text
        && to_stdout
        && context.style.width.is_some()
    {
        let name_a_file = format!("name a file: `--output trips.{}`", name.to_lowercase());
        return Err(Fatal::option(
            "--output",
            format!("`--output -` is a terminal, and {name} is binary"),
        )
        .with_hint(name_a_file));
    }
    let wanted = WantedGroups::of(&arguments.filters)?;
    let dataset = open::read(context)?;
    let chosen = wanted.choose(context, &dataset)?;
    let with_rest = format.with_rest && !arguments.filters.filters.are_selective();
    let selection = chosen.selection(&dataset, with_rest);
    if to_stdout {
        let mut out = output::shared_stdout();
        (format.write)(&selection, &mut out)?;
        out.flush()?;
        return Ok(Done::Well);
    }
    let progress = context.progress();
    let selection = selection.watched(&progress);
    let path = may_be_output(context, &dataset, &arguments.output)?;
    let write = |out: &mut (dyn Write + Send)| (format.write)(&selection, out);
    let written = disk::replace(&path, Access::Usual, write);
    progress.done();
    written.map_err(|source| Fatal::Unwritable {
        path: arguments.output.clone(),
        source,
        hint: None,
    })?;
    context.notes.note(&format!(
        "{} written to `{}`",
        chosen.in_words(),
        Escaped::path(&arguments.output)
    ));
    Ok(Done::Well)
}

fn is_stdout(path: &Path) -> bool {
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
    let what = if path == absolute(context.store.path()) || holds(dataset, &path) {
        "the dataset or one of its files"
    } else if is_media() {
        "a photo or video"
    } else {
        return Ok(path);
    };
    let message = format!("`--output {}` is {what}", Escaped::path(output));
    let error = Fatal::option("--output", message);
    Err(error.with_hint("choose another file: it would be replaced"))
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
        Fatal::option(
            "--template",
            format!(
                "`--template {}`: {}",
                Escaped::new(&arguments.template),
                Escaped::new(&why)
            ),
        )
    })?;
    let wanted = WantedGroups::of(&arguments.filters)?;
    let dataset = open::read(context)?;
    let dir = absolute(&arguments.dir);
    if let Some(known) = known_below(&dataset, &dir) {
        let error = Fatal::usage(format!(
            "`{}` holds files of the dataset, in `{}`",
            Escaped::path(&arguments.dir),
            Escaped::path(&known)
        ));
        return Err(error.with_hint("choose a separate folder for albums, such as `~/Albums`"));
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
            hint: hint(how, failure.source.kind()).map(str::to_owned),
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
        text::write_value(&mut out, &report, context.format == Format::Ndjson)?;
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

fn hint(how: How, why: io::ErrorKind) -> Option<&'static str> {
    match (how, why) {
        (How::Hard, io::ErrorKind::CrossesDevices) => Some(
            "hard links cannot go from one device to another; use `--link symbolic` or `--link copy`",
        ),
        (
            _,
            io::ErrorKind::StorageFull
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::NotFound,
        ) => None,
        (
            How::Symbolic | How::Hard,
            io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported,
        ) => Some(
            "without the right to write there, choose another folder; where the file system knows no \
             such links, use `--link copy`",
        ),
        (How::Reflink, _) => Some(
            "where the file system cannot share data between files, or the files are on another one, use `--link copy`",
        ),
        _ => None,
    }
}

fn table(report: &albums::AlbumsReport) -> Table {
    let mut table = Table::new(
        &[
            ("CHANGE", Cells::Words),
            ("ADDED", Cells::Numbers),
            ("REMOVED", Cells::Numbers),
            ("ALBUM", Cells::Words),
        ],
        3,
    );
    for change in &report.changes {
        let folder = Escaped::new(&change.folder).to_string();
        table.row(vec![
            change.change.to_owned(),
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

fn summary(context: &Context, by: ExportBy, report: &albums::AlbumsReport, dry_run: bool) {
    let notes = context.notes;
    let count = |change: &str| report.changes.iter().filter(|c| c.change == change).count();
    let [new, renamed, changed, removed] = ["new", "renamed", "changed", "removed"].map(count);
    let albums = [
        (new, "new"),
        (renamed, "renamed"),
        (changed, "changed"),
        (removed, "removed"),
        (report.unchanged, "unchanged"),
    ];
    // Those that are removed are none of those that there are.
    let total = new + renamed + changed + report.unchanged;
    let sum = match total {
        0 => "no albums".to_owned(),
        total => text::counted(total, "album"),
    };
    let sum = if dry_run {
        format!("{sum} (dry run)")
    } else {
        sum
    };
    notes.note(&output::summary(&sum, total, &albums));
    let files = [(report.added, "added"), (report.removed, "removed")];
    if report.added + report.removed > 0 {
        notes.note(&output::summary("files", 0, &files));
    }
    let listed = if notes.is_verbose() {
        usize::MAX
    } else {
        LISTED
    };
    for path in report.left_alone.iter().take(listed) {
        notes.warning(&format!(
            "`{}` was kept: it was changed, or is the last copy of its file",
            Escaped::new(path)
        ));
    }
    if report.left_alone.len() > listed {
        let more = report.left_alone.len() - listed;
        notes.warning(&format!("and {more} more were kept (`-v` lists all)"));
    }
    if report.not_there > 0 {
        let files = text::files(report.not_there);
        notes.warning(&format!("{files} skipped: not found at present"));
    }
    if report.regrouped > 0 {
        let (of, back) = match by {
            ExportBy::Trip => ("clusters were replaced by trips", "cluster"),
            ExportBy::Cluster => ("trips were replaced by clusters", "trip"),
        };
        let albums = text::counted(report.regrouped, "album");
        notes.hint(&format!("{albums} of {of}; `--by {back}` brings them back"));
    }
    if report.not_chosen > 0 {
        notes.hint(&format!(
            "{} of trips or clusters that are not selected were kept; `--prune` removes them",
            text::counted(report.not_chosen, "album"),
        ));
    }
    if report.unknown > 0 {
        notes.hint(&format!(
            "{} of trips or clusters unknown to this dataset were kept; `--prune` removes them",
            text::counted(report.unknown, "album"),
        ));
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
        let would = if arguments.dry_run { "would be " } else { "" };
        write!(
            out,
            "{} {would}written",
            text::counted(written.written, "sidecar")
        )?;
        for (count, why) in [
            (written.existing, "already had one"),
            (written.skipped, "skipped"),
        ] {
            if count > 0 {
                write!(out, ", {} {why}", text::files(count))?;
            }
        }
        writeln!(out)?;
    } else {
        text::write_value(&mut out, &written, context.format == Format::Ndjson)?;
    }
    out.flush()?;
    let hint = arguments
        .output
        .is_none()
        .then(|| "sidecars can go into another folder: `--output DIR`".to_owned());
    for Unwritten(path, source) in failed {
        context.notes.warning(&format!(
            "cannot write sidecars in `{}`: {source}",
            Escaped::path(&path)
        ));
    }
    first.map_or(Ok(Done::Well), |Unwritten(path, source)| {
        Err(Fatal::Unwritable { path, source, hint })
    })
}
