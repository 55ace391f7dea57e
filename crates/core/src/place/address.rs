//! Where a place is, in words, and when two places are one region.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

use super::level::Level;

/// A place named at the five levels, in one language. A level that is not known
/// is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Address {
    /// BCP 47 tag of the names' language.
    #[serde(default = "english")]
    pub language: String,
    /// Country or region.
    #[serde(
        default,
        deserialize_with = "name",
        skip_serializing_if = "Option::is_none"
    )]
    pub country: Option<String>,
    /// ISO 3166-1 alpha-2 code. It tells people and programs more about the
    /// country; it is no part of a region's identity.
    #[serde(
        default,
        deserialize_with = "name",
        skip_serializing_if = "Option::is_none"
    )]
    pub country_code: Option<String>,
    /// Province, state.
    #[serde(
        default,
        deserialize_with = "name",
        skip_serializing_if = "Option::is_none"
    )]
    pub province: Option<String>,
    /// A unit between province and city that would break the nesting of the
    /// five levels, such as a US county or a French département.
    #[serde(
        default,
        deserialize_with = "name",
        skip_serializing_if = "Option::is_none"
    )]
    pub county: Option<String>,
    /// City, prefecture, municipality.
    #[serde(
        default,
        deserialize_with = "name",
        skip_serializing_if = "Option::is_none"
    )]
    pub city: Option<String>,
    /// District, borough.
    #[serde(
        default,
        deserialize_with = "name",
        skip_serializing_if = "Option::is_none"
    )]
    pub district: Option<String>,
    /// Township, neighbourhood.
    #[serde(
        default,
        deserialize_with = "name",
        skip_serializing_if = "Option::is_none"
    )]
    pub township: Option<String>,
    /// Levels that do not exist in this country and repeat their parent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<Level>,
    /// The geodata's identifiers from country downwards, where it has any. An
    /// absent or empty one leaves the identity of that level to its name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<String>,
}

/// The identity of a region at one level: the path of ids or names from the
/// country down to that level. Chaoyang in Beijing is not Chaoyang in Changchun.
///
/// A part that is an id starts with `#`, which is put before no name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Region(Arc<[Option<String>]>);

impl Region {
    /// Whether the other region is this one or lies in it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The path as compact JSON, as the dataset has it: one text that names the region among
    /// those of all levels.
    pub fn to_json(&self) -> String {
        // Texts and nulls can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Address {
    /// An address of which nothing is known.
    pub fn unknown() -> Self {
        Self {
            language: english(),
            ..Self::default()
        }
    }

    /// The address whose regions have these keys, each as [`Region::to_json`] has it, from the
    /// country down; `None` where a level is not known. `names` are what regions with
    /// identifiers are called; without a name a region goes by its identifier.
    ///
    /// # Errors
    /// The key at that level is none, or does not begin with those of the levels above.
    pub fn of_keys(
        keys: [Option<&str>; Level::ALL.len()],
        names: [Option<&str>; Level::ALL.len()],
    ) -> Result<Self, Level> {
        let mut path: Vec<Option<String>> = Vec::new();
        for (level, key) in Level::ALL.into_iter().zip(keys) {
            let Some(key) = key else { continue };
            path.resize(level.index(), None);
            let parts: Vec<Option<String>> = serde_json::from_str(key).map_err(|_| level)?;
            match parts.split_last() {
                Some((Some(_), above)) if above == path => path = parts,
                _ => return Err(level),
            }
        }
        let mut address = Self::unknown();
        for ((level, part), name) in Level::ALL.into_iter().zip(path).zip(names) {
            let Some(part) = part else { continue };
            let id = part.strip_prefix('#').filter(|id| !id.is_empty());
            let name = name.filter(|name| id.is_some() && !name.trim().is_empty());
            let name = name.or(id).unwrap_or(&part);
            *address.name_mut(level) = Some(name.to_owned());
            if let Some(id) = id {
                address.ids.resize(level.index(), String::new());
                address.ids.push(id.to_owned());
            }
        }
        Ok(address)
    }

    /// The name at `level`.
    pub fn name(&self, level: Level) -> Option<&str> {
        match level {
            Level::Country => &self.country,
            Level::Province => &self.province,
            Level::City => &self.city,
            Level::District => &self.district,
            Level::Township => &self.township,
        }
        .as_deref()
    }

    /// The name of the narrowest level that has one, no narrower than the city: what people
    /// call a place on a trip.
    pub fn city_or_wider(&self) -> Option<&str> {
        self.name(self.named_at()?)
    }

    /// The level whose name [`Address::city_or_wider`] is.
    pub fn named_at(&self) -> Option<Level> {
        let mut levels = Level::ALL[..=Level::City.index()].iter().rev().copied();
        levels.find(|level| self.name(*level).is_some())
    }

    /// The names from the country downwards, the order in which people look for a
    /// region; its identity is [`Address::region`].
    pub fn path(&self) -> [Option<&str>; 5] {
        Level::ALL.map(|level| self.name(level))
    }

    pub(super) fn name_mut(&mut self, level: Level) -> &mut Option<String> {
        match level {
            Level::Country => &mut self.country,
            Level::Province => &mut self.province,
            Level::City => &mut self.city,
            Level::District => &mut self.district,
            Level::Township => &mut self.township,
        }
    }

    /// The identifier of the region at `level`, where it has one.
    pub(super) fn id(&self, level: Level) -> Option<&str> {
        let id = self.ids.get(level.index()).map(String::as_str);
        id.filter(|id| !id.is_empty())
    }

    /// The identifier of the region at `level`, or its name where it has none; `None` when the
    /// level is unknown. The keys from the country down to a level tell a region from all others.
    pub fn key(&self, level: Level) -> Option<&str> {
        let name = self.name(level)?;
        Some(self.id(level).unwrap_or(name))
    }

    /// The identity of the region at `level`, `None` when the level is unknown.
    pub fn region(&self, level: Level) -> Option<Region> {
        self.name(level)?;
        let part = |level: Level| {
            let id = self.id(level).map(|id| format!("#{id}"));
            id.or_else(|| self.name(level).map(str::to_owned))
        };
        Some(Region(
            Level::ALL
                .into_iter()
                .filter(|l| *l <= level)
                .map(part)
                .collect(),
        ))
    }

    /// The address down to `level`; what lies below is left out.
    #[must_use]
    pub fn down_to(&self, level: Level) -> Self {
        let keep = |at: Level, name: &Option<String>| name.clone().filter(|_| at <= level);
        Self {
            language: self.language.clone(),
            country: self.country.clone(),
            country_code: self.country_code.clone(),
            province: keep(Level::Province, &self.province),
            county: keep(Level::City, &self.county),
            city: keep(Level::City, &self.city),
            district: keep(Level::District, &self.district),
            township: keep(Level::Township, &self.township),
            derived: self
                .derived
                .iter()
                .copied()
                .filter(|l| *l <= level)
                .collect(),
            ids: self.ids.iter().take(level.index() + 1).cloned().collect(),
        }
    }

    /// Whether no level is known.
    pub fn is_empty(&self) -> bool {
        Level::ALL
            .into_iter()
            .all(|level| self.name(level).is_none())
    }

    /// The address on one line in the order of its language: from the narrowest
    /// level to the country, or from the country downwards in Chinese, Japanese
    /// and Korean. A level that repeats its parent is named once.
    pub fn line(&self) -> String {
        let mut names: Vec<&str> = Level::ALL
            .into_iter()
            .filter_map(|level| self.name(level))
            .collect();
        names.dedup();
        let at_home = || {
            matches!(
                self.country_code.as_deref(),
                Some("CN" | "HK" | "MO" | "TW" | "JP" | "KR" | "KP")
            )
        };
        if self.language.starts_with("zh") || self.language == "local" && at_home() {
            run_together(&names)
        } else {
            names.reverse();
            names.join(", ")
        }
    }
}

/// The names one after another as Chinese and Japanese are written, with a space only beside a
/// name in another script.
fn run_together(names: &[&str]) -> String {
    // 々, 〇, kana and ideographs of the basic plane; compatibility ideographs; full-width forms,
    // among them brackets, and half-width kana; ideographs of the planes beyond.
    let is_full_width = |c: char| {
        matches!(
            c,
            '\u{3005}'..='\u{9fff}'
                | '\u{f900}'..='\u{faff}'
                | '\u{ff00}'..='\u{ff9f}'
                | '\u{20000}'..='\u{3ffff}'
        )
    };
    let mut line = String::new();
    for name in names {
        let ends = [line.chars().next_back(), name.chars().next()];
        if !line.is_empty() && !ends.into_iter().flatten().all(is_full_width) {
            line.push(' ');
        }
        line.push_str(name);
    }
    line
}

fn english() -> String {
    "en".to_owned()
}

/// A name that is blank is an unknown one.
fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    Ok(name.filter(|name| !name.trim().is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(names: [&str; 5]) -> Address {
        let [country, province, city, district, township] =
            names.map(|name| (!name.is_empty()).then(|| name.to_owned()));
        Address {
            language: english(),
            country,
            province,
            city,
            district,
            township,
            ..Address::default()
        }
    }

    #[test]
    fn what_people_call_a_place_is_no_narrower_than_the_city() {
        let tokyo = address(["Japan", "Tokyo", "Tokyo", "Chiyoda", ""]);
        assert_eq!(tokyo.city_or_wider(), Some("Tokyo"));
        let rural = address(["Japan", "Gifu", "", "", "Ogimachi"]);
        assert_eq!(rural.named_at(), Some(Level::Province));
        assert_eq!(Address::default().city_or_wider(), None);
    }

    #[test]
    fn a_region_is_its_whole_path() {
        let beijing = address(["China", "Beijing", "Beijing", "Chaoyang", ""]);
        let changchun = address(["China", "Jilin", "Changchun", "Chaoyang", ""]);
        assert_ne!(
            beijing.region(Level::District),
            changchun.region(Level::District)
        );
        assert_eq!(
            beijing.region(Level::Country),
            changchun.region(Level::Country)
        );
        assert_eq!(beijing.region(Level::Township), None);
    }

    #[test]
    fn a_gap_in_the_path_is_part_of_it() {
        let known = address(["China", "Zhejiang", "Hangzhou", "", ""]);
        let unknown = address(["China", "", "Hangzhou", "", ""]);
        assert_ne!(known.region(Level::City), unknown.region(Level::City));
        assert!(unknown.region(Level::City).is_some());
    }

    #[test]
    fn ids_come_before_names_and_the_code_does_not_count() {
        let mut english = address(["China", "Zhejiang", "", "", ""]);
        let mut chinese = address(["中国", "浙江", "", "", ""]);
        assert_ne!(
            english.region(Level::Province),
            chinese.region(Level::Province)
        );
        english.ids = vec!["CN".into(), "CN-ZJ".into()];
        chinese.ids.clone_from(&english.ids);
        chinese.country_code = Some("CN".into());
        assert_eq!(
            english.region(Level::Province),
            chinese.region(Level::Province)
        );
    }

    #[test]
    fn keys_are_ids_or_names() {
        let mut address = address(["China", "Zhejiang", "", "Garden", ""]);
        address.ids = vec!["CN".into(), "g1784764".into(), String::new()];
        let keys = Level::ALL.map(|level| address.key(level));
        assert_eq!(
            keys,
            [Some("CN"), Some("g1784764"), None, Some("Garden"), None]
        );
    }

    #[test]
    fn keys_make_the_address_that_they_are_of() {
        let mut whole = address(["China", "Zhejiang", "", "Garden", "\"西\""]);
        whole.ids = vec!["CN".into(), "g1784764".into()];
        let keys = |of: &Address| Level::ALL.map(|level| of.region(level).map(|r| r.to_json()));
        let texts = keys(&whole);
        let texts = texts.each_ref().map(Option::as_deref);
        assert_eq!(Address::of_keys(texts, whole.path()).as_ref(), Ok(&whole));
        let unnamed = Address::of_keys(texts, [None; 5]).unwrap();
        assert_eq!(keys(&unnamed), keys(&whole));
        assert_eq!(unnamed.line(), "\"西\", Garden, g1784764, CN");
        assert_eq!(
            Address::of_keys([None; 5], [None; 5]),
            Ok(Address::unknown())
        );
        // What programs write with spaces is the same.
        let spaced = [None, Some(r#"[null, "P"]"#), None, None, None];
        assert_eq!(Address::of_keys(spaced, [None; 5]).unwrap().line(), "P");
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let refused = |keys| Address::of_keys(keys, [None; 5]).unwrap_err();
        let country = |key| [Some(key), None, None, None, None];
        for key in [
            "",
            "A",
            "[]",
            "[null]",
            "[1]",
            r#"["A","B"]"#,
            r#"{"A":"B"}"#,
        ] {
            assert_eq!(refused(country(key)), Level::Country, "{key}");
        }
        let a = Some(r#"["A"]"#);
        for province in [r#"["B","P"]"#, r#"[null,"P"]"#, r#"["A",null]"#, r#"["A"]"#] {
            let keys = [a, Some(province), None, None, None];
            assert_eq!(refused(keys), Level::Province, "{province}");
        }
        let city = [a, None, Some(r#"["A","P","C"]"#), None, None];
        assert_eq!(refused(city), Level::City, "the province is not said");
    }

    #[test]
    fn one_line_names_a_repeated_level_once() {
        let beijing = address(["China", "Beijing", "Beijing", "Chaoyang", ""]);
        assert_eq!(beijing.line(), "Chaoyang, Beijing, China");
        assert_eq!(beijing.down_to(Level::Province).line(), "Beijing, China");
    }

    #[test]
    fn one_line_is_in_the_order_and_spacing_of_its_language() {
        let in_chinese = |names| Address {
            language: "zh".to_owned(),
            ..address(names)
        };
        for (names, line) in [
            (["法国", "法兰西岛", "巴黎", "", ""], "法国法兰西岛巴黎"),
            (
                ["法国", "科西嘉", "Bonifacio", "", ""],
                "法国科西嘉 Bonifacio",
            ),
            (
                ["法国", "科西嘉", "Bonifacio", "上城", ""],
                "法国科西嘉 Bonifacio 上城",
            ),
            (
                ["泰国", "曼谷", "曼谷", "Phra Nakhon", "Ban Na"],
                "泰国曼谷 Phra Nakhon Ban Na",
            ),
            (["日本", "岐阜县", "", "", "荻町"], "日本岐阜县荻町"),
            (
                ["美国", "威斯康星州", "米尔顿（北）", "上城", ""],
                "美国威斯康星州米尔顿（北）上城",
            ),
            (
                ["日本", "東京都", "𠮷田町", "々木", ""],
                "日本東京都𠮷田町々木",
            ),
            (
                ["日本", "東京都", "サクラ", "港区", ""],
                "日本東京都サクラ港区",
            ),
        ] {
            assert_eq!(in_chinese(names).line(), line);
        }
        let paris = address(["France", "Île-de-France", "Paris", "", ""]);
        assert_eq!(paris.line(), "Paris, Île-de-France, France");
        let local = |names, country: &str| Address {
            language: "local".to_owned(),
            country_code: Some(country.to_owned()),
            ..address(names)
        };
        let seoul = local(["대한민국", "서울특별시", "종로구", "", ""], "KR");
        assert_eq!(seoul.line(), "대한민국 서울특별시 종로구");
        let kyoto = local(["日本", "京都府", "京都市", "左京区", ""], "JP");
        assert_eq!(kyoto.line(), "日本京都府京都市左京区");
        let paris = local(["France", "Île-de-France", "Paris", "", ""], "FR");
        assert_eq!(paris.line(), "Paris, Île-de-France, France");
    }

    #[test]
    fn blank_names_are_unknown() {
        let json = r#"{"country":"China","province":" ","city":null}"#;
        let address: Address = serde_json::from_str(json).unwrap();
        assert_eq!((address.province, address.city), (None, None));
    }
}
