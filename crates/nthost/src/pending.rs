//! Requests that are under way.

use std::{mem, sync::Arc, time::Duration};

use crate::{Completion, io::request::Request, kernel::Inner, sched, thread};

/// A request that is under way. Dropping it cancels the request, and waits until it is done.
///
/// It does not keep its [`File`](crate::File) open, but the driver is not told that the file is closed
/// before the request is done.
#[must_use = "dropping it cancels the request"]
pub struct Pending {
    kernel: Arc<Inner>,
    request: Arc<Request>,
    buffer: Vec<u8>,
    /// What the driver may still read.
    input: Vec<u8>,
}

impl Pending {
    pub(crate) fn new(
        kernel: Arc<Inner>,
        request: Arc<Request>,
        buffer: Vec<u8>,
        input: Vec<u8>,
    ) -> Self {
        Self { kernel, request, buffer, input }
    }

    /// Waits until it is done, and returns how it ended, with the whole buffer: of a read or a control
    /// request the first [`information`](Completion::information) bytes are what the driver returned.
    #[must_use]
    pub fn wait(mut self) -> (Completion, Vec<u8>) {
        let outcome = self.request.wait(&self.kernel.system);
        (outcome.into(), self.take_buffer())
    }

    /// Waits as [`wait`](Self::wait) does, but not longer than `time`.
    ///
    /// # Errors
    ///
    /// The request itself, if the time is over before it is done.
    pub fn wait_for(mut self, time: Duration) -> Result<(Completion, Vec<u8>), Self> {
        // A time that is too long to add up is one without an end.
        let outcome = self.request.wait_until(&self.kernel.system, sched::now().checked_add(time));
        match outcome {
            Some(outcome) => Ok((outcome.into(), self.take_buffer())),
            None => Err(self),
        }
    }

    /// The buffer. That of a request that has not ended because the kernel has stopped stays where it is,
    /// for what may still use it, and one of zeros is returned.
    fn take_buffer(&mut self) -> Vec<u8> {
        let buffer = mem::take(&mut self.buffer);
        if self.is_done() {
            return buffer;
        }
        mem::forget(mem::take(&mut self.input));
        let zeros = vec![0; buffer.len()];
        mem::forget(buffer);
        zeros
    }

    /// True if it is done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.request.outcome().is_some()
    }

    /// Asks the driver to cancel it. It ends as the driver says, not necessarily with
    /// `STATUS_CANCELLED`.
    pub fn cancel(&self) {
        thread::enter_for_program(&self.kernel.system, || self.request.cancel());
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.is_done() {
            self.cancel();
            self.request.wait(&self.kernel.system);
            drop(self.take_buffer());
        }
    }
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").field("is_done", &self.is_done()).finish_non_exhaustive()
    }
}
