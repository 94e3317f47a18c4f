//! `okno demo`: the whole product with a made-up company, a month of history, and simulated customers and colleagues
//! who come through the public doors.

mod colleagues;
mod company;
mod customers;
mod history;
mod hours;
mod mailhost;
mod seed;
mod side;
mod telephone;
mod world;

use crate::{cli::DemoArgs, config::Config, serve};
use anyhow::Context as _;
use std::{net::SocketAddr, sync::Arc};

/// The company's mailbox.
const MAILBOX: &str = "help@polana.example";

/// Runs until Ctrl-C.
pub(crate) async fn run(mut config: Config, args: DemoArgs) -> anyhow::Result<()> {
    let side: SocketAddr = args.customers_listen.parse().context("`--customers-listen` needs an address and a port")?;
    let folder = match &args.keep {
        Some(folder) => Folder::Kept(folder.clone()),
        None => Folder::Fresh(tempfile::Builder::new().prefix("okno-demo-").tempdir()?),
    };
    folder.path().clone_into(&mut config.data_dir);
    config.database = format!("sqlite:{}", folder.path().join("okno.db").display());
    let smtp = config.smtp_listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 2525)));
    config.smtp_listen = Some(smtp);
    // Everybody of the demo comes from one address.
    config.rate_limits = false;

    let world = world::World::new();
    let mailhost = mailhost::start(world.clone()).await?;
    let running = serve::start(&config).await?;
    let app = Arc::clone(&running.app);
    let network = if running.sip.is_some() { telephone::Network::open().await } else { None };
    let provider = network.as_ref().map(telephone::Network::provider);
    let company = seed::company(&running, &config, mailhost, provider).await.context("the demo company could not be set up")?;

    let chat_page = format!("{}/hello/{}", config.url, company.widget);
    if !args.quiet {
        let street = customers::Street { url: config.url.clone(), widget: company.widget.clone(), smtp, pace: args.pace };
        let dialogues = company::dialogues()?;
        if let (Some(network), Some(sip), Some(secret)) = (network, running.sip, company.phone) {
            tokio::spawn(network.live(sip, secret, Arc::clone(&app), running.home, dialogues.clone(), args.pace));
        }
        let shared = Arc::new(dialogues.clone());
        for (seed, person) in company::COLLEAGUES.iter().take(company::BUSY_COLLEAGUES).enumerate() {
            tokio::spawn(colleagues::work(config.url.clone(), *person, Arc::clone(&shared), seed as u64 + 1));
        }
        tokio::spawn(customers::come_and_go(Arc::clone(&app), street, world.clone(), dialogues));
    }
    let page = chat_page.clone();
    let side_task = tokio::spawn(side::serve(side, app, world, smtp, page));
    greet(&config, side, &chat_page, smtp, running.sip);
    tokio::select! {
        done = running.until_stopped() => done,
        done = side_task => done.context("the customers' page ended")?,
    }
}

/// Where the demo's data is.
enum Folder {
    /// Removed at the end.
    Fresh(tempfile::TempDir),
    /// Stays.
    Kept(std::path::PathBuf),
}

impl Folder {
    fn path(&self) -> &std::path::Path {
        match self {
            Self::Fresh(dir) => dir.path(),
            Self::Kept(path) => path,
        }
    }
}

#[expect(clippy::print_stdout, reason = "the demo talks to the person who started it")]
fn greet(config: &Config, side: SocketAddr, chat_page: &str, smtp: SocketAddr, sip: Option<SocketAddr>) {
    let telephone = sip.map_or_else(String::new, |sip| {
        format!(
            "
  Telephone             callers ring {number}; let your browser use the microphone to be rung
                        call *43 (echo) or {customer} in the dial box; SIP phones register at {sip}",
            number = telephone::NUMBER,
            customer = telephone::customer(0),
        )
    });
    let you = company::YOU;
    println!(
        "
  okno demo: {company}

  The desk              {url}
    sign in as          {email}   (the owner: sees and may do everything)
    password            {password}
    or as               anna@, boris@, ewa@, james@, marina@ (supervisor), tomasz@{domain}, same password
  The customers' side   http://{side}   (their chats and mailboxes; be a customer yourself)
  The company's page    {chat_page}
  Mail                  to {MAILBOX} by SMTP at {smtp}{telephone}

  Sign in, choose Available, and answer: your words appear on the customers' side.
  Ctrl-C ends the demo.
",
        company = company::COMPANY,
        url = config.url,
        email = you.email,
        password = company::PASSWORD,
        domain = company::DOMAIN,
    );
}
