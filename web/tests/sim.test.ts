import { render, screen } from '@testing-library/svelte';
import { beforeAll, expect, test } from 'vitest';
import { i18n } from '../src/lib/i18n.svelte';
import { agents, customers, mean, withCustomers, withMean, type Dist, type Model, type Queue } from '../src/sim/model';
import Plot from '../src/sim/Plot.svelte';

beforeAll(() => i18n.use('en', { remember: false }));

const dists: Dist[] = [
  { kind: 'constant', seconds: 90 },
  { kind: 'uniform', from: 10, to: 50 },
  { kind: 'exponential', mean: 120 },
  { kind: 'lognormal', mean: 240, sd: 200 },
  { kind: 'weibull', mean: 180, shape: 0.7 },
  { kind: 'empirical', values: [1, 2, 30] },
  { kind: 'survival', seconds: [60, 120, 300], alive: [0.82, 0.709, 0.486] },
];

test('another mean keeps the shape', () => {
  for (const dist of dists) expect(mean(withMean(dist, 100)), dist.kind).toBeCloseTo(100, 6);
  expect(withMean({ kind: 'lognormal', mean: 240, sd: 120 }, 120)).toEqual({ kind: 'lognormal', mean: 120, sd: 60 });
});

test('customers are counted and changed with their profile', () => {
  const queue = { arrivals: { kind: 'poisson', per_interval: [10, 30] } } as Queue;
  expect(customers(queue, 1)).toBe(40);
  expect(withCustomers(queue, 1, 20).arrivals).toEqual({ kind: 'poisson', per_interval: [5, 15] });
  const rate = { arrivals: { kind: 'rate', per_hour: 6 } } as Queue;
  expect(customers(rate, 8)).toBe(48);
  expect(withCustomers(rate, 8, 80).arrivals).toEqual({ kind: 'rate', per_hour: 10 });
  const replay = { arrivals: { kind: 'times', seconds: [1, 2] } } as Queue;
  expect(withCustomers(replay, 8, 80)).toBe(replay);
});

test('agents of a group, however they come', () => {
  const group = (more: object) => ({ name: 'g', queues: [], ...more }) as unknown as Model['groups'][number];
  expect(agents(group({ agents: 4 }))).toBe(4);
  expect(agents(group({ per_interval: [1, 7, 3] }))).toBe(7);
  expect(agents(group({ shifts: [{ agents: 2 }, { agents: 3 }] }))).toBe(5);
});

test('a plot has a name, a line for each series and gaps for nothing', () => {
  const { container } = render(Plot, {
    title: 'Service level',
    labels: ['08:00', '08:30', '09:00', '09:30'],
    percent: true,
    series: [
      { name: 'now', values: [0.5, null, 0.8, 0.9] },
      { name: 'then', values: [1, 1, 1, 1] },
    ],
  });
  expect(screen.getByRole('img', { name: 'Service level' })).toBeTruthy();
  const lines = [...container.querySelectorAll('svg[role=img] path')].map((path) => path.getAttribute('d') ?? '');
  expect(lines).toHaveLength(2);
  expect(lines[0]?.match(/M/g)).toHaveLength(2);
  expect(lines[1]?.match(/M/g)).toHaveLength(1);
  expect(screen.getByText('then')).toBeTruthy();
});
