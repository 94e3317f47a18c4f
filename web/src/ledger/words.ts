/** Words and colors of the ledger. */
import { t } from '../lib/i18n.svelte';
import type { BlackHoleCause, UnitKind, UnitState } from '../lib/types';
import type { Tone } from '../ui/Pill.svelte';

export const stateText = (state: UnitState): string =>
  ({
    received: t('unit-received'),
    quarantined: t('unit-quarantined'),
    open: t('unit-open'),
    answered: t('unit-answered'),
    joined: t('unit-joined'),
    recovered: t('unit-recovered'),
    withdrawn: t('unit-withdrawn'),
    refused: t('unit-refused'),
    black_hole: t('unit-black-hole'),
  })[state];

export const STATE_TONES: Record<UnitState, Tone> = {
  received: 'info',
  quarantined: 'warn',
  open: 'accent',
  answered: 'ok',
  joined: 'ok',
  recovered: 'ok',
  withdrawn: 'idle',
  refused: 'idle',
  black_hole: 'bad',
};
export const STATE_SIGNS: Record<UnitState, string> = {
  received: '◌',
  quarantined: '!',
  open: '○',
  answered: '✓',
  joined: '✓',
  recovered: '✓',
  withdrawn: '–',
  refused: '–',
  black_hole: '●',
};

export const causeText = (cause: BlackHoleCause): string =>
  ({
    abandoned_not_called_back: t('cause-abandoned'),
    queue_limbo: t('cause-limbo'),
    mail_not_ingested: t('cause-not-ingested'),
    parse_quarantine: t('cause-quarantine'),
    reply_bounced: t('cause-bounced'),
    closed_without_reply: t('cause-closed'),
    after_hours_dropped: t('cause-after-hours'),
    transfer_lost: t('cause-transfer'),
    department_silent: t('cause-department'),
    form_unrouted: t('cause-form'),
  })[cause];

export const kindText = (kind: UnitKind): string =>
  ({
    chat_opening: t('unit-kind-chat'),
    mail: t('unit-kind-mail'),
    form: t('unit-kind-form'),
    call: t('unit-kind-call'),
    voicemail: t('unit-kind-voicemail'),
  })[kind];
export const KIND_ICONS = { chat_opening: 'chat', mail: 'email', form: 'task', call: 'voice', voicemail: 'message' } as const;
export const isOpen = (state: UnitState) => state === 'received' || state === 'quarantined' || state === 'open';
