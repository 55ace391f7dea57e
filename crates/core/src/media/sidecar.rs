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

/// The highest number in brackets under which a JSON file is looked for whose name is cut, so
/// that files of other titles share it.
const MOST_NAMESAKES: u32 = 16;

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

/// The extensions that camcorders give to MPEG streams. Other files have them too, so that
/// nothing follows from them alone.
const CAMCORDER: [&str; 2] = ["mod", "tod"];

/// Whether files of that extension may be what a camera wrote beside a video.
fn is_of_camera(extension: &str) -> bool {
    let known = ["srt", "moi", "xml"];
    known
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// The names in one folder that can be sidecars.
#[derive(Debug, Clone, Default)]
pub struct Names {
    xmp: NameIndex,
    json: NameIndex,
    /// What cameras write beside their videos.
    camera: NameIndex,
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
                Some((_, extension)) if is_of_camera(extension) => {
                    found.camera.0.push((fold(name), name.to_owned()));
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
        found.camera.0.sort_unstable();
        found
    }

    /// Whether no name in the folder can be a sidecar.
    pub fn is_empty(&self) -> bool {
        self.xmp.0.is_empty() && self.json.0.is_empty() && self.camera.0.is_empty()
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

    /// What a camera wrote beside its video, in upper or lower case: the subtitles of DJI's
    /// drones (`NAME.srt`), the dates of camcorders (`NAME.moi`), and the XML of Sony
    /// (`NAMEM01.xml`) and Panasonic (`NAME.xml`).
    pub fn of_camera(&self, media_name: &str) -> impl Iterator<Item = &str> {
        let (stem, extension) = split_extension(media_name);
        let extension = extension.strip_prefix('.').unwrap_or_default();
        let is_video = by_extension(extension).is_some_and(Format::is_video)
            || CAMCORDER
                .iter()
                .any(|of| extension.eq_ignore_ascii_case(of));
        let ends: &[&str] = if self.camera.0.is_empty() || !is_video {
            &[]
        } else {
            &[".srt", ".moi", "m01.xml", ".xml"]
        };
        ends.iter().filter_map(move |end| {
            let sidecar = format!("{stem}{end}");
            self.camera.get(&fold(&sidecar), &sidecar)
        })
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

    /// The other JSON files that can be a file's where the name of the one found, `json`, is
    /// cut: those of titles that begin alike differ by their number alone. [`choose`] tells
    /// which is meant.
    pub fn namesakes(&self, media_name: &str, json: &str) -> impl Iterator<Item = &str> {
        let cut = is_cut(media_name, json).then(|| json_stem(json));
        let numbers = 0..=cut.map_or(0, |_| MOST_NAMESAKES);
        let names = numbers.filter_map(move |number| {
            let (stem, _) = cut?;
            let number = match number {
                0 => String::new(),
                number => format!("({number})"),
            };
            let name = format!("{stem}{number}.json");
            self.json.get(&nfc(&name), &name)
        });
        names.filter(move |name| *name != json)
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

/// Which of several JSON files is meant, given the title in each and the one found by name
/// first. A number in brackets counts the files of one title, so that a file's own is that of
/// its JSON less the JSON files of other titles before it.
pub fn choose(media_name: &str, candidates: &[(&str, Option<String>)]) -> usize {
    let fits = candidates.iter().map(|(name, title)| {
        let fit = title.as_deref().map_or(0, |title| fit(media_name, title));
        (fit, number(json_stem(name).1))
    });
    let fits: Vec<(u8, u32)> = fits.collect();
    let best = fits.iter().map(|(fit, _)| *fit).max().unwrap_or(0);
    let own = number(split_number(split_extension(media_name).0).1);
    let is_own = |(fit, number): &(u8, u32)| {
        let others = fits
            .iter()
            .filter(|other| other.0 < best && other.1 < *number);
        *fit == best && usize::try_from(*number) == Ok(others.count() + own as usize)
    };
    let found = fits.iter().position(is_own);
    let found = found.or_else(|| fits.iter().position(|(fit, _)| *fit == best));
    found.filter(|_| best > 0).unwrap_or(0)
}

/// How well a title is that of a file of this name: 2 wholly, 1 but for its extension, as of
/// an edited copy and of the video of a Live Photo, 0 not at all.
fn fit(media_name: &str, title: &str) -> u8 {
    let (media, title) = (nfc(media_name), nfc(title));
    let (stem, extension) = split_extension(&media);
    let (titled, other) = split_extension(&title);
    let is_at_limit =
        split_number(stem).0.chars().count() + extension.chars().count() >= TAKEOUT_NAME;
    let is_titled = |stem: &str| {
        let mut rest = titled.chars();
        // What file systems do not bear becomes an underscore.
        let same = stem.chars().all(|c| {
            rest.next()
                .is_some_and(|own| own == c || c == '_' && !own.is_alphanumeric())
        });
        same && (is_at_limit || rest.next().is_none())
    };
    let originals = originals(stem, extension);
    let mut stems = std::iter::once(stem).chain(originals.iter().map(String::as_str));
    if !stems.any(|stem| is_titled(stem) || is_titled(split_number(stem).0)) {
        return 0;
    }
    1 + u8::from(extension.eq_ignore_ascii_case(other))
}

/// Whether the name of a JSON file holds less than the whole name of its media file, so that
/// it says nothing of the rest.
fn is_cut(media_name: &str, json: &str) -> bool {
    let media = nfc(media_name);
    let (stem, extension) = split_extension(&media);
    let name = format!("{}{extension}", split_number(stem).0);
    let json = nfc(json);
    let cut = json_stem(&json).0;
    cut.chars().count() == TAKEOUT_STEM && name.len() > cut.len() && name.starts_with(cut)
}

/// The stem of the name of a JSON file, and its number with its brackets.
fn json_stem(name: &str) -> (&str, &str) {
    split_number(name.strip_suffix(".json").unwrap_or(name))
}

/// The number in brackets, 0 where there is none.
fn number(brackets: &str) -> u32 {
    brackets.trim_matches(['(', ')']).parse().unwrap_or(0)
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
    fn what_a_camera_wrote_belongs_to_the_video_of_its_stem() {
        let of = |folder: &[&str], media: &str| {
            let names = Names::new(folder.iter().copied());
            assert!(!names.is_empty());
            names
                .of_camera(media)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let subtitles = ["DJI_0001.SRT", "b.srt"];
        assert_eq!(of(&subtitles, "DJI_0001.MP4"), ["DJI_0001.SRT"]);
        assert_eq!(of(&subtitles, "DJI_0001.JPG"), [""; 0]);
        assert_eq!(of(&subtitles, "B.mov"), ["b.srt"]);
        assert_eq!(of(&subtitles, "c.mov"), [""; 0]);
        let camcorder = ["MOV001.MOI", "mov002.moi"];
        assert_eq!(of(&camcorder, "MOV001.MOD"), ["MOV001.MOI"]);
        assert_eq!(of(&camcorder, "mov002.tod"), ["mov002.moi"]);
        assert_eq!(of(&camcorder, "MOV002.mpg"), ["mov002.moi"]);
        assert_eq!(of(&camcorder, "MOV001.jpg"), [""; 0]);
        let clips = ["C0001M01.XML", "C0001.XML", "P1000001.xml", "C0002M02.XML"];
        assert_eq!(of(&clips, "C0001.MP4"), ["C0001M01.XML", "C0001.XML"]);
        assert_eq!(of(&clips, "P1000001.MOV"), ["P1000001.xml"]);
        assert_eq!(of(&clips, "C0002.MP4"), [""; 0]);
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

    /// The files of an export by name, each with the title in its JSON, which are to be found
    /// in the order given.
    #[track_caller]
    fn titled(exported: &[(&str, &str, &str)]) {
        let names = Names::new(exported.iter().map(|(_, json, _)| *json));
        for (media, json, _) in exported {
            let first = names.takeout(media).unwrap();
            let all = std::iter::once(first).chain(names.namesakes(media, first));
            let candidates = all.map(|name| {
                let title = exported
                    .iter()
                    .find(|(_, json, _)| *json == name)
                    .unwrap()
                    .2;
                (name, Some(title.to_owned()))
            });
            let candidates: Vec<_> = candidates.collect();
            let chosen = candidates[choose(media, &candidates)].0;
            assert_eq!(chosen, *json, "{media} of {candidates:?}");
        }
    }

    #[test]
    fn the_title_decides_where_names_are_cut_alike() {
        let b = "b".repeat(46);
        let name = |tail: &str| format!("{b}{tail}");
        let json = |number: &str| format!("{b}{number}.json");
        let (one, two, again) = (name("1.jpg"), name("2.jpg"), name("2(1).jpg"));
        let (j0, j1, j2) = (json(""), json("(1)"), json("(2)"));
        titled(&[(&one, &j0, &one), (&two, &j1, &two)]);
        titled(&[(&one, &j1, &one), (&two, &j0, &two)]);
        // Two files of one title beside another.
        titled(&[(&one, &j0, &one), (&two, &j1, &two), (&again, &j2, &two)]);
        titled(&[(&one, &j1, &one), (&two, &j0, &two), (&again, &j2, &two)]);
        // The first of them lies elsewhere.
        titled(&[(&again, &j1, &two), (&name("2(2).jpg"), &j2, &two)]);
        // The extension alone differs, one case with it.
        let (still, movie) = (name(".HEIC"), name(".MOV"));
        titled(&[(&still, &j0, &still), (&movie, &j1, &movie)]);
        titled(&[(&still, &j1, &name(".heic")), (&movie, &j0, &name(".mov"))]);
        // A video without a JSON of its own, an edited copy, and characters that became others.
        titled(&[(&one, &j0, &one), (&name("2.MOV"), &j1, &name("2.HEIC"))]);
        titled(&[(&one, &j0, &one), (&name("2-edited.jpg"), &j1, &two)]);
        titled(&[(&one, &j0, &one), (&name("_2_.jpg"), &j1, &name("?2&.jpg"))]);
        // The names of the files are cut as well.
        let (long, cut) = (name("2-of-Rome.jpg"), name("2.jpg"));
        titled(&[(&cut, &j1, &long), (&one, &j0, &one)]);
    }

    #[test]
    fn names_that_are_not_cut_have_no_namesakes() {
        let others = |media: &str, folder: &[&str]| {
            let names = Names::new(folder.iter().copied());
            let first = names.takeout(media).unwrap();
            names.namesakes(media, first).count()
        };
        let short = [
            "beach.jpg.json",
            "beach.jpg(1).json",
            "beach.json",
            "beach(1).json",
        ];
        assert_eq!(others("beach.jpg", &short), 0);
        let b = "b".repeat(40);
        let whole = [format!("{b}.jpg.s.json"), format!("{b}.jpg.s(1).json")];
        assert_eq!(others(&format!("{b}.jpg"), &[&whole[0], &whole[1]]), 0);
        let cut = |n: u32| format!("{b}123456({n}).json");
        let many: Vec<_> = (1..40).map(cut).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        assert_eq!(others(&format!("{b}1234567(30).jpg"), &many), 16);
    }

    #[test]
    fn a_title_that_fits_nothing_leaves_the_choice_to_the_name() {
        let candidates = [("a.json", None), ("a(1).json", Some("z.jpg".to_owned()))];
        assert_eq!(choose("b.jpg", &candidates), 0);
        assert_eq!(choose("b.jpg", &candidates[..1]), 0);
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
