//! Understanding: stored mails become messages. A mail that cannot be understood goes to a person, never away.

use super::{
    imap::TOO_LARGE,
    office::{Office, OfficeError, Pending},
    parse::{self, ParseError, Setting},
    wait::{BackOff, stopped},
};
use okno_bus::Topic;
use okno_model::{UnitId, wire::InboundMail};
use std::{collections::BTreeMap, panic::AssertUnwindSafe, time::Duration};
use tokio::{sync::watch, time::timeout};

/// Mails that are taken at once.
const BATCH: usize = 16;
/// Time for one mail. The parser is bounded far below; this is the net under it.
const PARSE: Duration = Duration::from_secs(30);
/// Units are looked for at least so often; a lost wake-up costs no more.
const LOOK: Duration = Duration::from_secs(15);
/// After so many refusals of the app a mail goes to a person.
const TRIES: u32 = 3;

/// Understands until `shutdown`.
pub(crate) async fn run(office: Office, trusted: Vec<String>, mut shutdown: watch::Receiver<bool>) {
    let mut trouble = BackOff::new(Duration::from_millis(500), Duration::from_secs(30));
    let mut refused = BTreeMap::new();
    let mut units = office.listen(Topic::Units);
    while !*shutdown.borrow() {
        let wait = match batch(&office, &trusted, &mut refused).await {
            Ok(0) => LOOK,
            Ok(_) => {
                trouble.reset();
                continue;
            }
            Err(error) => {
                tracing::warn!(%error, "cannot understand mail now; it waits");
                trouble.next()
            }
        };
        tokio::select! {
            () = units.wait(), if wait == LOOK => {}
            () = tokio::time::sleep(wait) => {}
            () = stopped(&mut shutdown) => {}
        }
    }
}

/// Takes what waits; how many.
async fn batch(office: &Office, trusted: &[String], refused: &mut BTreeMap<UnitId, u32>) -> Result<usize, OfficeError> {
    let pending = office.pending(BATCH).await?;
    if pending.is_empty() {
        refused.clear();
        return Ok(0);
    }
    let mut own = Vec::new();
    let mut servers = trusted.to_vec();
    for mailbox in office.mailboxes().await? {
        own.push(mailbox.settings.address.to_lowercase());
        own.extend(mailbox.settings.aliases.iter().map(|alias| alias.to_lowercase()));
        // The server that the company named for the mailbox is its own: its verdict on senders is believed.
        servers.extend(mailbox.settings.imap.map(|server| server.host));
    }
    let count = pending.len();
    for one in pending {
        let unit = one.unit;
        let setting = Setting { own: own.clone(), trusted: servers.clone(), envelope_to: one.envelope_to.clone() };
        let result = match read(one, setting).await {
            Ok(mail) => office.understood(unit, mail).await,
            Err(why) => office.quarantine(unit, why).await,
        };
        if let Err(OfficeError::Refused(why)) = result {
            let tries = refused.entry(unit).or_default();
            *tries += 1;
            tracing::error!(%unit, %why, tries, "a mail could not be taken into the conversation");
            if *tries >= TRIES {
                office.quarantine(unit, format!("it could not be taken into a conversation: {why}")).await?;
                refused.remove(&unit);
            } else {
                return Err(OfficeError::Unavailable(why));
            }
        } else {
            result?;
            refused.remove(&unit);
        }
    }
    Ok(count)
}

/// Parses on a thread of its own: neither a panic nor endless work there stops the others.
async fn read(one: Pending, setting: Setting) -> Result<InboundMail, String> {
    if let Some(size) = too_large(&one.raw) {
        return Err(format!("the mail of {size} bytes is larger than okno takes; only its header was fetched, the mail is in the mailbox"));
    }
    let parsing = tokio::task::spawn_blocking(move || std::panic::catch_unwind(AssertUnwindSafe(|| parse::parse(&one.raw, &setting))));
    match timeout(PARSE, parsing).await {
        Ok(Ok(Ok(Ok(mail)))) => Ok(mail),
        Ok(Ok(Ok(Err(error @ (ParseError::Empty | ParseError::NoHeader | ParseError::NoSender))))) => Err(error.to_string()),
        Ok(Ok(Err(_)) | Err(_)) => Err("okno has a fault that this mail hits; please report it with the raw mail".to_owned()),
        Err(_) => Err(format!("reading the mail took longer than {} seconds", PARSE.as_secs())),
    }
}

fn too_large(raw: &[u8]) -> Option<u64> {
    let line = raw.split(|byte| *byte == b'\n').next()?;
    let (name, size) = std::str::from_utf8(line).ok()?.split_once(':')?;
    (name == TOO_LARGE).then(|| size.trim().parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(raw: &str) -> Pending {
        Pending { unit: UnitId::from_u128(1), raw: raw.as_bytes().to_vec(), envelope_to: vec![] }
    }

    #[tokio::test]
    async fn what_cannot_be_understood_is_said_in_words() {
        assert!(read(pending("From: a@b.test\n\nhi"), Setting::default()).await.is_ok());
        assert!(read(pending("Subject: x\n\nhi"), Setting::default()).await.unwrap_err().contains("no sender"));
        let large = read(pending(&format!("{TOO_LARGE}: 99000000\r\nFrom: a@b.test\n\n")), Setting::default()).await.unwrap_err();
        assert!(large.contains("99000000"), "{large}");
    }
}
