//! Names and interfaces of adapters.

use std::ptr;

use ndis_sys::{
    FN_NDIS_IF_GET_INTERFACE_INDEX_FROM_NET_LUID, FN_NDIS_IF_GET_NET_LUID_FROM_INTERFACE_INDEX,
    FN_NDIS_IF_QUERY_BINDING_IF_INDEX, FN_NDIS_QUERY_ADAPTER_INSTANCE_NAME,
    NDIS_STATUS_INTERFACE_NOT_FOUND, NDIS_STATUS_SUCCESS, NDIS_STRING, NET_LUID,
};

use super::driver::{Driver, Machine, Script, import};
use crate::{
    ex,
    ndis::{Settings, protocol::text},
};

#[test]
fn names_and_numbers_lead_to_each_other() {
    let machine = Machine::new(Settings::default());
    machine.plug("eth0");
    machine.plug("Ethernet ß");
    let driver = Driver::start(&machine, Script::default());
    let bindings = driver.bindings();
    let mut found: Vec<_> = machine.run(|| bindings.iter().map(|bound| name(bound)).collect());
    found.sort();
    assert_eq!(found, ["Ethernet ß", "eth0"]);
    machine.run(|| {
        for bound in bindings {
            let (mut index, mut luid) = (0, NET_LUID::default());
            // SAFETY: it is the function's type.
            let query: FN_NDIS_IF_QUERY_BINDING_IF_INDEX =
                unsafe { import("NdisIfQueryBindingIfIndex") };
            let (none, nothing) = (ptr::null_mut(), ptr::null_mut());
            // SAFETY: it is a binding, and all places are valid or null.
            let status =
                unsafe { query(bound.handle(), &raw mut index, &raw mut luid, none, nothing) };
            assert_eq!(status, NDIS_STATUS_SUCCESS);
            assert_eq!(index_of(luid), Some(index));
            // SAFETY: all bytes are a number.
            assert_eq!(luid_of(index), Some(unsafe { luid.Value }));
        }
        assert_eq!(luid_of(999), None);
    });
    driver.deregister(&machine);
    machine.assert_clean();
}

fn name(bound: &super::driver::Bound) -> String {
    let mut string = NDIS_STRING::default();
    // SAFETY: it is the function's type.
    let query: FN_NDIS_QUERY_ADAPTER_INSTANCE_NAME =
        unsafe { import("NdisQueryAdapterInstanceName") };
    // SAFETY: it is a binding.
    let status = unsafe { query(&raw mut string, bound.handle()) };
    assert_eq!(status, NDIS_STATUS_SUCCESS);
    // SAFETY: NDIS made the string.
    let name = unsafe { text(&raw const string) };
    // SAFETY: it is memory that NDIS gave away.
    unsafe { ex::pool::free(string.Buffer.cast(), None) };
    name
}

fn index_of(luid: NET_LUID) -> Option<u32> {
    let mut index = 0;
    // SAFETY: it is the function's type.
    let get: FN_NDIS_IF_GET_INTERFACE_INDEX_FROM_NET_LUID =
        unsafe { import("NdisIfGetInterfaceIndexFromNetLuid") };
    // SAFETY: the place is valid.
    let status = unsafe { get(luid, &raw mut index) };
    (status != NDIS_STATUS_INTERFACE_NOT_FOUND).then_some(index)
}

fn luid_of(index: u32) -> Option<u64> {
    let mut luid = NET_LUID::default();
    // SAFETY: it is the function's type.
    let get: FN_NDIS_IF_GET_NET_LUID_FROM_INTERFACE_INDEX =
        unsafe { import("NdisIfGetNetLuidFromInterfaceIndex") };
    // SAFETY: the place is valid.
    let status = unsafe { get(index, &raw mut luid) };
    // SAFETY: all bytes are a number.
    (status != NDIS_STATUS_INTERFACE_NOT_FOUND).then_some(unsafe { luid.Value })
}
