//! Names of files and folders that every file system takes.

use unicode_normalization::UnicodeNormalization;

/// The name of the file in the folder of the albums. An index passes over a folder that
/// has one.
pub const ALBUM_LIST: &str = ".imm-cluster-album.json";

/// The longest name in bytes: ext4, APFS, ZFS and others.
const MOST_BYTES: usize = 255;

/// The longest name in UTF-16 code units: NTFS, exFAT, FAT with long names, HFS+.
const MOST_UNITS: usize = 255;

/// Names that mean devices to Windows, with any extension and in any case.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A name that every file system takes: composed (NFC), without control characters,
/// characters that FAT and NTFS forbid, marks that turn the direction of writing, dots
/// and blanks at its end, names of devices; not empty, and not too long. An extension
/// of up to 16 bytes is kept when a name is cut.
pub fn portable(name: &str) -> String {
    with_suffix(name, "")
}

/// As [`portable`], with a suffix at the end of the stem: `IMG_1.jpg` and `~2` give
/// `IMG_1~2.jpg`. Both parts of a motion photo, `PXL_1.MP` and `PXL_1.MP.jpg`, get it
/// at the same place.
pub fn with_suffix(name: &str, suffix: &str) -> String {
    let clean: String = name.nfc().map(allowed).collect();
    let (stem, extension) = split(clean.trim_end_matches([' ', '.']));
    let mut stem = stem.to_owned();
    if is_device(&stem) {
        stem.insert(stem.find('.').unwrap_or(stem.len()), '_');
    }
    let ending = format!("{suffix}{extension}");
    while !fits(&stem, &ending) && stem.pop().is_some() {}
    let whole = format!("{stem}{ending}");
    // A cut can leave a blank at the end, or nothing.
    match whole.trim_end_matches([' ', '.']) {
        "" => "_".to_owned(),
        name => name.to_owned(),
    }
}

/// What two names must not share in one folder: file systems that know no upper and
/// lower case take them for one.
pub fn folded(name: &str) -> String {
    // Upper case first joins more: `ß` and `ss`, final and other sigma.
    name.nfc()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfc()
        .collect()
}

/// The part of a name that files of one press of the shutter share, folded.
pub fn stem_of(name: &str) -> String {
    folded(split(name).0)
}

/// The stem, and the extension with its dot, up to 16 letters and digits. `.MP.jpg` of a motion photo is one.
fn split(name: &str) -> (&str, &str) {
    let extension = |name: &str| {
        let dot = name.rfind('.').filter(|dot| *dot > 0)?;
        let letters = name.get(dot + 1..)?;
        let is_one =
            (1..=16).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_alphanumeric());
        is_one.then_some(dot)
    };
    let Some(dot) = extension(name) else {
        return (name, "");
    };
    let stem = name.get(..dot).unwrap_or(name);
    let motion = stem.get(dot.saturating_sub(3)..);
    if dot > 3 && motion.is_some_and(|part| part.eq_ignore_ascii_case(".mp")) {
        name.split_at(dot - 3)
    } else {
        name.split_at(dot)
    }
}

fn allowed(c: char) -> char {
    let forbidden = "/\\:*?\"<>|".contains(c) || c.is_control();
    let turns_direction_or_line = matches!(c,
        '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{2028}' | '\u{2029}' | '\u{feff}');
    if forbidden || turns_direction_or_line {
        '_'
    } else {
        c
    }
}

fn is_device(stem: &str) -> bool {
    let name = stem.split('.').next().unwrap_or(stem).trim_end();
    let name = name.to_lowercase();
    let numbered = |device: &str| {
        let number = name.strip_prefix(device);
        number.is_some_and(|n| {
            n.chars().count() == 1
                && n.contains([
                    '1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '¹', '²', '³',
                ])
        })
    };
    DEVICES.contains(&name.as_str()) || numbered("com") || numbered("lpt")
}

fn fits(stem: &str, ending: &str) -> bool {
    let units = |text: &str| text.encode_utf16().count();
    stem.len() + ending.len() <= MOST_BYTES && units(stem) + units(ending) <= MOST_UNITS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_forbidden_somewhere_is_replaced() {
        for (name, made) in [
            ("IMG_1.jpg", "IMG_1.jpg"),
            ("a/b\\c:d*e?f\"g<h>i|j.jpg", "a_b_c_d_e_f_g_h_i_j.jpg"),
            ("line\nbreak\u{202e}gpj.exe", "line_break_gpj.exe"),
            ("Spring...  ", "Spring"),
            ("...", "_"),
            ("", "_"),
            ("..", "_"),
            ("con", "con_"),
            ("Aux.tar.gz", "Aux_.tar.gz"),
            ("COM1.jpg", "COM1_.jpg"),
            ("lpt³", "lpt³_"),
            ("CONSOLE", "CONSOLE"),
            ("COM10", "COM10"),
            ("Cafe\u{301}", "Café"),
            (".hidden", ".hidden"),
            ("西湖 2024", "西湖 2024"),
        ] {
            assert_eq!(portable(name), made, "{name:?}");
        }
    }

    #[test]
    fn a_suffix_stands_at_the_end_of_the_stem() {
        assert_eq!(with_suffix("IMG_1.HEIC", "~ab"), "IMG_1~ab.HEIC");
        assert_eq!(with_suffix("PXL_1.MP.jpg", "~ab"), "PXL_1~ab.MP.jpg");
        assert_eq!(with_suffix("PXL_1.MP", "~ab"), "PXL_1~ab.MP");
        assert_eq!(with_suffix("noextension", "~ab"), "noextension~ab");
        assert_eq!(
            with_suffix("2024.03.03 in Hangzhou and around", "~ab"),
            "2024.03.03 in Hangzhou and around~ab"
        );
        assert_eq!(stem_of("PXL_1.MP.jpg"), stem_of("pxl_1.MP"));
        assert_eq!(stem_of("IMG_1.HEIC"), stem_of("img_1.mov"));
    }

    #[test]
    fn long_names_are_cut_between_characters_and_keep_the_extension() {
        let name = portable(&format!("{}.jpeg", "西".repeat(200)));
        assert_eq!(name, format!("{}.jpeg", "西".repeat(83)));
        // A rocket is one character, two units and four bytes.
        assert_eq!(portable(&"🚀".repeat(100)), "🚀".repeat(63));
        assert_eq!(with_suffix(&"a".repeat(300), "~1234").len(), 255);
    }

    #[test]
    fn names_that_some_file_systems_take_for_one() {
        assert_eq!(folded("IMG_1.JPG"), folded("img_1.jpg"));
        assert_eq!(folded("Cafe\u{301}"), folded("CAFÉ"));
        assert_eq!(folded("Straße"), folded("STRASSE"));
        assert_ne!(folded("a"), folded("b"));
    }

    proptest! {
        #[test]
        fn every_name_becomes_one_that_is_taken_everywhere(name in any::<String>(), suffix in "(~[0-9a-f]{8})?") {
            let made = with_suffix(&name, &suffix);
            prop_assert!(!made.is_empty() && made.len() <= 255 && made.encode_utf16().count() <= 255);
            prop_assert!(!made.ends_with([' ', '.']) && !is_device(&made), "{made:?}");
            prop_assert!(made.chars().all(|c| allowed(c) == c));
            prop_assert_eq!(portable(&made), made.clone(), "once is enough");
        }
    }
}
