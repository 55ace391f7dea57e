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
use imm_cluster_core::text::{self, Escaped};

pub(super) fn list(context: &Context) -> Result<Done, Fatal> {
    let dataset = open::read(context)?;
    let own = &dataset.geocoder.own;
    if own.is_empty() {
        let next = "`imm-cluster places add NAME LAT,LON` adds one";
        open::say_empty(context, "place", 0, next);
    }
    let mut out = output::stdout();
    match context.format {
        Format::Table => {
            let mut table = Table::new(
                &[
                    ("NAME", Cells::Words),
                    ("LEVEL", Cells::Words),
                    ("RADIUS", Cells::Numbers),
                    ("CENTRE", Cells::Words),
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
            text::write_list(&mut out, own, context.format == Format::Json)?;
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
            let name = Escaped::new(&place.name);
            context
                .notes
                .note(&format!("`{name}` is already that place"));
            return Ok(Done::Well);
        }
        Ok(at) => {
            let before = std::mem::replace(&mut own[at], place.clone());
            format!("{} (before: {})", told(&place), meant(&before))
        }
        Err(at) => {
            own.insert(at, place.clone());
            told(&place)
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
    let what = format!("{} removed", names.join(", "));
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
    context.notes.note(&format!(
        "{what}; {} renamed in the dataset, and the next `imm-cluster run` uses the name",
        text::files(moved)
    ));
    Ok(Done::Well)
}

fn told(place: &OwnPlace) -> String {
    format!("`{}` names {}", Escaped::new(&place.name), meant(place))
}

fn meant(place: &OwnPlace) -> String {
    format!(
        "the {} within {} of {},{}",
        place.level,
        place.radius,
        place.centre.lat(),
        place.centre.lon()
    )
}
