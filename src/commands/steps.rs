//! Why the days of a region became the clusters that they are, for people.

use std::io::Write;

use crate::output::dates;
use imm_cluster_core::capture::span::Span;
use imm_cluster_core::cluster::explain::{Step, Verdict};
use imm_cluster_core::cluster::rules::Rules;
use imm_cluster_core::text::counted;
use imm_cluster_messages::text;

/// The days of a region, the gaps, and where it was cut by which rule.
pub(super) fn write(out: &mut impl Write, rules: &Rules, steps: &[Step]) -> std::io::Result<()> {
    let gap = rules.gap_days.to_string();
    for step in steps {
        match step {
            Step::Day { day, files, taken } => {
                let files = counted(*files as usize, "file");
                let taken = if *taken {
                    format!("  {}", text!("step-day-taken"))
                } else {
                    String::new()
                };
                writeln!(out, "  {day}  {files}{taken}")?;
            }
            Step::Between { days, verdict } => {
                let days = counted(*days as usize, "day");
                let between = match verdict {
                    Verdict::Joined => text!("step-joined", days = days, gap = gap),
                    Verdict::TooWide => text!("step-too-wide", days = days, gap = gap),
                    Verdict::ByHand => text!("step-by-hand", days = days),
                };
                writeln!(out, "    {between}")?;
            }
            Step::Run { first, last, fits } => {
                let span = Span {
                    first: *first,
                    last: *last,
                };
                let dates = dates::span(span);
                let days = counted(span.days() as usize, "day");
                let run = if *fits {
                    text!("step-listed", dates = dates, days = days)
                } else {
                    let (least, most) = (rules.min_days.to_string(), rules.max_days.to_string());
                    text!(
                        "step-not-listed",
                        dates = dates,
                        days = days,
                        least = least,
                        most = most
                    )
                };
                writeln!(out, "  = {run}")?;
            }
        }
    }
    Ok(())
}
