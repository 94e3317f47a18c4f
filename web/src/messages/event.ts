/** A line about what happened, in the reader's language if okno wrote it by a key. */
import { i18n } from '../lib/i18n.svelte';
import type { MessageDoc } from '../lib/types';

export function eventText(message: MessageDoc): string {
  if (message.author.kind !== 'system') return message.text;
  // What a person added stands on lines of its own; what a machine said stands behind the first colon.
  const [first = '', ...notes] = message.text.split('\n');
  const detail = first.slice(first.indexOf(':') + 1).trim();
  return i18n.text(`event-${message.author.key.replaceAll(/[._]/g, '-')}`, { detail, note: notes.join('\n') })?.trim() ?? message.text;
}
