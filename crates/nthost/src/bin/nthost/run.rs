//! Running a driver.

use std::time::Duration;

use nthost::{Completion, Driver, File, Kernel, LoadError, ndis::source::SourceError};

use crate::{
    adapters::Adapters,
    arguments::Run,
    report::{Report, Request},
};

/// Room for the output of a control request, in bytes.
const OUTPUT: usize = 4096;

/// Why a driver was not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The kernel does not start.
    #[error(transparent)]
    Build(#[from] nthost::BuildError),
    /// An adapter has no frames.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The file is not one that can be loaded.
    #[error("{error}. {}", cure(error))]
    Load {
        /// Why.
        error: LoadError,
    },
}

/// What to do about a driver that cannot be loaded.
fn cure(error: &LoadError) -> &'static str {
    match error {
        LoadError::Read { .. } => "Check the path.",
        LoadError::NotADriver { .. } => "Choose a .sys file that was built for x64.",
        _ => "Only drivers that do without these can run here.",
    }
}

/// Does what the arguments say.
pub fn run(arguments: &Run) -> Result<Report, Error> {
    let mut builder = Kernel::builder();
    for (name, value) in &arguments.param {
        builder = builder.parameter(name, value.clone());
    }
    let kernel = builder.build()?;
    let adapters = Adapters::plug(&kernel, &arguments.adapter)?;
    let mut report = Report::new(&arguments.file);
    match kernel.load(&arguments.file) {
        Ok(driver) => {
            use_driver(&kernel, &driver, &adapters, arguments, &mut report);
            let bound = adapters.bound();
            // Once the kernel has stopped it unloads nothing.
            if kernel.stopped().is_none() {
                unload(driver, &mut report);
            } else {
                report.set_calls(&driver.calls());
            }
            report.adapters = adapters.report(bound);
        }
        Err(LoadError::EntryFailed { status, .. }) => {
            report.fail(format!("DriverEntry returned {status}"));
            report.left_behind = kernel.leftovers();
        }
        Err(error) => return Err(Error::Load { error }),
    }
    report.debug_output = kernel.debug_lines().map(|line| line.text).collect();
    report.violations = kernel.violations().into_iter().map(Into::into).collect();
    if let Some(stop) = kernel.stopped() {
        eprintln!("{stop}");
        report.stop = Some(stop);
    }
    Ok(report)
}

fn use_driver(
    kernel: &Kernel,
    driver: &Driver,
    adapters: &Adapters,
    arguments: &Run,
    report: &mut Report,
) {
    report.devices = driver.devices().into_iter().map(Into::into).collect();
    let requests = arguments.read.is_some() || !arguments.ioctl.is_empty();
    if requests || arguments.open.is_some() {
        let first = report.devices.first().and_then(|device| device.name.clone());
        match arguments.open.clone().or(first) {
            Some(name) => match kernel.open(&name) {
                Ok(file) => send(&file, adapters, arguments, report),
                Err(status) => report.fail(format!("{name} cannot be opened: {status}")),
            },
            None => report.fail("the driver has made no device to open".to_owned()),
        }
    } else {
        adapters.run(arguments.time());
    }
}

/// Sends the requests, and leaves the file open for the time that was asked for.
fn send(file: &File, adapters: &Adapters, arguments: &Run, report: &mut Report) {
    for ioctl in &arguments.ioctl {
        let mut output = vec![0; OUTPUT];
        let completion = file.ioctl(ioctl.code, &ioctl.input, &mut output);
        let name = format!("control {:#010x}", ioctl.code);
        report.requests.push(request(name, completion, &output));
    }
    let time = arguments.time();
    let Some(length) = arguments.read else { return adapters.run(time) };
    let name = format!("read {length}");
    let reading = file.start_read(length);
    adapters.run(time);
    // What has not come by then is not waited for any longer than it takes to cancel the read.
    let reading = match reading.wait_for(Duration::from_secs(1)) {
        Ok((completion, data)) => {
            return report.requests.push(request(name, completion, &data));
        }
        Err(reading) => reading,
    };
    reading.cancel();
    let (completion, data) = reading.wait();
    report.requests.push(request(name, completion, &data));
}

fn request(what: String, completion: Completion, data: &[u8]) -> Request {
    let data = data.get(..completion.information).unwrap_or(data);
    Request {
        what,
        status: completion.status.to_string(),
        information: completion.information,
        data: const_hex::encode(data),
    }
}

fn unload(driver: Driver, report: &mut Report) {
    report.set_calls(&driver.calls());
    match driver.unload() {
        Ok(unloaded) => {
            report.set_calls(unloaded.calls());
            report.left_behind = unloaded.leftovers().to_vec();
        }
        Err(error) => report.fail(error.to_string()),
    }
}
