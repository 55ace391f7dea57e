//! Who may read what is made.

use cap_std::fs::OpenOptions;

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Whoever the user lets read new files.
    Usual,
    /// The owner alone: what is in it tells where somebody lives.
    Private,
}

impl Access {
    pub(super) fn apply(self, options: &mut OpenOptions) {
        #[cfg(unix)]
        if self == Self::Private {
            cap_std::fs::OpenOptionsExt::mode(options, 0o600);
        }
        // On systems without modes the folder decides who may read.
        let _ = options;
    }
}
