import { expect, test } from 'vitest';
import { body, draft } from '../src/channels/form';
import type { ChannelDoc } from '../src/lib/types';

test('a new widget may be shown by okno itself, so that its test page works', () => {
  const form = { ...draft(undefined, 'q1'), kind: 'widget' as const };
  expect(body(form, undefined)).toMatchObject({ kind: 'widget', settings: { kind: 'widget', sites: [location.origin] } });
});

test('the sites of a widget stay as they were saved', () => {
  const settings = { kind: 'widget', key: 'wk_1', sites: ['https://shop.example'], title: '', greeting: '', color: '#000000', ask: 'no' };
  const doc = { kind: 'widget', name: 'Site', queue: 'q1', enabled: true, settings } as unknown as ChannelDoc;
  expect(draft(doc, 'q1').widget.sites).toBe('https://shop.example');
});
