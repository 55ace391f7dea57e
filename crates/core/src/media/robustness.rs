//! No bytes make a reader panic, hang or read without bounds: small files of every
//! format, and real ones where they are at hand, cut short and damaged.

use super::corpus;
use super::facts::Facts;
use super::source::Source;
use super::tiff::ByteOrder::Big;
use super::tiff::build::{ascii, block, rationals};
use super::unreadable::Unreadable;

/// Marsaglia's xorshift: the same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }
}

/// Damages one to four places: single bits, bytes at their limits, and whole
/// lengths or offsets. Half of them lie near the start, where headers are.
fn damage(bytes: &mut [u8], numbers: &mut Numbers) {
    for _ in 0..=numbers.below(4) {
        let reach = [2048, usize::MAX][numbers.below(2)];
        let at = numbers.below(bytes.len().min(reach));
        let Some(rest) = bytes.get_mut(at..) else {
            return;
        };
        let limit = [0, 1, 0x7F, 0x80, 0xFF][numbers.below(5)];
        let (len, value) = match numbers.below(4) {
            0 => (
                1,
                rest.first()
                    .map_or(0, |byte| byte ^ (1 << numbers.below(8))),
            ),
            1 => (1, limit),
            2 => (4, limit),
            _ => (4, u8::try_from(numbers.below(256)).unwrap()),
        };
        rest.iter_mut().take(len).for_each(|byte| *byte = value);
    }
}

type Reader = fn(&mut Source, &mut Facts) -> Result<(), Unreadable>;

const READERS: [Reader; 14] = [
    super::jpeg::read,
    super::heif::read,
    super::png::read,
    super::webp::read,
    super::raw::read,
    super::gif::read,
    super::jxl::read,
    super::jp2::read,
    super::cr3::read,
    super::raf::read,
    super::mrw::read,
    super::crw::read,
    super::x3f::read,
    super::livp::read,
];

fn tiff() -> Vec<u8> {
    let north = rationals(Big, 2, 5, &[[48, 1], [51, 1], [3024, 100]]);
    let east = rationals(Big, 4, 5, &[[2, 1], [17, 1], [0, 0]]);
    let time = rationals(Big, 7, 5, &[[8, 1], [11, 1], [12, 1]]);
    let taken = "2019:05:04 10:11:12";
    let xmp = (0x02BC, 1, b"<x:xmpmeta/>".to_vec());
    let image = [ascii(0x010F, "Maker"), ascii(0x0132, taken), xmp];
    let exif = [
        ascii(0x9003, taken),
        ascii(0x9011, "+02:00"),
        ascii(0x9291, "5"),
    ];
    let gps = [
        ascii(1, "N"),
        north,
        ascii(3, "E"),
        east,
        time,
        ascii(0x1D, "2019:05:04"),
    ];
    block(Big, 4, [&image, &exif, &gps])
}

/// One small file for each reader, in the same order.
fn samples() -> [Vec<u8>; 14] {
    [
        super::jpeg::tests::sample(),
        super::heif::tests::sample(),
        super::png::tests::sample(),
        super::webp::tests::sample(),
        tiff(),
        super::gif::tests::sample(),
        super::jxl::tests::sample(),
        super::jp2::tests::sample(),
        super::cr3::tests::sample(),
        super::raf::tests::sample(),
        super::mrw::tests::sample(),
        super::crw::tests::sample(),
        super::x3f::tests::sample(),
        super::livp::tests::sample(),
    ]
}

/// Reading costs no more than what the file holds a few times over, and some
/// windows for what it points to.
fn check(source: &Source, facts: &Facts) {
    let (read, len) = (source.bytes_read(), source.len());
    assert!(read <= 8 * len + 1_000_000, "{read} bytes read of {len}");
    let clues = facts.times.len() + facts.positions.len() + facts.notes.len();
    assert!(clues < 500, "{clues} clues and notes");
}

fn read_all(bytes: &[u8], readers: &[Reader]) {
    for read in readers {
        let mut source = Source::from_bytes(bytes.to_vec());
        let mut facts = Facts::default();
        let outcome = read(&mut source, &mut facts);
        assert!(!matches!(outcome, Err(Unreadable::Io(_))));
        check(&source, &facts);
    }
    let mut source = Source::from_bytes(bytes.to_vec());
    let mut facts = Facts::default();
    let _ = corpus::read_photo(&mut source, &mut facts);
    check(&source, &facts);
}

/// No damage to a sample makes its reader panic, hang or read without bounds.
pub(super) fn hold(read: Reader, sample: &[u8]) {
    let mut numbers = Numbers(0x5DEE_CE66_D1CE_4E5B);
    for len in 0..sample.len() {
        read_all(&sample[..len], &[read]);
    }
    for _ in 0..600 {
        let mut damaged = sample.to_vec();
        damage(&mut damaged, &mut numbers);
        read_all(&damaged, &[read]);
    }
}

#[test]
fn samples_are_whole_before_they_are_damaged() {
    for (n, (sample, read)) in samples().into_iter().zip(READERS).enumerate() {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(sample), &mut facts).unwrap();
        // A GIF holds nothing but XMP.
        assert!(n == 5 || !facts.times.is_empty(), "sample {n}");
        // Some samples hold a stand-in where XMP belongs.
        facts.notes.retain(|note| !note.starts_with("XMP"));
        assert_eq!(facts.notes, [""; 0], "sample {n}");
    }
}

#[test]
fn samples_cut_short_and_damaged() {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for sample in samples() {
        for len in 0..sample.len() {
            read_all(&sample[..len], &READERS);
        }
        for _ in 0..600 {
            let mut damaged = sample.clone();
            damage(&mut damaged, &mut numbers);
            read_all(&damaged, &READERS);
        }
    }
}

#[test]
fn real_files_cut_short_and_damaged() {
    let mut numbers = Numbers(0xD1B5_4A32_D192_ED03);
    for row in corpus::rows() {
        let Ok(bytes) = std::fs::read(&row.path) else {
            continue;
        };
        // The largest would cost time and show nothing else.
        if bytes.is_empty() || bytes.len() > 200_000 {
            continue;
        }
        for _ in 0..10 {
            let reach = [4096, usize::MAX][numbers.below(2)];
            let len = numbers.below(bytes.len().min(reach));
            read_all(&bytes[..len], &[]);
        }
        for _ in 0..30 {
            let mut damaged = bytes.clone();
            damage(&mut damaged, &mut numbers);
            read_all(&damaged, &[]);
        }
    }
}
