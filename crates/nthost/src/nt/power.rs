//! Power states.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/system-power-states)

/// Power state of the system.
pub type SYSTEM_POWER_STATE = i32;

/// Unknown.
pub const PowerSystemUnspecified: SYSTEM_POWER_STATE = 0;
/// Works.
pub const PowerSystemWorking: SYSTEM_POWER_STATE = 1;
/// Sleeps, and all is in its place.
pub const PowerSystemSleeping1: SYSTEM_POWER_STATE = 2;
/// Sleeps without the processor's caches.
pub const PowerSystemSleeping2: SYSTEM_POWER_STATE = 3;
/// Sleeps, and only memory is kept.
pub const PowerSystemSleeping3: SYSTEM_POWER_STATE = 4;
/// Is off, and memory is on the disk.
pub const PowerSystemHibernate: SYSTEM_POWER_STATE = 5;
/// Is off.
pub const PowerSystemShutdown: SYSTEM_POWER_STATE = 6;
/// End of the enumeration.
pub const PowerSystemMaximum: SYSTEM_POWER_STATE = 7;

/// Power state of a device.
pub type DEVICE_POWER_STATE = i32;

/// Unknown.
pub const PowerDeviceUnspecified: DEVICE_POWER_STATE = 0;
/// Works.
pub const PowerDeviceD0: DEVICE_POWER_STATE = 1;
/// Sleeps lightly.
pub const PowerDeviceD1: DEVICE_POWER_STATE = 2;
/// Sleeps.
pub const PowerDeviceD2: DEVICE_POWER_STATE = 3;
/// Is off.
pub const PowerDeviceD3: DEVICE_POWER_STATE = 4;
/// End of the enumeration.
pub const PowerDeviceMaximum: DEVICE_POWER_STATE = 5;

/// Power state of the system or of a device.
#[repr(C)]
#[derive(Clone, Copy)]
pub union POWER_STATE {
    /// Of the system.
    pub SystemState: SYSTEM_POWER_STATE,
    /// Of a device.
    pub DeviceState: DEVICE_POWER_STATE,
}

default_is_zero!(POWER_STATE);

/// Which of the two a [`POWER_STATE`] is.
pub type POWER_STATE_TYPE = i32;

/// Of the system.
pub const SystemPowerState: POWER_STATE_TYPE = 0;
/// Of a device.
pub const DevicePowerState: POWER_STATE_TYPE = 1;

/// What the system does.
pub type POWER_ACTION = i32;

/// Nothing.
pub const PowerActionNone: POWER_ACTION = 0;
/// Reserved.
pub const PowerActionReserved: POWER_ACTION = 1;
/// Sleeps.
pub const PowerActionSleep: POWER_ACTION = 2;
/// Hibernates.
pub const PowerActionHibernate: POWER_ACTION = 3;
/// Shuts down.
pub const PowerActionShutdown: POWER_ACTION = 4;
/// Shuts down and starts again.
pub const PowerActionShutdownReset: POWER_ACTION = 5;
/// Shuts down and turns off.
pub const PowerActionShutdownOff: POWER_ACTION = 6;
/// Sleeps while it is taken out of its dock.
pub const PowerActionWarmEject: POWER_ACTION = 7;

/// From which state of the system to which a power request leads.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_system_power_state_context)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct SYSTEM_POWER_STATE_CONTEXT {
    /// The whole: `TARGET_SYSTEM_STATE_MASK` and so on.
    pub ContextAsUlong: u32,
}

impl SYSTEM_POWER_STATE_CONTEXT {
    /// Reserved.
    pub const RESERVED1_MASK: u32 = 0xff;
    /// State that was asked for.
    pub const TARGET_SYSTEM_STATE_MASK: u32 = 0xf00;
    /// State that is entered.
    pub const EFFECTIVE_SYSTEM_STATE_MASK: u32 = 0xf000;
    /// State from before.
    pub const CURRENT_SYSTEM_STATE_MASK: u32 = 0xf_0000;
    /// Hibernation is ignored.
    pub const IGNORE_HIBERNATION_PATH_MASK: u32 = 0x10_0000;
    /// The system starts up quickly from the disk.
    pub const PSEUDO_TRANSITION_MASK: u32 = 0x20_0000;
    /// The kernel hibernates only.
    pub const KERNEL_SOFT_REBOOT_MASK: u32 = 0x40_0000;
}
