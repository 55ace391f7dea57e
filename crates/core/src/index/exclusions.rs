//! What is left out on purpose.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};
use imm_cluster_messages::text;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::stat;
use crate::dataset::RootOptions;
use crate::media::format;

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
    "m3u", "m4a", "md", "mid", "mo", "moi", "mp3", "nfo", "odt", "ogg", "opus", "otf", "part",
    "pdf", "php", "plist", "po", "ppt", "pptx", "py", "rar", "rs", "rtf", "sh", "so", "sql",
    "sqlite", "srt", "svg", "tar", "tex", "tmp", "toml", "torrent", "ttf", "txt", "url", "vcf",
    "vtt", "wav", "wma", "woff", "xls", "xlsx", "xml", "xmp", "xz", "yaml", "yml", "zip", "zst",
];

/// The longest of them.
const LONGEST: usize = 7;

/// Folders that systems and programs fill for themselves, in any case: Windows writes the first
/// letters of its bin both ways.
const SYSTEM_FOLDERS: &[&str] = &[
    "@eaDir",
    "#recycle",
    "$RECYCLE.BIN",
    "System Volume Information",
    "lost+found",
    "__MACOSX",
];

/// The extensions of the folders in which Photos, iPhoto and Aperture keep a library.
const LIBRARIES: &[&str] = &[
    "photoslibrary",
    "photolibrary",
    "migratedphotolibrary",
    "aplibrary",
];

/// The folders of such a library that hold what was taken, whatever the version. In the
/// others are edited copies of it, previews and faces. Early versions of Aperture have neither,
/// and keep the photos in the folders of projects.
const ORIGINALS: &[&str] = &["originals", "Masters"];

/// The catalogue of a library of the first versions of iPhoto, whose folder has no extension,
/// and the folders in it that hold no originals.
const IPHOTO: &str = "AlbumData.xml";
const IPHOTO_DERIVED: &[&str] = &[
    "Data",
    "Data.noindex",
    "Modified",
    "Previews",
    "Thumbnails",
    "iPod Photo Cache",
];

/// What `ExifTool` appends to the name of a file that it keeps as it was. Where the file that
/// it changed is gone, the one it kept is a photo like others.
const BACKUP: &str = "_original";

/// The name of a file that says: no media in this folder and below.
pub(super) const NO_MEDIA_MARK: &str = ".nomedia";

/// The names that say so. Albums that an export made hold what is in the library
/// already.
pub(super) const NO_MEDIA_MARKS: [&str; 2] = [NO_MEDIA_MARK, crate::disk::names::ALBUM_LIST];

/// Whether the system hides files and folders by something else than their name.
pub(super) const MAY_HIDE: bool = cfg!(any(windows, target_os = "macos"));

/// Why something is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The folder, or one above it, holds a file `.nomedia`.
    Marked,
    /// Its name begins with a dot.
    Hidden,
    /// A pattern fits it.
    Pattern,
    /// It is a folder that systems fill for themselves.
    System,
    /// It is a folder of a photo library that holds no originals.
    Derived,
    /// Its extension is not one of media.
    Extension,
    /// It is a file as it was before `ExifTool` changed it.
    Backup,
}

impl Reason {
    /// The reason in words, to stand behind the path.
    pub fn in_words(self) -> String {
        match self {
            Self::Marked => text!("skipped-marked"),
            Self::Hidden => text!("skipped-hidden"),
            Self::Pattern => text!("skipped-pattern"),
            Self::System => text!("skipped-system"),
            Self::Derived => text!("skipped-derived"),
            Self::Backup => text!("skipped-backup"),
            Self::Extension => text!("skipped-extension"),
        }
    }
}

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

    /// Whether the name of a file or folder in `dir` leaves it out.
    pub(super) fn names(&self, dir: &Path, name: &OsStr) -> bool {
        self.is_hidden(name) || self.fits(dir, name)
    }

    /// Whether something is left out that the system hides from people.
    pub(super) fn hides(&self, metadata: &Metadata) -> bool {
        !self.hidden && stat::is_hidden(metadata)
    }

    /// Whether a folder below a root that is walked, or one on the way to it, is left out so.
    pub(super) fn hides_folder(&self, root: &Path, dir: &Path) -> bool {
        let mut folders = dir.ancestors().filter(|path| !path.as_os_str().is_empty());
        folders.any(|path| self.hides_path(&root.join(path)))
    }

    /// Whether what has that path is left out so.
    pub(super) fn hides_path(&self, path: &Path) -> bool {
        MAY_HIDE && !self.hidden && path.metadata().is_ok_and(|it| stat::is_hidden(&it))
    }

    fn is_hidden(&self, name: &OsStr) -> bool {
        !self.hidden && name.as_encoded_bytes().starts_with(b".")
    }

    /// A pattern fits the whole path below the root or the name alone.
    fn fits(&self, dir: &Path, name: &OsStr) -> bool {
        // Most roots have no patterns, and joining a path for each name costs more than the
        // walk.
        if self.globs.is_empty() {
            return false;
        }
        let path = dir.join(name);
        self.globs.is_match(composed(&path)) || self.globs.is_match(composed(Path::new(name)))
    }

    /// Why a folder of that name in the folder `above` is one that systems or programs fill
    /// for themselves.
    pub(super) fn of_programs(above: &Path, name: &OsStr) -> Option<Reason> {
        let is = |known: &&str| name.eq_ignore_ascii_case(known);
        if SYSTEM_FOLDERS.iter().any(is) {
            return Some(Reason::System);
        }
        let kind = above.file_name().and_then(extension);
        let is_library =
            |known: &&str| kind.is_some_and(|kind| kind.eq_ignore_ascii_case(known.as_bytes()));
        let may_be_derived = if LIBRARIES.iter().any(is_library) {
            !ORIGINALS.iter().any(is)
        } else {
            IPHOTO_DERIVED.iter().any(is) && above.join(IPHOTO).is_file()
        };
        (may_be_derived && holds_originals(above)).then_some(Reason::Derived)
    }

    /// Why a file of that name in a folder is no photo or video of its own for certain.
    pub(super) fn beside(folder: &Path, name: &OsStr) -> Option<Reason> {
        let reason = Self::by_name(name)?;
        let is_there = || backed_up(name).is_some_and(|file| folder.join(file).is_file());
        (reason != Reason::Backup || is_there()).then_some(reason)
    }

    /// The same by the name alone, which calls all backups so.
    fn by_name(name: &OsStr) -> Option<Reason> {
        let extension = extension(name)?;
        let mut lower = [0; LONGEST];
        if let Some(lower) = lower.get_mut(..extension.len()) {
            lower.copy_from_slice(extension);
            lower.make_ascii_lowercase();
            let known = NO_MEDIA.binary_search_by(|known| known.as_bytes().cmp(lower));
            return known.is_ok().then_some(Reason::Extension);
        }
        backed_up(name).map(|_| Reason::Backup)
    }

    /// Why a walk from the root leaves out the folder `dir`: the first folder on the
    /// way to it that is left out, and the reason.
    ///
    /// # Errors
    /// Whether one is marked cannot be told.
    pub(super) fn of_folder(
        &self,
        root: &Path,
        dir: &Path,
    ) -> io::Result<Option<(PathBuf, Reason)>> {
        let mut folders: Vec<&Path> = dir.ancestors().collect();
        folders.reverse();
        for folder in folders {
            let mut reason = match (folder.parent(), folder.file_name()) {
                (Some(above), Some(name)) => {
                    let programs = Self::of_programs(&root.join(above), name);
                    programs.or_else(|| self.name(above, name))
                }
                _ => None,
            };
            if reason.is_none() && is_marked(&root.join(folder))? {
                reason = Some(Reason::Marked);
            }
            if let Some(reason) = reason {
                return Ok(Some((folder.to_owned(), reason)));
            }
        }
        Ok(None)
    }

    /// Why a file in a folder below the root that is walked is left out.
    pub(super) fn of_file(&self, root: &Path, dir: &Path, name: &OsStr) -> Option<Reason> {
        let reason = self.name(dir, name);
        reason.or_else(|| Self::beside(&root.join(dir), name))
    }

    fn name(&self, dir: &Path, name: &OsStr) -> Option<Reason> {
        if self.is_hidden(name) {
            Some(Reason::Hidden)
        } else {
            self.fits(dir, name).then_some(Reason::Pattern)
        }
    }
}

/// Whether a library has a folder of its own for what was taken.
fn holds_originals(library: &Path) -> bool {
    let is_originals = |name: &OsStr| {
        ORIGINALS
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
    };
    fs::read_dir(library).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| is_originals(&entry.file_name()))
    })
}

/// The name of the photo or video that a backup of `ExifTool` is of.
fn backed_up(name: &OsStr) -> Option<PathBuf> {
    let original = extension(name)?.strip_suffix(BACKUP.as_bytes())?;
    let original = str::from_utf8(original).ok()?;
    let is_media = format::by_extension(original).is_some();
    is_media.then(|| Path::new(name).with_extension(original))
}

/// Whether a folder that may not be there holds a mark.
fn is_marked(folder: &Path) -> io::Result<bool> {
    for mark in NO_MEDIA_MARKS {
        match folder.join(mark).metadata() {
            Ok(_) => return Ok(true),
            Err(error) => match error.kind() {
                // A path too long to be opened is too long for a mark to be there.
                ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename => {}
                _ => return Err(error),
            },
        }
    }
    Ok(false)
}

/// What follows the last dot of a name, which does not begin with it. As `Path::extension`,
/// which is slower.
pub(super) fn extension(name: &OsStr) -> Option<&[u8]> {
    let mut parts = name.as_encoded_bytes().rsplitn(2, |byte| *byte == b'.');
    let extension = parts.next();
    parts.next().filter(|stem| !stem.is_empty()).and(extension)
}

/// A pattern of `--exclude`.
///
/// # Errors
/// Says what is wrong with it.
pub fn glob(pattern: &str) -> Result<Glob, String> {
    let pattern: String = pattern.trim_end_matches('/').nfc().collect();
    Glob::new(&pattern).map_err(|e| e.to_string())
}

/// A path with its accents composed (NFC). A Mac writes names with accents as letters of their
/// own (NFD), and people write patterns without.
fn composed(path: &Path) -> Cow<'_, Path> {
    match path.to_str() {
        Some(text) if is_nfc_quick(text.chars()) != IsNormalized::Yes => {
            Cow::Owned(text.nfc().collect::<String>().into())
        }
        _ => Cow::Borrowed(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_extensions_can_be_searched() {
        assert!(NO_MEDIA.is_sorted());
        assert_eq!(NO_MEDIA.iter().map(|e| e.len()).max(), Some(LONGEST));
        let of = |name| Exclusions::by_name(OsStr::new(name));
        for name in ["notes.TXT", "x.torrent", "x.c"] {
            assert_eq!(of(name), Some(Reason::Extension), "{name}");
        }
        for name in ["a.jpg_original", "a.CR2_original", "b.jpg.mov_original"] {
            assert_eq!(of(name), Some(Reason::Backup), "{name}");
        }
        for name in ["a.jpg", "txt", ".txt", "a.torrents", "a.", "a.t\u{e4}"] {
            assert_eq!(of(name), None, "{name}");
        }
        for name in [
            "a_original.jpg",
            "jpg_original",
            "a.x_original",
            "a._original",
        ] {
            assert_eq!(of(name), None, "{name}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "files of the test's own")]
    fn a_backup_whose_file_is_gone_is_a_photo() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.jpg", "c.mov"] {
            fs::File::create_new(folder.path().join(name)).unwrap();
        }
        fs::create_dir(folder.path().join("d.jpg")).unwrap();
        let exclusions = Exclusions::new(&RootOptions::default()).unwrap();
        for (name, reason) in [
            ("a.jpg_original", Some(Reason::Backup)),
            ("b.jpg_original", None),
            ("c.jpg_original", None),
            ("d.jpg_original", None),
            ("c.mov_original", Some(Reason::Backup)),
            ("b.txt", Some(Reason::Extension)),
        ] {
            let why = exclusions.of_file(folder.path(), Path::new(""), OsStr::new(name));
            assert_eq!(why, reason, "{name}");
        }
    }

    #[test]
    fn of_photo_libraries_only_the_originals_are_walked() {
        let root = tempfile::tempdir().unwrap();
        let of = |above: &str, name: &str| {
            Exclusions::of_programs(&root.path().join(above), OsStr::new(name))
        };
        for (library, originals) in [
            ("Photos Library.photoslibrary", "originals"),
            ("Fotos-Mediathek.photoslibrary", "Originals"),
            ("a/iPhoto.photolibrary", "Masters"),
            ("a/iPhoto.migratedphotolibrary", "Masters"),
            ("a/b.APLIBRARY", "masters"),
        ] {
            assert_eq!(of(library, "2009.approject"), None, "{library}");
            fs::create_dir_all(root.path().join(library)).unwrap();
            assert_eq!(of(library, "2009.approject"), None, "{library}");
            fs::create_dir(root.path().join(library).join(originals)).unwrap();
            for name in ["originals", "Originals", "Masters"] {
                assert_eq!(of(library, name), None, "{library}/{name}");
            }
            for name in [
                "resources",
                "Previews",
                "Thumbnails",
                "database",
                "private",
                "scopes",
            ] {
                assert_eq!(of(library, name), Some(Reason::Derived), "{library}/{name}");
            }
        }
        assert_eq!(
            of("Photos Library.photoslibrary/originals", "resources"),
            None
        );
        assert_eq!(of("a/photoslibrary", "resources"), None);
        for name in ["@eaDir", "$Recycle.Bin", "$RECYCLE.BIN"] {
            assert_eq!(of("a", name), Some(Reason::System), "{name}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a file of the test's own")]
    fn a_library_of_early_iphoto_is_told_by_its_catalogue() {
        let root = tempfile::tempdir().unwrap();
        let library = root.path().join("iPhoto Library");
        fs::create_dir_all(library.join("Originals/2006")).unwrap();
        let of = |name: &str| Exclusions::of_programs(&library, OsStr::new(name));
        assert_eq!(of("Modified"), None);
        fs::File::create_new(library.join("AlbumData.xml")).unwrap();
        for name in ["Modified", "Data", "Data.noindex", "iPod Photo Cache"] {
            assert_eq!(of(name), Some(Reason::Derived), "{name}");
        }
        for name in ["Originals", "2006", "Import"] {
            assert_eq!(of(name), None, "{name}");
        }
        fs::remove_dir_all(library.join("Originals")).unwrap();
        assert_eq!(of("Modified"), None);
    }

    #[test]
    fn extensions_are_those_that_paths_have() {
        for name in [
            "a.jpg", "a.b.c", ".a", "..a", "a.", "a", ".", "", ".a.", "a..", "é.é",
        ] {
            let path = Path::new(name).extension().map(OsStr::as_encoded_bytes);
            assert_eq!(extension(OsStr::new(name)), path, "{name}");
        }
    }

    #[test]
    fn patterns_fit_names_and_paths() {
        let options = RootOptions {
            exclude: vec!["*.png".into(), "2019/raw".into(), "cache/".into()],
            ..RootOptions::default()
        };
        let exclusions = Exclusions::new(&options).unwrap();
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("a.photoslibrary/originals")).unwrap();
        let why = |dir: &str, name: &str| {
            let folder = exclusions.of_folder(root.path(), Path::new(dir)).unwrap();
            let file = || exclusions.of_file(root.path(), Path::new(dir), OsStr::new(name));
            folder.map(|(_, reason)| reason).or_else(file)
        };
        assert_eq!(why("2020", "a.png"), Some(Reason::Pattern));
        assert_eq!(why("2019/raw", "a.jpg"), Some(Reason::Pattern));
        assert_eq!(why("2020/cache/deep", "a.jpg"), Some(Reason::Pattern));
        assert_eq!(why("", "notes.TXT"), Some(Reason::Extension));
        assert_eq!(why("@eaDir", "a.jpg"), Some(Reason::System));
        assert_eq!(why(".thumbnails", "a.jpg"), Some(Reason::Hidden));
        assert_eq!(
            why("a.photoslibrary/resources/renders", "a.jpg"),
            Some(Reason::Derived)
        );
        assert_eq!(why("a.photoslibrary/originals/0", "a.jpg"), None);
        assert_eq!(why("2019/raw2", "a.jpg"), None);
        assert_eq!(why("2020/raw", "a.jpg"), None);
    }

    #[test]
    fn accents_are_the_same_however_they_are_written() {
        let (composed, apart) = ("caf\u{e9}", "cafe\u{301}");
        for (pattern, name) in [(composed, apart), (apart, composed), (apart, apart)] {
            let options = RootOptions {
                exclude: vec![format!("{pattern}*")],
                ..RootOptions::default()
            };
            let exclusions = Exclusions::new(&options).unwrap();
            let fits = |name: &str| exclusions.names(Path::new("2024"), OsStr::new(name));
            assert!(fits(&format!("{name}.jpg")), "{pattern} {name}");
            assert!(!fits("cafe.jpg"), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_is_none_is_named() {
        assert!(glob("a[").unwrap_err().contains("a["));
    }
}
