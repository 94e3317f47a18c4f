/** Scenarios in words: the short form is that of the command line, and people read their own language. */

/** More than these no table can show side by side. */
export const MOST_SCENARIOS = 8;

type Say = (key: string, values?: Record<string, string | number>) => string | undefined;

/** The usual changes, as the short form writes them, and their words. Whatever is not here stays as it was written. */
const WORDS: readonly [RegExp, (found: RegExpMatchArray, say: Say) => string | undefined][] = [
  [/^strategy (\w+)$/, (f, say) => say(`strategy-${(f[1] ?? '').replaceAll('_', '-')}`)],
  [/^([+-]\d+) agents?$/, (f, say) => say('scenario-agents', { n: f[1] ?? '' })],
  [/^([+-]\d+%) volume$/, (f, say) => say('scenario-volume', { n: f[1] ?? '' })],
  [/^aht ([+-]\d+%)$/, (f, say) => say('scenario-talk', { n: f[1] ?? '' })],
  [/^absent (\d+%)$/, (f, say) => say('scenario-absent', { n: f[1] ?? '' })],
  [/^skill ([\w-]+)(?: \d+)?$/, (f, say) => say('scenario-skill', { skill: f[1] ?? '' })],
  [/^hours (\d\d:\d\d-\d\d:\d\d)$/, (f, say) => say('scenario-hours', { hours: f[1] ?? '' })],
  [/^ring (\d+) lower (\d+)$/, (f, say) => say('scenario-ring', { seconds: f[1] ?? '', by: f[2] ?? '' })],
  [/^reserve (\d+)$/, (f, say) => say('scenario-reserve', { n: f[1] ?? '' })],
  [/^capacity chat (\d+)$/, (f, say) => say('scenario-chats', { n: f[1] ?? '' })],
];

/** Changes in words, those that are known; ends with ` of NAME` keep the name. */
export function spoken(changes: string, say: Say): string {
  const one = (text: string) => {
    const [what = '', of] = text.trim().split(' of ');
    for (const [shape, words] of WORDS) {
      const found = what.match(shape);
      const said = found && words(found, say);
      if (said) return said + (of ? ` (${of})` : '');
    }
    return text.trim();
  };
  return changes.split(',').map(one).join(', ');
}
