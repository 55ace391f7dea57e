//! Numbers of things in words.

/// A number of files in words.
pub fn files(count: usize) -> String {
    counted(count, "file")
}

/// A number of things in words; `what` is one of them.
pub fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
