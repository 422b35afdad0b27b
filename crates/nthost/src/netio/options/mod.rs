//! Options of sockets.

mod group;
mod table;

use std::collections::HashMap;

use wsk_sys::{SO_RCVBUF, SO_WSK_SECURITY, SOL_SOCKET, TIMESTAMPING_CONFIG, TIMESTAMPING_FLAG_RX};

pub(super) use group::{Group, Interface};
pub(super) use table::Setting;

use super::{rules, security, settings::Coalescing, socket::Socket};
use crate::{
    nt::{NTSTATUS, STATUS_INVALID_DEVICE_STATE, STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED},
    thread,
};
use table::{Known, When};

/// The bytes that a socket may hold for its driver, where the driver does not say.
const RECEIVE_BUFFER: u32 = 64 * 1024;

/// Options of a socket, as they were set.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    values: HashMap<(i32, i32), u32>,
    wanted: Wanted,
    ignores_broadcasts: bool,
    exclusive: bool,
    reuses: bool,
}

/// Control messages that a driver wants: a set of the constants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted(u16);

impl Wanted {
    pub const PACKET_INFO_V4: Self = Self(1);
    pub const PACKET_INFO_V6: Self = Self(2);
    pub const TOS_V4: Self = Self(4);
    pub const TCLASS_V6: Self = Self(8);
    pub const ECN_V4: Self = Self(16);
    pub const ECN_V6: Self = Self(32);
    pub const HOPS_V4: Self = Self(64);
    pub const HOPS_V6: Self = Self(128);
    pub const TIMESTAMP: Self = Self(256);

    pub const fn has(self, one: Self) -> bool {
        self.0 & one.0 != 0
    }

    fn set(&mut self, one: Self, on: bool) {
        if on {
            self.0 |= one.0;
        } else {
            self.0 &= !one.0;
        }
    }
}

impl Options {
    pub fn receives_broadcasts(&self) -> bool {
        !self.ignores_broadcasts
    }

    /// The control messages that the driver wants.
    pub fn wanted(&self) -> Wanted {
        self.wanted
    }

    /// Other sockets may have the same address.
    pub fn shares_address(&self) -> bool {
        self.reuses && !self.exclusive
    }

    /// The bytes that a socket may hold for its driver.
    pub fn receive_buffer(&self) -> u32 {
        self.values.get(&(SOL_SOCKET, SO_RCVBUF)).copied().unwrap_or(RECEIVE_BUFFER)
    }

    fn apply(&mut self, setting: &Setting) {
        match *setting {
            Setting::Message(one, on) => self.wanted.set(one, on),
            Setting::ReceiveBroadcasts(on) => self.ignores_broadcasts = !on,
            Setting::ExclusiveAddress(on) => self.exclusive = on,
            Setting::ReuseAddress(on) => self.reuses = on,
            _ => {}
        }
    }
}

impl Socket {
    /// Sets an option.
    pub fn set_option(&self, level: i32, name: i32, input: &[u8]) -> Result<(), NTSTATUS> {
        if (level, name) == (SOL_SOCKET, SO_WSK_SECURITY) {
            return self.set_security(input);
        }
        if let Some(group) = Group::read(level, name, input)? {
            return self.endpoint.set(&Setting::Group(group));
        }
        let known = Known::find(level, name).ok_or(STATUS_NOT_SUPPORTED)?;
        let value = u32::from_ne_bytes(input.try_into().map_err(|_| STATUS_INVALID_PARAMETER)?);
        self.check_order(known.when)?;
        let setting = (known.setting)(value);
        if let Setting::Coalesce(_) = setting
            && thread::system().netio.settings.coalescing == Coalescing::Unsupported
        {
            return Err(STATUS_NOT_SUPPORTED);
        }
        self.endpoint.set(&setting)?;
        let mut core = self.core.lock();
        core.options.values.insert((level, name), value);
        core.options.apply(&setting);
        Ok(())
    }

    /// `SIO_TIMESTAMPING`: tells, or does not tell, when datagrams arrived.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/winsock/winsock-timestamping)
    pub fn set_timestamps(&self, input: &[u8]) -> Result<(), NTSTATUS> {
        if input.len() < size_of::<TIMESTAMPING_CONFIG>() {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let flags = input.first_chunk().map_or(0, |flags| u32::from_ne_bytes(*flags));
        if flags & !TIMESTAMPING_FLAG_RX != 0 {
            return Err(STATUS_NOT_SUPPORTED);
        }
        let setting = Setting::Message(Wanted::TIMESTAMP, flags != 0);
        self.endpoint.set(&setting)?;
        self.core.lock().options.apply(&setting);
        Ok(())
    }

    /// Reads an option.
    pub fn get_option(&self, level: i32, name: i32) -> Result<u32, NTSTATUS> {
        let known = Known::find(level, name).ok_or(STATUS_NOT_SUPPORTED)?;
        if let Some(value) = self.endpoint.get(level, name) {
            return Ok(value);
        }
        let core = self.core.lock();
        Ok(core.options.values.get(&(level, name)).copied().unwrap_or(known.default))
    }

    /// Checks that an option is set at its time.
    fn check_order(&self, when: When) -> Result<(), NTSTATUS> {
        let bound = self.core.lock().local.is_some();
        if when == When::BeforeBinding && bound {
            rules::OPTION_ORDER
                .broken("an option that governs binding was set after the socket was bound");
            return Err(STATUS_INVALID_DEVICE_STATE);
        }
        Ok(())
    }

    /// `SO_WSK_SECURITY`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/so-wsk-security)
    fn set_security(&self, input: &[u8]) -> Result<(), NTSTATUS> {
        self.check_order(When::BeforeBinding)?;
        let descriptor = input.try_into().map_err(|_| STATUS_INVALID_PARAMETER)?;
        let descriptor = usize::from_ne_bytes(descriptor) as *mut _;
        security::check(descriptor).then_some(()).ok_or(STATUS_INVALID_PARAMETER)
    }
}
