//! What administrators set in the registry is what both drivers do, and nothing that is there keeps them from
//! starting.

use e2e::{Family, Machine, settings};
use nthost::{Builder, Kernel, LowResources, Value};
use winrx::{Capture, CaptureSettings, Mode};

const DEFAULT_QUEUE: u32 = 4 << 20;

/// Who may open a device if nothing is set: the ACL of `D:P(A;;FA;;;SY)(A;;FA;;;BA)`.
const SYSTEM_AND_ADMINISTRATORS: [u8; 52] = [
    2, 0, 52, 0, 2, 0, 0, 0, //
    0, 0, 20, 0, 0xff, 1, 0x1f, 0, 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, //
    0, 0, 24, 0, 0xff, 1, 0x1f, 0, 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0,
];

/// Who may open it with `D:P(A;;GA;;;WD)`.
const EVERYONE: [u8; 28] = [
    2, 0, 28, 0, 1, 0, 0, 0, //
    0, 0, 20, 0, 0xff, 1, 0x1f, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0,
];

/// What a driver made of its parameters.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    /// Bytes of a queue.
    queue: u32,
    /// The ACL of the device.
    access: Vec<u8>,
    /// What was said, from load to unload.
    lines: Vec<String>,
}

impl Outcome {
    #[track_caller]
    fn says(&self, what: &str) {
        assert!(self.lines.iter().any(|line| line.contains(what)), "{what} in {:?}", self.lines);
    }

    /// The driver has its defaults.
    #[track_caller]
    fn is_default(&self) {
        assert_eq!(self.queue, DEFAULT_QUEUE);
        assert_eq!(self.access, SYSTEM_AND_ADMINISTRATORS);
    }
}

fn with(parameters: &[(&str, Value)]) -> Builder {
    parameters
        .iter()
        .fold(Kernel::builder(), |builder, (name, value)| builder.parameter(*name, value.clone()))
}

/// A life of a driver.
fn life(machine: Machine) -> Outcome {
    let queue = if machine.driver().name() == "wskrx" {
        machine.receive(&settings(Mode::Event, Family::V4)).1.queue_bytes.unwrap()
    } else {
        let capture = Capture::new(machine.open()).unwrap();
        capture.open(&CaptureSettings::default()).unwrap().queue_bytes
    };
    let [device] = &machine.driver().devices()[..] else { panic!("there is one device") };
    let access = device.access.clone();
    let kernel = machine.kernel().clone();
    machine.finish();
    Outcome { queue, access, lines: kernel.debug_lines().map(|line| line.text).collect() }
}

/// What both drivers make of parameters.
fn outcomes(parameters: &[(&str, Value)]) -> [Outcome; 2] {
    [Machine::new, Machine::with_ndisrx].map(|start| life(start(with(parameters))))
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

#[test]
fn without_parameters_there_are_defaults() {
    for outcome in outcomes(&[]) {
        outcome.is_default();
        assert_eq!(outcome.lines.len(), 2, "{:?}", outcome.lines);
        outcome.says("started");
        outcome.says("stopped");
    }
}

#[test]
fn values_within_bounds_are_used() {
    for queue in [64 << 10, 1 << 20] {
        for outcome in outcomes(&[("QueueBytes", Value::Dword(queue))]) {
            assert_eq!(outcome.queue, queue);
            assert_eq!(outcome.lines.len(), 2, "{:?}", outcome.lines);
        }
    }
}

#[test]
fn numbers_out_of_bounds_are_not_used() {
    for number in [0, (64 << 10) - 1, (1 << 30) + 1, u32::MAX] {
        for outcome in outcomes(&[("QueueBytes", Value::Dword(number))]) {
            outcome.is_default();
            outcome.says("the parameter QueueBytes is out of bounds; its default is used");
        }
    }
    for outcome in outcomes(&[("LogLevel", Value::Dword(6))]) {
        outcome.says("the parameter LogLevel is out of bounds; its default is used");
        outcome.says("started");
    }
}

#[test]
fn values_of_other_types_are_not_used() {
    let others = [
        text("65536"),
        Value::Qword(1 << 16),
        Value::Binary(vec![0, 0, 1, 0]),
        Value::Binary(vec![]),
        Value::Strings(vec!["D:P(A;;GA;;;WD)".to_owned(); 99]),
    ];
    for other in others {
        let [queue, level] = ["QueueBytes", "LogLevel"].map(|name| (name, other.clone()));
        for outcome in outcomes(&[queue, level]) {
            outcome.is_default();
            outcome.says("the parameter QueueBytes has another type; its default is used");
            outcome.says("the parameter LogLevel has another type; its default is used");
        }
    }
    for other in [Value::Dword(1), Value::Strings(vec!["D:P(A;;GA;;;WD)".to_owned()])] {
        for outcome in outcomes(&[("DeviceSecurity", other)]) {
            outcome.is_default();
            outcome.says("the parameter DeviceSecurity has another type; its default is used");
        }
    }
}

#[test]
fn the_device_is_opened_to_those_who_are_named() {
    for outcome in outcomes(&[("DeviceSecurity", text("D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;GR;;;BU)"))])
    {
        let mut expected = SYSTEM_AND_ADMINISTRATORS.to_vec();
        (expected[2], expected[4]) = (76, 3);
        expected.extend([0, 0, 24, 0, 0x89, 0, 0x12, 0, 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0]);
        expected.extend([0x21, 2, 0, 0]);
        assert_eq!(outcome.access, expected);
    }
}

#[test]
fn text_that_is_no_descriptor_opens_nothing() {
    let long = format!("D:P{}", "(A;;GA;;;WD)".repeat(60));
    for wrong in ["", "D:NO_ACCESS_CONTROL", "S:(AU;SA;GA;;;WD)", "D:P(A;;GA;;;WD", long.as_str()] {
        for outcome in outcomes(&[("DeviceSecurity", text(wrong))]) {
            outcome.is_default();
            outcome.says("the parameter DeviceSecurity is no security descriptor that can be used");
        }
    }
}

#[test]
fn the_level_says_how_much_is_said() {
    for (level, lines) in [(0, 0), (3, 0), (4, 2), (5, 2)] {
        for outcome in outcomes(&[("LogLevel", Value::Dword(level))]) {
            assert_eq!(outcome.lines.len(), lines, "{:?}", outcome.lines);
        }
    }
    let bad = ("QueueBytes", Value::Dword(0));
    for (level, lines) in [(2, 0), (3, 1), (4, 3)] {
        for outcome in outcomes(&[bad.clone(), ("LogLevel", Value::Dword(level))]) {
            assert_eq!(outcome.lines.len(), lines, "{:?}", outcome.lines);
        }
    }
}

/// Calls of the registry fail, more from life to life, until none is left that did not.
#[test]
fn a_registry_that_fails_keeps_no_driver_from_starting() {
    const REGISTRY: [&str; 3] = ["IoOpenDriverRegistryKey", "ZwOpenKey", "ZwQueryValueKey"];
    let parameters =
        [("QueueBytes", Value::Dword(1 << 16)), ("DeviceSecurity", text("D:P(A;;GA;;;WD)"))];
    for start in [Machine::new, Machine::with_ndisrx] {
        let mut failing = Vec::new();
        let mut seen = Vec::new();
        loop {
            let low = match failing.len() {
                0 => LowResources::Record,
                _ => LowResources::Fail(failing.clone()),
            };
            let machine = start(with(&parameters).low_resources(low));
            let report = machine.kernel().low_resources_report();
            let outcome = life(machine);
            // The older way leads to the key, too; where it fails, or a value cannot be read, there is the
            // default.
            assert!([1 << 16, DEFAULT_QUEUE].contains(&outcome.queue));
            if outcome.queue == DEFAULT_QUEUE {
                outcome.says("cannot be read: STATUS_INSUFFICIENT_RESOURCES");
            }
            let unread =
                ["the parameters cannot be read", "the parameter DeviceSecurity cannot be read"];
            let is_unread = |line: &String| unread.iter().any(|what| line.contains(what));
            let is_default = outcome.lines.iter().any(is_unread);
            let access = if is_default { &SYSTEM_AND_ADMINISTRATORS[..] } else { &EVERYONE };
            assert_eq!(outcome.access, access, "{:?}", outcome.lines);
            let calls = report.stacks.into_iter();
            let new = calls
                .filter(|call| REGISTRY.contains(&call.function) && !failing.contains(&call.id));
            // What fails early keeps later calls from being made.
            let Some(next) = new.last() else {
                outcome.is_default();
                break;
            };
            seen.push(next.function);
            failing.push(next.id);
        }
        for function in REGISTRY {
            assert!(seen.contains(&function), "{function} in {seen:?}");
        }
    }
}
