//! Months on a page: days as numbers, and behind each a mark for its files.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::{Datelike, NaiveDate};
use unicode_width::UnicodeWidthStr;

use super::activity::{legend, mark};
use super::dates;
use super::style::Style;
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::text::{counted, files};
use imm_cluster_messages::text;

/// A day is two digits and its mark.
const CELL: usize = 3;
const WEEK: usize = 7 * CELL;
/// Columns between two months.
const GAP: usize = 3;
/// How many months stand side by side at most.
const ABREAST: usize = 4;
/// How wide a page is that is no terminal.
const PAGE: usize = 80;

/// Days with files, month by month; months without are left out.
#[derive(Debug)]
pub struct Calendar<'a> {
    /// How many files each day has.
    pub days: &'a BTreeMap<Day, u32>,
    /// How it may look.
    pub style: Style,
}

impl Calendar<'_> {
    /// Writes the months with days; nothing at all when there is none.
    ///
    /// # Errors
    /// The output is closed or full.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut years: BTreeMap<i32, Vec<NaiveDate>> = BTreeMap::new();
        for date in self.days.keys().map(|day| day.date()) {
            let months = years.entry(date.year()).or_default();
            let first = date.with_day(1).unwrap_or(date);
            if months.last() != Some(&first) {
                months.push(first);
            }
        }
        if years.is_empty() {
            return Ok(());
        }
        let width = self.style.width.unwrap_or(PAGE);
        let abreast = ((width + GAP) / (WEEK + GAP)).clamp(1, ABREAST);
        for (year, months) in &years {
            writeln!(out, "{}\n", self.style.bold(&self.heading(*year)))?;
            for row in months.chunks(abreast) {
                self.write_row(out, row)?;
            }
        }
        let legend = legend(self.style.blocks, width);
        writeln!(out, "{}", self.style.dim(&legend))
    }

    /// The year with its sums.
    fn heading(&self, year: i32) -> String {
        let of_year = self.days.iter().filter(|(day, _)| day.year() == year);
        let (days, sum) = of_year.fold((0, 0), |(days, sum), (_, files)| {
            (days + 1, sum + *files as usize)
        });
        text!(
            "calendar-year",
            year = year.to_string(),
            files = files(sum),
            days = counted(days, "day")
        )
    }

    /// Months side by side, with an empty line below.
    fn write_row(&self, out: &mut impl Write, months: &[NaiveDate]) -> io::Result<()> {
        let months: Vec<Vec<String>> = months.iter().map(|first| self.month(*first)).collect();
        let lines = months.iter().map(Vec::len).max().unwrap_or(0);
        let blank = " ".repeat(WEEK);
        for line in 0..lines {
            let parts: Vec<&str> = (months.iter())
                .map(|month| month.get(line).map_or(blank.as_str(), String::as_str))
                .collect();
            writeln!(out, "{}", parts.join(&" ".repeat(GAP)).trim_end())?;
        }
        writeln!(out)
    }

    /// Lines of one width: the name, the days of the week, and the weeks.
    fn month(&self, first: NaiveDate) -> Vec<String> {
        let mut lines = vec![
            centred(&dates::month(first)),
            text!("calendar-weekdays") + " ",
        ];
        let mut week = " ".repeat(CELL * first.weekday().num_days_from_monday() as usize);
        let days = first.iter_days();
        for date in days.take_while(|date| date.month() == first.month()) {
            week.push_str(&self.day(date));
            if date.weekday() == chrono::Weekday::Sun {
                lines.push(std::mem::take(&mut week));
            }
        }
        if !week.is_empty() {
            let last = first
                .iter_days()
                .take_while(|date| date.month() == first.month());
            let days = last.last().unwrap_or(first).weekday().number_from_monday();
            week.push_str(&" ".repeat(WEEK - CELL * days as usize));
            lines.push(week);
        }
        lines
    }

    fn day(&self, date: NaiveDate) -> String {
        let number = format!("{:>2}", date.day());
        match self.days.get(&date.into()) {
            Some(files) => {
                let mark = mark(*files, self.style.blocks).to_string();
                self.style.bold(&number) + &self.style.green(&mark)
            }
            None => self.style.dim(&number) + " ",
        }
    }
}

/// In the middle of a week's columns.
fn centred(text: &str) -> String {
    // The mark behind Sunday is not counted, for it mostly is a blank.
    let free = (WEEK - 1).saturating_sub(text.width());
    let before = free / 2;
    let behind = free - before + 1;
    format!("{}{text}{}", " ".repeat(before), " ".repeat(behind))
}

#[cfg(test)]
mod tests {
    use imm_cluster_messages::{Tongue, in_tongue};
    use proptest::prelude::*;

    use super::*;

    fn shown(days: &[(&str, u32)], style: Style) -> String {
        let days = days
            .iter()
            .map(|(day, files)| (day.parse().unwrap(), *files));
        let calendar = Calendar {
            days: &days.collect(),
            style,
        };
        let mut out = Vec::new();
        calendar.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn plain(width: Option<usize>) -> Style {
        Style {
            color: false,
            width,
            blocks: true,
        }
    }

    #[test]
    fn years_are_apart_and_empty_months_left_out() {
        let days = [
            ("1969-12-31", 1),
            ("1970-01-01", 2),
            ("2024-02-29", 30),
            ("2024-03-01", 100),
            ("2024-03-31", 6),
            ("2024-12-31", 12),
        ];
        insta::assert_snapshot!(shown(&days, plain(None)), @"
        1969: 1 file on 1 day

           December 1969
        Mo Tu We Th Fr Sa Su
         1  2  3  4  5  6  7
         8  9 10 11 12 13 14
        15 16 17 18 19 20 21
        22 23 24 25 26 27 28
        29 30 31▁

        1970: 2 files on 1 day

            January 1970
        Mo Tu We Th Fr Sa Su
                  1▁ 2  3  4
         5  6  7  8  9 10 11
        12 13 14 15 16 17 18
        19 20 21 22 23 24 25
        26 27 28 29 30 31

        2024: 148 files on 4 days

           February 2024             March 2024            December 2024
        Mo Tu We Th Fr Sa Su    Mo Tu We Th Fr Sa Su    Mo Tu We Th Fr Sa Su
                  1  2  3  4                 1▇ 2  3                       1
         5  6  7  8  9 10 11     4  5  6  7  8  9 10     2  3  4  5  6  7  8
        12 13 14 15 16 17 18    11 12 13 14 15 16 17     9 10 11 12 13 14 15
        19 20 21 22 23 24 25    18 19 20 21 22 23 24    16 17 18 19 20 21 22
        26 27 28 29▅            25 26 27 28 29 30 31▃   23 24 25 26 27 28 29
                                                        30 31▄

        ▁ 1+  ▂ 3+  ▃ 6+  ▄ 12+  ▅ 25+  ▆ 50+  ▇ 100+ files
        ");
    }

    #[test]
    fn as_many_months_as_fit_stand_side_by_side() {
        let days = ["01", "02", "03", "04", "05"].map(|month| format!("2023-{month}-15"));
        let days: Vec<(&str, u32)> = days.iter().map(|day| (day.as_str(), 1)).collect();
        let abreast = |width| {
            let shown = shown(&days, plain(Some(width)));
            let of_january = shown.lines().find(|line| line.contains("January"));
            of_january.unwrap().matches("2023").count()
        };
        let of_widths = [20, 44, 45, 68, 69, 92, 93, 500].map(|width| (width, abreast(width)));
        assert_eq!(
            of_widths.map(|(_, months)| months),
            [1, 1, 2, 2, 3, 3, 4, 4]
        );
    }

    #[test]
    fn words_can_be_chinese() {
        let days = [("2024-03-03", 3), ("2024-12-01", 50)];
        let shown = in_tongue(Tongue::Chinese, || shown(&days, plain(Some(80))));
        insta::assert_snapshot!(shown, @"
        2024年：2 天，53 个文件

             2024年3月               2024年12月
        一 二 三 四 五 六 日    一 二 三 四 五 六 日
                     1  2  3▂                      1▆
         4  5  6  7  8  9 10     2  3  4  5  6  7  8
        11 12 13 14 15 16 17     9 10 11 12 13 14 15
        18 19 20 21 22 23 24    16 17 18 19 20 21 22
        25 26 27 28 29 30 31    23 24 25 26 27 28 29
                                30 31

        ▁ 1+  ▂ 3+  ▃ 6+  ▄ 12+  ▅ 25+  ▆ 50+  ▇ 100+ 个文件
        ");
    }

    #[test]
    fn without_block_characters_and_room_there_are_others() {
        let style = Style {
            blocks: false,
            ..plain(Some(40))
        };
        insta::assert_snapshot!(shown(&[("2024-02-29", 100)], style), @"
        2024: 100 files on 1 day

           February 2024
        Mo Tu We Th Fr Sa Su
                  1  2  3  4
         5  6  7  8  9 10 11
        12 13 14 15 16 17 18
        19 20 21 22 23 24 25
        26 27 28 29#

        . 1+  + 12+  # 100+ files
        ");
    }

    #[test]
    fn colour_changes_no_column() {
        let days = [("2024-09-01", 3), ("2024-09-30", 50)];
        let style = Style {
            color: true,
            ..plain(Some(80))
        };
        let colored = shown(&days, style);
        let stripped = console::strip_ansi_codes(&colored);
        assert_eq!(
            stripped.lines().map(str::trim_end).collect::<Vec<_>>(),
            shown(&days, plain(Some(80))).lines().collect::<Vec<_>>()
        );
        assert!(
            colored.contains("\u{1b}[1m 1\u{1b}[0m\u{1b}[32m▂\u{1b}[0m"),
            "{colored}"
        );
    }

    proptest! {
        #[test]
        fn every_day_has_its_mark_below_its_weekday(
            days in prop::collection::btree_map(600_000..740_000_i32, 1..200_u32, 1..20),
            width in 21..130_usize,
        ) {
            let days: BTreeMap<Day, u32> = days.into_iter().map(|(day, files)| (Day::from_number(day), files)).collect();
            let calendar = Calendar { days: &days, style: plain(Some(width)) };
            let mut out = Vec::new();
            calendar.write(&mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            prop_assert!(text.lines().all(|line| line.width() <= width.max(25)));
            let is_week = |line: &&str| !line.contains('+') && !line.contains(':');
            let marks: Vec<(usize, char)> = text.lines().filter(is_week)
                .flat_map(|line| line.chars().enumerate())
                .filter(|(_, c)| ('▁'..='▇').contains(c))
                .collect();
            prop_assert_eq!(marks.len(), days.len());
            let column = |day: &Day| CELL * day.date().weekday().num_days_from_monday() as usize + 2;
            let mut found: Vec<(usize, char)> = marks.iter().map(|(at, c)| (at % (WEEK + GAP), *c)).collect();
            let mut wanted: Vec<(usize, char)> = days.iter().map(|(day, files)| (column(day), mark(*files, true))).collect();
            found.sort_unstable();
            wanted.sort_unstable();
            prop_assert_eq!(found, wanted);
        }
    }
}
