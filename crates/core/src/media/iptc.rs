//! The IPTC Information Interchange Model (IIM 4.2), as it stands in JPEG's
//! APP13 resource 0x0404, in TIFF tag 0x83BB and in PNG raw profiles.

use super::facts::Facts;
use crate::capture::clue::{Rejected, TimeSource};

/// The most datasets that are looked at.
const MAX_DATASETS: usize = 10_000;

/// The longest value of a date or time that is looked at, in bytes.
const MAX_VALUE: usize = 64;

/// Reads `DateCreated` (2:55, `CCYYMMDD`) and `TimeCreated` (2:60, `HHMMSS±HHMM`)
/// from a block of datasets.
pub fn read(block: &[u8], facts: &mut Facts) {
    let mut date = None;
    let mut time = None;
    let mut rest = block;
    for _ in 0..MAX_DATASETS {
        let Some(dataset) = next(&mut rest) else {
            break;
        };
        // Both may stand only once; the first counts.
        match dataset.number {
            (2, 55) => date = date.or(Some(text(dataset.value))),
            (2, 60) => time = time.or(Some(text(dataset.value))),
            _ => {}
        }
    }
    let source = TimeSource::IptcDateCreated;
    match (date, time) {
        (Some(date), None) => facts.clock(source, &date),
        (Some(date), Some(time)) => facts.clock(source, &format!("{date} {time}")),
        (None, Some(time)) => {
            facts.time(source, time, Err(Rejected("a time without a date".into())));
        }
        (None, None) => {}
    }
}

/// One dataset: its record and number, and its value.
struct IptcDataset<'a> {
    number: (u8, u8),
    value: &'a [u8],
}

/// The next dataset, `None` at padding, at anything else and at the end.
fn next<'a>(rest: &mut &'a [u8]) -> Option<IptcDataset<'a>> {
    let (&[0x1c, record, number, high, low], tail) = rest.split_first_chunk()? else {
        return None;
    };
    let size = u16::from_be_bytes([high, low]);
    let (size, tail) = if size & 0x8000 == 0 {
        (u32::from(size), tail)
    } else {
        // An extended dataset: the low bits count the bytes of the real size.
        let (bytes, tail) = tail.split_at_checked(usize::from(size & 0x7fff))?;
        let significant = bytes.iter().skip_while(|byte| **byte == 0);
        if significant.clone().count() > 4 {
            return None;
        }
        (
            significant.fold(0, |size, byte| size << 8 | u32::from(*byte)),
            tail,
        )
    };
    let (value, tail) = tail.split_at_checked(usize::try_from(size).ok()?)?;
    *rest = tail;
    Some(IptcDataset {
        number: (record, number),
        value,
    })
}

fn text(value: &[u8]) -> String {
    let value = value.get(..MAX_VALUE).unwrap_or(value);
    let text = String::from_utf8_lossy(value);
    text.trim_matches(|c: char| c.is_whitespace() || c == '\0')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::clock::RawTime;
    use crate::media::testing;

    fn dataset(record: u8, number: u8, value: &[u8]) -> Vec<u8> {
        let size = u16::try_from(value.len()).unwrap().to_be_bytes();
        [&[0x1c, record, number, size[0], size[1]], value].concat()
    }

    fn told(block: &[u8]) -> String {
        let mut facts = Facts::default();
        read(block, &mut facts);
        let clues = facts.times.iter().map(|clue| match &clue.value {
            Ok(RawTime::Clock(clock)) => format!(
                "{} {} {}",
                clock.date,
                clock.time.map(|time| time.to_string()).unwrap_or_default(),
                clock.offset.map(|o| o.to_string()).unwrap_or_default(),
            ),
            Ok(RawTime::Instant(_)) => "an instant".to_owned(),
            Err(Rejected(why)) => why.clone(),
        });
        clues.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn date_and_time_and_their_offset() {
        let block = [
            dataset(1, 90, b"\x1b%G"),
            dataset(2, 55, b"20190504"),
            dataset(2, 60, b"101112-0330"),
            vec![0, 0],
        ];
        assert_eq!(told(&block.concat()), "2019-05-04 10:11:12 -03:30");
    }

    #[test]
    fn a_date_alone_and_blank_times() {
        assert_eq!(told(&dataset(2, 55, b"20190504")), "2019-05-04  ");
        let block = [dataset(2, 55, b"20190504"), dataset(2, 60, b"           ")];
        assert_eq!(told(&block.concat()), "2019-05-04  ");
        let block = [dataset(2, 55, b"20190504"), dataset(2, 60, b"101112")];
        assert_eq!(told(&block.concat()), "2019-05-04 10:11:12 ");
    }

    #[test]
    fn what_is_no_date() {
        assert_eq!(told(&dataset(2, 55, b"00000000")), "empty");
        let year = told(&dataset(2, 55, b"20190000"));
        assert_eq!(year, "no day: only a year or a month");
        assert_eq!(
            told(&dataset(2, 60, b"101112+0000")),
            "a time without a date"
        );
        assert_eq!(told(&dataset(1, 55, b"20190504")), "", "another record");
    }

    #[test]
    fn the_first_of_two_counts() {
        let block = [dataset(2, 55, b"20190504"), dataset(2, 55, b"20200504")];
        assert_eq!(told(&block.concat()), "2019-05-04  ");
    }

    #[test]
    fn extended_datasets_are_stepped_over() {
        let mut block = b"\x1c\x08\x0a\x80\x04\0\0\0\x03abc".to_vec();
        block.extend(dataset(2, 55, b"20190504"));
        assert_eq!(told(&block), "2019-05-04  ");
        let mut absurd = b"\x1c\x08\x0a\x80\x05\x01\0\0\0\0".to_vec();
        absurd.extend(dataset(2, 55, b"20190504"));
        assert_eq!(told(&absurd), "");
    }

    #[test]
    fn damaged_blocks_do_not_panic() {
        let mut block = b"\x1c\x08\x0a\x80\x04\0\0\0\x03abc".to_vec();
        block.extend(dataset(2, 55, b"20190504"));
        block.extend(dataset(2, 60, b"101112+0200"));
        testing::each_damaged(&block, |damaged| read(damaged, &mut Facts::default()));
    }

    /// Compares the dates in Photoshop's resource 0x0404 with what is known about
    /// the files of the corpus.
    #[test]
    fn real_blocks() {
        let Some(corpus) = testing::corpus("") else {
            return;
        };
        let truth = std::fs::read_to_string(corpus.join("truth.tsv")).unwrap();
        let mut right = 0;
        for row in truth.lines().skip(1) {
            let columns: Vec<_> = row.split('\t').collect();
            let [path, local] = [columns[0], columns[5]];
            let bytes = std::fs::read(corpus.join(path)).unwrap();
            let Some(at) = bytes.windows(6).position(|w| w == b"8BIM\x04\x04") else {
                continue;
            };
            // No resource in the corpus has a name; its size comes next.
            let found = told(&bytes[at + 12..]);
            if found.starts_with("20") {
                let found = found.trim().replacen(' ', "T", 1);
                let written = found.split(' ').next().unwrap();
                assert!(local.starts_with(written), "{path}: {found}");
                right += 1;
            }
        }
        assert!(right > 10);
    }
}
