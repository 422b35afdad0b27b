//! An intermediate driver: a virtual miniport over the one below.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/receiving-network-data)

use std::sync::Arc;

use crate::{
    ndis::{
        adapter::Adapter,
        receive::{self, Descriptor, Origin},
    },
    thread,
};

/// What its virtual miniport is known by to NDIS.
fn handle(adapter: &Adapter) -> usize {
    *adapter.filter.intermediate.get_or_init(|| thread::system().ndis.handles.number())
}

/// It is about to indicate lists of the miniport below.
pub(super) fn take_over(adapter: &Adapter, lists: &[Arc<Descriptor>]) {
    if adapter.settings().intermediate {
        let handle = handle(adapter);
        for list in lists {
            list.replace_source(handle);
        }
    }
}

/// NDIS gives lists back to it that go back to the miniport below.
pub(in crate::ndis) fn give_back(adapter: &Adapter, lists: &[Arc<Descriptor>]) {
    if !adapter.settings().intermediate {
        return;
    }
    let handle = handle(adapter);
    for list in lists.iter().filter(|list| list.origin == Origin::Miniport) {
        if list.written_source() != handle {
            receive::rules::SOURCE_HANDLE.broken(format!(
                "a list came back to an intermediate driver with the SourceHandle {:#x} instead of \
                 {handle:#x}",
                list.written_source(),
            ));
        }
        list.restore_source();
    }
}
