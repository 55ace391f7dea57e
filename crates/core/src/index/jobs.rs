//! How many threads suit the disk that a folder lies on.

use std::collections::HashMap;
use std::path::Path;

use rayon::ThreadPool;

use super::stat::device_of;
use crate::threads;

/// The threads that roots are looked through and read with.
#[derive(Default)]
pub(super) struct Threads {
    /// How many suit each file system that was asked for.
    suitable: HashMap<u64, usize>,
    /// By their number; `None` where there is no better one than the present one.
    pools: HashMap<usize, Option<ThreadPool>>,
}

impl Threads {
    /// Carries something out with so many threads, otherwise with as many as suit the
    /// disk that `path` lies on; with fewer where those cannot be had.
    pub(super) fn work<T: Send>(
        &mut self,
        path: &Path,
        wanted: Option<usize>,
        work: impl FnOnce() -> T + Send,
    ) -> T {
        let wanted = wanted.unwrap_or_else(|| self.suitable(path));
        let pool = self.pools.entry(wanted);
        match pool.or_insert_with(|| threads::pool(wanted)) {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    fn suitable(&mut self, path: &Path) -> usize {
        match device_of(path) {
            Ok(device) => *(self.suitable.entry(device)).or_insert_with(|| threads_on(path)),
            Err(_) => threads_on(path),
        }
    }
}

/// What a folder lies on, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "not every system is asked for everything")
)]
enum Disk {
    /// Without moving parts, or unknown.
    Solid,
    /// With heads that move.
    Spinning,
    /// On another machine.
    Network,
}

/// What file systems on other machines are called.
#[cfg(any(target_os = "linux", target_os = "macos"))]
const NETWORK: &[&str] = &[
    "9p",
    "afpfs",
    "afs",
    "ceph",
    "cifs",
    "davfs",
    "fuse.davfs2",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.sshfs",
    "lustre",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
    "webdav",
];

/// Threads for the disk that `path` lies on.
fn threads_on(path: &Path) -> usize {
    threads_for(disk(path), threads::cores())
}

/// Two threads for each core, at least four, where the disk sets no limit: while one thread
/// waits for it, another can decode. On 2 cores, with 2,600 files that were not in memory, that
/// took 0.18 s, against 0.23 s with two threads; eight took 0.16 s, but a quarter longer once
/// the files were in memory.
///
/// The other two are by reasoning, not by measuring: a spinning disk sorts the few
/// requests that it has at a time, and more make it run to and fro; over a network
/// the answers are waited for, whatever the number of questions.
fn threads_for(disk: Disk, cores: usize) -> usize {
    match disk {
        Disk::Solid => (2 * cores).max(4),
        Disk::Spinning => 4,
        Disk::Network => (4 * cores).max(16),
    }
}

#[cfg(target_os = "linux")]
use linux::disk;

/// What a folder lies on, as `/proc` and `/sys` tell.
#[cfg(target_os = "linux")]
mod linux {
    use std::path::Path;

    use crate::index::jobs::{Disk, NETWORK};

    pub(super) fn disk(path: &Path) -> Disk {
        use std::os::unix::fs::MetadataExt;
        let Ok(metadata) = path.metadata() else {
            return Disk::Solid;
        };
        let device = number(metadata.dev());
        let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        let Some((kind, source)) = mount(&mounts, &device) else {
            return Disk::Solid;
        };
        if NETWORK.contains(&kind) {
            return Disk::Network;
        }
        // Some file systems have a number of their own beside that of their disk.
        let numbered = Path::new("/sys/dev/block").join(&device);
        let named = || Path::new("/sys/class/block").join(source.trim_start_matches("/dev/"));
        let block = std::fs::canonicalize(numbered).or_else(|_| std::fs::canonicalize(named()));
        if block.is_ok_and(|block| spins(&block)) {
            Disk::Spinning
        } else {
            Disk::Solid
        }
    }

    /// The number of a device as the kernel writes it.
    fn number(device: u64) -> String {
        let major = (device >> 8) & 0xfff | (device >> 32) & 0xffff_f000;
        let minor = device & 0xff | (device >> 12) & 0xffff_ff00;
        format!("{major}:{minor}")
    }

    /// The kind of file system with that number and what it comes from, as
    /// `/proc/self/mountinfo` has it.
    fn mount<'a>(mounts: &'a str, device: &str) -> Option<(&'a str, &'a str)> {
        mounts.lines().find_map(|line| {
            let (place, what) = line.split_once(" - ")?;
            let mut what = what.split(' ');
            (place.split(' ').nth(2) == Some(device)).then(|| Some((what.next()?, what.next()?)))?
        })
    }

    /// Whether the kernel says that this disk, or the one that it is a part of, spins. Of the disks
    /// of a virtual machine it always says so without knowing.
    fn spins(block: &Path) -> bool {
        let virtual_disk = block
            .iter()
            .any(|part| part.as_encoded_bytes().starts_with(b"virtio"));
        let flag = |disk: &Path| std::fs::read_to_string(disk.join("queue/rotational")).ok();
        let flag = flag(block).or_else(|| flag(block.parent()?));
        !virtual_disk && flag.is_some_and(|flag| flag.trim() == "1")
    }

    #[cfg(test)]
    #[expect(clippy::disallowed_methods, reason = "files of the test's own")]
    mod tests {
        use super::*;

        const MOUNTS: &str = "\
22 27 0:21 / /proc rw,relatime - proc proc rw
29 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
41 29 0:45 / /mnt/nas rw,relatime shared:22 - nfs4 nas:/photos rw,vers=4.2
42 29 0:46 /@home /home rw - btrfs /dev/nvme0n1p2 rw,subvol=/@home
";

        #[test]
        fn a_mount_is_found_by_its_number() {
            assert_eq!(mount(MOUNTS, "0:45"), Some(("nfs4", "nas:/photos")));
            assert_eq!(mount(MOUNTS, "8:1"), Some(("ext4", "/dev/sda1")));
            assert_eq!(mount(MOUNTS, "0:46"), Some(("btrfs", "/dev/nvme0n1p2")));
            assert_eq!(mount(MOUNTS, "0:4"), None);
            assert!(NETWORK.is_sorted() && NETWORK.contains(&"nfs4"));
        }

        #[test]
        fn the_number_of_a_device_has_two_parts() {
            assert_eq!(number(0x0801), "8:1");
            assert_eq!(number(0x2d), "0:45");
            // Both parts may be long.
            assert_eq!(number(0x0000_1001_2340_5678), "4182:1193080");
        }

        #[test]
        fn a_part_of_a_disk_spins_as_the_disk_does() {
            let folder = tempfile::tempdir().unwrap();
            let disk = folder.path().join("sda");
            std::fs::create_dir_all(disk.join("queue")).unwrap();
            std::fs::create_dir(disk.join("sda1")).unwrap();
            for (flag, spinning) in [("1\n", true), ("0\n", false)] {
                std::fs::write(disk.join("queue/rotational"), flag).unwrap();
                assert_eq!(spins(&disk), spinning);
                assert_eq!(spins(&disk.join("sda1")), spinning);
            }
            assert!(!spins(Path::new("/sys/devices/virtio3/block/vda")));
        }
    }
}

/// Whether a folder lies on another machine; Apple's disks do not spin any more.
#[cfg(target_os = "macos")]
fn disk(path: &Path) -> Disk {
    let Ok(found) = rustix::fs::statfs(path) else {
        return Disk::Solid;
    };
    let name = found.f_fstypename.map(|unit| unit.to_ne_bytes()[0]);
    let is = |kind: &&str| name.split(|byte| *byte == 0).next() == Some(kind.as_bytes());
    if NETWORK.iter().any(is) {
        Disk::Network
    } else {
        Disk::Solid
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn disk(_: &Path) -> Disk {
    Disk::Solid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_disk_has_its_number_of_threads() {
        let on = |cores| {
            [Disk::Solid, Disk::Spinning, Disk::Network].map(|disk| threads_for(disk, cores))
        };
        assert_eq!(on(1), [4, 4, 16]);
        assert_eq!(on(2), [4, 4, 16]);
        assert_eq!(on(8), [16, 4, 32]);
    }
}
