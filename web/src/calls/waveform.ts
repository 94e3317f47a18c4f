/** What the server tells of a recording's loudness, read with tolerance: one or two rows of peaks. */
export interface Waveform {
  /** 0 to 1, the customer. */
  left: number[];
  /** 0 to 1, what he heard; empty in a recording of one voice. */
  right: number[];
}

/** How many bars are drawn. */
export const BARS = 160;

type Raw =
  number[] | number[][] | { peaks?: number[] | number[][]; left?: number[]; right?: number[]; customer?: number[]; agent?: number[] };

export function waveform(raw: Raw | null): Waveform {
  if (!raw) return { left: [], right: [] };
  const rows = Array.isArray(raw)
    ? Array.isArray(raw[0])
      ? (raw as number[][])
      : [raw as number[]]
    : Array.isArray(raw.peaks?.[0])
      ? (raw.peaks as number[][])
      : [raw.left ?? raw.customer ?? (raw.peaks as number[] | undefined) ?? [], raw.right ?? raw.agent ?? []];
  const top = Math.max(1e-9, ...rows.flat());
  const [left = [], right = []] = rows.map((row) => bars(row, BARS).map((v) => Math.max(0, v) / top));
  return { left, right };
}

/** The loudest of each part. */
export function bars(row: readonly number[], count: number): number[] {
  if (!row.length) return [];
  const n = Math.min(count, row.length);
  return Array.from({ length: n }, (_, i) => {
    const part = row.slice(
      Math.floor((i * row.length) / n),
      Math.max(Math.floor(((i + 1) * row.length) / n), Math.floor((i * row.length) / n) + 1),
    );
    return Math.max(...part);
  });
}
