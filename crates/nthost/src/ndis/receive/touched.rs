//! Lists that drivers touch when they may not any more.

use super::{descriptor::Descriptor, returns, rules};
use crate::ndis::adapter::Adapter;

/// Makes the memory of a list usable that comes out of its pool. Reports a driver that has written to it
/// in between.
pub(in crate::ndis) fn reclaim(adapter: &Adapter, list: &Descriptor) {
    let untouched = list.memory().list.reclaim();
    if !untouched {
        let history = returns::history(adapter, list);
        rules::LIST_WRITTEN.broken(format!(
            "a list, or what belongs to it, was written to when it was no longer the driver's ({history})"
        ));
    }
}
