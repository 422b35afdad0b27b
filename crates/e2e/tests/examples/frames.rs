//! frames.sys receives frames that are lent to it, and frames that are its own until it returns them.

use e2e::{Machine, driver_file, payload};
use nthost::{
    File, Kernel,
    ndis::{Adapter, Frame, Link, Restart},
};

fn machine(adapter: Adapter) -> (Machine, Link) {
    let kernel = Kernel::builder().build().expect("the kernel starts");
    let machine = Machine::on(kernel, driver_file("frames"));
    let link = machine.kernel().plug(adapter);
    (machine, link)
}

/// Frames of different lengths.
fn frames(count: usize) -> Vec<Frame> {
    (0..count).map(|number| payload(60 + number, number).into()).collect()
}

fn read(file: &File, wanted: &[Frame]) {
    for frame in wanted {
        let (completion, data) = file.start_read(2000).wait();
        assert_eq!(&data[..completion.ok().expect("a frame")], frame.data);
    }
}

#[test]
fn lists_are_kept_until_they_are_read() {
    let (machine, link) = machine(Adapter::new("net0"));
    let file = machine.open();
    let sent = frames(60);
    link.indicate(&sent);
    let report = link.report();
    assert_eq!((report.owned, report.loaned, report.held_now), (60, 0, 60), "{report:?}");
    read(&file, &sent);
    let report = link.report();
    assert_eq!((report.held_now, report.returned), (0, 60), "{report:?}");
    file.close();
    assert!(link.wait_idle());
    machine.finish();
}

#[test]
fn few_lists_are_kept_for_a_slow_reader() {
    let (machine, link) = machine(Adapter::new("net0"));
    let file = machine.open();
    let sent = frames(100);
    link.indicate(&sent[..50]);
    link.indicate(&sent[50..]);
    let report = link.report();
    assert_eq!((report.owned, report.held_now), (100, 64), "{report:?}");
    read(&file, &sent);
    assert_eq!(link.report().held_now, 0);
    file.close();
    assert!(link.wait_idle());
    machine.finish();
}

#[test]
fn what_does_not_fit_is_cut_off_and_said_so() {
    let (machine, link) = machine(Adapter::new("net0"));
    let file = machine.open();
    let sent = frames(3);
    for frame in &sent {
        link.indicate(std::slice::from_ref(frame));
    }
    let mut buffer = [0; 50];
    let completion = file.read(&mut buffer);
    assert_eq!(completion.status.name(), Some("STATUS_BUFFER_OVERFLOW"));
    assert_eq!((completion.information, &buffer[..]), (50, &sent[0].data[..50]));
    read(&file, &sent[1..]);
    file.close();
    assert!(link.wait_idle());
    machine.finish();
}

#[test]
fn what_is_lent_is_copied() {
    // With fewer lists left than that an adapter only lends them.
    let adapter = Adapter { descriptors: 256, low_mark: 256, ..Adapter::new("net0") };
    let (machine, link) = machine(adapter);
    let file = machine.open();
    let sent = frames(100);
    link.indicate(&sent);
    let report = link.report();
    assert_eq!((report.owned, report.loaned, report.held_now), (0, 100, 0), "{report:?}");
    read(&file, &sent);
    file.close();
    assert!(link.wait_idle());
    machine.finish();
}

#[test]
fn lists_of_several_frames_are_copied() {
    let (machine, link) = machine(Adapter::new("net0"));
    let file = machine.open();
    let [first, second]: [Frame; 2] = [payload(60, 1).into(), payload(70, 2).into()];
    let both = Frame { more_buffers: vec![second.data.clone()], ..first.clone() };
    link.indicate(&[both]);
    assert_eq!(link.report().held_now, 0);
    read(&file, &[first, second]);
    file.close();
    assert!(link.wait_idle());
    machine.finish();
}

#[test]
fn a_pause_has_all_lists_given_back() {
    let (machine, link) = machine(Adapter::new("net0"));
    let file = machine.open();
    link.indicate(&frames(10));
    link.pause();
    assert_eq!(link.report().held_now, 0);
    link.restart(&Restart::default());
    let sent = frames(3);
    link.indicate(&sent);
    read(&file, &sent);
    link.indicate(&sent);
    link.unplug();
    file.close();
    machine.finish();
}

#[test]
fn more_frames_than_there_is_room_for_are_dropped() {
    let (machine, link) = machine(Adapter { descriptors: 4096, ..Adapter::new("net0") });
    let file = machine.open();
    let sent = frames(1100);
    link.indicate(&sent);
    assert_eq!(link.report().held_now, 64);
    read(&file, &sent[..1024]);
    let waiting = file.start_read(2000);
    link.indicate(&sent[1099..]);
    let (completion, data) = waiting.wait();
    assert_eq!(&data[..completion.ok().unwrap()], sent[1099].data);
    file.close();
    assert!(link.wait_idle());
    machine.finish();
}

#[test]
fn one_handle_at_a_time_is_open() {
    let (machine, link) = machine(Adapter::new("net0"));
    link.indicate(&frames(5));
    let file = machine.open();
    let refused = machine.kernel().open(r"\\.\frames").map(drop);
    assert_eq!(refused.map_err(nthost::Status::name), Err(Some("STATUS_SHARING_VIOLATION")));
    let waiting = file.start_read(2000);
    file.close();
    assert_eq!(waiting.wait().0.status.name(), Some("STATUS_CANCELLED"));
    let again = machine.open();
    link.indicate(&frames(1));
    read(&again, &frames(1));
    drop(again);
    assert!(link.wait_idle());
    machine.finish();
}
