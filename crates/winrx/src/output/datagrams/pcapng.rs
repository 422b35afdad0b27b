//! Datagrams as a capture file.

use std::{
    borrow::Cow,
    io::{self, Write},
    net::SocketAddr,
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
            opt_common::CommonOption,
        },
    },
};
use rx_abi::{Mode, RecordFlags, Stats};

use super::{Packet, causes};
use crate::{
    Datagram,
    output::{
        Sink,
        section::{RESOLUTION, begin, now, write},
    },
};

/// Writes a [pcapng](https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html) file of IP packets
/// with one interface, which is the receiver.
///
/// [`finish`](Sink::finish) writes the counters. The interface is the driver, so all that it dropped counts
/// as dropped by the interface (`isb_ifdrop`, which Wireshark shows) and by the system (`isb_osdrop`); a
/// comment tells the causes.
pub struct Pcapng<W: Write> {
    writer: PcapNgWriter<W>,
    /// Where datagrams were sent to of which it is not known.
    bound: SocketAddr,
    started: Duration,
    packet: Packet,
}

/// Of the flags word of a packet: it was received, and how it was addressed.
const INBOUND: u32 = 1;
const UNICAST: u32 = 1 << 2;
const MULTICAST: u32 = 2 << 2;
const BROADCAST: u32 = 3 << 2;

impl<W: Write> Pcapng<W> {
    /// Begins a file about a receiver that is bound to this address and receives in this mode. The writer
    /// should be buffered.
    ///
    /// # Errors
    ///
    /// If its beginning cannot be written.
    pub fn new(writer: W, bound: SocketAddr, mode: Mode) -> io::Result<Self> {
        let description = format!("UDP datagrams to {bound}, received in mode {}", mode.name());
        let interface = InterfaceDescriptionBlock {
            linktype: DataLink::RAW,
            // Packets are never cut because of their length.
            snaplen: 0,
            options: vec![
                InterfaceDescriptionOption::IfName("wskrx".into()),
                InterfaceDescriptionOption::IfDescription(description.into()),
                InterfaceDescriptionOption::IfTsResol(RESOLUTION),
            ],
        };
        let mut writer = begin(writer)?;
        write(&mut writer, interface)?;
        Ok(Self { writer, bound, started: now(), packet: Packet::default() })
    }
}

impl<W: Write> Sink for Pcapng<W> {
    fn take(&mut self, datagram: &Datagram<'_>) -> io::Result<()> {
        self.packet.set(datagram, self.bound);
        let mut options = vec![EnhancedPacketOption::Flags(addressing(datagram.flags))];
        if datagram.lost > 0 {
            options.push(EnhancedPacketOption::DropCount(datagram.lost.into()));
        }
        if datagram.is_cut() && datagram.original as usize == datagram.payload.len() {
            let comment = "The payload was cut, and its original length is not known.";
            options.push(EnhancedPacketOption::Common(CommonOption::Comment(comment.into())));
        }
        let block = EnhancedPacketBlock {
            interface_id: 0,
            timestamp: Duration::from_nanos(datagram.time),
            original_len: self.packet.original(),
            data: Cow::Borrowed(self.packet.bytes()),
            options,
        };
        write(&mut self.writer, block)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.get_mut().flush()
    }

    fn finish(&mut self, stats: Option<&Stats>) -> io::Result<()> {
        if let Some(stats) = stats {
            let ended = now();
            let causes = causes(stats).unwrap_or_else(|| "none".to_owned());
            let comment = format!("Dropped by the driver: {causes}");
            let block = InterfaceStatisticsBlock {
                interface_id: 0,
                timestamp: ended,
                options: vec![
                    InterfaceStatisticsOption::Common(CommonOption::Comment(comment.into())),
                    InterfaceStatisticsOption::IsbStartTime(self.started),
                    InterfaceStatisticsOption::IsbEndTime(ended),
                    InterfaceStatisticsOption::IsbIfRecv(stats.received),
                    InterfaceStatisticsOption::IsbIfDrop(stats.dropped()),
                    InterfaceStatisticsOption::IsbOsDrop(stats.dropped()),
                    InterfaceStatisticsOption::IsbUsrDeliv(stats.delivered),
                ],
            };
            write(&mut self.writer, block)?;
        }
        self.flush()
    }
}

fn addressing(flags: RecordFlags) -> u32 {
    let addressing = if flags.contains(RecordFlags::BROADCAST) {
        BROADCAST
    } else if flags.contains(RecordFlags::MULTICAST) {
        MULTICAST
    } else {
        UNICAST
    };
    INBOUND | addressing
}
