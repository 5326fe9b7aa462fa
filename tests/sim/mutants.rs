//! Code that is broken on purpose, at the edges where breaking it is the same as breaking ours: a
//! simulation that does not find out proves nothing.

/// One way to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutant {
    /// The ledger is not written.
    LedgerForgets,
    /// A message is finished when it is received, before anything is done for it.
    FinishedBeforeWork,
    /// What has to be tried again is finished instead.
    RetryDropped,
    /// Another worker's claim holds nobody up.
    LeaseIgnored,
    /// A claim is over as soon as it is made.
    LeaseOfNoTime,
    /// A group is given out while a part of it is out.
    GroupOutTwice,
    /// Now and then the door answers 200 without the queue.
    DoorKeepsNothing,
    /// Now and then an acknowledgement is taken for posted.
    AcknowledgementDropped,
    /// Our writes are not remembered, so a ring does not end.
    OwnWritesForgotten,
    /// The sweep waits for no id that appears late.
    OverlapForgotten,
    /// The sweep's record is ahead of what was swept.
    SweepAhead,
    /// The sweep takes all that it finds for worked already.
    SweepThinksAllIsSeen,
    /// What the sweep finds is not queued.
    SweepQueuesNothing,
}

impl Mutant {
    pub(crate) const ALL: [Self; 13] = [
        Self::LedgerForgets,
        Self::FinishedBeforeWork,
        Self::RetryDropped,
        Self::LeaseIgnored,
        Self::LeaseOfNoTime,
        Self::GroupOutTwice,
        Self::DoorKeepsNothing,
        Self::AcknowledgementDropped,
        Self::OwnWritesForgotten,
        Self::OverlapForgotten,
        Self::SweepAhead,
        Self::SweepThinksAllIsSeen,
        Self::SweepQueuesNothing,
    ];
}
