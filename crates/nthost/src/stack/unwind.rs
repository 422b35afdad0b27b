//! From a function to its caller.

use std::ops::Range;

use pe_unwind_info::x86_64::{FunctionTableEntries, Register, UnwindState, XmmRegister};

use super::{Registers, memory};

/// What an image says of the frames of its functions.
pub(crate) struct Unwinder {
    base: usize,
    /// The image as it was when it was loaded.
    bytes: Box<[u8]>,
    /// As many bytes that end no function.
    blank: Box<[u8]>,
    /// The place of the table of functions in it.
    functions: Range<usize>,
}

impl Unwinder {
    /// For an image at `base` whose table of functions is at a place in it.
    pub fn new(base: usize, bytes: Box<[u8]>, functions: Range<usize>) -> Self {
        let table = FunctionTableEntries::parse(bytes.get(functions.clone()).unwrap_or_default());
        let is_sound = table.functions().is_some_and(|all| {
            all.iter().all(|one| (one.end_address.get() as usize) <= bytes.len())
        });
        // An image without a sound table has none.
        let functions = if is_sound { functions } else { 0..0 };
        let blank = vec![0; bytes.len()].into();
        Self { base, bytes, blank, functions }
    }

    /// The registers of the caller when the function has returned; `None` if the stack does not say.
    ///
    /// The function is at `at`, or if `calls` has called another one that returns to there. That is not in its
    /// epilogue then, whatever the next instructions look like: a jump behind the call may stay in the function.
    pub fn caller(&self, at: Registers, calls: bool) -> Option<Registers> {
        let functions = self.bytes.get(self.functions.clone()).unwrap_or_default();
        let offset = u32::try_from(at.rip.checked_sub(self.base)?).ok()?;
        let memory = |wanted| {
            let bytes = if calls && wanted == offset { &self.blank } else { &self.bytes };
            bytes.get(usize::try_from(wanted).ok()?..)
        };
        let mut state = State { bottom: at.rsp, registers: at };
        let functions = FunctionTableEntries::parse(functions);
        let rip = functions.unwind_frame(&mut state, memory, offset)?;
        Some(Registers { rip: usize::try_from(rip).ok()?, ..state.registers })
    }
}

/// Where a stack can be: with room on both sides for the size of a frame.
const ADDRESSES: Range<usize> = 1 << 32..1 << 47;
/// What is read of a register that does not point there: an address where nothing is.
const NOWHERE: u64 = 1 << 46;

/// The registers while a frame is left.
struct State {
    /// Where the used part of the stack begins.
    bottom: usize,
    registers: Registers,
}

impl State {
    fn place(&mut self, register: Register) -> Option<&mut usize> {
        let index = match register {
            Register::RSP => return Some(&mut self.registers.rsp),
            Register::RBX => 0,
            Register::RBP => 1,
            Register::RSI => 2,
            Register::RDI => 3,
            Register::R12 => 4,
            Register::R13 => 5,
            Register::R14 => 6,
            Register::R15 => 7,
            // Functions do not keep the others.
            _ => return None,
        };
        self.registers.kept.get_mut(index)
    }
}

impl UnwindState for State {
    fn read_register(&mut self, register: Register) -> u64 {
        let value = self.place(register).map_or(0, |place| *place);
        if ADDRESSES.contains(&value) { value as u64 } else { NOWHERE }
    }

    fn read_stack(&mut self, address: u64) -> Option<u64> {
        memory::read(self.bottom, usize::try_from(address).ok()?)
    }

    fn write_register(&mut self, register: Register, value: u64) {
        if let Some(place) = self.place(register) {
            *place = usize::try_from(value).unwrap_or_default();
        }
    }

    fn write_xmm_register(&mut self, _register: XmmRegister, _value: u128) {}
}
