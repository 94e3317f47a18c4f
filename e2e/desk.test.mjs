// What an agent lives with every day: a reload in the middle of everything, offers that he declines or misses,
// conversations that he passes on.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { choosePresence, launch, offerOf, person, signIn, steps } from './lib/browser.mjs';
import { ANNA, BORIS, found } from './lib/company.mjs';
import { stopPeers } from './lib/peers.mjs';
import { Server } from './lib/server.mjs';
import { introduce, openWidget, say, site } from './lib/site.mjs';
import { until } from './lib/wait.mjs';
import { t } from './lib/words.mjs';

test('the desk', { timeout: 240_000 }, async (story) => {
  const server = await Server.start();
  const company = await found(server, { mailbox: 'desk@shop.test' });
  const { api, sales, widget } = company;
  const shop = await site(server, widget.settings.key);
  const browser = await launch();
  const pages = [];
  const newPerson = async (options) => {
    const page = await person(browser, options);
    pages.push(page);
    return page;
  };
  const step = steps(story, 'desk', pages);
  const customer = async (name, url = shop.url) => {
    const page = await newPerson();
    const chat = await openWidget(page, url);
    await introduce(chat, name, `${name.split(' ')[0].toLowerCase()}@elsewhere.test`);
    await say(chat, `${name} has a question`);
    return chat;
  };
  const thread = (page) => page.getByRole('log', { name: t('messages') });
  const reply = (page, name) => page.getByRole('textbox', { name: t('reply-to', { name }) });
  let anna, boris, ewa, adam;

  await step('an offer survives a reload, and F2 accepts it', async () => {
    [anna, boris] = await Promise.all([newPerson(), newPerson()]);
    await Promise.all([signIn(anna, server, ANNA), signIn(boris, server, BORIS)]);
    await choosePresence(anna, 'presence-available');
    ewa = await customer('Ewa Lis');
    await offerOf(anna, 'Ewa Lis').waitFor();
    await anna.reload();
    await offerOf(anna, 'Ewa Lis').waitFor();
    const offers = (await api.all('/interactions?state=open')).filter((one) => one.state.kind === 'offered');
    assert.equal(offers.length, 1, 'the same offer still rings');
    await anna.keyboard.press('F2');
    await thread(anna).getByText('Ewa Lis has a question').waitFor();
  });

  await step('a draft survives a reload', async () => {
    await reply(anna, 'Ewa Lis').fill('I am looking into');
    await anna.reload();
    await until('the draft', async () => (await reply(anna, 'Ewa Lis').inputValue()) === 'I am looking into');
    await reply(anna, 'Ewa Lis').fill('I have found it.');
    await reply(anna, 'Ewa Lis').press('Enter');
    await ewa.getByRole('log').getByText('I have found it.').waitFor();
    assert.equal(await thread(anna).getByText('I have found it.').count(), 1, 'sent once, shown once');
  });

  await step('a note stays inside', async () => {
    await anna.getByRole('button', { name: t('note'), exact: true }).click();
    await anna.getByRole('textbox', { name: t('note'), exact: true }).fill('she is a good customer');
    await anna.getByRole('button', { name: new RegExp(`^${t('note-add')}`) }).click();
    await thread(anna).getByText('she is a good customer').waitFor();
    await say(ewa, 'Thank you very much');
    await thread(anna).getByText('Thank you very much').waitFor();
    assert.equal(await ewa.getByText('she is a good customer').count(), 0);
    await anna.getByRole('button', { name: t('reply'), exact: true }).click();
  });

  await step('a declined offer goes to the next agent', async () => {
    adam = await customer('Adam Wilk');
    await offerOf(anna, 'Adam Wilk').waitFor();
    await choosePresence(boris, 'presence-available');
    await offerOf(anna, 'Adam Wilk').getByRole('button', { name: t('decline') }).click();
    await offerOf(boris, 'Adam Wilk').waitFor();
    assert.equal(await offerOf(anna, 'Adam Wilk').count(), 0);
    await offerOf(boris, 'Adam Wilk').getByRole('button', { name: t('accept') }).click();
    await thread(boris).getByText('Adam Wilk has a question').waitFor();
  });

  await step('both sides see that the other types', async () => {
    await adam.getByRole('textbox', { name: 'Write a message…' }).pressSequentially('One more thing', { delay: 5 });
    await thread(boris).getByText(/One more thing|Adam Wilk/).last().waitFor();
    await reply(boris, 'Adam Wilk').pressSequentially('I see', { delay: 5 });
    await adam.getByRole('log').getByText(/is typing/).waitFor();
    await reply(boris, 'Adam Wilk').press('Enter');
    await adam.getByRole('log').getByText('I see').waitFor();
  });

  await step('a transfer to a queue carries its note, and the wrap-up closes it', async () => {
    await anna.goto(`${server.url}/desk`);
    await anna.getByRole('region', { name: t('my-work') }).getByRole('link', { name: /Ewa Lis/ }).click();
    await choosePresence(anna, 'presence-offline');
    await anna.getByRole('button', { name: t('transfer'), exact: true }).click();
    const dialog = anna.getByRole('dialog');
    await dialog.getByRole('radio', { name: /Sales/ }).check();
    await dialog.getByRole('textbox', { name: t('transfer-note') }).fill('wants a price');
    await dialog.getByRole('button', { name: t('transfer'), exact: true }).click();
    await offerOf(boris, 'Ewa Lis').getByRole('button', { name: t('accept') }).click();
    await thread(boris).getByText('wants a price').waitFor();
    await thread(boris).getByText('I have found it.').waitFor();
    await boris.getByRole('button', { name: t('finish'), exact: true }).click();
    const wrapup = boris.getByRole('form', { name: t('wrapup') });
    await wrapup.getByRole('combobox').selectOption({ label: 'Story told' });
    await wrapup.getByRole('button', { name: t('wrapup-done') }).click();
    await until('the interaction to be closed', async () => (await api.all('/interactions?state=closed')).some((one) => one.customer_name === 'Ewa Lis' && one.disposition === company.solved.id));
  });

  await step('who misses offers again and again is paused, and the customer goes on to somebody else', async () => {
    const quick = await api.post('/queues', { ...sales, id: undefined, name: 'Quick', chat_offer_seconds: 5, no_answer_delay_seconds: 1 });
    const users = await api.all('/users');
    const borisUser = users.find((one) => one.email === BORIS.email);
    const annaUser = users.find((one) => one.email === ANNA.email);
    await api.patch(`/users/${borisUser.id}`, { queues: [quick.id] });
    await api.patch(`/users/${annaUser.id}`, { queues: [quick.id] });
    const door = await api.post('/channels', { ...widget, id: undefined, health: undefined, name: 'Quick', queue: quick.id, settings: { ...widget.settings, key: '' } });
    const quickShop = await site(server, door.settings.key);
    const page = await newPerson();
    const chat = await openWidget(page, quickShop.url);
    await introduce(chat, 'Jan Kot', 'jan@elsewhere.test');
    await say(chat, 'Is anybody there?');
    await boris.getByRole('button', { name: new RegExp(`^${t('presence')}: ${t('presence-missed')}`) }).waitFor({ timeout: 60_000 });
    const jan = (await api.all('/interactions?state=open')).find((one) => one.customer_name === 'Jan Kot');
    assert.equal(jan.state.kind, 'queued');
    assert.equal(jan.enqueued, jan.created, 'he keeps his place');
    await choosePresence(anna, 'presence-available');
    await offerOf(anna, 'Jan Kot').getByRole('button', { name: t('accept') }).click();
    await thread(anna).getByText('Is anybody there?').waitFor();
    quickShop.close();
  });

  await step('a killed server comes back, and nobody has to reload', async () => {
    await server.kill9();
    await server.run();
    await reply(anna, 'Jan Kot').fill('I am here.');
    await reply(anna, 'Jan Kot').press('Enter');
    await pages.at(-1).frameLocator('iframe').getByRole('log').getByText('I am here.').waitFor({ timeout: 60_000 });
    const agent = await new Api(server.url).signIn(ANNA);
    const jan = (await agent.all('/interactions?state=mine')).find((one) => one.customer_name === 'Jan Kot');
    const { items } = await agent.get(`/interactions/${jan.id}/messages`);
    assert.equal(items.filter((one) => one.text === 'I am here.').length, 1);
  });

  await browser.close();
  shop.close();
  await server.end();
});
after(stopPeers);
