//! The answers of the IMM service (version 2020-09-30), so that programs written
//! for it read ours unchanged. What is not set is left out, as there.
#![expect(clippy::struct_field_names, reason = "the names are the service's")]

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::format::Format;
use crate::error::Fatal;
use imm_cluster_core::cluster::area::Cluster;
use imm_cluster_core::place::{Address, Geocoder, Level};
use imm_cluster_core::task::{Status, Task};
use imm_cluster_core::text::timestamp;
use imm_cluster_messages::text;

/// There are no projects here, so all datasets are in one.
pub const PROJECT: &str = "local";
/// How many clusters an answer has when nothing else is asked for.
pub const CLUSTERS_A_PAGE: usize = 20;
/// How many tasks an answer has when nothing else is asked for.
pub const TASKS_A_PAGE: usize = 100;
/// The most of either that the service gives at once.
const MOST_A_PAGE: usize = 100;

/// How many results an answer of the service may have; `None` in other formats.
///
/// # Errors
/// More are asked for than the service would give.
pub fn page(
    format: Format,
    max_results: Option<u32>,
    default: usize,
) -> Result<Option<usize>, Fatal> {
    if format != Format::Imm {
        return Ok(None);
    }
    let page = max_results.map_or(default, |n| n as usize);
    if page > MOST_A_PAGE {
        return Err(Fatal::option(
            "--max-results",
            text!(
                "imm-page-too-long",
                page = page.to_string(),
                most = MOST_A_PAGE.to_string()
            ),
        ));
    }
    Ok(Some(page))
}

fn request_id() -> String {
    Uuid::new_v4().to_string().to_uppercase()
}

/// The first `page` of the results, and what goes on behind them.
fn cut<T>(found: &[T], page: usize, id: impl Fn(&T) -> &str) -> (&[T], String) {
    let page = found.get(..page).unwrap_or(found);
    let token = match page.last() {
        Some(last) if page.len() < found.len() => id(last).to_owned(),
        _ => String::new(),
    };
    (page, token)
}

/// `QueryLocationDateClusters`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Clusters<'a> {
    request_id: String,
    location_date_clusters: Vec<LocationDateCluster<'a>>,
    next_token: String,
}

impl<'a> Clusters<'a> {
    /// The first `page` of the clusters found.
    pub fn new(geocoder: &Geocoder, found: &[&'a Cluster], page: usize) -> Self {
        let (page, next_token) = cut(found, page, |cluster| cluster.object_id.as_str());
        Self {
            request_id: request_id(),
            location_date_clusters: (page.iter())
                .map(|cluster| LocationDateCluster::new(geocoder, cluster))
                .collect(),
            next_token,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LocationDateCluster<'a> {
    object_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    location_date_cluster_level: Level,
    location_date_cluster_start_time: String,
    location_date_cluster_end_time: String,
    addresses: Vec<ImmAddress>,
    create_time: String,
    update_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_id: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    custom_labels: &'a BTreeMap<String, String>,
}

impl<'a> LocationDateCluster<'a> {
    fn new(geocoder: &Geocoder, cluster: &'a Cluster) -> Self {
        let others = cluster.whole.iter().flat_map(|whole| &whole.of);
        Self {
            object_id: cluster.object_id.as_str(),
            title: cluster.title.as_deref(),
            location_date_cluster_level: cluster.of.level,
            location_date_cluster_start_time: cluster.start_time().to_string(),
            location_date_cluster_end_time: cluster.end_time().to_string(),
            addresses: std::iter::once(&cluster.of.address)
                .chain(others)
                .flat_map(|address| match geocoder.in_all_languages(address) {
                    one if one.is_empty() => vec![(**address).clone()],
                    several => several,
                })
                .map(ImmAddress::from)
                .collect(),
            create_time: timestamp(cluster.create_time),
            update_time: timestamp(cluster.update_time),
            custom_id: cluster.custom_id.as_deref(),
            custom_labels: &cluster.custom_labels,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ImmAddress {
    language: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    province: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    district: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    township: Option<String>,
    address_line: String,
}

impl From<Address> for ImmAddress {
    fn from(address: Address) -> Self {
        Self {
            address_line: address.line(),
            language: address.language,
            country: address.country,
            province: address.province,
            city: address.city,
            district: address.district,
            township: address.township,
        }
    }
}

/// `CreateLocationDateClusteringTask`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreatedTask<'a> {
    request_id: &'a str,
    task_id: &'a str,
    event_id: &'a str,
}

impl<'a> From<&'a Task> for CreatedTask<'a> {
    fn from(task: &'a Task) -> Self {
        Self {
            request_id: &task.request_id,
            task_id: &task.task_id,
            event_id: &task.event_id,
        }
    }
}

/// `ListTasks`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tasks<'a> {
    request_id: String,
    project_name: &'static str,
    /// How many there are in this answer: a text in the service's.
    max_results: String,
    tasks: Vec<TaskInfo<'a>>,
    next_token: String,
}

impl<'a> Tasks<'a> {
    /// The first `page` of the tasks found. With the dataset's name, each tells what
    /// was asked for.
    pub fn new(found: &'a [Task], page: usize, dataset: Option<&str>) -> Self {
        let (page, next_token) = cut(found, page, |task| &task.task_id);
        Self {
            request_id: request_id(),
            project_name: PROJECT,
            max_results: page.len().to_string(),
            tasks: page
                .iter()
                .map(|task| TaskInfo::new(task, dataset))
                .collect(),
            next_token,
        }
    }
}

/// `GetTask`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OneTask<'a> {
    request_id: String,
    project_name: &'static str,
    event_id: &'a str,
    #[serde(flatten)]
    info: TaskInfo<'a>,
}

impl<'a> OneTask<'a> {
    /// One task. With the dataset's name, it tells what was asked for.
    pub fn new(task: &'a Task, dataset: Option<&str>) -> Self {
        Self {
            request_id: request_id(),
            project_name: PROJECT,
            event_id: &task.event_id,
            info: TaskInfo::new(task, dataset),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct TaskInfo<'a> {
    task_id: &'a str,
    task_type: &'a str,
    status: Status,
    start_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_data: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_request_definition: Option<String>,
}

impl<'a> TaskInfo<'a> {
    fn new(task: &'a Task, dataset: Option<&str>) -> Self {
        Self {
            task_id: &task.task_id,
            task_type: &task.task_type,
            status: task.status,
            start_time: timestamp(task.start_time),
            end_time: task.end_time.map(timestamp),
            progress: task.progress,
            code: task.code.as_deref(),
            message: task.message.as_deref(),
            tags: &task.tags,
            user_data: task.user_data.as_deref(),
            task_request_definition: dataset.map(|dataset| request_definition(task, dataset)),
        }
    }
}

/// The request for a task as JSON in a text.
fn request_definition(task: &Task, dataset: &str) -> String {
    let mut request = json!({"ProjectName": PROJECT, "DatasetName": dataset});
    if let Some(rules) = &task.options {
        request["DateOptions"] = json!({
            "GapDays": rules.gap_days,
            "MaxDays": rules.max_days,
            "MinDays": rules.min_days,
        });
        request["LocationOptions"] = json!({"LocationDateClusterLevels": rules.levels});
    }
    if !task.tags.is_empty() {
        request["Tags"] = json!(task.tags);
    }
    if let Some(user_data) = &task.user_data {
        request["UserData"] = json!(user_data);
    }
    request.to_string()
}
