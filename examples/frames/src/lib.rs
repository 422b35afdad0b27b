//! frames.sys receives the frames of all network adapters, as a protocol driver of NDIS 6.
//!
//! A program opens `\\.\frames`, which one handle at a time can be, and reads: a frame each.

#![no_std]
extern crate wdk_panic;

use ndis::{Binding, Bound, Frame, Offer, Open, Protocol, Received, Restart};
use ndis_sys::{NDIS_PACKET_TYPE_PROMISCUOUS, OID_GEN_CURRENT_PACKET_FILTER};
use wdm::{
    Answer, AtMostDispatch, ControlDevice, Device, Driver, DriverObject, Exclusive, Mailbox,
    Passive, PoolArc, PoolBox, ReadRequest, Result, Status, Tag,
};

const TAG: Tag = Tag::new(*b"ExFr");
/// The adapter receives into its lists again: few are kept for a program that is slow to read.
const MOST_KEPT: usize = 64;
static NDIS: ndis::Registration<Adapters> = ndis::Registration::new();
/// The frames that wait for the reads of the handle that is open.
static READER: Exclusive<Mailbox<Frame>> = Exclusive::new();

wdm::driver_entry!(Frames);

struct Frames {
    _protocol: ndis::Registered<Adapters>,
}

impl Driver for Frames {
    type Device = Adapters;

    fn start(driver: &mut DriverObject<'_, Adapters>, irql: &mut Passive) -> Result<Self> {
        driver.create_device(wdm::device_names!("frames"), Adapters, 1, irql)?;
        let protocol = NDIS.register(Adapters, wdm::unicode!("frames"), TAG, irql)?;
        Ok(Self { _protocol: protocol })
    }
}

/// The device, and the protocol.
struct Adapters;

impl ControlDevice for Adapters {
    type File = PoolArc<Mailbox<Frame>>;

    fn create(&self, _device: Device, irql: &mut Passive) -> Result<PoolBox<Self::File>> {
        READER.open(Mailbox::new(1024, TAG)?, TAG, irql)
    }

    fn cleanup(&self, frames: &Self::File, irql: &mut Passive) {
        READER.close(irql);
        frames.end(Status::CANCELLED, irql);
    }

    fn read(&self, frames: &Self::File, request: ReadRequest<'_>, irql: &mut Passive) -> Answer {
        frames.read(request, irql)
    }
}

impl Protocol for Adapters {
    type Binding = Adapter;

    fn registration() -> &'static ndis::Registration<Self> {
        &NDIS
    }

    fn bind(&self, _: &Offer<'_>, open: Open, _: &mut Passive) -> Result<PoolArc<Adapter>> {
        PoolArc::try_new(Adapter(open), TAG)
    }
}

/// An adapter that the driver is bound to.
struct Adapter(Open);

impl Binding for Adapter {
    fn receive(&self, mut received: Received<'_>, irql: &mut AtMostDispatch) {
        let Some(frames) = READER.get(irql) else { return };
        if let Received::Owned(owned) = &mut received {
            // NDIS_RECEIVE_FLAGS_RESOURCES is clear: lists are ours until they are returned, by a drop.
            for frame in owned.keep_frames(MOST_KEPT.saturating_sub(frames.waiting(irql))) {
                drop(frames.put(frame, irql));
            }
        }
        // It is set, and lists are lent for the call; or they are ours, but are not kept. They come behind.
        received.copies(TAG).flatten().for_each(|copy| drop(frames.put(copy, irql)));
    }

    fn restarted(&self, _: &Restart<'_>, irql: &mut Passive) {
        let all = &NDIS_PACKET_TYPE_PROMISCUOUS;
        let _ = self.0.enter().and_then(|it| it.set(OID_GEN_CURRENT_PACKET_FILTER, all, irql));
    }

    fn pausing(&self, irql: &mut Passive) {
        let Some(frames) = READER.get(irql) else { return };
        frames.clear(irql);
    }

    fn closing(&self, bound: &Bound<'_>, irql: &mut Passive) {
        let _: Result = bound.set(OID_GEN_CURRENT_PACKET_FILTER, &0_u32, irql);
    }
}
