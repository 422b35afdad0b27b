//! What is configured for drivers in the registry.

use std::{ffi::c_void, ptr, sync::Arc};

use ndis_sys::{
    BINARY_DATA, NDIS_CONFIGURATION_OBJECT, NDIS_CONFIGURATION_PARAMETER,
    NDIS_CONFIGURATION_PARAMETER_DATA, NDIS_HANDLE, NDIS_PARAMETER_TYPE, NDIS_STATUS,
    NDIS_STATUS_FAILURE, NDIS_STATUS_NOT_SUPPORTED, NDIS_STATUS_RESOURCES, NDIS_STATUS_SUCCESS,
    NDIS_STRING, NdisParameterBinary, NdisParameterHexInteger, NdisParameterInteger,
    NdisParameterMultiString, NdisParameterString, NdisProcessorAmd64, NdisProcessorArm64,
};

use super::{
    generic::GENERIC,
    objects::{self, Kind, Object},
    system::text,
};
use crate::{
    export::{Export, exports},
    low_resources::denies,
    ndis::{
        data::{self, Memory},
        handle, header,
    },
    nt::{APC_LEVEL, DRIVER_OBJECT, PASSIVE_LEVEL, REG_BINARY, REG_DWORD, REG_MULTI_SZ, REG_SZ},
    sched::Mutex,
    thread,
    zw::registry::{Entry, Key},
};

/// An open configuration, and the values that were read from it.
pub(super) struct Configuration {
    key: Arc<Key>,
    read: Mutex<Vec<Memory>>,
}

const CONFIGURATION: Kind<Configuration> = Kind {
    name: "a configuration",
    of: |object| match object {
        Object::Configuration(configuration) => Some(configuration),
        _ => None,
    },
};

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// A handle for a key; null if allocations are to fail.
fn open(key: Arc<Key>) -> NDIS_HANDLE {
    let configuration = Configuration { key, read: Mutex::default() };
    objects::add(|| Object::Configuration(Arc::new(configuration))) as NDIS_HANDLE
}

/// The name of the service that a handle belongs to.
fn service(handle: NDIS_HANDLE) -> Option<String> {
    if let Some(generic) = objects::look(handle as usize, &GENERIC) {
        let driver = generic.driver as *const DRIVER_OBJECT;
        // SAFETY: the driver has passed its driver object, which stays as long as the driver.
        let driver = unsafe { driver.as_ref() }?;
        // SAFETY: the name of a driver object is valid.
        let name = unsafe { driver.DriverName.to_string_lossy() };
        return name.rsplit('\\').next().map(str::to_owned);
    }
    let protocol = handle::protocol(handle, "NdisOpenConfigurationEx")?;
    Some(protocol.name.clone())
}

/// Opens the key `Parameters` of the driver's service.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisopenconfigurationex)
unsafe extern "efiapi" fn NdisOpenConfigurationEx(
    object: *mut NDIS_CONFIGURATION_OBJECT,
    place: *mut NDIS_HANDLE,
) -> NDIS_STATUS {
    if denies("NdisOpenConfigurationEx") {
        return NDIS_STATUS_RESOURCES;
    }
    // SAFETY: the driver passes an object.
    let NDIS_CONFIGURATION_OBJECT { NdisHandle: owner, .. } = unsafe { object.read() };
    if !header::check(&header::CONFIGURATION_OBJECT, object.cast(), owner as usize) {
        return NDIS_STATUS_FAILURE;
    }
    let Some(service) = service(owner) else { return NDIS_STATUS_FAILURE };
    let registry = &thread::system().zw.registry;
    let path = registry.add_service(&service, &[]);
    let found = registry.find(None, &units(&format!(r"{path}\Parameters")));
    let Ok(key) = found else { return NDIS_STATUS_FAILURE };
    let handle = open(key);
    // SAFETY: the driver passes a place for it.
    unsafe { place.write(handle) };
    if handle.is_null() { NDIS_STATUS_RESOURCES } else { NDIS_STATUS_SUCCESS }
}

/// Writes what a function found: a handle for a key, or that there is none.
///
/// # Safety
///
/// Both are valid for writes.
unsafe fn tell(key: Option<Arc<Key>>, status: *mut NDIS_STATUS, place: *mut NDIS_HANDLE) {
    let result = key.map(open);
    let (value, handle) = match result {
        Some(handle) if !handle.is_null() => (NDIS_STATUS_SUCCESS, handle),
        Some(_) => (NDIS_STATUS_RESOURCES, ptr::null_mut()),
        None => (NDIS_STATUS_FAILURE, ptr::null_mut()),
    };
    // SAFETY: by the contract.
    unsafe { place.write(handle) };
    // SAFETY: by the contract.
    unsafe { status.write(value) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisopenconfigurationkeybyname)
unsafe extern "efiapi" fn NdisOpenConfigurationKeyByName(
    status: *mut NDIS_STATUS,
    handle: NDIS_HANDLE,
    name: *mut NDIS_STRING,
    place: *mut NDIS_HANDLE,
) {
    let function = "NdisOpenConfigurationKeyByName";
    // SAFETY: the driver passes a valid string.
    let name = units(&unsafe { text(name) });
    let above = objects::find(handle as usize, &CONFIGURATION, function);
    let key =
        above.and_then(|above| thread::system().zw.registry.find(Some(&above.key), &name).ok());
    // SAFETY: the driver passes places for the results.
    unsafe { tell(key, status, place) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisopenconfigurationkeybyindex)
unsafe extern "efiapi" fn NdisOpenConfigurationKeyByIndex(
    status: *mut NDIS_STATUS,
    handle: NDIS_HANDLE,
    index: u32,
    name: *mut NDIS_STRING,
    place: *mut NDIS_HANDLE,
) {
    let function = "NdisOpenConfigurationKeyByIndex";
    let above = objects::find(handle as usize, &CONFIGURATION, function);
    let found = above.and_then(|above| {
        let key = above.key.keys().ok()?.get(index as usize).cloned()?;
        let name = string(&above, key.name())?;
        Some((key, name))
    });
    let (key, value) = found.unzip();
    // SAFETY: the driver passes a place for it.
    unsafe { name.write(value.unwrap_or_default()) };
    // SAFETY: as above.
    unsafe { tell(key, status, place) };
}

/// A string with a terminator in memory that stays until a configuration is closed.
fn string(configuration: &Configuration, value: &[u16]) -> Option<NDIS_STRING> {
    let mut memory = data::memory(value.len() * 2 + 2)?;
    for (index, unit) in value.iter().enumerate() {
        memory.write(index * 2, *unit);
    }
    let length = u16::try_from(value.len() * 2).ok()?;
    let maximum = length.saturating_add(2);
    let string = NDIS_STRING { Length: length, MaximumLength: maximum, Buffer: memory.at(0) };
    configuration.read.lock().push(memory);
    Some(string)
}

/// `NdisEnvironmentWindowsNt`.
const WINDOWS_NT: u32 = 1;

/// Values that every configuration has.
fn given(name: &str) -> Option<u32> {
    let version = thread::current(|thread| thread.system.ndis.version);
    let processor =
        if cfg!(target_arch = "aarch64") { NdisProcessorArm64 } else { NdisProcessorAmd64 };
    match name.to_ascii_lowercase().as_str() {
        "environment" => Some(WINDOWS_NT),
        "processortype" => u32::try_from(processor).ok(),
        "ndisversion" => Some(version),
        _ => None,
    }
}

/// Text that stands in a value, without a terminator.
fn units_of(data: &[u8]) -> Vec<u16> {
    let mut units: Vec<_> =
        data.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    if units.last() == Some(&0) {
        units.pop();
    }
    units
}

/// A value of the registry, as NDIS gives it to drivers that want this type.
fn value(
    configuration: &Configuration,
    entry: &Entry,
    wanted: NDIS_PARAMETER_TYPE,
) -> Option<(NDIS_PARAMETER_TYPE, NDIS_CONFIGURATION_PARAMETER_DATA)> {
    let number = |value| NDIS_CONFIGURATION_PARAMETER_DATA { IntegerData: value };
    let text = |value: &[u16]| {
        string(configuration, value)
            .map(|value| NDIS_CONFIGURATION_PARAMETER_DATA { StringData: value })
    };
    match entry.kind {
        REG_DWORD => {
            let bytes = <[u8; 4]>::try_from(entry.data.as_slice()).ok()?;
            Some((NdisParameterInteger, number(u32::from_le_bytes(bytes))))
        }
        REG_SZ if matches!(wanted, NdisParameterInteger | NdisParameterHexInteger) => {
            let digits = String::from_utf16_lossy(&units_of(&entry.data));
            let radix = if wanted == NdisParameterHexInteger { 16 } else { 10 };
            let parsed = u32::from_str_radix(digits.trim(), radix).ok()?;
            Some((NdisParameterInteger, number(parsed)))
        }
        REG_SZ => Some((NdisParameterString, text(&units_of(&entry.data))?)),
        REG_MULTI_SZ => Some((NdisParameterMultiString, text(&units_of(&entry.data))?)),
        REG_BINARY => {
            let mut memory = data::memory(entry.data.len().max(1))?;
            for (at, byte) in entry.data.iter().enumerate() {
                memory.write(at, *byte);
            }
            let length = u16::try_from(entry.data.len()).ok()?;
            let binary = BINARY_DATA { Length: length, Buffer: memory.at(0) };
            configuration.read.lock().push(memory);
            Some((NdisParameterBinary, NDIS_CONFIGURATION_PARAMETER_DATA { BinaryData: binary }))
        }
        _ => None,
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreadconfiguration)
unsafe extern "efiapi" fn NdisReadConfiguration(
    status: *mut NDIS_STATUS,
    place: *mut *mut NDIS_CONFIGURATION_PARAMETER,
    handle: NDIS_HANDLE,
    keyword: *mut NDIS_STRING,
    wanted: NDIS_PARAMETER_TYPE,
) {
    // SAFETY: the driver passes a valid string.
    let name = unsafe { text(keyword) };
    let found = objects::find(handle as usize, &CONFIGURATION, "NdisReadConfiguration");
    let parameter = found.and_then(|configuration| {
        let found = match given(&name) {
            Some(value) => {
                (NdisParameterInteger, NDIS_CONFIGURATION_PARAMETER_DATA { IntegerData: value })
            }
            None => value(&configuration, &configuration.key.value(&units(&name)).ok()?, wanted)?,
        };
        let mut memory = data::memory(size_of::<NDIS_CONFIGURATION_PARAMETER>())?;
        memory.write(
            0,
            NDIS_CONFIGURATION_PARAMETER { ParameterType: found.0, ParameterData: found.1 },
        );
        let address = memory.at(0);
        configuration.read.lock().push(memory);
        Some(address)
    });
    // SAFETY: the driver passes a place for it.
    unsafe { place.write(parameter.unwrap_or(ptr::null_mut())) };
    let result = if parameter.is_some() { NDIS_STATUS_SUCCESS } else { NDIS_STATUS_FAILURE };
    // SAFETY: as above.
    unsafe { status.write(result) };
}

/// The bytes of a value that a driver writes, and what they are; `None` for what cannot be written.
///
/// # Safety
///
/// The parameter is valid.
unsafe fn written(parameter: &NDIS_CONFIGURATION_PARAMETER) -> Option<(u32, Vec<u8>)> {
    let data = &parameter.ParameterData;
    match parameter.ParameterType {
        NdisParameterInteger | NdisParameterHexInteger => {
            // SAFETY: the type says that it is a number.
            let number = unsafe { data.IntegerData };
            Some((REG_DWORD, number.to_le_bytes().to_vec()))
        }
        kind @ (NdisParameterString | NdisParameterMultiString) => {
            // SAFETY: the type says that it is a string.
            let string = unsafe { data.StringData };
            // SAFETY: the string is valid.
            let text = unsafe { text(&raw const string) };
            let units = text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
            let is_list = kind == NdisParameterMultiString;
            Some((if is_list { REG_MULTI_SZ } else { REG_SZ }, units))
        }
        NdisParameterBinary => {
            // SAFETY: the type says that it is bytes.
            let binary = unsafe { data.BinaryData };
            let bytes = ptr::slice_from_raw_parts(binary.Buffer.cast::<u8>(), binary.Length.into());
            // SAFETY: there are so many.
            Some((REG_BINARY, unsafe { bytes.as_ref() }?.to_vec()))
        }
        _ => None,
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiswriteconfiguration)
unsafe extern "efiapi" fn NdisWriteConfiguration(
    status: *mut NDIS_STATUS,
    handle: NDIS_HANDLE,
    keyword: *mut NDIS_STRING,
    parameter: *mut NDIS_CONFIGURATION_PARAMETER,
) {
    // SAFETY: the driver passes a valid string.
    let name = units(&unsafe { text(keyword) });
    // SAFETY: the driver passes a parameter.
    let parameter = unsafe { &*parameter };
    // SAFETY: as above.
    let value = unsafe { written(parameter) };
    let found = objects::find(handle as usize, &CONFIGURATION, "NdisWriteConfiguration");
    let result = match (found, value) {
        (Some(configuration), Some((kind, bytes))) => {
            configuration.key.set(&name, kind, bytes).err().unwrap_or(NDIS_STATUS_SUCCESS)
        }
        (Some(_), None) => NDIS_STATUS_NOT_SUPPORTED,
        (None, _) => NDIS_STATUS_FAILURE,
    };
    // SAFETY: the driver passes a place for it.
    unsafe { status.write(result) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscloseconfiguration)
unsafe extern "efiapi" fn NdisCloseConfiguration(handle: NDIS_HANDLE) {
    drop(objects::take(handle as usize, &CONFIGURATION, "NdisCloseConfiguration"));
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreadnetworkaddress)
unsafe extern "efiapi" fn NdisReadNetworkAddress(
    status: *mut NDIS_STATUS,
    place: *mut *mut c_void,
    length: *mut u32,
    handle: NDIS_HANDLE,
) {
    let found = objects::find(handle as usize, &CONFIGURATION, "NdisReadNetworkAddress");
    let address = found.and_then(|configuration| {
        let entry = configuration.key.value(&units("NetworkAddress")).ok()?;
        let digits: String = String::from_utf16_lossy(&units_of(&entry.data))
            .chars()
            .filter(|unit| !matches!(unit, '-' | ':'))
            .collect();
        let bytes = const_hex::decode(digits).ok()?;
        let mut memory = data::memory(bytes.len().max(1))?;
        for (at, byte) in bytes.iter().enumerate() {
            memory.write(at, *byte);
        }
        let address = memory.at(0);
        configuration.read.lock().push(memory);
        Some((address, u32::try_from(bytes.len()).ok()?))
    });
    let result = if address.is_some() { NDIS_STATUS_SUCCESS } else { NDIS_STATUS_FAILURE };
    let (address, bytes) = address.unwrap_or((ptr::null_mut(), 0));
    // SAFETY: the driver passes a place for it.
    unsafe { place.write(address) };
    // SAFETY: as above.
    unsafe { length.write(bytes) };
    // SAFETY: as above.
    unsafe { status.write(result) };
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisCloseConfiguration: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    NdisOpenConfigurationEx: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    NdisOpenConfigurationKeyByIndex: PASSIVE_LEVEL..=APC_LEVEL;
    NdisOpenConfigurationKeyByName: PASSIVE_LEVEL..=APC_LEVEL;
    NdisReadConfiguration: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    NdisReadNetworkAddress: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    NdisWriteConfiguration: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};
