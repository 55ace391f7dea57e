//! Saving what is whole in a damaged dataset, record by record.
//!
//! The text is gone through once. A key that opens a list is remembered, an object is
//! taken for what it can be read as, and what cannot be read costs its line. So it does
//! not matter where the damage is, nor how the text was laid out.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::document::{Document, FORMAT, Section};
use super::json::{self, FolderLine};
use super::model::{
    Content, Dataset, FileRecord, Folder, Place, Root, RootId, RootKind, RootOptions, Stat, Unknown,
};
use crate::place::{Geocoder, PlaceId};

/// What could be saved of a damaged dataset.
#[derive(Debug)]
pub struct Salvage {
    /// All that is whole.
    pub dataset: Dataset,
    /// Lines that held something that was lost, in order: first and last.
    pub lost: Vec<(usize, usize)>,
    /// Files whose folder is not sure, for the line between was lost. The next `index`
    /// puts them right.
    pub displaced: usize,
    /// Files that stood before any folder, and so were lost.
    pub homeless: usize,
    /// Files that lost their place: it was only given, and its address is lost.
    pub placeless: usize,
    /// Ids of roots whose path is lost; a name was made up for it.
    pub nameless_roots: Vec<RootId>,
}

/// Saves what is whole; `None` when there is nothing to save.
pub fn salvage(text: &[u8]) -> Option<Salvage> {
    let mut reader = Reader {
        text,
        at: 0,
        counted: (0, 1),
        list: None,
        open: false,
        document: Document::default(),
        whole_places: None,
        whole_cameras: None,
        lost: Vec::new(),
        ruined: 0,
        sure: true,
        displaced: 0,
        homeless: 0,
    };
    while reader.step() {}
    reader.finish()
}

/// What records other than places begin with: it tells what each is, whatever list it stands
/// in.
const FIRST_KEYS: [&str; 7] = ["object_id", "id", "name", "place", "track", "root", "dir"];

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    /// A position, and the number of the line that it is in.
    counted: (usize, usize),
    list: Option<Section>,
    /// Whether the last folder is being gone through.
    open: bool,
    document: Document,
    /// How many places and cameras stand before the first damage among them. Files
    /// refer to them by number, and behind it no number is sure.
    whole_places: Option<usize>,
    whole_cameras: Option<usize>,
    lost: Vec<(usize, usize)>,
    /// Where the last line ends that something was lost of.
    ruined: usize,
    /// Whether no folder can have begun since the last one that was found.
    sure: bool,
    displaced: usize,
    /// Files without any folder before them.
    homeless: usize,
}

/// The key that a folder has its files under.
const FILES: &[u8] = b"\"files\"";

impl Reader<'_> {
    /// Goes over the next piece of the text; says whether there was one.
    fn step(&mut self) -> bool {
        let Some(next) = self.text.get(self.at) else {
            return false;
        };
        match next {
            b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
            mark @ (b',' | b':' | b'[' | b'}' | b']') => {
                if self.is_misplaced(*mark) {
                    self.lose();
                }
                if *mark == b']' {
                    // What is left of a broken line closes nothing.
                    self.open &= self.at < self.ruined;
                }
                self.at += 1;
            }
            b'"' => self.text(),
            b'{' if self.object() => {}
            // The document itself.
            b'{' if self.at == 0 || self.is_empty() && self.list.is_none() => self.at += 1,
            // What is left of a record that was cut in two.
            b'0'..=b'9' | b'-' | b't' | b'f' | b'n' if self.take::<Value>().is_some() => {
                self.left_over();
            }
            _ => self.damage(),
        }
        true
    }

    /// Whether a punctuation mark cannot stand behind what is before it, as where a record
    /// was replaced by a comma. Behind a line that is lost anyway, nothing is said of it.
    fn is_misplaced(&self, mark: u8) -> bool {
        let before = self.text.get(self.ruined..self.at).unwrap_or_default();
        let Some(before) = before.trim_ascii_end().last() else {
            return false;
        };
        match mark {
            b',' => matches!(before, b',' | b':' | b'[' | b'{'),
            b'}' => matches!(before, b',' | b':' | b'['),
            b']' => matches!(before, b',' | b':'),
            b':' => *before != b'"',
            _ => *before != b':',
        }
    }

    fn is_empty(&self) -> bool {
        let document = &self.document;
        document.roots.is_empty() && document.clusters.is_empty() && document.folders.is_empty()
    }

    /// Takes what comes next, if it can be read as that.
    fn take<T: DeserializeOwned>(&mut self) -> Option<T> {
        take(self.text, &mut self.at)
    }

    /// A key, or a camera.
    fn text(&mut self) {
        let Some(text) = self.take::<String>() else {
            return self.damage();
        };
        let behind = self.text.get(self.at..).unwrap_or_default();
        if behind.trim_ascii_start().first() != Some(&b':') {
            match self.list {
                Some(Section::Cameras) => self.document.cameras.push(text),
                _ => self.left_over(),
            }
            return;
        }
        let Some(list) = Section::with_key(&text) else {
            return self.value_of(&text);
        };
        self.list = Some(list);
        match list {
            Section::Places => self.whole_places = None,
            Section::Cameras => self.whole_cameras = None,
            _ => {}
        }
    }

    /// Remembers the value of a key of the document itself.
    fn value_of(&mut self, key: &str) {
        self.skip(b" \n\r\t:");
        let (text, at) = (self.text, &mut self.at);
        // What is no key of the start is what is left of a record, once there was a list, and
        // there may be whole ones in it.
        if !self.document.set(key, || take(text, at)) && self.list.is_none() {
            let value: Option<Value> = self.take();
            let value = value.map(|value| (key.to_owned(), value));
            self.document.unknown.extend(value);
        }
    }

    fn skip(&mut self, any_of: &[u8]) {
        while self
            .text
            .get(self.at)
            .is_some_and(|byte| any_of.contains(byte))
        {
            self.at += 1;
        }
    }

    /// Takes a record; says whether what comes next is one.
    fn object(&mut self) -> bool {
        if self.list == Some(Section::Places) {
            let start = self.at;
            match self.take::<Place>().filter(is_place) {
                Some(place) => {
                    self.document.places.push(place);
                    return true;
                }
                None => self.at = start,
            }
        }
        match self.first_key() {
            Some("object_id") => self.identity(),
            Some("id") => self.take().map(|root| self.document.roots.push(root)),
            Some("name") => self.take().map(|file| self.file(file)),
            Some("place") => self.take().map(|trace| self.document.traces.push(trace)),
            Some("track") => self.take().map(|track| self.document.tracks.push(track)),
            Some("root" | "dir") => self.folder(),
            // Another program may have sorted the keys.
            _ => match self.list {
                Some(Section::Roots) => self.take().map(|root| self.document.roots.push(root)),
                Some(Section::Clusters | Section::Trips) => self.identity(),
                Some(Section::Traces) => self.take().map(|trace| self.document.traces.push(trace)),
                Some(Section::Tracks) => self.take().map(|track| self.document.tracks.push(track)),
                Some(Section::Folders) => self.take().map(|file| self.file(file)),
                _ => None,
            },
        }
        .is_some()
    }

    /// Takes a cluster or a trip, whichever list it stands in: what a cluster has no trip
    /// has.
    fn identity(&mut self) -> Option<()> {
        let start = self.at;
        if let Some(cluster) = self.take() {
            self.document.clusters.push(cluster);
            return Some(());
        }
        self.at = start;
        self.take().map(|trip| self.document.trips.push(trip))
    }

    fn first_key(&self) -> Option<&'static str> {
        let inside = self.text.get(self.at + 1..)?.trim_ascii_start();
        let inside = inside.strip_prefix(b"\"")?;
        let is_next = |key: &&str| {
            let rest = inside.strip_prefix(key.as_bytes());
            rest.is_some_and(|rest| rest.starts_with(b"\""))
        };
        FIRST_KEYS.into_iter().find(is_next)
    }

    /// A folder as a whole, or else its head.
    fn folder(&mut self) -> Option<()> {
        self.list = Some(Section::Folders);
        self.sure = true;
        if let Some(folder) = self.take::<Folder>() {
            self.document.folders.push(folder);
            self.open = false;
            return Some(());
        }
        let rest = self.text.get(self.at..)?;
        let files = rest.windows(FILES.len()).position(|word| word == FILES)?;
        let head = rest.get(..files)?.trim_ascii_end();
        let head = [head.strip_suffix(b",").unwrap_or(head), b"}"].concat();
        let head: FolderLine = serde_json::from_slice(&head).ok()?;
        self.document.folders.push(head.try_into().ok()?);
        self.at += files + FILES.len();
        self.skip(b" \n\r\t:");
        // No more than one: another one stands where a file was.
        self.at += usize::from(self.text.get(self.at) == Some(&b'['));
        self.open = true;
        Some(())
    }

    fn file(&mut self, file: FileRecord) {
        self.displaced += usize::from(!self.open || !self.sure);
        match self.document.folders.last_mut() {
            Some(folder) => folder.files.push(file),
            None => self.homeless += 1,
        }
    }

    /// A bare value among records stands where one was.
    fn left_over(&mut self) {
        if self.list.is_some() {
            self.lose();
        }
    }

    /// Says that something was lost in this line.
    fn lose(&mut self) {
        let (from, line) = self.counted;
        let passed = self.text.get(from..self.at).unwrap_or_default();
        let line = line + passed.split(|byte| *byte == b'\n').count() - 1;
        self.counted = (self.at, line);
        match self.lost.last_mut() {
            Some((_, last)) if *last + 1 >= line => *last = line,
            _ => self.lost.push((line, line)),
        }
    }

    /// Gives up on what comes next, up to the next line or record.
    fn damage(&mut self) {
        self.lose();
        match self.list {
            Some(Section::Places) => {
                let whole = self.document.places.len();
                self.whole_places.get_or_insert(whole);
            }
            Some(Section::Cameras) => {
                let whole = self.document.cameras.len();
                self.whole_cameras.get_or_insert(whole);
            }
            _ => {}
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap_or(rest.len());
        let lost = rest.get(..end).unwrap_or_default();
        // One file less, and no end of a folder among what was lost.
        let one_file = lost.starts_with(b"{\"name\":") && lost.ends_with(b"},");
        self.sure &= one_file && !lost.contains(&0);
        self.ruined = self.ruined.max(self.at + end);
        let next = lost.iter().skip(1).position(|byte| *byte == b'{');
        self.at += next.map_or(end, |next| next + 1);
        if next.is_none() {
            self.at += 1;
        }
    }

    /// Makes a dataset of what was found.
    fn finish(mut self) -> Option<Salvage> {
        let document = &mut self.document;
        FORMAT.clone_into(&mut document.format);
        document.version = super::version::VERSION;
        let mut ids = HashSet::new();
        document.roots.retain(|root| ids.insert(root.id));
        let mut seen = HashSet::new();
        document
            .clusters
            .retain(|cluster| seen.insert(cluster.object_id.to_string()));
        document
            .trips
            .retain(|trip| seen.insert(trip.object_id.to_string()));
        let nameless_roots = self.name_roots(&ids);
        self.merge_folders();
        let placeless = self.mend_references();
        let document = self.document;
        if document.roots.is_empty() && document.clusters.is_empty() && document.places.is_empty() {
            return None;
        }
        Some(Salvage {
            dataset: json::checked(document).ok()?,
            lost: self.lost,
            displaced: self.displaced,
            homeless: self.homeless,
            placeless,
            nameless_roots,
        })
    }

    /// Sees to it that nothing refers to a place or camera that is not there, or no more the
    /// one that was meant. Returns how many files lost their place.
    fn mend_references(&mut self) -> usize {
        let document = &mut self.document;
        if let Some(whole) = self.whole_places {
            document.places.truncate(whole);
        }
        if let Some(whole) = self.whole_cameras {
            document.cameras.truncate(whole);
        }
        let geocoder = Geocoder::new(document.own_places.clone(), &document.languages);
        let (places, cameras) = (document.places.len(), document.cameras.len());
        let is_there = |place: PlaceId| place.index() < places;
        document.traces.retain(|trace| is_there(trace.place));
        let mut found = super::model::Places::new(std::mem::take(&mut document.places));
        let mut placeless = 0;
        let files = document
            .folders
            .iter_mut()
            .flat_map(|folder| &mut folder.files);
        for file in files {
            if file.content == Content::Given {
                // A record that came in as JSON has none, whatever the damage made of it.
                file.stat = Stat::default();
            }
            let taken = &mut file.taken;
            if taken.place.is_some_and(|place| !is_there(place)) {
                taken.place = taken
                    .position
                    .map(|position| found.locate(&geocoder, position));
                placeless += usize::from(taken.place.is_none());
            }
            let correction = file.correction.as_mut();
            if let Some((position, place)) = correction.and_then(|c| c.position.as_mut())
                && !is_there(*place)
            {
                *place = found.locate(&geocoder, *position);
            }
            if taken.camera.is_some_and(|camera| camera.index() >= cameras) {
                taken.camera = None;
                // The next `index` reads all files again, and so finds it.
                document.reader = 0;
            }
        }
        document.places = found.list().to_vec();
        placeless
    }

    /// Makes up a root for folders whose own is lost.
    fn name_roots(&mut self, ids: &HashSet<RootId>) -> Vec<RootId> {
        let mut nameless = BTreeMap::new();
        for folder in &self.document.folders {
            if !ids.contains(&folder.root) {
                let given = |file: &FileRecord| file.content == Content::Given;
                *nameless.entry(folder.root).or_insert(true) &= folder.files.iter().all(given);
            }
        }
        for (id, given) in &nameless {
            self.document.roots.push(Root {
                id: *id,
                kind: if *given {
                    RootKind::Given
                } else {
                    RootKind::Folder
                },
                path: if *given {
                    PathBuf::new()
                } else {
                    PathBuf::from(format!("/lost-folder-{id}"))
                },
                mount: false,
                options: RootOptions::default(),
                unknown: Unknown::new(),
            });
        }
        self.document.roots.sort_by_key(|root| root.id);
        let scanned = nameless.into_iter().filter(|(_, given)| !given);
        scanned.map(|(id, _)| id).collect()
    }

    /// One folder of each name, and in it one file of each.
    fn merge_folders(&mut self) {
        let mut folders: Vec<Folder> = Vec::new();
        let mut found = std::mem::take(&mut self.document.folders);
        found.sort_by(|a, b| (a.root, &a.dir).cmp(&(b.root, &b.dir)));
        for folder in found {
            match folders.last_mut() {
                Some(last) if last.root == folder.root && last.dir == folder.dir => {
                    last.files.extend(folder.files);
                }
                _ => folders.push(folder),
            }
        }
        for folder in &mut folders {
            folder.files.sort_by(|a, b| a.name.cmp(&b.name));
            folder.files.dedup_by(|a, b| a.name == b.name);
        }
        self.document.folders = folders;
    }
}

/// Takes what comes next in a text, if it can be read as that.
fn take<T: DeserializeOwned>(text: &[u8], at: &mut usize) -> Option<T> {
    let rest = text.get(*at..)?;
    let mut stream = serde_json::Deserializer::from_slice(rest).into_iter();
    let value = stream.next()?.ok()?;
    *at += stream.byte_offset();
    Some(value)
}

/// Whether an object that stands among the places is one: a place has no key that must
/// be there.
fn is_place(place: &Place) -> bool {
    let mut others = FIRST_KEYS.into_iter().chain(["files"]);
    !others.any(|key| place.unknown.contains_key(key))
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use proptest::prelude::*;

    use super::super::testing::datasets;
    use super::*;

    /// The lines of a dataset, each with what it holds and where that stands.
    fn files(text: &[u8]) -> Vec<(Range<usize>, FileRecord)> {
        let mut at = 0;
        let mut files = Vec::new();
        for line in text.split(|byte| *byte == b'\n') {
            let mut stream = serde_json::Deserializer::from_slice(line).into_iter();
            if line.starts_with(b"{\"name\"")
                && let Some(Ok(file)) = stream.next()
            {
                files.push((at..at + stream.byte_offset(), file));
            }
            at += line.len() + 1;
        }
        files
    }

    fn saved(salvage: Option<&Salvage>) -> Vec<&FileRecord> {
        let folders = salvage
            .into_iter()
            .flat_map(|salvage| &salvage.dataset.folders);
        folders.flat_map(|folder| &folder.files).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn what_stands_whole_before_a_cut_is_saved(dataset in datasets(), at in any::<prop::sample::Index>()) {
            let text = dataset.to_json().unwrap();
            let cut = at.index(text.len());
            let salvage = salvage(&text[..cut]);
            let saved = saved(salvage.as_ref());
            let files = files(&text);
            let whole: Vec<_> = files.iter().filter(|(range, _)| range.end <= cut).collect();
            prop_assert_eq!(saved.len(), whole.len());
            for (_, file) in whole {
                prop_assert!(saved.contains(&file));
            }
            let whole = |marker: &str| {
                let marker = text.windows(marker.len()).position(|word| word == marker.as_bytes());
                marker.is_some_and(|marker| marker < cut)
            };
            if whole("\n\"places\":") {
                prop_assert_eq!(&salvage.as_ref().unwrap().dataset.clusters, &dataset.clusters);
            }
            if whole("\n\"clusters\":") {
                let salvage = salvage.as_ref().unwrap();
                prop_assert_eq!(&salvage.dataset.roots, &dataset.roots);
                prop_assert_eq!(&salvage.dataset.rules, &dataset.rules);
                prop_assert_eq!(&salvage.dataset.unknown, &dataset.unknown);
            }
        }

        #[test]
        fn a_line_of_garbage_costs_that_line(
            dataset in datasets(),
            at in any::<prop::sample::Index>(),
            garbage in prop_oneof![
                Just(vec![0; 40]),
                Just(b"{\"name\":\"IMG".to_vec()),
                Just(b"\",]}{".to_vec()),
                prop::collection::vec(any::<u8>().prop_filter("one line", |byte| *byte != b'\n'), 1..60),
            ],
        ) {
            let text = dataset.to_json().unwrap();
            let files = files(&text);
            prop_assume!(!files.is_empty());
            let hit = at.index(files.len());
            let mut broken = text.clone();
            let (range, _) = &files[hit];
            broken.splice(range.clone(), garbage);
            if json::read(&broken).is_ok() {
                return Ok(());
            }
            let salvage = salvage(&broken).unwrap();
            prop_assert!(!salvage.lost.is_empty());
            let saved = saved(Some(&salvage));
            for (i, (_, file)) in files.iter().enumerate() {
                prop_assert!(i == hit || saved.contains(&file), "{}", String::from_utf8_lossy(&broken));
            }
            prop_assert_eq!(&salvage.dataset.clusters, &dataset.clusters);
            prop_assert_eq!(&salvage.dataset.roots, &dataset.roots);
        }

        #[test]
        fn no_bytes_make_it_panic(
            dataset in datasets(),
            edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0usize..30), 1..6),
        ) {
            let mut text = dataset.to_json().unwrap();
            for (at, byte, count) in edits {
                let at = at.index(text.len());
                let end = (at + count).min(text.len());
                text[at..end].fill(byte);
            }
            if let Some(salvage) = salvage(&text) {
                // What is saved is a dataset.
                let text = salvage.dataset.to_json().unwrap();
                prop_assert_eq!(Dataset::from_json(&text).unwrap(), salvage.dataset);
            }
        }

        #[test]
        fn a_printed_one_that_is_cut_is_saved_up_to_there(dataset in datasets(), at in any::<prop::sample::Index>()) {
            let text = dataset.to_json().unwrap();
            let value: Value = serde_json::from_slice(&text).unwrap();
            for printed in [serde_json::to_vec_pretty(&value).unwrap(), serde_json::to_vec(&value).unwrap()] {
                let whole = salvage(&printed);
                let files = dataset.folders.iter().map(|folder| folder.files.len()).sum::<usize>();
                prop_assert_eq!(saved(whole.as_ref()).len(), files);
                let cut = salvage(&printed[..at.index(printed.len())]);
                prop_assert!(saved(cut.as_ref()).len() <= files);
            }
        }
    }

    #[test]
    fn there_is_nothing_to_save_in_other_texts() {
        for text in [
            "",
            "Dear diary, today I took photos.\n",
            "\0\0\0\0",
            "{}",
            "[1,2]",
        ] {
            assert!(salvage(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn files_behind_lost_places_are_located_anew() {
        let text = include_str!("../../../../tests/data/dataset-1.json");
        let broken = text.replace("{\"language\":\"en\",\"country\":\"China\",\"country_code\":\"CN\",\"province\":\"Zhejiang\",\"city\":\"Hangzhou\",\"time_zone\"", "\0\0\0\0");
        let salvage = salvage(broken.as_bytes()).unwrap();
        let places: Vec<_> = (salvage.dataset.files())
            .filter_map(|(_, file)| {
                salvage
                    .dataset
                    .place_of(file)?
                    .address
                    .name(crate::place::Level::City)
            })
            .collect();
        assert_eq!(places, ["Hangzhou", "Hangzhou"]);
        assert_eq!(salvage.lost, [(9, 9)]);
        assert_eq!(salvage.dataset.traces, []);
    }

    #[test]
    fn a_record_that_is_no_more_than_punctuation_is_told() {
        let text = include_str!("../../../../tests/data/dataset-1.json");
        let whole = salvage(text.as_bytes()).unwrap();
        assert_eq!(whole.lost, []);
        for (range, _) in files(text.as_bytes()) {
            for garbage in [",", ":", "[", "}", "},{", ",,", " :"] {
                let mut broken = text.to_owned();
                broken.replace_range(range.clone(), garbage);
                let salvage = salvage(broken.as_bytes()).unwrap();
                assert!(!salvage.lost.is_empty(), "{broken}");
                let saved = salvage.dataset.files().count();
                assert_eq!(saved, whole.dataset.files().count() - 1, "{broken}");
            }
        }
    }

    #[test]
    fn a_lost_folder_is_named_so_that_it_can_be_moved() {
        let text = include_str!("../../../../tests/data/dataset-1.json");
        let broken = text.replace("{\"id\":1,\"path\"", "{\"id\":1,\"\u{1}th\"");
        let salvage = salvage(broken.as_bytes()).unwrap();
        assert_eq!(salvage.nameless_roots, [RootId(1)]);
        assert_eq!(
            salvage.dataset.roots[0].path,
            PathBuf::from("/lost-folder-1")
        );
        assert_eq!(salvage.dataset.files().count(), 3);
    }

    #[test]
    fn a_history_is_saved_where_its_list_has_lost_its_name() {
        let text = br#"{"format":"imm-cluster-dataset","version":1,"geodata":"","reader":1,
"places":[
{"country":"A"}],
"tr?cks":[
{"track":"/way.gpx","size":1,"mtime":2,"fixes":""}],
"folders":[]}
"#;
        let salvage = salvage(text).unwrap();
        assert_eq!(salvage.dataset.places.list().len(), 1);
        let [track] = salvage.dataset.tracks.as_slice() else {
            panic!("{:?}", salvage.dataset.tracks)
        };
        assert_eq!((track.path.to_str(), track.size), (Some("/way.gpx"), 1));
    }
}
