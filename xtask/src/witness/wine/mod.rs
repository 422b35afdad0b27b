//! The witness Wine: loads a driver as a service, in a prefix of its own.
//!
//! What it did is read off two traces: the one of Wine's kernel ([`trace`]), with each call that the
//! driver made, and the one of Wine's server ([`server`]), which keeps all objects. Wine knows no NDIS 6:
//! in its prefix there is one of ours, without adapters.

pub mod answer;
pub(super) mod ndis;
pub mod observe;
mod prefix;
pub mod server;
mod session;
pub mod trace;

use std::path::PathBuf;

use self::{
    prefix::Programs,
    session::{Session, Stages},
};
use super::{Driver, Report, folder::Folder, judge::Fact};
use crate::{error::Result, files, ui::Step};

/// Wine, ready to load drivers.
pub struct Wine<'a> {
    folder: &'a Folder,
    programs: Programs,
    prefix: PathBuf,
}

impl<'a> Wine<'a> {
    /// Installs Wine if it is missing, and makes its prefix.
    pub(super) fn set_up(folder: &'a Folder) -> Result<Self> {
        let programs = Programs::find_or_install()?;
        let prefix = prefix::make(folder, &programs)?;
        ndis::install(folder, &prefix)?;
        Ok(Self { folder, programs, prefix })
    }

    /// Loads `driver`, starts and stops it, and reports what the traces show.
    pub(super) fn load(&self, driver: &Driver) -> Result<Report> {
        let name = &driver.name;
        let step = Step::start(format!("Wine loads {name}.sys"));
        let session = Session::start(self, driver)?;
        let (stages, traces) = session.run(driver)?;
        step.done();
        let [trace, server] = &traces;
        let mut seen =
            observe::observe(name, &files::read(trace)?, &files::read(server)?, driver.image);
        if !driver.is_protocol {
            seen.protocol = None;
        }
        let Stages { running, stopped, gone } = stages;
        let mut facts = seen.loaded(name);
        facts.push(Fact::new("service state RUNNING after start", running));
        facts.extend(seen.unloaded());
        facts.extend(seen.registered());
        facts.push(Fact::new("service state STOPPED after stop", stopped));
        facts.push(Fact::new("service gone after delete", gone));
        Ok(Report {
            driver: format!("{name}.sys"),
            witness: self.programs.version.clone(),
            facts,
            notes: driver.is_protocol.then(|| ndis::NOTE.to_owned()).into_iter().collect(),
            traces: traces.into(),
        })
    }
}
