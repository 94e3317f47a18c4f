import { expect, test } from 'vitest';
import { agents, changing, withAgents } from './model';
import { spoken } from './scenario';

const say = (key: string, values: Record<string, string | number> = {}) => [key, ...Object.values(values)].join(' ');

test('the usual changes are read aloud, and the others as they are written', () => {
  expect(spoken('strategy least_occupied', say)).toBe('strategy-least-occupied');
  expect(spoken('+2 agents of phones, +10% volume', say)).toBe('scenario-agents +2 (phones), scenario-volume +10%');
  expect(spoken('ring 30 lower 2', say)).toBe('scenario-ring 30 2');
  expect(spoken('overflow 60 to sales', say)).toBe('overflow 60 to sales');
});

test('a group with shifts keeps them when it has more agents', () => {
  const group = { name: 'g', queues: [], per_interval: [0, 2, 4] } as never;
  expect(changing(group)).toBe(true);
  expect(agents(group)).toBe(4);
  expect(withAgents(group, 8).per_interval).toEqual([0, 4, 8]);
  const all = { name: 'g', queues: [], agents: 3 } as never;
  expect(withAgents(all, 5).agents).toBe(5);
});
