//! The one client for addresses that strangers wrote. It reaches the public internet and nothing else.
//!
//! The addresses of a name are checked where they are used: the connection goes to exactly those that passed, so a name that
//! changes its mind between the check and the connection gains nothing. Every redirect is checked anew.

use super::picture::by_magic;
use bytes::{Bytes, BytesMut};
use reqwest::{
    Client, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    header, redirect,
};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use url::{Host, Url};

/// Largest picture, bytes.
const BYTES: usize = 5 * 1024 * 1024;
/// Everything together: names, redirects, content.
const TIME: Duration = Duration::from_secs(10);
/// Time for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Redirects that are followed.
const REDIRECTS: usize = 3;

/// Which addresses may be reached, and on which ports.
#[derive(Debug, Clone, Copy)]
struct Reach {
    address: fn(IpAddr) -> bool,
    port: fn(u16) -> bool,
}

/// The client.
#[derive(Debug, Clone)]
pub(super) struct Fetcher {
    client: Client,
    reach: Reach,
}

/// Why there is no picture.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum FetchError {
    /// It would lead into a network that is not public.
    #[error("the picture's address is refused: {0}")]
    Refused(&'static str),
    /// The content is something else.
    #[error("the address holds no picture")]
    NoPicture,
    /// More than [`BYTES`].
    #[error("the picture is larger than 5 MiB")]
    TooLarge,
    /// Longer than [`TIME`].
    #[error("the picture's server did not answer in time")]
    TooSlow,
    /// The server says no.
    #[error("the picture's server answered {0}")]
    Status(u16),
    /// No connection.
    #[error("the picture's server could not be reached")]
    Failed,
}

impl Fetcher {
    /// A client for public addresses on the web's ports.
    pub(super) fn public() -> Self {
        Self::new(Reach { address: is_public, port: |port| port == 80 || port == 443 })
    }

    fn new(reach: Reach) -> Self {
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring speaks the default versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Arc::new(Checked(reach)))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .timeout(TIME)
            .connect_timeout(CONNECT)
            .pool_max_idle_per_host(0)
            .user_agent("okno-picture-proxy")
            .build()
            .expect("the settings above are complete");
        Self { client, reach }
    }

    /// The bytes of a raster picture and its media type by content.
    pub(super) async fn picture(&self, url: &str) -> Result<(Bytes, &'static str), FetchError> {
        tokio::time::timeout(TIME, self.follow(url)).await.map_err(|_| FetchError::TooSlow)?
    }

    async fn follow(&self, url: &str) -> Result<(Bytes, &'static str), FetchError> {
        let mut url = Url::parse(url).map_err(|_| FetchError::Refused("it is no address"))?;
        for _ in 0..=REDIRECTS {
            self.check(&url)?;
            let response = self.client.get(url.clone()).header(header::ACCEPT, "image/*").send().await.map_err(failed)?;
            if !response.status().is_redirection() {
                return read(response).await;
            }
            let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).ok_or(FetchError::NoPicture)?;
            url = url.join(to).map_err(|_| FetchError::Refused("it leads to no address"))?;
        }
        Err(FetchError::Refused("it leads on and on"))
    }

    /// Checks what the resolver never sees: scheme, port, sign-in data, addresses written as numbers.
    fn check(&self, url: &Url) -> Result<(), FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Refused("only http and https are fetched"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Refused("it holds a user name"));
        }
        if !url.port_or_known_default().is_some_and(self.reach.port) {
            return Err(FetchError::Refused("its port is not one of the web's"));
        }
        let inside = match url.host() {
            Some(Host::Ipv4(address)) => !(self.reach.address)(address.into()),
            Some(Host::Ipv6(address)) => !(self.reach.address)(address.into()),
            Some(Host::Domain(_)) => false,
            None => true,
        };
        if inside { Err(FetchError::Refused("its network is not public")) } else { Ok(()) }
    }
}

async fn read(mut response: Response) -> Result<(Bytes, &'static str), FetchError> {
    if !response.status().is_success() {
        return Err(FetchError::Status(response.status().as_u16()));
    }
    if response.content_length().is_some_and(|length| length > BYTES as u64) {
        return Err(FetchError::TooLarge);
    }
    let mut bytes = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if bytes.len() + chunk.len() > BYTES {
            return Err(FetchError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    let mime = by_magic(&bytes).ok_or(FetchError::NoPicture)?;
    Ok((bytes.freeze(), mime))
}

fn failed(error: reqwest::Error) -> FetchError {
    if error.is_timeout() { FetchError::TooSlow } else { FetchError::Failed }
}

/// Resolves names to the addresses that may be reached.
#[derive(Debug)]
struct Checked(Reach);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0.address;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| allowed(address.ip())).collect();
            if public.is_empty() {
                return Err("the name leads to no public address".into());
            }
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address belongs to the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Not one of the special-purpose blocks (IANA registry, RFC 6890).
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _) // this network, private, loopback, multicast, reserved and broadcast
            | (100, 64..=127, _) // carrier-grade NAT
            | (169, 254, _) // link-local, cloud metadata
            | (172, 16..=31, _) // private
            | (192, 0, 0 | 2) // protocol assignments, documentation
            | (192, 31, 196) // AS112
            | (192, 52, 193) // AMT
            | (192, 88, 99) // 6to4 relays
            | (192, 168, _) // private
            | (192, 175, 48) // AS112
            | (198, 18 | 19, _) // benchmarks
            | (198, 51, 100) // documentation
            | (203, 0, 113) // documentation
    )
}

/// Global unicast (2000::/3) without the blocks that are special or carry an IPv4 address inside. Everything else, above all
/// loopback, link-local, unique local, IPv4-mapped and NAT64, is not public.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let global = (0x2000..=0x3fff).contains(&a);
    // Protocol assignments (Teredo, ORCHID), documentation, 6to4, documentation again.
    let special = matches!((a, b), (0x2001, 0..=0x01ff | 0x0db8) | (0x2002, _) | (0x3fff, 0..=0x0fff));
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    #[test]
    fn only_public_addresses_are_public() {
        let inside = "0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255 \
                      192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 \
                      239.255.255.250 240.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::7f00:1 64:ff9b::a00:1 \
                      64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1:: fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 3fff::1";
        for address in inside.split_whitespace() {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in "1.1.1.1 8.8.8.8 100.63.0.1 100.128.0.1 172.15.0.1 172.32.0.1 192.167.0.1 2606:4700::1111 2a00:1450::1 2001:4860::1"
            .split_whitespace()
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[tokio::test]
    async fn ways_inside_are_refused_before_any_connection() {
        let fetcher = Fetcher::public();
        for url in [
            "http://127.0.0.1/a.png",
            "http://2130706433/a.png",
            "http://0x7f.1/a.png",
            "http://[::1]/a.png",
            "http://[::ffff:169.254.169.254]/latest/meta-data",
            "http://10.0.0.1/a.png",
            "ftp://example.com/a.png",
            "file:///etc/passwd",
            "http://user@example.com/a.png",
            "http://example.com:22/a.png",
            "gopher://example.com/",
            "nonsense",
        ] {
            assert!(matches!(fetcher.picture(url).await, Err(FetchError::Refused(_))), "{url}");
        }
        // A name is checked where it is resolved.
        assert_eq!(fetcher.picture("http://localhost/a.png").await, Err(FetchError::Failed));
    }

    /// Answers one connection after the other with these texts.
    async fn server(answers: Vec<Vec<u8>>) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
            }
        });
        address
    }

    /// A client that may also reach this machine, so that the rest of its rules can be tried.
    fn local() -> Fetcher {
        Fetcher::new(Reach { address: |address| address.is_loopback() || is_public(address), port: |_| true })
    }

    fn answer(head: &str, body: &[u8]) -> Vec<u8> {
        [format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n").as_bytes(), body].concat()
    }

    #[tokio::test]
    async fn a_picture_is_what_its_bytes_are() {
        let png = b"\x89PNG\r\n\x1a\nrest".to_vec();
        let address = server(vec![
            answer("200 OK\r\ncontent-type: text/html", &png),
            answer("200 OK\r\ncontent-type: image/png", b"<script>alert(1)</script>"),
            answer("200 OK\r\ncontent-type: image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            answer("404 Not Found", b""),
        ])
        .await;
        let url = format!("http://{address}/a.png");
        assert_eq!(local().picture(&url).await, Ok((Bytes::from(png), "image/png")));
        assert_eq!(local().picture(&url).await, Err(FetchError::NoPicture));
        assert_eq!(local().picture(&url).await, Err(FetchError::NoPicture));
        assert_eq!(local().picture(&url).await, Err(FetchError::Status(404)));
    }

    #[tokio::test]
    async fn redirects_are_checked_and_counted() {
        let inside = answer("302 Found\r\nlocation: http://169.254.169.254/latest", b"");
        let address = server(vec![inside]).await;
        assert!(matches!(local().picture(&format!("http://{address}/")).await, Err(FetchError::Refused(_))));

        let round = answer("302 Found\r\nlocation: /again", b"");
        let address = server(vec![round; REDIRECTS + 1]).await;
        assert_eq!(local().picture(&format!("http://{address}/")).await, Err(FetchError::Refused("it leads on and on")));
    }

    #[tokio::test]
    async fn a_flood_is_cut_off() {
        let mut flood = b"\x89PNG\r\n\x1a\n".to_vec();
        flood.resize(BYTES + 1, 0);
        let said = answer(&format!("200 OK\r\ncontent-length: {}", BYTES + 1), b"");
        let address = server(vec![said, answer("200 OK", &flood)]).await;
        let url = format!("http://{address}/a.png");
        assert_eq!(local().picture(&url).await, Err(FetchError::TooLarge));
        assert_eq!(local().picture(&url).await, Err(FetchError::TooLarge));
    }
}
