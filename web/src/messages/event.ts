/** A line about what happened, in the reader's language if okno wrote it by a key. */
import { i18n } from '../lib/i18n.svelte';
import type { MessageDoc } from '../lib/types';

export function eventText(message: MessageDoc): string {
  if (message.author.kind !== 'system') return message.text;
  return i18n.text(`event-${message.author.key.replaceAll(/[._]/g, '-')}`, { text: message.text }) ?? message.text;
}
