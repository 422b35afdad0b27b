//! Rules about imports.

use object::{
    LittleEndian as LE,
    pe::{
        IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT, IMAGE_DIRECTORY_ENTRY_IAT,
        IMAGE_DIRECTORY_ENTRY_IMPORT, ImageNtHeaders64,
    },
    read::pe::{Import, PeFile64},
};

use super::image::{Image, Verdict, is_executable, section_name};

/// What a driver for the network may import from.
const KERNEL_MODULES: [&str; 5] =
    ["ntoskrnl.exe", "hal.dll", "ndis.sys", "netio.sys", "wmilib.sys"];

/// A module and what is imported from it.
pub(super) struct Module {
    /// Its name, such as `ntoskrnl.exe`.
    pub(super) name: String,
    /// Address of its part of the import address table.
    address_table: u32,
    /// The functions.
    pub(super) functions: Vec<Function>,
}

/// An imported function.
pub(super) enum Function {
    /// By name.
    Name(String),
    /// By its number in the module's export table.
    Ordinal(u16),
}

/// Reads the import table. A file without one imports nothing.
pub(super) fn read(file: &PeFile64<'_>) -> Result<Vec<Module>, String> {
    try_read(file).map_err(|error| {
        format!(
            "The import table cannot be read: {error}. Link again, and have no tool change the \
             imports."
        )
    })
}

fn try_read(file: &PeFile64<'_>) -> object::Result<Vec<Module>> {
    let mut modules = Vec::new();
    let Some(table) = file.import_table()? else {
        return Ok(modules);
    };
    for descriptor in table.descriptors()? {
        let descriptor = descriptor?;
        let address_table = descriptor.first_thunk.get(LE);
        let names = match descriptor.original_first_thunk.get(LE) {
            0 => address_table,
            names => names,
        };
        let mut functions = Vec::new();
        let mut thunks = table.thunks(names)?;
        while let Some(thunk) = thunks.next::<ImageNtHeaders64>()? {
            functions.push(match table.import::<ImageNtHeaders64>(thunk)? {
                Import::Name(_, name) => Function::Name(name.escape_ascii().to_string()),
                Import::Ordinal(number) => Function::Ordinal(number),
            });
        }
        let name = table.name(descriptor.name.get(LE))?.escape_ascii().to_string();
        modules.push(Module { name, address_table, functions });
    }
    Ok(modules)
}

/// The loader writes the addresses of the imported functions into the import address table, and
/// memory integrity lets nobody write into executable memory. Driver Verifier reports such a table as
/// bug check 0xC4 with parameter 0x2005.
///
/// [Code integrity checking](https://learn.microsoft.com/en-us/windows-hardware/drivers/devtest/code-integrity-checking)
pub(super) fn import_sections(image: &Image<'_>) -> Verdict {
    let directory = |index| image.directory(index).map(|(address, _)| address);
    let table = directory(IMAGE_DIRECTORY_ENTRY_IMPORT).map(|at| ("The import table", at));
    let addresses = directory(IMAGE_DIRECTORY_ENTRY_IAT).map(|at| ("The import address table", at));
    let parts = image.imports.iter().flatten().map(|module| module.address_table);
    let parts = parts.map(|at| ("A part of the import address table", at));
    for (what, address) in table.into_iter().chain(addresses).chain(parts) {
        let cure = "Keep .rdata and .idata out of .text: link without /MERGE.";
        match image.section_at(address) {
            None => return Err(format!("{what} at {address:#x} lies in no section. {cure}")),
            Some(section) if is_executable(section) => {
                let section = section_name(section);
                return Err(format!("{what} lies in the executable section {section}. {cure}"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The loader finds modules of the kernel only: a driver that asks for a user-mode DLL, or for a
/// function that a module lacks, does not load (`STATUS_DRIVER_ENTRYPOINT_NOT_FOUND`).
///
/// [/DRIVER](https://learn.microsoft.com/en-us/cpp/build/reference/driver-windows-nt-kernel-mode-driver)
pub(super) fn import_modules(image: &Image<'_>) -> Verdict {
    let modules = image.imports.as_ref().map_err(Clone::clone)?;
    let is_kernel =
        |name: &str| KERNEL_MODULES.iter().any(|kernel| kernel.eq_ignore_ascii_case(name));
    let others: Vec<_> =
        modules.iter().filter(|module| !is_kernel(&module.name)).map(describe).collect();
    if others.is_empty() {
        return Ok(());
    }
    Err(format!(
        "Imports from what is no kernel module that a network driver needs: {}. The kernel modules \
         are {}. Find what calls these functions, and remove it or do its work with kernel \
         functions.",
        others.join("; "),
        KERNEL_MODULES.join(", ")
    ))
}

fn describe(module: &Module) -> String {
    let functions: Vec<_> = module.functions.iter().map(Function::describe).collect();
    format!("{} ({})", module.name, functions.join(", "))
}

impl Function {
    fn describe(&self) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Ordinal(number) => format!("number {number}"),
        }
    }
}

/// The numbers of the kernel's exports change from build to build, so a number names another function
/// on another machine, or none (`STATUS_DRIVER_ORDINAL_NOT_FOUND`).
///
/// [The .idata section](https://learn.microsoft.com/en-us/windows/win32/debug/pe-format#the-idata-section)
pub(super) fn import_names(image: &Image<'_>) -> Verdict {
    let modules = image.imports.as_ref().map_err(Clone::clone)?;
    let has_number = |module: &&Module| {
        module.functions.iter().any(|function| matches!(function, Function::Ordinal(_)))
    };
    let wrong: Vec<_> = modules.iter().filter(has_number).map(describe).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "Functions are imported by number: {}. Import them by name: an import library or a link \
         attribute gives the number.",
        wrong.join("; ")
    ))
}

/// The code that loads a module at the first call of one of its functions exists for programs only.
///
/// [Delay-loaded DLLs](https://learn.microsoft.com/en-us/cpp/build/reference/linker-support-for-delay-loaded-dlls)
pub(super) fn delay_load(image: &Image<'_>) -> Verdict {
    match image.directory(IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT) {
        None => Ok(()),
        Some(_) => Err(
            "There is a table of delay-loaded imports, which the kernel does not know. Link without \
             /DELAYLOAD."
                .to_owned(),
        ),
    }
}
