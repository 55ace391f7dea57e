//! The files of a dataset by their numbers.

use std::path::PathBuf;

use super::model::{Dataset, FileRecord, Folder};

/// A file, by the numbers of its folder and of itself in that folder. It holds until the
/// dataset changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId {
    /// The number of its folder.
    pub folder: u32,
    /// Its number in that folder.
    pub file: u32,
}

impl Folder {
    /// Removes the files of these numbers, which are in ascending order.
    pub fn remove(&mut self, files: impl IntoIterator<Item = usize>) {
        let mut removed = files.into_iter().peekable();
        let mut numbers = 0..;
        self.files
            .retain(|_| removed.next_if(|it| numbers.next() == Some(*it)).is_none());
    }
}

impl Dataset {
    /// The file of that id, with its folder.
    pub fn file(&self, id: FileId) -> Option<(&Folder, &FileRecord)> {
        let folder = self.folders.get(id.folder as usize)?;
        Some((folder, folder.files.get(id.file as usize)?))
    }

    /// The path of the file of that id, as it is shown.
    pub fn path(&self, id: FileId) -> Option<PathBuf> {
        let (folder, file) = self.file(id)?;
        Some(self.path_of(folder, file))
    }

    /// The file of that id, to be changed.
    pub fn file_mut(&mut self, id: FileId) -> Option<&mut FileRecord> {
        let folder = self.folders.get_mut(id.folder as usize)?;
        folder.files.get_mut(id.file as usize)
    }

    /// Removes the records of these ids, and folders that nothing is left in.
    pub fn remove(&mut self, mut files: Vec<FileId>) {
        files.sort_unstable();
        for ids in files.chunk_by(|a, b| a.folder == b.folder) {
            let folder = ids.first().map(|id| id.folder as usize);
            if let Some(folder) = folder.and_then(|folder| self.folders.get_mut(folder)) {
                folder.remove(ids.iter().map(|id| id.file as usize));
            }
        }
        self.tidy();
    }

    /// Every record with its id and folder, also of what is no media.
    pub fn indexed(&self) -> impl Iterator<Item = (FileId, &Folder, &FileRecord)> {
        (0..).zip(&self.folders).flat_map(|(number, folder)| {
            let files = (0..).zip(&folder.files);
            files.map(move |(file, record)| {
                let id = FileId {
                    folder: number,
                    file,
                };
                (id, folder, record)
            })
        })
    }
}
