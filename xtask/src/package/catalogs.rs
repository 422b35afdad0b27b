//! The catalog of a driver: what Inf2Cat makes of an INF file and what it copies.

use std::{path::Path, time::SystemTime};

use catalog::{Contents, Digests};

use crate::{
    arch::Arch,
    error::{Error, Result},
    files,
    inf::{Entry, Inf},
};

/// The version of the kernel of Windows 10 and 11, and of what is between and after them.
const KERNEL: &str = "2:10.0";

/// The systems that the INF files are for: Windows 10, version 1903, to Windows 11, version 24H2, and the
/// servers of that time. The names are those in catalogs that Microsoft signed.
fn systems(arch: Arch) -> Vec<String> {
    let clients = ["19H1", "Vb", "21H2", "22H2", "24H2"];
    let (arch, servers): (_, &[_]) = match arch {
        Arch::X64 => ("X64", &["21H2", "24H2"]),
        Arch::Arm64 => ("ARM64", &[]),
    };
    let clients = clients.iter().map(|version| format!("_v100_{arch}_{version}"));
    clients.chain(servers.iter().map(|version| format!("Server_v100_{arch}_{version}"))).collect()
}

/// The files that the catalog of `driver` lists, and their digests.
///
/// # Errors
///
/// [`Error::Setup`] if one cannot be read, [`Error::Failed`] if the driver is no image that can be signed.
pub(super) fn members(folder: &Path, driver: &str) -> Result<Vec<(String, Digests)>> {
    ["inf", "sys"]
        .into_iter()
        .map(|extension| {
            let name = format!("{driver}.{extension}");
            let digests = Digests::of(&files::bytes(&folder.join(&name))?);
            let digests = digests.map_err(|error| Error::failed(format!("{name}: {error}.")))?;
            Ok((name, digests))
        })
        .collect()
}

/// Makes the catalog of the INF file and the driver in `folder`, without a signature.
///
/// # Errors
///
/// Those of [`members`], and [`Error::Failed`] if the INF file cannot be understood.
pub(super) fn make(folder: &Path, driver: &str, arch: Arch) -> Result<Vec<u8>> {
    let inf = files::bytes(&folder.join(driver).with_extension("inf"))?;
    let inf = Inf::read(&inf)
        .map_err(|error| Error::failed(format!("Cannot read {driver}.inf: {error}.")))?;
    let contents = Contents {
        made: SystemTime::now(),
        systems: systems(arch),
        versions: KERNEL.to_owned(),
        hardware_ids: hardware_ids(&inf),
        files: members(folder, driver)?,
    };
    let made = contents.to_der();
    made.map_err(|error| Error::failed(format!("Cannot make a catalog for {driver}: {error}.")))
}

/// The hardware ids of all models, each once. A primitive driver has none.
fn hardware_ids(inf: &Inf) -> Vec<String> {
    let text = |entry: &Entry, index| {
        let raw = entry.value(index);
        inf.resolve(raw).unwrap_or_else(|_| raw.to_owned())
    };
    let makers = inf.entries("Manufacturer");
    let sections = makers.flat_map(|maker| {
        // What stands first names the section; what follows says for which systems there are others of the name.
        let name = text(maker, 0);
        let systems = (1..maker.values.len()).map(|index| text(maker, index));
        let decorated: Vec<_> = systems.map(|system| format!("{name}.{system}")).collect();
        decorated.into_iter().chain([name])
    });
    let mut ids = Vec::new();
    for section in sections {
        for model in inf.entries(&section) {
            for index in 1..model.values.len() {
                let id = text(model, index).to_lowercase();
                if !id.is_empty() && !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::{Inf, hardware_ids};

    #[test]
    fn hardware_ids_are_those_that_the_strings_make() {
        let inf = "[Manufacturer]\n%M% = %Models%, NTamd64\n[Models.NTamd64]\n\
                   a = b, ROOT\\%id%, root\\X1\na = c, Root\\x2\n\
                   [Strings]\nModels = Models\nid = x1\n";
        assert_eq!(hardware_ids(&Inf::parse(inf).unwrap()), [r"root\x1", r"root\x2"]);
    }
}
