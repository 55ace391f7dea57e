//! Names of albums, made of what a cluster or trip is.

use chrono::Datelike;
use imm_cluster_messages::text;

use super::ExportedGroup;
use crate::disk::names;
use crate::place::Level;

/// A template such as `{year}/{start} {title}`, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Template(Vec<TemplatePart>);

#[derive(Debug, Clone, PartialEq)]
enum TemplatePart {
    Text(String),
    Field(Field),
}

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Place,
    CountryCode,
    Name(Level),
    Level,
    Start,
    End,
    Year,
    Month,
    Day,
    Days,
    Files,
    Id,
}

/// The placeholders, as they are written.
const FIELDS: [(&str, Field); 17] = [
    ("title", Field::Title),
    ("place", Field::Place),
    ("country", Field::Name(Level::Country)),
    ("country_code", Field::CountryCode),
    ("province", Field::Name(Level::Province)),
    ("city", Field::Name(Level::City)),
    ("district", Field::Name(Level::District)),
    ("township", Field::Name(Level::Township)),
    ("level", Field::Level),
    ("start", Field::Start),
    ("end", Field::End),
    ("year", Field::Year),
    ("month", Field::Month),
    ("day", Field::Day),
    ("days", Field::Days),
    ("files", Field::Files),
    ("id", Field::Id),
];

impl Template {
    /// Takes a template apart. `{{` and `}}` are braces.
    ///
    /// # Errors
    /// Says what is wrong: names the placeholder that is not known, or the brace that
    /// has no other.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(at);
            plain.push_str(before);
            if let Some(behind) = brace.strip_prefix("{{") {
                plain.push('{');
                rest = behind;
            } else if let Some(behind) = brace.strip_prefix("}}") {
                plain.push('}');
                rest = behind;
            } else if let Some((name, behind)) =
                brace.strip_prefix('{').and_then(|b| b.split_once('}'))
            {
                let known = FIELDS.iter().find(|(known, _)| *known == name);
                let (_, field) = known.ok_or_else(|| {
                    let known: Vec<_> = FIELDS.iter().map(|(name, _)| *name).collect();
                    text!(
                        "template-unknown",
                        name = format!("{{{name}}}"),
                        known = known.join(&text!("list-comma")),
                    )
                })?;
                parts.push(TemplatePart::Text(std::mem::take(&mut plain)));
                parts.push(TemplatePart::Field(*field));
                rest = behind;
            } else {
                return Err(text!("template-brace"));
            }
        }
        plain.push_str(rest);
        parts.push(TemplatePart::Text(plain));
        if text.trim_matches(['/', ' ', '.']).is_empty() {
            return Err(text!("template-empty"));
        }
        Ok(Self(parts))
    }

    /// The folder of an album below the folder of all: one portable name for each
    /// part between slashes of the template. What the cluster or trip lacks is left out.
    pub fn folder(&self, group: &ExportedGroup<'_>) -> Vec<String> {
        let mut folder = vec![String::new()];
        for part in &self.0 {
            match part {
                TemplatePart::Text(text) => {
                    for (i, text) in text.split('/').enumerate() {
                        if i > 0 {
                            folder.push(String::new());
                        }
                        push(&mut folder, text);
                    }
                }
                // A slash in a title is no folder.
                TemplatePart::Field(field) => push(&mut folder, &field.of(group)),
            }
        }
        let names = folder.iter().map(|name| name.trim());
        let names: Vec<_> = names
            .filter(|name| !name.is_empty())
            .map(names::portable)
            .collect();
        // It may lack all that the template asks for.
        if names.is_empty() {
            vec![names::portable(&group.label())]
        } else {
            names
        }
    }
}

fn push(folder: &mut [String], text: &str) {
    if let Some(last) = folder.last_mut() {
        last.push_str(text);
    }
}

/// What a group is called without a title. A colon, as in `Japan: Kyoto, Osaka`, is in no
/// name of a file that all systems take; what stands for it reads better than `_`.
fn place(group: &ExportedGroup<'_>) -> String {
    let place = group.place();
    if group.trip().is_some() {
        place.replace(": ", " - ")
    } else {
        place.to_owned()
    }
}

impl Field {
    fn of(self, group: &ExportedGroup<'_>) -> String {
        let days = group.days();
        let first = days.first.date();
        match self {
            Self::Title => (group.own_title()).map_or_else(|| place(group), str::to_owned),
            Self::Place => place(group),
            Self::CountryCode => group.country_codes(),
            Self::Name(level) => group.names_at(level),
            Self::Level => group.kind().to_owned(),
            Self::Start => days.first.to_string(),
            Self::End => days.last.to_string(),
            Self::Year => format!("{:04}", first.year()),
            Self::Month => format!("{:02}", first.month()),
            Self::Day => format!("{:02}", first.day()),
            Self::Days => days.days().to_string(),
            Self::Files => group.counts().files.to_string(),
            Self::Id => group.short_id().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::testing::Sample;

    fn folder(template: &str) -> String {
        let sample = Sample::new();
        let selection = sample.selection();
        let template = Template::parse(template).unwrap();
        template.folder(&selection.groups()[0]).join(" / ")
    }

    #[test]
    fn placeholders_stand_for_what_the_cluster_is() {
        assert_eq!(folder("{start} {place}"), "2024-03-03 Hangzhou");
        assert_eq!(
            folder("{country}/{year}-{month}/{day} {city}, {days} days, {files} files {id}"),
            "China / 2024-03 / 03 Hangzhou, 3 days, 3 files 00000001"
        );
        assert_eq!(
            folder("{{{level}}} {end} {country_code}"),
            "{city} 2024-03-05 CN"
        );
        assert_eq!(folder("{province}{township}"), "Zhejiang");
    }

    #[test]
    fn a_trip_is_called_by_its_stops() {
        let sample = Sample::travelled();
        let selection = sample.trips();
        let folder = |template: &str| {
            let template = Template::parse(template).unwrap();
            template.folder(&selection.groups()[0]).join(" / ")
        };
        assert_eq!(folder("{start} {title}"), "2024-03-03 China, Japan");
        assert_eq!(
            folder("{country}/{country_code} {city} {level} {days} {files} {id}"),
            "China, Japan / CN, JP Hangzhou, Kyoto trip 5 4 00000001"
        );
        assert_eq!(folder("{district}"), "2024-03-03 China, Japan");
        let mut sample = Sample::travelled();
        sample.0.trips[0].of.stops.truncate(1);
        let mut jiaxing = sample.0.trips[0].of.stops[0].clone();
        let mut address = (*jiaxing.address).clone();
        address.city = Some("Jiaxing".to_owned());
        jiaxing.address = address.into();
        sample.0.trips[0].of.stops.push(jiaxing);
        let selection = sample.trips();
        let folder = Template::parse("{title}").unwrap();
        let folder = folder.folder(&selection.groups()[0]);
        assert_eq!(folder, ["China - Hangzhou, Jiaxing"]);
    }

    #[test]
    fn a_hostile_title_stays_one_portable_folder() {
        assert_eq!(
            folder("x/{title}"),
            "x / =West Lake_ _spring_, & _tea__ _.._"
        );
        assert_eq!(folder("/{township}/../{place}/"), "_ / Hangzhou");
        assert_eq!(
            folder("{township}"),
            "2024-03-03 =West Lake_ _spring_, & _tea__ _.._"
        );
    }

    #[test]
    fn what_is_no_template_says_why() {
        let why = |text| Template::parse(text).unwrap_err();
        assert!(why("{start} {palce}").starts_with(
            "unknown placeholder `{palce}`; the placeholders are title, place, country"
        ));
        assert!(why("{Start}").starts_with("unknown placeholder `{Start}`"));
        for bad in ["{start", "start}", "a}b{c"] {
            assert!(why(bad).contains("brace"), "{bad}");
        }
        for bad in ["", "  ", "/", ". /"] {
            assert!(why(bad).contains("empty"), "{bad}");
        }
    }
}
