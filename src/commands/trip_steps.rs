//! Why a trip begins and ends where it does, for people.

use std::io::Write;

use crate::output::dates;
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::capture::span::Span;
use imm_cluster_core::text;
use imm_cluster_core::trip::spells::{Border, Spell};

/// Each spell away from home that makes the trip, with its two borders.
pub(super) fn write(out: &mut impl Write, spells: &[Spell]) -> std::io::Result<()> {
    for spell in spells {
        writeln!(out, "  away {}", dates::span(spell.span))?;
        writeln!(out, "    begins: {}", why(spell.begins, "before"))?;
        writeln!(out, "    ends: {}", why(spell.ends, "after"))?;
    }
    Ok(())
}

fn why(border: Border, beside: &str) -> String {
    match border {
        Border::NothingKnown => format!("nothing is known of the time {beside}"),
        Border::AtHome { day } => format!("on {} all photos were taken at home", date(day)),
        Border::AlsoAtHome { day } => {
            format!("on {} photos were taken both at home and away", date(day))
        }
        Border::Silence {
            days,
            bridged,
            detour_km,
        } => format!(
            "{} without a photo {beside}; up to {} are bridged here, where going home between \
             is a detour of {detour_km} km",
            text::counted(days as usize, "day"),
            text::counted(bridged as usize, "day"),
        ),
        Border::ByHand => "you split it there, or deleted or pinned its neighbour".to_owned(),
    }
}

fn date(day: Day) -> String {
    dates::span(Span {
        first: day,
        last: day,
    })
}
