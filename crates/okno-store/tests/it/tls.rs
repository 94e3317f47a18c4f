//! TLS to PostgreSQL: a real handshake in front of the real server. The tests' server itself need not speak TLS.

use crate::samples::*;
use okno_store::{Store, StoreError, Target, testing::fresh_postgres};
use rcgen::CertifiedKey;
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, rustls};

/// Answers PostgreSQL's request for TLS, takes off the encryption and passes everything on to `server`.
async fn terminate(mut near: TcpStream, acceptor: TlsAcceptor, server: String) -> std::io::Result<()> {
    let mut request = [0; 8];
    near.read_exact(&mut request).await?;
    assert_eq!(request, [0, 0, 0, 8, 4, 210, 22, 47], "SSLRequest");
    near.write_all(b"S").await?;
    let mut near = acceptor.accept(near).await?;
    let mut far = TcpStream::connect(server).await?;
    copy_bidirectional(&mut near, &mut far).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_encrypted_and_the_server_verified() {
    let Some(fresh) = fresh_postgres().await else { return };
    let Target::Postgres(url) = fresh.target() else { panic!("it is PostgreSQL") };
    let (scheme, rest) = url.split_once("://").unwrap();
    let (authority, rest) = rest.split_once('/').unwrap();
    let (user, server) = authority.split_once('@').map_or(("", authority), |(user, server)| (user, server));

    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let far = server.to_owned();
    let proxy = tokio::spawn(async move {
        loop {
            let (near, _) = listener.accept().await.unwrap();
            tokio::spawn(terminate(near, acceptor.clone(), far.clone()));
        }
    });

    let root = fresh.dir().join("root.pem");
    std::fs::write(&root, cert.pem()).unwrap();
    let root = root.display().to_string();
    let through = |host: &str, more: &str| Target::Postgres(format!("{scheme}://{user}@{host}:{port}/{rest}&{more}"));

    let store = Store::open(through("localhost", &format!("sslmode=verify-full&sslrootcert={root}"))).await.unwrap();
    prepare(&store).await;
    store.write(WS, |tx| tx.put(&skill(1, "x"))).await.unwrap();
    assert_eq!(skills(&fresh, WS).await, 1);

    for (target, why) in [
        (through("localhost", "sslmode=require"), "UnknownIssuer"),
        (through("127.0.0.1", &format!("sslmode=require&sslrootcert={root}")), "not valid for name"),
        (through("localhost", &format!("sslrootcert={root}")), "needs `sslmode=require`"),
        (through("localhost", "sslmode=require&sslrootcert=/nowhere.pem"), "cannot be read"),
    ] {
        let error = Store::open(target).await.unwrap_err();
        assert!(matches!(error, StoreError::Setup(_)) && error.to_string().contains(why), "{why}: {error}");
    }
    store.close().await;
    proxy.abort();
}
