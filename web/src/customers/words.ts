/** Words about customers. */
import { i18n, t } from '../lib/i18n.svelte';
import type { AttributeValue, CustomerDoc } from '../lib/types';

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
  return i18n.text(field === 'notes' ? 'customer-notes' : field) ?? field.replace(/^attribute:/, '');
}

export const shownValue = (field: string, value: string): string => (field === 'language' ? languageName(value) : value);

/** A value of an attribute as people read it. */
export function attributeText(value: AttributeValue | undefined): string {
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  return typeof value === 'number' ? value.toLocaleString(i18n.lang) : (value ?? '');
}

/** A sum in minor units. */
export function money(total: number, currency: string): string {
  try {
    const format = new Intl.NumberFormat(i18n.lang, { style: 'currency', currency });
    return format.format(total / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  } catch {
    return `${total} ${currency}`;
  }
}

export function sourceText(source: string): string {
  return i18n.text(`source-${source.replaceAll('_', '-')}`) ?? source;
}

export function reasonText(reason: string): string {
  return i18n.text(`match-${reason.replaceAll('_', '-')}`) ?? t('match-other');
}
