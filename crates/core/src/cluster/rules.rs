//! The options of a clustering, checked once and then trusted.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::place::Level;

/// The largest number of days that any option takes.
pub const MOST_DAYS: u32 = 99_999;

/// How days become clusters. The dataset remembers the last ones used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// How many days without a photo one cluster may contain in a row, 0 to
    /// [`MOST_DAYS`].
    pub gap_days: u32,
    /// Clusters of fewer calendar days are not kept, 1 to `max_days`.
    pub min_days: u32,
    /// Clusters of more calendar days are not kept, up to [`MOST_DAYS`].
    pub max_days: u32,
    /// The levels to cluster at, from the widest, each once.
    pub levels: Vec<Level>,
    /// When a day begins, midnight to noon.
    #[serde(with = "hours_and_minutes")]
    pub day_starts: NaiveTime,
    /// Whether files without a place are lent that of the files taken around them.
    #[serde(skip_serializing_if = "is_true")]
    pub lend: bool,
    /// Keys of the dataset that this version does not know.
    #[doc(hidden)]
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            gap_days: 1,
            min_days: 1,
            max_days: MOST_DAYS,
            levels: vec![Level::Province, Level::City],
            day_starts: NaiveTime::MIN,
            lend: true,
            unknown: Map::new(),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that serde asks for"
)]
fn is_true(value: &bool) -> bool {
    *value
}

mod hours_and_minutes {
    use chrono::NaiveTime;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the form that serde asks for"
    )]
    pub(super) fn serialize<S: Serializer>(
        time: &NaiveTime,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.format("%H:%M"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        NaiveTime::parse_from_str(&text, "%H:%M").map_err(serde::de::Error::custom)
    }
}
