//! Which files of a folder are the sidecars of a photo or video, by name.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::format::{Format, by_extension};

/// The most characters of the stem of a JSON file's name in Google Takeout,
/// before a number in brackets.
const TAKEOUT_STEM: usize = 46;

/// The most characters of the name of a media file in Google Takeout, its extension
/// included and a number in brackets not.
const TAKEOUT_NAME: usize = 51;

/// What the export appends to the name of a file for that of its JSON.
const SUPPLEMENT: &str = ".supplemental-metadata";

/// What Google Photos appends to the name of an edited copy: by the language of the account,
/// where it is documented nowhere, so that this is more than what was seen; then what it
/// says in English to all.
const EDITED: [&str; 60] = [
    "-edited",
    "-bearbeitet",
    "-modifié",
    "-edytowane",
    "-bewerkt",
    "-編集済み",
    "-編輯済み",
    "-modificato",
    "-modificata",
    "-ha editado",
    "-editado",
    "-editada",
    "-editat",
    "-编辑",
    "-已编辑",
    "-修改",
    "-已修改",
    "-已修改的",
    "-編輯",
    "-已編輯",
    "-已編輯的",
    "-수정됨",
    "-편집됨",
    "-редактировано",
    "-отредактировано",
    "-изменено",
    "-відредаговано",
    "-змінено",
    "-редактирано",
    "-измењено",
    "-redigerad",
    "-redigeret",
    "-redigert",
    "-muokattu",
    "-upraveno",
    "-upravené",
    "-szerkesztett",
    "-szerkesztve",
    "-editată",
    "-uređeno",
    "-izmijenjeno",
    "-urejeno",
    "-redaguota",
    "-rediģēts",
    "-muudetud",
    "-düzenlendi",
    "-düzenlenmiş",
    "-επεξεργασμένο",
    "-επεξεργάστηκε",
    "-נערך",
    "-تم التعديل",
    "-معدَّلة",
    "-ویرایش‌شده",
    "-แก้ไขแล้ว",
    "-đã chỉnh sửa",
    "-diedit",
    "-संपादित",
    "-effects",
    "-smile",
    "-mix",
];

/// The last of them as they are mostly written.
const IN_CAPITALS: [&str; 3] = ["-EFFECTS", "-SMILE", "-MIX"];

/// The extensions of videos that can be the moving half of a Live Photo.
const LIVE_VIDEOS: [&str; 3] = ["mov", "mp4", "m4v"];

/// The extensions of the still half, as cameras write them.
const STILLS: [&str; 6] = [".HEIC", ".heic", ".JPG", ".jpg", ".JPEG", ".jpeg"];

/// The names in one folder that can be sidecars.
#[derive(Debug, Clone, Default)]
pub struct Names {
    xmp: NameIndex,
    json: NameIndex,
    srt: NameIndex,
}

impl Names {
    /// Picks the sidecars out of the names of all files of a folder.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        for name in names {
            match name.rsplit_once('.') {
                Some((_, extension)) if extension.eq_ignore_ascii_case("xmp") => {
                    found.xmp.0.push((fold(name), name.to_owned()));
                }
                Some((_, extension)) if extension.eq_ignore_ascii_case("srt") => {
                    found.srt.0.push((fold(name), name.to_owned()));
                }
                // In a Takeout folder `metadata.json` describes the album. Its
                // names in other languages are told by their content.
                Some((_, "json")) if name != "metadata.json" => {
                    found.json.0.push((nfc(name).into_owned(), name.to_owned()));
                }
                _ => {}
            }
        }
        found.xmp.0.sort_unstable();
        found.json.0.sort_unstable();
        found.srt.0.sort_unstable();
        found
    }

    /// Whether no name in the folder can be a sidecar.
    pub fn is_empty(&self) -> bool {
        self.xmp.0.is_empty() && self.json.0.is_empty() && self.srt.0.is_empty()
    }

    /// The XMP sidecar of a file: `NAME.EXT.xmp`, otherwise `NAME.xmp`, in upper
    /// or lower case. The latter belongs to every file of that stem.
    pub fn xmp(&self, media_name: &str) -> Option<&str> {
        let (stem, extension) = split_extension(media_name);
        let find = |name: &str| {
            let sidecar = format!("{name}.xmp");
            self.xmp.get(&fold(&sidecar), &sidecar)
        };
        if extension.eq_ignore_ascii_case(".xmp") {
            return None;
        }
        find(media_name).or_else(|| find(stem))
    }

    /// The subtitles of a video, in which DJI's drones tell where they are: `NAME.srt`, in
    /// upper or lower case.
    pub fn srt(&self, media_name: &str) -> Option<&str> {
        let (stem, extension) = split_extension(media_name);
        let extension = extension.strip_prefix('.').unwrap_or_default();
        let is_video = by_extension(extension).is_some_and(Format::is_video);
        if self.srt.0.is_empty() || !is_video {
            return None;
        }
        let sidecar = format!("{stem}.srt");
        self.srt.get(&fold(&sidecar), &sidecar)
    }

    /// The JSON file that Google Takeout wrote for a file.
    ///
    /// The export derives it from the title alone, so that nothing is guessed;
    /// the names that it can have are tried from the most to the least specific.
    pub fn takeout(&self, media_name: &str) -> Option<&str> {
        if self.json.0.is_empty() {
            return None;
        }
        // Characters are counted as the export saw them: composed, mostly, but
        // an unpacked name may also be decomposed because the title was.
        let composed = nfc(media_name);
        let as_is = (composed != media_name).then_some(media_name);
        let mut names = [&*composed].into_iter().chain(as_is);
        names.find_map(|name| self.takeout_of(name))
    }

    fn takeout_of(&self, name: &str) -> Option<&str> {
        let (stem, extension) = split_extension(name);
        let originals = originals(stem, extension);
        let stems = || std::iter::once(stem).chain(originals.iter().map(String::as_str));
        let own = |stem| {
            let named = self.exported(stem, extension);
            named.or_else(|| self.exported(stem, ""))
        };
        let live = extension.strip_prefix('.').is_some_and(|e| {
            LIVE_VIDEOS
                .iter()
                .any(|video| e.eq_ignore_ascii_case(video))
        });
        // The edited copy of a HEIC is a JPEG.
        let stills: &[&str] = if live || !originals.is_empty() {
            &STILLS
        } else if extension == ".MP" {
            // The moving half of a Pixel's `NAME.MP.jpg` is `NAME.MP`.
            &[".MP.jpg"]
        } else {
            &[]
        };
        let still = |stem| stills.iter().find_map(|still| self.exported(stem, still));
        let otherwise = |stem| self.cut_elsewhere(stem, extension);
        let found = stems().find_map(own).or_else(|| stems().find_map(still));
        found.or_else(|| stems().find_map(otherwise))
    }

    /// The JSON of a file with this stem and extension (with its dot). Google
    /// tells files of one title apart by a number in brackets, which follows the
    /// cut title; a number that is part of the title is cut with it.
    fn exported(&self, stem: &str, extension: &str) -> Option<&str> {
        let (title, number) = split_number(stem);
        let moved = self.titled(&format!("{title}{extension}"), number);
        if number.is_empty() {
            return moved;
        }
        moved.or_else(|| self.titled(&format!("{stem}{extension}"), ""))
    }

    fn titled(&self, title: &str, number: &str) -> Option<&str> {
        let suffixed = format!("{title}{SUPPLEMENT}");
        [suffixed.as_str(), title].into_iter().find_map(|long| {
            let name = format!("{}{number}.json", cut(long));
            self.json.get(&nfc(&name), &name)
        })
    }

    /// The JSON of a file whose name was not cut where the export cuts it, as other programs
    /// that pack and unpack do, the longest such name first. The number stands at either end
    /// of what is appended.
    fn cut_elsewhere(&self, stem: &str, extension: &str) -> Option<&str> {
        let (title, number) = split_number(stem);
        let whole = format!("{title}{extension}");
        let lengths = || (".s".len()..=SUPPLEMENT.len()).rev();
        lengths().find_map(|len| {
            let supplement = SUPPLEMENT.get(..len)?;
            let moved = format!("{whole}{supplement}{number}.json");
            let kept = format!("{whole}{number}{supplement}.json");
            let find = |name: &String| self.json.get(&nfc(name), name);
            find(&moved).or_else(|| find(&kept))
        })
    }
}

/// Names sorted by the form under which they are looked up.
#[derive(Debug, Clone, Default)]
struct NameIndex(Vec<(String, String)>);

impl NameIndex {
    /// The name found under `key`: the exact one before its variants, and the
    /// first of these, so that the order of the folder does not matter.
    fn get(&self, key: &str, exact: &str) -> Option<&str> {
        let start = self.0.partition_point(|(found, _)| found.as_str() < key);
        let same = || {
            let rest = self.0.get(start..).unwrap_or_default().iter();
            rest.take_while(|(found, _)| found == key)
                .map(|(_, name)| name.as_str())
        };
        same().find(|name| *name == exact).or_else(|| same().next())
    }
}

/// A name without regard to case and to how accents are encoded.
fn fold(name: &str) -> String {
    nfc(name).to_lowercase()
}

fn nfc(name: &str) -> Cow<'_, str> {
    if is_nfc(name) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.nfc().collect())
    }
}

/// The first 46 characters (code points).
fn cut(text: &str) -> &str {
    match text.char_indices().nth(TAKEOUT_STEM) {
        Some((end, _)) => text.split_at(end).0,
        None => text,
    }
}

/// The stem, and the extension with its dot. A leading dot begins no extension.
fn split_extension(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 => name.split_at(dot),
        _ => (name, ""),
    }
}

/// The stem without a number in brackets, and that number with its brackets.
fn split_number(stem: &str) -> (&str, &str) {
    let number = stem
        .strip_suffix(')')
        .map(|open| open.trim_end_matches(|c: char| c.is_ascii_digit()))
        .and_then(|open| open.strip_suffix('('));
    match number {
        Some(title) if !title.is_empty() && stem.len() > title.len() + 2 => {
            stem.split_at(title.len())
        }
        _ => (stem, ""),
    }
}

/// The stems that the original of an edited copy can have, the likeliest first: the number
/// stands behind the mark or before it, and of a name as long as a name can be, the end of
/// the mark is cut.
fn originals(stem: &str, extension: &str) -> Vec<String> {
    let (title, number) = split_number(stem);
    let mut found: Vec<String> = Vec::new();
    let mut add = |mark: &str| {
        let original = title
            .strip_suffix(mark)
            .map(|title| format!("{title}{number}"));
        found.extend(original.filter(|original| !found.contains(original)));
    };
    for mark in EDITED.iter().chain(&IN_CAPITALS) {
        add(mark);
    }
    if title.chars().count() + extension.chars().count() == TAKEOUT_NAME {
        for mark in EDITED {
            let ends = (1..mark.len()).rev();
            ends.filter_map(|end| mark.get(..end)).for_each(&mut add);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::media::testing;

    fn takeout(folder: &[&str], media: &str) -> Option<String> {
        let names = Names::new(folder.iter().copied());
        names.takeout(media).map(str::to_owned)
    }

    /// Asserts which of the `media` find the only JSON in their folder.
    #[track_caller]
    fn pairs(json: &str, media: &[&str]) {
        for media in media {
            assert_eq!(takeout(&[json], media).as_deref(), Some(json), "{media}");
        }
    }

    #[test]
    fn both_kinds_of_xmp_names_in_any_case() {
        let names = Names::new([
            "a.jpg",
            "a.jpg.xmp",
            "a.xmp",
            "B.XMP",
            "c.JPG.Xmp",
            "d.xmpx",
        ]);
        assert_eq!(names.xmp("a.jpg"), Some("a.jpg.xmp"));
        assert_eq!(names.xmp("a.CR2"), Some("a.xmp"));
        assert_eq!(names.xmp("b.mov"), Some("B.XMP"));
        assert_eq!(names.xmp("C.jpg"), Some("c.JPG.Xmp"));
        assert_eq!(names.xmp("d.jpg"), None);
        assert_eq!(names.xmp("a.xmp"), None, "a sidecar has none itself");
    }

    #[test]
    fn subtitles_belong_to_the_video_of_their_stem() {
        let names = Names::new(["DJI_0001.SRT", "b.srt"]);
        assert_eq!(names.srt("DJI_0001.MP4"), Some("DJI_0001.SRT"));
        assert_eq!(names.srt("DJI_0001.JPG"), None);
        assert_eq!(names.srt("B.mov"), Some("b.srt"));
        assert_eq!(names.srt("c.mov"), None);
        assert!(!names.is_empty());
    }

    #[test]
    fn names_that_differ_in_case_keep_to_themselves() {
        let names = Names::new(["a.xmp", "A.xmp"]);
        assert_eq!(names.xmp("a.jpg"), Some("a.xmp"));
        assert_eq!(names.xmp("A.jpg"), Some("A.xmp"));
        let reversed = Names::new(["q.xmp", "Q.XMP"]);
        assert_eq!(reversed.xmp("Q.jpg"), Some("Q.XMP"));
    }

    #[test]
    fn decomposed_names() {
        let names = Names::new(["Cafe\u{301}.jpg.xmp", "Cafe\u{301}.jpg.json"]);
        assert_eq!(names.xmp("Café.jpg"), Some("Cafe\u{301}.jpg.xmp"));
        assert_eq!(names.takeout("Café.jpg"), Some("Cafe\u{301}.jpg.json"));
    }

    #[test]
    fn old_and_new_exports() {
        pairs("beach.jpg.json", &["beach.jpg"]);
        pairs("beach.jpg.supplemental-metadata.json", &["beach.jpg"]);
        let both = ["beach.jpg.json", "beach.jpg.supplemental-metadata.json"];
        assert_eq!(takeout(&both, "beach.jpg").as_deref(), Some(both[1]));
        assert_eq!(takeout(&["beach.jpg.json"], "beach.png"), None);
        assert_eq!(takeout(&[], "beach.jpg"), None);
    }

    #[test]
    fn a_number_moves_behind_the_title() {
        pairs("beach.jpg(1).json", &["beach(1).jpg"]);
        pairs(
            "beach.jpg.supplemental-metadata(12).json",
            &["beach(12).jpg"],
        );
        assert_eq!(takeout(&["beach.jpg(1).json"], "beach.jpg"), None);
        assert_eq!(takeout(&["beach.jpg(2).json"], "beach(1).jpg"), None);
        assert_eq!(takeout(&["beach.jpg.json"], "beach(1).jpg"), None);
        // A number that the photographer wrote.
        pairs("beach (1).jpg.json", &["beach (1).jpg"]);
        pairs("beach().jpg.json", &["beach().jpg"]);
    }

    #[test]
    fn a_stem_has_46_characters() {
        // 44 characters: the suffix is cut to its dot and first letter.
        let stem = "ä".repeat(40);
        pairs(&format!("{stem}.jpg.s.json"), &[&format!("{stem}.jpg")]);
        pairs(
            &format!("{stem}.jpg.s(3).json"),
            &[&format!("{stem}(3).jpg")],
        );
        // 47 characters: the stem alone is cut, and the number stays.
        let stem = "b".repeat(47);
        let short = "b".repeat(46);
        pairs(&format!("{short}.json"), &[&format!("{stem}.jpg")]);
        pairs(&format!("{short}(3).json"), &[&format!("{stem}(3).jpg")]);
        let shorter = "b".repeat(45);
        assert_eq!(
            takeout(&[&format!("{shorter}.json")], &format!("{stem}.jpg")),
            None
        );
    }

    #[test]
    fn titles_without_extension() {
        pairs("20190504.json", &["20190504.jpg"]);
        pairs(
            "20190504.supplemental-metadata(1).json",
            &["20190504(1).jpg"],
        );
        let folder = ["a.json", "a.jpg.json"];
        assert_eq!(takeout(&folder, "a.jpg").as_deref(), Some("a.jpg.json"));
    }

    #[test]
    fn edited_copies_share_the_json_of_the_original() {
        pairs(
            "beach.jpg.json",
            &[
                "beach-edited.jpg",
                "beach-bearbeitet.jpg",
                "beach-modifié.jpg",
                "beach-modifie\u{301}.jpg",
                "beach-編集済み.jpg",
                "beach-ha editado.jpg",
            ],
        );
        pairs(
            "beach.jpg(1).json",
            &["beach-edited(1).jpg", "beach(1)-edited.jpg"],
        );
        pairs("beach.HEIC.json", &["beach-edited.jpg"]);
        for mark in EDITED {
            pairs("beach.jpg.json", &[&format!("beach{mark}.jpg")]);
            let decomposed: String = mark.nfd().collect();
            pairs(
                "beach.jpg.supplemental-metadata.json",
                &[&format!("beach{decomposed}.jpg")],
            );
            pairs(
                "beach.jpg.supplemental-metadata(1).json",
                &[
                    &format!("beach{mark}(1).jpg"),
                    &format!("beach(1){mark}.jpg"),
                ],
            );
        }
        assert_eq!(takeout(&["beach.jpg.json"], "beach-cropped.jpg"), None);
        assert_eq!(
            takeout(&["beach.jpg.json"], "beach-edite.jpg"),
            None,
            "short: not cut"
        );
        // An edited copy can have its own JSON, too.
        let folder = ["beach.jpg.json", "beach-edited.jpg.json"];
        assert_eq!(
            takeout(&folder, "beach-edited.jpg").as_deref(),
            Some("beach-edited.jpg.json")
        );
    }

    #[test]
    fn the_mark_of_an_edited_copy_is_cut_at_51_characters() {
        for mark in EDITED {
            let mark: Vec<char> = mark.chars().collect();
            for kept in 1..=mark.len() {
                let stem = "é".repeat(47 - kept);
                let cut: String = mark[..kept].iter().collect();
                let whole = format!("{stem}.jpg{SUPPLEMENT}");
                let json: String = whole.chars().take(46).collect();
                for number in ["", "(2)"] {
                    pairs(
                        &format!("{json}{number}.json"),
                        &[&format!("{stem}{cut}{number}.jpg")],
                    );
                }
            }
        }
    }

    #[test]
    fn the_name_of_the_json_is_cut_anywhere() {
        for len in 2..=SUPPLEMENT.len() {
            let supplement = &SUPPLEMENT[..len];
            pairs(
                &format!("a.jpg{supplement}.json"),
                &["a.jpg", "a-edited.jpg"],
            );
            pairs(
                &format!("a.jpg{supplement}(1).json"),
                &["a(1).jpg", "a-编辑(1).jpg"],
            );
            pairs(&format!("a.jpg(1){supplement}.json"), &["a(1).jpg"]);
            assert_eq!(
                takeout(&[&format!("a.jpg{supplement}(1).json")], "a.jpg"),
                None
            );
        }
        let folder = ["a.jpg.supp.json", "a.jpg.supple.json", "a.jpg.json"];
        assert_eq!(takeout(&folder, "a.jpg").as_deref(), Some("a.jpg.json"));
        assert_eq!(
            takeout(&folder[..2], "a.jpg").as_deref(),
            Some("a.jpg.supple.json")
        );
        assert_eq!(takeout(&["a.jpg.sub.json"], "a.jpg"), None);
    }

    #[test]
    fn the_video_of_a_live_photo_shares_the_json_of_the_still() {
        pairs(
            "IMG_0008.HEIC.supplemental-metadata(1).json",
            &[
                "IMG_0008(1).MP4",
                "IMG_0008(1).mov",
                "IMG_0008(1)-edited.mov",
            ],
        );
        pairs(
            "PXL_1.MP.jpg.json",
            &["PXL_1.MP.jpg", "PXL_1.MP", "PXL_1.MP.mp4"],
        );
        let folder = ["IMG_0008.HEIC.json", "IMG_0008.MP4.json"];
        assert_eq!(
            takeout(&folder, "IMG_0008.MP4").as_deref(),
            Some("IMG_0008.MP4.json")
        );
        assert_eq!(takeout(&["IMG_0008.HEIC.json"], "IMG_0008.png"), None);
    }

    #[test]
    fn the_json_of_an_album_belongs_to_no_file() {
        assert_eq!(takeout(&["metadata.json"], "metadata.jpg"), None);
    }

    #[test]
    fn short_and_odd_names() {
        let names = Names::new(["", ".", ".xmp", ".json", "(1).json", "a"]);
        for media in ["", ".", "(1)", "(1).jpg", ".jpg", "-edited.jpg", "()"] {
            let _ = (names.xmp(media), names.takeout(media));
        }
    }

    /// The names that the export gives to a file and its JSON.
    fn export(stem: &str, extension: &str, number: &str, new: bool) -> (String, String) {
        let suffix = if new { ".supplemental-metadata" } else { "" };
        let first = |text: &str, n: usize| text.chars().take(n).collect::<String>();
        let media = first(stem, 51 - extension.len());
        (
            format!("{media}{number}{extension}"),
            format!(
                "{}{number}.json",
                first(&format!("{stem}{extension}{suffix}"), 46)
            ),
        )
    }

    proptest! {
        #[test]
        fn the_name_made_by_the_export_is_found_again(
            stem in r"[^\p{C}/()]{0,60}[a-z0-9]",
            extension in prop::sample::select(&[".jpg", ".HEIC", ".MP4", ".jpeg"]),
            number in prop::sample::select(&["", "(1)", "(27)"]),
            new: bool,
        ) {
            let (media, json) = export(&stem, extension, number, new);
            let (_, other) = export(&stem, extension, if number.is_empty() { "(3)" } else { "" }, new);
            let names = Names::new([media.as_str(), &json, &other, "metadata.json"]);
            prop_assert_eq!(names.takeout(&media), Some(json.as_str()));
        }

        #[test]
        fn no_name_panics(folder: Vec<String>, media: String) {
            let names = Names::new(folder.iter().map(String::as_str));
            let _ = (names.xmp(&media), names.takeout(&media));
        }
    }

    #[test]
    fn real_pairs_of_names() {
        let Some(path) = testing::corpus("takeout_names.tsv") else {
            return;
        };
        for line in std::fs::read_to_string(path).unwrap().lines().skip(1) {
            let [json, media, matches, _] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            let found = takeout(&[json], media).is_some();
            assert_eq!(found, matches != "no", "{line}");
        }
    }

    #[test]
    fn a_whole_export() {
        let Some(folder) = testing::corpus("takeout/Takeout/Google Photos/Photos from 2019") else {
            return;
        };
        let entries = std::fs::read_dir(&folder).unwrap();
        let names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let index = Names::new(names.iter().map(String::as_str));
        let truth = std::fs::read_to_string(testing::corpus("truth.tsv").unwrap()).unwrap();
        let mut checked = 0;
        for name in names.iter().filter(|name| !name.contains(".json")) {
            let row = truth.lines().find(|row| {
                let path = row.split('\t').next().unwrap_or_default();
                path.starts_with("takeout/") && path.rsplit('/').next() == Some(name)
            });
            let source = row.unwrap().split('\t').nth(9).unwrap();
            assert_eq!(
                index.takeout(name),
                source.strip_prefix("Takeout:"),
                "{name}"
            );
            checked += 1;
        }
        assert_eq!(checked, 16);
    }
}
