//! `run`: index, then find trips and clusters, then show the trips.

use std::io::{self, Write};
use std::time::{Duration, Instant, SystemTime};

use super::chosen::say_no_home;
use super::done::Done;
use super::languages::remember_languages;
use super::{cluster_table, index, steps, trip_table, trips};
use crate::cli::{self, Format};
use crate::error::Fatal;
use crate::options::{self, Context};
use crate::output::imm::CreatedTask;
use crate::output::json::{self, ExplanationJson};
use crate::output::{self, dates, notify};
use crate::signals::Listening;
use imm_cluster_core::cluster::area::{Area, Cluster};
use imm_cluster_core::cluster::explain::Suspended;
use imm_cluster_core::cluster::rules::Rules;
use imm_cluster_core::dataset::{Clustering, Dataset, Locked, StoreError, Totals, Unclustered};
use imm_cluster_core::identity::changes::{Change, Changes, Event};
use imm_cluster_core::identity::object_id::ObjectId;
use imm_cluster_core::identity::query::Query;
use imm_cluster_core::index::{IndexServices, OptionChanges, Report};
use imm_cluster_core::interrupt::Interrupt;
use imm_cluster_core::task::{Task, TaskCounts};
use imm_cluster_core::text::{self, Escaped};
use imm_cluster_core::trip::implausible::LeftOut;
use imm_cluster_messages::{Tongue, in_tongue};

/// Above this many days between photos, a trip is mostly the wrong word.
const MOST_GAP_FOR_TRIPS: u32 = 3;

/// How often a long reading tells the task file how far it is, at most.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);

/// What a run came to.
struct Made {
    dataset: Dataset,
    rules: Rules,
    clustering: Clustering,
}

pub(super) fn run(context: &Context, arguments: &cli::RunArgs) -> Result<Done, Fatal> {
    let started = Instant::now();
    let changes = options::index_options(&arguments.options)?;
    if arguments.paths.is_empty() && changes != OptionChanges::default() {
        return Err(Fatal::usage("folder options need a path to index")
            .with_hint("name the folder again, or use `imm-cluster index`"));
    }
    let tags = arguments.task.tag.iter().cloned().collect();
    let mut task = Task::begin(context.now, tags, arguments.task.user_data.clone());
    if arguments.dry_run {
        let (made, report) = rehearse(context, arguments, &changes)?;
        context.notes.indexed(&report);
        index::say_nothing_found(context, &arguments.paths, &report);
        let done = index::end(report, arguments.strict);
        if shows_result(context, &done) {
            show(context, arguments, &made, &task, started)?;
        }
        return done;
    }
    let mut lock = None;
    let made = execute(context, arguments, &changes, &mut task, &mut lock);
    if made.as_ref().is_err_and(Fatal::is_usage) {
        return made.map(|_| Done::Well);
    }
    let remembered = match &made {
        // Where there is no dataset there is no task file either,
        Ok(_) => lock.is_some(),
        // and nothing of ours belongs beside a file of others.
        Err(error) => !matches!(error, Fatal::Store(StoreError::Foreign { .. })),
    };
    let made = made.map(|(made, report)| {
        context.notes.indexed(&report);
        index::say_nothing_found(context, &arguments.paths, &report);
        index::say_rest_was_indexed(context, &report);
        task.counts = Some(counts(&made, &report));
        (made, index::end(report, arguments.strict))
    });
    let error = match &made {
        Ok((_, done)) => done.as_ref().err(),
        Err(error) => Some(error),
    };
    // What is remembered is for programs, too.
    let told = error.map(|error| {
        let message = in_tongue(Tongue::English, || error.to_string());
        (error.code().into_owned(), message)
    });
    task.end(context.time(), told);
    if remembered {
        let written = context.store.journal().append(&task);
        // Of a run that failed the error that matters is its own.
        if let (Err(why), None) = (written, error) {
            forgetful(context, &why);
        }
    }
    drop(lock);
    let done = made.and_then(|(made, done)| {
        if shows_result(context, &done) {
            show(context, arguments, &made, &task, started)?;
        }
        done
    });
    notify(context, &arguments.task, &task);
    done
}

/// Whether the result is shown. People are told of a path that cannot be looked at first;
/// programs get both.
fn shows_result(context: &Context, done: &Result<Done, Fatal>) -> bool {
    done.is_ok() || context.format != Format::Table
}

/// Finds out what a run would make, and stores nothing.
fn rehearse(
    context: &Context,
    arguments: &cli::RunArgs,
    changes: &OptionChanges,
) -> Result<(Made, Report), Fatal> {
    let mut dataset = context.store.read()?;
    dataset.remember_languages(&context.languages);
    let rules = options::rules(arguments, dataset.rules.as_ref())?;
    let report = if arguments.paths.is_empty() {
        Report::default()
    } else {
        let mut around = IndexServices {
            progress: &context.progress(),
            jobs: context.jobs,
            // There is nothing to save, so that a signal may end it at once.
            interrupt: &Interrupt::default(),
            checkpoint: &mut |_| Ok(()),
            clock: &SystemTime::now,
            checkpoint_every: Duration::MAX,
        };
        imm_cluster_core::index::index(&mut dataset, &arguments.paths, &[], changes, &mut around)?
    };
    Ok((cluster(context, dataset, rules), report))
}

/// Indexes, clusters, and stores the result. `lock` outlives it, so that the task is
/// said to be over before anybody may take it for interrupted.
fn execute(
    context: &Context,
    arguments: &cli::RunArgs,
    changes: &OptionChanges,
    task: &mut Task,
    lock: &mut Option<Locked>,
) -> Result<(Made, Report), Fatal> {
    let nothing = || {
        context.notes.no_dataset(context.store.path());
        let rules = options::rules(arguments, None)?;
        Ok((cluster(context, Dataset::empty(), rules), Report::default()))
    };
    // Who holds the lock of a dataset that is not there makes it just now.
    let store = &context.store;
    if arguments.paths.is_empty() && !store.exists() && store.holder().is_none() {
        return nothing();
    }
    let locked = lock.insert(store.lock(context.wait, "run")?);
    let existing = locked.read_existing()?;
    if arguments.paths.is_empty() && existing.is_none() {
        *lock = None;
        return nothing();
    }
    let mut dataset = existing.unwrap_or_else(Dataset::empty);
    let renamed = remember_languages(context, &mut dataset);
    let rules = options::rules(arguments, dataset.rules.as_ref())?;
    task.options = Some(rules.clone());
    let journal = context.store.journal();
    let begun = journal
        .trim(context.now)
        .and_then(|()| journal.append(task));
    if let Err(why) = begun {
        forgetful(context, &why);
    }
    // Until all is saved that was read.
    let mut interrupt = None;
    let report = if arguments.paths.is_empty() {
        Report {
            changed: imm_cluster_core::index::refresh(&mut dataset, &context.progress()),
            ..Report::default()
        }
    } else {
        let task = task.clone();
        let progress = context.progress().watched(PROGRESS_EVERY, move |percent| {
            // A line about the progress that is missing harms nobody.
            let _ = journal.append(&task.at(percent));
        });
        index::index_paths(
            context,
            &progress,
            locked,
            &mut dataset,
            (&arguments.paths, &[]),
            changes,
            interrupt.insert(Listening::begin()).interrupt(),
        )?
    };
    let made = cluster(context, dataset, rules);
    if report.changed || made.clustering.changed || renamed {
        locked.save(&made.dataset)?;
    }
    Ok((made, report))
}

fn cluster(context: &Context, mut dataset: Dataset, rules: Rules) -> Made {
    let clustering = dataset.cluster(&rules, context.now);
    Made {
        dataset,
        rules,
        clustering,
    }
}

fn counts(made: &Made, report: &Report) -> TaskCounts {
    let changes = &made.clustering.changes;
    let clusters = made.dataset.clusters.iter();
    TaskCounts {
        clusters: clusters.filter(|cluster| cluster.is_live()).count(),
        created: changes.created,
        updated: changes.updated,
        removed: changes.removed,
        unchanged: changes.unchanged,
        files_added: report.added,
        files_updated: report.updated,
        files_unchanged: report.unchanged,
        files_failed: report.failures.len(),
    }
}

/// A run that cannot be remembered is none the worse.
fn forgetful(context: &Context, why: &io::Error) {
    let journal = context.store.journal();
    context.notes.trouble(&format!(
        "cannot record this task in `{}`: {why}",
        Escaped::path(journal.path())
    ));
}

/// Tells those who want to know that the task is over.
fn notify(context: &Context, wanted: &cli::TaskOptions, task: &Task) {
    let message = notify::message(task, &context.dataset_name());
    if let Some(path) = &wanted.notify_file
        && let Err(why) = notify::append(&message, path)
    {
        context.notes.trouble(&format!(
            "cannot write the notification to `{}`: {why}",
            Escaped::path(path)
        ));
    }
    if let Some(command) = &wanted.notify_command
        && let Err(why) = notify::hand_over(&message, command)
    {
        context.notes.trouble(&format!(
            "the notification command `{}` failed: {why}",
            Escaped::new(&command.to_string_lossy())
        ));
    }
}

fn show(
    context: &Context,
    arguments: &cli::RunArgs,
    made: &Made,
    task: &Task,
    started: Instant,
) -> Result<(), Fatal> {
    let Made {
        dataset,
        rules,
        clustering,
    } = made;
    let mut out = output::stdout();
    if context.format == Format::Imm {
        text::write_value(&mut out, &CreatedTask::from(task), false)?;
        return Ok(out.flush()?);
    }
    let explanations = explanations(dataset, rules, arguments.explain.as_deref());
    let changes = &clustering.changes;
    let listed = Query::default().select(&dataset.clusters)?;
    if context.format == Format::Table {
        show_tables(context, arguments, made, &listed, &explanations)?;
        let lengths = (arguments.gap_days)
            .or(arguments.min_days)
            .or(arguments.max_days);
        if shows_trips(arguments, dataset) && lengths.is_some() {
            context.notes.hint(
                "`--gap-days`, `--min-days` and `--max-days` affect clusters, not trips; \
                 `--clusters` lists clusters",
            );
        }
        return Ok(());
    }
    let result = json::RunJson {
        task_id: &task.task_id,
        request_id: &task.request_id,
        event_id: &task.event_id,
        options: rules,
        created: changes.created,
        updated: changes.updated,
        removed: changes.removed,
        unchanged: changes.unchanged,
        unclustered: &clustering.unclustered,
        lent: clustering.lent,
        implausible: clustering.left_out,
        changes: changes.events.iter().map(Into::into).collect(),
        explanations,
        clusters: (listed.into_iter())
            .map(|cluster| json::ClusterJson::new(&dataset.geocoder, cluster))
            .collect(),
        trips: (Query::default().select(&dataset.trips)?.into_iter())
            .map(|trip| json::TripJson::new(dataset, trip))
            .collect(),
        homes: dataset.homes.list.iter().map(Into::into).collect(),
        trip_changes: clustering.trips.events.iter().map(Into::into).collect(),
        elapsed_ms: json::elapsed_ms(started.elapsed()),
    };
    text::write_value(&mut out, &result, context.format == Format::Ndjson)?;
    Ok(out.flush()?)
}

/// Whether clusters are asked for instead of trips.
fn wants_clusters(arguments: &cli::RunArgs) -> bool {
    arguments.clusters || !arguments.levels.is_empty() || arguments.explain.is_some()
}

/// Whether trips are shown: without a home there are clusters alone.
fn shows_trips(arguments: &cli::RunArgs, dataset: &Dataset) -> bool {
    !wants_clusters(arguments) && !dataset.homes.list.is_empty()
}

/// The trips and homes, or the clusters; what was explained; and, as notes, what the run came
/// to.
fn show_tables(
    context: &Context,
    arguments: &cli::RunArgs,
    made: &Made,
    listed: &[&Cluster],
    explanations: &[ExplanationJson],
) -> Result<(), Fatal> {
    let Made {
        dataset,
        rules,
        clustering,
    } = made;
    let mut out = output::stdout();
    let by_trip = shows_trips(arguments, dataset);
    if by_trip {
        let trips = Query::default().select(&dataset.trips)?;
        trip_table::table(dataset, &trips).write(&mut out, context.style)?;
        trip_table::write_homes(&mut out, dataset, &trips, listed, context.style)?;
        if trips.is_empty() && !dataset.folders.is_empty() {
            trips::say_none(context, dataset);
        }
    } else {
        cluster_table::table(dataset, listed, None, context.style)
            .write(&mut out, context.style)?;
        if !wants_clusters(arguments) && !listed.is_empty() {
            say_no_home(context);
        }
    }
    for ExplanationJson {
        level,
        address_line,
        steps,
    } in explanations
    {
        writeln!(out, "\n{level} {}", Escaped::new(address_line))?;
        steps::write(&mut out, rules, steps)?;
    }
    out.flush()?;
    if dataset.folders.is_empty() {
        if context.store.exists() {
            let command = context.command("run ~/Pictures");
            context.notes.note(&format!(
                "the dataset has no files: `{command}` reads those of a folder"
            ));
        }
        return Ok(());
    }
    sums(context, dataset, clustering, listed.len());
    tell(context, dataset, rules, &clustering.changes.events);
    lent(context, clustering);
    left_out(context, clustering.left_out);
    let totals = dataset.totals();
    explain(context, &totals, clustering);
    hint(context, &totals);
    if rules.gap_days > MOST_GAP_FOR_TRIPS {
        context.notes.hint(&format!(
            "a gap of {} days joins separate trips; 0 to 3 suits trips",
            rules.gap_days
        ));
    }
    if !arguments.dry_run && output::is_interactive() {
        next_step(context, dataset, listed, by_trip);
    }
    Ok(())
}

/// Says what can be done with the result, with the last trip or cluster for an example.
fn next_step(context: &Context, dataset: &Dataset, listed: &[&Cluster], by_trip: bool) {
    let trips = dataset
        .trips
        .iter()
        .filter(|trip| by_trip && trip.is_live());
    let trip = trips.max_by_key(|trip| trip.days());
    let cluster = listed.last().map(|cluster| cluster.object_id.short());
    let show = match (trip, cluster) {
        (Some(trip), _) => format!("trips show {}", trip.object_id.short()),
        (None, Some(id)) => format!("clusters show {id}"),
        (None, None) => return,
    };
    context.notes.hint(&format!(
        "`{}` shows all of this on a map, `{}` shows one in detail",
        context.command("report --open"),
        context.command(&show)
    ));
}

/// How many trips and clusters there are, and what became of them.
fn sums(context: &Context, dataset: &Dataset, clustering: &Clustering, listed: usize) {
    let trips = dataset.trips.iter().filter(|trip| trip.is_live()).count();
    // Without a home clusters are shown, and trips are not spoken of.
    if !dataset.homes.list.is_empty() {
        sum(context, trips, "trip", &clustering.trips);
    }
    sum(context, listed, "cluster", &clustering.changes);
}

fn sum<S>(context: &Context, count: usize, what: &str, changes: &Changes<S>) {
    let parts = [
        (changes.created, "new"),
        (changes.updated, "changed"),
        (changes.unchanged, "unchanged"),
        (changes.removed, "no longer listed"),
    ];
    let sum = text::counted(count, what);
    context.notes.note(&output::summary(&sum, count, &parts));
}

/// The regions with this text in their address, explained.
fn explanations(dataset: &Dataset, rules: &Rules, text: Option<&str>) -> Vec<ExplanationJson> {
    let regions = text.map(|text| dataset.explain_regions(rules, text));
    let regions = regions.into_iter().flatten();
    regions
        .map(|(level, address_line, steps)| ExplanationJson {
            level,
            address_line,
            steps,
        })
        .collect()
}

/// How many changes are told before the rest is only counted.
const TOLD: usize = 20;

/// Says what became of clusters that are not as before. Of a first run, where all
/// are new, the table says it all.
fn tell(context: &Context, dataset: &Dataset, rules: &Rules, events: &[Event<Area>]) {
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
            cluster.of.level,
            cluster.of.address.line(),
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
            "  and {} more (`-v` lists all)",
            events.len() - told
        ));
    }
}

fn in_words(event: &Event<Area>, cluster: &Cluster, rules: &Rules) -> String {
    let before = event.before.map(dates::span).unwrap_or_default();
    let other = event
        .other
        .as_ref()
        .map(ObjectId::short)
        .unwrap_or_default();
    match event.change {
        Change::Created => "new".to_owned(),
        Change::SplitOff => format!("new, split off from {other}"),
        Change::Grew => format!("grew, was {before}"),
        Change::Merged => format!("grew, was {before}; absorbed {other}"),
        Change::Shrank => format!("shrank, was {before}"),
        Change::Changed if event.before != Some(cluster.days()) => format!("moved, was {before}"),
        Change::Changed => format!("now {}", text::files(cluster.holds().files as usize)),
        Change::Absorbed => format!("now part of {other}"),
        Change::CameBack => "listed again".to_owned(),
        Change::Suspended => format!("no longer listed: {}", Suspended::why(cluster, rules)),
    }
}

/// When so large a part of the files lacks something, a hint is due.
const WORTH_A_HINT: usize = 10;

/// Points to the files that lack a time or a position when they are many.
fn hint(context: &Context, totals: &Totals) {
    for (count, what) in [
        (totals.without_time, "time"),
        (totals.without_position, "position"),
    ] {
        if count * WORTH_A_HINT >= totals.files && count > 0 {
            context.notes.hint(&format!(
                "{} of {} have no {what}: `imm-cluster files list --without {what}` lists them, \
                 `imm-cluster files set` corrects them",
                text::grouped(count),
                text::files(totals.files)
            ));
        }
    }
}

/// Says how many files have a place by their neighbours in time.
fn lent(context: &Context, clustering: &Clustering) {
    if clustering.lent > 0 {
        context.notes.note(&format!(
            "{} without a position {} that of files taken around the same time; `--no-lend` \
             turns this off",
            text::files(clustering.lent as usize),
            if clustering.lent == 1 {
                "was given"
            } else {
                "were given"
            },
        ));
    }
}

/// Says how many files are left out of trips, and why.
fn left_out(context: &Context, left_out: LeftOut) {
    let reasons = [
        (
            left_out.r#virtual,
            "near 0,0 or on an island of a ride simulator",
        ),
        (
            left_out.impossible,
            "too far from home to reach between two days at home",
        ),
    ];
    let reasons = reasons.iter().filter(|(count, _)| *count > 0);
    let reasons: Vec<String> = reasons
        .map(|(count, why)| format!("{} {why}", text::grouped(*count)))
        .collect();
    if !reasons.is_empty() {
        context.notes.note(&format!(
            "{} ignored for trips because the position cannot be true: {}; `imm-cluster files \
             list --implausible` lists them",
            text::files(left_out.files() as usize),
            reasons.join(", "),
        ));
    }
}

/// Says how many files are in no cluster, and why. A file that lacks several things counts for
/// each, so that these are the numbers that the hints, `index`, `status` and `files list` have.
fn explain(context: &Context, totals: &Totals, clustering: &Clustering) {
    let Unclustered {
        no_zone,
        no_region,
        outside_days,
        ..
    } = &clustering.unclustered;
    let mut reasons = Vec::new();
    let mut add = |count: usize, why: &str, but: Option<String>| {
        if count > 0 {
            let but = but.map(|but| format!(" ({but})")).unwrap_or_default();
            reasons.push(format!("{} {why}{but}", text::grouped(count)));
        }
    };
    let zoneless = (*no_zone > 0).then(|| {
        format!(
            "{} of them without a time zone: `imm-cluster index --time-zone ZONE` sets it",
            text::grouped(*no_zone)
        )
    });
    add(totals.without_time, "without a time", zoneless);
    let lent = (clustering.lent > 0)
        .then(|| format!("{} of them lent one", text::grouped(clustering.lent)));
    add(totals.without_position, "without a position", lent);
    for (level, count) in no_region {
        add(*count as usize, &format!("with no known {level}"), None);
    }
    for (level, count) in outside_days {
        let why = format!("outside --min-days/--max-days ({level})");
        add(*count as usize, &why, None);
    }
    if !reasons.is_empty() {
        context
            .notes
            .note(&format!("files in no cluster: {}", reasons.join(", ")));
    }
}
