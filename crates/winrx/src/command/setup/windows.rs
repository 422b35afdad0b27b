//! The same on Windows.

use std::{env, path::PathBuf};

use serde::Serialize;

use super::{
    super::{
        CommandError,
        common::{self, print},
    },
    DoctorArgs, InstallArgs, ProductArgs, SetupCommand, StatusArgs, UninstallArgs,
};
use crate::{
    Capture, Receiver, device,
    setup::{
        self, Change, Failure, Finding, NDISRX, NotStopped, Product, Removed, Restart, State,
        System, SystemError, Windows,
        report::{self, Status},
    },
};

pub fn run(command: &SetupCommand) -> Result<(), CommandError> {
    match command {
        SetupCommand::Install(args) => install(args),
        SetupCommand::Uninstall(args) => uninstall(args),
        SetupCommand::Start(args) => start(args),
        SetupCommand::Stop(args) => stop(args),
        SetupCommand::Status(args) => status(args),
        SetupCommand::Doctor(args) => doctor(args),
    }
}

/// The folder that was named, or that of this program.
fn package(named: Option<&PathBuf>) -> Result<PathBuf, CommandError> {
    let own = || env::current_exe().ok()?.parent().map(PathBuf::from);
    named.cloned().or_else(own).ok_or_else(|| {
        CommandError::setup(
            "Windows does not tell the folder of this program. Name it with --package.",
        )
    })
}

fn install(args: &InstallArgs) -> Result<(), CommandError> {
    let mut products = args.products.chosen();
    if args.if_needed {
        products = setup::missing(&Windows, &products).map_err(|error| refused(&error))?;
        if products.is_empty() {
            return print("All is installed already.\n");
        }
    }
    let package = package(args.package.as_ref())?;
    refuse_obstacles(&products, &package)?;
    go_on_at_ctrl_c()?;
    let restart = setup::install(&Windows, &products, &package).map_err(failed)?;
    tell(products.iter().map(|product| product.name), "is installed", restart)?;
    print("Start it with `winrx start`.\n")
}

/// Says what would make the installation fail, before anything is changed.
fn refuse_obstacles(products: &[Product], package: &std::path::Path) -> Result<(), CommandError> {
    let found = setup::diagnose(&setup::facts(products, package));
    let obstacles = found.into_iter().filter(|finding| {
        // What is for the start need not be there yet.
        finding.stands_in_the_way && !report::concerns_the_start(finding.id)
    });
    let text: Vec<_> =
        obstacles.map(|finding| format!("{} {}", finding.what, finding.cure)).collect();
    if text.is_empty() { Ok(()) } else { Err(CommandError::setup(text.join(" "))) }
}

fn uninstall(args: &UninstallArgs) -> Result<(), CommandError> {
    go_on_at_ctrl_c()?;
    match setup::uninstall(&Windows, &args.products.chosen()) {
        Ok(Removed { drivers, restart }) => tell(drivers, "is not installed any more", restart),
        Err(Failure::Absent) if args.if_needed => print("Nothing of it is installed.\n"),
        Err(failure) => Err(failed(failure)),
    }
}

/// Has Ctrl-C end nothing from now on: what is done by half is neither of use nor easy to remove.
fn go_on_at_ctrl_c() -> Result<(), CommandError> {
    common::on_ctrl_c(|| {
        eprintln!("This goes on to its end, so that nothing is left done by half.");
    })
}

fn start(args: &ProductArgs) -> Result<(), CommandError> {
    for product in args.chosen() {
        let change = setup::start(&Windows, &product).map_err(|error| refused(&error))?;
        print(&line(product, change, "runs"))?;
    }
    Ok(())
}

fn stop(args: &ProductArgs) -> Result<(), CommandError> {
    for product in args.chosen().into_iter().rev() {
        let change = setup::stop(&Windows, &product).map_err(|error| match &error {
            NotStopped::System(cause) => refused(cause),
            _ => CommandError::setup(&error),
        })?;
        print(&line(product, change, "is stopped"))?;
    }
    Ok(())
}

fn line(product: Product, change: Change, what: &str) -> String {
    let already = if change == Change::Already { " already" } else { "" };
    format!("{} {what}{already}.\n", product.name)
}

fn tell(
    drivers: impl IntoIterator<Item = &'static str>,
    what: &str,
    restart: Restart,
) -> Result<(), CommandError> {
    for driver in drivers {
        print(&format!("{driver} {what}.\n"))?;
    }
    match restart {
        Restart::No => Ok(()),
        Restart::Needed => print("Restart Windows to complete it.\n"),
    }
}

/// What the user can mend before starting again, and what went wrong on the way.
fn failed(failure: Failure) -> CommandError {
    match &failure {
        Failure::Unknown(error) => refused_with(error, &failure),
        Failure::System(error, left) if left.is_empty() => refused_with(error, &failure),
        Failure::System(..) | Failure::NoService(..) | Failure::Rest(_) => {
            CommandError::failed(failure)
        }
        _ => CommandError::setup(failure),
    }
}

fn refused(error: &SystemError) -> CommandError {
    refused_with(error, error)
}

/// Rights that are missing and drivers that are not installed are the user's to mend.
fn refused_with(error: &SystemError, text: &impl ToString) -> CommandError {
    const FOR_THE_USER: [u32; 4] = [5, 0x8007_0005, 1060, 1058];
    let text = text.to_string();
    if FOR_THE_USER.contains(&error.code) {
        CommandError::setup(text)
    } else {
        CommandError::failed(text)
    }
}

fn status(args: &StatusArgs) -> Result<(), CommandError> {
    let all = args.products.chosen().into_iter().map(one_status);
    let mut all = all.collect::<Result<Vec<_>, _>>().map_err(|error| refused(&error))?;
    if all.iter().any(|status| status.installed) {
        let verifier = setup::ask_verifier();
        for status in &mut all {
            status.watched = Product::find(status.driver).and_then(|one| verifier.watches(&one));
        }
    }
    print(&if args.json { report::status_lines(&all) } else { report::status_table(&all) })
}

fn one_status(product: Product) -> Result<Status, SystemError> {
    let service = Windows.service(product.name)?;
    let mut status = Status::new(product, service.as_ref());
    if service.is_some_and(|service| service.state == State::Running) {
        let asked =
            if product == NDISRX { ask_ndisrx(&mut status) } else { ask_wskrx(&mut status) };
        status.problem = asked.err().map(|error| error.to_string());
    }
    Ok(status)
}

fn ask_wskrx(status: &mut Status) -> Result<(), crate::Error> {
    status.tell(Receiver::new(device::open(None)?)?.info());
    Ok(())
}

fn ask_ndisrx(status: &mut Status) -> Result<(), crate::Error> {
    let capture = Capture::new(device::open_frames(None)?)?;
    status.tell(capture.info());
    for adapter in capture.adapters()? {
        let counted = capture.adapter_stats(adapter.guid)?;
        status.adapters.push(report::AdapterStatus {
            name: adapter.friendly_name,
            frames: counted.frames,
            bytes: counted.bytes,
            readers: counted.readers,
        });
    }
    Ok(())
}

fn doctor(args: &DoctorArgs) -> Result<(), CommandError> {
    let products = args.products.chosen();
    if args.verifier {
        let verifier = setup::ask_verifier();
        let found = verifier.diagnose(&products);
        let good = format!("{}.", verifier.account(&products));
        return tell_findings(args, &verifier, &found, &good);
    }
    let facts = setup::facts(&products, &package(args.package.as_ref())?);
    let found = setup::diagnose(&facts);
    tell_findings(args, &facts, &found, "Nothing stands in the way of the drivers.")
}

/// Prints what was found; `good` if that is nothing.
fn tell_findings(
    args: &DoctorArgs,
    facts: &impl Serialize,
    found: &[Finding],
    good: &str,
) -> Result<(), CommandError> {
    print(&if args.json {
        report::findings_json(facts, found)
    } else {
        report::findings_text(found, good)
    })?;
    match found.iter().filter(|finding| finding.stands_in_the_way).count() {
        0 => Ok(()),
        1 => Err(CommandError::failed("1 thing stands in the way. How to mend it is above.")),
        many => Err(CommandError::failed(format!(
            "{many} things stand in the way. How to mend them is above."
        ))),
    }
}
