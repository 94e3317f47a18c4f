//! The mail server of the simulated customers: takes what okno sends them and shows it to the [`World`].

use super::world::{Arrived, World};
use okno_channels::mail::{
    parse::{Setting, parse},
    smtp_in::session::{Envelope, Recipient, Session, Step, Stored},
};
use std::{io, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Listens on a free loopback port for as long as the demo runs.
pub(super) async fn start(world: World) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let world = world.clone();
            tokio::spawn(async move {
                if let Err(error) = talk(stream, &world).await {
                    tracing::debug!(%error, "a mail connection of the demo broke");
                }
            });
        }
    });
    Ok(address)
}

async fn talk(mut stream: TcpStream, world: &World) -> io::Result<()> {
    let mut session = Session::new("mail.example", false);
    let mut buffer = vec![0; 16 * 1024];
    loop {
        match session.step() {
            Step::Write(text) => stream.write_all(text.as_bytes()).await?,
            Step::Read => match stream.read(&mut buffer).await? {
                0 => return Ok(()),
                count => session.receive(&buffer[..count]),
            },
            // The simulated customers live under .example; nobody else has a mailbox here.
            Step::Recipient(address) => {
                session.recipient(if address.ends_with(".example") { Recipient::Known } else { Recipient::Unknown });
            }
            Step::Store(envelope) => {
                deliver(&envelope, world);
                session.stored(Stored::Durable);
            }
            Step::StartTls | Step::Close => return Ok(()),
        }
    }
}

fn deliver(envelope: &Envelope, world: &World) {
    let Ok(mail) = parse(&envelope.bytes, &Setting::default()) else { return };
    for to in &envelope.recipients {
        world.arrive(Arrived {
            to: to.clone(),
            message_id: mail.message_id.clone(),
            references: mail.references.clone(),
            subject: mail.subject.clone(),
            from: mail.from.name.clone(),
            text: mail.text.clone(),
        });
    }
}
