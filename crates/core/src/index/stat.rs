//! What the system tells of files and folders without opening them.

use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::dataset::Stat;

/// What tells a folder from all others, whatever name leads to it.
#[cfg(unix)]
pub(super) type FolderId = (u64, u64);
#[cfg(not(unix))]
pub(super) type FolderId = std::path::PathBuf;

#[cfg(unix)]
pub(super) fn folder_id(path: &Path) -> io::Result<FolderId> {
    use std::os::unix::fs::MetadataExt;
    path.metadata()
        .map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
pub(super) fn folder_id(path: &Path) -> io::Result<FolderId> {
    std::fs::canonicalize(path)
}

/// The file system that a file or folder lies on; all are one where the system does
/// not tell.
#[cfg(unix)]
pub(super) fn device(metadata: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    metadata.dev()
}

#[cfg(not(unix))]
pub(super) fn device(_: &Metadata) -> u64 {
    0
}

/// The file system of what is there at that path. An error says nothing about it, least
/// of all that it is another one.
pub(super) fn device_of(path: &Path) -> io::Result<u64> {
    path.metadata().map(|metadata| device(&metadata))
}

/// Whether another file system begins at a folder.
pub(super) fn is_mount_point(path: &Path) -> io::Result<bool> {
    match path.parent() {
        Some(parent) => Ok(device_of(path)? != device_of(parent)?),
        None => Ok(false),
    }
}

/// Whether an error says that nothing is there. Any other says nothing of that.
pub(super) fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

/// Whether the system hides a file or folder from people, whatever its name.
#[cfg(windows)]
pub(super) fn is_hidden(metadata: &Metadata) -> bool {
    use std::os::windows::fs::MetadataExt;
    /// `FILE_ATTRIBUTE_HIDDEN`.
    const HIDDEN: u32 = 0x2;
    metadata.file_attributes() & HIDDEN != 0
}

/// Whether the system hides a file or folder from people, whatever its name.
#[cfg(target_os = "macos")]
pub(super) fn is_hidden(metadata: &Metadata) -> bool {
    use std::os::macos::fs::MetadataExt;
    /// `UF_HIDDEN` of `sys/stat.h`.
    const HIDDEN: u32 = 0x8000;
    metadata.st_flags() & HIDDEN != 0
}

/// Whether the system hides a file or folder from people: here a dot in the name does, and
/// nothing else.
#[cfg(not(any(windows, target_os = "macos")))]
pub(super) fn is_hidden(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
pub(super) fn stat_of(metadata: &Metadata) -> Stat {
    use std::os::unix::fs::MetadataExt;
    let micros = |seconds: i64, nanos: i64| {
        seconds
            .saturating_mul(1_000_000)
            .saturating_add(nanos / 1000)
    };
    Stat {
        size: metadata.size(),
        mtime: micros(metadata.mtime(), metadata.mtime_nsec()),
        ctime: micros(metadata.ctime(), metadata.ctime_nsec()),
    }
}

#[cfg(not(unix))]
pub(super) fn stat_of(metadata: &Metadata) -> Stat {
    let mtime = metadata.modified().map_or(0, micros);
    Stat {
        size: metadata.len(),
        mtime,
        ctime: mtime,
    }
}

/// Microseconds since 1970-01-01 UTC.
pub(super) fn micros(time: SystemTime) -> i64 {
    let signed = |d: Duration| i64::try_from(d.as_micros()).unwrap_or(i64::MAX);
    time.duration_since(UNIX_EPOCH)
        .map_or_else(|e| -signed(e.duration()), signed)
}
