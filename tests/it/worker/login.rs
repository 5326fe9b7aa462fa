//! The token ends, is refused, or was never to be had: nothing is lost by it.

use std::sync::Arc;

use super::{Otherwise, Stage};
use crate::studio::{Ahead, SCRIPT_NAME, version_statuses};

const LOGIN: &str = "POST /auth/access_token";

#[tokio::test]
async fn a_token_that_has_ended_is_renewed_within_the_same_batch() {
    let clock = Arc::new(Ahead::default());
    let stage =
        Stage::with(Otherwise { site: Some(Ahead::site(&clock)), ..Otherwise::default() }).await;
    stage.hook(&version_statuses());
    let film = stage.studio.film("Night Train");
    for (name, logins) in [("Comp", 1), ("Roto", 1), ("Prep", 2)] {
        if logins == 2 {
            // The site's clock, not ours: to us the token seems good.
            clock.by(601);
        }
        let (version, task) = stage.studio.version(&film, name);
        stage.studio.set_status(&version, "apr");
        stage.drain().await;
        assert_eq!(stage.studio.status(&task), "fin");
        assert_eq!(stage.studio.calls(LOGIN), logins, "{name}");
    }
    assert!(stage.told().iter().all(|told| told.starts_with("done\n")));
}

#[tokio::test]
async fn a_refused_login_is_tried_again_later_for_the_key_can_be_mended() {
    let stage = Stage::with(Otherwise {
        settings: &[("KEY", "canary-key-of-last-year")],
        ..Otherwise::default()
    })
    .await;
    stage.hook(&version_statuses());
    let film = stage.studio.film("Night Train");
    let (version, task) = stage.studio.version(&film, "Comp");
    stage.studio.set_status(&version, "apr");
    let batch = stage.arrived().await;
    let back = stage.work(&batch).await;
    assert_eq!(back.ids(), ["m0"]);
    assert!((2..=5).contains(&back.0[0].1), "{back:?}");
    assert!(stage.worker.log().contains("SGH_SCRIPT_KEY"), "{}", stage.worker.log());
    assert!(stage.studio.calls(LOGIN) <= 3, "{:?}", stage.site().call_counts());

    // Somebody gives the script that key.
    stage.site().add_script(SCRIPT_NAME, "canary-key-of-last-year", true).unwrap();
    assert_eq!(stage.work(&[batch[0].at_receive(2)]).await.0, []);
    assert_eq!(stage.studio.status(&task), "fin");
}
