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
  forward?: Id | null;
  departments?: Id[];
  watchers?: Id[];
  links?: CaseLink[];
  checklist?: CheckItem[];
  complaint?: ComplaintStep[];
  page?: CasePage;
}
export type CaseLinkKind = 'relates' | 'blocks' | 'duplicates' | 'parent' | 'follows';
export interface CaseLink {
  kind: CaseLinkKind;
  case: Id;
}
export interface CheckItem {
  text: string;
  done: boolean;
}
export type ComplaintStage = 'acknowledge' | 'assess' | 'investigate' | 'respond' | 'close';
export interface ComplaintStep {
  stage: ComplaintStage;
  at: Ms;
  by: Id;
  text: string;
}
export type CasePage = { kind: 'never' } | { kind: 'open'; generation: number } | { kind: 'closed'; generation: number };
export interface CaseSettings {
  reopen_days: number;
  close_days: number;
}
export interface CaseColleague {
  user: Id;
  writes: boolean;
}
export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}
export type CaseEntry =
  | { kind: 'created' }
  | { kind: 'changed'; changes: FieldChange[] }
  | { kind: 'comment'; text: string; mentions: Id[] }
  | { kind: 'complaint'; stage: ComplaintStage; text: string }
  | { kind: 'merged'; edge: Id; part: Id; number: string }
  | { kind: 'merged_into'; edge: Id; whole: Id; number: string }
  | { kind: 'split'; edge: Id; part: Id; number: string }
  | { kind: 'split_from'; edge: Id; whole: Id; number: string }
  | { kind: 'rejoined'; edge: Id; other: Id; number: string }
  | { kind: 'linked'; interaction: Id }
  | { kind: 'unlinked'; interaction: Id }
  | { kind: 'forwarded'; forward: Id; department: Id; text: string; accept_by: Ms }
  | { kind: 'accepted'; forward: Id; department: Id; answer_by: Ms }
  | { kind: 'answered'; forward: Id; department: Id; text: string }
  | { kind: 'declined'; forward: Id; department: Id; reason: string }
  | { kind: 'recalled'; forward: Id; department: Id }
  | { kind: 'escalated'; forward: Id; department: Id; level: number; told: Id[] }
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
export interface TopicDoc {
  id: Id;
  name: string;
  parent: Id | null;
  archived: boolean;
}
export interface DepartmentDoc {
  head: Id | null;
  accept_minutes: number;
  answer_minutes: number;
  hours: Id | null;
}
export interface ForwardClock {
  nudge: Ms;
  due: Ms;
  last: Ms;
  level: number;
}
export type ForwardState =
  | { kind: 'waiting'; clock: ForwardClock }
  | { kind: 'accepted'; at: Ms; by: Id; clock: ForwardClock }
  | { kind: 'answered'; at: Ms; by: Id; text: string }
  | { kind: 'declined'; at: Ms; by: Id; reason: string }
  | { kind: 'recalled'; at: Ms };
export interface ForwardDoc {
  id: Id;
  case: Id;
  department: Id;
  text: string;
  by: Id | null;
  at: Ms;
  state: ForwardState;
}
export type NoticeKind = 'mention' | 'assigned' | 'asked' | 'nudge' | 'silent' | 'next' | 'watched';
export interface NoticeDoc {
  id: Id;
  to: Id;
  case: Id;
  number: string;
  title: string;
  kind: NoticeKind;
  by: Id | null;
  text: string;
  at: Ms;
  seen: Ms | null;
}
