//! Fingerprints of what is imported, the same on every machine and in every version.

/// FNV-1a over whole words.
pub(super) struct Fingerprint(u64);

impl Fingerprint {
    pub(super) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// The fingerprint of texts, one after another.
    pub(super) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> u64 {
        let mut fingerprint = Self::new();
        texts.into_iter().for_each(|text| fingerprint.text(text));
        fingerprint.value()
    }

    pub(super) fn add(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0100_0000_01b3);
        self.0 ^= self.0 >> 29;
    }

    pub(super) fn text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.add(byte.into()));
        // A separator that no byte equals, so that "ab", "c" and "a", "bc" differ.
        self.add(0x100);
    }

    pub(super) fn value(&self) -> u64 {
        self.0
    }
}
