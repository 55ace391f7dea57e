//! `run`: index, then find trips and clusters, then show the trips.

use std::io::{self, Write};
use std::time::{Duration, Instant, SystemTime};

use super::chosen::say_no_home;
use super::cluster_table;
use super::done::Done;
use super::languages::remember_languages;
use super::{index, steps, trip_table, trips};
use crate::cli::{self, Format};
use crate::error::Fatal;
use crate::options::{self, Context};
use crate::output::imm::CreatedTask;
use crate::output::json::{self, ExplanationJson};
use crate::output::{self, clauses, dates, notify};
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
use imm_cluster_core::text::{Escaped, counted, files, write_value};
use imm_cluster_core::trip::implausible::LeftOut;
use imm_cluster_messages::{Tongue, in_tongue, text};

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
        return Err(
            Fatal::usage(text!("error-folder-options")).with_hint(text!("hint-folder-options"))
        );
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
    task.end(context.time(), error.map(kept));
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

/// The code and the text of an error as a task file keeps them: in English for everyone.
fn kept(error: &Fatal) -> (String, String) {
    let text = in_tongue(Tongue::English, || error.to_string());
    (error.code().into_owned(), text)
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
            download: arguments.download,
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
            (&arguments.paths, &[], arguments.download),
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
    context.notes.trouble(&text!(
        "task-not-recorded",
        path = Escaped::path(journal.path()).to_string(),
        why = why.to_string()
    ));
}

/// Tells those who want to know that the task is over.
fn notify(context: &Context, wanted: &cli::TaskOptions, task: &Task) {
    let message = notify::message(task, &context.dataset_name());
    if let Some(path) = &wanted.notify_file
        && let Err(why) = notify::append(&message, path)
    {
        context.notes.trouble(&text!(
            "notify-not-written",
            path = Escaped::path(path).to_string(),
            why = why.to_string()
        ));
    }
    if let Some(command) = &wanted.notify_command
        && let Err(why) = notify::hand_over(&message, command)
    {
        context.notes.trouble(&text!(
            "notify-command-failed",
            command = Escaped::new(&command.to_string_lossy()).to_string(),
            why = why.to_string()
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
        write_value(&mut out, &CreatedTask::from(task), false)?;
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
            context.notes.hint(&text!("hint-lengths-are-of-clusters"));
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
    write_value(&mut out, &result, context.format == Format::Ndjson)?;
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
    write_explanations(&mut out, rules, explanations)?;
    out.flush()?;
    if dataset.folders.is_empty() {
        if context.store.exists() {
            let command = context.command("run ~/Pictures");
            context
                .notes
                .note(&text!("dataset-empty", command = command));
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
        let days = rules.gap_days.to_string();
        context.notes.hint(&text!("hint-gap-too-long", days = days));
    }
    if !arguments.dry_run && output::is_interactive() {
        next_step(context, dataset, listed, by_trip);
    }
    Ok(())
}

/// What was explained, below the table.
fn write_explanations(
    out: &mut impl Write,
    rules: &Rules,
    explanations: &[ExplanationJson],
) -> io::Result<()> {
    for ExplanationJson {
        level,
        address_line,
        steps,
    } in explanations
    {
        let region = text!(
            "region",
            level = level.in_words(),
            address = Escaped::new(address_line).to_string()
        );
        writeln!(out, "\n{region}")?;
        steps::write(out, rules, steps)?;
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
    context.notes.hint(&text!(
        "hint-next-step",
        report = context.command("report --open"),
        show = context.command(&show)
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
        (changes.created, text!("part-new")),
        (changes.updated, text!("part-changed")),
        (changes.unchanged, text!("part-unchanged")),
        (changes.removed, text!("part-no-longer-listed")),
    ];
    let sum = counted(count, what);
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
        let told = text!(
            "cluster-changed",
            level = cluster.of.level.in_words(),
            place = Escaped::new(&cluster.of.address.line()).to_string(),
            dates = dates::span(cluster.days()),
            change = in_words(event, cluster, rules)
        );
        context.notes.note(&format!("  {told}"));
    }
    if events.len() > told {
        let more = text!("changes-more", count = events.len() - told);
        context.notes.note(&format!("  {more}"));
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
        Change::Created => text!("part-new"),
        Change::SplitOff => text!("change-split-off", other = other),
        Change::Grew => text!("change-grew", before = before),
        Change::Merged => text!("change-merged", before = before, other = other),
        Change::Shrank => text!("change-shrank", before = before),
        Change::Changed if event.before != Some(cluster.days()) => {
            text!("change-moved", before = before)
        }
        Change::Changed => text!(
            "change-files",
            files = files(cluster.holds().files as usize)
        ),
        Change::Absorbed => text!("change-absorbed", other = other),
        Change::CameBack => text!("change-came-back"),
        Change::Suspended => {
            let why = Suspended::why(cluster, rules).to_string();
            text!("change-suspended", why = why)
        }
    }
}

/// When so large a part of the files lacks something, a hint is due.
const WORTH_A_HINT: usize = 10;

/// Points to the files that lack a time or a position when they are many.
fn hint(context: &Context, totals: &Totals) {
    let is_due = |count| count * WORTH_A_HINT >= totals.files && count > 0;
    let files = files(totals.files);
    let (timeless, placeless) = (totals.without_time, totals.without_position);
    if is_due(timeless) {
        let hint = text!(
            "hint-without-time",
            count = timeless,
            files = files.as_str()
        );
        context.notes.hint(&hint);
    }
    if is_due(placeless) {
        let hint = text!(
            "hint-without-position",
            count = placeless,
            files = files.as_str()
        );
        context.notes.hint(&hint);
    }
}

/// Says how many files have a place by their neighbours in time.
fn lent(context: &Context, clustering: &Clustering) {
    if clustering.lent > 0 {
        context
            .notes
            .note(&text!("positions-lent", count = clustering.lent));
    }
}

/// Says how many files are left out of trips, and why.
fn left_out(context: &Context, left_out: LeftOut) {
    let mut reasons = Vec::new();
    if left_out.r#virtual > 0 {
        reasons.push(text!("implausible-virtual", count = left_out.r#virtual));
    }
    if left_out.impossible > 0 {
        reasons.push(text!("implausible-far", count = left_out.impossible));
    }
    if !reasons.is_empty() {
        context.notes.note(&text!(
            "implausible",
            files = files(left_out.files() as usize),
            reasons = clauses(&reasons),
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
    let zoneless = *no_zone;
    match totals.without_time {
        0 => {}
        count if zoneless == 0 => reasons.push(text!("none-for-time", count = count)),
        count => reasons.push(text!("none-for-zone", count = count, zoneless = zoneless)),
    }
    let lent = clustering.lent;
    match totals.without_position {
        0 => {}
        count if lent == 0 => reasons.push(text!("none-for-position", count = count)),
        count => reasons.push(text!("none-but-lent", count = count, lent = lent)),
    }
    for (level, count) in no_region.iter().filter(|(_, count)| **count > 0) {
        let level = level.in_words();
        reasons.push(text!("none-for-region", count = *count, level = level));
    }
    for (level, count) in outside_days.iter().filter(|(_, count)| **count > 0) {
        let level = level.in_words();
        reasons.push(text!("none-for-days", count = *count, level = level));
    }
    if !reasons.is_empty() {
        let reasons = clauses(&reasons);
        context
            .notes
            .note(&text!("files-in-no-cluster", reasons = reasons));
    }
}
