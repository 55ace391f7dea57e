//! The five administrative levels.

use std::fmt;
use std::str::FromStr;

use imm_cluster_messages::text;
use serde::{Deserialize, Serialize};

/// An administrative level, from the widest to the narrowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A country or region as ISO 3166-1 codes them.
    Country,
    /// A province, state or region.
    Province,
    /// A prefecture, municipality or locality.
    City,
    /// A district, county-level unit or borough.
    District,
    /// A township, neighbourhood or village.
    Township,
}

impl Level {
    /// All levels, from the widest to the narrowest.
    pub const ALL: [Self; 5] = [
        Self::Country,
        Self::Province,
        Self::City,
        Self::District,
        Self::Township,
    ];

    /// The name used on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Province => "province",
            Self::City => "city",
            Self::District => "district",
            Self::Township => "township",
        }
    }

    /// What people call it, in the language that is spoken.
    pub fn in_words(self) -> String {
        text!("level", level = self.name())
    }

    /// The position among [`Level::ALL`], 0 to 4.
    pub fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|level| level.name() == text)
            .ok_or_else(|| text!("no-level", text = text))
    }
}
