//! Faults of clients of Winsock Kernel.

pub(crate) mod client;
pub(crate) mod event;
pub(crate) mod request;
pub(crate) mod socket;

use crate::kernel::wsk::World;

/// A fault in `DriverEntry`, where the driver has become a client. Its socket is closed at the end.
macro_rules! at_entry {
    ($rule:literal, $code:path) => {
        $crate::fault::Fault {
            entry: |_, wrong| {
                $code($crate::kernel::wsk::World::new(), wrong);
                wdk_sys::STATUS_SUCCESS
            },
            unload: |_| $crate::kernel::wsk::World::get().end(),
            ..$crate::fault::Fault::new($rule)
        }
    };
}
use at_entry;

/// Makes a socket that is bound.
fn bound(world: &mut World) {
    world.open();
    world.bind(0);
}
