//! What an adapter does with the lists that NDIS indicates.

use ndis::Received;
use rx_sink::AdapterCounter;
use wdm::time;

use crate::{
    adapter::Adapter,
    batch::{Batch, Slots},
    deliver::GROUP,
    frame::{Class, Frames, Glance, Link},
};

/// What there was in an indication.
#[derive(Default)]
struct Tally {
    frames: u64,
    bytes: u64,
    empty: u64,
}

impl Adapter {
    /// Offers the frames of lists to all readers, and gives the lists back.
    pub fn receive(&self, received: Received<'_>, ndis: Slots) {
        let readers = self.readers.read();
        let (arrival, link) = (received.arrival(), self.link());
        let mut frames = Frames::new(received.lists());
        let mut tally = Tally::default();
        let mut glances = [Glance::EMPTY; GROUP];
        if readers.is_empty() {
            while tally.look(&mut frames, &mut glances, link) > 0 {}
        } else {
            let batch = Batch::new(self.number, time::now(), arrival, self.clock(), ndis);
            loop {
                let group = frames.clone();
                let count = tally.look(&mut frames, &mut glances, link);
                if count == 0 {
                    break;
                }
                for reader in readers.iter() {
                    reader.offer(&group, glances.get(..count).unwrap_or_default(), &batch);
                }
            }
        }
        let lists = frames.lists();
        drop(received);
        self.count(&tally, lists, arrival.lent(), readers.is_empty());
        for reader in readers.iter() {
            reader.outlet.serve(&**reader);
        }
    }

    fn count(&self, tally: &Tally, lists: u64, lent: bool, unread: bool) {
        let whole = tally.frames.saturating_sub(tally.empty);
        let fate = if lent { AdapterCounter::ListsLoaned } else { AdapterCounter::ListsReturned };
        let use_ = if unread { AdapterCounter::DroppedNoReader } else { AdapterCounter::Offered };
        for (counter, count) in [
            (AdapterCounter::Indications, 1),
            (AdapterCounter::Lists, lists),
            (fate, lists),
            (AdapterCounter::Frames, tally.frames),
            (AdapterCounter::Bytes, tally.bytes),
            (AdapterCounter::DroppedMalformed, tally.empty),
            (use_, whole),
        ] {
            self.counters.add(counter, count);
        }
    }
}

impl Tally {
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
