//! What an adapter does with the lists that NDIS indicates.

use core::{iter, ptr};

use ndis::Received;
use rx_sink::AdapterCounter;
use wdm::{PoolArc, time};

use crate::{
    adapter::Adapter,
    batch::{Batch, Slots},
    deliver::GROUP,
    frame::{Class, Frames, Glance, Link},
    reader::Reader,
};

/// What there was in an indication.
#[derive(Default)]
struct Tally {
    lists: u64,
    frames: u64,
    bytes: u64,
    empty: u64,
}

/// Offers the frames of lists to all readers, and gives back the lists that none of them keeps.
pub fn receive(adapter: &PoolArc<Adapter>, mut received: Received<'_>, ndis: Slots) {
    let readers = adapter.readers.read();
    let (arrival, link) = (received.arrival(), adapter.link());
    let mut tally = Tally::default();
    let mut kept = 0;
    let has_reader = readers.iter().any(|reader| reader.is_attached());
    if has_reader {
        let batch = Batch::new(adapter.number, time::now(), arrival, adapter.clock(), ndis);
        // Lists can be kept by one.
        let keeper = readers.iter().find(|reader| reader.retention.is_some());
        let keeps =
            |reader: &Reader| keeper.is_some_and(|keeper| ptr::eq(reader, &raw const **keeper));
        let others = readers.iter().map(|reader| &**reader).filter(|reader| !keeps(reader));
        tally.offer(&received, link, &others, &batch);
        if let Some(keeper) = keeper {
            kept = keeper.keep(adapter, &mut received, link, &batch).unwrap_or_else(|| {
                let mut counted = Tally::default();
                counted.offer(&received, link, &iter::once(&**keeper), &batch);
                0
            });
        }
    } else {
        tally.look_at_all(&received, link);
    }
    drop(received);
    let rest = tally.lists.saturating_sub(kept);
    adapter.count(&tally, rest, arrival.lent(), has_reader);
    for reader in readers.iter() {
        reader.outlet.serve(&**reader);
    }
}

impl Adapter {
    /// Counts what there was, and the rest of the lists, which was not kept.
    fn count(&self, tally: &Tally, rest: u64, lent: bool, has_reader: bool) {
        let whole = tally.frames.saturating_sub(tally.empty);
        let fate = if lent { AdapterCounter::ListsLoaned } else { AdapterCounter::ListsReturned };
        let offered =
            if has_reader { AdapterCounter::Offered } else { AdapterCounter::DroppedNoReader };
        for (counter, count) in [
            (AdapterCounter::Indications, 1),
            (AdapterCounter::Lists, tally.lists),
            (fate, rest),
            (AdapterCounter::Frames, tally.frames),
            (AdapterCounter::Bytes, tally.bytes),
            (AdapterCounter::DroppedMalformed, tally.empty),
            (offered, whole),
        ] {
            self.counters.add(counter, count);
        }
    }
}

impl Tally {
    /// Offers all frames to readers, in groups.
    fn offer<'r>(
        &mut self,
        received: &Received<'_>,
        link: Link,
        readers: &(impl Iterator<Item = &'r Reader> + Clone),
        batch: &Batch,
    ) {
        let mut frames = Frames::new(received.lists());
        let mut glances = [Glance::EMPTY; GROUP];
        loop {
            let group = frames.clone();
            let count = self.look(&mut frames, &mut glances, link);
            if count == 0 {
                break;
            }
            for reader in readers.clone() {
                reader.offer(&group, glances.get(..count).unwrap_or_default(), batch);
            }
        }
        self.lists = frames.lists();
    }

    /// Looks at all frames, which nobody wants.
    fn look_at_all(&mut self, received: &Received<'_>, link: Link) {
        let mut frames = Frames::new(received.lists());
        let mut glances = [Glance::EMPTY; GROUP];
        while self.look(&mut frames, &mut glances, link) > 0 {}
        self.lists = frames.lists();
    }

    /// Looks at the next frames, as many as there are places for. Returns how many that are.
    fn look<'a>(
        &mut self,
        frames: &mut Frames<'a>,
        glances: &mut [Glance<'a>; GROUP],
        link: Link,
    ) -> usize {
        let mut count = 0;
        for glance in glances {
            let Some((_, buffer)) = frames.next() else { break };
            *glance = Glance::new(buffer, link);
            self.bytes += buffer.map_or(0, |buffer| buffer.length() as u64);
            self.empty += u64::from(glance.class == Class::Empty);
            count += 1;
        }
        self.frames += count as u64;
        count
    }
}
