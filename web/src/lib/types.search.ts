/** What a search answers, as `okno-model` writes it. */
import type { Id, Medium, Ms } from './types';

export type SearchKind = 'customer' | 'interaction' | 'message' | 'case';
/** A piece of a text, in UTF-16 units. */
export interface SearchMark {
  from: number;
  until: number;
}
export interface SearchSnippet {
  text: string;
  found: SearchMark[];
}
export interface SearchHit {
  kind: SearchKind;
  id: Id;
  interaction: Id | null;
  customer: Id | null;
  medium: Medium | null;
  name: string;
  author: string | null;
  note: boolean;
  subject: string;
  snippet: SearchSnippet;
  at: Ms;
}
