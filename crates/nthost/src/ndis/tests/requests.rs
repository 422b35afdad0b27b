//! Behaviour 24: requests.

use std::time::Duration;

use ndis_sys::{
    FN_NDIS_CANCEL_OID_REQUEST, NDIS_LINK_STATE, NDIS_OID, NDIS_OID_REQUEST,
    NDIS_PACKET_TYPE_DIRECTED, NDIS_PACKET_TYPE_NO_LOCAL, NDIS_PACKET_TYPE_PROMISCUOUS,
    NDIS_SIZEOF_LINK_STATE_REVISION_1, NDIS_SIZEOF_STATISTICS_INFO_REVISION_1,
    NDIS_SIZEOF_TIMESTAMP_CAPABILITIES_REVISION_1, NDIS_STATUS_BUFFER_TOO_SHORT,
    NDIS_STATUS_FAILURE, NDIS_STATUS_INVALID_DATA, NDIS_STATUS_INVALID_LENGTH,
    NDIS_STATUS_MULTICAST_FULL, NDIS_STATUS_NOT_ACCEPTED, NDIS_STATUS_NOT_SUPPORTED,
    NDIS_STATUS_PENDING, NDIS_STATUS_REQUEST_ABORTED, NDIS_STATUS_RESET_END,
    NDIS_STATUS_RESET_IN_PROGRESS, NDIS_STATUS_RESET_START, NDIS_STATUS_SUCCESS,
    NDIS_TIMESTAMP_CAPABILITIES, NetEventPause, OID_802_3_ADD_MULTICAST_ADDRESS,
    OID_802_3_CURRENT_ADDRESS, OID_802_3_DELETE_MULTICAST_ADDRESS, OID_802_3_MULTICAST_LIST,
    OID_GEN_CURRENT_LOOKAHEAD, OID_GEN_CURRENT_PACKET_FILTER, OID_GEN_LINK_SPEED,
    OID_GEN_LINK_STATE, OID_GEN_MAXIMUM_FRAME_SIZE, OID_GEN_RCV_OK, OID_GEN_STATISTICS,
    OID_GEN_SUPPORTED_LIST, OID_GEN_VENDOR_DESCRIPTION, OID_TIMESTAMP_CAPABILITY,
};

use rustix::mm::{self, MapFlags, ProtFlags};

use super::{
    control,
    driver::{Bound, Driver, InEvent, Machine, Request, Script, import},
};
use crate::{
    Status,
    ndis::{Answer, Level, Link, Settings},
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL, POOL_FLAG_NON_PAGED, POOL_FLAG_PAGED},
};

/// Runs code with a binding.
fn with(settings: Settings, code: impl FnOnce(&Machine, &Link, &'static Bound)) {
    let machine = Machine::impatient(settings);
    let link = machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    machine.run(|| code(&machine, &link, driver.binding()));
    driver.deregister(&machine);
}

fn query(bound: &Bound, oid: NDIS_OID, length: usize) -> Vec<u8> {
    let request = Request::query(oid, length);
    assert_eq!(bound.ask(&request), NDIS_STATUS_SUCCESS, "{oid:#x}");
    let written = usize::try_from(request.lengths().0).unwrap();
    request.bytes()[..written].to_vec()
}

#[test]
fn requests_end_in_all_ways() {
    let late = Answer::Late(Duration::from_millis(5));
    for answer in [Answer::Inline, Answer::Pending, Answer::BeforeReturn, late, Answer::Random] {
        for (level, irql) in [(Level::Passive, PASSIVE_LEVEL), (Level::Dispatch, DISPATCH_LEVEL)] {
            let settings = control(|control| {
                control.requests = answer;
                control.request_level = level;
            });
            with(settings, |machine, link, bound| {
                assert_eq!(query(bound, OID_GEN_MAXIMUM_FRAME_SIZE, 4), 1500_u32.to_le_bytes());
                assert_eq!(bound.set_filter(NDIS_PACKET_TYPE_DIRECTED), NDIS_STATUS_SUCCESS);
                assert_eq!(link.report().packet_filter, NDIS_PACKET_TYPE_DIRECTED);
                assert_eq!(bound.set_filter(0), NDIS_STATUS_SUCCESS);
                assert!(bound.seen().levels.iter().all(|level| *level == irql));
                let oids: Vec<_> = link.report().oids.iter().map(|(oid, _)| *oid).collect();
                let filter = OID_GEN_CURRENT_PACKET_FILTER;
                assert_eq!(oids, [OID_GEN_MAXIMUM_FRAME_SIZE, filter, filter]);
                assert_eq!(machine.broken(), [""; 0]);
            });
        }
    }
}

#[test]
fn lengths_are_told() {
    with(Settings::default(), |_, _, bound| {
        let short = Request::query(OID_802_3_CURRENT_ADDRESS, 5);
        assert_eq!(bound.ask(&short), NDIS_STATUS_BUFFER_TOO_SHORT);
        assert_eq!(short.lengths(), (0, 6));
        let long = Request::query(OID_802_3_CURRENT_ADDRESS, 50);
        assert_eq!(bound.ask(&long), NDIS_STATUS_SUCCESS);
        assert_eq!(long.lengths(), (6, 0));
        assert_eq!(long.bytes()[0] & 2, 2, "locally administered");
        let wrong = Request::set(OID_GEN_CURRENT_PACKET_FILTER, &[0; 3]);
        assert_eq!(bound.ask(&wrong), NDIS_STATUS_INVALID_LENGTH);
        assert_eq!(wrong.lengths(), (0, 4));
    });
}

#[test]
fn the_usual_identifiers_are_answered() {
    with(Settings::default(), |_, _, bound| {
        assert_eq!(query(bound, OID_GEN_LINK_SPEED, 4), 10_000_000_u32.to_le_bytes());
        assert!(query(bound, OID_GEN_VENDOR_DESCRIPTION, 64).ends_with(&[0]));
        assert_eq!(query(bound, OID_GEN_RCV_OK, 4).len(), 4);
        assert_eq!(query(bound, OID_GEN_RCV_OK, 8).len(), 8);
        let statistics = query(bound, OID_GEN_STATISTICS, 200);
        assert_eq!(statistics.len(), usize::from(NDIS_SIZEOF_STATISTICS_INFO_REVISION_1));
        let link = query(bound, OID_GEN_LINK_STATE, size_of::<NDIS_LINK_STATE>());
        assert_eq!(link.len(), usize::from(NDIS_SIZEOF_LINK_STATE_REVISION_1));
        let clock =
            query(bound, OID_TIMESTAMP_CAPABILITY, size_of::<NDIS_TIMESTAMP_CAPABILITIES>());
        assert_eq!(clock.len(), usize::from(NDIS_SIZEOF_TIMESTAMP_CAPABILITIES_REVISION_1));
        assert_eq!(clock[8..16], 1_000_000_000_u64.to_le_bytes());
        let list = query(bound, OID_GEN_SUPPORTED_LIST, 1000);
        for oid in list.chunks(4).map(|oid| u32::from_le_bytes(oid.try_into().unwrap())) {
            query(bound, oid, 1000);
        }
        let unknown = Request::query(0x1234_5678, 4);
        assert_eq!(bound.ask(&unknown), NDIS_STATUS_NOT_SUPPORTED);
    });
}

#[test]
fn the_filter_of_an_adapter_is_the_union_of_those_of_its_bindings() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let drivers =
        [1, 4].map(|filter| Driver::start(&machine, Script { filter, ..Script::default() }));
    assert_eq!(link.report().packet_filter, 5);
    let [first, second] = drivers;
    machine.run(|| {
        assert_eq!(query(first.binding(), OID_GEN_CURRENT_PACKET_FILTER, 4), 5_u32.to_le_bytes());
        assert_eq!(first.binding().set_filter(0x20), NDIS_STATUS_SUCCESS);
    });
    assert_eq!(link.report().packet_filter, 0x24);
    first.deregister(&machine);
    assert_eq!(link.report().packet_filter, 4);
    second.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn a_filter_that_the_adapter_does_not_know_is_refused() {
    let machine = Machine::new(Settings::default());
    let mut adapter = machine.adapter("wwan0");
    adapter.packet_filters = NDIS_PACKET_TYPE_DIRECTED;
    let _link = machine.kernel.plug(adapter);
    let driver = Driver::start(&machine, Script::default());
    machine.run(|| {
        let bound = driver.binding();
        assert_eq!(bound.set_filter(NDIS_PACKET_TYPE_PROMISCUOUS), NDIS_STATUS_NOT_SUPPORTED);
        let known = NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_NO_LOCAL;
        assert_eq!(bound.set_filter(known), NDIS_STATUS_SUCCESS);
        assert_eq!(bound.set_filter(0), NDIS_STATUS_SUCCESS);
    });
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn groups_are_joined_and_left() {
    with(Settings::default(), |_, _, bound| {
        let set = |oid, value: &[u8]| bound.ask(&Request::set(oid, value));
        let groups = [[1, 0, 94, 0, 0, 1], [1, 0, 94, 0, 0, 2]].concat();
        assert_eq!(set(OID_802_3_MULTICAST_LIST, &groups), NDIS_STATUS_SUCCESS);
        assert_eq!(query(bound, OID_802_3_MULTICAST_LIST, 100), groups);
        assert_eq!(set(OID_802_3_MULTICAST_LIST, &groups[..7]), NDIS_STATUS_INVALID_LENGTH);
        assert_eq!(set(OID_802_3_MULTICAST_LIST, &[2; 6]), NDIS_STATUS_INVALID_DATA);
        assert_eq!(set(OID_802_3_MULTICAST_LIST, &[1; 33 * 6]), NDIS_STATUS_MULTICAST_FULL);
        assert_eq!(set(OID_802_3_ADD_MULTICAST_ADDRESS, &[3; 6]), NDIS_STATUS_SUCCESS);
        assert_ne!(set(OID_802_3_ADD_MULTICAST_ADDRESS, &[3; 6]), NDIS_STATUS_SUCCESS);
        assert_eq!(query(bound, OID_802_3_MULTICAST_LIST, 100).len(), 18);
        assert_eq!(set(OID_802_3_DELETE_MULTICAST_ADDRESS, &[3; 6]), NDIS_STATUS_SUCCESS);
        assert_ne!(set(OID_802_3_DELETE_MULTICAST_ADDRESS, &[3; 6]), NDIS_STATUS_SUCCESS);
        assert_eq!(set(OID_802_3_MULTICAST_LIST, &[]), NDIS_STATUS_SUCCESS);
        assert_eq!(
            set(OID_GEN_CURRENT_LOOKAHEAD, &5000_u32.to_le_bytes()),
            NDIS_STATUS_INVALID_DATA
        );
        assert_eq!(set(OID_GEN_CURRENT_LOOKAHEAD, &128_u32.to_le_bytes()), NDIS_STATUS_SUCCESS);
        assert_eq!(query(bound, OID_GEN_CURRENT_LOOKAHEAD, 4), 128_u32.to_le_bytes());
    });
}

#[test]
fn requests_fail_as_the_settings_say() {
    let settings = control(|control| {
        let refused = Status::new(NDIS_STATUS_NOT_ACCEPTED);
        control.failing_requests = vec![(OID_GEN_CURRENT_PACKET_FILTER, refused)];
        control.reads_nothing = true;
        control.supported_revision = Some(7);
        control.status_in_requests = true;
    });
    with(settings, |_, _, bound| {
        assert_eq!(bound.set_filter(1), NDIS_STATUS_NOT_ACCEPTED);
        let set = Request::set(OID_GEN_CURRENT_LOOKAHEAD, &128_u32.to_le_bytes());
        assert_eq!(bound.ask(&set), NDIS_STATUS_SUCCESS);
        assert_eq!(set.lengths(), (0, 0));
        assert_eq!(set.result().SupportedRevision, 7);
        assert_eq!(bound.seen().status.len(), 2, "one inside of each set");
    });
}

#[test]
fn a_request_that_never_ends_is_cancelled() {
    with(control(|control| control.requests = Answer::Never), |machine, _, bound| {
        let request = Request::query(OID_GEN_LINK_SPEED, 4);
        assert_eq!(bound.start(&request), NDIS_STATUS_PENDING);
        assert_eq!(bound.start(&request), NDIS_STATUS_FAILURE, "it is pending");
        assert_eq!(machine.broken(), ["ndis-oid-in-use"]);
        // SAFETY: it is the function's type.
        let cancel: FN_NDIS_CANCEL_OID_REQUEST = unsafe { import("NdisCancelOidRequest") };
        // SAFETY: it is a binding.
        unsafe { cancel(bound.handle(), (OID_GEN_LINK_SPEED as usize) as *mut _) };
        assert_eq!(bound.wait_for(&request), NDIS_STATUS_REQUEST_ABORTED);
    });
}

#[test]
fn an_adapter_takes_no_requests_during_a_reset() {
    with(Settings::default(), |machine, link, bound| {
        link.status(NDIS_STATUS_RESET_START, &[]);
        let ask = || bound.ask(&Request::query(OID_GEN_LINK_SPEED, 4));
        assert_eq!(ask(), NDIS_STATUS_RESET_IN_PROGRESS);
        link.status(NDIS_STATUS_RESET_END, &0_i32.to_le_bytes());
        assert_eq!(ask(), NDIS_STATUS_SUCCESS);
        assert_eq!(machine.broken(), [""; 0]);
    });
}

#[test]
fn requests_that_pend_when_a_binding_is_closed_are_reported() {
    let machine = Machine::impatient(control(|control| control.requests = Answer::Never));
    machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    let request = Request::query(OID_GEN_LINK_SPEED, 4);
    machine.run(|| driver.binding().start(&request));
    driver.deregister(&machine);
    assert_eq!(driver.binding().wait_for(&request), NDIS_STATUS_REQUEST_ABORTED);
    assert_eq!(machine.broken(), ["ndis-close-with-requests"]);
}

#[test]
fn requests_stay_as_they_are_until_they_end() {
    with(control(|control| control.requests = Answer::Never), |machine, link, bound| {
        let request = Request::set(OID_GEN_CURRENT_LOOKAHEAD, &[1, 0, 0, 0]);
        bound.start(&request);
        // SAFETY: the test may write there, though a driver must not.
        unsafe { request.buffer().write(2) };
        link.surprise_remove();
        assert_eq!(machine.broken(), ["ndis-oid-changed"]);
    });
}

#[test]
fn malformed_requests_are_reported() {
    with(Settings::default(), |machine, _, bound| {
        let wrong = |change: fn(&mut ndis_sys::NDIS_OID_REQUEST)| {
            let request = Request::query(OID_GEN_LINK_SPEED, 4);
            // SAFETY: it is the test's own.
            change(unsafe { &mut *request.address() });
            assert_ne!(bound.ask(&request), NDIS_STATUS_SUCCESS);
        };
        wrong(|request| request.Header.Type = 0);
        wrong(|request| request.Header.Size = 200);
        wrong(|request| request.RequestType = 99);
        wrong(|request| request.DATA.QUERY_INFORMATION.InformationBuffer = std::ptr::null_mut());
        assert_eq!(
            machine.broken(),
            ["ndis-header", "ndis-header", "ndis-oid-request", "ndis-oid-request"]
        );
    });
}

#[test]
fn requests_stay_until_they_end() {
    with(control(|control| control.requests = Answer::Never), |machine, link, bound| {
        let mut memory = PoolMemory::new();
        let request = Request::query(OID_GEN_LINK_SPEED, 4);
        assert_eq!(bound.start_at(memory.holding(&request)), NDIS_STATUS_PENDING);
        drop(memory);
        link.surprise_remove();
        assert_eq!(machine.broken(), ["ndis-oid-freed"]);
    });
}

/// A page that is not there any more once it is freed, as with pool of a driver that is verified.
struct PoolMemory(*mut std::ffi::c_void);

impl PoolMemory {
    const LENGTH: usize = 4096;

    fn new() -> Self {
        let (protection, flags) = (ProtFlags::READ | ProtFlags::WRITE, MapFlags::PRIVATE);
        // SAFETY: it is new memory.
        let page =
            unsafe { mm::mmap_anonymous(std::ptr::null_mut(), Self::LENGTH, protection, flags) };
        Self(page.unwrap())
    }

    /// A copy of a request in it.
    fn holding(&mut self, request: &Request) -> *mut ndis_sys::NDIS_OID_REQUEST {
        let place: *mut ndis_sys::NDIS_OID_REQUEST = self.0.cast();
        // SAFETY: there is room for it.
        unsafe { place.write(request.result()) };
        place
    }
}

impl Drop for PoolMemory {
    fn drop(&mut self) {
        // SAFETY: it is this one's own.
        unsafe { mm::munmap(self.0, Self::LENGTH) }.unwrap();
    }
}

#[test]
fn handles_are_those_of_bindings() {
    with(Settings::default(), |machine, link, bound| {
        // SAFETY: it is the function's type.
        let ask: ndis_sys::FN_NDIS_OID_REQUEST = unsafe { import("NdisOidRequest") };
        let request = Request::query(OID_GEN_LINK_SPEED, 4);
        for handle in [0, 0x1000, link.adapter_handle(), bound.driver.handle() as usize] {
            // SAFETY: NDIS notices that it is no binding.
            let status = unsafe { ask(handle as *mut _, request.address()) };
            assert_eq!(status, NDIS_STATUS_FAILURE);
        }
        assert_eq!(machine.broken(), ["ndis-dead-handle"; 4]);
    });
}

#[test]
fn requests_are_in_nonpaged_memory() {
    type Allocate = unsafe extern "efiapi" fn(u64, usize, u32) -> *mut NDIS_OID_REQUEST;
    let export = crate::export::find("ntoskrnl.exe", "ExAllocatePool2").unwrap();
    // SAFETY: the function has this type.
    let allocate = unsafe { std::mem::transmute::<*const (), Allocate>(export.address) };
    with(control(|control| control.requests = Answer::Inline), |machine, _, bound| {
        for (flags, broken) in
            [(POOL_FLAG_NON_PAGED, &[][..]), (POOL_FLAG_PAGED, &["ndis-oid-paged"])]
        {
            let original = Request::query(OID_GEN_LINK_SPEED, 4);
            // SAFETY: it may be called here.
            let copy = unsafe {
                allocate(flags, size_of::<NDIS_OID_REQUEST>(), u32::from_le_bytes(*b"Test"))
            };
            // SAFETY: the block is as large.
            unsafe { copy.write(original.result()) };
            assert_eq!(bound.start_at(copy), NDIS_STATUS_SUCCESS);
            assert_eq!(machine.broken(), broken);
        }
    });
}

#[test]
fn a_request_on_the_stack_ends_before_its_function_returns() {
    let settings = || control(|control| control.requests = Answer::Never);
    for (in_event, broken) in
        [(InEvent::AskFromStack, &["ndis-oid-on-stack"][..]), (InEvent::Nothing, &[])]
    {
        let machine = Machine::impatient(settings());
        let link = machine.plug("eth0");
        let script = Script { in_event: Some((NetEventPause, in_event)), ..Script::default() };
        let driver = Driver::start(&machine, script);
        link.pause();
        driver.deregister(&machine);
        assert_eq!(machine.broken(), broken);
    }
}
