//! Stacks of made-up images.

use std::sync::Arc;

use super::{Registers, Unwinder, into_driver, left_driver};
use crate::{system::System, thread};

const FUNCTION: usize = 0x1000;
const END: usize = 0x1100;
const TABLE: usize = 0x2000;
const CODES: usize = 0x2100;
const SIZE: usize = 0x3000;

/// An image with one function: `push rbx; sub rsp, 32` at its beginning.
fn bytes(end: usize) -> Vec<u8> {
    let mut bytes = vec![0x90; SIZE];
    let words = [FUNCTION, end, CODES].map(|word| u32::try_from(word).unwrap().to_le_bytes());
    bytes[TABLE..TABLE + 12].copy_from_slice(words.as_flattened());
    // Version 1, a prologue of 5 bytes with 2 codes: at 5 a small allocation of 4 * 8 bytes, at 1 a push.
    bytes[CODES..CODES + 8].copy_from_slice(&[1, 5, 2, 0, 5, 0x32, 1, 0x30]);
    bytes
}

fn image(base: usize, end: usize) -> Unwinder {
    Unwinder::new(base, bytes(end).into(), TABLE..TABLE + 12)
}

#[test]
fn a_frame_leads_to_its_caller_with_the_registers_that_it_saved() {
    let stack = [0_usize, 0, 0, 0, 0xb, 0xcafe, 0];
    let rsp = &raw const stack as usize;
    let at = Registers { rip: 0x5_0000 + FUNCTION + 0x20, rsp, kept: [1, 2, 3, 4, 5, 6, 7, 8] };
    let caller = image(0x5_0000, END).caller(at, true).unwrap();
    let expected = Registers { rip: 0xcafe, rsp: rsp + 48, kept: [0xb, 2, 3, 4, 5, 6, 7, 8] };
    assert_eq!(caller, expected);
    // Before the prologue only the return address is there, as in what has no entry.
    let caller =
        image(0x5_0000, END).caller(Registers { rip: 0x5_0000 + FUNCTION, ..at }, false).unwrap();
    assert_eq!((caller.rip, caller.rsp), (0, rsp + 8));
    let leaf = Registers { rip: 0x5_0000 + END + 8, ..at };
    assert_eq!(image(0x5_0000, END).caller(leaf, false).unwrap().rsp, rsp + 8);
}

#[test]
fn a_jump_behind_a_call_is_no_epilogue() {
    let mut bytes = bytes(END);
    // jmp to the next instruction, and ret.
    bytes[FUNCTION + 0x20..FUNCTION + 0x26].copy_from_slice(&[0xe9, 0, 0, 0, 0, 0xc3]);
    let image = Unwinder::new(0x5_0000, bytes.into(), TABLE..TABLE + 12);
    let stack = [0xbeef_usize, 0, 0, 0, 0xb, 0xcafe, 0];
    let rsp = &raw const stack as usize;
    let at = Registers { rip: 0x5_0000 + FUNCTION + 0x20, rsp, kept: [0; 8] };
    assert_eq!(image.caller(at, true).map(|caller| caller.rip), Some(0xcafe));
    assert_eq!(image.caller(at, false).map(|caller| caller.rip), Some(0xbeef), "a tail call");
}

#[test]
fn no_stack_and_no_image_are_too_broken() {
    let at = Registers { rip: 0x5_0000 + FUNCTION + 0x20, rsp: 8, kept: [0; 8] };
    assert_eq!(image(0x5_0000, END).caller(at, true), None);
    assert_eq!(image(0x5_0000, END).caller(Registers { rsp: 3, ..at }, false), None);
    assert_eq!(image(0x5_0000, END).caller(Registers { rsp: usize::MAX - 6, ..at }, false), None);
    assert_eq!(image(0x5_0000, END).caller(Registers { rip: 0, ..at }, false), None);
    assert_eq!(image(0x5_0000, SIZE + 1).caller(at, true), None);
}

#[test]
fn a_call_of_a_driver_hides_the_edge_until_it_returns() {
    let system = Arc::new(System::new(1));
    let edge = |rip| Registers { rip, ..Registers::default() };
    let now = || thread::current(|thread| (thread.edge.get().rip, thread.caller.get()));
    thread::enter(&system, |_| {
        left_driver(edge(1));
        into_driver(|| {
            assert_eq!(now().0, 0);
            left_driver(edge(2));
            into_driver(|| left_driver(edge(3)));
            assert_eq!(now(), (2, 2));
        });
        assert_eq!(now(), (1, 1));
    });
}
