//! `gazetteer`: names of places from data of one's own.

use std::io::Write;
use std::path::PathBuf;

use super::done::Done;
use crate::cli::{Format, ImportGazetteer};
use crate::error::Fatal;
use crate::options::{self, Context};
use crate::output::json::{GazetteerJson, GeodataJson, SourceJson};
use crate::output::{self, Cells, Table};
use imm_cluster_core::place::import::{self, Description, ImportRequest, Imported, Imports};
use imm_cluster_core::place::{GEODATA, Level};
use imm_cluster_core::text::{Escaped, write_list, write_value};
use imm_cluster_messages::{retold, text};

/// Where the built-in data comes from.
const NOTICE: &str = include_str!("../../data/NOTICE.md");
/// The same of the part under the Open Database License.
#[cfg(feature = "openstreetmap")]
const NOTICES: [&str; 2] = [NOTICE, include_str!("../../data/NOTICE-OSM.md")];
#[cfg(not(feature = "openstreetmap"))]
const NOTICES: [&str; 1] = [NOTICE];

fn folder() -> Result<PathBuf, Fatal> {
    options::gazetteers().ok_or_else(|| {
        Fatal::usage(text!("gazetteers-no-folder")).with_hint(text!("gazetteers-no-folder-hint"))
    })
}

fn imported() -> Result<Vec<Imported>, Fatal> {
    match options::gazetteers() {
        Some(folder) => Ok(Imports::open(&folder)?.list()?),
        None => Ok(Vec::new()),
    }
}

pub(super) fn import(context: &Context, arguments: &ImportGazetteer) -> Result<Done, Fatal> {
    let folder = folder()?;
    let request = ImportRequest {
        files: &arguments.files,
        name: arguments.name.as_deref(),
        preset: arguments.preset,
        properties: &arguments.property,
        crs: arguments.crs,
        folder: &folder,
        now: context.now,
        wait: context.wait,
    };
    let import::StoredImport { description, .. } = import::import(&request, &context.progress())?;
    for (why, count) in &description.skipped {
        let why = retold(why);
        let warning = text!("gazetteer-skipped", count = *count, why = why);
        context.notes.warning(&warning);
    }
    let mut out = output::stdout();
    if context.format == Format::Table && context.notes.is_quiet() {
        // The import is the result.
    } else if context.format == Format::Table {
        let imported = text!(
            "gazetteer-imported",
            name = Escaped::new(&description.name).to_string(),
            count = description.features.to_string(),
            kind = description.kind,
            levels = in_words(&description),
        );
        writeln!(out, "{imported}")?;
    } else {
        let all = Imports::open(&folder)?.list()?;
        let mine = all
            .iter()
            .find(|one| one.description.name == description.name);
        if let Some(mine) = mine {
            let one_line = context.format == Format::Ndjson;
            write_value(&mut out, &GazetteerJson::from(mine), one_line)?;
        }
    }
    out.flush()?;
    context.notes.note(&text!("gazetteer-next"));
    Ok(Done::Well)
}

/// How it was understood, and the levels it names.
fn in_words(description: &Description) -> String {
    let levels = |levels: &mut dyn Iterator<Item = Level>| {
        let names: Vec<&str> = levels.map(Level::name).collect();
        output::listed(&names)
    };
    let levels = if description.kind == "places" {
        levels(&mut [Level::City, Level::District, Level::Township].into_iter())
    } else {
        levels(&mut description.levels.iter().map(|(level, _)| *level))
    };
    match description.preset.as_deref() {
        Some(preset) => text!("gazetteer-as-preset", levels = levels, preset = preset),
        None => levels,
    }
}

pub(super) fn list(context: &Context) -> Result<Done, Fatal> {
    let all = imported()?;
    if all.is_empty() {
        context.notes.note(&text!("gazetteers-none"));
    }
    let mut out = output::stdout();
    if context.format == Format::Table {
        table(&all).write(&mut out, context.style)?;
    } else {
        let all = all.iter().map(GazetteerJson::from);
        write_list(&mut out, all, context.format == Format::Json)?;
    }
    out.flush()?;
    Ok(Done::Well)
}

fn table(all: &[Imported]) -> Table {
    let mut table = Table::new(
        &[
            (text!("gazetteers-heading-order"), Cells::Numbers),
            (text!("column-name"), Cells::Words),
            (text!("gazetteers-heading-levels"), Cells::Words),
            (text!("gazetteers-heading-features"), Cells::Numbers),
            (text!("gazetteers-heading-mb"), Cells::Numbers),
            (text!("gazetteers-heading-data-of"), Cells::Dates),
            (text!("gazetteers-heading-imported"), Cells::Dates),
        ],
        2,
    );
    let day = |time: &str| time.get(..10).unwrap_or(time).to_owned();
    for (one, order) in all.iter().zip(1..) {
        let description = &one.description;
        let newest = description
            .sources
            .iter()
            .filter_map(|source| source.modified.as_deref())
            .max();
        let tenths = one.size.div_ceil(100_000);
        table.row(vec![
            u32::to_string(&order),
            Escaped::new(&description.name).to_string(),
            in_words(description),
            description.features.to_string(),
            format!("{}.{}", tenths / 10, tenths % 10),
            day(newest.unwrap_or("-")),
            day(&description.imported),
        ]);
    }
    table
}

pub(super) fn remove(context: &Context, names: &[String]) -> Result<Done, Fatal> {
    import::remove(&folder()?, names)?;
    context.notes.note(&text!("gazetteer-next"));
    Ok(Done::Well)
}

pub(super) fn info(context: &Context) -> Result<Done, Fatal> {
    let all = imported()?;
    let mut out = output::stdout();
    if context.format == Format::Table {
        let built_in = text!("gazetteer-built-in", version = GEODATA);
        writeln!(out, "{built_in}\n")?;
        for notice in NOTICES {
            writeln!(out, "{notice}")?;
        }
        if all.is_empty() {
            writeln!(out, "{}", text!("gazetteer-nothing-imported"))?;
        } else {
            writeln!(out, "{}\n", text!("gazetteer-imported-first"))?;
            table(&all).write(&mut out, context.style)?;
        }
    } else {
        let geodata = GeodataJson {
            version: GEODATA,
            sources: sources(NOTICE),
            notices: NOTICES.to_vec(),
            imports: all.iter().map(GazetteerJson::from).collect(),
        };
        write_value(&mut out, &geodata, context.format == Format::Ndjson)?;
    }
    out.flush()?;
    Ok(Done::Well)
}

/// The rows of the notice's table.
fn sources(notice: &'static str) -> Vec<SourceJson<'static>> {
    let rows = notice.lines().filter(|line| line.starts_with("| "));
    let row = |line: &'static str| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        Some(SourceJson {
            data: cells.next()?,
            source: cells.next()?,
            licence: cells.next()?,
            attribution: cells.next()?,
        })
    };
    let is_row = |row: &SourceJson| !row.data.starts_with("---");
    rows.filter_map(row).filter(is_row).skip(1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_has_a_licence() {
        let sources = sources(NOTICE);
        assert!(sources.len() >= 8, "{sources:?}");
        assert!(sources[0].source.starts_with("GeoNames") && sources[0].licence == "CC BY 4.0");
        assert!(sources.iter().all(|source| !source.licence.is_empty()));
    }
}
