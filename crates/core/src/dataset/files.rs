//! The files of a dataset by their numbers.

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

impl Dataset {
    /// The file of that id, with its folder.
    pub fn file(&self, id: FileId) -> Option<(&Folder, &FileRecord)> {
        let folder = self.folders.get(id.folder as usize)?;
        Some((folder, folder.files.get(id.file as usize)?))
    }

    /// The file of that id, to be changed.
    pub fn file_mut(&mut self, id: FileId) -> Option<&mut FileRecord> {
        let folder = self.folders.get_mut(id.folder as usize)?;
        folder.files.get_mut(id.file as usize)
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
