/** Presence in words, colors and shapes: never color alone. */
import { t } from '../lib/i18n.svelte';
import type { AgentDoc, Presence } from '../lib/types';
import { store } from '../sync/store.svelte';
import type { Tone } from '../ui/Pill.svelte';

export interface Shown {
  text: string;
  tone: Tone;
  shape: string;
}

export function presenceText(presence: Presence): string {
  switch (presence.kind) {
    case 'available':
      return t('presence-available');
    case 'available_on_demand':
      return t('presence-on-demand');
    case 'paused':
      return presence.code ? (store.pauseCodes.get(presence.code)?.name ?? t('presence-paused')) : t('presence-paused');
    case 'offline':
      return t('presence-offline');
  }
}

/** What the floor sees of an agent: presence, and what he does now. */
export function shown(agent: AgentDoc): Shown {
  if (!agent.connected && agent.presence.kind !== 'offline') return { text: t('presence-disconnected'), tone: 'bad', shape: '!' };
  const text = presenceText(agent.presence);
  switch (agent.presence.kind) {
    case 'available':
    case 'available_on_demand':
      return agent.slots.length ? { text, tone: 'accent', shape: '◉' } : { text, tone: 'ok', shape: '●' };
    case 'paused':
      if (agent.by === 'rona') return { text: t('presence-missed'), tone: 'bad', shape: '!' };
      return { text, tone: 'warn', shape: '‖' };
    case 'offline':
      return { text, tone: 'idle', shape: '○' };
  }
}

/** Why somebody or something else chose the agent's presence; empty when he did. */
export function presenceWhy(agent: AgentDoc): string {
  if (agent.presence.kind === 'paused' && agent.by === 'rona') return t('presence-why-rona');
  if (agent.by === 'lost_heartbeat') return t('presence-why-lost');
  return agent.by === 'supervisor' ? t('presence-why-supervisor') : '';
}
