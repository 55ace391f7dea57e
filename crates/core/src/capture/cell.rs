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

    /// Row and column as one number, in the order of cells.
    pub(crate) fn number(self) -> u32 {
        let [row, column] = [self.row + ROWS, self.column].map(i32::cast_unsigned);
        row << 16 | column
    }

    /// The middle of the cell.
    pub fn centre(self) -> Position {
        let columns = f64::from(columns(self.row));
        let lon = (f64::from(self.column) + 0.5) * 360.0 / columns - 180.0;
        Position::rounded(latitude(self.row), lon)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn position() -> impl Strategy<Value = Position> {
        (-90.0..=90.0_f64, -180.0..180.0_f64)
            .prop_filter_map("no position", |(lat, lon)| Position::new(lat, lon).ok())
    }

    #[test]
    fn the_ends_of_the_globe_have_cells() {
        for (lat, lon) in [(90.0, 0.0), (-90.0, 179.9), (0.01, -180.0), (12.3, 179.999)] {
            let position = Position::new(lat, lon).unwrap();
            let cell = Cell::of(position);
            assert_eq!(Cell::new(cell.row(), cell.column()), Some(cell));
            assert!(cell.centre().distance(position).0 < 6_000.0, "{lat} {lon}");
        }
        assert_eq!(Cell::new(1_800, 0), None);
        assert_eq!(Cell::new(0, 7_200), None);
        assert_eq!(Cell::new(0, -1), None);
    }

    proptest! {
        #[test]
        fn a_cell_holds_its_middle_and_little_else(position in position()) {
            let cell = Cell::of(position);
            prop_assert_eq!(Cell::of(cell.centre()), cell);
            prop_assert!(cell.centre().distance(position).0 < 6_000.0);
        }

        #[test]
        fn a_chord_tells_the_distance(a in position(), b in position()) {
            let exact = a.distance(b).0 / 1_000.0;
            let km = Point::of(a).km(Point::of(b));
            prop_assert!((km - exact).abs() < 0.01, "{} {}", km, exact);
        }

        #[test]
        fn near_finds_what_a_look_at_all_finds(
            centre in position(),
            others in prop::collection::vec((-0.6..0.6_f64, -200.0..200.0_f64, any::<bool>()), 0..60),
            km in 1.0..60.0_f64,
        ) {
            let around = others.into_iter().filter_map(|(north, east, is_close)| {
                let east = if is_close { east / 200.0 } else { east };
                let lon = (centre.lon() + east + 540.0).rem_euclid(360.0) - 180.0;
                Some(Cell::of(Position::new(centre.lat() + north, lon).ok()?))
            });
            let mut cells: Vec<Cell> = around.collect();
            cells.sort_unstable();
            cells.dedup();
            let points: Vec<Point> = cells.iter().map(|cell| Point::of(cell.centre())).collect();
            let mut found = Vec::new();
            near(&cells, &points, centre, km, &mut found);
            found.sort_unstable();
            let limit = Chord::of_km(km);
            let all: Vec<usize> = (0..cells.len())
                .filter(|cell| points[*cell].chord(Point::of(centre)) <= limit)
                .collect();
            prop_assert_eq!(found, all);
        }
    }
}
