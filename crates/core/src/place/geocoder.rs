//! What names the points of one dataset.

use std::sync::Arc;

use chrono_tz::Tz;

use super::address::Address;
use super::built_in::{self, LocatedRegion};
use super::import::Imports;
use super::language::Language;
use super::own::{self, OwnPlace};
use super::release::GEODATA;
use super::zone::region_and_zone;
use crate::capture::position::Position;

/// The geodata, what was imported, the user's own places, and the languages of the names.
#[derive(Debug, Clone, PartialEq)]
pub struct Geocoder {
    /// Places that the user named.
    pub own: Vec<OwnPlace>,
    /// The languages of the names, the one of stored addresses first; never empty.
    languages: Vec<Language>,
    /// Imported gazetteers, asked before the built-in data.
    imports: Arc<Imports>,
}

impl Default for Geocoder {
    fn default() -> Self {
        Self::new(Vec::new(), &[])
    }
}

impl Geocoder {
    /// A geocoder with the user's own places. Without a language names are in
    /// English.
    pub fn new(own: Vec<OwnPlace>, languages: &[Language]) -> Self {
        let mut geocoder = Self {
            own,
            languages: vec![Language::English],
            imports: Arc::default(),
        };
        geocoder.speak(languages);
        geocoder
    }

    /// Asks imported gazetteers from now on.
    pub fn consult(&mut self, imports: Imports) {
        self.imports = Arc::new(imports);
    }

    /// The imported gazetteers.
    pub fn imports(&self) -> &Imports {
        &self.imports
    }

    /// Names the geodata with what was imported. A dataset that was located with
    /// another version has its stored coordinates located again.
    pub fn version(&self) -> String {
        if self.imports.is_empty() {
            return GEODATA.to_owned();
        }
        format!("{}+{}", GEODATA, self.imports.version())
    }

    /// Whether addresses tell of the region of the geodata and nothing else, so that all points
    /// of one have the same.
    pub fn is_by_region(&self) -> bool {
        self.own.is_empty() && self.imports.is_empty()
    }

    /// The languages of the names, the one of stored addresses first.
    pub fn languages(&self) -> &[Language] {
        &self.languages
    }

    /// Sets the languages; none changes nothing.
    pub fn speak(&mut self, languages: &[Language]) {
        if !languages.is_empty() {
            languages.clone_into(&mut self.languages);
        }
    }

    /// The language of stored addresses.
    pub fn language(&self) -> Language {
        self.languages.first().copied().unwrap_or_default()
    }

    /// The address of a point, `None` where nothing has a name: in mid-ocean; and its zone, by
    /// one look at the map.
    pub fn locate(&self, position: Position) -> (Option<Address>, Option<Tz>) {
        let (region, zone) = region_and_zone(position);
        let address = self.locate_region(position, region, self.language());
        (address, zone)
    }

    /// The address of a point whose region of the geodata is known, in a language of one's
    /// choice.
    pub fn locate_region(
        &self,
        position: Position,
        found: Option<LocatedRegion>,
        language: Language,
    ) -> Option<Address> {
        let address = found.map(|found| found.address(language));
        let found = self
            .imports
            .refine(position, found.as_ref(), address, language);
        if self.own.is_empty() {
            return found;
        }
        let mut address = found.unwrap_or_else(|| Address {
            language: language.tag().to_owned(),
            ..Address::default()
        });
        own::rename(&self.own, position, &mut address);
        (!address.is_empty()).then_some(address)
    }

    /// An address in every language, when there is more than one.
    pub fn in_all_languages(&self, address: &Address) -> Vec<Address> {
        if self.languages.len() < 2 {
            return Vec::new();
        }
        let rename = |language: &Language| built_in::rename(address, *language);
        self.languages.iter().map(rename).collect()
    }
}
