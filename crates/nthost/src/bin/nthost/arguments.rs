//! What `nthost run` is told to do.

use std::{path::PathBuf, str::FromStr, time::Duration};

use clap::Args;
use nthost::{Value, ndis::source::Spec};

/// Arguments of `nthost run`.
#[derive(Args)]
pub struct Run {
    /// The driver
    pub file: PathBuf,
    /// Opens this device, such as `\\.\example`; requests go to the driver's first device without it
    #[arg(long, value_name = "NAME")]
    pub open: Option<String>,
    /// Sends a control request, with these bytes as its input; may be given several times
    #[arg(long, value_name = "CODE[:HEX]", value_parser = parse_ioctl)]
    pub ioctl: Vec<Ioctl>,
    /// Reads up to so many bytes
    #[arg(long, value_name = "N")]
    pub read: Option<usize>,
    /// Sets a value of the driver's key Parameters, a number or text; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_parameter)]
    pub param: Vec<(String, Value)>,
    /// Gives the driver, a protocol driver, an adapter with these frames: packet:IFACE, tap:NAME,
    /// file:PATH or synth:, with options such as synth:size=64-1514,rate=10k, which docs/adapters.md
    /// lists; may be given several times
    #[arg(long, value_name = "SPEC", value_parser = Spec::from_str)]
    pub adapter: Vec<Spec>,
    /// Leaves the driver running for so long, or until its adapters have no more frames, before it is
    /// unloaded [default: 10 with adapters, otherwise 0]
    #[arg(long, value_name = "S")]
    pub seconds: Option<u64>,
    /// Prints the report as JSON
    #[arg(long)]
    pub json: bool,
}

impl Run {
    /// How long the driver runs.
    pub fn time(&self) -> Duration {
        let usual = if self.adapter.is_empty() { 0 } else { 10 };
        Duration::from_secs(self.seconds.unwrap_or(usual))
    }
}

/// A control request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ioctl {
    pub code: u32,
    pub input: Vec<u8>,
}

fn parse_ioctl(text: &str) -> Result<Ioctl, String> {
    let (code, input) = text.split_once(':').unwrap_or((text, ""));
    let code = parse_number(code)
        .ok_or_else(|| format!("{code} is no control code; write it as 0x222000 or in decimal"))?;
    let input = const_hex::decode(input)
        .map_err(|_| format!("{input} is not in hexadecimal; write two digits a byte"))?;
    Ok(Ioctl { code, input })
}

fn parse_parameter(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| format!("{text} has no name; write it as NAME=VALUE"))?;
    let value = match parse_number(value) {
        Some(number) => Value::Dword(number),
        None => Value::String(value.to_owned()),
    };
    Ok((name.to_owned(), value))
}

fn parse_number(text: &str) -> Option<u32> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use nthost::Value;

    use super::{Ioctl, parse_ioctl, parse_parameter};

    #[test]
    fn reads_control_requests() {
        let ioctl = |code, input: &[u8]| Ok(Ioctl { code, input: input.to_vec() });
        assert_eq!(parse_ioctl("0x222000"), ioctl(0x22_2000, &[]));
        assert_eq!(parse_ioctl("7:00ff"), ioctl(7, &[0, 0xff]));
        assert!(parse_ioctl("x").is_err());
        assert!(parse_ioctl("7:0").is_err());
        assert!(parse_ioctl("0x100000000").is_err());
    }

    #[test]
    fn reads_parameters() {
        let parameter = |value| Ok(("a".to_owned(), value));
        assert_eq!(parse_parameter("a=0x10"), parameter(Value::Dword(16)));
        assert_eq!(parse_parameter("a=b=c"), parameter(Value::String("b=c".to_owned())));
        assert!(parse_parameter("a").is_err());
        assert!(parse_parameter("=1").is_err());
    }
}
