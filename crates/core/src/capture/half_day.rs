//! The words that name a part of the day beside an hour of a 12-hour clock: those of the
//! Unicode CLDR, and those in which people speak.

/// What may stand between the letters of such a word: ` p. m.`, `de la tarde`, `לפנה״צ`.
const BETWEEN: [char; 9] = [' ', '.', '_', '-', '\'', '’', '״', '\u{a0}', '\u{202f}'];

/// The hours from which on words hold. Those for the evening and the night also name the hours
/// behind midnight.
const MORNING: u32 = 0;
const NOON: u32 = 11;
const AFTERNOON: u32 = 12;
const EVENING: u32 = 17;
const NIGHT: u32 = 21;

/// The words, without what stands between their letters, and from which hour on each holds:
/// of the hours that a 12-hour clock can mean, the first one from there on is meant.
pub const WORDS: [(&str, u32); 94] = [
    ("am", MORNING),
    ("pm", AFTERNOON),
    // Chinese, Japanese, Korean.
    ("上午", MORNING),
    ("凌晨", MORNING),
    ("清晨", MORNING),
    ("早上", MORNING),
    ("早晨", MORNING),
    ("午前", MORNING),
    ("오전", MORNING),
    ("새벽", MORNING),
    ("中午", NOON),
    ("下午", AFTERNOON),
    ("午後", AFTERNOON),
    ("오후", AFTERNOON),
    ("傍晚", AFTERNOON),
    ("晚上", EVENING),
    ("半夜", NIGHT),
    ("午夜", NIGHT),
    ("深夜", NIGHT),
    // Vietnamese, Thai, Lao, Khmer, Burmese.
    ("sáng", MORNING),
    ("trưa", NOON),
    ("chiều", AFTERNOON),
    ("tối", AFTERNOON),
    ("ก่อนเที่ยง", MORNING),
    ("หลังเที่ยง", AFTERNOON),
    ("ກ່ອນທ່ຽງ", MORNING),
    ("ຫຼັງທ່ຽງ", AFTERNOON),
    ("ព្រឹក", MORNING),
    ("ល្ងាច", AFTERNOON),
    ("နံနက်", MORNING),
    ("ညနေ", AFTERNOON),
    // Hindi and Nepali, Marathi, Bengali, Punjabi, Tamil, Kannada.
    ("पूर्वाह्न", MORNING),
    ("अपराह्न", AFTERNOON),
    ("मपू", MORNING),
    ("मउ", AFTERNOON),
    ("পূর্বাহ্ণ", MORNING),
    ("অপরাহ্ণ", AFTERNOON),
    ("ਪੂਦੁ", MORNING),
    ("ਬਾਦੁ", AFTERNOON),
    ("முற்பகல்", MORNING),
    ("பிற்பகல்", AFTERNOON),
    ("ಪೂರ್ವಾಹ್ನ", MORNING),
    ("ಅಪರಾಹ್ನ", AFTERNOON),
    // Arabic, Persian, Hebrew, Turkish.
    ("ص", MORNING),
    ("م", AFTERNOON),
    ("قظ", MORNING),
    ("بظ", AFTERNOON),
    ("לפנהצ", MORNING),
    ("אחהצ", AFTERNOON),
    ("öö", MORNING),
    ("ös", AFTERNOON),
    // Greek, Ukrainian, Bulgarian, Serbian, Macedonian, Mongolian.
    ("πμ", MORNING),
    ("μμ", AFTERNOON),
    ("дп", MORNING),
    ("пп", AFTERNOON),
    ("проб", MORNING),
    ("слоб", AFTERNOON),
    ("преподне", MORNING),
    ("поподне", AFTERNOON),
    ("претпладне", MORNING),
    ("попладне", AFTERNOON),
    ("үө", MORNING),
    ("үх", AFTERNOON),
    // Albanian, Latvian, Lithuanian, German.
    ("eparadites", MORNING),
    ("epasdites", AFTERNOON),
    ("priekšp", MORNING),
    ("pēcp", AFTERNOON),
    ("priešpiet", MORNING),
    ("popiet", AFTERNOON),
    ("vorm", MORNING),
    ("nachm", AFTERNOON),
    ("morgens", MORNING),
    ("abends", AFTERNOON),
    // Spanish, Catalan, Portuguese and Galician, French, Italian.
    ("delamadrugada", MORNING),
    ("delamañana", MORNING),
    ("delmediodía", NOON),
    ("delatarde", AFTERNOON),
    ("delanoche", EVENING),
    ("delamatinada", MORNING),
    ("delmatí", MORNING),
    ("delmigdia", NOON),
    ("delatarda", AFTERNOON),
    ("delvespre", AFTERNOON),
    ("delanit", EVENING),
    ("damadrugada", MORNING),
    ("damanhã", MORNING),
    ("datarde", AFTERNOON),
    ("danoite", EVENING),
    ("dumatin", MORNING),
    ("delaprèsmidi", AFTERNOON),
    ("dusoir", AFTERNOON),
    ("delmattino", MORNING),
    ("delpomeriggio", AFTERNOON),
    ("disera", AFTERNOON),
];

/// The hour of 24 that an hour of a 12-hour clock means beside a word that holds `from` an
/// hour on. Japanese counts from 0 to 11.
pub fn hour(from: u32, hour: u32) -> u32 {
    let mut hours = [0, 12, 24].into_iter().map(|half| hour % 12 + half);
    hours.find(|hour| *hour >= from).unwrap_or(hour) % 24
}

/// The first hour of the word that comes next in a text, and what follows it.
pub fn take(text: &str) -> Option<(u32, &str)> {
    // Most times have none, and asking for every word takes time.
    let first = text.trim_start_matches(BETWEEN).chars().next()?;
    let first = first
        .to_lowercase()
        .next()
        .filter(|first| first.is_alphabetic())?;
    let words = WORDS.iter().filter(|(word, _)| word.starts_with(first));
    let mut found = words.filter_map(|(word, from)| Some((*from, behind(text, word)?)));
    found.next()
}

/// What follows a word of small letters that comes next in a text.
pub fn behind<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let mut rest = text;
    for letter in word.chars() {
        rest = rest.trim_start_matches(BETWEEN);
        rest = rest.strip_prefix(|c: char| c.to_lowercase().eq([letter]))?;
    }
    (!rest.starts_with(char::is_alphabetic)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn each_word_is_found_and_none_hides_another() {
        for (word, from) in WORDS {
            assert!(word.nfkc().eq(word.chars()), "{word}");
            assert!(word.chars().all(|c| !BETWEEN.contains(&c)), "{word}");
            assert_eq!(
                take(&format!(" {word}.png")),
                Some((from, ".png")),
                "{word}"
            );
        }
    }

    #[test]
    fn points_and_blanks_part_the_letters() {
        assert_eq!(take(" p. m..jpg"), Some((AFTERNOON, "..jpg")));
        assert_eq!(take("\u{202f}P.M."), Some((AFTERNOON, ".")));
        assert_eq!(take(" de l’après-midi"), Some((AFTERNOON, "")));
        assert_eq!(take(" de la mañana"), Some((MORNING, "")));
        assert_eq!(take(" לפנה״צ"), Some((MORNING, "")));
        for text in ["", " 12", "AMT", "morning", "de la", "p.", "+02:00"] {
            assert_eq!(take(text), None, "{text}");
        }
    }

    #[test]
    fn the_hours_that_words_mean() {
        let hours = |from, hours: [u32; 4]| hours.map(|h| hour(from, h));
        assert_eq!(hours(MORNING, [12, 1, 8, 11]), [0, 1, 8, 11]);
        assert_eq!(hours(NOON, [11, 12, 0, 1]), [11, 12, 12, 13]);
        assert_eq!(hours(AFTERNOON, [12, 0, 1, 11]), [12, 12, 13, 23]);
        assert_eq!(hours(EVENING, [5, 8, 11, 12]), [17, 20, 23, 0]);
        assert_eq!(hours(NIGHT, [9, 11, 12, 2]), [21, 23, 0, 2]);
    }
}
