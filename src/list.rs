//! All receivers, and what became of those that have ended.

use rx_abi::{Receiver as About, ReceiverList, Stats};
use wdm::{ControlRequest, Mutex, Passive, PoolArc, PoolVec, Result, Status, Written};
use zerocopy::IntoBytes;

use crate::{TAG, session::Session};

/// All receivers of the device. Datagrams do not come by here.
pub struct List(Mutex<Known>);

/// Receivers neither come nor go while somebody has this.
struct Known {
    live: PoolVec<PoolArc<Session>>,
    ended: u64,
    /// What those that have ended counted.
    ended_stats: Stats,
}

impl List {
    pub fn new() -> Result<Self> {
        let known = Known { live: PoolVec::new(TAG), ended: 0, ended_stats: Stats::default() };
        Mutex::new(known, TAG).map(Self)
    }

    /// A receiver is there.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory.
    pub fn add(&self, session: &PoolArc<Session>, irql: &Passive) -> Result {
        self.0.lock(irql).live.try_push(session.clone())
    }

    /// A receiver has ended, and counts no more.
    pub fn end(&self, session: &Session, irql: &Passive) {
        let mut known = self.0.lock(irql);
        known.live.retain(|one| !core::ptr::eq(session, &raw const **one));
        known.ended = known.ended.saturating_add(1);
        known.ended_stats = known.ended_stats.merge(session.inbox.stats().of_ended());
    }

    /// Answers with as many receivers as fit.
    pub fn reply(&self, request: &mut ControlRequest<'_>, irql: &Passive) -> Result<Written> {
        let room = request.room().checked_sub(size_of::<ReceiverList>());
        let room = room.ok_or(Status::BUFFER_TOO_SMALL)? / size_of::<About>();
        let known = self.0.lock(irql);
        let count = known.live.len().min(room);
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let list = ReceiverList {
            count: number(count),
            total: number(known.live.len()),
            ended: known.ended,
            ended_stats: known.ended_stats,
        };
        let mut reply = request.begin_reply();
        reply.write(list.as_bytes())?;
        for session in known.live.iter().take(count) {
            reply.write(session.about().as_bytes())?;
        }
        Ok(reply.end())
    }
}
