//! The functions of Windows that events need. They are looked up and not imported: what stands in for Windows
//! (Wine) may lack them, and a driver goes on without events.

use core::{ffi::c_void, mem, ptr::NonNull};

use wdk_sys::NTSTATUS;

use crate::{Passive, routine, unicode};

/// `GUID`
#[repr(C)]
pub struct Guid {
    first: u32,
    second: u16,
    third: u16,
    rest: [u8; 8],
}

impl Guid {
    /// The one with these digits.
    #[expect(clippy::cast_possible_truncation, reason = "each takes its own digits")]
    pub const fn new(digits: u128) -> Self {
        Self {
            first: (digits >> 96) as u32,
            second: (digits >> 80) as u16,
            third: (digits >> 64) as u16,
            rest: (digits as u64).to_be_bytes(),
        }
    }
}

/// `ETWENABLECALLBACK`
pub type EnableCallback =
    unsafe extern "C" fn(*const Guid, u32, u8, u64, u64, *const c_void, *mut c_void);

pub type EtwRegister = unsafe extern "C" fn(
    id: *const Guid,
    callback: EnableCallback,
    context: *mut c_void,
    handle: *mut u64,
) -> NTSTATUS;

pub type EtwUnregister = unsafe extern "C" fn(handle: u64) -> NTSTATUS;

pub type EtwSetInformation =
    unsafe extern "C" fn(handle: u64, class: i32, information: *const u8, length: u32) -> NTSTATUS;

pub type EtwWriteTransfer = unsafe extern "C" fn(
    handle: u64,
    descriptor: *const c_void,
    activity: *const Guid,
    related: *const Guid,
    count: u32,
    data: *const c_void,
) -> NTSTATUS;

/// All of them.
#[derive(Clone, Copy)]
pub struct Routines {
    pub register: EtwRegister,
    pub unregister: EtwUnregister,
    pub set_information: EtwSetInformation,
    pub write_transfer: EtwWriteTransfer,
}

impl Routines {
    /// Looks for them.
    pub fn look_up(irql: &Passive) -> Option<Self> {
        let register = routine::look_up(unicode!("EtwRegister"), irql)?;
        let unregister = routine::look_up(unicode!("EtwUnregister"), irql)?;
        let set_information = routine::look_up(unicode!("EtwSetInformation"), irql)?;
        let write_transfer = routine::look_up(unicode!("EtwWriteTransfer"), irql)?;
        Some(Self {
            // SAFETY: Windows said that the function of this name and type is there.
            register: unsafe { mem::transmute::<NonNull<c_void>, EtwRegister>(register) },
            // SAFETY: as above.
            unregister: unsafe { mem::transmute::<NonNull<c_void>, EtwUnregister>(unregister) },
            // SAFETY: as above.
            set_information: unsafe {
                mem::transmute::<NonNull<c_void>, EtwSetInformation>(set_information)
            },
            // SAFETY: as above.
            write_transfer: unsafe {
                mem::transmute::<NonNull<c_void>, EtwWriteTransfer>(write_transfer)
            },
        })
    }
}
