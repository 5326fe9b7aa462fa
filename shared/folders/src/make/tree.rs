//! A plan as a tree for people: every line with what it needs to be drawn, and whether it is new.
//!
//! Not here: colours and columns (the command line), and looking at the disk ([`super::preview`]).

use foldhash::HashSet;

use crate::plan::{Item, Named, Owner, Plan, What};

/// A plan beside what is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree<'p> {
    /// One for each item of the plan, in its order.
    pub lines: Vec<TreeLine<'p>>,
    /// How many there are of each.
    pub counts: Counts,
}

/// One folder, file or link.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeLine<'p> {
    /// The storage that it is in. Lines of one storage stand together.
    pub root: &'p str,
    /// How many folders of the plan are above it.
    pub depth: usize,
    /// Its name: one piece of a path.
    pub name: &'p str,
    /// What it is.
    pub kind: LineKind<'p>,
    /// Whether it is there already.
    pub exists: bool,
    /// For each level down to this one, whether nothing comes after it in its folder.
    pub last: Vec<bool>,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind<'p> {
    /// A folder, and whose it is; `None` for one that is nobody's.
    Folder(Option<&'p Named>),
    /// A copy of a file of the schema.
    File,
    /// A symbolic link, and its target.
    Link(&'p str),
}

/// How many there are of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Folders that would be made.
    pub new: usize,
    /// Folders that are there already.
    pub existing: usize,
    /// Files that would be copied.
    pub files: usize,
    /// Links that would be made.
    pub links: usize,
}

/// A plan as a tree; `exists` is what [`super::preview`] found, one for each item.
#[must_use]
pub fn tree<'p>(plan: &'p Plan, exists: &[bool]) -> Tree<'p> {
    let items = plan.items();
    let mut is_last = vec![false; items.len()];
    let mut ended = HashSet::default();
    for (at, item) in items.iter().enumerate().rev() {
        is_last[at] = ended.insert((item.root, item.parent));
    }
    let mut counts = Counts::default();
    let mut last: Vec<bool> = Vec::new();
    let mut lines = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        last.truncate(item.depth);
        last.push(is_last[at]);
        let exists = exists.get(at).copied().unwrap_or_default();
        let kind = kind(item);
        match (kind, exists) {
            (LineKind::Folder(_), true) => counts.existing += 1,
            (LineKind::Folder(_), false) => counts.new += 1,
            (LineKind::File, false) => counts.files += 1,
            (LineKind::Link(_), false) => counts.links += 1,
            (LineKind::File | LineKind::Link(_), true) => {}
        }
        let root = plan.roots().get(item.root).map(|root| &**root).unwrap_or_default();
        let (depth, name) = (item.depth, &*item.name);
        lines.push(TreeLine { root, depth, name, kind, exists, last: last.clone() });
    }
    Tree { lines, counts }
}

fn kind(item: &Item) -> LineKind<'_> {
    match &item.what {
        What::Folder(Owner::Entity(named)) => LineKind::Folder(Some(named)),
        What::Folder(Owner::Level | Owner::Static | Owner::Listed) => LineKind::Folder(None),
        What::File(_) => LineKind::File,
        What::Link(target) => LineKind::Link(target),
    }
}

impl TreeLine<'_> {
    /// What stands before its name, with its storage as the trunk: `│   ├── `.
    #[must_use]
    pub fn branch(&self) -> String {
        let (own, above) = self.last.split_last().unwrap_or((&true, &[]));
        let above = above.iter().map(|is_last| if *is_last { "    " } else { "│   " });
        above.chain([if *own { "└── " } else { "├── " }]).collect()
    }
}
