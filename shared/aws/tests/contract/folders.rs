//! What only the registry in DynamoDB promises: what a crash leaves is mended, nothing expires.

use aws_sdk_dynamodb::types::AttributeValue;
use sgh_core::clock::{Clock, SystemClock};
use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::{EntityRef, EventKey};
use sgh_queue::contract::RegistryStand;
use sgh_queue::{Ledger, LedgerEntry, Owner, Registry, WantedFolder};

use crate::large_events::noise;
use crate::stand::Table;

fn folder(path: &str, id: u64, is_primary: bool) -> RegisteredFolder {
    let at = FolderPath::new("primary", path);
    let name = at.name().to_owned();
    RegisteredFolder { at, entity: EntityRef::new("Shot", id), name, is_primary, location: None }
}

/// What speaks against `show/new` for this shot.
async fn elsewhere(registry: &impl Registry, id: u64) -> Vec<RegisteredFolder> {
    let at = FolderPath::new("primary", "show/new");
    let wanted = WantedFolder { at, entity: EntityRef::new("Shot", id) };
    registry.registered(&[wanted]).await.unwrap()
}

/// Removes every item whose key begins so, as nothing of ours does.
async fn remove(table: &Table, prefix: &str) -> usize {
    let client = table.client();
    let items = client.scan().table_name(&table.name).send().await.unwrap().items.unwrap();
    let keys = items.iter().map(|item| item["pk"].as_s().unwrap());
    let keys: Vec<_> = keys.filter(|key| key.starts_with(prefix)).collect();
    for key in &keys {
        let key = AttributeValue::S((*key).clone());
        client.delete_item().table_name(&table.name).key("pk", key).send().await.unwrap();
    }
    keys.len()
}

/// Both are written in one transaction; whoever tore them apart, the next one mends it.
#[tokio::test]
async fn a_folder_without_its_place_is_mended_by_a_repeat() {
    let table = Table::new().await;
    let registry = table.open();
    let folders = [folder("show/SH010", 1, true), folder("show/SH020", 1, false)];
    assert_eq!(registry.register(&folders).await.unwrap(), []);
    assert_eq!(remove(&table, "place#").await, 1);
    assert_eq!(elsewhere(&registry, 1).await, []);
    let late = folder("show/SH010", 2, true);
    assert_eq!(registry.register(&[late]).await.unwrap(), folders[..1], "owned all the same");
    assert_eq!(registry.register(&folders).await.unwrap(), []);
    assert_eq!(elsewhere(&registry, 1).await.len(), 2);
}

#[tokio::test]
async fn a_place_without_its_folder_misleads_nobody() {
    let table = Table::new().await;
    let registry = table.open();
    let old: Vec<_> = (0..3).map(|n| folder(&format!("show/SH{n}"), 1, true)).collect();
    assert_eq!(registry.register(&old).await.unwrap(), []);
    assert_eq!(remove(&table, "folder#").await, 3);
    assert_eq!(elsewhere(&registry, 1).await, []);
    // One of them is another's by now; and the place is full of names, of which none counts.
    let taken = folder("show/SH0", 2, true);
    assert_eq!(registry.register(std::slice::from_ref(&taken)).await.unwrap(), []);
    assert_eq!(elsewhere(&registry, 1).await, []);
    let new = folder("show/SH010", 1, true);
    assert_eq!(registry.register(std::slice::from_ref(&new)).await.unwrap(), []);
    assert_eq!(elsewhere(&registry, 1).await, std::slice::from_ref(&new));
    assert_eq!(registry.forget(&new.entity).await.unwrap(), [new]);
    assert_eq!(registry.folders_of(&taken.entity).await.unwrap(), [taken]);
    assert_eq!(remove(&table, "place#").await, 1, "of the other shot");
}

/// The table forgets events and writes of ours by `expires`.
#[tokio::test]
async fn no_item_of_a_folder_expires() {
    let table = Table::new().await;
    let folders = [folder("show/SH010", 1, true), folder("show/SH020", 1, false)];
    assert_eq!(table.open().register(&folders).await.unwrap(), []);
    let scan = table.client().scan().table_name(&table.name).send().await.unwrap();
    let items = scan.items.unwrap();
    assert_eq!(items.len(), 3);
    assert!(items.iter().all(|item| !item.contains_key("expires")), "{items:?}");
}

/// Among what the ledger keeps in the same table, on more than one page.
#[tokio::test]
async fn folders_are_found_among_the_events_of_a_large_table() {
    let table = Table::new().await;
    let registry = table.open();
    let (now, owner) = (SystemClock.now(), Owner("a".to_owned()));
    let kept = noise(300_000);
    for n in 0..12 {
        let event = EventKey::of_entry("studio", n);
        let entry = LedgerEntry { kept_event: Some(kept.clone()), ..LedgerEntry::default() };
        registry.claim(&event, &owner, now, now).await.unwrap();
        registry.record(&event, &owner, &entry, now).await.unwrap();
    }
    let mut folders: Vec<_> = (0..30).map(|n| folder(&format!("{n}/SH"), 1, n > 9)).collect();
    assert_eq!(registry.register(&folders).await.unwrap(), []);
    folders.sort();
    let page = table.client().scan().table_name(&table.name).send().await.unwrap();
    assert!(page.last_evaluated_key.is_some(), "the table fits on one page: nothing was tested");
    assert_eq!(registry.folders_of(&folders[0].entity).await.unwrap(), folders);
    assert_eq!(registry.forget(&folders[0].entity).await.unwrap(), folders);
    assert_eq!(registry.folders_of(&folders[0].entity).await.unwrap(), []);
    let event = EventKey::of_entry("studio", 0);
    assert!(registry.entry(&event, now).await.unwrap().is_some(), "events are left alone");
}
