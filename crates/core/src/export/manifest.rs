//! What earlier exports of albums made: `.imm-cluster-album.json`, one record a line.
//!
//! A line is appended and synchronised before what it names is made, and the last line
//! about an album counts, so that a run that was killed, or cut off from power, leaves
//! nothing that the next one would not know. When all is done the file is written anew
//! without the lines that are out of date. Only where each line is stays in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::disk::names::ALBUM_LIST;
use crate::disk::{Access, Draft, FolderHandle, Within, keep_owner_and_mode, make_last};

const FORMAT: &str = "imm-cluster-albums";
const VERSION: u64 = 1;

/// What is known of the albums in a folder.
#[derive(Debug)]
pub(super) struct Manifest<'f> {
    /// The folder of the albums; `None` where it is not there yet.
    folder: Option<&'f FolderHandle>,
    /// The last line about each album.
    albums: BTreeMap<String, KnownAlbum>,
    /// Folders that an export made and that are no albums.
    made: BTreeSet<String>,
    /// What the files of this run are told by.
    token: String,
    /// The tokens of runs that did not come to their end.
    cut_short: Vec<String>,
    /// The file, once something was appended.
    journal: Option<File>,
    /// Where the next line goes, in bytes.
    end: u64,
}

/// Where an album is, and where the line about it is.
#[derive(Debug, Clone)]
pub(super) struct KnownAlbum {
    /// The folder below the folder of all, with slashes.
    pub(super) folder: String,
    /// The number of the folder, as far as it is known to be the one that was made.
    pub(super) inode: Option<u64>,
    at: u64,
    len: usize,
}

/// An album as it was made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Album {
    /// The id of its cluster or trip.
    pub(super) id: String,
    /// The folder below the folder of all, with slashes.
    pub(super) folder: String,
    /// Where it was before it is renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) was: Option<String>,
    /// What tells the folder from another one of that name, where the system has such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) inode: Option<u64>,
    /// What was put into it.
    pub(super) entries: Vec<AlbumEntry>,
}

/// A link or copy in an album.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct AlbumEntry {
    /// Its name.
    pub(super) name: String,
    /// The path of the file that it stands for.
    pub(super) source: String,
    /// How it stands for it.
    #[serde(flatten)]
    pub(super) made: MadeAs,
}

/// How an entry was made, and what it is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "link", rename_all = "lowercase")]
pub(super) enum MadeAs {
    /// A symbolic link, known by its target.
    Symbolic,
    /// A hard link, known by its inode, where the system has such.
    Hard { inode: u64 },
    /// A copy, known by its size and modification time in microseconds.
    Copy { size: u64, mtime: i64 },
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum ManifestLine {
    Head { format: String, version: u64 },
    Run { run: String },
    Made { made: String },
    Gone { gone: String },
    Album(Album),
}

impl<'f> Manifest<'f> {
    /// Reads what is known; nothing where there is no such file.
    ///
    /// # Errors
    /// The file cannot be read, or is none of ours.
    pub(super) fn read(folder: Option<&'f FolderHandle>) -> io::Result<Self> {
        let mut manifest = Self {
            folder,
            albums: BTreeMap::new(),
            made: BTreeSet::new(),
            token: Uuid::new_v4().simple().to_string(),
            cut_short: Vec::new(),
            journal: None,
            end: 0,
        };
        let Some(folder) = folder else {
            return Ok(manifest);
        };
        let file = match folder.open_file(ALBUM_LIST) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(manifest),
            Err(error) => return Err(error),
        };
        let mut reader = BufReader::with_capacity(1 << 18, file);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            // A line without its end was cut when the run that wrote it was.
            if line.last() != Some(&b'\n') {
                break;
            }
            manifest.take(&line, folder)?;
            manifest.end += line.len() as u64;
            line.clear();
        }
        Ok(manifest)
    }

    fn take(&mut self, line: &[u8], root: &FolderHandle) -> io::Result<()> {
        let damaged = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
        let line_of =
            serde_json::from_slice(line).map_err(|_| damaged("it is not an album list"))?;
        match line_of {
            ManifestLine::Head { format, .. } if format != FORMAT => {
                return Err(damaged("it is not an album list"));
            }
            ManifestLine::Head { version, .. } if version > VERSION => {
                return Err(damaged("a newer imm-cluster wrote it"));
            }
            ManifestLine::Head { .. } => {}
            _ if self.end == 0 => return Err(damaged("it is not an album list")),
            ManifestLine::Run { run } if Uuid::try_parse(&run).is_ok() => self.cut_short.push(run),
            ManifestLine::Made { made } if is_below(&made) => {
                self.made.insert(made);
            }
            ManifestLine::Gone { gone } => {
                self.albums.remove(&gone);
                self.made.remove(&gone);
            }
            ManifestLine::Album(mut album)
                if is_below(&album.folder) && album.entries.iter().all(AlbumEntry::is_name) =>
            {
                // The run was killed around the rename: look which of the two folders is there.
                if let Some(was) = album.was.take().filter(|was| is_below(was)) {
                    let is_there = match root.find(&album.folder)? {
                        Within::Folder(folder) => match album.inode {
                            Some(inode) => folder.id()?.1 == inode,
                            None => !matches!(root.find(&was)?, Within::Folder(_)),
                        },
                        _ => false,
                    };
                    if !is_there {
                        album.folder = was;
                    }
                }
                let known = KnownAlbum {
                    folder: album.folder,
                    inode: album.inode,
                    at: self.end,
                    len: line.len(),
                };
                self.albums.insert(album.id, known);
            }
            ManifestLine::Run { .. } | ManifestLine::Made { .. } | ManifestLine::Album(_) => {
                return Err(damaged("it lists something outside the folder"));
            }
        }
        Ok(())
    }

    /// The albums by id.
    pub(super) fn albums(&self) -> &BTreeMap<String, KnownAlbum> {
        &self.albums
    }

    /// Whether an export made that folder.
    pub(super) fn made(&self, folder: &str) -> bool {
        self.made.contains(folder)
    }

    /// What the files of this run are told by.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// The tokens of runs that did not come to their end, and may have left something.
    pub(super) fn cut_short(&self) -> &[String] {
        &self.cut_short
    }

    /// What was put into an album; nothing into one that is not known.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn entries(&self, id: &str) -> io::Result<Vec<AlbumEntry>> {
        let (Some(known), Some(folder)) = (self.albums.get(id), self.folder) else {
            return Ok(Vec::new());
        };
        let mut line = vec![0; known.len];
        let mut file = folder.open_file(ALBUM_LIST)?;
        file.seek(SeekFrom::Start(known.at))?;
        file.read_exact(&mut line)?;
        match serde_json::from_slice(&line)? {
            ManifestLine::Album(album) => Ok(album.entries),
            _ => Ok(Vec::new()),
        }
    }

    /// Remembers an album from now on, be it made already or only about to be.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn remember(&mut self, album: Album) -> io::Result<()> {
        let (id, folder, inode) = (album.id.clone(), album.folder.clone(), album.inode);
        let (at, len) = self.append(&ManifestLine::Album(album))?;
        let known = KnownAlbum {
            folder,
            inode,
            at,
            len,
        };
        self.albums.insert(id, known);
        Ok(())
    }

    /// Remembers a folder that is about to be made.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn remember_folder(&mut self, folder: &str) -> io::Result<()> {
        self.append(&ManifestLine::Made {
            made: folder.to_owned(),
        })?;
        self.made.insert(folder.to_owned());
        Ok(())
    }

    /// Forgets an album by its id, or a folder.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn forget(&mut self, name: &str) -> io::Result<()> {
        self.append(&ManifestLine::Gone {
            gone: name.to_owned(),
        })?;
        self.albums.remove(name);
        self.made.remove(name);
        Ok(())
    }

    /// Says that this run is at work, so that the next one looks for what it leaves should
    /// it be killed. To be called before anything is changed.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        if self.journal.is_some() {
            return Ok(());
        }
        let folder = self.folder.ok_or(io::ErrorKind::NotFound)?;
        // `read` has checked that the file is ours.
        let mut file = folder.open_own_apart(ALBUM_LIST, Some(Access::Usual), |_| Ok(()))?;
        // Cut off an incomplete last line.
        file.set_len(self.end)?;
        file.seek(SeekFrom::Start(self.end))?;
        let is_new = self.end == 0;
        self.journal = Some(file);
        if is_new {
            self.append(&head())?;
        }
        self.append(&ManifestLine::Run {
            run: self.token.clone(),
        })?;
        self.sync()?;
        if is_new { folder.sync() } else { Ok(()) }
    }

    /// Makes all that was remembered last through a loss of power. To be called before
    /// anything that it names is made.
    ///
    /// # Errors
    /// The system cannot write it.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.journal.as_ref().map_or(Ok(()), make_last)
    }

    fn append(&mut self, line: &ManifestLine) -> io::Result<(u64, usize)> {
        self.begin()?;
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        if let Some(journal) = &mut self.journal {
            journal.write_all(&text)?;
        }
        let at = self.end;
        self.end += text.len() as u64;
        Ok((at, text.len()))
    }

    /// Writes the file anew with what counts, if anything was appended.
    ///
    /// # Errors
    /// The file is then as it was, and counts still.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        let (Some(journal), Some(folder)) = (self.journal.take(), self.folder) else {
            return Ok(());
        };
        let mut old = BufReader::new(folder.open_file(ALBUM_LIST)?);
        let mut draft = Draft::new(folder, Access::Usual)?;
        let mut out = io::BufWriter::with_capacity(1 << 18, draft.file());
        let mut write = |line: &ManifestLine| {
            serde_json::to_writer(&mut out, line)?;
            out.write_all(b"\n")
        };
        write(&head())?;
        for made in &self.made {
            write(&ManifestLine::Made { made: made.clone() })?;
        }
        for known in self.albums.values() {
            old.seek(SeekFrom::Start(known.at))?;
            io::copy(&mut (&mut old).take(known.len as u64), &mut out)?;
        }
        out.flush()?;
        drop(out);
        keep_owner_and_mode(draft.file(), &journal.metadata()?)?;
        draft.replace(ALBUM_LIST)
    }
}

impl AlbumEntry {
    fn is_name(&self) -> bool {
        is_below(&self.name) && !self.name.contains('/')
    }
}

fn head() -> ManifestLine {
    ManifestLine::Head {
        format: FORMAT.to_owned(),
        version: VERSION,
    }
}

/// Whether a path can only lead to something below the folder that it starts from.
fn is_below(path: &str) -> bool {
    let plain = |component| matches!(component, Component::Normal(_));
    // Paths are compared as text, so each must be in its plain form.
    let is_plain = path.split('/').all(|name| !matches!(name, "" | "."));
    is_plain && !path.contains('\\') && Path::new(path).components().all(plain)
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests write files")]
mod tests {
    use std::fs::{self, OpenOptions};

    use super::*;

    fn album(id: &str, folder: &str) -> Album {
        let entry = |name: &str, made| AlbumEntry {
            name: name.to_owned(),
            source: format!("/photos/{name}"),
            made,
        };
        Album {
            id: id.to_owned(),
            folder: folder.to_owned(),
            was: None,
            inode: Some(u64::MAX),
            entries: vec![
                entry("a.jpg", MadeAs::Symbolic),
                entry("b.jpg", MadeAs::Hard { inode: u64::MAX }),
                entry("c.jpg", MadeAs::Copy { size: 3, mtime: -1 }),
            ],
        }
    }

    #[test]
    fn the_last_line_counts_and_a_cut_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let root = FolderHandle::open(folder.path()).unwrap();
        let mut manifest = Manifest::read(Some(&root)).unwrap();
        manifest.finish().unwrap();
        assert!(
            !folder.path().join(ALBUM_LIST).exists(),
            "nothing is no reason to write"
        );
        manifest.remember_folder("2024").unwrap();
        manifest.remember(album("one", "2024/x")).unwrap();
        manifest.remember(album("two", "2024/y")).unwrap();
        manifest.remember(album("one", "2024/z")).unwrap();
        manifest.forget("two").unwrap();
        // Killed here, in the middle of a line.
        let mut file = OpenOptions::new()
            .append(true)
            .open(folder.path().join(ALBUM_LIST))
            .unwrap();
        file.write_all(b"{\"id\":\"two\",\"fol").unwrap();
        let mut manifest = Manifest::read(Some(&root)).unwrap();
        assert_eq!(manifest.cut_short().len(), 1);
        assert_eq!(manifest.albums().keys().collect::<Vec<_>>(), ["one"]);
        assert_eq!(manifest.albums()["one"].folder, "2024/z");
        assert!(manifest.made("2024"));
        manifest.remember(album("three", "v")).unwrap();
        for _ in 0..2 {
            assert_eq!(manifest.entries("one").unwrap(), album("one", "").entries);
            assert_eq!(manifest.entries("three").unwrap().len(), 3);
            assert_eq!(manifest.entries("none").unwrap(), []);
            manifest.finish().unwrap();
            manifest = Manifest::read(Some(&root)).unwrap();
            assert!(manifest.cut_short().is_empty());
        }
        let lines = fs::read_to_string(folder.path().join(ALBUM_LIST)).unwrap();
        assert_eq!(lines.lines().count(), 4, "{lines}");
    }

    #[test]
    fn a_run_that_was_killed_between_two_steps_of_renaming() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("old")).unwrap();
        let root = FolderHandle::open(folder.path()).unwrap();
        let mut manifest = Manifest::read(Some(&root)).unwrap();
        let renamed = Album {
            was: Some("old".to_owned()),
            inode: None,
            ..album("one", "new")
        };
        manifest.remember(renamed).unwrap();
        let read = || {
            let manifest = Manifest::read(Some(&root)).unwrap();
            manifest.albums()["one"].folder.clone()
        };
        assert_eq!(read(), "old");
        fs::rename(folder.path().join("old"), folder.path().join("new")).unwrap();
        assert_eq!(read(), "new");
        // A folder of that name may be of somebody else.
        fs::create_dir(folder.path().join("old")).unwrap();
        let Within::Folder(ours) = root.find("old").unwrap() else {
            panic!("it is there");
        };
        let inode = Some(ours.id().unwrap().1);
        let renamed = Album {
            was: Some("old".to_owned()),
            inode,
            ..album("one", "new")
        };
        let mut manifest = Manifest::read(Some(&root)).unwrap();
        manifest.remember(renamed).unwrap();
        assert_eq!(read(), "old");
    }

    #[test]
    fn nothing_leads_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let head = serde_json::to_string(&head()).unwrap();
        for line in [
            r#"{"id":"x","folder":"../up","entries":[]}"#,
            r#"{"id":"x","folder":"/etc","entries":[]}"#,
            r#"{"id":"x","folder":"a/../../b","entries":[]}"#,
            r#"{"id":"x","folder":"a","entries":[{"name":"../b","source":"c","link":"symbolic"}]}"#,
            r#"{"id":"x","folder":"a","entries":[{"name":"b/c","source":"c","link":"symbolic"}]}"#,
            r#"{"made":".."}"#,
            r#"{"made":"a//b"}"#,
            r#"{"id":"x","folder":"a/./b","entries":[]}"#,
            r#"{"run":"../elsewhere"}"#,
            "[]",
            "rubbish",
        ] {
            fs::write(folder.path().join(ALBUM_LIST), format!("{head}\n{line}\n")).unwrap();
            let error =
                Manifest::read(Some(&FolderHandle::open(folder.path()).unwrap())).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{line}");
        }
        for other in [
            "{}\n",
            "{\"format\":\"x\",\"version\":1}\n",
            "{\"format\":\"imm-cluster-albums\",\"version\":2}\n",
        ] {
            fs::write(folder.path().join(ALBUM_LIST), other).unwrap();
            assert!(
                Manifest::read(Some(&FolderHandle::open(folder.path()).unwrap())).is_err(),
                "{other}"
            );
        }
    }
}
