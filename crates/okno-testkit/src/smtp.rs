//! SMTP as the world speaks it to okno: a client that submits, and a relay that takes everything and remembers it.

use anyhow::{Context, Result, bail};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// How long one answer may take.
const LIMIT: Duration = Duration::from_secs(20);

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submitted {
    /// Acknowledged: from now on the other side answers for it.
    Taken,
    /// Refused for good.
    Refused(String),
}

/// Submits one mail. An error means that nothing was acknowledged and the same mail may be sent again.
/// `content_sent` is called when the whole mail is on its way and the answer is not there yet.
pub async fn submit(port: u16, from: &str, to: &str, mail: &str, content_sent: impl FnOnce()) -> Result<Submitted> {
    tokio::time::timeout(LIMIT, async {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        let mut stream = BufReader::new(stream);
        expect(&mut stream, "2").await?;
        for (line, good) in [
            ("EHLO tests".to_owned(), "2"),
            (format!("MAIL FROM:<{from}>"), "2"),
            (format!("RCPT TO:<{to}>"), "2"),
            ("DATA".to_owned(), "3"),
        ] {
            stream.write_all(format!("{line}\r\n").as_bytes()).await?;
            match expect(&mut stream, good).await? {
                None => {}
                Some(answer) if answer.starts_with('5') => return Ok(Submitted::Refused(answer)),
                Some(answer) => bail!("{line}: {answer}"),
            }
        }
        let stuffed = mail.replace("\r\n.", "\r\n..");
        stream.write_all(format!("{stuffed}\r\n.\r\n").as_bytes()).await?;
        content_sent();
        let result = match expect(&mut stream, "2").await? {
            None => Submitted::Taken,
            Some(answer) if answer.starts_with('5') => Submitted::Refused(answer),
            Some(answer) => bail!("content: {answer}"),
        };
        // What matters was said; a lost farewell is nobody's loss.
        let _ = stream.write_all(b"QUIT\r\n").await;
        Ok(result)
    })
    .await
    .context("the mail server did not answer in time")?
}

/// Reads an answer; `None` if it begins as it should, else the answer.
async fn expect(stream: &mut BufReader<TcpStream>, good: &str) -> Result<Option<String>> {
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            bail!("the connection was closed");
        }
        if line.as_bytes().get(3) == Some(&b'-') {
            continue; // more lines of the same answer follow
        }
        return Ok(if line.starts_with(good) { None } else { Some(line.trim_end().to_owned()) });
    }
}

/// A relay that accepts every mail, keeps it, and never sends anything.
pub struct Sink {
    /// Port on 127.0.0.1.
    pub port: u16,
    mails: Arc<Mutex<Vec<String>>>,
    received: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Sink {
    /// Starts it on a port of the kernel's choice.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let mails: Arc<Mutex<Vec<String>>> = Arc::default();
        let received = Arc::new(Notify::new());
        let (kept, told) = (Arc::clone(&mails), Arc::clone(&received));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, told) = (Arc::clone(&kept), Arc::clone(&told));
                // A client that dies in the middle of a talk is what this sink is for.
                tokio::spawn(async move { drop(talk(stream, &kept, &told).await) });
            }
        });
        Ok(Self { port, mails, received, task })
    }

    /// Every mail that was received in full, in order, acknowledged or not.
    pub fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Wakes up at the moment when a whole mail is here and its acknowledgement is not yet sent.
    pub fn received(&self) -> Arc<Notify> {
        Arc::clone(&self.received)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn talk(stream: TcpStream, mails: &Mutex<Vec<String>>, received: &Notify) -> Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink.test ESMTP\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "EHLO" => b"250-sink.test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING\r\n",
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let mail = content(&mut stream).await?;
                mails.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
                received.notify_waiters();
                // The gap in which a killed sender cannot know that his mail was taken.
                tokio::time::sleep(Duration::from_millis(3)).await;
                b"250 2.0.0 taken\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer).await?;
    }
}

async fn content(stream: &mut BufReader<TcpStream>) -> Result<String> {
    let mut mail = Vec::new();
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            bail!("closed in the middle of a mail");
        }
        if line == b".\r\n" {
            return Ok(String::from_utf8_lossy(&mail).into_owned());
        }
        mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

/// A header of a raw mail, unfolded, by its name.
pub fn header(mail: &str, name: &str) -> Option<String> {
    let head = mail.split("\r\n\r\n").next().unwrap_or(mail).replace("\r\n ", " ").replace("\r\n\t", " ");
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_sink_keeps_what_is_submitted() {
        let sink = Sink::start().await.unwrap();
        let mail = "Message-ID: <1@a>\r\nSubject: two\r\n lines\r\n\r\nfirst\r\n.dot\r\nlast";
        let sent = submit(sink.port, "a@a", "b@b", mail, || {}).await.unwrap();
        assert_eq!(sent, Submitted::Taken);
        let mails = sink.mails();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].trim_end(), mail);
        assert_eq!(header(&mails[0], "subject").as_deref(), Some("two lines"));
    }
}
