//! `winrx adapters`: the network adapters that frames can be captured from.

use rx_abi::{AdapterState, Connection};
use serde_json::json;

use super::{AdaptersArgs, CommandError, common::print, machine};
use crate::{
    Adapter,
    output::{columns, state_name},
};

/// Lists them.
pub fn run(args: &AdaptersArgs) -> Result<(), CommandError> {
    let machine = machine::start(&args.machine)?;
    let all = machine.capture.adapters().map_err(CommandError::before_receiving)?;
    let text = if args.json { lines(&all) } else { table(&all) };
    print(&text)
}

/// An object a line.
fn lines(all: &[Adapter]) -> String {
    let mut text = String::new();
    for adapter in all {
        let line = json!({
            "number": adapter.number,
            "name": adapter.name,
            "friendly_name": adapter.friendly_name,
            "guid": adapter.guid.to_string(),
            "mac": adapter.mac_text(),
            "medium": adapter.medium.to_string(),
            "mtu": adapter.mtu,
            "state": state_name(adapter),
            "link": link(adapter),
            "receive_speed": adapter.receive_speed,
            "transmit_speed": adapter.transmit_speed,
            "interface": adapter.interface,
            "luid": adapter.luid,
        });
        text.push_str(&line.to_string());
        text.push('\n');
    }
    text
}

const HEADINGS: [&str; 9] =
    ["number", "friendly name", "link", "speed", "mtu", "mac", "medium", "guid", "name"];

/// A line for each, with the columns one below the other.
fn table(all: &[Adapter]) -> String {
    if all.is_empty() {
        return "There are no adapters. See that the driver is bound to some.\n".to_owned();
    }
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(all.iter().map(row));
    columns(&rows)
}

fn row(adapter: &Adapter) -> [String; HEADINGS.len()] {
    let dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    let there = match adapter.state {
        AdapterState::Running => link(adapter).to_owned(),
        _ => format!("{} ({})", link(adapter), state_name(adapter)),
    };
    [
        adapter.number.to_string(),
        dash(adapter.friendly_name.clone()),
        there,
        adapter.receive_speed.map_or_else(|| "-".to_owned(), speed),
        adapter.mtu.to_string(),
        dash(adapter.mac_text()),
        adapter.medium.to_string(),
        adapter.guid.to_string(),
        dash(adapter.name.clone()),
    ]
}

fn link(adapter: &Adapter) -> &'static str {
    match adapter.connection {
        Connection::Unknown => "unknown",
        Connection::Connected => "up",
        Connection::Disconnected => "down",
    }
}

/// Bits per second with a unit.
fn speed(bits: u64) -> String {
    let (mut unit, mut name) = (1, "bit/s");
    for (next, next_name) in [(1_000, "kbit/s"), (1_000_000, "Mbit/s"), (1_000_000_000, "Gbit/s")] {
        if bits >= next {
            (unit, name) = (next, next_name);
        }
    }
    match bits % unit * 10 / unit {
        0 => format!("{} {name}", bits / unit),
        tenths => format!("{}.{tenths} {name}", bits / unit),
    }
}

#[cfg(test)]
mod tests {
    use rx_abi::{AdapterState, Connection};

    use super::{lines, speed, table};
    use crate::Adapter;

    fn adapter() -> Adapter {
        let mut raw = rx_abi::Adapter {
            guid: [0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 8, 9, 10, 11, 12, 13, 14, 15],
            number: 1,
            receive_speed: 2_500_000_000,
            state: AdapterState::Running as u32,
            connection: Connection::Connected as u32,
            mtu: 1500,
            mac_length: 6,
            ..rx_abi::Adapter::default()
        };
        raw.mac[..6].copy_from_slice(&[2, 0, 0x5e, 0, 0x53, 1]);
        for (place, unit) in raw.name.iter_mut().zip(r"\Device\{x}".encode_utf16()) {
            *place = unit;
        }
        for (place, unit) in raw.friendly_name.iter_mut().zip("Grüße 0".encode_utf16()) {
            *place = unit;
        }
        Adapter::try_from(&raw).unwrap()
    }

    #[test]
    fn the_table_has_a_line_each() {
        let gone = Adapter {
            number: 10,
            friendly_name: String::new(),
            state: AdapterState::Gone,
            connection: Connection::Disconnected,
            receive_speed: None,
            mac: Vec::new(),
            ..adapter()
        };
        assert_eq!(
            table(&[adapter(), gone]),
            "number  friendly name  link         speed       mtu   mac                medium    guid                                    name\n\
             1       Grüße 0        up           2.5 Gbit/s  1500  02:00:5e:00:53:01  ethernet  {00112233-4455-6677-0809-0A0B0C0D0E0F}  \\Device\\{x}\n\
             10      -              down (gone)  -           1500  -                  ethernet  {00112233-4455-6677-0809-0A0B0C0D0E0F}  \\Device\\{x}\n"
        );
        assert!(table(&[]).starts_with("There are no adapters."));
    }

    #[test]
    fn json_has_an_object_each() {
        let text = lines(&[adapter(), adapter()]);
        assert_eq!(text.lines().count(), 2);
        let value: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(value["guid"], "{00112233-4455-6677-0809-0A0B0C0D0E0F}");
        assert_eq!((&value["mac"], &value["link"]), (&"02:00:5e:00:53:01".into(), &"up".into()));
        assert_eq!(value["transmit_speed"], serde_json::Value::Null);
    }

    #[test]
    fn speeds_have_units() {
        for (bits, text) in [
            (0, "0 bit/s"),
            (999, "999 bit/s"),
            (10_000_000, "10 Mbit/s"),
            (1_000_000_000, "1 Gbit/s"),
            (2_500_000_000, "2.5 Gbit/s"),
            (400_000_000_000, "400 Gbit/s"),
        ] {
            assert_eq!(speed(bits), text);
        }
    }
}
