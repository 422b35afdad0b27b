//! Who signed a catalog, and whether this computer trusts them.

use std::{ffi::c_void, fs, path::Path, ptr};

use windows_sys::Win32::Security::Cryptography::{
    CERT_CONTEXT, CERT_FIND_EXISTING, CERT_NAME_ISSUER_FLAG, CERT_NAME_SIMPLE_DISPLAY_TYPE,
    CERT_QUERY_CONTENT_FLAG_PKCS7_SIGNED, CERT_QUERY_FORMAT_FLAG_ALL, CERT_QUERY_OBJECT_FILE,
    CERT_STORE_OPEN_EXISTING_FLAG, CERT_STORE_PROV_SYSTEM_W, CERT_STORE_READONLY_FLAG,
    CERT_SYSTEM_STORE_LOCAL_MACHINE, CertCloseStore, CertCompareCertificateName,
    CertEnumCertificatesInStore, CertFindCertificateInStore, CertFreeCertificateContext,
    CertGetNameStringW, CertOpenStore, CryptQueryObject, HCERTSTORE, PKCS_7_ASN_ENCODING,
    X509_ASN_ENCODING,
};

use super::{super::doctor::Certificate, text, wide};

const ENCODING: u32 = X509_ASN_ENCODING | PKCS_7_ASN_ENCODING;

/// A store of certificates.
///
/// # Invariants
///
/// It is open.
struct Store(HCERTSTORE);

impl Drop for Store {
    fn drop(&mut self) {
        // SAFETY: it is open, and nobody uses it any more.
        unsafe { CertCloseStore(self.0, 0) };
    }
}

impl Store {
    /// The certificates in a signed file.
    fn of_file(file: &Path) -> Option<Self> {
        let (path, mut store) = (wide(file), ptr::null_mut());
        // SAFETY: the path ends with a zero, the store has its place, and null stands for answers that are
        // not wanted.
        let done = unsafe {
            CryptQueryObject(
                CERT_QUERY_OBJECT_FILE,
                path.as_ptr().cast(),
                CERT_QUERY_CONTENT_FLAG_PKCS7_SIGNED,
                CERT_QUERY_FORMAT_FLAG_ALL,
                0,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                &raw mut store,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        (done != 0 && !store.is_null()).then(|| Self(store))
    }

    /// A store of the computer.
    fn of_computer(name: &str) -> Option<Self> {
        let name = wide(name);
        let flags = CERT_SYSTEM_STORE_LOCAL_MACHINE
            | CERT_STORE_READONLY_FLAG
            | CERT_STORE_OPEN_EXISTING_FLAG;
        // SAFETY: for this provider the last argument is a name that ends with a zero.
        let store = unsafe {
            CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, flags, name.as_ptr().cast::<c_void>())
        };
        (!store.is_null()).then(|| Self(store))
    }

    /// Its first certificate.
    fn first(&self) -> Option<Context> {
        // SAFETY: the store is open, and null stands for the beginning.
        let context = unsafe { CertEnumCertificatesInStore(self.0, ptr::null()) };
        (!context.is_null()).then_some(Context(context))
    }

    fn has(&self, certificate: &Context) -> bool {
        // SAFETY: the store is open, and for this kind of search the argument is a certificate.
        let found = unsafe {
            CertFindCertificateInStore(
                self.0,
                ENCODING,
                0,
                CERT_FIND_EXISTING,
                certificate.0.cast(),
                ptr::null(),
            )
        };
        // The context that was found is freed at once.
        !found.is_null() && !Context(found).0.is_null()
    }
}

/// A certificate.
///
/// # Invariants
///
/// It is one that a function has returned, and is there as long as this value is.
struct Context(*const CERT_CONTEXT);

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: it has not been freed, and nobody uses it any more.
        unsafe { CertFreeCertificateContext(self.0) };
    }
}

impl Context {
    /// The name of whoever it belongs to, or with `CERT_NAME_ISSUER_FLAG` of whoever issued it.
    fn name(&self, flags: u32) -> String {
        let mut name = [0; 256];
        let length = u32::try_from(name.len()).unwrap_or_default();
        // SAFETY: the certificate is there, and the buffer is as long as said.
        unsafe {
            CertGetNameStringW(
                self.0,
                CERT_NAME_SIMPLE_DISPLAY_TYPE,
                flags,
                ptr::null(),
                name.as_mut_ptr(),
                length,
            )
        };
        text(&name)
    }

    /// Whether it vouches for itself.
    fn is_self_signed(&self) -> bool {
        // SAFETY: the certificate is there.
        let context = unsafe { &*self.0 };
        // SAFETY: a certificate that is there has this information.
        let info = unsafe { &*context.pCertInfo };
        // SAFETY: both names are there as long as the certificate is.
        let same = unsafe {
            CertCompareCertificateName(ENCODING, &raw const info.Subject, &raw const info.Issuer)
        };
        same != 0
    }
}

/// The first certificate in a catalog, which is its signer's.
pub(super) fn of_catalog(catalog: &Path) -> Option<Certificate> {
    let certificate = Store::of_file(catalog)?.first()?;
    let is_in = |store| Store::of_computer(store).is_some_and(|store| store.has(&certificate));
    Some(Certificate {
        subject: certificate.name(0),
        for_tests: !certificate.name(CERT_NAME_ISSUER_FLAG).starts_with("Microsoft "),
        in_root: !certificate.is_self_signed() || is_in("Root"),
        in_trusted_publisher: is_in("TrustedPublisher"),
        file: catalog.parent().and_then(file_in),
    })
}

/// A file with a certificate in the folder, if there is one.
fn file_in(folder: &Path) -> Option<String> {
    let mut files = fs::read_dir(folder).ok()?.flatten().map(|file| file.path());
    let file = files.find(|file| file.extension().is_some_and(|of| of.eq_ignore_ascii_case("cer")));
    Some(format!("\"{}\"", file?.display()))
}
