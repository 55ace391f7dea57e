//! Clues: every time and position that a file or its surroundings state.

use super::clock::RawTime;
use super::position::Position;

/// One statement found in or beside a file, kept even when it is unusable, so
/// that every decision can be explained.
#[derive(Debug, Clone, PartialEq)]
pub struct Clue<S, T> {
    /// Where it was found.
    pub source: S,
    /// What was written there, for people.
    pub text: String,
    /// What it means, or why it means nothing.
    pub value: Result<T, Rejected>,
}

/// Why a clue is unusable: a short phrase such as `empty` or `out of range`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected(pub String);

impl<E: std::error::Error> From<E> for Rejected {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// A statement about the time of capture.
pub type TimeClue = Clue<TimeSource, RawTime>;
/// A statement about the place of capture.
pub type PositionClue = Clue<PositionSource, Position>;

/// Declares an enum of sources with their stable names in JSON.
macro_rules! sources {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl $name {
            /// Every source, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable name used in JSON and in the dataset.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The source of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|source| source.name() == name)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::from_name(&name)
                    .ok_or_else(|| serde::de::Error::custom(format!("unknown source `{name}`")))
            }
        }
    };
}
pub(super) use sources;

sources! {
    /// Where a capture time comes from.
    TimeSource {
        /// EXIF DateTimeOriginal (0x9003), with SubSecTimeOriginal and OffsetTimeOriginal.
        ExifDateTimeOriginal = "exif:DateTimeOriginal",
        /// EXIF DateTimeDigitized (0x9004), which ExifTool calls CreateDate.
        ExifCreateDate = "exif:CreateDate",
        /// XMP exif:DateTimeOriginal.
        XmpDateTimeOriginal = "xmp:DateTimeOriginal",
        /// XMP photoshop:DateCreated.
        XmpDateCreated = "xmp:DateCreated",
        /// XMP xmp:CreateDate.
        XmpCreateDate = "xmp:CreateDate",
        /// XMP GPano:SourceImageCreateTime, otherwise GPano:FirstPhotoDate: when the first
        /// picture of a panorama was taken.
        XmpPanorama = "xmp:GPano",
        /// IPTC DateCreated and TimeCreated (2:55, 2:60).
        IptcDateCreated = "iptc:DateCreated",
        /// An XMP sidecar.
        SidecarXmp = "sidecar:xmp",
        /// PNG text "Creation Time".
        PngCreationTime = "png:CreationTime",
        /// photoTakenTime of a Google Takeout JSON file.
        Takeout = "sidecar:takeout",
        /// Subtitles of a DJI drone.
        SidecarSrt = "sidecar:srt",
        /// The file's name.
        FileName = "file:name",
        /// EXIF DateTime (0x0132), which ExifTool calls ModifyDate.
        ExifModifyDate = "exif:ModifyDate",
        /// PNG tIME.
        PngTime = "png:tIME",
        /// EXIF GPSDateStamp and GPSTimeStamp.
        ExifGps = "exif:GPSDateTime",
        /// XMP exif:GPSTimeStamp, which tells the offset of a clock and is no time by itself.
        XmpGps = "xmp:GPSTimeStamp",
        /// QuickTime metadata key com.apple.quicktime.creationdate.
        QuickTimeCreationDate = "quicktime:creationdate",
        /// QuickTime ©day in user data or iTunes metadata.
        QuickTimeDay = "quicktime:day",
        /// A raw ISO 8601 text in the user data atom `date`.
        QuickTimeDate = "quicktime:date",
        /// The first GPS fix of a GoPro's GPMF stream.
        Gpmf = "gpmf:GPSU",
        /// The MDPM data of AVCHD.
        Mdpm = "h264:mdpm",
        /// RIFF IDIT.
        RiffIdit = "riff:IDIT",
        /// Matroska DateUTC.
        MatroskaDate = "matroska:DateUTC",
        /// The creation time in an ASF file's properties.
        AsfCreation = "asf:CreationDate",
        /// The creation time of the movie header.
        Mvhd = "quicktime:mvhd",
        /// The creation time of the media header of the first track, or of the first with one.
        Mdhd = "quicktime:mdhd",
        /// The creation time of the header of the first track, or of the first with one.
        Tkhd = "quicktime:tkhd",
        /// The date of a clip in the XML of Sony's and Panasonic's cameras, within the movie or
        /// beside it.
        Clip = "clip:CreationDate",
        /// The first reading of the clock in Sony's real-time metadata.
        Rtmd = "rtmd:DateTime",
        /// The file that camcorders write beside their MOD and TOD videos.
        SidecarMoi = "sidecar:moi",
        /// The file's modification time.
        FileModified = "file:modified",
        /// A file record that came in as JSON.
        Json = "json",
        /// The user's correction.
        User = "user",
    }
}

sources! {
    /// Where a position comes from.
    PositionSource {
        /// An XMP sidecar.
        SidecarXmp = "sidecar:xmp",
        /// The EXIF GPS IFD.
        Exif = "exif:GPS",
        /// XMP exif:GPSLatitude and exif:GPSLongitude.
        Xmp = "xmp:GPS",
        /// QuickTime metadata key com.apple.quicktime.location.ISO6709.
        QuickTimeLocation = "quicktime:location",
        /// ©xyz in the user data.
        QuickTimeXyz = "quicktime:xyz",
        /// ©xyz in the iTunes metadata.
        ItunesXyz = "itunes:xyz",
        /// The 3GPP user data box `loci`.
        Loci = "3gpp:loci",
        /// The first fix of a GoPro's GPMF stream.
        Gpmf = "gpmf:GPS",
        /// The first fix of a Camera Motion Metadata track.
        Camm = "camm:GPS",
        /// The first fix of a DJI camera's telemetry.
        Dji = "dji:GPS",
        /// The first fix in the trailer of an Insta360 camera.
        Insta360 = "insta360:GPS",
        /// The first fix of a dashcam.
        Dashcam = "dashcam:GPS",
        /// Subtitles of a DJI drone.
        SidecarSrt = "sidecar:srt",
        /// The GPS tags of AVCHD.
        Mdpm = "h264:mdpm",
        /// geoDataExif of a Google Takeout JSON file.
        TakeoutExif = "sidecar:takeout-exif",
        /// geoData of a Google Takeout JSON file.
        Takeout = "sidecar:takeout",
        /// A file record that came in as JSON.
        Json = "json",
        /// The user's correction.
        User = "user",
    }
}
