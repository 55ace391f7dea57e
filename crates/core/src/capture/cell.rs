//! Cells of the globe, and points on it that are quick to compare.

use super::position::{EARTH_RADIUS, Position};

/// The height of a row of cells in degrees: 5.6 km.
const STEP: f64 = 0.05;
/// Rows from a pole to the equator.
const ROWS: i32 = 1_800;
/// Columns of a row at the equator.
const COLUMNS: f64 = 7_200.0;

/// A piece of the globe: rows of 0.05°, columns of about equal width in kilometres. Its
/// position is its centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    row: i32,
    column: i32,
}

impl Cell {
    /// The cell that a position lies in.
    pub fn of(position: Position) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "within ±1,800")]
        let row = (position.lat() / STEP).floor() as i32;
        // The pole itself belongs to the last row.
        let row = row.clamp(-ROWS, ROWS - 1);
        let columns = columns(row);
        #[expect(clippy::cast_possible_truncation, reason = "within 0 to 7,200")]
        let column = ((position.lon() + 180.0) / 360.0 * f64::from(columns)).floor() as i32;
        Self {
            row,
            column: column.rem_euclid(columns),
        }
    }

    /// The cell of that row and column, where there is one.
    pub fn new(row: i32, column: i32) -> Option<Self> {
        let is_there = (-ROWS..ROWS).contains(&row) && (0..columns(row)).contains(&column);
        is_there.then_some(Self { row, column })
    }

    /// The row, counted north from the equator: −1,800 to 1,799.
    pub fn row(self) -> i32 {
        self.row
    }

    /// The column, counted east from the antimeridian: 0 to 7,199 at the equator.
    pub fn column(self) -> i32 {
        self.column
    }

    /// The middle of the cell.
    pub fn centre(self) -> Position {
        let columns = f64::from(columns(self.row));
        let lon = (f64::from(self.column) + 0.5) * 360.0 / columns - 180.0;
        Position::clamped(latitude(self.row), lon)
    }

    /// A number that orders as cells do; 25 bits.
    pub(crate) fn code(self) -> u32 {
        let row = u32::try_from(self.row + ROWS).unwrap_or(0);
        let column = u32::try_from(self.column).unwrap_or(0);
        row << 13 | column
    }

    /// The cell of that number.
    pub(crate) fn from_code(code: u32) -> Self {
        let number = |bits: u32| i32::try_from(bits).unwrap_or(0);
        Self {
            row: number(code >> 13) - ROWS,
            column: number(code & 0x1FFF),
        }
    }
}

/// The latitude of the middle of a row.
fn latitude(row: i32) -> f64 {
    (f64::from(row) + 0.5) * STEP
}

/// The number of cells of a row, at least 1.
fn columns(row: i32) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "within 0 to 7,200")]
    let columns = (COLUMNS * latitude(row).to_radians().cos()).round() as i32;
    columns.max(1)
}

/// A point on the unit sphere: the square of a chord between two is quick to compute, and
/// orders as the distance does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    x: f64,
    y: f64,
    z: f64,
}

/// The square of a chord of the unit sphere.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) struct Chord(f64);

impl Chord {
    /// Farther than any two points are apart.
    pub(crate) const BEYOND: Self = Self(f64::INFINITY);

    /// The chord under a distance on the ground; half the globe at most.
    pub(crate) fn of_km(km: f64) -> Self {
        let half = (km / (2.0 * EARTH_RADIUS / 1_000.0)).clamp(0.0, std::f64::consts::FRAC_PI_2);
        Self((2.0 * half.sin()).powi(2))
    }

    /// The distance on the ground in kilometres.
    pub(crate) fn km(self) -> f64 {
        2.0 * EARTH_RADIUS / 1_000.0 * (self.0.sqrt() / 2.0).min(1.0).asin()
    }
}

impl Point {
    pub(crate) fn of(position: Position) -> Self {
        let (sin_lat, cos_lat) = position.lat().to_radians().sin_cos();
        let (sin_lon, cos_lon) = position.lon().to_radians().sin_cos();
        Self {
            x: cos_lat * cos_lon,
            y: cos_lat * sin_lon,
            z: sin_lat,
        }
    }

    pub(crate) fn chord(self, other: Self) -> Chord {
        let (x, y, z) = (self.x - other.x, self.y - other.y, self.z - other.z);
        Chord(x * x + y * y + z * z)
    }

    /// The great-circle distance in kilometres.
    pub(crate) fn km(self, other: Self) -> f64 {
        self.chord(other).km()
    }

    /// The middle of weighted points; `None` when they balance each other around the globe.
    pub(crate) fn mean(points: impl IntoIterator<Item = (Self, f64)>) -> Option<Position> {
        let (mut x, mut y, mut z) = (0.0, 0.0, 0.0);
        for (point, weight) in points {
            x += point.x * weight;
            y += point.y * weight;
            z += point.z * weight;
        }
        let flat = x.hypot(y);
        (flat.hypot(z) > 1e-9)
            .then(|| Position::clamped(z.atan2(flat).to_degrees(), y.atan2(x).to_degrees()))
    }
}

/// Those of the sorted cells whose centre lies within `limit`, which is `km` as a chord, of
/// a point, by index.
pub(crate) fn near(
    cells: &[Cell],
    points: &[Point],
    centre: Position,
    km: f64,
    found: &mut Vec<usize>,
) {
    found.clear();
    let (point, limit) = (Point::of(centre), Chord::of_km(km));
    let degrees = (km / (EARTH_RADIUS / 1_000.0)).to_degrees();
    let clamp = |lat: f64| Cell::of(Position::clamped(lat, centre.lon())).row;
    let (south, north) = (
        clamp(centre.lat() - degrees - STEP),
        clamp(centre.lat() + degrees + STEP),
    );
    for row in south..=north {
        let all = columns(row);
        // Within a small circle longitudes differ most where its meridians touch it; at
        // the poles every column is near.
        let widest = latitude(row)
            .abs()
            .max(centre.lat().abs())
            .to_radians()
            .cos();
        let reach = degrees / widest.max(1e-6);
        #[expect(clippy::cast_possible_truncation, reason = "clamped to a row")]
        let reach = (reach / 360.0 * f64::from(all)).ceil().min(1e4) as i32 + 1;
        let mut take = |from: i32, to: i32| {
            let first = cells.partition_point(|cell| (cell.row, cell.column) < (row, from));
            for (index, cell) in cells.iter().enumerate().skip(first) {
                if cell.row != row || cell.column > to {
                    break;
                }
                if points[index].chord(point) <= limit {
                    found.push(index);
                }
            }
        };
        if 2 * reach + 1 >= all {
            take(0, all - 1);
            continue;
        }
        #[expect(clippy::cast_possible_truncation, reason = "within 0 to 7,200")]
        let middle = ((centre.lon() + 180.0) / 360.0 * f64::from(all)) as i32;
        let (from, to) = (middle - reach, middle + reach);
        take(from.max(0), to.min(all - 1));
        if from < 0 {
            take(from + all, all - 1);
        }
        if to >= all {
            take(0, to - all);
        }
    }
}
