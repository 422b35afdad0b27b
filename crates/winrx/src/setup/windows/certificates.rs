//! Who signed a catalog, and whether this computer trusts them.

use std::{ffi::c_void, path::Path, ptr, slice};

use windows_sys::Win32::Security::Cryptography::{
    CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL, CERT_CHAIN_PARA, CERT_CONTEXT, CERT_FIND_EXISTING,
    CERT_FIND_FLAGS, CERT_FIND_SUBJECT_CERT, CERT_INFO, CERT_NAME_ISSUER_FLAG,
    CERT_NAME_SIMPLE_DISPLAY_TYPE, CERT_QUERY_CONTENT_FLAG_PKCS7_SIGNED,
    CERT_QUERY_FORMAT_FLAG_ALL, CERT_QUERY_OBJECT_FILE, CERT_STORE_OPEN_EXISTING_FLAG,
    CERT_STORE_PROV_SYSTEM_W, CERT_STORE_READONLY_FLAG, CERT_SYSTEM_STORE_LOCAL_MACHINE,
    CERT_TRUST_IS_PARTIAL_CHAIN, CERT_TRUST_IS_UNTRUSTED_ROOT, CMSG_SIGNER_CERT_INFO_PARAM,
    CertCloseStore, CertCompareCertificateName, CertFindCertificateInStore,
    CertFreeCertificateChain, CertFreeCertificateContext, CertGetCertificateChain,
    CertGetNameStringW, CertOpenStore, CertVerifyTimeValidity, CryptMsgClose, CryptMsgGetParam,
    CryptQueryObject, HCERTCHAINENGINE, HCERTSTORE, PKCS_7_ASN_ENCODING, X509_ASN_ENCODING,
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

/// A signed message.
///
/// # Invariants
///
/// It is open.
struct Message(*mut c_void);

impl Drop for Message {
    fn drop(&mut self) {
        // SAFETY: it is open, and nobody uses it any more.
        unsafe { CryptMsgClose(self.0) };
    }
}

impl Message {
    /// The message that a file is, and the certificates in it, in any order.
    fn of_file(file: &Path) -> Option<(Self, Store)> {
        let (path, mut store, mut message) = (wide(file), ptr::null_mut(), ptr::null_mut());
        // SAFETY: the path ends with a zero, store and message have their places, and null stands for
        // answers that are not wanted.
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
                &raw mut message,
                ptr::null_mut(),
            )
        };
        (done != 0).then(|| (Self(message), Store(store)))
    }

    /// The certificate of its first signer, which is one of `store`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/wincrypt/nf-wincrypt-cryptmsggetparam)
    fn signer(&self, store: &Store) -> Option<Context> {
        let ask = |to: *mut u64, length: &mut u32| {
            // SAFETY: the message is open, and the buffer is as long as said; null asks for the length.
            let told = unsafe {
                CryptMsgGetParam(self.0, CMSG_SIGNER_CERT_INFO_PARAM, 0, to.cast(), length)
            };
            (told != 0).then_some(())
        };
        let mut length = 0;
        ask(ptr::null_mut(), &mut length)?;
        let mut info = vec![0_u64; usize::try_from(length).ok()?.div_ceil(size_of::<u64>())];
        ask(info.as_mut_ptr(), &mut length)?;
        // SAFETY: this is issuer and serial number of the signer, which that kind of search takes.
        unsafe { store.find(CERT_FIND_SUBJECT_CERT, info.as_ptr().cast()) }
    }
}

impl Store {
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

    fn has(&self, certificate: &Context) -> bool {
        // SAFETY: that kind of search takes a certificate, which is there.
        unsafe { self.find(CERT_FIND_EXISTING, certificate.0.cast()) }.is_some()
    }

    /// The first certificate that a search finds.
    ///
    /// # Safety
    ///
    /// `what` points to what a search of that kind takes.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/wincrypt/nf-wincrypt-certfindcertificateinstore)
    unsafe fn find(&self, kind: CERT_FIND_FLAGS, what: *const c_void) -> Option<Context> {
        // SAFETY: the store is open, the caller vouches for `what`, and null stands for the beginning.
        let found =
            unsafe { CertFindCertificateInStore(self.0, ENCODING, 0, kind, what, ptr::null()) };
        (!found.is_null()).then_some(Context(found))
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

    /// Its bytes, as a file has them.
    fn encoded(&self) -> &[u8] {
        // SAFETY: the certificate is there.
        let context = unsafe { &*self.0 };
        let length = usize::try_from(context.cbCertEncoded).unwrap_or_default();
        // SAFETY: that many bytes are there as long as the certificate is.
        unsafe { slice::from_raw_parts(context.pbCertEncoded, length) }
    }

    /// What is in it.
    fn info(&self) -> &CERT_INFO {
        // SAFETY: the certificate is there.
        let context = unsafe { &*self.0 };
        // SAFETY: a certificate that is there has this information.
        unsafe { &*context.pCertInfo }
    }

    /// Whether it is valid at the time that it is.
    fn is_in_time(&self) -> bool {
        // SAFETY: null stands for now, and the information is there.
        let order = unsafe { CertVerifyTimeValidity(ptr::null(), self.info()) };
        order == 0
    }

    /// Whether it leads to a certificate in the store Root of the computer, by way of those in `store`. No network
    /// is asked.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/wincrypt/nf-wincrypt-certgetcertificatechain)
    fn leads_to_root(&self, store: &Store) -> bool {
        /// The engine that knows the stores of the computer only.
        const HCCE_LOCAL_MACHINE: HCERTCHAINENGINE = ptr::without_provenance_mut(1);
        let cb_size = u32::try_from(size_of::<CERT_CHAIN_PARA>()).unwrap_or_default();
        let parameters = CERT_CHAIN_PARA { cbSize: cb_size, ..CERT_CHAIN_PARA::default() };
        let mut chain = ptr::null_mut();
        // SAFETY: certificate and store are there, null stands for now, the parameters say their size, and the
        // chain has its place.
        let done = unsafe {
            CertGetCertificateChain(
                HCCE_LOCAL_MACHINE,
                self.0,
                ptr::null(),
                store.0,
                &raw const parameters,
                CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL,
                ptr::null(),
                &raw mut chain,
            )
        };
        if done == 0 {
            return false;
        }
        // SAFETY: the call has made the chain.
        let status = unsafe { (*chain).TrustStatus.dwErrorStatus };
        // SAFETY: it is freed once, and nobody uses it any more.
        unsafe { CertFreeCertificateChain(chain) };
        status & (CERT_TRUST_IS_UNTRUSTED_ROOT | CERT_TRUST_IS_PARTIAL_CHAIN) == 0
    }

    /// Whether it vouches for itself.
    fn is_self_signed(&self) -> bool {
        let info = self.info();
        // SAFETY: both names are there as long as the certificate is.
        let same = unsafe {
            CertCompareCertificateName(ENCODING, &raw const info.Subject, &raw const info.Issuer)
        };
        same != 0
    }
}

/// The certificate of whoever signed a catalog.
pub(super) fn of_catalog(catalog: &Path) -> Option<Certificate> {
    let (message, store) = Message::of_file(catalog)?;
    let certificate = message.signer(&store)?;
    let publishers = Store::of_computer("TrustedPublisher");
    Some(Certificate {
        subject: certificate.name(0),
        for_tests: !certificate.name(CERT_NAME_ISSUER_FLAG).starts_with("Microsoft "),
        issuer: (!certificate.is_self_signed()).then(|| certificate.name(CERT_NAME_ISSUER_FLAG)),
        in_time: certificate.is_in_time(),
        in_root: certificate.leads_to_root(&store),
        in_trusted_publisher: publishers.is_some_and(|store| store.has(&certificate)),
        file: Certificate::file_in(catalog.parent()?, certificate.encoded()),
    })
}
