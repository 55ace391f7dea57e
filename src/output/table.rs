//! Columns for people.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Style;

/// How the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left: words.
    Left,
    /// At the right: numbers.
    Right,
}

/// Rows under headings. The columns are as wide as their widest cell; on a
/// terminal the `elastic` one gives way so that a row stays one line.
#[derive(Debug)]
pub struct Table {
    headings: Vec<(&'static str, Align)>,
    elastic: usize,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table of these columns.
    pub fn new(headings: &[(&'static str, Align)], elastic: usize) -> Self {
        Self {
            headings: headings.to_vec(),
            elastic,
            rows: Vec::new(),
        }
    }

    /// Adds a row with a cell for each column.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
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
            .map(|(heading, _)| (*heading).to_owned())
            .collect();
        let mut widths: Vec<usize> = headings.iter().map(|heading| heading.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        if let (Some(available), Some(elastic)) = (style.width, widths.get(self.elastic).copied()) {
            let others: usize = widths.iter().sum::<usize>() - elastic + 2 * (widths.len() - 1);
            let least = headings
                .get(self.elastic)
                .map_or(0, |heading| heading.width())
                .max(8);
            widths[self.elastic] = elastic.min(available.saturating_sub(others).max(least));
        }
        let heading = self.line(&headings, &widths);
        writeln!(out, "{}", style.bold(&heading))?;
        for row in &self.rows {
            writeln!(out, "{}", self.line(row, &widths))?;
        }
        Ok(())
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (i, ((cell, width), (_, align))) in
            cells.iter().zip(widths).zip(&self.headings).enumerate()
        {
            let cell = fit(cell, *width);
            let padding = " ".repeat(width.saturating_sub(cell.width()));
            if i > 0 {
                line.push_str("  ");
            }
            match align {
                Align::Left => line.extend([cell.as_str(), &padding]),
                Align::Right => line.extend([padding.as_str(), &cell]),
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// Cuts a text to a width in columns.
fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used + 1 > width {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(width: Option<usize>) -> String {
        let mut table = Table::new(
            &[
                ("PLACE", Align::Left),
                ("FILES", Align::Right),
                ("ID", Align::Left),
            ],
            0,
        );
        table.row(vec!["西湖, 杭州".into(), "7".into(), "ab".into()]);
        table.row(vec![
            "Hangzhou, Zhejiang".into(),
            "12345".into(),
            "cd".into(),
        ]);
        let mut out = Vec::new();
        table
            .write(
                &mut out,
                Style {
                    color: false,
                    width,
                },
            )
            .unwrap();
        String::from_utf8(out).unwrap()
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
}
