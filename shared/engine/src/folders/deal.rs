//! One search answers the reads of many requests; here each request gets the records that it asked
//! for, so that none has to look through those of all the others.

use std::collections::HashMap;

use serde_json::Value;
use sgh_site::Record;
use sgh_site::facts::{By, Facts, Read};

/// A read, and which of the requests wants it.
pub(super) struct Wanted {
    pub(super) place: usize,
    pub(super) read: Read,
}

/// Deals out the answer to reads that were merged into one.
pub(super) fn deal(wanted: Vec<Wanted>, records: Vec<Record>, facts: &mut [Facts]) {
    let shares: Vec<Vec<usize>> = {
        let index = Index::of(&wanted, &records);
        wanted.iter().map(|wanted| index.share(&wanted.read)).collect()
    };
    let mut uses = vec![0_usize; records.len()];
    shares.iter().flatten().for_each(|at| uses[*at] += 1);
    let mut records: Vec<Option<Record>> = records.into_iter().map(Some).collect();
    for (Wanted { place, read }, share) in wanted.into_iter().zip(shares) {
        let take = |at: usize| {
            uses[at] -= 1;
            // Most records are wanted once.
            if uses[at] == 0 { records[at].take() } else { records[at].clone() }
        };
        let share = share.into_iter().filter_map(take).collect();
        facts[place].learn(read, share);
    }
}

/// Where among the records those of an id, or of a link, are.
struct Index<'r> {
    count: usize,
    by_id: HashMap<u64, usize>,
    by_link: HashMap<(&'r str, u64), Vec<usize>>,
}

impl<'r> Index<'r> {
    /// For reads that merge, so that they ask in the same way.
    fn of(wanted: &[Wanted], records: &'r [Record]) -> Self {
        let mut index =
            Self { count: records.len(), by_id: HashMap::new(), by_link: HashMap::new() };
        match wanted.first().map(|wanted| &wanted.read.by) {
            Some(By::Ids(_)) => {
                let ids = records.iter().enumerate().map(|(at, record)| (record.entity.id, at));
                index.by_id = ids.collect();
            }
            Some(By::Links { field, .. }) => {
                for (at, record) in records.iter().enumerate() {
                    for link in record.fields.get(field).into_iter().flat_map(links) {
                        index.by_link.entry(link).or_default().push(at);
                    }
                }
            }
            Some(By::All) | None => {}
        }
        index
    }

    /// The records that a read asks for, each once.
    fn share(&self, read: &Read) -> Vec<usize> {
        match &read.by {
            By::Ids(ids) => ids.iter().filter_map(|id| self.by_id.get(id).copied()).collect(),
            By::Links { to, .. } => {
                let mut share = Vec::new();
                for to in to {
                    share
                        .extend(self.by_link.get(&(to.kind.as_str(), to.id)).into_iter().flatten());
                }
                share.sort_unstable();
                share.dedup();
                share
            }
            By::All => (0..self.count).collect(),
        }
    }
}

/// What a link or a multi link leads to.
fn links(value: &Value) -> impl Iterator<Item = (&str, u64)> {
    let links = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    links.iter().filter_map(link)
}

fn link(value: &Value) -> Option<(&str, u64)> {
    Some((value.get("type")?.as_str()?, value.get("id")?.as_u64()?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;
    use sgh_core::ids::EntityRef;

    use super::*;

    fn shot(id: u64) -> EntityRef {
        EntityRef::new("Shot", id)
    }

    fn task(id: u64, of: Value) -> Record {
        let fields = [("entity".to_owned(), of)];
        Record { entity: EntityRef::new("Task", id), fields: fields.into_iter().collect() }
    }

    fn of_shots(ids: &[u64]) -> Read {
        let to: BTreeSet<EntityRef> = ids.iter().map(|id| shot(*id)).collect();
        Read {
            by: By::Links { field: "entity".to_owned(), to },
            ..Read::of_ids("Task", [], ["entity"])
        }
    }

    /// What each of the reads has for an answer after the records were dealt out.
    fn dealt(reads: &[Read], records: &[Record]) -> Vec<Vec<u64>> {
        let mut facts = vec![Facts::default(); reads.len()];
        let wanted = |(place, read): (usize, &Read)| Wanted { place, read: read.clone() };
        let wanted = reads.iter().enumerate().map(wanted).collect();
        deal(wanted, records.to_vec(), &mut facts);
        let answer = |(read, facts): (&Read, &Facts)| {
            let records = facts.answer(read).expect("it was answered").into_iter();
            records.map(|record| record.entity.id).collect()
        };
        reads.iter().zip(&facts).map(answer).collect()
    }

    #[test]
    fn each_request_has_the_records_it_asked_for_by_id() {
        let records = [1, 2, 3].map(|id| task(id, Value::Null));
        let reads = [vec![1, 2, 9], vec![2, 3], vec![]];
        let reads = reads.map(|ids| Read::of_ids("Task", ids, ["entity"]));
        assert_eq!(dealt(&reads, &records), [vec![1, 2], vec![2, 3], vec![]]);
    }

    #[test]
    fn each_request_has_the_records_it_asked_for_by_link() {
        let records = [
            task(1, json!(shot(7))),
            task(2, json!([shot(7), shot(8)])),
            task(3, json!(shot(8))),
            task(4, Value::Null),
            task(5, json!({"type": "Asset", "id": 7})),
        ];
        let reads = [of_shots(&[7]), of_shots(&[8, 9]), of_shots(&[7, 8]), of_shots(&[9])];
        assert_eq!(dealt(&reads, &records), [vec![1, 2], vec![2, 3], vec![1, 2, 3], vec![]]);
    }

    #[test]
    fn what_has_no_bounds_is_for_all() {
        let records = [1, 2].map(|id| task(id, Value::Null));
        let read = Read { by: By::All, ..Read::of_ids("Task", [], ["entity"]) };
        assert_eq!(dealt(&[read.clone(), read], &records), [vec![1, 2], vec![1, 2]]);
    }

    #[test]
    fn one_request_may_ask_twice() {
        let records = [1, 2].map(|id| task(id, json!("x")));
        let reads = [Read::of_ids("Task", [1], ["entity"]), Read::of_ids("Task", [2], ["entity"])];
        let mut facts = [Facts::default()];
        let wanted = reads.iter().map(|read| Wanted { place: 0, read: read.clone() }).collect();
        deal(wanted, records.to_vec(), &mut facts);
        for (read, record) in reads.iter().zip(&records) {
            assert_eq!(facts[0].answer(read), Some(vec![record]));
        }
    }
}
