//! `roots` and `forget`: what the dataset remembers of folders.

use std::io::{self, Write};
use std::path::Path;

use super::done::Done;
use super::open;
use crate::cli::{Forget, Format};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::json::RootJson;
use crate::output::{self, Cells, Table};
use imm_cluster_core::dataset::{Below, Content, Dataset, Root, RootId, absolute};
use imm_cluster_core::disk;
use imm_cluster_core::find::{FindError, Noun};
use imm_cluster_core::index::{self, IndexError};
use imm_cluster_core::text::{Escaped, counted, grouped, quoted, write_list};
use imm_cluster_messages::text;

pub(super) fn list(context: &Context) -> Result<Done, Fatal> {
    let dataset = open::read(context)?;
    let roots = all(&dataset);
    if roots.is_empty() {
        let next = text!("roots-empty-next");
        open::say_empty(context, "folder", 0, &next);
    }
    let mut out = output::stdout();
    match context.format {
        Format::Table => {
            let mut table = Table::new(
                &[
                    (text!("roots-heading-files"), Cells::Numbers),
                    (text!("roots-heading-folder"), Cells::Words),
                    (text!("roots-heading-options"), Cells::Words),
                ],
                1,
            );
            for root in roots {
                let path = Escaped::new(&root.path).to_string();
                table.row(vec![
                    grouped(root.files),
                    path,
                    Escaped::new(&root.in_words()).to_string(),
                ]);
            }
            table.write(&mut out, context.style)?;
        }
        Format::Json | Format::Ndjson | Format::Imm => {
            write_list(&mut out, roots, context.format == Format::Json)?;
        }
    }
    out.flush()?;
    Ok(Done::Well)
}

/// The scanned roots, with the number of their files.
pub(super) fn all(dataset: &Dataset) -> Vec<RootJson<'_>> {
    let files = |root: &Root| {
        let folders = dataset
            .folders
            .iter()
            .filter(|folder| folder.root == root.id);
        let files = folders.flat_map(|folder| &folder.files);
        files
            .filter(|file| !file.missing && matches!(file.content, Content::Media(_)))
            .count()
    };
    (dataset.scanned_roots())
        .map(|root| RootJson::new(root, files(root)))
        .collect()
}

pub(super) fn remove(context: &Context, path: &Path, drop_evidence: bool) -> Result<Done, Fatal> {
    let locked = context.store.lock(context.wait, "roots remove")?;
    let mut dataset = locked.read()?;
    let id = known(&dataset, path)?;
    let forgotten = dataset.forget(|_, folder, _| folder.root == id, drop_evidence);
    dataset.roots.retain(|root| root.id != id);
    locked.save(&dataset)?;
    say_removed(context, forgotten);
    Ok(Done::Well)
}

pub(super) fn follow(context: &Context, old: &Path, new: &Path) -> Result<Done, Fatal> {
    let locked = context.store.lock(context.wait, "roots move")?;
    let mut dataset = locked.read()?;
    let id = known(&dataset, old)?;
    let new = disk::canonical(new).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => IndexError::NoSuchPath(vec![new.to_owned()]),
        _ => IndexError::PathsUnreadable(vec![(new.to_owned(), error.to_string())]),
    })?;
    if let Some(other) = dataset
        .roots
        .iter()
        .find(|root| root.id != id && root.path == new)
    {
        let path = quoted(&other.path);
        return Err(Fatal::usage(text!("roots-move-known", path = path)));
    }
    let found = index::move_root(&mut dataset, id, &new);
    locked.save(&dataset)?;
    let files = counted(found, "file");
    (context.notes).note(&text!("roots-moved", files = files));
    Ok(Done::Well)
}

fn say_removed(context: &Context, count: usize) {
    let files = counted(count, "file");
    (context.notes).note(&text!("roots-files-removed", files = files));
}

/// The root of that path, which need not be there any more.
fn known(dataset: &Dataset, path: &Path) -> Result<RootId, Fatal> {
    let whole = absolute(path);
    let mut roots = dataset.scanned_roots();
    let root = roots.find(|root| root.path == whole || root.path == path);
    let not_found = || FindError::not_found(Noun::Folder, path.to_string_lossy().into_owned());
    Ok(root.ok_or_else(not_found)?.id)
}

pub(super) fn forget(context: &Context, arguments: &Forget) -> Result<Done, Fatal> {
    let locked = context.store.lock(context.wait, "forget")?;
    let mut dataset = locked.read()?;
    let below = Below::new(&arguments.paths);
    let unknown = dataset.unknown_paths(&arguments.paths);
    let forgotten = dataset.forget(
        |dataset, folder, file| below.contains(dataset, folder, file),
        arguments.drop_evidence,
    );
    let tracks = dataset.forget_tracks(&arguments.paths);
    if forgotten + tracks == 0 {
        let id = arguments
            .paths
            .first()
            .map(|path| path.to_string_lossy().into_owned())
            .unwrap_or_default();
        return Err(FindError::not_found(Noun::File, id).into());
    }
    locked.save(&dataset)?;
    say_removed(context, forgotten + tracks);
    unknown.map_or(Ok(Done::Well), |error| Err(error.into()))
}
