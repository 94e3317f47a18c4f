//! `okno doctor`: what is wrong, in plain words, and how to mend it.

use crate::config::Config;
use okno_model::{
    Timestamp, WorkspaceId,
    doc::{ChannelDoc, QueueDoc, UserDoc, WorkspaceDoc},
};
use okno_store::{Store, StoreError, Target};
use std::{fs, net::TcpListener, path::Path};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Fine,
    Look,
    Wrong,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    lines: Vec<(Verdict, String)>,
}

impl Report {
    fn fine(&mut self, text: impl Into<String>) {
        self.lines.push((Verdict::Fine, text.into()));
    }

    fn look(&mut self, text: impl Into<String>) {
        self.lines.push((Verdict::Look, text.into()));
    }

    fn wrong(&mut self, text: impl Into<String>) {
        self.lines.push((Verdict::Wrong, text.into()));
    }

    /// Nothing is wrong.
    pub(crate) fn healthy(&self) -> bool {
        self.lines.iter().all(|(verdict, _)| *verdict != Verdict::Wrong)
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (verdict, text) in &self.lines {
            let sign = match verdict {
                Verdict::Fine => "ok    ",
                Verdict::Look => "look  ",
                Verdict::Wrong => "WRONG ",
            };
            writeln!(f, "{sign}{text}")?;
        }
        Ok(())
    }
}

/// Checks the installation. Changes nothing but a probe file in the data folder, which it removes.
pub(crate) async fn examine(config: &Config, now: Timestamp) -> Report {
    let mut report = Report::default();
    data_folder(&config.data_dir, &mut report);
    ports(config, &mut report);
    telephone(config, &mut report);
    addresses(config, &mut report);
    database(config, now, &mut report).await;
    report
}

fn data_folder(folder: &Path, report: &mut Report) {
    let shown = folder.display();
    if !folder.exists() {
        report.look(format!("the data folder {shown} does not exist yet; the first `okno serve` makes it"));
        return;
    }
    let probe = folder.join(".doctor");
    match fs::write(&probe, b"okno").and_then(|()| fs::remove_file(&probe)) {
        Ok(()) => report.fine(format!("the data folder {shown} can be written")),
        Err(e) => {
            report.wrong(format!("the data folder {shown} cannot be written ({e}); give it to the user who runs okno, or free space"));
        }
    }
    let key = folder.join("secret.key");
    match fs::metadata(&key) {
        Err(_) => report.look(format!("there is no key file {} yet; the first start makes it", key.display())),
        #[cfg(unix)]
        Ok(meta) if std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o077 != 0 => {
            report.wrong(format!("other users of this machine can read {}; run `chmod 600` on it", key.display()));
        }
        Ok(_) => report.fine("the key file is there and private; keep a copy with your backups"),
    }
}

fn ports(config: &Config, report: &mut Report) {
    let wanted = [("listen", Some(config.listen)), ("files_listen", Some(config.files_listen)), ("smtp_listen", config.smtp_listen)];
    for (name, address) in wanted.into_iter().filter_map(|(n, a)| a.map(|a| (n, a))) {
        match TcpListener::bind(address) {
            Ok(_) => report.fine(format!("`{name}` {address} is free")),
            Err(e) if e.kind() == std::io::ErrorKind::AddrInUse => {
                report.look(format!("something listens on `{name}` {address}; if it is not okno itself, choose another address"));
            }
            Err(e) => report.wrong(format!("cannot listen on `{name}` {address}: {e}; choose another address, or a port above 1024")),
        }
    }
}

fn telephone(config: &Config, report: &mut Report) {
    let Some(voice) = &config.voice else { return report.look("the telephone is off (`voice = false`)") };
    let sip = voice.sip();
    match std::net::UdpSocket::bind(sip) {
        Ok(_) => report.fine(format!("`sip_listen` {sip} is free")),
        Err(e) if e.kind() == std::io::ErrorKind::AddrInUse => {
            report.look(format!("something listens on `sip_listen` {sip}; if it is not okno itself, choose another address"));
        }
        Err(e) => report.wrong(format!("cannot listen on `sip_listen` {sip}: {e}; choose another address")),
    }
    if sip.ip().is_loopback() {
        report.look(format!("the telephone is at {sip}, for this machine only; set `sip_listen` to reach trunks, phones and browsers"));
    }
    let ports = &voice.rtp_ports;
    report.fine(format!(
        "room for {} legs of calls on UDP {}-{}; open these ports in the firewall",
        ports.len() / 2,
        ports.start(),
        ports.end()
    ));
    if let Some(provider) = &voice.speech {
        report.fine(format!(
            "{} speaks prompts and announcements; espeak-ng does while it fails",
            provider.url.split('?').next().unwrap_or_default()
        ));
    }
    // The program of announcements is looked for only; it is run by the telephone.
    let found = std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join("espeak-ng").is_file()));
    if found {
        report.fine("espeak-ng speaks announcements");
    } else {
        report.look(
            "espeak-ng is not installed: callers hear music and uploaded greetings, but no announcements; install the package espeak-ng",
        );
    }
}

fn addresses(config: &Config, report: &mut Report) {
    let local = ["http://127.", "http://localhost", "http://[::1]"].iter().any(|p| config.url.starts_with(p));
    if config.url.starts_with("https://") {
        report.fine(format!("people reach the desk under {}", config.url));
    } else if local {
        report.look(format!("the desk is at {}, for this machine only; set `url` to its https address behind your proxy", config.url));
    } else {
        report.wrong(format!(
            "the desk is at {} without TLS: sign-ins can be read on the way; put a proxy with https in front and set `url`",
            config.url
        ));
    }
}

async fn database(config: &Config, now: Timestamp, report: &mut Report) {
    let target = match Target::parse(&config.database) {
        Ok(target) => target,
        Err(e) => return report.wrong(format!("`database` is wrong: {e}")),
    };
    if let Target::Sqlite(path) = &target
        && !path.exists()
    {
        return report.look(format!("the database {} does not exist yet; the first `okno serve` makes it", path.display()));
    }
    let store = match Store::open(target).await {
        Ok(store) => store,
        Err(e) => return report.wrong(format!("the database cannot be opened: {e}")),
    };
    match store.check().await {
        Ok(()) => report.fine("the database answers and keeps what it acknowledges"),
        Err(e) => report.wrong(format!("the database does not answer: {e}")),
    }
    match store.read(WorkspaceId::from_u128(0), okno_store::workspaces::all).await {
        Ok(all) if all.is_empty() => report.look("no company is set up yet; start okno and open the link that it prints"),
        Ok(all) => {
            for company in all {
                if let Err(e) = workspace(&store, &company, now, report).await {
                    report.wrong(format!("the workspace {} cannot be read: {e}", company.name));
                }
            }
        }
        Err(e) => report.wrong(format!("the workspaces cannot be read: {e}")),
    }
}

async fn workspace(store: &Store, company: &WorkspaceDoc, now: Timestamp, report: &mut Report) -> Result<(), StoreError> {
    let (queues, users, channels, totals) = store
        .read(company.id, move |tx| {
            let totals = okno_store::ledger::totals(tx, Timestamp::from_millis(0), now)?;
            Ok::<_, StoreError>((tx.list::<QueueDoc>()?, tx.list::<UserDoc>()?, tx.list::<ChannelDoc>()?, totals))
        })
        .await?;
    let name = if company.name.is_empty() { "(not set up yet)" } else { &company.name };
    for queue in queues.iter().filter(|q| !q.archived) {
        if !users.iter().any(|u| !u.disabled && u.queues.contains(&queue.id)) {
            report.look(format!("{name}: nobody serves the queue {}; add agents under Settings, Users", queue.name));
        }
    }
    if channels.iter().all(|c| !c.enabled) {
        report.look(format!("{name}: no channel is on; add a mailbox or a widget under Settings, Channels"));
    }
    for channel in channels.iter().filter(|c| c.enabled) {
        channel_health(name, channel, report);
    }
    match totals.overdue {
        0 => report.fine(format!("{name}: no customer waits longer than promised")),
        overdue => report.look(format!("{name}: {overdue} customers wait longer than promised; see the ledger page")),
    }
    Ok(())
}

fn channel_health(company: &str, channel: &ChannelDoc, report: &mut Report) {
    let ChannelDoc { name, health, .. } = channel;
    match health.state.as_str() {
        "error" => report.wrong(format!("{company}: the channel {name} does not work: {}", health.detail)),
        "connecting" => report.look(format!("{company}: the channel {name} is connecting: {}", health.detail)),
        _ => report.fine(format!("{company}: the channel {name} works")),
    }
}
