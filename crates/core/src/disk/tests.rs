use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::TempDir;

use super::*;

fn folder() -> (TempDir, FolderHandle) {
    let dir = tempfile::tempdir().unwrap();
    let folder = FolderHandle::open(dir.path()).unwrap();
    (dir, folder)
}

fn count(dir: &TempDir) -> usize {
    fs::read_dir(dir.path()).unwrap().count()
}

#[test]
fn a_file_is_replaced_whole_or_not_at_all() {
    let (dir, _) = folder();
    let path = dir.path().join("trips.csv");
    let replace =
        |content: &'static [u8]| replace(&path, Access::Usual, |out| out.write_all(content));
    replace(b"one").unwrap();
    replace(b"two").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two");
    let failed = super::replace(&path, Access::Usual, |out| {
        out.write_all(b"three")?;
        Err(io::Error::other("no"))
    });
    assert!(failed.is_err());
    assert_eq!(fs::read(&path).unwrap(), b"two");
    assert_eq!(count(&dir), 1);
}

#[test]
fn only_names_are_names() {
    let (_dir, folder) = folder();
    for name in ["", ".", "..", "a/b", "/etc", "a/", "./a"] {
        let refused = folder.look(name).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidInput, "{name:?}");
        assert!(folder.make(name, false).is_err(), "{name:?}");
    }
}

#[test]
fn a_draft_takes_no_name_that_something_has_and_leaves_nothing() {
    let (dir, folder) = folder();
    let draft = |content: &[u8]| {
        let mut draft = Draft::new(&folder, Access::Usual).unwrap();
        draft.file().write_all(content).unwrap();
        draft
    };
    draft(b"one").create("a").unwrap();
    let refused = draft(b"two").create("a").unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(fs::read(dir.path().join("a")).unwrap(), b"one");
    drop(draft(b"three"));
    assert_eq!(count(&dir), 1);
    draft(b"four").replace("a").unwrap();
    assert_eq!(fs::read(dir.path().join("a")).unwrap(), b"four");
    // What somebody else puts under its name is not its to remove.
    let mine = draft(b"five");
    let hidden = |entry: io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        path.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with('.')
            .then_some(path)
    };
    let path = fs::read_dir(dir.path()).unwrap().find_map(hidden).unwrap();
    fs::remove_file(&path).unwrap();
    fs::write(&path, "theirs").unwrap();
    drop(mine);
    assert_eq!(fs::read(&path).unwrap(), b"theirs");
}

#[test]
fn sweeping_takes_what_nobody_writes_any_more_and_nothing_else() {
    let (dir, folder) = folder();
    let name = |n: u8| format!(".imm-cluster-{n:032x}.tmp");
    let others = [
        ".imm-cluster-1.tmp".to_owned(),
        ".imm-cluster-.tmp".to_owned(),
        "default.json.tmp".to_owned(),
        name(1).replace("tmp", "old"),
        name(2).replace("000000", "00zz00"),
    ];
    for other in &others {
        fs::write(dir.path().join(other), "mine").unwrap();
    }
    fs::write(dir.path().join(name(3)), "left").unwrap();
    let at_work = Draft::new(&folder, Access::Usual).unwrap();
    fs::write(dir.path().join(name(4)), "has another name").unwrap();
    fs::hard_link(dir.path().join(name(4)), dir.path().join("x")).unwrap();
    folder.sweep();
    assert!(!dir.path().join(name(3)).exists());
    assert_eq!(count(&dir), others.len() + 3);
    at_work.create("done").unwrap();
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_link_stays_and_permissions_too() {
        let (dir, _) = folder();
        let (file, link) = (dir.path().join("file"), dir.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        replace(&link, Access::Private, |out| out.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o640);
        replace(Path::new("/dev/null"), Access::Usual, |out| {
            out.write_all(b"x")
        })
        .unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        // What a link leads to is made where it leads.
        symlink("new/one", dir.path().join("dangling")).unwrap();
        fs::create_dir(dir.path().join("new")).unwrap();
        replace(&dir.path().join("dangling"), Access::Private, |out| {
            out.write_all(b"x")
        })
        .unwrap();
        let made = dir.path().join("new/one");
        assert_eq!(fs::metadata(made).unwrap().mode() & 0o777, 0o600);
        symlink("circle", dir.path().join("circle")).unwrap();
        assert!(replace(&dir.path().join("circle"), Access::Usual, |_| Ok(())).is_err());
    }

    // Others make pipes by another call.
    #[cfg(target_os = "linux")]
    #[test]
    fn nobody_waits_for_a_pipe() {
        let (dir, folder) = folder();
        let pipe = dir.path().join("pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        assert!(open_regular(&pipe).is_err());
        assert!(folder.open_file("pipe").is_err());
        assert!(folder.open_own("pipe", Some(Access::Usual)).is_err());
        assert!(replace(&pipe, Access::Usual, |out| out.write_all(b"x")).is_err());
        let mut nothing = Vec::new();
        let read = io::Read::read_to_end(&mut open_to_read(&pipe).unwrap(), &mut nothing);
        assert_eq!(read.unwrap(), 0);
        // With a reader it is written into.
        let mut reader = open_to_read(&pipe).unwrap();
        replace(&pipe, Access::Usual, |out| out.write_all(b"hello")).unwrap();
        let mut text = String::new();
        io::Read::read_to_string(&mut reader, &mut text).unwrap();
        assert_eq!(text, "hello");
    }

    #[test]
    fn links_are_not_followed_whatever_they_lead_to() {
        let (dir, folder) = folder();
        let (elsewhere, _) = super::folder();
        fs::create_dir(elsewhere.path().join("inner")).unwrap();
        fs::write(elsewhere.path().join("victim"), "mine").unwrap();
        let at = |name: &str| dir.path().join(name);
        symlink(elsewhere.path(), at("out")).unwrap();
        fs::create_dir(at("in")).unwrap();
        symlink("in", at("within")).unwrap();
        symlink("out", at("twice")).unwrap();
        symlink(elsewhere.path().join("victim"), at("file")).unwrap();
        for name in ["out", "within", "twice", "file"] {
            assert!(
                matches!(folder.enter(name).unwrap(), Within::Other),
                "{name}"
            );
            assert!(folder.make(name, false).is_err(), "{name}");
            assert!(folder.open_file(name).is_err(), "{name}");
            assert!(
                folder.open_own(name, Some(Access::Usual)).is_err(),
                "{name}"
            );
            assert!(!folder.remove_empty(name).unwrap(), "{name}");
        }
        assert!(matches!(folder.find("out/inner").unwrap(), Within::Other));
        assert!(matches!(folder.find("in").unwrap(), Within::Folder(_)));
        assert!(matches!(folder.find("in/no").unwrap(), Within::Missing));
        // A second name of a file is no file of its own either.
        fs::hard_link(elsewhere.path().join("victim"), at("hard")).unwrap();
        assert!(folder.open_own("hard", None).is_err());
        assert_eq!(fs::read(elsewhere.path().join("victim")).unwrap(), b"mine");
    }

    #[test]
    fn renaming_replaces_nothing() {
        let (dir, folder) = folder();
        fs::write(dir.path().join("a"), "a").unwrap();
        fs::write(dir.path().join("b"), "b").unwrap();
        fs::create_dir(dir.path().join("full")).unwrap();
        fs::create_dir(dir.path().join("empty")).unwrap();
        for (from, to) in [("a", "b"), ("a", "empty"), ("full", "empty"), ("full", "a")] {
            let error = folder.rename(from, &folder, to).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists, "{from} {to}");
        }
        folder.rename("a", &folder, "c").unwrap();
        assert_eq!(fs::read(dir.path().join("c")).unwrap(), b"a");
    }

    /// Files of some bytes, all of one time.
    fn file(path: &Path, content: &[u8]) {
        fs::write(path, content).unwrap();
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH)
            .unwrap();
    }

    #[test]
    fn a_copy_is_spare_only_where_another_file_holds_the_same() {
        let (album, folder) = folder();
        let (library, _) = super::folder();
        let copy = album.path().join("1.jpg");
        let original = library.path().join("1.jpg");
        let spare = || Spare::copy(&folder, "1.jpg", &original).ok().flatten();
        let large = vec![7; (1 << 18) * 2 + 5];
        let mut other = large.clone();
        *other.last_mut().unwrap() = 8;
        file(&copy, &large);
        assert!(spare().is_none(), "there is no original");
        file(&original, &large);
        assert!(spare().is_some());
        file(&original, &other);
        assert!(spare().is_none(), "the last byte differs");
        file(&original, &large[1..]);
        assert!(spare().is_none(), "a part of it");
        // Whatever leads back to the copy is no other file.
        for link in [copy.clone(), Path::new("other").to_owned()] {
            fs::remove_file(&original).unwrap();
            symlink(&copy, library.path().join("other")).unwrap_or_default();
            symlink(link, &original).unwrap();
            assert!(spare().is_none());
        }
        fs::remove_file(&original).unwrap();
        fs::hard_link(&copy, &original).unwrap();
        assert!(spare().is_none());
        fs::remove_file(&original).unwrap();
        fs::create_dir(&original).unwrap();
        assert!(spare().is_none());
    }

    #[test]
    fn a_second_name_is_spare_only_where_there_is_another_one() {
        let (album, folder) = folder();
        let (library, _) = super::folder();
        let original = library.path().join("1.jpg");
        file(&original, b"x");
        fs::hard_link(&original, album.path().join("1.jpg")).unwrap();
        fs::hard_link(&original, album.path().join("2.jpg")).unwrap();
        let spare = |original: &Path| {
            let spare = Spare::second_name(&folder, "1.jpg", original);
            spare.ok().flatten().is_some()
        };
        assert!(spare(&original));
        assert!(
            spare(&album.path().join("2.jpg")),
            "another name of the same folder"
        );
        assert!(!spare(&album.path().join("1.jpg")), "itself");
        symlink(album.path(), library.path().join("way")).unwrap();
        assert!(
            !spare(&library.path().join("way/1.jpg")),
            "itself by another way"
        );
        symlink(album.path().join("1.jpg"), library.path().join("link")).unwrap();
        assert!(!spare(&library.path().join("link")), "a link to itself");
        // Where upper and lower case are one, this is itself, too.
        fs::hard_link(&original, album.path().join("1.JPG")).unwrap();
        assert!(!spare(&album.path().join("1.JPG")));
        file(&library.path().join("same"), b"x");
        assert!(!spare(&library.path().join("same")), "another file");
    }

    #[test]
    fn what_comes_into_the_place_of_a_spare_file_goes_back() {
        let (album, folder) = folder();
        let (library, _) = super::folder();
        let (copy, original) = (album.path().join("1.jpg"), library.path().join("1.jpg"));
        let token = uuid::Uuid::new_v4().simple().to_string();
        file(&copy, b"x");
        file(&original, b"x");
        let prove = || Spare::copy(&folder, "1.jpg", &original).unwrap().unwrap();
        // Another file has come.
        let spare = prove();
        fs::write(album.path().join("new"), "mine").unwrap();
        fs::rename(album.path().join("new"), &copy).unwrap();
        let mut bin = Bin::new(&folder, &token);
        bin.take("1.jpg").unwrap();
        assert!(!bin.remove("1.jpg", &spare).unwrap());
        bin.put_back("1.jpg").unwrap();
        drop(bin);
        assert_eq!(fs::read(&copy).unwrap(), b"mine");
        assert_eq!(count(&album), 1, "and no bin");
        // The original has gone, or is another one.
        for other in [None, Some(b"y")] {
            file(&copy, b"x");
            file(&original, b"x");
            let spare = prove();
            fs::remove_file(&original).unwrap();
            if let Some(other) = other {
                fs::write(&original, other).unwrap();
            }
            let mut bin = Bin::new(&folder, &token);
            bin.take("1.jpg").unwrap();
            assert!(!bin.remove("1.jpg", &spare).unwrap());
            // Its name was taken meanwhile.
            fs::write(&copy, "mine").unwrap();
            bin.put_back("1.jpg").unwrap();
            assert_eq!(fs::read(album.path().join("1~2.jpg")).unwrap(), b"x");
            fs::remove_file(album.path().join("1~2.jpg")).unwrap();
        }
        file(&copy, b"x");
        file(&original, b"x");
        let spare = prove();
        let mut bin = Bin::new(&folder, &token);
        bin.take("1.jpg").unwrap();
        assert!(bin.remove("1.jpg", &spare).unwrap());
        drop(bin);
        assert_eq!(count(&album), 0);
    }
}
