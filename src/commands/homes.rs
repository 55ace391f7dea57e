//! `homes`: where trips lead away from, found or stated.

use std::io::Write;

use super::done::Done;
use super::open;
use crate::cli::{AddHome, EditHome, Format};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::json::HomeJson;
use crate::output::{self, Cells, Table};
use imm_cluster_core::capture::position::Metres;
use imm_cluster_core::dataset::{Dataset, Locked};
use imm_cluster_core::text::{Escaped, write_list};
use imm_cluster_core::trip::known::{HomeEdit, StatedHome};
use imm_cluster_messages::text;

pub(super) fn list(context: &Context) -> Result<Done, Fatal> {
    let dataset = open::existing(context, context.store.read_head()?);
    let homes = &dataset.homes.list;
    write(context, &dataset)?;
    if homes.is_empty() && context.store.path().exists() && context.format == Format::Table {
        context.notes.note(&none(&dataset));
    }
    Ok(Done::Well)
}

fn write(context: &Context, dataset: &Dataset) -> Result<(), Fatal> {
    let mut out = output::stdout();
    match context.format {
        Format::Table => table(dataset).write(&mut out, context.style)?,
        Format::Json | Format::Ndjson | Format::Imm => {
            let homes = dataset.homes.list.iter().map(HomeJson::from);
            write_list(&mut out, homes, context.format == Format::Json)?;
        }
    }
    Ok(out.flush()?)
}

/// Why there is no home.
fn none(dataset: &Dataset) -> String {
    if dataset.rules.is_none() {
        text!("homes-none-yet")
    } else {
        text!("homes-none")
    }
}

fn table(dataset: &Dataset) -> Table {
    let columns = [
        (text!("column-home"), Cells::Words),
        (text!("column-from"), Cells::Dates),
        (text!("column-to"), Cells::Dates),
        (text!("column-centre"), Cells::Words),
        (text!("column-evidence"), Cells::Words),
        (text!("column-id"), Cells::Ids),
    ];
    let (name, evidence) = (0, 4);
    let mut table = Table::new(&columns, evidence)
        .with_elastic(name)
        .with_optional(&[3, evidence]);
    for home in &dataset.homes.list {
        let centre = home.centre.0;
        table.row(vec![
            Escaped::new(&home.name).to_string(),
            home.from.to_string(),
            home.to.to_string(),
            format!("{:.3},{:.3}", centre.lat(), centre.lon()),
            home.evidence(),
            home.short_id().to_owned(),
        ]);
    }
    table
}

pub(super) fn add(context: &Context, arguments: &AddHome) -> Result<Done, Fatal> {
    let home = StatedHome::new(
        &arguments.name,
        arguments.centre,
        kilometres(arguments.radius),
        arguments.from,
        arguments.to,
    )?;
    let what = text!("home-added", name = Escaped::new(&home.name).to_string());
    change(context, "homes add", |dataset| {
        dataset.homes.state(home)?;
        Ok(what)
    })
}

pub(super) fn edit(context: &Context, arguments: &EditHome) -> Result<Done, Fatal> {
    let edit = HomeEdit {
        name: arguments.name.clone(),
        centre: arguments.centre,
        radius_km: kilometres(arguments.radius),
        from: arguments.from,
        to: arguments.to,
    };
    change(context, "homes edit", |dataset| {
        let name = dataset.homes.edit(&arguments.home, &edit)?;
        Ok(text!(
            "home-changed",
            name = Escaped::new(&name).to_string()
        ))
    })
}

pub(super) fn remove(context: &Context, homes: &[String]) -> Result<Done, Fatal> {
    change(context, "homes remove", |dataset| {
        let mut removed = Vec::new();
        for home in homes {
            removed.push(format!("`{}`", Escaped::new(&dataset.homes.remove(home)?)));
        }
        Ok(text!("home-removed", names = output::listed(&removed)))
    })
}

pub(super) fn reset(context: &Context, homes: &[String]) -> Result<Done, Fatal> {
    change(context, "homes reset", |dataset| {
        if homes.is_empty() {
            dataset.homes.reset_all();
            return Ok(text!("homes-reset"));
        }
        let mut reset = Vec::new();
        for home in homes {
            reset.push(format!("`{}`", Escaped::new(&dataset.homes.reset(home)?)));
        }
        Ok(text!("home-reset", names = output::listed(&reset)))
    })
}

/// Decides about homes, finds homes and trips again by it, saves, and shows the homes.
fn change(
    context: &Context,
    purpose: &str,
    decide: impl FnOnce(&mut Dataset) -> Result<String, Fatal>,
) -> Result<Done, Fatal> {
    let locked: Locked = context.store.lock(context.wait, purpose)?;
    let mut dataset = locked.read()?;
    let what = decide(&mut dataset)?;
    if let Some(rules) = dataset.rules.clone() {
        dataset.cluster(&rules, context.now);
    }
    locked.save(&dataset)?;
    context.notes.note(&what);
    dataset.speak(&context.languages);
    write(context, &dataset)?;
    Ok(Done::Well)
}

fn kilometres(radius: Option<Metres>) -> Option<f64> {
    radius.map(|Metres(metres)| metres / 1_000.0)
}
