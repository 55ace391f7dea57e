//! Which clusters and times are asked for on the command line.

use crate::cli::{
    ClusterFilters, CommonFilters, Filters, ListClusters, ListTrips, Order, Sort, TripFilters,
};
use crate::error::Fatal;
use imm_cluster_core::capture::range::{Range, RangeError};
use imm_cluster_core::identity::query::{Query, SortKey};
use imm_cluster_core::place::AddressKey;
use imm_cluster_messages::text;

/// What `clusters list` asks for.
pub(super) fn listed(arguments: &ListClusters) -> Result<Query, Fatal> {
    let ListClusters { sort, order, .. } = arguments;
    let query = filtered(&arguments.filters)?;
    let page = (arguments.max_results, arguments.next_token.as_ref());
    Ok(in_order(query, *sort, *order, page))
}

/// What `trips list` asks for.
pub(super) fn listed_trips(arguments: &ListTrips) -> Result<Query, Fatal> {
    let TripFilters { common: by, title } = &arguments.filters;
    let query = Query {
        title: title.clone(),
        ..common(by)?
    };
    let ListTrips { sort, order, .. } = arguments;
    let page = (arguments.max_results, arguments.next_token.as_ref());
    Ok(in_order(query, *sort, *order, page))
}

/// A query in that order, of at most so many, behind that id.
fn in_order(
    query: Query,
    sort: Sort,
    order: Order,
    (most, behind): (Option<u32>, Option<&String>),
) -> Query {
    Query {
        sort: match sort {
            Sort::Start => SortKey::Start,
            Sort::End => SortKey::End,
            Sort::Create => SortKey::Create,
            Sort::Update => SortKey::Update,
        },
        descending: order == Order::Desc,
        max_results: most.map(|most| most as usize),
        behind: behind.cloned().filter(|id| !id.is_empty()),
        ..query
    }
}

/// The clusters that pass the filters, by their first day.
pub(super) fn filtered(arguments: &ClusterFilters) -> Result<Query, Fatal> {
    Ok(Query {
        title: arguments.title.clone(),
        ..of(&arguments.but_title)?
    })
}

/// As [`filtered`], with any title.
pub(super) fn of(arguments: &Filters) -> Result<Query, Fatal> {
    Ok(Query {
        levels: arguments.level.clone(),
        ..common(&arguments.common)?
    })
}

fn common(arguments: &CommonFilters) -> Result<Query, Fatal> {
    let range = |option: &'static str, text: &Option<String>| {
        let text = text.as_deref();
        text.map(|text| range(option, text)).transpose()
    };
    let address = |(key, text): &(String, String)| Ok((address_key(key)?, text.clone()));
    let address = arguments.address.iter().map(address);
    Ok(Query {
        address: address.collect::<Result<_, Fatal>>()?,
        labels: arguments.label.clone(),
        start_time: range("--start-time", &arguments.start_time)?,
        end_time: range("--end-time", &arguments.end_time)?,
        create_time: range("--create-time", &arguments.create_time)?,
        update_time: range("--update-time", &arguments.update_time)?,
        ids: arguments.id.clone(),
        ..Query::default()
    })
}

fn address_key(key: &str) -> Result<AddressKey, Fatal> {
    key.parse()
        .map_err(|_| Fatal::option("--address", text!("error-address-key", key = key)))
}

/// A range of dates and times, as an option has it.
pub(super) fn range(option: &'static str, text: &str) -> Result<Range, Fatal> {
    Range::parse(text).map_err(|error| no_range(option, text, &error))
}

/// A range of days, as an option has it.
pub(super) fn days(option: &'static str, text: &str) -> Result<Range, Fatal> {
    Range::days(text).map_err(|error| no_range(option, text, &error))
}

fn no_range(option: &'static str, text: &str, error: &RangeError) -> Fatal {
    let given = format!("`{option} {text}`");
    Fatal::option(
        option,
        match error {
            RangeError::NoBound { .. } => {
                text!("query-range", given = given, why = error.to_string())
            }
            RangeError::Unbounded => text!("query-range-unbounded", given = given),
            RangeError::Reversed => text!("query-range-reversed", given = given),
        },
    )
}
