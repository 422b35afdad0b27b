//! Device control requests.

use core::{marker::PhantomData, slice};

use wdk_sys::PVOID;

use crate::{Result, Status};

/// How many bytes a handler wrote into the buffer of a request: only the request itself makes it, so
/// that it is never more than the buffer holds. It stays on the thread of its request, and so cannot
/// answer another.
#[derive(Debug)]
#[must_use]
pub struct Written(usize, PhantomData<*mut ()>);

impl Written {
    /// Nothing was written, and nothing had to be.
    pub const NOTHING: Self = Self(0, PhantomData);

    pub(crate) fn bytes(self) -> usize {
        self.0
    }
}

/// A device control request with the method `METHOD_BUFFERED`.
///
/// Its input and its output share one buffer, which the I/O manager copies from and to the program's:
/// read the input before replying.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/buffer-descriptions-for-i-o-control-codes)
///
/// # Invariants
///
/// `buffer` points to as many bytes as the larger of `input` and `output` says (it may be null where
/// both are zero), of which the first `input` are initialised; they are the handler's for `'irp`.
pub struct ControlRequest<'irp> {
    code: u32,
    buffer: *mut u8,
    input: usize,
    output: usize,
    irp: PhantomData<&'irp mut [u8]>,
}

impl ControlRequest<'_> {
    /// # Safety
    ///
    /// The values are those of a device control IRP with METHOD_BUFFERED that outlives `'irp`, and
    /// make the invariant true.
    pub(crate) unsafe fn new(code: u32, buffer: PVOID, input: u32, output: u32) -> Self {
        let (input, output) = (input as usize, output as usize);
        Self { code, buffer: buffer.cast(), input, output, irp: PhantomData }
    }

    /// The control code.
    #[must_use]
    pub fn code(&self) -> u32 {
        self.code
    }

    /// The bytes that the program sent.
    #[must_use]
    pub fn input(&self) -> &[u8] {
        if self.buffer.is_null() {
            return &[];
        }
        // SAFETY: by the invariant so many bytes are there and initialised, and `self` is borrowed.
        unsafe { slice::from_raw_parts(self.buffer, self.input) }
    }

    /// How many bytes the answer may have.
    #[must_use]
    pub fn room(&self) -> usize {
        self.output
    }

    /// Answers with `bytes`.
    ///
    /// # Errors
    ///
    /// `STATUS_BUFFER_TOO_SMALL` if the program's buffer is smaller; nothing is written.
    pub fn reply(&mut self, bytes: &[u8]) -> Result<Written> {
        if bytes.len() > self.output {
            return Err(Status::BUFFER_TOO_SMALL);
        }
        if !bytes.is_empty() {
            // SAFETY: by the invariant the buffer has room for `output` bytes, which are not fewer;
            // the bytes are not in it, since it can only be borrowed through `self`.
            unsafe { self.buffer.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        }
        Ok(Written(bytes.len(), PhantomData))
    }

    /// Answers piece by piece.
    pub fn begin_reply(&mut self) -> Reply<'_> {
        // INVARIANT: nothing is written yet.
        Reply { buffer: self.buffer, written: 0, room: self.output, request: PhantomData }
    }
}

/// An answer that is being written.
///
/// # Invariants
///
/// `buffer` points to `room` bytes (it may be null where there are none), which are the handler's for `'r`.
/// `written` is not more.
pub struct Reply<'r> {
    buffer: *mut u8,
    written: usize,
    room: usize,
    request: PhantomData<&'r mut [u8]>,
}

impl Reply<'_> {
    /// Appends `bytes`.
    ///
    /// # Errors
    ///
    /// `STATUS_BUFFER_TOO_SMALL` if there is not so much room left; nothing is written.
    pub fn write(&mut self, bytes: &[u8]) -> Result {
        let end = self.written.checked_add(bytes.len()).filter(|&end| end <= self.room);
        let end = end.ok_or(Status::BUFFER_TOO_SMALL)?;
        if !bytes.is_empty() {
            // SAFETY: by the invariant so many bytes are there.
            let to = unsafe { self.buffer.add(self.written) };
            // SAFETY: as above; the bytes are not in it, since it can only be borrowed through the request.
            unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        }
        self.written = end;
        Ok(())
    }

    /// All is written.
    pub fn end(self) -> Written {
        Written(self.written, PhantomData)
    }
}
