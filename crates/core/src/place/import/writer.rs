//! Writes the file of an import, from front to back; `store` says how it looks. Only what
//! is written often, the leaves of the tree and a fixed number of texts are remembered.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

use super::coordinates::{Bounds, Corner};
use super::fingerprint::Fingerprint;
use super::ring;
use super::sort::ExternalSorter;
use super::store::{
    CLASS_SHIFT, Description, GROUP_SIZE, HEADER_SIZE, PLACE_LEAF, POLYGON_LEAF, PlaceClass,
    RegionId, StoreHeader,
};
use super::tree::{FAN, along_curve, with_levels_above};
use crate::disk::{Access, Draft, FolderHandle};
use crate::place::level::Level;

/// Texts and regions that are remembered so that they are written once.
const REMEMBERED: usize = 1 << 16;

/// A region to write.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct NewRegion {
    pub(super) level: Level,
    pub(super) id: RegionId,
    /// English, Chinese, local; empty where there is none.
    pub(super) names: [String; 3],
}

/// Writes the file of an import.
pub(super) struct GazetteerWriter<'f> {
    draft: Draft<'f>,
    file: BufWriter<File>,
    /// The number of the next word.
    at: u32,
    fingerprint: Fingerprint,
    texts: HashMap<String, u32>,
    regions: HashMap<NewRegion, u32>,
    /// The leaves behind what they are sorted by: group and place on the curve.
    leaves: ExternalSorter<'f>,
    buffer: Vec<u32>,
}

fn too_large() -> io::Error {
    io::Error::other("it would be larger than 16 GiB")
}

fn number(n: usize) -> io::Result<u32> {
    u32::try_from(n).map_err(|_| too_large())
}

impl<'f> GazetteerWriter<'f> {
    /// Begins a file in a folder, which has a name only when it is finished.
    pub(super) fn new(folder: &'f FolderHandle) -> io::Result<Self> {
        let mut draft = Draft::new(folder, Access::Usual)?;
        let mut file = BufWriter::with_capacity(1 << 20, draft.file().try_clone()?);
        file.write_all(&[0; HEADER_SIZE])?;
        Ok(Self {
            draft,
            file,
            at: number(HEADER_SIZE / 4)?,
            fingerprint: Fingerprint::new(),
            texts: HashMap::new(),
            regions: HashMap::new(),
            leaves: ExternalSorter::new(folder),
            buffer: Vec::new(),
        })
    }

    /// Appends words and says where they are.
    fn words(&mut self, words: &[u32]) -> io::Result<u32> {
        let at = self.at;
        self.at = at.checked_add(number(words.len())?).ok_or_else(too_large)?;
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
        let mut words = vec![number(text.len())?];
        let mut padded = text.as_bytes().to_vec();
        padded.resize(text.len().next_multiple_of(4), 0);
        words.extend(padded.as_chunks().0.iter().copied().map(u32::from_le_bytes));
        let at = self.words(&words)?;
        if self.texts.len() >= REMEMBERED {
            self.texts.clear();
        }
        self.texts.insert(text.to_owned(), at);
        Ok(at)
    }

    /// Where a region is.
    pub(super) fn region(&mut self, region: NewRegion) -> io::Result<u32> {
        if let Some(at) = self.regions.get(&region) {
            return Ok(*at);
        }
        let mut names = [0; 3];
        for (to, name) in names.iter_mut().zip(&region.names) {
            *to = self.text(name)?;
        }
        let at = self.region_named(region.level, region.id, names)?;
        if self.regions.len() >= REMEMBERED {
            self.regions.clear();
        }
        self.regions.insert(region, at);
        Ok(at)
    }

    /// Where a region is whose names are there already.
    pub(super) fn region_named(
        &mut self,
        level: Level,
        id: RegionId,
        [en, zh, local]: [u32; 3],
    ) -> io::Result<u32> {
        let (kind, low, high) = match id {
            #[expect(clippy::cast_possible_truncation, reason = "the low and the high half")]
            RegionId::Own(id) => (0, id as u32, (id >> 32) as u32),
            RegionId::GeoNames(number) => (1 << 8, number, 0),
        };
        self.words(&[number(level.index())? | kind, low, high, en, zh, local])
    }

    /// Adds a feature of closed rings that names these regions.
    pub(super) fn feature(
        &mut self,
        regions: &[u32],
        area: f64,
        rings: &[Vec<Corner>],
    ) -> io::Result<()> {
        #[expect(clippy::cast_possible_truncation, reason = "only to compare areas")]
        let area = (area as f32).to_bits();
        let feature = self.words(&[&[number(regions.len())?, area], regions].concat())?;
        for corners in rings {
            let mut words = std::mem::take(&mut self.buffer);
            words.clear();
            ring::encode(corners, &mut words);
            let at = self.words(&words)?;
            if words.capacity() <= 1 << 22 {
                self.buffer = words;
            }
            let bounds = Bounds::around(corners);
            let [west, south, east, north] = bounds.words();
            let middle = (
                bounds.west.midpoint(bounds.east),
                bounds.south.midpoint(bounds.north),
            );
            let along = along_curve(middle);
            let leaf = [0, along, west, south, east, north, feature, at];
            self.leaves.push(leaf)?;
        }
        Ok(())
    }

    /// Adds a place to a group; the words are its identifier, names and units.
    pub(super) fn place(
        &mut self,
        group: u32,
        at: Corner,
        class: PlaceClass,
        words: [u32; 7],
    ) -> io::Result<()> {
        let place = self.words(&words)?;
        if place >> CLASS_SHIFT != 0 {
            return Err(too_large());
        }
        let place = place | (class as u32) << CLASS_SHIFT;
        let (x, y) = (at.0.cast_unsigned(), at.1.cast_unsigned());
        self.leaves
            .push([group, along_curve(at), x, y, place, 0, 0, 0])
    }

    /// Writes what is left, and puts the file in the place of the one of that name: `groups`
    /// are those of places, each with its number and, in its bytes, room for where its places
    /// begin and end.
    pub(super) fn finish(
        mut self,
        name: &OsStr,
        order: u64,
        description: &Description,
        groups: &mut [[u8; GROUP_SIZE]],
    ) -> io::Result<()> {
        let leaf_len = if groups.is_empty() {
            POLYGON_LEAF
        } else {
            PLACE_LEAF
        };
        let mut leaves = 0;
        let mut boxes: Vec<Bounds> = Vec::new();
        let mut records = self.leaves.finish()?;
        while let Some([group, _, leaf @ ..]) = records.next()? {
            let leaf = leaf.map(u32::to_le_bytes);
            let bounds = if groups.is_empty() {
                Bounds::at(&leaf, 0)
            } else {
                let [x, y, ..] = leaf.map(i32::from_le_bytes);
                Bounds::new([x, y, x, y])
            };
            match boxes.last_mut() {
                Some(last) if leaves % FAN != 0 => *last = Bounds::joined([*last, bounds]),
                _ => boxes.push(bounds),
            }
            if let Some(range) = groups.get_mut(group as usize) {
                let (start, end) = (number(leaves)?, number(leaves + 1)?);
                if range[4..8] == [0; 4] {
                    range[..4].copy_from_slice(&start.to_le_bytes());
                }
                range[4..8].copy_from_slice(&end.to_le_bytes());
            }
            self.file.write_all(leaf[..leaf_len].as_flattened())?;
            leaves += 1;
        }
        let boxes = with_levels_above(boxes);
        for bounds in &boxes {
            let words = bounds.words().map(u32::to_le_bytes);
            self.file.write_all(words.as_flattened())?;
        }
        self.file.write_all(groups.as_flattened())?;
        let json = serde_json::to_vec(description)?;
        self.file.write_all(&json)?;
        let leaves_at = u64::from(self.at) * 4;
        let boxes_at = leaves_at + (leaves * leaf_len * 4) as u64;
        let groups_at = boxes_at + (boxes.len() * 16) as u64;
        let description_at = groups_at + groups.as_flattened().len() as u64;
        let header = StoreHeader {
            len: description_at + json.len() as u64,
            fingerprint: self.fingerprint.value(),
            order,
            leaves_at,
            leaves: leaves as u64,
            boxes_at,
            groups_at,
            groups: groups.len() as u64,
            description_at,
            description_len: json.len() as u64,
        };
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header.bytes())?;
        self.file.flush()?;
        self.draft.replace(name)
    }
}
