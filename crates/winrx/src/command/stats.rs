//! `winrx stats`: the counters of the drivers that Windows runs, whoever receives with them.

use std::{
    io::{self, IsTerminal},
    time::{Duration, Instant},
};

use clap::Args;
use console::Term;

use super::{
    CommandError, ProductArgs,
    common::{print_or_end, stop_on_interrupt},
};
use crate::{
    Capture, Device, Error, ErrorKind, OpenError, Receiver, Stamp, device,
    output::Counters,
    parse,
    session::Events,
    setup::{NDISRX, Product},
};

/// What to look at, how often, and how to tell.
#[derive(Args, Clone, Debug)]
pub struct StatsArgs {
    /// Which drivers.
    #[command(flatten)]
    pub products: ProductArgs,
    /// Look again and again, and show how much came in a second; Ctrl-C ends
    #[arg(long)]
    pub watch: bool,
    /// How long to wait between two looks, such as 500ms
    #[arg(long, value_name = "TIME", value_parser = parse::interval, default_value = "1s", requires = "watch")]
    pub interval: Duration,
    /// Print an object of JSON a line
    #[arg(long)]
    pub json: bool,
}

/// What was there at one moment.
struct Look {
    at: Instant,
    running: Vec<Counters>,
    missing: Vec<&'static str>,
}

/// Looks once, or until Ctrl-C.
pub fn run(args: &StatsArgs) -> Result<(), CommandError> {
    let products = args.products.chosen();
    let look = || Look::take(&products, |product| device::open_running(product.device));
    let events = Events::default();
    if args.watch {
        stop_on_interrupt(events.stopper())?;
    }
    let mut last = look().map_err(CommandError::before_receiving)?;
    if last.running.is_empty() {
        return Err(CommandError::setup(last.told_missing()));
    }
    let mut is_read = args.show(&last, None)?;
    while args.watch && is_read && !events.stops_within(args.interval) {
        let now = look().map_err(CommandError::failed)?;
        is_read = args.show(&now, Some(&last))?;
        last = now;
    }
    Ok(())
}

impl StatsArgs {
    /// Puts a look out. False if nobody reads that.
    fn show(&self, look: &Look, before: Option<&Look>) -> Result<bool, CommandError> {
        if self.json {
            if !look.missing.is_empty() && before.is_none_or(|last| last.missing != look.missing) {
                eprintln!("{}", look.told_missing());
            }
            return print_or_end(&look.lines());
        }
        if self.watch && io::stdout().is_terminal() {
            // What was there before stays where the screen cannot be cleared.
            let _ = Term::stdout().clear_screen();
        }
        let time = if self.watch { look.time() } else { String::new() };
        print_or_end(&format!("{time}{}", look.table(before)))
    }
}

impl Look {
    /// Looks at those drivers that run.
    fn take(
        products: &[Product],
        open: impl Fn(&Product) -> Result<Box<dyn Device>, OpenError>,
    ) -> Result<Self, Error> {
        let mut look = Self { at: Instant::now(), running: Vec::new(), missing: Vec::new() };
        for product in products {
            match open(product) {
                // It is closed at once: a driver that is open cannot be stopped.
                Ok(device) if *product == NDISRX => {
                    look.running.push(Counters::of_adapters(&Capture::new(device)?)?);
                }
                Ok(device) => look.running.push(Counters::of_receivers(&Receiver::new(device)?)?),
                Err(OpenError::Refused { error, .. })
                    if error.kind() == ErrorKind::NoSuchDevice =>
                {
                    look.missing.push(product.name);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(look)
    }

    fn told_missing(&self) -> String {
        let do_not = if self.missing.len() == 1 { "does not" } else { "do not" };
        format!(
            "{} {do_not} run; install drivers with `winrx install`, and start them with `winrx start`.",
            self.missing.join(" and ")
        )
    }

    fn lines(&self) -> String {
        self.running.iter().map(Counters::lines).collect()
    }

    /// When it was, in a line of its own.
    fn time(&self) -> String {
        let time = self.running.first().map(|counters| counters.time);
        time.map(|time| format!("{}\n", Stamp::default().microseconds(time))).unwrap_or_default()
    }

    /// A table for each driver, and an empty line behind it.
    fn table(&self, before: Option<&Self>) -> String {
        let mut text = String::new();
        for now in &self.running {
            let last = before.and_then(|before| {
                let last = before.running.iter().find(|last| last.info.name == now.info.name)?;
                Some((last, self.at - before.at))
            });
            text.push_str(&now.table(last));
            text.push('\n');
        }
        if !self.missing.is_empty() {
            text.push_str(&self.told_missing());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use clap::Parser;
    use rx_abi::Info;

    use super::{Look, StatsArgs};
    use crate::{
        Device, DeviceError, OpenError,
        command::{Cli, Command, CommandError},
        output::{Counted, Counters},
        setup::{PRODUCTS, Product, WSKRX},
    };

    fn args(line: &str) -> Result<StatsArgs, clap::Error> {
        let line = ["winrx", "stats"].into_iter().chain(line.split_whitespace());
        match Cli::try_parse_from(line)?.command {
            Command::Stats(args) => Ok(args),
            other => panic!("{other:?}"),
        }
    }

    fn nowhere(product: &Product) -> Result<Box<dyn Device>, OpenError> {
        let error = DeviceError::Win32(2);
        Err(OpenError::Refused { name: product.device.to_owned(), error })
    }

    #[test]
    fn a_second_lies_between_looks_unless_told_otherwise() {
        let once = args("").unwrap();
        assert!(!once.watch && !once.json && once.products.chosen() == PRODUCTS);
        let watch = args("wskrx --watch --json").unwrap();
        assert_eq!(watch.interval, Duration::from_secs(1));
        assert!(watch.watch && watch.json && watch.products.chosen() == [WSKRX]);
        assert_eq!(args("--watch --interval 500ms").unwrap().interval, Duration::from_millis(500));
        for wrong in ["--interval 1s", "--watch --interval 1ms", "--watch --interval x", "tcpip"] {
            assert!(args(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn drivers_that_do_not_run_are_named() {
        let look = Look::take(&PRODUCTS, nowhere).unwrap();
        assert!(look.running.is_empty() && look.lines().is_empty() && look.time().is_empty());
        assert_eq!(
            look.table(None),
            "wskrx and ndisrx do not run; install drivers with `winrx install`, and start them with \
             `winrx start`.\n"
        );
        let one = Look::take(&[WSKRX], nowhere).unwrap();
        assert!(one.told_missing().starts_with("wskrx does not run; "));
    }

    #[test]
    fn other_reasons_are_errors() {
        let denied = |product: &Product| {
            let error = DeviceError::Win32(5);
            Err(OpenError::Refused { name: product.device.to_owned(), error })
        };
        let error = Look::take(&[WSKRX], denied).err().unwrap();
        assert!(error.to_string().contains("administrator"), "{error}");
        let error = CommandError::before_receiving(error);
        assert!(matches!(error, CommandError::Setup(_)));
    }

    #[cfg(not(windows))]
    #[test]
    fn elsewhere_it_says_what_to_use_instead() {
        let error = super::run(&args("--watch").unwrap()).unwrap_err();
        assert!(matches!(error, CommandError::Setup(_)));
        for instead in ["`winrx udp --stats`", "`winrx capture --stats`"] {
            assert!(error.to_string().contains(instead), "{error}");
        }
    }

    #[test]
    fn each_driver_has_a_table() {
        let counters = |name| Counters {
            info: Info::new(name, "1.2.3"),
            time: 1_700_000_000_123_456_789,
            counted: if name == "wskrx" {
                Counted::Receivers(Box::default())
            } else {
                Counted::Adapters(Vec::new())
            },
        };
        let at = Instant::now();
        let both = ["wskrx", "ndisrx"].map(counters).into();
        let before = Look { at, running: both, missing: Vec::new() };
        let tables = "wskrx 1.2.3: no receivers\n\nndisrx 1.2.3: no adapters\n\n";
        assert_eq!(before.table(None), tables);
        assert_eq!(before.time(), "2023-11-14T22:13:20.123456Z\n");
        let now = Look {
            at: at + Duration::from_secs(1),
            running: vec![counters("wskrx")],
            missing: vec!["ndisrx"],
        };
        let text = now.table(Some(&before));
        assert!(text.starts_with("wskrx 1.2.3: no receivers\n\nndisrx does not run; "), "{text}");
        assert_eq!(now.lines().lines().count(), 1);
    }
}
