//! Files that appear whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// How much is gathered before it is written, in bytes.
const BUFFER: usize = 1 << 18;

/// Replaces a file: a temporary one beside it is written and synchronised, gets the
/// permissions of the old one, and is renamed over it. A symbolic link is followed.
/// What is no file, such as a pipe or `/dev/null`, is written into.
///
/// # Errors
/// The file is then as it was before.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let old = fs::metadata(&path).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        let file = OpenOptions::new().write(true).open(&path)?;
        let mut out = BufWriter::with_capacity(BUFFER, file);
        write(&mut out)?;
        return out.flush();
    }
    let temporary = temporary(&path);
    let written = || {
        let mut options = OpenOptions::new();
        let file = options
            .write(true)
            .create(true)
            .truncate(true)
            .open(&temporary)?;
        let mut out = BufWriter::with_capacity(BUFFER, file);
        write(&mut out)?;
        let file = out.into_inner()?;
        if let Some(old) = old {
            file.set_permissions(old.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&temporary, &path)
    };
    written().inspect_err(|_| {
        // It is of no use any more; the error that matters is the first.
        let _ = fs::remove_file(&temporary);
    })
}

/// The name beside a file under which its successor is written. It is of this process,
/// so that two do not write into one.
pub(crate) fn temporary(path: &Path) -> PathBuf {
    path.with_file_name(format!(".imm-cluster-{}.tmp", std::process::id()))
}

/// Whether a name is one that [`temporary`] gives.
pub(crate) fn is_temporary(name: &str) -> bool {
    let number = name
        .strip_prefix(".imm-cluster-")
        .and_then(|rest| rest.strip_suffix(".tmp"));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests write files")]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trips.csv");
        replace(&path, |out| out.write_all(b"one")).unwrap();
        replace(&path, |out| out.write_all(b"two")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        let failed = replace(&path, |out| {
            out.write_all(b"three")?;
            Err(io::Error::other("no"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_permissions_too() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        replace(&link, |out| out.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o640
        );
        replace(Path::new("/dev/null"), |out| out.write_all(b"x")).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
