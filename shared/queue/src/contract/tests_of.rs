//! The lists of checks, as macros that make a test of each. Not here: the checks.

/// Makes one test of each check of a queue. The expression makes a
/// [`QueueStand`](crate::contract::QueueStand) with a queue of its own; it may await.
#[macro_export]
macro_rules! queue_contract {
    ($stand:expr) => {
        $crate::contract_tests!(queues, $stand;
            a_group_keeps_its_order,
            a_group_waits_while_one_of_it_is_out,
            other_groups_go_on,
            a_repeated_message_is_folded,
            an_empty_keep_keeps_nothing,
            a_message_that_is_not_finished_comes_back,
            a_message_put_back_at_once_comes_back_at_once,
            a_message_put_back_for_later_holds_its_group,
            what_was_put_back_together_comes_back_in_order,
            an_old_receipt_does_no_harm,
            the_fifth_receive_is_the_last,
            every_character_comes_back_as_it_was,
            large_messages_come_back_as_they_were,
            more_than_a_batch_keeps_its_order
        );
    };
}

/// Makes one test of each check of a ledger. The expression makes an empty
/// [`Ledger`](crate::Ledger); it may await.
#[macro_export]
macro_rules! ledger_contract {
    ($ledger:expr) => {
        $crate::contract_tests!(ledgers, $ledger;
            a_claim_is_exclusive,
            a_claim_of_our_own_can_be_made_again,
            a_lease_that_has_ended_is_taken_over,
            a_lost_claim_records_nothing,
            a_release_frees_the_event_and_records_nothing,
            a_release_by_another_is_left_alone,
            what_was_recorded_is_found_again,
            a_record_replaces_the_one_before,
            a_large_event_is_kept_whole,
            what_is_over_its_time_is_forgotten,
            a_write_of_ours_is_forgotten_within_hours,
            the_chain_of_a_write_is_remembered,
            many_writes_are_remembered_at_once
        );
    };
}

/// Makes one test of each check of a registry. The expression makes a
/// [`RegistryStand`](crate::contract::RegistryStand) with an empty registry; it may await.
#[macro_export]
macro_rules! registry_contract {
    ($stand:expr) => {
        $crate::contract_tests!(registries, $stand;
            a_folder_is_found_by_its_path,
            an_entity_is_found_elsewhere_in_the_same_folder,
            an_entity_in_another_folder_is_not_given,
            only_whose_own_a_folder_is_speaks_against_it,
            the_same_path_in_two_storages_is_two_folders,
            an_entity_may_have_a_folder_in_both_ways,
            the_folder_of_another_is_refused_and_all_others_are_registered,
            a_repeat_changes_nothing,
            a_name_is_brought_up_to_date,
            the_record_of_the_site_is_remembered,
            what_is_taken_back_is_gone_and_nothing_else,
            the_first_of_two_in_one_call_has_it,
            of_two_at_once_one_has_it_and_the_other_is_told_whom,
            many_at_once_leave_each_folder_with_one_owner,
            all_of_an_entity_is_told_and_of_no_other,
            what_is_forgotten_frees_the_path_and_the_place,
            all_below_its_own_folders_is_forgotten_with_an_entity,
            what_only_seems_to_lie_below_is_kept,
            below_a_folder_that_is_not_its_own_nothing_is_forgotten,
            what_was_forgotten_below_blocks_no_name,
            below_many_folders_only_what_lies_below_is_forgotten,
            a_thousand_below_are_forgotten_in_one_call,
            of_very_many_in_one_folder_two_are_enough,
            a_thousand_folders_go_in_one_call,
            ten_thousand_folders_go_in_one_call,
            texts_of_every_kind_are_kept_apart,
            what_was_registered_is_there_after_reopening,
            nothing_asked_is_nothing_answered
        );
    };
}

/// Makes one test of each check of what the sweep asks of a store. The expression makes an empty
/// [`Ledger`](crate::Ledger) that is [`Seen`](crate::Seen) and
/// [`SweepRecord`](crate::SweepRecord) too; it may await.
#[macro_export]
macro_rules! sweep_contract {
    ($store:expr) => {
        $crate::contract_tests!(sweeps, $store;
            what_was_worked_is_seen,
            what_is_claimed_is_seen_until_its_lease_ends,
            what_is_over_its_time_is_unseen,
            many_are_asked_for_at_once,
            a_record_is_found_as_it_was_saved,
            a_record_that_somebody_saved_meanwhile_is_left_alone,
            of_many_savers_at_once_one_saves,
            each_site_has_a_record_of_its_own
        );
    };
}

/// One test of each named check.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_tests {
    ($checks:ident, $stand:expr; $($name:ident),+) => {
        $(
            #[tokio::test]
            async fn $name() {
                // Within one expression, so that what the stand borrows lives as long as it.
                $crate::contract::$checks::$name(&$stand).await;
            }
        )+
    };
}
