//! The folders, files and links so far, each path once.
//!
//! Many ways through the schema lead over the same folders; here they become one, and what two
//! ways disagree on is refused.

use foldhash::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use sgh_core::limits::{FOLDER_DEPTH_MAX, FOLDERS_PER_REQUEST_MAX};

use super::entries::Entries;
use super::error::FolderError;
use super::items::{Item, Note, Owner, Plan, What};

/// Where something goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum At {
    /// Above all roots: where every way starts.
    Nowhere,
    /// Right below a root.
    Root(usize),
    /// Below an item.
    Item(usize),
}

#[derive(Debug, Default)]
pub(super) struct Tree {
    roots: Vec<Arc<str>>,
    /// Items and where each is.
    items: Vec<(At, Arc<str>, What)>,
    depths: Vec<usize>,
    index: HashMap<(At, Arc<str>), usize>,
    folders: usize,
}

impl Tree {
    /// The place right below a root.
    pub(super) fn root(&mut self, name: &str) -> At {
        let known = self.roots.iter().position(|root| **root == *name);
        At::Root(known.unwrap_or_else(|| {
            self.roots.push(Arc::from(name));
            self.roots.len() - 1
        }))
    }

    /// A folder; the levels before its last name are nobody's.
    pub(super) fn folder(
        &mut self,
        at: At,
        names: &[Arc<str>],
        owner: &Owner,
    ) -> Result<At, FolderError> {
        let mut at = at;
        for (position, name) in names.iter().enumerate() {
            let is_last = position + 1 == names.len();
            at = self.one(at, name, if is_last { owner } else { &Owner::Level })?;
        }
        Ok(at)
    }

    fn one(&mut self, at: At, name: &Arc<str>, owner: &Owner) -> Result<At, FolderError> {
        if let Some(&known) = self.index.get(&(at, name.clone())) {
            let path = || self.path(At::Item(known));
            let merged = match &self.items[known].2 {
                What::File(_) | What::Link(_) => {
                    return Err(FolderError::FolderAndFile { path: path() });
                }
                What::Folder(old) => merge(old, owner).map_err(|(first, second)| {
                    FolderError::TwoForOne { path: path(), first, second }
                })?,
            };
            if let Some(owner) = merged {
                self.items[known].2 = What::Folder(owner);
            }
            return Ok(At::Item(known));
        }
        self.folders += 1;
        if self.folders > FOLDERS_PER_REQUEST_MAX {
            return Err(FolderError::TooMany);
        }
        self.add(at, name, What::Folder(owner.clone()))
    }

    /// A file or link; the first at a path stays, as on disk.
    pub(super) fn file(
        &mut self,
        at: At,
        name: &Arc<str>,
        path: &Arc<PathBuf>,
    ) -> Result<(), FolderError> {
        self.leaf(at, name, || What::File(path.clone()))
    }

    pub(super) fn link(
        &mut self,
        at: At,
        name: &Arc<str>,
        target: &str,
    ) -> Result<(), FolderError> {
        self.leaf(at, name, || What::Link(Arc::from(target)))
    }

    fn leaf(
        &mut self,
        at: At,
        name: &Arc<str>,
        what: impl Fn() -> What,
    ) -> Result<(), FolderError> {
        match self.index.get(&(at, name.clone())) {
            None => self.add(at, name, what()).map(drop),
            Some(&known) => match self.items[known].2 {
                What::File(_) | What::Link(_) => Ok(()),
                What::Folder(_) => {
                    Err(FolderError::FolderAndFile { path: self.path(At::Item(known)) })
                }
            },
        }
    }

    fn add(&mut self, at: At, name: &Arc<str>, what: What) -> Result<At, FolderError> {
        let depth = match at {
            At::Item(parent) => self.depths[parent] + 1,
            At::Nowhere | At::Root(_) => 0,
        };
        let item = self.items.len();
        self.items.push((at, name.clone(), what));
        self.depths.push(depth);
        self.index.insert((at, name.clone()), item);
        if depth >= FOLDER_DEPTH_MAX {
            return Err(FolderError::TooDeep { path: self.path(At::Item(item)) });
        }
        Ok(At::Item(item))
    }

    /// Root and path, for people.
    fn path(&self, mut at: At) -> String {
        let mut pieces = Vec::new();
        loop {
            match at {
                At::Item(item) => {
                    pieces.push(&*self.items[item].1);
                    at = self.items[item].0;
                }
                At::Root(root) => {
                    pieces.reverse();
                    return format!("`{}` in {}", pieces.join("/"), self.roots[root]);
                }
                At::Nowhere => return String::new(),
            }
        }
    }

    /// Everything in tree order, names checked against their neighbours.
    pub(super) fn finish(
        mut self,
        notes: Vec<Note>,
        entries: Entries,
    ) -> Result<Plan, FolderError> {
        let mut below: HashMap<At, Vec<usize>> = HashMap::default();
        for (item, (at, ..)) in self.items.iter().enumerate() {
            below.entry(*at).or_default().push(item);
        }
        let rank = |what: &What| match what {
            What::File(_) => 0,
            What::Link(_) => 1,
            What::Folder(_) => 2,
        };
        for siblings in below.values_mut() {
            siblings.sort_by(|a, b| {
                let ((_, a, what_a), (_, b, what_b)) = (&self.items[*a], &self.items[*b]);
                (rank(what_a), a).cmp(&(rank(what_b), b))
            });
            self.check_case(siblings)?;
        }
        let mut plan = Plan { folders: self.folders, notes, ..Plan::default() };
        let mut roots: Vec<usize> = (0..self.roots.len()).collect();
        roots.sort_by_key(|root| self.roots[*root].clone());
        let mut out = Out { items: Vec::new(), places: vec![0; self.items.len()] };
        for root in roots {
            let place = plan.roots.len();
            plan.roots.push(self.roots[root].clone());
            self.write_out(&below, At::Root(root), None, (place, 0), &mut out);
        }
        plan.items = out.items;
        entries.finish(&mut plan, &out.places);
        Ok(plan)
    }

    fn write_out(
        &mut self,
        below: &HashMap<At, Vec<usize>>,
        at: At,
        parent: Option<usize>,
        (root, depth): (usize, usize),
        out: &mut Out,
    ) {
        for &item in below.get(&at).map_or(&[][..], Vec::as_slice) {
            let here = out.items.len();
            out.places[item] = here;
            let name = self.items[item].1.clone();
            let what = std::mem::replace(&mut self.items[item].2, What::Folder(Owner::Level));
            out.items.push(Item { name, what, parent, root, depth });
            self.write_out(below, At::Item(item), Some(here), (root, depth + 1), out);
        }
    }

    /// Refuses names in one folder that some file systems take for one.
    fn check_case(&self, siblings: &[usize]) -> Result<(), FolderError> {
        let mut folded: HashMap<String, usize> = HashMap::with_capacity_and_hasher(
            siblings.len(),
            foldhash::fast::RandomState::default(),
        );
        for &item in siblings {
            if let Some(other) = folded.insert(self.items[item].1.to_lowercase(), item) {
                return Err(FolderError::CaseFold {
                    path: self.path(At::Item(item)),
                    other: self.items[other].1.to_string(),
                });
            }
        }
        Ok(())
    }
}

/// Items in tree order, and for each of the tree where among them it is.
struct Out {
    items: Vec<Item>,
    places: Vec<usize>,
}

/// Whose a folder is that two ways lead to: `None` leaves it as it is. An entity may have a
/// static or list folder for its own; two entities may not share one.
fn merge(old: &Owner, new: &Owner) -> Result<Option<Owner>, (String, String)> {
    match (old, new) {
        (Owner::Entity(old), Owner::Entity(new)) => {
            if old.entity == new.entity {
                Ok(None)
            } else {
                Err((old.to_string(), new.to_string()))
            }
        }
        (Owner::Entity(_), Owner::Level | Owner::Static | Owner::Listed) => Ok(None),
        (Owner::Level | Owner::Static | Owner::Listed, Owner::Entity(_))
        | (Owner::Level, Owner::Static | Owner::Listed) => Ok(Some(new.clone())),
        (Owner::Level | Owner::Static | Owner::Listed, Owner::Level)
        | (Owner::Static | Owner::Listed, Owner::Static | Owner::Listed) => Ok(None),
    }
}
