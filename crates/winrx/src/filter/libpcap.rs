//! libpcap's compiler, loaded when an expression is to be compiled.

use std::{
    ffi::{CStr, CString, c_char, c_int, c_void},
    ptr, slice,
    sync::{Mutex, PoisonError},
};

use bpf::Instruction;
use libloading::{Library, Symbol};

use super::FilterError;

/// What to install where it is not there.
pub const PACKAGE: &str = if cfg!(windows) {
    "Npcap (npcap.com)"
} else if cfg!(target_os = "linux") {
    "it (on Debian and Ubuntu the package libpcap0.8 or libpcap0.8t64)"
} else {
    "libpcap"
};

/// Its names: with the version that systems give it, Debian's, and that for developers.
#[cfg(not(any(windows, target_os = "macos")))]
const NAMES: [&str; 3] = ["libpcap.so.1", "libpcap.so.0.8", "libpcap.so"];
#[cfg(target_os = "macos")]
const NAMES: [&str; 2] = ["libpcap.A.dylib", "libpcap.dylib"];

/// `DLT_EN10MB`
const ETHERNET: c_int = 1;

/// What programs return for a frame that is wanted: more than any frame has. The reader's own snap length
/// says how much of it is captured.
const SNAP_LENGTH: c_int = 262_144;

/// `PCAP_NETMASK_UNKNOWN`: a reader can have several adapters, and so no network of its own.
const NETMASK_UNKNOWN: u32 = u32::MAX;

/// Versions before 1.8 compile one expression at a time.
static COMPILING: Mutex<()> = Mutex::new(());

/// `struct bpf_program`
#[repr(C)]
struct RawProgram {
    length: u32,
    instructions: *mut Instruction,
}

type OpenDead = unsafe extern "C" fn(c_int, c_int) -> *mut c_void;
type Compile =
    unsafe extern "C" fn(*mut c_void, *mut RawProgram, *const c_char, c_int, u32) -> c_int;
type FreeCode = unsafe extern "C" fn(*mut RawProgram);
type GetError = unsafe extern "C" fn(*mut c_void) -> *mut c_char;
type Close = unsafe extern "C" fn(*mut c_void);

/// Its functions, which are there as long as the library is.
struct Functions<'l> {
    open_dead: Symbol<'l, OpenDead>,
    compile: Symbol<'l, Compile>,
    free_code: Symbol<'l, FreeCode>,
    get_error: Symbol<'l, GetError>,
    close: Symbol<'l, Close>,
}

/// Compiles an expression for Ethernet frames.
pub fn compile(expression: &str) -> Result<Vec<Instruction>, FilterError> {
    let wrong = |reason: &str| FilterError::Expression {
        expression: expression.to_owned(),
        reason: reason.trim_end_matches('.').to_owned(),
    };
    let text = CString::new(expression).map_err(|_| wrong("there is a zero byte in it"))?;
    let library = load()?;
    let functions = Functions::new(&library)
        .map_err(|error| FilterError::NoCompiler(format!("what is here is not it ({error})")))?;
    let _alone = COMPILING.lock().unwrap_or_else(PoisonError::into_inner);
    functions.compile(&text).map_err(|reason| wrong(&reason))
}

#[cfg(not(windows))]
fn load() -> Result<Library, FilterError> {
    for name in NAMES {
        // SAFETY: libpcap has no initialisers that anything depends on.
        if let Ok(library) = unsafe { Library::new(name) } {
            return Ok(library);
        }
    }
    Err(FilterError::NoCompiler(format!("looked for {}", NAMES.join(", "))))
}

/// Npcap has a folder of its own below the system's, except where it stands in for WinPcap.
#[cfg(windows)]
fn load() -> Result<Library, FilterError> {
    use libloading::os::windows::{
        LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR, LOAD_LIBRARY_SEARCH_SYSTEM32, Library as WindowsLibrary,
    };

    let root = std::env::var("SystemRoot").unwrap_or_else(|_| r"C:\Windows".to_owned());
    let names =
        [format!(r"{root}\System32\Npcap\wpcap.dll"), format!(r"{root}\System32\wpcap.dll")];
    let flags = LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32;
    for name in &names {
        // SAFETY: wpcap.dll has no initialisers that anything depends on.
        if let Ok(library) = unsafe { WindowsLibrary::load_with_flags(name, flags) } {
            return Ok(library.into());
        }
    }
    Err(FilterError::NoCompiler(format!("looked for {}", names.join(", "))))
}

impl<'l> Functions<'l> {
    fn new(library: &'l Library) -> Result<Self, libloading::Error> {
        Ok(Self {
            // SAFETY: this is its type in pcap.h.
            open_dead: unsafe { library.get(b"pcap_open_dead\0") }?,
            // SAFETY: as above.
            compile: unsafe { library.get(b"pcap_compile\0") }?,
            // SAFETY: as above.
            free_code: unsafe { library.get(b"pcap_freecode\0") }?,
            // SAFETY: as above.
            get_error: unsafe { library.get(b"pcap_geterr\0") }?,
            // SAFETY: as above.
            close: unsafe { library.get(b"pcap_close\0") }?,
        })
    }

    fn compile(&self, expression: &CStr) -> Result<Vec<Instruction>, String> {
        // SAFETY: it takes any numbers.
        let handle = unsafe { (self.open_dead)(ETHERNET, SNAP_LENGTH) };
        if handle.is_null() {
            return Err("there is no memory for it".to_owned());
        }
        let compiled = self.compile_with(handle, expression);
        // SAFETY: the handle was opened above, and nobody uses it any more.
        unsafe { (self.close)(handle) };
        compiled
    }

    fn compile_with(
        &self,
        handle: *mut c_void,
        expression: &CStr,
    ) -> Result<Vec<Instruction>, String> {
        const OPTIMIZE: c_int = 1;
        let mut raw = RawProgram { length: 0, instructions: ptr::null_mut() };
        let (program, text) = (&raw mut raw, expression.as_ptr());
        // SAFETY: the handle is open, the text ends with a zero, and the program has its place.
        let failed = unsafe { (self.compile)(handle, program, text, OPTIMIZE, NETMASK_UNKNOWN) };
        if failed != 0 {
            // SAFETY: the handle is open; the text belongs to it.
            let reason = unsafe { (self.get_error)(handle) };
            // SAFETY: it is the handle's text, which ends with a zero.
            let reason = unsafe { CStr::from_ptr(reason) };
            return Err(reason.to_string_lossy().into_owned());
        }
        if raw.instructions.is_null() {
            return Err("the compiler made nothing of it".to_owned());
        }
        // SAFETY: the program has so many instructions, which have the layout of `struct bpf_insn`.
        let all = unsafe { slice::from_raw_parts(raw.instructions, raw.length as usize) };
        let program = all.to_vec();
        // SAFETY: the program was compiled just now, and is not used after this.
        unsafe { (self.free_code)(&raw mut raw) };
        Ok(program)
    }
}
