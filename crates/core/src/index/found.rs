//! What a scan found that is to be read.

use std::path::Path;
use std::sync::Arc;

use super::walk::Seen;

/// The files of a folder that are to be read.
#[derive(Debug)]
pub(super) struct ToRead {
    /// Relative to the root.
    pub(super) dir: Arc<Path>,
    /// The index of the folder, where the dataset has it.
    pub(super) folder: Option<usize>,
    pub(super) elsewhere: bool,
    /// Sorted by name.
    pub(super) files: Vec<FoundFile>,
}

/// A file that is new, or does not look as it did.
#[derive(Debug)]
pub(super) struct FoundFile {
    pub(super) seen: Seen,
    /// Its index in the folder, where the dataset has it.
    pub(super) known: Option<usize>,
}
