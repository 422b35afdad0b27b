//! The code between a driver's import table and the functions of the kernel.
//!
//! Each import leads to a stub of its own, which lets the kernel look at the call first, and then jumps
//! to the function with all arguments untouched.

use std::{
    ffi::c_void,
    io,
    ops::RangeInclusive,
    sync::atomic::{AtomicU64, Ordering},
};

use rustix::mm::MprotectFlags;

use super::mapping::{Mapping, PAGE};
use crate::{
    export::{Export, Kind},
    fault, overtime, sched,
    stack::{self, Registers},
    stop, thread, verifier,
};

/// Bytes of a stub.
const SIZE: usize = 96;

/// The stubs of an image.
pub(super) struct Stubs {
    code: Mapping,
    sites: Box<[CallSite]>,
}

/// What is known of the calls of one imported function.
struct CallSite {
    name: &'static str,
    function: *const (),
    irql: &'static RangeInclusive<u8>,
    calls: AtomicU64,
}

// SAFETY: the address of a function may be used on any thread.
unsafe impl Send for CallSite {}
// SAFETY: as above.
unsafe impl Sync for CallSite {}

impl Stubs {
    /// Makes a stub for each function among the exports.
    pub fn new(exports: &[&'static Export]) -> io::Result<Self> {
        let sites: Box<[_]> = exports.iter().filter_map(|export| CallSite::new(export)).collect();
        let code = Mapping::new((sites.len() * SIZE).max(PAGE))?;
        for (index, site) in sites.iter().enumerate() {
            code.write(index * SIZE, &stub(site));
        }
        code.protect(0, code.size(), MprotectFlags::READ | MprotectFlags::EXEC)?;
        Ok(Self { code, sites })
    }

    /// What goes into the import table for each of the exports that this was made for: the address of
    /// a function's stub, or of a variable.
    pub fn addresses(&self, exports: &[&'static Export]) -> impl Iterator<Item = usize> {
        let mut stubs = (0..self.sites.len()).map(|index| self.code.base() + index * SIZE);
        exports.iter().map(move |export| match export.kind {
            Kind::Function { .. } => stubs.next().unwrap_or_default(),
            Kind::Data => export.address as usize,
        })
    }

    /// The names of the functions, and how often each was called.
    pub fn calls(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.sites.iter().map(|site| (site.name, site.calls.load(Ordering::Relaxed)))
    }
}

/// The stub of an export that no import table names.
pub(crate) struct Stub {
    stubs: Stubs,
    export: &'static Export,
}

impl Stub {
    /// Makes the stub.
    pub fn new(export: &'static Export) -> io::Result<Self> {
        Ok(Self { stubs: Stubs::new(&[export])?, export })
    }

    /// What a driver calls, or the address of a variable.
    pub fn address(&self) -> *mut c_void {
        let address = self.stubs.addresses(&[self.export]).next();
        address.unwrap_or_default() as *mut c_void
    }
}

impl CallSite {
    fn new(export: &'static Export) -> Option<Self> {
        let Kind::Function { irql } = &export.kind else { return None };
        let calls = AtomicU64::new(0);
        Some(Self { name: export.name, function: export.address, irql, calls })
    }
}

/// Machine code that calls [`called`] for a site with the registers of the caller, and then jumps to the
/// function.
fn stub(site: &CallSite) -> [u8; SIZE] {
    let mut code = Vec::with_capacity(SIZE);
    // push rcx; push rdx; push r8; push r9: the arguments that are passed in registers.
    code.extend([0x51, 0x52, 0x41, 0x50, 0x41, 0x51]);
    // push r15; push r14; push r13; push r12; push rdi; push rsi; push rbp; push rbx: what the caller's
    // own callers want back.
    code.extend([0x41, 0x57, 0x41, 0x56, 0x41, 0x55, 0x41, 0x54, 0x57, 0x56, 0x55, 0x53]);
    // mov rdx, rsp
    code.extend([0x48, 0x89, 0xe2]);
    // sub rsp, 40: room for the callee's copies of its arguments, and the alignment of the stack.
    code.extend([0x48, 0x83, 0xec, 0x28]);
    // mov rcx, site
    code.extend([0x48, 0xb9]);
    code.extend((&raw const *site as u64).to_le_bytes());
    // mov rax, called; call rax
    code.extend([0x48, 0xb8]);
    code.extend((called as *const () as u64).to_le_bytes());
    code.extend([0xff, 0xd0]);
    // add rsp, 104; pop r9; pop r8; pop rdx; pop rcx: the other registers have their values still.
    code.extend([0x48, 0x83, 0xc4, 0x68, 0x41, 0x59, 0x41, 0x58, 0x5a, 0x59]);
    // mov rax, function; jmp rax
    code.extend([0x48, 0xb8]);
    code.extend((site.function as u64).to_le_bytes());
    code.extend([0xff, 0xe0]);
    code.resize(SIZE, 0xcc);
    code.try_into().unwrap_or([0xcc; SIZE])
}

/// What a stub has put on the stack.
#[repr(C)]
struct Pushed {
    kept: [usize; 8],
    arguments: [usize; 4],
    /// The return address of the caller.
    returns: usize,
}

/// What every stub calls before it hands the call on. Once the system has stopped, it does not.
extern "efiapi" fn called(site: &CallSite, pushed: *mut Pushed) {
    site.calls.fetch_add(1, Ordering::Relaxed);
    // SAFETY: the stub has put it there.
    let returns = unsafe { &raw mut (*pushed).returns };
    // SAFETY: as above.
    let Pushed { kept, returns: caller, .. } = unsafe { pushed.read() };
    // The stack pointer is what it will be when the function has returned.
    let rsp = returns.wrapping_add(1) as usize;
    stack::left_driver(Registers { rip: caller, rsp, kept });
    thread::current(|thread| {
        thread.returns.set(returns);
        if thread.depth.is_elsewhere(returns.addr()) {
            fault::on_other_stack();
        }
        thread.depth.call(returns.addr());
    });
    sched::point(site.name, caller);
    verifier::check_irql(site.name, site.irql, caller);
    overtime::look();
    if stop::is_stopped() {
        stop::leave();
    }
}
