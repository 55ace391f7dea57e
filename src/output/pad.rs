//! Columns of text that line up in any script.

use unicode_width::UnicodeWidthStr;

/// A text with blanks behind it up to a width in columns: a Chinese character takes two.
pub fn padded(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}

/// The same with the blanks before it.
pub fn padded_left(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{}{text}", " ".repeat(blanks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_and_not_characters() {
        assert_eq!(padded("trip", 6), "trip  ");
        assert_eq!(padded("旅行", 6), "旅行  ");
        assert_eq!(padded_left("旅行", 6), "  旅行");
        assert_eq!(padded("longer than that", 6), "longer than that");
    }
}
