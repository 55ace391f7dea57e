//! Media formats: by content, and by the name that a file goes by.

use std::io;

use super::source::Source;

/// A media format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// HEIF with HEVC.
    Heic,
    /// HEIF with another codec.
    Heif,
    /// HEIF with AV1.
    Avif,
    /// PNG.
    Png,
    /// WebP.
    WebP,
    /// TIFF.
    Tiff,
}

impl Format {
    /// Every format.
    pub const ALL: &[Self] = &[
        Self::Jpeg,
        Self::Heic,
        Self::Heif,
        Self::Avif,
        Self::Png,
        Self::WebP,
        Self::Tiff,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Heic => "heic",
            Self::Heif => "heif",
            Self::Avif => "avif",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Tiff => "tiff",
        }
    }

    /// The IANA media type.
    pub fn media_type(self) -> &'static str {
        "image/jpeg"
    }

    /// Whether it is a video.
    pub fn is_video(self) -> bool {
        false
    }

    /// By extension.
    pub fn by_extension(ext: &str) -> Option<Self> {
        Some(match ext.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" => Self::Jpeg,
            "heic" => Self::Heic,
            "png" => Self::Png,
            "webp" => Self::WebP,
            "tif" | "tiff" => Self::Tiff,
            _ => return None,
        })
    }
}

/// By content.
pub fn sniff(source: &mut Source) -> io::Result<Option<Format>> {
    let head = source.up_to(0, 16)?;
    Ok(head.starts_with(b"\xff\xd8").then_some(Format::Jpeg))
}
