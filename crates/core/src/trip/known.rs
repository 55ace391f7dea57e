//! The homes of a dataset: those that the last run found, and what the user said of them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::capture::cell::Cell;
use crate::capture::day::Day;
use crate::capture::position::Position;
use crate::find::{FindError, Noun};
use crate::place::{Address, Level};

/// How far a home reaches from its centre, unless the user says otherwise. Kilometres.
pub const USUAL_RADIUS_KM: f64 = 25.0;

/// All homes, and what the user said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Homes {
    /// Those of the last run, by their first day.
    #[serde(default)]
    pub list: Vec<KnownHome>,
    /// Those that the user stated, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stated: Vec<StatedHome>,
    /// Where the user says that no home was, by place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<NoHome>,
    /// Where and on which days the last run found positions that cannot be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub implausible: Vec<(Day, CellAt)>,
    /// Keys that this version does not know.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A home as the last run knew it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownHome {
    /// What trips refer to it by.
    pub id: String,
    /// What it is called: as the user says, else its place.
    pub name: String,
    /// What its place is called, down to the city.
    pub address: Arc<Address>,
    /// Its centre.
    #[serde(flatten)]
    pub centre: Centre,
    /// How far it reaches from there, in kilometres.
    pub radius_km: f64,
    /// The first day that it may have been lived in.
    pub from: Day,
    /// The last one.
    pub to: Day,
    /// How it is known.
    pub origin: HomeOrigin,
    /// The first day on which it is seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_first: Option<Day>,
    /// The last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_last: Option<Day>,
    /// On how many days it is seen.
    pub days_seen: u32,
    /// Of how many days with a position, from the first to the last.
    pub days_active: u32,
    /// Keys that this version does not know.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// How a home is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HomeOrigin {
    /// It is seen all the time.
    LivedIn,
    /// It is seen now and then, mostly for a day.
    NowAndThen,
    /// The user says so.
    Stated,
}

/// A home that the user stated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatedHome {
    /// What it is called.
    pub name: String,
    /// Its centre.
    #[serde(flatten)]
    pub centre: Centre,
    /// How far it reaches from there, in kilometres.
    pub radius_km: f64,
    /// The first day; none is as early as can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// The last day; none is as late as can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// Keys that this version does not know.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// Where no home is to be found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoHome {
    /// The middle.
    #[serde(flatten)]
    pub centre: Centre,
    /// The first day; none is as early as can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// The last day; none is as late as can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// Keys that this version does not know.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A cell as its row and column.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[i32; 2]", into = "[i32; 2]")]
pub struct CellAt(pub Cell);

impl TryFrom<[i32; 2]> for CellAt {
    type Error = String;

    fn try_from([row, column]: [i32; 2]) -> Result<Self, String> {
        let cell = Cell::new(row, column);
        Ok(Self(cell.ok_or_else(|| {
            format!("there is no cell {row},{column}")
        })?))
    }
}

impl From<CellAt> for [i32; 2] {
    fn from(CellAt(cell): CellAt) -> Self {
        [cell.row(), cell.column()]
    }
}

/// A position as `lat` and `lon`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Degrees", into = "Degrees")]
pub struct Centre(pub Position);

#[derive(Serialize, Deserialize)]
struct Degrees {
    lat: f64,
    lon: f64,
}

impl TryFrom<Degrees> for Centre {
    type Error = String;

    fn try_from(Degrees { lat, lon }: Degrees) -> Result<Self, String> {
        let position = Position::new(lat, lon).map_err(|e| format!("home {lat},{lon}: {e}"))?;
        Ok(Self(position))
    }
}

impl From<Centre> for Degrees {
    fn from(Centre(position): Centre) -> Self {
        Self {
            lat: position.lat(),
            lon: position.lon(),
        }
    }
}

impl Homes {
    /// Whether there is nothing to be kept.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The home that goes by this: its id, an id that begins so, or its name.
    ///
    /// # Errors
    /// None does, or several do.
    pub fn find(&self, text: &str) -> Result<&KnownHome, FindError> {
        let by_name = |home: &&KnownHome| home.name.to_lowercase() == text.to_lowercase();
        let by_id =
            |home: &&KnownHome| home.id.starts_with(text) || home.short_id().starts_with(text);
        let mut found: Vec<&KnownHome> = self.list.iter().filter(by_name).collect();
        if found.is_empty() && !text.is_empty() {
            found = self.list.iter().filter(by_id).collect();
        }
        match found.as_slice() {
            [] => Err(FindError::not_found(Noun::Home, text)),
            [one] => Ok(one),
            several => Err(FindError::Ambiguous {
                what: Noun::Home,
                id: text.to_owned(),
                count: several.len(),
            }),
        }
    }

    /// Whether that cell is away from all homes of that day; where none is known,
    /// everything is.
    pub fn are_away(&self, _day: Day, _cell: Cell) -> bool {
        true
    }

    /// The home of that id.
    pub fn get(&self, id: &str) -> Option<&KnownHome> {
        self.list.iter().find(|home| home.id == id)
    }
}

impl KnownHome {
    /// What all ids begin with.
    pub const PREFIX: &'static str = "home-";

    /// The id without what all ids begin with.
    pub fn short_id(&self) -> &str {
        self.id.strip_prefix(Self::PREFIX).unwrap_or(&self.id)
    }

    /// Why it is one, in words: `home 2010-11-04 to 2015-05-15: seen on 484 of 785 active
    /// days`.
    pub fn evidence(&self) -> String {
        let (Some(first), Some(last)) = (self.seen_first, self.seen_last) else {
            return "stated by you; no photo was taken there".to_owned();
        };
        let how = match self.origin {
            HomeOrigin::LivedIn => "home",
            HomeOrigin::NowAndThen => "now and then, mostly for a day,",
            HomeOrigin::Stated => "stated by you;",
        };
        let days = if self.days_active == 1 { "day" } else { "days" };
        format!(
            "{how} {first} to {last}: seen on {} of {} active {days}",
            self.days_seen, self.days_active
        )
    }

    /// The name of its place.
    pub fn place(&self) -> Option<&str> {
        let levels = Level::ALL.into_iter().rev();
        let mut names = levels.filter_map(|level| self.address.name(level));
        names.next()
    }
}
