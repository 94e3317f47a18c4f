//! Answers every call from this machine: what SIPp is pointed at by hand. `cargo run -p okno-sip --example answer -- 127.0.0.1:5070`
use std::time::Duration;

use okno_sip::sdp::{self, OfferParams};
use okno_sip::{LegEvent, Listen, Sip, SipConfig, SipEvent, Transport, Trunk};

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address: std::net::SocketAddr = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:5070".into()).parse()?;
    let listen = vec![Listen { transport: Transport::Udp, address }, Listen { transport: Transport::Tcp, address }];
    let config = SipConfig { listen, max_calls: 50_000, per_trunk_per_second: 1_000_000, ..SipConfig::default() };
    let (sip, mut news) = Sip::bind(config).await?;
    let trunk = Trunk { sources: vec!["127.0.0.1".parse()?], keep_alive: None, ..Trunk::new("all", "127.0.0.1", Transport::Udp) };
    sip.set_trunks(vec![trunk]).await;
    let counter = sip.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(5)).await;
            eprintln!("{} legs", counter.legs());
        }
    });
    while let Some(event) = news.recv().await {
        let SipEvent::Incoming(incoming) = event else { continue };
        tokio::spawn(async move {
            let params = OfferParams { address: ([127, 0, 0, 1], 40_000).into(), ..OfferParams::default() };
            let mut leg = incoming.leg;
            leg.control.ring();
            match incoming.offer.map(|offer| sdp::answer(&offer, &params)) {
                Some(Ok((answer, _))) => leg.control.answer(answer),
                Some(Err(error)) => leg.control.reject(488, &error.to_string()),
                None => leg.control.answer(sdp::offer(&params)),
            }
            while let Some(event) = leg.events.recv().await {
                if matches!(event, LegEvent::Ended { .. } | LegEvent::Failed { .. }) {
                    return;
                }
            }
        });
    }
    Ok(())
}
