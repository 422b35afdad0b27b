//! The link of an adapter.

use core::mem::offset_of;

use ndis_sys as sys;

/// The link of an adapter, as NDIS says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Whether there is one; `None` if that is not known.
    pub connected: Option<bool>,
    /// Whether it goes both ways at once; `None` if that is not known.
    pub full_duplex: Option<bool>,
    /// Bits per second to send; `None` if that is not known.
    pub send_speed: Option<u64>,
    /// Bits per second to receive; `None` if that is not known.
    pub receive_speed: Option<u64>,
}

impl Link {
    /// From the values that `NDIS_BIND_PARAMETERS` and `NDIS_LINK_STATE` have.
    #[must_use]
    pub const fn new(
        connect: sys::NDIS_MEDIA_CONNECT_STATE,
        duplex: sys::NDIS_MEDIA_DUPLEX_STATE,
        send: u64,
        receive: u64,
    ) -> Self {
        Self {
            connected: match connect {
                sys::MediaConnectStateConnected => Some(true),
                sys::MediaConnectStateDisconnected => Some(false),
                _ => None,
            },
            full_duplex: match duplex {
                sys::MediaDuplexStateFull => Some(true),
                sys::MediaDuplexStateHalf => Some(false),
                _ => None,
            },
            send_speed: speed(send),
            receive_speed: speed(receive),
        }
    }

    /// From the payload of `NDIS_STATUS_LINK_STATE`, a `NDIS_LINK_STATE` of this revision or a later one.
    /// `None` if it is not one.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/ndis-status-link-state)
    #[must_use]
    pub fn parse(payload: &[u8]) -> Option<Self> {
        const SIZE: usize = sys::NDIS_SIZEOF_LINK_STATE_REVISION_1 as usize;
        let header = payload.first_chunk::<4>()?;
        let size = usize::from(u16::from_le_bytes([header[2], header[3]]));
        if header[0] != sys::NDIS_OBJECT_TYPE_DEFAULT || header[1] == 0 || size < SIZE {
            return None;
        }
        let payload = payload.get(..SIZE)?;
        Some(Self::new(
            i32::from_le_bytes(at(payload, offset_of!(sys::NDIS_LINK_STATE, MediaConnectState))?),
            i32::from_le_bytes(at(payload, offset_of!(sys::NDIS_LINK_STATE, MediaDuplexState))?),
            u64::from_le_bytes(at(payload, offset_of!(sys::NDIS_LINK_STATE, XmitLinkSpeed))?),
            u64::from_le_bytes(at(payload, offset_of!(sys::NDIS_LINK_STATE, RcvLinkSpeed))?),
        ))
    }
}

const fn speed(bits: u64) -> Option<u64> {
    if bits == sys::NDIS_LINK_SPEED_UNKNOWN { None } else { Some(bits) }
}

fn at<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..)?.first_chunk().copied()
}
