/** The documents about promises and service levels, as `okno-model` writes them. */
import type { Id, Ms } from './types';

/** Where a promise comes from. */
export type PromiseSource = 'manual' | 'macro' | 'flow' | 'wait' | 'auto_reply' | 'callback' | 'policy';
export type PromiseState =
  | { kind: 'open'; due: Ms }
  | { kind: 'kept'; at: Ms }
  | { kind: 'kept_late_warned'; at: Ms }
  | { kind: 'broken'; at: Ms; over: Ms | null }
  | { kind: 'canceled'; at: Ms };
export interface PromiseUpdate {
  at: Ms;
  by: Id;
  old: Ms;
  due: Ms;
  text: string;
}
/** One promise to one customer. */
export interface PromiseDoc {
  id: Id;
  interaction: Id | null;
  customer: Id | null;
  customer_name: string;
  language: string | null;
  what: string;
  first_due: Ms;
  due: Ms;
  source: PromiseSource;
  made: Ms;
  by: Id | null;
  owner: Id | null;
  queue: Id | null;
  state: PromiseState;
  nudged_owner: Ms | null;
  nudged_supervisor: Ms | null;
  updates: PromiseUpdate[];
}
export interface PromisePreviewDoc {
  due: Ms;
  what: string;
  closed: boolean;
  time_zone: string;
}
export interface PromiseDraftDoc {
  due: Ms;
  text: string;
}
export interface PromiseCountsDoc {
  source: PromiseSource;
  queue: Id | null;
  made: number;
  kept: number;
  kept_late_warned: number;
  broken: number;
  canceled: number;
  open: number;
}

/** What a policy of service levels looks after. */
export type SlaKind = 'interaction' | 'question' | 'request' | 'complaint' | 'suggestion' | 'order';
export type ClockKind = 'first_response' | 'next_response' | 'update' | 'resolution' | 'acceptance';
export type Phase = 'new' | 'open' | 'waiting_customer' | 'waiting_department' | 'on_hold' | 'resolved' | 'closed' | 'merged';
export interface SlaSelector {
  kinds: SlaKind[];
  queues: Id[];
  priorities: number[];
  tags: string[];
  languages: string[];
}
export interface SlaTarget {
  kind: ClockKind;
  minutes: number;
  warn: number[];
}
export type SlaAct =
  { kind: 'notify_owner' } | { kind: 'notify_supervisor' } | { kind: 'raise_priority'; by: number } | { kind: 'reassign'; queue: Id };
export interface SlaAction {
  kinds: ClockKind[];
  at: number;
  act: SlaAct;
}
export interface PolicyDoc {
  id: Id;
  name: string;
  order: number;
  selector: SlaSelector;
  hours: Id | null;
  targets: SlaTarget[];
  pauses: Phase[];
  reopen: 'continue' | 'restart';
  actions: SlaAction[];
  archived: boolean;
}
export type ClockState =
  | { kind: 'running' }
  | { kind: 'paused'; since: Ms; left_ms: number }
  | { kind: 'met'; at: Ms }
  | { kind: 'breached'; at: Ms; met: Ms | null }
  | { kind: 'canceled'; at: Ms };
export type Because =
  | { kind: 'started'; at: Ms; by: 'opened' | 'customer_spoke' | 'we_spoke' | 'reopened' | 'forwarded' }
  | { kind: 'target'; minutes: number }
  | { kind: 'shut'; from: Ms; to: Ms }
  | { kind: 'shut_more'; count: number }
  | { kind: 'paused'; from: Ms; to: Ms | null; phase: Phase }
  | { kind: 'never_open' };
export interface ClockDoc {
  kind: ClockKind;
  number: number;
  policy: Id;
  started: Ms;
  due: Ms | null;
  state: ClockState;
  paused_ms: number;
  warns: { percent: number; at: Ms }[];
  why: Because[];
}
export interface SlaNoticeDoc {
  interaction: Id | null;
  case: Id | null;
  title: string;
  clock: ClockKind;
  number: number;
  percent: number;
  due: Ms;
  policy: Id;
  owner: Id | null;
  queue: Id | null;
  notify_owner: boolean;
  notify_supervisor: boolean;
}
export interface PolicyPreviewDoc {
  policy: Id | null;
  considered: { policy: Id; fields: number; matches: boolean }[];
  clocks: ClockDoc[];
}
