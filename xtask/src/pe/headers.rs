//! Rules about the headers.
//!
//! Their fields are described in
//! [PE format](https://learn.microsoft.com/en-us/windows/win32/debug/pe-format).

use std::mem::offset_of;

use object::{
    LittleEndian as LE,
    pe::{
        DllFlags, IMAGE_DIRECTORY_ENTRY_TLS, IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE,
        IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY, IMAGE_DLLCHARACTERISTICS_NX_COMPAT,
        IMAGE_FILE_MACHINE_AMD64, IMAGE_FILE_MACHINE_ARM64, IMAGE_SUBSYSTEM_NATIVE,
        ImageNtHeaders64, ImageOptionalHeader64,
    },
};

use super::image::{Image, Verdict};

/// A driver runs on the processor that it was built for and no other: the kernel emulates nothing.
/// x64 and ARM64 are what Windows has.
///
/// [Building Arm64 drivers](https://learn.microsoft.com/en-us/windows-hardware/drivers/develop/building-arm64-drivers)
pub(super) fn machine(image: &Image<'_>) -> Verdict {
    match image.file_header().machine.get(LE) {
        IMAGE_FILE_MACHINE_AMD64 | IMAGE_FILE_MACHINE_ARM64 => Ok(()),
        other => Err(format!(
            "The file is for the machine {other:#06x}, neither x64 (0x8664) nor ARM64 (0xaa64). \
             Build for x86_64-pc-windows-msvc or aarch64-pc-windows-msvc."
        )),
    }
}

/// The kernel has no subsystem that an image could ask for; native is the value of drivers.
///
/// [/SUBSYSTEM](https://learn.microsoft.com/en-us/cpp/build/reference/subsystem-specify-subsystem)
pub(super) fn subsystem(image: &Image<'_>) -> Verdict {
    match image.optional_header().subsystem.get(LE) {
        IMAGE_SUBSYSTEM_NATIVE => Ok(()),
        other => Err(format!(
            "The subsystem is {}, and that of a driver is 1 (native). Link with \
             /SUBSYSTEM:NATIVE.",
            other.0
        )),
    }
}

/// The system calls the entry point, which therefore has to be executable memory.
///
/// [/ENTRY](https://learn.microsoft.com/en-us/cpp/build/reference/entry-entry-point-symbol)
pub(super) fn entry_point(image: &Image<'_>) -> Verdict {
    let cure = "Export DriverEntry and link with /ENTRY:DriverEntry.";
    match image.optional_header().address_of_entry_point.get(LE) {
        0 => Err(format!("There is no entry point. {cure}")),
        address if !image.is_code(address) => {
            Err(format!("The entry point {address:#x} lies in no executable section. {cure}"))
        }
        _ => Ok(()),
    }
}

/// The loader compares the checksum of every driver with its content. Link.exe computes it for
/// native images, lld-link only if told to.
///
/// [/RELEASE](https://learn.microsoft.com/en-us/cpp/build/reference/release-set-the-checksum)
pub(super) fn checksum(image: &Image<'_>) -> Verdict {
    let stored = u64::from(image.optional_header().check_sum.get(LE));
    let computed = compute_checksum(image.bytes, checksum_offset(image));
    if stored == computed {
        return Ok(());
    }
    let cause = match stored {
        0 => "There is no checksum".to_owned(),
        _ => format!("The checksum is {stored:#x}, and that of the content is {computed:#x}"),
    };
    Err(format!(
        "{cause}. Link with /RELEASE, and have every tool that changes the file later set the \
         checksum again."
    ))
}

/// Where in the file the checksum is.
fn checksum_offset(image: &Image<'_>) -> usize {
    let headers = usize::try_from(image.file.dos_header().nt_headers_offset());
    headers.unwrap_or(usize::MAX).saturating_add(
        offset_of!(ImageNtHeaders64, optional_header)
            + offset_of!(ImageOptionalHeader64, check_sum),
    )
}

/// What `MapFileAndCheckSum` computes: the sum of all 16-bit words with every carry added again, the
/// four bytes of the checksum itself taken as zeros, plus the length of the file.
fn compute_checksum(bytes: &[u8], checksum_offset: usize) -> u64 {
    let is_checksum = |index: usize| index.wrapping_sub(checksum_offset) < size_of::<u32>();
    let mut sum = 0;
    for (index, &byte) in bytes.iter().enumerate() {
        if !is_checksum(index) {
            sum += u64::from(byte) << (index % 2 * 8);
        }
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum + bytes.len() as u64
}

/// The system loads every driver at another address after each start, so that nobody can know where
/// its code is.
///
/// [/DYNAMICBASE](https://learn.microsoft.com/en-us/cpp/build/reference/dynamicbase)
pub(super) fn dynamic_base(image: &Image<'_>) -> Verdict {
    require(image, IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE, "DYNAMIC_BASE", "/DYNAMICBASE")
}

/// Says that the driver executes no data.
///
/// [/NXCOMPAT](https://learn.microsoft.com/en-us/cpp/build/reference/nxcompat-compatible-with-data-execution-prevention)
pub(super) fn nx_compat(image: &Image<'_>) -> Verdict {
    require(image, IMAGE_DLLCHARACTERISTICS_NX_COMPAT, "NX_COMPAT", "/NXCOMPAT")
}

/// Has the signature of the file checked wherever it is loaded. Some functions, such as those that
/// register process callbacks, work for no other driver.
///
/// [/INTEGRITYCHECK](https://learn.microsoft.com/en-us/cpp/build/reference/integritycheck-require-signature-check)
pub(super) fn force_integrity(image: &Image<'_>) -> Verdict {
    require(image, IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY, "FORCE_INTEGRITY", "/INTEGRITYCHECK")
}

fn require(image: &Image<'_>, flag: DllFlags, name: &str, option: &str) -> Verdict {
    if image.optional_header().dll_characteristics.get(LE).contains(flag) {
        return Ok(());
    }
    Err(format!("The flag {name} is not set. Link with {option}."))
}

/// Nobody sets up thread-local storage for a driver: it runs in threads that are not its own.
///
/// [The .tls section](https://learn.microsoft.com/en-us/windows/win32/debug/pe-format#the-tls-section)
pub(super) fn thread_local_storage(image: &Image<'_>) -> Verdict {
    match image.directory(IMAGE_DIRECTORY_ENTRY_TLS) {
        None => Ok(()),
        Some(_) => Err(
            "There is a directory of thread-local storage, which the kernel does not set up. Remove \
             the thread-local variables; a crate that needs std may have brought them."
                .to_owned(),
        ),
    }
}
