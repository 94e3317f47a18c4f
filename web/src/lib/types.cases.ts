/** The documents about cases, as `okno-model` writes them. */
import type { Id, InteractionDoc, Ms } from './types';

export type CaseKind = 'question' | 'request' | 'complaint' | 'suggestion' | 'order';
export type CaseState =
  | { kind: 'new' }
  | { kind: 'open'; since: Ms }
  | { kind: 'waiting_customer'; since: Ms }
  | { kind: 'waiting_department'; since: Ms; department: Id }
  | { kind: 'on_hold'; since: Ms; until: Ms | null; reason: string }
  | { kind: 'resolved'; at: Ms }
  | { kind: 'closed'; at: Ms; resolved: Ms }
  | { kind: 'merged'; at: Ms; into: Id };
export interface CaseDoc {
  id: Id;
  number: string;
  version: number;
  kind: CaseKind;
  title: string;
  topic: Id | null;
  customer: Id | null;
  customer_name: string;
  language: string | null;
  state: CaseState;
  assignee: Id | null;
  team: Id | null;
  queue: Id | null;
  priority: number;
  tags: string[];
  interactions: Id[];
  created: Ms;
  created_by: Id | null;
  updated: Ms;
  last_entry: number;
  reopened: number;
}
export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}
export type CaseEntry =
  | { kind: 'created' }
  | { kind: 'changed'; changes: FieldChange[] }
  | { kind: 'comment'; text: string }
  | { kind: 'linked'; interaction: Id }
  | { kind: 'unlinked'; interaction: Id }
  | { kind: 'undone'; entry: Id; changes: FieldChange[] };
export interface CaseEntryDoc {
  id: Id;
  case: Id;
  number: number;
  at: Ms;
  by: { kind: 'user'; id: Id } | { kind: 'customer' } | { kind: 'system' };
  version: number;
  what: CaseEntry;
  undone: Id | null;
}
export interface CaseView {
  case: CaseDoc;
  interactions: InteractionDoc[];
  /** Conversations that this user may not see. */
  hidden: Id[];
}
