//! What NDIS tells of an adapter.

use ndis::{
    Binding, Bound, Offer, Open, Protocol, Received, Refused, Registration, Restart,
    StatusIndication, version::Running,
};
use ndis_sys::{NDIS_MEDIUM, NDIS_STATUS_RESET_END, NDIS_STATUS_TIMESTAMP_CURRENT_CONFIG};
use rx_abi::AdapterState;
use rx_sink::AdapterCounter;
use wdm::{AtMostDispatch, Passive, PoolArc, Result, Status};

use crate::{
    TAG,
    adapter::{Adapter, MEDIA},
    batch::Slots,
    capture::Capture,
    clock::Clock,
    events, receive,
    requests::Todo,
};

/// This driver, as NDIS knows it.
static NDIS: Registration<Receiver> = Registration::new();

/// The protocol: it binds to every adapter.
pub struct Receiver(pub PoolArc<Capture>);

/// A binding to an adapter.
pub struct Attachment {
    capture: PoolArc<Capture>,
    adapter: PoolArc<Adapter>,
    open: Open,
    slots: Slots,
}

impl Protocol for Receiver {
    type Binding = Attachment;

    const MEDIA: &'static [NDIS_MEDIUM] = MEDIA;

    fn registration() -> &'static Registration<Self> {
        &NDIS
    }

    fn bind(
        &self,
        offer: &Offer<'_>,
        open: Open,
        irql: &mut Passive,
    ) -> Result<PoolArc<Attachment>> {
        // Readers name adapters by GUID.
        let guid = offer.parameters().guid().ok_or(Status::OBJECT_NAME_INVALID)?;
        let adapter = self.0.adapter(guid, irql)?;
        adapter.offered(offer, irql);
        let slots = Slots::new(Running::query());
        PoolArc::try_new(Attachment { capture: self.0.clone(), adapter, open, slots }, TAG)
    }

    fn refused(&self, offer: &Offer<'_>, error: Status, _irql: &mut Passive) {
        events::adapter_refused(offer.parameters().guid().unwrap_or_default(), error);
    }
}

impl Attachment {
    /// Has the adapter asked what is to be asked when it runs.
    fn ask(&self) {
        self.adapter.requests.want(Todo::RESTARTED);
        self.capture.worker.wake();
    }
}

impl Binding for Attachment {
    fn opened(&self, irql: &mut Passive) -> Result {
        self.adapter.counters.add(AdapterCounter::Binds, 1);
        self.adapter.requests.open(self.open.clone(), irql);
        self.adapter.set_state(AdapterState::Paused);
        events::adapter_bound(&self.adapter);
        Ok(())
    }

    fn receive(&self, received: Received<'_>, _irql: &mut AtMostDispatch) {
        receive::receive(&self.adapter, received, self.slots);
    }

    fn refused(&self, refused: &Refused) {
        let fate = if refused.lent {
            AdapterCounter::ListsLoaned
        } else if refused.lost {
            AdapterCounter::ListsHeld
        } else {
            AdapterCounter::ListsReturned
        };
        for (counter, count) in [
            (AdapterCounter::Indications, 1),
            (AdapterCounter::Lists, refused.lists),
            (fate, refused.lists),
            (AdapterCounter::Frames, refused.frames),
            (AdapterCounter::Bytes, refused.bytes),
            (AdapterCounter::DroppedPaused, refused.frames),
        ] {
            self.adapter.counters.add(counter, count);
        }
    }

    fn status(&self, status: &StatusIndication<'_>, _irql: &mut AtMostDispatch) {
        if let Some(link) = status.link() {
            self.adapter.linked(&link);
        }
        if let Some(mtu) = status.mtu() {
            self.adapter.set_mtu(mtu);
        }
        match status.code() {
            NDIS_STATUS_RESET_END => self.ask(),
            NDIS_STATUS_TIMESTAMP_CURRENT_CONFIG => {
                // What the adapter stamps from now on is not known before it is asked.
                self.adapter.set_clock(Clock::default());
                self.ask();
            }
            _ => {}
        }
    }

    fn restarted(&self, restart: &Restart<'_>, _irql: &mut Passive) {
        if let Some(attributes) = restart.attributes() {
            self.adapter.changed(attributes);
        }
        self.adapter.counters.add(AdapterCounter::Restarts, 1);
        self.adapter.set_state(AdapterState::Running);
        events::adapter_running(&self.adapter);
        self.adapter.requests.forget();
        self.ask();
    }

    fn pausing(&self, _irql: &mut Passive) {
        self.adapter.counters.add(AdapterCounter::Pauses, 1);
        self.adapter.set_state(AdapterState::Paused);
        events::adapter_paused(&self.adapter);
        self.adapter.give_back();
    }

    fn power(&self, full: bool, _irql: &mut Passive) {
        if full {
            self.ask();
        } else {
            self.adapter.give_back();
        }
    }

    fn closing(&self, bound: &Bound<'_>, irql: &mut Passive) {
        self.adapter.set_state(AdapterState::Gone);
        self.adapter.requests.close(bound, irql);
        events::adapter_gone(&self.adapter);
    }
}
