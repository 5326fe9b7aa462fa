//! What a group does elsewhere than on the site: directories, and code outside. It cannot be
//! gathered as writes are, nor taken back, so it is done at once, and only when nothing before it
//! waits.

use sgh_core::config::Action;
use sgh_core::outcome::Outcome;
use sgh_site::facts::Facts;

use super::Group;
use crate::open::Open;
use crate::outside::{Deed, Wanted};
use crate::{folders, outside};

/// Whether an action does something that is not a write of ours on the site.
pub(super) fn acts_elsewhere(action: &Action) -> bool {
    match action {
        Action::MakeFolders(_) | Action::Emit(_) | Action::Run(_) => true,
        Action::Set(_) | Action::OpenDownstream(_) | Action::RollUp(_) | Action::PushDown(_) => {
            false
        }
    }
}

impl Group<'_> {
    pub(super) async fn folders(&mut self, automation: usize, plan: folders::Planned) {
        if self.waits_for_another(automation) {
            return;
        }
        let Some(event) = self.newest().map(|work| work.item.event.clone()) else { return };
        let outcome = folders::make(self.shared, &event, plan).await;
        self.add(automation, outcome);
    }

    pub(super) async fn outside(&mut self, automation: usize, wanted: Wanted) {
        if self.waits_for_another(automation) {
            return;
        }
        let may_write = matches!(wanted.deed, Deed::Run(_));
        let rule = &self.shared.engine.rules.config.automations[automation];
        let Some(Open::Work(work)) = self.open.last() else { return };
        let outcome = outside::act(self.shared, &rule.name, &work.item, wanted).await;
        if may_write {
            // A program may have changed anything on the site.
            self.known.facts = Facts::default();
        }
        self.add(automation, outcome);
    }

    /// If an event before this one has to wait, this one does too.
    fn waits_for_another(&mut self, automation: usize) -> bool {
        let earlier = self.open.iter_mut().rev().skip(1);
        let waits = earlier.filter_map(Open::work).any(|work| work.waits());
        if waits {
            let why = "an event before this one has to wait".to_owned();
            self.add(automation, Outcome::Retry { why, after: None });
        }
        waits
    }
}
