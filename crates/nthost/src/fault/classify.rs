//! Which rule a driver broke that faulted.

use super::{
    Fault,
    code::{self, Instruction},
    place::{self, Place},
    regions::{self, Meaning},
};
use crate::{
    ke::{bug_check, irql},
    ndis,
    nt::{
        DISPATCH_LEVEL, NTSTATUS, STATUS_ACCESS_VIOLATION, STATUS_ASSERTION_FAILURE,
        STATUS_BREAKPOINT, STATUS_DATATYPE_MISALIGNMENT, STATUS_FLOAT_INVALID_OPERATION,
        STATUS_ILLEGAL_INSTRUCTION, STATUS_INTEGER_DIVIDE_BY_ZERO, STATUS_PRIVILEGED_INSTRUCTION,
        STATUS_SINGLE_STEP,
    },
    system::System,
    verifier::{Check, Code, catalogue::fault as checks},
};

/// Numbers of the processor's exceptions.
const DIVIDE: u64 = 0;
const DEBUG: u64 = 1;
pub(super) const BREAKPOINT: u64 = 3;
const INVALID_OPCODE: u64 = 6;
const GENERAL_PROTECTION: u64 = 13;
const PAGE_FAULT: u64 = 14;
const FLOATING_POINT: u64 = 16;
const ALIGNMENT: u64 = 17;
const VECTORS: u64 = 19;

/// The double fault, which is what a stack without room ends in.
const DOUBLE_FAULT: u64 = 8;

/// What an address that no structure ends before counts as null.
const NEAR_NULL: usize = 0x1_0000;

/// What a fault is.
pub(super) struct Verdict {
    pub check: &'static Check,
    pub parameters: [u64; 4],
    pub text: String,
    pub history: Vec<String>,
}

impl Verdict {
    fn new(check: &'static Check, parameters: [u64; 4], text: String) -> Self {
        Self { check, parameters, text, history: Vec::new() }
    }
}

/// What was to be done with memory.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
    Execute,
}

impl Access {
    fn of(fault: &Fault) -> Self {
        match fault.error {
            error if error & 0x10 != 0 => Self::Execute,
            error if error & 2 != 0 => Self::Write,
            _ => Self::Read,
        }
    }

    /// As bug checks have it.
    const fn number(self) -> u64 {
        match self {
            Self::Read => 0,
            Self::Write => 1,
            Self::Execute => 8,
        }
    }

    const fn verb(self) -> &'static str {
        match self {
            Self::Read => "reads",
            Self::Write => "writes to",
            Self::Execute => "calls",
        }
    }
}

/// Says what a fault is.
pub(super) fn classify(system: &System, fault: &Fault) -> Verdict {
    let at = fault.place();
    match fault.exception {
        PAGE_FAULT if place::is_stack_overflow(fault) => {
            let text = format!(
                "{} has used up the stack of its thread at IRQL {}",
                Place::of(system, at).who,
                irql::current()
            );
            Verdict::new(checks::STACK, [DOUBLE_FAULT, 0, 0, 0], text)
        }
        PAGE_FAULT => page_fault(system, fault),
        GENERAL_PROTECTION => protection(system, fault),
        _ => {
            let (status, does) = match fault.exception {
                DIVIDE => (STATUS_INTEGER_DIVIDE_BY_ZERO, "divides by zero"),
                DEBUG => (STATUS_SINGLE_STEP, "has a trap set for each instruction"),
                BREAKPOINT => (STATUS_BREAKPOINT, "has a breakpoint, and there is no debugger"),
                INVALID_OPCODE => (
                    STATUS_ILLEGAL_INSTRUCTION,
                    "executes what is no instruction: it aborted, perhaps",
                ),
                FLOATING_POINT | VECTORS => {
                    (STATUS_FLOAT_INVALID_OPERATION, "has enabled exceptions for floating point")
                }
                ALIGNMENT => (STATUS_DATATYPE_MISALIGNMENT, "accesses data that is not aligned"),
                _ => (STATUS_ACCESS_VIOLATION, "does what the processor refuses"),
            };
            exception(status, at, format!("{} {does}", Place::of(system, at).who))
        }
    }
}

/// An exception that nothing handles: the kernel has no handlers, and drivers here have none.
fn exception(status: NTSTATUS, at: usize, text: String) -> Verdict {
    let status = u64::from(status.cast_unsigned());
    Verdict::new(bug_check::exception(), [status, at as u64, 0, 0], text)
}

/// A general protection fault.
fn protection(system: &System, fault: &Fault) -> Verdict {
    let at = fault.place();
    let who = Place::of(system, at).who;
    match code::recognise(&place::instruction(at)) {
        Instruction::FailFast => {
            // The number is in ecx.
            let number = fault.register(libc::REG_RCX) & 0xffff_ffff;
            let text = format!("{who} fails fast with {number}: {}", code::fail_fast(number));
            Verdict::new(checks::FAIL_FAST, [number as u64, 0, 0, 0], text)
        }
        Instruction::Assertion => {
            exception(STATUS_ASSERTION_FAILURE, at, format!("an assertion of {who} failed"))
        }
        Instruction::Interrupt(number) => {
            let text = format!("{who} executes int {number:#x}");
            exception(STATUS_ACCESS_VIOLATION, at, text)
        }
        Instruction::Privileged(name) => {
            let text = format!(
                "{who} executes {name}, which Windows allows in the kernel and a program may not: it \
                 cannot be hosted"
            );
            exception(STATUS_PRIVILEGED_INSTRUCTION, at, text)
        }
        Instruction::Other => {
            let text = format!(
                "{who} uses an address that no address can be, or one that is not aligned for what it \
                 does"
            );
            exception(STATUS_ACCESS_VIOLATION, at, text)
        }
    }
}

fn page_fault(system: &System, fault: &Fault) -> Verdict {
    let access = Access::of(fault);
    let address = fault.address;
    // Who calls what is not there is to be found on the stack only.
    let at = match access {
        Access::Execute => place::word(fault.register(libc::REG_RSP)).unwrap_or_default(),
        _ => fault.place(),
    };
    let place = Place::of(system, at);
    let does = format!("{} {} {address:#x}", place.who, access.verb());
    let (target, from) = (address as u64, at as u64);
    let reference = [target, access.number(), from, 0];
    if let Some(meaning) = regions::meaning(address) {
        let check = if place.is_driver { meaning.check } else { by_kernel(meaning.check) };
        let text = format!("{does}: {}", meaning.what);
        let is_paged = meaning.check == checks::AT_DISPATCH;
        let at_dispatch = [target, irql::current().into(), access.number(), from];
        let reference = if is_paged { at_dispatch } else { reference };
        let parameters = match check.code {
            Code::Windows { first: Some(first), .. } => [first, from, target, access.number()],
            _ => reference,
        };
        return Verdict { check, parameters, text, history: meaning.history };
    }
    if let Some(Meaning { check, what, history }) = ndis::find_touched(system, address) {
        let text = format!("{does}: {what}");
        return Verdict { check, parameters: reference, text, history };
    }
    let level = irql::current();
    if fault.is_mapped && access == Access::Execute {
        let text = format!("{does}, which is data");
        return Verdict::new(checks::NO_EXECUTE, [target, 0, 0, 0], text);
    }
    if access == Access::Write && place::word(address & !7).is_some() {
        let text = format!("{does}, which is only to be read");
        return Verdict::new(checks::READ_ONLY, [target, 0, 0, 0], text);
    }
    let nothing = if address < NEAR_NULL { "a null pointer" } else { "where nothing is" };
    if level >= DISPATCH_LEVEL {
        let check =
            if place.is_driver { checks::AT_DISPATCH } else { checks::AT_DISPATCH_BY_KERNEL };
        let text = format!("{does} at IRQL {level}: {nothing}");
        return Verdict::new(check, [target, level.into(), access.number(), from], text);
    }
    let text = format!("{does}: {nothing}");
    if address < NEAR_NULL {
        return exception(STATUS_ACCESS_VIOLATION, at, text);
    }
    Verdict::new(checks::PAGE_FAULT, reference, text)
}

/// The check for the same mistake where a function of the kernel made it for the driver.
fn by_kernel(check: &'static Check) -> &'static Check {
    if check == checks::FREED_POOL {
        checks::FREED_POOL_BY_KERNEL
    } else if check == checks::BEYOND_POOL {
        checks::BEYOND_POOL_BY_KERNEL
    } else if check == checks::AT_DISPATCH {
        checks::AT_DISPATCH_BY_KERNEL
    } else {
        check
    }
}
