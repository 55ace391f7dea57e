//! Values of location histories in JSON, which the years wrote in different ways.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::sieve::{LatLon, instant};

/// The most parts of one entry, such as the points of a way. Real ones have some hundreds.
const MOST_PARTS: usize = 100_000;

/// A number, which may be written as a text. What is neither is no number, and no fault.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Number(pub(super) Option<f64>);

/// An instant: RFC 3339, or milliseconds since 1970 as a number or text. What is neither is
/// no instant.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct TrackTime(pub(super) Option<i64>);

/// A position in one text, `48.1°, 11.5°` or `geo:48.1,11.5`, alone or as `latLng` of an
/// object.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct LatLng(pub(super) Option<LatLon>);

/// A list that is held in memory, so that it may not be endless.
#[derive(Debug)]
pub(super) struct Few<T>(pub(super) Vec<T>);

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Degrees times 10^7. Some of Google's files have them 2^32 too large where they are
/// negative, having lost the sign.
pub(super) fn e7(lat: Number, lon: Number) -> Option<LatLon> {
    let degrees = |number: Number, most: f64| {
        let value = number.0?;
        let value = if value > most * 1e7 {
            value - 4_294_967_296.0
        } else {
            value
        };
        Some(value / 1e7)
    };
    degrees(lat, 90.0).zip(degrees(lon, 180.0))
}

impl TrackTime {
    /// The first that says something.
    pub(super) fn or(self, other: Self) -> Option<i64> {
        self.0.or(other.0)
    }
}

/// A plain value: a text, a number, or one of the others, which say nothing here.
enum Scalar {
    Text(String),
    Number(f64),
    /// `latLng` of an object.
    Object(Option<LatLon>),
    Other,
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.to_owned()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "degrees, metres and milliseconds"
    )]
    fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number as f64))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "degrees, metres and milliseconds"
    )]
    fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number as f64))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Scalar, E> {
        Ok(Scalar::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<String>()? {
            if key.eq_ignore_ascii_case("latLng") {
                found = map.next_value::<LatLng>()?.0;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Scalar::Object(found))
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Scalar::deserialize(deserializer)? {
            Scalar::Number(number) => Some(number),
            Scalar::Text(text) => text.trim().parse().ok(),
            Scalar::Object(_) | Scalar::Other => None,
        }))
    }
}

impl<'de> Deserialize<'de> for TrackTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what is beyond is no time either"
        )]
        let seconds = |millis: f64| (millis / 1_000.0).floor() as i64;
        Ok(Self(match Scalar::deserialize(deserializer)? {
            Scalar::Number(millis) => Some(seconds(millis)),
            Scalar::Text(text) => match text.trim().parse::<i64>() {
                Ok(millis) => Some(millis.div_euclid(1_000)),
                Err(_) => instant(&text),
            },
            Scalar::Object(_) | Scalar::Other => None,
        }))
    }
}

impl<'de> Deserialize<'de> for LatLng {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Scalar::deserialize(deserializer)? {
            Scalar::Text(text) => degrees(&text),
            Scalar::Object(degrees) => degrees,
            Scalar::Number(_) | Scalar::Other => None,
        }))
    }
}

/// `48.1°, 11.5°`, or a geo URI (RFC 5870) in WGS 84, whose height and parameters do not
/// matter.
fn degrees(text: &str) -> Option<LatLon> {
    let text = text.trim();
    let text = text.strip_prefix("geo:").unwrap_or(text);
    let text = text.split(';').next().unwrap_or(text);
    let mut parts = text
        .split(',')
        .map(|part| part.trim().trim_end_matches('°').parse());
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Few<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FewVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for FewVisitor<T> {
            type Value = Few<T>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_unit<E: Error>(self) -> Result<Few<T>, E> {
                Ok(Few::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Few<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(part) = seq.next_element()? {
                    if list.len() >= MOST_PARTS {
                        return Err(A::Error::custom("an entry has more than 100,000 parts"));
                    }
                    list.push(part);
                }
                Ok(Few(list))
            }
        }

        deserializer.deserialize_any(FewVisitor(PhantomData))
    }
}
