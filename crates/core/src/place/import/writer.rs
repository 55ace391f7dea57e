//! Writes the file of an import, from front to back; `store` says how it looks.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use uuid::Uuid;

use super::ring::{self, Bounds, Corner};
use super::sort::Sorter;
use super::store::{CLASS_SHIFT, Class, Description, GROUP, HEADER, Identifier, MAGIC, NewUnit};
use super::tree::{Builder, along_curve};
use crate::disk::is_random;

/// Texts and units that are remembered so that they are written once.
const REMEMBERED: usize = 1 << 16;

/// Writes the file of an import.
pub(super) struct Writer {
    file: BufWriter<File>,
    /// The next word.
    at: u32,
    fingerprint: Fingerprint,
    texts: HashMap<String, u32>,
    units: HashMap<NewUnit, u32>,
    leaves: Leaves,
    buffer: Vec<u32>,
}

enum Leaves {
    Polygons(Sorter<32>),
    Places(Sorter<20>),
}

/// FNV-1a over whole words.
pub(super) struct Fingerprint(u64);

impl Fingerprint {
    pub(super) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0100_0000_01b3);
        self.0 ^= self.0 >> 29;
    }

    pub(super) fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            self.add(byte.into());
        }
        self.add(0x100);
    }

    pub(super) fn value(&self) -> u64 {
        self.0
    }
}

fn too_large() -> io::Error {
    io::Error::other("it would be larger than 16 GiB")
}

/// What the name of a gazetteer begins with while it is being written.
const START: &str = ".imm-cluster-import-";

impl Writer {
    /// Begins a file of that name, and another one beside it for sorting.
    #[expect(
        clippy::disallowed_methods,
        reason = "a gazetteer, renamed when it is whole"
    )]
    pub(super) fn create(path: &Path, places: bool) -> io::Result<Self> {
        let mut file = BufWriter::with_capacity(1 << 20, File::create_new(path)?);
        file.write_all(&[0; HEADER])?;
        let runs = path.with_extension("sort");
        Ok(Self {
            file,
            at: 24,
            fingerprint: Fingerprint::new(),
            texts: HashMap::new(),
            units: HashMap::new(),
            leaves: if places {
                Leaves::Places(Sorter::new(&runs))
            } else {
                Leaves::Polygons(Sorter::new(&runs))
            },
            buffer: Vec::new(),
        })
    }

    /// Appends words and says where they are.
    fn words(&mut self, words: &[u32]) -> io::Result<u32> {
        let at = self.at;
        let len = u32::try_from(words.len()).map_err(|_| too_large())?;
        self.at = at.checked_add(len).ok_or_else(too_large)?;
        for word in words {
            self.fingerprint.add((*word).into());
            self.file.write_all(&word.to_le_bytes())?;
        }
        Ok(at)
    }

    /// Where a text is; 0 for an empty one.
    pub(super) fn text(&mut self, text: &str) -> io::Result<u32> {
        if text.is_empty() {
            return Ok(0);
        }
        if let Some(at) = self.texts.get(text) {
            return Ok(*at);
        }
        let mut words = vec![u32::try_from(text.len()).map_err(|_| too_large())?];
        words.extend(text.as_bytes().chunks(4).map(|bytes| {
            let mut word = [0; 4];
            for (to, from) in word.iter_mut().zip(bytes) {
                *to = *from;
            }
            u32::from_le_bytes(word)
        }));
        let at = self.words(&words)?;
        if self.texts.len() >= REMEMBERED {
            self.texts.clear();
        }
        self.texts.insert(text.to_owned(), at);
        Ok(at)
    }

    /// Where a region is.
    pub(super) fn unit(&mut self, unit: NewUnit) -> io::Result<u32> {
        if let Some(at) = self.units.get(&unit) {
            return Ok(*at);
        }
        let mut names = [0; 3];
        for (to, name) in names.iter_mut().zip(&unit.names) {
            *to = self.text(name)?;
        }
        let (kind, low, high) = match unit.id {
            #[expect(clippy::cast_possible_truncation, reason = "the low and the high half")]
            Identifier::Own(id) => (0, id as u32, (id >> 32) as u32),
            Identifier::GeoNames(number) => (1, number, 0),
        };
        let level = u32::try_from(unit.level.index()).unwrap_or(0);
        let [en, zh, local] = names;
        let at = self.words(&[level | kind << 8, low, high, en, zh, local])?;
        if self.units.len() >= REMEMBERED {
            self.units.clear();
        }
        self.units.insert(unit, at);
        Ok(at)
    }

    /// Where a unit of `GeoNames` is, whose names are there already.
    pub(super) fn geonames_unit(&mut self, id: u32, names: [u32; 3]) -> io::Result<u32> {
        let [en, zh, local] = names;
        self.words(&[1 << 8, id, 0, en, zh, local])
    }

    /// Adds a feature of closed rings that names these units.
    pub(super) fn feature(
        &mut self,
        units: &[u32],
        area: f64,
        rings: &[Vec<Corner>],
    ) -> io::Result<()> {
        let mut words = vec![u32::try_from(units.len()).map_err(|_| too_large())?];
        #[expect(clippy::cast_possible_truncation, reason = "only to compare areas")]
        words.push((area as f32).to_bits());
        words.extend(units);
        let feature = self.words(&words)?;
        for ring in rings {
            let mut words = std::mem::take(&mut self.buffer);
            words.clear();
            ring::encode(ring, &mut words);
            let at = self.words(&words)?;
            self.buffer = words;
            if self.buffer.capacity() > 1 << 22 {
                self.buffer = Vec::new();
            }
            let bounds = Bounds::around(ring);
            let middle = |a: i32, b: i32| a.midpoint(b);
            let along = along_curve(
                middle(bounds.west, bounds.east),
                middle(bounds.south, bounds.north),
            );
            let mut record = [0; 32];
            let words = [0, along, feature, at].into_iter().chain(bounds.words());
            for (to, word) in record.as_chunks_mut::<4>().0.iter_mut().zip(words) {
                *to = word.to_be_bytes();
            }
            if let Leaves::Polygons(sorter) = &mut self.leaves {
                sorter.push(record)?;
            }
        }
        Ok(())
    }

    /// Adds a place to a group; the words are its identifier, names and units.
    pub(super) fn place(
        &mut self,
        group: u32,
        at: Corner,
        class: Class,
        words: [u32; 7],
    ) -> io::Result<()> {
        let place = self.words(&words)?;
        if place >> CLASS_SHIFT != 0 {
            return Err(too_large());
        }
        let leaf = [
            at.0.cast_unsigned(),
            at.1.cast_unsigned(),
            place | (class as u32) << CLASS_SHIFT,
        ];
        let mut record = [0; 20];
        let words = [group, along_curve(at.0, at.1)].into_iter().chain(leaf);
        for (to, word) in record.as_chunks_mut::<4>().0.iter_mut().zip(words) {
            *to = word.to_be_bytes();
        }
        if let Leaves::Places(sorter) = &mut self.leaves {
            sorter.push(record)?;
        }
        Ok(())
    }

    /// Writes what is left: `groups` are those of places, each with its number and,
    /// in its bytes, room for where its places begin and end.
    pub(super) fn finish(
        self,
        order: u32,
        description: &Description,
        groups: &mut [[u8; GROUP]],
    ) -> io::Result<()> {
        let Self {
            mut file,
            at,
            fingerprint,
            leaves,
            ..
        } = self;
        let leaves_at = u64::from(at) * 4;
        let mut builder = Builder::new();
        let mut count = 0_u64;
        let mut size = 0;
        let mut write = |words: &[[u8; 4]]| -> io::Result<()> {
            let words = words.iter().map(|word| u32::from_be_bytes(*word));
            for word in words {
                file.write_all(&word.to_le_bytes())?;
                size += 4;
            }
            Ok(())
        };
        match leaves {
            Leaves::Polygons(sorter) => {
                let mut records = sorter.finish()?;
                while let Some(record) = records.next()? {
                    let words = record.as_chunks::<4>().0;
                    let bounds = [4, 5, 6, 7].map(|i| u32::from_be_bytes(words[i]));
                    builder.add(Bounds::from_words(bounds));
                    write(&words[4..])?;
                    write(&words[2..4])?;
                    count += 1;
                }
            }
            Leaves::Places(sorter) => {
                let mut records = sorter.finish()?;
                while let Some(record) = records.next()? {
                    let words = record.as_chunks::<4>().0;
                    let [group, _, x, y, _] = [0, 1, 2, 3, 4].map(|i| u32::from_be_bytes(words[i]));
                    builder.add(Bounds::around(&[(x.cast_signed(), y.cast_signed())]));
                    write(&words[2..])?;
                    if let Some(group) = groups.get_mut(group as usize) {
                        let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
                        if group[4..8] == [0; 4] {
                            group[..4].copy_from_slice(&number(count));
                        }
                        group[4..8].copy_from_slice(&number(count + 1));
                    }
                    count += 1;
                }
            }
        }
        let boxes_at = leaves_at + size;
        let mut groups_at = boxes_at;
        for bounds in builder.finish() {
            for word in bounds.words() {
                file.write_all(&word.to_le_bytes())?;
            }
            groups_at += 16;
        }
        for group in &*groups {
            file.write_all(group)?;
        }
        let json = serde_json::to_vec(description)?;
        file.write_all(&json)?;
        let json_at = groups_at + (groups.len() * GROUP) as u64;
        let len = json_at + json.len() as u64;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(MAGIC)?;
        let numbers = [
            len,
            fingerprint.value(),
            order.into(),
            leaves_at,
            count,
            boxes_at,
            groups_at,
            groups.len() as u64,
            json_at,
            json.len() as u64,
        ];
        for number in numbers {
            file.write_all(&number.to_le_bytes())?;
        }
        let file = file.into_inner()?;
        file.sync_all()?;
        Ok(())
    }
}

/// The name of a gazetteer while it is being written.
pub(super) fn temporary() -> String {
    format!("{START}{}.tmp", Uuid::new_v4().simple())
}

/// Whether a name is one that [`temporary`] gives, or of what is sorted beside such a file.
pub(super) fn is_temporary(name: &OsStr) -> bool {
    let rest = name.to_str().and_then(|name| name.strip_prefix(START));
    let id = rest.and_then(|rest| rest.strip_suffix(".tmp").or(rest.strip_suffix(".sort")));
    id.is_some_and(is_random)
}

/// Puts a file in the place of another, for good.
pub(super) fn replace(temporary: &Path, path: &Path) -> io::Result<()> {
    fs::rename(temporary, path)?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
