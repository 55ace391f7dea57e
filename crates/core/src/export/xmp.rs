//! XMP sidecars with the place and the albums of a file.
//!
//! They hold no capture time, so that an index that reads them learns nothing new.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::xml::Xml;
use super::{ExportedGroup, Photo, Selection};
use crate::capture::clue::PositionSource;
use crate::capture::position::Position;
use crate::dataset;
use crate::disk::{Access, Draft, FolderHandle, give_like, names};
use crate::media::sidecar::Names;
use crate::place::Address;

/// The keyword that stands above the names of the albums.
const ABOVE: &str = "Trips";

/// The longest name of a file in bytes.
const MOST_BYTES: usize = 255;

/// How sidecars are written.
#[derive(Debug, Clone, Default)]
pub struct Sidecars {
    /// The folder that gets the trees of all roots; `None` is beside the files.
    pub output: Option<PathBuf>,
    /// Whether they are called `IMG_1.xmp`, and not `IMG_1.jpg.xmp`.
    pub adobe_names: bool,
    /// Whether they tell the position, where the file itself tells none.
    pub with_gps: bool,
    /// Whether nothing is written.
    pub dry_run: bool,
}

/// What was written.
#[derive(Debug, Default, Serialize)]
pub struct SidecarCounts {
    /// New sidecars.
    pub written: usize,
    /// Files that had one already, or share a new one with another file.
    pub existing: usize,
    /// Files that are not there, whose names leave no room for an ending, or whose sidecar
    /// would be called like another one where upper and lower case are one.
    pub skipped: usize,
    /// Folders that could not be listed or written to, and why. None of their files counts.
    #[serde(skip)]
    pub failed: Vec<Unwritten>,
}

/// A sidecar that could not be written, and why.
#[derive(Debug)]
pub struct Unwritten(pub PathBuf, pub io::Error);

impl Sidecars {
    /// Writes a sidecar for each file of the selection that has none. A folder that cannot
    /// be listed or written to is left as it is, and the others follow.
    pub fn write(&self, selection: &Selection<'_>) -> SidecarCounts {
        let mut count = SidecarCounts::default();
        let trees = self
            .output
            .as_ref()
            .map(|output| Trees::new(selection, output));
        let mut open: Option<(&dataset::Folder, Option<FolderContents>)> = None;
        for (photo, groups) in selection.by_path() {
            if !photo.is_on_disk() {
                count.skipped += 1;
                continue;
            }
            let is_open = |folder: &dataset::Folder| std::ptr::eq(folder, photo.folder);
            if !open.as_ref().is_some_and(|(folder, _)| is_open(folder)) {
                close(open.take(), &mut count);
                let path = photo.path();
                let source = path.parent().unwrap_or(Path::new(""));
                let target = trees.as_ref().map(|trees| trees.folder(photo.folder));
                let beside = FolderContents::read(source, self.output.as_deref().zip(target));
                let beside = beside.map_err(|why| count.failed.push(why)).ok();
                open = Some((photo.folder, beside));
            }
            if let Some((_, beside @ Some(_))) = &mut open
                && let Some(there) = beside
                && let Err(why) = self.one(&photo, &groups, there, &mut count)
            {
                count.failed.push(why);
                *beside = None;
            }
        }
        close(open, &mut count);
        count
    }

    fn one(
        &self,
        photo: &Photo<'_, '_>,
        groups: &[&ExportedGroup<'_>],
        beside: &mut FolderContents,
        count: &mut SidecarCounts,
    ) -> Result<(), Unwritten> {
        let name = Path::new(&photo.file.name);
        let stem = if self.adobe_names {
            name.file_stem().unwrap_or(&photo.file.name)
        } else {
            &photo.file.name
        };
        let mut sidecar = stem.to_owned();
        sidecar.push(".xmp");
        if !beside.has_file(&photo.file.name) || sidecar.len() > MOST_BYTES {
            count.skipped += 1;
            return Ok(());
        }
        if beside.has_sidecar(&photo.file.name, &sidecar) {
            count.existing += 1;
            return Ok(());
        }
        match beside.new.get(&names::folded(&sidecar.to_string_lossy())) {
            // `IMG_1.xmp` is for `IMG_1.jpg` and `IMG_1.mov` alike.
            Some(new) if *new == sidecar => {
                count.existing += 1;
                return Ok(());
            }
            // `A.JPG.xmp` would be `a.jpg.xmp` on many a disk.
            Some(_) => {
                count.skipped += 1;
                return Ok(());
            }
            None => {}
        }
        let new = self.dry_run || {
            let packet = packet(photo, groups, self.with_gps);
            (beside.create(&photo.file.name, &sidecar, packet.as_bytes()))
                .map_err(|source| Unwritten(beside.target.join(&sidecar), source))?
        };
        *(if new {
            &mut count.written
        } else {
            &mut count.existing
        }) += 1;
        let folded = names::folded(&sidecar.to_string_lossy());
        beside.new.insert(folded, sidecar);
        Ok(())
    }
}

/// Makes what was written into a folder last.
fn close(open: Option<(&dataset::Folder, Option<FolderContents>)>, count: &mut SidecarCounts) {
    if let Some((_, Some(beside))) = open
        && let Some(folder) = &beside.folder
        && let Err(source) = folder.sync()
    {
        count.failed.push(Unwritten(beside.target, source));
    }
}

/// Where the tree of each root goes below one folder: into one called like the root.
struct Trees(Vec<(dataset::RootId, PathBuf)>);

impl Trees {
    fn new(selection: &Selection<'_>, output: &Path) -> Self {
        let mut used = HashSet::new();
        let trees = selection.dataset().roots.iter().map(|root| {
            let name = root.path.file_name().unwrap_or(OsStr::new("root"));
            let mut name = name.to_owned();
            while !used.insert(names::folded(&name.to_string_lossy())) {
                name.push(format!("~{}", root.id));
            }
            (root.id, output.join(name))
        });
        Self(trees.collect())
    }

    fn folder(&self, folder: &dataset::Folder) -> PathBuf {
        let tree = self.0.iter().find(|(root, _)| *root == folder.root);
        tree.map(|(_, tree)| tree.join(&folder.dir))
            .unwrap_or_default()
    }
}

/// What lies in one folder of media, and in the folder of its sidecars.
struct FolderContents {
    source: PathBuf,
    target: PathBuf,
    /// The folder that the user named for sidecars.
    output: Option<PathBuf>,
    /// The folder of the sidecars, once it is needed.
    folder: Option<FolderHandle>,
    files: HashSet<OsString>,
    sidecars: Names,
    taken: HashSet<String>,
    /// Those that were written just now, by their folded names.
    new: HashMap<String, OsString>,
}

impl FolderContents {
    /// A folder that is not there has nothing in it. Of one that cannot be listed nothing
    /// is known, and nothing is written into it.
    fn read(source: &Path, target: Option<(&Path, PathBuf)>) -> Result<Self, Unwritten> {
        let list = |output: Option<&Path>, path: &Path| {
            let list = || {
                let folder = enter(output, path, false)?;
                let names = folder.as_ref().map(FolderHandle::names).transpose()?;
                Ok((folder, names.unwrap_or_default()))
            };
            list().map_err(|error| Unwritten(path.to_owned(), error))
        };
        let (output, target) = target.unzip();
        let target = target.unwrap_or_else(|| source.to_owned());
        let (folder, names) = list(output, &target)?;
        let files = list(None, source)?.1.into_iter().collect();
        Ok(Self {
            source: source.to_owned(),
            folder,
            files,
            sidecars: Names::new(names.iter().filter_map(|name| name.to_str())),
            taken: names
                .iter()
                .map(|name| names::folded(&name.to_string_lossy()))
                .collect(),
            target,
            output: output.map(Path::to_owned),
            new: HashMap::new(),
        })
    }

    fn has_file(&self, name: &OsStr) -> bool {
        self.files.contains(name)
    }

    /// Whether the file has a sidecar of any kind of name: ours would hide it from
    /// whoever prefers it.
    fn has_sidecar(&self, name: &OsStr, sidecar: &OsStr) -> bool {
        let named = name
            .to_str()
            .is_some_and(|name| self.sidecars.xmp(name).is_some());
        named
            || self
                .taken
                .contains(&names::folded(&sidecar.to_string_lossy()))
    }

    /// Makes a file that appears whole; `false` when one of that name has come meanwhile.
    fn create(&mut self, photo: &OsStr, name: &OsStr, content: &[u8]) -> io::Result<bool> {
        let folder = match &mut self.folder {
            Some(folder) => folder,
            none => {
                let made = enter(self.output.as_deref(), &self.target, true)?;
                none.insert(made.ok_or(io::ErrorKind::NotFound)?)
            }
        };
        if self.new.is_empty() {
            folder.sweep();
        }
        let mut draft = Draft::new(folder, Access::Usual)?;
        draft.file().write_all(content)?;
        // The sidecar belongs to the owner of the photo.
        if let Ok(photo) = std::fs::symlink_metadata(self.source.join(photo)) {
            give_like(draft.file(), &photo);
        }
        match draft.create(name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            made => made.map(|()| true),
        }
    }
}

/// Enters a folder of media, or makes one of sidecars below the one that the user named:
/// there no links are followed. `None` where it is not there.
fn enter(output: Option<&Path>, path: &Path, make: bool) -> io::Result<Option<FolderHandle>> {
    let named = output.unwrap_or(path);
    let opened = if make {
        FolderHandle::open_or_make(named, false)
    } else {
        FolderHandle::open(named)
    };
    match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound && !make => Ok(None),
        Ok(folder) => match output.and_then(|output| path.strip_prefix(output).ok()) {
            Some(below) => folder.descend(below, make),
            None => Ok(Some(folder)),
        },
        Err(error) => Err(error),
    }
}

/// The packet of a file.
pub fn packet(photo: &Photo<'_, '_>, groups: &[&ExportedGroup<'_>], with_gps: bool) -> String {
    let mut xmp = String::from(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\" x:xmptk=\"imm-cluster\">\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\"\n \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n \
         xmlns:digiKam=\"http://www.digikam.org/ns/1.0/\"\n \
         xmlns:exif=\"http://ns.adobe.com/exif/1.0/\"\n \
         xmlns:Iptc4xmpCore=\"http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/\"\n \
         xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"\n \
         xmlns:lr=\"http://ns.adobe.com/lightroom/1.0/\"\n \
         xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\">\n",
    );
    if let Some(address) = photo.address() {
        place(&mut xmp, address);
    }
    let labels: Vec<String> = groups.iter().map(|group| group.label()).collect();
    // A separator within a name would split the keyword.
    let below = |separator: char| {
        let part = |label: &String| format!("{ABOVE}{separator}{}", label.replace(separator, "_"));
        labels.iter().map(part).collect::<Vec<_>>()
    };
    list(&mut xmp, "dc:subject", "rdf:Bag", &labels);
    list(&mut xmp, "lr:hierarchicalSubject", "rdf:Bag", &below('|'));
    list(&mut xmp, "digiKam:TagsList", "rdf:Seq", &below('/'));
    if let Some(position) = photo
        .position()
        .filter(|_| with_gps && !tells_position(photo))
    {
        gps(&mut xmp, position);
    }
    xmp.push_str("</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>\n");
    xmp
}

fn place(xmp: &mut String, address: &Address) {
    let within = address.township.as_deref().or(address.district.as_deref());
    // Where a level repeats the one above, it says nothing of its own.
    let within = within.filter(|name| Some(*name) != address.city.as_deref());
    let country = address.country.as_deref();
    let code = address.country_code.as_deref();
    let (province, city) = (address.province.as_deref(), address.city.as_deref());
    for (name, value) in [
        ("photoshop:Country", country),
        ("photoshop:State", province),
        ("photoshop:City", city),
        ("Iptc4xmpCore:Location", within),
        ("Iptc4xmpCore:CountryCode", code),
    ] {
        element(xmp, name, value);
    }
    xmp.push_str("<Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\n");
    for (name, value) in [
        ("Iptc4xmpExt:CountryName", country),
        ("Iptc4xmpExt:CountryCode", code),
        ("Iptc4xmpExt:ProvinceState", province),
        ("Iptc4xmpExt:City", city),
        ("Iptc4xmpExt:Sublocation", within),
    ] {
        element(xmp, name, value);
    }
    xmp.push_str("</rdf:li></rdf:Bag></Iptc4xmpExt:LocationCreated>\n");
}

fn element(xmp: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        // Writing to a string cannot fail.
        let _ = writeln!(xmp, "<{name}>{}</{name}>", Xml(value));
    }
}

fn list(xmp: &mut String, name: &str, kind: &str, values: &[String]) {
    if values.is_empty() {
        return;
    }
    let _ = write!(xmp, "<{name}><{kind}>");
    for value in values {
        let _ = write!(xmp, "<rdf:li>{}</rdf:li>", Xml(value));
    }
    let _ = writeln!(xmp, "</{kind}></{name}>");
}

/// Whether the file itself, and not something beside it or the user, tells where it
/// was taken.
fn tells_position(photo: &Photo<'_, '_>) -> bool {
    let source = photo.file.taken.position_source;
    source.is_some_and(|source| {
        !matches!(
            source,
            PositionSource::SidecarXmp
                | PositionSource::Takeout
                | PositionSource::TakeoutExif
                | PositionSource::Json
                | PositionSource::User
        )
    })
}

fn gps(xmp: &mut String, position: Position) {
    let coordinate = |degrees: f64, letters: [char; 2]| {
        let letter = letters[usize::from(degrees < 0.0)];
        let (whole, part) = (degrees.abs().trunc(), degrees.abs().fract());
        format!("{whole},{:.8}{letter}", part * 60.0)
    };
    let lat = coordinate(position.lat(), ['N', 'S']);
    let lon = coordinate(position.lon(), ['E', 'W']);
    element(xmp, "exif:GPSLatitude", Some(&lat));
    element(xmp, "exif:GPSLongitude", Some(&lon));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::testing::Sample;
    use crate::media::facts::Facts;

    #[test]
    fn a_packet() {
        let sample = Sample::new();
        let selection = sample.selection();
        let (photo, groups) = selection.by_path().next().unwrap();
        insta::assert_snapshot!(packet(&photo, &groups, true), @r#"
        <?xpacket begin="﻿" id="W5M0MpCehiHzreSzNTczkc9d"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="imm-cluster">
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description rdf:about=""
         xmlns:dc="http://purl.org/dc/elements/1.1/"
         xmlns:digiKam="http://www.digikam.org/ns/1.0/"
         xmlns:exif="http://ns.adobe.com/exif/1.0/"
         xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
         xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
         xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
         xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">
        <photoshop:Country>China</photoshop:Country>
        <photoshop:State>Zhejiang</photoshop:State>
        <photoshop:City>Hangzhou</photoshop:City>
        <Iptc4xmpCore:CountryCode>CN</Iptc4xmpCore:CountryCode>
        <Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li rdf:parseType="Resource">
        <Iptc4xmpExt:CountryName>China</Iptc4xmpExt:CountryName>
        <Iptc4xmpExt:CountryCode>CN</Iptc4xmpExt:CountryCode>
        <Iptc4xmpExt:ProvinceState>Zhejiang</Iptc4xmpExt:ProvinceState>
        <Iptc4xmpExt:City>Hangzhou</Iptc4xmpExt:City>
        </rdf:li></rdf:Bag></Iptc4xmpExt:LocationCreated>
        <dc:subject><rdf:Bag><rdf:li>2024-03-03 =West Lake: &quot;spring&quot;, &amp; &lt;tea&gt;? /../</rdf:li></rdf:Bag></dc:subject>
        <lr:hierarchicalSubject><rdf:Bag><rdf:li>Trips|2024-03-03 =West Lake: &quot;spring&quot;, &amp; &lt;tea&gt;? /../</rdf:li></rdf:Bag></lr:hierarchicalSubject>
        <digiKam:TagsList><rdf:Seq><rdf:li>Trips/2024-03-03 =West Lake: &quot;spring&quot;, &amp; &lt;tea&gt;? _.._</rdf:li></rdf:Seq></digiKam:TagsList>
        </rdf:Description>
        </rdf:RDF>
        </x:xmpmeta>
        <?xpacket end="w"?>
        "#);
    }

    #[test]
    fn our_own_reader_finds_a_position_where_one_is_wanted_and_no_time() {
        let mut sample = Sample::new();
        for (source, found) in [(PositionSource::Takeout, 1), (PositionSource::Exif, 0)] {
            sample.0.folders[0].files[0].taken.position_source = Some(source);
            let selection = sample.selection();
            let (photo, groups) = selection.by_path().next().unwrap();
            for (with_gps, found) in [(true, found), (false, 0)] {
                let mut facts = Facts::default();
                crate::media::xmp::read_sidecar(
                    packet(&photo, &groups, with_gps).as_bytes(),
                    &mut facts,
                );
                assert_eq!((facts.times.len(), facts.notes.len()), (0, 0));
                assert_eq!(facts.positions.len(), found);
                if let Some(clue) = facts.positions.first() {
                    let (read, known) = (clue.value.clone().unwrap(), photo.position().unwrap());
                    assert!((read.lat() - known.lat()).abs() < 1e-9, "{read:?}");
                    assert!((read.lon() - known.lon()).abs() < 1e-9, "{read:?}");
                }
            }
        }
    }
}
