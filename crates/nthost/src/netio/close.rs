//! `WskCloseSocket`, and the requests that it waits for.

use std::{sync::atomic::Ordering, time::Duration};

use wsk_sys::{IRP as WSK_IRP, WSK_SOCKET};

use super::{
    receive::Waiting,
    request::Request,
    rules,
    socket::{Closing, Core, Socket, Use},
};
use crate::{
    nt::{NTSTATUS, STATUS_CANCELLED, STATUS_INVALID_PARAMETER, STATUS_PENDING, STATUS_SUCCESS},
    thread,
};

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_close_socket)
pub(super) unsafe extern "efiapi" fn WskCloseSocket(
    socket: *mut WSK_SOCKET,
    irp: *mut WSK_IRP,
) -> NTSTATUS {
    // SAFETY: the driver passes a socket.
    let socket = unsafe { Use::begin(socket, "WskCloseSocket") };
    // SAFETY: the driver hands its IRP over.
    let request = match unsafe { Request::take("WskCloseSocket", irp) } {
        Ok(request) => request,
        Err(refused) => return refused.status(),
    };
    if !socket.set_closed() {
        return request.fail(STATUS_INVALID_PARAMETER);
    }
    let others = socket.calls() - 1;
    if others > 0 {
        rules::CALL_DURING_CLOSE.broken(format!(
            "a socket was closed while {others} other calls of its functions were in progress"
        ));
    }
    let retained = socket.pool.retained_lists();
    if retained > 0 {
        rules::RETAINED_AT_CLOSE.broken(format!(
            "a socket was closed while {retained} retained lists were not released"
        ));
    }
    socket.close(request)
}

impl Socket {
    fn close(&self, request: Request) -> NTSTATUS {
        for waiting in self.end_all() {
            self.end(waiting, STATUS_CANCELLED);
        }
        let mut core = self.core.lock();
        if !self.idle(&core) {
            request.mark_pending();
            core.closing = Closing::Waiting(Some(request));
            return STATUS_PENDING;
        }
        core.closing = Closing::Closed;
        drop(core);
        let delay = thread::system().netio.settings.closing;
        if delay.is_zero() {
            let socket = self.keep();
            return request.answer_surely(move || {
                socket.closed();
                STATUS_SUCCESS
            });
        }
        request.mark_pending();
        self.finish(request, delay);
        STATUS_PENDING
    }

    /// Ends all without calling the driver again, which may be gone.
    pub fn abandon(&self) {
        self.end_all();
    }

    /// Hands out nothing more, and returns the requests that waited.
    fn end_all(&self) -> Vec<Waiting> {
        let mut core = self.core.lock();
        if matches!(core.closing, Closing::Open) {
            core.closing = Closing::Waiting(None);
        }
        let backlog = std::mem::take(&mut core.backlog);
        let waiting = std::iter::from_fn(|| core.next_waiting()).collect();
        drop(core);
        self.lose_backlog(backlog);
        self.endpoint.stop();
        waiting
    }

    /// Closes the socket if it is to be closed and nothing of it runs any more.
    pub fn close_if_idle(&self) {
        let mut core = self.core.lock();
        if !matches!(core.closing, Closing::Waiting(Some(_))) || !self.idle(&core) {
            return;
        }
        let Closing::Waiting(Some(request)) = std::mem::replace(&mut core.closing, Closing::Closed)
        else {
            return;
        };
        drop(core);
        let delay = self.system().netio.settings.closing;
        self.finish(request, delay);
    }

    /// Completes the request to close it, at once or later.
    fn finish(&self, request: Request, delay: Duration) {
        let system = self.system();
        if delay.is_zero() {
            self.closed();
            request.complete_later(STATUS_SUCCESS.into());
            return;
        }
        let socket = self.keep();
        system.netio.completer.run(&system, delay, move || {
            socket.closed();
            request.complete_later(STATUS_SUCCESS.into());
        });
    }

    /// The socket is gone for its driver.
    fn closed(&self) {
        self.endpoint.close();
        self.pool.clear();
        self.client.remove_socket();
    }

    /// Whether no callback, thread or request of it is under way.
    fn idle(&self, core: &Core) -> bool {
        core.events.running() == 0
            && !self.endpoint.running()
            && self.requests.load(Ordering::Acquire) == 0
    }

    /// A request to receive begins.
    pub fn begin_request(&self) {
        self.requests.fetch_add(1, Ordering::AcqRel);
    }

    /// A request to receive was completed.
    pub fn request_ended(&self) {
        if self.requests.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.close_if_idle();
        }
    }
}
