// A hostile customer sends everything that ever ran, loaded or led away somewhere, through every way in. Agents open it all.
// Nothing runs, nothing leaves, nobody is led away; and what was words stays readable.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { choosePresence, launch, offerOf, person, signIn, steps } from './lib/browser.mjs';
import { ANNA, OWNER, found } from './lib/company.mjs';
import { hostileMail } from './lib/hostile-mail.mjs';
import { ALL, FILES, MARKUP, WORDS } from './lib/hostile-payloads.mjs';
import { dangers, watch } from './lib/hostile-watch.mjs';
import { submit } from './lib/mail.mjs';
import { stopPeers } from './lib/peers.mjs';
import { Server } from './lib/server.mjs';
import { site } from './lib/site.mjs';
import { until } from './lib/wait.mjs';
import { t } from './lib/words.mjs';

/** Payloads of one chat message: a message holds many, and each is looked for. */
const PER_MESSAGE = 12;
const bundles = (list, size) => Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
// Control characters never come through a browser's text field or the server's cleaning; the rest must be shown as written.
// eslint-disable-next-line no-control-regex
const shown = (text) => text.replace(/[\u0000-\u001f\s]+/g, '');
const NAME = `<img src=x onerror=okno_ran(1)>"'`;

test('hostile customers', { timeout: 180_000 }, async (story) => {
  const server = await Server.start();
  const files = `http://127.0.0.1:${server.filesPort}`;
  const company = await found(server, { mailbox: 'desk@shop.test' });
  const { api, support, widget } = company;
  const address = 'hostile@shop.test';
  await api.post('/channels', {
    kind: 'mailbox',
    name: 'Forwarded mail',
    queue: support.id,
    enabled: true,
    settings: { kind: 'mailbox', address, sender_name: NAME, aliases: [], imap: null, archive_before: null, smtp: null, signature: '', auto_reply: '' },
  });
  // The company itself may be careless: its own words are words, too.
  await api.patch(`/channels/${widget.id}`, { settings: { ...widget.settings, title: WORDS[7], greeting: `${WORDS[0]} ${WORDS[10]}` } });
  const shop = await site(server, widget.settings.key);
  const browser = await launch();
  const pages = [];
  const seen = [];
  const newPerson = async () => {
    const page = await person(browser);
    seen.push(await watch(page.context(), [server.url, files, shop.url]));
    pages.push(page);
    return page;
  };
  const step = steps(story, 'hostile', pages);
  /** After every step: nothing ran, nothing left, and no document holds what could. */
  const clean = async (...looked) => {
    for (const page of looked) assert.deepEqual(await dangers(page), []);
    assert.deepEqual(seen.flat(), []);
  };
  const words = async (locator) => shown((await locator.allTextContents()).join('\n'));
  const holds = async (locator, list) => {
    const missing = await until('every word', async () => {
      const text = await words(locator);
      return [list.filter((one) => !text.includes(shown(one)))].find((missing) => !missing.length);
    }).catch(async () => {
      const text = await words(locator);
      return list.filter((one) => !text.includes(shown(one)));
    });
    assert.deepEqual(missing, [], 'words that are not shown as they were written');
  };
  const thread = (page) => page.getByRole('log', { name: t('messages') });
  let anna, olga, visitor, chat, chatId;

  await step('a visitor with a hostile name on a hostile page writes hostile words', async () => {
    [anna, olga, visitor] = await Promise.all([newPerson(), newPerson(), newPerson()]);
    await Promise.all([signIn(anna, server, ANNA), signIn(olga, server, OWNER)]);
    await choosePresence(anna, 'presence-available');
    await visitor.goto(`${shop.url}/"><img src=x onerror=okno_ran(1)>?javascript:okno_ran(1)`);
    await visitor.getByRole('button', { name: /^Chat with us/ }).click();
    chat = visitor.frameLocator('iframe');
    await chat.getByLabel('Your name').fill(NAME);
    await chat.getByLabel('Mail address').fill('mallory@evil.test');
    await chat.getByRole('button', { name: 'Start the chat' }).click();
    for (const bundle of bundles(ALL, PER_MESSAGE)) {
      await chat.getByRole('textbox', { name: 'Write a message…' }).fill(bundle.join('\n'));
      await chat.getByRole('button', { name: 'Send', exact: true }).click();
    }
    await holds(chat.getByRole('log'), ALL);
    await clean(visitor, visitor.frames()[1]);
  });

  await step('an agent is offered it by name, accepts, and reads it as words', async () => {
    const offer = offerOf(anna, NAME);
    await offer.waitFor();
    await until('the title to name the customer', async () => (await anna.title()).includes('<img src=x'));
    await clean(anna);
    await offer.getByRole('button', { name: t('accept') }).click();
    await holds(thread(anna), ALL);
    chatId = new URL(anna.url()).pathname.split('/').pop();
    await clean(anna);
  });

  await step('files of every lying name and type are only files', async () => {
    const key = widget.settings.key;
    const send = (body, headers = {}) => fetch(`${server.url}/api/v1/visitor/frames?key=${key}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }).then((answer) => answer.json());
    const hello = await send({ frames: [{ t: 'hello', page: 'javascript:okno_ran(1)', name: WORDS[4], email: 'files@evil.test', language: '"><script>' }] });
    const token = hello.frames.find((frame) => frame.t === 'welcome').token;
    const ids = [];
    for (const file of FILES) {
      const answer = await fetch(`${server.url}/api/v1/visitor/uploads?key=${key}&name=${encodeURIComponent(file.name)}`, { method: 'POST', headers: { 'x-okno-visitor': token, 'content-type': 'text/html' }, body: file.bytes });
      assert.equal(answer.status, 201, `${file.name}: ${await answer.clone().text()}`);
      ids.push((await answer.json()).id);
    }
    await send({ token, frames: [{ t: 'say', client_id: 'files', text: '', attachments: ids }] });
    const doc = await until('the chat', async () => (await api.all('/interactions?state=open')).find((one) => one.customer_name === WORDS[4]));
    await olga.goto(`${server.url}/desk/${doc.id}`);
    const list = olga.getByRole('list', { name: t('attachments') });
    await list.getByRole('listitem').nth(FILES.length - 1).waitFor();
    assert.doesNotMatch((await list.allTextContents()).join(), /[\u200b\u202e/\\]/, 'no name deceives or leaves its folder');
    for (const id of ids) {
      const { url } = await api.get(`/attachments/${id}/link`);
      const answer = await fetch(url);
      const head = Object.fromEntries(answer.headers);
      assert.match(head['content-security-policy'], /default-src 'none'.*sandbox/);
      assert.equal(head['x-content-type-options'], 'nosniff');
      const picture = head['content-type'] === 'image/gif';
      assert.ok(picture || head['content-type'] === 'application/octet-stream', head['content-type']);
      assert.match(head['content-disposition'], picture ? /^inline/ : /^attachment; filename="[\w .()-]+"; filename\*=UTF-8''[\w.%-]+$/);
      assert.equal(head['x-evil'], undefined);
    }
    await clean(olga);
  });

  const mails = [];
  await step('mails bring every markup as HTML, as text, as names, subjects and files', async () => {
    const send = async (n, mail) => {
      const one = { from: `mallory${n}@evil.test`, to: address, id: `hostile-${n}@evil.test`, ...mail };
      mails.push(one);
      await submit(server.smtpPort, one.from, address, hostileMail(one));
    };
    const letters = bundles(MARKUP, 32).map((html, i) => ({ name: NAME, subject: `Letter ${i} ${MARKUP[i]}`, text: '', html }));
    const names = WORDS.map((word, i) => ({ name: word, subject: `${word} ${i}`, text: ALL.slice(i * 6, i * 6 + 6).join('\n') }));
    const headers = ['X-Evil: </script><script>okno_ran(1)</script>', 'List-Unsubscribe: <javascript:okno_ran(1)>', `Reply-To: "<script>okno_ran(1)</script>" <reply@evil.test>`];
    const folder = { name: MARKUP[12], subject: MARKUP[0], text: 'files', html: [MARKUP[12], '<img src="cid:hostile-99@evil.test-5">'], files: FILES, headers };
    await Promise.all([...letters, ...names].map((mail, n) => send(n, mail)));
    await send(99, folder);
    await until('every mail to be understood', async () => (await api.all('/interactions?state=open')).filter((one) => one.medium === 'email').length === mails.length);
    assert.deepEqual(await api.all('/ledger?state=quarantined'), []);
  });

  await step('their HTML is shown without anything that runs, loads, sends or covers', async () => {
    const docs = (await api.all('/interactions?state=open')).filter((one) => one.medium === 'email');
    for (const mail of mails.filter((one) => one.html)) {
      const doc = docs.find((one) => shown(one.subject) === shown(mail.subject));
      assert.ok(doc, mail.subject);
      await olga.goto(`${server.url}/desk/${doc.id}`);
      await olga.getByRole('button', { name: t('show-as-written') }).first().click();
      const frame = olga.frameLocator('iframe');
      await frame.locator('body').waitFor({ state: 'attached' });
      const inner = () => olga.frames().find((one) => one.url().startsWith(`${files}/m/`));
      await until('the mail in its frame', async () => inner() && (await inner().evaluate('document.readyState')) === 'complete');
      assert.deepEqual(await dangers(inner(), true), []);
      assert.equal(await inner().evaluate('self.origin'), 'null', 'the frame has no origin');
      await clean(olga);
      const remote = olga.getByRole('button', { name: t('remote-show') });
      if (await remote.count()) {
        const before = inner().url();
        await remote.click();
        await until('the mail with its pictures', async () => inner() && inner().url() !== before && (await inner().evaluate('document.readyState')) === 'complete');
        // With consent the pictures come through okno: still nothing leaves this browser.
        assert.deepEqual(await dangers(inner(), true), []);
        for (const src of await inner().evaluate('[...document.images].map((one) => one.getAttribute("src") ?? "")')) {
          assert.ok(!src || src.startsWith(`${files}/`) || src.startsWith('data:image/'), src);
        }
        await clean(olga);
      }
    }
  });

  await step('a picture that a mail brings itself is shown in its frame', async () => {
    const frame = olga.frames().find((one) => one.url().startsWith(`${files}/m/`));
    await until('the picture', () => frame.evaluate((files) => [...document.images].some((one) => one.src.startsWith(`${files}/f/`) && one.naturalWidth === 1), files));
  });

  await step('lists, the customer, his history and the ledger show words', async () => {
    await anna.goto(`${server.url}/desk/${chatId}`);
    await thread(anna).waitFor();
    await clean(anna);
    const docs = await api.all('/interactions?state=open');
    const customer = docs.find((one) => one.id === chatId).customer;
    await api.patch(`/customers/${customer}`, { notes: ALL.slice(0, 40).join('\n').replace(/\0/g, '') });
    await olga.goto(`${server.url}/customers`);
    await holds(olga.getByRole('table'), [NAME]);
    await clean(olga);
    await olga.goto(`${server.url}/customers/${customer}`);
    await olga.getByRole('heading', { name: t('history') }).waitFor();
    await until('his name', async () => (await words(olga.locator('main'))).includes(shown(NAME)));
    await clean(olga);
    await olga.goto(`${server.url}/ledger?state=open`);
    await holds(olga.getByRole('table'), WORDS.slice(0, 8));
    for (const row of [0, 3, 7]) {
      await olga.getByRole('table').getByRole('row').nth(row + 1).click();
      await olga.getByRole('dialog').waitFor();
      await clean(olga);
      await olga.keyboard.press('Escape');
    }
  });

  await step("an agent's hostile words, notes and files are words to the visitor, and notes stay inside", async () => {
    await thread(anna).waitFor();
    const agent = await anna.context().cookies();
    const cookie = agent.map((one) => `${one.name}=${one.value}`).join('; ');
    const post = async (path, body, type = 'application/json') => {
      const answer = await fetch(`${server.url}/api/v1${path}`, { method: 'POST', headers: { cookie, 'x-okno': '1', 'content-type': type }, body: type === 'application/json' ? JSON.stringify(body) : body });
      assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
      return answer.json();
    };
    for (const [i, bundle] of bundles(ALL, 40).entries()) {
      const text = bundle.join('\n').replace(/\0/g, '');
      await post(`/interactions/${chatId}/messages`, { kind: 'outbound', text, client_id: `out-${i}`, attachments: [] });
      await post(`/interactions/${chatId}/messages`, { kind: 'note', text: `secret ${text}`, client_id: `note-${i}`, attachments: [] });
    }
    const file = await post(`/uploads?name=${encodeURIComponent(FILES[0].name)}`, FILES[0].bytes, 'application/octet-stream');
    await post(`/interactions/${chatId}/messages`, { kind: 'outbound', text: 'the file', client_id: 'out-file', attachments: [file.id] });
    await chat.getByRole('log').getByText('the file').waitFor();
    await holds(chat.getByRole('log'), ALL);
    assert.equal((await words(chat.getByRole('log'))).includes('secret'), false);
    await thread(anna).getByText('the file').waitFor();
    await clean(anna, visitor, visitor.frames()[1]);
  });

  await step('nobody was led away', async () => {
    // They were opened at the same time: their order says nothing.
    assert.deepEqual(pages.map((page) => new URL(page.url()).origin).sort(), [server.url, server.url, shop.url].sort());
    assert.equal(pages.reduce((sum, page) => sum + page.context().pages().length, 0), 3, 'no window opened by itself');
    assert.deepEqual(seen.flat(), []);
  });

  await browser.close();
  shop.close();
  await server.end();
});
after(stopPeers);
