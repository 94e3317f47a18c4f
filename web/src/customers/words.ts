/** Words about customers. */
import { i18n, t } from '../lib/i18n.svelte';

export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([i18n.lang], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

export function sourceText(source: string): string {
  return i18n.text(`source-${source.replaceAll('_', '-')}`) ?? source;
}

export function reasonText(reason: string): string {
  return i18n.text(`match-${reason.replaceAll('_', '-')}`) ?? t('match-other');
}
