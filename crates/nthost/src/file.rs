//! An open device, as programs see it.

use std::sync::Arc;

use crate::{
    Call, Completion, Pending, Status,
    io::{
        file::{self, Use},
        request::{self, Bytes, Transfer},
    },
    kernel::Inner,
    nt::{STATUS_FILE_CLOSED, UserMode},
    thread,
};

/// An open device.
///
/// Clones are duplicates of the handle. When the last of them is dropped, the driver gets
/// `IRP_MJ_CLEANUP`, and when no request is under way any more, `IRP_MJ_CLOSE`. As on Windows, closing the
/// handle does not cancel requests; a driver that pends them does that itself in its cleanup. Nor are
/// requests cancelled when the thread ends that made them: it is as if the file had a completion port.
///
/// All methods may be called by several threads at once.
#[derive(Clone)]
pub struct File {
    handle: Arc<Handle>,
}

/// A handle, which is closed when it is dropped.
struct Handle {
    kernel: Arc<Inner>,
    /// Gone once it is being closed.
    open: Option<Use>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        let system = &self.kernel.system;
        if let Some(open) = self.open.take() {
            thread::enter_for_program(system, || file::close(system, open, UserMode));
        }
    }
}

impl File {
    pub(crate) fn new(kernel: Arc<Inner>, open: Use) -> Self {
        Self { handle: Arc::new(Handle { kernel, open: Some(open) }) }
    }

    /// # Safety
    ///
    /// As for [`request::send`].
    unsafe fn send(&self, transfer: Transfer) -> Arc<request::Request> {
        let Handle { kernel, open } = &*self.handle;
        let open = open.as_ref().expect("a handle is open until it is dropped");
        thread::enter_for_program(&kernel.system, || {
            // SAFETY: the contract is the same.
            unsafe { request::send(&kernel.system, open.clone(), transfer) }
        })
    }

    fn wait(&self, request: &request::Request) -> Completion {
        request.wait(&self.handle.kernel.system).into()
    }

    /// Sends a control request and waits until it is done.
    ///
    /// The method in the code says how the driver gets at the buffers: for `METHOD_BUFFERED` through a
    /// copy of both, for `METHOD_IN_DIRECT` and `METHOD_OUT_DIRECT` through a copy of the input and an MDL
    /// of the output, for `METHOD_NEITHER` by their addresses.
    ///
    /// ```no_run
    /// # let kernel = nthost::Kernel::builder().build().unwrap();
    /// let file = kernel.open(r"\\.\example")?;
    /// let mut answer = [0; 8];
    /// let length = file.ioctl(0x0022_2000, &[], &mut answer).ok()?;
    /// # Ok::<(), nthost::Status>(())
    /// ```
    #[must_use]
    pub fn ioctl(&self, code: u32, input: &[u8], output: &mut [u8]) -> Completion {
        let (input, output) = (Bytes::read_only(input), Bytes::of(output));
        // SAFETY: both are borrowed until the request is done.
        let request = unsafe { self.send(Transfer::Control { code, input, output }) };
        self.wait(&request)
    }

    /// Reads, and waits until that is done.
    #[must_use]
    pub fn read(&self, buffer: &mut [u8]) -> Completion {
        // SAFETY: the buffer is borrowed until the request is done.
        let request = unsafe { self.send(Transfer::Read { to: Bytes::of(buffer) }) };
        self.wait(&request)
    }

    /// Writes, and waits until that is done.
    #[must_use]
    pub fn write(&self, data: &[u8]) -> Completion {
        // SAFETY: the data is borrowed until the request is done.
        let request = unsafe { self.send(Transfer::Write { from: Bytes::read_only(data) }) };
        self.wait(&request)
    }

    /// Begins to read up to `length` bytes.
    #[must_use = "dropping it cancels the request"]
    pub fn start_read(&self, length: usize) -> Pending {
        let mut buffer = vec![0; length];
        let to = Bytes::of(&mut buffer);
        // SAFETY: the buffer stays with the request until it is done.
        let request = unsafe { self.send(Transfer::Read { to }) };
        Pending::new(Arc::clone(&self.handle.kernel), request, buffer, Vec::new())
    }

    /// Begins to write.
    #[must_use = "dropping it cancels the request"]
    pub fn start_write(&self, data: Vec<u8>) -> Pending {
        let from = Bytes::read_only(&data);
        // SAFETY: the data stays with the request until it is done.
        let request = unsafe { self.send(Transfer::Write { from }) };
        Pending::new(Arc::clone(&self.handle.kernel), request, data, Vec::new())
    }

    /// Begins a control request with room for `output_length` bytes of output.
    #[must_use = "dropping it cancels the request"]
    pub fn start_ioctl(&self, code: u32, input: Vec<u8>, output_length: usize) -> Pending {
        let mut buffer = vec![0; output_length];
        let output = Bytes::of(&mut buffer);
        let transfer = Transfer::Control { code, input: Bytes::read_only(&input), output };
        // SAFETY: both stay with the request until it is done.
        let request = unsafe { self.send(transfer) };
        Pending::new(Arc::clone(&self.handle.kernel), request, buffer, input)
    }

    /// Makes any call of a system service on this file, and waits until it is done. The buffers are what the
    /// program says, right or wrong: the kernel probes them where Windows does.
    #[must_use]
    pub fn call(&self, call: &Call) -> Completion {
        self.wait(&self.send_call(call))
    }

    /// Begins a call: see [`call`](Self::call).
    #[must_use = "dropping it cancels the request"]
    pub fn start_call(&self, call: &Call) -> Pending {
        let request = self.send_call(call);
        Pending::new(Arc::clone(&self.handle.kernel), request, Vec::new(), Vec::new())
    }

    fn send_call(&self, call: &Call) -> Arc<request::Request> {
        let Handle { kernel, open } = &*self.handle;
        let open = open.as_ref().expect("a handle is open until it is dropped");
        thread::enter_for_program(&kernel.system, || {
            request::send_call(&kernel.system, open.clone(), call)
        })
    }

    /// Asks for a section of the file, to map it: for a device there is none, whose driver hears nothing of
    /// it.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-zwcreatesection)
    #[must_use]
    pub fn create_section(&self) -> Status {
        let open = self.handle.open.as_ref();
        Status::new(open.map_or(STATUS_FILE_CLOSED, |open| open.file().section()))
    }

    /// Asks the driver to cancel all requests of this file that are under way, as `CancelIoEx` does.
    /// Returns how many there were. Each of them ends as its driver says, not necessarily with
    /// `STATUS_CANCELLED`.
    pub fn cancel(&self) -> usize {
        let Handle { kernel, open } = &*self.handle;
        let file = open.as_ref().map(Use::file);
        file.map_or(0, |file| thread::enter_for_program(&kernel.system, || file.cancel(None)))
    }

    /// Closes this handle. The same as dropping it.
    pub fn close(self) {}
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("File").finish_non_exhaustive()
    }
}
