//! Lines as wide as the terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A line, broken between words where it is wider than the terminal, and between Chinese
/// characters, except before punctuation that closes and behind what opens; what follows is
/// indented as far as its beginning and two columns more. A command in backquotes stays in one
/// piece where it fits, so that it can be copied. Without a width it is left as it is.
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
        let gap = if is_empty { "" } else { word.gap };
        if !is_empty && last.width() + gap.len() + word.text.width() > width {
            lines.push(std::mem::replace(&mut last, hanging.clone()));
        } else {
            last.push_str(gap);
        }
        last.push_str(&word.text);
        is_empty = false;
    }
    lines.push(last);
    lines.join("\n")
}

/// What is not broken.
#[derive(Debug, PartialEq, Eq)]
struct Word {
    /// What is between it and the word before it on the same line: a blank, or nothing.
    gap: &'static str,
    text: String,
}

/// The words of a line. What stands in backquotes is one word if it is no wider than `most`;
/// more blanks than one belong to a name, and so to the word around them.
fn words(line: &str, most: usize) -> Vec<Word> {
    let line = line.trim_start_matches(' ');
    let breaks = breaks(line);
    let mut words: Vec<Word> = Vec::new();
    let mut quoted = false;
    let mut at = 0;
    for part in line.split(' ') {
        let end = at + part.len();
        let within = breaks.iter().copied().filter(|i| at < *i && *i < end);
        let mut gap = " ";
        for next in within.chain([end]).collect::<Vec<_>>() {
            let text = &line[at..next];
            let fits = |last: &str| quoted && last.width() + 1 + text.width() <= most;
            match words.last_mut().map(|word| &mut word.text) {
                Some(last) if text.is_empty() || last.ends_with(' ') || fits(last) => {
                    last.push_str(gap);
                    last.push_str(text);
                }
                _ => words.push(Word {
                    gap,
                    text: text.to_owned(),
                }),
            }
            quoted ^= text.matches('`').count() % 2 == 1;
            gap = "";
            at = next;
        }
        at += 1;
    }
    words
}

/// Where a line may be broken without a blank, by UAX #14: beside a Chinese character, outside
/// of backquotes.
fn breaks(line: &str) -> Vec<usize> {
    let is_wide = |c: Option<char>| c.and_then(UnicodeWidthChar::width) == Some(2);
    let is_quoted = |before: &str| before.matches('`').count() % 2 == 1;
    let possible = unicode_linebreak::linebreaks(line).map(|(at, _)| at);
    let is_wanted = |at: &usize| {
        let (before, behind) = line.split_at(*at);
        let (last, next) = (before.chars().next_back(), behind.chars().next());
        (is_wide(last) || is_wide(next)) && !is_quoted(before)
    };
    possible.filter(is_wanted).collect()
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

    #[test]
    fn chinese_breaks_anywhere_but_beside_punctuation() {
        let line = "提示：3 个文件没有拍摄时间（已跳过）：用 `imm-cluster files list --without time` 列出，不会漏掉。";
        insta::assert_snapshot!(wrapped(line, Some(45)), @"
        提示：3 个文件没有拍摄时间（已跳过）：用
          `imm-cluster files list --without time` 列
          出，不会漏掉。
        ");
        insta::assert_snapshot!(wrapped(line, Some(20)), @"
        提示：3 个文件没有拍
          摄时间（已跳过）：
          用
          `imm-cluster files
          list --without
          time` 列出，不会漏
          掉。
        ");
        assert_eq!(
            wrapped("  西湖 3 天、嘉兴 3 天", Some(14)),
            "  西湖 3 天、\n    嘉兴 3 天"
        );
    }

    proptest! {
        #[test]
        fn no_word_is_lost_or_broken(
            line in "[a-z西湖，。（）：`]{0,9}( {1,3}[a-z西湖，。（）：`]{1,9}){0,9}",
            width in 1..40_usize,
        ) {
            let wrapped = wrapped(&line, Some(width));
            let indent = line.len() - line.trim_start_matches(' ').len();
            let whole = words(&line, width.saturating_sub(indent + 2));
            let mut left = whole.iter().peekable();
            for (number, part) in wrapped.split('\n').enumerate() {
                let indent = if number == 0 { indent } else { indent + 2 };
                let (blanks, text) = part.split_at(indent);
                prop_assert_eq!(blanks, " ".repeat(indent));
                let first = left.next().map(|word| word.text.as_str()).unwrap_or_default();
                let mut shown = first.to_owned();
                while shown.len() < text.len() && let Some(word) = left.next() {
                    shown.push_str(word.gap);
                    shown.push_str(&word.text);
                }
                prop_assert_eq!(text, &shown);
                prop_assert!(part.width() <= width || shown == first, "{part:?}");
            }
            prop_assert_eq!(left.next(), None);
            for pair in whole.windows(2).filter(|pair| pair[1].gap.is_empty()) {
                prop_assert!(!pair[1].text.starts_with(['，', '。', '）', '：']), "{pair:?}");
                prop_assert!(!pair[0].text.ends_with('（'), "{pair:?}");
            }
        }
    }
}
