//! Camera Motion Metadata, the telemetry of 360° cameras and Street View
//! recorders (Google's "CAMM" specification): packets of two reserved bytes, a
//! type and a payload whose length follows from the type, little-endian.

/// The length of the payload of each type, from 0 to 7, in bytes.
const LENGTHS: [usize; 8] = [12, 8, 12, 12, 12, 24, 56, 12];

/// Degrees north and east of the first GPS packet with a fix in one sample:
/// type 5 (position alone) or type 6 (with time, fix and accuracy).
pub fn read(mut sample: &[u8]) -> Option<(f64, f64)> {
    while let Some(([_, _, t0, t1], rest)) = sample.split_first_chunk() {
        let kind = usize::from(u16::from_le_bytes([*t0, *t1]));
        let (payload, next) = rest.split_at_checked(*LENGTHS.get(kind)?)?;
        let at = match kind {
            5 => Some(0),
            // Behind the time (8 bytes) the kind of fix: 0 is none.
            6 if payload.get(8..12)? != [0; 4] => Some(12),
            _ => None,
        };
        if let Some(at) = at {
            return Some((f64_at(payload, at)?, f64_at(payload, at + 8)?));
        }
        sample = next;
    }
    None
}

fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::media) fn packet(kind: u8, payload: &[u8]) -> Vec<u8> {
        [&[0, 0, kind, 0], payload].concat()
    }

    pub(in crate::media) fn type_6(fix: u8) -> Vec<u8> {
        let mut payload = 1.2e9_f64.to_le_bytes().to_vec();
        payload.extend([fix, 0, 0, 0]);
        payload.extend(48.8584_f64.to_le_bytes());
        payload.extend((-2.2945_f64).to_le_bytes());
        payload.resize(56, 0);
        packet(6, &payload)
    }

    #[test]
    fn the_first_packet_with_a_fix() {
        let gyroscope = packet(2, &[0; 12]);
        let sample = [gyroscope, type_6(0), type_6(3)].concat();
        assert_eq!(read(&sample), Some((48.8584, -2.2945)));
        assert_eq!(read(&type_6(0)), None);
    }

    #[test]
    fn type_5_has_no_fix_field() {
        let numbers = [1.5_f64, 2.5, 3.5].map(f64::to_le_bytes).concat();
        assert_eq!(read(&packet(5, &numbers)), Some((1.5, 2.5)));
        assert_eq!(read(&packet(5, &numbers[..23])), None);
        assert_eq!(read(&packet(8, &numbers)), None);
    }
}
