//! The blocks that dashcams with Novatek's chips put between the frames, one a second: `free`
//! and `GPS `, then fields whose places differ from maker to maker. Layouts are those of
//! `ExifTool`'s public tables. Some makers encipher their positions; these are no fixes.

use chrono::{NaiveDate, NaiveDateTime};

/// How much of a block is looked at.
pub const BLOCK: u32 = 512;

/// Where a dashcam was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fix {
    /// Degrees north and east.
    pub degrees: (f64, f64),
    /// When that was, in UTC. Blocks of numbers have the time of the dashcam's clock, which
    /// some keep in UTC and some not, and tell none.
    pub time: Option<NaiveDateTime>,
}

/// Where the fields of one layout stand: the state of the receiver, the two hemispheres,
/// latitude and longitude.
struct Layout {
    state: usize,
    north: usize,
    east: usize,
    lat: usize,
    lon: usize,
    /// Whether the numbers have 64 bits.
    wide: bool,
}

const LAYOUTS: [Layout; 5] = [
    // Novatek's own; Viofo A119S.
    Layout::close(0x48, 0x4C, 0x50),
    // Viofo A119 V3.
    Layout::close(0x28, 0x2C, 0x30),
    // Vantrue S1 has the longitude first.
    Layout::close(0x40, 0x60, 0x5C),
    // Akaso.
    Layout {
        state: 0x3C,
        north: 0x44,
        east: 0x4C,
        lat: 0x40,
        lon: 0x48,
        wide: false,
    },
    // The like with numbers of 64 bits.
    Layout {
        state: 0x3C,
        north: 0x48,
        east: 0x58,
        lat: 0x40,
        lon: 0x50,
        wide: true,
    },
];

impl Layout {
    /// With the hemispheres behind the state.
    const fn close(state: usize, lat: usize, lon: usize) -> Self {
        Self {
            state,
            north: state + 1,
            east: state + 2,
            lat,
            lon,
            wide: false,
        }
    }

    fn read(&self, block: &[u8]) -> Option<(f64, f64)> {
        if block.get(self.state) != Some(&b'A') {
            return None;
        }
        let lat = self.degrees(block, self.lat, 90.0)?;
        let lon = self.degrees(block, self.lon, 180.0)?;
        let north = sign(*block.get(self.north)?, b'N', b'S')?;
        let east = sign(*block.get(self.east)?, b'E', b'W')?;
        Some((lat * north, lon * east))
    }

    /// Degrees and minutes in one number, `DDMM.MMMM`.
    fn degrees(&self, block: &[u8], at: usize, most: f64) -> Option<f64> {
        let bytes = block.get(at..)?;
        let number = if self.wide {
            f64::from_le_bytes(*bytes.first_chunk()?)
        } else {
            f64::from(f32::from_le_bytes(*bytes.first_chunk()?))
        };
        from_minutes(number, most)
    }
}

/// The first fix of a block.
pub fn read(block: &[u8]) -> Option<Fix> {
    if block.get(4..12) != Some(b"freeGPS ") {
        return None;
    }
    // Ten-millionths of a degree, in the layout of Novatek's own.
    if block.get(16..19) == Some(b"IQS") {
        return iqs(block).map(Fix::without_time);
    }
    let fixed = LAYOUTS.iter().find_map(|layout| layout.read(block));
    fixed.map(Fix::without_time).or_else(|| nmea(block))
}

impl Fix {
    fn without_time(degrees: (f64, f64)) -> Self {
        Self {
            degrees,
            time: None,
        }
    }
}

/// The blocks in a stretch of frames, each with its length before its name.
pub fn blocks(frames: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = frames;
    std::iter::from_fn(move || {
        let at = memchr::memmem::find(rest, b"freeGPS ")?;
        let (before, behind) = rest.split_at_checked(at.saturating_sub(4))?;
        let block = behind.get(..BLOCK as usize).unwrap_or(behind);
        rest = rest.get(before.len() + 12..).unwrap_or_default();
        Some(block)
    })
}

fn iqs(block: &[u8]) -> Option<(f64, f64)> {
    let [b'A', north, east] = *block.get(0x48..)?.first_chunk()? else {
        return None;
    };
    let degrees = |at: usize, most: f64| {
        let number = i32::from_le_bytes(*block.get(at..)?.first_chunk()?);
        let degrees = f64::from(number).abs() / 1e7;
        (degrees > 0.0 && degrees <= most).then_some(degrees)
    };
    let (lat, lon) = (degrees(0x4C, 90.0)?, degrees(0x50, 180.0)?);
    Some((
        lat * sign(north, b'N', b'S')?,
        lon * sign(east, b'E', b'W')?,
    ))
}

/// The first fix in a log of such sentences, as the dashcams of `BlackVue` keep it.
pub fn log(text: &[u8]) -> Option<Fix> {
    text.split(|byte| *byte == b'\n').find_map(nmea)
}

/// A sentence of NMEA 0183: `$GPRMC,hhmmss,A,DDMM.MMMM,N,DDDMM.MMMM,E,speed,course,ddmmyy,…`.
fn nmea(block: &[u8]) -> Option<Fix> {
    let at = block.windows(4).position(|text| text == b"RMC,")?;
    let sentence = block.get(at + 4..)?;
    let end = sentence
        .iter()
        .position(|byte| !matches!(byte, b' '..=b'~'));
    let sentence = str::from_utf8(sentence.get(..end.unwrap_or(sentence.len()))?).ok()?;
    let mut fields = sentence.split(',');
    let clock = fields.next()?;
    if fields.next() != Some("A") {
        return None;
    }
    let mut axis = |most, plus, minus| {
        let number: f64 = fields.next()?.parse().ok()?;
        let [letter] = fields.next()?.as_bytes() else {
            return None;
        };
        Some(from_minutes(number, most)? * sign(*letter, plus, minus)?)
    };
    let degrees = (axis(90.0, b'N', b'S')?, axis(180.0, b'E', b'W')?);
    let date = fields.nth(2).unwrap_or_default();
    Some(Fix {
        degrees,
        time: utc(date, clock),
    })
}

/// `ddmmyy` and `hhmmss`, with fractions of a second or without.
fn utc(date: &str, clock: &str) -> Option<NaiveDateTime> {
    let parts = |text: &str| -> Option<[u32; 3]> {
        let part = |at: usize| text.get(at..at + 2)?.parse().ok();
        Some([part(0)?, part(2)?, part(4)?])
    };
    let [day, month, year] = parts(date)?;
    let [hour, minute, second] = parts(clock)?;
    let date = NaiveDate::from_ymd_opt(2000 + i32::try_from(year).ok()?, month, day)?;
    date.and_hms_opt(hour, minute, second)
}

/// Degrees of `DDDMM.MMMM`; none where the minutes are none, or all is zero, as where the
/// numbers are enciphered.
fn from_minutes(number: f64, most: f64) -> Option<f64> {
    // A number that is enciphered is mostly no such number.
    let usual = number.is_finite() && number.abs() >= 1e-3;
    let degrees = (number.abs() / 100.0).floor();
    let minutes = number.abs() - degrees * 100.0;
    let whole = degrees + minutes / 60.0;
    (usual && minutes < 60.0 && whole <= most).then_some(whole)
}

fn sign(letter: u8, plus: u8, minus: u8) -> Option<f64> {
    match letter {
        letter if letter == plus => Some(1.0),
        letter if letter == minus => Some(-1.0),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::testing::each_damaged;
    use super::*;

    fn block(fields: &[(usize, &[u8])]) -> Vec<u8> {
        let mut block = vec![0; 0x100];
        block[..12].copy_from_slice(b"\0\0\x80\0freeGPS ");
        for (at, value) in fields {
            block[*at..at + value.len()].copy_from_slice(value);
        }
        block
    }

    /// In 48° 51.504′ N, 2° 17.670′ W.
    pub(in crate::media) fn novatek(state: &[u8]) -> Vec<u8> {
        let (lat, lon) = (4851.504_f32.to_le_bytes(), 217.67_f32.to_le_bytes());
        block(&[(0x48, state), (0x4C, &lat), (0x50, &lon)])
    }

    fn shown(block: &[u8]) -> String {
        match read(block) {
            Some(Fix {
                degrees: (lat, lon),
                ..
            }) => format!("{lat:.4} {lon:.4}"),
            None => "none".to_owned(),
        }
    }

    #[test]
    fn every_layout() {
        let (lat, lon) = (4851.504_f32.to_le_bytes(), 217.67_f32.to_le_bytes());
        let (wide_lat, wide_lon) = (4851.504_f64.to_le_bytes(), 217.67_f64.to_le_bytes());
        let millionths = [488_584_000_i32, -22_945_000].map(i32::to_le_bytes);
        let blocks = [
            novatek(b"ANW"),
            block(&[(0x28, b"ANW"), (0x2C, &lat), (0x30, &lon)]),
            block(&[(0x40, b"ANW"), (0x60, &lat), (0x5C, &lon)]),
            block(&[
                (0x3C, b"A"),
                (0x40, &lat),
                (0x44, b"N"),
                (0x48, &lon),
                (0x4C, b"W"),
            ]),
            block(&[
                (0x3C, b"A"),
                (0x40, &wide_lat),
                (0x48, b"N"),
                (0x50, &wide_lon),
                (0x58, b"W"),
            ]),
            block(&[
                (16, b"IQS_A7"),
                (0x48, b"ANW"),
                (0x4C, &millionths[0]),
                (0x50, &millionths[1]),
            ]),
            block(&[(
                0x50,
                b"$GPRMC,082138,A,4851.504,N,00217.670,W,0.0,,160917,,,A*6A\r\n",
            )]),
        ];
        for (n, block) in blocks.iter().enumerate() {
            assert_eq!(shown(block), "48.8584 -2.2945", "layout {n}");
        }
        assert_eq!(shown(&novatek(b"ASE")), "-48.8584 2.2945");
    }

    #[test]
    fn a_log_has_its_first_fix_behind_lines_without() {
        let text = b"[1389616820000]$GPRMC,082138,V,,,,,,,160917,,,A*6A\r\n\
            [1389616821000]$GPGGA,082139.00,4851.504,N,00217.670,W,1,04,3.08,9.1,M,,M,,*5D\r\n\
            [1389616821000]$GPRMC,082139,A,4851.504,N,00217.670,W,0.0,,160917,,,A*6A\r\n\
            [1389616822000]$GPRMC,082140,A,1000.000,N,02000.000,E,0.0,,160917,,,A*6A\r\n";
        let Fix {
            degrees: (lat, lon),
            time,
        } = log(text).unwrap();
        assert_eq!(format!("{lat:.4} {lon:.4}"), "48.8584 -2.2945");
        assert_eq!(time.unwrap().to_string(), "2017-09-16 08:21:39");
        for without in ["160917", "991301", "16091", "16é9"] {
            let sentence = format!("RMC,0821é,A,4851.504,N,00217.670,W,0.0,,{without},,,A*6A");
            assert_eq!(log(sentence.as_bytes()), None, "no printable letters");
            let sentence = format!("RMC,0821,A,4851.504,N,00217.670,W,0.0,,{without},,,A*6A");
            assert_eq!(log(sentence.as_bytes()).unwrap().time, None, "{without}");
        }
        assert_eq!(log(&text[..60]), None);
        assert_eq!(log(b""), None);
    }

    #[test]
    fn what_is_no_fix() {
        assert_eq!(shown(&novatek(b"VNW")), "none");
        assert_eq!(shown(&novatek(b"A\0\0")), "none");
        // Akaso V1 and Redtiger have zeros where others have the latitude, and encipher it.
        let enciphered = block(&[(0x48, b"ANE"), (0x50, b"\xf1\x4e\x3e\x3d\x90\xdf\xca\x40")]);
        assert_eq!(shown(&enciphered), "none");
        let minutes = block(&[(0x48, b"ANE"), (0x4C, &4875_f32.to_le_bytes())]);
        assert_eq!(shown(&minutes), "none");
        let void = block(&[(0x50, b"$GPRMC,082138,V,,,,,0.0,,160917,,,A*6A\r\n")]);
        assert_eq!(shown(&void), "none");
        assert_eq!(shown(b"freeGPS "), "none");
    }

    #[test]
    fn damage_is_no_fault() {
        each_damaged(&novatek(b"ANW"), |bytes| {
            let _ = read(bytes);
        });
    }
}
