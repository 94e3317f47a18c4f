/** The areas of the rail, and who sees them. */
import type { PlainKey } from '../lib/i18n.svelte';
import type { Right } from '../lib/types';
import { store } from '../sync/store.svelte';
import type { IconName } from '../ui/icons';

export interface Area {
  path: string;
  icon: IconName;
  name: PlainKey;
  rights: readonly Right[];
}

const ADMIN: readonly Right[] = [
  'routing.configure',
  'channel.configure',
  'user.configure',
  'workspace.configure',
  'voice.configure',
  'audit.read',
];
const AREAS: readonly Area[] = [
  { path: '/desk', icon: 'desk', name: 'area-desk', rights: ['agent.work', 'interaction.read'] },
  { path: '/promises', icon: 'clock', name: 'area-promises', rights: ['interaction.read'] },
  { path: '/customers', icon: 'customers', name: 'area-customers', rights: ['customer.read'] },
  { path: '/cases', icon: 'task', name: 'area-cases', rights: ['case.read'] },
  { path: '/ledger', icon: 'ledger', name: 'area-ledger', rights: ['ledger.read'] },
  { path: '/calls', icon: 'voice', name: 'area-calls', rights: ['call.dial', 'call.monitor', 'recording.listen'] },
  { path: '/floor', icon: 'floor', name: 'area-floor', rights: ['agent.read'] },
  { path: '/admin', icon: 'admin', name: 'area-admin', rights: ADMIN },
];

/** Whether a page belongs to an area that he does not have. */
export function barred(path: string): boolean {
  const area = AREAS.find((a) => path === a.path || path.startsWith(`${a.path}/`));
  return area !== undefined && !area.rights.some((right) => store.can(right));
}

export const areas = (): Area[] =>
  AREAS.filter((area) => area.rights.some((right) => store.can(right)) && (area.path !== '/calls' || store.telephone));
