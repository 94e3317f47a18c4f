/** To whom a reply to a mail goes: the sender of the message being answered, and whoever else stood in it. Never ourselves. */
import type { Address, CustomerDoc, MessageDoc } from '../lib/types';

export interface Recipients {
  to: Address[];
  cc: Address[];
  subject: string;
}

export function replyTo(messages: readonly MessageDoc[], ours: readonly string[]): Recipients | undefined {
  const mails = messages.filter((m) => m.mail);
  const answered = mails.findLast((m) => m.kind === 'inbound') ?? mails.at(-1);
  const mail = answered?.mail;
  if (!mail) return undefined;
  const own = new Set(ours.map((a) => a.toLowerCase()));
  const others = (list: Address[]) => list.filter((a) => !own.has(a.address.toLowerCase()));
  const to = answered.kind === 'inbound' ? [mail.from] : mail.to;
  const cc = unique([...(answered.kind === 'inbound' ? others(mail.to) : []), ...others(mail.cc)], to);
  return { to, cc, subject: reply(mail.subject) };
}

/** To whom a mail goes that answers no mail in this conversation: one that goes on from an earlier one, a chat that is answered by mail. */
export function toCustomer(customer: CustomerDoc | null | undefined, subject: string): Recipients | undefined {
  const mails = customer?.identities.filter((i) => i.kind === 'email') ?? [];
  const known = mails.find((i) => i.verified) ?? mails[0];
  if (!customer || !known) return undefined;
  return { to: [{ name: customer.name, address: known.value }], cc: [], subject: reply(subject) };
}

const reply = (subject: string) => (/^(re|aw|odp|ответ)\s*:/i.test(subject) ? subject : `Re: ${subject}`);

function unique(list: Address[], not: Address[]): Address[] {
  const seen = new Set(not.map((a) => a.address.toLowerCase()));
  return list.filter((a) => !seen.has(a.address.toLowerCase()) && seen.add(a.address.toLowerCase()));
}

/** `Anna <a@example.com>, b@example.com` both ways. */
export const format = (list: readonly Address[]): string => list.map((a) => (a.name ? `${quote(a.name)} <${a.address}>` : a.address)).join(', ');
const quote = (name: string) => (/[,;<>"@]/.test(name) ? `"${name.replaceAll('"', '')}"` : name);

/** Reads a list of addresses; `bad` holds what is none. */
export function parse(text: string): { list: Address[]; bad: string[] } {
  const list: Address[] = [];
  const bad: string[] = [];
  for (const part of text.match(/(?:"[^"]*"|[^,;])+/g) ?? []) {
    const one = part.trim();
    if (!one) continue;
    const named = /^(.*?)\s*<([^<>]+)>$/.exec(one);
    const address = (named?.[2] ?? one).trim();
    const name = (named?.[1] ?? '').replace(/^"|"$/g, '').trim();
    if (/^[^\s@]+@[^\s@]+\.?[^\s@]*$/.test(address)) list.push({ name, address });
    else bad.push(one);
  }
  return { list, bad };
}
