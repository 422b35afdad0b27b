//! Builds the file of a driver that keeps all rules, for tests that break one of them.
//!
//! All of it is written here, byte by byte from the format's description, and nothing is shared with
//! the code under test.

mod bytes;
mod version;

use self::bytes::{Bytes, align};
pub use self::version::Version;

/// Indices of data directories.
pub mod directory {
    pub const IMPORT: usize = 1;
    pub const RESOURCE: usize = 2;
    pub const EXCEPTION: usize = 3;
    pub const RELOCATION: usize = 5;
    pub const DEBUG: usize = 6;
    pub const THREAD_LOCAL_STORAGE: usize = 9;
    pub const IMPORT_ADDRESSES: usize = 12;
    pub const DELAY_IMPORT: usize = 13;
}

/// Flags of sections.
pub mod flag {
    pub const CODE: u32 = 0x20;
    pub const DATA: u32 = 0x40;
    pub const UNINITIALISED: u32 = 0x80;
    pub const EXECUTE: u32 = 0x2000_0000;
    pub const READ: u32 = 0x4000_0000;
    pub const WRITE: u32 = 0x8000_0000;
}

/// The name of the file.
pub const NAME: &str = "sample.sys";

/// The file alignment, whatever the header says.
const FILE_UNIT: u32 = 0x200;
const HEADERS_SIZE: u32 = 0x400;
const PE_HEADER: usize = 0x80;
const CHECKSUM: usize = PE_HEADER + 24 + 64;
const TEXT: u32 = 0x1000;
const RDATA: u32 = 0x2000;
/// Where .rdata is in the file: after the headers and a .text of one unit.
const RDATA_IN_FILE: u32 = HEADERS_SIZE + FILE_UNIT;
const DATA: u32 = 0x3000;
const BSS: u32 = 0x4000;
const PDATA: u32 = 0x5000;
const RSRC: u32 = 0x6000;
const RELOC: u32 = 0x7000;

/// A section as the section table has it, and its content.
#[derive(Clone)]
pub struct Section {
    pub name: &'static str,
    pub address: u32,
    pub flags: u32,
    pub virtual_size: u32,
    pub content: Vec<u8>,
    /// Where the file has it, if not where its turn is.
    pub pointer: Option<u32>,
}

/// What to import.
#[derive(Clone, Copy)]
pub enum Function {
    Name(&'static str),
    Ordinal(u64),
}

/// A driver file. All fields are as they get into the headers.
#[derive(Clone)]
pub struct DriverFile {
    pub magic: u16,
    pub machine: u16,
    pub characteristics: u16,
    pub entry_point: u32,
    pub section_alignment: u32,
    pub file_alignment: u32,
    pub subsystem: u16,
    pub dll_characteristics: u16,
    /// `None` is the right one.
    pub checksum: Option<u32>,
    pub directories: [(u32, u32); 16],
    pub sections: Vec<Section>,
}

impl DriverFile {
    /// A file that keeps all rules.
    pub fn valid() -> Self {
        let section = |name, address, flags, content: &[u8]| Section {
            name,
            address,
            flags: flags | flag::READ,
            virtual_size: u32::try_from(content.len()).unwrap(),
            content: content.to_vec(),
            pointer: None,
        };
        let mut file = Self {
            magic: 0x20b,
            machine: 0x8664,
            characteristics: 0x2022,
            entry_point: TEXT,
            section_alignment: 0x1000,
            file_alignment: 0x200,
            subsystem: 1,
            dll_characteristics: 0x1e0,
            checksum: None,
            directories: [(0, 0); 16],
            sections: vec![
                section(".text", TEXT, flag::CODE | flag::EXECUTE, &[0xc3; 0x100]),
                section(".rdata", RDATA, flag::DATA, &[]),
                section(".data", DATA, flag::DATA | flag::WRITE, b"some text of the driver"),
                section(".bss", BSS, flag::UNINITIALISED | flag::WRITE, &[]),
                section(".pdata", PDATA, flag::DATA, &[]),
                section(".rsrc", RSRC, flag::DATA, &[]),
                section(".reloc", RELOC, flag::DATA, &[]),
            ],
        };
        file.section(".bss").virtual_size = 0x80;
        file.set_constants(&valid_imports(), "sample.pdb");
        file.set_functions(&[(TEXT, TEXT + 0x20), (TEXT + 0x20, TEXT + 0x40)]);
        file.set_version(&Version::valid());
        file.set_relocations(&[DATA + 8, DATA + 16]);
        file
    }

    /// A section by its name.
    pub fn section(&mut self, name: &str) -> &mut Section {
        self.sections.iter_mut().find(|section| section.name == name).unwrap()
    }

    fn set_content(&mut self, section: &str, content: Vec<u8>) {
        let section = self.section(section);
        section.virtual_size = u32::try_from(content.len()).unwrap();
        section.content = content;
    }

    /// Makes .rdata: the debug directory, the debug record and the imports.
    pub fn set_constants(&mut self, imports: &[(&str, Vec<Function>)], pdb: &str) {
        let mut rdata = Bytes::default();
        // The directory has one entry of 28 bytes, and the record follows.
        let record_size = 24 + pdb.len() + 1;
        rdata.u32s(&[0, 0, 0, 2, u32::try_from(record_size).unwrap()]);
        rdata.u32s(&[RDATA + 28, RDATA_IN_FILE + 28]);
        rdata.raw(b"RSDS").raw(&[0x5a; 16]).u32s(&[1]).raw(pdb.as_bytes()).raw(&[0]).align(8);
        self.directories[directory::DEBUG] = (RDATA, 28);

        // The import table goes last, when all addresses are known.
        let mut table = Bytes::default();
        let address_tables = imports.iter().map(|(_, functions)| 8 * (functions.len() + 1)).sum();
        let (start, mut addresses) = (RDATA + rdata.len(), RDATA + rdata.len());
        rdata.raw(&vec![0; address_tables]);
        self.directories[directory::IMPORT_ADDRESSES] = (start, RDATA + rdata.len() - start);
        for (module, functions) in imports {
            let mut thunks = Bytes::default();
            for function in functions {
                match function {
                    Function::Name(name) => {
                        thunks.u64(u64::from(RDATA + rdata.len()));
                        rdata.raw(&[0, 0]).raw(name.as_bytes()).raw(&[0]).align(2);
                    }
                    Function::Ordinal(number) => {
                        thunks.u64(1 << 63 | number);
                    }
                }
            }
            thunks.u64(0);
            let name = RDATA + rdata.len();
            rdata.raw(module.as_bytes()).raw(&[0]).align(8);
            table.u32s(&[RDATA + rdata.len(), 0, 0, name, addresses]);
            // The address table has the same content until the loader has been there.
            rdata.overwrite(addresses - RDATA, thunks.as_slice());
            addresses += thunks.len();
            rdata.raw(thunks.as_slice());
        }
        table.u32s(&[0; 5]);
        self.directories[directory::IMPORT] = (RDATA + rdata.len(), table.len());
        rdata.raw(table.as_slice());
        self.set_content(".rdata", rdata.into());
    }

    /// Makes .pdata for functions from and to these addresses.
    pub fn set_functions(&mut self, functions: &[(u32, u32)]) {
        let mut pdata = Bytes::default();
        for &(begin, end) in functions {
            pdata.u32s(&[begin, end, RDATA]);
        }
        self.directories[directory::EXCEPTION] = (PDATA, pdata.len());
        self.set_content(".pdata", pdata.into());
    }

    /// Makes .rsrc with a version resource.
    pub fn set_version(&mut self, version: &Version) {
        let rsrc = version.resource_section(RSRC);
        self.directories[directory::RESOURCE] = (RSRC, u32::try_from(rsrc.len()).unwrap());
        self.set_content(".rsrc", rsrc);
    }

    /// Makes .reloc with relocations of 64-bit addresses in the page of .data.
    pub fn set_relocations(&mut self, addresses: &[u32]) {
        let mut reloc = Bytes::default();
        let entries = addresses.len().next_multiple_of(2) * 2;
        reloc.u32s(&[DATA, 8 + u32::try_from(entries).unwrap()]);
        for address in addresses {
            reloc.u16(0xa000 | u16::try_from(address - DATA).unwrap());
        }
        reloc.align(4);
        self.directories[directory::RELOCATION] = (RELOC, reloc.len());
        self.set_content(".reloc", reloc.into());
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut file = Bytes::default();
        file.raw(b"MZ").resize(0x3c).u32s(&[u32::try_from(PE_HEADER).unwrap()]).resize(PE_HEADER);
        self.write_headers(&mut file);
        let mut pointer = HEADERS_SIZE;
        for section in &self.sections {
            let size = align(u32::try_from(section.content.len()).unwrap(), FILE_UNIT);
            let place = if size == 0 { 0 } else { pointer };
            file.raw(section.name.as_bytes()).align(8);
            file.u32s(&[section.virtual_size, section.address, size]);
            file.u32s(&[section.pointer.unwrap_or(place), 0, 0, 0, section.flags]);
            pointer += size;
        }
        file.resize(HEADERS_SIZE as usize);
        for section in &self.sections {
            let end = align(file.len() + u32::try_from(section.content.len()).unwrap(), FILE_UNIT);
            file.raw(&section.content).resize(end as usize);
        }
        let mut bytes: Vec<u8> = file.into();
        let checksum = self.checksum.unwrap_or_else(|| checksum(&bytes));
        bytes[CHECKSUM..CHECKSUM + 4].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// The file header and the optional header, up to the section table.
    fn write_headers(&self, file: &mut Bytes) {
        file.raw(b"PE\0\0").u16(self.machine).u16(u16::try_from(self.sections.len()).unwrap());
        file.u32s(&[0x1234_5678, 0, 0]).u16(240).u16(self.characteristics);
        file.u16(self.magic).u16(14).u32s(&[0x200, 0x800, 0, self.entry_point, TEXT]);
        file.u64(0x1_8000_0000).u32s(&[self.section_alignment, self.file_alignment]);
        // Versions of system, image and subsystem, and a reserved field.
        file.u32s(&[10, 0, 10, 0]);
        file.u32s(&[RELOC + 0x1000, HEADERS_SIZE, 0]);
        file.u16(self.subsystem).u16(self.dll_characteristics);
        for size in [0x10_0000, 0x1000, 0x10_0000, 0x1000] {
            file.u64(size);
        }
        file.u32s(&[0, 16]);
        for (address, size) in self.directories {
            file.u32s(&[address, size]);
        }
    }
}

/// What the valid file imports.
pub fn valid_imports() -> Vec<(&'static str, Vec<Function>)> {
    vec![
        ("ntoskrnl.exe", vec![Function::Name("IoCreateDevice"), Function::Name("IoDeleteDevice")]),
        ("NETIO.SYS", vec![Function::Name("WskRegister")]),
    ]
}

/// The linker's map of the valid file, with `more` static symbols.
pub fn map(more: &[&str]) -> String {
    let mut lines = vec![
        " sample".to_owned(),
        " Timestamp is 12345678 (Thu Sep  6 02:51:52 1979)".to_owned(),
        " Start         Length     Name                   Class".to_owned(),
        " 0001:00000000 00000100H .text                   CODE".to_owned(),
        "  Address         Publics by Value              Rva+Base               Lib:Object"
            .to_owned(),
        " 0001:00000000       DriverEntry                0000000180001000     sample.obj"
            .to_owned(),
    ];
    for (module, functions) in valid_imports() {
        for function in functions {
            if let Function::Name(name) = function {
                lines.push(format!(" 0002:00000040  __imp_{name}  0000000180002040  x:{module}"));
            }
        }
    }
    lines.push(" entry point at         0001:00000000".to_owned());
    lines.push(" Static symbols".to_owned());
    for symbol in more {
        lines.push(format!(" 0001:00000050       {symbol} 0000000180001050     sample.obj"));
    }
    lines.join("\n") + "\n"
}

/// The checksum of `bytes`, whose field for it still has zeros: word by word with a 16-bit sum, as
/// imagehlp has it.
pub fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = 0_u16;
    for word in bytes.chunks(2) {
        let word = u16::from(word[0]) | u16::from(*word.get(1).unwrap_or(&0)) << 8;
        let (next, carried) = sum.overflowing_add(word);
        sum = next + u16::from(carried);
    }
    u32::from(sum) + u32::try_from(bytes.len()).unwrap()
}

/// Sets the checksum of a file that was changed after it had been built.
pub fn mend_checksum(bytes: &mut [u8]) {
    if let Some(field) = bytes.get_mut(CHECKSUM..CHECKSUM + 4) {
        field.fill(0);
        let right = checksum(bytes);
        bytes[CHECKSUM..CHECKSUM + 4].copy_from_slice(&right.to_le_bytes());
    }
}
