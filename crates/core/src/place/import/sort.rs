//! Sorting more than memory should hold: sorted runs go to temporary files and are merged
//! from there.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use crate::disk::{Access, Draft, FolderHandle};

/// What is sorted: words that compare from left to right.
pub(super) type SortRecord = [u32; 8];

/// How many records are sorted in memory: 64 MB.
const IN_MEMORY: usize = (64 << 20) / size_of::<SortRecord>();

/// Sorts records, outside memory where there are many.
pub(super) struct ExternalSorter<'f> {
    folder: &'f FolderHandle,
    most: usize,
    records: Vec<SortRecord>,
    runs: Vec<SortedRun<'f>>,
}

impl<'f> ExternalSorter<'f> {
    /// A sorter that spills to files in a folder, where it has to.
    pub(super) fn new(folder: &'f FolderHandle) -> Self {
        Self {
            folder,
            most: IN_MEMORY,
            records: Vec::new(),
            runs: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, record: SortRecord) -> io::Result<()> {
        if self.records.len() >= self.most {
            self.spill()?;
        }
        self.records.push(record);
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        self.records.sort_unstable();
        let mut draft = Draft::new(self.folder, Access::Private)?;
        let mut file = BufWriter::new(draft.file());
        for record in &self.records {
            file.write_all(record.map(u32::to_le_bytes).as_flattened())?;
        }
        file.into_inner()?.rewind()?;
        let mut file = BufReader::with_capacity(1 << 17, draft.file().try_clone()?);
        let read = move |_| {
            // Moves the draft in here: the file is removed when its draft is dropped.
            let _ = &draft;
            let mut words = [[0; 4]; 8];
            file.read_exact(words.as_flattened_mut())?;
            Ok(words.map(u32::from_le_bytes))
        };
        self.runs.push(Box::new((0..self.records.len()).map(read)));
        self.records.clear();
        Ok(())
    }

    /// All records in order.
    pub(super) fn finish(mut self) -> io::Result<SortedRecords<'f>> {
        self.records.sort_unstable();
        self.runs.push(Box::new(self.records.into_iter().map(Ok)));
        let mut sorted = SortedRecords {
            next: BinaryHeap::with_capacity(self.runs.len()),
            runs: self.runs,
        };
        (0..sorted.runs.len()).try_for_each(|run| sorted.advance(run))?;
        Ok(sorted)
    }
}

type SortedRun<'f> = Box<dyn Iterator<Item = io::Result<SortRecord>> + 'f>;

/// Records that come in order.
pub(super) struct SortedRecords<'f> {
    runs: Vec<SortedRun<'f>>,
    /// The next record of each run.
    next: BinaryHeap<Reverse<(SortRecord, usize)>>,
}

impl SortedRecords<'_> {
    fn advance(&mut self, run: usize) -> io::Result<()> {
        if let Some(record) = self.runs.get_mut(run).and_then(Iterator::next) {
            self.next.push(Reverse((record?, run)));
        }
        Ok(())
    }

    /// The next record, `None` behind the last.
    pub(super) fn next(&mut self) -> io::Result<Option<SortRecord>> {
        let Some(Reverse((record, run))) = self.next.pop() else {
            return Ok(None);
        };
        self.advance(run)?;
        Ok(Some(record))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn runs_are_merged_in_order(records in proptest::collection::vec(any::<SortRecord>(), 0..300), room in 1..100usize) {
            let place = tempfile::tempdir().unwrap();
            let folder = FolderHandle::open(place.path()).unwrap();
            let mut sorter = ExternalSorter::new(&folder);
            sorter.most = room;
            for record in &records {
                sorter.push(*record).unwrap();
            }
            let mut sorted = sorter.finish().unwrap();
            let mut all = Vec::new();
            while let Some(record) = sorted.next().unwrap() {
                all.push(record);
            }
            let mut expected = records;
            expected.sort_unstable();
            prop_assert_eq!(all, expected);
        }
    }
}
