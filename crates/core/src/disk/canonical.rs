//! The one path of a file or folder, as people write it.

use std::io;
use std::path::{Component, Path, PathBuf, Prefix};

/// As [`std::fs::canonicalize`]. The form that Windows gives it, `\\?\C:\Users`, means nothing to
/// people, players and browsers: it becomes `C:\Users`, and `\\?\UNC\nas\photos` becomes
/// `\\nas\photos`, wherever that leads to the same. Paths that are too long for it keep the
/// other form.
///
/// # Errors
/// Nothing is there, or the system does not tell.
pub fn canonical(path: &Path) -> io::Result<PathBuf> {
    let whole = dunce::canonicalize(path)?;
    let share = of_share(&whole).filter(|share| is_same(share, &whole));
    Ok(share.unwrap_or(whole))
}

/// The usual form of a path on a share of the network; `None` of others.
fn of_share(whole: &Path) -> Option<PathBuf> {
    let mut components = whole.components();
    let Component::Prefix(prefix) = components.next()? else {
        return None;
    };
    let Prefix::VerbatimUNC(host, share) = prefix.kind() else {
        return None;
    };
    let mut path = PathBuf::from(r"\\");
    path.as_mut_os_string().push(host);
    path.as_mut_os_string().push(r"\");
    path.as_mut_os_string().push(share);
    path.push(components.as_path());
    Some(path)
}

fn is_same(short: &Path, whole: &Path) -> bool {
    std::fs::canonicalize(short).is_ok_and(|again| again == whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_as_people_write_them() {
        let folder = tempfile::tempdir().unwrap();
        let found = canonical(folder.path()).unwrap();
        assert!(!found.to_string_lossy().starts_with(r"\\?\"), "{found:?}");
        assert_eq!(
            std::fs::canonicalize(&found).unwrap(),
            std::fs::canonicalize(folder.path()).unwrap()
        );
        let none = canonical(&folder.path().join("none")).unwrap_err();
        assert_eq!(none.kind(), io::ErrorKind::NotFound);
    }

    #[cfg(windows)]
    #[test]
    fn shares_lose_what_only_windows_reads() {
        let of = |path: &str| of_share(Path::new(path));
        assert_eq!(
            of(r"\\?\UNC\nas\photos\2024\a.jpg"),
            Some(r"\\nas\photos\2024\a.jpg".into())
        );
        assert_eq!(of(r"C:\Users"), None);
        assert_eq!(of(r"\\?\C:\Users"), None);
    }
}
