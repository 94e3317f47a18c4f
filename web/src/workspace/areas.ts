/** The pages of the administration, and who may open them. */
import type { PlainKey } from '../lib/i18n.svelte';
import type { Right } from '../lib/types';
import { store } from '../sync/store.svelte';
import type { IconName } from '../ui/icons';

export interface AdminArea {
  id: string;
  path: string;
  icon: IconName;
  name: PlainKey;
  group: PlainKey;
  right: Right;
}

const area = (id: string, icon: IconName, name: PlainKey, group: PlainKey, right: Right): AdminArea => ({
  id,
  path: `/admin/${id}`,
  icon,
  name,
  group,
  right,
});
const ALL: readonly AdminArea[] = [
  area('channels', 'channel', 'admin-channels', 'admin-group-doors', 'channel.configure'),
  area('trunks', 'route', 'admin-trunks', 'admin-group-voice', 'voice.configure'),
  area('phones', 'voice', 'admin-phones', 'admin-group-voice', 'voice.configure'),
  area('prompts', 'sound', 'admin-prompts', 'admin-group-voice', 'voice.configure'),
  area('dial-plan', 'keypad', 'admin-dial-plan', 'admin-group-voice', 'voice.configure'),
  area('queues', 'queue', 'admin-queues', 'admin-group-routing', 'routing.configure'),
  area('blending', 'transfer', 'admin-blending', 'admin-group-routing', 'routing.configure'),
  area('hours', 'clock', 'admin-hours', 'admin-group-routing', 'routing.configure'),
  area('policies', 'flag', 'admin-policies', 'admin-group-routing', 'routing.configure'),
  area('waits', 'check', 'admin-calibration', 'admin-group-routing', 'routing.configure'),
  area('skills', 'skill', 'admin-skills', 'admin-group-routing', 'routing.configure'),
  area('pause-codes', 'pause', 'admin-pause-codes', 'admin-group-routing', 'routing.configure'),
  area('dispositions', 'flag', 'admin-dispositions', 'admin-group-routing', 'routing.configure'),
  area('simulator', 'route', 'admin-simulator', 'admin-group-routing', 'routing.configure'),
  area('cases', 'task', 'admin-cases', 'admin-group-routing', 'case.manage'),
  area('topics', 'ledger', 'admin-topics', 'admin-group-routing', 'case.manage'),
  area('users', 'user', 'admin-users', 'admin-group-people', 'user.configure'),
  area('teams', 'team', 'admin-teams', 'admin-group-people', 'user.configure'),
  area('roles', 'shield', 'admin-roles', 'admin-group-people', 'user.configure'),
  area('attributes', 'file', 'attributes', 'admin-group-system', 'workspace.configure'),
  area('workspace', 'building', 'admin-workspace', 'admin-group-system', 'workspace.configure'),
  area('audit', 'log', 'admin-audit', 'admin-group-system', 'audit.read'),
];

export const adminAreas = (): AdminArea[] => ALL.filter((a) => store.can(a.right));
