//! MPEG-2 transport streams (ISO/IEC 13818-1) from AVCHD camcorders: MTS with
//! packets of 188 bytes, M2TS with 192.

use crate::capture::clue::{PositionSource, TimeSource};

use super::facts::Facts;
use super::source::Source;
use super::unreadable::Unreadable;

/// The length of a packet, behind the time stamp that M2TS puts before it.
const PACKET: usize = 188;
/// The most packets that are searched, a third of a second of high-definition video.
/// A camcorder begins with a whole picture and its metadata.
const MAX_PACKETS: u32 = 2000;
/// How much of each picture is searched. Its metadata stands before its data.
const MAX_HEAD: usize = 4096;

/// The identifier in the SEI message (H.264, annex D, unregistered user data)
/// under which camcorders store MDPM, "modified digital video pack metadata":
/// a count, then entries of a tag and four bytes.
const MDPM: [u8; 20] = *b"\x17\xee\x8c\x60\xf8\x4d\x11\xd9\x8c\xd6\x08\x00\x20\x0c\x9a\x66MDPM";

/// Reads the first MDPM with a date: camera's clock with its offset, GPS, maker.
///
/// # Errors
/// It is no transport stream, or the rhythm of its packets is lost.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let (mut at, stride) =
        rhythm(source)?.ok_or(Unreadable::Malformed("not a transport stream"))?;
    let mut video = None;
    let mut head = Vec::new();
    for _ in 0..MAX_PACKETS {
        if source.len().saturating_sub(at) < PACKET as u64 {
            break;
        }
        let packet: [u8; PACKET] = source.array(at)?;
        at = at.saturating_add(stride);
        let Some(packet) = Packet::parse(&packet) else {
            return Err(Unreadable::Malformed("a packet has no sync byte"));
        };
        let payload = match picture(&packet) {
            Some(data) if *video.get_or_insert(packet.pid) == packet.pid => {
                if examine(&head, facts) {
                    return Ok(());
                }
                head.clear();
                data
            }
            _ if video == Some(packet.pid) => packet.payload,
            _ => continue,
        };
        let searched = head.len() >= MAX_HEAD;
        if !searched {
            head.extend_from_slice(payload);
            if head.len() >= MAX_HEAD && examine(&head, facts) {
                return Ok(());
            }
        }
    }
    examine(&head, facts);
    Ok(())
}

/// Offset of the first packet, and the bytes from one packet to the next: 188, or 192 in M2TS.
fn rhythm(source: &mut Source) -> Result<Option<(u64, u64)>, Unreadable> {
    let start = source.up_to(0, 4 * 192)?;
    let ticks = |first: usize, stride: usize| {
        let mut syncs = start.iter().skip(first).step_by(stride).peekable();
        syncs.peek().is_some() && syncs.all(|byte| *byte == 0x47)
    };
    Ok([(0, 188), (4, 192)]
        .into_iter()
        .find(|(first, stride)| ticks(*first, *stride))
        .map(|(first, stride)| (first as u64, stride as u64)))
}

struct Packet<'a> {
    /// The stream to which it belongs.
    pid: u16,
    /// Whether its payload begins a unit of that stream.
    begins: bool,
    payload: &'a [u8],
}

impl<'a> Packet<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let [0x47, b1, b2, b3, rest @ ..] = bytes else {
            return None;
        };
        let adaptation = match rest {
            [len, ..] if b3 & 0x20 != 0 => 1 + usize::from(*len),
            _ => 0,
        };
        let payload = match b3 & 0x10 {
            0 => &[],
            _ => rest.get(adaptation..).unwrap_or_default(),
        };
        Some(Self {
            pid: u16::from_be_bytes([b1 & 0x1f, *b2]),
            begins: b1 & 0x40 != 0,
            payload,
        })
    }
}

/// The data of a packet that begins a picture: a PES packet of a video stream.
fn picture<'a>(packet: &Packet<'a>) -> Option<&'a [u8]> {
    match packet.payload {
        [0, 0, 1, 0xe0..=0xef, _, _, _, _, len, rest @ ..] if packet.begins => {
            rest.get(usize::from(*len)..)
        }
        _ => None,
    }
}

/// Looks for MDPM in the start of a picture; whether it has a date.
fn examine(head: &[u8], facts: &mut Facts) -> bool {
    let Some(at) = head.windows(MDPM.len()).position(|bytes| bytes == MDPM) else {
        return false;
    };
    let message = unescape(head.get(at + MDPM.len()..).unwrap_or_default());
    let (count, entries) = message.split_first().unwrap_or((&0, &[]));
    let entries = entries.chunks_exact(5).take(usize::from(*count));
    let tag = |wanted: u8| {
        entries.clone().find_map(|entry| match entry {
            [tag, value @ ..] if *tag == wanted => value.first_chunk::<4>().copied(),
            _ => None,
        })
    };
    let (Some(date), Some(time)) = (tag(0x18), tag(0x19)) else {
        return false;
    };
    facts.clock(TimeSource::Mdpm, &date_text(date, time));
    let maker = match tag(0xe0) {
        Some([0x01, 0x03, ..]) => Some("Panasonic"),
        Some([0x01, 0x08, ..]) => Some("Sony"),
        Some([0x10, 0x11, ..]) => Some("Canon"),
        Some([0x11, 0x04, ..]) => Some("JVC"),
        _ => None,
    };
    facts.make = facts.make.take().or(maker.map(str::to_owned));
    if let (Some(lat), Some(lon)) = (tag(0xb2), tag(0xb6)) {
        let lat = degrees([Some(lat), tag(0xb3), tag(0xb4)]);
        let lon = degrees([Some(lon), tag(0xb7), tag(0xb8)]);
        let north = tag(0xb1).and_then(|r| sign(r[0], b'N', b'S'));
        let east = tag(0xb5).and_then(|r| sign(r[0], b'E', b'W'));
        match (lat, lon, north, east) {
            (Some(lat), Some(lon), Some(north), Some(east)) => {
                facts.degrees(PositionSource::Mdpm, (lat * north, lon * east));
            }
            (_, _, None, _) | (_, _, _, None) => {
                facts.no_position(PositionSource::Mdpm, "", "no hemisphere");
            }
            _ => facts.no_position(PositionSource::Mdpm, "", "divided by zero"),
        }
    }
    true
}

/// The message up to the next start code, without the emulation prevention bytes: the 3 that
/// H.264 (section 7.4.1) puts behind two zeros.
fn unescape(bytes: &[u8]) -> Vec<u8> {
    let mut message = Vec::new();
    let mut zeros = 0;
    for byte in bytes.iter().take(1024) {
        match byte {
            3 if zeros >= 2 => zeros = 0,
            0 => {
                zeros += 1;
                message.push(0);
            }
            1 if zeros >= 2 => break,
            _ => {
                zeros = 0;
                message.push(*byte);
            }
        }
    }
    message
}

/// Tags 0x18 and 0x19 in digits: zone, then century, year, month, day, hour,
/// minute and second, two decimal digits to the byte.
///
/// The zone has half hours in bits 0 to 4 and the sign in bit 5. Bit 6 tells of
/// summer time, which is in the hours already. Bit 7 is only set when nothing is
/// known.
fn date_text([zone, century, year, month]: [u8; 4], [day, h, m, s]: [u8; 4]) -> String {
    let text = format!("{century:02x}{year:02x}:{month:02x}:{day:02x} {h:02x}:{m:02x}:{s:02x}");
    if zone & 0x80 != 0 {
        return text;
    }
    let sign = if zone & 0x20 == 0 { '+' } else { '-' };
    let minutes = if zone & 1 == 0 { "00" } else { "30" };
    format!("{text}{sign}{:02}:{minutes}", zone >> 1 & 0x0f)
}

/// Degrees, minutes and seconds as quotients of two 16-bit numbers.
fn degrees(parts: [Option<[u8; 4]>; 3]) -> Option<f64> {
    let [degrees, minutes, seconds] = parts.map(|part| {
        let [n0, n1, d0, d1] = part?;
        let divisor = u16::from_be_bytes([d0, d1]);
        (divisor != 0).then(|| f64::from(u16::from_be_bytes([n0, n1])) / f64::from(divisor))
    });
    Some(degrees? + minutes.unwrap_or(0.0) / 60.0 + seconds.unwrap_or(0.0) / 3600.0)
}

fn sign(reference: u8, plus: u8, minus: u8) -> Option<f64> {
    match reference.to_ascii_uppercase() {
        r if r == plus => Some(1.0),
        r if r == minus => Some(-1.0),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::capture::clock::RawTime;

    const DATE: [u8; 10] = *b"\x18\x44\x20\x19\x04\x19\x24\x22\x24\x00";

    fn sei(entries: &[u8]) -> Vec<u8> {
        let count = u8::try_from(entries.len() / 5).unwrap();
        let mut message = [&MDPM[..], &[count], entries].concat();
        // As an encoder escapes it: never two zeros before a byte below 4.
        let mut at = 0;
        while at + 2 < message.len() {
            if message[at..at + 2] == [0, 0] && message[at + 2] < 4 {
                message.insert(at + 2, 3);
            }
            at += 1;
        }
        [&[0, 0, 0, 1, 6, 5, 0xff][..], &message, &[0x80, 0, 0, 1]].concat()
    }

    /// Packets of 188 bytes that carry one picture, `room` bytes of it each,
    /// with a packet of another stream before each of them.
    pub(in crate::media) fn packets(picture: &[u8], room: usize) -> Vec<[u8; PACKET]> {
        let pes = [&[0, 0, 1, 0xe0, 0, 0, 0x80, 0, 2, 9, 9][..], picture].concat();
        let mut packets = Vec::new();
        for (n, part) in pes.chunks(room).enumerate() {
            let begins = if n == 0 { 0x40 } else { 0 };
            let mut other = [0xff; PACKET];
            other[..4].copy_from_slice(&[0x47, 0x11, 0, 0x10]);
            packets.push(other);
            // The adaptation field fills the packet up.
            let filling = u8::try_from(PACKET - 5 - part.len()).unwrap();
            let mut packet = vec![0x47, begins | 0x10, 0x11, 0x30, filling];
            packet.resize(PACKET - part.len(), 0xff);
            packet.extend(part);
            packets.push(packet.try_into().unwrap());
        }
        packets
    }

    /// A camcorder's stream; its metadata is split over several packets.
    pub(in crate::media) fn video(entries: &[u8]) -> Vec<u8> {
        let plain = packets(&sei(b"\x13\0\0\0\0\x14\0\0\0\0"), 20);
        let dated = packets(&sei(entries), 20);
        let stamped = |packet: &[u8; PACKET]| [&[0; 4], &packet[..]].concat();
        [plain, dated].concat().iter().flat_map(stamped).collect()
    }

    fn facts(bytes: Vec<u8>) -> Facts {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(bytes), &mut facts).unwrap();
        facts
    }

    #[test]
    fn the_date_is_put_together_from_packets_of_192_bytes() {
        let facts = facts(video(
            &[b"\x13\0\0\0\0", &DATE[..], b"\xe0\x01\x08\x31\0"].concat(),
        ));
        let Ok(RawTime::Clock(clock)) = &facts.times[0].value else {
            panic!("{facts:?}")
        };
        assert_eq!(
            clock.date.and_time(clock.time.unwrap()).to_string(),
            "2019-04-24 22:24:00"
        );
        assert_eq!(clock.offset.unwrap().local_minus_utc(), 7200);
        assert_eq!(facts.make.as_deref(), Some("Sony"));
    }

    #[test]
    fn packets_of_188_bytes() {
        assert_eq!(facts(packets(&sei(&DATE), 150).concat()).times.len(), 1);
    }

    #[test]
    fn zones() {
        let zone = |zone| date_text([zone, 0x20, 0x19, 4], [0x24, 0x22, 0x24, 0])[19..].to_owned();
        assert_eq!(zone(0x02), "+01:00");
        assert_eq!(zone(0x2b), "-05:30");
        assert_eq!(zone(0x44), "+02:00", "summer time is in the hours");
        assert_eq!(zone(0xff), "");
    }

    #[test]
    fn a_clock_that_was_not_set() {
        let facts = facts(video(b"\x18\xff\xff\xff\xff\x19\xff\xff\xff\xff"));
        assert_eq!(facts.times[0].value.clone().unwrap_err().0, "empty");
    }

    #[test]
    fn the_position_has_its_hemispheres() {
        let gps = |north: u8, lat: &[u8; 4]| {
            let entries: [&[u8]; 8] = [
                &[0xb1, north, 0, 0, 0],
                &[&[0xb2], &lat[..]].concat(),
                b"\xb3\x00\x1e\x00\x01",
                b"\xb4\x00\x00\x00\x00",
                b"\xb5W\0\0\0",
                b"\xb6\x00\x02\x00\x01",
                b"\xb7\x00\x00\x00\x01",
                b"\xb8\x00\x24\x00\x01",
            ];
            facts(video(&[&DATE[..], &entries.concat()].concat()))
                .positions
                .remove(0)
                .value
        };
        let position = gps(b'S', b"\0\x30\0\x01").unwrap();
        assert!((position.lat() + 48.5).abs() < 1e-9 && (position.lon() + 2.01).abs() < 1e-9);
        assert_eq!(gps(0, b"\0\x30\0\x01").unwrap_err().0, "no hemisphere");
        assert_eq!(gps(b'N', b"\0\x30\0\0").unwrap_err().0, "divided by zero");
    }

    #[test]
    fn other_bytes_are_an_error() {
        let mut source = Source::from_bytes(vec![0x46; 400]);
        assert!(read(&mut source, &mut Facts::default()).is_err());
    }
}
