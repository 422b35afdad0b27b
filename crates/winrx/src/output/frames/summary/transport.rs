//! TCP and UDP.

use std::fmt::{self, Write};

use etherparse::{TcpHeaderSlice, TcpOptionElement, UdpHeaderSlice};

use super::ip::{Packet, ends};

/// Appends what a UDP datagram is.
pub fn udp(line: &mut String, packet: &Packet<'_>) -> fmt::Result {
    let Ok(udp) = UdpHeaderSlice::from_slice(packet.bytes) else {
        ends(line, packet, None)?;
        return line.write_str("[|udp]");
    };
    ends(line, packet, Some((udp.source_port(), udp.destination_port())))?;
    write!(line, "UDP, length {}", packet.length.saturating_sub(udp.slice().len()))
}

/// Appends what a TCP segment is.
pub fn tcp(line: &mut String, packet: &Packet<'_>) -> fmt::Result {
    let Ok(tcp) = TcpHeaderSlice::from_slice(packet.bytes) else {
        ends(line, packet, None)?;
        return line.write_str("[|tcp]");
    };
    ends(line, packet, Some((tcp.source_port(), tcp.destination_port())))?;
    let length = packet.length.saturating_sub(tcp.slice().len());
    write!(line, "Flags [{}]", Flags(&tcp))?;
    let sequence = tcp.sequence_number();
    if length > 0 {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        write!(line, ", seq {sequence}:{}", sequence.wrapping_add(length))?;
    } else if tcp.syn() || tcp.fin() || tcp.rst() {
        write!(line, ", seq {sequence}")?;
    }
    if tcp.ack() {
        write!(line, ", ack {}", tcp.acknowledgment_number())?;
    }
    write!(line, ", win {}", tcp.window_size())?;
    if tcp.urg() {
        write!(line, ", urg {}", tcp.urgent_pointer())?;
    }
    options(line, &tcp)?;
    write!(line, ", length {length}")
}

/// Flags in the letters of tcpdump.
struct Flags<'a>(&'a TcpHeaderSlice<'a>);

impl fmt::Display for Flags<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tcp = self.0;
        let all = [
            (tcp.fin(), 'F'),
            (tcp.syn(), 'S'),
            (tcp.rst(), 'R'),
            (tcp.psh(), 'P'),
            (tcp.ack(), '.'),
            (tcp.urg(), 'U'),
            (tcp.ece(), 'E'),
            (tcp.cwr(), 'W'),
        ];
        let mut none = true;
        for (_, letter) in all.into_iter().filter(|&(set, _)| set) {
            f.write_char(letter)?;
            none = false;
        }
        if none { f.write_str("none") } else { Ok(()) }
    }
}

fn options(line: &mut String, tcp: &TcpHeaderSlice<'_>) -> fmt::Result {
    let mut comma = ", options [";
    for option in tcp.options_iterator() {
        line.write_str(comma)?;
        comma = ",";
        match option {
            Ok(TcpOptionElement::Noop) => line.write_str("nop")?,
            Ok(TcpOptionElement::MaximumSegmentSize(size)) => write!(line, "mss {size}")?,
            Ok(TcpOptionElement::WindowScale(shift)) => write!(line, "wscale {shift}")?,
            Ok(TcpOptionElement::SelectiveAcknowledgementPermitted) => line.write_str("sackOK")?,
            Ok(TcpOptionElement::SelectiveAcknowledgement(first, rest)) => {
                line.write_str("sack")?;
                for (left, right) in [Some(first)].into_iter().chain(rest).flatten() {
                    write!(line, " {{{left}:{right}}}")?;
                }
            }
            Ok(TcpOptionElement::Timestamp(value, echo)) => {
                write!(line, "TS val {value} ecr {echo}")?;
            }
            Err(_) => {
                line.write_str("unknown")?;
                break;
            }
        }
    }
    if comma == "," { line.write_str("]") } else { Ok(()) }
}
