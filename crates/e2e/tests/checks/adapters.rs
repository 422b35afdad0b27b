//! The adapters of the machine that broken.sys lives on.

use std::time::Duration;

use nthost::{
    Kernel,
    ndis::{
        Adapter, Answer, Frame, Lending, Level, Link, LinkState, Poison, ReceiveLevel, Restart,
        Sends, Settings,
    },
};

/// How long NDIS waits for a driver where it would wait for ever.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long requests and sends take where a driver is to be faster.
const LATE: Duration = Duration::from_millis(200);
/// An event that no driver knows.
const UNKNOWN: i32 = 0x7777;

/// Behaviours of NDIS under which a driver can break a rule, and under which one that keeps it has no
/// difficulties.
pub fn settings(rule: &str) -> Settings {
    let mut settings = Settings::default();
    // What a driver is called with to the end, it has to keep to the end.
    settings.control.calls_while_closing = true;
    match rule {
        "ndis-bind-waits" | "ndis-unbind-waits" | "ndis-event-waits" | "ndis-pause-waits" => {
            settings.control.patience = PATIENCE;
        }
        "ndis-status-waits" => {
            settings.control.patience = PATIENCE;
            settings.control.status_level = Level::Passive;
        }
        "ndis-close-with-requests" | "ndis-wait-in-power-event" => {
            settings.control.requests = Answer::Late(LATE);
        }
        "ndis-return-irql" => settings.receive.level = ReceiveLevel::Passive,
        "ndis-list-written" => settings.data.poison = Poison::Fill,
        "ndis-pause-with-sends" | "ndis-close-with-sends" => {
            settings.receive.sends = Sends::After(LATE);
        }
        _ if rule.starts_with("ndis-oid-") => settings.control.requests = Answer::Late(LATE),
        _ if rule.starts_with("ndis-send-") => settings.receive.sends = Sends::After(LATE),
        _ if rule.contains("loaned") => settings.receive.lending = Lending::Always,
        _ => {}
    }
    settings
}

/// Plugs adapters in that behave as [`settings`] say.
pub fn plug(kernel: &Kernel, rule: &str) -> Vec<Link> {
    let count = if rule == "ndis-return-wrong-binding" { 2 } else { 1 };
    let adapter =
        |number| Adapter { settings: settings(rule), ..Adapter::new(format!("broken{number}")) };
    (0..count).map(|number| kernel.plug(adapter(number))).collect()
}

/// Has adapters do all that adapters do: in the end they are there, and run.
pub fn exercise(adapters: &[Link]) {
    for adapter in adapters {
        indicate(adapter);
    }
    for adapter in adapters {
        adapter.set_link(LinkState::down());
        adapter.event(UNKNOWN);
        adapter.pause();
        adapter.restart(&Restart::default());
        indicate(adapter);
        adapter.set_power(false);
        adapter.set_power(true);
        adapter.unplug();
        adapter.replug();
        indicate(adapter);
        adapter.surprise_remove();
        adapter.replug();
    }
}

fn indicate(adapter: &Link) {
    let several = Frame { more_buffers: vec![vec![0x55; 60]; 3], ..Frame::from(vec![0x5a; 60]) };
    adapter.indicate(&[several, Frame::from(vec![0xa5; 1514])]);
    adapter.indicate(&[Frame::from(vec![0xaa; 60])]);
}
