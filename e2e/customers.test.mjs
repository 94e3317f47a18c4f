// Customers: two who are one are merged on a page and taken apart again, and each has his own history back.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { choosePresence, launch, person, signIn, steps } from './lib/browser.mjs';
import { ANNA, OWNER, found } from './lib/company.mjs';
import { stopPeers } from './lib/peers.mjs';
import { Server } from './lib/server.mjs';
import { introduce, openWidget, say, site } from './lib/site.mjs';
import { until } from './lib/wait.mjs';
import { t } from './lib/words.mjs';

test("customers", { timeout: 240_000 }, async (story) => {
  const server = await Server.start();
  const { api, widget } = await found(server, {
    mailbox: "customers@shop.test",
  });
  const shop = await site(server, widget.settings.key);
  const browser = await launch();
  const pages = [];
  const newPerson = async (options) => {
    const page = await person(browser, options);
    pages.push(page);
    return page;
  };
  const step = steps(story, "customers", pages);
  const named = async (name) =>
    (await api.all("/customers")).find((one) => one.name === name);
  const history = async (id) =>
    (await api.all(`/customers/${id}/timeline`)).length;
  let desk, phone, laptop;

  await step("one person writes from two browsers", async () => {
    // Somebody must be there: to a shop without people one writes a form.
    await choosePresence(await signIn(await newPerson(), server, ANNA), "presence-available");
    for (const name of ["Ewa Lis", "Ewa L."]) {
      const chat = await openWidget(await newPerson(), shop.url);
      await introduce(
        chat,
        name,
        `${name === "Ewa Lis" ? "ewa" : "lis"}@elsewhere.test`,
      );
      await say(chat, `${name} has a question`);
      await until(name, () => named(name));
    }
    [laptop, phone] = [await named("Ewa Lis"), await named("Ewa L.")];
    desk = await signIn(await newPerson(), server, OWNER);
  });

  await step("they are merged, and one page shows both", async () => {
    await desk.goto(`${server.url}/customers/${phone.id}`);
    await desk.getByRole("button", { name: t("merge-with") }).click();
    await desk
      .getByRole("searchbox", { name: t("merge-search") })
      .fill("Ewa Lis");
    await desk.getByRole("radio", { name: /Ewa Lis/ }).check();
    await desk
      .getByRole("button", { name: t("merge-do"), exact: true })
      .click();
    await desk.waitForURL(`**/customers/${laptop.id}`);
    await desk
      .getByRole("region", { name: t("merges") })
      .getByText("Ewa L.", { exact: true })
      .first()
      .waitFor();
    assert.equal(await history(laptop.id), 2);
    await desk.getByText(t("contradictions")).waitFor();
    assert.equal((await api.all("/customers")).length, 1);
  });

  await step("an old link leads to the one who stands for both", async () => {
    await desk.goto(`${server.url}/customers/${phone.id}`);
    await desk.waitForURL(`**/customers/${laptop.id}`);
  });

  await step("undone, each has his own again", async () => {
    await desk
      .getByRole("button", { name: t("merge-undo"), exact: true })
      .click();
    await until(
      "two customers",
      async () => (await api.all("/customers")).length === 2,
    );
    assert.deepEqual(
      [await history(laptop.id), await history(phone.id)],
      [1, 1],
    );
  });

  for (const page of pages) assert.deepEqual(page.faults, []);
  await browser.close();
  shop.close();
  await server.end();
});
after(stopPeers);
