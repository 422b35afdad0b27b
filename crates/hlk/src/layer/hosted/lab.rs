//! What can be done to a machine of the hosted kernel: everything.

use std::{
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;
use nthost::{
    File,
    ndis::{Frame, LinkState, Restart},
    wsk::{Datagram, List},
};

use super::{Hosting, State};
use crate::{
    call::{Buffer, Call},
    layer::{Happening, Lab, NotHere, Victim},
    status::Status,
};

/// Requests of a process that was killed must be done by then.
const PATIENCE: Duration = Duration::from_secs(20);

/// The speed of links that are up, in bits per second.
const SPEED: u64 = 1_000_000_000;

impl Lab for Hosting {
    fn characteristics(&self) -> Result<u32, NotHere> {
        let state = self.state.read();
        let devices = state.driver.as_ref().map(nthost::Driver::devices).unwrap_or_default();
        Ok(devices.first().map_or(0, |device| device.characteristics))
    }

    fn happen(&self, what: Happening, adapter: usize) -> Result<(), NotHere> {
        let state = self.state.read();
        if what == Happening::TransportGone {
            for address in state.network.addresses() {
                state.network.kill(address.port());
            }
            return Ok(());
        }
        let link = state.links.get(adapter).cloned().ok_or(NotHere("there is no such adapter"))?;
        drop(state);
        match what {
            Happening::Unplug => link.unplug(),
            Happening::SurpriseRemove => link.surprise_remove(),
            Happening::Replug => link.replug(),
            Happening::Pause => link.pause(),
            Happening::Restart => link.restart(&Restart::default()),
            Happening::Sleep => link.set_power(false),
            Happening::Wake => link.set_power(true),
            Happening::LinkDown => {
                link.set_link(LinkState { connected: Some(false), ..LinkState::up(SPEED) });
            }
            Happening::LinkUp => link.set_link(LinkState::up(SPEED)),
            // A protocol may say no.
            Happening::QueryRemoval => drop(link.query_removal()),
            Happening::TransportGone => {}
        }
        Ok(())
    }

    fn traffic(&self, rng: &mut Rng, amount: usize) -> Result<(), NotHere> {
        let state = self.state.read();
        let (links, network) = (state.links.clone(), state.network.clone());
        drop(state);
        for link in links {
            let frames: Vec<_> = (0..amount).map(|_| frame(rng)).collect();
            link.indicate(&frames);
        }
        for address in network.addresses() {
            let list: List = (0..amount.min(32)).map(|_| datagram(rng)).collect();
            network.inject(address.port(), &list);
        }
        Ok(())
    }

    fn settle(&self) -> bool {
        let links = self.state.read().links.clone();
        links.iter().all(nthost::ndis::Link::wait_idle)
    }

    fn reload(&self) -> Result<Result<(), String>, NotHere> {
        let mut state = self.state.write();
        let mut wrong = state.unload();
        wrong.extend(state.broken());
        wrong.extend(pool(&state));
        if wrong.is_empty() {
            match state.kernel.load(&self.plan.file) {
                Ok(driver) => state.driver = Some(driver),
                Err(error) => wrong.push(error.to_string()),
            }
        }
        Ok(sentence(&wrong))
    }

    fn reboot(&self) -> Result<Result<(), String>, NotHere> {
        let mut state = self.state.write();
        state.kernel.shut_down();
        let wrong = state.broken();
        if let Some(driver) = state.driver.take() {
            driver.abandon();
        }
        match self.plan.start() {
            Ok(new) => *state = new,
            Err(error) => return Ok(Err(error)),
        }
        Ok(sentence(&wrong))
    }

    fn kill(&self, victim: Victim<'_>) -> Result<Result<(), String>, NotHere> {
        let state = self.state.read();
        let kernel = state.kernel.clone();
        drop(state);
        let opened = kernel.open(&self.plan.device);
        let memory = kernel.user_memory(victim.length.max(4096) as usize);
        let (Ok(file), Ok(memory)) = (opened, memory) else {
            return Ok(Err("the process could not start".to_owned()));
        };
        for (code, input, output) in victim.prepare {
            // What is answered does not matter here.
            let mut output = vec![0; *output as usize];
            let _ = file.ioctl(*code, input, &mut output);
        }
        let call = nthost::Call::read(memory.buffer(0, victim.length), 0, 0);
        let reads: Vec<_> = (0..victim.reads).map(|_| file.start_call(&call)).collect();
        thread::sleep(victim.lives);
        end_process(file, victim.reads);
        // Its memory goes, too; what is locked stays.
        drop(memory);
        let end = Instant::now() + PATIENCE;
        for read in reads {
            if let Err(read) = read.wait_for(end.saturating_duration_since(Instant::now())) {
                std::mem::forget(read);
                return Ok(Err("a request outlives its process".to_owned()));
            }
        }
        Ok(Ok(()))
    }

    fn violations(&self) -> Vec<String> {
        self.state.read().broken()
    }

    fn answers(&self, call: &Call, status: Status) -> bool {
        match status {
            Status::ACCESS_VIOLATION => has_buffer(call),
            Status::INVALID_SECURITY_DESCR => matches!(call, Call::SetSecurity { .. }),
            _ => false,
        }
    }

    fn changes_security(&self) -> bool {
        false
    }

    fn open_files(&self) -> Option<usize> {
        let state = self.state.read();
        let devices = state.driver.as_ref().map(nthost::Driver::devices).unwrap_or_default();
        Some(devices.iter().map(|device| device.open).sum())
    }
}

/// Ends a process: its requests are cancelled as its threads end, then its handles are closed; at times a
/// handle is closed first.
fn end_process(file: File, chance: u32) {
    if chance.is_multiple_of(4) {
        drop(file);
    } else {
        file.cancel();
        drop(file);
    }
}

fn has_buffer(call: &Call) -> bool {
    let is_given = |buffer: &Buffer| buffer.length > 0;
    match call {
        Call::Control { input, output, .. } | Call::FsControl { input, output, .. } => {
            is_given(input) || is_given(output)
        }
        Call::QueryEa { list, to, .. } | Call::QueryQuota { list, to, .. } => {
            is_given(list) || is_given(to)
        }
        Call::Flush { .. } | Call::Lock { .. } | Call::Unlock { .. } | Call::Driver { .. } => false,
        Call::Read { to, .. }
        | Call::QueryInformation { to, .. }
        | Call::QueryVolume { to, .. }
        | Call::QueryDirectory { to, .. }
        | Call::NotifyDirectory { to, .. }
        | Call::QuerySecurity { to, .. } => is_given(to),
        Call::Write { from, .. }
        | Call::SetInformation { from, .. }
        | Call::SetVolume { from, .. }
        | Call::SetEa { from }
        | Call::SetQuota { from }
        | Call::SetSecurity { from, .. } => is_given(from),
    }
}

/// Pool that is allocated though no driver is loaded.
fn pool(state: &State) -> Vec<String> {
    let used = state.kernel.pool().into_iter().filter(|(_, usage)| usage.blocks > 0);
    used.map(|(tag, usage)| format!("{} blocks of pool with the tag {tag}", usage.blocks)).collect()
}

fn sentence(wrong: &[String]) -> Result<(), String> {
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}

/// A frame of any size, from nothing to more than the adapter's MTU.
fn frame(rng: &mut Rng) -> Frame {
    let length = match rng.u8(0..16) {
        0 => rng.usize(0..14),
        1 => rng.usize(1515..9000),
        2 => 1514,
        _ => rng.usize(14..200),
    };
    let mut data = vec![0; length];
    rng.fill(&mut data);
    if let Some(kind) = data.get_mut(12..14) {
        kind.copy_from_slice(&[0x08, 0x00]);
    }
    let vlan = rng.bool().then(|| rng.u16(..));
    Frame { vlan, queue: rng.u16(0..4), ..Frame::from(data) }
}

fn datagram(rng: &mut Rng) -> Datagram {
    let length = if rng.u8(0..16) == 0 { rng.usize(0..65_000) } else { rng.usize(0..256) };
    let mut payload = vec![0; length];
    rng.fill(&mut payload);
    Datagram::new(([127, 0, 0, 1], rng.u16(1..)).into(), payload)
}
