//! Why the days of a region became the clusters that they are, for people.

use std::io::Write;

use crate::output::dates;
use imm_cluster_core::capture::span::Span;
use imm_cluster_core::cluster::explain::{Step, Verdict};
use imm_cluster_core::cluster::rules::Rules;
use imm_cluster_core::text;

/// The days of a region, the gaps, and where it was cut by which rule.
pub(super) fn write(out: &mut impl Write, rules: &Rules, steps: &[Step]) -> std::io::Result<()> {
    let gap = rules.gap_days;
    for step in steps {
        match step {
            Step::Day { day, files, taken } => {
                let taken = if *taken {
                    "  ignored: a cluster of that day was deleted or pinned"
                } else {
                    ""
                };
                writeln!(out, "  {day}  {}{taken}", text::files(*files as usize))?;
            }
            Step::Between {
                days,
                verdict: Verdict::Joined,
            } => {
                writeln!(
                    out,
                    "    {days} without, at most {gap} (--gap-days): goes on"
                )?;
            }
            Step::Between {
                days,
                verdict: Verdict::TooWide,
            } => {
                writeln!(out, "    {days} without, more than {gap} (--gap-days): cut")?;
            }
            Step::Between {
                days,
                verdict: Verdict::ByHand,
            } => writeln!(out, "    {days} without: cut by hand")?,
            Step::Run { first, last, fits } => {
                let span = Span {
                    first: *first,
                    last: *last,
                };
                let days = text::counted(span.days() as usize, "day");
                let (least, most) = (rules.min_days, rules.max_days);
                let verdict = match fits {
                    true => "listed".to_owned(),
                    false => {
                        format!("not listed, outside --min-days/--max-days ({least} to {most})")
                    }
                };
                writeln!(out, "  = {}, {days}: {verdict}", dates::span(span))?;
            }
        }
    }
    Ok(())
}
