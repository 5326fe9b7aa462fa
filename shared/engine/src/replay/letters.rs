//! Dead letters, moved back into their queue.
//!
//! A letter is in the queue before it is none any more. What becomes one again meanwhile is left
//! for the next time, so that one look ends.

use jiff::Timestamp;
use sgh_core::event::Event;
use sgh_core::message::{Message, ReplayRun};
use sgh_queue::{DeadLetters, TakenLetter};

use super::ReplayError;

/// Letters that are taken at once. SQS gives no more.
const AT_ONCE: usize = 10;

/// A dead letter that went back, or would.
#[derive(Debug, Clone)]
pub struct LettersBack {
    /// The letter.
    pub letter: TakenLetter,
    /// What it holds, where that is an event.
    pub event: Option<Event>,
}

/// Looks through dead letters and, unless it is only to be told, moves them back. Each is told to
/// `tell` before it goes.
///
/// # Errors
/// The queue could not be asked: what is moved by then is moved.
pub async fn letters(
    dead: &dyn DeadLetters,
    run: Option<&ReplayRun>,
    began: Timestamp,
    mut tell: impl FnMut(&LettersBack),
) -> Result<usize, ReplayError> {
    let (mut moved, mut left) = (0, Vec::new());
    loop {
        let some = dead.take(AT_ONCE).await?;
        let new = some.iter().any(|one| is_old(one, began));
        for letter in some {
            let event = letter.letter.message.unpack().ok();
            let event = event.and_then(|bytes| Event::read(&bytes).ok());
            match run {
                _ if !is_old(&letter, began) => left.push(letter),
                None => {
                    tell(&LettersBack { letter: letter.clone(), event });
                    left.push(letter);
                    moved += 1;
                }
                Some(run) => {
                    let back = &letter.letter;
                    let message = Message::of_dead_letter(&back.message, &back.group, run);
                    tell(&LettersBack { letter: letter.clone(), event });
                    dead.move_back(&letter, &message).await?;
                    moved += 1;
                }
            }
        }
        if !new {
            break;
        }
    }
    for letter in &left {
        dead.leave(letter).await?;
    }
    Ok(moved)
}

/// Whether it was one already when the look began.
fn is_old(letter: &TakenLetter, began: Timestamp) -> bool {
    letter.died_at.is_none_or(|died_at| died_at <= began)
}
