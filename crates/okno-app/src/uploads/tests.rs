//! Limits of files, and what links open.

use super::*;
use crate::{
    AppError,
    stage::{ANNA, BORIS, letter, stages},
};
use okno_model::{limits, wire::InboundFile};
use okno_store::access::SessionRow;

#[tokio::test]
async fn empty_and_huge_files_are_refused() {
    for stage in stages().await {
        for bytes in [Vec::new(), vec![0; limits::ATTACHMENT_BYTES + 1]] {
            let refused = accept(&stage.ctx, Uploader::User(ANNA), "x", bytes).await.unwrap_err();
            assert!(matches!(refused, AppError::Invalid { field: "file", .. }), "{refused}");
        }
    }
}

#[tokio::test]
async fn a_link_opens_one_file_for_one_session_until_its_end() {
    for stage in stages().await {
        let (anna, app) = (stage.actor(ANNA), stage.ctx.app.clone());
        let session = SessionRow {
            id: anna.session,
            user: ANNA,
            created: stage.ctx.now(),
            seen: stage.ctx.now(),
            expires: stage.ctx.now() + std::time::Duration::from_secs(86_400),
            revoked: None,
            ip: String::new(),
            agent: String::new(),
        };
        stage.ctx.write(move |tx| Ok(okno_store::access::insert_session(tx, &session, b"hash")?)).await.unwrap();
        let file = accept(&stage.ctx, Uploader::User(ANNA), "a.txt", b"hello".to_vec()).await.unwrap();
        let foreign = links::attachment_url(&stage.ctx, &stage.actor(BORIS), file.id).await.unwrap_err();
        assert!(matches!(foreign, AppError::NotFound { .. }), "{foreign}");
        let url = links::attachment_url(&stage.ctx, &anna, file.id).await.unwrap();
        let signed = url.strip_prefix("http://files.example/f/").unwrap().to_owned();
        let served = files::open(&app, &signed).await.unwrap();
        assert_eq!((served.name.as_str(), served.size), ("a.txt", 5));
        assert_eq!(app.blobs.get(&served.blob).await.unwrap().as_ref(), b"hello");
        for forged in ["", "x.y", &signed[1..], &format!("{signed}A")] {
            assert!(matches!(files::open(&app, forged).await.unwrap_err(), AppError::NotFound { .. }), "{forged}");
        }
        assert!(files::html(&app, &signed).await.is_err(), "a link for a file opens no mail");
        let (user, id, now) = (ANNA, anna.session, stage.ctx.now());
        stage.clock.advance(std::time::Duration::from_secs(601));
        assert!(files::open(&app, &signed).await.is_err(), "the link is over");
        let url = links::attachment_url(&stage.ctx, &anna, file.id).await.unwrap();
        let signed = url.rsplit('/').next().unwrap().to_owned();
        stage.ctx.write(move |tx| Ok(okno_store::access::revoke_session(tx, user, id, now)?)).await.unwrap();
        assert!(files::open(&app, &signed).await.is_err(), "the session is over");
    }
}

#[tokio::test]
async fn mail_html_gets_its_pictures_and_remote_ones_only_when_asked_for() {
    for stage in stages().await {
        let anna = stage.actor(ANNA);
        let session = SessionRow {
            id: anna.session,
            user: ANNA,
            created: stage.ctx.now(),
            seen: stage.ctx.now(),
            expires: stage.ctx.now() + std::time::Duration::from_secs(86_400),
            revoked: None,
            ip: String::new(),
            agent: String::new(),
        };
        stage.ctx.write(move |tx| Ok(okno_store::access::insert_session(tx, &session, b"hash")?)).await.unwrap();
        let mut mail = letter("a1@mail.example", "olga@mail.example", "Lamp", "x");
        mail.html = Some(r#"<p><img data-cid="logo" alt=""><img data-remote-src="http://t.example/?a=1&amp;b=2"></p>"#.into());
        mail.has_remote = true;
        mail.attachments.push(InboundFile {
            name: "logo.gif".into(),
            mime: "text/html".into(),
            bytes: b"GIF89a...".to_vec(),
            content_id: Some("logo".into()),
            inline: true,
        });
        let unit = stage.mail("1", mail).await;
        let id = stage.unit(unit).await.interaction.unwrap();
        let message = stage.messages(id).await.into_iter().find(|m| m.has_html).unwrap();
        assert_eq!(message.attachments[0].mime, "image/gif", "never as claimed");
        for remote in [false, true] {
            let url = links::html_url(&stage.ctx, &anna, message.id, remote).await.unwrap();
            let signed = url.strip_prefix("http://files.example/m/").unwrap();
            let served = files::html(&stage.ctx.app, signed).await.unwrap();
            assert!(served.html.contains(r#" src="http://files.example/f/"#) && !served.html.contains("data-cid"), "{}", served.html);
            assert_eq!(served.html.contains(r#"<img src="http://files.example/p/"#), remote, "{}", served.html);
            if remote {
                let proxied = served.html.split("/p/").nth(1).unwrap().split('"').next().unwrap();
                assert_eq!(files::remote(&stage.ctx.app, proxied).await.unwrap(), "http://t.example/?a=1&b=2");
                let (id, now) = (anna.session, stage.ctx.now());
                stage.ctx.write(move |tx| Ok(okno_store::access::revoke_session(tx, ANNA, id, now)?)).await.unwrap();
                let over = files::remote(&stage.ctx.app, proxied).await.unwrap_err();
                assert!(matches!(over, AppError::NotFound { .. }), "the session is over: {over}");
            }
        }
    }
}
