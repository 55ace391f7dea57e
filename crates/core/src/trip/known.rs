//! The homes of a dataset: those that the last run found, and what the user said of them.

use std::sync::Arc;

use imm_cluster_messages::text;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::journey::Journey;
use crate::capture::cell::Cell;
use crate::capture::day::Day;
use crate::capture::position::Position;
use crate::find::{FindError, Noun};
use crate::place::Address;
use crate::text::Escaped;

/// How far a home reaches from its centre, unless the user says otherwise. Kilometres.
pub const USUAL_RADIUS_KM: f64 = 25.0;
/// The widest home, in kilometres.
pub const WIDEST_KM: f64 = 200.0;
/// The longest name of a home, in bytes.
pub const LONGEST_NAME: usize = 255;

/// All homes, and what the user said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Homes {
    /// Those of the last run, by their first day.
    #[serde(default)]
    pub list: Vec<KnownHome>,
    /// Those that the user stated, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stated: Vec<StatedHome>,
    /// Where the user says that no home was, by place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<NoHome>,
    /// Where and on which days the last run found positions that cannot be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub implausible: Vec<(Day, CellAt)>,
    /// Keys that this version does not know.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A home as the last run knew it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownHome {
    /// What trips refer to it by.
    pub id: String,
    /// What it is called: as the user says, else its place.
    pub name: String,
    /// What its place is called, down to the city.
    pub address: Arc<Address>,
    /// Its centre.
    #[serde(flatten)]
    pub centre: Centre,
    /// How far it reaches from there, in kilometres.
    pub radius_km: f64,
    /// The first day that it may have been lived in.
    pub from: Day,
    /// The last one.
    pub to: Day,
    /// How it is known.
    pub origin: HomeOrigin,
    /// The first day on which it is seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_first: Option<Day>,
    /// The last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_last: Option<Day>,
    /// On how many days it is seen.
    pub days_seen: u32,
    /// Of how many days with a position, from the first to the last.
    pub days_active: u32,
    /// Keys that this version does not know.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// How a home is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HomeOrigin {
    /// It is seen all the time.
    LivedIn,
    /// It is seen now and then, mostly for a day.
    NowAndThen,
    /// The user says so.
    Stated,
}

/// A home that the user stated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatedHome {
    /// What it is called.
    pub name: String,
    /// Its centre.
    #[serde(flatten)]
    pub centre: Centre,
    /// How far it reaches from there, in kilometres.
    pub radius_km: f64,
    /// The first day; none is as early as can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// The last day; none is as late as can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// Keys that this version does not know.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// Where no home is to be found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoHome {
    /// What the home was called.
    pub name: String,
    /// The middle.
    #[serde(flatten)]
    pub centre: Centre,
    /// The first day; none is as early as can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// The last day; none is as late as can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// Keys that this version does not know.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A cell as its row and column.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[i32; 2]", into = "[i32; 2]")]
pub struct CellAt(pub Cell);

impl TryFrom<[i32; 2]> for CellAt {
    type Error = String;

    fn try_from([row, column]: [i32; 2]) -> Result<Self, String> {
        let cell = Cell::new(row, column);
        Ok(Self(cell.ok_or_else(|| {
            format!("there is no cell {row},{column}")
        })?))
    }
}

impl From<CellAt> for [i32; 2] {
    fn from(CellAt(cell): CellAt) -> Self {
        [cell.row(), cell.column()]
    }
}

/// A position as `lat` and `lon`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Degrees", into = "Degrees")]
pub struct Centre(pub Position);

#[derive(Serialize, Deserialize)]
struct Degrees {
    lat: f64,
    lon: f64,
}

impl TryFrom<Degrees> for Centre {
    type Error = String;

    fn try_from(Degrees { lat, lon }: Degrees) -> Result<Self, String> {
        let position = Position::new(lat, lon).map_err(|e| format!("home {lat},{lon}: {e}"))?;
        Ok(Self(position))
    }
}

impl From<Centre> for Degrees {
    fn from(Centre(position): Centre) -> Self {
        Self {
            lat: position.lat(),
            lon: position.lon(),
        }
    }
}

/// Why something cannot be said of homes.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HomeError {
    /// There is no such home, or there are several.
    #[error(transparent)]
    Find(#[from] FindError),
    /// Another home is stated by that name.
    #[error("{}", text!("error-home-exists", name = Escaped::new(.0).to_string()))]
    Exists(String),
    /// The name is empty or too long.
    #[error("{}", text!("error-home-name", most = LONGEST_NAME.to_string(), len = .0.to_string()))]
    Name(usize),
    /// The radius is no distance, or too wide.
    #[error("{}", text!("error-home-radius", most = WIDEST_KM.to_string(), radius = .0.to_string()))]
    Radius(f64),
    /// The last day comes before the first.
    #[error("{}", text!("error-home-reversed", from = .from.to_string(), to = .to.to_string()))]
    Reversed {
        /// The first day.
        from: Day,
        /// The last day.
        to: Day,
    },
}

/// What becomes of a home; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct HomeEdit {
    /// The name.
    pub name: Option<String>,
    /// The centre.
    pub centre: Option<Position>,
    /// How far it reaches, in kilometres.
    pub radius_km: Option<f64>,
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub to: Option<Day>,
}

impl StatedHome {
    /// A home of that name; 25 km around its centre and always, unless more is said.
    ///
    /// # Errors
    /// The name, the radius or the dates cannot be.
    pub fn new(
        name: &str,
        centre: Position,
        radius_km: Option<f64>,
        from: Option<Day>,
        to: Option<Day>,
    ) -> Result<Self, HomeError> {
        let radius_km = radius_km.unwrap_or(USUAL_RADIUS_KM);
        if name.is_empty() || name.len() > LONGEST_NAME {
            return Err(HomeError::Name(name.len()));
        }
        if !(radius_km > 0.0 && radius_km <= WIDEST_KM) {
            return Err(HomeError::Radius(radius_km));
        }
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            return Err(HomeError::Reversed { from, to });
        }
        Ok(Self {
            name: name.to_owned(),
            centre: Centre(centre),
            radius_km,
            from,
            to,
            unknown: Map::new(),
        })
    }

    /// The same, changed.
    fn edited(self, edit: &HomeEdit) -> Result<Self, HomeError> {
        let edited = Self::new(
            edit.name.as_deref().unwrap_or(&self.name),
            edit.centre.unwrap_or(self.centre.0),
            Some(edit.radius_km.unwrap_or(self.radius_km)),
            edit.from.or(self.from),
            edit.to.or(self.to),
        )?;
        Ok(Self {
            unknown: self.unknown,
            ..edited
        })
    }
}

impl From<&KnownHome> for StatedHome {
    fn from(home: &KnownHome) -> Self {
        Self {
            name: home.name.clone(),
            centre: home.centre,
            radius_km: home.radius_km,
            from: Some(home.from),
            to: Some(home.to),
            unknown: Map::new(),
        }
    }
}

impl Homes {
    /// States a home.
    ///
    /// # Errors
    /// One of that name is stated already.
    pub fn state(&mut self, home: StatedHome) -> Result<(), HomeError> {
        let by_name = |known: &StatedHome| known.name.cmp(&home.name);
        match self.stated.binary_search_by(by_name) {
            Ok(_) => Err(HomeError::Exists(home.name)),
            Err(at) => {
                self.stated.insert(at, home);
                Ok(())
            }
        }
    }

    /// Changes a stated home, or states one that was found as it is to be. Returns what it
    /// is called then.
    ///
    /// # Errors
    /// There is no such home, or it cannot be as it is to be. Nothing is changed then.
    pub fn edit(&mut self, home: &str, edit: &HomeEdit) -> Result<String, HomeError> {
        let before = self.described(home)?;
        let after = before.clone().edited(edit)?;
        let others = |other: &StatedHome| other.name == after.name && other.name != before.name;
        if self.stated.iter().any(others) {
            return Err(HomeError::Exists(after.name));
        }
        let name = after.name.clone();
        self.stated.retain(|other| other.name != before.name);
        self.state(after)?;
        Ok(name)
    }

    /// Takes a home away: no longer stated, and none is found there in its time. Returns
    /// what it was called.
    ///
    /// # Errors
    /// There is no such home, or there are several.
    pub fn remove(&mut self, home: &str) -> Result<String, HomeError> {
        let known = self.described(home)?;
        self.stated.retain(|other| other.name != known.name);
        let same = |a: &KnownHome| a.name == known.name && a.centre == known.centre;
        self.list.retain(|home| !same(home));
        self.removed.push(NoHome {
            name: known.name.clone(),
            centre: known.centre,
            from: known.from,
            to: known.to,
            unknown: Map::new(),
        });
        let order = |home: &NoHome| (home.name.clone(), home.from, home.to);
        self.removed.sort_by_key(order);
        self.removed.dedup();
        Ok(known.name)
    }

    /// Forgets what was stated of a home, or that one was removed. Returns what it is or
    /// was called.
    ///
    /// # Errors
    /// Nothing was said of a home of that name or id.
    pub fn reset(&mut self, home: &str) -> Result<String, HomeError> {
        let alike = |name: &str| name.to_lowercase() == home.to_lowercase();
        let removed = self.removed.iter().find(|gone| alike(&gone.name));
        let name = match (removed, self.described(home)) {
            (_, Ok(known)) => known.name,
            (Some(gone), _) => gone.name.clone(),
            (None, Err(error)) => return Err(error),
        };
        self.removed.retain(|gone| gone.name != name);
        self.stated.retain(|stated| stated.name != name);
        Ok(name)
    }

    /// Forgets all that was stated and removed.
    pub fn reset_all(&mut self) {
        self.stated.clear();
        self.removed.clear();
    }

    /// The home that goes by this, as it would be stated.
    fn described(&self, home: &str) -> Result<StatedHome, HomeError> {
        let stated = self.stated.iter().find(|stated| stated.name == home);
        if let Some(stated) = stated {
            return Ok(stated.clone());
        }
        let known = self.find(home)?;
        let stated = self.stated.iter().find(|stated| stated.name == known.name);
        Ok(stated
            .filter(|_| known.origin == HomeOrigin::Stated)
            .cloned()
            .unwrap_or_else(|| known.into()))
    }

    /// Whether there is nothing to be kept.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The home that goes by this: its id, an id that begins so, or its name.
    ///
    /// # Errors
    /// None does, or several do.
    pub fn find(&self, text: &str) -> Result<&KnownHome, FindError> {
        let by_name = |home: &&KnownHome| home.name.to_lowercase() == text.to_lowercase();
        let by_id =
            |home: &&KnownHome| home.id.starts_with(text) || home.short_id().starts_with(text);
        let mut found: Vec<&KnownHome> = self.list.iter().filter(by_name).collect();
        if found.is_empty() && !text.is_empty() {
            found = self.list.iter().filter(by_id).collect();
        }
        match found.as_slice() {
            [] => Err(FindError::not_found(Noun::Home, text)),
            [one] => Ok(one),
            several => Err(FindError::Ambiguous {
                what: Noun::Home,
                id: text.to_owned(),
                count: several.len(),
            }),
        }
    }

    /// What a journey is called, seen from the home that it left.
    pub fn name_of(&self, journey: &Journey) -> Option<String> {
        let home = journey.home.as_deref().and_then(|id| self.get(id));
        journey.name(home.map(|home| home.address.as_ref()))
    }

    /// The home of that id.
    pub fn get(&self, id: &str) -> Option<&KnownHome> {
        self.list.iter().find(|home| home.id == id)
    }
}

impl KnownHome {
    /// What all ids begin with.
    pub const PREFIX: &'static str = "home-";

    /// The id without what all ids begin with.
    pub fn short_id(&self) -> &str {
        self.id.strip_prefix(Self::PREFIX).unwrap_or(&self.id)
    }

    /// Why it is one, in words: `home 2010-11-04 to 2015-05-15: seen on 484 of 785 active
    /// days`.
    pub fn evidence(&self) -> String {
        let (Some(first), Some(last)) = (self.seen_first, self.seen_last) else {
            return text!("home-without-photos");
        };
        let how = match self.origin {
            HomeOrigin::LivedIn => "lived-in",
            HomeOrigin::NowAndThen => "now-and-then",
            HomeOrigin::Stated => "stated",
        };
        let day = first.to_string();
        if first == last {
            return text!("home-seen-once", how = how, day = day);
        }
        text!(
            "home-seen",
            how = how,
            first = day,
            last = last.to_string(),
            seen = self.days_seen.to_string(),
            active = self.days_active.to_string(),
            count = self.days_active,
        )
    }

    /// The name of its place.
    pub fn place(&self) -> Option<&str> {
        self.address.city_or_wider()
    }
}

#[cfg(test)]
mod tests {
    use imm_cluster_messages::{Tongue, in_tongue};

    use super::*;

    fn position() -> Position {
        Position::new(45.764, 4.8357).unwrap()
    }

    fn found(name: &str, id: &str) -> KnownHome {
        let day = |text: &str| text.parse().unwrap();
        KnownHome {
            id: format!("{}{id}", KnownHome::PREFIX),
            name: name.to_owned(),
            address: Arc::new(Address::unknown()),
            centre: Centre(position()),
            radius_km: USUAL_RADIUS_KM,
            from: day("2010-11-04"),
            to: day("2015-05-15"),
            origin: HomeOrigin::LivedIn,
            seen_first: Some(day("2010-11-05")),
            seen_last: Some(day("2015-05-14")),
            days_seen: 484,
            days_active: 785,
            unknown: Map::new(),
        }
    }

    #[test]
    fn why_a_home_is_one_is_told_in_both_languages() {
        let lived_in = found("Lyon", "1f00");
        let stated = KnownHome {
            origin: HomeOrigin::Stated,
            seen_last: lived_in.seen_first,
            ..lived_in.clone()
        };
        let unseen = KnownHome {
            seen_first: None,
            ..stated.clone()
        };
        let told = || [&lived_in, &stated, &unseen].map(KnownHome::evidence);
        insta::assert_snapshot!(told().join("\n"), @r"
        home 2010-11-05 to 2015-05-14: seen on 484 of 785 active days
        added by you; seen only on 2010-11-05
        added by you; no photos there
        ");
        insta::assert_snapshot!(in_tongue(Tongue::Chinese, told).join("\n"), @r"
        家，2010-11-05 至 2015-05-14：785 个有照片的日子中，有 484 天在这里
        由你添加；只在 2010-11-05 来过
        由你添加；那里没有照片
        ");
    }

    #[test]
    fn a_home_goes_by_its_name_or_id() {
        let mut homes = Homes {
            list: vec![found("Lyon", "1f00"), found("Paris", "1f2b")],
            ..Homes::default()
        };
        assert_eq!(homes.find("lyon").unwrap().name, "Lyon");
        assert_eq!(homes.find("1f2").unwrap().name, "Paris");
        assert_eq!(homes.find("home-1f2").unwrap().name, "Paris");
        assert!(matches!(
            homes.find("1f"),
            Err(FindError::Ambiguous { count: 2, .. })
        ));
        assert!(homes.find("").is_err());
        homes.list.push(found("Lyon", "2000"));
        assert!(homes.find("Lyon").is_err(), "two of that name");
    }

    #[test]
    fn what_the_user_says_stays_until_it_is_taken_back() {
        let mut homes = Homes {
            list: vec![found("Lyon", "1f00")],
            ..Homes::default()
        };
        let from = "2012-01-01".parse().ok();
        let edit = HomeEdit {
            from,
            ..HomeEdit::default()
        };
        assert_eq!(homes.edit("Lyon", &edit).unwrap(), "Lyon");
        assert_eq!(homes.stated[0].from, from);
        assert_eq!(homes.stated[0].to, "2015-05-15".parse().ok());
        let again = StatedHome::new("Lyon", position(), None, None, None).unwrap();
        assert_eq!(homes.state(again), Err(HomeError::Exists("Lyon".into())));

        assert_eq!(homes.remove("Lyon").unwrap(), "Lyon");
        assert!(homes.stated.is_empty() && homes.list.is_empty());
        assert_eq!(homes.removed[0].from, from);
        assert_eq!(homes.reset("lyon").unwrap(), "Lyon");
        assert!(homes.removed.is_empty());
        assert!(homes.reset("Lyon").is_err(), "nothing is left to reset");
        assert!(homes.edit("Lyon", &edit).is_err());
    }

    #[test]
    fn a_home_that_cannot_be_is_refused() {
        let home = |name: &str, radius, from: &str, to: &str| {
            StatedHome::new(name, position(), radius, from.parse().ok(), to.parse().ok())
        };
        assert!(home("A", None, "", "").is_ok());
        assert_eq!(home("", None, "", ""), Err(HomeError::Name(0)));
        assert!(home(&"a".repeat(256), None, "", "").is_err());
        for radius in [0.0, -1.0, 200.1, f64::NAN, f64::INFINITY] {
            assert!(home("A", Some(radius), "", "").is_err(), "{radius}");
        }
        assert!(home("A", None, "2020-01-02", "2020-01-01").is_err());
        assert!(home("A", None, "2020-01-01", "2020-01-01").is_ok());
    }
}
