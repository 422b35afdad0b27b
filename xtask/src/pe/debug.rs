//! The rule about the debug record.

use object::read::Object;

use super::image::{Image, Verdict};

/// The debugger finds the symbols of a driver in a memory dump by the identity that this record
/// gives. It shows the name of the PDB to everybody who has the file: a path tells of the machine
/// that the file was built on, and makes two builds of the same sources differ.
///
/// [Debug directory](https://learn.microsoft.com/en-us/windows/win32/debug/pe-format#debug-directory-image-only),
/// [/PDBALTPATH](https://learn.microsoft.com/en-us/cpp/build/reference/pdbaltpath-use-alternate-pdb-path)
pub(super) fn debug_record(image: &Image<'_>) -> Verdict {
    let cure = "Link with /DEBUG and /PDBALTPATH:%_PDB%.";
    let record = image
        .file
        .pdb_info()
        .map_err(|error| format!("The debug directory cannot be read: {error}. {cure}"))?;
    let Some(record) = record else {
        return Err(format!("There is no debug record (RSDS) that names the PDB. {cure}"));
    };
    let name = record.path();
    if name.is_empty() || name.iter().any(|byte| b"\\/:".contains(byte)) {
        let name = name.escape_ascii();
        return Err(format!(
            "The debug record names the PDB \"{name}\", which is not a bare file name. {cure}"
        ));
    }
    Ok(())
}
