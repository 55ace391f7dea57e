//! One media file to [`Facts`]: told apart by content, read where its container
//! points to, with one file of this module for each container.

use imm_cluster_messages::{retold, text};

pub mod asf;
pub mod avi;
pub mod believe;
pub mod bmff;
pub mod camm;
pub mod clip;
#[cfg(test)]
mod corpus;
pub mod cr3;
pub mod crw;
pub mod dashcam;
pub mod dji;
pub mod embedded;
pub mod exif;
#[cfg(test)]
mod exiftool;
pub mod facts;
pub mod file_name;
pub mod format;
pub mod gif;
pub mod gpmf;
pub mod heif;
pub mod idit;
pub mod insta360;
pub mod iptc;
pub mod iso6709;
pub mod jp2;
pub mod jpeg;
pub mod jxl;
pub mod livp;
pub mod maker;
pub mod matroska;
pub mod moi;
pub mod movie;
pub mod mrw;
pub mod png;
pub mod preview;
pub mod raf;
pub mod raw;
pub mod riff;
#[cfg(test)]
mod robustness;
pub mod sidecar;
pub mod source;
pub mod srt;
pub mod takeout;
#[cfg(test)]
pub(crate) mod testing;
pub mod tiff;
pub mod transport;
mod unreadable;
#[cfg(test)]
mod video_tests;
pub mod webp;
pub mod x3f;
pub mod xmp;
pub mod zip;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use facts::Facts;
use format::Format;
use source::Source;

pub use unreadable::Unreadable;

/// The version of the readers. It goes up when they learn to read more, so that
/// a dataset which was read by earlier ones is read again.
pub const READER: u32 = 2;

thread_local! {
    static READING: Cell<bool> = const { Cell::new(false) };
}

/// Silences the message of a panic while a file is read: it becomes that file's
/// reason. Any other panic is reported as before. To be called once, at the start.
pub fn keep_panics_to_the_file() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !READING.get() {
            report(info);
        }
    }));
}

/// A sidecar in the folder of the file that it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct SidecarEntry<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its size in bytes, where the caller knows it: no more is read then.
    pub size: Option<u64>,
}

/// Reads what a file and its sidecars say. `None` when it is no media and is not
/// named like any. `size` is the file's in bytes, where the caller knows it.
///
/// # Errors
/// Says why a file that is, or claims to be, a photo or video cannot be read. A
/// fault behind the first clues costs only what follows it.
pub fn read(
    path: &Path,
    size: Option<u64>,
    sidecars: &[SidecarEntry<'_>],
) -> Result<Option<(Format, Facts)>, Unreadable> {
    guarded(|| read_file(path, size, sidecars)).unwrap_or(Err(Unreadable::Malformed(
        "the reader failed on it; please report this file",
    )))
}

/// Does something with one file that may panic: then the answer is `None`, and
/// nothing is reported.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    // One may be within another.
    let before = READING.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    READING.set(before);
    done.ok()
}

fn read_file(
    path: &Path,
    size: Option<u64>,
    sidecars: &[SidecarEntry<'_>],
) -> Result<Option<(Format, Facts)>, Unreadable> {
    let named = path
        .extension()
        .and_then(|e| e.to_str())
        .and_then(format::by_extension);
    let mut source = Source::open(path, size)?;
    let Some(MediaContent {
        format,
        mut facts,
        fault,
    }) = read_content(&mut source)?
    else {
        return match named {
            None => Ok(None),
            Some(_) if source.is_empty() => Err(Unreadable::Malformed("the file is empty")),
            Some(_) => Err(Unreadable::Malformed(
                "it is neither a photo nor a video, whatever its name says",
            )),
        };
    };
    read_surroundings(path, sidecars, &mut facts);
    match fault {
        Some(Unreadable::Malformed(reason))
            if !facts.times.is_empty() || !facts.positions.is_empty() =>
        {
            facts.notes.push(retold(reason).into_owned());
        }
        Some(fault) => return Err(fault),
        None => {}
    }
    Ok(Some((format, facts)))
}

/// What the content of a file holds.
#[derive(Debug)]
pub struct MediaContent {
    /// What it is.
    pub format: Format,
    /// Every clue that was found.
    pub facts: Facts,
    /// Why the rest could not be read.
    pub fault: Option<Unreadable>,
}

/// Tells what the content is, and reads it. `None` when it is no media.
///
/// # Errors
/// A failed read of the first bytes.
pub fn read_content(source: &mut Source) -> Result<Option<MediaContent>, Unreadable> {
    let Some(format) = format::sniff(source)? else {
        return Ok(None);
    };
    let mut facts = Facts::default();
    let read = match format {
        Format::Jpeg => jpeg::read(source, &mut facts),
        Format::Heic | Format::Heif | Format::Avif => heif::read(source, &mut facts),
        Format::Png => png::read(source, &mut facts),
        Format::WebP => webp::read(source, &mut facts),
        Format::Gif => gif::read(source, &mut facts),
        Format::Jxl => jxl::read(source, &mut facts),
        Format::Jp2 => jp2::read(source, &mut facts),
        Format::Livp => livp::read(source, &mut facts),
        Format::Tiff
        | Format::Jxr
        | Format::Dng
        | Format::Gpr
        | Format::Nef
        | Format::Cr2
        | Format::Arw
        | Format::Pef
        | Format::Iiq
        | Format::Orf
        | Format::Rw2 => raw::read(source, &mut facts),
        Format::Cr3 => cr3::read(source, &mut facts),
        Format::Crw => crw::read(source, &mut facts),
        Format::Raf => raf::read(source, &mut facts),
        Format::Mrw => mrw::read(source, &mut facts),
        Format::X3f => x3f::read(source, &mut facts),
        Format::Mp4 | Format::Mov | Format::M4v | Format::ThreeGp | Format::ThreeG2 => {
            movie::read(source, &mut facts)
        }
        Format::Matroska | Format::WebM => matroska::read(source, &mut facts),
        Format::Avi => avi::read(source, &mut facts),
        Format::MpegTs => transport::read(source, &mut facts),
        // It has no place for a date; what stands beside it has.
        Format::MpegPs => Ok(()),
        Format::Asf => asf::read(source, &mut facts),
    };
    Ok(Some(MediaContent {
        format,
        facts,
        fault: read.err(),
    }))
}

/// What stands beside the file: its sidecars, and its own name.
fn read_surroundings(path: &Path, sidecars: &[SidecarEntry<'_>], facts: &mut Facts) {
    let name = path.file_name().and_then(|name| name.to_str());
    if let Some(name) = name {
        file_name::read(name, facts);
    }
    let mut takeouts = Vec::new();
    for sidecar in sidecars {
        let kind = SidecarKind::of(sidecar.name);
        let Some(bytes) = sidecar_bytes(path, *sidecar, kind.most(), facts) else {
            continue;
        };
        match kind {
            SidecarKind::Takeout => takeouts.push((sidecar.name, bytes)),
            SidecarKind::Srt => srt::read(&bytes, facts),
            SidecarKind::Moi => moi::read(&bytes, facts),
            SidecarKind::Clip => clip::read_beside(&String::from_utf8_lossy(&bytes), facts),
            SidecarKind::Xmp => xmp::read_sidecar(&bytes, facts),
        }
    }
    let chosen = match (&*takeouts, name) {
        ([_, _, ..], Some(name)) => {
            let titles = takeouts
                .iter()
                .map(|(json, bytes)| (*json, takeout::title(bytes)));
            sidecar::choose(name, &titles.collect::<Vec<_>>())
        }
        _ => 0,
    };
    if let Some((json, bytes)) = takeouts.get(chosen)
        && let Err(reason) = takeout::read(bytes, facts)
    {
        let why = reason.to_string();
        facts
            .notes
            .push(text!("note-sidecar", name = *json, why = why));
    }
}

/// What a sidecar is, by its extension.
#[derive(Debug, Clone, Copy)]
enum SidecarKind {
    Takeout,
    Srt,
    Moi,
    Clip,
    Xmp,
}

impl SidecarKind {
    fn of(name: &str) -> Self {
        let extension = Path::new(name).extension().unwrap_or_default();
        if extension.eq_ignore_ascii_case("json") {
            Self::Takeout
        } else if extension.eq_ignore_ascii_case("srt") {
            Self::Srt
        } else if extension.eq_ignore_ascii_case("moi") {
            Self::Moi
        } else if extension.eq_ignore_ascii_case("xml") {
            Self::Clip
        } else {
            Self::Xmp
        }
    }

    /// How many bytes of it are read.
    fn most(self) -> usize {
        match self {
            // One more, which tells that it is too large.
            Self::Takeout => takeout::MAX_SIZE + 1,
            Self::Srt => srt::MAX_SIZE,
            Self::Moi => moi::SIZE,
            Self::Clip => clip::MAX_SIZE,
            Self::Xmp => xmp::MAX_PACKET,
        }
    }
}

/// At most as many bytes of a sidecar, or a note why there are none.
fn sidecar_bytes(
    path: &Path,
    sidecar: SidecarEntry<'_>,
    most: usize,
    facts: &mut Facts,
) -> Option<Vec<u8>> {
    let SidecarEntry { name, size } = sidecar;
    let read = Source::open(&path.with_file_name(name), None).and_then(|mut source| {
        let whole = size.map_or(most, |size| {
            usize::try_from(size).map_or(most, |size| size.min(most))
        });
        source.up_to(0, whole).map(<[u8]>::to_vec)
    });
    match read {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            let why = error.to_string();
            (facts.notes).push(text!("note-sidecar", name = name, why = retold(&why)));
            // One that vanished says nothing any more, and that is an answer.
            if error.kind() != std::io::ErrorKind::NotFound {
                facts.refused.push((name.to_owned(), why));
            }
            None
        }
    }
}
