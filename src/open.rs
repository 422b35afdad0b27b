//! The socket of a receiver, with its options.

use core::net::SocketAddr;

use rx_abi::{Bind, BindOptions, CheckedBind, Family};
use wdm::{Device, Passive, PoolArc, Result, irp::SyncIrp};
use wsk::{Registration, Socket, SocketOption};

use crate::{TAG, event::Callback, inbox::Inbox, record};

/// Size of the transport's buffer in bytes where the program leaves it to the driver.
const RECEIVE_BUFFER: u32 = 4 << 20;

/// A socket that is bound.
pub struct Opened {
    pub socket: Socket<Callback>,
    pub local: SocketAddr,
    /// Size of the transport's buffer in bytes; zero if it does not tell.
    pub receive_buffer: u32,
}

/// Makes the socket, sets its options, binds it and joins the groups.
pub fn open(
    settings: &Bind,
    checked: &CheckedBind<'_>,
    client: &'static Registration,
    inbox: &PoolArc<Inbox>,
    device: Device,
    irp: &mut SyncIrp,
    irql: &mut Passive,
) -> Result<Opened> {
    let family = wsk_family(checked.family);
    let callback = Callback(inbox.clone());
    let socket = Socket::open(client, family, callback, device, TAG, irql)?;
    set_options(&socket, settings, checked, irp, irql)?;
    socket.bind(record::socket_address(checked.family, &settings.local), irp, irql)?;
    for group in checked.groups {
        let Some(family) = group.family() else { continue };
        let address = record::socket_address(family, group).ip();
        socket.set(SocketOption::Join(address, group.scope), irp, irql)?;
    }
    let local = socket.local(TAG, irp, irql)?;
    // Not every transport tells.
    let receive_buffer = socket.receive_buffer(irp, irql).unwrap_or_default();
    Ok(Opened { socket, local, receive_buffer })
}

fn set_options(
    socket: &Socket<Callback>,
    settings: &Bind,
    checked: &CheckedBind<'_>,
    irp: &mut SyncIrp,
    irql: &Passive,
) -> Result {
    let options = checked.options;
    let has = |option| options.contains(option);
    let mut set = |option| socket.set(option, irp, irql);
    if checked.family == Family::V6 {
        set(SocketOption::V6Only(!has(BindOptions::DUAL_STACK)))?;
    }
    if has(BindOptions::REUSE_ADDRESS) {
        set(SocketOption::ReuseAddress)?;
    }
    if has(BindOptions::EXCLUSIVE_ADDRESS) {
        set(SocketOption::ExclusiveAddress)?;
    }
    let bytes = settings.receive_buffer;
    // Not every transport has one; what came of it is read back.
    let _: Result =
        set(SocketOption::ReceiveBuffer(if bytes == 0 { RECEIVE_BUFFER } else { bytes }));
    for family in [Family::V4, Family::V6] {
        let dual = has(BindOptions::DUAL_STACK);
        if family != checked.family && !dual {
            continue;
        }
        let family = wsk_family(family);
        if has(BindOptions::PACKET_INFO) {
            set(SocketOption::PacketInfo(family))?;
        }
        if has(BindOptions::TRAFFIC_CLASS) {
            set(SocketOption::TrafficClass(family))?;
            // Part of the class, where the transport knows it apart.
            let _: Result = set(SocketOption::Ecn(family));
        }
        if family == wsk::Family::V4 {
            let wanted = has(BindOptions::BROADCAST);
            let told = set(SocketOption::ReceiveBroadcast(wanted));
            if wanted {
                told?;
            }
        }
    }
    Ok(())
}

const fn wsk_family(family: Family) -> wsk::Family {
    match family {
        Family::V4 => wsk::Family::V4,
        Family::V6 => wsk::Family::V6,
    }
}
