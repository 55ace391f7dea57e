//! What of an address is compared with a text.

use std::str::FromStr;

use super::address::Address;
use super::level::Level;

/// What of an address is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKey {
    /// The name at a level, as a whole.
    Level(Level),
    /// The code of the country.
    CountryCode,
    /// Any part of the whole line.
    Line,
}

impl FromStr for AddressKey {
    type Err = <Level as FromStr>::Err;

    fn from_str(key: &str) -> Result<Self, Self::Err> {
        match key {
            "country_code" => Ok(Self::CountryCode),
            "address_line" => Ok(Self::Line),
            level => level.parse().map(Self::Level),
        }
    }
}

impl AddressKey {
    /// Whether the address has this text there: as the whole name, or anywhere in the line.
    pub fn fits(self, address: &Address, text: &str) -> bool {
        match self {
            Self::Level(level) => address.name(level) == Some(text),
            Self::CountryCode => address.country_code.as_deref() == Some(text),
            Self::Line => address.line().contains(text),
        }
    }
}
