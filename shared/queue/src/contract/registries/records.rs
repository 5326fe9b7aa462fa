//! Rows by themselves: taken back, and with what the site has of them.

use sgh_core::folder::RegisteredFolder;

use super::{RegistryStand, assert_found, own, register, shared, shot};
use crate::Registry;

/// Just what is named: not the folder of the same entity beside it, nor another's, nor those below.
pub async fn what_is_taken_back_is_gone_and_nothing_else(stand: &impl RegistryStand) {
    let registry = stand.open();
    let folders = [own("show/SH010", &shot(1)), shared("show/SH010", &shot(1))];
    let kept = [own("show/SH010/anim", &shot(2)), own("show/SH011", &shot(1))];
    register(&registry, &[&folders[..], &kept].concat()).await;
    let not_its = own("show/SH011", &shot(2));
    for _ in 0..2 {
        registry.unregister(&[folders[0].clone(), not_its.clone()]).await.expect("unregister");
        assert_found(&registry, "show/x", &shot(1), &[folders[1].clone(), kept[1].clone()]).await;
    }
    registry.unregister(&folders).await.expect("unregister");
    assert_eq!(registry.folders_of(&shot(1)).await.expect("folders"), kept[1..]);
    assert_eq!(registry.folders_of(&shot(2)).await.expect("folders"), kept[..1]);
    let new = own("show/SH010", &shot(3));
    register(&registry, std::slice::from_ref(&new)).await;
    assert_found(&registry, "show/SH010", &shot(1), &[new, kept[1].clone()]).await;
    // And it may come back.
    registry.unregister(&kept[1..]).await.expect("unregister");
    register(&registry, &kept[1..]).await;
    assert_found(&registry, "show/x", &shot(1), &kept[1..]).await;
}

/// Once Toolkit was told of a folder, that is not forgotten by registering it again.
pub async fn the_record_of_the_site_is_remembered(stand: &impl RegistryStand) {
    let registry = stand.open();
    let before = [own("show/SH010", &shot(1)), shared("show/SH010", &shot(2))];
    register(&registry, &before).await;
    let told =
        |folder: &RegisteredFolder, id| RegisteredFolder { location: Some(id), ..folder.clone() };
    let after = [told(&before[0], 900), told(&before[1], 901)];
    register(&registry, &after).await;
    register(&registry, &before).await;
    assert_found(&registry, "show/SH010", &shot(2), &after).await;
    let again = [told(&before[0], 902), told(&before[1], u64::from(u32::MAX))];
    register(&registry, &again).await;
    assert_eq!(registry.folders_of(&shot(1)).await.expect("folders"), again[..1]);
    assert_eq!(registry.folders_of(&shot(2)).await.expect("folders"), again[1..]);
    let untold = own("show/SH020", &shot(3));
    let new = told(&untold, 7);
    register(&registry, &[new.clone(), untold]).await;
    assert_found(&registry, "show/SH020", &shot(3), &[new]).await;
}
