//! The files that are given: what they are, what goes with them, and reading them.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::feature::Stop;
use super::{flatgeobuf, geonames, shapefile};
use crate::error::Fatal;
use crate::progress::{Progress, Watched};
use crate::text::Escaped;

/// How much of a file is looked at to see what it is.
pub(super) const HEAD: u64 = 1 << 16;
/// The longest name of a gazetteer, in bytes.
const LONGEST_NAME: usize = 100;

/// A format that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A collection, a feature, or features one after another.
    GeoJson,
    /// Version 3.
    FlatGeobuf,
    /// Shapes with their table.
    Shapefile,
    /// A dump of places.
    GeoNames,
}

pub(super) fn check_name(name: &str) -> Result<String, Fatal> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty()
        || name.len() > LONGEST_NAME
        || name.starts_with('.')
        || !name.chars().all(fits)
    {
        return Err(Fatal::usage(format!(
            "`--name {}` is no name; letters, digits, `-`, `_` and `.` are allowed, at most {LONGEST_NAME} bytes",
            Escaped::new(name)
        )));
    }
    Ok(name.to_owned())
}

pub(super) fn name_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let plain = |c: char| {
        if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') {
            c
        } else {
            '-'
        }
    };
    let mut name: String = stem.trim_start_matches('.').chars().map(plain).collect();
    while name.len() > LONGEST_NAME {
        name.pop();
    }
    if name.is_empty() {
        "import".to_owned()
    } else {
        name
    }
}

pub(super) fn invalid(path: &Path, reason: impl Into<String>, hint: Option<&str>) -> Fatal {
    Fatal::GazetteerInvalid {
        path: path.to_owned(),
        reason: reason.into(),
        hint: hint.map(str::to_owned),
    }
}

/// What the files are. Those that only stand beside another one are left out.
pub(super) fn sort_out(paths: &[PathBuf]) -> Result<Vec<(PathBuf, Format)>, Fatal> {
    let missing: Vec<PathBuf> = paths
        .iter()
        .filter(|path| !path.exists())
        .cloned()
        .collect();
    if !missing.is_empty() {
        return Err(Fatal::NoSuchPath(missing));
    }
    let ending = |path: &Path| path.extension().unwrap_or_default().to_ascii_lowercase();
    let mut files = Vec::new();
    for path in paths {
        let beside = ["dbf", "shx", "prj", "cpg", "qpj", "sbn", "sbx"]
            .contains(&&*ending(path).to_string_lossy());
        let shape =
            |other: &PathBuf| ending(other) == "shp" && other.file_stem() == path.file_stem();
        if beside && paths.iter().any(shape) || Companion::of(path).is_some() {
            continue;
        }
        files.push((path.clone(), recognise(path)?));
    }
    if files.is_empty() {
        let path = paths.first().map_or(Path::new(""), PathBuf::as_path);
        let hint = "name the file of places, `allCountries.txt` for example";
        return Err(invalid(
            path,
            "it only goes with a file of places",
            Some(hint),
        ));
    }
    Ok(files)
}

fn recognise(path: &Path) -> Result<Format, Fatal> {
    let unreadable = |source| Fatal::Input {
        path: path.to_owned(),
        source,
    };
    if path.is_dir() {
        return Err(invalid(
            path,
            "it is a folder",
            Some("name the files in it"),
        ));
    }
    let mut head = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(HEAD).read_to_end(&mut head).map_err(unreadable)?;
    let text = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(&head)
        .trim_ascii_start();
    let line = text
        .split(|byte| *byte == b'\n')
        .find(|line| !line.starts_with(b"#"));
    let (reason, hint) = match head.as_slice() {
        _ if flatgeobuf::is_one(&head) => return Ok(Format::FlatGeobuf),
        _ if shapefile::is_one(&head) => return Ok(Format::Shapefile),
        _ if text.starts_with(b"{") || text.starts_with(b"\x1e") => return Ok(Format::GeoJson),
        _ if geonames::is_one(line.unwrap_or_default()) => return Ok(Format::GeoNames),
        [] => ("it is empty", None),
        [b'P', b'K', 3, 4, ..] => (
            "it is a ZIP archive",
            Some("unpack it and import what is in it"),
        ),
        [0x1f, 0x8b, ..] => ("it is compressed", Some("unpack it first, with `gunzip`")),
        _ if head.starts_with(b"SQLite format 3\0") => (
            "it is a GeoPackage or another SQLite database",
            Some("convert it first: `ogr2ogr boundaries.fgb FILE`"),
        ),
        _ => (
            "it is neither GeoJSON, FlatGeobuf, a shapefile nor a dump of GeoNames",
            Some("convert it first: `ogr2ogr boundaries.fgb FILE`"),
        ),
    };
    Err(invalid(path, reason, hint))
}

/// A file that goes with a dump of `GeoNames`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Companion {
    Units,
    Alternates,
}

impl Companion {
    pub(super) const ALL: [(&'static str, Self); 4] = [
        ("admin1CodesASCII.txt", Self::Units),
        ("admin2Codes.txt", Self::Units),
        ("alternateNamesV2.txt", Self::Alternates),
        ("alternateNames.txt", Self::Alternates),
    ];

    pub(super) fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?;
        let known = Self::ALL
            .into_iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(OsStr::new(known)));
        Some(known?.1)
    }
}

/// How a file looks, to see whether it changed.
pub(super) fn look(path: &Path) -> io::Result<(u64, Option<SystemTime>)> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.len(), metadata.modified().ok()))
}

/// A file of which what is read moves the bar.
pub(super) fn open<'a>(
    path: &Path,
    progress: &'a dyn Progress,
) -> Result<BufReader<Watched<'a, File>>, Stop> {
    let file = File::open(path).map_err(Stop::Read)?;
    Ok(BufReader::with_capacity(
        1 << 20,
        Watched::new(file, progress),
    ))
}
