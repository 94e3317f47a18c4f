/** The simulator's model as the page edits it. */
import type { components } from '../api.gen';

type Schemas = components['schemas'];
/** A model always says what a good wait is; files may leave it out. */
export type Model = Schemas['SimModel'] & { service_level: Schemas['SimServiceTarget'] };
export type Queue = Schemas['SimQueue'];
export type Dist = Schemas['SimDist'];
export type Report = Schemas['SimReport'];
export type Estimate = Schemas['SimEstimate'];
export type Staffing = Schemas['SimStaffing'];
export type Run = Schemas['SimRun'];
export type Measures = Schemas['SimMeasures'];

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** Mean of a distribution, seconds. The server has the same rule (`Dist::mean`). */
export function mean(dist: Dist): number {
  switch (dist.kind) {
    case 'constant':
      return dist.seconds;
    case 'uniform':
      return (dist.from + dist.to) / 2;
    case 'empirical':
      return sum(dist.values) / Math.max(1, dist.values.length);
    case 'survival': {
      let [all, t, s] = [0, 0, 1];
      dist.seconds.forEach((next, i) => {
        const left = dist.alive[i] ?? 0;
        all += left > 0 && left < s ? ((next - t) * (s - left)) / Math.log(s / left) : ((next - t) * (s + left)) / 2;
        [t, s] = [next, left];
      });
      return s > 0 && s < 1 ? all + (s * t) / -Math.log(s) : all;
    }
    default:
      return dist.mean;
  }
}

/** The same shape with another mean. */
export function withMean(dist: Dist, seconds: number): Dist {
  const factor = seconds / (mean(dist) || 1);
  const times = (values: readonly number[]) => values.map((v) => v * factor);
  switch (dist.kind) {
    case 'constant':
      return { ...dist, seconds };
    case 'uniform':
      return { ...dist, from: dist.from * factor, to: dist.to * factor };
    case 'lognormal':
      return { ...dist, mean: seconds, sd: dist.sd * factor };
    case 'empirical':
      return { ...dist, values: times(dist.values) };
    case 'survival':
      return { ...dist, seconds: times(dist.seconds) };
    default:
      return { ...dist, mean: seconds };
  }
}

/** Customers of a queue in one run, as far as they are expected. */
export function customers(queue: Queue, hours: number): number {
  const a = queue.arrivals;
  if (a.kind === 'rate') return a.per_hour * hours;
  if (a.kind === 'times') return a.seconds.length;
  if (a.kind === 'poisson' || a.kind === 'counts') return sum(a.per_interval);
  return 0;
}

/** The same profile with another number of customers; a queue without any gets them evenly. Recorded customers stay as they are. */
export function withCustomers(queue: Queue, hours: number, count: number): Queue {
  const a = queue.arrivals;
  const had = customers(queue, hours);
  if (a.kind === 'poisson' && had > 0) {
    return { ...queue, arrivals: { ...a, per_interval: a.per_interval.map((n) => (n * count) / had) } };
  }
  if (a.kind === 'times' || a.kind === 'counts') return queue;
  return { ...queue, arrivals: { kind: 'rate', per_hour: count / Math.max(hours, 0.01) } };
}

export const recorded = (queue: Queue): boolean => queue.arrivals.kind === 'times' || queue.arrivals.kind === 'counts';

/** Agents of a group: all day, or at most in an interval or shift. */
export function agents(group: Model['groups'][number]): number {
  if (group.agents !== undefined && group.agents !== null) return group.agents;
  if (group.per_interval?.length) return Math.max(...group.per_interval);
  return sum((group.shifts ?? []).map((shift) => shift.agents));
}

/** Whether a group comes and goes: by intervals of the day or by shifts. */
export const changing = (group: Model['groups'][number]): boolean => !!group.per_interval?.length || !!group.shifts?.length;

/** The same group with at most so many agents at once: whoever comes and goes still does. */
export function withAgents(group: Model['groups'][number], most: number): Model['groups'][number] {
  if (!changing(group)) return { ...group, agents: most };
  const had = agents(group);
  if (had === 0) return { ...group, agents: most, per_interval: [], shifts: [] };
  const scaled = (n: number) => Math.round((n * most) / had);
  const shifts = (group.shifts ?? []).map((shift) => ({ ...shift, agents: scaled(shift.agents) }));
  return { ...group, per_interval: (group.per_interval ?? []).map(scaled), shifts };
}

/** The service level of measures in the chosen variant. */
export function level(of: Measures, variant: string): Estimate {
  return of[variant.toLowerCase() as 'f1' | 'f2' | 'f3' | 'f4' | 'f5' | 'f6'];
}

/** A model for who has no history yet. */
export function empty(): Model {
  return {
    name: '',
    opens: '08:00',
    hours: 8,
    interval_seconds: 1800,
    seed: 1,
    replications: 30,
    warmup_seconds: 0,
    drain: true,
    count_drain: false,
    service_level: { seconds: 20, share: 0.8, short_seconds: 5, variant: 'F6' },
    queues: [],
    groups: [],
    scenarios: [],
  } as Model;
}
