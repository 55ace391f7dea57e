//! Sorting more than memory should hold: sorted runs go to a temporary file and are
//! merged from there.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// How many bytes of records are sorted in memory.
const IN_MEMORY: usize = 64 << 20;

/// Sorts records of `N` bytes, as bytes compare.
pub(super) struct Sorter<const N: usize> {
    path: PathBuf,
    most: usize,
    records: Vec<[u8; N]>,
    spilled: Option<BufWriter<File>>,
    /// How many records each run has.
    runs: Vec<u64>,
}

impl<const N: usize> Sorter<N> {
    /// A sorter that spills to a file of that name, where it has to.
    pub(super) fn new(path: &Path) -> Self {
        Self::with_room(path, IN_MEMORY / N)
    }

    fn with_room(path: &Path, most: usize) -> Self {
        Self {
            path: path.to_owned(),
            most: most.max(1),
            records: Vec::new(),
            spilled: None,
            runs: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, record: [u8; N]) -> io::Result<()> {
        if self.records.len() >= self.most {
            self.spill()?;
        }
        self.records.push(record);
        Ok(())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a temporary file beside the gazetteers"
    )]
    fn spill(&mut self) -> io::Result<()> {
        self.records.sort_unstable();
        let file = match &mut self.spilled {
            Some(file) => file,
            none => none.insert(BufWriter::with_capacity(
                1 << 20,
                File::create_new(&self.path)?,
            )),
        };
        for record in &self.records {
            file.write_all(record)?;
        }
        self.runs.push(self.records.len() as u64);
        self.records.clear();
        Ok(())
    }

    /// All records in order.
    pub(super) fn finish(mut self) -> io::Result<Sorted<N>> {
        self.records.sort_unstable();
        let mut sorted = Sorted {
            path: self.spilled.is_some().then(|| self.path.clone()),
            memory: std::mem::take(&mut self.records).into_iter(),
            runs: Vec::new(),
            next: BinaryHeap::new(),
        };
        if let Some(file) = self.spilled.take() {
            file.into_inner()?;
            let mut at = 0;
            for len in &self.runs {
                let mut run = File::open(&self.path)?;
                run.seek(SeekFrom::Start(at))?;
                at += len * N as u64;
                sorted
                    .runs
                    .push(BufReader::with_capacity(1 << 17, run).take(len * N as u64));
            }
        }
        for source in 0..=sorted.runs.len() {
            sorted.advance(source)?;
        }
        Ok(sorted)
    }
}

/// Records that come in order.
pub(super) struct Sorted<const N: usize> {
    path: Option<PathBuf>,
    memory: std::vec::IntoIter<[u8; N]>,
    runs: Vec<io::Take<BufReader<File>>>,
    next: BinaryHeap<Reverse<([u8; N], usize)>>,
}

impl<const N: usize> Sorted<N> {
    /// Looks at the next record of a run; the run behind the last is in memory.
    fn advance(&mut self, source: usize) -> io::Result<()> {
        let record = match self.runs.get_mut(source) {
            None => self.memory.next(),
            Some(run) if run.limit() == 0 => None,
            Some(run) => {
                let mut record = [0; N];
                run.read_exact(&mut record)?;
                Some(record)
            }
        };
        if let Some(record) = record {
            self.next.push(Reverse((record, source)));
        }
        Ok(())
    }

    /// The next record, `None` behind the last.
    pub(super) fn next(&mut self) -> io::Result<Option<[u8; N]>> {
        let Some(Reverse((record, source))) = self.next.pop() else {
            return Ok(None);
        };
        self.advance(source)?;
        Ok(Some(record))
    }
}

impl<const N: usize> Drop for Sorted<N> {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // What cannot be removed now is overwritten by the next import.
            let _ = std::fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn runs_are_merged_in_order(records in proptest::collection::vec(any::<[u8; 3]>(), 0..300), room in 1..100usize) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("runs");
            let mut sorter = Sorter::with_room(&path, room);
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
            drop(sorted);
            prop_assert!(!path.exists());
        }
    }
}
