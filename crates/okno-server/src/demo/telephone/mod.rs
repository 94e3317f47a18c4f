//! The demo's telephone network: a made-up provider whose customers call the company and can be called, and a desk phone of
//! one colleague. They come through the public doors: SIP and RTP on the loopback network, at addresses of their own.

mod callers;
mod party;

pub(super) use callers::number_of as customer;

use super::company::{Dialogue, Dice};
use okno_app::App;
use okno_model::WorkspaceId;
use okno_sip::SipEvent;
use party::Party;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

/// The company's number.
pub(super) const NUMBER: &str = "+48221234500";
/// Where the provider is: okno knows its calls by this address.
const PROVIDER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
/// Where the colleague's phone is.
const PHONE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 3));
/// User name of the colleague's phone.
pub(super) const LOGIN: &str = "ewa";
/// Whose it is.
pub(super) const OWNER: &str = "ewa@polana.example";
/// What customers say when they are called.
const HELLO: [(&str, &str); 3] = [
    ("en", "Hello? Yes, this is me. Thank you for calling back. Everything is fine now, thank you. Goodbye!"),
    ("ru", "Алло? Да, это я. Спасибо, что перезвонили. Теперь всё в порядке, спасибо. До свидания!"),
    ("pl", "Halo? Tak, to ja. Dziękuję, że pan oddzwonił. Teraz wszystko w porządku, dziękuję. Do widzenia!"),
];
/// How long a customer who is called lets it ring.
const RINGS: Duration = Duration::from_secs(3);
/// How long a colleague lets it ring.
const PICKS_UP: Duration = Duration::from_secs(4);

/// The provider, ready for okno's trunk.
pub(super) struct Network {
    provider: Party,
    phone: Party,
}

impl Network {
    /// Opens provider and phone. `None` where this machine has no such addresses: then the demo has no callers.
    pub(super) async fn open() -> Option<Self> {
        let provider = Party::open(PROVIDER, 25_000).await;
        let phone = Party::open(PHONE, 25_400).await;
        match (provider, phone) {
            (Ok(provider), Ok(phone)) => Some(Self { provider, phone }),
            (Err(error), _) | (_, Err(error)) => {
                tracing::info!(error = format!("{error:#}"), "the demo has no telephone network here");
                None
            }
        }
    }

    /// Where okno's trunk leads.
    pub(super) fn provider(&self) -> SocketAddr {
        self.provider.address()
    }

    /// Lets people call for as long as the demo runs.
    pub(super) async fn live(self, okno: SocketAddr, secret: String, app: Arc<App>, ws: WorkspaceId, dialogues: Vec<Dialogue>, pace: f64) {
        let Self { provider, phone } = self;
        provider.connect(okno, None).await;
        phone.connect(okno, Some((LOGIN, &secret))).await;
        let dialogues = Arc::new(dialogues);
        let answers = tokio::spawn(answer(phone, PICKS_UP, Arc::clone(&dialogues)));
        let provider = Arc::new(provider);
        let calls = tokio::spawn(callers::come(Arc::clone(&provider), app, ws, dialogues, pace));
        be_called(&provider).await;
        answers.abort();
        calls.abort();
    }
}

/// Customers who are called pick up and say hello.
async fn be_called(provider: &Arc<Party>) {
    let mut dice = Dice(7);
    loop {
        match provider.event().await {
            None => return,
            Some(SipEvent::Incoming(call)) => {
                let (provider, (language, words)) = (Arc::clone(provider), HELLO[dice.below(HELLO.len())]);
                tokio::spawn(async move { provider.take(*call, RINGS, language, words).await });
            }
            Some(SipEvent::Phone { .. } | SipEvent::Trunk { .. }) => {}
        }
    }
}

/// A colleague answers his phone, says something helpful, and hangs up.
async fn answer(phone: Party, after: Duration, dialogues: Arc<Vec<Dialogue>>) {
    let phone = Arc::new(phone);
    let mut dice = Dice(11);
    while let Some(event) = phone.event().await {
        let SipEvent::Incoming(call) = event else { continue };
        let fitting: Vec<&Dialogue> = dialogues.iter().filter(|d| d.language == "en").collect();
        let words = dice.pick(&fitting).answer.join(" ");
        let phone = Arc::clone(&phone);
        tokio::spawn(async move { phone.take(*call, after, "en", &format!("Polana Outdoor, this is Ewa. {words} Goodbye!")).await });
    }
}
