// Customers' mail: submitted by SMTP to the relay, read from their mailboxes.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { peers } from './peers.mjs';

/** Submits one raw mail (lines with CRLF) and resolves when the server has taken it. */
export async function submit(port, from, to, mail) {
  const socket = connect(port, '127.0.0.1');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const answer = async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error('the mail server closed the connection');
      if (value[3] !== '-') return value;
    }
  };
  const say = async (line, good) => {
    socket.write(`${line}\r\n`);
    const said = await answer();
    if (!said.startsWith(good)) throw new Error(`${line.slice(0, 60)}: ${said}`);
  };
  try {
    await answer();
    await say('EHLO customer.test', '2');
    await say(`MAIL FROM:<${from}>`, '2');
    await say(`RCPT TO:<${to}>`, '2');
    await say('DATA', '3');
    await say(`${mail.replace(/\r\n\./g, '\r\n..')}\r\n.`, '2');
  } finally {
    socket.destroy();
  }
}

/** A plain mail. */
export const plain = ({ from, name, to, subject, id, text, headers = '' }) =>
  [
    `From: ${name} <${from}>`,
    `To: <${to}>`,
    `Subject: ${subject}`,
    `Message-ID: <${id}>`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    ...(headers ? [headers] : []),
    '',
    ...text.split('\n'),
  ].join('\r\n');

/** A customer's mail program sends through the relay. */
export async function write(mail) {
  const { smtp_port } = await peers();
  await submit(smtp_port, mail.from, mail.to, plain(mail));
}

/** Every mail in a mailbox, parsed as far as the stories need it. */
export async function mailbox(address) {
  const { mail_root } = await peers();
  const files = ['new', 'cur'].flatMap((part) => {
    const folder = join(mail_root, address, part);
    return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  });
  return files.map((file) => read(readFileSync(file, 'utf8')));
}

function read(raw) {
  const at = raw.search(/\r?\n\r?\n/);
  const head = raw.slice(0, at).replace(/\r?\n[ \t]+/g, ' ');
  const header = (name) => head.match(new RegExp(`^${name}:\\s*(.*)$`, 'im'))?.[1].trim() ?? '';
  return { raw, header, body: decode(raw.slice(at).trim(), raw) };
}

/** Readable text whatever transfer encoding was chosen. */
function decode(body, raw) {
  if (/content-transfer-encoding:\s*base64/i.test(raw)) {
    return body.replace(/(?:[A-Za-z0-9+/]{20,}=*\r?\n?)+/g, (block) => Buffer.from(block, 'base64').toString('utf8'));
  }
  const bytes = body.replace(/=\r?\n/g, '').replace(/(?:=[0-9A-F]{2})+/g, (run) => Buffer.from(run.replaceAll('=', ''), 'hex').toString('utf8'));
  return bytes;
}
