//! Signed messages (PKCS #7), and who signed them.

use cms::{content_info::ContentInfo, signed_data::SignerIdentifier};
use der::{
    Any, Decode, Encode, SliceReader,
    asn1::{ObjectIdentifier, OctetString},
};
use rsa::{Pkcs1v15Sign, RsaPublicKey, pkcs8::DecodePublicKey};
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::{Certificate, spki::AlgorithmIdentifierOwned};

use crate::{
    asn1::{Attribute, Set, SignedData, SignerInfo},
    oid,
};

/// A message with its signatures.
#[derive(Clone, Debug)]
pub struct Signed {
    content_type: ObjectIdentifier,
    content: Any,
    certificates: Vec<Certificate>,
    signers: Vec<SignerInfo>,
}

/// What is wrong with a signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// There is none.
    #[error("it is not signed")]
    Unsigned,
    /// The message does not have the certificate of who signed.
    #[error("the certificate of its signer is not in it")]
    NoCertificate,
    /// The digest or the signature has an algorithm that is not known or not safe.
    #[error(
        "its signature has an algorithm that is not supported (RSA with SHA-256, SHA-384 or SHA-512 is)"
    )]
    Algorithm,
    /// The content is not what was signed.
    #[error("it was changed after it had been signed")]
    Changed,
    /// The signature was not made with the key of the certificate.
    #[error("its signature is not that of the certificate in it")]
    Forged,
}

impl Signed {
    /// Reads a message.
    ///
    /// # Errors
    ///
    /// An error of DER if it is none.
    pub fn parse(bytes: &[u8]) -> der::Result<Self> {
        Self::from_info(&ContentInfo::from_der(bytes)?)
    }

    /// Reads a message with less than 8 zeros behind it, as it is in an image.
    pub(crate) fn parse_padded(bytes: &[u8]) -> Option<Self> {
        let mut reader = SliceReader::new(bytes).ok()?;
        let info = ContentInfo::decode(&mut reader).ok()?;
        let end = usize::try_from(der::Reader::position(&reader)).ok()?;
        let padding = bytes.get(end..)?;
        let fits = padding.len() < 8 && padding.iter().all(|&byte| byte == 0);
        fits.then(|| Self::from_info(&info).ok())?
    }

    fn from_info(info: &ContentInfo) -> der::Result<Self> {
        if info.content_type != oid::SIGNED_DATA {
            return Err(der::ErrorKind::OidUnknown { oid: info.content_type }.into());
        }
        let data: SignedData = info.content.decode_as()?;
        let content = data.content.econtent.ok_or(der::ErrorKind::Failed)?;
        let signers =
            data.signers.0.iter().map(Any::decode_as).collect::<der::Result<Vec<SignerInfo>>>()?;
        let algorithms = data.digest_algorithms.0.iter().map(Any::decode_as);
        let algorithms = algorithms.collect::<der::Result<Vec<AlgorithmIdentifierOwned>>>()?;
        // The list of digests is there to tell a reader early what to compute.
        let is_listed = |signer: &SignerInfo| algorithms.contains(&signer.digest_algorithm);
        let is_used = |one: &AlgorithmIdentifierOwned| {
            signers.iter().any(|signer| signer.digest_algorithm == *one)
        };
        let versions = signers.iter().map(|signer| signer.version).chain([data.version]);
        if !signers.iter().all(is_listed)
            || !algorithms.iter().all(is_used)
            || !versions.into_iter().all(|version| version == 1)
        {
            return Err(der::ErrorKind::Failed.into());
        }
        Ok(Self {
            content_type: data.content.econtent_type,
            content,
            // Some hold certificates that are older than the rules of today; those that signed are none.
            certificates: data.certificates.unwrap_or_default().all().collect(),
            signers,
        })
    }

    /// What is signed.
    #[must_use]
    pub fn content_type(&self) -> ObjectIdentifier {
        self.content_type
    }

    /// The content, as DER.
    ///
    /// # Errors
    ///
    /// None for what was parsed.
    pub fn content_der(&self) -> der::Result<Vec<u8>> {
        self.content.to_der()
    }

    /// All certificates in the message.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Checks all signatures and returns the certificate of the first signer. Whether the certificate is
    /// to be trusted is another question.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if one is wrong or there is none.
    pub fn signer(&self) -> Result<&Certificate, BadSignature> {
        let mut signers = self.signers.iter().map(|signer| self.check(signer));
        let first = signers.next().ok_or(BadSignature::Unsigned)??;
        signers.try_for_each(|other| other.map(drop))?;
        Ok(first)
    }

    fn check(&self, signer: &SignerInfo) -> Result<&Certificate, BadSignature> {
        let certificate = self
            .certificates
            .iter()
            .find(|certificate| is_of(certificate, &signer.signer))
            .ok_or(BadSignature::NoCertificate)?;
        let algorithm = Algorithm::of(signer)?;
        let attributes = signer.signed_attributes.as_ref().ok_or(BadSignature::Changed)?;
        let is = |oid, expected: Option<&[u8]>| {
            let found = single(attributes, oid);
            found.is_some_and(|found| Some(found.value()) == expected)
        };
        let content_type = self.content_type.as_bytes();
        let digest = algorithm.digest(self.content.value());
        if !is(oid::CONTENT_TYPE, Some(content_type)) || !is(oid::MESSAGE_DIGEST, Some(&digest)) {
            return Err(BadSignature::Changed);
        }
        let message = attributes.to_der().map_err(|_| BadSignature::Changed)?;
        let key = certificate.tbs_certificate.subject_public_key_info.to_der();
        let key = key.map_err(|_| BadSignature::Algorithm)?;
        let key = RsaPublicKey::from_public_key_der(&key).map_err(|_| BadSignature::Algorithm)?;
        key.verify(algorithm.padding(), &algorithm.digest(&message), signer.signature.as_bytes())
            .map_err(|_| BadSignature::Forged)?;
        Ok(certificate)
    }
}

/// True if `signer` means this certificate.
fn is_of(certificate: &Certificate, signer: &SignerIdentifier) -> bool {
    let certificate = &certificate.tbs_certificate;
    match signer {
        SignerIdentifier::IssuerAndSerialNumber(id) => {
            id.issuer == certificate.issuer && id.serial_number == certificate.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(id) => {
            let id = id.0.as_bytes();
            let extensions = certificate.extensions.as_deref().unwrap_or_default();
            extensions.iter().any(|extension| {
                extension.extn_id == der::oid::db::rfc5280::ID_CE_SUBJECT_KEY_IDENTIFIER
                    && OctetString::from_der(extension.extn_value.as_bytes())
                        .is_ok_and(|found| found.as_bytes() == id)
            })
        }
    }
}

/// The only value of the only attribute of this type.
fn single(attributes: &Set, oid: ObjectIdentifier) -> Option<Any> {
    let mut found = attributes.all::<Attribute>().filter(|attribute| attribute.oid == oid);
    match (found.next(), found.next()) {
        (Some(attribute), None) if attribute.values.0.len() == 1 => {
            attribute.values.0.into_iter().next()
        }
        _ => None,
    }
}

/// The digests of signatures that Windows accepts for drivers.
#[derive(Clone, Copy)]
enum Algorithm {
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    /// The digest of a signature that is made with RSA.
    fn of(signer: &SignerInfo) -> Result<Self, BadSignature> {
        let (digest, signature) = (&signer.digest_algorithm, &signer.signature_algorithm);
        let (algorithm, with_rsa) = match digest.oid {
            oid::SHA256 => (Self::Sha256, oid::SHA256_WITH_RSA),
            oid::SHA384 => (Self::Sha384, oid::SHA384_WITH_RSA),
            oid::SHA512 => (Self::Sha512, oid::SHA512_WITH_RSA),
            _ => return Err(BadSignature::Algorithm),
        };
        let has_no_parameters =
            |one: &AlgorithmIdentifierOwned| one.parameters.as_ref().is_none_or(Any::is_null);
        let is_rsa = signature.oid == oid::RSA || signature.oid == with_rsa;
        if is_rsa && has_no_parameters(digest) && has_no_parameters(signature) {
            Ok(algorithm)
        } else {
            Err(BadSignature::Algorithm)
        }
    }

    fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }

    fn padding(self) -> Pkcs1v15Sign {
        match self {
            Self::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
            Self::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
            Self::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
        }
    }
}
