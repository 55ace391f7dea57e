//! File names and other people's texts on a terminal.

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use imm_cluster_messages::text;

/// Shows a text with what could change a terminal written out: control
/// characters, line breaks, and marks that turn the direction of writing.
#[derive(Debug)]
pub struct Escaped<'a>(std::borrow::Cow<'a, str>);

impl<'a> Escaped<'a> {
    /// Any text.
    pub fn new(text: &'a str) -> Self {
        Self(text.into())
    }

    /// A path; bytes that are no UTF-8 show as the replacement character.
    pub fn path(path: &'a Path) -> Self {
        Self(path.to_string_lossy())
    }
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            let turns_direction = matches!(c,
                '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            if c.is_control() || turns_direction || matches!(c, '\u{2028}' | '\u{2029}') {
                write!(f, "{}", c.escape_default())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// A path between backticks, as it stands in a message.
pub fn quoted(path: &Path) -> String {
    format!("`{}`", Escaped::path(path))
}

/// Paths one after another, each [`quoted`].
pub fn listed(paths: &[PathBuf]) -> String {
    let each: Vec<String> = paths.iter().map(|path| quoted(path)).collect();
    each.join(&text!("list-comma"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_cannot_touch_the_terminal() {
        let name = "a\x1b[31mred\nline\u{202e}gpj.exe 西湖 é";
        assert_eq!(
            Escaped::new(name).to_string(),
            "a\\u{1b}[31mred\\nline\\u{202e}gpj.exe 西湖 é"
        );
    }
}
