//! The tree of regions while it grows.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::format::{NodeKind, ROOT};

/// A node while the tree grows.
pub(crate) struct GrowingNode {
    pub(crate) parent: u32,
    pub(crate) id: u32,
    pub(crate) kind: NodeKind,
    /// [`DERIVED`](crate::format::DERIVED) and the like.
    pub(crate) flags: u8,
    pub(crate) country: u16,
    /// The number of its label.
    pub(crate) label: usize,
}

#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<GrowingNode>,
    index: HashMap<(u32, u32, NodeKind), u32>,
}

impl Tree {
    pub(crate) fn node(&mut self, node: GrowingNode) -> u32 {
        let key = (node.parent, node.id, node.kind);
        if let Some(known) = self.index.get(&key) {
            return *known;
        }
        let index = number(self.nodes.len());
        self.nodes.push(node);
        self.index.insert(key, index);
        index
    }

    /// Brings every region right before those within it, so that a look-up reads
    /// neighbours, and tells where each went.
    pub(crate) fn sort(&mut self) -> Vec<u32> {
        let mut below: Vec<Vec<u32>> = vec![Vec::new(); self.nodes.len()];
        let mut open: Vec<u32> = Vec::new();
        for (i, node) in self.nodes.iter().enumerate().rev() {
            match below.get_mut(node.parent as usize) {
                Some(siblings) => siblings.push(number(i)),
                None => open.push(number(i)),
            }
        }
        let (mut to, mut next) = (vec![0; self.nodes.len()], 0);
        while let Some(index) = open.pop() {
            to[index as usize] = next;
            next += 1;
            open.append(&mut below[index as usize]);
        }
        let mut nodes: Vec<(u32, GrowingNode)> =
            to.iter().copied().zip(self.nodes.drain(..)).collect();
        nodes.sort_by_key(|(at, _)| *at);
        self.nodes = nodes.into_iter().map(|(_, node)| node).collect();
        for node in &mut self.nodes {
            node.parent = to.get(node.parent as usize).copied().unwrap_or(ROOT);
        }
        self.index.clear();
        to
    }

    pub(crate) fn above(
        &self,
        mut index: u32,
        mut found: impl FnMut(&GrowingNode) -> bool,
    ) -> bool {
        while let Some(node) = self.nodes.get(index as usize) {
            if found(node) {
                return true;
            }
            index = node.parent;
        }
        false
    }
}

pub(crate) fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A name without the marks on its letters.
pub(crate) fn plain(name: &str) -> String {
    name.nfd().filter(|c| !is_combining_mark(*c)).collect()
}
