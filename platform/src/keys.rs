//! One signing key: RSA of 2048 bits. [`crate::keyring`] holds those in use.

use aws_lc_rs::digest;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const PEM_HEAD: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_TAIL: &str = "-----END PRIVATE KEY-----";

/// A key that signs tokens, and judges them.
pub(crate) struct Key {
    signs: EncodingKey,
    judges: DecodingKey,
    /// SHA-1 of the public key, as `x5t` wants it: a name, not a proof.
    thumbprint: String,
    modulus: String,
    exponent: String,
}

/// Makes a key; the text is PKCS#8 in PEM.
pub(crate) fn generate() -> Result<String, String> {
    let key = KeyPair::generate(KeySize::Rsa2048).map_err(|_| "no signing key could be made")?;
    let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| "the signing key cannot be written")?;
    Ok(format!("{PEM_HEAD}\n{}\n{PEM_TAIL}\n", BASE64_STANDARD.encode(der.as_ref())))
}

impl Key {
    /// Reads a key that [`generate`] made.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, String> {
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = BASE64_STANDARD.decode(body).map_err(|error| error.to_string())?;
        let pair = KeyPair::from_pkcs8(&der).map_err(|error| error.to_string())?;
        let public = pair.public_key();
        let modulus = public.modulus().big_endian_without_leading_zero().to_vec();
        let exponent = public.exponent().big_endian_without_leading_zero().to_vec();
        let spki: PublicKeyX509Der<'_> =
            public.as_der().map_err(|_| "the public key cannot be written")?;
        let thumbprint = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, spki.as_ref());
        let signs = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|error| error.to_string())?;
        Ok(Self {
            signs,
            judges: DecodingKey::from_rsa_raw_components(&modulus, &exponent),
            thumbprint: BASE64_URL_SAFE_NO_PAD.encode(thumbprint.as_ref()),
            modulus: BASE64_URL_SAFE_NO_PAD.encode(modulus),
            exponent: BASE64_URL_SAFE_NO_PAD.encode(exponent),
        })
    }

    /// Signs claims. `typ` tells the kinds of tokens apart, so that none passes for another.
    pub(crate) fn sign<T: Serialize>(
        &self,
        typ: &str,
        has_kid: bool,
        claims: &T,
    ) -> Result<String, String> {
        let header = Header {
            typ: Some(typ.to_owned()),
            x5t: Some(self.thumbprint.clone()),
            kid: has_kid.then(|| self.thumbprint.clone()),
            ..Header::new(Algorithm::RS256)
        };
        jsonwebtoken::encode(&header, claims, &self.signs).map_err(|error| error.to_string())
    }

    /// The claims of a token of this kind, if this key signed it. Times are for the caller to judge.
    pub(crate) fn judge<T: DeserializeOwned>(&self, typ: &str, jwt: &str) -> Option<T> {
        let mut rules = Validation::new(Algorithm::RS256);
        // The time comes from the Clock, and audiences differ by kind: both are the caller's.
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let token = jsonwebtoken::decode::<T>(jwt, &self.judges, &rules).ok()?;
        (token.header.typ.as_deref() == Some(typ)).then_some(token.claims)
    }

    /// The public half, as a JWKS lists it.
    pub(crate) fn jwk(&self) -> Value {
        json!({
            "kty": "RSA", "use": "sig", "alg": "RS256",
            "kid": self.thumbprint, "x5t": self.thumbprint,
            "n": self.modulus, "e": self.exponent,
        })
    }
}
