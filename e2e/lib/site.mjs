// The company's public web site: another origin than okno, with the widget's snippet on its pages.
import { createServer } from 'node:http';

export async function site(server, key) {
  const page = (title) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<style>* { color: #900 !important; font-family: serif !important }</style>
<h1>${title}</h1><p>Windows of every size.</p><nav><a href="/">Home</a> <a href="/cart">Cart</a></nav>
<script async src="${server.url}/w.js" data-okno="${key}" data-lang="en"></script></html>`;
  const web = createServer((request, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end(page(request.url === '/cart' ? 'Your cart' : 'Window Shop'));
  });
  await new Promise((resolve) => web.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${web.address().port}`, close: () => web.close() };
}

/** Opens the widget on a page of the site and returns its frame. */
export async function openWidget(page, url) {
  await page.goto(url);
  await page.getByRole('button', { name: /^Chat with us/ }).click();
  const frame = page.frameLocator('iframe');
  await frame.getByRole('main').waitFor();
  return frame;
}

/** Gives name and address in the form before the chat. */
export async function introduce(frame, name, email) {
  await frame.getByLabel('Your name').fill(name);
  await frame.getByLabel('Mail address').fill(email);
  await frame.getByRole('button', { name: 'Start the chat' }).click();
}

/** Says something and waits until it stands in the conversation. */
export async function say(frame, text) {
  await frame.getByRole('textbox', { name: 'Write a message…' }).fill(text);
  await frame.getByRole('button', { name: 'Send', exact: true }).click();
  await frame.getByRole('log').getByText(text).waitFor();
}
