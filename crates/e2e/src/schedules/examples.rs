//! What can happen to the drivers of the folder `examples`.

use nthost::{
    File, Pending, Task,
    ndis::{Adapter, Frame, Restart},
    wsk::{Datagram, List},
};

use super::{
    Scenario,
    stage::{Stage, ensure},
};
use crate::payload;

/// The control code that binds a handle of borrowed_irp.
const BIND: u32 = 0x0012_6000;

/// Scenarios of each.
pub fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new("own_irp", "close".to_owned(), datagrams_against_close),
        Scenario::new("borrowed_irp", "close".to_owned(), datagrams_against_close),
        Scenario::new("frames", "close".to_owned(), frames_against_close),
        Scenario::new("frames", "pause".to_owned(), frames_against_pause),
    ]
}

fn open(stage: &Stage) -> Result<File, String> {
    stage.open().ok_or_else(|| "the device does not open".to_owned())
}

/// Begins reads, one of which is cancelled by another thread.
fn reads(stage: &Stage, file: &File) -> (Vec<Pending>, Task<()>) {
    let reads = (0..3).map(|_| file.start_read(2000)).collect();
    let read = file.start_read(2000);
    let canceller = stage.spawn("canceller", move || {
        read.cancel();
        drop(read.wait());
    });
    (reads, canceller)
}

/// Closes the handle, and waits for the reads, all of which end.
fn close(stage: &mut Stage, file: File, reads: Vec<Pending>) {
    let closer = stage.spawn("closer", move || file.close());
    for read in reads {
        drop(read.wait());
    }
    closer.join();
}

fn datagrams_against_close(stage: &mut Stage) -> Result<(), String> {
    let file = open(stage)?;
    let mut port = 5000_u16.to_le_bytes();
    let bound = file.ioctl(BIND, &port.clone(), &mut port).ok().is_ok();
    ensure(bound || stage.kernel.open(r"\\.\own_irp").is_err(), || "it binds twice".to_owned())?;
    let (reads, canceller) = reads(stage, &file);
    let network = stage.network.clone();
    let injector = stage.spawn("network", move || {
        for seed in 0..5 {
            let datagram = Datagram::new(([10, 0, 0, 1], 9).into(), payload(100, seed));
            network.inject(u16::from_le_bytes(port), &List::new(vec![datagram]));
        }
    });
    close(stage, file, reads);
    canceller.join();
    injector.join();
    Ok(())
}

fn frames_against_close(stage: &mut Stage) -> Result<(), String> {
    frames_against(stage, false)
}

fn frames_against_pause(stage: &mut Stage) -> Result<(), String> {
    frames_against(stage, true)
}

fn frames_against(stage: &mut Stage, pauses: bool) -> Result<(), String> {
    let link = stage.kernel.plug(Adapter { descriptors: 4, low_mark: 2, ..Adapter::new("net0") });
    let file = open(stage)?;
    let (reads, canceller) = reads(stage, &file);
    let indicator = {
        let link = link.clone();
        stage.spawn("network", move || {
            for seed in 0..5 {
                link.indicate(&[Frame::from(payload(100, seed)), Frame::from(payload(60, seed))]);
            }
        })
    };
    if pauses {
        link.pause();
        link.restart(&Restart::default());
    }
    close(stage, file, reads);
    canceller.join();
    indicator.join();
    let held = link.report().held_now;
    ensure(held == 0, || format!("{held} lists are not given back"))
}
