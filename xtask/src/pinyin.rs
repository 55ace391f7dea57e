//! English names of Chinese districts that no source has one for.

use pinyin::ToPinyin;

/// The peoples in the names of autonomous counties.
const PEOPLES: [&str; 43] = [
    "各族",
    "土家族",
    "苗族",
    "侗族",
    "瑶族",
    "壮族",
    "回族",
    "满族",
    "蒙古族",
    "蒙古",
    "彝族",
    "藏族",
    "布依族",
    "仡佬族",
    "哈尼族",
    "傣族",
    "拉祜族",
    "佤族",
    "傈僳族",
    "白族",
    "纳西族",
    "黎族",
    "畲族",
    "羌族",
    "水族",
    "毛南族",
    "仫佬族",
    "撒拉族",
    "东乡族",
    "保安族",
    "裕固族",
    "哈萨克族",
    "哈萨克",
    "塔吉克",
    "锡伯",
    "达斡尔族",
    "达斡尔",
    "朝鲜族",
    "独龙族",
    "怒族",
    "普米族",
    "布朗族",
    "土族",
];

/// Characters that place names read otherwise than most words.
const READINGS: [(&str, char, &str); 29] = [
    ("", '都', "du"),
    ("", '厦', "xia"),
    ("番禺", '番', "pan"),
    ("六合", '六', "lu"),
    ("六枝", '六', "lu"),
    ("闵行", '行', "hang"),
    ("尉犁", '尉', "yu"),
    ("蔚县", '蔚', "yu"),
    ("单县", '单', "shan"),
    ("铅山", '铅', "yan"),
    ("浚县", '浚', "xun"),
    ("洪洞", '洞', "tong"),
    ("莘县", '莘', "shen"),
    ("枞阳", '枞', "zong"),
    ("大城", '大', "dai"),
    ("乐亭", '乐', "lao"),
    ("乐清", '乐', "yue"),
    ("长子", '长', "zhang"),
    ("", '长', "chang"),
    ("涡阳", '涡', "guo"),
    ("宝坻", '坻', "di"),
    ("黄陂", '陂', "pi"),
    ("什邡", '邡', "fang"),
    ("", '什', "shi"),
    ("", '勒', "le"),
    ("荥经", '荥', "ying"),
    ("牟平", '牟', "mu"),
    ("中牟", '牟', "mu"),
    ("崆峒", '峒', "tong"),
];

/// How a character of a name is read, without its tone.
fn syllable(name: &str, c: char) -> Option<String> {
    let own = READINGS
        .iter()
        .find(|(word, at, _)| *at == c && name.contains(word));
    let usual = c.to_pinyin().map(pinyin::Pinyin::plain);
    Some(own.map(|own| own.2).or(usual)?.replace('ü', "u"))
}

/// All letters of a name as it is read, empty when not all is Chinese.
pub(crate) fn reading(name: &str) -> String {
    let letters: Option<String> = name.chars().map(|c| syllable(name, c)).collect();
    letters.unwrap_or_default()
}

/// The name in Latin letters, without the word for the kind of district.
pub(crate) fn district(name: &str) -> String {
    let long = |cut: &&str| cut.chars().count() > 1;
    let kinds = [
        "自治县",
        "自治旗",
        "新区",
        "矿区",
        "特区",
        "林区",
        "区",
        "县",
        "市",
        "旗",
    ];
    let cut = kinds
        .iter()
        .find_map(|kind| name.strip_suffix(kind).filter(long));
    let mut stem = cut.unwrap_or(name);
    let peoples = PEOPLES
        .iter()
        .filter(|_| name.contains("自治") || name.contains('族'));
    while let Some(cut) = (peoples.clone()).find_map(|p| stem.strip_suffix(p).filter(long)) {
        stem = cut;
    }
    let mut latin = String::new();
    for c in stem.chars() {
        let Some(read) = syllable(name, c) else {
            return String::new();
        };
        if !latin.is_empty() && read.starts_with(['a', 'e', 'o']) {
            latin.push('\'');
        }
        latin.push_str(&read);
    }
    let mut letters = latin.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn districts_are_read_as_they_are_called() {
        for (name, latin) in [
            ("西湖区", "Xihu"),
            ("长安区", "Chang'an"),
            ("番禺区", "Panyu"),
            ("蔚县", "Yuxian"),
            ("景宁畲族自治县", "Jingning"),
            ("双江拉祜族佤族布朗族傣族自治县", "Shuangjiang"),
            ("吕梁市", "Luliang"),
            ("管城回族区", "Guancheng"),
            ("浦东新区", "Pudong"),
            ("宝坻区", "Baodi"),
            ("什邡市", "Shifang"),
            ("塔什库尔干塔吉克自治县", "Tashiku'ergan"),
            ("疏勒县", "Shule"),
        ] {
            assert_eq!(district(name), latin, "{name}");
        }
        assert_eq!(district("abc"), "");
        assert_eq!([reading("旅顺口"), reading("a镇")], ["lushunkou", ""]);
    }
}
