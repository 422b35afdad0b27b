//! The handler of signals.

use std::{
    mem::MaybeUninit,
    ptr,
    sync::{Once, OnceLock},
};

use libc::{c_int, c_void, sigaction, siginfo_t, ucontext_t};

use super::{place, report, reserve};
use crate::{
    ex::pool,
    overtime,
    stack::{self, Registers},
    system::System,
    thread,
};

/// The flag that traps after each instruction.
const TRAP: i64 = 0x100;
/// The flag for the direction of copies, with which functions are not called.
const DIRECTION: i64 = 0x400;
/// The flag that forbids accesses that are not aligned.
const ALIGNMENT: i64 = 0x4_0000;

/// The signal that interrupts a driver, which does nothing to who does not expect it.
pub(crate) const INTERRUPT: c_int = libc::SIGURG;

/// The signals of faults, and that one.
const SIGNALS: [c_int; 6] =
    [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE, libc::SIGTRAP, INTERRUPT];

/// Code of `SIGSEGV`: there is memory, but not for this.
const SEGV_ACCERR: c_int = 2;

/// Who handled the signals before.
static BEFORE: [OnceLock<sigaction>; SIGNALS.len()] = [const { OnceLock::new() }; SIGNALS.len()];

/// What is known of a fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// The number of the processor's exception.
    pub exception: u64,
    /// The error code that goes with it.
    pub error: u64,
    /// The memory that could not be accessed.
    pub address: usize,
    /// There is memory at that address.
    pub is_mapped: bool,
    /// The registers, by the host's numbers.
    pub registers: [i64; 23],
}

impl Fault {
    /// The number where it is none of the processor: the driver was interrupted.
    pub const INTERRUPTED: u64 = 256;

    /// A register, by the host's number.
    pub fn register(&self, number: c_int) -> usize {
        let value = usize::try_from(number).ok().and_then(|number| self.registers.get(number));
        let value = value.map(|value| usize::try_from(value.cast_unsigned()));
        value.and_then(Result::ok).unwrap_or_default()
    }

    /// Where the instruction is that faulted.
    pub fn place(&self) -> usize {
        // Behind a breakpoint the processor goes on.
        let behind = usize::from(self.exception == super::classify::BREAKPOINT);
        self.register(libc::REG_RIP) - behind
    }
}

impl Fault {
    /// Where a driver is that has faulted, or that has called the kernel, which has faulted; and the calls
    /// that led there.
    pub fn walk(&self, system: &System) -> Vec<usize> {
        let general = [
            libc::REG_RBX,
            libc::REG_RBP,
            libc::REG_RSI,
            libc::REG_RDI,
            libc::REG_R12,
            libc::REG_R13,
            libc::REG_R14,
            libc::REG_R15,
        ];
        let kept = general.map(|number| self.register(number));
        let (rip, rsp) = (self.place(), self.register(libc::REG_RSP));
        if system.is_in_driver(rip) {
            return stack::walk_from(Registers { rip, rsp, kept }, rip);
        }
        // What is called and is no function has no frame: there is only where it would return to.
        match place::word(rsp) {
            Some(caller) if rip == self.address && system.is_in_driver(caller) => {
                let registers = Registers { rip: caller, rsp: rsp + size_of::<usize>(), kept };
                stack::walk_from(registers, caller - 1)
            }
            _ => stack::walk(),
        }
    }
}

/// Installs the handler, once for the process.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for (signal, before) in SIGNALS.iter().zip(&BEFORE) {
            let mut action = blank();
            action.sa_sigaction = handle as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            if *signal == INTERRUPT {
                action.sa_flags |= libc::SA_RESTART;
            }
            let mut old = blank();
            // SAFETY: the handler may be called for this signal, and there is room for the old one.
            let done = unsafe { libc::sigaction(*signal, &raw const action, &raw mut old) };
            debug_assert_eq!(done, 0);
            before.get_or_init(|| old);
        }
    });
}

fn blank() -> sigaction {
    // SAFETY: zeros are a value of it: the default action.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

/// Sends the thread on to the report of its fault, if it runs a driver.
///
/// # Safety
///
/// As for handlers with `SA_SIGINFO`. It calls nothing that a handler may not call.
unsafe extern "C" fn handle(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: the host passes a context, which is valid until the handler returns.
    let machine = unsafe { &mut (*context.cast::<ucontext_t>()).uc_mcontext };
    // SAFETY: the host passes what is known of the signal.
    let info_value = unsafe { &*info };
    // What somebody sends is no fault.
    let is_fault = info_value.si_code > 0;
    let at = usize::try_from(machine.gregs[libc::REG_RIP as usize]).unwrap_or_default();
    let is_interrupt = signal == INTERRUPT && overtime::is_due() && overtime::is_code(at);
    if is_fault && signal == libc::SIGSEGV {
        // SAFETY: faults have an address.
        let address = unsafe { info_value.si_addr() } as usize;
        if pool::page_in(address) {
            return;
        }
    }
    if let Some(end) = reserve::end().filter(|_| is_fault || is_interrupt)
        && thread::is(|thread| {
            let is_first = !thread.exit.get().is_null() && thread.fault.get().is_none();
            if is_first {
                let fault = if is_interrupt { interrupted } else { fault };
                thread.fault.set(Some(fault(info_value, &machine.gregs)));
            }
            is_first
        })
    {
        // As if it had been called: a place for the address that it returns to, which is none.
        let top = end - 8;
        // SAFETY: the stack is mapped, and used by this only.
        unsafe { (top as *mut usize).write(0) };
        let registers = &mut machine.gregs;
        registers[libc::REG_RIP as usize] = report::begin as *const () as i64;
        registers[libc::REG_RSP as usize] = top.cast_signed() as i64;
        registers[libc::REG_EFL as usize] &= !(TRAP | DIRECTION | ALIGNMENT);
        return;
    }
    // SAFETY: what the host has passed goes on to who was there before.
    unsafe { pass_on(signal, info, context) };
}

fn fault(info: &siginfo_t, registers: &[i64; 23]) -> Fault {
    // SAFETY: faults have an address.
    let address = unsafe { info.si_addr() } as usize;
    Fault {
        exception: registers[libc::REG_TRAPNO as usize].cast_unsigned(),
        error: registers[libc::REG_ERR as usize].cast_unsigned(),
        address,
        is_mapped: info.si_signo == libc::SIGSEGV && info.si_code == SEGV_ACCERR,
        registers: *registers,
    }
}

fn interrupted(_info: &siginfo_t, registers: &[i64; 23]) -> Fault {
    let exception = Fault::INTERRUPTED;
    Fault { exception, error: 0, address: 0, is_mapped: false, registers: *registers }
}

/// Does what would have been done without the handler.
///
/// # Safety
///
/// As for handlers with `SA_SIGINFO`.
unsafe fn pass_on(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let known = SIGNALS.iter().position(|&known| known == signal);
    let before = known.and_then(|index| BEFORE[index].get());
    let handler = before.map_or(libc::SIG_DFL, |before| before.sa_sigaction);
    match handler {
        libc::SIG_IGN => {}
        // That is what is done with it otherwise.
        libc::SIG_DFL if signal == INTERRUPT => {}
        libc::SIG_DFL => {
            let default = blank();
            // SAFETY: the default action is always allowed.
            unsafe { libc::sigaction(signal, &raw const default, ptr::null_mut()) };
            // SAFETY: it has no preconditions. The signal is blocked until the handler has returned.
            unsafe { libc::raise(signal) };
        }
        _ if before.is_some_and(|before| before.sa_flags & libc::SA_SIGINFO != 0) => {
            type Handler = unsafe extern "C" fn(c_int, *mut siginfo_t, *mut c_void);
            // SAFETY: who set it said that it is of this type.
            let handler = unsafe { std::mem::transmute::<usize, Handler>(handler) };
            // SAFETY: by the contract.
            unsafe { handler(signal, info, context) };
        }
        _ => {
            // SAFETY: who set it said that it is of this type.
            let handler =
                unsafe { std::mem::transmute::<usize, unsafe extern "C" fn(c_int)>(handler) };
            // SAFETY: by the contract.
            unsafe { handler(signal) };
        }
    }
}
