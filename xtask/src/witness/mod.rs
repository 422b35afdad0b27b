//! `cargo xtask witness`: two implementations of the Windows driver loader that know nothing of each
//! other, nor of winrx, load the drivers on Linux.
//!
//! [Wine](wine) loads a driver as it loads those of copy protections and devices, and starts and stops
//! it as a service. [Speakeasy](speakeasy) runs it in a processor emulator, as it does with malware.
//! Both leave a trace of what the driver did. The [judge] compares it with what winrx' drivers have to
//! do; what the traces do not show counts as not done.

mod folder;
pub mod judge;
mod process;
pub mod program;
pub mod security;
pub mod speakeasy;
pub mod wine;

use std::{
    fmt, fs,
    ops::Range,
    path::{Path, PathBuf},
};

use object::{LittleEndian, Object, read::pe::PeFile64};

use self::{folder::Folder, judge::Fact, speakeasy::Speakeasy, wine::Wine};
use crate::{
    error::{Error, Result},
    workspace,
};

/// Has both witnesses load each driver file, and prints what they saw.
///
/// # Errors
///
/// [`Error::Setup`] if a witness cannot be set up or a file cannot be read, [`Error::Failed`] if one of
/// the facts does not hold.
pub fn run(files: &[PathBuf]) -> Result {
    let drivers = files.iter().map(|file| Driver::read(file)).collect::<Result<Vec<_>>>()?;
    let folder = Folder::lock()?;
    let wine = Wine::set_up(&folder)?;
    let speakeasy = Speakeasy::set_up(&folder)?;
    let mut failed = Vec::new();
    for driver in &drivers {
        for report in [wine.load(driver)?, speakeasy.load(driver)?] {
            print!("{report}");
            if !report.failures().is_empty() {
                failed.push(report.summary());
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Error::failed(format!(
        "{}. The lines marked FAIL say what was seen instead, and the traces named below them have all \
         that happened.",
        failed.join("; ")
    )))
}

/// A driver file.
struct Driver {
    /// Where it is.
    path: PathBuf,
    /// Its name without the extension, which is that of its device and of its service.
    name: String,
    /// What its headers say, if they can be read at all.
    image: Option<Image>,
    /// True if it can register as an NDIS protocol driver.
    is_protocol: bool,
}

impl Driver {
    fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        let bytes = fs::read(path).map_err(|error| {
            Error::setup(format!(
                "Cannot read {shown}: {error}. Name a driver file that exists; `cargo xtask build` \
                 makes those of winrx and prints their paths."
            ))
        })?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Error::setup(format!(
                "{shown} is loaded as a service of its own name, which has to consist of letters and \
                 digits. Rename the file."
            )));
        }
        let is_protocol = imports(&bytes, judge::REGISTER);
        Ok(Self { path: path.to_owned(), name, image: Image::parse(&bytes), is_protocol })
    }
}

/// True if the driver file imports the function.
fn imports(file: &[u8], function: &str) -> bool {
    let Ok(file) = PeFile64::parse(file) else { return false };
    file.imports().is_ok_and(|mut imports| {
        imports.any(|one| one.is_ok_and(|one| one.name().name() == Some(function.as_bytes())))
    })
}

/// What the headers of a driver file say of the image in memory.
#[derive(Clone, Copy, Debug)]
pub struct Image {
    /// Offset of the entry point.
    pub entry: u64,
    /// Size in bytes.
    pub size: u64,
}

impl Image {
    /// Reads the headers, or returns `None` if `file` is not a 64-bit image.
    #[must_use]
    pub fn parse(file: &[u8]) -> Option<Self> {
        let file = PeFile64::parse(file).ok()?;
        let header = &file.nt_headers().optional_header;
        Some(Self {
            entry: header.address_of_entry_point.get(LittleEndian).into(),
            size: header.size_of_image.get(LittleEndian).into(),
        })
    }

    /// The addresses of the image whose entry point was called at `entry`.
    #[must_use]
    pub fn range(self, entry: u64) -> Range<u64> {
        let base = entry.saturating_sub(self.entry);
        base..base.saturating_add(self.size)
    }
}

/// What one witness saw of one driver.
struct Report {
    /// Name of the driver file.
    driver: String,
    /// Name and version of the witness.
    witness: String,
    /// What was checked.
    facts: Vec<Fact>,
    /// What the reader should know to weigh it.
    notes: Vec<String>,
    /// Where the traces are.
    traces: Vec<PathBuf>,
}

impl Report {
    /// What does not hold.
    fn failures(&self) -> Vec<&str> {
        let failed = self.facts.iter().filter(|fact| fact.proof.is_err());
        failed.map(|fact| fact.text.as_str()).collect()
    }

    /// The failures in a clause.
    fn summary(&self) -> String {
        let failures = self.failures();
        format!(
            "{} in {}: {} of {} facts fail, the first is \"{}\"",
            self.driver,
            self.witness,
            failures.len(),
            self.facts.len(),
            failures.first().copied().unwrap_or_default()
        )
    }
}

/// A heading and a line for each fact, note and trace.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, loaded by {}", self.driver, self.witness)?;
        for Fact { text, proof } in &self.facts {
            match proof {
                Ok(()) => writeln!(f, "  ok    {text}")?,
                Err(instead) => writeln!(f, "  FAIL  {text}: {instead}")?,
            }
        }
        for note in &self.notes {
            writeln!(f, "  note  {note}")?;
        }
        for trace in &self.traces {
            let shown = trace.strip_prefix(workspace::root()).unwrap_or(trace);
            writeln!(f, "  trace {}", shown.display())?;
        }
        Ok(())
    }
}
