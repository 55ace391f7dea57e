//! The files that are given: what they are, what goes with them, and reading them.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};
use imm_cluster_messages::text;

use super::error::ImportError;
use super::feature::{Crs, FeatureSink, ImportStop, PolygonFeature};
use super::store::SourceFile;
use super::{flatgeobuf, geojson, geonames, ring, shapefile};
use crate::progress::{Progress, Watched};

/// How much of a file is looked at to see what it is.
const HEAD: u64 = 1 << 16;

/// A format that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceFormat {
    /// A collection, a feature, or features one after another.
    GeoJson,
    /// Version 3.
    FlatGeobuf,
    /// Shapes with their table.
    Shapefile,
    /// A dump of places.
    GeoNames,
}

pub(super) fn invalid(path: &Path, reason: impl Into<String>, hint: Option<String>) -> ImportError {
    ImportError::Invalid {
        path: path.to_owned(),
        reason: reason.into(),
        hint,
    }
}

/// What the files are. Those that only stand beside another one are left out.
pub(super) fn sort_out(paths: &[PathBuf]) -> Result<Vec<(PathBuf, SourceFormat)>, ImportError> {
    let missing = paths.iter().filter(|path| !path.exists()).cloned();
    let missing: Vec<PathBuf> = missing.collect();
    if !missing.is_empty() {
        return Err(ImportError::Missing(missing));
    }
    let ends = |path: &Path, endings: &[&str]| {
        let ending = path.extension().unwrap_or_default();
        endings
            .iter()
            .any(|other| ending.eq_ignore_ascii_case(other))
    };
    let is_beside = |path: &Path| {
        let shape =
            |other: &PathBuf| ends(other, &["shp"]) && other.file_stem() == path.file_stem();
        ends(path, &["dbf", "shx", "prj", "cpg", "qpj", "sbn", "sbx"]) && paths.iter().any(shape)
    };
    let wanted = |path: &&PathBuf| !is_beside(path) && !geonames::is_companion(path);
    let files = paths.iter().filter(wanted);
    let files = files.map(|path| Ok((path.clone(), recognise(path)?)));
    files.collect()
}

fn recognise(path: &Path) -> Result<SourceFormat, ImportError> {
    if path.is_dir() {
        let hint = Some(text!("hint-import-files-in-it"));
        return Err(invalid(path, text!("import-folder"), hint));
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    read.map_err(|source| ImportError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    let text = text.trim_ascii_start();
    let mut lines = text.split(|byte| *byte == b'\n');
    let line = lines.find(|line| !line.starts_with(b"#"));
    let (reason, hint) = match head.as_slice() {
        _ if flatgeobuf::is_one(&head) => return Ok(SourceFormat::FlatGeobuf),
        _ if shapefile::is_one(&head) => return Ok(SourceFormat::Shapefile),
        _ if matches!(text, [b'{' | 0x1e, ..]) => return Ok(SourceFormat::GeoJson),
        _ if geonames::is_one(line.unwrap_or_default()) => return Ok(SourceFormat::GeoNames),
        [] => (text!("import-empty"), None),
        [b'P', b'K', 3, 4, ..] => (text!("import-zip"), Some(text!("hint-import-unzip"))),
        [0x1f, 0x8b, ..] => (text!("import-gzip"), Some(text!("hint-import-gunzip"))),
        _ if head.starts_with(b"SQLite format 3\0") => {
            (text!("import-sqlite"), Some(text!("hint-import-convert")))
        }
        _ => (text!("import-unknown"), Some(text!("hint-import-convert"))),
    };
    Err(invalid(path, reason, hint))
}

/// How a file looked before it was read.
pub(super) struct FileLook {
    pub(super) size: u64,
    modified: Option<SystemTime>,
}

impl FileLook {
    pub(super) fn of(path: &Path) -> Result<Self, ImportStop> {
        let metadata = fs::metadata(path).map_err(ImportStop::Read)?;
        Ok(Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }

    /// The file as it is remembered, after it was read; `None` when it has changed meanwhile.
    pub(super) fn after(self, path: &Path) -> Result<Option<SourceFile>, ImportStop> {
        let now = Self::of(path)?;
        let date = |time: SystemTime| {
            DateTime::<Utc>::from(time).to_rfc3339_opts(SecondsFormat::Secs, true)
        };
        let is_same = (self.size, self.modified) == (now.size, now.modified);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(is_same.then(|| SourceFile {
            file: name.into_owned(),
            size: now.size,
            modified: now.modified.map(date),
        }))
    }
}

/// A file, of which what is read moves the bar where there is one.
pub(super) fn open<'a>(
    path: &Path,
    progress: Option<&'a dyn Progress>,
) -> Result<Box<dyn BufRead + 'a>, ImportStop> {
    let file = File::open(path).map_err(ImportStop::Read)?;
    Ok(match progress {
        None => Box::new(BufReader::with_capacity(1 << 20, file)),
        Some(progress) => Box::new(BufReader::with_capacity(
            1 << 20,
            Watched::new(file, progress),
        )),
    })
}

/// Hands over the features of a file of polygons.
pub(super) fn read_polygons(
    path: &Path,
    format: SourceFormat,
    progress: Option<&dyn Progress>,
    sink: &mut FeatureSink,
) -> Result<(), ImportStop> {
    let input = open(path, progress)?;
    match format {
        SourceFormat::GeoJson => geojson::read(input, sink),
        SourceFormat::FlatGeobuf => flatgeobuf::read(input, sink),
        SourceFormat::Shapefile => {
            let beside = |ending: &str| {
                let endings = [ending.to_owned(), ending.to_uppercase()];
                let mut paths = endings.iter().map(|ending| path.with_extension(ending));
                paths.find(|path| path.is_file())
            };
            let text = |ending: &str| {
                let mut bytes = Vec::new();
                let file = File::open(beside(ending)?).ok()?;
                file.take(HEAD).read_to_end(&mut bytes).ok()?;
                Some(String::from_utf8_lossy(&bytes).into_owned())
            };
            if let Some(reason) = text("prj").and_then(|prj| shapefile::projected(&prj)) {
                return Err(ImportStop::Broken(reason));
            }
            let missing = || ImportStop::broken(text!("import-no-dbf"));
            let table = open(&beside("dbf").ok_or_else(missing)?, None)?;
            let table = shapefile::DbfTable::open(table, text("cpg").as_deref())?;
            shapefile::read(input, table, sink)
        }
        SourceFormat::GeoNames => Err(ImportStop::Enough),
    }
}

/// Reads bytes as a format, stores nothing, and says how many features were in them;
/// `None` when the bytes are not of that format. Shapes and table of a shapefile are
/// cut apart in the middle.
pub fn count(format: SourceFormat, bytes: &[u8]) -> Option<u64> {
    let mut features = 0;
    let mut take = |feature: &mut PolygonFeature| {
        let rings = feature.rings().map(ring::on_the_map);
        features += u64::from(rings.flatten().count() > 0);
        Ok(())
    };
    let sink = &mut FeatureSink::new(vec!["name".to_owned()], Crs::Gcj02, &mut take);
    match format {
        SourceFormat::GeoJson => geojson::read(bytes, sink),
        SourceFormat::FlatGeobuf => flatgeobuf::read(bytes, sink),
        SourceFormat::Shapefile => {
            let (shapes, table) = bytes.split_at(bytes.len() / 2);
            let table = shapefile::DbfTable::open(table, None);
            table.and_then(|table| shapefile::read(shapes, table, sink))
        }
        SourceFormat::GeoNames => return geonames::count(bytes).ok(),
    }
    .ok()?;
    Some(features)
}
