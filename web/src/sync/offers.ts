/** Offers that ring at several agents at once. */
import type { Id, InteractionDoc } from '../lib/types';

/** The interaction as one agent sees it: of several offers his own is the first, so that accepting and declining mean his. */
export function seenBy(doc: InteractionDoc, me: Id | undefined): InteractionDoc {
  const state = doc.state;
  if (state.kind !== 'offered' || state.agent === me) return doc;
  const mine = state.others?.find((other) => other.agent === me);
  if (!mine) return doc;
  const first = { offer: state.offer, agent: state.agent, until: state.until };
  return { ...doc, state: { kind: 'offered', ...mine, others: [first, ...(state.others ?? []).filter((other) => other !== mine)] } };
}
