//! A playlist (M3U8): paths in UTF-8, one a line.

use std::io::{self, Write};
use std::path::Path;

use super::Selection;
use super::uri::FileUri;

/// Writes the files of the clusters or trips, each of them as a group.
///
/// # Errors
/// The output is closed or full.
pub fn write(selection: &Selection<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"#EXTM3U\n#EXTENC:UTF-8\n")?;
    for (number, group) in selection.groups().iter().enumerate() {
        let label = one_line(&group.label());
        for photo in selection.files(number) {
            // Players list a file by the text behind the comma, and know no group
            // that goes on.
            writeln!(out, "#EXTINF:-1,{}", one_line(&photo.name()))?;
            writeln!(out, "#EXTGRP:{label}")?;
            path(&photo.path(), out)?;
        }
    }
    Ok(())
}

/// A path that would not be read back from a line of UTF-8 is written as a URI.
fn path(path: &Path, out: &mut dyn Write) -> io::Result<()> {
    let plain = path.to_str().filter(|text| {
        !text.contains(char::is_control) && text.trim() == *text && !text.starts_with('#')
    });
    match plain {
        Some(text) => writeln!(out, "{text}"),
        None => writeln!(out, "{}", FileUri(path)),
    }
}

fn one_line(text: &str) -> String {
    let flat = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(flat).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::testing::{Sample, written};

    #[test]
    fn a_playlist() {
        let sample = Sample::new();
        let selection = sample.selection();
        insta::assert_snapshot!(written(|out| write(&selection, out)), @r#"
        #EXTM3U
        #EXTENC:UTF-8
        #EXTINF:-1,IMG_1.HEIC
        #EXTGRP:2024-03-03 =West Lake: "spring", & <tea>? /../
        /photos/2024/hz/IMG_1.HEIC
        #EXTINF:-1,IMG_1.MOV
        #EXTGRP:2024-03-03 =West Lake: "spring", & <tea>? /../
        /photos/2024/hz/IMG_1.MOV
        #EXTINF:-1,=cmd|'c'!A1,"x" <b>&.jpg
        #EXTGRP:2024-03-03 =West Lake: "spring", & <tea>? /../
        file:///photos/2024/hz/%3Dcmd%7C%27c%27%21A1%2C%22x%22%0A%3Cb%3E%26.jpg
        #EXTINF:-1,IMG_2.jpg
        #EXTGRP:2024-03-06 Jiaxing
        /photos/2024/hz/IMG_2.jpg
        "#);
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_no_text_is_a_uri() {
        use std::os::unix::ffi::OsStrExt;
        let name = std::ffi::OsStr::from_bytes(b"/a/caf\xe9.jpg");
        let mut out = Vec::new();
        path(Path::new(name), &mut out).unwrap();
        assert_eq!(out, b"file:///a/caf%E9.jpg\n");
    }
}
