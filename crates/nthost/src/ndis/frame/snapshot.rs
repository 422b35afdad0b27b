//! What a chain of lists looked like, to see what a driver did to it.

use std::{
    hash::Hasher,
    mem::{offset_of, size_of},
    slice,
};

use ndis_sys::{
    NBL_FLAGS_PROTOCOL_RESERVED, NBL_FLAGS_SCRATCH, NDIS_NBL_FLAGS_HD_SPLIT, NET_BUFFER,
    NET_BUFFER_LIST,
};
use rustc_hash::FxHasher;

use super::oob;
use crate::{
    mm::address,
    nt::{MDL, MDL_MAPPED_TO_SYSTEM_VA, MDL_PARTIAL_HAS_BEEN_MAPPED, MDL_SOURCE_IS_NONPAGED_POOL},
};

/// What is in eight bytes: one member, or two of four bytes.
#[derive(Clone, Copy)]
struct Word {
    low: &'static str,
    high: Option<&'static str>,
    /// The bits that drivers may not change.
    mask: usize,
}

const fn whole(name: &'static str) -> Word {
    Word { low: name, high: None, mask: usize::MAX }
}

const fn halves(low: &'static str, high: &'static str) -> Word {
    Word { low, high: Some(high), mask: usize::MAX }
}

/// The lower half, where there is nothing in the upper one.
const fn half(name: &'static str) -> Word {
    Word { low: name, high: None, mask: u32::MAX as usize }
}

/// What drivers may change.
const FREE: Word = Word { low: "", high: None, mask: 0 };

/// Bits of a list's flags that drivers may change.
const FREE_FLAGS: usize = (NBL_FLAGS_PROTOCOL_RESERVED | NBL_FLAGS_SCRATCH) as usize;

/// A list up to its out-of-band information.
const LIST: [Word; 18] = [
    whole("Next"),
    whole("FirstNetBuffer"),
    whole("Context"),
    whole("ParentNetBufferList"),
    whole("NdisPoolHandle"),
    FREE,
    whole("NdisReserved[0]"),
    whole("NdisReserved[1]"),
    FREE,
    FREE,
    FREE,
    FREE,
    whole("MiniportReserved[0]"),
    whole("MiniportReserved[1]"),
    FREE,
    whole("SourceHandle"),
    halves("NblFlags", "ChildRefCount"),
    Word { low: "Flags", high: Some("Status"), mask: !FREE_FLAGS },
];

const BUFFER: [Word; 22] = [
    whole("Next"),
    whole("CurrentMdl"),
    half("CurrentMdlOffset"),
    whole("DataLength"),
    whole("MdlChain"),
    half("DataOffset"),
    half("ChecksumBias"),
    whole("NdisPoolHandle"),
    whole("NdisReserved[0]"),
    whole("NdisReserved[1]"),
    FREE,
    FREE,
    FREE,
    FREE,
    FREE,
    FREE,
    whole("MiniportReserved[0]"),
    whole("MiniportReserved[1]"),
    whole("MiniportReserved[2]"),
    whole("MiniportReserved[3]"),
    whole("DataPhysicalAddress"),
    whole("SharedMemoryInfo"),
];

/// Flags of an MDL that change when it is mapped.
const MAPPING: u16 = (MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED).cast_unsigned();

const DESCRIPTOR: [Word; 6] = [
    whole("Next"),
    Word { low: "MdlFlags", high: None, mask: 0xffff_ffff & !((MAPPING as usize) << 16) },
    whole("Process"),
    whole("MappedSystemVa"),
    whole("StartVa"),
    halves("ByteCount", "ByteOffset"),
];

const _: () = {
    assert!(
        size_of::<[Word; 18]>() / size_of::<Word>() * 8
            == offset_of!(NET_BUFFER_LIST, NetBufferListInfo)
    );
    assert!(size_of::<NET_BUFFER>() == 22 * 8 && size_of::<MDL>() == 6 * 8);
};

/// What a part of a chain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    List,
    Slots,
    Buffer,
    Mdl,
    Data,
}

/// A part of a chain: where it is, and what it was called.
#[derive(Clone, Copy, Debug)]
struct Part {
    kind: Kind,
    address: usize,
    /// Words that were taken of it, or bytes for data.
    length: usize,
    list: u32,
    buffer: u32,
    mdl: u32,
    /// It is the MDL or the bytes of headers that the miniport may take back.
    is_header: bool,
}

/// What a driver changed that it may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ndis) struct Change {
    /// What it is, in a sentence.
    pub text: String,
    /// It is how lists are linked.
    pub is_link: bool,
}

/// Whose the lists are now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ndis) enum Lists {
    /// They were lent: nothing may have changed, not even how they are linked.
    Lent,
    /// They were a driver's, which may link them as it likes, and the miniport has taken back headers.
    Given,
}

/// What a chain of lists looked like.
///
/// It can be used again and again without allocating.
#[derive(Default)]
pub(in crate::ndis) struct Snapshot {
    parts: Vec<Part>,
    words: Vec<usize>,
}

impl Snapshot {
    /// Takes a snapshot of all lists from `first` on, for a version of NDIS; with `data` that of their
    /// bytes, too.
    ///
    /// # Safety
    ///
    /// The lists, their buffers, MDLs and bytes are valid, and not written to meanwhile.
    pub unsafe fn take(&mut self, first: *mut NET_BUFFER_LIST, version: u32, data: bool) {
        self.parts.clear();
        self.words.clear();
        let (mut list, mut number) = (first as usize, 1);
        while list != 0 {
            // SAFETY: by the contract it is a list.
            list = unsafe { self.take_list(list, number, version, data) };
            number += 1;
        }
    }

    /// Returns the next list.
    unsafe fn take_list(&mut self, list: usize, number: u32, version: u32, data: bool) -> usize {
        let part = Part {
            kind: Kind::List,
            address: list,
            length: LIST.len(),
            list: number,
            buffer: 0,
            mdl: 0,
            is_header: false,
        };
        // SAFETY: by the contract it is a list.
        let [next, mut buffer, flags] = unsafe { self.take_words(part, [0, 1, 16]) };
        let slots = Part {
            kind: Kind::Slots,
            address: list + offset_of!(NET_BUFFER_LIST, NetBufferListInfo),
            length: oob::slots(version),
            ..part
        };
        // SAFETY: as above, of this version.
        unsafe { self.take_words(slots, []) };
        let is_split = flags & NDIS_NBL_FLAGS_HD_SPLIT as usize != 0;
        let mut count = 1;
        while buffer != 0 {
            let part = Part {
                kind: Kind::Buffer,
                address: buffer,
                length: BUFFER.len(),
                buffer: count,
                ..part
            };
            // SAFETY: by the contract it is a net buffer.
            let [following, chain] = unsafe { self.take_words(part, [0, 4]) };
            // SAFETY: by the contract it is an MDL, or there is none.
            unsafe { self.take_mdls(part, chain, is_split, data) };
            buffer = following;
            count += 1;
        }
        next
    }

    unsafe fn take_mdls(&mut self, buffer: Part, first: usize, is_split: bool, data: bool) {
        let (mut mdl, mut number) = (first, 1);
        while mdl != 0 {
            let is_header = is_split && number == 1;
            let part = Part {
                kind: Kind::Mdl,
                address: mdl,
                length: DESCRIPTOR.len(),
                mdl: number,
                is_header,
                ..buffer
            };
            // SAFETY: by the contract it is an MDL.
            let [next] = unsafe { self.take_words(part, [0]) };
            if data {
                // SAFETY: as above.
                let described = unsafe { (mdl as *const MDL).read() };
                let (address, length) = (address(&described), described.ByteCount as usize);
                let part = Part { kind: Kind::Data, address, length, ..part };
                // SAFETY: by the contract the bytes are there.
                let hash = unsafe { hash(address, length) };
                self.parts.push(part);
                self.words.push(hash);
            }
            mdl = next;
            number += 1;
        }
    }

    /// Takes all words of a part; returns some of them.
    unsafe fn take_words<const N: usize>(&mut self, part: Part, wanted: [usize; N]) -> [usize; N] {
        let from = self.words.len();
        // SAFETY: by the contract of the caller there are so many words.
        let words = unsafe { slice::from_raw_parts(part.address as *const usize, part.length) };
        self.words.extend_from_slice(words);
        self.parts.push(part);
        wanted.map(|index| self.words[from + index])
    }

    /// What has changed first that may not have.
    ///
    /// # Safety
    ///
    /// All that was there when the snapshot was taken is still there, and not written to meanwhile.
    pub unsafe fn compare(&self, lists: Lists) -> Option<Change> {
        let mut from = 0;
        self.parts.iter().find_map(|part| {
            let length = if part.kind == Kind::Data { 1 } else { part.length };
            let before = &self.words[from..from + length];
            from += length;
            if lists == Lists::Given && part.is_header {
                return None;
            }
            // SAFETY: the same contract.
            unsafe { part.compare(before, lists) }
        })
    }
}

impl Part {
    unsafe fn compare(&self, before: &[usize], lists: Lists) -> Option<Change> {
        if self.kind == Kind::Data {
            // SAFETY: by the contract the bytes are still there.
            let now = unsafe { hash(self.address, self.length) };
            let named = self.name();
            let text = || format!("the bytes of {named} were changed");
            return (now != before[0]).then(|| Change { text: text(), is_link: false });
        }
        // SAFETY: by the contract the part is still there.
        let now = unsafe { slice::from_raw_parts(self.address as *const usize, self.length) };
        if now == before {
            return None;
        }
        let mut pairs = before.iter().zip(now).enumerate();
        pairs.find_map(|(index, (&before, &now))| {
            let mut word = self.word(index);
            if self.kind == Kind::List && index == 0 && lists == Lists::Given {
                word = FREE;
            }
            if self.kind == Kind::Mdl && index == 3 && !self.was_mapped(before, now) {
                word = FREE;
            }
            let changed = (before ^ now) & word.mask;
            let text = || self.describe(index, word, before, now, changed);
            let is_link = self.kind == Kind::List && index == 0;
            (changed != 0).then(|| Change { text: text(), is_link })
        })
    }

    /// True if an MDL had an address, or has one that is not that of its bytes.
    fn was_mapped(&self, before: usize, now: usize) -> bool {
        // SAFETY: by the contract of the caller it is an MDL.
        let mdl = unsafe { (self.address as *const MDL).read() };
        let is_nonpaged = mdl.MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL != 0;
        is_nonpaged || before != 0 || now != address(&mdl)
    }

    fn word(&self, index: usize) -> Word {
        match self.kind {
            Kind::List => LIST[index],
            Kind::Buffer => BUFFER[index],
            Kind::Mdl => DESCRIPTOR[index],
            Kind::Slots | Kind::Data => whole("NetBufferListInfo"),
        }
    }

    fn describe(
        &self,
        index: usize,
        word: Word,
        before: usize,
        now: usize,
        changed: usize,
    ) -> String {
        let is_high = changed.trailing_zeros() >= 32;
        let (name, before, now) = match word.high {
            Some(high) if is_high => (high, before >> 32, now >> 32),
            Some(_) => (word.low, before & 0xffff_ffff, now & 0xffff_ffff),
            None if word.mask >> 32 == 0 => (word.low, before & 0xffff_ffff, now & 0xffff_ffff),
            None => (word.low, before, now),
        };
        let slot = if self.kind == Kind::Slots { format!("[{index}]") } else { String::new() };
        let named = self.name();
        format!("{name}{slot} of {named} was changed from {before:#x} to {now:#x}")
    }

    fn name(&self) -> String {
        let Self { list, buffer, mdl, .. } = self;
        match self.kind {
            Kind::List | Kind::Slots => format!("list {list}"),
            Kind::Buffer => format!("buffer {buffer} of list {list}"),
            Kind::Mdl | Kind::Data => format!("MDL {mdl} of buffer {buffer} of list {list}"),
        }
    }
}

/// A hash of bytes.
///
/// # Safety
///
/// They are there.
unsafe fn hash(address: usize, length: usize) -> usize {
    // SAFETY: by the contract.
    let bytes = unsafe { slice::from_raw_parts(address as *const u8, length) };
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    usize::from_ne_bytes(hasher.finish().to_ne_bytes())
}
