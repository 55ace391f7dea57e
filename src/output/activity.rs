//! How many files a day, at a glance: one scale for lists and calendars.

use unicode_width::UnicodeWidthStr;

use imm_cluster_core::capture::day::Day;
use imm_cluster_core::capture::span::Span;
use imm_cluster_messages::text;

/// From how many files a day on there is the next mark.
const STEPS: [u32; 7] = [1, 3, 6, 12, 25, 50, 100];
const BLOCKS: [char; 7] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇'];
const ASCII: [char; 7] = ['.', ':', '=', '+', '*', '%', '#'];

/// How many marks a bar has at most.
const WIDEST: u32 = 8;

/// The mark for so many files a day; a blank for none.
pub(super) fn mark(files: u32, blocks: bool) -> char {
    let marks = if blocks { &BLOCKS } else { &ASCII };
    let steps = STEPS.iter().take_while(|step| **step <= files).count();
    let mark = steps.checked_sub(1).and_then(|step| marks.get(step));
    mark.copied().unwrap_or(' ')
}

/// The mark for a share of the most; a blank for none.
pub fn share_mark(files: u32, most: u32, blocks: bool) -> char {
    let marks = if blocks { &BLOCKS } else { &ASCII };
    let steps = u64::from(files) * marks.len() as u64;
    let mark = steps.div_ceil(u64::from(most.max(1))).checked_sub(1);
    let mark = mark.and_then(|step| marks.get(usize::try_from(step).ok()?));
    mark.copied().unwrap_or(' ')
}

/// What the marks mean, in at most so many columns.
pub(super) fn legend(blocks: bool, width: usize) -> String {
    let of = |every: usize| {
        let steps = STEPS.iter().step_by(every);
        let each = steps.map(|step| format!("{} {step}+", mark(*step, blocks)));
        let marks = each.collect::<Vec<_>>().join("  ");
        text!("calendar-legend", marks = marks)
    };
    let whole = of(1);
    if whole.width() <= width { whole } else { of(3) }
}

/// The files of a span of days: a part for each day, or eight equal ones when there
/// are more days.
#[derive(Debug)]
pub struct Activity {
    span: Span,
    files: Vec<u32>,
}

impl Activity {
    /// None yet.
    pub fn over(span: Span) -> Self {
        let parts = span.days().min(WIDEST);
        Self {
            span,
            files: vec![0; parts as usize],
        }
    }

    /// One file of that day; one outside the span is not counted.
    pub fn add(&mut self, day: Day) {
        let part = self.part(day);
        if self.span.contains(day)
            && let Some(files) = self.files.get_mut(part)
        {
            *files += 1;
        }
    }

    /// A mark for each part: how many files a day it has on average, rounded up.
    pub fn bar(&self) -> String {
        let mut days = vec![0_u32; self.files.len()];
        for number in self.span.first.number()..=self.span.last.number() {
            if let Some(days) = days.get_mut(self.part(Day::from_number(number))) {
                *days += 1;
            }
        }
        let parts = self.files.iter().zip(days);
        parts
            .map(|(files, days)| mark(files.div_ceil(days.max(1)), true))
            .collect()
    }

    fn part(&self, day: Day) -> usize {
        let before = i64::from(day.number()) - i64::from(self.span.first.number());
        let parts = self.files.len() as u64;
        let part = before.unsigned_abs() * parts / u64::from(self.span.days());
        usize::try_from(part).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bar(first: &str, last: &str, files: &[(&str, u32)]) -> String {
        let mut activity = Activity::over(Span {
            first: first.parse().unwrap(),
            last: last.parse().unwrap(),
        });
        for (day, files) in files {
            for _ in 0..*files {
                activity.add(day.parse().unwrap());
            }
        }
        activity.bar()
    }

    #[test]
    fn a_mark_has_the_same_meaning_everywhere() {
        let marks = |blocks| {
            [0, 1, 2, 3, 5, 6, 11, 12, 24, 25, 49, 50, 99, 100, u32::MAX]
                .map(|files| mark(files, blocks))
                .iter()
                .collect::<String>()
        };
        assert_eq!(marks(true), " ▁▁▂▂▃▃▄▄▅▅▆▆▇▇");
        assert_eq!(marks(false), " ..::==++**%%##");
    }

    #[test]
    fn a_share_of_the_most_has_its_mark() {
        let marks =
            |blocks| [0, 1, 14, 15, 50, 99, 100].map(|files| share_mark(files, 100, blocks));
        assert_eq!(marks(true).iter().collect::<String>(), " ▁▁▂▄▇▇");
        assert_eq!(marks(false).iter().collect::<String>(), " ..:+##");
        assert_eq!(share_mark(0, 0, true), ' ');
        assert_eq!(share_mark(u32::MAX, u32::MAX, true), '▇');
    }

    #[test]
    fn a_short_cluster_has_a_mark_for_each_day() {
        let bridged = [("2024-03-03", 20), ("2024-03-05", 1)];
        assert_eq!(bar("2024-03-03", "2024-03-05", &bridged), "▄ ▁");
        assert_eq!(bar("2024-12-31", "2025-01-01", &[("2025-01-01", 3)]), " ▂");
        assert_eq!(bar("1969-12-31", "1969-12-31", &[("1969-12-31", 100)]), "▇");
    }

    #[test]
    fn a_long_cluster_has_eight_parts() {
        let files = [("2024-01-01", 124), ("2024-12-31", 1), ("2025-01-01", 900)];
        assert_eq!(bar("2024-01-01", "2024-12-31", &files), "▂      ▁");
    }

    #[test]
    fn the_legend_fits() {
        assert_eq!(
            legend(true, 80),
            "▁ 1+  ▂ 3+  ▃ 6+  ▄ 12+  ▅ 25+  ▆ 50+  ▇ 100+ files"
        );
        assert_eq!(legend(false, 40), ". 1+  + 12+  # 100+ files");
    }

    proptest! {
        #[test]
        fn no_file_is_lost(first in -800_000..800_000_i32, days in 1..3000_i32, files in prop::collection::vec(0..3000_i32, 0..40)) {
            let last = first + days - 1;
            let span = Span { first: Day::from_number(first), last: Day::from_number(last) };
            let mut activity = Activity::over(span);
            for file in &files {
                activity.add(Day::from_number(first + file));
            }
            let within = files.iter().filter(|file| **file < days).count();
            prop_assert_eq!(activity.files.iter().sum::<u32>() as usize, within);
            prop_assert_eq!(activity.bar().chars().count(), usize::try_from(days.min(8)).unwrap());
        }
    }
}
