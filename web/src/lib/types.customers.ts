/** The documents about customers, as `okno-model` writes them. */
import type { CallDoc, Id, InteractionDoc, Ms, RecordingDoc } from './types';
import type { CaseDoc } from './types.cases';

export type IdentityKind = 'email' | 'phone' | 'visitor' | 'external';
export interface IdentityDoc {
  id: Id;
  kind: IdentityKind;
  value: string;
  verified: boolean;
  source: string;
  /** 0 to 100. */
  confidence: number;
  interaction: Id | null;
  by: Id | null;
  at: Ms | null;
  /** The part of the customer whose it is. */
  part: Id | null;
}
export interface CustomerPart {
  merge: Id;
  customer: Id;
  name: string;
  into: Id;
  into_name: string;
  by_name: string;
  at: Ms;
}
export interface SaidValue {
  value: string;
  customer: Id;
}
export interface Contradiction {
  field: string;
  values: SaidValue[];
}
export interface MergeDoc {
  id: Id;
  from: Id;
  from_name: string;
  into: Id;
  into_name: string;
  reason: string;
  by: Id | null;
  by_name: string;
  at: Ms;
  proved: Id[];
  undone: { by: Id; by_name: string; at: Ms } | null;
}
export interface CustomerDoc {
  id: Id;
  name: string;
  language: string | null;
  notes: string;
  identities: IdentityDoc[];
  created: Ms;
  /** Who stands for him since they were merged. */
  part_of: Id | null;
  parts: CustomerPart[];
  contradictions: Contradiction[];
  /** Fields that show what a part knows. */
  gained: Record<string, Id>;
  organization: Id | null;
  attributes: Attributes;
}
export interface MatchDoc {
  id: Id;
  customer: Id;
  other: Id;
  other_name: string;
  confidence: number;
  reason: string;
  reasons: string[];
  state: 'open' | 'confirmed' | 'rejected';
  created: Ms;
}
export type AttributeKind = 'text' | 'number' | 'date' | 'choice' | 'bool' | 'phone' | 'email' | 'url';
export type AttributeOn = 'customer' | 'organization' | 'case';
export type AttributeValue = string | number | boolean;
export type Attributes = Record<string, AttributeValue>;
export interface AttributeDoc {
  id: Id;
  key: string;
  label: string;
  on: AttributeOn;
  kind: AttributeKind;
  required: boolean;
  choices: string[];
  pattern: string;
  position: number;
}
export interface OrganizationDoc {
  id: Id;
  name: string;
  domains: string[];
  notes: string;
  attributes: Attributes;
  created: Ms;
}
export interface NoteDoc {
  id: Id;
  customer: Id;
  text: string;
  pinned: boolean;
  by: Id;
  by_name: string;
  created: Ms;
  edited: Ms | null;
}
export interface OrderItem {
  name: string;
  quantity: number;
  price: number;
}
export interface OrderDoc {
  id: Id;
  customer: Id;
  number: string;
  placed: Ms;
  state: string;
  /** Minor units. */
  total: number;
  currency: string;
  url: string;
  items: OrderItem[];
  changed: Ms;
}
export interface MatchPair {
  suggestion: MatchDoc;
  customer: CustomerDoc;
  other: CustomerDoc;
  customer_interactions: number;
  other_interactions: number;
  reasons: string[];
}
export type HistoryKind = 'interaction' | 'case' | 'note' | 'order' | 'merge';
export interface HistoryItem {
  at: Ms;
  entry:
    | { kind: 'interaction'; data: TimelineItem }
    | { kind: 'case'; data: CaseDoc }
    | { kind: 'note'; data: NoteDoc }
    | { kind: 'order'; data: OrderDoc }
    | { kind: 'merge'; data: MergeDoc };
}
export interface TimelineItem {
  interaction: InteractionDoc;
  queue_name: string;
  agent_name: string | null;
  channel_name: string;
  /** Its telephone side, oldest first. */
  calls?: CallDoc[];
  /** Those that the reader may hear. */
  recordings?: RecordingDoc[];
}
