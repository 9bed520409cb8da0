/**
 * The yardstick: the least that any event-driven simulator must do for an event. A binary heap over typed arrays with a fixed number of pending
 * events; each step takes the first and puts one back at a random time. No process, no message, no link.
 */
export function bareHeapLoop(pending: number, steps: number): number {
  const times = new Float64Array(pending + 1);
  const items = new Int32Array(pending + 1);
  let seed = 12345;
  // xorshift32: cheap, and good enough to spread times.
  const delay = (): number => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return ((seed >>> 0) % 100_000) + 1;
  };
  let size = 0;
  const push = (time: number, item: number): void => {
    let place = size++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (times[parent] <= time) break;
      times[place] = times[parent];
      items[place] = items[parent];
      place = parent;
    }
    times[place] = time;
    items[place] = item;
  };
  const pop = (): void => {
    const time = times[--size];
    const item = items[size];
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && times[child + 1] < times[child]) child++;
      if (times[child] >= time) break;
      times[place] = times[child];
      items[place] = items[child];
      place = child;
    }
    times[place] = time;
    items[place] = item;
  };
  for (let item = 0; item < pending; item++) push(delay(), item);
  let checksum = 0;
  for (let step = 0; step < steps; step++) {
    const time = times[0];
    const item = items[0];
    checksum = (checksum + time) | 0;
    pop();
    push(time + delay(), item);
  }
  return checksum;
}
