import { TIMEOUT } from './event-kind.ts';
import type { Kernel } from './kernel.ts';
import { NONE, type PendingRequest } from './request-table.ts';

/** How long requests wait for their answers. Nearly all of these time-outs are cancelled, so this is what most requests cost beside their messages. */
export class TimeOuts {
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  set(request: PendingRequest, timeoutUs: number): void {
    const { queue, nowUs, current } = this.kernel;
    const { from, to, id } = request;
    request.timeout = queue.promise(timeoutUs, TIMEOUT, from, to, id, current, nowUs);
  }

  /** Nothing happens if it has struck. */
  cancel(request: PendingRequest): void {
    if (request.timeout !== NONE) this.kernel.queue.withdraw(request.timeout);
  }
}
