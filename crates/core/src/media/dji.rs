//! The telemetry of DJI's drones and cameras: the `djmd` track, whose samples are messages of
//! protocol buffers (a key of number and type before each value). Which number means what
//! differs from model to model; the fix is told by its shape, and where it stands.

/// How deep the message of a fix lies.
const DEPTH: usize = 4;

/// Degrees north and east of the fix in one sample.
///
/// All models known keep it in field 1 of a message of the frame, which is field 3: field 1
/// tells whether degrees or radians (0, which is left out) follow, in fields 2 and 3.
pub fn read(sample: &[u8]) -> Option<(f64, f64)> {
    let mut frames = fields(sample).filter(|field| field.number == 3);
    frames.find_map(|frame| within(frame.value, 2))
}

/// The first fix in a message that lies so deep.
fn within(message: &[u8], depth: usize) -> Option<(f64, f64)> {
    fields(message)
        .filter(|field| field.kind == BYTES)
        .find_map(|field| match depth {
            DEPTH if field.number == 1 => fix(field.value),
            DEPTH => None,
            _ => within(field.value, depth + 1),
        })
}

/// A message of nothing but the unit and two numbers.
fn fix(message: &[u8]) -> Option<(f64, f64)> {
    let (mut unit, mut lat, mut lon) = (0, None, None);
    let mut read = 0;
    for field in fields(message) {
        read += field.len;
        match (field.number, field.kind) {
            (1, VARINT) => unit = *field.value.first()?,
            (2, DOUBLE) => lat = Some(f64::from_le_bytes(*field.value.first_chunk()?)),
            (3, DOUBLE) => lon = Some(f64::from_le_bytes(*field.value.first_chunk()?)),
            _ => return None,
        }
    }
    if read != message.len() {
        return None;
    }
    let degrees = |number: f64| {
        if unit == 0 {
            number.to_degrees()
        } else {
            number
        }
    };
    // Without a fix both are zero, or left out.
    let (lat, lon) = (degrees(lat?), degrees(lon?));
    (unit <= 1 && lat.abs() <= 90.0 && lon.abs() <= 180.0 && (lat != 0.0 || lon != 0.0))
        .then_some((lat, lon))
}

const VARINT: u64 = 0;
const DOUBLE: u64 = 1;
const BYTES: u64 = 2;
const FLOAT: u64 = 5;

/// One field of a message.
struct Field<'a> {
    number: u64,
    kind: u64,
    value: &'a [u8],
    /// Its key included.
    len: usize,
}

/// The fields of a message, up to the first that is none.
fn fields(mut rest: &[u8]) -> impl Iterator<Item = Field<'_>> {
    std::iter::from_fn(move || {
        let (key, behind) = varint(rest)?;
        let (len, behind) = match key & 7 {
            VARINT => (behind.len() - varint(behind)?.1.len(), behind),
            DOUBLE => (8, behind),
            FLOAT => (4, behind),
            BYTES => {
                let (len, behind) = varint(behind)?;
                (usize::try_from(len).ok()?, behind)
            }
            _ => return None,
        };
        let (value, tail) = behind.split_at_checked(len)?;
        let len = rest.len() - tail.len();
        rest = tail;
        Some(Field {
            number: key >> 3,
            kind: key & 7,
            value,
            len,
        })
    })
}

/// A number in groups of seven bits, the lowest first; the high bit tells that more follow.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (at, byte) in bytes.iter().enumerate().take(9) {
        number |= u64::from(byte & 0x7F) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(at + 1..)?));
        }
    }
    None
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::testing::each_damaged;
    use super::*;

    fn message(number: u8, value: &[u8]) -> Vec<u8> {
        let len = u8::try_from(value.len()).unwrap();
        assert!(len < 0x80);
        [&[number << 3 | 2, len], value].concat()
    }

    fn position(unit: Option<u8>, lat: f64, lon: f64) -> Vec<u8> {
        let mut bytes: Vec<u8> = unit
            .map(|unit| [0x08, unit])
            .into_iter()
            .flatten()
            .collect();
        bytes.push(0x11);
        bytes.extend(lat.to_le_bytes());
        bytes.push(0x19);
        bytes.extend(lon.to_le_bytes());
        bytes
    }

    /// A sample with the fix of these bytes where the Mavic 3 (3) or the Avata 2 (4) has it.
    pub(in crate::media) fn sample(telemetry: u8, fix: &[u8]) -> Vec<u8> {
        let model = message(1, &message(1, &message(1, b"dvtm_wm265e.proto")));
        let camera = message(2, &message(2, &[0x0D, 0, 0, 0xC8, 0x42]));
        let drone = message(3, &[0x08, 0x83, 0x0D, 0x10, 0x04]);
        let gps = message(4, &[message(1, fix), vec![0x15, 0, 0, 0x20, 0x41]].concat());
        let frame = [camera, message(telemetry, &[drone, gps].concat())].concat();
        [model, message(3, &frame)].concat()
    }

    /// The same in degrees, in 48.8584 N, 2.2945 W.
    pub(in crate::media) fn good() -> Vec<u8> {
        sample(3, &position(Some(1), 48.8584, -2.2945))
    }

    #[test]
    fn the_fix_of_a_frame() {
        assert_eq!(read(&good()), Some((48.8584, -2.2945)));
        let radians = position(None, 0.5, -1.0);
        let (lat, lon) = read(&sample(4, &radians)).unwrap();
        assert!((lat - 28.647_889).abs() < 1e-6 && (lon + 57.295_779).abs() < 1e-6);
    }

    #[test]
    fn what_is_no_fix() {
        assert_eq!(read(&sample(3, &position(Some(1), 0.0, 0.0))), None);
        assert_eq!(read(&sample(3, &position(None, 48.0, 2.0))), None);
        assert_eq!(read(&sample(3, &position(Some(1), f64::NAN, 2.0))), None);
        assert_eq!(read(&sample(3, &position(Some(7), 48.0, 2.0))), None);
        assert_eq!(read(&sample(3, &position(Some(1), 48.0, 2.0)[..11])), None);
        let more = [position(Some(1), 48.0, 2.0), vec![0x20, 1]].concat();
        assert_eq!(read(&sample(3, &more)), None);
        assert_eq!(read(&message(2, &position(Some(1), 48.0, 2.0))), None);
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn damage_is_no_fault() {
        each_damaged(&good(), |bytes| {
            let _ = read(bytes);
        });
    }
}
