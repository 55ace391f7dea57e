//! Points that a geocoder gets wrong easily, by name, in English and Chinese.

use super::{Address, Language, Level, locate_in};
use crate::capture::position::Position;

fn at(lat: f64, lon: f64, language: Language) -> Option<Address> {
    locate_in(Position::new(lat, lon).unwrap(), language)
}

/// The names at the five levels.
fn names(lat: f64, lon: f64, language: Language) -> String {
    let address = at(lat, lon, language).unwrap();
    let name = |level| address.name(level).unwrap_or("-").to_owned();
    Level::ALL.map(name).join(", ")
}

fn code(lat: f64, lon: f64) -> String {
    let address = at(lat, lon, Language::English);
    address.and_then(|a| a.country_code).unwrap_or_default()
}

fn check(points: &[(f64, f64, &str, &str)]) {
    for (lat, lon, en, zh) in points {
        let found = [Language::English, Language::Chinese].map(|l| names(*lat, *lon, l));
        assert_eq!(found, [*en, *zh], "{lat},{lon}");
    }
}

#[test]
fn units_within_units() {
    check(&[
        (
            30.2489,
            120.1485,
            "China, Zhejiang, Hangzhou, Xihu, -",
            "中国, 浙江省, 杭州市, 西湖区, -",
        ),
        (
            39.9042,
            116.4074,
            "China, Beijing, Beijing, Dongcheng, -",
            "中国, 北京市, 北京市, 东城区, -",
        ),
        (
            22.2783,
            114.1747,
            "Hong Kong, Hong Kong, Hong Kong, Wan Chai, -",
            "香港, 香港, 香港, 湾仔区, -",
        ),
        (
            22.1987,
            113.5439,
            "Macao, Macao, Macao, St. Anthony, -",
            "澳门, 澳门, 澳门, 花王堂区, -",
        ),
        (
            25.0330,
            121.5654,
            "Taiwan, Taipei, Taipei, Xinyi, -",
            "台湾, 台北市, 台北市, 信义区, -",
        ),
        (
            26.2165,
            119.9800,
            "Taiwan, Lienchiang, Lienchiang, Beigan, Jieshoucun",
            "台湾, 连江县, 连江县, 北竿乡, 介寿村",
        ),
        (
            37.4979,
            127.0276,
            "South Korea, Seoul, Seoul, Seocho-gu, Seocho-dong",
            "韩国, 首尔, 首尔, Seocho-gu, Seocho-dong",
        ),
        (
            41.0082,
            28.9784,
            "Türkiye, Istanbul, Istanbul, Fatih, Sultanahmet",
            "土耳其, 伊斯坦布尔, 伊斯坦布尔, 法蒂赫, Sultanahmet",
        ),
        (
            13.7563,
            100.5018,
            "Thailand, Bangkok, Bangkok, Phra Nakhon, -",
            "泰国, 曼谷, 曼谷, 拍那空, -",
        ),
        (
            1.2900,
            103.8500,
            "Singapore, Singapore, Singapore, Downtown Core, -",
            "新加坡, 新加坡, 新加坡, 市中心, -",
        ),
    ]);
    let city = |lat, lon| names(lat, lon, Language::English);
    assert!(city(30.0444, 31.2357).starts_with("Egypt, Cairo, Cairo, "));
}

#[test]
#[cfg_attr(not(feature = "openstreetmap"), ignore = "of the data left out")]
fn municipalities_and_wards() {
    check(&[
        (
            35.0116,
            135.7681,
            "Japan, Kyoto, Kyoto, Nakagyo, -",
            "日本, 京都府, 京都, 中京区, -",
        ),
        (
            52.5200,
            13.4050,
            "Germany, Berlin, Berlin, Mitte, -",
            "德国, 柏林, 柏林, 米特, -",
        ),
        (
            48.1370,
            11.5750,
            "Germany, Bavaria, Munich, -, -",
            "德国, 巴伐利亚, 慕尼黑, -, -",
        ),
        (
            43.7696,
            11.2558,
            "Italy, Tuscany, Florence, -, -",
            "意大利, 托斯卡纳, 佛罗伦萨, -, -",
        ),
        (
            40.7128,
            -74.0060,
            "United States, New York, New York City, Manhattan, -",
            "美国, 纽约州, 纽约, 曼哈顿, -",
        ),
        (
            40.6782,
            -73.9442,
            "United States, New York, New York City, Brooklyn, Brownsville",
            "美国, 纽约州, 纽约, 布鲁克林, 布朗斯维尔",
        ),
        (
            48.2082,
            16.3738,
            "Austria, Vienna, Vienna, -, -",
            "奥地利, 维也纳, 维也纳, -, -",
        ),
        (
            59.9343,
            30.3351,
            "Russia, Saint Petersburg, Saint Petersburg, -, -",
            "俄罗斯, 圣彼得堡, 圣彼得堡, -, -",
        ),
        (
            55.7558,
            37.6173,
            "Russia, Moscow, Moscow, -, -",
            "俄罗斯, 莫斯科, 莫斯科, -, -",
        ),
        (
            47.3769,
            8.5417,
            "Switzerland, Zurich, Zurich, Zürich, -",
            "瑞士, 苏黎世州, 苏黎世, 苏黎世, -",
        ),
        (
            36.7500,
            3.0600,
            "Algeria, Algiers, Belouizdad, -, -",
            "阿尔及利亚, 阿尔及尔, Belouizdad, -, -",
        ),
    ]);
    let starts = |lat, lon, with: &str| {
        let names = names(lat, lon, Language::English);
        assert!(names.starts_with(with), "{names}");
    };
    starts(35.6938, 139.7034, "Japan, Tokyo, Tokyo, Shinjuku, ");
    starts(48.8566, 2.3522, "France, Île-de-France, Paris, ");
    starts(
        51.4816,
        -0.0070,
        "United Kingdom, England, London, Greenwich, ",
    );
    starts(51.5074, -0.1278, "United Kingdom, England, London, ");
    starts(52.1980, 0.1300, "United Kingdom, England, Cambridge, ");
    starts(-23.5505, -46.6333, "Brazil, São Paulo, São Paulo, ");
    starts(41.3874, 2.1686, "Spain, Catalonia, Barcelona, ");
    starts(53.3498, -6.2603, "Ireland, Dublin, Dublin");
    let munich = at(48.137, 11.575, Language::Local).unwrap();
    assert_eq!(munich.city.as_deref(), Some("München"));
    assert_eq!(munich.county.as_deref(), Some("München"));
    assert_eq!(munich.ids[2], "a9162000");
    let around = at(48.0150, 11.6000, Language::English).unwrap();
    assert_eq!(around.county.as_deref(), Some("Landkreis München"));
    let kyoto = at(35.0116, 135.7681, Language::Local).unwrap();
    assert_eq!(kyoto.ids[2..], ["j26100", "j26104"]);
}

#[test]
fn china_by_its_official_names() {
    check(&[
        (
            22.5431,
            114.0579,
            "China, Guangdong, Shenzhen, Futian, Gangxia",
            "中国, 广东省, 深圳市, 福田区, 冈厦",
        ),
        (
            31.2304,
            121.4737,
            "China, Shanghai, Shanghai, Huangpu, -",
            "中国, 上海市, 上海市, 黄浦区, -",
        ),
        (
            29.2690,
            88.8800,
            "China, Tibet, Shigatse, Samzhubzê, -",
            "中国, 西藏自治区, 日喀则市, 桑珠孜区, -",
        ),
        (
            25.6065,
            100.2676,
            "China, Yunnan, Dali, Dali, -",
            "中国, 云南省, 大理白族自治州, 大理市, -",
        ),
    ]);
}

/// Characters that Japan simplified in its own way, in Chinese ones.
#[test]
#[cfg_attr(not(feature = "openstreetmap"), ignore = "of the data left out")]
fn japan_in_chinese() {
    check(&[
        (
            35.6595,
            139.7005,
            "Japan, Tokyo, Tokyo, Shibuya, Dogenzaka",
            "日本, 东京, 东京, 涩谷, 道玄坂",
        ),
        (
            35.6762,
            139.6503,
            "Japan, Tokyo, Tokyo, Suginami, Eifuku",
            "日本, 东京, 东京, 杉并区, 永福",
        ),
    ]);
}

/// A trip to one of them is a trip to one city, not to its districts.
#[test]
#[cfg_attr(not(feature = "openstreetmap"), ignore = "of the data left out")]
fn cities_that_are_provinces() {
    for (lat, lon, expected) in [
        (13.7460, 100.5340, "Thailand, Bangkok, Bangkok"),
        (21.0285, 105.8542, "Vietnam, Hanoi, Hanoi"),
        (
            10.7769,
            106.7009,
            "Vietnam, Ho Chi Minh City, Ho Chi Minh City, District 1",
        ),
        (-6.1754, 106.8272, "Indonesia, Jakarta, Jakarta"),
        (28.6139, 77.2090, "India, Delhi, Delhi"),
        (44.4268, 26.1025, "Romania, Bucharest, Bucharest, Sector 3"),
        (
            19.4326,
            -99.1332,
            "Mexico, Mexico City, Mexico City, Cuauhtémoc",
        ),
        (47.8864, 106.9057, "Mongolia, Ulaanbaatar, Ulaanbaatar"),
        (11.5564, 104.9282, "Cambodia, Phnom Penh, Phnom Penh"),
        (-36.8485, 174.7633, "New Zealand, Auckland, Auckland"),
        (47.4979, 19.0402, "Hungary, Budapest, Budapest"),
        (53.9006, 27.5590, "Belarus, Minsk, Minsk"),
        (51.1694, 71.4491, "Kazakhstan, Astana, Astana"),
        (4.7110, -74.0721, "Colombia, Bogotá, Bogotá"),
    ] {
        let names = names(lat, lon, Language::English);
        assert!(names.starts_with(expected), "{names}");
    }
    // The boroughs of New York are counties too.
    for (lat, lon, borough) in [
        (40.7580, -73.9855, "Manhattan"),
        (40.5749, -73.9859, "Brooklyn"),
        (40.7282, -73.7949, "Queens"),
        (40.8448, -73.8648, "The Bronx"),
        (40.5795, -74.1502, "Staten Island"),
    ] {
        let address = at(lat, lon, Language::English).unwrap();
        assert_eq!(address.city.as_deref(), Some("New York City"));
        assert_eq!(address.district.as_deref(), Some(borough));
    }
}

/// Maps of provinces bear names of former ones, and of their neighbours.
#[test]
fn provinces_have_their_own_names() {
    for (lat, lon, expected) in [
        (6.0, -58.3, "Guyana, Upper Demerara-Berbice"),
        (3.38, -59.80, "Guyana, Upper Takutu-Upper Essequibo"),
        (-1.2417, -78.6197, "Ecuador, Tungurahua"),
        (-0.99, -77.81, "Ecuador, Napo"),
        (-4.0435, 39.6682, "Kenya, Mombasa"),
        (-1.4061, 35.0, "Kenya, Narok"),
        (31.6295, -7.9811, "Morocco, Marrakesh-Safi"),
        (27.7172, 85.3240, "Nepal, Bagmati Province"),
        (-18.8792, 47.5079, "Madagascar, Analamanga"),
        (0.5153, 25.1910, "Congo - Kinshasa, Tshopo"),
        (64.1466, -21.9426, "Iceland, Capital Region"),
        (63.4186, -19.0060, "Iceland, Southern Region"),
        (54.6872, 25.2797, "Lithuania, Vilnius, Vilnius"),
        (39.5681, 2.6502, "Spain, Balearic Islands"),
        (-13.1631, -72.5450, "Peru, Cusco, Machu Picchu"),
    ] {
        let names = names(lat, lon, Language::English);
        assert!(names.starts_with(expected), "{names}");
    }
}

#[test]
fn enclaves_and_exclaves() {
    for (lat, lon, expected) in [
        (51.4406, 4.9300, "BE"),   // Baarle-Hertog
        (51.4480, 4.9120, "NL"),   // Baarle-Nassau
        (42.4640, 1.9800, "ES"),   // Llívia
        (45.9680, 8.9680, "IT"),   // Campione d'Italia
        (47.6960, 8.6900, "DE"),   // Büsingen
        (50.5660, 6.2130, "DE"),   // Mützenich, beyond the Vennbahn
        (26.1900, 56.2900, "OM"),  // Musandam
        (25.2870, 56.3400, "OM"),  // Madha
        (35.8894, -5.3213, "ES"),  // Ceuta
        (54.7104, 20.4522, "RU"),  // Kaliningrad
        (-5.5500, 12.2000, "AO"),  // Cabinda
        (-9.2050, 124.3600, "TL"), // Oecusse
        (39.2000, 45.4000, "AZ"),  // Nakhchivan
    ] {
        assert_eq!(code(lat, lon), expected, "{lat},{lon}");
    }
}

#[test]
fn both_sides_of_a_border() {
    for (lat, lon, expected) in [
        (31.7587, -106.4869, "US"), // the centre of El Paso
        (31.7340, -106.4850, "MX"), // that of Ciudad Juárez
        (27.5060, -99.5075, "US"),  // Laredo
        (27.4950, -99.5160, "MX"),  // Nuevo Laredo
        (32.5520, -117.0430, "US"), // San Ysidro
        (32.5330, -117.0190, "MX"), // Tijuana
        (47.5596, 7.5886, "CH"),    // Basel
        (47.5900, 7.6120, "DE"),    // Weil am Rhein
        (47.5850, 7.5650, "FR"),    // Huningue
        (48.5780, 7.8100, "DE"),    // Kehl
        (1.4655, 103.7578, "MY"),   // Johor Bahru
        (1.4360, 103.7860, "SG"),   // Woodlands
        (22.5350, 114.1130, "CN"),  // Luohu
        (22.5010, 114.1280, "HK"),  // Sheung Shui
        (22.2200, 113.5440, "CN"),  // Gongbei
        (-25.5950, -54.5740, "AR"), // Puerto Iguazú
        (-25.5420, -54.5880, "BR"), // Foz do Iguaçu
        (-25.5100, -54.6110, "PY"), // Ciudad del Este
        (59.3797, 28.1791, "EE"),   // Narva
        (59.3750, 28.2200, "RU"),   // Ivangorod
    ] {
        assert_eq!(code(lat, lon), expected, "{lat},{lon}");
    }
}

#[test]
fn a_coast_reaches_into_the_sea_and_ends() {
    // West of Portugal's Cabo da Roca, whose longitude is -9.5.
    assert_eq!(code(38.78, -9.60), "PT");
    assert_eq!(code(38.78, -9.70), "PT");
    assert_eq!(code(38.78, -9.80), "");
    for (lat, lon) in [(30.0, -45.0), (-55.0, -120.0), (0.0, -25.0), (80.0, 170.0)] {
        assert_eq!(code(lat, lon), "", "{lat},{lon}");
    }
}

#[test]
fn both_names_of_the_antimeridian_are_one_place() {
    for lat in [-89.0, -16.8, 65.0, 66.0, 71.0] {
        assert_eq!(
            at(lat, 180.0, Language::English),
            at(lat, -180.0, Language::English),
            "{lat}"
        );
    }
    assert_eq!(at(90.0, 12.0, Language::English), None);
    assert_eq!(code(-90.0, 77.0), "AQ");
}

/// Units of whose few places some are counted to the province beside, and parts of
/// units that have no place.
#[test]
#[cfg_attr(not(feature = "openstreetmap"), ignore = "of the data left out")]
fn the_province_of_a_unit_is_that_around_it() {
    for (lat, lon, expected) in [
        (25.7109, 94.4285, "India, Nagaland, Phek, -, -"),
        (4.9, -72.1, "Colombia, Casanare, Orocué, -, -"),
        (55.5669, 127.6394, "Russia, Amur, -, -, -"),
        (-31.5557, 159.0890, "Australia, New South Wales, -, -, -"),
        (
            -35.1500,
            150.7000,
            "Australia, Australian Capital Territory, Jervis Bay Village, -, -",
        ),
    ] {
        assert_eq!(names(lat, lon, Language::English), expected, "{lat},{lon}");
    }
}
