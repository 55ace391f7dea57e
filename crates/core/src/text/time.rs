//! Moments in text.

use chrono::{DateTime, SecondsFormat, Utc};

/// An instant as the dataset and all JSON write it: `2024-04-01T08:00:00Z`.
pub fn timestamp(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
