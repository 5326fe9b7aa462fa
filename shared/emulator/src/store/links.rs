//! A link that two records show is one link: a task in `tasks` of a shot is the shot in `entity`
//! of the task. Writing one side writes the other.

use serde_json::Value;
use sgh_core::ids::EntityRef;

use super::{Write, bare};

impl Write<'_> {
    /// Sets a link field and the other side of every link that came or went.
    pub(super) fn set_links(&mut self, of: &EntityRef, field: &str, links: &[EntityRef]) {
        let Ok(known) = self.store.schema.field(&of.kind, field) else { return };
        let (multi, inverse) = (known.data_type.is_multi(), known.inverse.clone());
        let before = self.store.links(of, field);
        self.set_raw(of, field, as_value(multi, links));
        let Some(inverse) = inverse else { return };
        for gone in before.iter().filter(|link| !links.contains(link)) {
            self.take_out(gone, &inverse, of);
        }
        for new in links.iter().filter(|link| !before.contains(link)) {
            self.put_in(new, &inverse, of, field);
        }
    }

    fn put_in(&mut self, target: &EntityRef, inverse: &str, source: &EntityRef, field: &str) {
        let Ok(known) = self.store.schema.field(&target.kind, inverse) else { return };
        let multi = known.data_type.is_multi();
        let mut links = self.store.links(target, inverse);
        if links.contains(source) {
            return;
        }
        if !multi {
            // A single link can only show one record, so its former one loses it.
            for former in &links {
                self.take_out(former, field, target);
            }
            links.clear();
        }
        links.push(source.clone());
        self.set_raw(target, inverse, as_value(multi, &links));
    }

    fn take_out(&mut self, target: &EntityRef, inverse: &str, source: &EntityRef) {
        let Ok(known) = self.store.schema.field(&target.kind, inverse) else { return };
        let multi = known.data_type.is_multi();
        let mut links = self.store.links(target, inverse);
        links.retain(|link| link != source);
        self.set_raw(target, inverse, as_value(multi, &links));
    }
}

fn as_value(multi: bool, links: &[EntityRef]) -> Value {
    if multi { links.iter().map(bare).collect() } else { links.first().map_or(Value::Null, bare) }
}
