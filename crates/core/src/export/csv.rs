//! CSV as RFC 4180 has it, in UTF-8.

use std::io::{self, Write};

use super::Selection;
use super::table::{self, Column, Value};

/// What opens a formula in some spreadsheet, and the mark that keeps it from doing so,
/// so that taking one mark away always gives the text back.
const OPENS_FORMULA: [char; 12] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠',
];

/// Writes a row for each cluster or trip, or for each file.
///
/// # Errors
/// The output is closed or full.
pub fn write(selection: &Selection<'_>, files: bool, out: &mut dyn Write) -> io::Result<()> {
    if files {
        headings(table::of_files(selection.by()), out)?;
        for (group, photo) in selection.all_files() {
            row(&table::file(selection.by(), group, &photo), out)?;
        }
    } else {
        headings(table::of_groups(selection.by()), out)?;
        for group in selection.groups() {
            row(&table::group(group), out)?;
        }
    }
    Ok(())
}

fn headings(columns: &[Column], out: &mut dyn Write) -> io::Result<()> {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    write!(out, "{}\r\n", names.join(","))
}

fn row(values: &[Value], out: &mut dyn Write) -> io::Result<()> {
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            out.write_all(b",")?;
        }
        match value {
            Value::Text(Some(value)) => text(value, out)?,
            Value::Number(Some(number)) => write!(out, "{number}")?,
            Value::Degrees(Some(degrees)) => write!(out, "{degrees}")?,
            Value::Date(Some(date)) => write!(out, "{date}")?,
            Value::Clock(Some(clock)) => write!(out, "{clock}")?,
            Value::Instant(Some(at)) => {
                write!(
                    out,
                    "{}",
                    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
                )?;
            }
            _ => {}
        }
    }
    out.write_all(b"\r\n")
}

fn text(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let guard = if text.starts_with(OPENS_FORMULA) {
        "'"
    } else {
        ""
    };
    let blank = |c: Option<char>| c.is_some_and(char::is_whitespace);
    let quoted = text.contains([',', '"', '\r', '\n'])
        || blank(text.chars().next())
        || blank(text.chars().next_back());
    if quoted {
        write!(out, "\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        write!(out, "{guard}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::testing::{Sample, written};

    fn field(value: &str) -> String {
        let mut out = Vec::new();
        text(value, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn texts_are_quoted_and_kept_from_being_formulas() {
        for (value, written) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\"'\t=1\""),
            ("＝1", "'＝1"),
            ("'twas", "''twas"),
            (" x ", "\" x \""),
            (
                "=HYPERLINK(\"http://a,b\")",
                "\"'=HYPERLINK(\"\"http://a,b\"\")\"",
            ),
            ("", ""),
        ] {
            assert_eq!(field(value), written, "{value:?}");
        }
    }

    #[test]
    fn clusters_and_files() {
        let sample = Sample::new();
        let selection = sample.selection();
        insta::assert_snapshot!(written(|out| write(&selection, false, out)), @r#"
        cluster_id,level,title,place,country_code,country,province,city,district,township,start_date,end_date,days,active_days,files,moments,files_missing,first_capture,last_capture,lat,lon,south,west,north,east,custom_id
        location-date-cluster-00000001-0000-4000-8000-000000000000,city,"'=West Lake: ""spring"", & <tea>? /../",Hangzhou,CN,China,Zhejiang,Hangzhou,,,2024-03-03,2024-03-05,3,3,3,2,1,2024-03-03T09:12:44+08:00,2024-03-05T21:40:02.500+08:00,30.27125,120.15495,30.2489,120.1485,30.2936,120.1614,
        location-date-cluster-00000002-0000-4000-8000-000000000000,city,,Jiaxing,CN,China,Zhejiang,Jiaxing,,,2024-03-06,2024-03-06,1,1,1,1,0,,,,,,,,,
        "#);
        insta::assert_snapshot!(written(|out| write(&selection, true, out)), @r#"
        path,name,cluster_id,cluster_level,cluster_title,capture_time,capture_time_utc,utc_offset_minutes,local_date,capture_time_source,lat,lon,position_source,country_code,country,province,city,district,township,time_zone,camera,media_type,format,size,modified
        /photos/2024/hz/IMG_1.HEIC,IMG_1.HEIC,location-date-cluster-00000001-0000-4000-8000-000000000000,city,"'=West Lake: ""spring"", & <tea>? /../",2024-03-03T09:12:44+08:00,2024-03-03T01:12:44Z,480,2024-03-03,exif:DateTimeOriginal,30.2489,120.1485,exif:GPS,CN,China,Zhejiang,Hangzhou,,,Asia/Shanghai,Apple iPhone 13,image/heic,heic,3345123,2024-03-03T01:12:45.123456Z
        /photos/2024/hz/IMG_1.MOV,IMG_1.MOV,location-date-cluster-00000001-0000-4000-8000-000000000000,city,"'=West Lake: ""spring"", & <tea>? /../",2024-03-03T09:12:44+08:00,2024-03-03T01:12:44Z,480,2024-03-03,exif:DateTimeOriginal,30.2489,120.1485,exif:GPS,CN,China,Zhejiang,Hangzhou,,,Asia/Shanghai,Apple iPhone 13,video/quicktime,mov,3345123,2024-03-03T01:12:45.123456Z
        "/photos/2024/hz/=cmd|'c'!A1,""x""
        <b>&.jpg","'=cmd|'c'!A1,""x""
        <b>&.jpg",location-date-cluster-00000001-0000-4000-8000-000000000000,city,"'=West Lake: ""spring"", & <tea>? /../",2024-03-05T21:40:02.500+08:00,2024-03-05T13:40:02.500Z,480,2024-03-05,exif:DateTimeOriginal,30.2936,120.1614,exif:GPS,CN,China,Zhejiang,Hangzhou,,,Asia/Shanghai,Apple iPhone 13,image/jpeg,jpeg,3345123,2024-03-03T01:12:45.123456Z
        /photos/2024/hz/IMG_2.jpg,IMG_2.jpg,location-date-cluster-00000002-0000-4000-8000-000000000000,city,Jiaxing,2024-03-06,,,2024-03-06,exif:DateTimeOriginal,,,,CN,China,Zhejiang,Jiaxing,,,,Apple iPhone 13,image/jpeg,jpeg,3345123,2024-03-03T01:12:45.123456Z
        /photos/2024/hz/scan.jpg,scan.jpg,,,,,,,,,,,,CN,China,Zhejiang,Jiaxing,,,,Apple iPhone 13,image/jpeg,jpeg,3345123,2024-03-03T01:12:45.123456Z
        "#);
    }
}
