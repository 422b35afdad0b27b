//! Frames as a capture file.

use std::{
    borrow::Cow,
    io::{self, Write},
    time::Duration,
};

use pcap_file::{
    DataLink,
    pcapng::{
        PcapNgWriter,
        blocks::{
            enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption},
            interface_description::{InterfaceDescriptionBlock, InterfaceDescriptionOption},
            interface_statistics::{InterfaceStatisticsBlock, InterfaceStatisticsOption},
            opt_common::{CommonOption, UnknownOption},
        },
    },
};
use rx_abi::{AdapterStats, FrameStats};
use zerocopy::IntoBytes;

use super::{adapters::Adapters, causes};
use crate::{
    Adapter, Capture, Device, Filter, Frame, Frames, Medium,
    output::{
        Sink,
        section::{RESOLUTION, begin, now, write},
    },
};

/// Writes a [pcapng](https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html) file of frames with
/// one interface for each adapter.
///
/// VLAN tags that adapters took out are back in their places. [`finish`](Sink::finish) writes the counters
/// of each adapter since the file was begun: `isb_ifrecv` counts the frames that it handed over,
/// `isb_ifdrop` those that it says it dropped, `isb_usrdeliv` those in the file. What the reader dropped
/// (`isb_osdrop`) is known for all adapters together, and there if there is only one; a comment tells the
/// causes.
pub struct FramePcapng<'c, W: Write, D> {
    writer: PcapNgWriter<W>,
    adapters: Adapters<'c, D>,
    interfaces: Vec<Interface>,
    snap_length: u32,
    filter: Option<Filter>,
    started: Duration,
}

/// An interface of the file.
struct Interface {
    /// Counters of the adapter when it was put into the file.
    before: Option<AdapterStats>,
    /// Frames of it in the file.
    written: u64,
}

/// Of the flags word of a packet: the direction, and how it was addressed.
const INBOUND: u32 = 1;
const OUTBOUND: u32 = 2;
const UNICAST: u32 = 1 << 2;
const MULTICAST: u32 = 2 << 2;
const BROADCAST: u32 = 3 << 2;

/// What the option about the filter holds: an expression of tcpdump, or a program.
const EXPRESSION: u8 = 0;
const PROGRAM: u8 = 1;

/// The number of the option that tells the queue of a packet (`epb_queue`).
const QUEUE: u16 = 6;

impl<'c, W: Write, D: Device> FramePcapng<'c, W, D> {
    /// Begins a file about these adapters; others get their interfaces with their first frames. `filter` is
    /// what chose frames, and `snap_length` how much of them is captured at most. The writer should be
    /// buffered. Counters count from here on, so this goes before [`Capture::open`].
    ///
    /// # Errors
    ///
    /// If its beginning cannot be written.
    pub fn new(
        writer: W,
        capture: &'c Capture<D>,
        adapters: Vec<Adapter>,
        filter: Option<&Filter>,
        snap_length: Option<u32>,
    ) -> io::Result<Self> {
        let mut file = Self {
            writer: begin(writer)?,
            adapters: Adapters::new(capture, adapters),
            interfaces: Vec::new(),
            snap_length: snap_length.unwrap_or_default(),
            filter: filter.cloned(),
            started: now(),
        };
        file.add_interfaces()?;
        Ok(file)
    }

    /// Puts adapters into the file that have become known since.
    fn add_interfaces(&mut self) -> io::Result<()> {
        for adapter in self.adapters.known().iter().skip(self.interfaces.len()) {
            let interface = InterfaceDescriptionBlock {
                linktype: link_type(adapter.medium),
                snaplen: self.snap_length,
                options: options(adapter, self.filter.as_ref()),
            };
            write(&mut self.writer, interface)?;
            let before = self.adapters.capture().adapter_stats(adapter.guid).ok();
            self.interfaces.push(Interface { before, written: 0 });
        }
        Ok(())
    }

    /// The most bytes of a frame.
    fn longest(&self) -> usize {
        match self.snap_length {
            0 => usize::MAX,
            length => length as usize,
        }
    }

    /// Counters of an interface since it was put into the file.
    fn statistics(
        &self,
        number: usize,
        stats: &FrameStats,
    ) -> Option<InterfaceStatisticsBlock<'static>> {
        let (adapter, interface) =
            (self.adapters.known().get(number)?, self.interfaces.get(number)?);
        let ended = now();
        let causes = causes(stats).unwrap_or_else(|| "none".to_owned());
        let comment = format!("Dropped by the driver, of all adapters: {causes}");
        let mut options = vec![
            InterfaceStatisticsOption::Common(CommonOption::Comment(comment.into())),
            InterfaceStatisticsOption::IsbStartTime(self.started),
            InterfaceStatisticsOption::IsbEndTime(ended),
        ];
        let after = self.adapters.capture().adapter_stats(adapter.guid).ok();
        if let (Some(before), Some(after)) = (interface.before, after) {
            let discards = after.adapter_discards.saturating_sub(before.adapter_discards);
            let frames = after.frames.saturating_sub(before.frames);
            options.push(InterfaceStatisticsOption::IsbIfRecv(frames));
            options.push(InterfaceStatisticsOption::IsbIfDrop(discards));
        }
        if self.interfaces.len() == 1 {
            let dropped = stats.dropped() + stats.lost;
            options
                .push(InterfaceStatisticsOption::IsbFilterAccept(stats.offered - stats.filtered));
            options.push(InterfaceStatisticsOption::IsbOsDrop(dropped));
        }
        options.push(InterfaceStatisticsOption::IsbUsrDeliv(interface.written));
        let interface_id = u32::try_from(number).ok()?;
        Some(InterfaceStatisticsBlock { interface_id, timestamp: ended, options })
    }
}

fn options(adapter: &Adapter, filter: Option<&Filter>) -> Vec<InterfaceDescriptionOption<'static>> {
    let description = format!("{} {}", adapter.name, adapter.guid);
    let mut options = vec![
        InterfaceDescriptionOption::IfName(adapter.friendly_name.clone().into()),
        InterfaceDescriptionOption::IfDescription(description.into()),
    ];
    if adapter.mac.len() == 6 {
        options.push(InterfaceDescriptionOption::IfMacAddr(adapter.mac.clone().into()));
    }
    if let Some(speed) = adapter.receive_speed {
        options.push(InterfaceDescriptionOption::IfSpeed(speed));
    }
    options.push(InterfaceDescriptionOption::IfTsResol(RESOLUTION));
    if let Some(filter) = filter {
        // The first byte says what it is.
        let filter = match filter.expression() {
            Some(expression) => [&[EXPRESSION], expression.as_bytes()].concat(),
            None => [&[PROGRAM], filter.program().instructions().as_bytes()].concat(),
        };
        options.push(InterfaceDescriptionOption::IfFilter(filter.into()));
    }
    options
}

fn link_type(medium: Medium) -> DataLink {
    match medium {
        Medium::IP | Medium::WIRELESS_WAN => DataLink::RAW,
        Medium::WIFI => DataLink::IEEE802_11,
        _ => DataLink::ETHERNET,
    }
}

impl<W: Write, D: Device> Sink<Frames> for FramePcapng<'_, W, D> {
    fn take(&mut self, frame: &Frame<'_>) -> io::Result<()> {
        let (place, _) = self.adapters.find(frame.adapter)?;
        self.add_interfaces()?;
        let wire = frame.wire();
        // A tag that is put back must not make it longer than frames can be here.
        let data = wire.get(..self.longest()).unwrap_or(&wire);
        let mut options = vec![EnhancedPacketOption::Flags(flags(frame))];
        if frame.lost > 0 {
            options.push(EnhancedPacketOption::DropCount(frame.lost.into()));
        }
        let queue = u32::from(frame.queue).to_le_bytes();
        if frame.queue != 0 {
            let queue = UnknownOption::new(QUEUE, &queue);
            options.push(EnhancedPacketOption::Common(CommonOption::Unknown(queue)));
        }
        let block = EnhancedPacketBlock {
            interface_id: u32::try_from(place).map_err(io::Error::other)?,
            timestamp: Duration::from_nanos(frame.time),
            original_len: frame.wire_length(),
            data: Cow::Borrowed(data),
            options,
        };
        write(&mut self.writer, block)?;
        if let Some(interface) = self.interfaces.get_mut(place) {
            interface.written += 1;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.get_mut().flush()
    }

    fn finish(&mut self, stats: Option<&FrameStats>) -> io::Result<()> {
        if let Some(stats) = stats {
            for number in 0..self.interfaces.len() {
                if let Some(block) = self.statistics(number, stats) {
                    write(&mut self.writer, block)?;
                }
            }
        }
        self.flush()
    }
}

fn flags(frame: &Frame<'_>) -> u32 {
    let direction = if frame.is_sent() { OUTBOUND } else { INBOUND };
    let addressing = match *frame.data {
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, ..] => BROADCAST,
        [first, ..] if first & 1 == 1 => MULTICAST,
        _ => UNICAST,
    };
    direction | addressing
}
