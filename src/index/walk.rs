//! Folders to the files worth looking at, sorted.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};
use walkdir::{DirEntry, WalkDir};

use crate::dataset::RootOptions;

/// What a walk found below a root. All paths are relative to the root.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// What lies directly in each folder, sorted.
    pub(super) folders: BTreeMap<PathBuf, Listing>,
    /// Folders that could not be read, and why. Nothing is known of what is
    /// below them now.
    pub(super) unreadable: Vec<(PathBuf, String)>,
}

/// The names in one folder that are worth looking at.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Possible media, sorted.
    pub(super) media: Vec<OsString>,
    /// Possible sidecars of them.
    pub(super) sidecars: Vec<String>,
}

/// What is left out on purpose.
#[derive(Debug)]
pub(super) struct Exclusions {
    globs: GlobSet,
    hidden: bool,
}

/// Extensions of files that are no media for certain: they are skipped without
/// a look at the file. Sidecars are among them.
const NO_MEDIA: &[&str] = &[
    "7z", "aac", "aae", "apk", "bak", "bin", "bz2", "c", "cfg", "cpp", "css", "csv", "ctl", "dat",
    "db", "dll", "dmg", "doc", "docx", "epub", "exe", "flac", "gpx", "gz", "h", "htm", "html",
    "ics", "ini", "ipynb", "iso", "jar", "java", "js", "json", "kml", "lock", "log", "lrprev",
    "m3u", "m4a", "md", "mid", "mo", "mp3", "nfo", "odt", "ogg", "opus", "otf", "part", "pdf",
    "php", "plist", "po", "ppt", "pptx", "py", "rar", "rs", "rtf", "sh", "so", "sql", "sqlite",
    "srt", "svg", "tar", "tex", "tmp", "toml", "torrent", "ts.map", "ttf", "txt", "url", "vcf",
    "vtt", "wav", "wma", "woff", "xls", "xlsx", "xml", "xmp", "xz", "yaml", "yml", "zip", "zst",
];

/// Folders that systems and programs fill for themselves.
const SYSTEM_FOLDERS: &[&str] = &[
    "@eaDir",
    "#recycle",
    "$RECYCLE.BIN",
    "System Volume Information",
    "lost+found",
    "__MACOSX",
];

/// The name of a file that says: no media in this folder and below.
const NO_MEDIA_MARK: &str = ".nomedia";

impl Exclusions {
    /// # Errors
    /// Names the pattern that is none.
    pub(super) fn new(options: &RootOptions) -> Result<Self, String> {
        let mut globs = GlobSetBuilder::new();
        for pattern in &options.exclude {
            globs.add(glob(pattern)?);
        }
        let globs = globs.build().map_err(|e| e.to_string())?;
        Ok(Self {
            globs,
            hidden: options.hidden,
        })
    }

    /// Whether a file or folder of that path below the root is left out. A
    /// pattern fits the whole path or the name alone.
    fn names(&self, relative: &Path, name: &OsStr) -> bool {
        let hidden = !self.hidden && name.as_encoded_bytes().starts_with(b".");
        let globs = &self.globs;
        // Most have none, and taking a path apart for them costs more than the walk.
        hidden
            || (!globs.is_empty() && (globs.is_match(relative) || globs.is_match(Path::new(name))))
    }

    fn folder(&self, relative: &Path, full: &Path) -> bool {
        let name = relative.file_name().unwrap_or_default();
        SYSTEM_FOLDERS.iter().any(|system| name == *system)
            || (!relative.as_os_str().is_empty() && self.names(relative, name))
            || full.join(NO_MEDIA_MARK).exists()
    }

    fn file(&self, relative: &Path) -> bool {
        let name = relative.file_name().unwrap_or_default();
        let no_media = relative
            .extension()
            .and_then(OsStr::to_str)
            .is_some_and(|extension| {
                NO_MEDIA
                    .binary_search(&extension.to_ascii_lowercase().as_str())
                    .is_ok()
            });
        no_media || self.names(relative, name)
    }

    /// Whether a walk from the root would leave out the file: itself, or a
    /// folder on the way to it.
    pub(super) fn leave_out(&self, root: &Path, dir: &Path, name: &OsStr) -> bool {
        let mut folders = dir.ancestors().collect::<Vec<_>>();
        folders.reverse();
        folders
            .into_iter()
            .any(|folder| self.folder(folder, &root.join(folder)))
            || self.file(&dir.join(name))
    }
}

/// A pattern of `--exclude`.
///
/// # Errors
/// Says what is wrong with it.
pub fn glob(pattern: &str) -> Result<Glob, String> {
    Glob::new(pattern.trim_end_matches('/')).map_err(|e| e.to_string())
}

/// Walks `root`, or the folder `scope` below it.
pub(super) fn walk(root: &Path, scope: &Path, exclusions: &Exclusions, follow_links: bool) -> Walk {
    let mut found = Walk::default();
    let relative = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
    // The folders from the root to the scope count like those below it.
    if scope
        .ancestors()
        .any(|folder| exclusions.folder(folder, &root.join(folder)))
    {
        return found;
    }
    let wanted = |entry: &DirEntry| {
        let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let is_folder = entry.file_type().is_dir();
        entry.depth() == 0
            || if is_folder {
                !exclusions.folder(path, entry.path())
            } else {
                sidecar_name(entry.file_name()).is_some() || !exclusions.file(path)
            }
    };
    // The files of a folder mostly come in a row, which spares looking it up.
    let mut open: (PathBuf, Listing) = Default::default();
    let walk = WalkDir::new(root.join(scope))
        .follow_links(follow_links)
        .into_iter();
    for entry in walk.filter_entry(wanted) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let folder = entry.path().parent().unwrap_or(root);
                if folder.as_os_str() != open.0.as_os_str() {
                    found.add(relative(&open.0), open.1);
                    open = (folder.to_owned(), Listing::default());
                }
                match sidecar_name(entry.file_name()) {
                    Some(name) => open.1.sidecars.push(name.to_owned()),
                    None => open.1.media.push(entry.file_name().to_owned()),
                }
            }
            Ok(_) => {}
            // A link back to where the walk comes from leads to nothing new.
            Err(error) if error.loop_ancestor().is_some() => {}
            Err(error) => {
                let path = error.path().map(relative).unwrap_or_default();
                let reason = error
                    .io_error()
                    .map_or_else(|| error.to_string(), ToString::to_string);
                found.unreadable.push((path, reason));
            }
        }
    }
    found.add(relative(&open.0), open.1);
    for listing in found.folders.values_mut() {
        listing.media.sort_unstable();
    }
    found
}

impl Walk {
    fn add(&mut self, folder: PathBuf, mut listing: Listing) {
        if !listing.media.is_empty() || !listing.sidecars.is_empty() {
            let whole = self.folders.entry(folder).or_default();
            whole.media.append(&mut listing.media);
            whole.sidecars.append(&mut listing.sidecars);
        }
    }
}

/// The name of a file that may be the sidecar of another.
pub(super) fn sidecar_name(name: &OsStr) -> Option<&str> {
    let extension = Path::new(name).extension()?;
    (extension.eq_ignore_ascii_case("xmp") || extension.eq_ignore_ascii_case("json"))
        .then(|| name.to_str())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_extensions_can_be_searched() {
        assert!(NO_MEDIA.is_sorted());
    }

    #[test]
    fn patterns_fit_names_and_paths() {
        let options = RootOptions {
            exclude: vec!["*.png".into(), "2019/raw".into(), "cache/".into()],
            ..RootOptions::default()
        };
        let exclusions = Exclusions::new(&options).unwrap();
        let out = |dir: &str, name: &str| {
            exclusions.leave_out(Path::new("/nowhere"), Path::new(dir), OsStr::new(name))
        };
        assert!(out("2020", "a.png"));
        assert!(out("2019/raw", "a.jpg"));
        assert!(out("2020/cache/deep", "a.jpg"));
        assert!(out("", "notes.TXT"));
        assert!(out("@eaDir", "a.jpg"));
        assert!(out(".thumbnails", "a.jpg"));
        assert!(!out("2019/raw2", "a.jpg"));
        assert!(!out("2020/raw", "a.jpg"));
    }

    #[test]
    fn a_pattern_that_is_none_is_named() {
        assert!(glob("a[").unwrap_err().contains("a["));
    }
}
