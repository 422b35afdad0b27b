//! A life that broken.sys is led through, the same for each of its faults.

use std::time::Duration;

use e2e::driver_file;
use libtest_mimic::Failed;
use nthost::{
    File, Kernel, LoadError, Stop, TimeLimits, Value,
    wsk::{Completion, Datagram, List, Network, Settings, Synthetic},
};

use crate::adapters;

/// What came of it.
pub struct Outcome {
    /// The rules that were broken, in their order.
    pub broken: Vec<&'static str>,
    /// How.
    pub texts: Vec<String>,
    /// What the driver left behind.
    pub leftovers: Vec<String>,
    /// Why the kernel stopped, if it did.
    pub stop: Option<Stop>,
}

/// Any control code that passes its buffers through the system.
const CONTROL_CODE: u32 = 0x0022_2000;

/// `STATUS_OBJECT_NAME_NOT_FOUND`, which the driver returns for a rule that it cannot break.
const UNKNOWN: u32 = 0xc000_0034;

/// The port that the driver's socket is bound to, if it has one.
const PORT: u16 = 4000;

/// Loads the driver so that it breaks a rule or keeps it, uses it in every way, and unloads it.
pub fn live(rule: &str, wrong: bool) -> Result<Outcome, Failed> {
    let network = Synthetic::new();
    let mut settings = Settings { patience: Duration::from_millis(100), ..Settings::default() };
    if rule == "wsk-send-data-changed" {
        settings.completion = Completion::Late(Duration::from_millis(100));
    }
    let kernel = Kernel::builder()
        .processors(2)
        .network(Network::Synthetic(network.clone()))
        .network_settings(settings)
        .parameter("Fault", Value::String(rule.to_owned()))
        .parameter("Twin", Value::Dword(u32::from(!wrong)))
        .ndis_settings(adapters::settings(rule))
        .unload_patience(Duration::from_secs(if rule.starts_with("unload-hang") { 1 } else { 60 }))
        .time_limits(time_limits(rule))
        .build()?;
    let adapters = adapters::plug(&kernel, rule);
    let mut leftovers = Vec::new();
    match kernel.load(driver_file("broken")) {
        Ok(driver) => {
            if let Ok(file) = kernel.open(r"\\.\broken") {
                request(&file);
                file.close();
            }
            send(&network);
            adapters::exercise(&adapters);
            if let Ok(unloaded) = driver.unload() {
                leftovers = unloaded.leftovers().to_vec();
            }
        }
        Err(LoadError::EntryFailed { status, .. }) if status.value().cast_unsigned() == UNKNOWN => {
            return Err(format!("broken.sys cannot break {rule}").into());
        }
        Err(LoadError::EntryFailed { .. }) => leftovers = kernel.leftovers(),
        Err(error) => return Err(format!("{error}; `cargo xtask build --tests` builds it").into()),
    }
    let violations = kernel.violations();
    Ok(Outcome {
        broken: violations.iter().map(|violation| violation.rule).collect(),
        texts: violations.into_iter().map(|violation| violation.text).collect(),
        leftovers,
        stop: kernel.stopped(),
    })
}

/// How long the driver may keep a processor: not long if it is to keep one.
fn time_limits(rule: &str) -> TimeLimits {
    match rule {
        "dpc-time" | "dispatch-time" | "dispatch-time-with-calls" => {
            TimeLimits::new(Duration::from_millis(200), Duration::from_millis(400))
        }
        _ => TimeLimits::default(),
    }
}

/// Sends datagrams to the driver's socket, if it has one.
fn send(network: &Synthetic) {
    let datagram = || Datagram::new(([10, 0, 0, 1], 5).into(), *b"datagram");
    for count in 1..=3 {
        let _ = network.inject(PORT, &List::new((0..count).map(|_| datagram()).collect()));
    }
}

/// Sends requests of each kind that programs send, one of which is cancelled.
fn request(file: &File) {
    let mut output = [0; 64];
    let _ = file.ioctl(CONTROL_CODE, &[1; 32], &mut output);
    let read = file.start_read(64);
    read.cancel();
    let _ = read.wait();
}
