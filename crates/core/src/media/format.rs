//! Which format a file has, by its content; and which one its name claims.

use std::io;

use super::source::Source;
use super::unreadable::Unreadable;
use super::zip::{self, Member};
use super::{crw, jxl, raf, tiff, x3f};

/// Declares the formats with their names, media types and file name extensions.
macro_rules! formats {
    ($($(#[$meta:meta])* $variant:ident = $name:literal, $media_type:literal, [$($extension:literal),*];)+) => {
        /// A format of photos or videos that can be read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Format { $($(#[$meta])* $variant,)+ }

        impl Format {
            /// Every format.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable name used in JSON and in the dataset.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The media type (RFC 6838): the registered one, or where there is
            /// none, the one in use.
            pub fn media_type(self) -> &'static str {
                match self { $(Self::$variant => $media_type,)+ }
            }

            /// The extensions, in lower case, that claim this format.
            pub fn extensions(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($extension),*],)+ }
            }
        }
    };
}

formats! {
    /// JPEG.
    Jpeg = "jpeg", "image/jpeg", ["jpg", "jpeg", "jpe", "jfif"];
    /// HEIF with HEVC images.
    Heic = "heic", "image/heic", ["heic", "heics"];
    /// HEIF with images of another or no stated coding.
    Heif = "heif", "image/heif", ["heif", "heifs", "hif"];
    /// HEIF with AV1 images.
    Avif = "avif", "image/avif", ["avif", "avifs"];
    /// PNG.
    Png = "png", "image/png", ["png", "apng"];
    /// WebP.
    WebP = "webp", "image/webp", ["webp"];
    /// TIFF, and RAW formats like it that have no entry of their own.
    Tiff = "tiff", "image/tiff", ["tif", "tiff", "3fr", "dcr", "erf", "fff", "kdc", "mef", "mos", "srw"];
    /// GIF.
    Gif = "gif", "image/gif", ["gif"];
    /// JPEG XL.
    Jxl = "jxl", "image/jxl", ["jxl"];
    /// JPEG 2000.
    Jp2 = "jp2", "image/jp2", ["jp2", "jpf", "jpx"];
    /// JPEG XR.
    Jxr = "jxr", "image/jxr", ["jxr", "wdp", "hdp"];
    /// A Live Photo in one file: a ZIP archive of the still and the movie.
    Livp = "livp", "image/x-livp", ["livp"];
    /// Adobe's Digital Negative.
    Dng = "dng", "image/x-adobe-dng", ["dng"];
    /// GoPro RAW, a kind of DNG.
    Gpr = "gpr", "image/x-gopro-gpr", ["gpr"];
    /// Nikon RAW.
    Nef = "nef", "image/x-nikon-nef", ["nef", "nrw"];
    /// Canon RAW, version 2.
    Cr2 = "cr2", "image/x-canon-cr2", ["cr2"];
    /// Canon RAW, version 3.
    Cr3 = "cr3", "image/x-canon-cr3", ["cr3"];
    /// Canon RAW, version 1.
    Crw = "crw", "image/x-canon-crw", ["crw"];
    /// Sony RAW.
    Arw = "arw", "image/x-sony-arw", ["arw", "sr2", "srf"];
    /// Pentax RAW.
    Pef = "pef", "image/x-pentax-pef", ["pef"];
    /// Phase One RAW.
    Iiq = "iiq", "image/x-phaseone-iiq", ["iiq"];
    /// Olympus RAW.
    Orf = "orf", "image/x-olympus-orf", ["orf", "ori"];
    /// Panasonic and Leica RAW.
    Rw2 = "rw2", "image/x-panasonic-rw2", ["rw2", "rwl"];
    /// Fujifilm RAW.
    Raf = "raf", "image/x-fuji-raf", ["raf"];
    /// Minolta RAW.
    Mrw = "mrw", "image/x-minolta-mrw", ["mrw"];
    /// Sigma RAW.
    X3f = "x3f", "image/x-sigma-x3f", ["x3f"];
    /// MP4.
    Mp4 = "mp4", "video/mp4", ["mp4"];
    /// QuickTime.
    Mov = "mov", "video/quicktime", ["mov", "qt"];
    /// 3GPP.
    ThreeGp = "3gp", "video/3gpp", ["3gp", "3gpp"];
    /// 3GPP2.
    ThreeG2 = "3g2", "video/3gpp2", ["3g2", "3gp2"];
    /// MP4 as Apple names it.
    M4v = "m4v", "video/x-m4v", ["m4v"];
    /// Matroska.
    Matroska = "matroska", "video/matroska", ["mkv"];
    /// WebM, a kind of Matroska.
    WebM = "webm", "video/webm", ["webm"];
    /// AVI.
    Avi = "avi", "video/vnd.avi", ["avi"];
    // `ts` is missing, because most files of that name are TypeScript.
    /// An MPEG-2 transport stream, as AVCHD cameras write it.
    MpegTs = "mpeg-ts", "video/mp2t", ["mts", "m2ts", "m2t"];
    /// An MPEG program stream, as DVD and the first camcorders with disks have it.
    MpegPs = "mpeg-ps", "video/mpeg", ["mpg", "mpeg", "m2p", "vob"];
    /// Advanced Systems Format: Windows Media.
    Asf = "asf", "video/x-ms-asf", ["wmv", "asf"];
}

impl Format {
    /// Whether it is a video, which counts its time in UTC.
    pub fn is_video(self) -> bool {
        self.media_type().starts_with("video/")
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|format| format.name() == name)
    }
}

/// The format that a file's extension claims, in whatever case.
pub fn by_extension(extension: &str) -> Option<Format> {
    let claims = |format: &&Format| {
        let mut extensions = format.extensions().iter();
        extensions.any(|known| known.eq_ignore_ascii_case(extension))
    };
    Format::ALL.iter().find(claims).copied()
}

/// The format that a file has by its content, whatever its name. `None` is one
/// that holds no photo or video, or none that can be read.
///
/// # Errors
/// A failed read.
pub fn sniff(source: &mut Source) -> io::Result<Option<Format>> {
    // One window; whatever is looked at later costs no further read, but for the
    // directory of a TIFF file.
    let mut head = [0; 16];
    let len = {
        let got = source.up_to(0, head.len())?;
        if let Some(head) = head.get_mut(..got.len()) {
            head.copy_from_slice(got);
        }
        got.len()
    };
    let [first @ .., _, _, _, _] = head;
    let [m0, m1, m2, m3, k0, k1, k2, k3, form @ ..] = first;
    let magic = [m0, m1, m2, m3];
    let found = match (&magic, &[k0, k1, k2, k3], &form) {
        ([0xFF, 0xD8, 0xFF, _], ..) => Format::Jpeg,
        (b"\x89PNG", b"\r\n\x1a\n", _) => Format::Png,
        (b"GIF8", [b'7' | b'9', b'a', ..], _) => Format::Gif,
        (b"RIFF", _, b"WEBP") => Format::WebP,
        (b"RIFF", _, b"AVI ") => Format::Avi,
        (b"FUJI", ..) if head == *raf::SIGNATURE => Format::Raf,
        (b"\0MRM" | b"\0MRI", ..) => Format::Mrw,
        (b"\0\0\0\x0c", b"jP  ", b"\r\n\x87\n") => Format::Jp2,
        _ if first == *jxl::CONTAINER => Format::Jxl,
        ([0xFF, 0x0A, ..], ..) => Format::Jxl,
        ([b'I', b'I', ..] | [b'M', b'M', ..], ..) if head.get(6..14) == Some(crw::SIGNATURE) => {
            Format::Crw
        }
        _ if magic == *x3f::SIGNATURE => Format::X3f,
        _ if tiff::is_jpeg_xr(magic) => Format::Jxr,
        _ if tiff::header(magic).is_some() || tiff::is_big_tiff(magic) => {
            return tiff_like(source, head);
        }
        ([b'I', b'I', ..] | [b'M', b'M', ..], ..)
            if tiff::is_broken_header(source, &(0..u64::MAX))? =>
        {
            Format::Tiff
        }
        (_, b"ftyp", _) => return brands(source, u32::from_be_bytes(magic)),
        // QuickTime files older than `ftyp` begin with any of these boxes.
        (_, b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot", _)
            if matches!(u32::from_be_bytes(magic), 0 | 1 | 8..) =>
        {
            Format::Mov
        }
        ([0x1A, 0x45, 0xDF, 0xA3], ..) => return doc_type(source),
        (b"PK\x03\x04", ..) if is_live_photo(source)? => Format::Livp,
        // A pack of a program stream, or the video by itself.
        ([0, 0, 1, 0xBA | 0xB3], ..) => Format::MpegPs,
        _ if head == ASF_HEADER => Format::Asf,
        _ if len == head.len() && is_transport_stream(source)? => Format::MpegTs,
        _ => return Ok(None),
    };
    Ok(Some(found))
}

/// The GUID of the header object (ASF specification, section 10.1).
const ASF_HEADER: [u8; 16] = [
    0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, 0xA6, 0xD9, 0x00, 0xAA, 0x00, 0x62, 0xCE, 0x6C,
];

/// RAW formats told from plain TIFF: by a mark in the header where they have
/// one, and otherwise by the maker and what IFD0 is about.
fn tiff_like(source: &mut Source, head: [u8; 16]) -> io::Result<Option<Format>> {
    let [_, _, m0, m1, _, _, _, _, mark @ ..] = head;
    let found = match ([m0, m1], mark) {
        ([b'R', b'O' | b'S'] | [b'O' | b'S', b'R'], _) => Format::Orf,
        ([0x55, 0] | [0, 0x55], _) => Format::Rw2,
        (_, [b'C', b'R', 2, ..]) => Format::Cr2,
        (_, [b'I', b'I', b'I', b'I', ..] | [b'M', b'M', b'M', b'M', ..]) => Format::Iiq,
        _ => match tiff::first_ifd(source) {
            Err(Unreadable::Io(error)) => return Err(error),
            Err(Unreadable::Malformed(_)) => Format::Tiff,
            Ok(ifd) => {
                let maker = |name: &[u8]| {
                    let start = ifd.make().get(..name.len());
                    start.is_some_and(|start| start.eq_ignore_ascii_case(name))
                };
                let raw = ifd.traits.sensor || ifd.traits.sub_ifds;
                match ifd.traits {
                    tiff::Traits { dng: true, .. } if maker(b"GoPro") => Format::Gpr,
                    tiff::Traits { dng: true, .. } => Format::Dng,
                    _ if raw && maker(b"Nikon") => Format::Nef,
                    _ if raw && maker(b"Sony") => Format::Arw,
                    _ if raw && (maker(b"Pentax") || maker(b"Ricoh")) => Format::Pef,
                    _ => Format::Tiff,
                }
            }
        },
    };
    Ok(Some(found))
}

/// The format that the brands of a `ftyp` box of `size` bytes name: the major
/// one, and where that is unknown, the first known one of the compatible ones.
fn brands(source: &mut Source, size: u32) -> io::Result<Option<Format>> {
    // Thirty brands and more occur; a few hundred bytes hold them all.
    let len = usize::try_from(size).map_or(512, |size| size.clamp(16, 512));
    let ftyp = source.up_to(0, len)?;
    let brands = ftyp.get(8..).unwrap_or_default().as_chunks::<4>().0;
    let Some((major, rest)) = brands.split_first() else {
        return Ok(None);
    };
    // The minor version is no brand.
    let compatible = rest.get(1..).unwrap_or_default();
    let known = |brand: &[u8; 4]| {
        Some(match brand {
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => {
                Format::Heic
            }
            b"avif" | b"avis" => Format::Avif,
            b"crx " => Format::Cr3,
            b"qt  " => Format::Mov,
            b"M4V " | b"M4VH" | b"M4VP" => Format::M4v,
            [b'3', b'g', b'2', _] => Format::ThreeG2,
            [b'3', b'g', b'p' | b'e' | b'g' | b'r' | b's', _] => Format::ThreeGp,
            b"isom" | b"iso2" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1" => {
                Format::Mp4
            }
            _ => return None,
        })
    };
    let found = match major {
        // Audio, and JPEG 2000 without its signature.
        b"M4A " | b"M4B " | b"M4P " | b"F4A " | b"F4B " | b"jp2 " => return Ok(None),
        // Structural brands, which leave open how the images are coded.
        b"mif1" | b"mif2" | b"msf1" | b"miaf" => {
            let mut coded = compatible.iter().filter_map(known);
            coded
                .find(|format| matches!(format, Format::Heic | Format::Avif))
                .unwrap_or(Format::Heif)
        }
        // A brand of its maker's own (XAVC, MSNV, GoPro) is mostly a kind of MP4.
        major => known(major)
            .or_else(|| compatible.iter().find_map(known))
            .unwrap_or(Format::Mp4),
    };
    Ok(Some(found))
}

/// Whether an archive holds a still, and nothing besides but its movie.
fn is_live_photo(source: &mut Source) -> io::Result<bool> {
    let members = zip::members(source)?;
    let is_movie = |member: &&Member| matches!(&*member.extension(), "mov" | "mp4");
    let stills = members.iter().filter(|member| is_still(member)).count();
    let movies = members.iter().filter(is_movie).count();
    Ok(stills == 1 && movies <= 1 && stills + movies == members.len())
}

/// Whether a file in an archive is the still of a Live Photo, by its name.
pub fn is_still(member: &Member) -> bool {
    let known = ["heic", "heif", "jpg", "jpeg", "avif"];
    !member.name.contains('/') && known.contains(&&*member.extension())
}

/// The document type in an EBML header, which is a few dozen bytes long. Some writers end it
/// with NUL, as RFC 8794 (section 7.4) allows.
fn doc_type(source: &mut Source) -> io::Result<Option<Format>> {
    let header = source.up_to(0, 128)?;
    // The identifier 0x4282, then the length: its first one bit tells in how many bytes.
    let at = header.windows(2).position(|id| id == [0x42, 0x82]);
    let element = at.and_then(|at| header.get(at + 2..)).unwrap_or_default();
    let more = element
        .first()
        .map_or(0, |first| first.leading_zeros() as usize);
    let length = element.get(more).map_or(0, |last| usize::from(*last));
    let length = if more == 0 { length & 0x7F } else { length };
    let name = element.get(more + 1..).unwrap_or_default();
    let name = name.get(..length).unwrap_or(name);
    let end = name.iter().position(|byte| *byte == 0);
    Ok(match name.get(..end.unwrap_or(name.len())) {
        Some(b"webm") => Some(Format::WebM),
        Some(b"matroska") => Some(Format::Matroska),
        _ => None,
    })
}

/// Whether packets of 188 bytes (or 192, with four bytes of time in front) follow
/// each other, each beginning with the sync byte 0x47.
fn is_transport_stream(source: &mut Source) -> io::Result<bool> {
    const PACKETS: usize = 5;
    let head = source.up_to(0, 4 + PACKETS * 192)?;
    Ok([(0, 188), (4, 192)].into_iter().any(|(first, stride)| {
        let sync = head.iter().skip(first).step_by(stride);
        // Two packets at the least: one byte says nothing.
        head.len() > first + stride && sync.take(PACKETS).all(|byte| *byte == 0x47)
    }))
}

#[cfg(test)]
mod tests {
    use super::super::tiff::ByteOrder::Little;
    use super::super::tiff::build::{self, ascii};
    use super::*;

    fn of(bytes: &[u8]) -> Option<Format> {
        sniff(&mut Source::from_bytes(bytes.to_vec())).unwrap()
    }

    #[test]
    fn signatures() {
        assert_eq!(of(b"\xFF\xD8\xFF\xE0"), Some(Format::Jpeg));
        assert_eq!(of(b"\x89PNG\r\n\x1a\n"), Some(Format::Png));
        assert_eq!(of(b"GIF89a"), Some(Format::Gif));
        assert_eq!(of(b"RIFF\x04\0\0\0WEBP"), Some(Format::WebP));
        assert_eq!(of(b"RIFF\x04\0\0\0AVI "), Some(Format::Avi));
        assert_eq!(of(b"RIFF\x04\0\0\0WAVE"), None);
        assert_eq!(of(b"FUJIFILMCCD-RAW 0201"), Some(Format::Raf));
        assert_eq!(of(b"\0MRM\0\0\0\0"), Some(Format::Mrw));
        assert_eq!(of(b"II\x1a\0\0\0HEAPCCDR"), Some(Format::Crw));
        assert_eq!(of(b"FOVb\0\0\x02\0"), Some(Format::X3f));
        assert_eq!(of(b"\0\0\0\x0cjP  \r\n\x87\n"), Some(Format::Jp2));
        assert_eq!(of(b"\0\0\0\x0cJXL \r\n\x87\n"), Some(Format::Jxl));
        assert_eq!(of(b"\xFF\x0A\0"), Some(Format::Jxl));
        assert_eq!(of(&ASF_HEADER), Some(Format::Asf));
        for other in [
            &b""[..],
            b"\xFF\xD8",
            b"<!DOCTYPE html>",
            b"%PDF-1.7",
            b"PK\x03\x04",
        ] {
            assert_eq!(of(other), None, "{other:?}");
        }
    }

    #[test]
    fn brands_major_and_compatible() {
        let ftyp = |brands: &[u8; 8]| {
            let [a, b, c, d, rest @ ..] = *brands;
            of(&[b"\0\0\0\x14ftyp", &[a, b, c, d][..], b"\0\0\0\0", &rest].concat())
        };
        assert_eq!(ftyp(b"heicmif1"), Some(Format::Heic));
        assert_eq!(ftyp(b"mif1heic"), Some(Format::Heic));
        assert_eq!(ftyp(b"mif1avif"), Some(Format::Avif));
        assert_eq!(ftyp(b"mif1miaf"), Some(Format::Heif));
        assert_eq!(ftyp(b"avifmif1"), Some(Format::Avif));
        assert_eq!(ftyp(b"crx isom"), Some(Format::Cr3));
        assert_eq!(ftyp(b"qt  qt  "), Some(Format::Mov));
        assert_eq!(ftyp(b"M4V isom"), Some(Format::M4v));
        assert_eq!(ftyp(b"3gp4isom"), Some(Format::ThreeGp));
        assert_eq!(ftyp(b"3g2aisom"), Some(Format::ThreeG2));
        assert_eq!(ftyp(b"isom3gp4"), Some(Format::Mp4));
        assert_eq!(ftyp(b"XAVCmp42"), Some(Format::Mp4));
        assert_eq!(ftyp(b"abcdqt  "), Some(Format::Mov));
        assert_eq!(ftyp(b"abcdefgh"), Some(Format::Mp4));
        assert_eq!(ftyp(b"M4A isom"), None);
    }

    #[test]
    fn quicktime_without_brands() {
        for kind in [b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"] {
            assert_eq!(of(&[b"\0\0\0\x08", &kind[..]].concat()), Some(Format::Mov));
            assert_eq!(of(&[b"\0\0\0\x07", &kind[..]].concat()), None);
        }
    }

    #[test]
    fn matroska_and_its_subset() {
        let ebml = |name: &[u8]| {
            let length = u8::try_from(name.len()).unwrap() | 0x80;
            of(&[
                b"\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01\x42\x82",
                &[length][..],
                name,
            ]
            .concat())
        };
        assert_eq!(ebml(b"matroska"), Some(Format::Matroska));
        assert_eq!(ebml(b"webm"), Some(Format::WebM));
        assert_eq!(ebml(b"other"), None);
        assert_eq!(ebml(b"webm\0"), Some(Format::WebM));
        assert_eq!(ebml(b"matroska\0\0\0"), Some(Format::Matroska));
        let wide = b"\x1A\x45\xDF\xA3\x9F\x42\x82\x08\0\0\0\x04webmlater";
        assert_eq!(of(wide), Some(Format::WebM));
        assert_eq!(of(&wide[..14]), None);
    }

    #[test]
    fn program_streams() {
        assert_eq!(
            of(b"\0\0\x01\xBA\x44\0\x04\0\x04\x01"),
            Some(Format::MpegPs)
        );
        assert_eq!(
            of(b"\0\0\x01\xB3\x16\0\xF0\x15\xFF\xFF"),
            Some(Format::MpegPs)
        );
        assert_eq!(of(b"\0\0\x01\x00\x01\x00\x10\x10"), None);
    }

    #[test]
    fn transport_streams_of_both_packet_sizes() {
        let stream = |first: usize, stride: usize, packets: usize| {
            let mut bytes = vec![0; first + stride * packets];
            for byte in bytes.iter_mut().skip(first).step_by(stride) {
                *byte = 0x47;
            }
            bytes
        };
        assert_eq!(of(&stream(0, 188, 8)), Some(Format::MpegTs));
        assert_eq!(of(&stream(4, 192, 8)), Some(Format::MpegTs));
        assert_eq!(of(&stream(4, 192, 2)), Some(Format::MpegTs));
        assert_eq!(of(&stream(0, 188, 1)), None);
        assert_eq!(of(&stream(0, 190, 8)), None);
        assert_eq!(of(b"Go and see: a text that begins with G"), None);
    }

    #[test]
    fn raw_formats_built_on_tiff() {
        let file = |make: &str, more: Option<build::Field>| {
            let image = [Some(ascii(0x010F, make)), more];
            let image: Vec<_> = image.into_iter().flatten().collect();
            of(&build::block(Little, 4, [&image, &[], &[]]))
        };
        let sub_ifds = || Some((0x014A, 4, vec![0; 4]));
        let version = || Some((0xC612, 1, vec![1, 4, 0, 0]));
        let sensor = || Some((0x0106, 3, 32803_u16.to_le_bytes().to_vec()));
        assert_eq!(file("NIKON CORPORATION", sub_ifds()), Some(Format::Nef));
        assert_eq!(file("NIKON CORPORATION", None), Some(Format::Tiff));
        assert_eq!(file("SONY", sub_ifds()), Some(Format::Arw));
        assert_eq!(file("PENTAX Corporation", sensor()), Some(Format::Pef));
        assert_eq!(file("GoPro", version()), Some(Format::Gpr));
        assert_eq!(file("Leica", version()), Some(Format::Dng));
        assert_eq!(of(b"IIRO\x08\0\0\0"), Some(Format::Orf));
        assert_eq!(of(b"MMOR\0\0\0\x08"), Some(Format::Orf));
        assert_eq!(of(b"IIU\0\x18\0\0\0"), Some(Format::Rw2));
        assert_eq!(of(b"II\x2a\0\x10\0\0\0CR\x02\0"), Some(Format::Cr2));
        assert_eq!(of(b"II\x2a\0\x10\0\0\0IIII"), Some(Format::Iiq));
        assert_eq!(of(b"II\x2a\0"), Some(Format::Tiff));
        assert_eq!(of(b"II\x2b\0\x08\0\0\0"), Some(Format::Tiff));
        assert_eq!(of(b"II\xBC\x01\x08\0\0\0"), Some(Format::Jxr));
        let mut broken = build::block(Little, 4, [&[ascii(0x010F, "X")], &[], &[]]);
        broken[2] = 0;
        assert_eq!(of(&broken), Some(Format::Tiff));
        assert_eq!(of(b"II. The second chapter of a text that is long"), None);
    }

    #[test]
    fn names_and_extensions_are_told_apart() {
        assert_eq!(by_extension("JPG"), Some(Format::Jpeg));
        assert_eq!(by_extension("HiF"), Some(Format::Heif));
        assert_eq!(by_extension("ts"), None);
        assert_eq!(by_extension(""), None);
        let mut extensions = Vec::<&str>::new();
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.name()), Some(*format));
            extensions.extend(format.extensions());
        }
        let count = extensions.len();
        extensions.sort_unstable();
        extensions.dedup();
        assert_eq!(extensions.len(), count, "an extension claims two formats");
        assert!(Format::Mov.is_video() && !Format::Cr3.is_video());
    }
}
