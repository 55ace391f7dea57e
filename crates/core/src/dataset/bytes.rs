//! A dataset in memory alone, to the bytes of its file and back.

use std::io;

use super::model::Dataset;
use super::{fast, json, save};

impl Dataset {
    /// Reads a dataset from the bytes of its file, of this version of the format.
    ///
    /// # Errors
    /// What is wrong, and in which line.
    pub fn from_json(bytes: &[u8]) -> serde_json::Result<Self> {
        match fast::read(bytes) {
            Ok(Some(dataset)) => Ok(dataset),
            _ => json::read(bytes),
        }
    }

    /// The bytes of its file.
    ///
    /// # Errors
    /// None but what the serializer may find.
    pub fn to_json(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        save::write(self, &mut bytes)?;
        Ok(bytes)
    }
}
