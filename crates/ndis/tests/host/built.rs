//! Lists in memory of a test, as NDIS and miniports make them.

use std::{
    cell::UnsafeCell,
    ptr::{self, NonNull},
};

use ndis::{
    Arrival, ChainError, Home, Received,
    chain::{List, next, set_next},
    indicate,
    mdl::RawMdl,
    version::NdisVersion,
};
use ndis_sys as sys;

/// Memory of one MDL: bytes, or as many as cannot be mapped.
pub type Part = Result<Vec<u8>, usize>;

/// A frame and where it lies.
#[derive(Clone, Debug, Default)]
pub struct Buffer {
    /// The MDLs from the current one on.
    pub parts: Vec<Part>,
    /// Where the frame begins in the first of them.
    pub offset: u32,
    /// How long it says that it is.
    pub length: u32,
}

impl Buffer {
    /// The bytes of the frame as a simple copy finds them.
    ///
    /// # Errors
    ///
    /// As for reading it piece by piece.
    pub fn model(&self) -> Result<Vec<u8>, ChainError> {
        let (offset, length) = (self.offset as usize, self.length as usize);
        if length == 0 {
            return Ok(Vec::new());
        }
        let first = self.parts.first().ok_or(ChainError::Malformed)?;
        let count = first.as_ref().map_or_else(|&length| length, Vec::len);
        let mut bytes = Vec::new();
        for part in &self.parts {
            match part {
                Ok(part) => bytes.extend(part.iter().copied().map(Some)),
                Err(length) => bytes.extend(vec![None; *length]),
            }
        }
        let wanted = bytes.get(offset..offset + length).filter(|_| offset <= count);
        let cut: Vec<_> = match wanted {
            Some(wanted) => wanted.to_vec(),
            // Whichever comes first is told.
            None if offset > count => return Err(ChainError::Malformed),
            None => bytes[offset..].to_vec(),
        };
        match cut.iter().copied().collect::<Option<Vec<u8>>>() {
            None => Err(ChainError::Unmapped),
            Some(_) if wanted.is_none() => Err(ChainError::Malformed),
            Some(bytes) => Ok(bytes),
        }
    }
}

/// A list and what lies beside its frames.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    pub buffers: Vec<Buffer>,
    pub flags: u32,
    pub slots: Vec<(usize, usize)>,
}

/// A list, as long as one of some version of NDIS is and no longer.
pub struct Built {
    memory: Vec<UnsafeCell<u128>>,
    _buffers: Vec<sys::NET_BUFFER>,
    _mdls: Vec<RawMdl>,
    _parts: Vec<Part>,
}

impl Built {
    pub fn new(spec: &Spec, version: NdisVersion) -> Self {
        let parts: Vec<Part> =
            spec.buffers.iter().flat_map(|buffer| buffer.parts.iter().cloned()).collect();
        let mut mdls: Vec<RawMdl> = parts.iter().map(mdl).collect();
        let mut buffers = Vec::new();
        let mut rest = &mut mdls[..];
        for buffer in &spec.buffers {
            let (own, others) = rest.split_at_mut(buffer.parts.len());
            let first = link(own);
            rest = others;
            let mut raw = sys::NET_BUFFER::default();
            raw.u.s = sys::NET_BUFFER_DATA {
                CurrentMdl: first.cast(),
                CurrentMdlOffset: buffer.offset,
                u: sys::NET_BUFFER_DATA_LENGTH { DataLength: buffer.length },
                ..sys::NET_BUFFER_DATA::default()
            };
            buffers.push(raw);
        }
        let start = buffers.as_mut_ptr();
        for at in 1..buffers.len() {
            buffers[at - 1].u.s.Next = start.wrapping_add(at);
        }
        let info = std::mem::offset_of!(sys::NET_BUFFER_LIST, NetBufferListInfo);
        let length = info + version.slots() * size_of::<usize>();
        let words = length.div_ceil(size_of::<u128>());
        let memory = (0..words).map(|_| UnsafeCell::new(0)).collect();
        let first = if buffers.is_empty() { ptr::null_mut() } else { start };
        let built = Self { memory, _buffers: buffers, _mdls: mdls, _parts: parts };
        built.write(std::mem::offset_of!(sys::NET_BUFFER_LIST_DATA, FirstNetBuffer), first);
        built.write(std::mem::offset_of!(sys::NET_BUFFER_LIST, NblFlags), spec.flags);
        for &(slot, value) in &spec.slots {
            assert!(slot < version.slots());
            built.write(info + slot * size_of::<usize>(), value);
        }
        built
    }

    fn write<T>(&self, offset: usize, value: T) {
        assert!(offset + size_of::<T>() <= size_of_val(&self.memory[..]));
        let place = self.list().as_ptr().wrapping_byte_add(offset).cast();
        // SAFETY: it lies in the memory of the list, which nobody else uses.
        unsafe { ptr::write(place, value) };
    }

    pub fn list(&self) -> List {
        NonNull::new(self.memory.as_ptr().cast_mut()).unwrap().cast()
    }
}

fn mdl(part: &Part) -> RawMdl {
    match part {
        Ok(bytes) => RawMdl::new(bytes),
        Err(length) => {
            RawMdl { MdlFlags: 0, ByteCount: (*length).try_into().unwrap(), ..RawMdl::new(&[]) }
        }
    }
}

/// Links MDLs, and returns the first one.
fn link(mdls: &mut [RawMdl]) -> *mut RawMdl {
    let start = mdls.as_mut_ptr();
    for at in 1..mdls.len() {
        mdls[at - 1].Next = start.wrapping_add(at);
    }
    if mdls.is_empty() { ptr::null_mut() } else { start }
}

/// Makes lists of NDIS 6.89 and links them.
pub fn chain(specs: &[Spec]) -> Vec<Built> {
    let lists: Vec<_> = specs.iter().map(|spec| Built::new(spec, NdisVersion::new(89))).collect();
    for at in 1..lists.len() {
        // SAFETY: both are lists of this test.
        unsafe { set_next(lists[at - 1].list(), Some(lists[at].list())) };
    }
    lists
}

/// The lists that a chain leads to.
pub fn walk(first: Option<List>) -> Vec<List> {
    // SAFETY: they are lists of this test.
    std::iter::successors(first, |list| unsafe { next(*list) }).take(100_000).collect()
}

/// What a binding was told.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Each chain that was returned, with the flags.
    pub returned: Vec<(Vec<List>, u32)>,
    pub held: usize,
    /// No more lists may be kept.
    pub full: bool,
}

// SAFETY: lists of a test may be looked at in any thread.
unsafe impl Send for Ledger {}

/// A binding that writes down what comes back.
#[derive(Default)]
pub struct Desk(pub std::sync::Mutex<Ledger>);

// SAFETY: it exists until the test ends.
unsafe impl Home for Desk {
    fn keep(&self, lists: usize) -> bool {
        let mut ledger = self.0.lock().unwrap();
        if !ledger.full {
            ledger.held += lists;
        }
        !ledger.full
    }

    unsafe fn release(&self, lists: usize) {
        self.0.lock().unwrap().held -= lists;
    }

    unsafe fn give_back(&self, first: List, flags: u32) {
        self.0.lock().unwrap().returned.push((walk(Some(first)), flags));
    }
}

impl Desk {
    /// Indicates lists to `receiver`.
    pub fn indicate(&self, lists: &[Built], flags: u32, receiver: impl FnOnce(Received<'_>)) {
        let count = lists.len().try_into().unwrap();
        let arrival = Arrival { port: 0, count, flags };
        // SAFETY: the lists are the test's, which gets them back with the ledger.
        unsafe { indicate(self, lists[0].list(), arrival, receiver) };
    }

    /// What was returned since the last call.
    pub fn returned(&self) -> Vec<(Vec<List>, u32)> {
        std::mem::take(&mut self.0.lock().unwrap().returned)
    }
}
