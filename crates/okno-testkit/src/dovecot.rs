//! A private Dovecot: the mailboxes of the tests.

use crate::tools::{is_root, user_ids};
use crate::{Daemon, find_program, free_port, wait_until};
use anyhow::{Context, Result, bail};
use std::fs::Permissions;
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// Password of every mailbox of the tests.
pub const MAIL_PASSWORD: &str = "correct-horse-battery";

/// The system user that owns the maildirs: Dovecot refuses root, and every Debian has this one.
const OWNER: &str = "mail";

/// Dovecot with IMAP (plain text, loopback only) over maildirs in a temporary folder.
pub struct Dovecot {
    port: u16,
    daemon: Daemon,
    dir: TempDir,
    owner: (u32, u32),
}

impl Dovecot {
    /// Starts it with a mailbox for each address; the sign-in name is the address.
    pub fn start(addresses: &[&str]) -> Result<Self> {
        if !is_root() {
            bail!("Dovecot keeps its mailboxes under the user `{OWNER}`; run this as root");
        }
        let program = find_program("dovecot").context("Dovecot is missing; install the package `dovecot-imapd`")?;
        check_version(&program)?;
        let owner = user_ids(OWNER)?;
        let dir = tempfile::Builder::new().prefix("okno-dovecot-").tempdir()?;
        std::fs::set_permissions(dir.path(), Permissions::from_mode(0o755))?;
        for name in ["mail", "home"] {
            let folder = dir.path().join(name);
            std::fs::create_dir(&folder)?;
            chown(&folder, Some(owner.0), Some(owner.1))?;
        }
        let users = addresses.iter().fold(String::new(), |users, address| users + address + ":{PLAIN}" + MAIL_PASSWORD + "\n");
        std::fs::write(dir.path().join("users"), users)?;
        let port = free_port()?;
        let config = dir.path().join("dovecot.conf");
        std::fs::write(&config, configuration(dir.path(), port, owner))?;
        let daemon = start(&program, &config, dir.path())?;
        let mut this = Self { port, daemon, dir, owner };
        this.wait_ready()?;
        Ok(this)
    }

    /// IMAP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// User and group that own the maildirs: who delivers must write as them.
    pub fn owner(&self) -> (u32, u32) {
        self.owner
    }

    /// Folder that holds a maildir per address.
    pub fn mail_root(&self) -> PathBuf {
        self.dir.path().join("mail")
    }

    /// Every mail in the inbox of `address`, raw, in the order of arrival.
    pub fn mails(&self, address: &str) -> Result<Vec<String>> {
        let mut files = Vec::new();
        for part in ["new", "cur"] {
            let folder = self.mail_root().join(address).join(part);
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                files.push(entry?.path());
            }
        }
        files.sort_by_key(|path| path.file_name().map(std::ffi::OsStr::to_owned));
        let mut mails = Vec::new();
        for file in files {
            match std::fs::read(&file) {
                Ok(bytes) => mails.push(String::from_utf8_lossy(&bytes).into_owned()),
                // Dovecot renamed it between the listing and the reading: the caller looks again.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(mails)
    }

    /// Makes the server forget every UID of a mailbox: the next SELECT shows another UIDVALIDITY.
    pub fn reset_uidvalidity(&self, address: &str) -> Result<()> {
        let folder = self.mail_root().join(address);
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.starts_with("dovecot") {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// Stops it and starts it again on the same port with the same mail: the customer of its IMAP sees a lost connection.
    pub fn restart(&mut self) -> Result<()> {
        self.daemon.terminate(Duration::from_secs(10))?;
        let program = find_program("dovecot").context("Dovecot is missing")?;
        self.daemon = start(&program, &self.dir.path().join("dovecot.conf"), self.dir.path())?;
        self.wait_ready()
    }

    fn wait_ready(&mut self) -> Result<()> {
        let address = ("127.0.0.1", self.port);
        let log = self.dir.path().join("dovecot.log");
        wait_until("Dovecot to accept connections", Duration::from_secs(20), || {
            self.daemon.check_alive().with_context(|| std::fs::read_to_string(&log).unwrap_or_default())?;
            Ok(TcpStream::connect(address).ok().map(drop))
        })
    }
}

fn start(program: &Path, config: &Path, dir: &Path) -> Result<Daemon> {
    let mut command = Command::new(program);
    command.arg("-F").arg("-c").arg(config);
    Daemon::start("Dovecot", command, &dir.join("out"))
}

/// The configuration below is of the 2.3 series; 2.4 changed the language.
fn check_version(program: &Path) -> Result<()> {
    let out = Command::new(program).arg("--version").output().context("run dovecot --version")?;
    let version = String::from_utf8_lossy(&out.stdout).trim().to_owned();
    if version.starts_with("2.3.") {
        return Ok(());
    }
    bail!("Dovecot {version} is not known to the tests; they are written for 2.3 (Debian 12)")
}

fn configuration(dir: &Path, port: u16, owner: (u32, u32)) -> String {
    let dir = dir.display();
    let (uid, gid) = owner;
    format!(
        "base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/dovecot.log
listen = 127.0.0.1
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
first_valid_uid = {uid}
first_valid_gid = {gid}
mail_max_userip_connections = 200
mail_location = maildir:{dir}/mail/%u
maildir_stat_dirs = no
passdb {{
  driver = passwd-file
  args = username_format=%u {dir}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}/home/%u
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
namespace inbox {{
  inbox = yes
}}
"
    )
}
