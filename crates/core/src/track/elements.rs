//! What a reader of a format in XML is handed.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

use super::sieve::Sieve;

/// Takes the elements of a document. Names come without their prefix; an element lies deeper
/// than the one that it is in.
pub(super) trait XmlElements {
    /// An element begins.
    fn open(&mut self, depth: usize, name: &str, start: &BytesStart, sieve: &mut Sieve);
    /// It ends; `text` is what stood in it since the last tag, without blanks around it.
    fn close(&mut self, depth: usize, name: &str, text: &str, sieve: &mut Sieve);
}

/// The value of an attribute, without blanks around it.
pub(super) fn attribute(start: &BytesStart, name: &str) -> Option<String> {
    // The check for duplicates takes quadratic time.
    let mut attributes = start.attributes();
    let mut attributes = attributes.with_checks(false).flatten();
    let found = attributes.find(|attribute| attribute.key.as_ref() == name)?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.trim().to_owned())
}
