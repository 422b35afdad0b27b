//! What drivers do wrong with pool.

use std::ops::Range;

use super::{Block, Kind, Wanted, space::Entry, tag_text};
use crate::{
    ex::in_use,
    ke,
    nt::{APC_LEVEL, DISPATCH_LEVEL},
    system::System,
    thread,
    verifier::{self, Code, catalogue::pool as rules},
};

impl Wanted {
    /// As a `POOL_TYPE`.
    fn number(self) -> u64 {
        match self.kind {
            Kind::Executable => 0,
            Kind::Paged => 1,
            Kind::Nonpaged => 512,
        }
    }
}

impl Block {
    fn number(&self) -> u64 {
        if self.is_paged { 1 } else { 512 }
    }

    pub fn describe(&self) -> String {
        format!("a block of {} bytes with the tag {}", self.size, tag_text(self.tag))
    }
}

/// Some calls, in words.
pub(super) fn calls(trace: &[usize]) -> String {
    let frames = thread::system().frames(trace);
    if frames.is_empty() {
        return "the kernel".to_owned();
    }
    let calls: Vec<_> = frames.iter().map(ToString::to_string).collect();
    calls.join(" < ")
}

/// What happened to a block, the oldest first.
pub(super) fn history(block: &Block, freed: Option<&[usize]>) -> Vec<String> {
    let mut history = vec![format!("the block was allocated by {}", calls(&block.trace))];
    history.extend(freed.map(|freed| format!("the block was freed by {}", calls(freed))));
    history
}

/// Looks at what a driver wants.
pub(super) fn allocation(size: usize, tag: u32, wanted: Wanted) {
    let level = ke::irql::current();
    let (kind, bytes) = (wanted.number(), size as u64);
    let is_paged = wanted.kind == Kind::Paged;
    let most = if is_paged { APC_LEVEL } else { DISPATCH_LEVEL };
    if level > most {
        let (check, name) = if is_paged {
            (rules::PAGED_LEVEL, "paged")
        } else {
            (rules::NONPAGED_LEVEL, "nonpaged")
        };
        let text = format!("{} allocates {name} pool at IRQL {level}", verifier::caller());
        check.broken_with([level.into(), kind, bytes], text);
    }
    if size == 0 {
        let text = format!("{} allocates a block of no bytes", verifier::caller());
        rules::ZERO_SIZE.broken_with([level.into(), kind, 0], text);
    }
    if wanted.kind == Kind::Executable {
        let text = format!("{} allocates pool that can be executed", verifier::caller());
        let caller = thread::current(|thread| thread.caller.get());
        rules::EXECUTABLE.broken_with([caller as u64, kind, tag.into()], text);
    }
    if wanted.uses_quota && ke::dpc::is_in_dpc() {
        let text = "charges a process for pool in a DPC, which runs in any process";
        rules::QUOTA_IN_DPC.broken_by_caller(text);
    }
    check_tag(tag, wanted, bytes);
    super::left::check_late();
}

fn check_tag(tag: u32, wanted: Wanted, bytes: u64) {
    let characters = tag.to_le_bytes();
    let (first, what) = match characters {
        [0, 0, 0, 0] => (0x9B, "no tag".to_owned()),
        [b'B', b'I', b'G', 0 | b' '] => (0x9C, "the tag BIG".to_owned()),
        _ if !characters.iter().any(u8::is_ascii_alphanumeric) => {
            (0x9D, format!("the tag {}, without a letter or digit", tag_text(tag)))
        }
        _ => return,
    };
    let caller = thread::current(|thread| thread.caller.get()) as u64;
    let parameters = match first {
        0x9D => [first, tag.into(), wanted.number(), caller],
        _ => [first, wanted.number(), bytes, caller],
    };
    rules::TAG_VALUE.broken_at(parameters, format!("{} gives {what}", verifier::caller()));
}

/// Looks at a block that is to be freed. True if something of it is still used.
pub(super) fn release(system: &System, address: usize, block: &Block, tag: Option<u32>) -> bool {
    let level = ke::irql::current();
    let most = if block.is_paged { APC_LEVEL } else { DISPATCH_LEVEL };
    if level > most {
        let check =
            if block.is_paged { rules::FREE_PAGED_LEVEL } else { rules::FREE_NONPAGED_LEVEL };
        let name = if block.is_paged { "paged" } else { "nonpaged" };
        let text = format!("{} frees {name} pool at IRQL {level}", verifier::caller());
        check.broken_with([level.into(), block.number(), address as u64], text);
    }
    if let Some(tag) = tag
        && tag != 0
        && tag != block.tag
    {
        let (caller, what) = (verifier::caller(), block.describe());
        let text = format!("{caller} frees {what} as {}", tag_text(tag));
        let parameters = [0x0A, address as u64, block.tag.into(), tag.into()];
        rules::TAG.broken_after(parameters, text, history(block, None));
    }
    let range = address..address + block.size;
    let used = in_use::within(system, &range);
    if let Some(used) = &used {
        let (caller, what) = (verifier::caller(), block.describe());
        let text = format!("{caller} frees {what} that holds {}", used.what);
        let first = match used.check.code {
            Code::Windows { first, .. } => first.unwrap_or_default(),
            Code::Hosted => 0,
        };
        let parameters = [first, used.address as u64, range.start as u64, range.end as u64];
        used.check.broken_after(parameters, text, history(block, None));
    }
    used.is_some()
}

/// Bytes beside a block were written to.
pub(super) fn overwritten(address: usize, block: &Block, changed: &Range<usize>) {
    let (caller, what) = (verifier::caller(), block.describe());
    let is_behind = changed.start >= address + block.size;
    let (check, fourth, place) = if is_behind {
        let distance = changed.start - (address + block.size);
        (rules::OVERRUN, 0x24, format!("{distance} bytes behind its end"))
    } else {
        let distance = address - changed.end + 1;
        (rules::UNDERRUN, 0x23, format!("{distance} bytes before its beginning"))
    };
    let text = format!("{caller} frees {what}, {place} of which something was written");
    let parameters = [address as u64, changed.start as u64, 0, fourth];
    check.broken_after(parameters, text, history(block, None));
}

/// A block was freed before.
pub(super) fn twice(address: usize, entry: &Entry) {
    let (caller, what) = (verifier::caller(), entry.block.describe());
    let text = format!("{caller} frees {address:#x} again: {what}");
    let parameters = [0x13, 0, address as u64, entry.block.tag.into()];
    let history = history(&entry.block, Some(entry.freed.as_deref().unwrap_or_default()));
    rules::DOUBLE_FREE.broken_after(parameters, text, history);
}

/// An address inside of a block was freed.
pub(super) fn inside(address: usize, start: usize, block: &Block) {
    let (caller, what) = (verifier::caller(), block.describe());
    let text = format!("{caller} frees {address:#x}, {:#x} bytes into {what}", address - start);
    let parameters = [0x16, 0, address as u64, 0];
    rules::BAD_ADDRESS.broken_after(parameters, text, history(block, None));
}

/// What is no block was freed.
pub(super) fn unknown(system: &System, address: usize) {
    let caller = verifier::caller();
    if system.io.is_irp(address) {
        let text = format!("{caller} frees the IRP at {address:#x} as if it were pool");
        rules::FREE_IRP.broken_with([address as u64, 0, 0], text);
    } else {
        let text = format!("{caller} frees {address:#x}, which is no block of pool");
        rules::FREE.broken_with([address as u64, 0, 0], text);
    }
}
