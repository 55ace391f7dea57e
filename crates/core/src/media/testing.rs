//! What the tests of several readers share.

use std::path::{Path, PathBuf};

/// A file or folder of the corpus of real media, which is no part of the crate.
/// Where it is absent this says so, and the test that asked has nothing to check.
#[expect(clippy::print_stderr, reason = "a skipped check must be seen")]
pub(super) fn corpus(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let found = Some(root.join(path)).filter(|path| path.exists());
    if found.is_none() {
        eprintln!("not checked: there is no ../shared/corpus/{path}");
    }
    found
}

/// Calls `check` with every truncation of `bytes` and with 3,000 copies in which
/// one to four bytes were changed, the same ones in every run.
pub(crate) fn each_damaged(bytes: &[u8], mut check: impl FnMut(&[u8])) {
    for end in 0..=bytes.len() {
        check(&bytes[..end]);
    }
    // xorshift64 (Marsaglia 2003): no seed from outside, so a failure repeats.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    for _ in 0..3_000 {
        let mut copy = bytes.to_vec();
        for _ in 0..=random(4) {
            let at = random(copy.len());
            copy[at] = match random(3) {
                0 => 0,
                1 => copy[at] ^ (1 << random(8)),
                _ => u8::try_from(random(256)).unwrap(),
            };
        }
        check(&copy);
    }
}
