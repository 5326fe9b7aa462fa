//! The checks of looking through a queue's dead letters.

use std::time::Duration;

use jiff::Timestamp;
use sgh_core::limits::RECEIVES_MAX;
use sgh_core::message::{Message, Replay, ReplayRun};

use super::QueueStand;
use super::messages::{finish_all, message, texts};
use crate::{DeadLetters, Keep, Queue, TakenLetter};

/// Makes one test of each check. The expression makes a
/// [`DeadLetterStand`](crate::contract::dead_letters::DeadLetterStand); it may await.
#[macro_export]
macro_rules! dead_letters_contract {
    ($stand:expr) => {
        $crate::contract_tests!(dead_letters, $stand;
            a_letter_that_goes_back_is_received_as_a_replay,
            a_letter_that_is_left_is_found_by_the_next
        );
    };
}

/// Where a queue with dead letters is put to the checks.
pub trait DeadLetterStand: QueueStand {
    /// A look through them.
    fn look(&self) -> impl Future<Output = impl DeadLetters>;
}

const HIDDEN: Duration = Duration::from_secs(60);

/// Makes a dead letter of each of these.
async fn bury(stand: &impl QueueStand, texts: &[(u64, &str)]) {
    for (project, text) in texts {
        stand.queue().keep(&[message(*project, text)]).await.expect("keep");
        for _ in 0..=RECEIVES_MAX {
            let got = stand.queue().receive(1, HIDDEN, stand.patience()).await.expect("receive");
            for got in got {
                stand.queue().put_back(&got.receipt, Duration::ZERO).await.expect("put back");
            }
        }
    }
}

async fn taken(look: &impl DeadLetters) -> Vec<TakenLetter> {
    let mut all = Vec::new();
    loop {
        let some = look.take(10).await.expect("letters");
        if some.is_empty() {
            return all;
        }
        all.extend(some);
    }
}

fn text(taken: &TakenLetter) -> String {
    let bytes = taken.letter.message.unpack().expect("what was packed");
    let value: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    value["text"].as_str().expect("made by `message`").to_owned()
}

/// It is in the queue, and no dead letter any more.
pub async fn a_letter_that_goes_back_is_received_as_a_replay(stand: &impl DeadLetterStand) {
    bury(stand, &[(1, "a"), (1, "b"), (2, "c")]).await;
    let look = stand.look().await;
    assert_eq!(look.count().await.expect("count"), 3);
    let letters = taken(&look).await;
    let mut names: Vec<_> = letters.iter().map(text).collect();
    names.sort();
    assert_eq!(names, ["a", "b", "c"]);
    let run = ReplayRun { id: "run".to_owned(), now: Timestamp::UNIX_EPOCH };
    for one in letters.iter().filter(|one| text(one) != "c") {
        let message = Message::of_dead_letter(&one.letter.message, &one.letter.group, &run);
        look.move_back(one, &message).await.expect("goes back");
        // Whoever did so before and got no answer does it again.
        look.move_back(one, &message).await.expect("goes back once");
    }
    let back = stand.queue().receive(10, HIDDEN, stand.patience()).await.expect("receive");
    assert_eq!(texts(&back), ["a", "b"], "in their order, each once");
    for one in &back {
        assert_eq!(one.message.replay(), Some(Replay::All));
        assert_eq!((one.group.as_str(), one.receives), ("project-1", 1));
    }
    finish_all(stand.queue(), &back).await;
    for one in letters.iter().filter(|one| text(one) == "c") {
        look.leave(one).await.expect("stays");
    }
    let left: Vec<_> = taken(&stand.look().await).await.iter().map(text).collect();
    assert_eq!(left, ["c"]);
}

/// A dry run.
pub async fn a_letter_that_is_left_is_found_by_the_next(stand: &impl DeadLetterStand) {
    bury(stand, &[(1, "a")]).await;
    for _ in 0..2 {
        let look = stand.look().await;
        let letters = taken(&look).await;
        assert_eq!(letters.iter().map(text).collect::<Vec<_>>(), ["a"]);
        for one in &letters {
            look.leave(one).await.expect("stays");
        }
    }
    let queued = stand.queue().receive(1, HIDDEN, Duration::ZERO).await.expect("receive");
    assert!(queued.is_empty(), "nothing went back by itself");
}
