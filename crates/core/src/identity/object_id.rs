//! The lasting ids of clusters and trips.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// The lasting id of something of the kind `S`: a word for the kind and a UUID, or what a
/// dataset that was written by hand has instead. An id of a cluster cannot stand where one
/// of a trip is meant.
pub struct ObjectId<S> {
    text: Box<str>,
    of: PhantomData<fn() -> S>,
}

impl<S> ObjectId<S> {
    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part that people read and type.
    pub fn short(&self) -> &str {
        short_id(&self.text)
    }
}

/// The part of an id that people read and type: the first group of its UUID, which is the
/// first one of eight hexadecimal digits.
pub fn short_id(id: &str) -> &str {
    let is_first = |group: &&str| group.len() == 8 && group.bytes().all(|b| b.is_ascii_hexdigit());
    id.split('-').find(is_first).unwrap_or(id)
}

impl<S> From<String> for ObjectId<S> {
    fn from(text: String) -> Self {
        Self {
            text: text.into(),
            of: PhantomData,
        }
    }
}

impl<S> From<&str> for ObjectId<S> {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

// Derived ones would ask the same of `S`.

impl<S> Clone for ObjectId<S> {
    fn clone(&self) -> Self {
        Self {
            text: self.text.clone(),
            of: PhantomData,
        }
    }
}

impl<S> fmt::Debug for ObjectId<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl<S> fmt::Display for ObjectId<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl<S> PartialEq for ObjectId<S> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<S> PartialEq<str> for ObjectId<S> {
    fn eq(&self, other: &str) -> bool {
        *self.text == *other
    }
}

impl<S> PartialEq<&str> for ObjectId<S> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl<S> Eq for ObjectId<S> {}

impl<S> PartialOrd for ObjectId<S> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<S> Ord for ObjectId<S> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl<S> Hash for ObjectId<S> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}
