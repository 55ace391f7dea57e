//! `tasks`: the runs of the last seven days.

use std::io::Write;

use chrono::{DateTime, FixedOffset, Utc};

use super::done::Done;
use super::{open, query};
use crate::cli::{Format, ListTasks, Order, TaskSort};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::{self, Cells, Table, imm, padded};
use imm_cluster_core::capture::clock::Clock;
use imm_cluster_core::find::{FindError, Noun};
use imm_cluster_core::task::{Status, TASK_TYPE, Task};
use imm_cluster_core::text::{Escaped, counted, grouped, timestamp, write_list, write_value};
use imm_cluster_messages::text;

pub(super) fn list(context: &Context, arguments: &ListTasks) -> Result<Done, Fatal> {
    let page = imm::page(context.format, arguments.max_results, imm::TASKS_A_PAGE)?;
    let tasks = read(context)?;
    let total = tasks.len();
    let mut tasks = select(tasks, arguments, context.format)?;
    if tasks.is_empty() {
        let next = text!("tasks-empty-next");
        open::say_empty(context, "task", total, &next);
    }
    let mut out = output::stdout();
    if let Some(page) = page {
        let name = arguments.request_definition.then(|| context.dataset_name());
        let answer = imm::Tasks::new(&tasks, page, name.as_deref());
        write_value(&mut out, &answer, false)?;
    } else {
        tasks.truncate(arguments.max_results.map_or(usize::MAX, |n| n as usize));
        if context.format == Format::Table {
            table(&tasks).write(&mut out, context.style)?;
        } else {
            write_list(&mut out, tasks, context.format == Format::Json)?;
        }
    }
    out.flush()?;
    Ok(Done::Well)
}

pub(super) fn show(context: &Context, id: &str, request_definition: bool) -> Result<Done, Fatal> {
    let task = find(read(context)?, id)?;
    let mut out = output::stdout();
    match context.format {
        Format::Table => details(&mut out, &task)?,
        Format::Imm => {
            let name = request_definition.then(|| context.dataset_name());
            write_value(&mut out, &imm::OneTask::new(&task, name.as_deref()), false)?;
        }
        _ => write_value(&mut out, &task, context.format == Format::Ndjson)?,
    }
    out.flush()?;
    Ok(Done::Well)
}

/// Reads the tasks without a lock.
fn read(context: &Context) -> Result<Vec<Task>, Fatal> {
    let journal = context.store.journal();
    let path = journal.path();
    let unreadable = |source| Fatal::Input {
        path: path.to_owned(),
        source,
    };
    // Who holds the dataset is asked first. A run that ends meanwhile has written
    // its end before it let go.
    let holder = context.store.holder();
    let tasks = journal
        .tasks(context.now, holder.as_deref())
        .map_err(unreadable)?;
    if tasks.is_empty() && !context.store.path().exists() {
        context.notes.no_dataset(context.store.path());
    }
    Ok(tasks)
}

/// The tasks that are wanted, in the order that is wanted.
fn select(mut tasks: Vec<Task>, arguments: &ListTasks, format: Format) -> Result<Vec<Task>, Fatal> {
    let range = |option: &'static str, text: &Option<String>| {
        text.as_deref()
            .map(|text| query::range(option, text))
            .transpose()
    };
    let started = range("--start-time", &arguments.start_time)?;
    let ended = range("--end-time", &arguments.end_time)?;
    tasks.retain(|task| {
        let end = task.end_time.map(clock);
        (arguments.task_type.is_empty() || arguments.task_type.contains(&task.task_type))
            && arguments.status.is_none_or(|status| status == task.status)
            && (arguments.tag.iter()).all(|(key, value)| task.tags.get(key) == Some(value))
            && started.is_none_or(|range| range.contains(clock(task.start_time)))
            && ended.is_none_or(|range| end.is_some_and(|end| range.contains(end)))
    });
    let default = if format == Format::Imm {
        TaskSort::TaskId
    } else {
        TaskSort::Start
    };
    let sort = arguments.sort.unwrap_or(default);
    tasks.sort_by(|a, b| {
        let by = match sort {
            TaskSort::TaskId => a.task_id.cmp(&b.task_id),
            TaskSort::Start => a.start_time.cmp(&b.start_time),
            // One that is not over ends last.
            TaskSort::End => {
                (a.end_time.is_none(), a.end_time).cmp(&(b.end_time.is_none(), b.end_time))
            }
        };
        let by = if arguments.order == Order::Desc {
            by.reverse()
        } else {
            by
        };
        by.then_with(|| a.task_id.cmp(&b.task_id))
    });
    if let Some(behind) = arguments.next_token.as_ref().filter(|id| !id.is_empty()) {
        let at = tasks.iter().position(|task| task.task_id == *behind);
        let at = at.ok_or_else(|| not_found(behind))?;
        tasks.drain(..=at);
    }
    Ok(tasks)
}

fn clock(time: DateTime<Utc>) -> Clock {
    Clock {
        date: time.date_naive(),
        time: Some(time.time()),
        offset: FixedOffset::east_opt(0),
    }
}

fn not_found(id: &str) -> FindError {
    FindError::not_found(Noun::Task, id)
}

/// The task of that id, or of an id, with or without its type, that begins so.
fn find(mut tasks: Vec<Task>, id: &str) -> Result<Task, FindError> {
    if let Some(at) = tasks.iter().position(|task| task.task_id == id) {
        return Ok(tasks.swap_remove(at));
    }
    tasks.retain(|task| {
        !id.is_empty() && (task.task_id.starts_with(id) || uuid_of(task).starts_with(id))
    });
    match tasks.len() {
        0 | 1 => tasks.pop().ok_or_else(|| not_found(id)),
        count => Err(FindError::Ambiguous {
            what: Noun::Task,
            id: id.to_owned(),
            count,
        }),
    }
}

fn uuid_of(task: &Task) -> &str {
    let uuid = (task.task_id)
        .strip_prefix(TASK_TYPE)
        .and_then(|rest| rest.strip_prefix('-'));
    uuid.unwrap_or(&task.task_id)
}

/// `Running 37%`, `Succeeded`, `Failed DatasetLocked`.
fn state(task: &Task) -> String {
    let name = task.status.name();
    match (task.status, task.progress, &task.code) {
        (Status::Running, Some(percent), _) => format!("{name} {percent}%"),
        (_, _, Some(code)) => format!("{name} {}", Escaped::new(code)),
        _ => name.to_owned(),
    }
}

fn table(tasks: &[Task]) -> Table {
    let mut table = Table::new(
        &[
            (text!("tasks-heading-started"), Cells::Dates),
            (text!("tasks-heading-seconds"), Cells::Numbers),
            (text!("tasks-heading-status"), Cells::Words),
            (text!("tasks-heading-clusters"), Cells::Numbers),
            (text!("tasks-heading-new"), Cells::Numbers),
            (text!("tasks-heading-changed"), Cells::Numbers),
            (text!("column-id"), Cells::Ids),
            (text!("tasks-heading-tags"), Cells::Words),
        ],
        7,
    )
    .with_optional(&[7, 5, 4, 1]);
    for task in tasks {
        let count = |of: &dyn Fn(&imm_cluster_core::task::TaskCounts) -> usize| {
            let counts = task.counts.as_ref();
            counts.map_or_else(|| "-".to_owned(), |counts| of(counts).to_string())
        };
        table.row(vec![
            task.start_time.format("%Y-%m-%d %H:%M:%SZ").to_string(),
            seconds(task).unwrap_or_else(|| "-".to_owned()),
            state(task),
            count(&|counts| counts.clusters),
            count(&|counts| counts.created),
            count(&|counts| counts.updated),
            uuid_of(task)
                .split('-')
                .next()
                .unwrap_or_default()
                .to_owned(),
            Escaped::new(&tags(task)).to_string(),
        ]);
    }
    table
}

fn seconds(task: &Task) -> Option<String> {
    let tenths = (task.end_time? - task.start_time).num_milliseconds().max(0) / 100;
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

fn tags(task: &Task) -> String {
    let tags = task.tags.iter();
    let tags: Vec<String> = tags.map(|(key, value)| format!("{key}={value}")).collect();
    tags.join(" ")
}

fn details(out: &mut impl Write, task: &Task) -> std::io::Result<()> {
    let levels = |levels: &[imm_cluster_core::place::Level]| {
        let names: Vec<_> = levels.iter().map(|level| level.name()).collect();
        names.join(",")
    };
    let options = task.options.as_ref().map(|rules| {
        text!(
            "task-rules",
            levels = levels(&rules.levels),
            gap = counted(rules.gap_days as usize, "day"),
            min = rules.min_days.to_string(),
            max = rules.max_days.to_string(),
            starts = rules.day_starts.format("%H:%M").to_string(),
            lends = if rules.lend { "yes" } else { "no" },
        )
    });
    let clusters = task.counts.map(|counts| {
        let parts = [
            (counts.created, text!("part-new")),
            (counts.updated, text!("part-changed")),
            (counts.unchanged, text!("part-unchanged")),
            (counts.removed, text!("part-no-longer-listed")),
        ];
        output::summary(&grouped(counts.clusters), counts.clusters, &parts)
    });
    let files = task.counts.map(|counts| {
        let parts = [
            (counts.files_added, text!("part-new")),
            (counts.files_updated, text!("part-changed")),
            (counts.files_unchanged, text!("part-unchanged")),
            (counts.files_failed, text!("part-unreadable")),
        ];
        let total = parts.iter().map(|(count, _)| count).sum();
        output::summary(&grouped(total), total, &parts)
    });
    for (name, value) in [
        (text!("task-status"), Some(state(task))),
        (text!("task-message"), task.message.clone()),
        (text!("task-started"), Some(timestamp(task.start_time))),
        (text!("task-ended"), task.end_time.map(timestamp)),
        (text!("task-options"), options),
        (text!("task-clusters"), clusters),
        (text!("task-files"), files),
        (
            text!("task-tags"),
            Some(tags(task)).filter(|tags| !tags.is_empty()),
        ),
        (text!("task-user-data"), task.user_data.clone()),
        (text!("task-id"), Some(task.task_id.clone())),
        (text!("task-request"), Some(task.request_id.clone())),
        (text!("task-event"), Some(task.event_id.clone())),
    ] {
        if let Some(value) = value {
            writeln!(out, "{} {}", padded(&name, 9), Escaped::new(&value))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use imm_cluster_core::cluster::rules::Rules;
    use imm_cluster_core::task::TaskCounts;
    use imm_cluster_messages::{Tongue, in_tongue};

    use super::*;

    fn task() -> Task {
        let start = DateTime::from_timestamp(1_710_000_000, 0).unwrap();
        let tags = BTreeMap::from([("by".to_owned(), "cron".to_owned())]);
        let mut task = Task::begin(start, tags, None);
        task.task_id = "task".to_owned();
        task.request_id = "request".to_owned();
        task.event_id = "event".to_owned();
        task.status = Status::Succeeded;
        task.end_time = Some(start);
        task.options = Some(Rules {
            lend: false,
            ..Rules::default()
        });
        task.counts = Some(TaskCounts {
            clusters: 3,
            created: 2,
            unchanged: 1,
            ..TaskCounts::default()
        });
        task
    }

    fn told() -> String {
        let mut out = Vec::new();
        details(&mut out, &task()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_task_in_english() {
        insta::assert_snapshot!(told(), @"
        status    Succeeded
        started   2024-03-09T16:00:00Z
        ended     2024-03-09T16:00:00Z
        options   levels province,city, gap of 1 day, 1 to 99999 days, days start at 00:00, no lent positions
        clusters  3: 2 new, 1 unchanged
        files     0
        tags      by=cron
        id        task
        request   request
        event     event
        ");
    }

    #[test]
    fn a_task_in_chinese() {
        let told = in_tongue(Tongue::Chinese, told);
        // What changed is summed up elsewhere.
        let lines = told.lines().filter(|line| !line.starts_with("聚类"));
        insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"
        状态      Succeeded
        开始      2024-03-09T16:00:00Z
        结束      2024-03-09T16:00:00Z
        选项      层级 province,city，间隔 1 天，1 到 99999 天，一天从 00:00 开始，不借用位置
        文件      0
        标记      by=cron
        id        task
        请求      request
        事件      event
        ");
    }
}
