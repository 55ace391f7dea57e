//! The imported gazetteers, as they are asked.

use std::fmt;
use std::path::{Path, PathBuf};

use super::error::ImportError;
use super::folder::stored;
use super::places;
use super::store::{
    CHINESE, Description, ENGLISH, LOCAL, NamedLevels, StoredGazetteer, StoredRegion, Unopened,
};
use crate::capture::position::Position;
use crate::place::address::Address;
use crate::place::built_in::{LocatedRegion, identify, rename};
use crate::place::language::Language;
use crate::place::level::Level;

/// The imported gazetteers, the newest first.
#[derive(Default)]
pub struct Imports {
    gazetteers: Vec<(String, StoredGazetteer)>,
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
    pub fn open(folder: &Path) -> Result<Self, ImportError> {
        let open = |path: PathBuf| {
            let gazetteer = StoredGazetteer::open(&path).map_err(|error| damaged(&path, &error))?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            Ok((name.into_owned(), gazetteer))
        };
        let gazetteers = stored(folder)?.into_iter().map(open);
        let mut gazetteers: Vec<_> = gazetteers.collect::<Result<_, ImportError>>()?;
        gazetteers.sort_by(|(a_name, a), (b_name, b)| {
            let newest_first = b.header.order.cmp(&a.header.order);
            newest_first.then_with(|| a_name.cmp(b_name))
        });
        Ok(Self { gazetteers })
    }

    #[cfg(test)]
    pub(super) fn newest(&self) -> Option<&StoredGazetteer> {
        self.gazetteers.first().map(|(_, gazetteer)| gazetteer)
    }

    /// Whether nothing was imported.
    pub fn is_empty(&self) -> bool {
        self.gazetteers.is_empty()
    }

    /// Names what was imported and in which order: whatever makes another answer makes
    /// another version. Empty where nothing was imported.
    pub fn version(&self) -> String {
        let one = |(name, gazetteer): &(String, StoredGazetteer)| {
            format!("{name}:{:016x}", gazetteer.header.fingerprint)
        };
        let all: Vec<String> = self.gazetteers.iter().map(one).collect();
        all.join(",")
    }

    /// What was imported, in the order in which it is asked.
    ///
    /// # Errors
    /// A gazetteer is damaged.
    pub fn list(&self) -> Result<Vec<Imported>, ImportError> {
        let one = |(name, gazetteer): &(String, StoredGazetteer)| {
            let description = gazetteer.description();
            let mut description = description.map_err(|error| damaged(name.as_ref(), &error))?;
            description.name.clone_from(name);
            Ok(Imported {
                description,
                size: gazetteer.header.len,
                fingerprint: gazetteer.header.fingerprint,
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
        found: Option<&LocatedRegion>,
        address: Option<Address>,
        language: Language,
    ) -> Option<Address> {
        let at = (position.lon(), position.lat());
        let mut named: NamedLevels = [None; 5];
        for (_, gazetteer) in &self.gazetteers {
            let regions = match &address {
                _ if gazetteer.groups().is_empty() => gazetteer.around(at),
                Some(address) => places::around(gazetteer, at, address),
                None => continue,
            };
            for (slot, region) in named.iter_mut().zip(regions) {
                *slot = slot.or(region);
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

fn damaged(path: &Path, error: &Unopened) -> ImportError {
    ImportError::Damaged {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

/// Puts what is named in the place of what the built-in data name.
fn overlay(
    mut address: Address,
    named: &NamedLevels,
    found: Option<&LocatedRegion>,
    language: Language,
) -> Address {
    let built_in =
        Language::ALL.map(|language| found.map_or([None; 5], |found| found.names(language)));
    address.ids.resize(Level::ALL.len(), String::new());
    // Whether the region around is another than the built-in one.
    let mut elsewhere = false;
    for (level, named) in Level::ALL.into_iter().zip(named) {
        let i = level.index();
        if let Some(region) = named {
            let mut theirs = built_in.iter().filter_map(|names| names[i]);
            let is_ours = |name: &str| region.names.iter().any(|own| own.trim() == name.trim());
            elsewhere = !theirs.any(is_ours);
            if elsewhere {
                put(&mut address, level, region, language);
            }
        } else if elsewhere && i > 0 && address.derived.contains(&level) {
            // It repeats its parent, whatever that is now.
            let name = address.name(Level::ALL[i - 1]).map(str::to_owned);
            let id = address.ids[i - 1].clone();
            *address.name_mut(level) = name;
            address.ids[i] = id;
        } else if elsewhere {
            *address.name_mut(level) = None;
            address.ids[i].clear();
        }
    }
    while address.ids.pop_if(|id| id.is_empty()).is_some() {}
    address
}

/// Puts a region in the place of the built-in one.
fn put(address: &mut Address, level: Level, region: &StoredRegion, language: Language) {
    let order = match language {
        Language::English => [ENGLISH, LOCAL, CHINESE],
        Language::Chinese => [CHINESE, LOCAL, ENGLISH],
        Language::Local => [LOCAL, ENGLISH, CHINESE],
    };
    let mut names = order.into_iter().map(|language| region.names[language]);
    let name = names.find(|name| !name.is_empty());
    *address.name_mut(level) = name.map(str::to_owned);
    address.ids[level.index()] = region.id.text();
    address.derived.retain(|derived| *derived != level);
    if level <= Level::Province {
        address.county = None;
    }
    if level == Level::Country {
        // A name of another country that is known means that one.
        let known = region.names.iter().find_map(|name| {
            let mut country = Address {
                country: Some((*name).to_owned()),
                ..Address::default()
            };
            identify(&mut country);
            Some((country.ids.first().cloned()?, country))
        });
        if let Some((code, country)) = known {
            address.country = rename(&country, language).country;
            address.ids[0].clone_from(&code);
            address.country_code = Some(code);
        }
    }
}
