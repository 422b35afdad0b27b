//! Rules of objects, handles and security.

use crate::verifier::check::checks;

checks! {
    /// Only objects are referenced and dereferenced, and no more references given back than were taken.
    REFERENCE = 112, "object-reference", windows(0xC4, 0x3F),
        "kernel/life-cycle-of-an-object";
    /// A handle that the kernel looks up for itself is one.
    HANDLE_NONE = 113, "handle-none", windows(0xC4, 0x3C),
        "ddi/wdm/nf-wdm-obreferenceobjectbyhandle";
    /// A handle that is looked up is not null.
    HANDLE_NULL = 113, "handle-null", windows(0xC4, 0xF5),
        "ddi/wdm/nf-wdm-obreferenceobjectbyhandle";
    /// A handle of a program is looked up as one, with its rights.
    HANDLE_OF_PROGRAM = 113, "handle-of-program", windows(0xC4, 0xF6),
        "ddi/wdm/nf-wdm-obreferenceobjectbyhandle";
    /// A handle of the kernel is not looked up as one of a program on the system's behalf.
    HANDLE_OF_KERNEL = 113, "handle-of-kernel", windows(0xC4, 0xF7),
        "ddi/wdm/nf-wdm-obreferenceobjectbyhandle";
    /// Only handles that are open are closed.
    HANDLE_CLOSED = 113, "handle", windows_any(0x93),
        "debugger/bug-check-0x93--invalid-kernel-handle";
    /// A system service gets no addresses of a program from a driver.
    USER_ADDRESS = 114, "zw-user-address", windows(0xC4, 0xE3),
        "kernel/using-nt-and-zw-versions-of-the-native-system-services-routines";
    /// A string has whole characters, and no more than it has room for.
    STRING = 114, "zw-string", windows(0xC4, 0xE4),
        "ddi/wudfwdm/ns-wudfwdm-_unicode_string";
    /// A request of the kernel has no addresses of a program.
    IRP_USER_ADDRESS = 115, "irp-user-address", windows(0xC4, 0xE2),
        "ddi/wdm/ns-wdm-_irp";
    /// A version is asked for in one of the structures that there are for it.
    VERSION_SIZE = 209, "version-size", HOSTED,
        "ddi/wdm/nf-wdm-rtlgetversion";
    /// What others may write to the registry is stored with a check of its type only.
    REGISTRY_TYPE = 210, "registry-typecheck", windows_any(0x139),
        "ddi/wdm/nf-wdm-rtlqueryregistryvalues";
    /// A driver has no variables of an environment in values of the registry replaced.
    REGISTRY_EXPAND = 211, "registry-expand", HOSTED,
        "ddi/wdm/nf-wdm-rtlqueryregistryvalues";
    /// No section of an image can be written and executed.
    SECTION_ACCESS = 117, "image-writable-code", windows(0xC4, 0x2003),
        "develop/driver-compatibility-with-device-guard";
    /// The sections of an image begin with pages.
    SECTION_ALIGNMENT = 117, "image-alignment", windows(0xC4, 0x2004),
        "develop/driver-compatibility-with-device-guard";
    /// The addresses of imports are in no section that can be executed.
    SECTION_IMPORTS = 117, "image-imports-in-code", windows(0xC4, 0x2005),
        "develop/driver-compatibility-with-device-guard";
}
