//! What administrators set for the drivers, in the registry.
//!
//! The values are below the key `Parameters` of the service, such as
//! `HKLM\SYSTEM\CurrentControlSet\Services\wskrx\Parameters`, and are read when the driver starts. What is not
//! there, of another type or out of bounds has its default, and a line for the debugger says so.
//! `docs/parameters.md` has the same table.
//!
//! | value | type | from | to | default | meaning |
//! |---|---|---|---|---|---|
//! | `QueueBytes` | `REG_DWORD` | 65536 | 1073741824 | 4194304 | bytes of the queue of a handle whose program leaves that to the driver |
//! | `DeviceSecurity` | `REG_SZ` | | | `D:P(A;;GA;;;SY)(A;;GA;;;BA)` | who may open the device |
//! | `LogLevel` | `REG_DWORD` | 0 | 5 | 5 | how much the driver says: nothing, critical, errors, warnings, information, everything |

use rx_abi::QUEUE_BYTES;
use wdm::{ControlDevice, DriverObject, Passive, debug, unicode};

/// As large as a queue is where nobody says anything.
const DEFAULT_QUEUE_BYTES: u32 = 4 << 20;

/// What a driver needs to know of them later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Bytes of the queue of a handle whose program leaves that to the driver.
    pub queue_bytes: u32,
}

impl Parameters {
    /// Reads them, and does what can be done at once: sets how much the driver says, and who may open the
    /// devices that it is yet to make.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    pub fn apply<D: ControlDevice>(driver: &mut DriverObject<'_, D>, irql: &Passive) -> Self {
        let parameters = driver.parameters(irql);
        let number = |name, bounds, otherwise| parameters.number(name, bounds, otherwise, irql);
        let most = u32::from(debug::HIGHEST_LEVEL);
        let levels = 0..=most;
        let level = number(unicode!("LogLevel"), &levels, most);
        debug::set_level(u8::try_from(level).unwrap_or(debug::HIGHEST_LEVEL));
        driver.set_device_security(parameters.security(unicode!("DeviceSecurity"), irql));
        Self { queue_bytes: number(unicode!("QueueBytes"), &QUEUE_BYTES, DEFAULT_QUEUE_BYTES) }
    }
}
