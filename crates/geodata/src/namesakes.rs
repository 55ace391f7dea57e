//! One name, one region: of the regions of one level within another, those that have one name
//! are one where they are one thing, and told apart by a word in brackets where they are not.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::format::{DERIVED, NodeKind};
use crate::grid::{self, STEPS};
use crate::nodes::{Tree, number, plain};
use crate::tables::Label;

/// Namesakes of a level whose places are this near to each other are one thing under two
/// identifiers, such as a municipality and the town in it, in metres. Narrow regions lie closer
/// together: two villages of one name may be neighbours.
fn reach(kind: NodeKind) -> f64 {
    match kind {
        NodeKind::Township => 2_000.0,
        NodeKind::District => 5_000.0,
        _ => 15_000.0,
    }
}

/// The eight winds in English and Chinese, clockwise.
const WINDS: [[&str; 2]; 8] = [
    ["north", "北"],
    ["northeast", "东北"],
    ["east", "东"],
    ["southeast", "东南"],
    ["south", "南"],
    ["southwest", "西南"],
    ["west", "西"],
    ["northwest", "西北"],
];

/// So many namesakes are asked on which side of them a region lies.
const ASKED: usize = 3;

/// The name of a label in each language.
const LANGUAGES: [fn(&mut Label) -> &mut String; 3] = [
    |label| &mut label.en,
    |label| &mut label.zh,
    |label| &mut label.local,
];

/// A place of the tree.
pub(crate) struct GrownPlace {
    pub(crate) x: u32,
    pub(crate) y: u32,
    /// The narrowest region that it stands for.
    pub(crate) node: u32,
    /// The label of the place itself.
    pub(crate) itself: Option<usize>,
    /// The label of its second-order unit.
    pub(crate) second: Option<usize>,
}

impl GrownPlace {
    /// The latitude and the longitude in degrees.
    fn position(&self) -> (f64, f64) {
        grid::degrees((self.x, self.y))
    }
}

/// The nodes of one region: a county that is no level divides it into several.
#[derive(Default)]
struct Group {
    nodes: Vec<u32>,
    /// Numbers of places.
    places: Vec<usize>,
}

/// A region whose name others have too: all of those, the largest first, and which it is.
struct Namesake<'g> {
    all: Vec<&'g Group>,
    this: usize,
}

/// What one region is within: the region around it, its kind, and its identifier.
type Key = (u32, NodeKind, u32);

struct Namesakes<'a> {
    tree: &'a mut Tree,
    labels: &'a mut Vec<Label>,
    places: &'a [GrownPlace],
    /// The numbers of the places of each node.
    of_node: Vec<Vec<usize>>,
    /// The numbers of the places of each quarter of a degree.
    of_cell: HashMap<(u32, u32), Vec<usize>>,
    /// The number of the region that each node is of, or of that around a county.
    region: Vec<u32>,
    /// The path of each region, by its first node.
    paths: HashMap<u32, String>,
    known: &'a KnownPaths,
    new: Vec<(String, (u32, Label))>,
}

/// The identifier and the names of each region by its path of English names, a line each with
/// the kind of the region.
pub(crate) type KnownPaths = HashMap<String, (u32, Label)>;

/// Makes namesakes one, or tells them apart. A region that another file has under the same
/// path of names is that one.
pub(crate) fn settle(
    tree: &mut Tree,
    labels: &mut Vec<Label>,
    places: &[GrownPlace],
    known: &mut KnownPaths,
) {
    let mut of_node = vec![Vec::new(); tree.nodes.len()];
    for (i, place) in places.iter().enumerate() {
        let mut at = place.node;
        while let Some(node) = tree.nodes.get(at as usize) {
            if node.kind <= NodeKind::County {
                break;
            }
            of_node[at as usize].push(i);
            at = node.parent;
        }
    }
    let mut of_cell: HashMap<(u32, u32), Vec<usize>> = HashMap::new();
    for (i, place) in places.iter().enumerate() {
        of_cell.entry(cell(place)).or_default().push(i);
    }
    let region = vec![0; tree.nodes.len()];
    let mut namesakes = Namesakes {
        tree,
        labels,
        places,
        of_node,
        of_cell,
        region,
        paths: HashMap::new(),
        known,
        new: Vec::new(),
    };
    for kind in NodeKind::ALL {
        namesakes.level(kind);
    }
    let new = namesakes.new;
    known.extend(new);
}

fn cell(place: &GrownPlace) -> (u32, u32) {
    let side = u32::try_from(STEPS).unwrap_or(1);
    (place.x / side, place.y / side)
}

fn metres(a: &GrownPlace, b: &GrownPlace) -> f64 {
    grid::metres(a.position(), b.position())
}

/// On which side of a place another lies.
fn wind(from: &GrownPlace, to: &GrownPlace) -> Label {
    let [north, east] = grid::offset(from.position(), to.position());
    let eighth = (east.atan2(north) / std::f64::consts::FRAC_PI_4).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 7"
    )]
    let [en, zh] = WINDS[eighth.rem_euclid(8.0) as usize % 8].map(str::to_owned);
    Label {
        en,
        zh,
        ..Label::default()
    }
}

/// Whether two regions may be one by their Chinese names.
fn agree(a: &Label, b: &Label) -> bool {
    a.zh.is_empty() || b.zh.is_empty() || a.zh == b.zh
}

impl Namesakes<'_> {
    fn around(&self, node: u32) -> u32 {
        let parent = self.tree.nodes[node as usize].parent;
        self.region
            .get(parent as usize)
            .copied()
            .unwrap_or(u32::MAX)
    }

    fn label(&self, node: u32) -> &Label {
        &self.labels[self.tree.nodes[node as usize].label]
    }

    /// Settles one level, those above being settled.
    fn level(&mut self, kind: NodeKind) {
        let nodes = 0..number(self.tree.nodes.len());
        let nodes: Vec<u32> = nodes
            .filter(|node| self.tree.nodes[*node as usize].kind == kind)
            .collect();
        if kind == NodeKind::County {
            for node in nodes {
                self.region[node as usize] = self.around(node);
            }
            return;
        }
        let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
        for node in nodes {
            let at = &self.tree.nodes[node as usize];
            if at.flags & DERIVED != 0 {
                let above = &self.tree.nodes[at.parent as usize];
                let (id, label) = (above.id, above.label);
                let at = &mut self.tree.nodes[node as usize];
                (at.id, at.label) = (id, label);
            }
            let key = (self.around(node), kind, self.tree.nodes[node as usize].id);
            let group = groups.entry(key).or_default();
            group.nodes.push(node);
            group.places.extend(&self.of_node[node as usize]);
        }
        let mut same: BTreeMap<(u32, String), Vec<Key>> = BTreeMap::new();
        for (key, group) in &groups {
            let name = plain(&self.label(group.nodes[0]).en).to_lowercase();
            same.entry((key.0, name)).or_default().push(*key);
        }
        for keys in same.into_values().filter(|keys| keys.len() > 1) {
            self.unite(&mut groups, keys);
        }
        for group in groups.values() {
            for node in &group.nodes {
                self.region[*node as usize] = group.nodes[0];
            }
        }
        self.tell_apart(&groups);
        for group in groups.values() {
            self.remember(group);
        }
    }

    /// Keeps the path of names of a region, and gives it the identifier that another file has
    /// for that.
    fn remember(&mut self, group: &Group) {
        let first = group.nodes[0];
        let above = self.paths.get(&self.around(first));
        let (above, kind) = (
            above.map_or("", |path| path),
            self.tree.nodes[first as usize].kind,
        );
        let path = format!("{above}\n{} {}", kind as u8, self.label(first).en);
        if let Some((id, label)) = self.known.get(&path) {
            for node in &group.nodes {
                self.tree.nodes[*node as usize].id = *id;
            }
            self.call(group, label.clone());
        } else {
            let id = self.tree.nodes[first as usize].id;
            self.new
                .push((path.clone(), (id, self.label(first).clone())));
        }
        self.paths.insert(first, path);
    }

    /// Makes one of the namesakes that are one thing.
    fn unite(&mut self, groups: &mut BTreeMap<Key, Group>, mut keys: Vec<Key>) {
        // The one that most is known of gives its name and its identifier.
        keys.sort_by_key(|key| (std::cmp::Reverse(groups[key].places.len()), key.2));
        let mut kept: Vec<Key> = Vec::new();
        for key in keys {
            let into = kept
                .iter()
                .find(|other| self.are_one(&groups[*other], &groups[&key]));
            let Some(into) = into.copied() else {
                kept.push(key);
                continue;
            };
            let Some(group) = groups.remove(&key) else {
                continue;
            };
            let first = &self.tree.nodes[groups[&into].nodes[0] as usize];
            let (id, label) = (first.id, first.label);
            for node in &group.nodes {
                let node = &mut self.tree.nodes[*node as usize];
                (node.id, node.label) = (id, label);
            }
            if let Some(all) = groups.get_mut(&into) {
                all.nodes.extend(group.nodes);
                all.places.extend(group.places);
            }
        }
    }

    fn are_one(&self, a: &Group, b: &Group) -> bool {
        let [first, second] = [a, b].map(|group| group.nodes[0]);
        let [one, other] = [first, second].map(|node| &self.tree.nodes[node as usize]);
        let (kind, same_parent) = (one.kind, one.parent == other.parent);
        let near = || {
            if a.places.is_empty() || b.places.is_empty() {
                return same_parent;
            }
            a.places.iter().any(|x| {
                let near = |y: &usize| metres(&self.places[*x], &self.places[*y]) < reach(kind);
                b.places.iter().any(near)
            })
        };
        agree(self.label(first), self.label(second)) && (kind == NodeKind::Province || near())
    }

    /// Gives namesakes names of their own, in each language.
    fn tell_apart(&mut self, groups: &BTreeMap<Key, Group>) {
        let mut siblings: BTreeMap<u32, Vec<&Group>> = BTreeMap::new();
        for ((around, ..), group) in groups {
            siblings.entry(*around).or_default().push(group);
        }
        for siblings in siblings.values() {
            for name in LANGUAGES {
                self.tell_apart_in(siblings, name);
            }
        }
    }

    /// Gives namesakes names of their own in one language.
    fn tell_apart_in(&mut self, siblings: &[&Group], name: fn(&mut Label) -> &mut String) {
        let read = |label: &Label| name(&mut label.clone()).clone();
        let namesakes = self.namesakes(siblings, read);
        if namesakes.is_empty() {
            return;
        }
        let names = siblings
            .iter()
            .map(|group| read(self.label(group.nodes[0])));
        let mut taken: BTreeSet<String> = names.collect();
        for namesake in namesakes {
            let group = namesake.all[namesake.this];
            let mut label = self.label(group.nodes[0]).clone();
            let own = read(&label);
            let word = |word: Label| {
                let said = Some(read(&word)).filter(|word| !word.is_empty());
                let said = said.unwrap_or(word.en);
                let han = own.chars().all(|c| c > '\u{2fff}');
                if han {
                    format!("{own}（{said}）")
                } else {
                    format!("{own} ({said})")
                }
            };
            let mut words = self.words(&namesake).into_iter().map(word);
            if let Some(free) = words.find(|name| !taken.contains(name)) {
                taken.insert(free.clone());
                *name(&mut label) = free;
                self.call(group, label);
            }
        }
    }

    /// The regions whose name others have too, but for the one that is larger than those.
    fn namesakes<'g>(
        &self,
        siblings: &[&'g Group],
        name: impl Fn(&Label) -> String,
    ) -> Vec<Namesake<'g>> {
        let mut by_name: BTreeMap<String, Vec<&'g Group>> = BTreeMap::new();
        for group in siblings {
            let name = name(self.label(group.nodes[0]));
            if !name.is_empty() {
                by_name.entry(name).or_default().push(group);
            }
        }
        let mut found = Vec::new();
        for mut same in by_name.into_values().filter(|same| same.len() > 1) {
            same.sort_by_key(|group| std::cmp::Reverse(group.places.len()));
            let largest = same[0].places.len() > same[1].places.len();
            found.extend((usize::from(largest)..same.len()).map(|this| Namesake {
                all: same.clone(),
                this,
            }));
        }
        found
    }

    /// What may stand in brackets behind a name, the best first.
    fn words(&self, namesake: &Namesake) -> Vec<Label> {
        let group = namesake.all[namesake.this];
        let own = plain(&self.label(group.nodes[0]).en);
        let above = self.tree.nodes[group.nodes[0] as usize].parent;
        let county = (self.tree.nodes.get(above as usize))
            .filter(|node| node.kind == NodeKind::County)
            .map(|node| node.label);
        let place = group.places.first().map(|place| &self.places[*place]);
        let other =
            |label: &Option<usize>| label.is_some_and(|label| plain(&self.labels[label].en) != own);
        let beside = place.and_then(|place| {
            let (x, y) = cell(place);
            let cells = (0..9).map(|i| (x + i % 3, y + i / 3));
            let cells = cells.filter_map(|(x, y)| Some((x.checked_sub(1)?, y.checked_sub(1)?)));
            let around = cells.filter_map(|cell| self.of_cell.get(&cell)).flatten();
            let others = around.map(|there| &self.places[*there]);
            let others = others.filter(|there| other(&there.itself));
            let nearest = others.min_by(|a, b| metres(place, a).total_cmp(&metres(place, b)));
            nearest?.itself
        });
        let labels = [county, place.and_then(|place| place.second), beside];
        let labels = labels.into_iter().filter(other).flatten();
        let mut words: Vec<Label> = labels.map(|label| self.labels[label].clone()).collect();
        words.retain(|word| !word.en.is_empty());
        let others = (namesake.all.iter().enumerate()).filter(|(i, _)| *i != namesake.this);
        let others = others.filter_map(|(_, other)| self.places.get(*other.places.first()?));
        words.extend(
            others
                .take(ASKED)
                .filter_map(|other| Some(wind(other, place?))),
        );
        words.push(Label {
            en: (namesake.this + 1).to_string(),
            ..Label::default()
        });
        words
    }

    fn call(&mut self, group: &Group, label: Label) {
        self.labels.push(label);
        for node in &group.nodes {
            self.tree.nodes[*node as usize].label = self.labels.len() - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::ROOT;
    use crate::nodes::GrowingNode;

    /// A country with a province and, within counties of that, cities: each told by its
    /// identifier, its county, its English and Chinese name, and how far east its place is in
    /// degrees. Returns identifiers and names as they are settled.
    fn settled(cities: &[(u32, u32, [&str; 2], u32)]) -> Vec<(u32, String, String)> {
        let (mut tree, mut labels, mut places) = (Tree::default(), Vec::new(), Vec::new());
        let mut node = |parent, id, kind, en: &str, zh: &str| {
            labels.push(Label {
                en: en.to_owned(),
                zh: zh.to_owned(),
                ..Label::default()
            });
            let label = labels.len() - 1;
            let node = GrowingNode {
                parent,
                id,
                kind,
                flags: 0,
                country: 0,
                label,
            };
            (tree.node(node), label)
        };
        let top = node(ROOT, 1, NodeKind::Country, "A", "").0;
        let province = node(top, 2, NodeKind::Province, "B", "").0;
        let counties = [3, 4].map(|id| {
            let name = format!("County {id}");
            node(province, id, NodeKind::County, &name, "").0
        });
        let mut nodes = Vec::new();
        for (id, county, [en, zh], east) in cities {
            let around = counties[*county as usize];
            let (city, label) = node(around, *id, NodeKind::City, en, zh);
            nodes.push(city);
            places.push(GrownPlace {
                x: east * u32::try_from(STEPS).unwrap() * 4,
                y: u32::try_from(STEPS).unwrap() * 360,
                node: city,
                itself: Some(label),
                second: None,
            });
        }
        settle(&mut tree, &mut labels, &places, &mut KnownPaths::new());
        let told = |node: &u32| {
            let node = &tree.nodes[*node as usize];
            let label = &labels[node.label];
            (node.id, label.en.clone(), label.zh.clone())
        };
        nodes.iter().map(told).collect()
    }

    fn told(id: u32, en: &str, zh: &str) -> (u32, String, String) {
        (id, en.to_owned(), zh.to_owned())
    }

    #[test]
    fn namesakes_side_by_side_are_one() {
        let one = settled(&[(10, 0, ["Talca", ""], 5), (11, 0, ["Tálca", "塔尔卡"], 5)]);
        assert_eq!(one, [told(10, "Talca", ""), told(10, "Talca", "")]);
        // A county is no level: the same city in two of them.
        let one = settled(&[(10, 0, ["Talca", ""], 5), (10, 1, ["Talca", ""], 90)]);
        assert_eq!(one, [told(10, "Talca", ""), told(10, "Talca", "")]);
    }

    #[test]
    fn namesakes_that_are_two_are_told_apart() {
        let two = settled(&[
            (10, 0, ["Milton", "米尔顿"], 5),
            (11, 1, ["Milton", "米尔顿"], 7),
        ]);
        assert_eq!(
            two,
            [
                told(10, "Milton (County 3)", "米尔顿（County 3）"),
                told(11, "Milton (County 4)", "米尔顿（County 4）"),
            ]
        );
        // In one county the place beside says which, and without one the side.
        let two = settled(&[
            (10, 0, ["Milton", ""], 5),
            (11, 0, ["Milton", ""], 7),
            (12, 1, ["Salem", ""], 7),
        ]);
        let names: Vec<&str> = two.iter().map(|(_, en, _)| en.as_str()).collect();
        assert_eq!(names, ["Milton (County 3)", "Milton (Salem)", "Salem"]);
        let three = settled(&[
            (10, 0, ["Milton", ""], 5),
            (11, 0, ["Milton", ""], 7),
            (12, 0, ["Milton", ""], 9),
        ]);
        let names: Vec<&str> = three.iter().map(|(_, en, _)| en.as_str()).collect();
        assert_eq!(names, ["Milton (County 3)", "Milton (east)", "Milton (3)"]);
        // Homophones are two however near.
        let two = settled(&[
            (10, 0, ["Meishan", "梅山"], 5),
            (11, 1, ["Meishan", "眉山"], 5),
        ]);
        assert_eq!(
            two,
            [
                told(10, "Meishan (County 3)", "梅山"),
                told(11, "Meishan (County 4)", "眉山"),
            ]
        );
    }

    #[test]
    fn narrow_regions_are_one_only_side_by_side() {
        // Some 3 km apart.
        for (kind, one) in [
            (NodeKind::City, true),
            (NodeKind::District, true),
            (NodeKind::Township, false),
        ] {
            let label = Label {
                en: "Milton".to_owned(),
                ..Label::default()
            };
            let (mut tree, mut labels) = (Tree::default(), vec![label]);
            let node = |parent, id, kind| GrowingNode {
                parent,
                id,
                kind,
                flags: 0,
                country: 0,
                label: 0,
            };
            let country = tree.node(node(ROOT, 1, NodeKind::Country));
            let places = [2, 3].map(|id| GrownPlace {
                x: id * 7_000,
                y: u32::try_from(STEPS).unwrap() * 360,
                node: tree.node(node(country, id, kind)),
                itself: None,
                second: None,
            });
            settle(&mut tree, &mut labels, &places, &mut KnownPaths::new());
            assert_eq!(tree.nodes[1].id == tree.nodes[2].id, one, "{kind:?}");
        }
    }

    #[test]
    fn winds_blow_all_around() {
        let place = |x: i32, y: i32| GrownPlace {
            x: 40_000_000_u32.saturating_add_signed(x),
            y: (u32::try_from(STEPS).unwrap() * 360).saturating_add_signed(y),
            node: 0,
            itself: None,
            second: None,
        };
        for (x, y, en, zh) in [
            (0, 9, "north", "北"),
            (9, 9, "northeast", "东北"),
            (9, -1, "east", "东"),
            (0, -9, "south", "南"),
            (-9, 0, "west", "西"),
            (-9, 9, "northwest", "西北"),
            (-1, 9, "north", "北"),
        ] {
            let wind = wind(&place(0, 0), &place(x, y));
            assert_eq!((wind.en.as_str(), wind.zh.as_str()), (en, zh), "{x},{y}");
        }
    }

    #[test]
    fn the_larger_one_keeps_its_name() {
        let names = settled(&[
            (10, 0, ["Milton", ""], 5),
            (11, 1, ["Milton", ""], 7),
            (11, 0, ["Milton", ""], 8),
        ]);
        let names: Vec<&str> = names.iter().map(|(_, en, _)| en.as_str()).collect();
        assert_eq!(names, ["Milton (County 3)", "Milton", "Milton"]);
    }

    #[test]
    fn another_file_calls_it_so_already() {
        let known = [(
            "\n0 A".to_owned(),
            (
                7,
                Label {
                    en: "A".to_owned(),
                    ..Label::default()
                },
            ),
        )];
        let (mut tree, mut labels) = (Tree::default(), vec![Label::default()]);
        labels[0].en = "A".to_owned();
        let kind = NodeKind::Country;
        let node = GrowingNode {
            parent: ROOT,
            id: 1,
            kind,
            flags: 0,
            country: 0,
            label: 0,
        };
        tree.node(node);
        settle(
            &mut tree,
            &mut labels,
            &[],
            &mut known.into_iter().collect(),
        );
        assert_eq!(tree.nodes[0].id, 7);
    }
}
