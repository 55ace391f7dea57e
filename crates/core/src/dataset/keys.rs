//! The keys of a file's record, once, and what stands under them.
//!
//! A new field of a [`FileRecord`] has its key in [`FileLine`], and what it means in the two
//! conversions below; both readers and both writers follow from these. What is usual is
//! left out: a time from DateTimeOriginal, a format that the extension tells, a change time
//! equal to the modification time. So a million records stay small and readable.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::line::{record, values};
use super::model::{
    CameraId, Content, Correction, FileRecord, Sidecar, Stat, Taken, Unknown, When,
};
use super::names::{self, EncodedName};
use crate::capture::clock::{RawTime, parse_offset};
use crate::capture::clue::{PositionSource, TimeSource};
use crate::capture::day::Day;
use crate::capture::partial::PartialDate;
use crate::capture::position::Position;
use crate::capture::resolve::OffsetSource;
use crate::media::format::{self, Format};
use crate::place::PlaceId;

record! {
    'a:
    /// A file, as its line has it.
    pub(super) struct FileLine<'a> {
        always {
            name: Cow<'a, str>,
        }
        optional {
            raw: String,
            size: u64,
            mtime: i64,
            ctime: i64,
            racy: bool,
            missing: bool,
            format: Cow<'a, str>,
            sidecars: Cow<'a, [Sidecar]>,
            time: RawTime,
            time_source: TimeSource,
            partial_date: PartialDate,
            local_date: Day,
            lat: f64,
            lon: f64,
            position_source: PositionSource,
            place: PlaceId,
            offset: Cow<'a, str>,
            offset_source: OffsetSource,
            camera: CameraId,
            live_photo: u32,
            digest: u32,
            correction: CorrectionLine,
            error: Cow<'a, str>,
        }
        unknown {
            unknown: Cow<'a, Unknown>,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct CorrectionLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time: Option<RawTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shift: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    position: Option<(f64, f64)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<PlaceId>,
    #[serde(flatten)]
    unknown: Unknown,
}

values! {
    CameraId: |line| line.index().map(CameraId),
    Cow<'a, [Sidecar]>: |line| line.list().map(Cow::Owned),
    // So few files have one that `serde` reads those.
    CorrectionLine: |_line| None,
}

/// The format of a file that was looked into and is no media.
const NO_MEDIA: &str = "other";
/// The format of a record that came in as JSON.
const GIVEN: &str = "json";

/// The source of a time in a media file, where none is named.
const USUAL_TIME: TimeSource = TimeSource::ExifDateTimeOriginal;
/// The source of a position in a media file, where none is named.
const USUAL_POSITION: PositionSource = PositionSource::Exif;

impl<'a> FileLine<'a> {
    /// The line of a file, whose format the name tells by way of `by_extension`.
    pub(super) fn of(
        file: &'a FileRecord,
        by_extension: impl FnOnce(&OsStr) -> Option<Format>,
    ) -> Self {
        let EncodedName { name, raw } = names::encode(&file.name);
        let (stat, taken) = (&file.stat, &file.taken);
        let given = file.content == Content::Given;
        let (format, error) = match &file.content {
            Content::Media(format) if by_extension(&file.name) == Some(*format) => (None, None),
            Content::Media(format) => (Some(format.name()), None),
            Content::Given => (Some(GIVEN), None),
            Content::Other => (Some(NO_MEDIA), None),
            Content::Failed(reason) => (None, Some(&**reason)),
        };
        let (offset, offset_source) = taken.offset_beside.unzip();
        Self {
            name,
            raw,
            size: (!given).then_some(stat.size),
            mtime: (!given).then_some(stat.mtime),
            ctime: (stat.ctime != stat.mtime).then_some(stat.ctime),
            racy: file.reread.then_some(true),
            missing: file.missing.then_some(true),
            format: format.map(Cow::Borrowed),
            sidecars: (!file.sidecars.is_empty()).then_some(Cow::Borrowed(&file.sidecars)),
            time: taken.time,
            time_source: taken.time_source.filter(|source| *source != USUAL_TIME),
            partial_date: taken.partial_date,
            local_date: taken.local_date,
            lat: taken.position.map(Position::lat),
            lon: taken.position.map(Position::lon),
            position_source: (taken.position_source).filter(|source| *source != USUAL_POSITION),
            place: taken.place,
            offset: offset.map(|offset| offset.to_string().into()),
            offset_source,
            camera: taken.camera,
            live_photo: taken.live_photo,
            digest: file.digest,
            correction: file.correction.as_deref().map(CorrectionLine::from),
            error: error.map(Cow::Borrowed),
            unknown: match &file.unknown {
                Some(unknown) => Cow::Borrowed(unknown),
                None => Cow::default(),
            },
        }
    }

    /// The file of a line, whose format the name tells by way of `by_extension`.
    ///
    /// # Errors
    /// What in the line means nothing.
    pub(super) fn into_record(
        self,
        by_extension: impl FnOnce(&OsStr) -> Option<Format>,
    ) -> Result<FileRecord, String> {
        let name = names::decode(&self.name, self.raw.as_deref())?;
        let content = match (self.error, self.format.as_deref()) {
            (Some(reason), _) => Content::Failed(reason.into()),
            (None, Some(GIVEN)) => Content::Given,
            (None, Some(NO_MEDIA)) => Content::Other,
            (None, format) => {
                let format = match format {
                    Some(format) => Format::from_name(format),
                    None => by_extension(&name),
                };
                Content::Media(format.ok_or("unknown format")?)
            }
        };
        let position = (self.lat.zip(self.lon))
            .map(|(lat, lon)| position(lat, lon))
            .transpose()?;
        let offset = self.offset.as_deref().and_then(parse_offset);
        let mtime = self.mtime.unwrap_or(0);
        let unknown = self.unknown.into_owned();
        Ok(FileRecord {
            name: (&*name).into(),
            stat: Stat {
                size: self.size.unwrap_or(0),
                mtime,
                ctime: self.ctime.unwrap_or(mtime),
            },
            reread: self.racy.unwrap_or(false),
            missing: self.missing.unwrap_or(false),
            content,
            sidecars: (self.sidecars)
                .map(|sidecars| sidecars.into_owned().into())
                .unwrap_or_default(),
            taken: Taken {
                time: self.time,
                time_source: self.time_source.or(self.time.map(|_| USUAL_TIME)),
                partial_date: self.partial_date,
                local_date: self.local_date,
                position,
                position_source: (self.position_source).or(position.map(|_| USUAL_POSITION)),
                place: self.place,
                offset_beside: offset.zip(self.offset_source),
                camera: self.camera,
                live_photo: self.live_photo,
            },
            correction: (self.correction)
                .map(|line| line.try_into().map(Box::new))
                .transpose()?,
            digest: self.digest,
            unknown: (!unknown.is_empty()).then(|| Box::new(unknown)),
        })
    }
}

impl<'a> From<&'a FileRecord> for FileLine<'a> {
    fn from(file: &'a FileRecord) -> Self {
        Self::of(file, by_extension)
    }
}

impl TryFrom<FileLine<'_>> for FileRecord {
    type Error = String;

    fn try_from(line: FileLine<'_>) -> Result<Self, String> {
        line.into_record(by_extension)
    }
}

impl From<&Correction> for CorrectionLine {
    fn from(correction: &Correction) -> Self {
        let (time, shift) = match correction.when {
            None => (None, None),
            Some(When::At(time)) => (Some(time), None),
            Some(When::Shifted(by)) => (None, Some(by)),
        };
        Self {
            time,
            shift,
            position: correction
                .position
                .map(|(position, _)| (position.lat(), position.lon())),
            place: correction.position.map(|(_, place)| place),
            unknown: correction.unknown.clone(),
        }
    }
}

impl TryFrom<CorrectionLine> for Correction {
    type Error = String;

    fn try_from(line: CorrectionLine) -> Result<Self, String> {
        let position = line
            .position
            .map(|(lat, lon)| position(lat, lon))
            .transpose()?;
        Ok(Self {
            // Where both are said, the time holds.
            when: (line.time.map(When::At)).or(line.shift.map(When::Shifted)),
            position: position.zip(line.place),
            unknown: line.unknown,
        })
    }
}

fn position(lat: f64, lon: f64) -> Result<Position, String> {
    Position::new(lat, lon).map_err(|e| format!("position {lat},{lon}: {e}"))
}

fn by_extension(name: &OsStr) -> Option<Format> {
    format::by_extension(Path::new(name).extension()?.to_str()?)
}

/// Tells the format by the extension, which is mostly that of another file before.
#[derive(Default)]
pub(super) struct Formats(Vec<(Box<[u8]>, Option<Format>)>);

impl Formats {
    /// The most extensions that are remembered; more are rare.
    const MOST: usize = 16;

    pub(super) fn by_extension(&mut self, name: &OsStr) -> Option<Format> {
        let bytes = name.as_encoded_bytes();
        let dot = bytes.iter().rposition(|byte| *byte == b'.')?;
        let (stem, extension) = bytes.split_at(dot);
        if matches!(stem, [] | [.., b'/' | b'\\']) {
            // It is hidden, and what follows is no extension.
            return by_extension(name);
        }
        let known = self.0.iter().find(|(known, _)| **known == *extension);
        if let Some((_, format)) = known {
            return *format;
        }
        let format = by_extension(name);
        if self.0.len() < Self::MOST {
            self.0.push((extension.into(), format));
        }
        format
    }
}
