//! `places`: names of the user's own for spots on the ground.

use std::io::Write;

use super::done::Done;
use super::open;
use crate::cli::{AddPlace, Format};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::{self, Cells, Table};
use imm_cluster_core::dataset::{Dataset, Locked};
use imm_cluster_core::find::{FindError, Noun};
use imm_cluster_core::place::OwnPlace;
use imm_cluster_core::text::{Escaped, counted, write_list};
use imm_cluster_messages::text;

pub(super) fn list(context: &Context) -> Result<Done, Fatal> {
    let dataset = open::read(context)?;
    let own = &dataset.geocoder.own;
    if own.is_empty() {
        let next = text!("places-empty-next");
        open::say_empty(context, "place", 0, &next);
    }
    let mut out = output::stdout();
    match context.format {
        Format::Table => {
            let mut table = Table::new(
                &[
                    (text!("column-name"), Cells::Words),
                    (text!("column-level"), Cells::Words),
                    (text!("places-heading-radius"), Cells::Numbers),
                    (text!("column-centre"), Cells::Words),
                ],
                0,
            );
            for place in own {
                table.row(vec![
                    Escaped::new(&place.name).to_string(),
                    place.level.to_string(),
                    place.radius.to_string(),
                    format!("{},{}", place.centre.lat(), place.centre.lon()),
                ]);
            }
            table.write(&mut out, context.style)?;
        }
        Format::Json | Format::Ndjson | Format::Imm => {
            write_list(&mut out, own, context.format == Format::Json)?;
        }
    }
    out.flush()?;
    Ok(Done::Well)
}

pub(super) fn add(context: &Context, arguments: &AddPlace) -> Result<Done, Fatal> {
    let AddPlace {
        name,
        centre,
        radius,
        level,
    } = arguments;
    let place = OwnPlace::new(name, *centre, *radius, *level).map_err(Fatal::usage)?;
    let locked = context.store.lock(context.wait, "places add")?;
    let mut dataset = locked.read()?;
    let own = &mut dataset.geocoder.own;
    let at = own.binary_search_by(|known| known.name.cmp(&place.name));
    let what = match at {
        Ok(at) if own[at] == place => {
            let name = Escaped::new(&place.name).to_string();
            context.notes.note(&text!("places-known", name = name));
            return Ok(Done::Well);
        }
        Ok(at) => {
            let before = std::mem::replace(&mut own[at], place.clone());
            text!(
                "places-renamed",
                name = Escaped::new(&place.name).to_string(),
                area = area(&place),
                before = area(&before),
            )
        }
        Err(at) => {
            own.insert(at, place.clone());
            let name = Escaped::new(&place.name).to_string();
            text!("places-named", name = name, area = area(&place))
        }
    };
    store(context, &locked, dataset, &what)
}

pub(super) fn remove(context: &Context, names: &[String]) -> Result<Done, Fatal> {
    let locked = context.store.lock(context.wait, "places remove")?;
    let mut dataset = locked.read()?;
    for name in names {
        let own = &mut dataset.geocoder.own;
        let Some(at) = own.iter().position(|place| place.name == *name) else {
            return Err(FindError::not_found(Noun::Place, name.clone()).into());
        };
        own.remove(at);
    }
    let names: Vec<String> = (names.iter())
        .map(|name| format!("`{}`", Escaped::new(name)))
        .collect();
    let what = text!("places-removed", names = output::listed(&names));
    store(context, &locked, dataset, &what)
}

/// Locates the stored coordinates again, without reading a file, and saves.
fn store(
    context: &Context,
    locked: &Locked,
    mut dataset: Dataset,
    what: &str,
) -> Result<Done, Fatal> {
    let moved = dataset.relocate(&context.progress());
    locked.save(&dataset)?;
    let files = counted(moved, "file");
    (context.notes).note(&text!("places-stored", what = what, files = files));
    Ok(Done::Well)
}

/// What a place names.
fn area(place: &OwnPlace) -> String {
    text!(
        "places-area",
        level = place.level.in_words(),
        radius = place.radius.to_string(),
        centre = format!("{},{}", place.centre.lat(), place.centre.lon()),
    )
}

#[cfg(test)]
mod tests {
    use imm_cluster_core::capture::position::{Metres, Position};
    use imm_cluster_core::place::Level;
    use imm_cluster_messages::{Tongue, in_tongue};

    use super::*;

    #[test]
    fn what_a_place_names_in_both_languages() {
        let centre = Position::new(30.2936, 120.1583).unwrap();
        let place = OwnPlace::new("Grandma's", centre, Metres(200.0), Level::Township).unwrap();
        insta::assert_snapshot!(area(&place), @"the township within 200 m of 30.2936,120.1583");
        insta::assert_snapshot!(in_tongue(Tongue::Chinese, || area(&place)), @"30.2936,120.1583 周围 200 m 内的乡镇");
    }
}
