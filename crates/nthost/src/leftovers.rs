//! What drivers have not given back.

use std::sync::Arc;

use crate::{etw, ex, io, ke, mm, ndis, ob, system::System};

/// What drivers have taken and not given back, in sentences.
pub(crate) fn all(system: &Arc<System>) -> Vec<String> {
    // Objects first: the last reference to one may be about to go.
    let mut left = ob::leftovers(system);
    left.extend(io::leftovers(system));
    left.extend(ndis::leftovers(system));
    left.extend(mm::leftovers(system));
    left.extend(ke::leftovers(system));
    left.extend(ex::leftovers(system));
    left.extend(system.netio.leftovers());
    left.extend(etw::leftovers(system));
    left
}
