//! The one way in which the program changes what is on a disk.
//!
//! Two rules hold here, so that no caller can break them. What the program did not make
//! is never replaced, removed, moved or followed into: folders are open handles, entered
//! one name at a time and never through a link or into a mount ([`FolderHandle`]), and a name is
//! taken only where there is none. What it made goes only with a [`Spare`], the proof that
//! its bytes stand elsewhere, too.
//!
//! A file that is written has a random name of its own until it is whole ([`Draft`]), and
//! a folder is synchronised after a name in it has changed.

mod access;
mod canonical;
mod cloud;
mod draft;
mod folder;
mod kind;
mod lock;
pub mod names;
mod owner;
mod spare;
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files of the tests' own")]
mod tests;

pub use access::Access;
pub use canonical::canonical;
pub use cloud::{is_in_cloud, is_placeholder};
pub use draft::{Draft, led_to, make_last, replace};
pub use folder::{FolderHandle, Within};
pub use kind::{is_no_file, open_regular, open_to_read, without_waiting};
pub use lock::lock_within;
pub use owner::{give_like, keep_owner_and_mode, share_like};
pub use spare::{Bin, Spare};
