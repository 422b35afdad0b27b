//! Closing a socket, in the order in which nothing can be used after it is gone.

use core::sync::atomic::Ordering;

use wdk_sys::IRP;
use wdm::{Passive, Result, Status, irp::SyncIrp};
use wsk_sys as sys;

use crate::{
    EventCallbacks, Handler, Socket,
    socket::{Core, control_of, set_callback},
};

impl<H: Handler> Socket<H> {
    /// Closes the socket, or waits until it is closed: after this nothing of it is used by anybody, no
    /// callback comes, and all requests are complete.
    ///
    /// IRQL: `PASSIVE_LEVEL`, but not in a callback or a completion routine.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_close_socket)
    pub fn close(&self, irql: &Passive) {
        let core = self.core();
        if core.closing.swap(true, Ordering::AcqRel) {
            core.closed.wait(irql);
            return;
        }
        // Nobody enters a function of the socket from here on, and those inside leave.
        core.users.end(irql);
        let (socket, functions) = core.raw();
        if let Some(functions) = functions {
            // SAFETY: by the invariant of `closing` nobody else uses it.
            let irp = unsafe { &mut *core.close_irp.get() };
            core.turn_off(socket, functions, irp, irql);
            self.handler().release(irql);
            core.lists.end(irql);
            if let Some(close) = functions.WskCloseSocket {
                // SAFETY: nobody is inside of a function of the socket, and no list is retained. It is not
                // used again.
                let request = |irp: *mut IRP| unsafe { close(socket, irp.cast()) };
                // SAFETY: WskCloseSocket completes the IRP in every case. Closing does not fail.
                let _: Result<usize> = unsafe { irp.call_always(irql, request) };
            }
            core.requests.end(irql);
        }
        core.closed.set();
    }
}

impl Core {
    /// Turns the callback off, and waits until no call is in progress, where that can be done.
    fn turn_off(
        &self,
        socket: *mut sys::WSK_SOCKET,
        functions: &sys::WSK_PROVIDER_DATAGRAM_DISPATCH,
        irp: &mut SyncIrp,
        irql: &Passive,
    ) {
        let dynamic = self.callbacks() == EventCallbacks::Dynamic;
        let Some(control) = functions.WskControlSocket.filter(|_| dynamic) else { return };
        if !self.enabled.load(Ordering::Acquire) {
            return;
        }
        let off = control_of(sys::WSK_EVENT_RECEIVE_FROM | sys::WSK_EVENT_DISABLE);
        // SAFETY: the socket is open, and the input is valid until the request has been waited for.
        let request = |irp: *mut IRP| unsafe { set_callback(control, socket, &off, irp.cast()) };
        // SAFETY: WskControlSocket completes the IRP in every case. Where it fails, closing the socket waits
        // for the calls in progress all the same.
        let _: core::result::Result<usize, Status> = unsafe { irp.call_always(irql, request) };
    }
}

impl<H: Handler> Drop for Socket<H> {
    fn drop(&mut self) {
        // SAFETY: the documentation of the type asks for PASSIVE_LEVEL.
        self.close(&unsafe { Passive::assume() });
    }
}
