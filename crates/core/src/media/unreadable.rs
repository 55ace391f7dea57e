//! Why a file could not be read.

use imm_cluster_messages::retold;

/// Why a file, or the rest of it, could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The system refused to open or read it. Another run may succeed.
    #[error(transparent)]
    Io(std::io::Error),
    /// Its content is not what it claims to be. Only another content helps.
    #[error("{}", retold(.0))]
    Malformed(&'static str),
}

impl From<std::io::Error> for Unreadable {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => Self::Malformed("the file is cut short"),
            // Raised by `Source` when a header claims an absurd size.
            std::io::ErrorKind::InvalidInput => Self::Malformed("a size in a header is absurd"),
            _ => Self::Io(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use imm_cluster_messages::{Tongue, in_tongue};

    use super::*;

    #[test]
    fn the_reason_is_kept_in_english_and_told_in_chinese() {
        let empty = Unreadable::Malformed("the file is empty");
        assert_eq!(empty.to_string(), "the file is empty");
        let told = in_tongue(Tongue::Chinese, || empty.to_string());
        assert_eq!(told, "文件是空的");
    }
}
