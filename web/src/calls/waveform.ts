/** What the server tells of a recording's loudness, made ready to be drawn. */
export interface WaveformView {
  ms: number;
  /** The loudest moment of each part, 0 to 255: the customer. */
  left: number[];
  /** The same of what he heard. */
  right: number[];
  /** Parts without sound. */
  gaps: { from_ms: number; to_ms: number; reason: string }[];
  /** What is wrong with it, in the server's words. */
  damages: string[];
}

export interface Shape {
  /** 0 to 1. */
  rows: number[][];
  /** Shares of the width. */
  gaps: { from: number; width: number; reason: string }[];
  damages: string[];
}

/** How many bars are asked for. */
export const BARS = 160;

export function shape(view: WaveformView): Shape {
  const rows = [view.left, view.right].filter((row) => row.some((v) => v > 0));
  const top = Math.max(1, ...rows.flat());
  const total = Math.max(1, view.ms);
  return {
    rows: rows.map((row) => row.map((v) => Math.max(0, v) / top)),
    gaps: (view.gaps ?? []).map((gap) => ({
      from: Math.min(1, gap.from_ms / total),
      width: Math.min(1, Math.max(0, gap.to_ms - gap.from_ms) / total),
      reason: gap.reason,
    })),
    damages: view.damages ?? [],
  };
}
