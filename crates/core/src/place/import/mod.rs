//! Gazetteers that people import: boundaries and places of their own, which are asked
//! before the built-in data.
//!
//! Files of four formats are read as streams (`geojson`, `flatgeobuf`, `shapefile`,
//! `geonames`); `preset` says which property names which level; `store` is the file
//! that comes of it, made by `writer`, with rings (`ring`) found by a tree of boxes
//! (`tree`) after having been sorted outside memory (`sort`); `places` asks those of
//! GeoNames; `intake` puts all of it together.

mod feature;
mod flatgeobuf;
mod geojson;
mod geonames;
mod input;
mod intake;
mod places;
mod preset;
mod ring;
mod shapefile;
mod sort;
mod store;
mod tree;
mod writer;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::address::Address;
use super::built_in::{Found, identify, rename};
use super::language::Language;
use super::level::Level;
use crate::capture::position::Position;
use crate::error::Fatal;

pub use feature::Crs;
pub use input::Format;
pub use intake::{Done, Request, count, import};
pub use preset::{PRESETS, Preset, Property};
pub use store::{Description, SourceFile};

use store::{CHINESE, ENGLISH, Gazetteer, LOCAL, Unit};

/// What the name of a stored gazetteer ends with.
const ENDING: &str = "geo";

/// The imported gazetteers, the newest first.
#[derive(Default)]
pub struct Imports {
    gazetteers: Vec<(String, Gazetteer)>,
}

impl fmt::Debug for Imports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Imports").field(&self.version()).finish()
    }
}

impl PartialEq for Imports {
    fn eq(&self, other: &Self) -> bool {
        self.version() == other.version()
    }
}

/// An imported gazetteer as it is listed.
#[derive(Debug)]
pub struct Imported {
    /// What it is and where it comes from.
    pub description: Description,
    /// The size of what is stored, in bytes.
    pub size: u64,
    /// The fingerprint of what is stored.
    pub fingerprint: u64,
}

impl Imports {
    /// Opens what was imported into a folder, which need not be there. Nothing is read
    /// but the head of each file.
    ///
    /// # Errors
    /// The folder or a gazetteer in it cannot be read. To pass over it would give
    /// other names to all places in it.
    pub fn open(folder: &Path) -> Result<Self, Fatal> {
        let mut gazetteers = Vec::new();
        for path in stored(folder)? {
            let gazetteer = Gazetteer::open(&path).map_err(|error| Fatal::GazetteerDamaged {
                path: path.clone(),
                reason: error.to_string(),
            })?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            gazetteers.push((name.into_owned(), gazetteer));
        }
        gazetteers
            .sort_by(|(a_name, a), (b_name, b)| b.order.cmp(&a.order).then(a_name.cmp(b_name)));
        Ok(Self { gazetteers })
    }

    /// Whether nothing was imported.
    pub fn is_empty(&self) -> bool {
        self.gazetteers.is_empty()
    }

    /// Names what was imported and in which order: whatever makes another answer makes
    /// another version. Empty where nothing was imported.
    pub fn version(&self) -> String {
        let one = |(name, gazetteer): &(String, Gazetteer)| {
            format!("{name}:{:016x}", gazetteer.fingerprint)
        };
        let all: Vec<String> = self.gazetteers.iter().map(one).collect();
        all.join(",")
    }

    /// What was imported, in the order in which it is asked.
    ///
    /// # Errors
    /// A gazetteer is damaged.
    pub fn list(&self) -> Result<Vec<Imported>, Fatal> {
        let one = |(name, gazetteer): &(String, Gazetteer)| {
            let description = gazetteer
                .description()
                .map_err(|error| Fatal::GazetteerDamaged {
                    path: name.into(),
                    reason: error.to_string(),
                })?;
            Ok(Imported {
                description: Description {
                    name: name.clone(),
                    ..description
                },
                size: gazetteer.size(),
                fingerprint: gazetteer.fingerprint,
            })
        };
        self.gazetteers.iter().map(one).collect()
    }

    /// The address of a position as the imports have it: `found` is what the built-in
    /// data says, and `address` that in the wanted language.
    ///
    /// A level whose name is that of the built-in region in any language keeps that
    /// region, with its identity and its names. Where the name is another, levels below
    /// that no import names are unknown, for the built-in ones lie in another region.
    pub fn refine(
        &self,
        position: Position,
        found: Option<&Found>,
        address: Option<Address>,
        language: Language,
    ) -> Option<Address> {
        let mut named: [Option<Unit>; 5] = [None; 5];
        for (_, gazetteer) in &self.gazetteers {
            let (lon, lat) = (position.lon(), position.lat());
            let units = match &address {
                _ if !gazetteer.has_places() => gazetteer.around(lon, lat),
                Some(address) => places::around(gazetteer, lon, lat, address),
                None => continue,
            };
            for (slot, unit) in named.iter_mut().zip(units) {
                *slot = slot.or(unit);
            }
        }
        if named.iter().all(Option::is_none) {
            return address;
        }
        let address = address.unwrap_or_else(|| Address {
            language: language.tag().to_owned(),
            ..Address::default()
        });
        Some(overlay(address, &named, found, language))
    }
}

fn overlay(
    mut address: Address,
    named: &[Option<Unit>; 5],
    found: Option<&Found>,
    language: Language,
) -> Address {
    let built_in =
        Language::ALL.map(|language| found.map_or([None; 5], |found| found.names(language)));
    address.ids.resize(Level::ALL.len(), String::new());
    // Whether the region around is another than the built-in one.
    let mut elsewhere = false;
    for (i, level) in Level::ALL.into_iter().enumerate() {
        match named.get(i).copied().flatten() {
            Some(unit) => {
                let mut theirs = built_in
                    .iter()
                    .filter_map(|names| names.get(i).copied().flatten());
                let ours = |name: &str| unit.names.iter().any(|own| own.trim() == name.trim());
                if theirs.any(ours) {
                    elsewhere = false;
                    continue;
                }
                elsewhere = true;
                put(&mut address, level, &unit, language);
            }
            None if elsewhere && address.derived.contains(&level) => {
                // It repeats its parent, whatever that is now.
                if let Some(above) = i.checked_sub(1).and_then(|above| Level::ALL.get(above)) {
                    let name = address.name(*above).map(str::to_owned);
                    *address.name_mut(level) = name;
                    let id = address.ids[above.index()].clone();
                    address.ids[i] = id;
                }
            }
            None if elsewhere => {
                *address.name_mut(level) = None;
                address.ids[i].clear();
            }
            None => {}
        }
    }
    while address.ids.pop_if(|id| id.is_empty()).is_some() {}
    address
}

/// Puts a region in the place of the built-in one.
fn put(address: &mut Address, level: Level, unit: &Unit, language: Language) {
    let order = match language {
        Language::English => [ENGLISH, LOCAL, CHINESE],
        Language::Chinese => [CHINESE, LOCAL, ENGLISH],
        Language::Local => [LOCAL, ENGLISH, CHINESE],
    };
    let mut names = order
        .into_iter()
        .filter_map(|i| unit.names.get(i).filter(|name| !name.is_empty()));
    *address.name_mut(level) = names.next().map(|name| (*name).to_owned());
    address.ids[level.index()] = unit.id.text();
    address.derived.retain(|derived| *derived != level);
    if level <= Level::Province {
        address.county = None;
    }
    if level == Level::Country {
        // A name of another country that is known means that one.
        for name in unit.names {
            let mut country = Address {
                country: Some(name.to_owned()),
                ..Address::default()
            };
            identify(&mut country);
            if let Some(code) = country.ids.first().cloned() {
                address.country = rename(&country, language).country;
                address.country_code = Some(code.clone());
                address.ids[0] = code;
                return;
            }
        }
    }
}

/// The files of stored gazetteers.
fn stored(folder: &Path) -> Result<Vec<PathBuf>, Fatal> {
    let unreadable = |source| Fatal::Input {
        path: folder.to_owned(),
        source,
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        let hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|ending| ending == ENDING) {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn path_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.{ENDING}"))
}

/// Takes gazetteers away. The names of places become those of the built-in data when
/// a dataset is read the next time.
///
/// # Errors
/// There is none of such a name; then nothing was taken away.
pub fn remove(folder: &Path, names: &[String]) -> Result<(), Fatal> {
    let known = stored(folder)?;
    let paths: Vec<PathBuf> = names.iter().map(|name| path_of(folder, name)).collect();
    if let Some((name, _)) = names
        .iter()
        .zip(&paths)
        .find(|(_, path)| !known.contains(path))
    {
        return Err(Fatal::NoSuchGazetteer(name.clone()));
    }
    for path in paths {
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(Fatal::GazetteerUnwritable { path, source });
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
