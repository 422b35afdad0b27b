//! What is configured for drivers.

use std::ptr;

use ndis_sys::{
    FN_NDIS_CLOSE_CONFIGURATION, FN_NDIS_OPEN_CONFIGURATION_EX,
    FN_NDIS_OPEN_CONFIGURATION_KEY_BY_INDEX, FN_NDIS_OPEN_CONFIGURATION_KEY_BY_NAME,
    FN_NDIS_READ_CONFIGURATION, FN_NDIS_READ_NETWORK_ADDRESS, FN_NDIS_WRITE_CONFIGURATION,
    NDIS_CONFIGURATION_OBJECT, NDIS_CONFIGURATION_PARAMETER, NDIS_HANDLE, NDIS_OBJECT_HEADER,
    NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT, NDIS_RUNTIME_VERSION_687, NDIS_STATUS_FAILURE,
    NDIS_STATUS_SUCCESS, NDIS_STRING, NdisParameterBinary, NdisParameterHexInteger,
    NdisParameterInteger, NdisParameterString,
};

use super::{CLEAN, broken, call, free_generic, generic, string, units};
use crate::{
    Value,
    ndis::support::system::text,
    nt::{DRIVER_OBJECT, UNICODE_STRING},
    thread,
};

/// The configuration of a driver that has these parameters.
fn with_configuration(parameters: &[(&str, Value)], code: impl FnOnce(NDIS_HANDLE)) {
    let parameters: Vec<_> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    thread::system().zw.registry.add_service("example", &parameters);
    let mut name = units(r"\Driver\example");
    let length = u16::try_from(name.len() * 2).unwrap();
    // SAFETY: zero is a value of each of its members.
    let mut driver: DRIVER_OBJECT = unsafe { std::mem::zeroed() };
    driver.DriverName =
        UNICODE_STRING { Length: length, MaximumLength: length, Buffer: name.as_mut_ptr() };
    let handle = generic(&raw mut driver);
    let mut object = NDIS_CONFIGURATION_OBJECT {
        Header: NDIS_OBJECT_HEADER {
            Type: NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT,
            Revision: 1,
            Size: 20,
        },
        NdisHandle: handle,
        Flags: 0,
    };
    let mut configuration = ptr::null_mut();
    let status = call!(
        NdisOpenConfigurationEx as FN_NDIS_OPEN_CONFIGURATION_EX,
        (&raw mut object, &raw mut configuration)
    );
    assert_eq!(status, NDIS_STATUS_SUCCESS);
    code(configuration);
    close(configuration);
    free_generic(handle);
}

fn close(configuration: NDIS_HANDLE) {
    call!(NdisCloseConfiguration as FN_NDIS_CLOSE_CONFIGURATION, (configuration));
}

fn read(configuration: NDIS_HANDLE, name: &str, kind: i32) -> Option<NDIS_CONFIGURATION_PARAMETER> {
    let mut name = units(name);
    let (mut status, mut parameter) = (1, ptr::null_mut());
    call!(
        NdisReadConfiguration as FN_NDIS_READ_CONFIGURATION,
        (&raw mut status, &raw mut parameter, configuration, &mut string(&mut name), kind)
    );
    assert_eq!(status == NDIS_STATUS_SUCCESS, !parameter.is_null());
    // SAFETY: it is valid until the configuration is closed, or null.
    unsafe { parameter.as_ref() }.copied()
}

fn number(parameter: Option<NDIS_CONFIGURATION_PARAMETER>) -> Option<u32> {
    // SAFETY: the tests ask for numbers only.
    parameter.map(|parameter| unsafe { parameter.ParameterData.IntegerData })
}

#[test]
fn configurations_are_read_and_written() {
    let result = broken(|| {
        let parameters = [
            ("Depth", Value::Dword(512)),
            ("Text", Value::String("20".into())),
            ("Bytes", Value::Binary(vec![1, 2, 3])),
            ("NetworkAddress", Value::String("02-11-22-33-44-55".into())),
        ];
        with_configuration(&parameters, |configuration| {
            assert_eq!(number(read(configuration, "Depth", NdisParameterInteger)), Some(512));
            assert_eq!(number(read(configuration, "Text", NdisParameterInteger)), Some(20));
            assert_eq!(number(read(configuration, "Text", NdisParameterHexInteger)), Some(32));
            assert_eq!(number(read(configuration, "Missing", NdisParameterInteger)), None);
            let version = number(read(configuration, "NdisVersion", NdisParameterInteger));
            assert_eq!(version, Some(NDIS_RUNTIME_VERSION_687));
            let value = read(configuration, "Text", NdisParameterString).unwrap();
            // SAFETY: it is a string.
            let value = unsafe { value.ParameterData.StringData };
            // SAFETY: it is valid until the configuration is closed.
            assert_eq!(unsafe { text(&raw const value) }, "20");
            let bytes = read(configuration, "Bytes", NdisParameterBinary).unwrap();
            assert_eq!(bytes.ParameterType, NdisParameterBinary);

            let (mut status, mut address, mut length) = (1, ptr::null_mut(), 0);
            call!(
                NdisReadNetworkAddress as FN_NDIS_READ_NETWORK_ADDRESS,
                (&raw mut status, &raw mut address, &raw mut length, configuration)
            );
            assert_eq!((status, length), (NDIS_STATUS_SUCCESS, 6));
            // SAFETY: there are so many bytes.
            let address = unsafe { address.cast::<[u8; 6]>().read() };
            assert_eq!(address, [2, 0x11, 0x22, 0x33, 0x44, 0x55]);

            let mut name = units("Depth");
            let mut parameter = NDIS_CONFIGURATION_PARAMETER::default();
            parameter.ParameterData.IntegerData = 7;
            call!(
                NdisWriteConfiguration as FN_NDIS_WRITE_CONFIGURATION,
                (&raw mut status, configuration, &mut string(&mut name), &raw mut parameter)
            );
            assert_eq!(status, NDIS_STATUS_SUCCESS);
            assert_eq!(number(read(configuration, "Depth", NdisParameterInteger)), Some(7));
        });
    });
    assert_eq!(result, CLEAN);
}

#[test]
fn keys_in_a_configuration_are_opened() {
    let result = broken(|| {
        with_configuration(&[], |configuration| {
            let registry = &thread::system().zw.registry;
            let path =
                r"\Registry\Machine\System\CurrentControlSet\Services\example\Parameters\Inner";
            registry.create(None, &units(path), &[]).unwrap();
            let (mut status, mut key) = (1, ptr::null_mut());
            let mut name = units("inner");
            call!(
                NdisOpenConfigurationKeyByName as FN_NDIS_OPEN_CONFIGURATION_KEY_BY_NAME,
                (&raw mut status, configuration, &mut string(&mut name), &raw mut key)
            );
            assert_eq!(status, NDIS_STATUS_SUCCESS);
            close(key);
            let mut found = NDIS_STRING::default();
            call!(
                NdisOpenConfigurationKeyByIndex as FN_NDIS_OPEN_CONFIGURATION_KEY_BY_INDEX,
                (&raw mut status, configuration, 0, &raw mut found, &raw mut key)
            );
            assert_eq!((status, found.Length), (NDIS_STATUS_SUCCESS, 10));
            close(key);
            call!(
                NdisOpenConfigurationKeyByIndex as FN_NDIS_OPEN_CONFIGURATION_KEY_BY_INDEX,
                (&raw mut status, configuration, 1, &raw mut found, &raw mut key)
            );
            assert_eq!((status, key), (NDIS_STATUS_FAILURE, ptr::null_mut()));
        });
    });
    assert_eq!(result, CLEAN);
}
