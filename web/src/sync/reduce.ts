/**
 * Applies frames of the socket to the desk's state: `apply(events, snapshot)` equals a fresh fetch.
 *
 * Pure over the maps that it is given, so that the tests replay recorded frames without a screen.
 */
import type {
  AgentDoc,
  CallDoc,
  ChannelDoc,
  DispositionDoc,
  EventFrame,
  Id,
  InteractionDoc,
  PauseCodeDoc,
  QueueDoc,
  ServerFrame,
  SkillDoc,
  Snapshot,
  TeamDoc,
  UserName,
} from '../lib/types';

export interface World {
  interactions: Map<Id, InteractionDoc>;
  agents: Map<Id, AgentDoc>;
  queues: Map<Id, QueueDoc>;
  skills: Map<Id, SkillDoc>;
  channels: Map<Id, ChannelDoc>;
  pauseCodes: Map<Id, PauseCodeDoc>;
  dispositions: Map<Id, DispositionDoc>;
  teams: Map<Id, TeamDoc>;
  users: Map<Id, UserName>;
  /** Live calls. */
  calls: Map<Id, CallDoc>;
}

/** What a frame meant for the sequence. */
export type Step =
  /** Applied; the number is now the frame's. */
  | { kind: 'applied'; seq: number }
  /** Seen before: a resume overlapped. */
  | { kind: 'old' }
  /** Numbers are missing: only a snapshot can mend it. */
  | { kind: 'gap' }
  /** The frame is outside of the sequence. */
  | { kind: 'beside' };

/** Checks a frame's number against the last one. `last` is `null` before the first snapshot. */
export function step(last: number | null, frame: ServerFrame): Step {
  switch (frame.t) {
    case 'snapshot':
      return { kind: 'applied', seq: frame.seq };
    case 'event':
    case 'skip':
    case 'gone':
      if (last === null) return { kind: 'gap' };
      if (frame.seq <= last) return { kind: 'old' };
      return (frame.t === 'skip' ? frame.from : frame.seq) <= last + 1 ? { kind: 'applied', seq: frame.seq } : { kind: 'gap' };
    case 'typing':
    case 'phone':
    case 'resumed':
    case 'pong':
      return { kind: 'beside' };
  }
}

/** Replaces everything by the snapshot, without touching what is the same. */
export function restore(world: World, snapshot: Snapshot) {
  replace(world.interactions, snapshot.interactions);
  replace(world.agents, snapshot.agents);
  replace(world.queues, snapshot.queues);
  replace(world.skills, snapshot.skills);
  replace(world.channels, snapshot.channels);
  replace(world.pauseCodes, snapshot.pause_codes);
  replace(world.dispositions, snapshot.dispositions);
  replace(world.teams, snapshot.teams);
  replace(world.users, snapshot.users);
  replace(world.calls, snapshot.calls);
}

function replace<T extends { id: Id }>(map: Map<Id, T>, docs: readonly T[] | undefined) {
  const keep = new Set((docs ?? []).map((doc) => doc.id));
  for (const id of [...map.keys()]) if (!keep.has(id)) map.delete(id);
  for (const doc of docs ?? []) map.set(doc.id, doc);
}

/** Applies one event to the entities that the desk mirrors. */
export function reduce(world: World, event: EventFrame) {
  switch (event.type) {
    case 'interaction.created':
    case 'interaction.queued':
    case 'interaction.offered':
    case 'interaction.offer_ended':
    case 'interaction.assigned':
    case 'interaction.transferred':
    case 'interaction.wrapup_started':
    case 'interaction.changed':
    case 'interaction.closed':
      // The snapshot holds open interactions only, so a closed one leaves.
      if (event.data.state.kind === 'closed') world.interactions.delete(event.data.id);
      else world.interactions.set(event.data.id, event.data);
      return;
    case 'agent.changed':
      world.agents.set(event.data.id, event.data);
      return;
    case 'queue.changed':
      world.queues.set(event.data.id, event.data);
      return;
    case 'skill.changed':
      world.skills.set(event.data.id, event.data);
      return;
    case 'channel.changed':
      world.channels.set(event.data.id, event.data);
      return;
    case 'team.changed':
      world.teams.set(event.data.id, event.data);
      return;
    case 'pause_code.changed':
      world.pauseCodes.set(event.data.id, event.data);
      return;
    case 'disposition.changed':
      world.dispositions.set(event.data.id, event.data);
      return;
    case 'user.changed':
      world.users.set(event.data.id, { id: event.data.id, name: event.data.name });
      return;
    case 'call.changed':
      if (event.data.state.kind === 'ended') world.calls.delete(event.data.id);
      else world.calls.set(event.data.id, event.data);
      return;
    // Not mirrored for all: whoever shows them listens.
    case 'interaction.decided':
    case 'message.created':
    case 'message.changed':
    case 'customer.changed':
    case 'match.changed':
    case 'case.created':
    case 'case.changed':
    case 'customer.merged':
    case 'organization.changed':
    case 'attribute.changed':
    case 'note.changed':
    case 'order.changed':
    case 'customer.unmerged':
    case 'forward.changed':
    case 'notice.changed':
    case 'topic.changed':
    case 'ledger.changed':
    case 'role.changed':
    case 'workspace.changed':
    case 'recording.changed':
    case 'trunk.changed':
    case 'phone.changed':
    case 'prompt.changed':
    case 'dial_plan.changed':
    case 'blending.changed':
    case 'hours.changed':
    case 'policy.changed':
    case 'sla.warned':
    case 'sla.breached':
    case 'promise.made':
    case 'promise.kept':
    case 'promise.broken':
    case 'promise.nudged':
    case 'promise.changed':
      return;
  }
}

/** An entity left the user's sight. */
export function forget(world: World, kind: string, id: Id) {
  if (kind === 'interaction') world.interactions.delete(id);
  else if (kind === 'agent') world.agents.delete(id);
  else if (kind === 'queue') world.queues.delete(id);
  else if (kind === 'channel') world.channels.delete(id);
  else if (kind === 'call') world.calls.delete(id);
}
