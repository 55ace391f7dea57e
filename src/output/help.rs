//! Help and wrong usage where clap's own English is not wanted.

use std::io::{self, Write};

use console::strip_ansi_codes;
use imm_cluster_messages::text;
use unicode_width::UnicodeWidthStr;

use super::notes::{hint, line, wrong};
use super::style::Style;
use super::wrap::wrapped;

/// Writes help that was rendered in colour and without breaking a line, in as many columns as
/// there are; to standard error where it stands in place of an answer.
pub fn help(rendered: &str, instead: bool, style: Style) {
    let mut text = String::new();
    for line in rendered.lines() {
        text.push_str(&broken(line, style));
        text.push('\n');
    }
    // Nobody is left to tell when the stream is closed.
    let _ = if instead {
        io::stderr().lock().write_all(text.as_bytes())
    } else {
        io::stdout().lock().write_all(text.as_bytes())
    };
}

/// What is wrong with a command line, what may be meant, and how it is used.
pub fn wrong_usage(message: &str, tip: Option<&str>, usage: &str, style: Style) {
    wrong(message, style);
    if let Some(tip) = tip {
        hint(tip, style);
    }
    if !usage.is_empty() {
        line(&format!("\n{usage}"));
    }
    line(&format!("\n{}", text!("usage-more")));
}

/// A line in several where it is too wide; what follows stands below the beginning of its text.
fn broken(line: &str, style: Style) -> String {
    let plain = strip_ansi_codes(line);
    let column = text_column(&plain);
    let (head, text) = plain.split_at(column);
    let indent = head.width();
    let lines = wrapped(text, style.width.map(|width| width.saturating_sub(indent)));
    let lines: Vec<&str> = lines.split('\n').map(str::trim_start).collect();
    let below = format!("\n{}", " ".repeat(indent));
    // Only what is before the text is painted.
    let head = line.strip_suffix(text).filter(|_| style.color);
    format!("{}{}", head.unwrap_or(&plain[..column]), lines.join(&below))
}

/// Where the text of a line begins, in bytes: behind what stands in the first column of a list
/// of options or commands, else behind its indentation.
fn text_column(plain: &str) -> usize {
    let indent = plain.len() - plain.trim_start_matches(' ').len();
    let entry = &plain[indent..];
    match entry.find("  ") {
        Some(gap) if indent > 0 => {
            let rest = &entry[gap..];
            indent + gap + rest.len() - rest.trim_start_matches(' ').len()
        }
        _ => indent,
    }
}
