/** Splits plain text into words and links. Only http, https and mail addresses become links. */
export interface Part {
  text: string;
  href?: string;
}

const LINK = /\bhttps?:\/\/[^\s<>"']+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;

export function linkify(text: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    let link = match[0].replace(/[.,;:!?»”]+$/, '');
    // A closing bracket belongs to the sentence unless the link opened it.
    if (link.endsWith(')') && !link.includes('(')) link = link.slice(0, -1);
    if (match.index > at) parts.push({ text: text.slice(at, match.index) });
    parts.push({ text: link, href: /^https?:/i.test(link) ? link : `mailto:${link}` });
    at = match.index + link.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}
