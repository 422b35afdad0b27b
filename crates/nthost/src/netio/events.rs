//! Whether the event callback of a socket is enabled.

use wsk_sys::{
    NPI_WSK_INTERFACE_ID, WSK_EVENT_CALLBACK_CONTROL, WSK_EVENT_DISABLE, WSK_EVENT_RECEIVE_FROM,
};

use super::{
    request::{Outcome, Request},
    rules,
    settings::{Completion, Disabling},
    socket::Socket,
};
use crate::{
    nt::{
        IRP, NTSTATUS, STATUS_EVENT_PENDING, STATUS_FILE_FORCED_CLOSED,
        STATUS_INVALID_DEVICE_STATE, STATUS_INVALID_PARAMETER, STATUS_PENDING, STATUS_SUCCESS,
    },
    probe,
};

/// Whether the event callback of a socket is enabled, and who waits until it no longer runs.
pub(super) struct Events {
    enabled: bool,
    /// Enabled for all sockets of the client, and for ever.
    fixed: bool,
    /// How many callbacks run.
    running: u32,
    /// A request to disable it that waits until none runs.
    disabling: Option<Disable>,
}

/// A request to disable a callback that waits.
struct Disable {
    request: Request,
    input: Input,
}

/// What a driver passed, and where it has to stay until the request is completed.
struct Input {
    address: usize,
    copy: [u8; size_of::<WSK_EVENT_CALLBACK_CONTROL>()],
}

/// What a driver wants.
enum Wish {
    Enable,
    Disable,
}

impl Events {
    pub fn new(fixed: bool) -> Self {
        Self { enabled: fixed, fixed, running: 0, disabling: None }
    }

    pub fn enabled(&self) -> bool {
        self.enabled
    }

    /// Enabled for ever.
    pub fn fixed(&self) -> bool {
        self.fixed
    }

    pub fn running(&self) -> u32 {
        self.running
    }

    /// A callback is going to run.
    pub fn begin(&mut self) {
        self.running += 1;
    }

    /// A callback has refused what it was called with.
    pub fn refuse(&mut self) {
        self.enabled = self.fixed;
    }
}

impl Socket {
    /// A callback has returned.
    pub fn callback_ended(&self) {
        let mut core = self.core.lock();
        core.events.running -= 1;
        let last = core.events.running == 0;
        let disabled = last.then(|| core.events.disabling.take()).flatten();
        drop(core);
        if let Some(disable) = disabled {
            disable.complete(STATUS_SUCCESS);
        }
        if last {
            self.close_if_idle();
        }
    }

    /// `SO_WSK_EVENT_CALLBACK`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/so-wsk-event-callback)
    ///
    /// # Safety
    ///
    /// `input` is valid for reads of `size` bytes; `irp` is null or an IRP that the driver hands over.
    pub unsafe fn control_events(&self, input: *const u8, size: usize, irp: *mut IRP) -> NTSTATUS {
        let mut request = None;
        if !irp.is_null() {
            // SAFETY: the caller says so.
            match unsafe { Request::take("WskControlSocket", irp.cast()) } {
                Ok(taken) => request = Some(taken),
                Err(refused) => return refused.status(),
            }
        }
        // SAFETY: the caller says so.
        let wish = match unsafe { read_wish(input, size) } {
            Ok(wish) => wish,
            Err(status) => return answer(request, status),
        };
        match wish {
            Wish::Enable => self.enable(request),
            // SAFETY: the wish was read from there.
            Wish::Disable => self.disable(unsafe { Input::new(input) }, request),
        }
    }

    fn enable(&self, request: Option<Request>) -> NTSTATUS {
        if request.is_some() {
            rules::NEEDLESS_IRP.broken("an IRP was given to enable an event callback");
            return answer(request, STATUS_INVALID_PARAMETER);
        }
        let mut core = self.core.lock();
        if core.local.is_none() {
            drop(core);
            rules::ENABLE_BEFORE_BIND
                .broken("an event callback was enabled before the socket was bound");
            return STATUS_INVALID_DEVICE_STATE;
        }
        if core.dead {
            return STATUS_FILE_FORCED_CLOSED;
        }
        core.events.enabled = true;
        let backlog = !core.backlog.is_empty();
        drop(core);
        if backlog {
            let system = self.system();
            let wait = system.netio.completion() == Completion::BeforeReturn;
            self.drain_elsewhere(wait);
        }
        self.endpoint.wake();
        STATUS_SUCCESS
    }

    fn disable(&self, input: Input, request: Option<Request>) -> NTSTATUS {
        let system = self.system();
        let mut core = self.core.lock();
        if core.events.fixed {
            drop(core);
            return answer(request, STATUS_INVALID_PARAMETER);
        }
        core.events.enabled = false;
        let natural = system.netio.settings.disabling == Disabling::Natural;
        if core.events.running == 0 && natural {
            drop(core);
            return answer(request, STATUS_SUCCESS);
        }
        let Some(request) = request else { return STATUS_EVENT_PENDING };
        if core.events.disabling.is_some() {
            drop(core);
            return request.fail(STATUS_INVALID_DEVICE_STATE);
        }
        request.mark_pending();
        core.events.disabling = Some(Disable { request, input });
        let running = core.events.running > 0;
        drop(core);
        if !running {
            let socket = self.keep();
            system.netio.completer.run(&system, std::time::Duration::ZERO, move || {
                let mut core = socket.core.lock();
                let none_runs = core.events.running == 0;
                let disabled = none_runs.then(|| core.events.disabling.take()).flatten();
                drop(core);
                if let Some(disable) = disabled {
                    disable.complete(STATUS_SUCCESS);
                }
            });
        }
        STATUS_PENDING
    }
}

impl Disable {
    fn complete(self, status: NTSTATUS) {
        if !self.input.unchanged() {
            rules::INPUT_CHANGED.broken(
                "the input of a request to disable an event callback was changed or went away \
                 before the request was completed",
            );
        }
        self.request.complete_later(Outcome::from(status));
    }
}

impl Input {
    /// # Safety
    ///
    /// `address` is valid for reads of a `WSK_EVENT_CALLBACK_CONTROL`.
    unsafe fn new(address: *const u8) -> Self {
        // SAFETY: the caller says so.
        let copy = unsafe { address.cast::<[u8; _]>().read_unaligned() };
        Self { address: address as usize, copy }
    }

    /// Whether it is still there. The padding at its end does not count.
    fn unchanged(&self) -> bool {
        const BYTES: usize =
            std::mem::offset_of!(WSK_EVENT_CALLBACK_CONTROL, EventMask) + size_of::<u32>();
        let mut now = self.copy;
        probe::read(self.address, &mut now) && now[..BYTES] == self.copy[..BYTES]
    }
}

/// # Safety
///
/// `input` is valid for reads of `size` bytes.
unsafe fn read_wish(input: *const u8, size: usize) -> Result<Wish, NTSTATUS> {
    if input.is_null() || size < size_of::<WSK_EVENT_CALLBACK_CONTROL>() {
        return Err(STATUS_INVALID_PARAMETER);
    }
    // SAFETY: there are as many bytes.
    let control = unsafe { input.cast::<WSK_EVENT_CALLBACK_CONTROL>().read_unaligned() };
    // SAFETY: the driver passes null or a valid identifier.
    let npi = unsafe { control.NpiId.as_ref() };
    if npi != Some(&NPI_WSK_INTERFACE_ID) {
        return Err(STATUS_INVALID_PARAMETER);
    }
    let events = control.EventMask & !WSK_EVENT_DISABLE;
    if control.EventMask & WSK_EVENT_DISABLE == 0 {
        return if events == WSK_EVENT_RECEIVE_FROM {
            Ok(Wish::Enable)
        } else {
            Err(STATUS_INVALID_PARAMETER)
        };
    }
    if events.count_ones() > 1 {
        rules::DISABLE_SEVERAL.broken("several event callbacks were disabled in one call");
    }
    if events == WSK_EVENT_RECEIVE_FROM { Ok(Wish::Disable) } else { Err(STATUS_INVALID_PARAMETER) }
}

/// Completes the request, if there is one, at once. Returns what the call returns.
fn answer(request: Option<Request>, status: NTSTATUS) -> NTSTATUS {
    match request {
        Some(request) if status < 0 => request.fail(status),
        Some(request) => request.answer_surely(move || status),
        None => status,
    }
}
