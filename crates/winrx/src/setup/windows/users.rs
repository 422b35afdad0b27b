//! Who has the device of a driver open.
//!
//! Windows has no question for that. So all handles of files are listed, and each is asked its name.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle},
    path::Path,
    process, ptr,
    sync::mpsc,
    thread,
    time::Duration,
};

use windows_sys::{
    Wdk::{
        Foundation::{NtQueryObject, OBJECT_INFORMATION_CLASS},
        Storage::FileSystem::{FileFsDeviceInformation, NtQueryVolumeInformationFile},
        System::{
            SystemInformation::NtQuerySystemInformation, SystemServices::FILE_FS_DEVICE_INFORMATION,
        },
    },
    Win32::{
        Foundation::{DuplicateHandle, HANDLE, STATUS_INFO_LENGTH_MISMATCH, UNICODE_STRING},
        System::{
            IO::IO_STATUS_BLOCK,
            Ioctl::FILE_DEVICE_NAMED_PIPE,
            Threading::{
                GetCurrentProcess, OpenProcess, PROCESS_DUP_HANDLE, PROCESS_NAME_WIN32,
                PROCESS_QUERY_LIMITED_INFORMATION, QueryFullProcessImageNameW,
            },
        },
    },
};

use super::{super::product::Product, text};

/// A handle, as `SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX` describes it.
#[repr(C)]
#[derive(Clone, Copy)]
struct Entry {
    object: usize,
    process: usize,
    handle: usize,
    access: u32,
    trace: u16,
    kind: u16,
    attributes: u32,
    reserved: u32,
}

/// What stands before the entries: their number, and a word that is reserved.
const HEADER: usize = 2;

const WORDS_PER_ENTRY: usize = size_of::<Entry>() / size_of::<usize>();

/// Handles of some pipes do not answer as long as somebody reads from them.
const PATIENCE: Duration = Duration::from_millis(100);

/// The programs that have the device open, each with its process.
pub(super) fn of(product: &Product) -> Vec<String> {
    let device = format!(r"\Device\{}", product.name);
    let entries = entries();
    let Some(kind) = kind_of_files(&entries) else { return Vec::new() };
    let mut asker = Asker::start();
    let (mut users, mut processes) = (BTreeSet::new(), BTreeMap::new());
    let own = process::id() as usize;
    for entry in entries.iter().filter(|entry| entry.kind == kind && entry.process != own) {
        let process = processes.entry(entry.process);
        let process = process.or_insert_with(|| open(entry.process, PROCESS_DUP_HANDLE));
        let Some(handle) = process.as_ref().and_then(|process| duplicate(process, entry.handle))
        else {
            continue;
        };
        if asker.name(handle).is_some_and(|name| name.eq_ignore_ascii_case(&device)) {
            users.insert(entry.process);
        }
    }
    users.into_iter().map(program).collect()
}

/// All handles of all processes.
fn entries() -> Vec<Entry> {
    const SYSTEM_EXTENDED_HANDLE_INFORMATION: i32 = 64;
    /// More than that nobody has.
    const MOST: usize = 1 << 26;
    let mut words = vec![0_usize; 1 << 16];
    loop {
        let length = u32::try_from(words.len() * size_of::<usize>()).unwrap_or(u32::MAX);
        // SAFETY: the buffer is as long as said.
        let status = unsafe {
            NtQuerySystemInformation(
                SYSTEM_EXTENDED_HANDLE_INFORMATION,
                words.as_mut_ptr().cast(),
                length,
                ptr::null_mut(),
            )
        };
        match status {
            STATUS_INFO_LENGTH_MISMATCH if words.len() < MOST => words.resize(words.len() * 2, 0),
            status if status < 0 => return Vec::new(),
            _ => break,
        }
    }
    let count = words.first().copied().unwrap_or_default();
    let all = words.get(HEADER..).unwrap_or_default().chunks_exact(WORDS_PER_ENTRY);
    // SAFETY: an entry is as long as such a chunk, is aligned as words are, and any bits are one.
    all.take(count).map(|chunk| unsafe { chunk.as_ptr().cast::<Entry>().read() }).collect()
}

/// The number that stands for files, which is another one on each version of Windows.
fn kind_of_files(entries: &[Entry]) -> Option<u16> {
    let file = std::fs::File::open("NUL").ok()?;
    let (own, handle) = (process::id() as usize, file.as_raw_handle() as usize);
    // The list is older than the file, so it is made anew.
    let now = self::entries();
    let of_file = |entry: &&Entry| entry.process == own && entry.handle == handle;
    let found = now.iter().find(of_file)?.kind;
    entries.iter().any(|entry| entry.kind == found).then_some(found)
}

/// A handle of this process for what a handle of another is for.
fn duplicate(process: &OwnedHandle, handle: usize) -> Option<OwnedHandle> {
    // SAFETY: it returns a constant.
    let own = unsafe { GetCurrentProcess() };
    let theirs = ptr::without_provenance_mut(handle);
    let mut handle: HANDLE = ptr::null_mut();
    // SAFETY: both processes are open, and the answer has its place. A handle that has been closed
    // meanwhile makes the call fail.
    let done =
        unsafe { DuplicateHandle(process.as_raw_handle(), theirs, own, &raw mut handle, 0, 0, 0) };
    // SAFETY: the handle was made just now, and nobody else has it.
    (done != 0).then(|| unsafe { OwnedHandle::from_raw_handle(handle) })
}

fn open(process: usize, access: u32) -> Option<OwnedHandle> {
    let process = u32::try_from(process).ok()?;
    // SAFETY: there is nothing to it: a process that is not there makes the call fail.
    let handle = unsafe { OpenProcess(access, 0, process) };
    // SAFETY: the handle was made just now, and nobody else has it.
    (!handle.is_null()).then(|| unsafe { OwnedHandle::from_raw_handle(handle) })
}

/// Its name and number.
fn program(process: usize) -> String {
    let name = open(process, PROCESS_QUERY_LIMITED_INFORMATION).and_then(|handle| {
        let (mut path, mut length) = ([0; 1024], 1024);
        // SAFETY: the process is open, and the buffer is as long as said.
        let done = unsafe {
            QueryFullProcessImageNameW(
                handle.as_raw_handle(),
                PROCESS_NAME_WIN32,
                path.as_mut_ptr(),
                &raw mut length,
            )
        };
        let path = (done != 0).then(|| text(&path))?;
        Some(Path::new(&path).file_name()?.to_string_lossy().into_owned())
    });
    format!("{} (process {process})", name.unwrap_or_else(|| "a program".to_owned()))
}

/// A thread that asks handles their names.
struct Asker {
    handles: mpsc::Sender<OwnedHandle>,
    names: mpsc::Receiver<Option<String>>,
}

impl Asker {
    fn start() -> Self {
        let (handles, to_ask) = mpsc::channel();
        let (answer, names) = mpsc::channel();
        // It ends with the channel; where a handle never answers, with the program.
        thread::spawn(move || {
            while let Ok(handle) = to_ask.recv() {
                let name = if is_pipe(&handle) { None } else { name(&handle) };
                if answer.send(name).is_err() {
                    break;
                }
            }
        });
        Self { handles, names }
    }

    /// The name of what the handle is for; `None` if it has none or does not answer.
    fn name(&mut self, handle: OwnedHandle) -> Option<String> {
        self.handles.send(handle).ok()?;
        if let Ok(name) = self.names.recv_timeout(PATIENCE) {
            return name;
        }
        *self = Self::start();
        None
    }
}

/// Whether it is a pipe, as far as Windows tells. What names wait for, the end of a read, need not keep this
/// waiting; no page says that it never does, so it is asked where names are.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntqueryvolumeinformationfile)
fn is_pipe(handle: &OwnedHandle) -> bool {
    let (mut done, mut device) =
        (IO_STATUS_BLOCK::default(), FILE_FS_DEVICE_INFORMATION::default());
    let Ok(length) = u32::try_from(size_of_val(&device)) else { return false };
    // SAFETY: the handle is open, and the structures are as long as said and live until it returns.
    let status = unsafe {
        NtQueryVolumeInformationFile(
            handle.as_raw_handle(),
            &raw mut done,
            (&raw mut device).cast(),
            length,
            FileFsDeviceInformation,
        )
    };
    status >= 0 && device.DeviceType == FILE_DEVICE_NAMED_PIPE
}

fn name(handle: &OwnedHandle) -> Option<String> {
    const OBJECT_NAME_INFORMATION: OBJECT_INFORMATION_CLASS = 1;
    let mut answer = [0_usize; 512];
    let length = u32::try_from(mem::size_of_val(&answer)).ok()?;
    // SAFETY: the buffer is as long as said.
    let status = unsafe {
        NtQueryObject(
            handle.as_raw_handle(),
            OBJECT_NAME_INFORMATION,
            answer.as_mut_ptr().cast(),
            length,
            ptr::null_mut(),
        )
    };
    if status < 0 {
        return None;
    }
    // SAFETY: the answer begins with such a string, whose text lies behind it.
    let string = unsafe { answer.as_ptr().cast::<UNICODE_STRING>().read() };
    let characters = usize::from(string.Length) / size_of::<u16>();
    // SAFETY: that text is as long as said, and lies in the answer, which is there.
    let units = (!string.Buffer.is_null())
        .then(|| unsafe { std::slice::from_raw_parts(string.Buffer, characters) })?;
    Some(String::from_utf16_lossy(units))
}
