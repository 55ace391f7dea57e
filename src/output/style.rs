//! How a result may look.

/// What the terminal can show.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether to use colour.
    pub color: bool,
    /// The width in columns; `None` where nothing limits it.
    pub width: Option<usize>,
    /// Whether it shows block characters.
    pub blocks: bool,
}

impl Style {
    /// Emphasised.
    pub fn bold(self, text: &str) -> String {
        if self.color {
            format!("\u{1b}[1m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// With a mark that says how much.
    pub fn green(self, text: &str) -> String {
        if self.color {
            format!("\u{1b}[32m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// Of less weight.
    pub fn dim(self, text: &str) -> String {
        if self.color {
            format!("\u{1b}[2m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
