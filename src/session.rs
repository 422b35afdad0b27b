//! A receiver that is bound: its socket and its inbox.

use rx_abi::Receiver as About;
use wdm::{Device, Passive, PoolArc, PoolBox, Result, Status, WorkItem};
use wsk::Socket;

use crate::{TAG, event::Callback, inbox::Inbox};

/// Datagrams go from the socket to the inbox, and from there to reads.
pub struct Session {
    /// Who bound it and how; without counters.
    about: About,
    pub socket: Socket<Callback>,
    pub inbox: PoolArc<Inbox>,
}

/// What closes the socket when WSK says that it is of no more use.
pub type Closer = WorkItem<PoolArc<Session>>;

impl Session {
    pub fn new(
        about: About,
        socket: Socket<Callback>,
        inbox: PoolArc<Inbox>,
        device: Device,
    ) -> Result<PoolArc<Self>> {
        let session = PoolArc::try_new(Self { about, socket, inbox }, TAG)?;
        let closer = WorkItem::new(&device, session.clone(), close, TAG)?;
        session.inbox.set_closer(PoolBox::try_new(closer, TAG)?);
        Ok(session)
    }

    /// What the list of receivers tells of it.
    pub fn about(&self) -> About {
        About { stats: self.inbox.stats(), ..self.about }
    }

    /// Ends reception; reads get what is held, and then `reason`. Once it has ended it stays so.
    pub fn end(&self, reason: Status, irql: &Passive) {
        self.inbox.begin_end(reason);
        self.socket.close(irql);
        self.inbox.drop_closer();
        self.inbox.socket_closed();
    }

    /// Ends reception, and all reads; nobody wants what is held.
    pub fn abandon(&self, irql: &Passive) {
        self.inbox.abandon();
        self.end(Status::FILE_CLOSED, irql);
    }
}

fn close(mut item: Closer, irql: &mut Passive) {
    item.value_mut().end(Status::FILE_FORCED_CLOSED, irql);
}
