//! A handshake with somebody else's library: both roles, and both ends have the same keys.
use std::io::Write;
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{DtlsRemote, Handshake, Identity};
use crate::srtp::{SrtpKey, SrtpPair};

/// How long a handshake may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

fn openssl(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("openssl");
    command.args(args).current_dir(dir).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn certificate(dir: &Path) -> String {
    let make = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout key.pem -out cert.pem -subj /CN=peer";
    let made = openssl(dir, &make.split(' ').collect::<Vec<_>>()).output().expect("openssl is installed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let shown = openssl(dir, &["x509", "-in", "cert.pem", "-noout", "-fingerprint", "-sha256"]).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    format!("sha-256 {}", shown.trim().split_once('=').unwrap().1)
}

/// The other side, which tells the keys that it has got.
fn peer(dir: &Path, serves: bool, address: SocketAddr) -> Child {
    let address = address.to_string();
    let how = if serves { ["s_server", "-Verify", "1", "-accept"].as_slice() } else { &["s_client", "-connect"] };
    let rest =
        "-dtls1_2 -use_srtp SRTP_AES128_CM_SHA1_80 -cert cert.pem -key key.pem -keymatexport EXTRACTOR-dtls_srtp -keymatexportlen 60";
    let args: Vec<&str> = how.iter().copied().chain([address.as_str()]).chain(rest.split(' ')).collect();
    openssl(dir, &args).spawn().unwrap()
}

fn shake(socket: &UdpSocket, handshake: &mut Handshake, mut far: Option<SocketAddr>) -> SrtpPair {
    socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let (end, mut buffer, mut keys) = (Instant::now() + PATIENCE, [0; 4096], None);
    // A little longer than until the keys are there: our last flight may be lost too.
    let mut rounds = 0;
    while rounds < 10 {
        assert!(Instant::now() < end, "no keys");
        if let Some(to) = far {
            let found = handshake.time(Instant::now(), |record| drop(socket.send_to(record, to)));
            keys = keys.or(found);
        }
        if let Ok((length, from)) = socket.recv_from(&mut buffer) {
            far = Some(from);
            let found = handshake.receive(&buffer[..length], Instant::now(), |record| drop(socket.send_to(record, from)));
            keys = keys.or(found);
        }
        rounds += usize::from(keys.is_some());
    }
    keys.unwrap()
}

/// What the other side has exported.
fn exported(mut child: Child, socket: &UdpSocket) -> String {
    child.stdin.take().unwrap().write_all(b"Q\n").unwrap();
    for _ in 0..100 {
        if child.try_wait().unwrap().is_some() {
            break;
        }
        let _ = socket.recv_from(&mut [0; 2048]);
    }
    let _ = child.kill();
    let said = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let line = text.lines().filter_map(|line| line.trim().strip_prefix("Keying material: ")).find(|keys| keys.len() == 120);
    line.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&said.stderr))).to_lowercase()
}

#[test]
fn openssl_gets_the_same_keys_in_both_roles() {
    let dir = tempfile::tempdir().unwrap();
    let fingerprint = certificate(dir.path());
    let identity = Identity::new().unwrap();
    for active in [false, true] {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let free = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = peer(dir.path(), active, if active { free } else { socket.local_addr().unwrap() });
        let remote = DtlsRemote { active, fingerprint: fingerprint.clone() };
        let mut handshake = Handshake::new(&identity, &remote, Instant::now());
        let keys = shake(&socket, &mut handshake, active.then_some(free));
        let (client, server) = if active { (keys.send, keys.receive) } else { (keys.receive, keys.send) };
        let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        let part = |key: &SrtpKey, salt: bool| hex(if salt { &key.material[16..] } else { &key.material[..16] });
        let ours = [part(&client, false), part(&server, false), part(&client, true), part(&server, true)].concat();
        assert_eq!(exported(child, &socket), ours, "we are active: {active}");
    }
}
