//! Whom a rule writes for: which of the imagined entities.

use sgh_core::config::{Children, Hop, Set, Target};

use super::state::Role;
use crate::check::known::SiteSchema;
use crate::check::sort::Sort;

impl Role {
    pub(super) fn one(kind: &str) -> Self {
        Self { kind: kind.to_owned(), other: false }
    }

    /// The entity of a type that this one has to do with; of its own type that is the other one,
    /// and what the other one has to do with are others.
    pub(super) fn near(&self, kind: &str) -> Self {
        Self { kind: kind.to_owned(), other: self.other != (self.kind == kind) }
    }
}

/// The targets of `set`, for a changed entity.
pub(super) fn targets(schema: &SiteSchema, set: &Set, source: &Role) -> Vec<Role> {
    match &set.target {
        Target::Itself => vec![source.clone()],
        Target::Found(find) => vec![source.near(&find.kind)],
        // The upstream task of an upstream task is a third one, of which nothing follows that is
        // new; those of one sequence are next to each other.
        Target::Link(hops) if source.other && hops.len() == 1 => linked(schema, hops, source)
            .into_iter()
            .filter(|target| target.kind != source.kind)
            .collect(),
        Target::Link(hops) => linked(schema, hops, source),
    }
}

fn linked(schema: &SiteSchema, hops: &[Hop], source: &Role) -> Vec<Role> {
    let mut now = vec![source.kind.clone()];
    for hop in hops {
        now = now.iter().flat_map(|kind| led_to(schema, kind, hop)).collect();
    }
    now.sort();
    now.dedup();
    now.iter().map(|kind| source.near(kind)).collect()
}

/// The types that a link leads to. Those whose fields nobody has asked for matter to no rule.
fn led_to(schema: &SiteSchema, kind: &str, hop: &Hop) -> Vec<String> {
    if let Some(kind) = &hop.kind {
        return vec![kind.clone()];
    }
    let kinds = schema.field(kind, &hop.field).and_then(|known| Sort::of(known).leads_to());
    let asked = kinds.into_iter().flatten().filter(|kind| schema.fields(kind, None).is_some());
    asked.cloned().collect()
}

/// The parents that a child can have, of these types.
pub(super) fn parents(
    schema: &SiteSchema,
    children: &Children,
    kinds: &[String],
    child: &Role,
) -> Vec<Role> {
    let link = schema.field(&children.kind, &children.link);
    let to = link.and_then(|known| Sort::of(known).leads_to()).unwrap_or_default();
    let can = |kind: &&String| to.is_empty() || to.contains(kind);
    kinds.iter().filter(can).map(|kind| child.near(kind)).collect()
}
