/** Words and colors of cases. */
import { brief } from '../lib/format';
import { i18n, t, type PlainKey } from '../lib/i18n.svelte';
import type { CaseKind, CasePage, CaseState, CheckItem, ComplaintStage, FieldChange, Id, Ms } from '../lib/types';
import { store } from '../sync/store.svelte';
import type { Tone } from '../ui/Pill.svelte';

export const KINDS: readonly CaseKind[] = ['question', 'request', 'complaint', 'suggestion', 'order'];
export const STATES: readonly CaseState['kind'][] = [
  'new',
  'open',
  'waiting_customer',
  'waiting_department',
  'on_hold',
  'resolved',
  'closed',
  'merged',
];
const KIND: Record<CaseKind, PlainKey> = {
  question: 'case-kind-question',
  request: 'case-kind-request',
  complaint: 'case-kind-complaint',
  suggestion: 'case-kind-suggestion',
  order: 'case-kind-order',
};
const STATE: Record<CaseState['kind'], { key: PlainKey; tone: Tone; sign: string }> = {
  new: { key: 'case-state-new', tone: 'warn', sign: '○' },
  open: { key: 'case-state-open', tone: 'accent', sign: '●' },
  waiting_customer: { key: 'case-state-waiting-customer', tone: 'info', sign: '◐' },
  waiting_department: { key: 'case-state-waiting-department', tone: 'note', sign: '⇢' },
  on_hold: { key: 'case-state-on-hold', tone: 'idle', sign: '‖' },
  resolved: { key: 'case-state-resolved', tone: 'ok', sign: '✓' },
  closed: { key: 'case-state-closed', tone: 'idle', sign: '✓' },
  merged: { key: 'case-state-merged', tone: 'idle', sign: '⇥' },
};

const STAGE: Record<ComplaintStage, PlainKey> = {
  acknowledge: 'complaint-acknowledge',
  assess: 'complaint-assess',
  investigate: 'complaint-investigate',
  respond: 'complaint-respond',
  close: 'complaint-close',
};
export const STAGES = Object.keys(STAGE) as ComplaintStage[];
export const stageText = (stage: ComplaintStage) => t(STAGE[stage]);
export const kindText = (kind: CaseKind) => t(KIND[kind]);
export const stateText = (state: CaseState['kind']) => t(STATE[state].key);
export const stateTone = (state: CaseState['kind']) => STATE[state].tone;
export const stateSign = (state: CaseState['kind']) => STATE[state].sign;
export const isOpen = (state: CaseState) => !['resolved', 'closed', 'merged'].includes(state.kind);

const FIELD: Record<string, PlainKey> = {
  kind: 'case-kind',
  title: 'case-title',
  topic: 'case-topic',
  customer: 'customer',
  state: 'case-state',
  assignee: 'case-assignee',
  team: 'team',
  queue: 'queue',
  priority: 'priority',
  tags: 'case-tags',
  watchers: 'case-watchers',
  links: 'case-links',
  checklist: 'case-checklist',
  page: 'case-page',
};
export const fieldText = (field: string) => (FIELD[field] ? t(FIELD[field]) : field);

/** A value of a changed field as people read it. */
export function valueText({ field }: FieldChange, value: unknown, now: Ms): string {
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)) return '–';
  if (field === 'kind') return kindText(value as CaseKind);
  if (field === 'state') {
    const state = value as CaseState;
    if (state.kind === 'on_hold' && state.until !== null)
      return t('case-held-until', { state: stateText('on_hold'), time: brief(i18n.lang, state.until, now) });
    return stateText(state.kind);
  }
  if (field === 'assignee') return store.userName(value as Id) || t('unknown');
  if (field === 'team') return store.teams.get(value as Id)?.name ?? t('unknown');
  if (field === 'queue') return store.queues.get(value as Id)?.name ?? t('unknown');
  if (field === 'watchers') return (value as Id[]).map((id) => store.userName(id) || t('unknown')).join(', ');
  if (field === 'checklist') return (value as CheckItem[]).map((item) => `${item.done ? '☑' : '☐'} ${item.text}`).join(', ');
  if (field === 'page') return (value as CasePage).kind === 'open' ? t('case-page-is-open') : t('case-page-is-closed');
  if (field === 'links') return String((value as unknown[]).length);
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : t('unknown');
}
