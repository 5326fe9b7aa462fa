//! One request, done as the product does it: plan, ask the registry, make, register.

use sgh_folders::plan::{Plan, What};
use sgh_folders::{
    FolderError, MakeError, Modes, Registration, Request, Roots, Schema, SchemaError, conflict,
    make, plan, registrations,
};
use sgh_site::facts::{Facts, Need};

use crate::world::World;

/// More rounds of reading than any schema needs.
const ROUNDS_MAX: usize = 40;

/// Why a request made nothing.
#[derive(Debug)]
pub enum Refusal {
    Schema(SchemaError),
    Folders(FolderError),
    Disk(MakeError),
}

impl Refusal {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Schema(error) => error.kind(),
            Self::Folders(error) => error.kind(),
            Self::Disk(error) => error.kind(),
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Schema(error) => error.fmt(f),
            Self::Folders(error) => error.fmt(f),
            Self::Disk(error) => error.fmt(f),
        }
    }
}

/// What a request came to.
pub struct Attempt {
    pub result: Result<(), Refusal>,
    /// What was planned: storage and path of every folder and file that Toolkit would name.
    pub paths: Vec<(String, String)>,
    /// What the plan would register.
    pub wanted: Vec<Registration>,
    /// What was registered by it for the first time.
    pub new: Vec<Registration>,
}

impl Attempt {
    /// `ok`, or the kind of the error.
    pub fn kind(&self) -> &'static str {
        self.result.as_ref().map_or_else(Refusal::kind, |()| "ok")
    }
}

/// Does a request; a preview stops before the disk.
pub fn attempt(world: &mut World, request: &Request, is_preview: bool) -> Attempt {
    let mut attempt =
        Attempt { result: Ok(()), paths: Vec::new(), wanted: Vec::new(), new: Vec::new() };
    attempt.result = work(world, request, is_preview, &mut attempt);
    attempt
}

fn work(
    world: &mut World,
    request: &Request,
    is_preview: bool,
    attempt: &mut Attempt,
) -> Result<(), Refusal> {
    let schema = Schema::read(&world.schema).map_err(Refusal::Schema)?;
    let roots = Roots::new(world.roots.clone());
    let plan = planned(world, &schema, &roots, request).map_err(Refusal::Folders)?;
    attempt.paths = paths(&plan);
    attempt.wanted = registrations(&plan);
    let known = world.registry.registered(&attempt.wanted);
    conflict(&attempt.wanted, &known).map_err(Refusal::Folders)?;
    if !is_preview {
        make(&plan, &roots, &Modes::TOOLKIT).map_err(Refusal::Disk)?;
        attempt.new = world.registry.register(&attempt.wanted);
    }
    Ok(())
}

fn planned(
    world: &mut World,
    schema: &Schema,
    roots: &Roots,
    request: &Request,
) -> Result<Plan, FolderError> {
    let mut facts = Facts::default();
    let mut reads = 0;
    for _ in 0..ROUNDS_MAX {
        match plan(schema, roots, request, &facts) {
            Need::Ready(planned) => {
                world.reads_most = world.reads_most.max(reads);
                return planned;
            }
            Need::Reads(wanted) => {
                assert!(!wanted.is_empty(), "an empty list of reads");
                reads += wanted.len();
                for read in wanted {
                    let answer = world.site.search(&read.search());
                    facts.learn(read, answer);
                }
            }
        }
    }
    panic!("planning does not end")
}

fn paths(plan: &Plan) -> Vec<(String, String)> {
    let is_named = |what: &What| match what {
        What::Folder(sgh_folders::plan::Owner::Level) | What::Link(_) => false,
        What::Folder(_) | What::File(_) => true,
    };
    let items = plan.items().iter().filter(|item| is_named(&item.what));
    items.map(|item| (plan.roots()[item.root].to_string(), plan.path(item))).collect()
}
