// The main story: a customer chats from a web page, another writes a mail; both go through one queue to agents in the
// desk; both are answered; both stand in one history; the ledger shows that nothing was lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosePresence, launch, offerOf, person, signIn, steps } from './browser.mjs';
import { ANNA, BORIS, OWNER, found } from './company.mjs';
import { mailbox, write } from './mail.mjs';
import { Server } from './server.mjs';
import { introduce, openWidget, say, site } from './site.mjs';
import { until } from './wait.mjs';
import { t } from './words.mjs';

/** Tells the story on one database. `address` is the company's mailbox, `customers` two customers' mailboxes. */
export function mainStory({ name, postgres, address, customers: [first, second] }) {
  test(`the main story on ${name}`, { timeout: 240_000 }, async (story) => {
    const server = await Server.start({ postgres });
    // The mailboxes outlive a run: what this run writes is its own.
    const run = Date.now().toString(36);
    const older = (await mailbox(address)).length;
    const company = await found(server, { mailbox: address });
    const { api } = company;
    const shop = await site(server, company.widget.settings.key);
    const browser = await launch();
    const pages = [];
    const newPerson = async () => {
      const page = await person(browser);
      pages.push(page);
      return page;
    };
    const step = steps(story, name, pages);
    let anna, boris, chatPage, chat, taker, other;

    await step('two agents sign in and become available', async () => {
      [anna, boris] = await Promise.all([newPerson(), newPerson()]);
      await Promise.all([signIn(anna, server, ANNA), signIn(boris, server, BORIS)]);
      await Promise.all([choosePresence(anna, 'presence-available'), choosePresence(boris, 'presence-available')]);
    });

    await step('a customer chats from a public page', async () => {
      chatPage = await newPerson();
      chat = await openWidget(chatPage, shop.url);
      await introduce(chat, 'Piotr Zielony', first);
      await say(chat, 'Hello, does the blue window come in my size?');
      taker = await until('an agent to be offered the chat', async () => {
        for (const page of [anna, boris]) if (await offerOf(page, 'Piotr Zielony').isVisible()) return page;
      });
      other = taker === anna ? boris : anna;
    });

    await step('an agent accepts and answers the chat; the customer sees it', async () => {
      await offerOf(taker, 'Piotr Zielony').getByRole('button', { name: t('accept') }).click();
      const thread = taker.getByRole('log', { name: t('messages') });
      await thread.getByText('does the blue window come in my size?').waitFor();
      const reply = taker.getByRole('textbox', { name: t('reply-to', { name: 'Piotr Zielony' }) });
      await reply.fill('Yes, in 90 by 120.');
      await reply.press('Enter');
      await chat.getByRole('log').getByText('Yes, in 90 by 120.').waitFor();
      assert.equal(await other.getByText('Yes, in 90 by 120.').count(), 0, 'the other agent has another desk');
    });

    await step('the chat goes on across pages of the site', async () => {
      await chatPage.getByRole('link', { name: 'Cart' }).click({ force: true }).catch(() => chatPage.goto(`${shop.url}/cart`));
      await chatPage.getByRole('heading', { name: 'Your cart' }).waitFor();
      chat = await openWidget(chatPage, `${shop.url}/cart`);
      await chat.getByRole('log').getByText('Yes, in 90 by 120.').waitFor();
      await say(chat, 'Wonderful, and what does it cost?');
      await taker.getByRole('log', { name: t('messages') }).getByText('what does it cost?').waitFor();
      for (const text of ['does the blue window come in my size?', 'Yes, in 90 by 120.']) {
        assert.equal(await chat.getByRole('log').getByText(text).count(), 1, `once: ${text}`);
      }
    });

    const letter = { from: first, name: 'Piotr Zielony', to: address, subject: 'My invoice', id: `invoice-${run}@customer.test`, text: 'Please send me the invoice.\nPiotr' };
    const question = { from: second, name: 'Maria Nowak', to: address, subject: 'Delivery to Gdańsk', id: `delivery-${run}@customer.test`, text: 'Do you deliver to Gdańsk?' };
    let mailTaker;
    await step('another customer writes to the mailbox', async () => {
      await write({ ...question, subject: '=?UTF-8?Q?Delivery_to_Gda=C5=84sk?=' });
      mailTaker = await until('an agent to be offered the mail', async () => {
        for (const page of [anna, boris]) if (await offerOf(page, 'Maria Nowak').isVisible()) return page;
      });
    });

    await step('an agent answers the mail; the answer is in her mailbox, in her thread', async () => {
      await offerOf(mailTaker, 'Maria Nowak').getByRole('button', { name: t('accept') }).click();
      await mailTaker.getByRole('log', { name: t('messages') }).getByText('Do you deliver to Gdańsk?').waitFor();
      await mailTaker.getByRole('textbox', { name: t('reply-to', { name: 'Maria Nowak' }) }).fill(`Yes, within three days (${run}).`);
      await mailTaker.getByRole('button', { name: new RegExp(`^${t('send')}`) }).click();
      const reply = await until('the reply in her mailbox', async () => (await mailbox(second)).find((mail) => mail.body.includes(`Yes, within three days (${run}).`)));
      assert.equal(reply.header('In-Reply-To'), `<${question.id}>`);
      assert.ok(reply.header('References').includes(`<${question.id}>`), reply.header('References'));
      assert.match(reply.header('From'), new RegExp(address));
      assert.match(reply.header('Message-ID'), /^<.+>$/);
      assert.match(reply.body, /Your Window Shop/);
      question.reply = reply.header('Message-ID');
    });

    await step('her next mail joins the same conversation', async () => {
      await write({ ...question, subject: 'Re: Delivery', id: `thanks-${run}@customer.test`, text: 'Thank you, I will order today.', headers: `In-Reply-To: ${question.reply}` });
      await mailTaker.getByRole('log', { name: t('messages') }).getByText('I will order today.').waitFor();
      const mails = (await api.all('/interactions?state=open')).filter((one) => one.medium === 'email');
      assert.equal(mails.length, 1, 'one interaction for the whole thread');
    });

    await step('the chat customer writes a mail from the address that he gave', async () => {
      await write(letter);
      const page = await until('an agent to be offered it', async () => {
        for (const page of [anna, boris]) if (await offerOf(page, 'Piotr Zielony').isVisible()) return page;
      });
      await offerOf(page, 'Piotr Zielony').getByRole('button', { name: t('accept') }).click();
      await page.getByRole('log', { name: t('messages') }).getByText('Please send me the invoice.').waitFor();
      await page.getByRole('textbox', { name: t('reply-to', { name: 'Piotr Zielony' }) }).fill(`Here is your invoice (${run}).`);
      await page.getByRole('button', { name: new RegExp(`^${t('send')}`) }).click();
      await until('the answer in his mailbox', async () => (await mailbox(first)).some((mail) => mail.body.includes(`Here is your invoice (${run}).`)));
    });

    await step('a person confirms that both are one; his history holds chat and mail', async () => {
      const open = await api.all('/interactions?state=open');
      const chatDoc = open.find((one) => one.medium === 'chat');
      await taker.goto(`${server.url}/desk/${chatDoc.id}`);
      const matches = taker.getByRole('region', { name: t('matches') });
      await matches.getByRole('button', { name: t('match-confirm') }).click();
      const mailDoc = open.find((one) => one.medium === 'email' && one.subject === 'My invoice');
      await until('both in one timeline', async () => {
        const { customer } = await api.get(`/interactions/${chatDoc.id}`);
        const { items } = await api.get(`/customers/${customer.id}/timeline`);
        const ids = items.map((item) => item.interaction.id);
        return ids.includes(chatDoc.id) && ids.includes(mailDoc.id);
      });
      const history = taker.getByRole('complementary', { name: t('context') });
      await history.getByText('My invoice').first().waitFor();
    });

    await step('everything is answered but her thanks, and all is finished', async () => {
      const price = taker.getByRole('textbox', { name: t('reply-to', { name: 'Piotr Zielony' }) });
      await price.fill('349 złotych, delivery included.');
      await price.press('Enter');
      await chat.getByRole('log').getByText('349 złotych').waitFor();
      for (const one of await api.all('/interactions?state=open')) await api.post(`/interactions/${one.id}/finish`);
    });

    const count = (summary, state) => summary.states.find((one) => one.state === state)?.count ?? 0;
    const ledger = (done) =>
      until('the ledger', async () => {
        const summary = await api.get('/ledger/summary?days=1');
        return done(summary) && summary;
      });
    let owner;
    await step('the ledger shows the mail that was closed without a reply', async () => {
      await ledger((summary) => count(summary, 'black_hole') === 1 && count(summary, 'open') === 0);
      owner = await newPerson();
      await signIn(owner, server, OWNER);
      await owner.goto(`${server.url}/ledger`);
      await owner.getByRole('tab', { name: t('ledger-black-holes') }).or(owner.getByRole('button', { name: new RegExp(`^${t('ledger-black-holes')}`) })).first().click();
      const row = owner.getByRole('row', { name: /Maria Nowak/ });
      await row.getByText(t('cause-closed')).waitFor();
      await row.getByRole('button', { name: 'Maria Nowak' }).click();
    });

    await step('one press brings her back to an agent, and she is answered', async () => {
      const drawer = owner.getByRole('dialog');
      await drawer.getByRole('button', { name: t('recover') }).click();
      await drawer.getByRole('button', { name: t('recover') }).click();
      const page = await until('an agent to be offered her mail', async () => {
        for (const page of [anna, boris]) if (await offerOf(page, 'Maria Nowak').isVisible()) return page;
      });
      await offerOf(page, 'Maria Nowak').getByRole('button', { name: t('accept') }).click();
      await page.getByRole('textbox', { name: t('reply-to', { name: 'Maria Nowak' }) }).fill(`You are welcome (${run}).`);
      await page.getByRole('button', { name: new RegExp(`^${t('send')}`) }).click();
      await until('the answer in her mailbox', async () => (await mailbox(second)).some((mail) => mail.body.includes(`You are welcome (${run}).`)));
      for (const one of await api.all('/interactions?state=open')) await api.post(`/interactions/${one.id}/finish`);
    });

    await step('the ledger is whole', async () => {
      const summary = await ledger((now) => count(now, 'open') + count(now, 'received') + count(now, 'black_hole') === 0);
      assert.equal(summary.conserved, true, summary.violations.join(', '));
      assert.equal(summary.received, 4 + older, 'one chat opening and three mails, and what was archived');
      assert.equal(count(summary, 'answered') + count(summary, 'joined'), 3 + older, JSON.stringify(summary.states));
      assert.equal(count(summary, 'recovered'), 1);
      await owner.goto(`${server.url}/ledger`);
      await owner.getByText(t('ledger-conserved')).first().waitFor();
    });

    await browser.close();
    shop.close();
    await server.end();
  });
}
