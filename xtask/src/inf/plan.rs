//! What an INF file has Windows do: the sections that lead from one to the next.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{
    Entry, Inf,
    target::{Target, number_of},
};

/// What a section is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Models,
    Install,
    Services,
    RemoveServices,
    Service,
    EventLog,
    Files,
    /// Values below the key of a device or a network component.
    DeviceRegistry,
    /// Values below the key of a service.
    ServiceRegistry,
    /// Values below the key of an event log.
    EventRegistry,
}

/// What is behind the name of a section that installs in the name of the one that removes its services.
pub(super) const REMOVE_SERVICES: &str = ".Remove.Services";

/// A section that is named by an entry.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub kind: Kind,
    pub section: String,
    /// Where it is named.
    pub line: usize,
}

/// A section that installs something.
#[derive(Clone, Debug)]
pub(super) struct Install {
    pub section: String,
    /// What the file says of the systems that get it; empty for all.
    pub decoration: String,
    pub line: usize,
}

/// A file that is copied.
#[derive(Clone, Debug)]
pub(super) struct Copied {
    pub install: Install,
    pub file: String,
    /// Its name before it is copied.
    pub source: String,
    /// What stands behind the names.
    pub flags: String,
    pub security: String,
    /// The folder's number and what is below it, if they are told.
    pub destination: Option<(String, String)>,
    pub line: usize,
}

/// A service that is added.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub install: Install,
    pub name: String,
    pub flags: String,
    /// The section that describes it.
    pub section: String,
    pub line: usize,
}

/// All that rules look at.
pub(super) struct Plan<'a> {
    pub inf: &'a Inf,
    /// Names of the files beside the INF file in lower case, if it is where it will be installed from.
    pub beside: Option<&'a BTreeSet<String>>,
    pub today: Date,
    pub installs: Vec<Install>,
    pub uses: Vec<Use>,
    pub copied: Vec<Copied>,
    pub services: Vec<Service>,
}

impl<'a> Plan<'a> {
    pub fn new(inf: &'a Inf, beside: Option<&'a BTreeSet<String>>, today: Date) -> Self {
        let (installs, uses, copied) = (Vec::new(), Vec::new(), Vec::new());
        let services = Vec::new();
        let mut plan = Self { inf, beside, today, installs, uses, copied, services };
        plan.find_installs();
        for install in plan.installs.clone() {
            plan.follow(&install);
        }
        plan
    }

    /// A value with its strings put in, as far as they are known.
    pub fn text(&self, entry: &Entry, index: usize) -> String {
        let raw = entry.value(index);
        self.inf.resolve(raw).unwrap_or_else(|_| raw.to_owned())
    }

    /// The first value of an entry of a section, or nothing.
    pub fn get(&self, section: &str, key: &str) -> String {
        self.inf.value(section, key).unwrap_or_default()
    }

    /// True if the file is for a network protocol.
    pub fn is_protocol(&self) -> bool {
        self.get("Version", "Class").eq_ignore_ascii_case("NetTrans")
    }

    /// The entries of all sections that are used for something, with the names of these.
    pub fn entries_of(&self, kind: Kind) -> impl Iterator<Item = (&str, &Entry)> {
        let sections: BTreeSet<_> = self
            .uses
            .iter()
            .filter(|each| each.kind == kind)
            .map(|each| each.section.to_ascii_lowercase())
            .collect();
        self.inf
            .sections
            .iter()
            .filter(move |section| sections.contains(&section.name.to_ascii_lowercase()))
            .flat_map(|section| section.entries.iter().map(|entry| (section.name.as_str(), entry)))
    }

    fn find_installs(&mut self) {
        for section in &self.inf.sections {
            if let Some(decoration) = default_install(&section.name) {
                let decoration = decoration.to_owned();
                let (section, line) = (section.name.clone(), section.line);
                self.installs.push(Install { section, decoration, line });
            }
        }
        let mut seen = BTreeSet::new();
        for manufacturer in self.inf.entries("Manufacturer") {
            let models = self.text(manufacturer, 0);
            let decorations: Vec<_> = match manufacturer.values.len() {
                1 => vec![String::new()],
                count => (1..count).map(|index| self.text(manufacturer, index)).collect(),
            };
            for decoration in decorations {
                self.find_models(&models, &decoration, manufacturer.line, &mut seen);
            }
        }
    }

    fn find_models(
        &mut self,
        name: &str,
        decoration: &str,
        line: usize,
        seen: &mut BTreeSet<(String, String)>,
    ) {
        let dot = if decoration.is_empty() { "" } else { "." };
        let section = format!("{name}{dot}{decoration}");
        for model in self.inf.entries(&section) {
            let (install, line) = (self.text(model, 0), model.line);
            self.uses.push(Use { kind: Kind::Install, section: install.clone(), line });
            // Several models may have one.
            if seen.insert((install.to_ascii_lowercase(), decoration.to_ascii_lowercase())) {
                let decoration = decoration.to_owned();
                self.installs.push(Install { section: install, decoration, line });
            }
        }
        self.uses.push(Use { kind: Kind::Models, section, line });
    }

    /// Notes an entry's values as names of sections.
    fn name_all(&mut self, entry: &Entry, kind: Kind) -> Vec<String> {
        let names: Vec<_> = (0..entry.values.len()).map(|index| self.text(entry, index)).collect();
        let line = entry.line;
        self.uses.extend(names.iter().map(|name| Use { kind, section: name.clone(), line }));
        names
    }

    fn follow(&mut self, install: &Install) {
        let inf = self.inf;
        for entry in inf.entries(&install.section) {
            if entry.has_key("AddReg") {
                self.name_all(entry, Kind::DeviceRegistry);
            }
            if entry.has_key("CopyFiles") {
                self.follow_copy(install, entry);
            }
        }
        let services = format!("{}.Services", install.section);
        for entry in inf.entries_with(&services, "AddService") {
            let [name, flags, section, log] = [0, 1, 2, 3].map(|index| self.text(entry, index));
            let line = entry.line;
            self.uses.push(Use { kind: Kind::Service, section: section.clone(), line });
            self.follow_registry(&section, Kind::ServiceRegistry);
            if !log.is_empty() {
                self.follow_registry(&log, Kind::EventRegistry);
                self.uses.push(Use { kind: Kind::EventLog, section: log, line });
            }
            self.services.push(Service { install: install.clone(), name, flags, section, line });
        }
        if inf.has_section(&services) {
            self.uses.push(Use { kind: Kind::Services, section: services, line: install.line });
        }
        let section = format!("{}{REMOVE_SERVICES}", install.section);
        if inf.has_section(&section) {
            self.uses.push(Use { kind: Kind::RemoveServices, section, line: install.line });
        }
    }

    /// What a section's name has behind that of the section that installs, in lower case: `.services`. Nothing
    /// if it does not belong to one.
    pub fn part_of_install(&self, section: &str) -> Option<String> {
        let section = section.to_ascii_lowercase();
        let parts = self.installs.iter().filter_map(|install| {
            let part = section.strip_prefix(&install.section.to_ascii_lowercase())?;
            (part.is_empty() || part.starts_with('.')).then_some(part)
        });
        parts.min_by_key(|part| part.len()).map(str::to_owned)
    }

    fn follow_registry(&mut self, section: &str, kind: Kind) {
        for entry in self.inf.entries_with(section, "AddReg") {
            self.name_all(entry, kind);
        }
    }

    fn follow_copy(&mut self, install: &Install, entry: &Entry) {
        for index in 0..entry.values.len() {
            let name = self.text(entry, index);
            if let Some(file) = name.strip_prefix('@') {
                let destination = self.destination("DefaultDestDir");
                let copied = Copied {
                    install: install.clone(),
                    file: file.to_owned(),
                    source: file.to_owned(),
                    flags: String::new(),
                    security: String::new(),
                    destination,
                    line: entry.line,
                };
                self.copied.push(copied);
                continue;
            }
            let destination =
                self.destination(&name).or_else(|| self.destination("DefaultDestDir"));
            for file in self.inf.entries(&name) {
                let [file_name, source, _, flags, security] =
                    [0, 1, 2, 3, 4].map(|index| self.text(file, index));
                let source = if source.is_empty() { file_name.clone() } else { source };
                let (install, destination) = (install.clone(), destination.clone());
                let (file, line) = (file_name, file.line);
                self.copied.push(Copied {
                    install,
                    file,
                    source,
                    flags,
                    security,
                    destination,
                    line,
                });
            }
            self.uses.push(Use { kind: Kind::Files, section: name, line: entry.line });
        }
    }

    /// What \[DestinationDirs\] says.
    fn destination(&self, key: &str) -> Option<(String, String)> {
        let entry = self.inf.entries_with("DestinationDirs", key).next()?;
        Some((self.text(entry, 0), self.text(entry, 1)))
    }
}

impl Install {
    /// The systems that get it, if that can be read.
    pub fn target(&self) -> Option<Target> {
        if self.decoration.is_empty() {
            return Some(Target::default());
        }
        Target::parse(&self.decoration)
    }
}

impl Copied {
    /// Where it comes to lie, as entries write it: `%13%\file.sys`.
    pub fn path(&self) -> Option<String> {
        let (folder, below) = self.destination.as_ref()?;
        let slash = if below.is_empty() { "" } else { r"\" };
        Some(format!(r"%{folder}%\{below}{slash}{}", self.file))
    }

    /// The number of the folder.
    pub fn folder(&self) -> Option<u32> {
        number_of(&self.destination.as_ref()?.0)
    }
}

/// The decoration of `DefaultInstall`, which may be none; nothing for other sections, also for those that
/// belong to it such as `DefaultInstall.NTamd64.Services`.
fn default_install(section: &str) -> Option<&str> {
    const NAME: &str = "DefaultInstall";
    let (name, rest) = section.split_at_checked(NAME.len())?;
    if !name.eq_ignore_ascii_case(NAME) {
        return None;
    }
    match rest.strip_prefix('.') {
        None => rest.is_empty().then_some(rest),
        Some(decoration) => {
            let mut parts = decoration.split('.');
            let nt = parts.next()?.get(..2)?;
            let is_numbers = parts.all(|part| part.is_empty() || number_of(part).is_some());
            (nt.eq_ignore_ascii_case("nt") && is_numbers).then_some(decoration)
        }
    }
}
