//! Handing out received datagrams: to requests that wait, to the event callback, or to neither, which
//! leaves them in the backlog.

use std::{
    collections::VecDeque,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use wsk_sys::{MSG_BCAST, WSK_DATAGRAM_INDICATION, WSK_FLAG_AT_DISPATCH_LEVEL};

use super::{
    address, context,
    counters::Delivery,
    flicker,
    receive::Waiting,
    request::wait_before_return,
    rules,
    settings::{CallbackLevel, Precedence},
    slots::{Chain, Returned, Slot},
    socket::Socket,
};
use crate::{
    ke,
    nt::{
        DISPATCH_LEVEL, NTSTATUS, PASSIVE_LEVEL, STATUS_DATA_NOT_ACCEPTED, STATUS_PENDING,
        STATUS_SUCCESS,
    },
    sched::{self, Latch, MutexGuard},
    system::System,
};

/// Who takes datagrams.
enum Taker {
    Request(Waiting, Box<Slot>),
    Callback(Chain),
    Nobody,
}

impl Socket {
    /// Hands datagrams out that have come from the network.
    pub fn deliver(&self, chain: Chain) -> Delivery {
        let mut delivery = Delivery::default();
        let count = chain.len() as u64;
        let before = self.counters.received.fetch_add(count, Ordering::Relaxed);
        let system = self.system();
        if system.netio.settings.lifetime.is_some_and(|most| before >= most) {
            self.lose(chain, &mut delivery);
            self.die();
        } else {
            let _turn = self.turn(&system);
            self.deliver_in_turn(&system, chain, &mut delivery);
        }
        self.counters.add(&delivery);
        delivery
    }

    fn deliver_in_turn(&self, system: &System, mut chain: Chain, delivery: &mut Delivery) {
        self.filter(&mut chain, delivery);
        if self.core.lock().backlog.is_empty() {
            self.hand_out(system, &mut chain, delivery);
        }
        while !chain.is_empty() {
            let mut core = self.core.lock();
            if !core.lives() {
                drop(core);
                self.lose(std::mem::take(&mut chain), delivery);
            } else if core.takes() && core.backlog.is_empty() {
                drop(core);
                self.hand_out(system, &mut chain, delivery);
            } else {
                let taken = chain.take_while(self.endpoint.backlog_room(&core), |_| true);
                delivery.kept += taken.len();
                if taken.is_empty() {
                    drop(core);
                    self.lose(std::mem::take(&mut chain), delivery);
                } else {
                    core.backlog.push_back(taken);
                }
            }
        }
    }

    /// Hands out what is in the backlog, in another thread.
    pub fn drain_elsewhere(&self, wait: bool) {
        let socket = self.keep();
        let system = self.system();
        let done = Latch::default();
        let hold = done.hold();
        system.netio.completer.run(&system, Duration::ZERO, move || {
            socket.drain();
            drop(hold);
        });
        if wait {
            wait_before_return(&system, &done);
        }
    }

    /// Hands out what is in the backlog.
    fn drain(&self) {
        let system = self.system();
        let turn = self.turn(&system);
        let mut delivery = Delivery::default();
        loop {
            let mut core = self.core.lock();
            if !core.takes() {
                break;
            }
            let Some(mut chain) = core.backlog.pop_front() else { break };
            drop(core);
            self.hand_out(&system, &mut chain, &mut delivery);
            if !chain.is_empty() {
                self.core.lock().backlog.push_front(chain);
            }
        }
        drop(turn);
        self.counters.add(&delivery);
        self.endpoint.wake();
    }

    /// Takes a turn, if datagrams are handed out one list after the other.
    fn turn(&self, system: &System) -> Option<MutexGuard<'_, ()>> {
        (system.netio.settings.parallel <= 1).then(|| self.turn.lock())
    }

    /// Hands out datagrams as long as somebody takes them, and leaves the others.
    fn hand_out(&self, system: &System, chain: &mut Chain, delivery: &mut Delivery) {
        loop {
            match self.next_taker(system, chain) {
                Taker::Request(waiting, slot) => {
                    delivery.requested += 1;
                    self.give(waiting, slot);
                }
                Taker::Callback(list) => {
                    let Some(refused) = self.indicate(system, list, delivery) else { continue };
                    let mut core = self.core.lock();
                    core.events.refuse();
                    let fixed = core.events.fixed();
                    drop(core);
                    if fixed {
                        self.lose(refused, delivery);
                    } else {
                        chain.prepend(refused);
                    }
                }
                Taker::Nobody => return,
            }
        }
    }

    fn next_taker(&self, system: &System, chain: &mut Chain) -> Taker {
        let Some(first) = chain.first() else { return Taker::Nobody };
        let flags = first.flags;
        let settings = &system.netio.settings;
        let mut core = self.core.lock();
        if !core.lives() {
            return Taker::Nobody;
        }
        let callback = core.events.enabled() && self.callback().is_some();
        let race = callback
            && settings.precedence == Precedence::Race
            && system.netio.chance(|rng| rng.u8(..4) == 0);
        if !race
            && let Some(waiting) = core.next_waiting()
            && let Some(slot) = chain.pop_front()
        {
            return Taker::Request(waiting, slot);
        }
        if !callback {
            return Taker::Nobody;
        }
        core.events.begin();
        Taker::Callback(chain.take_while(settings.list.max(1), |slot| slot.flags == flags))
    }

    /// Calls the callback with a list, and returns the list if it was refused.
    fn indicate(&self, system: &System, list: Chain, delivery: &mut Delivery) -> Option<Chain> {
        let flags = list.first().map_or(0, |slot| slot.flags);
        let count = list.len();
        // SAFETY: it is used until the callback has returned, and the pool stays longer.
        let changing = unsafe { flicker::byte(&list) };
        let address = self.pool.indicate(list);
        let (answer, time) = flicker::during(changing, || self.call_back(system, flags, address));
        delivery.answer = Some(answer);
        delivery.callbacks += 1;
        delivery.time += time;
        delivery.longest = delivery.longest.max(time);
        let refused = self.take_back(address, answer);
        if refused.is_none() {
            delivery.indicated += count;
        }
        self.callback_ended();
        refused
    }

    /// Takes back a list that the callback was called with, unless the driver retains it. Returns it
    /// if it was refused.
    fn take_back(&self, address: *mut WSK_DATAGRAM_INDICATION, answer: NTSTATUS) -> Option<Chain> {
        if answer == STATUS_PENDING {
            if let Some(released) = self.pool.retained(address) {
                self.pool.recycle(released);
            }
            return None;
        }
        let list = match self.pool.returned(address) {
            Returned::Kept(list) => list,
            Returned::Released(list) => {
                rules::RELEASE.broken("a list was released that was not retained after all");
                list
            }
        };
        match answer {
            STATUS_DATA_NOT_ACCEPTED => {
                list.iter().for_each(Slot::check);
                return Some(list);
            }
            STATUS_SUCCESS => {}
            other => rules::ANSWER
                .broken(format!("an event callback returned {:#010x}", other.cast_unsigned())),
        }
        self.pool.recycle(list);
        None
    }

    /// Calls the callback, which was found to be enabled.
    fn call_back(
        &self,
        system: &System,
        flags: u32,
        list: *mut WSK_DATAGRAM_INDICATION,
    ) -> (NTSTATUS, Duration) {
        let Some(callback) = self.callback() else { return (STATUS_SUCCESS, Duration::ZERO) };
        let (level, flags) = match system.netio.settings.callback_level {
            CallbackLevel::Dispatch => (DISPATCH_LEVEL, flags | WSK_FLAG_AT_DISPATCH_LEVEL),
            CallbackLevel::Unflagged => (DISPATCH_LEVEL, flags),
            CallbackLevel::Passive => (PASSIVE_LEVEL, flags),
        };
        let call = || {
            let before = ke::irql::current();
            sched::point("an event callback", callback as usize);
            let start = Instant::now();
            // SAFETY: the driver enabled this callback for its socket, whose context it gave; the list is
            // null or valid until the answer is known.
            let code = || unsafe { callback(self.plan.context, flags, list) };
            // SAFETY: there is nothing to drop. A driver that is left keeps the list.
            let answer = unsafe { ke::thread::ask(STATUS_PENDING, code) };
            let time = start.elapsed();
            sched::point("a return of the driver", callback as usize);
            if ke::irql::current() != before {
                rules::CALLBACK_LEVEL.broken("an event callback returned at another IRQL");
                ke::irql::raise(before);
                ke::irql::lower(before);
            }
            (answer, time)
        };
        context::in_callback(|| ke::irql::at_least(level, call))
    }

    /// Takes out what the options of the socket keep away.
    fn filter(&self, chain: &mut Chain, delivery: &mut Delivery) {
        let core = self.core.lock();
        let (remote, broadcasts) = (core.remote, core.options.receives_broadcasts());
        drop(core);
        if remote.is_none() && broadcasts {
            return;
        }
        let wanted = |slot: &Slot| {
            let from = address::decode(slot.sender_address());
            let known =
                remote.is_none_or(|remote| from.is_some_and(|from| address::same(from, remote)));
            known && (broadcasts || slot.flags & MSG_BCAST == 0)
        };
        let mut kept = Chain::default();
        while let Some(slot) = chain.pop_front() {
            if wanted(&slot) {
                kept.push_front(slot);
            } else {
                delivery.lost += 1;
                self.pool.give_back(slot);
            }
        }
        // They were put in front of each other.
        while let Some(slot) = kept.pop_front() {
            chain.push_front(slot);
        }
    }

    /// Drops datagrams.
    pub fn lose(&self, chain: Chain, delivery: &mut Delivery) {
        delivery.lost += chain.len();
        self.pool.recycle(chain);
    }

    /// Drops what was in the backlog.
    pub fn lose_backlog(&self, backlog: VecDeque<Chain>) {
        let mut delivery = Delivery::default();
        for chain in backlog {
            self.lose(chain, &mut delivery);
        }
        self.counters.add(&delivery);
    }

    /// Stops working: requests end, and the driver is told once.
    pub fn die(&self) {
        let system = self.system();
        let mut core = self.core.lock();
        if !core.lives() {
            return;
        }
        core.dead = true;
        let backlog = std::mem::take(&mut core.backlog);
        let mut waiting = Vec::new();
        while let Some(next) = core.next_waiting() {
            waiting.push(next);
        }
        let tell = core.events.enabled();
        if tell {
            core.events.begin();
        }
        drop(core);
        self.lose_backlog(backlog);
        for waiting in waiting {
            self.end(waiting, crate::nt::STATUS_FILE_FORCED_CLOSED);
        }
        if tell {
            let (answer, _) = self.call_back(&system, 0, std::ptr::null_mut());
            if answer != STATUS_SUCCESS {
                rules::ANSWER.broken("an event callback that indicated nothing did not succeed");
            }
            self.callback_ended();
        }
    }
}
