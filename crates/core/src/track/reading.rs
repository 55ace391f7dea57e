//! A file of any format to fixes.

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::error::TrackError;
use super::fix::Fix;
use super::format::TrackFormat;
use super::gather::Gatherer;
use super::kept::Track;
use super::sieve::{Sieve, TrackSkip};
use super::{json, xml};

/// How much of a file is looked at to tell what it is.
const PREFIX: u64 = 4_096;

/// What came of reading a location history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackReading {
    /// What the file is.
    pub format: TrackFormat,
    /// How many fixes it gave.
    pub fixes: u64,
    /// How many entries were passed over, by reason.
    pub skipped: BTreeMap<TrackSkip, u64>,
}

/// Reads a location history of any of the formats, which are told apart by content, and
/// hands over its fixes in the order in which they stand in the file. The memory that it
/// takes does not grow with the file, but for KML tracks that say all times before all
/// positions, of which two million may wait.
///
/// # Errors
/// The input is no location history, or a broken one, or it cannot be read. Fixes that were
/// handed over until then should be thrown away.
pub fn read(mut input: impl Read, each: &mut dyn FnMut(Fix)) -> Result<TrackReading, TrackError> {
    let mut prefix = Vec::new();
    input.by_ref().take(PREFIX).read_to_end(&mut prefix)?;
    if prefix.starts_with(b"\xef\xbb\xbf") {
        prefix[..3].fill(b' ');
    }
    let first = prefix.iter().find(|byte| !byte.is_ascii_whitespace());
    let mut sieve = Sieve::new(each);
    let whole = io::Cursor::new(&prefix).chain(input);
    let format = match (first, &prefix[..]) {
        (None, _) => return Err(TrackError::Unknown("it is empty")),
        (_, [b'P', b'K', 3 | 5, ..]) => {
            return Err(TrackError::Unknown(
                "it is a ZIP archive (KMZ is one too), which has to be unpacked first",
            ));
        }
        (_, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, b'<', ..] | [b'<', 0, ..]) => {
            return Err(TrackError::Unknown(
                "it is text in UTF-16, which has to be saved as UTF-8 first",
            ));
        }
        (Some(b'<'), _) => xml::read(whole, &mut sieve)?,
        (Some(b'{' | b'['), _) => json::read(whole, &mut sieve)?,
        _ => return Err(TrackError::Unknown("it is neither XML nor JSON")),
    };
    Ok(TrackReading {
        format,
        fixes: sieve.fixes,
        skipped: sieve.skipped,
    })
}

impl Track {
    /// Reads a location history as [`read`] does, and keeps what a dataset remembers of it.
    /// Until all is read, each fix takes three to six bytes.
    ///
    /// # Errors
    /// As [`read`].
    pub fn read(input: impl Read) -> Result<(Self, TrackReading), TrackError> {
        let mut gatherer = Gatherer::default();
        let reading = read(input, &mut |fix| gatherer.push(&fix))?;
        Ok((Self::gathered(gatherer), reading))
    }
}
