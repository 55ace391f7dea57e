//! A file's name in few bytes: a dataset holds a million of them.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::path::{Path, PathBuf};

/// The most bytes that are kept in place. With them a [`Name`] is no larger than an
/// `OsString`, and most names that cameras give need no memory of their own.
const IN_PLACE: usize = 22;

/// The name of a file. It is used like the `OsStr` that it stands for.
#[derive(Clone)]
pub struct Name(Kept);

#[derive(Clone)]
enum Kept {
    Short { len: u8, bytes: [u8; IN_PLACE] },
    Long(Box<OsStr>),
}

impl Name {
    /// The name.
    pub fn as_os_str(&self) -> &OsStr {
        match &self.0 {
            Kept::Short { len, bytes } => text(bytes.get(..usize::from(*len)).unwrap_or_default()),
            Kept::Long(name) => name,
        }
    }
}

#[cfg(unix)]
fn text(bytes: &[u8]) -> &OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(bytes)
}

/// Elsewhere only what is UTF-8 is kept in place.
#[cfg(not(unix))]
fn text(bytes: &[u8]) -> &OsStr {
    std::str::from_utf8(bytes).unwrap_or_default().as_ref()
}

impl From<&OsStr> for Name {
    fn from(name: &OsStr) -> Self {
        let bytes = name.as_encoded_bytes();
        let mut kept = [0; IN_PLACE];
        match (kept.get_mut(..bytes.len()), u8::try_from(bytes.len())) {
            (Some(place), Ok(len)) if cfg!(unix) || name.to_str().is_some() => {
                place.copy_from_slice(bytes);
                Self(Kept::Short { len, bytes: kept })
            }
            _ => Self(Kept::Long(name.into())),
        }
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        OsStr::new(name).into()
    }
}

impl From<String> for Name {
    fn from(name: String) -> Self {
        name.as_str().into()
    }
}

impl From<OsString> for Name {
    fn from(name: OsString) -> Self {
        name.as_os_str().into()
    }
}

impl From<PathBuf> for Name {
    fn from(name: PathBuf) -> Self {
        name.as_os_str().into()
    }
}

impl Default for Name {
    fn default() -> Self {
        "".into()
    }
}

impl Deref for Name {
    type Target = OsStr;

    fn deref(&self) -> &OsStr {
        self.as_os_str()
    }
}

impl AsRef<OsStr> for Name {
    fn as_ref(&self) -> &OsStr {
        self
    }
}

impl AsRef<Path> for Name {
    fn as_ref(&self) -> &Path {
        self.as_os_str().as_ref()
    }
}

impl Borrow<OsStr> for Name {
    fn borrow(&self) -> &OsStr {
        self
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.as_os_str() == other.as_os_str()
    }
}

impl Eq for Name {}

impl PartialEq<OsStr> for Name {
    fn eq(&self, other: &OsStr) -> bool {
        self.as_os_str() == other
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.as_os_str() == other
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_os_str().cmp(other.as_os_str())
    }
}

/// As that of `OsStr`, which a name can be looked up by.
impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_os_str().hash(state);
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_os_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_names_are_what_they_were() {
        // Windows adds a word to its own.
        assert!(size_of::<Name>() <= size_of::<OsString>());
        let longest = "x".repeat(IN_PLACE + 2);
        for len in 0..=longest.len() {
            let name = Name::from(&longest[..len]);
            assert_eq!(name, longest[..len]);
            assert_eq!(matches!(name.0, Kept::Short { .. }), len <= IN_PLACE);
        }
        assert_eq!(Name::from("é"), *"é");
    }

    #[test]
    fn names_are_in_the_order_of_their_bytes() {
        let names = [
            "",
            "A",
            "a",
            "a.jpg",
            "a very long name, longer than 22",
            "b",
        ];
        let mut sorted = names.map(Name::from);
        sorted.reverse();
        sorted.sort();
        let mut plain = names.map(OsString::from);
        plain.sort();
        assert_eq!(sorted.each_ref().map(OsString::from), plain);
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_kept() {
        let name: OsString = std::os::unix::ffi::OsStringExt::from_vec(b"caf\xe9.jpg".to_vec());
        assert_eq!(Name::from(name.as_os_str()), *name.as_os_str());
    }
}
