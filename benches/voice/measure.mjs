// What is counted: processor time, memory, retransmissions, and times between messages.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const CALLERS = '127.0.0.2';
export const PHONES = '127.0.0.3';
export const PROXY = '127.0.0.4';
export const SECONDS = Number(process.env.OKNO_BENCH_SECONDS ?? 10);
/** What the kernel counts processor time in. */
const TICK_MS = 10;

export const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const at = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];
export const quantiles = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  return { p50: at(sorted, 0.5), p99: at(sorted, 0.99) };
};
export const spread = (list) => {
  const { p50, p99 } = quantiles(list);
  return list.length ? `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms` : 'none';
};

/** Processor time of a process so far, ms, and its resident memory, kB. */
export function used(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const memory = Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]);
  return { cpu: (Number(stat[11]) + Number(stat[12])) * TICK_MS, memory };
}

/** Processor time of a program with all its children, ms. */
export function usedByAll(pid) {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)]).toString().trim().split(/\s+/).filter(Boolean);
  return [pid, ...children].reduce((sum, one) => sum + used(one).cpu, 0);
}

/** What SIPp has sent again, if its file of figures is there. */
export const repeated = (run) => Number(run.figures()['Retransmissions(C)'] ?? 0);

/** The messages that a SIPp has traced: `{at (s), sent, first, from}`. */
export function traced(run) {
  const file = readdirSync(run.dir).find((name) => name.endsWith('_messages.log'));
  const found = [];
  for (const part of readFileSync(join(run.dir, file), 'utf8').split(/^-{20,} /m).slice(1)) {
    const text = part.split('\n');
    found.push({
      at: text[0].trim().split(/\s+/)[1].split(':').reduce((sum, part) => sum * 60 + Number(part), 0),
      sent: /message sent/.test(text[1]),
      first: (text[3] ?? '').trim(),
      from: part.match(/^From:.*?<sip:([^@>]*)/m)?.[1],
    });
  }
  return found;
}

/** When each caller was first heard of in a kind of message, by his number. */
export function first(list, wanted) {
  const map = new Map();
  for (const one of list) if (wanted(one) && !map.has(one.from)) map.set(one.from, one.at);
  return map;
}
