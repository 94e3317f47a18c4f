/** What the signed-in user may do. The server decides; this only hides what it would refuse. */
import type { Grant, Right, Scope } from './types';

const ORDER: Scope[] = ['own', 'team', 'queue', 'all'];

export function can(grants: readonly Grant[], right: Right, scope: Scope = 'own'): boolean {
  return grants.some((g) => g.right === right && ORDER.indexOf(g.scope) >= ORDER.indexOf(scope));
}
