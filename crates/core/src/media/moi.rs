//! The files that camcorders of JVC, Panasonic and Canon with disks or cards write beside their
//! `MOD` and `TOD` videos, which have no date themselves.

use super::facts::Facts;
use crate::capture::clue::TimeSource;

/// How much of the file is read: its head.
pub const SIZE: usize = 14;

/// Reads the version, the size of the file, and the reading of the clock: year, month, day,
/// hour and minute, then milliseconds.
pub fn read(bytes: &[u8], facts: &mut Facts) {
    let Some(
        [
            b'V',
            b'6',
            _,
            _,
            _,
            _,
            y0,
            y1,
            month,
            day,
            hour,
            minute,
            m0,
            m1,
        ],
    ) = bytes.first_chunk::<SIZE>()
    else {
        return;
    };
    let year = u16::from_be_bytes([*y0, *y1]);
    let millis = u16::from_be_bytes([*m0, *m1]);
    let (second, millis) = (millis / 1000, millis % 1000);
    let text =
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{millis:03}");
    facts.clock(TimeSource::SidecarMoi, &text);
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::testing::each_damaged;
    use super::*;

    /// 2008-06-05 14:32:10.500.
    pub(in crate::media) const SAMPLE: &[u8] =
        b"V6\0\0\x01\x2a\x07\xd8\x06\x05\x0e\x20\x29\x04\0\0\x1d\x4c\0\0";

    fn told(bytes: &[u8]) -> String {
        let mut facts = Facts::default();
        read(bytes, &mut facts);
        match facts.times.first().map(|clue| &clue.value) {
            Some(Ok(time)) => time.to_string(),
            Some(Err(why)) => why.0.clone(),
            None => "absent".to_owned(),
        }
    }

    #[test]
    fn the_reading_of_the_clock() {
        assert_eq!(told(SAMPLE), "2008-06-05T14:32:10.500");
        let with = |at: usize, value: u8| {
            let mut bytes = SAMPLE.to_vec();
            bytes[at] = value;
            told(&bytes)
        };
        assert_eq!(with(8, 0), "not a date");
        assert_eq!(with(8, 13), "not a date");
        assert_eq!(with(10, 25), "not a date");
        assert_eq!(with(12, 0xFF), "2008-06-05T14:32:59.284");
        assert_eq!(
            told(b"V6\0\0\0\0\x07\xd0\x01\x01\0\0\0\0"),
            "the default of a clock that was reset"
        );
        assert_eq!(with(0, b'W'), "absent");
        assert_eq!(told(&SAMPLE[..13]), "absent");
        each_damaged(SAMPLE, |bytes| read(bytes, &mut Facts::default()));
    }
}
