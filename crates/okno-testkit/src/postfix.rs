//! A private Postfix: the relay between okno, its customers and their mailboxes.

use crate::tools::{is_root, user_ids};
use crate::{Daemon, Dovecot, find_program, free_port, wait_until};
use anyhow::{Context, Result, bail};
use std::fs::Permissions;
use std::io::Read;
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// Postfix with its own configuration, queue and data, that listens on a free loopback port, delivers into the maildirs
/// of a [`Dovecot`], bounces what nobody has a mailbox for, and sends nothing anywhere else.
pub struct Postfix {
    port: u16,
    _daemon: Daemon,
    _dir: TempDir,
}

impl Postfix {
    /// Starts it; every address of `addresses` is delivered into `mailboxes`.
    pub fn start(mailboxes: &Dovecot, addresses: &[&str]) -> Result<Self> {
        if !is_root() {
            bail!("Postfix changes users to deliver; run this as root");
        }
        let program = find_program("postfix").context("Postfix is missing; install the package `postfix`")?;
        let (postfix, _) = user_ids("postfix")?;
        let dir = tempfile::Builder::new().prefix("okno-postfix-").tempdir()?;
        std::fs::set_permissions(dir.path(), Permissions::from_mode(0o755))?;
        let config = dir.path().join("config");
        for name in ["config", "queue", "data"] {
            std::fs::create_dir(dir.path().join(name))?;
        }
        chown(dir.path().join("data"), Some(postfix), None)?;
        let port = free_port()?;
        let map = addresses.iter().fold(String::new(), |map, address| map + address + " " + address + "/\n");
        std::fs::write(config.join("mailboxes"), map)?;
        std::fs::write(config.join("main.cf"), main_cf(dir.path(), mailboxes, addresses))?;
        std::fs::write(config.join("master.cf"), master_cf(port))?;
        std::fs::write(config.join("dynamicmaps.cf"), "")?;
        let log = dir.path().join("log");
        let made = Command::new(&program).arg("-c").arg(&config).arg("check").output().context("run postfix check")?;
        if !made.status.success() {
            bail!("postfix check failed: {} {}", String::from_utf8_lossy(&made.stderr), std::fs::read_to_string(&log).unwrap_or_default());
        }
        // Not `postfix start-fg`: it puts the master into a session of its own, which outlives its parent.
        let mut command = Command::new(daemon_directory()?.join("master"));
        command.arg("-c").arg(&config).arg("-d");
        let mut daemon = Daemon::start("Postfix", command, &log)?;
        wait_until("Postfix to greet", Duration::from_secs(30), || {
            daemon.check_alive()?;
            Ok(greets(port).then_some(()))
        })
        .with_context(|| daemon.last_words())?;
        Ok(Self { port, _daemon: daemon, _dir: dir })
    }

    /// SMTP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// Where the distribution put Postfix's programs.
fn daemon_directory() -> Result<PathBuf> {
    let postconf = find_program("postconf").context("postconf is missing; install the package `postfix`")?;
    let out = Command::new(postconf).args(["-d", "-h", "daemon_directory"]).output().context("run postconf")?;
    Ok(PathBuf::from(String::from_utf8_lossy(&out.stdout).trim()))
}

/// Whether a server says `220` on this port.
fn greets(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut code = [0; 3];
    stream.set_read_timeout(Some(Duration::from_secs(5))).is_ok() && stream.read_exact(&mut code).is_ok() && &code == b"220"
}

fn main_cf(dir: &Path, mailboxes: &Dovecot, addresses: &[&str]) -> String {
    let root = mailboxes.mail_root();
    let (uid, gid) = mailboxes.owner();
    let mut domains: Vec<&str> = addresses.iter().filter_map(|address| address.split_once('@').map(|(_, domain)| domain)).collect();
    domains.sort_unstable();
    domains.dedup();
    format!(
        "compatibility_level = 3.6
queue_directory = {dir}/queue
data_directory = {dir}/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = {dir}/log
maillog_file_prefixes = {dir}
myhostname = relay.test
myorigin = relay.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
biff = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = no
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
smtputf8_enable = yes
message_size_limit = 60000000
mailbox_size_limit = 0
virtual_mailbox_limit = 0
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {root}
virtual_mailbox_maps = texthash:{dir}/config/mailboxes
virtual_minimum_uid = {uid}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
default_transport = error:5.1.2 this test world has no such host
relay_transport = error:5.1.2 this test world has no such host
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 4s
in_flow_delay = 0s
disable_dns_lookups = yes
smtpd_peername_lookup = no
",
        dir = dir.display(),
        root = root.display(),
        domains = domains.join(", "),
    )
}

fn master_cf(port: u16) -> String {
    let mut text = format!("127.0.0.1:{port} inet n - n - - smtpd\n");
    for (service, kind, wake, limit, program) in [
        ("pickup", "unix", "60", "1", "pickup"),
        ("cleanup", "unix", "-", "0", "cleanup"),
        ("qmgr", "unix", "2", "1", "qmgr"),
        ("tlsmgr", "unix", "1000?", "1", "tlsmgr"),
        ("rewrite", "unix", "-", "-", "trivial-rewrite"),
        ("bounce", "unix", "-", "0", "bounce"),
        ("defer", "unix", "-", "0", "bounce"),
        ("trace", "unix", "-", "0", "bounce"),
        ("verify", "unix", "-", "1", "verify"),
        ("flush", "unix", "1000?", "0", "flush"),
        ("proxymap", "unix", "-", "-", "proxymap"),
        ("proxywrite", "unix", "-", "1", "proxymap"),
        ("error", "unix", "-", "-", "error"),
        ("retry", "unix", "-", "-", "error"),
        ("discard", "unix", "-", "-", "discard"),
        ("local", "unix", "-", "-", "local"),
        ("virtual", "unix", "-", "-", "virtual"),
        ("anvil", "unix", "-", "1", "anvil"),
        ("scache", "unix", "-", "1", "scache"),
    ] {
        let unpriv = if matches!(program, "local" | "virtual") { "n" } else { "-" };
        let private = if matches!(program, "pickup" | "cleanup" | "qmgr" | "flush") { "n" } else { "-" };
        let line = [service, kind, private, unpriv, "n", wake, limit, program].join(" ");
        text.push_str(&line);
        text.push('\n');
    }
    // a log file that is not syslog's is written by this one
    text.push_str("postlog unix-dgram n - n - 1 postlogd\n");
    text
}
