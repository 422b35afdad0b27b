//! Parameters of a stack location, by what is asked: plug and play, and power.
//!
//! Some members of these structs are aligned like a pointer in C, which `Padding` stands for here.

use core::ffi::c_void;

use crate::nt::{
    BOOLEAN, GUID, POWER_ACTION, POWER_STATE, POWER_STATE_TYPE, SYSTEM_POWER_STATE,
    SYSTEM_POWER_STATE_CONTEXT,
};

/// [`IRP_MN_START_DEVICE`](crate::nt::IRP_MN_START_DEVICE).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_START_DEVICE {
    /// Resources of the device, as its bus has them.
    pub AllocatedResources: *mut CM_RESOURCE_LIST,
    /// Resources of the device, as the processor has them.
    pub AllocatedResourcesTranslated: *mut CM_RESOURCE_LIST,
}

/// [`IRP_MN_QUERY_DEVICE_RELATIONS`](crate::nt::IRP_MN_QUERY_DEVICE_RELATIONS).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_QUERY_DEVICE_RELATIONS {
    /// Which relations.
    pub Type: i32,
}

/// [`IRP_MN_QUERY_INTERFACE`](crate::nt::IRP_MN_QUERY_INTERFACE).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_QUERY_INTERFACE {
    /// Which interface.
    pub InterfaceType: *const GUID,
    /// Bytes that there is room for.
    pub Size: u16,
    /// Which version.
    pub Version: u16,
    /// Where it goes.
    pub Interface: *mut INTERFACE,
    /// More about what is asked for.
    pub InterfaceSpecificData: *mut c_void,
}

/// [`IRP_MN_QUERY_CAPABILITIES`](crate::nt::IRP_MN_QUERY_CAPABILITIES).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_DEVICE_CAPABILITIES {
    /// Where they go.
    pub Capabilities: *mut DEVICE_CAPABILITIES,
}

/// [`IRP_MN_FILTER_RESOURCE_REQUIREMENTS`](crate::nt::IRP_MN_FILTER_RESOURCE_REQUIREMENTS).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_FILTER_RESOURCE_REQUIREMENTS {
    /// What to filter.
    pub IoResourceRequirementList: *mut IO_RESOURCE_REQUIREMENTS_LIST,
}

/// [`IRP_MN_READ_CONFIG`](crate::nt::IRP_MN_READ_CONFIG) and
/// [`IRP_MN_WRITE_CONFIG`](crate::nt::IRP_MN_WRITE_CONFIG).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_READ_WRITE_CONFIG {
    /// Which configuration space.
    pub WhichSpace: u32,
    /// The data.
    pub Buffer: *mut c_void,
    /// Where to begin.
    pub Offset: u32,
    /// Unused.
    pub Padding: u32,
    /// Bytes.
    pub Length: u32,
}

/// [`IRP_MN_SET_LOCK`](crate::nt::IRP_MN_SET_LOCK).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_SET_LOCK {
    /// To lock, not to unlock.
    pub Lock: BOOLEAN,
}

/// [`IRP_MN_QUERY_ID`](crate::nt::IRP_MN_QUERY_ID).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_QUERY_ID {
    /// Which identifier.
    pub IdType: i32,
}

/// [`IRP_MN_QUERY_DEVICE_TEXT`](crate::nt::IRP_MN_QUERY_DEVICE_TEXT).
#[repr(C, align(8))]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_QUERY_DEVICE_TEXT {
    /// Which text.
    pub DeviceTextType: i32,
    /// Unused.
    pub Padding: u32,
    /// In which language.
    pub LocaleId: u32,
}

/// [`IRP_MN_DEVICE_USAGE_NOTIFICATION`](crate::nt::IRP_MN_DEVICE_USAGE_NOTIFICATION).
#[repr(C, align(8))]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_USAGE_NOTIFICATION {
    /// The use begins, not ends.
    pub InPath: BOOLEAN,
    /// Unused.
    pub Reserved: [BOOLEAN; 3],
    /// Unused.
    pub Padding: u32,
    /// Which use.
    pub Type: i32,
}

/// [`IRP_MN_WAIT_WAKE`](crate::nt::IRP_MN_WAIT_WAKE).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_WAIT_WAKE {
    /// Deepest state to wake from.
    pub PowerState: SYSTEM_POWER_STATE,
}

/// [`IRP_MN_POWER_SEQUENCE`](crate::nt::IRP_MN_POWER_SEQUENCE).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_POWER_SEQUENCE {
    /// Where the counts go.
    pub PowerSequence: *mut POWER_SEQUENCE,
}

/// [`IRP_MN_SET_POWER`](crate::nt::IRP_MN_SET_POWER) and
/// [`IRP_MN_QUERY_POWER`](crate::nt::IRP_MN_QUERY_POWER).
#[repr(C, align(8))]
#[derive(Clone, Copy, Default)]
pub struct IO_STACK_POWER {
    /// Why.
    pub u: IO_STACK_POWER_CONTEXT,
    /// Unused.
    pub Padding: u32,
    /// Of the system or of the device.
    pub Type: POWER_STATE_TYPE,
    /// Unused.
    pub Padding2: u32,
    /// Which state.
    pub State: POWER_STATE,
    /// Unused.
    pub Padding3: u32,
    /// What the system does.
    pub ShutdownType: POWER_ACTION,
}

/// Why the power state changes.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IO_STACK_POWER_CONTEXT {
    /// Reserved.
    pub SystemContext: u32,
    /// From which state to which.
    pub SystemPowerStateContext: SYSTEM_POWER_STATE_CONTEXT,
}

default_is_zero!(IO_STACK_POWER_CONTEXT);

opaque! {
    /// Table of functions of one driver for another.
    INTERFACE;
    /// What a device can do.
    DEVICE_CAPABILITIES;
    /// Resources that a device needs.
    IO_RESOURCE_REQUIREMENTS_LIST;
    /// Resources of a device.
    CM_RESOURCE_LIST;
    /// How often power states were entered.
    POWER_SEQUENCE;
}
