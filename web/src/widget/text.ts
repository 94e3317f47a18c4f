/** One piece of a message: words, or a link with its address. */
export interface Piece {
  text: string;
  href?: string;
}

const LINK = /\bhttps?:\/\/[^\s<>"'`]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;

/** Splits a text into words and links. Only http, https and mail addresses become links; nothing else is markup. */
export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    // A full stop or bracket that ends the sentence is no part of the address.
    const link = found[0].replace(/[.,;:!?)\]}»”’]+$/, '');
    if (found.index > from) out.push({ text: text.slice(from, found.index) });
    out.push({ text: link, href: /^https?:/i.test(link) ? link : `mailto:${link}` });
    from = found.index + link.length;
  }
  if (from < text.length) out.push({ text: text.slice(from) });
  return out;
}

/** Bytes in a form that a person reads. */
export function size(bytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte'] as const;
  const step = bytes < 1000 ? 0 : bytes < 1_000_000 ? 1 : 2;
  const format = { style: 'unit', unit: units[step], unitDisplay: 'short', maximumFractionDigits: step === 2 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, format).format(bytes / 1000 ** step);
}

/** Black or white, whichever is read better on `color` (`#rrggbb`). */
export function inkOn(color: string): string {
  const part = (i: number) => {
    const v = parseInt(color.slice(i, i + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  return (luminance + 0.05) / 0.054 > 1.05 / (luminance + 0.05) ? '#0b1420' : '#ffffff';
}
