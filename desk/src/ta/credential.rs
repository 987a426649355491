//! How the desk proves itself where tokens are given: a secret, or a certificate whose key signs an
//! assertion (`private_key_jwt`, RS256, named by `x5t`; `protocol.md` §1.3).

use std::sync::Arc;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, crypto};
use serde_json::json;

use crate::Secret;
use crate::limits::ASSERTION_S_MAX;

/// What the desk proves itself with.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A text that desk and platform know.
    Secret(Secret<String>),
    /// A certificate that the platform knows, and its key.
    Certificate(Certificate),
}

/// An RSA certificate and its private key.
#[derive(Clone)]
pub struct Certificate {
    key: Arc<EncodingKey>,
    thumbprint: String,
}

/// Why a certificate and a key cannot be used; the sentence says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The certificate is not one.
    #[error("this is no RSA certificate in PEM (-----BEGIN CERTIFICATE-----); give one")]
    NoCertificate,
    /// The key is not one.
    #[error("this is no RSA key in PEM without a password (-----BEGIN PRIVATE KEY-----); give one")]
    NoKey,
    /// They are not of each other.
    #[error("the key is not the certificate's; give the two files that were made together")]
    Mismatch,
}

impl Certificate {
    /// Reads a certificate and its key, both in PEM, and sees whether they are of each other.
    ///
    /// # Errors
    /// [`CredentialError`] names what does not fit.
    pub fn read(certificate_pem: &str, key_pem: &str) -> Result<Self, CredentialError> {
        let der = der_of(certificate_pem).ok_or(CredentialError::NoCertificate)?;
        let public = DecodingKey::from_rsa_pem(certificate_pem.as_bytes())
            .map_err(|_| CredentialError::NoCertificate)?;
        let key =
            EncodingKey::from_rsa_pem(key_pem.as_bytes()).map_err(|_| CredentialError::NoKey)?;
        let probe = b"frontdesk";
        let signature =
            crypto::sign(probe, &key, Algorithm::RS256).map_err(|_| CredentialError::NoKey)?;
        let fits = crypto::verify(&signature, probe, &public, Algorithm::RS256);
        if !fits.unwrap_or(false) {
            return Err(CredentialError::Mismatch);
        }
        let thumbprint = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &der);
        let thumbprint = BASE64_URL_SAFE_NO_PAD.encode(thumbprint.as_ref());
        Ok(Self { key: Arc::new(key), thumbprint })
    }

    /// A signed statement that whoever sends it is `client_id`, good at `audience` only and for a
    /// few minutes. `id` makes it one of its own.
    pub(super) fn assertion(
        &self,
        (client_id, audience): (&str, &str),
        now_ms: i64,
        id: &str,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let head = Header { x5t: Some(self.thumbprint.clone()), ..Header::new(Algorithm::RS256) };
        let seconds = now_ms.div_euclid(1_000);
        let claims = json!({
            "aud": audience, "iss": client_id, "sub": client_id, "jti": id,
            "nbf": seconds, "exp": seconds + ASSERTION_S_MAX,
        });
        jsonwebtoken::encode(&head, &claims, &self.key)
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate").field("x5t", &self.thumbprint).finish_non_exhaustive()
    }
}

/// The bytes of the first certificate in a PEM text.
fn der_of(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let body: String = body.split_whitespace().collect();
    BASE64_STANDARD.decode(body).ok()
}
