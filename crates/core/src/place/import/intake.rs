//! From files to a stored gazetteer.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use imm_cluster_messages::{retold, text};

use super::coordinates::PER_DEGREE;
use super::error::ImportError;
use super::feature::{Crs, FeatureSink, ImportCounts, ImportStop, PolygonFeature, SkipReason};
use super::folder::{check_name, name_of, open_and_lock, path_of, stored, unwritable};
use super::geonames::{self, GeoNamesFiles};
use super::input::{FileLook, SourceFormat, invalid, open, read_polygons, sort_out};
use super::preset::{Preset, Property, PropertyRules};
use super::ring;
use super::store::{Description, GROUP_SIZE, SourceFile, StoredGazetteer};
use super::writer::GazetteerWriter;
use crate::capture::position::Position;
use crate::place::built_in::LocatedRegion;
use crate::place::level::Level;
use crate::progress::Progress;
use crate::text::Escaped;

/// How many features are looked at to see which properties there are.
const LOOKED_AT: u32 = 1000;

/// What to import.
pub struct ImportRequest<'a> {
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
pub struct StoredImport {
    /// What is stored.
    pub description: Description,
    /// Its size in bytes.
    pub size: u64,
}

/// Imports files. What was stored by that name stays until the new one is complete.
///
/// # Errors
/// The files are no gazetteer, or what comes of them cannot be stored.
pub fn import(
    request: &ImportRequest,
    progress: &dyn Progress,
) -> Result<StoredImport, ImportError> {
    let files = sort_out(request.files)?;
    let Some((first, format)) = files.first() else {
        let path = request
            .files
            .first()
            .map_or(Path::new(""), PathBuf::as_path);
        let hint = text!("hint-import-name-places");
        return Err(invalid(path, text!("import-companion"), Some(hint)));
    };
    let name = match request.name {
        Some(name) => check_name(name)?,
        None => name_of(first),
    };
    let places = *format == SourceFormat::GeoNames;
    let mut formats = files.iter();
    if let Some((path, _)) = formats.find(|(_, f)| (*f == SourceFormat::GeoNames) != places) {
        return Err(ImportError::MixedKinds {
            first: first.clone(),
            other: path.clone(),
        });
    }
    if let Some(preset) = request.preset
        && (preset.name == "geonames") != places
    {
        return Err(ImportError::OtherPreset {
            preset: preset.name,
            path: first.clone(),
        });
    }
    let (folder, _lock) = open_and_lock(request.folder, request.wait)?;
    let path = path_of(request.folder, &name);
    let writer = GazetteerWriter::new(&folder).map_err(unwritable(&path))?;
    let job = ImportJob {
        request,
        progress,
        path: &path,
        counts: ImportCounts::default(),
    };
    let done = if places {
        job.places(files, writer)
    } else {
        job.polygons(&files, writer)
    };
    progress.done();
    let description = done?;
    let size = path.metadata().map_or(0, |metadata| metadata.len());
    Ok(StoredImport { description, size })
}

/// Which properties the features of a file have.
struct KnownProperties<'a> {
    path: &'a Path,
    names: BTreeSet<String>,
    /// Whether these are all.
    whole: bool,
}

impl<'a> KnownProperties<'a> {
    /// Looks at the head of a file, or at its first features.
    fn of(path: &'a Path, format: SourceFormat) -> Result<Self, ImportStop> {
        let mut looked_at = 0;
        let mut look = |_: &mut PolygonFeature| {
            looked_at += 1;
            if looked_at < LOOKED_AT {
                Ok(())
            } else {
                Err(ImportStop::Enough)
            }
        };
        let mut sink = FeatureSink::for_names(&mut look);
        let read = read_polygons(path, format, None, &mut sink);
        let names = sink.met.take().unwrap_or_default();
        let whole = match read {
            Ok(()) if looked_at == 0 => {
                return Err(ImportStop::broken(text!("import-no-features")));
            }
            Ok(()) => true,
            Err(ImportStop::Enough) => format != SourceFormat::GeoJson,
            Err(stop) => return Err(stop),
        };
        Ok(Self { path, names, whole })
    }

    fn in_words(&self) -> String {
        let names = self.names.iter().map(|name| Escaped::new(name).to_string());
        let names: Vec<String> = names.collect();
        if names.is_empty() {
            text!("import-no-properties")
        } else {
            names.join(&text!("list-comma"))
        }
    }

    /// What names which level: what was asked for, or what is recognised.
    fn rules(
        &self,
        request: &ImportRequest,
    ) -> Result<(Option<&'static Preset>, PropertyRules), ImportError> {
        let recognised = || {
            let known = Preset::for_properties(|name| self.names.contains(name));
            known.filter(|_| request.properties.is_empty())
        };
        let preset = request.preset.or_else(recognised);
        let rules = PropertyRules::new(preset, request.properties);
        if rules.is_empty() {
            return Err(ImportError::NoProperty {
                path: self.path.to_owned(),
                properties: self.in_words(),
            });
        }
        if self.whole {
            self.check(&rules, &[])?;
        }
        Ok((preset, rules))
    }

    /// Refuses a property that was typed and is neither here nor was `seen` elsewhere.
    fn check(&self, rules: &PropertyRules, seen: &[bool]) -> Result<(), ImportError> {
        for number in rules.typed.iter().copied() {
            let name = rules.names.get(number).map_or("", String::as_str);
            let seen = seen.get(number).copied().unwrap_or(false);
            if !seen && !self.names.contains(name) {
                return Err(ImportError::UnknownProperty {
                    path: self.path.to_owned(),
                    name: name.to_owned(),
                    properties: self.in_words(),
                });
            }
        }
        Ok(())
    }
}

struct ImportJob<'a> {
    request: &'a ImportRequest<'a>,
    progress: &'a dyn Progress,
    /// Where the gazetteer is going to be.
    path: &'a Path,
    counts: ImportCounts,
}

impl ImportJob<'_> {
    /// What stopped the reading of a file.
    fn explain(&self, path: &Path) -> impl Fn(ImportStop) -> ImportError + use<> {
        let (stored, path) = (self.path.to_owned(), path.to_owned());
        move |stop| match stop {
            ImportStop::Read(source) => ImportError::Unreadable {
                path: path.clone(),
                source,
            },
            ImportStop::Write(source) => unwritable(&stored)(source),
            ImportStop::Broken(reason) => invalid(&path, reason, None),
            ImportStop::Enough => invalid(&path, text!("import-nothing"), None),
        }
    }

    fn look(&self, path: &Path) -> Result<FileLook, ImportError> {
        FileLook::of(path).map_err(self.explain(path))
    }

    /// A file as it is remembered, after it was read.
    fn source(&self, path: &Path, before: FileLook) -> Result<SourceFile, ImportError> {
        let source = before.after(path).map_err(self.explain(path))?;
        let changed = || {
            invalid(
                path,
                text!("import-changed"),
                Some(text!("hint-import-again")),
            )
        };
        source.ok_or_else(changed)
    }

    fn polygons(
        mut self,
        files: &[(PathBuf, SourceFormat)],
        mut writer: GazetteerWriter<'_>,
    ) -> Result<Description, ImportError> {
        let (first, format) = &files[0];
        let properties = KnownProperties::of(first, *format).map_err(self.explain(first))?;
        let (preset, rules) = properties.rules(self.request)?;
        let given = self.request.crs.or(preset.map(|preset| preset.crs));
        let crs = given.unwrap_or_default();
        let looks = files.iter().map(|(path, _)| self.look(path));
        let looks: Vec<FileLook> = looks.collect::<Result<_, ImportError>>()?;
        self.progress
            .importing(looks.iter().map(|look| look.size).sum());
        let mut seen = vec![false; rules.names.len()];
        let mut sources = Vec::new();
        for ((path, format), look) in files.iter().zip(looks) {
            let explain = self.explain(path);
            let mut take = |feature: &mut PolygonFeature| {
                for (seen, value) in seen.iter_mut().zip(&feature.values) {
                    *seen |= value.is_some();
                }
                match store(feature, &rules, &mut writer, &mut self.counts) {
                    Ok(Some(why)) => self.counts.skip(why),
                    stored => _ = stored.map_err(ImportStop::Write)?,
                }
                Ok(())
            };
            let mut sink = FeatureSink::new(rules.names.clone(), crs, &mut take);
            read_polygons(path, *format, Some(self.progress), &mut sink).map_err(explain)?;
            sources.push(self.source(path, look)?);
        }
        properties.check(&rules, &seen)?;
        self.check(first, &properties.in_words())?;
        let preset = preset.map(|preset| preset.name);
        self.finish(writer, (preset, crs, sources), &mut [])
    }

    fn places(
        mut self,
        files: Vec<(PathBuf, SourceFormat)>,
        mut writer: GazetteerWriter<'_>,
    ) -> Result<Description, ImportError> {
        if let Some(property) = self.request.properties.first() {
            return Err(ImportError::PropertyOfPlaces(property.to_string()));
        }
        let dumps: Vec<PathBuf> = files.into_iter().map(|(path, _)| path).collect();
        let files = GeoNamesFiles::new(dumps, self.request.files);
        let looks = files.all().map(|path| self.look(path));
        let looks: Vec<FileLook> = looks.collect::<Result<_, ImportError>>()?;
        let sizes = || looks.iter().map(|look| look.size);
        // Dumps are read twice.
        let twice: u64 = sizes().take(files.dumps.len()).sum();
        self.progress.importing(sizes().sum::<u64>() + twice);
        // What goes wrong is told of the file that was opened last.
        let reading = RefCell::new(PathBuf::new());
        let open = |path: &Path| {
            path.clone_into(&mut reading.borrow_mut());
            open(path, Some(self.progress))
        };
        let groups = geonames::import(&files, &open, &mut writer, &mut self.counts);
        let mut groups = groups.map_err(self.explain(&reading.borrow()))?;
        let sources = files.all().zip(looks);
        let sources = sources.map(|(path, look)| self.source(path, look));
        let sources = sources.collect::<Result<_, ImportError>>()?;
        self.check(&files.dumps[0], "")?;
        let preset = Some("geonames");
        self.finish(writer, (preset, Crs::Wgs84, sources), &mut groups)
    }

    /// Refuses what is not of the kind that is wanted.
    fn check(&self, path: &Path, properties: &str) -> Result<(), ImportError> {
        let ImportCounts {
            features,
            skipped,
            example,
            ..
        } = &self.counts;
        let beyond = skipped.get(&SkipReason::OutOfRange).copied();
        if let Some(beyond) = beyond.filter(|beyond| beyond > features) {
            let (lon, lat) = example.unwrap_or_default();
            let swapped = lon.abs() <= 90.0 && lat.abs() <= 180.0;
            let hint = if swapped {
                text!("hint-import-swapped")
            } else {
                text!("hint-import-degrees")
            };
            let reason = text!(
                "import-out-of-range",
                why = retold(&SkipReason::OutOfRange.to_string()),
                count = beyond.to_string(),
                example = format!("{lon}, {lat}"),
            );
            return Err(invalid(path, reason, Some(hint)));
        }
        if *features > 0 {
            return Ok(());
        }
        let Some((why, count)) = skipped.iter().max_by_key(|(_, count)| **count) else {
            return Err(invalid(path, text!("import-no-features"), None));
        };
        if *why == SkipReason::NoName {
            return Err(ImportError::Nameless {
                path: path.to_owned(),
                count: *count,
                why: retold(&why.to_string()).into_owned(),
                properties: properties.to_owned(),
            });
        }
        let why = why.to_string();
        let why = retold(&why);
        let reason = text!("import-all-skipped", count = count.to_string(), why = why);
        Err(invalid(path, reason, None))
    }

    /// Writes the rest of the file.
    fn finish(
        self,
        writer: GazetteerWriter<'_>,
        (preset, crs, sources): (Option<&str>, Crs, Vec<SourceFile>),
        groups: &mut [[u8; GROUP_SIZE]],
    ) -> Result<Description, ImportError> {
        let kind = if groups.is_empty() {
            "polygons"
        } else {
            "places"
        };
        let skipped = self.counts.skipped.into_iter();
        let levels = Level::ALL.into_iter().zip(self.counts.levels);
        let name = self.path.file_stem().unwrap_or_default();
        let description = Description {
            name: name.to_string_lossy().into_owned(),
            preset: preset.map(str::to_owned),
            crs: crs.name().to_owned(),
            sources,
            kind: kind.to_owned(),
            features: self.counts.features,
            levels: levels.filter(|(_, count)| *count > 0).collect(),
            skipped: skipped
                .map(|(why, count)| (why.to_string(), count))
                .collect(),
            imported: self.request.now.to_rfc3339_opts(SecondsFormat::Secs, true),
        };
        // An import that cannot be read has no order to be behind.
        let others = stored(self.request.folder)?;
        let others = others
            .iter()
            .filter_map(|path| StoredGazetteer::open(path).ok());
        let last = others.map(|gazetteer| gazetteer.header.order).max();
        let order = last.map_or(1, |last| last.saturating_add(1));
        let file_name = self.path.file_name().unwrap_or_default();
        let finished = writer.finish(file_name, order, &description, groups);
        finished.map_err(unwritable(self.path))?;
        Ok(description)
    }
}

/// Stores a feature, or says why not.
fn store(
    feature: &mut PolygonFeature,
    rules: &PropertyRules,
    writer: &mut GazetteerWriter,
    counts: &mut ImportCounts,
) -> std::io::Result<Option<SkipReason>> {
    counts.example = counts.example.or(feature.example.take());
    if feature.problem.is_some() {
        return Ok(feature.problem);
    }
    let rings: Vec<_> = feature.rings().flat_map(ring::on_the_map).collect();
    let Some((x, y)) = rings.first().and_then(|ring| ring.first()) else {
        let any = feature.rings().next().is_some();
        return Ok(Some(if any {
            SkipReason::NoArea
        } else {
            SkipReason::NoPolygon
        }));
    };
    let country = || {
        let degrees = |steps: &i32| f64::from(*steps) / PER_DEGREE;
        let found = Position::new(degrees(y), degrees(x))
            .ok()
            .and_then(LocatedRegion::at);
        let code = found.and_then(|found| found.country_code());
        code.unwrap_or_default().to_owned()
    };
    let regions = match rules.regions(&feature.values, country) {
        Ok(regions) => regions,
        Err(why) => return Ok(Some(why)),
    };
    counts.features += 1;
    let mut places = Vec::new();
    for region in regions {
        counts.levels[region.level.index()] += 1;
        places.push(writer.region(region)?);
    }
    let area = rings.iter().map(|ring| ring::area(ring)).sum();
    writer.feature(&places, area, &rings)?;
    Ok(None)
}
