//! GPMF, the telemetry of `GoPro` cameras (its maker's "GPMF introduction"):
//! nested entries of key, type, size, repeat and a payload padded to 4 bytes.

use chrono::FixedOffset;

use crate::capture::clock::{NoTime, RawTime, Written, unix_instant};

/// 2000-01-01, from which GPS9 counts days, in seconds after 1970-01-01.
const YEAR_2000: i64 = 946_684_800;

/// What one sample of the `gpmd` track says.
#[derive(Debug, Default, PartialEq)]
pub struct Telemetry {
    /// DVNM, the name of the device.
    pub device: Option<String>,
    /// Whether there is a GPS stream at all, with a fix or without.
    pub receiver: bool,
    /// The first entry that the receiver made with a fix (GPSF 2 or 3).
    pub fix: Option<ReceiverFix>,
    /// GPSU of a receiver that had no fix: its clock may be anything.
    pub unfixed: Option<String>,
    /// Degrees north and east that the drone Karma states (GLPI, GPRI), without a time.
    pub drone: Option<(f64, f64)>,
}

/// A position and its time, from a receiver with a fix.
#[derive(Debug, PartialEq)]
pub struct ReceiverFix {
    /// The time as written, for people.
    pub text: String,
    /// The time in UTC.
    pub time: Result<RawTime, NoTime>,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// Reads one sample. Whatever is damaged or unknown is passed over.
pub fn read(sample: &[u8]) -> Telemetry {
    let mut telemetry = Telemetry::default();
    for device in entries(sample).filter(|e| e.key == *b"DEVC") {
        for entry in entries(device.payload) {
            match &entry.key {
                b"DVNM" if telemetry.device.is_none() => telemetry.device = Some(entry.text()),
                b"STRM" if telemetry.fix.is_none() => stream(entry.payload, &mut telemetry),
                _ => {}
            }
        }
    }
    telemetry
}

/// The time zone that the camera was set to: TZON, in minutes, in the settings that stand in
/// the user data of movies of `HERO12` and later.
pub fn zone(settings: &[u8]) -> Option<FixedOffset> {
    let mut devices = entries(settings).filter(|entry| entry.key == *b"DEVC");
    devices.find_map(|device| {
        let zone = entries(device.payload).find(|entry| entry.key == *b"TZON")?;
        let minutes = i32::from(i16::from_be_bytes(*zone.payload.first_chunk()?));
        let is_zone = zone.kind == b's' && minutes.abs() <= 14 * 60;
        is_zone
            .then(|| FixedOffset::east_opt(60 * minutes))
            .flatten()
    })
}

fn stream(payload: &[u8], telemetry: &mut Telemetry) {
    // The scales, the types and the state of the receiver stand before the data.
    let mut scale: &[u8] = &[];
    let mut types: &[u8] = &[];
    let mut fixed = false;
    let mut gpsu = None;
    for entry in entries(payload) {
        match &entry.key {
            b"SCAL" if entry.kind == b'l' => scale = entry.payload,
            b"TYPE" => types = entry.payload,
            b"GLPI" | b"GPRI" if telemetry.drone.is_none() => {
                telemetry.receiver = true;
                telemetry.drone = karma(entry.payload, scale, types);
            }
            b"GPSF" => fixed = matches!(i32_at(entry.payload, 0), Some(2 | 3)),
            b"GPSU" => gpsu = Some(entry.text()),
            b"GPS5" => {
                telemetry.receiver = true;
                match gpsu.take() {
                    Some(text) if fixed => telemetry.fix = gps5(entry.payload, scale, text),
                    text => telemetry.unfixed = telemetry.unfixed.take().or(text),
                }
            }
            b"GPS9" => {
                telemetry.receiver = true;
                telemetry.fix = gps9(entry.payload, scale);
            }
            _ => {}
        }
    }
}

/// GLPI and GPRI of Karma: TYPE has a letter for each number of an entry, of which the second
/// and third are latitude and longitude. A receiver without a fix has zeros.
fn karma(payload: &[u8], scale: &[u8], types: &[u8]) -> Option<(f64, f64)> {
    let size = |kind: &u8| match kind {
        b'b' | b'B' => Some(1),
        b's' | b'S' => Some(2),
        b'l' | b'L' | b'f' => Some(4),
        b'j' | b'J' | b'd' => Some(8),
        _ => None,
    };
    let [first, b'l', b'l', ..] = types else {
        return None;
    };
    let at = size(first)?;
    let entry: usize = types.iter().map(size).sum::<Option<usize>>()?;
    let degrees = |row: &[u8], field: usize| {
        let number = i32_at(row.get(at..)?, field)?;
        let divisor = i32_at(scale, field + 1).filter(|divisor| *divisor != 0)?;
        Some(f64::from(number) / f64::from(divisor))
    };
    let mut rows = payload.chunks_exact(entry);
    rows.find_map(|row| {
        let (lat, lon) = (degrees(row, 0)?, degrees(row, 1)?);
        (lat != 0.0 || lon != 0.0).then_some((lat, lon))
    })
}

/// GPS5: latitude, longitude, altitude, two speeds, many times a second, with
/// one GPSU (`yymmddhhmmss.sss`, UTC) for them all.
fn gps5(payload: &[u8], scale: &[u8], text: String) -> Option<ReceiverFix> {
    let time = match text.split_at_checked(6) {
        Some((date, time)) => Written::parse(&format!("20{date}T{time}Z")).map(Written::raw),
        None => Err(NoTime::NotADate),
    };
    Some(ReceiverFix {
        time,
        text,
        lat: scaled(payload, scale, 0)?,
        lon: scaled(payload, scale, 1)?,
    })
}

/// GPS9 (`HERO11` and later): as GPS5, then days since 2000, seconds of the day,
/// dilution of precision, fix; 7 numbers of 4 bytes and 2 of 2.
fn gps9(payload: &[u8], scale: &[u8]) -> Option<ReceiverFix> {
    let fixed = payload
        .chunks_exact(32)
        .find(|entry| matches!(entry.get(30..32), Some([0, 2 | 3])))?;
    let days = i64::from(i32_at(fixed, 5)?);
    let per_second = i64::from(i32_at(scale, 6)?).max(1);
    let ticks = i64::from(i32_at(fixed, 6)?);
    let seconds = YEAR_2000 + days * 86_400 + ticks.div_euclid(per_second);
    let nanos = ticks.rem_euclid(per_second) * 1_000_000_000 / per_second;
    Some(ReceiverFix {
        text: format!("{days} d {ticks}/{per_second} s after 2000"),
        time: unix_instant(seconds, u32::try_from(nanos).unwrap_or(0)),
        lat: scaled(fixed, scale, 0)?,
        lon: scaled(fixed, scale, 1)?,
    })
}

fn scaled(payload: &[u8], scale: &[u8], index: usize) -> Option<f64> {
    let divisor = i32_at(scale, index).filter(|d| *d != 0)?;
    Some(f64::from(i32_at(payload, index)?) / f64::from(divisor))
}

fn i32_at(bytes: &[u8], index: usize) -> Option<i32> {
    let bytes = bytes.get(index * 4..)?.first_chunk()?;
    Some(i32::from_be_bytes(*bytes))
}

struct KlvEntry<'a> {
    key: [u8; 4],
    kind: u8,
    payload: &'a [u8],
}

impl KlvEntry<'_> {
    fn text(&self) -> String {
        let text = String::from_utf8_lossy(self.payload);
        text.trim_matches(['\0', ' ']).to_owned()
    }
}

/// The entries in `rest`; the last one is cut to what is there.
fn entries(mut rest: &[u8]) -> impl Iterator<Item = KlvEntry<'_>> {
    std::iter::from_fn(move || {
        let ([k0, k1, k2, k3, kind, size, r0, r1], tail) = rest.split_first_chunk()?;
        let len = usize::from(*size) * usize::from(u16::from_be_bytes([*r0, *r1]));
        let payload = tail.get(..len).unwrap_or(tail);
        rest = tail.get(len.next_multiple_of(4)..).unwrap_or_default();
        Some(KlvEntry {
            key: [*k0, *k1, *k2, *k3],
            kind: *kind,
            payload,
        })
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::media) fn entry(key: [u8; 4], kind: u8, size: u8, payload: &[u8]) -> Vec<u8> {
        let repeat = u16::try_from(payload.len() / usize::from(size)).unwrap();
        let mut bytes = key.to_vec();
        bytes.extend([kind, size]);
        bytes.extend(repeat.to_be_bytes());
        bytes.extend(payload);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn numbers(numbers: &[i32]) -> Vec<u8> {
        numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
    }

    fn device(entries: &[Vec<u8>]) -> Vec<u8> {
        let stream = entry(*b"STRM", 0, 1, &entries.concat());
        let name = entry(*b"DVNM", b'c', 1, b"HERO7 Black");
        entry(*b"DEVC", 0, 1, &[name, stream].concat())
    }

    /// A sample with GPS5 in 48.8584 N, 2.2945 W and that GPSF and GPSU.
    pub(in crate::media) fn gps5_sample(fix: i32, gpsu: &[u8; 16]) -> Vec<u8> {
        device(&[
            entry(*b"GPSF", b'L', 4, &numbers(&[fix])),
            entry(*b"GPSU", b'U', 16, gpsu),
            entry(
                *b"SCAL",
                b'l',
                4,
                &numbers(&[10_000_000, 10_000_000, 1000, 1000, 100]),
            ),
            entry(
                *b"GPS5",
                b'l',
                20,
                &numbers(&[488_584_000, -22_945_000, 0, 0, 0]),
            ),
        ])
    }

    fn utc(time: Result<RawTime, NoTime>) -> String {
        match time {
            Ok(RawTime::Instant(instant)) => instant.to_rfc3339(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_first_fix_of_gps5() {
        let telemetry = read(&gps5_sample(3, b"191118234514.250"));
        assert_eq!(telemetry.device.as_deref(), Some("HERO7 Black"));
        let fix = telemetry.fix.unwrap();
        assert_eq!(utc(fix.time), "2019-11-18T23:45:14.250+00:00");
        assert!((fix.lat - 48.8584).abs() < 1e-9 && (fix.lon + 2.2945).abs() < 1e-9);
    }

    #[test]
    fn without_a_fix_the_receivers_clock_is_not_believed() {
        let telemetry = read(&gps5_sample(0, b"150101000013.000"));
        assert_eq!(telemetry.fix, None);
        assert!(telemetry.receiver);
        assert_eq!(telemetry.unfixed.as_deref(), Some("150101000013.000"));
    }

    #[test]
    fn a_gpsu_that_is_no_date() {
        let fix = read(&gps5_sample(
            2,
            b"1911\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        ))
        .fix;
        assert_eq!(fix.unwrap().time, Err(NoTime::NotADate));
    }

    #[test]
    fn the_first_fix_of_gps9() {
        let row = |fix: u8, lat| {
            let mut row = numbers(&[lat, 22_945_000, 0, 0, 0, 8585, 43_200_500]);
            row.extend([0, 99, 0, fix]);
            row
        };
        let rows = [row(0, 1), row(3, 488_584_000)].concat();
        let scale = numbers(&[10_000_000, 10_000_000, 1000, 1000, 100, 1, 1000, 100, 1]);
        let sample = device(&[
            entry(*b"SCAL", b'l', 4, &scale),
            entry(*b"GPS9", b'?', 32, &rows),
        ]);
        let fix = read(&sample).fix.unwrap();
        assert_eq!(utc(fix.time), "2023-07-04T12:00:00.500+00:00");
        assert!((fix.lat - 48.8584).abs() < 1e-9);
    }

    #[test]
    fn the_drone_karma_states_where_it_is() {
        let entry_of = |time: &[u8], lat: i32, rest: usize| {
            [time, &numbers(&[lat, -22_945_000, 35_000]), &vec![0; rest]].concat()
        };
        let drone = |key, types: &[u8], rows: &[Vec<u8>]| {
            let scale = numbers(&[1000, 10_000_000, 10_000_000, 1000, 100]);
            let size = u8::try_from(rows[0].len()).unwrap();
            read(&device(&[
                entry(*b"TYPE", b'c', 1, types),
                entry(*b"SCAL", b'l', 4, &scale),
                entry(key, b'?', size, &rows.concat()),
            ]))
        };
        let zeros = vec![0; 26];
        let rows = [zeros, entry_of(&[0; 4], 488_584_000, 10)];
        let found = drone(*b"GLPI", b"LlllsssSS", &[rows[1].clone()]);
        assert_eq!(found.drone, Some((48.8584, -2.2945)));
        assert!(found.receiver && found.fix.is_none());
        let late = drone(*b"GLPI", b"LlllsssSS", &rows[..1]);
        assert_eq!(late.drone, None);
        let raw = entry_of(&[0; 8], 488_584_000, 12);
        let found = drone(*b"GPRI", b"JlllSSSSSBB", &[raw]);
        assert_eq!(found.drone, Some((48.8584, -2.2945)));
        assert_eq!(drone(*b"GPRI", b"J??l", &rows[1..]).drone, None);
        assert_eq!(drone(*b"GPRI", b"", &rows[1..]).drone, None);
    }

    #[test]
    fn without_scales_there_is_no_position() {
        let sample = device(&[
            entry(*b"GPSF", b'L', 4, &numbers(&[3])),
            entry(*b"GPSU", b'U', 16, b"191118234514.250"),
            entry(*b"SCAL", b'l', 4, &numbers(&[0, 0])),
            entry(*b"GPS5", b'l', 20, &numbers(&[1, 2, 3, 4, 5])),
        ]);
        assert_eq!(read(&sample).fix, None);
    }
}
