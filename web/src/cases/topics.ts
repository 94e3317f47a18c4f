/** The tree of topics. */
import type { Id, TopicDoc } from '../lib/types';

/** From the wide to the narrow: `Lamps / Dark`. */
export function path(all: readonly TopicDoc[], id: Id | null): string {
  const names: string[] = [];
  let at = all.find((topic) => topic.id === id);
  while (at && names.length < 10) {
    names.unshift(at.name);
    const { parent } = at;
    at = parent === null ? undefined : all.find((topic) => topic.id === parent);
  }
  return names.join(' / ');
}
