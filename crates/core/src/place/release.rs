//! Which data names the points.

/// Names the geodata. A dataset that was located with another version has its
/// stored coordinates located again.
pub const GEODATA: &str = imm_cluster_embedded::VERSION;

/// The release of the boundaries of time zones.
pub const ZONE_BOUNDARIES: &str = "2026f";
