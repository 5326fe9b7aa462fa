//! The queue and the stores in memory, put to the checks that those on a disk and in a cloud have
//! to pass: a promise proved on a model that promises more would be none.
//!
//! Left out: what is over its time after 30 days, for no run lasts as long; a record for each of
//! several sites, for there is one; and the registry, which is asked by few runs, and little.

use std::sync::Arc;
use std::time::Duration;

use sgh_queue::DeadLetter;
use sgh_queue::contract::{QueueStand, ledgers, queues, sweeps};

use crate::dice::Dice;
use crate::hands::Hands;
use crate::knobs::Knobs;
use crate::world::World;

struct Stand(Arc<Hands>);

impl Stand {
    /// A world in which nothing goes wrong.
    fn new() -> Self {
        let dice = Dice::new(0);
        let knobs = Knobs { queue_on_our_clock: true, folders: false, ..Knobs::draw(&dice) };
        Self(Hands::new(&World::of(knobs, dice, None)))
    }
}

impl QueueStand for Stand {
    type Queue = Hands;

    fn queue(&self) -> &Hands {
        &self.0
    }

    fn pass(&self, time: Duration) {
        self.0.world.clock.pass(time);
    }

    fn patience(&self) -> Duration {
        Duration::ZERO
    }

    async fn dead_letters(&self) -> Vec<DeadLetter> {
        self.0.world.queue.dead()
    }

    fn reason<'a>(&self, reason: &'a str) -> &'a str {
        reason
    }
}

/// Each check has a world of its own.
macro_rules! checks {
    ($suite:ident, $stand:ident => $of:expr; $($check:ident),*) => {
        $({
            let $stand = Stand::new();
            $suite::$check($of).await;
        })*
    };
}

/// All that fits a model; panics where one does not keep it.
pub(crate) fn models_keep_it() -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        checks!(queues, stand => &stand;
            a_group_keeps_its_order, a_group_waits_while_one_of_it_is_out, other_groups_go_on,
            a_repeated_message_is_folded, an_empty_keep_keeps_nothing,
            a_message_that_is_not_finished_comes_back,
            a_message_put_back_at_once_comes_back_at_once,
            a_message_put_back_for_later_holds_its_group,
            what_was_put_back_together_comes_back_in_order, an_old_receipt_does_no_harm,
            the_fifth_receive_is_the_last, every_character_comes_back_as_it_was,
            large_messages_come_back_as_they_were, more_than_a_batch_keeps_its_order);
        checks!(ledgers, stand => &*stand.0;
            a_claim_is_exclusive, a_claim_of_our_own_can_be_made_again,
            a_lease_that_has_ended_is_taken_over, a_lost_claim_records_nothing,
            a_release_frees_the_event_and_records_nothing, a_release_by_another_is_left_alone,
            what_was_recorded_is_found_again, a_record_replaces_the_one_before,
            a_large_event_is_kept_whole, a_write_of_ours_is_forgotten_within_hours,
            the_chain_of_a_write_is_remembered, many_writes_are_remembered_at_once);
        checks!(sweeps, stand => &*stand.0;
            what_was_worked_is_seen, what_is_claimed_is_seen_until_its_lease_ends,
            many_are_asked_for_at_once, a_record_is_found_as_it_was_saved,
            a_record_that_somebody_saved_meanwhile_is_left_alone,
            of_many_savers_at_once_one_saves);
    });
    true
}
