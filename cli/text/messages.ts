import { formatNumber } from '../../sim/report/format.ts';
import type { Report } from '../../sim/report/report.ts';
import { hanging } from './layout.ts';
import type { Page } from './page.ts';

const REASONS: Readonly<Record<string, string>> = {
  lost: 'lost on the way',
  cut: 'stopped by a partition',
  dead: 'at a dead process',
  late: 'too late for anybody',
  nobody: 'to no process',
  removed: 'taken off by hand',
  abandoned: 'with their connection',
};

/** Kinds beyond so many are summed up. */
const SHOWN_KINDS = 12;

export function messageLines({ messages }: Report, { width }: Page): readonly string[] {
  const { sent, duplicated, delivered, dropped, inFlight, retransmitted, bytes } = messages;
  if (sent === 0) return [];
  const counts = [
    `${formatNumber(sent)} sent`,
    ...some(duplicated, 'duplicated'),
    `${formatNumber(delivered)} delivered`,
    `${formatNumber(dropped)} dropped`,
    ...some(inFlight, 'still in flight'),
    ...some(retransmitted, 'retransmissions'),
    ...some(bytes, 'bytes'),
  ];
  const reasons = Object.entries(messages.droppedBy)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${formatNumber(count)} ${REASONS[reason] ?? reason}`);
  return [
    ...hanging('', counts.join(', '), 2, width),
    ...(reasons.length === 0 ? [] : hanging('dropped: ', reasons.join(', '), 2, width)),
    ...hanging('by kind: ', kinds(messages.sentByKind).join(', '), 2, width),
  ];
}

function some(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`${formatNumber(count)} ${what}`];
}

/** The most frequent first. */
function kinds(sentByKind: Readonly<Record<string, number>>): readonly string[] {
  const sorted = Object.entries(sentByKind).sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, SHOWN_KINDS).map(([kind, count]) => `${kind} ${formatNumber(count)}`);
  const rest = sorted.slice(SHOWN_KINDS);
  if (rest.length === 0) return shown;
  const others = rest.reduce((sum, [, count]) => sum + count, 0);
  return [...shown, `${rest.length} other kinds ${formatNumber(others)}`];
}
