//! Lists of datagrams that WSK indicates.

use core::{marker::PhantomData, ptr::NonNull};

use wdm::{
    Mdl,
    chain::{ChainError, Pieces},
};
use wsk_sys as sys;

use crate::{Details, address, socket::Core};

/// A list of datagrams that have arrived, in the callback that it is indicated to.
///
/// One of [`taken`](Self::taken), [`refused`](Self::refused) and [`retain`](Self::retain) answers it, for
/// all datagrams at once.
///
/// IRQL: `DISPATCH_LEVEL` or below.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_from_event)
///
/// # Invariants
///
/// `list` is a list of WSK's, which is ours until it is answered. The callback of `core` was called with
/// it.
#[must_use]
pub struct Indication<'a> {
    list: NonNull<sys::WSK_DATAGRAM_INDICATION>,
    flags: u32,
    core: &'a Core,
}

/// How an indication was answered: only an [`Indication`] makes it.
#[must_use]
pub struct Answered(sys::NTSTATUS);

impl Answered {
    pub(crate) const fn status(self) -> sys::NTSTATUS {
        self.0
    }
}

impl<'a> Indication<'a> {
    /// # Safety
    ///
    /// WSK called the callback of `core` with these values, and gets the answer.
    pub(crate) const unsafe fn new(
        core: &'a Core,
        list: NonNull<sys::WSK_DATAGRAM_INDICATION>,
        flags: u32,
    ) -> Self {
        Self { list, flags, core }
    }

    /// The datagrams.
    #[must_use]
    pub fn datagrams(&self) -> Datagrams<'_> {
        // INVARIANT: the list is ours as long as this value exists.
        Datagrams { next: Some(self.list), flags: self.flags, list: PhantomData }
    }

    /// All that was wanted has been taken; the datagrams are WSK's again.
    pub const fn taken(self) -> Answered {
        Answered(sys::STATUS_SUCCESS)
    }

    /// Nothing was taken. With [dynamic callbacks](crate::EventCallbacks::Dynamic) no more come, until
    /// [`Socket::resume`](crate::Socket::resume) asks for them; the datagrams come again then. With static
    /// ones they are lost.
    pub const fn refused(self) -> Answered {
        Answered(sys::STATUS_DATA_NOT_ACCEPTED)
    }

    /// Keeps the list.
    ///
    /// # Errors
    ///
    /// Gives the indication back if the socket is being closed: it can only be taken then.
    pub fn retain(self) -> Result<(Retained, Answered), Self> {
        let Some(counted) = self.core.lists.enter() else { return Err(self) };
        counted.keep();
        let retained = Retained {
            list: self.list,
            next: Some(self.list),
            flags: self.flags,
            core: NonNull::from(self.core),
        };
        // INVARIANT: the list was counted, and WSK is told that it is kept.
        Ok((retained, Answered(sys::STATUS_PENDING)))
    }
}

/// The datagrams of a list.
///
/// # Invariants
///
/// `next` and those behind it are valid for `'a`.
#[derive(Clone)]
pub struct Datagrams<'a> {
    next: Option<NonNull<sys::WSK_DATAGRAM_INDICATION>>,
    flags: u32,
    list: PhantomData<&'a sys::WSK_DATAGRAM_INDICATION>,
}

impl<'a> Iterator for Datagrams<'a> {
    type Item = Datagram<'a>;

    fn next(&mut self) -> Option<Datagram<'a>> {
        // SAFETY: by the invariant it is valid.
        let datagram = unsafe { self.next?.as_ref() };
        self.next = NonNull::new(datagram.Next);
        Some(Datagram { datagram, flags: self.flags })
    }
}

/// A datagram of a list.
///
/// # Invariants
///
/// It is valid for `'a` with all that it points to, and is WSK's or kept by us for so long.
#[derive(Clone, Copy)]
pub struct Datagram<'a> {
    datagram: &'a sys::WSK_DATAGRAM_INDICATION,
    flags: u32,
}

impl<'a> Datagram<'a> {
    /// Bytes of its payload.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.datagram.Buffer.Length
    }

    fn chain(&self) -> Pieces<Mdl<'a>> {
        let buffer = &self.datagram.Buffer;
        // SAFETY: by the invariant the chain is valid for so long. Its pages are locked, and it is mapped
        // by whoever has the list alone.
        let first = unsafe { Mdl::from_raw(buffer.Mdl.cast()) };
        Pieces::new(first, buffer.Offset as usize, buffer.Length)
    }

    /// Its payload, piece by piece. Ends after the first error.
    pub fn pieces(&self) -> impl Iterator<Item = Result<&'a [u8], ChainError>> + use<'a> {
        // SAFETY: the memory that an MDL of the list describes is valid for so long, and mapped by the
        // chain; nobody is to write to it while it is indicated or kept.
        self.chain().map(|piece| piece.map(|bytes| unsafe { &*bytes }))
    }

    /// True if its payload lies in more than one MDL.
    #[must_use]
    pub fn scattered(&self) -> bool {
        self.chain().scattered()
    }

    /// What is known about it.
    #[must_use]
    pub fn details(&self) -> Details<'a> {
        // SAFETY: by the invariant the address is that of a sender, or null.
        let from = unsafe { address::from_raw(self.datagram.RemoteAddress) };
        let control = NonNull::new(self.datagram.ControlInfo.cast::<u8>());
        let length = self.datagram.ControlInfoLength as usize;
        // SAFETY: by the invariant so many bytes of control messages are there.
        let control = control.map_or(&[][..], |start| unsafe {
            core::slice::from_raw_parts(start.as_ptr(), length)
        });
        Details::new(from, control, self.flags)
    }
}

/// A list that is kept. It is released when this is dropped, and the socket is not closed before.
///
/// Its datagrams are gone through once, in their order.
///
/// IRQL: `DISPATCH_LEVEL` or below, also for the drop.
///
/// # Invariants
///
/// `list` was indicated by the socket of `core`, with `STATUS_PENDING` as the answer, and is not released.
/// It is counted among the lists of `core`, which therefore exists, with its socket open. `next` is null or
/// in the list.
pub struct Retained {
    list: NonNull<sys::WSK_DATAGRAM_INDICATION>,
    next: Option<NonNull<sys::WSK_DATAGRAM_INDICATION>>,
    flags: u32,
    core: NonNull<Core>,
}

// SAFETY: a kept list may be read and released on any thread, by one at a time.
unsafe impl Send for Retained {}

impl Retained {
    /// All datagrams.
    #[must_use]
    pub fn datagrams(&self) -> Datagrams<'_> {
        // INVARIANT: the list is kept as long as this value exists.
        Datagrams { next: Some(self.list), flags: self.flags, list: PhantomData }
    }

    /// The next datagram that was not passed yet; passes it.
    pub fn pass(&mut self) -> Option<Datagram<'_>> {
        // SAFETY: by the invariant it is in the list, which is kept.
        let datagram = unsafe { self.next?.as_ref() };
        self.next = NonNull::new(datagram.Next);
        Some(Datagram { datagram, flags: self.flags })
    }
}

impl Drop for Retained {
    fn drop(&mut self) {
        // SAFETY: by the invariant it exists.
        let core = unsafe { self.core.as_ref() };
        let (socket, functions) = core.raw();
        if let Some(release) = functions.and_then(|functions| functions.WskRelease) {
            // SAFETY: by the invariant the socket is open, and the list is one that it indicated and that
            // is not released.
            let _: sys::NTSTATUS = unsafe { release(socket, self.list.as_ptr()) };
        }
        // SAFETY: by the invariant it was counted, once.
        unsafe { core.lists.leave() };
    }
}
