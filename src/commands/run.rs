//! `run`: index, then cluster, then show the clusters.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;

use uuid::Uuid;

use super::clusters::{self, Query};
use super::{Done, index};
use crate::cli::{self, Format};
use crate::cluster::identity::{Change, Cluster, Event, State};
use crate::cluster::rules::Rules;
use crate::dataset::{Clustering, Dataset, Unclustered};
use crate::error::Fatal;
use crate::index::{OptionChanges, Report, Surroundings};
use crate::options::{self, Context};
use crate::output::json::{self, ExplanationJson};
use crate::output::{self, Escaped, dates};
use crate::place::{Level, Region};

/// Above this many days between photos, a trip is mostly the wrong word.
const MOST_GAP_FOR_TRIPS: u32 = 3;

pub(super) fn run(context: &Context, arguments: &cli::Run) -> Result<Done, Fatal> {
    let started = Instant::now();
    let changes = options::index_options(&arguments.options)?;
    if arguments.paths.is_empty() && changes != OptionChanges::default() {
        return Err(Fatal::Usage {
            message: "options of indexing are given, and no path to index".to_owned(),
            hint: Some("name the folder again, or use `imm-cluster index`".to_owned()),
        });
    }
    let (dataset, rules, clustering, report) = if arguments.dry_run {
        let mut dataset = context.store.read()?;
        let rules = options::rules(arguments, dataset.rules.as_ref())?;
        let report = if arguments.paths.is_empty() {
            Report::default()
        } else {
            let mut around = Surroundings {
                progress: &context.progress(),
                checkpoint: &mut |_| Ok(()),
                checkpoint_every: std::time::Duration::MAX,
            };
            crate::index::index(&mut dataset, &arguments.paths, &changes, &mut around)?
        };
        let clustering = dataset.cluster(&rules, context.now);
        (dataset, rules, clustering, report)
    } else if arguments.paths.is_empty() && context.store.read_existing()?.is_none() {
        context.notes.no_dataset(context.store.path());
        let mut dataset = Dataset::empty();
        let rules = options::rules(arguments, None)?;
        let clustering = dataset.cluster(&rules, context.now);
        (dataset, rules, clustering, Report::default())
    } else {
        let locked = context.store.lock(context.wait, "run")?;
        let mut dataset = locked.read()?;
        let rules = options::rules(arguments, dataset.rules.as_ref())?;
        let report = if arguments.paths.is_empty() {
            Report {
                changed: crate::index::refresh(&mut dataset),
                ..Report::default()
            }
        } else {
            index::index_paths(context, &locked, &mut dataset, &arguments.paths, &changes)?
        };
        let clustering = dataset.cluster(&rules, context.now);
        if report.changed || clustering.changed {
            locked.save(&dataset)?;
        }
        (dataset, rules, clustering, report)
    };
    context.notes.indexed(&report);
    let explanations = explanations(&dataset, &rules, arguments.explain.as_deref());
    show(
        context,
        &dataset,
        &rules,
        &clustering,
        explanations,
        started,
    )?;
    index::end(report, arguments.strict)
}

fn show(
    context: &Context,
    dataset: &Dataset,
    rules: &Rules,
    clustering: &Clustering,
    explanations: Vec<ExplanationJson>,
    started: Instant,
) -> Result<(), Fatal> {
    let changes = &clustering.changes;
    let listed = Query::default().select(dataset)?;
    let mut out = output::stdout();
    if context.format == Format::Table {
        clusters::table(&listed).write(&mut out, context.style)?;
        for ExplanationJson {
            level,
            address_line,
            steps,
        } in &explanations
        {
            writeln!(out, "\n{level} {}", Escaped::new(address_line))?;
            clusters::explained(&mut out, rules, steps)?;
        }
        out.flush()?;
        let counted = |count: usize| {
            if count == 1 {
                "1 cluster".to_owned()
            } else {
                format!("{count} clusters")
            }
        };
        context.notes.note(&format!(
            "{}: {} new, {} changed, {} as before; {} no longer listed",
            counted(listed.len()),
            changes.created,
            changes.updated,
            changes.unchanged,
            changes.removed,
        ));
        tell(context, dataset, rules, &changes.events);
        explain(context, &clustering.unclustered);
        hint(context, dataset);
        if rules.gap_days > MOST_GAP_FOR_TRIPS {
            context.notes.hint(&format!(
                "a gap of {} days joins separate trips; 0 to 3 suits trips",
                rules.gap_days
            ));
        }
        return Ok(());
    }
    let result = json::RunJson {
        task_id: format!("LocationDateClustering-{}", Uuid::new_v4()),
        request_id: Uuid::new_v4().to_string().to_uppercase(),
        event_id: Uuid::new_v4().to_string().to_uppercase(),
        options: rules,
        created: changes.created,
        updated: changes.updated,
        removed: changes.removed,
        unchanged: changes.unchanged,
        unclustered: &clustering.unclustered,
        changes: changes.events.iter().map(Into::into).collect(),
        explanations,
        clusters: listed.into_iter().map(Into::into).collect(),
        elapsed_ms: json::elapsed_ms(started.elapsed()),
    };
    output::write_value(&mut out, &result, context.format == Format::Ndjson)?;
    Ok(out.flush()?)
}

/// The regions with this text in their address, explained, in the order of levels
/// and names.
fn explanations(dataset: &Dataset, rules: &Rules, text: Option<&str>) -> Vec<ExplanationJson> {
    let Some(text) = text else { return Vec::new() };
    let addresses = || dataset.places.list().iter().map(|place| &place.address);
    let mut regions: BTreeMap<(Level, Region), String> = BTreeMap::new();
    for (level, address) in rules
        .levels
        .iter()
        .flat_map(|level| addresses().map(move |address| (*level, address)))
    {
        if let Some(region) = address.region(level) {
            regions
                .entry((level, region))
                .or_insert_with(|| address.down_to(level).line());
        }
    }
    let wanted = regions.into_iter().filter(|(_, line)| line.contains(text));
    wanted
        .map(|((level, region), address_line)| {
            let steps = dataset.explain(rules, level, &region);
            ExplanationJson {
                level,
                address_line,
                steps,
            }
        })
        .filter(|explanation| !explanation.steps.is_empty())
        .collect()
}

/// How many changes are told before the rest is only counted.
const TOLD: usize = 20;

/// Says what became of clusters that are not as before. Of a first run, where all
/// are new, the table says it all.
fn tell(context: &Context, dataset: &Dataset, rules: &Rules, events: &[Event]) {
    if events.iter().all(|event| event.change == Change::Created)
        && events.len() == dataset.clusters.len()
    {
        return;
    }
    let told = if context.notes.is_verbose() {
        events.len()
    } else {
        TOLD
    };
    for event in events.iter().take(told) {
        let Some(cluster) = dataset
            .clusters
            .iter()
            .find(|c| c.object_id == event.object_id)
        else {
            continue;
        };
        let name = format!(
            "{} {}, {}",
            cluster.level,
            cluster.address.line(),
            dates::span(cluster.days())
        );
        context.notes.note(&format!(
            "  {}: {}",
            Escaped::new(&name),
            in_words(event, cluster, rules)
        ));
    }
    if events.len() > told {
        context.notes.note(&format!(
            "  and {} more (`-v` tells all)",
            events.len() - told
        ));
    }
}

fn in_words(event: &Event, cluster: &Cluster, rules: &Rules) -> String {
    let before = event.before.map(dates::span).unwrap_or_default();
    let other = event
        .other
        .as_deref()
        .map(clusters::short_id)
        .unwrap_or_default();
    match event.change {
        Change::Created => "new".to_owned(),
        Change::SplitOff => format!("new, split off from {other}"),
        Change::Grew => format!("grew, was {before}"),
        Change::Merged => format!("grew, was {before}; {other} is part of it now"),
        Change::Shrank => format!("shrank, was {before}"),
        Change::Changed if event.before != Some(cluster.days()) => format!("moved, was {before}"),
        Change::Changed => format!("has {} files now", cluster.holds().files),
        Change::Absorbed => format!("part of {other} now"),
        Change::CameBack => "listed again".to_owned(),
        Change::Suspended => format!("no longer listed: {}", why_suspended(cluster, rules)),
    }
}

/// Why no run of days that fits stands behind a cluster.
fn why_suspended(cluster: &Cluster, rules: &Rules) -> String {
    let days = cluster.span.days();
    if cluster.state == State::Deleted {
        "you deleted it".to_owned()
    } else if !rules.levels.contains(&cluster.level) {
        format!("{} is not among the levels of this run", cluster.level)
    } else if days < rules.min_days || days > rules.max_days {
        format!(
            "its {days} days are outside {} to {}",
            rules.min_days, rules.max_days
        )
    } else {
        "no photo of its days is left".to_owned()
    }
}

/// When so large a part of the files lacks something, a hint is due.
const WORTH_A_HINT: usize = 10;

/// Points to the files that lack a time or a position when they are many.
fn hint(context: &Context, dataset: &Dataset) {
    let totals = dataset.totals();
    for (count, what) in [
        (totals.without_time, "time"),
        (totals.without_position, "position"),
    ] {
        if count * WORTH_A_HINT >= totals.files && count > 0 {
            context.notes.hint(&format!(
                "{} of {} have no {what}; `imm-cluster files list --without {what}` shows them, \
                 `imm-cluster files set` tells what you know",
                count,
                output::files(totals.files)
            ));
        }
    }
}

/// Says how many files are in no cluster, and why.
fn explain(context: &Context, unclustered: &Unclustered) {
    let mut reasons = Vec::new();
    let mut add = |count: u32, why: &str| {
        if count > 0 {
            reasons.push(format!("{count} {why}"));
        }
    };
    add(unclustered.no_time, "without a time");
    add(
        unclustered.no_zone,
        "without a time zone (name one with `--time-zone`)",
    );
    add(unclustered.no_position, "without a position");
    for (level, count) in &unclustered.no_region {
        add(*count, &format!("where no {level} is known"));
    }
    for (level, count) in &unclustered.outside_days {
        add(
            *count,
            &format!("in runs of days shorter or longer than wanted ({level})"),
        );
    }
    if !reasons.is_empty() {
        context
            .notes
            .note(&format!("files in no cluster: {}", reasons.join(", ")));
    }
}
