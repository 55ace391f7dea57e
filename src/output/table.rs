//! Columns for people.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::style::Style;
use super::wrap::wrapped;

/// Columns between two cells.
const GAP: usize = 2;
/// What a second elastic column keeps while there is a decoration to leave out.
const COMFORTABLE: usize = 20;
/// What an elastic cell keeps while there is something else to leave out.
const LEAST: usize = 8;
/// What it keeps when there is not.
const LEAST_OF_ALL: usize = 4;
/// Joins two characters into one: no place to cut a text.
const JOINER: char = '\u{200d}';

/// What the cells of a column are: where they stand, and in which colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cells {
    /// At the left.
    Words,
    /// At the right.
    Numbers,
    /// At the left.
    Dates,
    /// At the left; only there to be typed.
    Ids,
}

impl Cells {
    fn painted(self, text: &str, style: Style) -> String {
        match self {
            Self::Words => text.to_owned(),
            Self::Numbers => style.yellow(text),
            Self::Dates => style.cyan(text),
            Self::Ids => style.dim(text),
        }
    }
}

/// Rows under headings. The columns are as wide as their widest cell. On a narrow
/// terminal the decoration goes first, then the `elastic` columns shrink to a comfortable
/// width, then the optional ones go, and then the elastic ones shrink as far as they can;
/// what is none of these is never cut.
#[derive(Debug)]
pub struct Table {
    headings: Vec<(String, Cells)>,
    elastic: Vec<usize>,
    decoration: Option<usize>,
    optional: Vec<usize>,
    rows: Vec<Row>,
}

#[derive(Debug)]
enum Row {
    Cells(Vec<String>),
    /// A heading of the rows that follow.
    Heading(String),
    /// A line of its own.
    Line(String),
}

/// A column that is shown: its index, and how wide it is.
type ShownColumn = (usize, usize);

impl Table {
    /// A table of these columns.
    pub fn new(headings: &[(impl AsRef<str>, Cells)], elastic: usize) -> Self {
        let headings = headings.iter();
        let headings = headings.map(|(heading, cells)| (heading.as_ref().to_owned(), *cells));
        Self {
            headings: headings.collect(),
            elastic: vec![elastic],
            decoration: None,
            optional: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Another column that may shrink.
    #[must_use]
    pub fn with_elastic(mut self, column: usize) -> Self {
        self.elastic.push(column);
        self
    }

    /// A column for which nothing else is shortened.
    #[must_use]
    pub fn with_decoration(mut self, column: usize) -> Self {
        self.decoration = Some(column);
        self
    }

    /// Columns that a narrow terminal can do without, the most dispensable first.
    #[must_use]
    pub fn with_optional(mut self, columns: &[usize]) -> Self {
        self.optional = columns.to_vec();
        self
    }

    /// Adds a row with a cell for each column.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(Row::Cells(cells));
    }

    /// Adds a line of its own below the last row.
    pub fn line_below(&mut self, line: String) {
        self.rows.push(Row::Line(line));
    }

    /// Adds a heading of the rows that follow, apart from those before, and lines below it.
    pub fn section(&mut self, heading: String, lines: Vec<String>) {
        if !self.rows.is_empty() {
            self.rows.push(Row::Line(String::new()));
        }
        self.rows.push(Row::Heading(heading));
        self.rows.extend(lines.into_iter().map(Row::Line));
    }

    /// Writes the table; nothing at all when there is no row.
    ///
    /// # Errors
    /// The output is closed or full.
    pub fn write(&self, out: &mut impl Write, style: Style) -> io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let headings: Vec<String> = self
            .headings
            .iter()
            .map(|(heading, _)| heading.clone())
            .collect();
        let shown = self.layout(style.width);
        let most = style.width.unwrap_or(usize::MAX);
        let heading = self.line(&headings, &shown, None);
        writeln!(out, "{}", style.bold(&heading))?;
        for row in &self.rows {
            match row {
                Row::Cells(cells) => writeln!(out, "{}", self.line(cells, &shown, Some(style)))?,
                Row::Heading(line) => writeln!(out, "{}", style.bold(&fit(line, most)))?,
                Row::Line(line) => writeln!(out, "{}", wrapped(line, style.width))?,
            }
        }
        Ok(())
    }

    /// Which columns are shown, and how wide.
    fn layout(&self, available: Option<usize>) -> Vec<ShownColumn> {
        let mut shown: Vec<ShownColumn> = self
            .headings
            .iter()
            .map(|(heading, _)| heading.width())
            .enumerate()
            .collect();
        for row in &self.rows {
            if let Row::Cells(cells) = row {
                for ((_, width), cell) in shown.iter_mut().zip(cells) {
                    *width = (*width).max(cell.width());
                }
            }
        }
        let Some(available) = available else {
            return shown;
        };
        let main = self.elastic.first().copied();
        let comfortable = self.shrunk(&shown, available, |column| {
            (Some(column) != main).then_some(COMFORTABLE)
        });
        if total(&comfortable) <= available {
            return comfortable;
        }
        shown.retain(|(column, _)| Some(*column) != self.decoration);
        let shrunk = |shown: &[ShownColumn], least| self.shrunk(shown, available, |_| Some(least));
        for column in &self.optional {
            let comfortable = shrunk(&shown, COMFORTABLE);
            if total(&comfortable) <= available {
                return comfortable;
            }
            shown.retain(|(other, _)| other != column);
        }
        let kept = shrunk(&shown, LEAST);
        if total(&kept) <= available {
            return kept;
        }
        shrunk(&shown, LEAST_OF_ALL)
    }

    /// The widest elastic columns give way, each as far as it may, until all fit or none
    /// can any more.
    fn shrunk(
        &self,
        shown: &[ShownColumn],
        available: usize,
        least: impl Fn(usize) -> Option<usize>,
    ) -> Vec<ShownColumn> {
        let mut shown = shown.to_vec();
        let mut over = total(&shown).saturating_sub(available);
        let can_shrink = |(column, width): &&mut ShownColumn| {
            self.elastic.contains(column) && least(*column).is_some_and(|least| *width > least)
        };
        while over > 0
            && let Some((_, width)) = (shown.iter_mut())
                .filter(can_shrink)
                .max_by_key(|(_, width)| *width)
        {
            *width -= 1;
            over -= 1;
        }
        shown
    }

    /// The cells side by side, in colour where a style is given.
    fn line(&self, cells: &[String], shown: &[ShownColumn], style: Option<Style>) -> String {
        let mut line = String::new();
        for (i, (column, width)) in shown.iter().enumerate() {
            let (Some(cell), Some((_, kind))) = (cells.get(*column), self.headings.get(*column))
            else {
                continue;
            };
            let cell = fit(cell, *width);
            let padding = " ".repeat(width.saturating_sub(cell.width()));
            let cell = match style {
                Some(style) if !cell.is_empty() => kind.painted(&cell, style),
                _ => cell,
            };
            if i > 0 {
                line.push_str(&" ".repeat(GAP));
            }
            match kind {
                Cells::Numbers => line.extend([padding.as_str(), &cell]),
                _ => line.extend([cell.as_str(), &padding]),
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// How wide a row is.
fn total(shown: &[ShownColumn]) -> usize {
    let gaps = GAP * shown.len().saturating_sub(1);
    shown.iter().map(|(_, width)| width).sum::<usize>() + gaps
}

/// Cuts a text to a width in columns, never between a character and what belongs to it.
fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = 0;
    let mut joined = false;
    for (i, c) in text.char_indices() {
        if c.width() != Some(0) && !joined {
            // Several characters can be narrower, and wider, than their sum.
            if text[..i].width() + 1 > width {
                break;
            }
            kept = i;
        }
        joined = c == JOINER;
    }
    format!("{}…", &text[..kept])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn styled(width: Option<usize>) -> Style {
        Style {
            color: false,
            width,
            blocks: true,
        }
    }

    fn written(table: &Table, width: Option<usize>) -> String {
        let mut out = Vec::new();
        table.write(&mut out, styled(width)).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn shown(width: Option<usize>) -> String {
        let mut table = Table::new(
            &[
                ("PLACE", Cells::Words),
                ("FILES", Cells::Numbers),
                ("ID", Cells::Ids),
            ],
            0,
        );
        table.row(vec!["西湖, 杭州".into(), "7".into(), "ab".into()]);
        table.row(vec![
            "Hangzhou, Zhejiang".into(),
            "12345".into(),
            "cd".into(),
        ]);
        written(&table, width)
    }

    #[test]
    fn columns_line_up_in_any_script() {
        insta::assert_snapshot!(shown(None), @r"
        PLACE               FILES  ID
        西湖, 杭州              7  ab
        Hangzhou, Zhejiang  12345  cd
        ");
    }

    #[test]
    fn a_narrow_terminal_cuts_the_elastic_column() {
        insta::assert_snapshot!(shown(Some(23)), @r"
        PLACE         FILES  ID
        西湖, 杭州        7  ab
        Hangzhou, Z…  12345  cd
        ");
    }

    /// Two elastic columns, a decoration, and two columns that can go.
    fn trips() -> Table {
        let columns = [
            ("DATES", Cells::Dates),
            ("DAYS", Cells::Numbers),
            ("PLACE", Cells::Words),
            ("FILES", Cells::Numbers),
            ("BAR", Cells::Words),
            ("TITLE", Cells::Words),
        ];
        let mut table = Table::new(&columns, 2)
            .with_elastic(5)
            .with_decoration(4)
            .with_optional(&[1, 3]);
        for (dates, days, place, files, bar, title) in [
            (
                "3–5 Mar 2024",
                "3",
                "杭州, 浙江, 中国",
                "20",
                "▃▃▃",
                "春天的西湖",
            ),
            (
                "30 Dec 2024 – 2 Jan 2025",
                "4",
                "Llanfairpwllgwyngyll, Wales",
                "1",
                "▁",
                "Faq\u{303}ira",
            ),
        ] {
            let cells = [dates, days, place, files, bar, title];
            table.row(cells.map(str::to_owned).to_vec());
        }
        table
    }

    #[test]
    fn the_decoration_goes_first_then_texts_shrink_then_columns_go() {
        insta::assert_snapshot!(written(&trips(), Some(100)), @"
        DATES                     DAYS  PLACE                        FILES  BAR  TITLE
        3–5 Mar 2024                 3  杭州, 浙江, 中国                20  ▃▃▃  春天的西湖
        30 Dec 2024 – 2 Jan 2025     4  Llanfairpwllgwyngyll, Wales      1  ▁    Faq̃ira
        ");
        insta::assert_snapshot!(written(&trips(), Some(85)), @"
        DATES                     DAYS  PLACE                        FILES  BAR  TITLE
        3–5 Mar 2024                 3  杭州, 浙江, 中国                20  ▃▃▃  春天的西湖
        30 Dec 2024 – 2 Jan 2025     4  Llanfairpwllgwyngyll, Wales      1  ▁    Faq̃ira
        ");
        insta::assert_snapshot!(written(&trips(), Some(60)), @"
        DATES                     PLACE                   TITLE
        3–5 Mar 2024              杭州, 浙江, 中国        春天的西湖
        30 Dec 2024 – 2 Jan 2025  Llanfairpwllgwyngyll,…  Faq̃ira
        ");
        insta::assert_snapshot!(written(&trips(), Some(50)), @"
        DATES                     PLACE         TITLE
        3–5 Mar 2024              杭州, 浙江,…  春天的西湖
        30 Dec 2024 – 2 Jan 2025  Llanfairpwl…  Faq̃ira
        ");
        insta::assert_snapshot!(written(&trips(), Some(1)), @"
        DATES                     PLA…  TIT…
        3–5 Mar 2024              杭…   春…
        30 Dec 2024 – 2 Jan 2025  Lla…  Faq̃…
        ");
    }

    #[test]
    fn sections_stand_apart() {
        let mut table = Table::new(&[("PLACE", Cells::Words)], 0);
        for year in ["2023", "2024"] {
            table.section(
                year.to_owned(),
                vec!["  1 cluster, at quite some length".to_owned()],
            );
            table.row(vec!["Utrecht".to_owned()]);
        }
        insta::assert_snapshot!(written(&table, Some(20)), @"
        PLACE
        2023
          1 cluster, at
            quite some
            length
        Utrecht

        2024
          1 cluster, at
            quite some
            length
        Utrecht
        ");
    }

    #[test]
    fn what_belongs_together_is_not_cut_apart() {
        assert_eq!(fit("Ame\u{301}lie", 4), "Ame\u{301}…");
        assert_eq!(fit("Ame\u{301}lie", 6), "Ame\u{301}lie");
        // A family of three people is one character, two columns wide.
        let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} us";
        assert_eq!(
            fit(family, 4),
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} …"
        );
        assert_eq!(fit(family, 2), "…");
        // A heart is one column wide, and two as a picture.
        assert_eq!(
            fit("\u{2764}\u{fe0f}\u{2764}\u{fe0f}x", 3),
            "\u{2764}\u{fe0f}…"
        );
        assert_eq!(fit("西湖", 3), "西…");
        assert_eq!(fit("西湖", 2), "…");
    }

    proptest! {
        #[test]
        fn a_cut_text_fits_and_is_a_beginning(
            text in "[ -~é西湖👨👩\u{301}\u{200d}\u{fe0f}\u{2764}]{0,12}",
            width in 1..12_usize,
        ) {
            let fitted = fit(&text, width);
            prop_assert!(fitted.width() <= width, "{fitted:?}");
            let kept = fitted.strip_suffix('…').unwrap_or(&fitted);
            prop_assert!(text.starts_with(kept));
        }

        #[test]
        fn no_row_is_wider_than_a_terminal_that_has_room_for_the_rest(
            places in prop::collection::vec("[a-z西湖]{0,40}", 1..4),
            width in 36..120_usize,
        ) {
            let mut table = Table::new(&[("DATES", Cells::Dates), ("DAYS", Cells::Numbers), ("PLACE", Cells::Words), ("ID", Cells::Ids)], 2)
                .with_optional(&[1]);
            for place in places {
                table.row(vec!["3 Mar 2024".into(), "1".into(), place, "0ab589fb".into()]);
            }
            for line in written(&table, Some(width)).lines() {
                prop_assert!(line.width() <= width, "{line}");
                prop_assert!(line.contains("0ab589fb") || line.ends_with("ID"));
            }
        }
    }
}
