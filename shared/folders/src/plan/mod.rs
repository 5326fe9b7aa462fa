//! From a schema, a request and facts to a plan: which folders, files and links there should be.
//!
//! Pure: it is handed what is known of the site and answers with the reads it still needs, or
//! with the plan. The whole request is one question: a level of the schema is worked for all ids
//! at once, so the number of reads follows the schema and not the number of ids. Everything that
//! can be refused without looking at the disk is refused here. Not here: the disk (`make`).
//!
//! The way is Toolkit's: for every folder of the schema that stands for the type asked for, up
//! to the project to learn which parents there are, then down again along the same levels, with
//! what belongs beside and below.

mod context;
mod downward;
mod entries;
mod error;
mod expand;
mod items;
mod links;
mod names;
mod pins;
mod select;
mod tasks;
mod tree;
mod turn;
mod upward;

use std::collections::BTreeMap;
use std::rc::Rc;

use sgh_core::ids::EntityRef;
use sgh_site::facts::{Facts, Need, Read, merge_reads};

pub(crate) use entries::Entry;
pub use entries::ProjectFolder;
pub use error::FolderError;
pub use items::{Item, Named, Note, Owner, Plan, What};

use crate::roots::Roots;
use crate::schema::{Engines, Schema};
use context::Context;
use entries::Entries;
use tree::Tree;
use turn::Turn;

/// What is asked for: folders for some entities of one type.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// Entity type by its schema name. `Task` stands for the entities of the tasks.
    pub kind: String,
    /// Which; an id given twice counts once.
    pub ids: Vec<u64>,
    /// Engines whose deferred folders are wanted, with commas between; `None` leaves those out.
    pub engine: Option<String>,
    /// The person whose workspace is wanted; needed only with an engine.
    pub user: Option<EntityRef>,
    /// Valid values of list fields by `Type.field`, for levels that make a folder for each of
    /// them; [`Schema::list_fields`] says which there are. Most schemas need none: an asset's
    /// own type is read with the asset.
    pub list_values: BTreeMap<String, Vec<String>>,
}

/// Plans the folders for a request, or says what has to be read first.
///
/// # Errors
/// Inside of `Ready`: why nothing is made. One bad entity refuses the whole request.
#[must_use]
pub fn plan(
    schema: &Schema,
    roots: &Roots,
    request: &Request,
    facts: &Facts,
) -> Need<Result<Plan, FolderError>> {
    let mut work = Work {
        schema,
        roots,
        request,
        facts,
        engines: Engines::read(request.engine.as_deref()),
        reads: Vec::new(),
        tree: Tree::default(),
        notes: Vec::new(),
        entries: Entries::default(),
        steps: Vec::new(),
    };
    match work.run() {
        Err(error) => Need::Ready(Err(error)),
        Ok(()) if work.reads.is_empty() => Need::Ready(work.tree.finish(work.notes, work.entries)),
        Ok(()) => Need::Reads(merge_reads(work.reads)),
    }
}

/// One planning under way. A step that lacks facts notes the read and gives nothing, so that its
/// siblings can note theirs.
struct Work<'a> {
    schema: &'a Schema,
    roots: &'a Roots,
    request: &'a Request,
    facts: &'a Facts,
    engines: Engines,
    reads: Vec<Read>,
    tree: Tree,
    notes: Vec<Note>,
    entries: Entries,
    /// Several levels ask for the steps of the same entities.
    steps: Vec<(Read, Rc<pins::Steps<'a>>)>,
}

/// Most notes that a plan carries. Ours: an acknowledgement has room for few.
const NOTES_MAX: usize = 50;

impl<'a> Work<'a> {
    fn run(&mut self) -> Result<(), FolderError> {
        if self.request.ids.is_empty() {
            return Ok(());
        }
        self.schema.check_roots(self.roots)?;
        if self.request.kind == "Step" {
            return Err(FolderError::StepRequested);
        }
        let Some(seeds) = self.seeds() else { return Ok(()) };
        let mut kinds: BTreeMap<&str, Vec<&tasks::Seed<'a>>> = BTreeMap::new();
        for seed in &seeds {
            kinds.entry(seed.entity.kind.as_str()).or_default().push(seed);
        }
        for (kind, seeds) in kinds {
            let targets = self.schema.targets(kind);
            if targets.is_empty() {
                self.note(Note::NoLevel { kind: kind.to_owned() });
            }
            for target in targets {
                let Some(trails) = self.upward(target, &seeds)? else { continue };
                let alive = trails.into_iter().zip(&seeds);
                let contexts: Vec<_> = alive
                    .filter_map(|(trail, seed)| Some((trail?, seed)))
                    .map(|(trail, seed)| Context {
                        at: tree::At::Nowhere,
                        trail,
                        turn: Turn::start(seed.turn, target),
                        task: seed.task,
                    })
                    .collect();
                if !contexts.is_empty() {
                    self.downward(target, contexts)?;
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, note: Note) {
        if self.notes.len() < NOTES_MAX && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// What a read brings, or `None` after noting that it is needed.
    fn answer(&mut self, read: Read) -> Option<Vec<&'a sgh_site::Record>> {
        if matches!(&read.by, sgh_site::facts::By::Ids(ids) if ids.is_empty()) {
            return Some(Vec::new());
        }
        let answer = self.facts.answer(&read);
        if answer.is_none() {
            self.reads.push(read);
        }
        answer
    }
}
