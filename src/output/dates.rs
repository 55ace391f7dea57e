//! Spans of days as people write them.

use chrono::Datelike;

use imm_cluster_core::capture::span::Span;

/// `3 Mar 2024`, `3–5 Mar 2024`, `30 Mar – 2 Apr 2024`, `30 Dec 2024 – 2 Jan 2025`.
pub fn span(span: Span) -> String {
    let (first, last) = (span.first.date(), span.last.date());
    let end = last.format("%-d %b %Y");
    if first == last {
        end.to_string()
    } else if first.year() != last.year() {
        format!("{} – {end}", first.format("%-d %b %Y"))
    } else if first.month() != last.month() {
        format!("{} – {end}", first.format("%-d %b"))
    } else {
        format!("{}–{end}", first.day())
    }
}

/// `40 s`, `12 min`, `5 h`: a length of time in its widest unit that does not hide much.
pub fn duration(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..5_400 => format!("{} min", (seconds + 30) / 60),
        _ => format!("{} h", (seconds + 1_800) / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_rounded_in_their_unit() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (5_399, "90 min"),
            (5_400, "2 h"),
            (86_400, "24 h"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn what_both_ends_share_is_written_once() {
        let shown = |first: &str, last: &str| {
            span(Span {
                first: first.parse().unwrap(),
                last: last.parse().unwrap(),
            })
        };
        assert_eq!(shown("2024-03-03", "2024-03-03"), "3 Mar 2024");
        assert_eq!(shown("2024-03-03", "2024-03-05"), "3–5 Mar 2024");
        assert_eq!(shown("2024-03-30", "2024-04-02"), "30 Mar – 2 Apr 2024");
        assert_eq!(
            shown("2024-12-30", "2025-01-02"),
            "30 Dec 2024 – 2 Jan 2025"
        );
    }
}
