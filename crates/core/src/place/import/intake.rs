//! From files to a stored gazetteer.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};

use super::feature::{Crs, Feature, Skip, Stop, Wanted};
use super::input::{Companion, Format, HEAD, check_name, invalid, look, name_of, open, sort_out};
use super::preset::{Preset, Property, Rules};
use super::store::{self, Description, SourceFile};
use super::writer::{self, Writer, replace};
use super::{flatgeobuf, geojson, geonames, path_of, ring, shapefile};
use crate::capture::position::Position;
use crate::disk::{Access, Folder};
use crate::error::Fatal;
use crate::place::{Level, built_in::Found};
use crate::progress::Progress;
use crate::text::Escaped;

/// How many features are looked at to see which properties there are.
const LOOKED_AT: u32 = 1000;
/// What to import.
pub struct Request<'a> {
    /// The files.
    pub files: &'a [PathBuf],
    /// What to call it; else it is called as the first file.
    pub name: Option<&'a str>,
    /// How properties are understood; else the data are recognised.
    pub preset: Option<&'static Preset>,
    /// Properties that name levels, before those of the preset.
    pub properties: &'a [Property],
    /// The coordinate system; else that of the preset.
    pub crs: Option<Crs>,
    /// Where gazetteers are stored.
    pub folder: &'a Path,
    /// The time of the import.
    pub now: DateTime<Utc>,
    /// How long to wait for another import.
    pub wait: Duration,
}

/// What an import came to.
pub struct Done {
    /// What is stored.
    pub description: Description,
    /// Its size in bytes.
    pub size: u64,
}

/// Reads bytes as a format, stores nothing, and says how many features were in them;
/// `None` when the bytes are not of that format. Shapes and table of a shapefile are
/// cut apart in the middle.
pub fn count(format: Format, bytes: &[u8]) -> Option<u64> {
    let mut wanted = Wanted::new(vec!["name".to_owned()]);
    let mut features = 0;
    let mut take = |feature: &mut Feature| {
        let rings = feature.shape.rings().map(ring::on_the_map);
        features += u64::from(rings.flatten().count() > 0);
        Ok(())
    };
    let crs = Crs::Gcj02;
    match format {
        Format::GeoJson => geojson::read(bytes, &mut wanted, crs, &mut take),
        Format::FlatGeobuf => flatgeobuf::read(bytes, &mut wanted, crs, &mut take),
        Format::Shapefile => {
            let (shapes, table) = bytes.split_at(bytes.len() / 2);
            let table = shapefile::Table::open(table, None);
            table.and_then(|table| shapefile::read(shapes, table, &mut wanted, crs, &mut take))
        }
        Format::GeoNames => geonames::count(bytes).map(|rows| features = rows),
    }
    .ok()?;
    Some(features)
}

/// Imports files. What was stored by that name stays until the new one is complete.
///
/// # Errors
/// The files are no gazetteer, or what comes of them cannot be stored.
pub fn import(request: &Request, progress: &dyn Progress) -> Result<Done, Fatal> {
    let files = sort_out(request.files)?;
    let first = files
        .first()
        .ok_or_else(|| Fatal::usage("a file to import is wanted"))?;
    let name = match request.name {
        Some(name) => check_name(name)?,
        None => name_of(&first.0),
    };
    let places = first.1 == Format::GeoNames;
    if let Some((path, _)) = files
        .iter()
        .find(|(_, format)| (*format == Format::GeoNames) != places)
    {
        return Err(Fatal::usage(format!(
            "`{}` and `{}` are of different kinds; import them one after the other",
            Escaped::path(&first.0),
            Escaped::path(path)
        )));
    }
    if request
        .preset
        .is_some_and(|preset| (preset.name == "geonames") != places)
    {
        let preset = request.preset.map_or("", |preset| preset.name);
        return Err(Fatal::usage(format!(
            "`--preset {preset}` does not fit `{}`",
            Escaped::path(&first.0)
        )));
    }
    let unwritable = |path: &Path| {
        let path = path.to_owned();
        move |source| Fatal::GazetteerUnwritable { path, source }
    };
    let folder = Folder::open_or_make(request.folder, false).map_err(unwritable(request.folder))?;
    let _lock = lock(&folder, request.wait)?;
    sweep(&folder);
    let path = path_of(request.folder, &name);
    let temporary = request.folder.join(writer::temporary());
    let job = Job {
        request,
        progress,
        path: &path,
        temporary: &temporary,
        name,
        counts: Counts::default(),
    };
    let done = if places {
        job.places(&files)
    } else {
        job.polygons(&files)
    };
    progress.done();
    match done {
        Ok(description) => {
            let replaced = replace(&temporary, &path);
            replaced.map_err(|source| {
                sweep(&folder);
                unwritable(&path)(source)
            })?;
            let size = fs::metadata(&path).map_or(0, |metadata| metadata.len());
            Ok(Done { description, size })
        }
        Err(error) => {
            sweep(&folder);
            Err(error)
        }
    }
}

/// Holds off another import.
fn lock(folder: &Folder, wait: Duration) -> Result<File, Fatal> {
    let path = folder.path().join(".lock");
    let unwritable = |source| Fatal::GazetteerUnwritable {
        path: path.clone(),
        source,
    };
    let file = folder.open_own(".lock", Some(Access::Private));
    let file = file.map_err(unwritable)?;
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(fs::TryLockError::Error(source)) => return Err(unwritable(source)),
            Err(fs::TryLockError::WouldBlock) if started.elapsed() >= wait => {
                return Err(Fatal::GazetteerLocked {
                    path: folder.path().to_owned(),
                });
            }
            Err(fs::TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// Takes away what an import that was killed has left, or this one when it failed. Nobody
/// else imports meanwhile.
fn sweep(folder: &Folder) {
    // Another time, else.
    for name in folder.names().unwrap_or_default() {
        if writer::is_temporary(&name) {
            let _ = fs::remove_file(folder.path().join(name));
        }
    }
}

#[derive(Default)]
struct Counts {
    features: u64,
    levels: [u64; 5],
    skipped: BTreeMap<Skip, u64>,
    /// Coordinates that are out of range.
    example: Option<(f64, f64)>,
}

impl Counts {
    fn skip(&mut self, why: Skip) {
        *self.skipped.entry(why).or_default() += 1;
    }

    fn skipped(&self, why: Skip) -> u64 {
        self.skipped.get(&why).copied().unwrap_or(0)
    }
}

/// Which properties the features of a file have.
struct Properties<'a> {
    path: &'a Path,
    names: BTreeSet<String>,
    /// Whether these are all.
    whole: bool,
}

impl<'a> Properties<'a> {
    /// Looks at the head of a file, or at its first features.
    fn of(path: &'a Path, format: Format) -> Result<Self, Stop> {
        let mut wanted = Wanted::all();
        let mut looked_at = 0;
        let mut look = |_: &mut Feature| {
            looked_at += 1;
            if looked_at < LOOKED_AT {
                Ok(())
            } else {
                Err(Stop::Enough)
            }
        };
        let quiet = crate::progress::Silent;
        let read = read_polygons(path, format, &quiet, &mut wanted, Crs::Wgs84, &mut look);
        let whole = match read {
            Ok(()) if looked_at == 0 && format == Format::GeoJson => {
                return Err(Stop::Broken("it has no features".to_owned()));
            }
            Ok(()) => true,
            Err(Stop::Enough) => format != Format::GeoJson,
            Err(stop) => return Err(stop),
        };
        Ok(Self {
            path,
            names: wanted.met,
            whole,
        })
    }

    fn in_words(&self) -> String {
        let names = self.names.iter().map(|name| Escaped::new(name).to_string());
        let names: Vec<String> = names.collect();
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        }
    }

    /// What names which level: what was asked for, or what is recognised.
    fn rules(&self, request: &Request) -> Result<(Option<&'static Preset>, Rules), Fatal> {
        let recognised = || {
            let known = Preset::for_properties(|name| self.names.contains(name));
            known.filter(|_| request.properties.is_empty())
        };
        let preset = request.preset.or_else(recognised);
        let rules = Rules::new(preset, request.properties);
        if rules.is_empty() {
            return Err(Fatal::Usage {
                message: format!(
                    "`--property LEVEL=NAME` or `--preset` is wanted, to say which property of \
                     `{}` names which level; its properties are: {}",
                    Escaped::path(self.path),
                    self.in_words()
                ),
                hint: Some("for example `--property city=NAME`".to_owned()),
            });
        }
        if self.whole {
            self.check(&rules, |_| false)?;
        }
        Ok((preset, rules))
    }

    /// Refuses a property that was typed and is neither here nor `seen` elsewhere.
    fn check(&self, rules: &Rules, seen: impl Fn(usize) -> bool) -> Result<(), Fatal> {
        let name = |number: usize| rules.names.get(number).map_or("", String::as_str);
        let mut typed = rules.typed.iter().copied();
        let missing = typed.find(|number| !seen(*number) && !self.names.contains(name(*number)));
        missing.map_or(Ok(()), |number| {
            Err(Fatal::usage(format!(
                "`--property` names `{}`, which `{}` does not have; its properties are: {}",
                Escaped::new(name(number)),
                Escaped::path(self.path),
                self.in_words()
            )))
        })
    }
}

struct Job<'a> {
    request: &'a Request<'a>,
    progress: &'a dyn Progress,
    path: &'a Path,
    temporary: &'a Path,
    name: String,
    counts: Counts,
}

impl Job<'_> {
    fn explain(&self, path: &Path) -> impl Fn(Stop) -> Fatal {
        let stored = self.path.to_owned();
        let path = path.to_owned();
        move |stop| match stop {
            Stop::Read(source) => Fatal::Input {
                path: path.clone(),
                source,
            },
            Stop::Write(source) => Fatal::GazetteerUnwritable {
                path: stored.clone(),
                source,
            },
            Stop::Broken(reason) => invalid(&path, reason, None),
            Stop::Enough => invalid(&path, "it holds nothing", None),
        }
    }

    fn polygons(mut self, files: &[(PathBuf, Format)]) -> Result<Description, Fatal> {
        let Some((first, format)) = files.first() else {
            return Err(Fatal::usage("a file to import is wanted"));
        };
        let properties = Properties::of(first, *format).map_err(self.explain(first))?;
        let (preset, rules) = properties.rules(self.request)?;
        let given = self.request.crs.or(preset.map(|preset| preset.crs));
        let crs = given.unwrap_or_default();
        let created = Writer::create(self.temporary, false).map_err(Stop::Write);
        let mut writer = created.map_err(self.explain(first))?;
        let size = |path: &PathBuf| fs::metadata(path).map_or(0, |metadata| metadata.len());
        self.progress
            .importing(files.iter().map(|(path, _)| size(path)).sum());
        let mut seen = vec![false; rules.names.len()];
        let mut sources = Vec::new();
        for (path, format) in files {
            let before = look(path).map_err(Stop::Read).map_err(self.explain(path))?;
            let mut wanted = Wanted::new(rules.names.clone());
            let counts = &mut self.counts;
            let mut take = |feature: &mut Feature| {
                for (seen, value) in seen.iter_mut().zip(&feature.values) {
                    *seen |= value.is_some();
                }
                take(feature, &rules, &mut writer, counts)
            };
            read_polygons(path, *format, self.progress, &mut wanted, crs, &mut take)
                .map_err(self.explain(path))?;
            sources.push(self.source(path, before)?);
        }
        let is_seen = |number: usize| seen.get(number).copied().unwrap_or(false);
        properties.check(&rules, is_seen)?;
        self.check(first, &properties.in_words())?;
        let preset = preset.map(|preset| preset.name.to_owned());
        self.finish(writer, preset, crs, sources, &mut [])
    }

    /// A file as it is remembered, after it was read.
    fn source(&self, path: &Path, before: (u64, Option<SystemTime>)) -> Result<SourceFile, Fatal> {
        let after = look(path).map_err(Stop::Read).map_err(self.explain(path))?;
        if before != after {
            return Err(invalid(
                path,
                "it changed while it was read",
                Some("import it again"),
            ));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let date = |time: SystemTime| {
            DateTime::<Utc>::from(time).to_rfc3339_opts(SecondsFormat::Secs, true)
        };
        Ok(SourceFile {
            file: name.into_owned(),
            size: after.0,
            modified: after.1.map(date),
        })
    }

    /// Refuses what is not of the kind that is wanted.
    fn check(&self, path: &Path, properties: &str) -> Result<(), Fatal> {
        let Counts {
            features, example, ..
        } = self.counts;
        let beyond = self.counts.skipped(Skip::OutOfRange);
        if beyond > features {
            let (lon, lat) = example.unwrap_or_default();
            let swapped = lon.abs() <= 90.0 && lat.abs() <= 180.0;
            let hint = if swapped {
                "latitude and longitude seem to be swapped; GeoJSON has the longitude first"
            } else {
                "degrees in WGS 84 are wanted: `ogr2ogr -t_srs EPSG:4326 degrees.fgb FILE`"
            };
            let reason = format!(
                "{} in {beyond} of its features, such as {lon}, {lat}",
                Skip::OutOfRange.reason()
            );
            return Err(invalid(path, reason, Some(hint)));
        }
        if features > 0 {
            return Ok(());
        }
        let most = self.counts.skipped.iter().max_by_key(|(_, count)| **count);
        let Some((why, count)) = most else {
            return Err(invalid(path, "it has no features", None));
        };
        let reason = format!(
            "none of its features can be used; in {count} of them: {}",
            why.reason()
        );
        let hint = (*why == Skip::NoName).then(|| {
            format!("say which property names which level with `--property LEVEL=NAME`; there are: {properties}")
        });
        Err(invalid(path, reason, hint.as_deref()))
    }

    fn places(mut self, files: &[(PathBuf, Format)]) -> Result<Description, Fatal> {
        let (first, _) = files
            .first()
            .ok_or_else(|| Fatal::usage("a file to import is wanted"))?;
        if let Some(property) = self.request.properties.first() {
            return Err(Fatal::usage(format!(
                "`--property {property}` does not fit a dump of GeoNames, whose columns are known"
            )));
        }
        let dumps: Vec<PathBuf> = files.iter().map(|(path, _)| path.clone()).collect();
        let given = self
            .request
            .files
            .iter()
            .filter_map(|path| Some((path.clone(), Companion::of(path)?)));
        let mut companions: Vec<(PathBuf, Companion)> = given.collect();
        let folder = first.parent().unwrap_or(Path::new(""));
        for (name, companion) in Companion::ALL {
            let path = folder.join(name);
            let known = companions
                .iter()
                .any(|(other, _)| other.file_name() == path.file_name());
            let newer = companion == Companion::Alternates
                && companions.iter().any(|(_, kind)| *kind == companion);
            if !known && !newer && path.is_file() {
                companions.push((path, companion));
            }
        }
        let all = || dumps.iter().chain(companions.iter().map(|(path, _)| path));
        let mut before = Vec::new();
        for path in all() {
            before.push(look(path).map_err(Stop::Read).map_err(self.explain(path))?);
        }
        let dumped: u64 = before.iter().take(dumps.len()).map(|(size, _)| size).sum();
        let bytes: u64 = before.iter().map(|(size, _)| size).sum();
        self.progress.importing(bytes + dumped);
        let reading = Cell::new(first.as_path());
        let opener = |path: &'_ PathBuf| -> geonames::Opener<'_> {
            let (path, reading, progress) = (path.as_path(), &reading, self.progress);
            // What goes wrong is told of the file that was opened last.
            let path: &Path = match all().find(|known| *known == path) {
                Some(known) => known,
                None => first,
            };
            Box::new(move || {
                reading.set(path);
                Ok(Box::new(open(path, progress)?) as Box<dyn BufRead>)
            })
        };
        let of = |wanted: Companion| {
            let paths = companions
                .iter()
                .filter(move |(_, companion)| *companion == wanted);
            paths.map(|(path, _)| opener(path)).collect()
        };
        let inputs = geonames::Files {
            dumps: dumps.iter().map(opener).collect(),
            units: of(Companion::Units),
            alternates: of(Companion::Alternates),
        };
        let mut writer = Writer::create(self.temporary, true)
            .map_err(Stop::Write)
            .map_err(self.explain(first))?;
        let counts = std::cell::RefCell::new(Counts::default());
        let groups = geonames::import(
            &inputs,
            &mut writer,
            &mut |why| counts.borrow_mut().skip(why),
            &mut || counts.borrow_mut().features += 1,
        );
        let mut groups = groups.map_err(self.explain(reading.get()))?;
        drop(inputs);
        let mut sources = Vec::new();
        for (path, before) in all().zip(before) {
            sources.push(self.source(path, before)?);
        }
        self.counts = counts.into_inner();
        self.check(first, "")?;
        self.finish(
            writer,
            Some("geonames".to_owned()),
            Crs::Wgs84,
            sources,
            &mut groups,
        )
    }

    fn finish(
        self,
        writer: Writer,
        preset: Option<String>,
        crs: Crs,
        sources: Vec<SourceFile>,
        groups: &mut [[u8; store::GROUP]],
    ) -> Result<Description, Fatal> {
        let Counts {
            features,
            levels,
            skipped,
            ..
        } = self.counts;
        let description = Description {
            name: self.name,
            preset,
            crs: crs.name().to_owned(),
            sources,
            kind: if groups.is_empty() {
                "polygons"
            } else {
                "places"
            }
            .to_owned(),
            features,
            levels: Level::ALL
                .into_iter()
                .zip(levels)
                .filter(|(_, count)| *count > 0)
                .collect(),
            skipped: skipped
                .into_iter()
                .map(|(why, count)| (why.reason().to_owned(), count))
                .collect(),
            imported: self.request.now.to_rfc3339_opts(SecondsFormat::Secs, true),
        };
        // One that cannot be read says nothing of its order.
        let last = super::stored(self.request.folder)?
            .iter()
            .filter_map(|path| store::Gazetteer::open(path).ok())
            .map(|gazetteer| gazetteer.order)
            .max();
        let order = last.map_or(1, |last| last.saturating_add(1));
        let unwritable = |source| Fatal::GazetteerUnwritable {
            path: self.path.to_owned(),
            source,
        };
        writer
            .finish(order, &description, groups)
            .map_err(unwritable)?;
        Ok(description)
    }
}

fn read_polygons(
    path: &Path,
    format: Format,
    progress: &dyn Progress,
    wanted: &mut Wanted,
    crs: Crs,
    take: &mut dyn FnMut(&mut Feature) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let input = open(path, progress)?;
    match format {
        Format::GeoJson => geojson::read(input, wanted, crs, take),
        Format::FlatGeobuf => flatgeobuf::read(input, wanted, crs, take),
        Format::Shapefile => {
            let beside = |ending: &str| {
                let upper = ending.to_uppercase();
                [ending, &upper]
                    .into_iter()
                    .map(|ending| path.with_extension(ending))
                    .find(|path| path.is_file())
            };
            let text = |ending: &str| {
                let mut bytes = Vec::new();
                let file = beside(ending).and_then(|path| File::open(path).ok());
                file?.take(HEAD).read_to_end(&mut bytes).ok()?;
                Some(String::from_utf8_lossy(&bytes).into_owned())
            };
            if let Some(reason) = text("prj").and_then(|prj| shapefile::projected(&prj)) {
                return Err(Stop::Broken(reason));
            }
            let table = beside("dbf").ok_or_else(|| {
                Stop::Broken("the `.dbf` with the names is not beside it".to_owned())
            })?;
            let quiet = crate::progress::Silent;
            let table = open(&table, &quiet)?;
            let table = shapefile::Table::open(table, text("cpg").as_deref())?;
            shapefile::read(input, table, wanted, crs, take)
        }
        Format::GeoNames => Err(Stop::Enough),
    }
}

/// Stores a feature, or counts why not.
fn take(
    feature: &mut Feature,
    rules: &Rules,
    writer: &mut Writer,
    counts: &mut Counts,
) -> Result<(), Stop> {
    if let Some(example) = feature.shape.example.take() {
        counts.example.get_or_insert(example);
    }
    if let Some(why) = feature.shape.problem {
        counts.skip(why);
        return Ok(());
    }
    let mut rings = Vec::new();
    let mut area = 0.0;
    let mut any = false;
    for ring in feature.shape.rings() {
        any = true;
        for ring in ring::on_the_map(ring) {
            area += ring::area(&ring);
            rings.push(ring);
        }
    }
    if rings.is_empty() {
        counts.skip(if any { Skip::NoArea } else { Skip::NoPolygon });
        return Ok(());
    }
    let country = || {
        let corner = rings.iter().flatten().next().copied().unwrap_or_default();
        let degrees = |steps: i32| f64::from(steps) / ring::PER_DEGREE;
        let found = Position::new(degrees(corner.1), degrees(corner.0))
            .ok()
            .and_then(Found::at);
        found
            .and_then(|found| found.country_code())
            .unwrap_or_default()
            .to_owned()
    };
    let units = match rules.units(&feature.values, country) {
        Ok(units) => units,
        Err(why) => {
            counts.skip(why);
            return Ok(());
        }
    };
    counts.features += 1;
    let mut places = Vec::new();
    for unit in units {
        if let Some(level) = counts.levels.get_mut(unit.level.index()) {
            *level += 1;
        }
        places.push(writer.unit(unit).map_err(Stop::Write)?);
    }
    writer.feature(&places, area, &rings).map_err(Stop::Write)
}
