//! Lines as wide as the terminal.

use unicode_width::UnicodeWidthStr;

/// A line, broken between words where it is wider than the terminal; what follows is indented
/// as far as its beginning and two columns more. A command in backquotes stays in one piece
/// where it fits, so that it can be copied. Without a width it is left as it is.
pub fn wrapped(line: &str, width: Option<usize>) -> String {
    let Some(width) = width.filter(|width| line.width() > *width) else {
        return line.to_owned();
    };
    let indent = line.len() - line.trim_start_matches(' ').len();
    let hanging = " ".repeat(indent + 2);
    let mut lines = Vec::new();
    let mut last = " ".repeat(indent);
    let mut is_empty = true;
    for word in words(line, width.saturating_sub(hanging.len())) {
        if !is_empty && last.width() + 1 + word.width() > width {
            lines.push(std::mem::replace(&mut last, hanging.clone()));
            is_empty = true;
        }
        if !is_empty {
            last.push(' ');
        }
        last.push_str(&word);
        is_empty = false;
    }
    lines.push(last);
    lines.join("\n")
}

/// The words of a line, apart by one blank each. What stands in backquotes is one word if it is
/// no wider than `most`; more blanks than one belong to a name, and so to the word around them.
fn words(line: &str, most: usize) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut quoted = false;
    for word in line.trim_start_matches(' ').split(' ') {
        let fits = |last: &String| quoted && last.width() + 1 + word.width() <= most;
        match words.last_mut() {
            Some(last) if word.is_empty() || last.ends_with(' ') || fits(last) => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
        quoted ^= word.matches('`').count() % 2 == 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_break_between_words_and_commands_stay_whole() {
        let line = "hint: 3 files have no time: `imm-cluster files list --without time` lists them";
        insta::assert_snapshot!(wrapped(line, Some(45)), @"
        hint: 3 files have no time:
          `imm-cluster files list --without time`
          lists them
        ");
        insta::assert_snapshot!(wrapped(line, Some(20)), @"
        hint: 3 files have
          no time:
          `imm-cluster files
          list --without
          time` lists them
        ");
        assert_eq!(wrapped(line, None), line);
        assert_eq!(wrapped(line, Some(200)), line);
        assert_eq!(
            wrapped("  西湖 3 days, 嘉兴 3 days", Some(14)),
            "  西湖 3 days,\n    嘉兴 3\n    days"
        );
        assert_eq!(
            wrapped("no photos in `My  Photos`, none", Some(20)),
            "no photos in\n  `My  Photos`, none"
        );
    }

    proptest! {
        #[test]
        fn no_word_is_lost_or_broken(line in "[a-z西湖`]{0,9}( {1,3}[a-z西湖`]{1,9}){0,9}", width in 1..40_usize) {
            let wrapped = wrapped(&line, Some(width));
            let indent = line.len() - line.trim_start_matches(' ').len();
            let hanging = format!("\n{}", " ".repeat(indent + 2));
            prop_assert_eq!(wrapped.replace(&hanging, " "), line.as_str());
            let whole = words(&line, width.saturating_sub(indent + 2));
            for part in wrapped.lines() {
                let is_word = whole.iter().any(|word| word == part.trim_start_matches(' '));
                prop_assert!(part.width() <= width || is_word, "{part:?}");
            }
        }
    }
}
