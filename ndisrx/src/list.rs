//! The list of adapters, and the counters of one.

use rx_abi::{Adapter as About, AdapterList, Guid};
use wdm::{ControlRequest, Passive, Result, Status, Written};
use zerocopy::{FromBytes, IntoBytes};

use crate::{capture::Capture, requests::Todo};

/// How long who asks for counters waits until the adapter was asked for its own, in milliseconds.
const PATIENCE: u32 = 1000;

/// Answers with as many adapters as fit.
pub fn adapters(
    capture: &Capture,
    request: &mut ControlRequest<'_>,
    irql: &Passive,
) -> Result<Written> {
    let total = capture.count(irql);
    let room = request.room().checked_sub(size_of::<AdapterList>());
    let count = total.min(room.ok_or(Status::BUFFER_TOO_SMALL)? / size_of::<About>());
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let list = AdapterList { count: number(count), total: number(total) };
    let mut reply = request.begin_reply();
    reply.write(list.as_bytes())?;
    for index in 0..count {
        // Adapters never leave the list.
        let adapter = capture.adapter_at(index, irql).ok_or(Status::UNSUCCESSFUL)?;
        reply.write(adapter.about(irql).as_bytes())?;
    }
    Ok(reply.end())
}

/// Answers with the counters of an adapter.
pub fn stats(
    capture: &Capture,
    request: &mut ControlRequest<'_>,
    irql: &Passive,
) -> Result<Written> {
    let guid = Guid::read_from_bytes(request.input()).map_err(|_| Status::INVALID_BUFFER_SIZE)?;
    let adapter = capture.find(&guid, irql).ok_or(Status::NOT_FOUND)?;
    if adapter.is_there() {
        adapter.requests.want(Todo::STATISTICS);
        capture.worker.settle(PATIENCE, irql);
    }
    let stats = adapter.stats();
    request.reply(stats.as_bytes())
}
