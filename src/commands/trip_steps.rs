//! Why a trip begins and ends where it does, for people.

use std::io::Write;

use crate::output::dates;
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::capture::span::Span;
use imm_cluster_core::text::counted;
use imm_cluster_core::trip::spells::{Border, Spell};
use imm_cluster_messages::text;

/// Each spell away from home that makes the trip, with its two borders.
pub(super) fn write(out: &mut impl Write, spells: &[Spell]) -> std::io::Result<()> {
    for spell in spells {
        let away = text!("spell-away", dates = dates::span(spell.span));
        let begins = text!("spell-begins", why = why(spell.begins, true));
        let ends = text!("spell-ends", why = why(spell.ends, false));
        writeln!(out, "  {away}\n    {begins}\n    {ends}")?;
    }
    Ok(())
}

fn why(border: Border, is_begin: bool) -> String {
    match border {
        Border::NothingKnown if is_begin => text!("border-nothing-before"),
        Border::NothingKnown => text!("border-nothing-after"),
        Border::AtHome { day } => text!("border-at-home", date = date(day)),
        Border::AlsoAtHome { day } => text!("border-also-at-home", date = date(day)),
        Border::Silence {
            days,
            bridged,
            detour_km,
        } => {
            let days = counted(days as usize, "day");
            let bridged = counted(bridged as usize, "day");
            let km = detour_km.to_string();
            if is_begin {
                text!(
                    "border-silence-before",
                    days = days,
                    bridged = bridged,
                    km = km
                )
            } else {
                text!(
                    "border-silence-after",
                    days = days,
                    bridged = bridged,
                    km = km
                )
            }
        }
        Border::ByHand => text!("border-by-hand"),
    }
}

fn date(day: Day) -> String {
    dates::span(Span {
        first: day,
        last: day,
    })
}
