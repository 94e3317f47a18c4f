/** Cuts a text at the words that were looked for. */
import type { SearchSnippet } from '../lib/types';

export interface Piece {
  text: string;
  found: boolean;
}

export function pieces({ text, found }: SearchSnippet): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const mark of found) {
    if (mark.from > from) out.push({ text: text.slice(from, mark.from), found: false });
    out.push({ text: text.slice(mark.from, mark.until), found: true });
    from = mark.until;
  }
  if (from < text.length) out.push({ text: text.slice(from), found: false });
  return out;
}
