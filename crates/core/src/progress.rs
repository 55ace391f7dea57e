//! How far a long step is, for whoever wants to know.

use std::io::{self, Read};
use std::path::Path;

/// What a long step tells while it goes on. Each step begins with how much there is to do
/// and ends with [`Progress::done`]; it may be told from several threads.
pub trait Progress: Sync {
    /// Folders below `root` are being listed, of which the dataset knows so many files.
    fn walking(&self, _root: &Path, _known: usize) {}

    /// So many files more were found.
    fn found(&self, _files: usize) {}

    /// So many files are going to be read.
    fn reading(&self, _files: usize) {}

    /// One file was read.
    fn one_more(&self) {}

    /// A step that takes so many files.
    fn files(&self, _name: &str, _files: usize) {}

    /// So many files more are done of a step that was announced by [`Progress::files`].
    fn forward(&self, _files: usize) {}

    /// So many bytes are going to be read.
    fn importing(&self, _bytes: u64) {}

    /// So many more bytes were read.
    fn read_bytes(&self, _bytes: u64) {}

    /// The step is over.
    fn done(&self) {}
}

/// Tells nobody.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {}

/// An input that tells how many bytes of it were read.
pub struct Watched<'a, R> {
    input: R,
    progress: &'a dyn Progress,
}

impl<'a, R> Watched<'a, R> {
    /// The same input; what is read of it is told.
    pub fn new(input: R, progress: &'a dyn Progress) -> Self {
        Self { input, progress }
    }
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.input.read(buffer)?;
        self.progress.read_bytes(len as u64);
        Ok(len)
    }
}
