//! Spans of days as people write them.

use chrono::{Datelike, NaiveDate};

use imm_cluster_core::capture::span::Span;
use imm_cluster_messages::{Tongue, text, tongue};

/// `3 Mar 2024`, `3–5 Mar 2024`, `30 Mar – 2 Apr 2024`, `30 Dec 2024 – 2 Jan 2025`; in Chinese
/// `2024年3月3–5日` and so on, where the year is at the front.
pub fn span(span: Span) -> String {
    let (first, last) = (span.first.date(), span.last.date());
    match tongue() {
        Tongue::English => english(first, last),
        Tongue::Chinese => chinese(first, last),
    }
}

fn english(first: NaiveDate, last: NaiveDate) -> String {
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

fn chinese(first: NaiveDate, last: NaiveDate) -> String {
    let beginning = first.format("%Y年%-m月%-d日");
    if first == last {
        beginning.to_string()
    } else if first.year() != last.year() {
        format!("{beginning}–{}", last.format("%Y年%-m月%-d日"))
    } else if first.month() != last.month() {
        format!("{beginning}–{}", last.format("%-m月%-d日"))
    } else {
        format!("{}–{}日", first.format("%Y年%-m月%-d"), last.day())
    }
}

/// `Sun 3 Mar 2024`.
pub fn with_weekday(date: NaiveDate) -> String {
    match tongue() {
        Tongue::English => date.format("%a %-d %b %Y").to_string(),
        Tongue::Chinese => {
            let days = ["一", "二", "三", "四", "五", "六", "日"];
            let day = days[date.weekday().num_days_from_monday() as usize];
            format!("{} 周{day}", date.format("%Y年%-m月%-d日"))
        }
    }
}

/// `March 2024`.
pub fn month(date: NaiveDate) -> String {
    let format = match tongue() {
        Tongue::English => "%B %Y",
        Tongue::Chinese => "%Y年%-m月",
    };
    date.format(format).to_string()
}

/// `Mar`, as wide for each month.
pub fn short_month(month: u32) -> String {
    let date = NaiveDate::from_ymd_opt(2000, month, 1).unwrap_or_default();
    match tongue() {
        Tongue::English => date.format("%b").to_string(),
        Tongue::Chinese => date.format("%_m月").to_string(),
    }
}

/// `3 March`, of any year.
pub fn day_of_year(date: NaiveDate) -> String {
    let format = match tongue() {
        Tongue::English => "%-d %B",
        Tongue::Chinese => "%-m月%-d日",
    };
    date.format(format).to_string()
}

/// `40 s`, `12 min`, `5 h`: a length of time in its widest unit that does not hide much.
pub fn duration(seconds: i64) -> String {
    match seconds {
        ..60 => text!("length-seconds", number = seconds.to_string()),
        60..5_400 => text!("length-minutes", number = ((seconds + 30) / 60).to_string()),
        _ => text!(
            "length-hours",
            number = ((seconds + 1_800) / 3_600).to_string()
        ),
    }
}

#[cfg(test)]
mod tests {
    use imm_cluster_messages::in_tongue;

    use super::*;

    fn shown(first: &str, last: &str) -> String {
        span(Span {
            first: first.parse().unwrap(),
            last: last.parse().unwrap(),
        })
    }

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
        assert_eq!(shown("2024-03-03", "2024-03-03"), "3 Mar 2024");
        assert_eq!(shown("2024-03-03", "2024-03-05"), "3–5 Mar 2024");
        assert_eq!(shown("2024-03-30", "2024-04-02"), "30 Mar – 2 Apr 2024");
        assert_eq!(
            shown("2024-12-30", "2025-01-02"),
            "30 Dec 2024 – 2 Jan 2025"
        );
    }

    #[test]
    fn months_and_days_of_any_year() {
        let leap_day = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
        assert_eq!(day_of_year(leap_day), "29 February");
        assert_eq!(
            (short_month(1), short_month(12)),
            ("Jan".into(), "Dec".into())
        );
    }

    #[test]
    fn in_chinese_the_year_comes_first() {
        in_tongue(Tongue::Chinese, || {
            assert_eq!(shown("2024-03-03", "2024-03-03"), "2024年3月3日");
            assert_eq!(shown("2024-03-03", "2024-03-08"), "2024年3月3–8日");
            assert_eq!(shown("2024-03-30", "2024-04-02"), "2024年3月30日–4月2日");
            assert_eq!(
                shown("2024-12-30", "2025-01-02"),
                "2024年12月30日–2025年1月2日"
            );
            let sunday = NaiveDate::from_ymd_opt(2024, 3, 3).unwrap();
            assert_eq!(with_weekday(sunday), "2024年3月3日 周日");
            assert_eq!(month(sunday), "2024年3月");
            assert_eq!(day_of_year(sunday), "3月3日");
            assert_eq!(
                (short_month(3), short_month(12)),
                (" 3月".into(), "12月".into())
            );
            assert_eq!(duration(300), "5 分钟");
        });
    }
}
