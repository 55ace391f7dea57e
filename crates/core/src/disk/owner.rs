//! Whose a file is, and who may read it.

use std::fs::{File, Metadata};
use std::io;

/// Leaves a file that is replaced to its owner, when root does it, and to its group,
/// with its mode.
///
/// # Errors
/// The mode cannot be set.
pub fn keep_owner_and_mode(file: &File, old: &Metadata) -> io::Result<()> {
    keep_owner(file, old);
    // Where all files have one mode, setting it may be forbidden.
    if file.metadata()?.permissions() != old.permissions() {
        file.set_permissions(old.permissions())?;
    }
    Ok(())
}

#[cfg(unix)]
fn keep_owner(file: &File, old: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let (user, group) = (Some(old.uid()), Some(old.gid()));
    // Only root may give files away; for others the file stays theirs.
    let _ = fchown(file, user, group).or_else(|_| fchown(file, None, group));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}

/// Gives what root has just made to whom that belongs which it stands beside or in: a
/// person whose folder root has worked in goes on without root.
#[cfg(unix)]
pub fn give_like(file: &File, like: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let is_roots = file.metadata().is_ok_and(|made| made.uid() == 0);
    if is_roots && like.uid() != 0 {
        // Some file systems have no owners.
        let _ = fchown(file, Some(like.uid()), Some(like.gid()));
    }
}

#[cfg(not(unix))]
pub fn give_like(_: &File, _: &Metadata) {}

/// Gives a file the owner and the mode of another one, where it has others and the system
/// lets this process: who may use the one may use the other. Its owner always may.
#[cfg(unix)]
pub fn share_like(file: &File, like: &Metadata) {
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let mode = like.mode() & 0o666 | 0o600;
    let is_shared = |found: Metadata| {
        (found.uid(), found.gid()) == (like.uid(), like.gid()) && found.mode() & 0o7777 == mode
    };
    if !file.metadata().is_ok_and(is_shared) {
        keep_owner(file, like);
        let _ = file.set_permissions(Permissions::from_mode(mode));
    }
}

#[cfg(not(unix))]
pub fn share_like(_: &File, _: &Metadata) {}
