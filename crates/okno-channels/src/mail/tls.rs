//! Encryption of mail connections: Mozilla's roots, and the company's own certificates if it names them.

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use std::sync::Arc;
use tokio_rustls::TlsConnector;

/// Certificates that mail servers may show.
#[derive(Clone)]
pub(crate) struct Trust {
    connector: TlsConnector,
    extra: Vec<CertificateDer<'static>>,
}

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trust").field("extra", &self.extra.len()).finish_non_exhaustive()
    }
}

/// The certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// No PEM.
    #[error("the file with certificates of mail servers is not PEM: {0}")]
    Pem(String),
    /// No certificate.
    #[error("a certificate for mail servers cannot be used: {0}")]
    Certificate(#[from] rustls::Error),
}

impl Trust {
    /// Mozilla's roots and those of `pem` (certificates of the company's own authority; may be empty).
    ///
    /// # Errors
    /// [`TrustError`] if `pem` holds something else than certificates.
    pub(crate) fn new(pem: &[u8]) -> Result<Self, TrustError> {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let mut extra = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| TrustError::Pem(error.to_string()))?;
            roots.add(certificate.clone())?;
            extra.push(certificate);
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), extra })
    }

    /// The connector for IMAP.
    pub(crate) fn connector(&self) -> &TlsConnector {
        &self.connector
    }

    /// The company's own certificates, for SMTP.
    pub(crate) fn extra(&self) -> &[CertificateDer<'static>] {
        &self.extra
    }
}
