import { expect, it } from 'vitest';
import type { InteractionDoc } from '../src/lib/types';
import { seenBy } from '../src/sync/offers';

const doc = (state: InteractionDoc['state']) => ({ id: 'i', state }) as InteractionDoc;
const first = { offer: 'o1', agent: 'anna', until: 1 };
const second = { offer: 'o2', agent: 'boris', until: 2 };

it('shows each agent his own of several offers', () => {
  const rings = doc({ kind: 'offered', ...first, others: [second] });
  expect(seenBy(rings, 'anna')).toBe(rings);
  expect(seenBy(rings, 'boris').state).toEqual({ kind: 'offered', ...second, others: [first] });
  expect(seenBy(rings, 'celina')).toBe(rings);
  expect(seenBy(doc({ kind: 'queued' }), 'anna').state.kind).toBe('queued');
});
