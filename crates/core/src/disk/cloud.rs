//! Files of which only a placeholder is on the disk: `OneDrive`, iCloud and others fetch the content
//! when it is read. Nothing reads them unless the user asks for it.

use std::fs::Metadata;
use std::path::Path;

/// Whether a file is a placeholder, whose content comes from a cloud when it is read.
#[cfg(windows)]
pub fn is_placeholder(metadata: &Metadata) -> bool {
    use std::os::windows::fs::MetadataExt;
    /// `FILE_ATTRIBUTE_OFFLINE`, `_RECALL_ON_OPEN` and `_RECALL_ON_DATA_ACCESS`.
    const ELSEWHERE: u32 = 0x1000 | 0x4_0000 | 0x40_0000;
    metadata.file_attributes() & ELSEWHERE != 0
}

/// Whether a file is a placeholder, whose content comes from a cloud when it is read.
#[cfg(target_os = "macos")]
pub fn is_placeholder(metadata: &Metadata) -> bool {
    use std::os::macos::fs::MetadataExt;
    /// `SF_DATALESS` of `sys/stat.h`.
    const DATALESS: u32 = 0x4000_0000;
    metadata.st_flags() & DATALESS != 0
}

/// Whether a file is a placeholder, whose content comes from a cloud when it is read: what can
/// be such a one here looks like any file.
#[cfg(not(any(windows, target_os = "macos")))]
pub fn is_placeholder(_: &Metadata) -> bool {
    false
}

/// The same of what has that path now. Where nothing looks like a placeholder, nothing is asked.
pub fn is_in_cloud(path: &Path) -> bool {
    cfg!(any(windows, target_os = "macos"))
        && path
            .metadata()
            .is_ok_and(|metadata| is_placeholder(&metadata))
}
