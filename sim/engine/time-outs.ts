import { TIMEOUT } from './event-kind.ts';
import type { Kernel } from './kernel.ts';
import type { PendingRequest } from './request-table.ts';

/** How long requests wait for their answers. Nearly all of these time-outs are cancelled, so this is what most requests cost beside their messages. */
export class TimeOuts {
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  set(request: PendingRequest, timeoutUs: number): void {
    const { queue, nowUs, current } = this.kernel;
    const { from, to, id } = request;
    const lane = queue.laneFor(timeoutUs);
    request.timeoutSlot = queue.schedule(nowUs + timeoutUs, lane, TIMEOUT, from, to, id, null, current, nowUs);
  }

  /** Nothing happens if it has struck. */
  cancel(request: PendingRequest): void {
    if (request.timeoutSlot >= 0) this.kernel.queue.cancel(request.timeoutSlot);
  }
}
