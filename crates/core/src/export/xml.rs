//! Text in XML 1.0.

use std::fmt;

/// A text between tags or in an attribute. Characters that XML 1.0 cannot hold
/// become U+FFFD.
pub(super) struct Xml<'a>(pub(super) &'a str);

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(needs_more) {
            let (plain, special) = rest.split_at(at);
            f.write_str(plain)?;
            let mut chars = special.chars();
            match chars.next() {
                Some('&') => f.write_str("&amp;")?,
                Some('<') => f.write_str("&lt;")?,
                Some('>') => f.write_str("&gt;")?,
                Some('"') => f.write_str("&quot;")?,
                // A reader normalizes these to blanks in attributes unless they are references.
                Some(c @ ('\t' | '\n' | '\r')) => write!(f, "&#{};", u32::from(c))?,
                _ => f.write_str("\u{fffd}")?,
            }
            rest = chars.as_str();
        }
        f.write_str(rest)
    }
}

fn needs_more(c: char) -> bool {
    matches!(c, '&' | '<' | '>' | '"' | '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::events::Event;

    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(
            Xml("a<b> & \"c\"\n\u{1b}[31m\u{0}\u{ffff} 西湖").to_string(),
            "a&lt;b&gt; &amp; &quot;c&quot;&#10;\u{fffd}[31m\u{fffd}\u{fffd} 西湖"
        );
    }

    proptest! {
        #[test]
        fn a_reader_gets_the_text_back(text in r"[^\p{C}]*[\n\t&<>\x22']*[^\p{C}]*") {
            let document = format!("<a b=\"{}\"/>", Xml(&text));
            let mut reader = quick_xml::Reader::from_str(&document);
            let Event::Empty(element) = reader.read_event().unwrap() else {
                panic!("{document}");
            };
            let attribute = element.attributes().next().unwrap().unwrap();
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap();
            prop_assert_eq!(value, text);
        }
    }
}
