import { expect, test } from 'vitest';
import type { MailDoc, MessageDoc } from '../src/lib/types';
import { linkify } from '../src/messages/linkify';
import { format, parse, replyTo } from '../src/messages/recipients';

const a = (address: string, name = '') => ({ name, address });
const message = (kind: MessageDoc['kind'], mail: Partial<MailDoc>) =>
  ({
    kind,
    mail: { from: a('x@x.test'), to: [], cc: [], subject: 'Order', message_id: '1', dmarc: 'none', ...mail },
  }) as unknown as MessageDoc;

test('a reply goes to the sender, and to the others of that mail but never to ourselves', () => {
  const first = message('inbound', {
    from: a('anna@x.test'),
    to: [a('Help@okno.test'), a('boss@x.test')],
    cc: [a('sales@okno.test'), a('BOSS@x.test')],
  });
  const ours = message('outbound', { from: a('help@okno.test'), to: [a('anna@x.test')] });
  expect(replyTo([first, ours], ['help@okno.test', 'sales@okno.test'])).toEqual({
    to: [a('anna@x.test')],
    cc: [a('boss@x.test')],
    subject: 'Re: Order',
  });
});

test('the subject gets one Re:', () => {
  expect(replyTo([message('inbound', { subject: 'RE: Order' })], [])?.subject).toBe('RE: Order');
  expect(replyTo([message('inbound', { subject: 'Odp: Order' })], [])?.subject).toBe('Odp: Order');
});

test('without mail there is nobody to reply to', () => {
  expect(replyTo([{ kind: 'inbound', mail: null } as MessageDoc], [])).toBeUndefined();
});

test('addresses survive being written and read', () => {
  const list = [a('anna@x.test', 'Kowalska, Anna'), a('b@x.test')];
  expect(parse(format(list))).toEqual({ list, bad: [] });
  expect(parse('nonsense, c@x.test;')).toEqual({ list: [a('c@x.test')], bad: ['nonsense'] });
});

test('links', () => {
  expect(linkify('See https://x.test/a?b=1, or write to me@x.test.')).toEqual([
    { text: 'See ' },
    { text: 'https://x.test/a?b=1', href: 'https://x.test/a?b=1' },
    { text: ', or write to ' },
    { text: 'me@x.test', href: 'mailto:me@x.test' },
    { text: '.' },
  ]);
  expect(linkify('(https://x.test/y)')).toEqual([{ text: '(' }, { text: 'https://x.test/y', href: 'https://x.test/y' }, { text: ')' }]);
  expect(linkify('javascript:alert(1)')).toEqual([{ text: 'javascript:alert(1)' }]);
});
