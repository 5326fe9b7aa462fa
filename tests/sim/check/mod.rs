//! What has to be true when all is quiet. It is read from outside: off the site, the disk, the bus
//! and the dead letters, and compared with what the site logged.

pub(crate) mod acknowledged;
mod finals;
mod folders;
mod told;

use crate::world::World;

/// Everything that must hold at the very end.
pub(crate) fn everything(world: &World) {
    acknowledged::all_ended_well(world);
    finals::statuses(world);
    finals::ring(world);
    told::all_that_is_wanted(world);
    told::in_order(world);
    folders::of_every_shot(world);
}
