//! Videos made of boxes: MP4 and its kin (ISO/IEC 14496-12, 3GPP TS 26.244)
//! and Apple's `QuickTime` File Format.

use std::ops::Range;

use chrono::FixedOffset;

use crate::capture::clock::{Clock, NoTime, RawTime, Written, parse_offset, unix_instant};
use crate::capture::clue::{PositionClue, PositionSource, Rejected, TimeSource};
use crate::capture::offset;
use crate::capture::position::Position;

use super::bmff::{Atom, Atoms};
use super::facts::{Facts, GpsTime};
use super::maker::Names;
use super::source::Source;
use super::tiff::ByteOrder;
use super::unreadable::Unreadable;
use super::{camm, clip, cr3, dashcam, dji, gpmf, idit, insta360, iso6709, maker, xmp};

/// 1970-01-01, in the seconds since 1904-01-01 that movie headers count.
const SECONDS_1904_TO_1970: u64 = 2_082_844_800;

/// The most that is read of one video. Ordinary ones need some ten KiB.
const MAX_BYTES: u64 = 2 * 1024 * 1024;
/// How many tracks are asked for a date.
const MAX_UNDATED: u32 = 8;
/// The most boxes that are looked at beside `moov`.
const MAX_TOP_BOXES: u32 = 256;
/// The longest text that is a time, a place or a name.
const MAX_TEXT: usize = 1024;
/// The longest list of keys, XMP packet or XML document that is read.
const MAX_PACKET: usize = 256 * 1024;
/// The most telemetry that is searched for a fix: samples of a track, and bytes
/// of a file.
const MAX_SAMPLES: usize = 2000;
const MAX_TELEMETRY: usize = 256 * 1024;
/// The most of one sample: a second of GPMF has 6 to 60 KiB.
const MAX_SAMPLE: usize = 64 * 1024;
/// The most samples of Sony's `rtmd` and DJI's `djmd` that are searched: one is written with
/// each frame.
const MAX_FRAMES: usize = 8;
/// The most blocks of a dashcam that are searched: one is written each second.
const MAX_BLOCKS: usize = 8;
/// The most of the log of a dashcam: about a minute.
const MAX_LOG: usize = 16 * 1024;
/// The most of the frames that is searched for the blocks of a dashcam that has no index.
const MAX_UNINDEXED: usize = 64 * 1024;
/// The most of a `GoPro`'s settings that is searched for its zone.
const MAX_SETTINGS: usize = 16 * 1024;
/// How many notes about damaged boxes one file is worth.
const MAX_NOTES: usize = 16;

/// BE7ACFCB-97A9-42E8-9C71-999491E3AFAC: an XMP packet (XMP part 3).
const UUID_XMP: [u8; 16] = *b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";
/// What other containers put before Exif.
const UUID_EXIF: [u8; 16] = *b"JpgTiffExif->JP2";
/// PROF, the profile of Sony's and Olympus's files.
const UUID_PROFILE: [u8; 16] = *b"PROF\x21\xd2\x4f\xce\xbb\x88\x69\x5c\xfa\xc9\xc7\x40";
/// USMT, user-specific metadata of Sony cameras.
const UUID_USMT: [u8; 16] = *b"USMT\x21\xd2\x4f\xce\xbb\x88\x69\x5c\xfa\xc9\xc7\x40";

/// Reads `QuickTime`, MP4, M4V, 3GP and 3G2 files. Only headers and the values
/// that are wanted are read, wherever `moov` is.
///
/// # Errors
/// There is no `moov`, or the boxes beside it are damaged. Damage within `moov`
/// is a note in `facts`, and the next box is read.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let mut walk = AtomWalk {
        limit: source.bytes_read().saturating_add(MAX_BYTES),
        source,
        facts,
        traks: 0,
        telemetry: MAX_TELEMETRY,
        is_local: false,
        is_scrambled: false,
        blocks: None,
    };
    let done = walk.file();
    if walk.is_scrambled {
        (walk.facts.positions).retain(|clue| clue.source != PositionSource::Dashcam);
    }
    if walk.is_local || is_local_by_fix(walk.facts) {
        readings(facts);
    }
    done
}

/// Whether the header tells another time than the fix of a dashcam, as far off as a zone is from
/// UTC. Fixes of others may be old: a phone lends its last one to a camera.
fn is_local_by_fix(facts: &Facts) -> bool {
    let Some(GpsTime::Instant(fix)) = facts.gps_time else {
        return false;
    };
    let is_of_it = |clue: &PositionClue| clue.source == PositionSource::Dashcam;
    if facts.positions.is_empty() || !facts.positions.iter().all(is_of_it) {
        return false;
    }
    let mut headers = (facts.times.iter()).filter(|clue| clue.source == TimeSource::Mvhd);
    headers.any(|clue| match clue.value {
        Ok(RawTime::Instant(header)) => offset::between(header.naive_utc(), fix, facts.length)
            .is_some_and(|offset| offset.local_minus_utc() != 0),
        _ => false,
    })
}

/// Turns the times of the headers into readings of the camera's clock, but where another
/// reading of that clock tells that they are in UTC for once.
fn readings(facts: &mut Facts) {
    let clocks = facts.times.iter().filter_map(|clue| match clue.value {
        Ok(RawTime::Clock(Clock { date, time, .. })) => Some(date.and_time(time?)),
        _ => None,
    });
    let clocks: Vec<_> = clocks.collect();
    let length = facts.length;
    let headers = [TimeSource::Mvhd, TimeSource::Mdhd, TimeSource::Tkhd];
    for clue in &mut facts.times {
        if headers.contains(&clue.source)
            && let Ok(RawTime::Instant(instant)) = clue.value
        {
            let offset = |local| offset::between(local, instant, length);
            let mut offsets = clocks.iter().copied().filter_map(offset);
            if offsets.any(|offset| offset.local_minus_utc() != 0) {
                continue;
            }
            clue.value = Ok(RawTime::Clock(Clock {
                date: instant.date_naive(),
                time: Some(instant.time()),
                offset: None,
            }));
        }
    }
}

/// What a counter of seconds since 1904 means. Some writers count from 1970,
/// which shows in values that would lie before that year.
fn mac_time(seconds: u64) -> Result<RawTime, NoTime> {
    if seconds == 0 {
        return Err(NoTime::Empty);
    }
    let unix = seconds.checked_sub(SECONDS_1904_TO_1970).unwrap_or(seconds);
    unix_instant(i64::try_from(unix).map_err(|_| NoTime::NotADate)?, 0)
}

/// Whether that is a box which ends files, and no trailer that looks like one.
fn is_usual(kind: [u8; 4]) -> bool {
    matches!(
        &kind,
        b"mdat" | b"free" | b"skip" | b"wide" | b"mfra" | b"udta" | b"sidx"
    )
}

/// How many seconds a movie runs: behind the times of creation and modification in its header
/// stand the units of a second, in 32 bits, and the length.
fn length(header: &[u8]) -> i64 {
    let number = |at: usize| {
        let bytes = header.get(at..).and_then(<[u8]>::first_chunk);
        bytes.map_or(0, |bytes| u64::from(u32::from_be_bytes(*bytes)))
    };
    let (units, length) = match header.first() {
        Some(0) => (number(12), number(16)),
        _ => (number(20), number(24) << 32 | number(28)),
    };
    let seconds = length.checked_div(units).unwrap_or(0);
    // A length of all ones is not known, and no movie runs for days.
    i64::try_from(seconds)
        .ok()
        .filter(|seconds| *seconds < 24 * 3600)
        .unwrap_or(0)
}

/// Keeps a fix. Its time tells by what the header counts, which is when recording began.
fn of_dashcam(fix: dashcam::Fix, facts: &mut Facts) {
    facts.degrees(PositionSource::Dashcam, fix.degrees);
    let time = fix.time.map(|time| GpsTime::Instant(time.and_utc()));
    facts.gps_time = facts.gps_time.or(time);
}

struct AtomWalk<'a> {
    source: &'a mut Source,
    facts: &'a mut Facts,
    /// `Source::bytes_read` at which the walk is given up.
    limit: u64,
    traks: u32,
    /// How many bytes of telemetry may still be searched.
    telemetry: usize,
    /// Whether the camera is of those that put their clock's reading into the headers.
    is_local: bool,
    /// Whether the positions of a dashcam are no degrees.
    is_scrambled: bool,
    /// The frames in which the blocks of a dashcam were seen.
    blocks: Option<Range<u64>>,
}

impl AtomWalk<'_> {
    fn file(&mut self) -> Result<(), Unreadable> {
        let done = self.boxes();
        if let Some(frames) = self.blocks.take() {
            self.unindexed(frames)?;
        }
        done
    }

    fn boxes(&mut self) -> Result<(), Unreadable> {
        let mut atoms = Atoms::new(self.source, 0..u64::MAX);
        let mut found = false;
        for _ in 0..MAX_TOP_BOXES {
            let atom = match self.next(&mut atoms) {
                Ok(Some(atom)) => atom,
                Ok(None) => break,
                Err(fault) => {
                    // What follows the movie may be no boxes.
                    if found {
                        self.insta360()?;
                    }
                    return Err(fault);
                }
            };
            match &atom.kind {
                b"moov" => {
                    found = true;
                    let done = self.moov(atom.payload);
                    self.tolerate("moov", done)?;
                }
                // The fragments of a streamed video say nothing new, by thousands.
                b"moof" if found => break,
                b"meta" => {
                    let done = self.clip(atom.payload);
                    self.tolerate("meta", done)?;
                }
                b"uuid" => {
                    let done = self.uuid(atom.payload);
                    self.tolerate("uuid", done)?;
                }
                b"mdat" => self.frames(&atom.payload),
                b"IDIT" => {
                    let text = clean(&self.start_of(&atom.payload, MAX_TEXT)?);
                    idit::written(self.facts, &text);
                }
                // Beside it dashcams of Rexing scramble their positions.
                b"frea" => self.is_scrambled = true,
                b"free" | b"skip" => {
                    let done = self.spare(&atom.payload);
                    self.tolerate("free", done)?;
                }
                kind if found && atom.payload.end == self.source.len() && !is_usual(*kind) => {
                    self.insta360()?;
                    break;
                }
                _ => {}
            }
        }
        if found {
            Ok(())
        } else {
            Err(Unreadable::Malformed(
                "no moov box: the recording was not finished",
            ))
        }
    }

    fn next(&mut self, atoms: &mut Atoms) -> Result<Option<Atom>, Unreadable> {
        self.affordable()?;
        atoms.next(self.source)
    }

    /// The payload of the first box of that type within a range.
    fn find(&mut self, range: Range<u64>, kind: [u8; 4]) -> Result<Option<Range<u64>>, Unreadable> {
        let mut atoms = Atoms::new(self.source, range);
        while let Some(atom) = self.next(&mut atoms)? {
            if atom.kind == kind {
                return Ok(Some(atom.payload));
            }
        }
        Ok(None)
    }

    fn affordable(&self) -> Result<(), Unreadable> {
        if self.source.bytes_read() > self.limit {
            return Err(Unreadable::Malformed("too many headers to read"));
        }
        Ok(())
    }

    /// At most `most` bytes of a payload.
    fn start_of(&mut self, payload: &Range<u64>, most: usize) -> Result<Vec<u8>, Unreadable> {
        self.affordable()?;
        let len = payload.end.saturating_sub(payload.start);
        let len = usize::try_from(len).unwrap_or(usize::MAX).min(most);
        Ok(self.source.up_to(payload.start, len)?.to_vec())
    }

    /// Damage inside one box is noted, and does not end the reading of its
    /// neighbours. A failed read does.
    fn tolerate(&mut self, at: &str, done: Result<(), Unreadable>) -> Result<(), Unreadable> {
        match done {
            Err(Unreadable::Malformed(why)) => {
                if self.facts.notes.len() < MAX_NOTES {
                    self.facts.note(at, why);
                }
                Ok(())
            }
            done => done,
        }
    }

    fn moov(&mut self, payload: Range<u64>) -> Result<(), Unreadable> {
        let mut atoms = Atoms::new(self.source, payload);
        while let Some(atom) = self.next(&mut atoms)? {
            let done = match &atom.kind {
                b"mvhd" => self.creation_time(TimeSource::Mvhd, &atom.payload),
                b"trak" => self.trak(atom.payload),
                b"udta" => self.udta(atom.payload),
                b"meta" => self.meta(atom.payload),
                b"uuid" => self.uuid(atom.payload),
                b"gps " => self.dashcam(&atom.payload),
                _ => Ok(()),
            };
            self.tolerate("moov", done)?;
        }
        Ok(())
    }

    /// mvhd, tkhd and mdhd begin alike: version, flags, creation time in 32
    /// bits, in 64 from version 1 on.
    fn creation_time(
        &mut self,
        source: TimeSource,
        payload: &Range<u64>,
    ) -> Result<(), Unreadable> {
        let header = self.start_of(payload, 32)?;
        if source == TimeSource::Mvhd {
            self.facts.length = length(&header);
        }
        let seconds = match header.as_slice() {
            [0, _, _, _, a, b, c, d, ..] => u64::from(u32::from_be_bytes([*a, *b, *c, *d])),
            [_, _, _, _, rest @ ..] => match rest.first_chunk() {
                Some(bytes) => u64::from_be_bytes(*bytes),
                None => return Err(Unreadable::Malformed("a header is too short")),
            },
            _ => return Err(Unreadable::Malformed("a header is too short")),
        };
        self.facts
            .time(source, seconds.to_string(), mac_time(seconds));
        Ok(())
    }

    fn trak(&mut self, payload: Range<u64>) -> Result<(), Unreadable> {
        self.traks += 1;
        // A later track tells where movie and first track have no date.
        let is_dated = self.facts.times.iter().any(|clue| clue.value.is_ok());
        let tells = self.traks == 1 || !is_dated && self.traks <= MAX_UNDATED;
        let mut atoms = Atoms::new(self.source, payload);
        while let Some(atom) = self.next(&mut atoms)? {
            match &atom.kind {
                b"tkhd" if tells => self.creation_time(TimeSource::Tkhd, &atom.payload)?,
                b"mdia" => self.mdia(atom.payload, tells)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn mdia(&mut self, payload: Range<u64>, tells: bool) -> Result<(), Unreadable> {
        let mut telemetry = false;
        let mut atoms = Atoms::new(self.source, payload);
        while let Some(atom) = self.next(&mut atoms)? {
            match &atom.kind {
                b"mdhd" if tells => self.creation_time(TimeSource::Mdhd, &atom.payload)?,
                b"hdlr" => {
                    let header = self.start_of(&atom.payload, 12)?;
                    telemetry = matches!(header.get(8..12), Some(b"meta" | b"camm"));
                }
                b"minf" if telemetry => {
                    if let Some(stbl) = self.find(atom.payload, *b"stbl")? {
                        self.telemetry(stbl)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn telemetry(&mut self, stbl: Range<u64>) -> Result<(), Unreadable> {
        let mut table = SampleTable::default();
        let mut format = [0; 4];
        let mut atoms = Atoms::new(self.source, stbl);
        while let Some(atom) = self.next(&mut atoms)? {
            match &atom.kind {
                b"stsd" => {
                    let entry = self.start_of(&atom.payload, 16)?;
                    if let Some(kind) = entry.get(12..).and_then(<[u8]>::first_chunk) {
                        format = *kind;
                    }
                    if !matches!(&format, b"gpmd" | b"camm" | b"rtmd" | b"djmd") {
                        return Ok(());
                    }
                }
                b"stsz" => table.sizes = self.start_of(&atom.payload, 12 + 4 * MAX_SAMPLES)?,
                b"stsc" => table.runs = self.start_of(&atom.payload, 8 + 12 * MAX_SAMPLES)?,
                b"stco" => table.chunks = self.start_of(&atom.payload, 8 + 4 * MAX_SAMPLES)?,
                b"co64" => {
                    table.chunks = self.start_of(&atom.payload, 8 + 8 * MAX_SAMPLES)?;
                    table.wide = true;
                }
                _ => {}
            }
        }
        match &format {
            b"gpmd" => self.gpmf(&table.samples()),
            b"camm" => self.camm(&table.samples()),
            b"rtmd" => self.rtmd(&table.samples()),
            b"djmd" => self.djmd(&table.samples()),
            _ => Ok(()),
        }
    }

    /// Reads samples until `enough` of them is known, or the limit is reached.
    fn search(
        &mut self,
        samples: &[(u64, u32)],
        mut enough: impl FnMut(&mut Facts, &[u8]) -> bool,
    ) -> Result<(), Unreadable> {
        for &(at, size) in samples {
            let range = at..at.saturating_add(size.into());
            let before = self.source.bytes_read();
            let sample = self.start_of(&range, MAX_SAMPLE.min(self.telemetry))?;
            // Charge the larger of what was read and what is looked at: of small samples far
            // apart each costs a window, those within one window cost no read but time. At
            // least 8, so that empty samples come to an end too.
            let read = usize::try_from(self.source.bytes_read() - before).unwrap_or(usize::MAX);
            let cost = read.max(sample.len()).max(8);
            self.telemetry = self.telemetry.saturating_sub(cost);
            if enough(self.facts, &sample) || self.telemetry == 0 {
                break;
            }
        }
        Ok(())
    }

    fn gpmf(&mut self, samples: &[(u64, u32)]) -> Result<(), Unreadable> {
        let mut unfixed = None;
        let mut found = false;
        let mut silent = 0;
        self.search(samples, |facts, sample| {
            let telemetry = gpmf::read(sample);
            if let Some(device) = telemetry.device {
                facts.make.get_or_insert_with(|| "GoPro".to_owned());
                facts.model.get_or_insert(device);
            }
            unfixed = unfixed.take().or(telemetry.unfixed);
            if let Some(fix) = telemetry.drone {
                facts.degrees(PositionSource::Gpmf, fix);
                found = true;
            }
            if let Some(fix) = telemetry.fix {
                let text = format!("{:.7}, {:.7}", fix.lat, fix.lon);
                facts.time(TimeSource::Gpmf, fix.text, fix.time);
                facts.position(PositionSource::Gpmf, text, fix.lat, fix.lon);
                found = true;
            }
            // With the receiver switched off, there is nothing to wait for.
            silent += u32::from(!telemetry.receiver);
            found || silent > 3
        })?;
        if let (false, Some(text)) = (found, unfixed) {
            let why = Rejected("the receiver had no fix".to_owned());
            self.facts.time(TimeSource::Gpmf, text, Err(why));
        }
        Ok(())
    }

    fn camm(&mut self, samples: &[(u64, u32)]) -> Result<(), Unreadable> {
        let mut first = None;
        self.search(samples, |_, sample| {
            let Some((lat, lon)) = camm::read(sample) else {
                return false;
            };
            // Receivers without a fix say 0, 0 until they have one.
            let good = Position::new(lat, lon).is_ok();
            if good || first.is_none() {
                first = Some((lat, lon));
            }
            good
        })?;
        if let Some(fix) = first {
            self.facts.degrees(PositionSource::Camm, fix);
        }
        Ok(())
    }

    fn rtmd(&mut self, samples: &[(u64, u32)]) -> Result<(), Unreadable> {
        let first = samples.get(..MAX_FRAMES).unwrap_or(samples);
        let mut fix = Vec::new();
        self.search(first, |facts, sample| {
            let is_first = facts
                .times
                .iter()
                .all(|clue| clue.source != TimeSource::Rtmd);
            if let Some(reading) = maker::sony_clock(sample).filter(|_| is_first) {
                facts.clock(TimeSource::Rtmd, &reading);
            }
            fix = maker::sony(sample);
            !fix.is_empty() || sample.is_empty()
        })?;
        maker::take(ByteOrder::Big, fix, self.facts)
    }

    fn djmd(&mut self, samples: &[(u64, u32)]) -> Result<(), Unreadable> {
        let first = samples.get(..MAX_FRAMES).unwrap_or(samples);
        self.search(first, |facts, sample| {
            let fix = dji::read(sample);
            if let Some(fix) = fix {
                facts.degrees(PositionSource::Dji, fix);
            }
            fix.is_some() || sample.is_empty()
        })
    }

    /// Novatek's index of the blocks of a dashcam: version, count, then offset and size of each.
    fn dashcam(&mut self, payload: &Range<u64>) -> Result<(), Unreadable> {
        let index = self.start_of(payload, 8 + 8 * MAX_BLOCKS)?;
        let entries = index.get(8..).unwrap_or_default().as_chunks::<8>().0;
        let blocks: Vec<_> = entries
            .iter()
            .map(|[o0, o1, o2, o3, s0, s1, s2, s3]| {
                let size = u32::from_be_bytes([*s0, *s1, *s2, *s3]).min(dashcam::BLOCK);
                (u32::from_be_bytes([*o0, *o1, *o2, *o3]).into(), size)
            })
            .collect();
        self.search(&blocks, |facts, block| {
            let fix = dashcam::read(block);
            if let Some(fix) = fix {
                of_dashcam(fix, facts);
            }
            fix.is_some()
        })
    }

    /// Looks for the blocks of a dashcam in what was read with the header of the frames.
    fn frames(&mut self, payload: &Range<u64>) {
        let most = usize::try_from(payload.end - payload.start).unwrap_or(usize::MAX);
        let seen = self.source.at_hand(payload.start);
        let seen = seen.get(..most).unwrap_or(seen);
        if self.blocks.is_none() && dashcam::blocks(seen).next().is_some() {
            self.blocks = Some(payload.clone());
        }
    }

    /// The blocks of a dashcam between the first frames, where no index told of them.
    fn unindexed(&mut self, frames: Range<u64>) -> Result<(), Unreadable> {
        let found = |clue: &PositionClue| clue.source == PositionSource::Dashcam;
        if self.facts.positions.iter().any(found) {
            return Ok(());
        }
        let bytes = self.start_of(&frames, MAX_UNINDEXED)?;
        if let Some(fix) = dashcam::blocks(&bytes).find_map(dashcam::read) {
            of_dashcam(fix, self.facts);
        }
        Ok(())
    }

    /// The trailer of an Insta360 camera.
    fn insta360(&mut self) -> Result<(), Unreadable> {
        let len = self.source.len();
        let start = len.saturating_sub(insta360::FOOT as u64);
        let foot = self.start_of(&(start..len), insta360::FOOT)?;
        if !insta360::is_foot(&foot) {
            return Ok(());
        }
        name(&mut self.facts.make, "Insta360");
        let (mut end, mut record) = (start, insta360::record(&foot));
        for _ in 0..insta360::MAX_RECORDS {
            let Some((id, size)) = record else { break };
            let Some(at) = end.checked_sub(size.into()) else {
                break;
            };
            match id {
                insta360::CAMERA => {
                    let camera = self.start_of(&(at..end), MAX_TEXT)?;
                    if let Some(model) = insta360::model(&camera) {
                        name(&mut self.facts.model, &model);
                    }
                }
                insta360::FIXES => {
                    let fixes = self.start_of(&(at..end), insta360::MAX_FIXES)?;
                    if let Some(fix) = insta360::first_fix(&fixes) {
                        self.facts.degrees(PositionSource::Insta360, fix);
                    }
                }
                _ => {}
            }
            let Some(before) = at.checked_sub(6) else {
                break;
            };
            let head = self.start_of(&(before..at), 6)?;
            (end, record) = (before, insta360::record(&head));
        }
        Ok(())
    }

    fn udta(&mut self, payload: Range<u64>) -> Result<(), Unreadable> {
        let mut atoms = Atoms::new(self.source, payload);
        while let Some(atom) = self.next(&mut atoms)? {
            match &atom.kind {
                b"meta" => {
                    let done = self.meta(atom.payload);
                    self.tolerate("udta/meta", done)?;
                }
                b"XMP_" => self.xmp(&atom.payload)?,
                b"loci" => {
                    let payload = self.start_of(&atom.payload, MAX_TEXT)?;
                    self.loci(&payload);
                }
                // Ricoh writes @ for ©.
                b"date"
                | [b'@' | 0xa9, b'd', b'a', b'y']
                | [b'@' | 0xa9, b'x', b'y', b'z']
                | [b'@' | 0xa9, b'm', b'a', b'k']
                | [b'@' | 0xa9, b'm', b'o', b'd'] => {
                    let payload = self.start_of(&atom.payload, MAX_TEXT)?;
                    let text = user_text(&payload);
                    match &atom.kind[1..] {
                        b"ate" => self.written(TimeSource::QuickTimeDate, &text),
                        b"day" => self.written(TimeSource::QuickTimeDay, &text),
                        b"xyz" => self.iso6709(PositionSource::QuickTimeXyz, &text),
                        b"mak" => name(&mut self.facts.make, &text),
                        _ => name(&mut self.facts.model, &text),
                    }
                }
                _ => {
                    let done = self.maker(&atom);
                    self.tolerate("udta", done)?;
                }
            }
        }
        Ok(())
    }

    /// A box of a camera's maker. That it is there tells that the headers hold the reading of
    /// the camera's clock; most of them hold that reading too, and some its zone.
    fn maker(&mut self, atom: &Atom) -> Result<(), Unreadable> {
        let payload = &atom.payload;
        match &atom.kind {
            b"FIRM" => {
                let firmware = clean(&self.start_of(payload, MAX_TEXT)?);
                self.is_local |= maker::is_local_gopro(&firmware);
                return Ok(());
            }
            // Cameras that know no zone have none in their settings.
            b"GPMF" if !self.is_local => {
                let zone = gpmf::zone(&self.start_of(payload, MAX_SETTINGS)?);
                self.facts.device_offset = self.facts.device_offset.or(zone);
                return Ok(());
            }
            b"NCDT" => {
                if let Some(records) = self.find(payload.clone(), *b"NCTG")? {
                    let records = self.start_of(&records, maker::MAX_BOX)?;
                    maker::take(ByteOrder::Big, maker::nikon(&records), self.facts)?;
                }
            }
            b"CNTH" => {
                if let Some(picture) = self.find(payload.clone(), *b"CNDA")? {
                    self.embedded(&picture)?;
                }
            }
            b"PANA" | b"LEIC" => self.panasonic(payload)?,
            b"RMKN" | b"RICO" | b"@sec" => self.embedded(payload)?,
            // 16 bytes, then IFD0; its offsets count from there.
            b"MVTG" => {
                let bytes = self.start_of(payload, maker::MAX_BOX)?;
                let bytes = bytes.get(16..).unwrap_or_default();
                maker::directory(bytes, ByteOrder::Little, 0, self.facts)?;
            }
            // 10 bytes, then IFD0; its offsets count from the start of the box.
            b"QVMI" => {
                let bytes = self.start_of(payload, maker::MAX_BOX)?;
                maker::directory(&bytes, ByteOrder::Big, 10, self.facts)?;
            }
            b"PENT" => self.dated(payload, Some(Names::PENT))?,
            b"TAGS" => self.tags(payload)?,
            b"CNCV" | b"CNMN" | b"CNFV" | b"CNOP" | b"FFMV" | b"MMA0" | b"MMA1" | b"PXTH"
            | b"PXMN" | b"RTHU" | b"DcMD" => {}
            _ => return Ok(()),
        }
        self.is_local = true;
        Ok(())
    }

    /// Boxes in one that is meant for nothing: the serial number of Kodak's cameras, Canon's
    /// boxes, and the log of fixes of `BlackVue`'s dashcams.
    fn spare(&mut self, payload: &Range<u64>) -> Result<(), Unreadable> {
        const DASHCAM: [&[u8; 4]; 7] = [
            b"cprt", b"sttm", b"ptnm", b"ptrh", b"thum", b"gps ", b"3gf ",
        ];
        let head = self.start_of(payload, 8)?;
        let Some(first) = head.get(4..).and_then(<[u8]>::first_chunk) else {
            return Ok(());
        };
        match first {
            b"Seri" | b"SVer" | b"Scrn" | b"Expo" => self.is_local |= head.starts_with(&[0; 2]),
            b"CNDB" | b"CNCV" | b"CNMN" | b"CNFV" | b"CNTH" | b"CNDM" => {
                let mut atoms = Atoms::new(self.source, payload.clone());
                while let Some(atom) = self.next(&mut atoms)? {
                    self.maker(&atom)?;
                }
            }
            kind if DASHCAM.contains(&kind) => {
                if let Some(log) = self.find(payload.clone(), *b"gps ")? {
                    let text = self.start_of(&log, MAX_LOG)?;
                    if let Some(fix) = dashcam::log(&text) {
                        of_dashcam(fix, self.facts);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Exif near the start of a box. Whether there was any.
    fn embedded(&mut self, payload: &Range<u64>) -> Result<(), Unreadable> {
        let bytes = self.start_of(payload, maker::MAX_BOX)?;
        maker::embedded(&bytes, self.facts).map(|_| ())
    }

    /// The like of a JPEG stands at different places in the boxes of Panasonic and Leica, in
    /// the largest behind 2 MiB.
    fn panasonic(&mut self, payload: &Range<u64>) -> Result<(), Unreadable> {
        const FAR: u64 = 0x20_0080;
        let bytes = self.start_of(payload, maker::MAX_BOX)?;
        if !maker::embedded(&bytes, self.facts)? && payload.end - payload.start > FAR {
            self.embedded(&(payload.start + FAR..payload.end))?;
        }
        Ok(())
    }

    /// A block in which dates are written out.
    fn dated(&mut self, payload: &Range<u64>, names: Option<Names>) -> Result<(), Unreadable> {
        let bytes = self.start_of(payload, MAX_TEXT)?;
        maker::take(ByteOrder::Little, maker::dated(&bytes, names), self.facts)
    }

    /// What many cameras of the first decade wrote; Olympus keeps boxes in it, behind 12 bytes.
    fn tags(&mut self, payload: &Range<u64>) -> Result<(), Unreadable> {
        if self.start_of(payload, 20)?.get(16..) != Some(b"OLYM") {
            return self.dated(payload, None);
        }
        let boxes = payload.start + 12..payload.end;
        if let Some(olympus) = self.find(boxes, *b"OLYM")?
            && let Some(parameters) = self.find(olympus, *b"prms")?
        {
            self.dated(&parameters, Some(Names::PARAMETERS))?;
        }
        Ok(())
    }

    /// 3GPP TS 26.244, section 8.10: version and flags, language, name, role,
    /// longitude, latitude and altitude as 16.16 fixed point.
    fn loci(&mut self, payload: &[u8]) {
        let text = payload.get(6..).unwrap_or_default();
        let name_len = if let [0xfe, 0xff, ..] | [0xff, 0xfe, ..] = text {
            let pairs = text.chunks_exact(2);
            pairs.take_while(|pair| pair != b"\0\0").count() * 2 + 2
        } else {
            text.iter().take_while(|b| **b != 0).count() + 1
        };
        let degrees = |at: usize| -> Option<f64> {
            // Behind the name stands the role, in one byte.
            let bytes = text.get(name_len + 1 + at..)?.first_chunk()?;
            Some(f64::from(i32::from_be_bytes(*bytes)) / 65_536.0)
        };
        match (degrees(4), degrees(0)) {
            (Some(lat), Some(lon)) => {
                let text = format!("{lat:.5}, {lon:.5}");
                self.facts.position(PositionSource::Loci, text, lat, lon);
            }
            _ => self
                .facts
                .no_position(PositionSource::Loci, "", "it is cut short"),
        }
    }

    /// The metadata box: `QuickTime`'s keys with values, or the values alone with
    /// four-character names as iTunes writes them.
    fn meta(&mut self, payload: Range<u64>) -> Result<(), Unreadable> {
        // ISO puts version and flags before the first box, QuickTime does not.
        let start = self.start_of(&payload, 8)?;
        let version = if start.get(4..8) == Some(b"hdlr") {
            0
        } else {
            4
        };
        let mut keys = Vec::new();
        let mut atoms = Atoms::new(self.source, payload.start + version..payload.end);
        while let Some(atom) = self.next(&mut atoms)? {
            match &atom.kind {
                b"keys" => keys = MetadataKey::list(&self.start_of(&atom.payload, MAX_PACKET)?),
                b"ilst" => self.ilst(atom.payload, &keys)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn ilst(&mut self, payload: Range<u64>, keys: &[MetadataKey]) -> Result<(), Unreadable> {
        let mut atoms = Atoms::new(self.source, payload);
        while let Some(atom) = self.next(&mut atoms)? {
            // With keys, the type of an item is the number of its key, from 1.
            let number = usize::try_from(u32::from_be_bytes(atom.kind)).unwrap_or(0);
            let key = match &atom.kind {
                b"\xa9day" => MetadataKey::ItunesDay,
                b"\xa9xyz" => MetadataKey::ItunesXyz,
                _ => match number.checked_sub(1).and_then(|at| keys.get(at)) {
                    Some(key) if *key != MetadataKey::Other => *key,
                    _ => continue,
                },
            };
            let most = if key == MetadataKey::Clip {
                clip::MAX_SIZE
            } else {
                MAX_TEXT
            };
            let value = self.start_of(&atom.payload, most)?;
            let Some(text) = data_text(&value) else {
                continue;
            };
            match key {
                MetadataKey::CreationDate => self.written(TimeSource::QuickTimeCreationDate, &text),
                MetadataKey::ItunesDay => self.written(TimeSource::QuickTimeDay, &text),
                MetadataKey::Location => self.iso6709(PositionSource::QuickTimeLocation, &text),
                MetadataKey::ItunesXyz => self.iso6709(PositionSource::ItunesXyz, &text),
                MetadataKey::ContentId => name(&mut self.facts.content_id, &text),
                MetadataKey::Make => name(&mut self.facts.make, &text),
                MetadataKey::Model => name(&mut self.facts.model, &text),
                MetadataKey::UtcOffset => {
                    let offset = parse_offset(&text);
                    self.facts.device_offset = self.facts.device_offset.or(offset);
                }
                MetadataKey::Clip => clip::read(&text, self.facts)?,
                MetadataKey::Other => {}
            }
        }
        Ok(())
    }

    fn written(&mut self, source: TimeSource, text: &str) {
        let value = Written::parse(text).map(Written::raw);
        self.facts.time(source, text, value);
    }

    fn iso6709(&mut self, source: PositionSource, text: &str) {
        match iso6709::parse(text) {
            Some((lat, lon)) => self.facts.position(source, text, lat, lon),
            None => self.facts.no_position(source, text, "not ISO 6709"),
        }
    }

    fn uuid(&mut self, payload: Range<u64>) -> Result<(), Unreadable> {
        let start = self.start_of(&payload, 16)?;
        let content = payload.start.saturating_add(16)..payload.end;
        if start == UUID_XMP {
            self.xmp(&content)?;
        } else if start == UUID_EXIF {
            self.embedded(&content)?;
        } else if start == cr3::CANON_UUID {
            cr3::canon(self.source, content, self.facts)?;
        } else if start == UUID_PROFILE
            // A version, and how many boxes follow.
            && let Some(olympus) = self.find(content.start.saturating_add(8)..content.end, *b"OLYM")?
        {
            self.dated(&olympus, Some(Names::OLYM))?;
            self.is_local = true;
        } else if start == UUID_USMT
            && let Some(payload) = self.find(content, *b"MTDT")?
        {
            let entries = self.start_of(&payload, MAX_TEXT)?;
            let offset = usmt_time_zone(&entries).and_then(FixedOffset::east_opt);
            self.facts.device_offset = self.facts.device_offset.or(offset);
        }
        Ok(())
    }

    fn xmp(&mut self, payload: &Range<u64>) -> Result<(), Unreadable> {
        let packet = self.start_of(payload, MAX_PACKET)?;
        xmp::read(&packet, self.facts);
        Ok(())
    }

    /// The XML that Sony's cameras put beside `moov`.
    fn clip(&mut self, payload: Range<u64>) -> Result<(), Unreadable> {
        let start = payload.start.saturating_add(4).min(payload.end);
        let Some(payload) = self.find(start..payload.end, *b"xml ")? else {
            return Ok(());
        };
        let bytes = self.start_of(&payload, clip::MAX_SIZE)?;
        clip::read(&String::from_utf8_lossy(&bytes), self.facts)
    }
}

/// What a metadata value is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MetadataKey {
    CreationDate,
    Location,
    ContentId,
    Make,
    Model,
    UtcOffset,
    /// The XML of Panasonic's cameras.
    Clip,
    ItunesDay,
    ItunesXyz,
    Other,
}

impl MetadataKey {
    /// The keys of a `keys` box: version and flags, a count, then size,
    /// namespace and name of each.
    fn list(payload: &[u8]) -> Vec<Self> {
        let mut keys = Vec::new();
        let mut rest = payload.get(8..).unwrap_or_default();
        while let Some(size) = rest.first_chunk() {
            let size = usize::try_from(u32::from_be_bytes(*size)).unwrap_or(usize::MAX);
            // The size includes itself and the namespace.
            let Some((key, tail)) = rest.split_at_checked(size) else {
                break;
            };
            let Some(name) = key.get(8..) else { break };
            keys.push(match name {
                b"com.apple.quicktime.creationdate" => Self::CreationDate,
                b"com.apple.quicktime.location.ISO6709" => Self::Location,
                b"com.apple.quicktime.content.identifier" => Self::ContentId,
                b"com.apple.quicktime.make" | b"com.android.manufacturer" => Self::Make,
                b"com.apple.quicktime.model" | b"com.android.model" => Self::Model,
                b"com.samsung.android.utc_offset" => Self::UtcOffset,
                b"com.panasonic.Semi-Pro.metadata.xml" => Self::Clip,
                _ => Self::Other,
            });
            rest = tail;
        }
        keys
    }
}

/// Where the samples of a track lie (ISO/IEC 14496-12, section 8.7). Each field
/// is the start of the payload of its box.
#[derive(Debug, Default)]
struct SampleTable {
    /// stsz: the sizes of the samples.
    sizes: Vec<u8>,
    /// stsc: runs of chunks with the same number of samples.
    runs: Vec<u8>,
    /// stco or co64: the offsets of the chunks.
    chunks: Vec<u8>,
    /// Whether `chunks` has 64 bits each.
    wide: bool,
}

impl SampleTable {
    /// Offset and size of the first samples.
    fn samples(&self) -> Vec<(u64, u32)> {
        let number = |bytes: &[u8]| bytes.first_chunk().map_or(0, |b| u32::from_be_bytes(*b));
        let same_size = number(self.sizes.get(4..).unwrap_or_default());
        let count = number(self.sizes.get(8..).unwrap_or_default());
        let count = usize::try_from(count)
            .unwrap_or(usize::MAX)
            .min(MAX_SAMPLES);
        let sizes = self.sizes.get(12..).unwrap_or_default();
        let mut sizes = sizes.chunks_exact(4).map(number);
        let runs = self.runs.get(8..).unwrap_or_default();
        let mut runs = runs.chunks_exact(12).peekable();
        let chunks = self.chunks.get(8..).unwrap_or_default();
        let chunks = chunks.chunks_exact(if self.wide { 8 } else { 4 });

        let mut samples = Vec::new();
        let mut per_chunk = 0;
        for (chunk, offset) in (1_u32..).zip(chunks) {
            while let Some(run) = runs.next_if(|run| number(run) <= chunk) {
                per_chunk = number(run.get(4..).unwrap_or_default());
            }
            let mut at = match offset.first_chunk() {
                Some(wide) => u64::from_be_bytes(*wide),
                None => number(offset).into(),
            };
            for _ in 0..per_chunk {
                if samples.len() >= count {
                    return samples;
                }
                let size = match same_size {
                    0 => match sizes.next() {
                        Some(size) => size,
                        None => return samples,
                    },
                    size => size,
                };
                samples.push((at, size));
                at = at.saturating_add(size.into());
            }
        }
        samples
    }
}

/// The text of a user data item. `QuickTime` puts length and language before it,
/// iTunes a whole box; some writers put nothing.
fn user_text(payload: &[u8]) -> String {
    if let Some(text) = data_text(payload) {
        return text;
    }
    let text = match payload {
        // No text is long enough for its length to look like printable letters.
        [high @ 0..0x20, low, _, _, text @ ..] => {
            let len = usize::from(u16::from_be_bytes([*high, *low]));
            text.get(..len).unwrap_or(text)
        }
        text => text,
    };
    clean(text)
}

/// The text of a `data` box: size, type, kind of data, locale, value.
fn data_text(item: &[u8]) -> Option<String> {
    if item.get(4..8) != Some(b"data") {
        return None;
    }
    let size = usize::try_from(u32::from_be_bytes(*item.first_chunk()?)).ok()?;
    let data = item.get(..size).unwrap_or(item);
    Some(clean(data.get(16..)?))
}

fn clean(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.trim_matches(|c: char| c.is_whitespace() || c == '\0')
        .to_owned()
}

/// Keeps the first name that is not empty.
fn name(slot: &mut Option<String>, text: &str) {
    if slot.is_none() && !text.is_empty() {
        *slot = Some(text.to_owned());
    }
}

/// Seconds east of UTC of entry 0x0B in Sony's MTDT: a count, then size, type,
/// language, encoding and data of each entry. The data is minutes.
fn usmt_time_zone(entries: &[u8]) -> Option<i32> {
    let mut rest = entries.get(2..)?;
    while let [s0, s1, ..] = rest {
        let size = usize::from(u16::from_be_bytes([*s0, *s1]));
        let (entry, tail) = rest.split_at_checked(size)?;
        if let [0, 0, 0, 0x0b, _, _, _, _, m0, m1, ..] = entry.get(2..)? {
            let minutes = i32::from(i16::from_be_bytes([*m0, *m1]));
            return (minutes.abs() <= 14 * 60).then_some(minutes * 60);
        }
        rest = tail;
    }
    None
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::believe;
    use super::super::tiff::build::{Field, ascii, block};
    use super::*;
    use crate::capture::resolve::OffsetSource;

    pub(in crate::media) fn atom(kind: [u8; 4], payload: &[u8]) -> Vec<u8> {
        let size = u32::try_from(payload.len() + 8).unwrap();
        [&size.to_be_bytes(), &kind[..], payload].concat()
    }

    fn full(kind: [u8; 4], fields: &[u32]) -> Vec<u8> {
        let fields: Vec<u8> = fields.iter().flat_map(|f| f.to_be_bytes()).collect();
        atom(kind, &[&[0; 4], &fields[..]].concat())
    }

    fn mvhd(seconds: u32) -> Vec<u8> {
        full(*b"mvhd", &[seconds, seconds, 1000, 0])
    }

    fn data(kind: [u8; 4], text: &str) -> Vec<u8> {
        let value = [&[0, 0, 0, 1, 0, 0, 0, 0], text.as_bytes()].concat();
        atom(kind, &atom(*b"data", &value))
    }

    /// A meta box of `QuickTime` with these keys.
    fn keys(pairs: &[(&str, &str)]) -> Vec<u8> {
        let list: Vec<_> = pairs
            .iter()
            .map(|(key, _)| atom(*b"mdta", key.as_bytes()))
            .collect();
        let count = u32::try_from(pairs.len()).unwrap().to_be_bytes();
        let values: Vec<_> = (1_u32..)
            .zip(pairs)
            .map(|(number, (_, value))| data(number.to_be_bytes(), value))
            .collect();
        let hdlr = full(*b"hdlr", &[0, u32::from_be_bytes(*b"mdta"), 0, 0, 0]);
        let keys = atom(*b"keys", &[&[0; 4], &count, &list.concat()[..]].concat());
        atom(
            *b"meta",
            &[hdlr, keys, atom(*b"ilst", &values.concat())].concat(),
        )
    }

    fn itunes(items: &[Vec<u8>]) -> Vec<u8> {
        let hdlr = full(*b"hdlr", &[0, u32::from_be_bytes(*b"mdir"), 0, 0, 0]);
        let ilst = atom(*b"ilst", &items.concat());
        atom(*b"meta", &[vec![0; 4], hdlr, ilst].concat())
    }

    fn international(kind: [u8; 4], text: &str) -> Vec<u8> {
        let len = u16::try_from(text.len()).unwrap().to_be_bytes();
        atom(kind, &[&len, &[0x15, 0xc7], text.as_bytes()].concat())
    }

    /// A telemetry track whose samples lie in one chunk at `at`.
    fn track(format: [u8; 4], at: u32, sizes: &[u32]) -> Vec<u8> {
        chunked(format, &[at], sizes)
    }

    /// A telemetry track with the same number of samples in each chunk.
    fn chunked(format: [u8; 4], chunks: &[u32], sizes: &[u32]) -> Vec<u8> {
        let number = u32::try_from(chunks.len()).unwrap();
        let count = u32::try_from(sizes.len()).unwrap();
        let tables = [
            full(*b"stsd", &[1, 16, u32::from_be_bytes(format), 0, 1]),
            full(*b"stsc", &[1, 1, count / number, 1]),
            full(*b"stsz", &[&[0, count], sizes].concat()),
            full(*b"stco", &[&[number], chunks].concat()),
        ];
        let stbl = atom(*b"stbl", &tables.concat());
        let hdlr = full(*b"hdlr", &[0, u32::from_be_bytes(*b"meta"), 0, 0, 0]);
        let mdhd = full(*b"mdhd", &[3_600_000_000, 0, 1000, 0]);
        let mdia = atom(*b"mdia", &[mdhd, hdlr, atom(*b"minf", &stbl)].concat());
        let tkhd = full(*b"tkhd", &[3_500_000_000, 0, 1, 0]);
        atom(*b"trak", &[tkhd, mdia].concat())
    }

    /// ftyp, samples in mdat from byte 24 on, then moov.
    fn file(mdat: &[u8], moov: &[Vec<u8>]) -> Vec<u8> {
        [
            atom(*b"ftyp", b"qt  \0\0\0\0"),
            atom(*b"mdat", mdat),
            atom(*b"moov", &moov.concat()),
        ]
        .concat()
    }

    /// A video with something of everything, for the test of robustness.
    pub(in crate::media) fn video() -> Vec<u8> {
        let unfixed = gpmf::tests::gps5_sample(0, b"150101000000.000");
        let fixed = gpmf::tests::gps5_sample(3, b"191118234514.000");
        let moving = camm::tests::type_6(3);
        let sizes = [&unfixed, &fixed, &moving].map(|sample| u32::try_from(sample.len()).unwrap());
        let udta = [
            international(*b"\xa9xyz", "+33.1268-117.3273/"),
            international(*b"\xa9mak", "Maker"),
            atom(*b"date", b"2018-02-07T10:15:08-0500"),
            itunes(&[data(*b"\xa9day", "2018-02-07T10:15:08Z")]),
        ];
        let moov = [
            mvhd(3_656_936_732),
            track(*b"gpmd", 24, &sizes[..2]),
            track(*b"camm", 24 + sizes[0] + sizes[1], &sizes[2..]),
            atom(*b"udta", &udta.concat()),
            keys(&[(
                "com.apple.quicktime.creationdate",
                "2019-05-04T10:11:12+0200",
            )]),
        ];
        file(&[unfixed, fixed, moving].concat(), &moov)
    }

    /// A thousand tracks, each of which repeats the same large sample without a
    /// fix, so that searching them all would take minutes.
    pub(in crate::media) fn hostile_telemetry() -> Vec<u8> {
        let table = full(*b"stsz", &[60_000, 2000]);
        let track = track(*b"camm", 24, &[]);
        let at = track.windows(4).position(|kind| kind == b"stsz").unwrap();
        let mut same_size = track.clone();
        // The table of sizes of no sample becomes that of 2000 of 60,000 bytes.
        same_size[at - 4..at - 4 + table.len()].copy_from_slice(&table);
        let run = track.windows(4).position(|kind| kind == b"stsc").unwrap();
        same_size[run + 16..run + 20].copy_from_slice(&2000_u32.to_be_bytes());
        file(
            &camm::tests::packet(2, &[0; 12]).repeat(4000),
            &vec![same_size; 1000],
        )
    }

    fn facts(bytes: Vec<u8>) -> Facts {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(bytes), &mut facts).unwrap();
        facts
    }

    fn time(facts: &Facts, source: TimeSource) -> String {
        let clue = facts.times.iter().find(|clue| clue.source == source);
        match clue.map(|clue| &clue.value) {
            Some(Ok(RawTime::Instant(instant))) => instant.format("%FT%TZ").to_string(),
            Some(Ok(RawTime::Clock(clock))) => {
                let offset = clock.offset.map(|o| o.to_string()).unwrap_or_default();
                format!("{}T{}{offset}", clock.date, clock.time.unwrap())
            }
            Some(Err(why)) => why.0.clone(),
            None => "absent".to_owned(),
        }
    }

    fn place(facts: &Facts, source: PositionSource) -> String {
        let clue = facts.positions.iter().find(|clue| clue.source == source);
        match clue.map(|clue| &clue.value) {
            Some(Ok(position)) => format!("{:.4} {:.4}", position.lat(), position.lon()),
            Some(Err(why)) => why.0.clone(),
            None => "absent".to_owned(),
        }
    }

    #[test]
    fn the_movie_header_counts_from_1904_or_by_mistake_from_1970() {
        let mvhd = |seconds| time(&facts(file(&[], &[mvhd(seconds)])), TimeSource::Mvhd);
        assert_eq!(mvhd(3_656_936_732), "2019-11-18T15:45:32Z");
        assert_eq!(mvhd(1_556_957_472), "2019-05-04T08:11:12Z");
        assert_eq!(mvhd(0), "empty");
        assert_eq!(mvhd(2_082_844_800), "the default of a clock that was reset");
        assert_eq!(mvhd(2_082_844_801), "1970-01-01T00:00:01Z");
    }

    #[test]
    fn version_1_has_64_bits() {
        let mvhd = |seconds: u64| {
            let fields = [&[1, 0, 0, 0], &seconds.to_be_bytes()[..], &[0; 24]].concat();
            time(
                &facts(file(&[], &[atom(*b"mvhd", &fields)])),
                TimeSource::Mvhd,
            )
        };
        assert_eq!(mvhd(3_656_936_732), "2019-11-18T15:45:32Z");
        assert_eq!(mvhd(u64::MAX), "not a date");
    }

    #[test]
    fn moov_behind_a_size_of_64_bits() {
        let mut bytes = b"\0\0\0\x01mdat\0\0\0\0\0\0\x4e\x30".to_vec();
        bytes.resize(20_016, 0);
        bytes.extend(atom(*b"moov", &mvhd(3_656_936_732)));
        let mut source = Source::from_bytes(bytes);
        let mut facts = Facts::default();
        read(&mut source, &mut facts).unwrap();
        assert_eq!(time(&facts, TimeSource::Mvhd), "2019-11-18T15:45:32Z");
        assert!(source.reads() <= 2);
    }

    #[test]
    fn keys_beside_and_inside_the_user_data() {
        let pairs = [
            ("com.apple.quicktime.software", "17.1"),
            (
                "com.apple.quicktime.creationdate",
                "2019-05-04T10:11:12+0200",
            ),
            (
                "com.apple.quicktime.location.ISO6709",
                "+48.8584-002.2945+035/",
            ),
            ("com.apple.quicktime.content.identifier", "ABC"),
            ("com.apple.quicktime.make", "Apple"),
            ("com.android.model", "Pixel 8"),
            ("com.samsung.android.utc_offset", "+0530"),
        ];
        let inside = atom(*b"udta", &keys(&pairs));
        for moov in [keys(&pairs), inside] {
            let facts = facts(file(&[], &[moov]));
            let date = time(&facts, TimeSource::QuickTimeCreationDate);
            assert_eq!(date, "2019-05-04T10:11:12+02:00");
            assert_eq!(
                place(&facts, PositionSource::QuickTimeLocation),
                "48.8584 -2.2945"
            );
            assert_eq!(facts.content_id.as_deref(), Some("ABC"));
            assert_eq!(facts.make.as_deref(), Some("Apple"));
            assert_eq!(facts.model.as_deref(), Some("Pixel 8"));
            assert_eq!(facts.device_offset.unwrap().local_minus_utc(), 19_800);
        }
    }

    #[test]
    fn user_data_with_and_without_a_header() {
        let udta = [
            international(*b"\xa9day", "2018-02-07T10:15:08-05:00"),
            atom(*b"date", b"2018-02-07T10:15:09-0500\0"),
            data(*b"\xa9xyz", "+4851.504+00217.670/"),
            international(*b"\xa9mak", "Nokia"),
            international(*b"\xa9mod", "N95\0"),
        ];
        let facts = facts(file(&[], &[atom(*b"udta", &udta.concat())]));
        assert_eq!(
            time(&facts, TimeSource::QuickTimeDay),
            "2018-02-07T10:15:08-05:00"
        );
        assert_eq!(
            time(&facts, TimeSource::QuickTimeDate),
            "2018-02-07T10:15:09-05:00"
        );
        assert_eq!(
            place(&facts, PositionSource::QuickTimeXyz),
            "48.8584 2.2945"
        );
        assert_eq!(facts.make.as_deref(), Some("Nokia"));
        assert_eq!(facts.model.as_deref(), Some("N95"));
    }

    #[test]
    fn itunes_items_of_an_iso_meta_box() {
        let items = [
            data(*b"\xa9day", "2010"),
            data(*b"\xa9xyz", "+40.6892-074.0445/"),
        ];
        let facts = facts(file(&[], &[atom(*b"udta", &itunes(&items))]));
        assert!(time(&facts, TimeSource::QuickTimeDay).contains("only a year"));
        assert_eq!(place(&facts, PositionSource::ItunesXyz), "40.6892 -74.0445");
    }

    #[test]
    fn loci_has_its_longitude_first() {
        let loci = |name: &[u8], rest: &[u8]| {
            let payload = [&[0, 0, 0, 0, 0x15, 0xc7], name, &[0], rest].concat();
            let udta = atom(*b"udta", &atom(*b"loci", &payload));
            place(&facts(file(&[], &[udta])), PositionSource::Loci)
        };
        let degrees = b"\xff\xb5\x80\0\0\x28\xae\x14\0\0\0\0earth\0\0";
        assert_eq!(loci(b"\0", degrees), "40.6800 -74.5000");
        assert_eq!(loci(b"Home\0", degrees), "40.6800 -74.5000");
        assert_eq!(loci(b"\xfe\xff\0H\0\0", degrees), "40.6800 -74.5000");
        assert_eq!(loci(b"\0", &[0; 20]), "0,0 means no fix");
        assert_eq!(loci(b"\0", &[0; 7]), "it is cut short");
    }

    #[test]
    fn the_first_track_alone_tells_times() {
        let facts = facts(video());
        assert_eq!(time(&facts, TimeSource::Tkhd), "2014-11-28T06:13:20Z");
        assert_eq!(time(&facts, TimeSource::Mdhd), "2018-01-28T16:00:00Z");
        let headers = [TimeSource::Tkhd, TimeSource::Mdhd];
        let count = facts
            .times
            .iter()
            .filter(|clue| headers.contains(&clue.source));
        assert_eq!(count.count(), 2);
    }

    #[test]
    fn a_later_track_tells_the_date_that_the_first_ones_lack() {
        let dated = |created: u32| {
            let mdhd = full(*b"mdhd", &[created, 0, 1000, 0]);
            let tkhd = full(*b"tkhd", &[created, 0, 1, 0]);
            atom(*b"trak", &[tkhd, atom(*b"mdia", &mdhd)].concat())
        };
        let tracks = |dates: &[u32]| {
            let tracks: Vec<_> = dates.iter().map(|date| dated(*date)).collect();
            let facts = facts(file(&[], &[vec![mvhd(0)], tracks].concat()));
            let times = facts.times.iter().filter(|clue| clue.value.is_ok());
            times.map(|clue| clue.text.clone()).collect::<Vec<_>>()
        };
        assert_eq!(
            tracks(&[0, 3_656_936_732, 3_656_936_999]),
            ["3656936732"; 2]
        );
        assert_eq!(tracks(&[0; 40]), [""; 0]);
        assert!(facts(file(&[], &vec![dated(0); 900])).times.len() < 20);
    }

    #[test]
    fn telemetry_is_searched_for_its_first_fix() {
        let facts = facts(video());
        assert_eq!(time(&facts, TimeSource::Gpmf), "2019-11-18T23:45:14Z");
        assert_eq!(place(&facts, PositionSource::Gpmf), "48.8584 -2.2945");
        assert_eq!(place(&facts, PositionSource::Camm), "48.8584 -2.2945");
        assert_eq!(facts.make.as_deref(), Some("GoPro"));
    }

    #[test]
    fn telemetry_of_drones_and_dashcams() {
        let tracked = |format, samples: &[Vec<u8>]| {
            let sizes: Vec<_> = samples
                .iter()
                .map(|s| u32::try_from(s.len()).unwrap())
                .collect();
            facts(file(&samples.concat(), &[track(format, 24, &sizes)]))
        };
        let dji = tracked(*b"djmd", &[vec![0x0A, 0], dji::tests::good()]);
        assert_eq!(place(&dji, PositionSource::Dji), "48.8584 -2.2945");
        let nowhere = tracked(*b"djmd", &vec![vec![0x0A, 0]; 200]);
        assert_eq!(place(&nowhere, PositionSource::Dji), "absent");

        let blocks = [
            dashcam::tests::novatek(b"VNW"),
            dashcam::tests::novatek(b"ANW"),
        ];
        let index = full(*b"gps ", &[2, 24, 0x100, 24 + 0x100, 0x100]);
        let facts = facts(file(&blocks.concat(), &[index]));
        assert_eq!(place(&facts, PositionSource::Dashcam), "48.8584 -2.2945");
    }

    #[test]
    fn the_trailer_of_insta360() {
        let movie = file(&[], &[mvhd(3_656_936_732)]);
        let trailer = insta360::tests::trailer();
        for inst in [false, true] {
            let trailer = if inst {
                atom(*b"inst", &trailer)
            } else {
                trailer.clone()
            };
            let mut facts = Facts::default();
            let mut source = Source::from_bytes([movie.clone(), trailer].concat());
            let _ = read(&mut source, &mut facts);
            assert_eq!(place(&facts, PositionSource::Insta360), "48.8584 -2.2945");
            assert_eq!(facts.camera().as_deref(), Some("Insta360 X3"));
            assert_eq!(time(&facts, TimeSource::Mvhd), "2019-11-18T15:45:32Z");
        }
        // A file that ends in usual boxes is not asked for a trailer.
        let padded = [movie, atom(*b"free", &vec![0; 20_000])].concat();
        let mut source = Source::from_bytes(padded);
        read(&mut source, &mut Facts::default()).unwrap();
        assert_eq!(source.reads(), 1);
    }

    #[test]
    fn telemetry_without_a_fix_is_no_time() {
        let sample = gpmf::tests::gps5_sample(0, b"150101000000.000");
        let size = u32::try_from(sample.len()).unwrap();
        let facts = facts(file(&sample, &[track(*b"gpmd", 24, &[size])]));
        assert_eq!(time(&facts, TimeSource::Gpmf), "the receiver had no fix");
        assert_eq!(place(&facts, PositionSource::Gpmf), "absent");
    }

    #[test]
    fn telemetry_that_is_strewn_over_the_file_is_given_up() {
        let gyroscope = camm::tests::packet(2, &[0; 12]);
        let mdat = [gyroscope, vec![0; 9000]].concat().repeat(300);
        let chunks: Vec<u32> = (0..300).map(|n| 24 + n * 9016).collect();
        let track = chunked(*b"camm", &chunks, &[16; 300]);
        let place_name = atom(*b"udta", &international(*b"\xa9xyz", "+1.5+002.5/"));
        let mut source = Source::from_bytes(file(&mdat, &[track, place_name]));
        let mut facts = Facts::default();
        read(&mut source, &mut facts).unwrap();
        assert!(source.bytes_read() < 300_000, "{}", source.bytes_read());
        assert_eq!(place(&facts, PositionSource::QuickTimeXyz), "1.5000 2.5000");
    }

    #[test]
    fn samples_follow_runs_of_chunks() {
        let fields = |fields: &[u32]| fields.iter().flat_map(|f| f.to_be_bytes()).collect();
        let table = SampleTable {
            sizes: fields(&[0, 0, 4, 5, 6, 7, 8]),
            runs: fields(&[0, 2, 1, 2, 1, 2, 1, 1]),
            chunks: fields(&[0, 3, 100, 200, 300]),
            wide: false,
        };
        assert_eq!(table.samples(), [(100, 5), (105, 6), (200, 7), (300, 8)]);
        let table = SampleTable {
            sizes: fields(&[0, 9, u32::MAX]),
            runs: fields(&[0, 1, 1, u32::MAX, 1]),
            chunks: fields(&[0, 1, 1, 0]),
            wide: true,
        };
        assert_eq!(table.samples().len(), MAX_SAMPLES);
        assert_eq!(table.samples()[1], ((1 << 32) + 9, 9));
    }

    #[test]
    fn what_sony_puts_beside_moov() {
        let xml = atom(*b"xml ", clip::tests::SONY.as_bytes());
        let meta = atom(*b"meta", &[vec![0; 4], xml].concat());
        let entries = b"\0\x01\0\x0c\0\0\0\x0b\x55\xc4\0\0\0\x3c";
        let usmt = [&UUID_USMT, &atom(*b"MTDT", entries)[..]].concat();
        let usmt = [file(&[], &[]), atom(*b"uuid", &usmt)].concat();
        let offset = |bytes| facts(bytes).device_offset.map(|o| o.local_minus_utc());
        assert_eq!(offset(usmt.clone()), Some(3600));
        let both = [usmt, meta].concat();
        assert_eq!(facts(both.clone()).model.as_deref(), Some("ILCE-7M3"));
        assert_eq!(offset(both), Some(7200), "the XML knows of summer time");
    }

    #[test]
    fn panasonic_has_its_zone_among_the_keys() {
        let pair = [(
            "com.panasonic.Semi-Pro.metadata.xml",
            clip::tests::PANASONIC,
        )];
        let local = facts(file(&[], &[mvhd(3_731_443_076), keys(&pair)]));
        assert_eq!(time(&local, TimeSource::Mvhd), "2022-03-29T23:57:56Z");
        assert_eq!(time(&local, TimeSource::Clip), "2022-03-30T08:57:50+09:00");
        assert_eq!(local.camera().as_deref(), Some("Panasonic DC-GH6"));
        let (_, told) =
            believe::offset_beside(&local, believe::time(&local, true).unwrap().1).unwrap();
        assert_eq!(told, OffsetSource::Device);
    }

    #[test]
    fn sony_has_the_reading_of_its_clock_with_the_frames() {
        let samples = [
            maker::tests::sony_sample(b"V"),
            maker::tests::sony_sample(b"A"),
        ];
        let sizes = samples
            .each_ref()
            .map(|sample| u32::try_from(sample.len()).unwrap());
        let moov = [mvhd(3_826_095_272), track(*b"rtmd", 24, &sizes)];
        let facts = facts(file(&samples.concat(), &moov));
        assert_eq!(time(&facts, TimeSource::Rtmd), "2025-03-29T20:14:32");
        assert_eq!(time(&facts, TimeSource::Mvhd), "2025-03-29T12:14:32Z");
        assert_eq!(place(&facts, PositionSource::Exif), "47.5000 -122.2500");
        let (source, instant) = believe::time(&facts, true).unwrap();
        let (offset, _) = believe::offset_beside(&facts, instant).unwrap();
        assert_eq!(
            (source, offset.to_string()),
            (TimeSource::Mvhd, "+08:00".to_owned())
        );
        let readings = facts
            .times
            .iter()
            .filter(|clue| clue.source == TimeSource::Rtmd);
        assert_eq!(readings.count(), 1);
    }

    #[test]
    fn the_blocks_of_a_dashcam_that_has_no_index() {
        let frames = |blocks: &[(usize, &[u8])]| {
            let mut mdat = vec![0; 200_000];
            for (at, state) in blocks {
                let block = dashcam::tests::novatek(state);
                mdat[*at..*at + block.len()].copy_from_slice(&block);
            }
            mdat
        };
        let found = |mdat: &[u8], moov: &[Vec<u8>]| {
            let mut source = Source::from_bytes(file(mdat, moov));
            let mut facts = Facts::default();
            read(&mut source, &mut facts).unwrap();
            (place(&facts, PositionSource::Dashcam), source.bytes_read())
        };
        let header = [mvhd(3_826_124_072)];
        let (plain, usual) = found(&frames(&[]), &header);
        assert_eq!(plain, "absent");
        let (first, read) = found(&frames(&[(100, b"ANW")]), &header);
        assert_eq!(first, "48.8584 -2.2945");
        assert!(read <= usual + 64 * 1024, "{read} for {usual}");
        let later = frames(&[(100, b"VNW"), (0x8000, b"VNW"), (0xF000, b"ANW")]);
        assert_eq!(found(&later, &header).0, "48.8584 -2.2945");
        for beyond in [
            frames(&[(100, b"VNW"), (0x18000, b"ANW")]),
            // Nothing in what was read anyway tells of a dashcam.
            frames(&[(0x4000, b"ANW")]),
            frames(&[(100, b"VNW")]),
        ] {
            assert_eq!(found(&beyond, &header).0, "absent");
        }
        // The frames end where their box does.
        let behind = [file(&[0; 20], &header), dashcam::tests::novatek(b"ANW")].concat();
        let mut facts = Facts::default();
        let _ = super::read(&mut Source::from_bytes(behind), &mut facts);
        assert_eq!(place(&facts, PositionSource::Dashcam), "absent");
        // An index tells where they are.
        let index = full(*b"gps ", &[1, 24 + 0x2000, 0x100]);
        let mut indexed = frames(&[(100, b"ANW")]);
        let elsewhere = dashcam::tests::novatek(b"ASE");
        indexed[0x2000..0x2000 + elsewhere.len()].copy_from_slice(&elsewhere);
        assert_eq!(
            found(&indexed, &[header[0].clone(), index]).0,
            "-48.8584 2.2945"
        );
    }

    #[test]
    fn the_time_of_a_fix_tells_by_what_the_header_counts() {
        let told = |header: u32, date: &str| {
            let log = format!("$GPRMC,121442.0,A,4851.504,N,00217.670,E,0.0,,{date},,,A*6A\r\n");
            let dashcam = [atom(*b"cprt", b"Pittasoft"), atom(*b"gps ", log.as_bytes())];
            let spare = atom(*b"free", &dashcam.concat());
            let facts = facts([file(&[], &[mvhd(header)]), spare].concat());
            let (_, time) = believe::time(&facts, true).unwrap();
            let offset = believe::offset_beside(&facts, time);
            (
                time.to_string(),
                offset.map(|(offset, _)| offset.to_string()),
            )
        };
        let [local, utc] = ["2025-03-29T20:14:32", "2025-03-29T12:14:32Z"].map(str::to_owned);
        let east = Some("+08:00".to_owned());
        assert_eq!(told(3_826_124_072, "290325"), (local.clone(), east));
        assert_eq!(told(3_826_095_272, "290325"), (utc, None));
        // A receiver that does not know the day yet, and one that tells of another.
        let instant = format!("{local}Z");
        for date in ["", "060180", "220325"] {
            assert_eq!(told(3_826_124_072, date), (instant.clone(), None), "{date}");
        }
    }

    #[test]
    fn a_date_beside_the_movie() {
        let bytes = [
            atom(*b"IDIT", b"Mon Mar 10 15:04:43 2008\n\0"),
            file(&[], &[]),
        ]
        .concat();
        assert_eq!(
            time(&facts(bytes), TimeSource::RiffIdit),
            "2008-03-10T15:04:43"
        );
    }

    /// A camera's movie of 20:14:32 by its clock, which counts that as UTC in its headers, and
    /// has this in its user data.
    fn camera(boxes: &[Vec<u8>]) -> Vec<u8> {
        file(&[], &[mvhd(3_826_124_072), atom(*b"udta", &boxes.concat())])
    }

    fn taken(bytes: Vec<u8>) -> String {
        time(&facts(bytes), TimeSource::ExifDateTimeOriginal)
    }

    /// Exif in a JPEG, as cameras put it beside a thumbnail.
    fn picture(order: ByteOrder) -> Vec<u8> {
        let fields = [ascii(0x9003, maker::tests::TAKEN_AT)];
        let exif = [b"Exif\0\0".to_vec(), block(order, 4, [&[], &fields, &[]])];
        let len = u16::try_from(exif.concat().len() + 2)
            .unwrap()
            .to_be_bytes();
        [
            b"\xff\xd8\xff\xe1".to_vec(),
            len.to_vec(),
            exif.concat(),
            vec![0xff, 0xd9],
        ]
        .concat()
    }

    /// The boxes of makers that hold the reading of the clock.
    fn makers() -> Vec<(&'static str, Vec<u8>)> {
        let texts = [(0x9003, maker::tests::TAKEN_AT)];
        let behind = |len: usize, bytes: &[u8]| [&vec![0; len], bytes].concat();
        let little = maker::tests::directory(ByteOrder::Little, 0, &texts);
        let big = maker::tests::directory(ByteOrder::Big, 10, &texts);
        let tiff = |order| {
            block(
                order,
                4,
                [&[ascii(0x9003, maker::tests::TAKEN_AT)], &[], &[]],
            )
        };
        let far = [vec![0; 0x20_0080], picture(ByteOrder::Little)].concat();
        let prms = behind(0x83, maker::tests::TAKEN_AT.as_bytes());
        let olym = atom(*b"OLYM", &atom(*b"prms", &prms));
        let like = |len, order| behind(len, &picture(order));
        let jpeg = |order| atom(*b"CNTH", &atom(*b"CNDA", &picture(order)));
        vec![
            ("canon.mov", jpeg(ByteOrder::Little)),
            ("canon-big.mov", jpeg(ByteOrder::Big)),
            (
                "panasonic.mp4",
                atom(*b"PANA", &like(0x10, ByteOrder::Little)),
            ),
            (
                "panasonic-4080.mp4",
                atom(*b"PANA", &like(0x4080, ByteOrder::Little)),
            ),
            ("panasonic-far.mp4", atom(*b"PANA", &far)),
            ("leica.mp4", atom(*b"LEIC", &like(0x4068, ByteOrder::Big))),
            ("fujifilm.mov", atom(*b"MVTG", &behind(16, &little))),
            ("casio.mov", atom(*b"QVMI", &big)),
            ("ricoh.mov", atom(*b"RMKN", &tiff(ByteOrder::Big))),
            ("ricoh-little.mov", atom(*b"RMKN", &tiff(ByteOrder::Little))),
            (
                "samsung.mp4",
                atom(*b"@sec", &like(0x20C, ByteOrder::Little)),
            ),
            (
                "pentax.mov",
                atom(*b"PENT", &behind(0x71, maker::tests::TAKEN_AT.as_bytes())),
            ),
            ("olympus.mov", atom(*b"TAGS", &behind(12, &olym))),
            (
                "other.mov",
                atom(*b"TAGS", &behind(60, maker::tests::TAKEN_AT.as_bytes())),
            ),
        ]
    }

    /// A movie of each kind of camera.
    pub(in crate::media) fn cameras() -> Vec<(&'static str, Vec<u8>)> {
        let makers = makers().into_iter();
        makers
            .map(|(name, known)| (name, camera(&[known])))
            .collect()
    }

    /// Movies in which the clock's reading, its zone or the position stand elsewhere.
    pub(in crate::media) fn others() -> Vec<(&'static str, Vec<u8>)> {
        let tracked = |format, sample: Vec<u8>| {
            let size = u32::try_from(sample.len()).unwrap();
            file(&sample, &[mvhd(3_826_095_272), track(format, 24, &[size])])
        };
        let nctg = maker::tests::nikon_clip("+11:00\0", Some([0x02, 0x94, 0, 0]));
        let clip = atom(*b"xml ", clip::tests::SONY.as_bytes());
        let clip = atom(*b"meta", &[vec![0; 4], clip].concat());
        let keys = keys(&[
            (
                "com.apple.quicktime.creationdate",
                "2019-05-04T10:11:12+0200",
            ),
            (
                "com.apple.quicktime.location.ISO6709",
                "+48.8584-002.2945+035/",
            ),
        ]);
        let local = || file(&[], &[mvhd(3_826_124_072)]);
        let kodak = atom(*b"free", &atom(*b"Seri", b"\x05\0KCGNT"));
        let fixed = gpmf::tests::gps5_sample(3, b"191118234514.000");
        vec![
            (
                "nikon.mov",
                camera(&[atom(*b"NCDT", &atom(*b"NCTG", &nctg))]),
            ),
            (
                "sony-rtmd.mp4",
                tracked(*b"rtmd", maker::tests::sony_sample(b"A")),
            ),
            (
                "sony-void.mp4",
                tracked(*b"rtmd", maker::tests::sony_sample(b"V")),
            ),
            (
                "sony-xml.mp4",
                [file(&[], &[mvhd(3_638_982_240)]), clip].concat(),
            ),
            ("gopro.mp4", tracked(*b"gpmd", fixed)),
            ("street-view.mp4", tracked(*b"camm", camm::tests::type_6(3))),
            ("olympus-profile.mp4", [profile(), local()].concat()),
            ("canon.mp4", canon()),
            ("apple.mov", file(&[], &[mvhd(3_639_802_272), keys])),
            (
                "insta360.mp4",
                [local(), insta360::tests::trailer()].concat(),
            ),
            ("kodak.mov", [local(), kodak].concat()),
        ]
    }

    #[test]
    fn boxes_of_makers_hold_the_reading_of_the_clock() {
        const READING: &str = "2025-03-29T20:14:32";
        for (name, bytes) in cameras() {
            let facts = facts(bytes);
            assert_eq!(
                time(&facts, TimeSource::ExifDateTimeOriginal),
                READING,
                "{name}"
            );
            assert_eq!(time(&facts, TimeSource::Mvhd), READING, "{name}");
        }
    }

    #[test]
    fn a_box_that_is_cut_short_tells_whose_it_is() {
        for (name, known) in makers() {
            let long = known.len().saturating_sub(8).min(0x600);
            for keep in (0..long).step_by(7) {
                let cut = atom(*known[4..].first_chunk().unwrap(), &known[8..8 + keep]);
                let facts = facts(camera(&[cut]));
                assert_eq!(
                    time(&facts, TimeSource::Mvhd),
                    "2025-03-29T20:14:32",
                    "{name} {keep}"
                );
                let exif = time(&facts, TimeSource::ExifDateTimeOriginal);
                let is_cut = !exif.starts_with("2025-03-29") && !exif.ends_with(":32");
                assert!(
                    exif == "2025-03-29T20:14:32" || is_cut,
                    "{name} {keep}: {exif}"
                );
            }
        }
    }

    #[test]
    fn nikon_has_its_zone_beside_the_reading() {
        let records = [
            maker::tests::record(0x12, 2, b"2025:03:29 20:14:32\0"),
            maker::tests::record(0x19, 2, b"+08:00\0"),
        ];
        let clip = camera(&[atom(*b"NCDT", &atom(*b"NCTG", &records.concat()))]);
        assert_eq!(taken(clip), "2025-03-29T20:14:32+08:00");
    }

    /// Canon's MP4 has the parts of CR3.
    fn canon() -> Vec<u8> {
        let part =
            |kind, fields: &[Field]| atom(kind, &block(ByteOrder::Little, 4, [fields, &[], &[]]));
        let canon = [
            cr3::CANON_UUID.to_vec(),
            part(
                *b"CMT2",
                &[
                    ascii(0x9003, maker::tests::TAKEN_AT),
                    ascii(0x9011, "+08:00"),
                ],
            ),
        ];
        file(&[], &[mvhd(3_826_095_272), atom(*b"uuid", &canon.concat())])
    }

    #[test]
    fn canon_has_the_parts_of_cr3_in_mp4() {
        let facts = facts(canon());
        let exif = time(&facts, TimeSource::ExifDateTimeOriginal);
        assert_eq!(exif, "2025-03-29T20:14:32+08:00");
        assert_eq!(time(&facts, TimeSource::Mvhd), "2025-03-29T12:14:32Z");
    }

    #[test]
    fn a_camera_without_a_reading_of_its_own() {
        let headers = |boxes: &[Vec<u8>]| time(&facts(camera(boxes)), TimeSource::Mvhd);
        let reading = "2025-03-29T20:14:32";
        assert_eq!(headers(&[]), "2025-03-29T20:14:32Z");
        assert_eq!(headers(&[atom(*b"FIRM", b"H22.01.02.32.00")]), reading);
        assert_eq!(
            headers(&[atom(*b"FIRM", b"H23.01.02.20.00")]),
            "2025-03-29T20:14:32Z"
        );
        assert_eq!(headers(&[atom(*b"CNCV", b"CanonAVC0001")]), reading);
        assert_eq!(
            headers(&[atom(*b"TAGS", b"KONICA MINOLTA DIGITAL CAMERA\0")]),
            reading
        );
        for kind in [
            b"CNCV", b"CNMN", b"CNFV", b"CNOP", b"FFMV", b"MMA0", b"MMA1", b"PXTH", b"PXMN",
            b"RTHU", b"DcMD",
        ] {
            let name = String::from_utf8_lossy(kind).into_owned();
            for payload in [&b"KONICA MINOLTA"[..], b"\0", b""] {
                assert_eq!(headers(&[atom(*kind, payload)]), reading, "{name}");
            }
        }
        // Phones count in UTC, drones and dashcams by either.
        for kind in [
            b"smta", b"\xa9xsp", b"\xa9mdl", b"INFO", b"pmcc", b"TTMD", b"SDLN",
        ] {
            assert_eq!(headers(&[atom(*kind, &[0; 40])]), "2025-03-29T20:14:32Z");
        }
        // A box that is cut short tells whose it is all the same.
        assert_eq!(
            headers(&[atom(*b"NCDT", &atom(*b"NCTG", b"\0\0\0\x12\0"))]),
            reading
        );
        let ricoh = [
            atom(*b"@day", b"2019-02-12T13:27:14-0800"),
            atom(*b"@mod", b"RICOH THETA Z1"),
        ];
        let facts = facts(camera(&ricoh));
        assert_eq!(
            time(&facts, TimeSource::QuickTimeDay),
            "2019-02-12T13:27:14-08:00"
        );
        assert_eq!(facts.model.as_deref(), Some("RICOH THETA Z1"));
    }

    #[test]
    fn gopro_states_its_zone_beside_the_firmware() {
        let zone = |minutes: i16, kind: u8| {
            let name = gpmf::tests::entry(*b"DVNM", b'c', 1, b"Global Settings");
            let zone = gpmf::tests::entry(*b"TZON", kind, 2, &minutes.to_be_bytes());
            let device = gpmf::tests::entry(*b"DEVC", 0, 1, &[name, zone].concat());
            let firmware = atom(*b"FIRM", b"H23.01.02.20.00");
            let facts = facts(camera(&[firmware, atom(*b"GPMF", &device)]));
            assert_eq!(time(&facts, TimeSource::Mvhd), "2025-03-29T20:14:32Z");
            facts.device_offset.map(|offset| offset.to_string())
        };
        assert_eq!(zone(60, b's').as_deref(), Some("+01:00"));
        assert_eq!(zone(-210, b's').as_deref(), Some("-03:30"));
        assert_eq!(zone(0, b's').as_deref(), Some("+00:00"));
        assert_eq!(zone(60, b'S'), None);
        assert_eq!(zone(15 * 60, b's'), None);
        let cut = atom(*b"GPMF", b"DEVC\0\x01\0\x10TZON");
        assert_eq!(facts(camera(&[cut])).device_offset, None);
    }

    #[test]
    fn boxes_that_are_meant_for_nothing() {
        let beside = |kind, boxes: &[Vec<u8>]| {
            let spare = atom(kind, &boxes.concat());
            facts([file(&[], &[mvhd(3_826_124_072)]), spare].concat())
        };
        let local = "2025-03-29T20:14:32";
        for kodak in [
            beside(*b"free", &[atom(*b"Seri", b"\x05\0KCGNT")]),
            beside(
                *b"free",
                &[atom(*b"SVer", b"1.0\0"), atom(*b"Scrn", &[0; 9000])],
            ),
        ] {
            assert_eq!(time(&kodak, TimeSource::Mvhd), local);
        }
        let canon = [
            atom(*b"CNDB", &[0; 20]),
            atom(*b"CNTH", &atom(*b"CNDA", &picture(ByteOrder::Little))),
        ];
        let canon = beside(*b"skip", &canon);
        assert_eq!(time(&canon, TimeSource::Mvhd), local);
        assert_eq!(time(&canon, TimeSource::ExifDateTimeOriginal), local);

        let log = b"[1]$GPRMC,082139,A,4851.504,N,00217.670,W,0.0,,160917,,,A*6A\r\n";
        let dashcam = [atom(*b"cprt", b"Pittasoft"), atom(*b"gps ", log)];
        let dashcam = beside(*b"free", &dashcam);
        assert_eq!(place(&dashcam, PositionSource::Dashcam), "48.8584 -2.2945");
        assert_eq!(time(&dashcam, TimeSource::Mvhd), "2025-03-29T20:14:32Z");

        for nothing in [vec![0; 40], b"gps ".to_vec(), Vec::new(), log.to_vec()] {
            let facts = beside(*b"free", &[nothing]);
            assert_eq!(time(&facts, TimeSource::Mvhd), "2025-03-29T20:14:32Z");
            assert_eq!((facts.positions.len(), facts.notes.len()), (0, 0));
        }
    }

    #[test]
    fn headers_in_utc_beside_a_reading_stay_so() {
        let canon = atom(
            *b"udta",
            &atom(*b"CNTH", &atom(*b"CNDA", &picture(ByteOrder::Little))),
        );
        let header = |seconds| {
            let facts = facts(file(&[], &[mvhd(seconds), canon.clone()]));
            time(&facts, TimeSource::Mvhd)
        };
        assert_eq!(header(3_826_095_272), "2025-03-29T12:14:32Z");
        assert_eq!(header(3_826_124_080), "2025-03-29T20:14:40");
        assert_eq!(header(3_826_000_000), "2025-03-28T09:46:40");
    }

    #[test]
    fn the_length_stands_in_the_header_of_either_version() {
        let seconds = |fields: &[u32]| facts(file(&[], &[full(*b"mvhd", fields)])).length;
        assert_eq!(seconds(&[1, 1, 600, 6600]), 11);
        assert_eq!(seconds(&[1, 1, 0, 6600]), 0);
        assert_eq!(seconds(&[1, 1, 1, u32::MAX]), 0);
        let fields = [0, 1, 0, 1, 600, 0, 6600].map(u32::to_be_bytes).concat();
        let wide = atom(*b"mvhd", &[&[1, 0, 0, 0], &fields[..]].concat());
        assert_eq!(facts(file(&[], &[wide])).length, 11);
    }

    /// Olympus's profile.
    fn profile() -> Vec<u8> {
        let olym = [vec![0; 0x7F], maker::tests::TAKEN_AT.as_bytes().to_vec()].concat();
        let boxes = [atom(*b"FPRF", &[0; 12]), atom(*b"OLYM", &olym)].concat();
        let head = [0, 0, 0, 0, 0, 0, 0, 2];
        atom(*b"uuid", &[&UUID_PROFILE[..], &head, &boxes].concat())
    }

    #[test]
    fn olympus_has_its_reading_in_the_profile() {
        let bytes = [profile(), file(&[], &[mvhd(3_826_124_072)])].concat();
        assert_eq!(taken(bytes), "2025-03-29T20:14:32");
    }

    #[test]
    fn of_many_headers_few_are_kept() {
        let bytes = file(&[], &vec![mvhd(3_826_124_072); 5_000]);
        assert!(facts(bytes).times.len() <= 64);
    }

    #[test]
    fn hostile_boxes_of_makers_cost_little() {
        let canon = [
            cr3::CANON_UUID.to_vec(),
            atom(*b"CMT2", &vec![0; 20_000]).repeat(50),
        ]
        .concat();
        let moov = [
            mvhd(1),
            atom(*b"udta", &atom(*b"PANA", &vec![0; 70_000]).repeat(60)),
        ];
        let bytes = file(
            &[],
            &[&moov[..], &vec![atom(*b"uuid", &canon); 10]].concat(),
        );
        let mut source = Source::from_bytes(bytes);
        let _ = read(&mut source, &mut Facts::default());
        assert!(
            source.bytes_read() < MAX_BYTES + 300_000,
            "{}",
            source.bytes_read()
        );
    }

    #[test]
    fn damage_in_one_box_does_not_hide_the_next() {
        let udta = atom(*b"udta", b"\0\0\0\x04date\0\0\0\0");
        let facts = facts(file(&[], &[udta, mvhd(3_656_936_732)]));
        assert_eq!(time(&facts, TimeSource::Mvhd), "2019-11-18T15:45:32Z");
        assert_eq!(facts.notes, ["moov: a box is smaller than its header"]);
    }

    #[test]
    fn damage_beside_moov_does_not_hide_it() {
        let meta = atom(*b"meta", b"\0\0\0\x04hdlr\0\0\0\0");
        let bytes = [meta, file(&[], &[mvhd(3_656_936_732)])].concat();
        assert_eq!(
            time(&facts(bytes), TimeSource::Mvhd),
            "2019-11-18T15:45:32Z"
        );
    }

    #[test]
    fn the_fragments_of_a_stream_are_left_alone() {
        let fragment = [atom(*b"moof", &[0; 80]), atom(*b"mdat", &vec![0; 9000])].concat();
        let bytes = [file(&[], &[mvhd(3_656_936_732)]), fragment.repeat(20)].concat();
        let mut source = Source::from_bytes(bytes);
        read(&mut source, &mut Facts::default()).unwrap();
        assert_eq!(source.reads(), 1);
    }

    #[test]
    fn a_receiver_that_is_switched_off_is_not_waited_for() {
        let without = gpmf::tests::entry(*b"DEVC", 0, 1, &[]);
        let with = gpmf::tests::gps5_sample(3, b"191118234514.000");
        let found = |silent: usize| {
            let mdat = [without.repeat(silent), with.clone()].concat();
            let mut sizes = vec![8; silent];
            sizes.push(u32::try_from(with.len()).unwrap());
            let facts = facts(file(&mdat, &[track(*b"gpmd", 24, &sizes)]));
            place(&facts, PositionSource::Gpmf)
        };
        assert_eq!(found(3), "48.8584 -2.2945");
        assert_eq!(found(4), "absent");
    }

    #[test]
    fn an_unfinished_recording_has_no_moov() {
        let bytes = [atom(*b"ftyp", b"qt  "), atom(*b"mdat", &[0; 100])].concat();
        let error = read(&mut Source::from_bytes(bytes), &mut Facts::default());
        assert!(matches!(error, Err(Unreadable::Malformed(_))));
    }
}
