//! The page around the data: one HTML file that needs nothing else.

use serde::Serialize;
use serde_json::Value;

use crate::place::Language;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = concat!(
    include_str!("page/data.js"),
    include_str!("page/map.js"),
    include_str!("page/chart.js"),
    include_str!("page/timeline.js"),
    include_str!("page/list.js"),
    include_str!("page/viewer.js"),
    include_str!("page/story.js"),
    include_str!("page/review.js"),
    include_str!("page/address.js"),
    include_str!("page/main.js"),
);
const WORLD: &str = include_str!("../../../../data/world.json");
const ENGLISH: &str = include_str!("page/words_en.json");
const CHINESE: &str = include_str!("page/words_zh.json");

/// The mark by which `report` knows a page of its own, which it may replace.
pub const MARK: &str = r#"<meta name="generator" content="imm-cluster report">"#;

/// Nothing but the style and script of the page itself, and pictures within it: no
/// network, whatever a text in it may try. The hashes are checked by a test.
const POLICY: &str = "default-src 'none'; img-src data:; \
    style-src 'sha256-ZN1Pcnd4GyMeu1hVAJlzakLH+tyR7kIbnlrfK74HaS4='; script-src 'sha256-JnqYZTMXPmwBDC6GILSMtMmTx3di7T2NHkAgK4kW0lw='; \
    base-uri 'none'; form-action 'none'";

/// The language of the page's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageLanguage {
    /// English.
    English,
    /// Chinese in simplified characters.
    Chinese,
}

impl PageLanguage {
    fn json(self) -> &'static str {
        match self {
            Self::English => ENGLISH,
            Self::Chinese => CHINESE,
        }
    }

    /// All of them; the test of the words parses them too.
    pub fn value(self) -> Value {
        serde_json::from_str(self.json()).unwrap_or_default()
    }

    /// The language of names on the map.
    pub(super) fn of_names(self) -> Language {
        match self {
            Self::English => Language::English,
            Self::Chinese => Language::Chinese,
        }
    }

    fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }
}

/// The page with that title, and that data as JSON.
///
/// # Errors
/// Never, as far as data are what JSON can hold.
pub(super) fn page(
    words: PageLanguage,
    title: Option<&str>,
    data: &impl Serialize,
) -> serde_json::Result<String> {
    let data = serde_json::to_string(data)?;
    let said = words.value();
    let text = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default();
    let title = title.unwrap_or(text("trips"));
    let mut page = String::with_capacity(
        PAGE.len() + STYLE.len() + SCRIPT.len() + WORLD.len() + data.len() + data.len() / 64,
    );
    let mut rest = PAGE;
    // In one pass: nothing that was filled in is looked at again.
    while let Some((before, behind)) = rest.split_once("{{") {
        page.push_str(before);
        let (name, behind) = behind.split_once("}}").unwrap_or((behind, ""));
        match name {
            "data" => push_json(&mut page, &data),
            "world" => push_json(&mut page, WORLD),
            "style" => page.push_str(STYLE),
            "script" => page.push_str(SCRIPT),
            "policy" => page.push_str(POLICY),
            "language" => page.push_str(words.tag()),
            "title" => push_text(&mut page, title),
            name => push_text(&mut page, text(name)),
        }
        rest = behind;
    }
    page.push_str(rest);
    Ok(page)
}

/// A text as the content of an element or of an attribute in double quotes.
fn push_text(page: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#39;"),
            // HTML has no way to write it.
            '\0' => page.push('\u{FFFD}'),
            c => page.push(c),
        }
    }
}

/// JSON as the content of a `script` element: no tag ends it, no comment begins in
/// it. `<` stands in texts only, where `\u003c` means the same.
fn push_json(page: &mut String, json: &str) {
    for piece in json.split_inclusive(['<', '\u{2028}', '\u{2029}']) {
        let mut end = piece.char_indices();
        match end.next_back() {
            Some((at, '<')) => {
                page.push_str(&piece[..at]);
                page.push_str("\\u003c");
            }
            Some((at, c @ ('\u{2028}' | '\u{2029}'))) => {
                page.push_str(&piece[..at]);
                page.push_str(if c == '\u{2028}' {
                    "\\u2028"
                } else {
                    "\\u2029"
                });
            }
            _ => page.push_str(piece),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    fn data_of(page: &str) -> Value {
        let (_, data) = page
            .split_once(r#"<script type="application/json" id="data">"#)
            .unwrap();
        let (data, _) = data.split_once("</script>").unwrap();
        serde_json::from_str(data).unwrap()
    }

    #[test]
    fn hostile_texts_stay_texts() {
        let hostile =
            "</script><script>alert(1)</script><!--<script>\u{2028}\u{202e}\"'&{{data}}\\";
        let data = json!({"name": hostile, hostile: [hostile]});
        let page = page(PageLanguage::English, Some(hostile), &data).unwrap();
        assert_eq!(data_of(&page), data);
        // The page's own: world, data, and the script.
        assert_eq!(page.matches("<script").count(), 3);
        assert_eq!(page.matches("</script>").count(), 3);
        assert_eq!(page.matches("<!--").count(), 0);
        assert!(page.contains("<title>&lt;/script&gt;&lt;script&gt;alert(1)"));
        let once = format!("{{{{{}}}}}", "data");
        // Twice in the title's places, three times in the data.
        assert_eq!(page.matches(&once).count(), 5);
    }

    #[test]
    fn a_page_is_known_by_its_mark() {
        let page = page(PageLanguage::Chinese, None, &json!({})).unwrap();
        assert!(page.starts_with("<!doctype html>"));
        assert!(page[..1024].contains(MARK));
        assert!(page.contains("<title>旅行</title>") && page.contains(r#"<html lang="zh-CN">"#));
    }

    #[test]
    fn the_policy_names_the_style_and_the_script() {
        let hash = |text: &str| {
            use sha2::Digest;
            crate::text::base64(&sha2::Sha256::digest(text))
        };
        for text in [STYLE, SCRIPT] {
            let wanted = hash(text);
            assert!(
                POLICY.contains(&format!("'sha256-{wanted}'")),
                "the policy wants sha256-{wanted}"
            );
        }
    }

    #[test]
    fn nothing_of_the_page_comes_from_elsewhere() {
        for text in [PAGE, STYLE, SCRIPT] {
            for other in [
                "http:",
                "https:",
                "//cdn",
                "@import",
                "url(",
                "innerHTML",
                "eval(",
            ] {
                assert!(!text.contains(other), "{other}");
            }
        }
    }

    #[test]
    fn both_languages_have_all_words() {
        let keys = |words: PageLanguage| -> BTreeSet<String> {
            let words: Value = serde_json::from_str(words.json()).unwrap();
            let nested =
                ["levels", "units"].map(|name| words[name].as_object().unwrap().keys().cloned());
            let own = words.as_object().unwrap().keys().cloned();
            own.chain(nested.into_iter().flatten()).collect()
        };
        let known = keys(PageLanguage::English);
        assert_eq!(known, keys(PageLanguage::Chinese));
        let used = |text: &str, open: &str, close: char| -> Vec<String> {
            let pieces = text.split(open).skip(1);
            let name = |piece: &str| piece.split(close).next().unwrap().to_owned();
            pieces.map(name).collect()
        };
        let mut wanted = used(PAGE, "{{", '}');
        wanted.retain(|name| {
            ![
                "data", "world", "style", "script", "policy", "title", "language",
            ]
            .contains(&name.as_str())
        });
        wanted.extend(used(SCRIPT, "count(\"", '"'));
        let rest = SCRIPT.split("words.").skip(1);
        wanted.extend(rest.map(|text| {
            let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            text[..end.unwrap_or(text.len())].to_owned()
        }));
        for name in wanted {
            assert!(known.contains(&name), "{name}");
        }
    }
}
