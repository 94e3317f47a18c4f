/** Words about customers. */
import { i18n, t } from '../lib/i18n.svelte';
import type { CustomerDoc } from '../lib/types';

export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([i18n.lang], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Addresses as they are shown: each once, also when two parts of the customer have it. */
export function addressesOf(customer: CustomerDoc): string[] {
  return [...new Set(customer.identities.filter((i) => i.kind !== 'visitor').map((i) => i.value))];
}

/** Name of a field of a customer. */
export function fieldText(field: string): string {
  return i18n.text(field === 'notes' ? 'customer-notes' : field) ?? field;
}

export const shownValue = (field: string, value: string): string => (field === 'language' ? languageName(value) : value);

export function sourceText(source: string): string {
  return i18n.text(`source-${source.replaceAll('_', '-')}`) ?? source;
}

export function reasonText(reason: string): string {
  return i18n.text(`match-${reason.replaceAll('_', '-')}`) ?? t('match-other');
}
