//! An adapter, known for as long as the driver is loaded, whether it is there or not.

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use ndis::{Attributes, BindParameters, Offer, link};
use ndis_sys::{NdisMedium802_3, NdisMediumIP, NdisMediumWirelessWan};
use rx_abi::{Adapter as About, AdapterState, AdapterStats, Connection, Guid};
use rx_sink::AdapterCounters;
use wdm::{Mutex, Passive, PoolArc, PoolBox, PoolVec, Published, Result};

use crate::{TAG, clock::Clock, frame::Link, reader::Reader, requests::Requests};

/// Media whose frames this driver knows.
pub const MEDIA: &[ndis_sys::NDIS_MEDIUM] = &[NdisMedium802_3, NdisMediumIP, NdisMediumWirelessWan];

/// The readers that get the frames of an adapter.
pub type Readers = PoolVec<PoolArc<Reader>>;

/// An adapter that the driver is or was bound to.
pub struct Adapter {
    pub guid: Guid,
    /// The number that records name it by.
    pub number: u32,
    /// What its driver says of it, and does not change while it is bound.
    about: Mutex<About>,
    /// Number of an [`AdapterState`].
    state: AtomicU32,
    connection: AtomicU32,
    receive_speed: AtomicU64,
    transmit_speed: AtomicU64,
    mtu: AtomicU32,
    /// The six bytes of its address as a number, with [`HAS_ADDRESS`]; [`IS_IP`] for frames without addresses.
    address: AtomicU64,
    clock: AtomicU64,
    pub readers: Published<Readers>,
    pub counters: AdapterCounters,
    /// What it is asked.
    pub requests: Requests,
}

const HAS_ADDRESS: u64 = 1 << 48;
const IS_IP: u64 = 1 << 49;

impl Adapter {
    /// An adapter that is not bound yet, with the readers that will get its frames.
    #[inline(never)]
    pub fn new(guid: Guid, number: u32, readers: Readers) -> Result<PoolArc<Self>> {
        let adapter = Self {
            guid,
            number,
            about: Mutex::new(About { guid, number, ..About::default() }, TAG)?,
            state: AtomicU32::new(AdapterState::Gone as u32),
            connection: AtomicU32::new(Connection::Unknown as u32),
            receive_speed: AtomicU64::new(u64::MAX),
            transmit_speed: AtomicU64::new(u64::MAX),
            mtu: AtomicU32::new(0),
            address: AtomicU64::new(0),
            clock: AtomicU64::new(0),
            readers: Published::new(PoolBox::try_new(readers, TAG)?, TAG)?,
            counters: AdapterCounters::new(),
            requests: Requests::new()?,
        };
        PoolArc::try_new(adapter, TAG)
    }

    /// Notes what NDIS tells of it when it offers it.
    #[inline(never)]
    pub fn offered(&self, offer: &Offer<'_>, irql: &Passive) {
        let told = offer.parameters();
        let mut about = self.about.lock(irql);
        about.luid = told.luid();
        about.interface = told.interface_index();
        about.medium = told.medium().cast_unsigned();
        about.physical_medium = told.physical_medium().cast_unsigned();
        let address = told.address();
        about.mac_length = u32::try_from(address.len()).unwrap_or(0);
        fill(&mut about.mac, address);
        fill(&mut about.name, told.name());
        about.friendly_name.fill(0);
        // An adapter without a name is listed without one.
        let _: Result<usize> = offer.instance_name(&mut about.friendly_name, irql);
        self.mtu.store(told.mtu(), Ordering::Relaxed);
        self.address.store(address_word(told), Ordering::Release);
        self.clock.store(0, Ordering::Relaxed);
        self.requests.support(told.packet_filters());
        self.linked(&told.link());
    }

    /// Notes what may have changed while it was paused.
    pub fn changed(&self, attributes: Attributes) {
        self.set_mtu(attributes.mtu);
        self.requests.support(attributes.packet_filters);
    }

    /// The longest frame without its header, in bytes.
    pub fn mtu(&self) -> u32 {
        self.mtu.load(Ordering::Relaxed)
    }

    pub fn set_mtu(&self, mtu: u32) {
        self.mtu.store(mtu, Ordering::Relaxed);
    }

    /// Notes the state of its link.
    pub fn linked(&self, link: &link::Link) {
        let connection = match link.connected {
            None => Connection::Unknown,
            Some(true) => Connection::Connected,
            Some(false) => Connection::Disconnected,
        };
        self.connection.store(connection as u32, Ordering::Relaxed);
        self.receive_speed.store(link.receive_speed.unwrap_or(u64::MAX), Ordering::Relaxed);
        self.transmit_speed.store(link.send_speed.unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub fn set_state(&self, state: AdapterState) {
        self.state.store(state as u32, Ordering::Release);
    }

    /// True if the driver is bound to it.
    pub fn is_there(&self) -> bool {
        self.state.load(Ordering::Acquire) != AdapterState::Gone as u32
    }

    /// What the meaning of its frames depends on.
    #[inline]
    pub fn link(&self) -> Link {
        let word = self.address.load(Ordering::Acquire);
        if word & IS_IP != 0 {
            return Link::Ip;
        }
        let [_, _, address @ ..] = word.to_be_bytes();
        Link::Ethernet((word & HAS_ADDRESS != 0).then_some(address))
    }

    /// The clock that it stamps frames by.
    #[inline]
    pub fn clock(&self) -> Clock {
        Clock::new(self.clock.load(Ordering::Relaxed))
    }

    pub fn set_clock(&self, clock: Clock) {
        self.clock.store(clock.frequency(), Ordering::Relaxed);
    }

    /// What programs are told of it.
    #[inline(never)]
    pub fn about(&self, irql: &Passive) -> About {
        About {
            state: self.state.load(Ordering::Acquire),
            connection: self.connection.load(Ordering::Relaxed),
            receive_speed: self.receive_speed.load(Ordering::Relaxed),
            transmit_speed: self.transmit_speed.load(Ordering::Relaxed),
            mtu: self.mtu.load(Ordering::Relaxed),
            ..*self.about.lock(irql)
        }
    }

    /// Its counters.
    pub fn stats(&self) -> AdapterStats {
        let readers = self.readers.read();
        let attached = readers.iter().filter(|reader| reader.is_attached());
        AdapterStats {
            adapter_discards: self.requests.discards(),
            packet_filter: self.requests.packet_filter(),
            readers: attached.count() as u64,
            ..self.counters.snapshot()
        }
    }

    /// Gives its frames to one more reader.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory for that.
    pub fn attach(&self, reader: &PoolArc<Reader>, irql: &Passive) -> Result {
        let readers = self.but(None, 1)?;
        self.publish(readers, Some(reader), irql)
    }

    /// Gives no more frames to a reader that was detached; nobody is about to when this returns.
    pub fn detach(&self, reader: &Reader, irql: &Passive) {
        let fewer = self.but(Some(reader), 0);
        if fewer.and_then(|readers| self.publish(readers, None, irql)).is_err() {
            // Without memory it stays there, and is passed over.
            self.readers.wait_for_readers(irql);
        }
    }

    /// Has readers give back the lists that they keep, of this adapter and others.
    pub fn give_back(&self) {
        for reader in self.readers.read().iter() {
            reader.give_back();
        }
    }

    /// The readers that are attached, without one of them, and room for more.
    fn but(&self, gone: Option<&Reader>, room: usize) -> Result<Readers> {
        let now = self.readers.read();
        let mut readers = PoolVec::with_room(now.len().saturating_add(room), TAG)?;
        for reader in now.iter() {
            let is_gone = gone.is_some_and(|gone| core::ptr::eq(gone, &raw const **reader));
            if !is_gone && reader.is_attached() {
                readers.try_push(reader.clone())?;
            }
        }
        Ok(readers)
    }

    fn publish(
        &self,
        mut readers: Readers,
        more: Option<&PoolArc<Reader>>,
        irql: &Passive,
    ) -> Result {
        if let Some(reader) = more {
            readers.try_push(reader.clone())?;
        }
        drop(self.readers.replace(PoolBox::try_new(readers, TAG)?, irql));
        Ok(())
    }
}

/// The address of an adapter, and whether its frames have one.
fn address_word(told: &BindParameters<'_>) -> u64 {
    if told.medium() != NdisMedium802_3 {
        return IS_IP;
    }
    let Ok(address) = <[u8; 6]>::try_from(told.address()) else { return 0 };
    address.into_iter().fold(HAS_ADDRESS >> 48, |word, byte| word << 8 | u64::from(byte))
}

/// Copies as much as there is room for, and fills up with zeros.
fn fill<T: Copy + Default>(to: &mut [T], from: &[T]) {
    let from = from.iter().copied().chain(core::iter::repeat(T::default()));
    for (to, from) in to.iter_mut().zip(from) {
        *to = from;
    }
}
