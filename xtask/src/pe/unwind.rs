//! The rule about unwind data.

use object::{
    LittleEndian as LE,
    pe::{
        IMAGE_DIRECTORY_ENTRY_EXCEPTION, IMAGE_FILE_MACHINE_ARM64, ImageArm64RuntimeFunctionEntry,
        ImageRuntimeFunctionEntry,
    },
    pod,
};

use super::image::{Image, Verdict};

const CURE: &str = "Link again, with unmodified object files and a linker that writes .pdata for \
                    this machine.";

/// Where a function lies in the loaded image. For ARM64 only the first instruction counts: the
/// length is coded in several ways.
struct Function {
    begin: u32,
    end: u32,
}

/// The kernel looks up the function of an address by binary search in this table whenever it walks a
/// stack: for an exception, a bug check, a trace. Without it, or with one that is out of order, it
/// loses its way at the first function of the driver.
///
/// [x64 exception handling](https://learn.microsoft.com/en-us/cpp/build/exception-handling-x64),
/// [ARM64 exception handling](https://learn.microsoft.com/en-us/cpp/build/arm64-exception-handling)
pub(super) fn unwind_data(image: &Image<'_>) -> Verdict {
    let functions = functions(image)?;
    let mut last_end = 0;
    for Function { begin, end } in functions {
        if end <= begin || !image.is_code(begin) || !image.is_code(end - 1) {
            return Err(format!(
                "The unwind data (.pdata) has an entry for {begin:#x} to {end:#x}, which is not in \
                 an executable section. {CURE}"
            ));
        }
        if begin < last_end {
            return Err(format!(
                "The unwind data (.pdata) is not sorted: the entry for {begin:#x} comes after one \
                 that ends at {last_end:#x}. {CURE}"
            ));
        }
        last_end = end;
    }
    Ok(())
}

fn functions(image: &Image<'_>) -> Result<Vec<Function>, String> {
    let Some((address, size @ 1..)) = image.directory(IMAGE_DIRECTORY_ENTRY_EXCEPTION) else {
        return Err(format!("There is no unwind data (.pdata). {CURE}"));
    };
    let functions = image.data_at(address, size).and_then(|data| {
        if image.file_header().machine.get(LE) == IMAGE_FILE_MACHINE_ARM64 {
            arm64_functions(data)
        } else {
            x64_functions(data)
        }
    });
    functions.ok_or_else(|| {
        format!("The unwind data (.pdata) lies in no section or has a part of an entry. {CURE}")
    })
}

fn x64_functions(data: &[u8]) -> Option<Vec<Function>> {
    let entries = pod::slice_from_all_bytes::<ImageRuntimeFunctionEntry>(data).ok()?;
    let function = |entry: &ImageRuntimeFunctionEntry| Function {
        begin: entry.begin_address.get(LE),
        end: entry.end_address.get(LE),
    };
    Some(entries.iter().map(function).collect())
}

fn arm64_functions(data: &[u8]) -> Option<Vec<Function>> {
    let entries = pod::slice_from_all_bytes::<ImageArm64RuntimeFunctionEntry>(data).ok()?;
    let function = |entry: &ImageArm64RuntimeFunctionEntry| {
        let begin = entry.begin_address.get(LE);
        Function { begin, end: begin.saturating_add(4) }
    };
    Some(entries.iter().map(function).collect())
}
