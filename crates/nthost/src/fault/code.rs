//! What an instruction is that the processor refused with a general protection fault.

/// What an instruction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instruction {
    /// `int 29h`: the driver found something wrong and asks for the end.
    FailFast,
    /// `int 2ch`: an assertion of the driver failed.
    Assertion,
    /// Another software interrupt.
    Interrupt(u8),
    /// One that is for the innermost ring of the processor.
    Privileged(&'static str),
    /// Any other.
    Other,
}

/// Recognises what matters here by the first bytes of an instruction.
pub(super) fn recognise(bytes: &[u8]) -> Instruction {
    let is_prefix = |byte: &u8| {
        matches!(byte, 0x26 | 0x2e | 0x36 | 0x3e | 0x40..=0x4f | 0x64 | 0x65 | 0x66 | 0xf2 | 0xf3)
    };
    let start = bytes.iter().position(|byte| !is_prefix(byte)).unwrap_or(bytes.len());
    let name = match bytes.get(start..).unwrap_or_default() {
        [0xcd, 0x29, ..] => return Instruction::FailFast,
        [0xcd, 0x2c, ..] => return Instruction::Assertion,
        [0xcd, number, ..] => return Instruction::Interrupt(*number),
        [0xf4, ..] => "hlt",
        [0xfa, ..] => "cli",
        [0xfb, ..] => "sti",
        [0xe4..=0xe5 | 0xec..=0xed | 0x6c..=0x6d, ..] => "in",
        [0xe6..=0xe7 | 0xee..=0xef | 0x6e..=0x6f, ..] => "out",
        [0x0f, 0x06, ..] => "clts",
        [0x0f, 0x08, ..] => "invd",
        [0x0f, 0x09, ..] => "wbinvd",
        [0x0f, 0x20 | 0x22, ..] => "mov to or from a control register",
        [0x0f, 0x21 | 0x23, ..] => "mov to or from a debug register",
        [0x0f, 0x30, ..] => "wrmsr",
        [0x0f, 0x32, ..] => "rdmsr",
        [0x0f, 0x33, ..] => "rdpmc",
        [0x0f, 0x01, 0xf8, ..] => "swapgs",
        [0x0f, 0x01, modifier, ..] if matches!(modifier >> 3 & 7, 2 | 3) => "lgdt or lidt",
        [0x0f, 0x01, modifier, ..] if modifier >> 3 & 7 == 7 => "invlpg",
        _ => return Instruction::Other,
    };
    Instruction::Privileged(name)
}

/// What a driver says with the number that goes with `int 29h`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/debugger/bug-check-0x139--kernel-security-check-failure)
pub(super) fn fail_fast(number: usize) -> &'static str {
    match number {
        0 | 2 => "a buffer on the stack was overrun",
        1 => "a table of virtual functions is not one",
        3 => "the links of a LIST_ENTRY do not fit together: it was removed twice or overwritten",
        5 => "a function was called with a parameter that it calls fatal",
        6 => "the cookie for checks of the stack was never set",
        7 => "the driver asked for the end: it panicked or aborted",
        8 => "an index was beyond the end of an array",
        10 => "an indirect call would have gone to what is no function",
        14 => "a reference count is wrong",
        19 => "data was changed that is only to be read",
        28 => "a buffer was accessed beyond its end",
        29 => "a balanced tree is damaged",
        _ => "something was found wrong",
    }
}

#[cfg(test)]
mod tests {
    use super::{Instruction, recognise};

    #[test]
    fn what_matters_is_recognised() {
        assert_eq!(recognise(&[0xcd, 0x29, 0xcc]), Instruction::FailFast);
        assert_eq!(recognise(&[0xcd, 0x2c]), Instruction::Assertion);
        assert_eq!(recognise(&[0xcd, 0x80]), Instruction::Interrupt(0x80));
        assert_eq!(recognise(&[0xfa]), Instruction::Privileged("cli"));
        assert_eq!(recognise(&[0x48, 0x0f, 0x32]), Instruction::Privileged("rdmsr"));
        assert_eq!(recognise(&[0x0f, 0x01, 0x10]), Instruction::Privileged("lgdt or lidt"));
        assert_eq!(recognise(&[0x48, 0x8b, 0x00]), Instruction::Other);
        assert_eq!(recognise(&[]), Instruction::Other);
    }
}
