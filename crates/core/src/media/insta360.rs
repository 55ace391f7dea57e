//! The trailer that Insta360's cameras put behind their movies: records, each with its number
//! and length behind it, so that they are read from the last to the first, and a foot with a
//! mark. Layouts are those of `ExifTool`'s public tables.

/// The length of the foot in bytes.
pub const FOOT: usize = 78;
/// How many records are visited. A trailer has about ten.
pub const MAX_RECORDS: u32 = 32;
/// The number of the record about the camera.
pub const CAMERA: u16 = 0x101;
/// The number of the record with the fixes.
pub const FIXES: u16 = 0x700;
/// How much of the fixes is looked at, in bytes.
pub const MAX_FIXES: usize = 16 * 1024;

/// The length of one fix.
const FIX: usize = 53;
const MARK: &[u8] = b"8db42d694ccc418790edff439fe026bf";

/// Whether these last bytes of a file are the foot of a trailer.
pub fn is_foot(bytes: &[u8]) -> bool {
    bytes.len() == FOOT && bytes.ends_with(MARK)
}

/// Number and length of the record that ends before these bytes.
pub fn record(bytes: &[u8]) -> Option<(u16, u32)> {
    let [i0, i1, l0, l1, l2, l3] = *bytes.first_chunk()?;
    Some((
        u16::from_le_bytes([i0, i1]),
        u32::from_le_bytes([l0, l1, l2, l3]),
    ))
}

/// The model in the record about the camera: tag and length of each text before it.
pub fn model(mut record: &[u8]) -> Option<String> {
    while let [tag, len, rest @ ..] = record {
        let (text, tail) = rest.split_at_checked(usize::from(*len))?;
        if *tag == 0x12 {
            return Some(
                String::from_utf8_lossy(text)
                    .trim_matches(['\0', ' '])
                    .to_owned(),
            );
        }
        record = tail;
    }
    None
}

/// Degrees north and east of the first good fix: behind two counters (10 bytes) stand the
/// state, then latitude and longitude with their hemispheres. Some write O for west.
pub fn first_fix(record: &[u8]) -> Option<(f64, f64)> {
    record.chunks_exact(FIX).find_map(|fix| {
        let axis = |at: usize, plus: &[u8], minus: &[u8]| {
            let degrees = f64::from_le_bytes(*fix.get(at..)?.first_chunk()?).abs();
            let letter = fix.get(at + 8)?;
            if plus.contains(letter) {
                Some(degrees)
            } else {
                minus.contains(letter).then_some(-degrees)
            }
        };
        if fix.get(10) != Some(&b'A') {
            return None;
        }
        let (lat, lon) = (axis(11, b"N", b"S")?, axis(20, b"E", b"WO")?);
        (lat.abs() <= 90.0 && lon.abs() <= 180.0 && (lat != 0.0 || lon != 0.0))
            .then_some((lat, lon))
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::testing::each_damaged;
    use super::*;

    fn fix(state: u8, lat: f64, north: u8, lon: f64, east: u8) -> Vec<u8> {
        let mut fix = vec![0; 10];
        fix.push(state);
        fix.extend(lat.to_le_bytes());
        fix.push(north);
        fix.extend(lon.to_le_bytes());
        fix.push(east);
        fix.resize(FIX, 0);
        fix
    }

    /// A trailer with a camera, two fixes, the second in 48.8584 N, 2.2945 W, and more.
    pub(in crate::media) fn trailer() -> Vec<u8> {
        let fixes = [
            fix(b'V', 0.0, b'N', 0.0, b'E'),
            fix(b'A', 48.8584, b'N', 2.2945, b'W'),
        ];
        let records = [
            (
                CAMERA,
                b"\x0a\x04IAQE\x12\x0cInsta360 X3\0\x1a\x021\0".to_vec(),
            ),
            (FIXES, fixes.concat()),
            (0x300, vec![7; 112]),
        ];
        let mut bytes = Vec::new();
        for (id, record) in records {
            bytes.extend(&record);
            bytes.extend(id.to_le_bytes());
            bytes.extend(u32::try_from(record.len()).unwrap().to_le_bytes());
        }
        // The head of the last record begins the foot.
        bytes.resize(bytes.len() + FOOT - 6 - 40, 0);
        bytes.extend(u32::try_from(bytes.len() + 40).unwrap().to_le_bytes());
        bytes.extend([3, 0, 0, 0]);
        bytes.extend(MARK);
        bytes
    }

    #[test]
    fn the_foot_has_the_last_record() {
        let trailer = trailer();
        let foot = &trailer[trailer.len() - FOOT..];
        assert!(is_foot(foot) && !is_foot(&foot[1..]));
        assert_eq!(record(foot), Some((0x300, 112)));
    }

    #[test]
    fn what_is_no_fix() {
        assert_eq!(
            first_fix(&fix(b'A', 48.0, b'N', 2.0, b'O')),
            Some((48.0, -2.0))
        );
        assert_eq!(
            first_fix(&fix(b'A', 48.0, b'S', 2.0, b'E')),
            Some((-48.0, 2.0))
        );
        assert_eq!(first_fix(&fix(b'V', 48.0, b'N', 2.0, b'E')), None);
        assert_eq!(first_fix(&fix(b'A', 0.0, b'N', 0.0, b'E')), None);
        assert_eq!(first_fix(&fix(b'A', 98.0, b'N', 2.0, b'E')), None);
        assert_eq!(first_fix(&fix(b'A', f64::NAN, b'N', 2.0, b'E')), None);
        assert_eq!(first_fix(&fix(b'A', 48.0, b'?', 2.0, b'E')), None);
    }

    #[test]
    fn damage_is_no_fault() {
        each_damaged(&fix(b'A', 48.0, b'N', 2.0, b'E'), |bytes| {
            let _ = (first_fix(bytes), model(bytes), record(bytes));
        });
    }
}
