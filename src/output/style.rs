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
    /// Emphasised: headings.
    pub fn bold(self, text: &str) -> String {
        self.painted("1", text)
    }

    /// With a mark that says how much, or a hint.
    pub fn green(self, text: &str) -> String {
        self.painted("32", text)
    }

    /// Dates.
    pub fn cyan(self, text: &str) -> String {
        self.painted("36", text)
    }

    /// Counts.
    pub fn yellow(self, text: &str) -> String {
        self.painted("33", text)
    }

    /// Warnings.
    pub fn bold_yellow(self, text: &str) -> String {
        self.painted("1;33", text)
    }

    /// Errors.
    pub fn bold_red(self, text: &str) -> String {
        self.painted("1;31", text)
    }

    /// Of less weight.
    pub fn dim(self, text: &str) -> String {
        self.painted("2", text)
    }

    /// With a parameter of "select graphic rendition" (ECMA-48, 8.3.117).
    fn painted(self, parameter: &str, text: &str) -> String {
        if self.color {
            format!("\u{1b}[{parameter}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
